"""Sheets: small pictures that a painter draws once and then samples at `FineGBuffer.texture`.

A terrain's sheet repeats over its span; a thing's sheet covers the thing once. A network learns a sheet as
a texture, pixel by pixel, so that is where planks, mortar, faces and locks belong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

import numpy as np
from scipy import ndimage

from reskin.neural_renderer.noise import hash01
from reskin.neural_renderer.painters.kit.brushes import (
    Array,
    Field,
    Mask,
    box,
    mix,
    ramp,
    rgb,
    single,
    smooth,
    stroke,
)

DRAWN: Final = 256
"""Samples along a side while a sheet is drawn."""
KEPT: Final = 128
"""Texels along a side that are kept: two a pixel for terrain of two tiles at 32 px a tile."""


class Sheet:
    """A picture that is being drawn: `color` [256,256,3], and `x`, `y`, which run over `size` units to the
    right and down. It repeats, as terrain does, unless it is of a thing."""

    def __init__(self, size: float, ground: Array, repeats: bool = True) -> None:
        step = size / DRAWN
        line = (np.arange(DRAWN, dtype=np.float32) + 0.5) * np.float32(step)
        self.size, self.repeats = size, repeats
        self.x: Array = np.tile(line, (DRAWN, 1))
        self.y: Array = np.ascontiguousarray(self.x.T)
        self.color: Array = np.broadcast_to(ground, (DRAWN, DRAWN, 3)).astype(np.float32)

    @classmethod
    def graded(cls, top: Array, bottom: Array) -> Sheet:
        """A thing's sheet that falls from one colour at the upper left to another at the lower right."""
        s = Sheet(1.0, top, repeats=False)
        s.color = mix(top, bottom, np.clip(0.35 * s.x + 0.75 * s.y - 0.05, 0, 1))
        return s

    @classmethod
    def sky(cls, *stops: tuple[float, tuple[float, float, float]]) -> Sheet:
        """The sky by height in tiles, 0..16; the last colour must be the first, as it repeats."""
        s = Sheet(16.0, rgb(0, 0, 0))
        s.color = ramp(s.y, *stops)
        return s

    def over(self, color: Field, cover: Field) -> None:
        """Lay `color` over what is there, by coverage 0..1."""
        self.color = mix(self.color, single(color), single(cover))

    def fade(self, a: Array, b: Array, t: Field, cover: Field) -> None:
        """Lay a colour that goes from `a` to `b` as `t` goes from 0 to 1."""
        self.over(mix(a, b, np.clip(t, 0, 1)), cover)

    def shade(self, factor: Field | float) -> None:
        """Multiply by a factor [H,W] or a number."""
        self.color = single(self.color * (factor[..., None] if isinstance(factor, np.ndarray) else factor))

    # Shapes: coverage 0..1, unless they say something else.
    def oval(self, cx: float, cy: float, rx: float, ry: float, soft: float = 0.02) -> Array:
        """An ellipse; `soft` is the width of its rim in units."""
        radius = np.hypot((self.x - cx) / rx, (self.y - cy) / ry)
        rim = soft / min(rx, ry)
        return smooth(1 + rim, 1 - rim, radius)

    def box(self, x0: float, y0: float, x1: float, y1: float, soft: float = 0.015) -> Array:
        """A rectangle."""
        return box(self.x, self.y, x0, y0, x1, y1, soft)

    def stroke(self, x0: float, y0: float, x1: float, y1: float, width: float, soft: float = 0.015) -> Array:
        """A straight stroke with round ends."""
        return stroke(self.x, self.y, x0, y0, x1, y1, width, soft)

    def wedge(self, cx: float, tip: float, foot: float, half: float, lean: float = 0.0) -> Array:
        """A triangle with its tip at (cx + lean, tip) and a foot of 2 `half` at height `foot`."""
        t = (self.y - tip) / (foot - tip)
        inside = half * t - np.abs(self.x - cx - lean * (1 - t))
        return smooth(-0.015, 0.015, inside) * (t <= 1) * (t >= 0)

    def offset(self, cx: float, cy: float) -> tuple[Array, Array]:
        """Distance to the right of a point and below it, or of its nearest repetition."""
        if not self.repeats:
            return self.x - cx, self.y - cy
        half = self.size / 2
        return (self.x - cx + half) % self.size - half, (self.y - cy + half) % self.size - half

    def turned(self, cx: float, cy: float, turn: float) -> tuple[Array, Array]:
        """As `offset`, along a direction `turn` (radians, clockwise from the right) and across it."""
        dx, dy = self.offset(cx, cy)
        c, s = float(np.cos(turn)), float(np.sin(turn))
        return dx * c + dy * s, dy * c - dx * s

    def ring(self, cx: float, cy: float, rx: float, ry: float) -> Field:
        """Distance from a point in radii: 1 on the ellipse."""
        dx, dy = self.offset(cx, cy)
        return np.hypot(dx / rx, dy / ry)

    def lump(self, cx: float, cy: float, rx: float, ry: float) -> Array:
        """The height 0..1 of a half ball."""
        dx, dy = self.offset(cx, cy)
        return single(np.sqrt(np.clip(1 - (dx / rx) ** 2 - (dy / ry) ** 2, 0, 1)))

    def blade(
        self, cx: float, foot: float, height: float, lean: float, half: float
    ) -> tuple[Array, Array, Array]:
        """A blade of grass: height 0..1 along it, distance to the right of its middle, and its coverage."""
        dx, dy = self.offset(cx, foot)
        t = np.clip(-dy / height, 0, 1)
        dx = dx - lean * t * t
        return t, dx, smooth(0.35, -0.35, np.abs(dx) - half * (1 - t)) * (dy < 0) * (-dy < height)

    def wave(self, length: float, phase: float = 0.0) -> Array:
        """A sine -1..1 along the sheet; `phase` in waves."""
        return np.sin(2 * np.pi * (self.x / length + phase))

    def pickaxe(self) -> tuple[Field, Field]:
        """Where a pickaxe's head may be drawn: distance from its grip, and angle from the head's middle."""
        right, below = self.x - 0.36, self.y - 0.70
        return np.hypot(right, below), np.abs(np.arctan2(below, right) + 0.87)

    def bond(self, length: float, height: float, seed: int, turn: bool = False) -> Bond:
        """Rows of blocks, or columns."""
        x, y = (self.y, self.x) if turn else (self.x, self.y)
        return Bond(x, y, length, height, seed, size=self.size)

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


class Bond:
    """Rows of blocks, every other row moved along by `offset` (half a block unless told): fields [...].

    row, shifted: the row's number, and whether it is moved; x, y: place within the block; left, top: distance
    to its nearer end, and to its nearer long side; edge: to its nearest side; lit, unlit: to its nearest side
    towards the light, and away from it; tone: a value 0..1 of the block, drawn by its `number`. Columns
    repeat with `size`.
    """

    def __init__(
        self, x: Field, y: Field, length: float, height: float, seed: int, offset: float | None = None,
        size: float = 64.0, number: Callable[[Field, Field], Field] = lambda row, column: row * 64 + column,
    ) -> None:  # fmt: skip
        self.row = np.floor(y / height)
        self.shifted: Mask = self.row % 2 == 1
        along = x + self.row % 2 * (length / 2 if offset is None else offset)
        self.x, self.y = along % length, y % height
        self.left, self.top = np.minimum(self.x, length - self.x), np.minimum(self.y, height - self.y)
        self.edge = np.minimum(self.left, self.top)
        self.lit = np.minimum(self.x, self.y)
        self.unlit = np.minimum(length - self.x, height - self.y)
        column = np.floor(along / length) % round(size / length)
        self.tone: Array = single(hash01(number(self.row, column).astype(np.int64), seed))

    def inset(self, corner: float) -> Field:
        """Distance within a block whose corners are round, by a radius."""
        rounded = corner - np.hypot(np.maximum(corner - self.left, 0), np.maximum(corner - self.top, 0))
        return np.where((self.left < corner) & (self.top < corner), rounded, self.edge)


def scatter(seed: int, count: int) -> Iterator[tuple[float, float, float, float]]:
    """`count` fixed quadruples, uniform on 0..1."""
    for row in hash01(np.arange(count * 4), seed).reshape(count, 4):
        a, b, c, d = (float(value) for value in row)
        yield a, b, c, d


def in_each_tile(
    seed: int, xs: tuple[float, ...], ys: tuple[float, ...], jitter: float
) -> Iterator[tuple[float, float, float, float]]:
    """On a sheet of 2 x 2 tiles of 32 px: places in each tile, moved by chance, and two numbers 0..1."""
    for tile in range(4):
        for x, y, (a, b, c, d) in zip(xs, ys, scatter(seed + tile, len(xs)), strict=True):
            yield tile % 2 * 32 + x + jitter * (a - 0.5), tile // 2 * 32 + y + jitter * (b - 0.5), c, d


def crest(turn: Any, y: float, high: float, phase: float, second: float = 0.5) -> Any:
    """The height of a ridge of hills that repeats: two waves about `y`, at `turn` radians."""
    return y + high * np.sin(turn + phase) + second * high * np.sin(2 * turn + 2.3 * phase)


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
