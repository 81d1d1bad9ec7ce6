"""The window with OpenGL: pictures are scaled by the GPU, and a canvas on the GPU shares its context."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.capture.pictures import Picture
from reskin.engine.draw.opengl.context import open_context
from reskin.engine.draw.opengl.screen import Screen
from reskin.engine.errors import OpenGLMissing
from reskin.engine.frame import Layout
from reskin.engine.loop.window import BARS, Window

if TYPE_CHECKING:
    import moderngl


class OpenGLWindow(Window):
    """As `Window`. Raises OpenGLMissing if it cannot be opened; the software window may then be.

    `context` is its OpenGL context, current in the thread that made the window. `surface` is a clear one,
    laid over the picture by `flip`; what is not drawn on costs nothing.
    """

    context: moderngl.Context

    def _open(self) -> None:
        attributes = {
            pygame.GL_CONTEXT_MAJOR_VERSION: 3,
            pygame.GL_CONTEXT_MINOR_VERSION: 3,
            pygame.GL_CONTEXT_PROFILE_MASK: pygame.GL_CONTEXT_PROFILE_CORE,
        }
        try:
            for attribute, value in attributes.items():
                pygame.display.gl_set_attribute(attribute, value)
            pygame.display.set_mode(self._size, pygame.RESIZABLE | pygame.OPENGL | pygame.DOUBLEBUF)
            self.context = open_context(window=True)
        except pygame.error as error:
            pygame.display.quit()
            raise OpenGLMissing(f"no window with OpenGL 3.3 can be opened: {error}") from error
        except OpenGLMissing:
            pygame.display.quit()
            raise
        self._screen = Screen(self.context)
        self._pixels: NDArray[np.uint8] | None = None
        self._over: pygame.Surface | None = None

    @property
    def surface(self) -> pygame.Surface:
        """A clear surface of the window's size, which `flip` lays over the picture."""
        width, height = self.size
        if self._pixels is None or self._pixels.shape[:2] != (height, width):
            self._pixels = np.empty((height, width, 4), np.uint8)
            self._over = None
        if self._over is None:
            self._pixels.fill(0)
            self._over = pygame.image.frombuffer(self._pixels.data, (width, height), "BGRA")
        return self._over

    def draw(self, picture: Picture, layout: Layout) -> None:
        """Draw a picture, uint8 [H,W,4]; `flip` shows it."""
        view, (width, height) = self.viewport, self.size
        if view.size != (width, height):
            self._screen.clear(BARS)
        smooth = self.smooth or view.width < self.frame_size[0]  # as `Window` decides
        self._screen.draw(
            "picture", picture, (view.left, view.top, view.width, view.height), height,
            rgba=layout == "RGBA", smooth=smooth,
        )  # fmt: skip

    def flip(self) -> None:
        if self._over is not None and self._pixels is not None:
            width, height = self.size
            if self._pixels.shape[:2] == (height, width):
                self._screen.draw("over", self._pixels, (0, 0, width, height), height, opaque=False)
            self._over = None
        pygame.display.flip()

    def toggle_fullscreen(self) -> None:
        """Switch to full screen, or back. The mode is not set anew, as that would end the context."""
        if pygame.display.toggle_fullscreen():
            self.fullscreen = not self.fullscreen

    def close(self) -> None:
        self._screen.release()
        self.context.release()
        super().close()
