"""The neon painter's materials: the dark body of each and the lights in it, before tubes and bloom.

Each function paints the pixels of the material of its name: see `kit.pixels`. Read next: `painter`.
"""

from __future__ import annotations

import numpy as np

from reskin.neural_renderer.noise import CELL, CELL_EDGE, E10, E24, N2, N5, N10, N24, N64, SH, SV
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, mix, ramp, rgb, single, smooth, vivid
from reskin.neural_renderer.painters.kit.pixels import Pixels
from reskin.neural_renderer.painters.neon import terrain, things


def _pulse(s: Pixels) -> Array:
    """0..1: how strongly the lights of a surface burn here; broad patches."""
    return smooth(0.28, 0.80, 0.62 * s[N64] + 0.38 * s[N24])


def _add(color: Array, light: Array, amount: Array) -> Array:
    return single(color + light * amount[..., None])


def sky(s: Pixels) -> Array:
    color = s.sheet(terrain.sky, 64)
    low = smooth(1.2, 6.0, s.texture[..., 1] % 16)
    field = 0.62 * s[N64] + 0.30 * s[N24] + 0.08 * s[N10]
    cloud = smooth(0.54, 0.64, field)
    lit = np.clip(0.5 + 2.4 * (s[E24] - 0.5), 0, 1)
    veil = mix(
        mix(rgb(0.07, 0.03, 0.25), rgb(0.16, 0.13, 0.50), lit),
        mix(rgb(0.30, 0.03, 0.38), rgb(0.86, 0.20, 0.56), lit),
        low,
    )
    color = mix(color, veil, cloud * 0.72)
    rim = smooth(0.050, 0.0, np.abs(field - 0.575))
    color = _add(color, mix(rgb(0.16, 0.42, 1.0), rgb(1.0, 0.50, 0.70), low), rim * rim * (0.26 + 0.36 * low))
    star = smooth(0.945, 0.995, s[N2]) * smooth(0.50, 0.95, s[N10]) * (1 - 0.85 * low) * (1 - cloud)
    return _add(color, rgb(0.85, 0.92, 1.0), star)


def hill(s: Pixels) -> Array:
    crest = smooth(24, 3, s.up)
    color = (
        s.sheet(terrain.hill, 64)
        * (0.62 + 0.90 * crest + 0.70 * (s[N64] - 0.5) + 0.26 * (s[E24] - 0.5))[..., None]
    )
    color = mix(color, rgb(0.26, 0.045, 0.33), 0.50 * smooth(0.30, 0.95, 0.7 * s[N64] + 0.3 * s[N24]))
    glow = smooth(15, 0, s.up)
    color = _add(color, rgb(0.85, 0.14, 0.62), 0.42 * glow * glow)
    return mix(color, rgb(1.0, 0.66, 0.92), smooth(2.6, 1.0, s.up))


def grass(s: Pixels) -> Array:
    mask = s.sheet(terrain.grass)
    lamp, column, bar = mask[..., 0], mask[..., 1], mask[..., 2]
    reach = 6 + 13 * column + 8 * (s[N24] - 0.5)
    lit = smooth(1.5, -1.5, s.up - reach)
    color = ramp(
        s.up, (0, (0.72, 1.0, 0.35)), (6, (0.22, 1.0, 0.42)), (14, (0.04, 0.74, 0.50)),
        (24, (0.02, 0.42, 0.44)),
    )  # fmt: skip
    base = mix(rgb(0.010, 0.060, 0.080), rgb(0.025, 0.150, 0.135), bar * lamp)
    base = base * (1 + 0.7 * (s[N24] - 0.5) + 0.3 * (s[E24] - 0.5))[..., None]
    echo = smooth(0.52, 0.88, 0.5 * s[SV] + 0.5 * s[N24]) * (1 - lit)
    base = _add(
        base, mix(rgb(0.02, 0.40, 0.34), rgb(0.03, 0.30, 0.50), smooth(0.3, 0.7, s[N64])), 0.85 * echo * lamp
    )
    return base + color * (lit * (0.14 * bar + 0.80 * lamp * (0.72 + 0.5 * (s[SV] - 0.5))))[..., None]


def dirt(s: Pixels) -> Array:
    mask = s.sheet(terrain.dirt_traces)
    burn = 0.10 + 0.90 * smooth(0.35, 0.85, 0.5 * s[N64] + 0.5 * s[N24])
    color = s.toned(terrain.dirt, 0.60, 0.30, 0.16) + 0.035 * (s[E10] - 0.5)[..., None]
    hue = mix(rgb(0.62, 0.16, 0.95), rgb(1.0, 0.16, 0.62), smooth(0.3, 0.7, s[N64]))
    color = _add(color, hue, 0.80 * mask[..., 0] * burn)
    return _add(color, rgb(0.55, 0.85, 1.0), 0.62 * mask[..., 1] * burn * smooth(0.25, 0.6, s[N10]))


def sand(s: Pixels) -> Array:
    color = s.sheet(terrain.sand) * (0.62 + 0.70 * _pulse(s) + 0.3 * (s[E24] - 0.5))[..., None]
    return _add(color, rgb(1.0, 0.80, 0.40), 0.7 * smooth(0.955, 0.995, s[N2]))


def _glassy(s: Pixels) -> Array:
    """Blocks of dark blue crystal, each tilted its own way; no light in the seams."""
    dome = smooth(0.02, 0.50, s[CELL_EDGE])
    tone = 0.55 + 0.36 * dome + 1.0 * (s[CELL] - 0.4) + 0.8 * (s[E10] - 0.5)
    color = (
        s.toned(terrain.stone, 0.40, 0.30, 0.16)
        * tone[..., None]
        * mix(rgb(0.85, 1.05, 1.0), rgb(1.30, 0.85, 1.12), s[CELL])
    )
    rim = smooth(0.09, 0.17, s[CELL_EDGE]) * smooth(0.34, 0.17, s[CELL_EDGE]) * smooth(0.47, 0.60, s[E24])
    return _add(color, rgb(0.20, 0.42, 0.85), 0.55 * rim)


def stone(s: Pixels) -> Array:
    pulse = _pulse(s)
    away = s[CELL_EDGE]
    halo = smooth(0.42, 0.0, away)
    hue = mix(rgb(0.10, 0.42, 1.0), rgb(0.40, 0.26, 1.0), smooth(0.35, 0.75, s[N24]))
    color = _add(_glassy(s), hue, 0.34 * halo * halo * pulse)
    line = smooth(0.13, 0.03, away)
    return mix(color, mix(rgb(0.02, 0.03, 0.09), mix(hue, WHITE, 0.25), pulse), line * 0.92)


def ore(s: Pixels) -> Array:
    mask = s.sheet(terrain.ore)
    body, facet, glow = mask[..., 0], mask[..., 1:2], mask[..., 2]
    bright = vivid(s.color, 1.6, 1.4, 0.42, 0.95)
    gem = bright * (0.10 + 1.05 * facet * facet) + 0.9 * np.maximum(facet - 0.72, 0)
    color = _glassy(s) * (0.85 - 0.5 * glow)[..., None] + bright * (0.50 * glow)[..., None]
    return mix(color, gem, smooth(0.40, 0.75, body))


def snow(s: Pixels) -> Array:
    color = s.sheet(terrain.snow) * (0.86 + 0.34 * (s[E24] - 0.5) + 0.30 * (s[N64] - 0.5))[..., None]
    color = color * mix(rgb(0.88, 0.95, 1.05), rgb(1.10, 0.92, 1.05), s[N64])
    return _add(color, WHITE, 0.55 * smooth(0.955, 0.995, s[N2]))


def wood(s: Pixels) -> Array:
    return s.sheet(terrain.wood) * (0.60 + 0.75 * _pulse(s) + 0.3 * (s[E24] - 0.5))[..., None]


def leaves(s: Pixels) -> Array:
    clump = 0.55 * s[N24] + 0.9 * (s[E24] - 0.5) + 0.5 * (s[E10] - 0.5) + 0.20 * s[N64]
    color = s.sheet(terrain.leaves) * (0.58 + 1.40 * smooth(0.18, 0.66, clump))[..., None]
    color = color * mix(rgb(0.7, 0.95, 1.30), rgb(1.35, 1.05, 0.80), smooth(0.3, 0.8, s[N64]))
    return _add(color, rgb(0.95, 0.30, 0.85), 0.85 * smooth(0.955, 0.99, s[N5]))


def brick(s: Pixels) -> Array:
    return s.sheet(terrain.brick) * (0.55 + 0.80 * _pulse(s) + 0.2 * (s[E24] - 0.5))[..., None]


def metal(s: Pixels) -> Array:
    return s.sheet(terrain.metal) * (0.80 + 0.30 * (s[SH] - 0.5) + 0.36 * (s[N64] - 0.5))[..., None]


def glass(s: Pixels) -> Array:
    pane = s.sheet(terrain.glass)
    edge = smooth(9, 1, s.border)
    color = s.color * (0.10 + 0.85 * pane) + 0.10 * (pane - 0.34) + 0.02
    return single(color + s.color * (0.42 * edge * edge)[..., None])


def road(s: Pixels) -> Array:
    return s.sheet(terrain.road) * (0.45 + 1.0 * _pulse(s) + 0.3 * (s[E10] - 0.5))[..., None]


def wall(s: Pixels) -> Array:
    color = (
        s.sheet(terrain.wall)
        * (0.85 + 0.85 * (s[N64] - 0.5) + 0.40 * (s[N24] - 0.5) + 0.3 * (s[E24] - 0.5))[..., None]
    )
    return _add(color, rgb(0.12, 0.03, 0.22), 0.42 * smooth(0.5, 0.95, s[N64]))


def floor(s: Pixels) -> Array:
    color = s.sheet(terrain.floor) * (0.80 + 0.80 * _pulse(s))[..., None]
    return single(color * mix(rgb(0.85, 1.05, 1.10), rgb(1.20, 0.88, 1.05), s[N24]))


def water(s: Pixels) -> Array:
    depth = s.up + 5 * (s[N64] - 0.5)
    color = mix(rgb(0.02, 0.20, 0.46), rgb(0.012, 0.040, 0.175), smooth(0, 23, depth))
    color = color * (1 + 0.5 * (s[E24] - 0.5) + 0.5 * (s[N24] - 0.5))[..., None]
    crest = smooth(0.70, 0.97, s[SH])
    hue = mix(rgb(0.08, 0.70, 1.0), rgb(0.90, 0.25, 0.95), smooth(0.45, 0.85, s[N64]))
    color = _add(color, hue, crest * (0.42 + 0.40 * smooth(16, 2, s.up)))
    glow = smooth(12, 0, s.up)
    return _add(color, rgb(0.10, 0.75, 1.0), 0.40 * glow * glow)


def lava(s: Pixels) -> Array:
    field = 0.52 * s[N64] + 0.38 * s[N24] + 0.10 * s[N10]
    color = ramp(field, (0.15, (0.10, 0.006, 0.10)), (0.40, (0.34, 0.012, 0.15)), (0.58, (0.90, 0.10, 0.16)),
                 (0.76, (1.0, 0.42, 0.10)), (0.95, (1.0, 0.85, 0.34)))  # fmt: skip
    wave = np.abs((field * 9) % 1 - 0.5) * 2
    color = _add(color, rgb(1.0, 0.46, 0.16), 0.55 * smooth(0.35, 0.0, 1 - wave) * smooth(0.25, 0.5, field))
    color = color * (1 + 0.7 * (s[E24] - 0.5))[..., None]
    color = mix(color, rgb(1.0, 0.42, 0.10), smooth(10, 1, s.up) * 0.65)
    return _add(color, rgb(1.0, 0.85, 0.50), 0.8 * smooth(0.955, 0.99, s[N5]))


def unknown(s: Pixels) -> Array:
    body = s.color * (0.30 + 0.24 * (s[N24] - 0.5) + 0.34 * (s[E10] - 0.5) + 0.26 * (s[E24] - 0.5))[..., None]
    edge = smooth(10, 0, s.border)
    body = body + s.color * (0.45 * edge * edge)[..., None] + 0.02
    return _add(body, rgb(0.85, 0.9, 1.0), 0.30 * smooth(0.90, 0.98, s[N5]))


def effect(s: Pixels) -> Array:
    return mix(s.color * 1.15 + 0.05, WHITE, 0.62 * smooth(0.8, 4.5, s.border))


def light(s: Pixels) -> Array:
    return mix(mix(s.color, rgb(1.0, 0.55, 0.85), 0.25) * 1.2, WHITE, smooth(0.5, 6, s.border) * 0.82)


def vehicle(s: Pixels) -> Array:
    mask = s.sheet(things.vehicle)
    share, light, lamp = mask[..., 0:1], mask[..., 1:2], mask[..., 2:3]
    body = (0.10 + 0.90 * s.color) * (0.25 + 1.1 * light) + 0.6 * np.maximum(light - 0.72, 0)
    rest = rgb(0.02, 0.02, 0.07) + light * rgb(0.50, 0.55, 0.62) + lamp * rgb(0.40, 0.62, 0.75)
    return share * body + (1 - share) * rest


def projectile(s: Pixels) -> Array:
    return mix(s.color * 1.15 + 0.08, WHITE, s.sheet(things.projectile)[..., 1] * 0.9)
