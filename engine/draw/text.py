"""Text as premultiplied pictures, in pygame's built-in font, cached by what is written.

Sizes are in px of line height. At 640x360 body text reads well from 16; 14 is the least that keeps
every letter of the built-in font apart.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.draw.colors import Rgba

if TYPE_CHECKING:
    from pygame.font import Font

SHADOW_ALPHA = 200
"""Of 255. Dark enough to carry white text over snow, and not yet a black box."""


@lru_cache(maxsize=512)
def picture(string: str, color: Rgba, size: int, shadow: bool) -> pygame.Surface:
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


def width(string: str, size: int) -> int:
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
