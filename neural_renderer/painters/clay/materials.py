"""The clay painter's materials: the clay of each, before rounded edges and shadow.

Each function paints the pixels of the material of its name: see `kit.pixels`. Read next: `painter`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reskin.neural_renderer.noise import E5, E10, E24, N10, N24, N64, TILE
from reskin.neural_renderer.painters.clay import terrain, things
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, mix, ramp, rgb, saturate, single, smooth
from reskin.neural_renderer.painters.kit.pixels import Pixels
from reskin.neural_renderer.painters.kit.sheets import Sheet


def sky(s: Pixels) -> Array:
    """A backdrop smeared on by thumbs; clouds are pats of white clay, lit above and shaded below."""
    color = s.sheet(terrain.sky, 64)
    color = color * (1 + 0.12 * (s[E10] - 0.5) + 0.05 * (s[E5] - 0.5) + 0.10 * (s[E24] - 0.5))[..., None]
    body = 0.66 * s[N64] + 0.26 * s[N24] + 0.08 * s[N10]
    color = color * (1 - 0.20 * smooth(0.48, 0.56, body))[..., None]
    lit = np.clip(
        0.60 + 2.0 * (s[E24] - 0.5) + 0.8 * (s[E10] - 0.5) + 0.5 * (s[E5] - 0.5) - 0.5 * (s[N64] - 0.7), 0, 1
    )
    pat = ramp(lit, (0, (0.70, 0.70, 0.78)), (0.5, (0.92, 0.89, 0.87)), (1, (1.0, 0.98, 0.94)))
    pat = pat * (1 - 0.22 * smooth(0.60, 0.555, body))[..., None]
    return mix(color, single(pat), smooth(0.55, 0.575, body))


def hill(s: Pixels) -> Array:
    color = s.sheet(terrain.hill, 64)
    color = color * (1 + 0.16 * (s[E10] - 0.5) + 0.14 * (s[E5] - 0.5) + 0.10 * (s[N64] - 0.5))[..., None]
    color = mix(color, rgb(0.93, 0.95, 0.84), 0.42 * smooth(5.5, 1.5, s.up) * smooth(0.0, 1.0, s.up))
    return mix(color, rgb(0.80, 0.84, 0.78), 0.16 + 0 * s.up)


def _kneaded(draw: Callable[[], Sheet], amount: float) -> Callable[[Pixels], Array]:
    """Paint with a sheet in uneven tones and broad lumps."""
    return lambda s: s.toned(draw, amount, 1.3 * amount, 0.10, middle=0.4)


def grass(s: Pixels) -> Array:
    color = _kneaded(terrain.grass, 0.20)(s)
    return mix(color, color * rgb(1.25, 1.20, 1.02), smooth(9, 2, s.up))


dirt = _kneaded(terrain.dirt, 0.24)
sand = _kneaded(terrain.sand, 0.14)


def stone(s: Pixels) -> Array:
    return _kneaded(terrain.stone, 0.22)(s) * mix(rgb(0.94, 0.97, 1.05), rgb(1.06, 1.0, 0.95), s[N24])


def ore(s: Pixels) -> Array:
    mask = s.sheet(terrain.ore)
    body, light, socket = mask[..., 0], mask[..., 1:2], mask[..., 2]
    color = stone(s) * (0.78 - 0.34 * socket * (1 - body))[..., None]
    nugget = _clay(s.color) * (0.15 + 1.30 * light) + 0.30 * np.maximum(light - 0.72, 0)
    return mix(color, single(nugget), smooth(0.4, 0.7, body))


def _clay(color: Array) -> Array:
    """The plain colour as a clay of that colour: neither black nor glaring."""
    return single(np.clip(0.10 + 0.84 * saturate(color, 1.25), 0.06, 0.96))


snow = _kneaded(terrain.snow, 0.10)


wood = _kneaded(terrain.wood, 0.18)


def leaves(s: Pixels) -> Array:
    clump = 1.1 * (s[E24] - 0.5) + 0.4 * (s[N24] - 0.5)
    color = single(s.sheet(terrain.leaves) * (1 + 0.9 * clump)[..., None])
    return mix(color, single(color * rgb(1.10, 1.02, 0.80)), smooth(0.0, 0.25, single(clump)) * 0.6)


brick = _kneaded(terrain.brick, 0.18)
metal = _kneaded(terrain.metal, 0.14)


def glass(s: Pixels) -> Array:
    mask = s.sheet(terrain.glass)
    light, frame = mask[..., :1], mask[..., 2]
    pane = _clay(s.color) * (0.45 + 0.75 * light) + 0.40 * np.maximum(light - 0.55, 0)
    return mix(single(pane), rgb(0.86, 0.80, 0.70) * (0.35 + 0.9 * light), frame)


road = _kneaded(terrain.road, 0.22)


def wall(s: Pixels) -> Array:
    return s.sheet(terrain.wall) * (1 + 0.30 * (s[N64] - 0.5) + 0.12 * (s[TILE] - 0.5))[..., None]


floor = _kneaded(terrain.floor, 0.16)


def water(s: Pixels) -> Array:
    """Blue clays marbled and varnished, a roll of white along the top."""
    mask = s.sheet(terrain.clay_marbled)
    swirl, light, gloss = mask[..., 0], mask[..., 1:2], mask[..., 2]
    depth = smooth(0, 24, s.up + 6 * (s[N64] - 0.5))
    high = mix(rgb(0.42, 0.78, 0.86), rgb(0.20, 0.54, 0.80), depth)
    low = mix(rgb(0.20, 0.60, 0.80), rgb(0.08, 0.32, 0.62), depth)
    color = (
        mix(low, high, smooth(0.2, 0.8, swirl))
        * (0.40 + 0.98 * light)
        * (1 + 0.30 * (s[E24] - 0.5))[..., None]
    )
    color = mix(color, WHITE, 0.42 * smooth(0.2, 0.9, gloss))
    roll = s.up + 1.2 * (s[N10] - 0.5)
    color = color * (1 - 0.35 * smooth(4.2, 5.2, roll) * smooth(9, 5.2, roll))[..., None]
    foam = ramp(
        roll, (0.5, (0.86, 0.92, 0.95)), (1.8, (1, 1, 0.99)), (3.2, (0.92, 0.96, 0.97)),
        (4.8, (0.66, 0.80, 0.88)),
    )  # fmt: skip
    return mix(color, foam, smooth(5.2, 4.4, roll))


def lava(s: Pixels) -> Array:
    """Red, orange and yellow clays marbled, glowing where they are yellow."""
    mask = s.sheet(terrain.clay_marbled)
    swirl, light, gloss = mask[..., 0], mask[..., 1:2], mask[..., 2]
    heat = 0.25 + 0.62 * swirl + 0.9 * (s[N24] - 0.5) + 1.0 * (s[N64] - 0.5) + 0.35 * smooth(16, 0, s.up)
    color = ramp(heat, (-0.3, (0.34, 0.06, 0.09)), (0.15, (0.56, 0.09, 0.08)), (0.45, (0.88, 0.24, 0.07)),
                 (0.75, (0.99, 0.55, 0.10)), (1.1, (1.0, 0.88, 0.36)))  # fmt: skip
    color = color * (0.50 + 0.80 * light)
    color = mix(single(color), rgb(1, 0.92, 0.75), 0.35 * smooth(0.2, 0.9, gloss))
    return mix(color, rgb(1.0, 0.92, 0.55), smooth(4.0, 2.0, s.up + 1.5 * (s[N10] - 0.5)))


def unknown(s: Pixels) -> Array:
    tone = 1 + 0.55 * (s[E24] - 0.5) + 0.40 * (s[E10] - 0.5) + 0.25 * (s[E5] - 0.5)
    return _clay(s.color) * tone[..., None]


def effect(s: Pixels) -> Array:
    """A flat dab, lighter in its middle."""
    color = mix(_clay(s.color), WHITE, 0.10 + 0.35 * smooth(1, 6, s.border))
    return color * (1 + 0.25 * (s[E10] - 0.5))[..., None]


def light(s: Pixels) -> Array:
    halo = mix(_clay(s.color), rgb(1.0, 0.80, 0.45), 0.5) * (1.05 + 0.16 * (s[E10] - 0.5))[..., None]
    return mix(single(halo), rgb(1.0, 0.97, 0.84), smooth(0, 6, s.border) * 0.7)


def vehicle(s: Pixels) -> Array:
    mask = s.sheet(things.vehicle)
    share, light, lamp = mask[..., 0:1], mask[..., 1:2], mask[..., 2:3]
    rest = rgb(0.08, 0.07, 0.09) + light * rgb(0.66, 0.80, 0.84) + lamp * rgb(0.28, 0.06, -0.30)
    return single(share * _clay(s.color) * (0.25 + 1.25 * light) + (1 - share) * rest)


def projectile(s: Pixels) -> Array:
    mask = s.sheet(things.projectile)
    return mix(single(_clay(s.color) * (0.20 + 1.05 * mask[..., 0:1])), WHITE, mask[..., 1])
