"""The washes of the watercolour: how each material of the land, the air and the town is brushed.

Every material is a function from a `Spot` to absorbance; `PAINTED` is the table. Read next:
`watercolour`, which adds what all washes on the page share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from reskin.neural_renderer.noise import CELL, CELL_EDGE, E24, N2, N10, N24, N64, SH, SV
from reskin.neural_renderer.painters.kit.gbuffer import Array, mix, ramp, smooth
from reskin.neural_renderer.painters.kit.sheets import single
from reskin.neural_renderer.painters.watercolour.medium import (
    BARE,
    INK,
    Field,
    Spot,
    absorb,
    cells,
    dabs,
    hatching,
    lay,
    pigment,
    tinted,
    two,
)
from reskin.neural_renderer.painters.watercolour.things import THINGS as FIGURES

Material = Callable[[Spot], Array]

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


def _scale(wash: Array, density: Field | float) -> Array:
    return wash * np.asarray(density, np.float32)[..., None]


# ---- air and distance ----------------------------------------------------------------------------


def _sky(s: Spot) -> Array:
    """Cobalt above, peach at the horizon; clouds are paper left dry, shaded with a thin lavender."""
    n, y = s.n, s.v % 16 + 1.3 * (s.n[..., N64] - 0.5)
    a = absorb(ramp(y, *DAY))
    cloud = 0.60 * n[..., N64] + 0.30 * n[..., N24] + 0.10 * n[..., N10]
    white = smooth(0.575, 0.66, cloud)
    a = _scale(
        a, 1 + 0.14 * (n[..., N24] - 0.5) + 0.10 * (n[..., N2] - 0.5) + 0.10 * smooth(0.40, 0.56, cloud)
    )
    shade = 0.75 * white * smooth(0.52, 0.30, n[..., E24])
    return _scale(a, 1 - 0.93 * white) + _scale(pigment(0.80, 0.83, 0.93), shade)


def _hill(s: Spot) -> Array:
    """Far ridges: blue-green where the wash gathers at the crest, thinning into mist below."""
    n, up = s.n, s.up
    turn = 2 * np.pi / 128
    crest = (s.y + 9 * np.sin(s.x * turn) + 4 * np.sin(2 * s.x * turn + 1) + 9 * (n[..., N24] - 0.5)) % 64
    ridge = smooth(0, 4, crest) * smooth(46, 4, crest)
    a = two(s, pigment(0.68, 0.82, 0.70), pigment(0.58, 0.75, 0.84))
    a = _scale(a, 0.36 + 0.30 * ridge + 0.50 * smooth(22, 1, up + 8 * (n[..., N24] - 0.5)))
    trees = smooth(0.8, -0.8, single(up - 6.5 * smooth(0.35, 0.95, n[..., N10]) - 0.8))
    return a + _scale(pigment(0.52, 0.70, 0.74), 0.62 * trees)


# ---- earth ---------------------------------------------------------------------------------------


def _ground(s: Spot, warm: Array, cool: Array) -> Array:
    """A wash that is thin and warm near the light above and fuller below."""
    return _scale(two(s, warm, cool), 0.80 + 0.24 * smooth(0, 20, s.up))


def _grass(s: Spot) -> Array:
    n, blades = s.n, s.plate(dabs(31, 4.0, 7.0, 1.2, np.pi / 2, 0.5))
    a = two(s, pigment(0.70, 0.79, 0.33), pigment(0.46, 0.70, 0.38))
    light = smooth(4.5, 1.5, s.up - 9 * smooth(0.3, 0.9, n[..., SV]))
    a = lay(a, pigment(0.83, 0.87, 0.42), 0.75 * light)
    deep = smooth(0.35, 0.95, blades[..., 0]) * smooth(0.05, 0.5, blades[..., 2])
    a = a + _scale(pigment(0.55, 0.74, 0.48), 0.75 * deep * (1 - 0.7 * light))
    return a + _scale(pigment(0.40, 0.60, 0.42), 0.5 * smooth(0.60, 0.92, n[..., SV]) * smooth(2, 9, s.up))


def _dirt(s: Spot) -> Array:
    n, pebbles, flecks = (
        s.n,
        s.plate(dabs(41, 12.8, 3.4, 2.5, 0.2, 1.2)),
        s.plate(dabs(42, 8.0, 2.0, 0.7, 0.3, 1.6)),
    )
    a = _ground(s, pigment(0.90, 0.68, 0.45), pigment(0.78, 0.59, 0.49))
    a = _scale(a, 1 + 0.30 * (smooth(0.42, 0.62, 0.6 * n[..., N24] + 0.4 * n[..., N10]) - 0.5))
    stone = pebbles[..., 2] * 2 * smooth(0.45, 0.55, pebbles[..., 0])
    a = lay(a, pigment(0.88, 0.80, 0.70), 0.7 * np.clip(stone, 0, 1))
    a = lay(a, INK, 0.42 * np.clip(stone, 0, 1) * smooth(0.55, 0.95, pebbles[..., 1]))
    return a + _scale(pigment(0.62, 0.42, 0.32), 0.8 * flecks[..., 2] * smooth(0.5, 0.6, flecks[..., 0]))


def _sand(s: Spot) -> Array:
    n, dots = s.n, s.plate(dabs(43, 7.1, 1.1, 1.0, 0.0, 1.0))
    a = _ground(s, pigment(0.985, 0.885, 0.62), pigment(0.95, 0.82, 0.60))
    a = _scale(a, 1 + 0.36 * smooth(0.55, 0.90, n[..., SH]))
    return a + _scale(pigment(0.72, 0.52, 0.34), 0.8 * dots[..., 2])


def _rock(s: Spot) -> Array:
    """Cool grey washes, one tone a cell, with a broken contour and hatching in the shade."""
    n, hatch = s.n, s.plate(hatching())[..., 0]
    a = _ground(s, pigment(0.79, 0.74, 0.72), pigment(0.62, 0.67, 0.76))
    a = _scale(a, 0.94 + 0.34 * n[..., CELL] - 0.26 * n[..., CELL_EDGE])
    a = lay(a, pigment(0.38, 0.38, 0.49), 0.66 * smooth(0.22, 0.03, n[..., CELL_EDGE] + 0.10 * n[..., N24]))
    return lay(a, INK, 0.22 * hatch * smooth(0.40, 0.22, n[..., N24]))


GEMS: Final = (
    (10, 11, 5.8), (22, 21, 5.0), (23, 8, 3.6), (43, 20, 6.0), (54, 10, 4.4), (55, 23, 3.6),
    (10, 54, 4.2), (21, 43, 5.8), (9, 42, 3.4), (42, 43, 4.6), (53, 53, 5.8), (42, 55, 3.6),
)  # fmt: skip
"""Centres and sizes in px on the texture: three to a tile, clear of its edges."""


def _ore(s: Spot) -> Array:
    """Rock with a handful of cut gems in the game's own colour."""
    a = _rock(s)
    for cx, cy, size in GEMS:
        dx, dy = (s.x - cx + 32) % 64 - 32, (s.y - cy + 32) % 64 - 32
        d = single((np.abs(dx) * 0.95 + np.abs(dy) * 0.8) / size)
        facet = 0.60 + 0.24 * smooth(-0.3, 0.3, dx) + 0.16 * smooth(-0.3, 0.3, dy + 0.15 * size)
        a = lay(a, INK, 0.85 * smooth(1.14, 1.0, d))
        a = lay(a, tinted(s, facet), smooth(0.92, 0.80, d))
        a = lay(a, BARE, 0.9 * smooth(1.0, 0.4, single(np.hypot(dx + 0.28 * size, dy + 0.35 * size))))
    return a


def _snow(s: Spot) -> Array:
    n = s.n
    shade = 0.60 * smooth(0.56, 0.34, n[..., E24]) + 0.45 * smooth(4, 20, s.up)
    a = _scale(two(s, pigment(0.90, 0.86, 0.93), pigment(0.78, 0.87, 0.96)), 0.10 + shade)
    flakes = s.plate(dabs(45, 10.7, 1.1, 1.0, 0.0, 1.0))[..., 2]
    return a + _scale(pigment(0.70, 0.78, 0.92), 0.9 * flakes)


# ---- things that grow and flow -------------------------------------------------------------------


def _leaves(s: Spot) -> Array:
    n, small, large = (
        s.n,
        s.plate(dabs(51, 5.8, 3.6, 2.1, 0.5, 2.6)),
        s.plate(dabs(52, 9.1, 5.2, 3.2, 0.7, 2.2)),
    )
    tone = (
        0.30 * n[..., N24]
        + 0.24 * small[..., 0]
        + 0.22 * large[..., 0]
        + 0.10 * n[..., CELL]
        + 0.24 * smooth(0, 22, s.up)
    )
    a = absorb(ramp(tone, *FOLIAGE))
    a = _scale(a, 0.86 + 0.28 * small[..., 1] + 0.16 * large[..., 1])
    return _scale(a, 1 - 0.45 * smooth(0.80, 0.96, n[..., N10]))


def _wood(s: Spot) -> Array:
    x, y, n = s.x, s.y, s.n
    wavy = x + 0.9 * np.sin(y * (2 * np.pi / 64) * 2 + 1) + 0.4 * np.sin(y * (2 * np.pi / 64) * 5)
    lx, _, _, value = cells(wavy % 64, y, 16, 64, 0, 5)
    joint = np.minimum(lx, 16 - lx)
    a = _scale(two(s, pigment(0.88, 0.67, 0.43), pigment(0.72, 0.53, 0.42)), 0.80 + 0.40 * value)
    grain_line = 0.5 + 0.5 * np.sin(
        wavy * (2 * np.pi / 64) * 16 + 1.6 * np.sin(y * (2 * np.pi / 64) * 2 + value * 9)
    )
    a = _scale(a, 1 + 0.28 * smooth(0.55, 0.95, grain_line) + 0.22 * (n[..., SV] - 0.5))
    a = _scale(a, 1 - 0.30 * smooth(1.0, 3.0, lx) * smooth(6.5, 4.0, lx))
    for cx, cy in ((8, 18), (40, 47), (24, 60)):
        r = np.hypot(((wavy - cx + 32) % 64 - 32) / 2.4, ((y - cy + 32) % 64 - 32) / 3.6)
        a = lay(
            a,
            pigment(0.50, 0.31, 0.22),
            0.75 * smooth(0.62, 0.40, r) + 0.5 * smooth(0.22, 0.06, np.abs(r - 1)),
        )
    return lay(a, INK, 0.62 * smooth(1.15, 0.35, joint))


def _water(s: Spot) -> Array:
    """Wet in wet from a pale surface to deep blue; horizontal lifts, and little pen waves."""
    n, x, y = s.n, s.x, s.y
    depth = smooth(0, 24, s.up + 5 * (n[..., N24] - 0.5))
    a = mix(pigment(0.66, 0.88, 0.93), two(s, pigment(0.34, 0.66, 0.80), pigment(0.30, 0.54, 0.82)), depth)
    a = _scale(a, 1.06 - 0.38 * smooth(0.50, 0.92, n[..., SH]))
    wave = 0.0 * x
    for cx, cy in ((12, 10), (46, 26), (20, 43), (52, 58)):
        dx, dy = (x - cx + 32) % 64 - 32, (y - cy + 32) % 64 - 32
        wave = np.maximum(
            wave, smooth(1.0, 0.3, np.abs(dy + 1.1 * np.cos(dx * 0.62))) * smooth(11, 7, np.abs(dx))
        )
    a = lay(a, pigment(0.22, 0.40, 0.64), 0.42 * wave)
    return _scale(a, 1 - 0.85 * smooth(2.6, 1.2, np.abs(s.up - 2.2)))


def _lava(s: Spot) -> Array:
    n = s.n
    heat = 0.38 * n[..., N24] + 0.08 * n[..., N10] + 0.24 * n[..., N64] + 0.30 * smooth(0, 18, s.up)
    a = absorb(ramp(heat, *EMBERS))
    return _scale(a, 1 - 0.7 * smooth(2.4, 1.0, np.abs(s.up - 2.0)))


# ---- built ---------------------------------------------------------------------------------------


def _blocks(
    s: Spot,
    a: Array,
    size: tuple[float, float, float],
    seed: int,
    spread: float,
    ink: float,
    bare: float = 0.35,
) -> Array:
    """Lay a wash as hand-drawn blocks: a tone each, a pigment rim, bare joints, ink below and right."""
    x, y = s.x + 0.5 * np.sin(s.y * (2 * np.pi / 32)), s.y + 0.6 * np.sin(s.x * (2 * np.pi / 32) + 2)
    lx, ly, joint, value = cells(x, y, size[0], size[1], size[2], seed)
    a = _scale(a, (1 - spread / 2 + spread * value) * (1 + 0.28 * smooth(4.0, 1.5, joint)))
    a = _scale(a, bare + (1 - bare) * smooth(0.5, 1.7, joint))
    shade = np.minimum(size[0] - lx, size[1] - ly)
    return lay(a, INK, ink * smooth(1.5, 0.6, np.abs(shade - 0.7) + 0.3))


def _brick(s: Spot) -> Array:
    return _blocks(s, two(s, pigment(0.92, 0.54, 0.38), pigment(0.80, 0.42, 0.40)), (16, 8, 8), 7, 0.55, 0.60)


def _wall(s: Spot) -> Array:
    """Masonry in dusk colours: quiet, so that what stands before it reads."""
    a = two(s, pigment(0.72, 0.61, 0.62), pigment(0.58, 0.55, 0.68))
    return _blocks(s, a, (32, 16, 16), 11, 0.20, 0.30, bare=0.75)


def _floor(s: Spot) -> Array:
    return _blocks(
        s, two(s, pigment(0.96, 0.87, 0.72), pigment(0.88, 0.82, 0.76)), (32, 32, 0), 13, 0.45, 0.42
    )


def _road(s: Spot) -> Array:
    """Rounded setts."""
    a = two(s, pigment(0.78, 0.74, 0.72), pigment(0.68, 0.69, 0.75))
    lx, ly, _, value = cells(s.x, s.y, 16, 10.6667, 8, 17)
    r = np.hypot(np.maximum(np.abs(lx - 8) - 4.2, 0), np.maximum(np.abs(ly - 5.333) - 1.6, 0))
    a = _scale(
        a, (0.70 + 0.5 * value) * (0.42 + 0.58 * smooth(3.5, 2.5, r)) * (1 + 0.3 * smooth(1.2, 2.8, r))
    )
    return lay(a, INK, 0.45 * smooth(0.9, 0.3, np.abs(r - 3.1)) * smooth(-4, 4, lx - 8 + ly - 5))


def _metal(s: Spot) -> Array:
    lx, ly, joint, value = cells(s.x, s.y, 32, 32, 0, 19)
    a = two(s, pigment(0.74, 0.78, 0.83), pigment(0.58, 0.68, 0.80))
    sheen = 0.5 + 0.5 * np.sin((lx + ly) * (2 * np.pi / 32) - 1.2)
    a = _scale(a, 0.62 + 0.55 * sheen + 0.2 * (value - 0.5))
    a = lay(a, INK, 0.55 * smooth(1.3, 0.4, joint))
    a = lay(a, BARE, 0.6 * smooth(0.9, 0.3, np.abs(np.minimum(lx, ly) - 2.2)))
    rivet = np.hypot(np.minimum(lx, 32 - lx) - 5.5, np.minimum(ly, 32 - ly) - 5.5)
    a = lay(a, INK, 0.65 * smooth(2.5, 1.7, rivet))
    return lay(a, pigment(0.90, 0.92, 0.94), smooth(1.5, 0.8, rivet))


def _glass(s: Spot) -> Array:
    a = tinted(s, 0.38) + pigment(0.92, 0.98, 0.985)
    lx, ly, joint, _ = cells(s.x, s.y, 32, 32, 0, 23)
    t = (lx + ly) % 32
    a = _scale(
        a, 1 - 0.75 * smooth(1.2, 0.2, np.abs(t - 8) - 2.2) - 0.5 * smooth(1.0, 0.2, np.abs(t - 15) - 0.8)
    )
    return lay(a, pigment(0.48, 0.60, 0.68), 0.7 * smooth(1.5, 0.5, joint))


# ---- light, and what nobody named ----------------------------------------------------------------


def _effect(s: Spot) -> Array:
    """A splash of the game's colour, wet at its rim, lifted inside."""
    return tinted(s, 0.92 - 0.20 * smooth(1, 10, s.border + 3 * (s.n[..., N24] - 0.5)))


def _light(s: Spot) -> Array:
    """Bare paper at the heart, a warm halo, and a breath of the game's colour."""
    away = smooth(9, 0, s.border + 2 * (s.n[..., N24] - 0.5))
    return _scale(pigment(1.0, 0.88, 0.48), 0.20 + 0.75 * away) + tinted(s, 0.16 + 0.16 * away)


def _unknown(s: Spot) -> Array:
    brush = s.plate(dabs(71, 10.7, 9.0, 2.2, -0.6, 0.4))
    return tinted(s, 0.74 + 0.18 * brush[..., 0] + 0.06 * brush[..., 1] + 0.12 * (s.n[..., N64] - 0.5))


PAINTED: Final[dict[str, Material]] = {
    "unknown": _unknown, "sky": _sky, "hill": _hill, "grass": _grass, "dirt": _dirt, "sand": _sand,
    "stone": _rock, "ore": _ore, "wood": _wood, "leaves": _leaves, "water": _water, "lava": _lava,
    "snow": _snow, "brick": _brick, "metal": _metal, "glass": _glass, "road": _road, "wall": _wall,
    "floor": _floor, "effect": _effect, "light": _light, **FIGURES,
}  # fmt: skip
"""Absorbance [K,1,3] of each material."""
