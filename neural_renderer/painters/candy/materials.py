"""The candy painter's materials: the colours of each, before icing, shadow and shine.

Each function paints the pixels of the material of its name: see `kit.pixels`. Read next: `painter`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reskin.neural_renderer.noise import CELL, CELL_ROUND, E10, E24, N10, N24, N64, SH, TILE
from reskin.neural_renderer.painters.candy import terrain, things
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, mix, ramp, rgb, single, smooth, vivid
from reskin.neural_renderer.painters.kit.pixels import Pixels
from reskin.neural_renderer.painters.kit.sheets import Sheet


def sky(s: Pixels) -> Array:
    """Soda sky with clouds of candyfloss, rosy below and white where they face the light."""
    color = s.sheet(terrain.sky, 64)
    body = 0.62 * s[N64] + 0.28 * s[N24] + 0.10 * s[N10]
    lit = np.clip(0.55 + 2.4 * (s[E24] - 0.5) + 1.2 * (s[E10] - 0.5) - 0.9 * (s[N64] - 0.72), 0, 1)
    floss = ramp(lit, (0, (0.95, 0.64, 0.83)), (0.45, (1.0, 0.82, 0.91)), (0.85, (1.0, 0.97, 0.98)))
    color = mix(color, rgb(1.0, 0.88, 0.96), 0.35 * smooth(0.40, 0.55, body))
    return mix(color, floss, smooth(0.52, 0.62, body) * 0.95)


def hill(s: Pixels) -> Array:
    color = s.sheet(terrain.hill, 64)
    color = color * (1 + 0.12 * (s[E24] - 0.5) + 0.06 * (s[N64] - 0.5))[..., None]
    syrup = 4.0 + 6.0 * s[N24]
    color = mix(color, rgb(0.98, 0.66, 0.78), smooth(1.0, -1.0, s.up - syrup) * 0.85)
    color = mix(color, rgb(1, 0.95, 0.96), smooth(0.5, 1.5, s.up) * smooth(3.6, 2.2, s.up) * 0.8)
    return mix(color, WHITE, 0.5 * smooth(0.66, 0.86, s[E24]))


def _toned(draw: Callable[[], Sheet], amount: float) -> Callable[[Pixels], Array]:
    """Paint with a sheet in uneven tones."""
    return lambda s: s.toned(draw, amount, 0.5 * amount)


def grass(s: Pixels) -> Array:
    color = s.toned(terrain.grass, 0.16, 0.08)
    return mix(color, WHITE, 0.30 * smooth(0.60, 0.85, s[E24]))


dirt = _toned(terrain.dirt, 0.24)
sand = _toned(terrain.sand, 0.14)


def stone(s: Pixels) -> Array:
    """Rock: violet gumdrops, cooler here and rosier there."""
    color = s.sheet(terrain.stone) * (1 + 0.30 * (s[N24] - 0.5) + 0.36 * (s[N64] - 0.5))[..., None]
    return color * mix(rgb(0.86, 0.94, 1.08), rgb(1.12, 0.94, 0.98), smooth(0.3, 0.7, s[N64]))


def ore(s: Pixels) -> Array:
    """Dark gumdrops set with boiled sweets in the game's own colour."""
    mask = s.sheet(terrain.ore)
    body, light, glow = mask[..., 0], mask[..., 1:2], mask[..., 2]
    pure = _sugar(s.color)
    sweet = pure * (0.30 + 1.15 * np.minimum(light, 0.7)) + 1.5 * np.maximum(light - 0.62, 0)
    color = stone(s) * (0.66 - 0.30 * smooth(0.1, 0.4, body))[..., None] + pure * (0.34 * glow)[..., None]
    return mix(single(color), sweet, smooth(0.45, 0.75, body))


def _sugar(color: Array) -> Array:
    """Plain colours as boiled sugar shows them."""
    return vivid(color, 1.5, 1.35, 0.45, 0.9)


snow = _toned(terrain.snow, 0.10)


wood = _toned(terrain.wood, 0.16)


def leaves(s: Pixels) -> Array:
    """Jelly drops in clumps: mint where lit, teal in the hollows."""
    clump = 0.6 * (s[E24] - 0.5) + 0.4 * (s[N24] - 0.5)
    color = single(s.sheet(terrain.leaves) * (1 + clump)[..., None])
    return mix(color, single(color * rgb(0.55, 0.75, 1.0)), smooth(0.0, -0.22, single(clump)) * 0.7)


brick = _toned(terrain.brick, 0.16)


def metal(s: Pixels) -> Array:
    return s.sheet(terrain.metal) * (1 + 0.14 * (s[SH] - 0.5) + 0.12 * (s[N64] - 0.5))[..., None]


def glass(s: Pixels) -> Array:
    grey = s.sheet(terrain.glass)
    color = mix(rgb(0.98, 0.70, 0.86), _sugar(s.color), 0.55) * (0.50 + 0.85 * grey) + 0.06
    return mix(single(color), WHITE, smooth(3.0, 1.0, s.border) * 0.6)


road = _toned(terrain.road, 0.22)


def wall(s: Pixels) -> Array:
    return s.sheet(terrain.wall) * (0.98 + 0.30 * (s[N64] - 0.5) + 0.16 * (s[TILE] - 0.5))[..., None]


floor = _toned(terrain.floor, 0.16)


def water(s: Pixels) -> Array:
    """Blue jelly: clear above, deep below, with caught bubbles and a wet lip."""
    depth = s.up + 6 * (s[N64] - 0.5)
    color = mix(rgb(0.46, 0.92, 0.98), rgb(0.10, 0.46, 0.90), smooth(0, 23, depth))
    color = color * (1 + 0.45 * (s[E24] - 0.5) + 0.14 * (s[N24] - 0.5))[..., None]
    color = mix(color, rgb(0.80, 0.98, 1.0), 0.60 * smooth(0.62, 0.80, s[E24]))
    bubble = smooth(0.21, 0.15, s[CELL_ROUND]) * (s[CELL] > 0.72)
    color = mix(color, rgb(0.62, 0.94, 1.0), (0.25 + 0.35 * smooth(0.08, 0.18, s[CELL_ROUND])) * bubble)
    color = mix(color, rgb(0.16, 0.60, 0.94), 0.55 * smooth(2.4, 3.4, s.up) * smooth(7, 3.4, s.up))
    return mix(color, rgb(0.93, 1.0, 1.0), smooth(2.8, 1.6, s.up) * 0.92)


def lava(s: Pixels) -> Array:
    """Boiling cherry syrup: glossy folds from deep red to molten caramel, a white-hot top."""
    heat = 0.55 * s[N24] + 0.45 * s[N64] + 0.22 * (s[N10] - 0.5) + 0.30 * smooth(14, 0, s.up)
    color = ramp(heat, (0.10, (0.46, 0.0, 0.16)), (0.34, (0.80, 0.03, 0.16)), (0.50, (0.98, 0.24, 0.10)),
                 (0.64, (1.0, 0.55, 0.10)), (0.86, (1.0, 0.90, 0.40)))  # fmt: skip
    color = color * (1 + 0.9 * (s[E24] - 0.5) + 0.35 * (s[E10] - 0.5))[..., None]
    color = mix(single(color), rgb(1.0, 0.90, 0.78), 0.80 * smooth(0.64, 0.78, s[E24] + 0.2 * (s[E10] - 0.5)))
    bubble = smooth(0.26, 0.20, s[CELL_ROUND]) * (s[CELL] > 0.60)
    color = mix(color, rgb(1.0, 0.80, 0.30), (0.20 + 0.60 * smooth(0.10, 0.22, s[CELL_ROUND])) * bubble)
    return mix(color, rgb(1.0, 0.97, 0.70), smooth(3.2, 1.2, s.up))


def unknown(s: Pixels) -> Array:
    """Fondant in the game's own colour."""
    color = _sugar(s.color) * 0.78 + 0.14
    color = color * (1 + 0.55 * (s[E24] - 0.5) + 0.16 * (s[N24] - 0.5))[..., None]
    return mix(color, WHITE, 0.55 * smooth(0.64, 0.84, s[E24]))


def effect(s: Pixels) -> Array:
    color = mix(_sugar(s.color), WHITE, 0.20 + 0.45 * smooth(0.5, 6, s.border))
    return mix(color, WHITE, smooth(0.78, 0.95, s[N10]) * 0.6)


def light(s: Pixels) -> Array:
    halo = mix(s.color, rgb(1.0, 0.80, 0.55), 0.45) * (0.95 + 0.3 * s[N24])[..., None]
    return mix(halo, rgb(1.0, 0.98, 0.90), smooth(0, 6, s.border) * 0.72)


def vehicle(s: Pixels) -> Array:
    mask = s.sheet(things.vehicle)
    share, light, lamp = mask[..., 0:1], mask[..., 1:2], mask[..., 2:3]
    body = _sugar(s.color) * (0.30 + 1.0 * np.minimum(light, 0.72)) + 1.6 * np.maximum(light - 0.70, 0)
    rest = rgb(0.16, 0.07, 0.16) + light * rgb(0.52, 0.82, 0.92) + lamp * rgb(0.25, 0.05, -0.20)
    return single(share * body + (1 - share) * rest)


def projectile(s: Pixels) -> Array:
    mask = s.sheet(things.projectile)
    color = _sugar(s.color) * (0.35 + 0.9 * mask[..., 0:1])
    return mix(single(color), WHITE, mask[..., 1])
