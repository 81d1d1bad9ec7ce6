"""Sheets: small pictures that a painter draws once, by hand, and then samples at `GBuffer.texture`.

A terrain's sheet repeats over its span; a thing's sheet covers the thing once. What is on a sheet
costs a student nothing but texels, so that is where planks, mortar, faces and locks belong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.neural_renderer import materials
from reskin.neural_renderer.noise import hash01
from reskin.neural_renderer.painters.kit.gbuffer import Array, mix, rgb, smooth

Field = NDArray[np.floating]

DRAWN: Final = 256
"""Samples along a side while a sheet is drawn."""
KEPT: Final = 128
"""Texels along a side that are kept: two a pixel for terrain of two tiles at 32 px a tile."""


def single(field: Field) -> Array:
    """The same values as float32."""
    return field.astype(np.float32)


class Sheet:
    """A picture under the brush. `x`, `y` run over `size` units along each side; terrain wraps."""

    def __init__(self, size: float, ground: Array) -> None:
        step = size / DRAWN
        line = (np.arange(DRAWN, dtype=np.float32) + 0.5) * np.float32(step)
        self.size = size
        self.x: Array = np.tile(line, (DRAWN, 1))
        self.y: Array = np.ascontiguousarray(self.x.T)
        self.color: Array = np.broadcast_to(ground, (DRAWN, DRAWN, 3)).astype(np.float32)

    def over(self, color: Field, cover: Field) -> None:
        """Lay `color` over what is there, by coverage 0..1."""
        self.color = mix(self.color, single(color), single(cover))

    def shade(self, factor: Field | float) -> None:
        """Multiply by a factor [H,W] or a number."""
        self.color = single(self.color * (factor[..., None] if isinstance(factor, np.ndarray) else factor))

    def oval(self, cx: float, cy: float, rx: float, ry: float, soft: float = 0.02) -> Array:
        """Coverage of an ellipse; `soft` is the width of its rim in units."""
        radius = np.hypot((self.x - cx) / rx, (self.y - cy) / ry)
        rim = soft / min(rx, ry)
        return smooth(1 + rim, 1 - rim, radius)

    def box(self, x0: float, y0: float, x1: float, y1: float, soft: float = 0.015) -> Array:
        """Coverage of a rectangle."""
        across = smooth(x0 - soft, x0 + soft, self.x) * smooth(x1 + soft, x1 - soft, self.x)
        return across * smooth(y0 - soft, y0 + soft, self.y) * smooth(y1 + soft, y1 - soft, self.y)

    def stroke(self, x0: float, y0: float, x1: float, y1: float, width: float, soft: float = 0.015) -> Array:
        """Coverage of a straight stroke with round ends."""
        dx, dy = x1 - x0, y1 - y0
        along = np.clip(((self.x - x0) * dx + (self.y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
        off = np.hypot(self.x - x0 - along * dx, self.y - y0 - along * dy)
        return smooth(width / 2 + soft, width / 2 - soft, off)

    def wrapped(self, cx: float, cy: float) -> tuple[Array, Array]:
        """Offsets from a point on a sheet that repeats."""
        half = self.size / 2
        return (self.x - cx + half) % self.size - half, (self.y - cy + half) % self.size - half

    def cloud(self, seed: int, radius: float, stretch: float = 1.0) -> Array:
        """Smooth noise about 0, deviation 1, that repeats with the sheet; `radius` in units."""
        white = hash01(np.arange(DRAWN * DRAWN), seed).reshape(DRAWN, DRAWN) - 0.5
        sigma = radius * DRAWN / self.size
        field = ndimage.gaussian_filter(white, (sigma, sigma * stretch), mode="wrap")
        return (field / field.std()).astype(np.float32)

    def relief(self, height: Field, gain: float) -> None:
        """Light a height field (in units) from the upper left, warm where lit and cold in shade."""
        step = DRAWN / self.size
        slope = height - np.roll(height, (round(step / 2), round(step / 2)), (0, 1))
        lit = np.clip(slope * gain, -1, 1)[..., None]
        depth = np.where(lit > 0, rgb(0.34, 0.28, 0.22), rgb(0.40, 0.34, 0.26))
        self.color = single(self.color * (1 + lit * depth))


class Courses:
    """Masonry: rows of blocks, each shifted by half a block. Fields over a repeating sheet."""

    def __init__(self, sheet: Sheet, length: float, height: float, seed: int, turn: bool = False) -> None:
        x, y = (sheet.y, sheet.x) if turn else (sheet.x, sheet.y)
        row = np.floor(y / height)
        x = x + row % 2 * length / 2
        column = np.floor(x / length) % round(sheet.size / length)
        self.x, self.y = x % length, y % height
        self.left, self.top = np.minimum(self.x, length - self.x), np.minimum(self.y, height - self.y)
        self.edge = np.minimum(self.left, self.top)
        self.tone: Array = hash01((row * 64 + column).astype(np.int64), seed).astype(np.float32)
        self.far = np.minimum(length - self.x, height - self.y)
        self.near = np.minimum(self.x, self.y)


def scatter(seed: int, count: int) -> Iterator[tuple[float, float, float, float]]:
    """`count` fixed quadruples, uniform on 0..1."""
    for row in hash01(np.arange(count * 4), seed).reshape(count, 4):
        a, b, c, d = (float(value) for value in row)
        yield a, b, c, d


@cache
def texels(draw: Callable[[], Sheet], kept: int = KEPT) -> Array:
    """A sheet's texels, float32 [kept,kept,3]; drawn once a process."""
    factor = DRAWN // kept
    picture = draw().color.reshape(kept, factor, kept, factor, 3).mean((1, 3))
    return np.clip(picture, 0, 1.2).astype(np.float32)


def look_up(table: Array, place: Array, repeat: bool) -> Array:
    """Bilinear samples [...,3] of `table` at `place` [...,2], in sheets (0..1 is one sheet)."""
    at = np.moveaxis(place, -1, 0)[::-1] * table.shape[0] - 0.5
    mode = "grid-wrap" if repeat else "nearest"
    planes = [ndimage.map_coordinates(table[..., i], at, order=1, mode=mode) for i in range(table.shape[-1])]
    return np.stack(planes, -1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Strip:
    """The pixels of one material as an image of one row: fields are [1,P], colours [1,P,3]."""

    noise: Array
    texture: Array
    color: Array
    up: Array
    border: Array
    material: int

    def __getitem__(self, channel: int) -> Array:
        """A noise channel, 0..1."""
        return self.noise[..., channel]

    def sheet(self, draw: Callable[[], Sheet], kept: int = 128) -> Array:
        """The sheet's colours [1,P,3] at these pixels."""
        span = materials.TILE_SPAN[self.material]
        return look_up(texels(draw, kept), self.texture / span, repeat=not materials.IS_THING[self.material])
