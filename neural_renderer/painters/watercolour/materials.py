"""The watercolour painter's materials: the wash of each, before bleeding, granulation and ink.

Each function maps the pixels of the material of its name to absorbance [1,P,3]: see `kit.pixels` and
`medium`. Read next: `painter`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.noise import CELL, CELL_EDGE, E24, N2, N10, N24, N64, SH, SV
from reskin.neural_renderer.painters.kit.brushes import Array, Field, mix, ramp, single, smooth
from reskin.neural_renderer.painters.kit.pixels import Pixels
from reskin.neural_renderer.painters.kit.sheets import Bond
from reskin.neural_renderer.painters.watercolour.medium import (
    BARE,
    INK,
    lay_watercolour,
    watercolour,
    watercolour_absorbance,
    watercolour_tinted,
)
from reskin.neural_renderer.painters.watercolour.terrain import (
    read_watercolour_plate,
    stone_hatching,
    watercolour_dabs,
)

DAY: Final = (
    (0.0, (0.40, 0.63, 0.90)), (1.8, (0.54, 0.76, 0.94)), (3.4, (0.76, 0.89, 0.95)),
    (4.8, (0.95, 0.93, 0.87)), (6.4, (0.99, 0.87, 0.76)), (9.0, (0.99, 0.83, 0.74)),
    (11.5, (0.90, 0.84, 0.86)), (16.0, (0.40, 0.63, 0.90)),
)  # fmt: skip
"""The sky's washes by height, in tiles from the top of its texture."""
FOLIAGE: Final = (
    (0.18, (0.84, 0.88, 0.46)), (0.42, (0.62, 0.78, 0.36)), (0.62, (0.38, 0.63, 0.36)),
    (0.90, (0.20, 0.46, 0.42)),
)  # fmt: skip
EMBERS: Final = (
    (0.12, (1.00, 0.92, 0.52)), (0.40, (1.00, 0.74, 0.30)), (0.65, (0.97, 0.48, 0.22)),
    (1.00, (0.82, 0.22, 0.23)),
)  # fmt: skip


def _bond(x: Array, y: Array, length: float, height: float, seed: int, offset: float) -> Bond:
    """Rows of blocks that repeat after two tiles."""
    rows = round(64 / height)
    return Bond(x, y, length, height, seed, offset, number=lambda row, column: row % rows * 16 + column)


def _place(s: Pixels) -> tuple[Array, Array]:
    """Where pixels lie on their texture, to the right and down, in pixels at 32 px a tile."""
    return s.u * np.float32(32), s.v * np.float32(32)


def _two_pigments(s: Pixels, warm: Array, cool: Array) -> Array:
    """A wash of two pigments, more of one here and of the other there: [1,P,3]."""
    return mix(cool, warm, smooth(0.15, 0.85, 0.62 * s[N64] + 0.38 * s[N24]))


def _on_plate(s: Pixels, plate: Array) -> Array:
    """A plate at the pixels' places: [1,P,C]."""
    return read_watercolour_plate(plate, *_place(s))


def _scale(wash: Array, density: Field | float) -> Array:
    return wash * np.asarray(density, np.float32)[..., None]


def sky(s: Pixels) -> Array:
    """Cobalt above, peach at the horizon; clouds are paper left dry, shaded with a thin lavender."""
    y = s.v % 16 + 1.3 * (s[N64] - 0.5)
    a = watercolour_absorbance(ramp(y, *DAY))
    cloud = 0.60 * s[N64] + 0.30 * s[N24] + 0.10 * s[N10]
    white = smooth(0.575, 0.66, cloud)
    a = _scale(a, 1 + 0.14 * (s[N24] - 0.5) + 0.10 * (s[N2] - 0.5) + 0.10 * smooth(0.40, 0.56, cloud))
    shade = 0.75 * white * smooth(0.52, 0.30, s[E24])
    return _scale(a, 1 - 0.93 * white) + _scale(watercolour(0.80, 0.83, 0.93), shade)


def hill(s: Pixels) -> Array:
    """Far ridges: blue-green where the wash gathers at the crest, thinning into mist below."""
    up, (x, y) = s.up, _place(s)
    turn = 2 * np.pi / 128
    crest = (y + 9 * np.sin(x * turn) + 4 * np.sin(2 * x * turn + 1) + 9 * (s[N24] - 0.5)) % 64
    ridge = smooth(0, 4, crest) * smooth(46, 4, crest)
    a = _two_pigments(s, watercolour(0.68, 0.82, 0.70), watercolour(0.58, 0.75, 0.84))
    a = _scale(a, 0.36 + 0.30 * ridge + 0.50 * smooth(22, 1, up + 8 * (s[N24] - 0.5)))
    trees = smooth(0.8, -0.8, single(up - 6.5 * smooth(0.35, 0.95, s[N10]) - 0.8))
    return a + _scale(watercolour(0.52, 0.70, 0.74), 0.62 * trees)


def _ground(s: Pixels, warm: Array, cool: Array) -> Array:
    """A wash that is thin and warm near the light above and fuller below."""
    return _scale(_two_pigments(s, warm, cool), 0.80 + 0.24 * smooth(0, 20, s.up))


def grass(s: Pixels) -> Array:
    blades = _on_plate(s, watercolour_dabs(31, 4.0, 7.0, 1.2, np.pi / 2, 0.5))
    a = _two_pigments(s, watercolour(0.70, 0.79, 0.33), watercolour(0.46, 0.70, 0.38))
    light = smooth(4.5, 1.5, s.up - 9 * smooth(0.3, 0.9, s[SV]))
    a = lay_watercolour(a, watercolour(0.83, 0.87, 0.42), 0.75 * light)
    deep = smooth(0.35, 0.95, blades[..., 0]) * smooth(0.05, 0.5, blades[..., 2])
    a = a + _scale(watercolour(0.55, 0.74, 0.48), 0.75 * deep * (1 - 0.7 * light))
    return a + _scale(watercolour(0.40, 0.60, 0.42), 0.5 * smooth(0.60, 0.92, s[SV]) * smooth(2, 9, s.up))


def dirt(s: Pixels) -> Array:
    pebbles = _on_plate(s, watercolour_dabs(41, 12.8, 3.4, 2.5, 0.2, 1.2))
    flecks = _on_plate(s, watercolour_dabs(42, 8.0, 2.0, 0.7, 0.3, 1.6))
    a = _ground(s, watercolour(0.90, 0.68, 0.45), watercolour(0.78, 0.59, 0.49))
    a = _scale(a, 1 + 0.30 * (smooth(0.42, 0.62, 0.6 * s[N24] + 0.4 * s[N10]) - 0.5))
    pebble = pebbles[..., 2] * 2 * smooth(0.45, 0.55, pebbles[..., 0])
    a = lay_watercolour(a, watercolour(0.88, 0.80, 0.70), 0.7 * np.clip(pebble, 0, 1))
    a = lay_watercolour(a, INK, 0.42 * np.clip(pebble, 0, 1) * smooth(0.55, 0.95, pebbles[..., 1]))
    return a + _scale(watercolour(0.62, 0.42, 0.32), 0.8 * flecks[..., 2] * smooth(0.5, 0.6, flecks[..., 0]))


def sand(s: Pixels) -> Array:
    dots = _on_plate(s, watercolour_dabs(43, 7.1, 1.1, 1.0, 0.0, 1.0))
    a = _ground(s, watercolour(0.985, 0.885, 0.62), watercolour(0.95, 0.82, 0.60))
    a = _scale(a, 1 + 0.36 * smooth(0.55, 0.90, s[SH]))
    return a + _scale(watercolour(0.72, 0.52, 0.34), 0.8 * dots[..., 2])


def stone(s: Pixels) -> Array:
    """Cool grey washes, one tone a cell, with a broken contour and hatching in the shade."""
    hatch = _on_plate(s, stone_hatching())[..., 0]
    a = _ground(s, watercolour(0.79, 0.74, 0.72), watercolour(0.62, 0.67, 0.76))
    a = _scale(a, 0.94 + 0.34 * s[CELL] - 0.26 * s[CELL_EDGE])
    a = lay_watercolour(
        a, watercolour(0.38, 0.38, 0.49), 0.66 * smooth(0.22, 0.03, s[CELL_EDGE] + 0.10 * s[N24])
    )
    return lay_watercolour(a, INK, 0.22 * hatch * smooth(0.40, 0.22, s[N24]))


GEMS: Final = (
    (10, 11, 5.8), (22, 21, 5.0), (23, 8, 3.6), (43, 20, 6.0), (54, 10, 4.4), (55, 23, 3.6),
    (10, 54, 4.2), (21, 43, 5.8), (9, 42, 3.4), (42, 43, 4.6), (53, 53, 5.8), (42, 55, 3.6),
)  # fmt: skip
"""Centres and sizes in px on the texture: three to a tile, clear of its edges."""


def ore(s: Pixels) -> Array:
    """Rock with a handful of cut gems in the game's own colour."""
    a, (x, y) = stone(s), _place(s)
    for cx, cy, size in GEMS:
        dx, dy = (x - cx + 32) % 64 - 32, (y - cy + 32) % 64 - 32
        d = single((np.abs(dx) * 0.95 + np.abs(dy) * 0.8) / size)
        facet = 0.60 + 0.24 * smooth(-0.3, 0.3, dx) + 0.16 * smooth(-0.3, 0.3, dy + 0.15 * size)
        a = lay_watercolour(a, INK, 0.85 * smooth(1.14, 1.0, d))
        a = lay_watercolour(a, watercolour_tinted(s, facet), smooth(0.92, 0.80, d))
        a = lay_watercolour(
            a, BARE, 0.9 * smooth(1.0, 0.4, single(np.hypot(dx + 0.28 * size, dy + 0.35 * size)))
        )
    return a


def snow(s: Pixels) -> Array:
    shade = 0.60 * smooth(0.56, 0.34, s[E24]) + 0.45 * smooth(4, 20, s.up)
    a = _scale(_two_pigments(s, watercolour(0.90, 0.86, 0.93), watercolour(0.78, 0.87, 0.96)), 0.10 + shade)
    flakes = _on_plate(s, watercolour_dabs(45, 10.7, 1.1, 1.0, 0.0, 1.0))[..., 2]
    return a + _scale(watercolour(0.70, 0.78, 0.92), 0.9 * flakes)


def leaves(s: Pixels) -> Array:
    small = _on_plate(s, watercolour_dabs(51, 5.8, 3.6, 2.1, 0.5, 2.6))
    large = _on_plate(s, watercolour_dabs(52, 9.1, 5.2, 3.2, 0.7, 2.2))
    tone = 0.30 * s[N24] + 0.24 * small[..., 0] + 0.22 * large[..., 0]
    tone = tone + 0.10 * s[CELL] + 0.24 * smooth(0, 22, s.up)
    a = watercolour_absorbance(ramp(tone, *FOLIAGE))
    a = _scale(a, 0.86 + 0.28 * small[..., 1] + 0.16 * large[..., 1])
    return _scale(a, 1 - 0.45 * smooth(0.80, 0.96, s[N10]))


def wood(s: Pixels) -> Array:
    x, y = _place(s)
    wavy = x + 0.9 * np.sin(y * (2 * np.pi / 64) * 2 + 1) + 0.4 * np.sin(y * (2 * np.pi / 64) * 5)
    b = _bond(wavy % 64, y, 16, 64, 5, 0)
    a = _scale(
        _two_pigments(s, watercolour(0.88, 0.67, 0.43), watercolour(0.72, 0.53, 0.42)), 0.80 + 0.40 * b.tone
    )
    grain_line = 0.5 + 0.5 * np.sin(
        wavy * (2 * np.pi / 64) * 16 + 1.6 * np.sin(y * (2 * np.pi / 64) * 2 + b.tone * 9)
    )
    a = _scale(a, 1 + 0.28 * smooth(0.55, 0.95, grain_line) + 0.22 * (s[SV] - 0.5))
    a = _scale(a, 1 - 0.30 * smooth(1.0, 3.0, b.x) * smooth(6.5, 4.0, b.x))
    for cx, cy in ((8, 18), (40, 47), (24, 60)):
        r = np.hypot(((wavy - cx + 32) % 64 - 32) / 2.4, ((y - cy + 32) % 64 - 32) / 3.6)
        knot = 0.75 * smooth(0.62, 0.40, r) + 0.5 * smooth(0.22, 0.06, np.abs(r - 1))
        a = lay_watercolour(a, watercolour(0.50, 0.31, 0.22), knot)
    return lay_watercolour(a, INK, 0.62 * smooth(1.15, 0.35, b.left))


def water(s: Pixels) -> Array:
    """Wet in wet from a pale surface to deep blue; horizontal lifts, and little pen waves."""
    x, y = _place(s)
    depth = smooth(0, 24, s.up + 5 * (s[N24] - 0.5))
    a = mix(
        watercolour(0.66, 0.88, 0.93),
        _two_pigments(s, watercolour(0.34, 0.66, 0.80), watercolour(0.30, 0.54, 0.82)),
        depth,
    )
    a = _scale(a, 1.06 - 0.38 * smooth(0.50, 0.92, s[SH]))
    wave = 0.0 * x
    for cx, cy in ((12, 10), (46, 26), (20, 43), (52, 58)):
        dx, dy = (x - cx + 32) % 64 - 32, (y - cy + 32) % 64 - 32
        wave = np.maximum(
            wave, smooth(1.0, 0.3, np.abs(dy + 1.1 * np.cos(dx * 0.62))) * smooth(11, 7, np.abs(dx))
        )
    a = lay_watercolour(a, watercolour(0.22, 0.40, 0.64), 0.42 * wave)
    return _scale(a, 1 - 0.85 * smooth(2.6, 1.2, np.abs(s.up - 2.2)))


def lava(s: Pixels) -> Array:
    heat = 0.38 * s[N24] + 0.08 * s[N10] + 0.24 * s[N64] + 0.30 * smooth(0, 18, s.up)
    a = watercolour_absorbance(ramp(heat, *EMBERS))
    return _scale(a, 1 - 0.7 * smooth(2.4, 1.0, np.abs(s.up - 2.0)))


def _blocks(
    s: Pixels, a: Array, size: tuple[float, float, float], seed: int, spread: float, ink: float,
    bare: float = 0.35,
) -> Array:  # fmt: skip
    """Lay a wash as hand-drawn blocks: a tone each, a pigment rim, bare joints, ink below and right."""
    (x, y), (length, height, offset) = _place(s), size
    x, y = x + 0.5 * np.sin(y * (2 * np.pi / 32)), y + 0.6 * np.sin(x * (2 * np.pi / 32) + 2)
    b = _bond(x, y, length, height, seed, offset)
    a = _scale(a, (1 - spread / 2 + spread * b.tone) * (1 + 0.28 * smooth(4.0, 1.5, b.edge)))
    a = _scale(a, bare + (1 - bare) * smooth(0.5, 1.7, b.edge))
    return lay_watercolour(a, INK, ink * smooth(1.5, 0.6, np.abs(b.unlit - 0.7) + 0.3))


def brick(s: Pixels) -> Array:
    a = _two_pigments(s, watercolour(0.92, 0.54, 0.38), watercolour(0.80, 0.42, 0.40))
    return _blocks(s, a, (16, 8, 8), 7, 0.55, 0.60)


def wall(s: Pixels) -> Array:
    """Masonry in the colours of dusk, calm because figures stand before it."""
    a = _two_pigments(s, watercolour(0.72, 0.61, 0.62), watercolour(0.58, 0.55, 0.68))
    return _blocks(s, a, (32, 16, 16), 11, 0.20, 0.30, bare=0.75)


def floor(s: Pixels) -> Array:
    a = _two_pigments(s, watercolour(0.96, 0.87, 0.72), watercolour(0.88, 0.82, 0.76))
    return _blocks(s, a, (32, 32, 0), 13, 0.45, 0.42)


def road(s: Pixels) -> Array:
    """Rounded setts."""
    a = _two_pigments(s, watercolour(0.78, 0.74, 0.72), watercolour(0.68, 0.69, 0.75))
    b = _bond(*_place(s), 16, 10.6667, 17, 8)
    r = np.hypot(np.maximum(np.abs(b.x - 8) - 4.2, 0), np.maximum(np.abs(b.y - 5.333) - 1.6, 0))
    tone = (0.70 + 0.5 * b.tone) * (0.42 + 0.58 * smooth(3.5, 2.5, r))
    a = _scale(a, tone * (1 + 0.3 * smooth(1.2, 2.8, r)))
    return lay_watercolour(
        a, INK, 0.45 * smooth(0.9, 0.3, np.abs(r - 3.1)) * smooth(-4, 4, b.x - 8 + b.y - 5)
    )


def metal(s: Pixels) -> Array:
    b = _bond(*_place(s), 32, 32, 19, 0)
    a = _two_pigments(s, watercolour(0.74, 0.78, 0.83), watercolour(0.58, 0.68, 0.80))
    sheen = 0.5 + 0.5 * np.sin((b.x + b.y) * (2 * np.pi / 32) - 1.2)
    a = _scale(a, 0.62 + 0.55 * sheen + 0.2 * (b.tone - 0.5))
    a = lay_watercolour(a, INK, 0.55 * smooth(1.3, 0.4, b.edge))
    a = lay_watercolour(a, BARE, 0.6 * smooth(0.9, 0.3, np.abs(b.lit - 2.2)))
    rivet = np.hypot(b.left - 5.5, b.top - 5.5)
    a = lay_watercolour(a, INK, 0.65 * smooth(2.5, 1.7, rivet))
    return lay_watercolour(a, watercolour(0.90, 0.92, 0.94), smooth(1.5, 0.8, rivet))


def glass(s: Pixels) -> Array:
    a = watercolour_tinted(s, 0.38) + watercolour(0.92, 0.98, 0.985)
    b = _bond(*_place(s), 32, 32, 23, 0)
    t = (b.x + b.y) % 32
    a = _scale(
        a, 1 - 0.75 * smooth(1.2, 0.2, np.abs(t - 8) - 2.2) - 0.5 * smooth(1.0, 0.2, np.abs(t - 15) - 0.8)
    )
    return lay_watercolour(a, watercolour(0.48, 0.60, 0.68), 0.7 * smooth(1.5, 0.5, b.edge))


def effect(s: Pixels) -> Array:
    """A splash of the game's colour, wet at its rim, lifted inside."""
    return watercolour_tinted(s, 0.92 - 0.20 * smooth(1, 10, s.border + 3 * (s[N24] - 0.5)))


def light(s: Pixels) -> Array:
    """Bare paper at the heart, a warm halo, and a little of the game's colour."""
    away = smooth(9, 0, s.border + 2 * (s[N24] - 0.5))
    return _scale(watercolour(1.0, 0.88, 0.48), 0.20 + 0.75 * away) + watercolour_tinted(
        s, 0.16 + 0.16 * away
    )


def unknown(s: Pixels) -> Array:
    brush = _on_plate(s, watercolour_dabs(71, 10.7, 9.0, 2.2, -0.6, 0.4))
    return watercolour_tinted(s, 0.74 + 0.18 * brush[..., 0] + 0.06 * brush[..., 1] + 0.12 * (s[N64] - 0.5))
