"""The theme "bricks": a macro photograph of a diorama built of glossy plastic toy bricks.

Nearly everything is periodic, because that is what a small student reproduces exactly: plates, gaps,
bevels and studs repeat over two tiles, each layout on the 16 px lattice. Chance enters as a value
baked into the texture for each brick and as the TILE noise. What is behind is larger, paler and out
of focus. Light falls from the upper left. Foreground materials are in `brick_ground`, things in
`brick_toys`, and the relief of plates and studs in `brick_parts`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import ndimage

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS
from reskin.neural_renderer.noise import N64, TILE
from reskin.neural_renderer.painters.bricks.materials import GROUND
from reskin.neural_renderer.painters.bricks.terrain import Spot, light, plate, spot, studs
from reskin.neural_renderer.painters.bricks.things import TOYS
from reskin.neural_renderer.painters.kit.gbuffer import (
    REACH,
    Array,
    GBuffer,
    Mask,
    Painter,
    blur,
    mix,
    ramp,
    rgb,
    shift,
    smooth,
)

_WHITE: Final = rgb(1, 1, 1)
_BEHIND: Final = ("sky", "hill")
_LOOSE: Final = ("effect", "light", "unknown")
_HEAVENS: Final = (
    (0, (0.45, 0.71, 0.93)), (128, (0.58, 0.80, 0.96)), (256, (0.79, 0.91, 0.98)), (384, (0.85, 0.94, 0.97)),
    (512, (0.45, 0.71, 0.93)),
)  # fmt: skip
"""The sky's gradient down its own 512 px, closed so that a tall world shows no seam."""
_CLOUDS: Final = (
    (3, 5, 3), (1, 6, 7), (0, 7, 9), (1, 8, 6), (17, 2, 2), (15, 3, 6), (16, 4, 7),
    (24, 9, 4), (22, 10, 8), (21, 11, 10), (23, 12, 5), (10, 13, 3), (8, 14, 6), (9, 15, 6),
)  # fmt: skip
"""Rows of white bricks in the sky: column, row and length on its 32 x 32 lattice of half tiles."""


# ---- behind: larger, paler, softer ------------------------------------------------------------


def _sky(s: Spot) -> Array:
    """Big pale plates out of focus: one texel of the sky is 8 px, so nothing here is sharper."""
    color = ramp(s.y, *_HEAVENS)
    color = color + 0.035 * (s.noise[..., N64, None] - 0.5)
    cell = _sky_cells()
    shade, cloud = _texels(blur(cell, 0.5), s.x - 5, s.y - 11), smooth(0.3, 0.7, _texels(cell, s.x, s.y))
    color = color * (1 - 0.10 * shade[..., None] * (1 - cloud[..., None]) * rgb(1.2, 1.0, 0.6))
    below = 1 - _texels(cell, s.x, s.y + 14)
    color = mix(color, mix(rgb(0.97, 0.985, 1.0), rgb(0.86, 0.92, 0.98), below), cloud * 0.92)
    column, row = s.x % 64, s.y % 32
    seam = np.minimum(np.minimum(column, 64 - column) * 1.2, np.minimum(row, 32 - row))
    u, v = s.x % 32 - 16, s.y % 32 - 16
    r = np.hypot(u, v)
    top = smooth(11.5, 8, r) * smooth(26, -22, u + v)
    cast = smooth(15, 9, np.hypot(u - 2.5, v - 3)) * smooth(8, 11.5, r)
    return mix(color * (1 - 0.035 * smooth(4, 0, seam) - 0.05 * cast)[..., None], _WHITE, 0.16 * top)


def _hill(s: Spot) -> Array:
    """Plates of 4/3 tiles, so that they coincide with the hill's own TILE noise."""
    pitch = 128 / 3
    hue = s.noise[..., TILE]
    color = ramp(hue, (0, (0.43, 0.66, 0.60)), (0.5, (0.50, 0.72, 0.62)), (1, (0.60, 0.78, 0.64)))
    color = color + 0.05 * (s.noise[..., N64, None] - 0.5)
    color = light(color, plate(s.x % pitch, s.y % pitch, pitch, pitch, soft=1.7), 0.42)
    return light(color, studs(s.x, s.y, pitch / 2, 7.0, soft=1.6), 0.5)


def _sky_cells() -> Array:
    cell = np.zeros((32, 32), np.float32)
    for column, row, length in _CLOUDS:
        cell[row, np.arange(column, column + length) % 32] = 1
    return np.kron(cell, np.ones((2, 2), np.float32))


def _texels(table: Array, x: Array, y: Array) -> Array:
    """Bilinear and periodic, as a student samples its texture; 8 px a texel."""
    place = [(y % 512) / 8 - 0.5, (x % 512) / 8 - 0.5]
    return ndimage.map_coordinates(table, place, order=1, mode="grid-wrap").astype(np.float32)


_PAINTS: Final = {"sky": _sky, "hill": _hill} | GROUND | TOYS
assert set(_PAINTS) == set(MATERIALS)


# ---- the picture ------------------------------------------------------------------------------


def paint(g: GBuffer) -> Array:
    """float32 [H,W,3] RGB: each material by its own function, then edges, shadows and glow."""
    behind = g.mask(*_BEHIND)
    loose = g.is_thing | g.mask(*_LOOSE)
    lattice = g.texture[..., 1] * 32 % 32
    # A row of plates runs on under a thing that stands on it, but not under one that floats before it.
    under = np.where((lattice < 7) & g.mask("grass"), g.up(behind | loose), REACH)
    top = np.minimum(g.up(behind), under).astype(np.float32)
    picture = np.empty((*g.shape, 3), np.float32)
    for name, brush in _PAINTS.items():
        where = g.material == MATERIAL_INDEX[name]
        if where.any():
            picture[where] = brush(spot(g, where, name, top))[0]
    picture = _edges(g, picture, behind)
    picture = _shadows(g, picture, behind)
    return np.clip(_glow(g, picture), 0, 1)


def _edges(g: GBuffer, picture: Array, behind: Mask) -> Array:
    """Bevels where a layer ends: bright towards the upper left, dark towards the lower right."""
    front = (~behind & ~g.is_thing & ~g.mask("water", "lava", "effect", "light")).astype(np.float32)
    bright = np.maximum(smooth(1.9, 0.7, g.up(behind)), 0.7 * smooth(1.7, 0.6, g.left(behind)))
    dark = np.maximum(smooth(2.4, 0.6, g.down(behind)), smooth(2.2, 0.6, g.right(behind)))
    picture = mix(picture, rgb(0, 0, 0), 0.38 * (dark * front))
    picture = mix(picture, _WHITE, 0.38 * bright * front)
    ridge = smooth(24, 0, g.up(g.mask("sky"))) * g.mask("hill")
    crest = smooth(2.2, 0.8, g.near(g.mask("sky"))) * g.mask("hill")
    return mix(picture, rgb(0.88, 0.95, 0.90), 0.30 * ridge + 0.35 * crest)


def _shadows(g: GBuffer, picture: Array, behind: Mask) -> Array:
    """Soft shadows that each layer casts to the lower right on what lies behind it."""
    cool = rgb(1.0, 0.92, 0.72)
    things, hill, sky = g.is_thing, g.mask("hill"), g.mask("sky")
    solid = ~behind & ~things & ~g.mask("effect", "light")
    cast = 0.34 * blur(shift(solid.astype(np.float32), 4, 5), 2.6) * behind
    cast += 0.16 * blur(shift(hill.astype(np.float32), 3, 3), 3) * sky
    cast += 0.40 * blur(shift(g.mask("leaves").astype(np.float32), 2, 4), 2) * g.mask("wood")
    deep, wall = g.mask("water", "lava", "glass"), g.mask("wall", "floor", "road")
    ground = solid & ~deep & ~wall
    cast += 0.36 * blur(shift(ground.astype(np.float32), 2.5, 3), 1.8) * (deep | wall)
    cast = np.maximum(cast, 0.46 * blur(shift(things.astype(np.float32), 2, 3), 1.7) * ~things)
    cast = np.where(g.mask("effect", "light"), 0, cast)
    return picture * (1 - cast[..., None] * cool)


def _glow(g: GBuffer, picture: Array) -> Array:
    """Lava and lights shine on their surroundings."""
    lava, lamp = g.mask("lava"), g.mask("light", "effect")
    if lava.any():
        picture = mix(picture, rgb(1.0, 0.55, 0.12), 0.42 * smooth(10, 0, g.near(lava)) * ~lava)
    if lamp.any():
        picture = mix(picture, rgb(1.0, 0.95, 0.72), 0.38 * smooth(9, 0, g.near(lamp)) * ~lamp)
    return picture


PAINTER: Final = Painter(name="bricks", title="Toy bricks", paint=paint)
