"""What the brick painter builds with: rows of bricks, and the relief of plates, tiles, studs and gems.

A relief is a pair (shade, gloss): a factor on the colour, and a share of white over it. Lengths are output
pixels on the material's own texture, where two tiles are 64.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.noise import hash01
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, Mask, mix, smooth
from reskin.neural_renderer.painters.kit.sheets import Bond

Relief = tuple[Array, Array]
_FACETS: Final = np.array([1.12, 1.30, 1.05, 0.80, 0.62, 0.74], np.float32)
"""Brightness of a gem's six facets, from its left side clockwise."""


def brick_bond(x: Array, y: Array, width: float, height: float, offset: float | None = None) -> Bond:
    """Rows of bricks, every other row shifted by `offset` (half a brick unless told)."""
    return Bond(
        x.astype(np.float64), y, width, height, 2, offset, number=lambda row, column: row * 64 + column + 1
    )


def each_brick(x: Array, y: Array, width: float, height: float, seed: int) -> Array:
    """A value 0..1 for each brick of a layout; it repeats over two tiles."""
    column, row = np.floor(x % 64 / width).astype(np.int64), np.floor(y % 64 / height).astype(np.int64)
    return hash01(row * 64 + column + 1, seed).astype(np.float32)


def brick_lit(color: Array, relief: Relief, strength: float = 1.0) -> Array:
    """Apply a relief to colours [1,N,3]."""
    shade, gloss = relief
    return mix(color * (1 + strength * (shade - 1))[..., None], WHITE, strength * gloss)


def brick_embossed(color: Array, relief: Relief) -> Array:
    """Apply a relief to the plain colour. Shade is added: a small network adds its inputs more easily than it
    multiplies them, and black bricks need their studs too."""
    shade, gloss = relief
    return mix(color + 0.55 * (shade - 1)[..., None], WHITE, gloss)


def brick_inset(x: Array, y: Array, width: float, height: float) -> Array:
    """Distance to the nearest side of a width x height rectangle."""
    return np.minimum(np.minimum(x, width - x), np.minimum(y, height - y))


def brick_plate(x: Array, y: Array, width: float, height: float, soft: float = 1.0) -> Relief:
    """A bevelled brick: x, y run from 0 to width and height inside it."""
    near, far = np.minimum(x, y), np.minimum(width - x, height - y)
    gap = smooth(0.9 * soft, 0.25 * soft, np.minimum(near, far))
    bevel = smooth(2.3 * soft, 1.2 * soft, near) * (1 - gap) * (near < far)
    dark = smooth(2.6 * soft, 1.0 * soft, far)
    body = 1.06 - 0.055 * (x / width + y / height)
    return body * (1 - 0.30 * dark) * (1 - 0.42 * gap), 0.36 * bevel


def brick_tile(x: Array, y: Array, width: float, height: float) -> Relief:
    """A smooth tile: like a plate, with a thin groove and the slanting reflection of a window."""
    shade, gloss = brick_plate(x, y, width, height)
    slant = (x + y) / (width + height)
    sheen = smooth(0.13, 0.09, np.abs(slant - 0.345)) + 0.6 * smooth(0.035, 0.015, np.abs(slant - 0.54))
    return shade, np.maximum(gloss, 0.09 * sheen)


def brick_studs(
    x: Array, y: Array, pitch: float, radius: float, soft: float = 1.0, lift: float = 0.07
) -> Relief:
    """A stud in the middle of every pitch x pitch square: cast shadow, rim, top and highlight."""
    u, v = x % pitch - pitch / 2, y % pitch - pitch / 2
    r = np.hypot(u, v)
    inside = smooth(radius + 0.45 * soft, radius - 0.45 * soft, r)
    cast = smooth(radius + 2.2, radius - 1.2, np.hypot(u - 1.5, v - 1.9)) * (1 - inside)
    facing = -(u + v) / (1.414 * np.maximum(r, 1))
    rim = smooth(1.35 * soft, 0.45 * soft, np.abs(r - radius + 0.9)) * inside
    shade = (1 - 0.46 * cast) * (1 + inside * (lift - 0.06 * (u + v) / radius))
    shade = shade * (1 - 0.30 * rim * np.clip(-facing, 0, 1))
    glint = smooth(1.75 * soft, 0.5 * soft, np.hypot(u + 0.36 * radius, v + 0.40 * radius))
    return shade, np.maximum(0.50 * rim * np.clip(facing, 0, 1), 0.82 * glint)


def ore_gem(under: Array, color: Array, u: Array, v: Array, where: Mask, pixel: float) -> Array:
    """A hexagonal cut stone set in `under`: six facets, a bright table, a glint. u, v are -1..1 over it,
    `where` says on which tiles it lies, `pixel` is an output pixel in the units of u and v."""
    size = np.maximum(np.abs(u), 0.5 * np.abs(u) + 0.866 * np.abs(v))
    turn = np.arctan2(v, u) / (np.pi / 3)
    facet = _FACETS[np.floor(turn + 3.001).astype(int) % 6]
    bright = np.where(size < 0.52, 1.12 - 0.22 * (u + v), facet)
    stone = brick_embossed(color, (bright, 0.08 + 0.30 * smooth(0.9, 1.3, bright)))
    stone = mix(stone, WHITE, 0.85 * smooth(0.20, 0.06, np.hypot(u + 0.24, v + 0.24)))
    stone = mix(stone, WHITE, 0.35 * smooth(1.0 * pixel, 0.3 * pixel, np.abs(size - 0.54)))
    under = under * (1 - 0.55 * smooth(1.35, 0.95, np.hypot(u - 0.12, v - 0.16)) * where)[..., None]
    return mix(under, stone, smooth(0.92 + 0.5 * pixel, 0.92 - 0.5 * pixel, size) * where)
