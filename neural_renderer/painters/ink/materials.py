"""The ink painter's materials: the brushwork of each, as light from the paper.

Each function paints the pixels of the material of its name: see `kit.pixels`. Read next: `painter`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from reskin.neural_renderer.noise import CELL_EDGE, E10, E24, N5, N10, N24, N64, SH, SV, TILE
from reskin.neural_renderer.painters.ink import terrain, things
from reskin.neural_renderer.painters.ink.medium import (
    INDIGO,
    MOSS,
    OCHRE,
    PAPER,
    SUMI,
    WARM,
    ink_diluted,
    ink_washed,
)
from reskin.neural_renderer.painters.kit.brushes import Array, mix, ramp, rgb, saturate, single, smooth
from reskin.neural_renderer.painters.kit.pixels import Pixels
from reskin.neural_renderer.painters.kit.sheets import Sheet

_BLACK: Final = rgb(0.09, 0.085, 0.10)


def sky(s: Pixels) -> Array:
    """A wash from above; banks of mist are bare paper, each with one wet edge."""
    color = s.sheet(terrain.sky, 64)
    bank = 0.70 * s[N64] + 0.24 * s[N24] + 0.06 * s[N10]
    wet = smooth(0.30, 0.555, bank) * smooth(0.60, 0.56, bank)
    color = ink_washed(color, SUMI, 0.13 * wet)
    color = ink_washed(color, INDIGO, 0.07 * wet)
    color = mix(color, PAPER * 1.03, 0.88 * smooth(0.56, 0.60, bank))
    return ink_washed(color, SUMI, 0.09 * smooth(0.70, 0.95, s[SH]) * smooth(0.5, 0.3, bank))


def hill(s: Pixels) -> Array:
    color = s.sheet(terrain.hill, 64)
    color = ink_washed(color, SUMI, 0.14 * (s[N64] - 0.3))
    crest = s.up + 3 * (s[N24] - 0.5)
    color = ink_washed(color, SUMI, 0.50 * smooth(18, 0, crest) * (0.55 + 0.45 * s[N24]))
    color = ink_washed(color, INDIGO, 0.22 * smooth(22, 0, crest))
    return mix(color, PAPER, 0.16 + 0 * s.up)


def _mottled(draw: Callable[[], Sheet], pigment: Array, amount: float) -> Callable[[Pixels], Array]:
    """Paint with a sheet in uneven washes, which hide its repetition; a wash that dried has a rim."""

    def paint(s: Pixels) -> Array:
        pool = s[N64] + 0.35 * (s[N24] - 0.5) + 0.12 * (s[N10] - 0.5)
        rim = smooth(0.035, 0.0, np.abs(pool - 0.52))
        wet = smooth(0.25, 0.75, pool)
        return ink_washed(
            ink_diluted(s.sheet(draw), 0.68 + 0.50 * wet), pigment, amount * (0.7 * wet + 0.30 * rim)
        )

    return paint


def grass(s: Pixels) -> Array:
    color = _mottled(terrain.grass, MOSS, 0.50)(s)
    color = ink_washed(color, SUMI, 0.45 * smooth(0.70, 0.95, s[SV]))
    color = mix(color, PAPER, 0.30 * smooth(9, 3, s.up))
    return ink_washed(color, SUMI, 0.30 * smooth(8, 24, s.up))


def dirt(s: Pixels) -> Array:
    color = _mottled(terrain.dirt, WARM, 0.22)(s)
    return ink_washed(color, SUMI, 0.30 * smooth(0.70, 0.95, s[SH]))


sand = _mottled(terrain.sand, OCHRE, 0.22)
stone = _mottled(terrain.stone, SUMI, 0.22)


def ore(s: Pixels) -> Array:
    mask = s.sheet(terrain.ore)
    body, depth, ink = mask[..., 0], mask[..., 1], mask[..., 2]
    color = mix(stone(s), rgb(0.26, 0.25, 0.27), 0.45 * (1 - body))
    color = mix(color, _BLACK, smooth(0.2, 0.7, ink) * 0.92)
    return mix(color, _pigment(s.color, 0.35 + 0.75 * depth), smooth(0.4, 0.8, body))


def _pigment(color: Array, density: Array | float) -> Array:
    """The plain colour as a pigment on paper: more saturated, never quite black."""
    pure = np.clip(0.06 + 0.94 * saturate(color, 1.35), 0.05, 1)
    weight = np.asarray(density, np.float32)
    weight = weight[..., None] if weight.ndim else weight
    return single(PAPER * pure**weight)


snow = _mottled(terrain.snow, INDIGO, 0.10)


wood = _mottled(terrain.wood, WARM, 0.35)


def leaves(s: Pixels) -> Array:
    """Clumps: thin towards the light, loaded with ink below."""
    clump = 0.50 * s[N24] + 1.1 * (s[E24] - 0.5) + 0.20 * (s[E10] - 0.5)
    color = ink_diluted(s.sheet(terrain.leaves), 1.45 - 0.95 * smooth(-0.05, 0.60, clump))
    return ink_washed(color, SUMI, 0.10 + 0.45 * smooth(0.40, 0.05, clump))


brick = _mottled(terrain.brick, WARM, 0.35)


def metal(s: Pixels) -> Array:
    return s.sheet(terrain.metal) * (1 + 0.30 * (s[N64] - 0.5) + 0.14 * (s[SH] - 0.5))[..., None]


def glass(s: Pixels) -> Array:
    pane = _pigment(s.color, 0.42 + 0.25 * s[N64]) * s.sheet(terrain.glass)
    return mix(single(pane), _BLACK, 0.8 * smooth(2.2, 1.2, s.border))


road = _mottled(terrain.road, SUMI, 0.34)


def wall(s: Pixels) -> Array:
    color = s.sheet(terrain.wall) * (1 + 0.34 * (s[N64] - 0.5) + 0.10 * (s[TILE] - 0.5))[..., None]
    return mix(color, rgb(0.40, 0.44, 0.50), 0.16 * smooth(0.72, 0.95, s[SH]))


floor = _mottled(terrain.floor, WARM, 0.20)


def water(s: Pixels) -> Array:
    """Indigo let into wet paper, deeper below; lines of waves, foam left bare at the top."""
    mask = s.sheet(terrain.water)
    depth = smooth(0, 24, s.up + 8 * (s[N64] - 0.5))
    color = ink_washed(
        np.broadcast_to(PAPER, s.color.shape), INDIGO, 0.30 + 0.80 * depth + 0.22 * (s[N24] - 0.5)
    )
    color = ink_washed(color, SUMI, 0.05 + 0.22 * depth)
    color = mix(color, PAPER, 0.50 * mask[..., 1] + 0.30 * smooth(0.75, 0.95, s[SH]))
    color = ink_washed(color, INDIGO, 0.75 * mask[..., 0])
    color = ink_washed(color, SUMI, 0.40 * mask[..., 0])
    foam = s.up - 2.4 - 2.6 * smooth(0.35, 0.75, s[N10])
    color = mix(color, rgb(0.14, 0.20, 0.34), 0.75 * smooth(1.2, 0.3, np.abs(foam - 0.4)))
    return mix(color, PAPER * 1.03, smooth(0.5, -0.5, foam))


def lava(s: Pixels) -> Array:
    """Vermilion, wet and bright, with islands of burnt ink."""
    heat = 0.08 + s[CELL_EDGE] - 0.45 * (s[N24] - 0.5) - 0.60 * (s[N64] - 0.5) + 0.12 * (s[N5] - 0.5)
    color = ramp(heat, (0.0, (1.0, 0.83, 0.45)), (0.16, (0.98, 0.52, 0.16)), (0.32, (0.88, 0.20, 0.09)),
                 (0.46, (0.62, 0.09, 0.07)), (0.54, (0.16, 0.09, 0.09)),
                 (1.0, (0.12, 0.09, 0.10)))  # fmt: skip
    color = mix(color, rgb(0.52, 0.32, 0.28), 0.5 * smooth(0.62, 0.85, s[SH]) * smooth(0.5, 0.6, heat))
    color = mix(color, rgb(0.96, 0.40, 0.12), smooth(9, 2, s.up + 5 * (s[N10] - 0.5)) * 0.75)
    return mix(color, rgb(1.0, 0.90, 0.62), smooth(3.0, 1.4, s.up + 1.6 * (s[N10] - 0.5)))


def unknown(s: Pixels) -> Array:
    color = _pigment(s.color, 0.62 + 0.50 * smooth(0.3, 0.7, s[N64]) + 0.35 * (s[N24] - 0.5))
    return ink_washed(color, SUMI, 0.45 * smooth(0.66, 0.9, s[SH]))


def effect(s: Pixels) -> Array:
    """A splash: the pigment has run to its rim."""
    return _pigment(s.color, 0.95 - 0.45 * smooth(1, 8, s.border + 3 * (s[N24] - 0.5)))


def light(s: Pixels) -> Array:
    """A lamp: bare paper at its heart, a ring of ochre."""
    away = smooth(8, 0, s.border + 2 * (s[N24] - 0.5))
    color = mix(rgb(1.0, 0.96, 0.84), rgb(0.99, 0.74, 0.36), away)
    return mix(color, _pigment(s.color, 0.8), 0.42 * away + 0.10)


def vehicle(s: Pixels) -> Array:
    mask = s.sheet(things.vehicle)
    ink = mask[..., 1]
    color = mix(PAPER * 0.98, _pigment(s.color, 0.9 + 0.3 * ink), mask[..., 0])
    return mix(color, _BLACK, np.clip(ink - 0.30 * mask[..., 0], 0, 1) * (1 - 0.8 * mask[..., 2]))


def projectile(s: Pixels) -> Array:
    mask = s.sheet(things.projectile)
    color = mix(_pigment(s.color, 1.1 * mask[..., 0]), rgb(1, 0.98, 0.94), mask[..., 1])
    return mix(color, _BLACK, mask[..., 2])
