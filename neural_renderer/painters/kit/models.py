"""Sheets with a height: what is modelled, as in sugar or clay, and lit from the upper left.

Heights and distances are in the sheet's units: pixels for terrain at 32 px a tile, boxes for things.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import ndimage

from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, Field, mix, rgb, single, smooth
from reskin.neural_renderer.painters.kit.sheets import DRAWN, Sheet

_LIGHT: Final = np.array([-0.46, -0.62, 0.64], np.float32) / np.float32(1.003)
"""Towards the lamp: x to the right, y down, z to the eye."""
_HALF: Final = (_LIGHT + np.array([0, 0, 1], np.float32)) / np.linalg.norm(_LIGHT + np.array([0, 0, 1]))


@dataclass(frozen=True)
class Finish:
    """How a surface looks under light.

    shade: colour factor where it turns away; contrast: how much light falls off; gloss 0..1 and
    sharpness of the highlight; hollow: how dark hollows are; wide: their radius in output pixels.
    """

    shade: tuple[float, float, float]
    contrast: float = 1.0
    gloss: float = 0.5
    sharpness: float = 30.0
    hollow: float = 0.6
    wide: float = 1.6


class Model(Sheet):
    """A sheet with a height at every place, which strokes raise, press in and light."""

    def __init__(self, size: float, ground: Array, repeats: bool = True) -> None:
        super().__init__(size, ground, repeats)
        self.height: Array = np.zeros_like(self.x)
        self.pixel = size / 64 if repeats else size / 32
        """About one output pixel, in units."""

    def raised(
        self, color: Field | None, inside: Field, radius: float, lift: float, floor: Field | float = 0.0
    ) -> Array:
        """Raise a pillow: `inside` is the distance within its outline; it rises by `lift` over `radius`.

        Returns its coverage; with `color` None it changes the height alone.
        """
        soft = 0.35 * self.pixel
        cover = smooth(-soft, soft, single(inside))
        t = np.clip(inside / radius, 0, 1)
        rise = floor + lift * np.sqrt(np.clip(1 - (1 - t) ** 2, 0, 1))
        self.height = single(self.height * (1 - cover) + rise * cover)
        if color is not None:
            self.over(color, cover)
        return cover

    def press(self, color: Field | None, inside: Field, lift: float = 0.07, radius: float = 0.09) -> None:
        """Press a part on top of what is there, or, where `lift` is below 0, a dent into it."""
        self.raised(color, inside, radius, lift, self.height)

    def ellipse(self, cx: float, cy: float, rx: float, ry: float, turn: float = 0.0) -> Array:
        """Distance within an ellipse; it wraps where the sheet repeats."""
        along, across = self.turned(cx, cy, turn)
        return single((1 - np.hypot(along / rx, across / ry)) * min(rx, ry))

    def bar(self, x0: float, y0: float, x1: float, y1: float, width: float) -> Array:
        """Distance within a straight bar with round ends."""
        px, py = self.offset((x0 + x1) / 2, (y0 + y1) / 2)
        dx, dy = x1 - x0, y1 - y0
        along = np.clip((px * dx + py * dy) / max(dx * dx + dy * dy, 1e-9), -0.5, 0.5)
        return single(width / 2 - np.hypot(px - along * dx, py - along * dy))

    def slab(self, x0: float, y0: float, x1: float, y1: float, corner: float) -> Array:
        """Distance within a rectangle with round corners; it does not wrap."""
        qx = np.abs(self.x - (x0 + x1) / 2) - (x1 - x0) / 2 + corner
        qy = np.abs(self.y - (y0 + y1) / 2) - (y1 - y0) / 2 + corner
        outside = np.hypot(np.maximum(qx, 0), np.maximum(qy, 0)) + np.minimum(np.maximum(qx, qy), 0)
        return single(corner - outside)

    def soften(self, radius: float) -> None:
        """Round off the surface, by a blur of `radius` units."""
        self.height = self._blur(self.height, radius)

    def light(self, finish: Finish) -> None:
        """Shade the colours by the height: fall-off, hollows, highlights."""
        light, gloss = self.lit(finish)
        shade = mix(rgb(*finish.shade), WHITE, light)
        self.color = single(mix(self.color * shade, WHITE, gloss * finish.gloss))

    def lit(self, finish: Finish) -> tuple[Array, Array]:
        """How lit each place is (1 where flat, to 1.25 where it faces the lamp) and its highlight 0..1."""
        mode = "wrap" if self.repeats else "nearest"
        step = self.size / DRAWN
        slope_x = ndimage.sobel(self.height, 1, mode=mode) / (8 * step)
        slope_y = ndimage.sobel(self.height, 0, mode=mode) / (8 * step)
        length = np.sqrt(1 + slope_x**2 + slope_y**2)
        facing = (-slope_x * _LIGHT[0] - slope_y * _LIGHT[1] + _LIGHT[2]) / length
        light = 1 + finish.contrast * (facing - _LIGHT[2])
        below = self._blur(self.height, finish.wide * self.pixel) - self.height
        light = light - finish.hollow * np.clip(below / (1.2 * self.pixel), 0, 1)
        shine = np.clip((-slope_x * _HALF[0] - slope_y * _HALF[1] + _HALF[2]) / length, 0, 1)
        return single(np.clip(light, 0, 1.25)), single(shine**finish.sharpness)

    def _blur(self, field: Array, radius: float) -> Array:
        sigma = radius * DRAWN / self.size
        return single(ndimage.gaussian_filter(field, sigma, mode="wrap" if self.repeats else "nearest"))
