"""The window: shows pictures at any size with their aspect kept, in whole or smooth pixels; and whether a
window can be opened at all.

It knows nothing of games, themes or keys. Read next: `engine.loop.overlay`, which draws over the picture.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

import numpy as np
import pygame

from reskin.engine.capture.pictures import Picture
from reskin.engine.errors import LoopError
from reskin.engine.frame import Layout

if TYPE_CHECKING:
    import moderngl

BARS: Final = (12, 12, 14)
FILL: Final = 0.94
"""Share of the desktop that a new window may take."""


def display_missing() -> str:
    """Why no window can be opened here, as text; empty if one can. It tries to connect to the display.

    What to do then is decided by the caller: `run` plays headless, `reskin play` records a showcase, and
    `reskin replay` only verifies.
    """
    driver = os.environ.get("SDL_VIDEODRIVER", "")
    if driver in ("dummy", "offscreen"):
        return f"SDL_VIDEODRIVER={driver} shows nothing"
    on_x = sys.platform.startswith(("linux", "freebsd", "openbsd"))
    if on_x and not driver and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    if pygame.display.get_init():
        return ""
    try:
        pygame.display.init()
    except pygame.error as error:
        return f"the display does not answer ({error})"
    pygame.display.quit()
    return ""


class Window:
    """A resizable window for pictures of `width` x `height` px. Raises LoopError if it cannot be opened.

    `context` is the OpenGL context of an `OpenGLWindow`, and None here.
    """

    context: moderngl.Context | None = None

    def __init__(self, title: str, width: int, height: int) -> None:
        self.frame_size = (width, height)
        self.smooth = False
        self.fullscreen = False
        try:
            pygame.display.init()
            pygame.font.init()
            desktop = pygame.display.get_desktop_sizes()[0]
            times = max(int(min(desktop[0] / width, desktop[1] / height) * FILL), 1)
            self._size = (width * times, height * times)
            self._open()
        except pygame.error as error:
            pygame.display.quit()
            raise LoopError(f"no window can be opened: {error}; play with --headless instead") from error
        pygame.display.set_caption(title)
        pygame.key.set_repeat()

    def _open(self) -> None:
        """Open the window at `_size`; raises pygame.error."""
        pygame.display.set_mode(self._size, pygame.RESIZABLE)

    @property
    def size(self) -> tuple[int, int]:
        """The window's size in px."""
        return pygame.display.get_window_size()

    @property
    def surface(self) -> pygame.Surface:
        """The window's surface. A resize replaces it, so do not keep it from one frame to the next."""
        surface = pygame.display.get_surface()
        assert surface is not None, "the window is closed"
        return surface

    @property
    def viewport(self) -> pygame.Rect:
        """The part of the window that the picture takes, in window px."""
        outer = pygame.Rect((0, 0), self.size)
        scale = min(outer.width / self.frame_size[0], outer.height / self.frame_size[1])
        if not self.smooth and scale >= 1:
            scale = int(scale)
        inner = pygame.Rect(0, 0, *(max(int(side * scale), 1) for side in self.frame_size))
        inner.center = outer.center
        return inner.clip(outer)

    def to_frame(self, position: tuple[int, int]) -> tuple[int, int]:
        """A point of the window in frame px; outside the picture, the picture's nearest pixel."""
        view = self.viewport
        (x, y), (width, height) = position, self.frame_size
        column = (x - view.left) * width // view.width
        row = (y - view.top) * height // view.height
        return min(max(column, 0), width - 1), min(max(row, 0), height - 1)

    def draw(self, picture: Picture, layout: Layout) -> None:
        """Draw a picture, uint8 [H,W,4]; `flip` shows it."""
        surface, view = self.surface, self.viewport
        source = pygame.image.frombuffer(
            np.ascontiguousarray(picture).data,
            (picture.shape[1], picture.shape[0]),
            "BGRA" if layout == "BGRX" else "RGBA",
        )
        source.set_alpha(None)  # the fourth channel is not alpha
        if view.size != surface.get_size():
            surface.fill(BARS)
        # Without smoothing, a smaller picture would lose rows of the HUD's text.
        smooth = self.smooth or view.width < self.frame_size[0]
        scale = pygame.transform.smoothscale if smooth else pygame.transform.scale
        if view.size == source.get_size():
            surface.blit(source, view)
        elif layout == "BGRX":
            scale(source, view.size, surface.subsurface(view))
        else:
            surface.blit(scale(source, view.size), view)

    def flip(self) -> None:
        pygame.display.flip()

    def toggle_fullscreen(self) -> None:
        """Switch to full screen at the desktop's resolution, or back to the size before."""
        self.fullscreen = not self.fullscreen
        if self.fullscreen:
            self._size = self.surface.get_size()
            pygame.display.set_mode(pygame.display.get_desktop_sizes()[0], pygame.FULLSCREEN)
        else:
            pygame.display.set_mode(self._size, pygame.RESIZABLE)

    def close(self) -> None:
        pygame.display.quit()
