"""The ember painter's materials: the colours and the heat of each, before light, glow and shadow.

Each function paints the pixels of the material of its name: see `kit.pixels`. Read next: `painter`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reskin.neural_renderer.noise import CELL, CELL_EDGE, E10, E24, N2, N5, N10, N24, N64, SH, SV
from reskin.neural_renderer.painters.ember import terrain, things
from reskin.neural_renderer.painters.ember.terrain import ember_heat
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, mix, ramp, rgb, single, smooth, vivid
from reskin.neural_renderer.painters.kit.pixels import Pixels
from reskin.neural_renderer.painters.kit.sheets import Sheet


def _hot(s: Pixels, low: float = 0.45, high: float = 0.85) -> Array:
    """0..1: where fire runs below the ground: broad patches with ragged rims."""
    return smooth(low, high, 0.68 * s[N64] + 0.32 * s[N24])


def _earth(s: Pixels, draw: Callable[[], Sheet], amount: float) -> Array:
    """A sheet with uneven tones, bluish here and reddish there."""
    return s.toned(draw, amount, 0.34, 0.30) * mix(rgb(0.88, 0.92, 1.16), rgb(1.14, 1.0, 0.90), s[N64])


def sky(s: Pixels) -> Array:
    color = s.sheet(terrain.sky, 64)
    low = smooth(1.5, 6.0, s.texture[..., 1] % 16)
    body = smooth(0.44, 0.74, 0.58 * s[N64] + 0.32 * s[N24] + 0.10 * s[N10])
    lit = np.clip(0.42 - 2.6 * (s[E24] - 0.5) - 1.2 * (s[E10] - 0.5), 0, 1)
    shade = mix(rgb(0.045, 0.038, 0.095), rgb(0.30, 0.085, 0.085), low)
    fire = mix(rgb(0.30, 0.10, 0.17), rgb(1.0, 0.60, 0.22), low)
    color = mix(color, mix(shade, fire, lit), body * 0.86)
    star = smooth(0.945, 0.99, s[N2]) * smooth(0.40, 0.90, s[N10]) * (1 - low) * (1 - body)
    spark = smooth(0.985, 0.999, s[N5]) * smooth(0.15, 0.5, s[N24]) * low
    color = color + star[..., None] * rgb(0.80, 0.84, 1.0)
    return mix(color, rgb(1.0, 0.90, 0.55), spark * 0.9)


def hill(s: Pixels) -> Array:
    color = s.sheet(terrain.hill, 64) * (1 + 0.34 * (s[E24] - 0.5) + 0.34 * (s[N64] - 0.5))[..., None]
    haze = smooth(0.45, 0.95, 0.6 * s[N64] + 0.4 * s[N24])
    color = mix(color, rgb(0.50, 0.17, 0.12), haze * 0.34)
    color = color * (1 - 0.30 * smooth(24, 4, s.up))[..., None]
    return mix(color, rgb(1.0, 0.55, 0.20), smooth(2.6, 0.6, s.up) * 0.70)


def grass(s: Pixels) -> Array:
    wind = 0.55 * s[N24] + 0.45 * s[SV]
    color = s.sheet(terrain.grass) * (0.70 + 0.74 * wind + 0.3 * (s[E24] - 0.5))[..., None]
    color = color * mix(rgb(0.62, 0.95, 0.92), rgb(1.30, 1.0, 0.80), smooth(0.25, 0.70, s[N64]))
    glade = 0.62 * smooth(0.10, 0.45, color[..., 0]) * _hot(s, 0.48, 0.80)
    burning = np.maximum(smooth(0.45, 0.95, wind) * smooth(26, 4, s.up), glade)
    burning = np.minimum(burning + 0.75 * smooth(9, 0, s.up + 7 * (s[SV] - 0.5)), 1)
    return single(color + ember_heat(single(burning * 0.70)) * (0.16 + 1.3 * color))


def dirt(s: Pixels) -> Array:
    color = _earth(s, terrain.dirt, 0.42)
    hot = _hot(s, 0.50, 0.88)
    cinder = single(smooth(0.90, 0.985, s[N5]) * (0.25 + 0.75 * hot))
    color = color + (0.26 * hot)[..., None] * rgb(1.0, 0.24, 0.06) * (0.4 + color)
    return mix(color, ember_heat(0.45 + 0.5 * cinder), cinder * 0.92)


def sand(s: Pixels) -> Array:
    color = _earth(s, terrain.sand, 0.28)
    return mix(color, rgb(1.0, 0.72, 0.40), smooth(0.955, 0.995, s[N2]) * 0.6)


def _rock(s: Pixels) -> Array:
    """Blocks of basalt with bevels: no fire in them."""
    dome = smooth(0.02, 0.58, s[CELL_EDGE])
    tone = 0.50 + 0.42 * dome + 0.30 * s[CELL] + 0.30 * (s[N64] - 0.5) + 0.55 * (s[E10] - 0.5)
    color = (
        s.sheet(terrain.stone) * tone[..., None] * mix(rgb(0.86, 0.95, 1.20), rgb(1.20, 0.98, 0.86), s[CELL])
    )
    rim = smooth(0.10, 0.24, s[CELL_EDGE]) * smooth(0.46, 0.24, s[CELL_EDGE]) * smooth(0.48, 0.60, s[E24])
    color = mix(color, rgb(0.74, 0.52, 0.44), rim * 0.42)
    return mix(color, rgb(0.030, 0.026, 0.055), smooth(0.17, 0.04, s[CELL_EDGE]) * 0.9)


def stone(s: Pixels) -> Array:
    hot = _hot(s, 0.46, 0.80)
    crack = smooth(0.15, 0.015, s[CELL_EDGE])
    beside = smooth(0.62, 0.05, s[CELL_EDGE])
    color = _rock(s) + (hot * beside * beside * 0.42)[..., None] * rgb(1.0, 0.20, 0.04)
    return mix(color, ember_heat(0.34 + 0.52 * hot), crack * smooth(0.02, 0.30, hot))


def ore(s: Pixels) -> Array:
    mask = s.sheet(terrain.ore)
    body, facet, glow = mask[..., 0], mask[..., 1:2], mask[..., 2]
    bright = vivid(s.color, 1.5, 1.35, 0.45, 0.9)
    gem = bright * (0.22 + 1.05 * facet) + 0.85 * np.maximum(facet - 0.66, 0)
    color = _rock(s) * (0.80 - 0.45 * smooth(0.1, 0.5, body))[..., None] + bright * (0.50 * glow)[..., None]
    return mix(color, gem, smooth(0.45, 0.80, body))


def snow(s: Pixels) -> Array:
    color = (
        s.sheet(terrain.snow)
        * (1 + 0.50 * (s[E24] - 0.5) + 0.26 * (s[N64] - 0.5) + 0.42 * (s[E10] - 0.5))[..., None]
    )
    color = color * mix(rgb(0.92, 0.96, 1.10), rgb(1.12, 1.0, 0.90), s[N64])
    color = mix(color, rgb(0.92, 0.62, 0.42), smooth(10, 0, s.up) * 0.42)
    return mix(color, rgb(1.0, 0.50, 0.12), smooth(0.965, 0.995, s[N5]) * 0.85)


def wood(s: Pixels) -> Array:
    color = _earth(s, terrain.wood, 0.26)
    char = smooth(0.50, 0.80, 0.6 * s[N24] + 0.4 * s[N64])
    color = mix(color, color * rgb(0.36, 0.34, 0.42), char * 0.8)
    check = smooth(0.20, 0.04, s[CELL_EDGE]) * smooth(0.55, 1.0, char)
    return mix(color, ember_heat(0.30 + 0.35 * s[N10]), check * 0.75)


def leaves(s: Pixels) -> Array:
    clump = 0.55 * s[N24] + 0.9 * (s[E24] - 0.5) + 0.5 * (s[E10] - 0.5) + 0.20 * s[N64]
    color = s.sheet(terrain.leaves) * (0.52 + 1.05 * smooth(0.20, 0.62, clump))[..., None]
    glow = smooth(0.42, 0.74, clump)
    color = color + (glow * 0.85)[..., None] * color * rgb(1.0, 0.75, 0.25)
    return mix(color, rgb(1.0, 0.80, 0.34), smooth(0.93, 0.99, s[N5]) * glow * 0.8)


def brick(s: Pixels) -> Array:
    color = s.sheet(terrain.brick) * (1 + 0.36 * (s[N64] - 0.5) + 0.20 * (s[N24] - 0.5))[..., None]
    joint, hot = s.sheet(terrain.brick_mortar)[..., 0], _hot(s, 0.55, 0.86)
    color = color + (hot * 0.14)[..., None] * rgb(1.0, 0.22, 0.05)
    return mix(color, ember_heat(0.30 + 0.50 * hot), hot * smooth(0.15, 0.75, joint) * 0.92)


def metal(s: Pixels) -> Array:
    color = s.sheet(terrain.metal) * (1 + 0.16 * (s[SH] - 0.5))[..., None]
    temper = ramp(s[N64], (0.0, (1.0, 0.86, 0.62)), (0.35, (1.12, 0.86, 0.74)), (0.6, (0.92, 0.82, 1.25)),
                  (0.8, (0.68, 0.92, 1.38)), (1.0, (0.78, 1.0, 1.25)))  # fmt: skip
    rust = smooth(0.64, 0.86, 0.6 * s[N24] + 0.4 * s[N10])
    return mix(color * temper, rgb(0.42, 0.15, 0.07) * (0.6 + 0.8 * s[N5])[..., None], rust * 0.62)


def glass(s: Pixels) -> Array:
    pane = s.sheet(terrain.glass)
    color = mix(s.color, rgb(1.0, 0.72, 0.36), 0.25) * (0.16 + 1.35 * pane) * (0.75 + 0.5 * s[N24])[..., None]
    return single(color + 0.12 * np.maximum(pane - 0.7, 0))


def road(s: Pixels) -> Array:
    color = _earth(s, terrain.road, 0.30)
    hot = _hot(s, 0.62, 0.92)
    return color + (0.30 * hot)[..., None] * rgb(1.0, 0.30, 0.08) * (0.12 + color)


def wall(s: Pixels) -> Array:
    color = s.sheet(terrain.wall) * (1 + 0.46 * (s[N64] - 0.5) + 0.22 * (s[E24] - 0.5))[..., None]
    return color + (0.085 * smooth(0.50, 0.95, 0.7 * s[N64] + 0.3 * s[N24]))[..., None] * rgb(1.0, 0.28, 0.10)


def floor(s: Pixels) -> Array:
    color = _earth(s, terrain.floor, 0.20)
    return color + (0.13 * smooth(0.45, 0.95, s[N64]))[..., None] * rgb(1.0, 0.50, 0.16)


def water(s: Pixels) -> Array:
    depth = s.up + 6 * (s[N64] - 0.5)
    color = mix(rgb(0.06, 0.34, 0.40), rgb(0.015, 0.085, 0.165), smooth(0, 23, depth))
    color = color * (1 + 0.50 * (s[E24] - 0.5) + 0.40 * (s[N24] - 0.5))[..., None]
    ripple = smooth(0.58, 0.95, s[SH])
    fiery = smooth(0.40, 0.85, s[N64] + 0.35 * smooth(14, 2, s.up))
    color = color + (ripple * 0.42)[..., None] * mix(rgb(0.10, 0.52, 0.62), rgb(1.0, 0.50, 0.16), fiery)
    shore = smooth(9, 0, s.border)
    color = color * (1 - 0.45 * shore * shore)[..., None]
    foam = smooth(1.3, 0.4, np.abs(s.border - 2.2 - 1.4 * (s[N10] - 0.5)))
    color = mix(color, rgb(0.30, 0.66, 0.70), foam * 0.42)
    color = mix(color, rgb(0.95, 0.55, 0.24), smooth(6, 1, s.up + 5 * (s[SH] - 0.5)) * 0.55)
    return mix(color, rgb(1.0, 0.86, 0.60), smooth(2.2, 1.0, s.up) * 0.92)


def lava(s: Pixels) -> Array:
    cool = 0.85 * s[CELL_EDGE] - 0.55 * (s[N24] - 0.5) - 0.62 * (s[N64] - 0.5) + 0.18 * (s[N5] - 0.5) + 0.16
    color = ramp(
        cool,
        (0.0, (1.0, 0.96, 0.66)), (0.13, (1.0, 0.76, 0.24)), (0.28, (1.0, 0.42, 0.06)),
        (0.44, (0.72, 0.13, 0.04)), (0.58, (0.26, 0.05, 0.06)), (1.0, (0.10, 0.04, 0.07)),
    )  # fmt: skip
    color = color + (0.42 * (s[E10] - 0.5) * smooth(0.35, 0.7, cool))[..., None] * rgb(1.0, 0.55, 0.45)
    color = mix(color, rgb(1.0, 0.60, 0.12), smooth(11, 2, s.up + 5 * (s[N10] - 0.5)) * 0.75)
    return mix(color, rgb(1.0, 0.97, 0.74), smooth(3.6, 1.0, s.up + 1.8 * (s[N10] - 0.5)))


def unknown(s: Pixels) -> Array:
    tone = 1 + 0.30 * (s[N24] - 0.5) + 0.46 * (s[E10] - 0.5) + 0.24 * (s[E24] - 0.5)
    color = mix(s.color, rgb(0.40, 0.20, 0.18), 0.25) * (0.80 * tone)[..., None]
    return mix(color, rgb(1.0, 0.55, 0.18), smooth(0.955, 0.99, s[N5]) * 0.7)


def effect(s: Pixels) -> Array:
    color = mix(s.color, rgb(1.0, 0.86, 0.55), 0.20 + 0.45 * smooth(0.5, 5, s.border))
    return mix(color, WHITE, smooth(0.80, 0.97, s[N10]) * 0.4)


def light(s: Pixels) -> Array:
    halo = mix(s.color, rgb(1.0, 0.62, 0.20), 0.45) * 1.1
    return mix(halo, rgb(1.0, 0.98, 0.84), smooth(0, 6, s.border) * 0.75)


def vehicle(s: Pixels) -> Array:
    mask = s.sheet(things.vehicle)
    share, light, lamp = mask[..., 0:1], mask[..., 1:2], mask[..., 2:3]
    body = (0.08 + 0.92 * s.color) * (0.30 + 1.05 * light) + 0.5 * np.maximum(light - 0.7, 0) * rgb(
        1, 0.7, 0.4
    )
    rest = rgb(0.05, 0.04, 0.08) + light * rgb(0.62, 0.60, 0.66) + lamp * rgb(1.0, 0.76, 0.34)
    return share * body + (1 - share) * rest


def projectile(s: Pixels) -> Array:
    mask = s.sheet(things.projectile)
    color = mix(s.color * 1.1 + 0.06, rgb(1.0, 0.98, 0.88), mask[..., 1])
    return color * (1 - 0.35 * mask[..., 2:3])
