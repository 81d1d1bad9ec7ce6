"""Watercolour: a picture-book page of luminous washes on warm paper, with fine brown-blue ink.

The layers, in this order: the wash of each material; bleeding, granulation, backruns, and pigment that
gathers at edges; gaps of bare paper; shadows; and last the ink. A backrun is a pale spot with a dark rim,
where water ran into a wash that had begun to dry.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import ndimage

from reskin.neural_renderer.noise import N10, N24, N64
from reskin.neural_renderer.painters.kit import layers
from reskin.neural_renderer.painters.kit.brushes import Array, Mask, blur, single, smooth
from reskin.neural_renderer.painters.kit.gbuffer import FineGBuffer, Painter, ranks
from reskin.neural_renderer.painters.kit.pixels import by_material, paint_table
from reskin.neural_renderer.painters.kit.world import BACKDROP, EFFECTS, up_to
from reskin.neural_renderer.painters.watercolour import materials, things
from reskin.neural_renderer.painters.watercolour.medium import (
    INK,
    SHADE,
    lay_watercolour,
    watercolour_on_paper,
)
from reskin.neural_renderer.painters.watercolour.terrain import read_watercolour_plate, watercolour_grain

RANK: Final = ranks({"sky": 0, "hill": 1, "floor": 2, "road": 2, "water": 2, "lava": 2, "wall": 3})
"""Which material stands before which: ink follows the nearer one's contour."""
SOFT: Final = ("sky", "effect", "light")
"""Materials without edges and without ink."""
PAINT: Final = paint_table(materials, things)


def paint(g: FineGBuffer) -> Array:
    """Light [H,W,3] of the finished page."""
    open_air = g.up(g.mask(*BACKDROP, *EFFECTS, "wall", "glass"))
    surfaces = up_to(g, g.material, ("grass", "leaves", "water", "lava", "snow"))
    washes = by_material(g, PAINT, open_air, surfaces | {"hill": g.distance_to(g.mask("sky"))})
    things, soft = g.is_thing, g.mask(*SOFT)
    terrain = ~things & ~soft
    a = np.where(terrain[..., None], _wet(g, washes, terrain), washes)
    a = _reserve(g, a, soft)
    a = a + _shadows(g, things, terrain)[..., None] * SHADE
    return watercolour_on_paper(_ink(g, a, things, soft))


def _wet(g: FineGBuffer, a: Array, terrain: Mask) -> Array:
    """Washes bleed into each other, with backruns and grain; pigment gathers where a wash ends."""
    n, border = g.noise, g.seam
    weight = blur(terrain.astype(np.float32), 4)[..., None]
    around = blur(a * terrain[..., None], 4) / np.maximum(weight, 0.05)
    a = lay_watercolour(a, single(around), 0.30 * smooth(9, 0, border))
    bloom = 0.8 * n[..., N64] + 0.2 * n[..., N10]
    back = 0.16 * smooth(0.05, 0.0, np.abs(bloom - 0.64)) - 0.16 * smooth(0.62, 0.72, bloom)
    settled = read_watercolour_plate(watercolour_grain(), g.texture[..., 0] * 32, g.texture[..., 1] * 32)[
        ..., 0
    ]
    rim = 0.30 * np.exp(-border / 1.5) + 0.16 * np.exp(-border / 6)
    return a * (1 + back + 0.16 * settled + rim)[..., None]


def _reserve(g: FineGBuffer, a: Array, soft: Mask) -> Array:
    """Thin uneven gaps of bare paper between washes, and a paler rim around things."""
    gap = 0.1 + 1.3 * g.noise[..., N24]
    covered = smooth(-1.1, 0.8, g.seam - np.where(g.is_thing, 0, gap))
    a = a * np.where(soft, 1, 0.22 + 0.78 * covered)[..., None]
    return a * (1 - 0.62 * layers.gap_around(g, 2.6, 0.6))[..., None]


def _shadows(g: FineGBuffer, things: Mask, terrain: Mask) -> Array:
    """Thin violet glazes to the lower right of what stands in front: density [H,W]."""
    back = g.mask("hill", "wall", "floor", "road")
    solid = terrain & ~back
    under = 0.55 * layers.cast(solid, 3, 4, 3) * back
    return under + 0.55 * layers.cast(things, 2, 3, 1.8) * terrain


def _ink(g: FineGBuffer, a: Array, things: Mask, soft: Mask) -> Array:
    """A soft pen contour along the nearer of two layers; the N24 noise makes it heavier here and there."""
    rank = RANK[g.material]
    nearer = ndimage.minimum_filter(rank, size=7, mode="nearest") < rank
    line = smooth(1.7, 0.5, g.seam) * (nearer & ~soft)
    weight = np.where(things, 0.88, 0.34 + 0.34 * smooth(0.3, 0.7, g.noise[..., N24]))
    weight = np.where(g.mask("hill"), 0.16, weight)
    return lay_watercolour(a, INK, line * weight)


PAINTER: Final = Painter(
    name="watercolour", title="A picture book in watercolour and ink", paint=paint, warp=0.12
)
