"""Ink: brush and wash on rice paper. Mist and bare paper lie behind; red marks what matters.

The layers, in this order: each material's own brushwork; mist; washes that pool at edges, shadows and glow;
the contours of the brush; bare paper around things; and last the grain of the paper.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.noise import N5, N10, N24, SH, SV
from reskin.neural_renderer.painters.ink import materials, things
from reskin.neural_renderer.painters.ink.medium import MOSS, PAPER, SUMI, ink_washed
from reskin.neural_renderer.painters.ink.terrain import ink_paper_grain
from reskin.neural_renderer.painters.kit import layers
from reskin.neural_renderer.painters.kit.brushes import Array, Mask, mix, rgb, single, smooth
from reskin.neural_renderer.painters.kit.gbuffer import REACH, FineGBuffer, Painter, ranks
from reskin.neural_renderer.painters.kit.pixels import by_material, paint_table
from reskin.neural_renderer.painters.kit.sheets import look_up, texels
from reskin.neural_renderer.painters.kit.world import BACKDROP, EFFECTS, in_front, is_any, up_to, world_behind

RANK: Final = ranks(
    {"sky": 0, "light": 0, "effect": 0, "hill": 1, "wall": 2, "floor": 3, "road": 3, "water": 3, "lava": 3},
    things=6,
)
"""Which material stands before which: the brush follows the nearer one's contour."""
_SOLID: Final = tuple(n for n in MATERIALS if n not in (*BACKDROP, *EFFECTS, "wall"))
_BLACK: Final = rgb(0.08, 0.075, 0.09)


_LAYERS: Final[layers.NamedLayers] = (
    (_SOLID, ("hill", "sky"), 0.20),
    (_SOLID, ("wall",), 0.85),
    (("wall", "brick", "wood", "leaves", "metal"), ("floor", "road", "grass", "sand", "snow"), 0.45),
)
"""What casts a thin wash, on what, and how dense it is."""
PAINT: Final = paint_table(materials, drawn=things)


def paint(g: FineGBuffer) -> Array:
    """The ink picture, float32 [H,W,3] RGB, not yet clipped."""
    world = world_behind(g)
    sky = is_any(world, *BACKDROP)
    color = by_material(g, PAINT, g.up(sky), up_to(g, world, ("water", "lava", "grass")))
    color = _mist(g, color, world)
    color = _pool(g, color, sky)
    color = _contour(g, color, world, sky)
    color = _reserve(g, color)
    things = g.is_thing[..., None]
    grain = look_up(texels(ink_paper_grain), single(np.where(things, 0, g.texture) / 2), repeat=True)
    return single(color * np.where(things, 1, grain))


def _mist(g: FineGBuffer, color: Array, world: NDArray[np.int16]) -> Array:
    """Mist over the foot of mountains, and around whatever stands before them."""
    solid = ~is_any(world, *BACKDROP, *EFFECTS)
    foot = smooth(REACH, 2, g.down(solid) + 10 * (g.noise[..., N24] - 0.5)) * is_any(g.material, "hill")
    return mix(color, PAPER * 1.01, 0.72 * foot)


def _pool(g: FineGBuffer, color: Array, sky: Mask) -> Array:
    """Washes gather at their edges; what stands in front casts a thin wash; what lies deep is darker."""
    ground = ~sky & ~in_front(g)
    rim = 0.22 * np.exp(-g.seam / 2.2) + 0.10 * np.exp(-g.seam / 7)
    color = ink_washed(color, SUMI, rim * ground)
    deep = layers.depth_shade(g, g.distance_to(sky), 5, "dirt", "stone", "ore")
    color = ink_washed(color, SUMI, 0.26 * deep)
    color = ink_washed(color, SUMI, 0.55 * layers.turned_away(g, sky, 9, 11) * ground)
    color = ink_washed(color, SUMI, 0.75 * layers.roundness(g, g.mask("leaves"), -0.35))
    for shadow in layers.shadows(layers.named(g, _LAYERS), 3, 4, 3):
        color = ink_washed(color, SUMI, shadow)
    for name, reach, warm in (("lava", 16.0, rgb(1.0, 0.70, 0.50)), ("light", 20.0, rgb(1.0, 0.93, 0.76))):
        fire = g.mask(name)
        if fire.any():
            glow = layers.falloff(g, fire, reach)
            color = mix(color, single(color * warm + 0.22 * warm), 0.70 * glow * glow)
    return color


def _contour(g: FineGBuffer, color: Array, world: NDArray[np.int16], sky: Mask) -> Array:
    """A contour along the nearer of two layers: heavy below, thin towards the light, dry here and there."""
    n, things, border = g.noise, g.is_thing, g.seam
    rank = np.where(in_front(g) & ~things, 0, RANK[g.material])
    lowest = ndimage.minimum_filter(rank, size=15, mode="nearest")
    drawn = (lowest < rank) | (border < 1)
    soft = g.mask(*BACKDROP, *EFFECTS, "water")
    lit = smooth(6, 0, np.minimum(g.left(sky), g.up(sky)))
    width = 0.5 + 3.3 * smooth(0.15, 0.85, n[..., N24]) - 0.5 * lit
    width = np.where(g.mask("leaves"), 0.6 + 1.0 * n[..., N24], width)
    equal = lowest == 4
    width = np.where(equal, 0.3 + 1.3 * n[..., N24], width)
    load = np.where(equal, 0.62, 0.62 + 0.34 * n[..., N10])
    hairs = smooth(0.30, 0.55, n[..., SH] * 0.5 + n[..., N5] * 0.5 + 0.30 * smooth(2.2, 0.6, border))
    line = smooth(0.5, -0.7, single(border - width)) * hairs * (drawn & ~soft & ~things)
    color = mix(color, _BLACK, load * line)
    color = _tufts(g, color, world)
    return mix(color, _BLACK, 0.92 * smooth(1.9, 0.9, border) * things)


def _tufts(g: FineGBuffer, color: Array, world: NDArray[np.int16]) -> Array:
    """Turf hangs over what lies under it, in flicks of the brush."""
    grass = is_any(world, "grass") & ~in_front(g)
    hang = g.up(grass)
    under = g.mask("dirt", "stone", "sand", "ore", "brick", "wall") & (hang < REACH)
    length = 1.5 + 8.0 * g.noise[..., SV]
    cover = smooth(0.7, -0.7, hang - length) * under
    dark = ink_washed(np.broadcast_to(PAPER, color.shape), MOSS, 0.9 + 0.0 * hang)
    return mix(color, ink_washed(dark, SUMI, 0.75 + 0.5 * g.noise[..., N10]), 0.85 * cover)


def _reserve(g: FineGBuffer, color: Array) -> Array:
    """A rim of bare paper around things, and a soft wash to their lower right."""
    things = g.is_thing
    color = ink_washed(color, SUMI, 0.75 * layers.cast(things, 3, 4, 2.2) * ~things)
    halo = np.maximum(0.85 * layers.gap_around(g, 2.2, 1.2), 0.38 * layers.gap_around(g, 6, 1))
    color = mix(color, PAPER * 1.02, halo)
    coin = g.mask("coin")
    if coin.any():
        glow = smooth(10, 2, g.distance_to(coin)) * ~things
        color = mix(color, rgb(1.0, 0.90, 0.76), 0.40 * glow)
    return color


PAINTER: Final = Painter(name="ink", title="Ink and wash", paint=paint, warp=0.12)
