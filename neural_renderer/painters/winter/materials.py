"""The winter painter's materials: the colours of each, before light, snow and shadow.

Each function paints the pixels of the material of its name: see `kit.pixels`. Read next: `painter`.
"""

from __future__ import annotations

import numpy as np

from reskin.neural_renderer.noise import CELL, CELL_EDGE, E5, E10, E24, N5, N10, N24, N64, SH, SV, TILE
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, mix, ramp, rgb, saturate, single, smooth
from reskin.neural_renderer.painters.kit.pixels import Pixels
from reskin.neural_renderer.painters.winter import terrain, things


def sky(s: Pixels) -> Array:
    color = s.sheet(terrain.sky, 64)
    body = 0.58 * s[N64] + 0.32 * s[N24] + 0.10 * s[N10]
    lit = np.clip(0.5 + 2.6 * (s[E24] - 0.5) + 1.0 * (s[E10] - 0.5) - 0.8 * (s[N64] - 0.7), 0, 1)
    cloud = mix(rgb(0.74, 0.66, 0.85), rgb(1.0, 0.93, 0.89), lit)
    color = mix(color, rgb(0.98, 0.84, 0.86), smooth(0.62, 0.95, s[SH]) * 0.12)
    return mix(color, cloud, smooth(0.50, 0.78, body) * 0.80)


def hill(s: Pixels) -> Array:
    color = s.sheet(terrain.hill, 64)
    color = color * (1 + 0.16 * (s[E24] - 0.5) + 0.10 * (s[N64] - 0.5))[..., None]
    color = mix(color, rgb(0.97, 0.86, 0.86), 0.22 * smooth(0.35, 0.9, s[N64]))
    crest = smooth(11, 3, s.up + 5 * (s[N24] - 0.5))
    color = mix(color, rgb(0.93, 0.91, 0.97), crest * 0.75)
    return mix(color, rgb(1.0, 0.95, 0.90), smooth(3.4, 1.0, s.up))


def grass(s: Pixels) -> Array:
    color = s.sheet(terrain.grass) * (0.98 + 0.30 * (s[N24] - 0.5))[..., None]
    return mix(color, rgb(0.78, 0.87, 0.94), smooth(0.72, 0.95, s[SV]) * 0.35)


def dirt(s: Pixels) -> Array:
    return mix(s.toned(terrain.dirt, 0.26, 0.18, 0.22), terrain.FROST, smooth(0.86, 0.97, s[N10]) * 0.28)


def sand(s: Pixels) -> Array:
    return s.toned(terrain.sand, 0.12, 0.18, 0.22)


def stone(s: Pixels) -> Array:
    dome = smooth(0.02, 0.62, s[CELL_EDGE])
    tone = 0.62 + 0.28 * dome + 0.22 * s[CELL] + 0.30 * (s[N64] - 0.5)
    tone = tone + 0.50 * (s[E10] - 0.5) + 0.20 * (s[E5] - 0.5)
    color = (
        s.sheet(terrain.stone) * tone[..., None] * mix(rgb(0.92, 0.98, 1.08), rgb(1.08, 1.0, 0.95), s[CELL])
    )
    rim = smooth(0.12, 0.26, s[CELL_EDGE]) * smooth(0.48, 0.26, s[CELL_EDGE])
    color = mix(color, rgb(0.80, 0.89, 1.0), rim * (0.12 + 0.46 * smooth(0.45, 0.75, s[N24])))
    return mix(color, rgb(0.18, 0.21, 0.34), smooth(0.20, 0.04, s[CELL_EDGE]) * 0.78)


def ore(s: Pixels) -> Array:
    mask = s.sheet(terrain.ore)
    body, facet, glow = mask[..., 0], mask[..., 1:2], mask[..., 2]
    plain = np.maximum(0.10 + 1.15 * saturate(s.color, 1.4), 0)
    gem = plain * (0.20 + 1.0 * facet) + 0.85 * np.maximum(facet - 0.62, 0)
    color = stone(s) * (0.74 - 0.30 * smooth(0.1, 0.5, body))[..., None] + plain * (0.55 * glow)[..., None]
    return mix(color, gem, smooth(0.45, 0.80, body))


def snow(s: Pixels) -> Array:
    return s.sheet(terrain.snow) * (1 + 0.26 * (s[E24] - 0.5) + 0.08 * (s[N64] - 0.5))[..., None] + 0.02


def wood(s: Pixels) -> Array:
    color = s.toned(terrain.wood, 0.16, 0.18, 0.22)
    return mix(color, rgb(1.0, 0.86, 0.72), smooth(0.70, 1.0, s[N24]) * 0.10)


def leaves(s: Pixels) -> Array:
    color = s.sheet(terrain.leaves) * (1.0 + 0.8 * (s[E24] - 0.5) + 0.40 * (s[N24] - 0.5))[..., None]
    clump = 0.55 * s[N24] + 0.9 * (s[E24] - 0.5) + 0.5 * (s[E10] - 0.5) + 0.25 * (s[E5] - 0.5)
    color = color * (1 - 0.34 * smooth(0.26, 0.44, clump))[..., None]
    white = mix(rgb(0.50, 0.65, 0.90), rgb(0.96, 0.98, 1.0), smooth(0.44, 0.68, clump))
    return mix(color, white, smooth(0.40, 0.58, clump) * 0.9)


def brick(s: Pixels) -> Array:
    color = s.sheet(terrain.brick) * (1 + 0.20 * (s[N64] - 0.5) + 0.10 * (s[N24] - 0.5))[..., None]
    return mix(color, terrain.FROST, smooth(0.76, 0.95, s[N24]) * 0.35)


def metal(s: Pixels) -> Array:
    color = s.sheet(terrain.metal) * (1 + 0.10 * (s[SH] - 0.5))[..., None]
    frost = smooth(5.0, 0.0, s.border + 4 * (s[N10] - 0.5))
    return mix(color, terrain.FROST, frost * 0.45)


def glass(s: Pixels) -> Array:
    glint = s.sheet(terrain.glass)
    pane = mix(rgb(0.44, 0.72, 0.94), s.color, 0.38) * (0.55 + 0.9 * glint) + 0.04
    frost = smooth(5.5, 0.5, s.border + 4 * (s[N10] - 0.5))
    return mix(single(pane), rgb(0.93, 0.97, 1.0), frost * 0.75)


def road(s: Pixels) -> Array:
    color = s.sheet(terrain.road) * (1 + 0.22 * (s[N64] - 0.5))[..., None]
    return mix(color, rgb(0.84, 0.89, 0.99), smooth(0.68, 0.84, s[N24]) * 0.75)


def wall(s: Pixels) -> Array:
    return s.sheet(terrain.wall) * (1 + 0.26 * (s[N64] - 0.5) + 0.14 * (s[TILE] - 0.5))[..., None]


def floor(s: Pixels) -> Array:
    return s.sheet(terrain.floor) * (1 + 0.16 * (s[N64] - 0.5))[..., None]


def water(s: Pixels) -> Array:
    depth = s.up + 6 * (s[N64] - 0.5)
    color = mix(rgb(0.36, 0.82, 0.86), rgb(0.05, 0.36, 0.57), smooth(0, 23, depth))
    color = color * (1 + 0.20 * (s[E24] - 0.5) + 0.16 * (s[N24] - 0.5))[..., None]
    color = mix(color, rgb(0.55, 0.90, 0.95), smooth(0.62, 0.95, s[SH]) * (0.20 + 0.35 * smooth(20, 3, s.up)))
    ice = smooth(0.6, -0.6, s.up - 15 * (s[N24] - 0.30) - 7 * (s[N64] - 0.3))
    pane = mix(rgb(0.90, 0.98, 1.0), rgb(0.50, 0.79, 0.93), smooth(1, 11, s.up))
    pane = pane * (1 + 0.35 * (s[E10] - 0.5))[..., None]
    pane = mix(pane, WHITE, smooth(0.14, 0.03, s[CELL_EDGE]) * 0.7)
    color = mix(color, pane, ice * 0.9)
    return mix(color, rgb(1.0, 0.99, 0.95), smooth(2.4, 1.2, s.up))


def lava(s: Pixels) -> Array:
    heat = s[CELL_EDGE] - 0.26 * (s[N24] - 0.5) - 0.30 * (s[N64] - 0.5) + 0.16 * (s[N5] - 0.5)
    color = ramp(
        heat,
        (0.0, (1.0, 0.93, 0.55)),
        (0.12, (1.0, 0.66, 0.16)),
        (0.28, (0.90, 0.27, 0.06)),
        (0.46, (0.42, 0.09, 0.08)),
        (0.62, (0.17, 0.06, 0.10)),
        (1.0, (0.12, 0.06, 0.11)),
    )
    color = color + (0.35 * (s[E10] - 0.5) * smooth(0.35, 0.7, heat))[..., None] * rgb(1.0, 0.75, 0.75)
    color = mix(color, rgb(1.0, 0.56, 0.12), smooth(9, 2, s.up + 4 * (s[N10] - 0.5)) * 0.75)
    return mix(color, rgb(1.0, 0.94, 0.60), smooth(3.4, 1.0, s.up + 1.5 * (s[N10] - 0.5)))


def unknown(s: Pixels) -> Array:
    tone = 1 + 0.16 * (s[N24] - 0.5) + 0.24 * (s[E10] - 0.5)
    color = mix(s.color, rgb(0.62, 0.68, 0.84), 0.25) * tone[..., None]
    return mix(color, terrain.FROST, smooth(0.82, 0.95, s[N10]) * 0.30)


def effect(s: Pixels) -> Array:
    color = mix(s.color, WHITE, 0.18 + 0.42 * smooth(0.5, 6, s.border))
    return mix(color, WHITE, smooth(0.80, 0.97, s[N10]) * 0.5)


def light(s: Pixels) -> Array:
    halo = mix(s.color, rgb(1.0, 0.78, 0.42), 0.40) * 1.1
    return mix(halo, rgb(1.0, 0.98, 0.88), smooth(0, 6, s.border) * 0.68)


def vehicle(s: Pixels) -> Array:
    mask = s.sheet(things.vehicle)
    share, light, lamp = mask[..., 0:1], mask[..., 1:2], mask[..., 2:3]
    body = s.color * (0.30 + 1.05 * light) + 0.25 * np.maximum(light - 0.6, 0)
    rest = rgb(0.10, 0.11, 0.20) + light * rgb(0.72, 0.84, 0.90) + lamp * rgb(0.25, 0.10, -0.20)
    return share * body + (1 - share) * rest


def projectile(s: Pixels) -> Array:
    mask = s.sheet(things.projectile)
    color = mix(s.color * 1.05 + 0.05, WHITE, mask[..., 1])
    return color * (1 - 0.4 * mask[..., 2:3])
