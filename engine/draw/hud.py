"""The HUD: drawn in screen pixels, premultiplied, and laid over the restyled picture unchanged.

Panels of alpha 255, and the cores of letters on them, stay at alpha 255, so that no theme can change them.
A canvas has one as `canvas.hud`. Lengths are px of the picture, the origin is at the top left, and a text's
size is its line height: at 640x360 body text reads well from 16 px, and below 14 px the letters of pygame's
built-in font run together.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.draw.colors import Color, Rgba, rgba
from reskin.engine.errors import DrawError

if TYPE_CHECKING:
    from pygame.font import Font

Align = Literal["left", "right", "center"]

SHADOW_ALPHA = 200
"""Of 255. Dark enough to carry white text over snow, and not yet a black box."""


class Hud:
    """A premultiplied BGRA surface, on which each draw call covers the ones before."""

    _pixels: pygame.Surface | None = None

    def start(self, pixels: NDArray[np.uint8]) -> None:
        """Draw into `pixels`, uint8 [H,W,4], from now on, and clear it. The canvas calls this."""
        pixels.fill(0)
        self._pixels = pygame.image.frombuffer(pixels.data, (pixels.shape[1], pixels.shape[0]), "BGRA")

    def stop(self) -> None:
        """Drop the pixels, which belong to a frame from now on."""
        self._pixels = None

    def rect(self, x: float, y: float, w: float, h: float, color: Color) -> None:
        """A filled rectangle. With alpha 255 it replaces what was there, otherwise it is blended."""
        value = rgba(color)
        area = pygame.Rect(round(x), round(y), max(round(w), 0), max(round(h), 0))
        if value[3] == 255:
            self._fill(area, value)
        else:
            self._veil(area, _premultiplied(value))

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
            length = _text_width(string, size)
            left -= length if align == "right" else length // 2
        self._over(_text_picture(string, rgba(color), size, shadow), left, round(y), lasting=True)

    def sprite(self, surface: pygame.Surface, x: float, y: float) -> None:
        """A pygame surface with straight alpha (as images load), its top left at (x, y)."""
        with_alpha = surface.get_flags() & pygame.SRCALPHA or surface.get_colorkey() is not None
        if with_alpha:
            self._over(_premultiply(surface), round(x), round(y))
        else:
            self._replace(surface, round(x), round(y))

    def width(self, string: str, size: int = 16) -> int:
        """Width in px that the string takes."""
        return _text_width(string, size)

    @property
    def _surface(self) -> pygame.Surface:
        if self._pixels is None:
            raise DrawError("draw the HUD between canvas.begin() and canvas.finish()")
        return self._pixels

    def _fill(self, area: pygame.Rect, value: Rgba) -> None:
        """Replace what is there. These four are all that is drawn; `OpenGLHud` has them differently."""
        self._surface.fill(value, area)

    def _veil(self, area: pygame.Rect, value: Rgba) -> None:
        """Blend a premultiplied colour over what is there."""
        area = area.clip(self._surface.get_rect())
        if area.w and area.h:
            patch = pygame.Surface(area.size, pygame.SRCALPHA, 32)
            patch.fill(value)
            self._over(patch, area.x, area.y)

    def _replace(self, surface: pygame.Surface, x: int, y: int) -> None:
        """Put an opaque picture there."""
        self._surface.blit(surface, (x, y))

    def _over(self, premultiplied: pygame.Surface, x: int, y: int, lasting: bool = False) -> None:
        """Blend a premultiplied picture over what is there; `lasting` says that it never changes."""
        self._surface.blit(premultiplied, (x, y), special_flags=pygame.BLEND_PREMULTIPLIED)


def _premultiplied(color: Rgba) -> Rgba:
    r, g, b, a = color
    return (r * a + 127) // 255, (g * a + 127) // 255, (b * a + 127) // 255, a


def _premultiply(surface: pygame.Surface) -> pygame.Surface:
    plain = pygame.Surface(surface.get_size(), pygame.SRCALPHA, 32)
    plain.blit(surface, (0, 0))
    return plain.premul_alpha()


@lru_cache(maxsize=512)
def _text_picture(string: str, color: Rgba, size: int, shadow: bool) -> pygame.Surface:
    """The string as a premultiplied BGRA surface; the core of each stroke has the colour's alpha."""
    ink = _coverage(string, size) * (color[3] / 255)
    reach = max(1, size // 16) if shadow else 0
    height, width = ink.shape
    canvas = np.zeros((height + reach, width + reach, 4))
    if shadow:
        canvas[reach:, reach:, 3] = ink * SHADOW_ALPHA
    over = canvas[:height, :width]
    over *= 1 - ink[..., None]
    over += ink[..., None] * (color[2], color[1], color[0], 255)
    pixels = np.rint(canvas).astype(np.uint8)
    return pygame.image.frombuffer(pixels.tobytes(), (width + reach, height + reach), "BGRA")


def _text_width(string: str, size: int) -> int:
    """Width of the string in px, without its shadow."""
    return int(_font(size).size(string)[0])


def _coverage(string: str, size: int) -> NDArray[np.float64]:
    """How much of each pixel is ink, float64 [H,W] in 0..1."""
    rendered = _font(size).render(string, True, (255, 255, 255))
    if rendered.get_width() == 0:
        return np.zeros((1, 1))
    # array_alpha is [W,H] and a copy, so that no view keeps the surface locked.
    return pygame.surfarray.array_alpha(rendered).T / 255


@lru_cache(maxsize=32)
def _font(size: int) -> Font:
    pygame.font.init()
    return pygame.font.Font(None, size)
