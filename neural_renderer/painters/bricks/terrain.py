"""The parts box of the theme "bricks": the pixels of one material, brick layouts, and plastic relief.

A relief is a pair (shade, gloss): a factor on the colour and a share of white over it. Lengths are
output pixels on the material's own texture, where two tiles are 64.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from reskin.engine.frame import MATERIAL_INDEX
from reskin.neural_renderer import materials
from reskin.neural_renderer.noise import hash01
from reskin.neural_renderer.painters.kit.gbuffer import Array, GBuffer, Mask, mix, rgb, smooth

Relief = tuple[Array, Array]
_WHITE: Final = rgb(1, 1, 1)
_TILE_PX: Final = 32
_FACETS: Final = np.array([1.12, 1.30, 1.05, 0.80, 0.62, 0.74], np.float32)
"""Brightness of a gem's six facets, from its left side clockwise."""


class Spot(NamedTuple):
    """The pixels of one material as rows [1,N], so that the brushes of `base` apply to them.

    x, y: output pixels on the texture, 0..32 spans (scenery), or 0..1 over the thing (things);
    noise [1,N,16]; plain [1,N,3]: the colour the game drew; border: distance to the nearest border;
    top: distance below the surface that lies under the open, both in output pixels.
    """

    x: Array
    y: Array
    noise: Array
    plain: Array
    border: Array
    top: Array


def spot(g: GBuffer, where: Mask, name: str, top: Array) -> Spot:
    """Gather the pixels of one material."""
    index = MATERIAL_INDEX[name]
    span = float(materials.TILE_SPAN[index])
    place = g.texture[where] % span * (1 if materials.IS_THING[index] else _TILE_PX)
    x, y = (place[None, :, i].astype(np.float32) for i in range(2))
    return Spot(x, y, g.noise[where][None], g.color[where][None], g.border[where][None], top[where][None])


class Bond(NamedTuple):
    """Where a pixel lies in a running bond: x, y inside its brick, the brick's row, its own value
    0..1, and whether its row is a shifted one (whose bricks straddle the tiles)."""

    x: Array
    y: Array
    row: Array
    chance: Array
    shifted: Mask


def bond(x: Array, y: Array, width: float, height: float, offset: float | None = None) -> Bond:
    """Rows of bricks, every other row shifted by `offset` (half a brick unless told)."""
    row = np.floor(y / height)
    shifted = row % 2 == 1
    moved = (x + np.where(shifted, width / 2 if offset is None else offset, 0)) % 64
    return Bond(moved % width, y % height, row, each(moved, y, width, height, seed=2), shifted)


def each(x: Array, y: Array, width: float, height: float, seed: int) -> Array:
    """A value 0..1 for each brick of a layout, periodic over two tiles."""
    column, row = np.floor(x % 64 / width).astype(np.int64), np.floor(y % 64 / height).astype(np.int64)
    return hash01(row * 64 + column + 1, seed).astype(np.float32)


def light(color: Array, relief: Relief, strength: float = 1.0) -> Array:
    """Apply a relief to colours [1,N,3]."""
    shade, gloss = relief
    return mix(color * (1 + strength * (shade - 1))[..., None], _WHITE, strength * gloss)


def emboss(color: Array, relief: Relief) -> Array:
    """A relief on a colour that the game chose: shade is added, because a student adds more easily than
    it multiplies two inputs, and because black bricks need their studs too."""
    shade, gloss = relief
    return mix(color + 0.55 * (shade - 1)[..., None], _WHITE, gloss)


def inset(x: Array, y: Array, width: float, height: float) -> Array:
    """Distance to the nearest side of a width x height rectangle."""
    return np.minimum(np.minimum(x, width - x), np.minimum(y, height - y))


def plate(x: Array, y: Array, width: float, height: float, soft: float = 1.0) -> Relief:
    """A bevelled brick: x, y run from 0 to width and height inside it."""
    lit, unlit = np.minimum(x, y), np.minimum(width - x, height - y)
    gap = smooth(0.9 * soft, 0.25 * soft, np.minimum(lit, unlit))
    bevel = smooth(2.3 * soft, 1.2 * soft, lit) * (1 - gap) * (lit < unlit)
    dark = smooth(2.6 * soft, 1.0 * soft, unlit)
    body = 1.06 - 0.055 * (x / width + y / height)
    return body * (1 - 0.30 * dark) * (1 - 0.42 * gap), 0.36 * bevel


def tile(x: Array, y: Array, width: float, height: float) -> Relief:
    """A smooth tile: like a plate, with a thin groove and the slanting reflection of a window."""
    shade, gloss = plate(x, y, width, height)
    across = (x + y) / (width + height)
    sheen = smooth(0.13, 0.09, np.abs(across - 0.345)) + 0.6 * smooth(0.035, 0.015, np.abs(across - 0.54))
    return shade, np.maximum(gloss, 0.09 * sheen)


def studs(x: Array, y: Array, pitch: float, radius: float, soft: float = 1.0, lift: float = 0.07) -> Relief:
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


def gem(under: Array, tint: Array, u: Array, v: Array, where: Mask, pixel: float) -> Array:
    """A hexagonal cut stone set in `under`: six facets, a bright table, a glint. u, v are -1..1 over it,
    `where` says on which tiles it lies, `pixel` is an output pixel in the units of u and v."""
    size = np.maximum(np.abs(u), 0.5 * np.abs(u) + 0.866 * np.abs(v))
    turn = np.arctan2(v, u) / (np.pi / 3)
    facet = _FACETS[np.floor(turn + 3.001).astype(int) % 6]
    bright = np.where(size < 0.52, 1.12 - 0.22 * (u + v), facet)
    stone = emboss(tint, (bright, 0.08 + 0.30 * smooth(0.9, 1.3, bright)))
    stone = mix(stone, _WHITE, 0.85 * smooth(0.20, 0.06, np.hypot(u + 0.24, v + 0.24)))
    stone = mix(stone, _WHITE, 0.35 * smooth(1.0 * pixel, 0.3 * pixel, np.abs(size - 0.54)))
    under = under * (1 - 0.55 * smooth(1.35, 0.95, np.hypot(u - 0.12, v - 0.16)) * where)[..., None]
    return mix(under, stone, smooth(0.92 + 0.5 * pixel, 0.92 - 0.5 * pixel, size) * where)
