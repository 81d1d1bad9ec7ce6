"""The HUD: drawn in screen pixels, premultiplied, and laid over the restyled picture unchanged.

Panels of alpha 255 and the cores of their letters keep alpha 255, so that no theme can touch them.
Reached as `canvas.hud`; lengths are px of the picture, origin at the top left.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.draw import text as writing
from reskin.engine.draw.colors import Color, Rgba, rgba
from reskin.engine.errors import DrawError

Align = Literal["left", "right", "center"]


class Hud:
    """A premultiplied BGRA surface that later draw calls are laid over."""

    _pixels: pygame.Surface | None = None

    def start(self, pixels: NDArray[np.uint8]) -> None:
        """Draw into `pixels`, uint8 [H,W,4], from now on; it becomes transparent. The canvas calls this."""
        pixels.fill(0)
        self._pixels = pygame.image.frombuffer(pixels.data, (pixels.shape[1], pixels.shape[0]), "BGRA")

    def stop(self) -> None:
        """Let go of the pixels, which now belong to a frame."""
        self._pixels = None

    def rect(self, x: float, y: float, w: float, h: float, color: Color) -> None:
        """A filled rectangle; a colour with alpha 255 replaces what lies under it exactly."""
        value = rgba(color)
        area = pygame.Rect(round(x), round(y), max(round(w), 0), max(round(h), 0))
        if value[3] == 255:
            self._surface.fill(value, area)
            return
        area = area.clip(self._surface.get_rect())
        if area.w and area.h:
            patch = pygame.Surface(area.size, pygame.SRCALPHA, 32)
            patch.fill(_premultiplied(value))
            self._over(patch, area.x, area.y)

    def text(
        self, x: float, y: float, string: str, color: Color = (255, 255, 255), size: int = 16,
        align: Align = "left", shadow: bool = True,
    ) -> None:  # fmt: skip
        """One line of text; (x, y) is its top left, top right or top centre, by `align`."""
        if align not in ("left", "right", "center"):
            raise DrawError(f"align must be 'left', 'right' or 'center', got {align!r}")
        if not string:
            return
        left = round(x)
        if align != "left":
            length = writing.width(string, size)
            left -= length if align == "right" else length // 2
        self._over(writing.picture(string, rgba(color), size, shadow), left, round(y))

    def sprite(self, surface: pygame.Surface, x: float, y: float) -> None:
        """A pygame surface with straight alpha (as images load), its top left at (x, y)."""
        with_alpha = surface.get_flags() & pygame.SRCALPHA or surface.get_colorkey() is not None
        if with_alpha:
            self._over(_premultiply(surface), round(x), round(y))
        else:
            self._surface.blit(surface, (round(x), round(y)))

    def width(self, string: str, size: int = 16) -> int:
        """Width in px that the string takes."""
        return writing.width(string, size)

    @property
    def _surface(self) -> pygame.Surface:
        if self._pixels is None:
            raise DrawError("draw the HUD between canvas.begin() and canvas.finish()")
        return self._pixels

    def _over(self, premultiplied: pygame.Surface, x: int, y: int) -> None:
        self._surface.blit(premultiplied, (x, y), special_flags=pygame.BLEND_PREMULTIPLIED)


def _premultiplied(color: Rgba) -> Rgba:
    r, g, b, a = color
    return (r * a + 127) // 255, (g * a + 127) // 255, (b * a + 127) // 255, a


def _premultiply(surface: pygame.Surface) -> pygame.Surface:
    plain = pygame.Surface(surface.get_size(), pygame.SRCALPHA, 32)
    plain.blit(surface, (0, 0))
    return plain.premul_alpha()
