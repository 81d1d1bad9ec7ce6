"""Winter: a storybook dusk under deep snow. Warm light falls from the upper left, and shade is a cold blue.

The layers, in this order: each material's own colours; light and shade at edges; turf that hangs over the
earth; snow on what faces the sky; shadows and glow; and last the shadow and the outline of things.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.noise import E10, E24, N2, N10, N24, SV
from reskin.neural_renderer.painters.kit import layers
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, Mask, mix, rgb, single, smooth
from reskin.neural_renderer.painters.kit.gbuffer import FineGBuffer, Painter
from reskin.neural_renderer.painters.kit.pixels import by_material, paint_table
from reskin.neural_renderer.painters.kit.world import BACKDROP, EFFECTS, in_front, is_any, up_to, world_behind
from reskin.neural_renderer.painters.winter import materials, things

BARE: Final = ("water", "lava", *BACKDROP, *EFFECTS)

CAP: Final = {
    "grass": 14.0, "dirt": 11.0, "sand": 9.0, "stone": 10.0, "ore": 8.0, "wood": 6.5, "leaves": 9.0,
    "snow": 16.0, "brick": 8.0, "metal": 6.0, "glass": 4.0, "road": 6.0, "wall": 3.0, "floor": 6.0,
    "unknown": 6.0,
}  # fmt: skip
"""Mean thickness of the snow on top of each material, in pixels."""

_MEAN_CAP: Final = np.array([CAP.get(name, 0.0) for name in MATERIALS], np.float32)

_SOLID: Final = tuple(name for name in MATERIALS if name not in BACKDROP)
_LAYERS: Final[layers.NamedLayers] = (
    (_SOLID, ("hill",), 0.62),
    (_SOLID, ("sky",), 0.36),
    (("grass", "dirt", "sand", "stone", "ore", "snow", "brick", "water", "lava"), ("wall",), 0.75),
    (("wall", "brick", "wood", "leaves", "metal"), ("floor", "road"), 0.55),
)
"""What casts a shadow, on what, and how deep it is."""
PAINT: Final = paint_table(materials, drawn=things)


def paint(g: FineGBuffer) -> Array:
    """The winter picture, float32 [H,W,3] RGB, not yet clipped."""
    world = world_behind(g)
    sky, bare = is_any(world, *BACKDROP), is_any(world, *BARE)
    ground = ~bare & ~in_front(g)
    color = by_material(g, PAINT, g.up(sky), up_to(g, world, ("water", "lava")))
    color = _relight(g, color, ground, sky, is_any(world, "leaves"))
    color = _snow_caps(g, color, ground, sky, ~bare & ~g.is_thing)
    color = layers.cast_shadows(color, layers.named(g, _LAYERS), rgb(0.50, 0.54, 0.80))
    color = layers.glow(g, color, (("lava", 18.0, 0.70), ("light", 20.0, 0.75)), rgb(0.95, 0.45, 0.14))
    return _set_off(g, color)


def _relight(g: FineGBuffer, color: Array, ground: Mask, sky: Mask, leaf: Mask) -> Array:
    """Edges that face the light are warm, those that turn away cold and dark; what lies deep is dim."""
    depth = g.distance_to(sky)
    lit = smooth(5, 0, g.left(sky)) * 0.75 + smooth(4, 0, g.up(sky)) * 0.25
    turned = layers.turned_away(g, sky, 8, 11)
    shade = (1 - 0.36 * turned)[..., None] * mix(WHITE, rgb(0.88, 0.93, 1.08), turned)
    deep = layers.depth_shade(g, depth, 4, *layers.BURIED)
    shade = shade * mix(rgb(1.04, 1.03, 1.02), rgb(0.76, 0.80, 0.91), deep)
    shade = shade * (1 - layers.roundness(g, leaf, -0.8)[..., None] * rgb(0.34, 0.28, 0.14))
    seam = smooth(2.6, 0.2, g.border) * smooth(1, 6, depth)
    relit = color * shade * (1 - 0.22 * seam)[..., None]
    relit = relit + lit[..., None] * rgb(0.42, 0.30, 0.16) * (0.15 + 0.85 * color)
    return np.where(ground[..., None], _hang(g, relit), color)


def _hang(g: FineGBuffer, color: Array) -> Array:
    """Uneven tufts of turf that hang over the earth below."""
    grass = g.mask("grass")
    below = g.mask("dirt", "stone", "sand", "ore", "brick", "wall") & ~grass
    length = 2.0 + 6.5 * g.noise[..., SV]
    hang = g.up(grass)
    tuft = mix(rgb(0.22, 0.44, 0.39), rgb(0.09, 0.25, 0.25), smooth(0, 8, hang))
    color = color * (1 - 0.40 * (below * smooth(11, 3, hang)))[..., None]
    return mix(color, tuft, below * smooth(1, -1, hang - length))


def _snow_caps(g: FineGBuffer, color: Array, ground: Mask, sky: Mask, firm: Mask) -> Array:
    """Snow on what faces the sky: uneven beneath, with icicles and a dark underside."""
    n, above, drifts = g.noise, g.up(sky), g.mask("snow")
    to_left, to_right = g.left(sky), g.right(sky)
    broad = smooth(3, 9, to_left + to_right)  # none on a blade of grass
    side = smooth(6, 0, np.minimum(to_left, to_right)) * np.where(g.mask("leaves"), -5.0, 2.0)
    depth = _MEAN_CAP[g.material] * (0.52 + 0.90 * n[..., N24] + 0.30 * (n[..., N10] - 0.5))
    depth = ((depth + side + 6.0 * smooth(0.84, 1.0, n[..., SV])) * broad).astype(np.float32)
    below = above - depth
    under = smooth(8, 0, below) * ((below > -0.5) & ground & ~drifts) * broad
    color = color * mix(WHITE, rgb(0.42, 0.48, 0.68), under * 0.80)
    snow = _snow_light(g, (above / np.maximum(depth, 2)).astype(np.float32))
    cover = np.where(drifts, smooth(9, 0, above), smooth(1.2, -1.2, below))
    color = mix(color, snow, np.where(ground, cover * (broad > 0), 0))
    return _swell(g, color, firm & (broad > 0.5), above)


def _swell(g: FineGBuffer, color: Array, firm: Mask, above: Array) -> Array:
    """Snow that swells over the edge into the sky and rounds the silhouette.

    Its width is constant: a pixel of the sky has the sky's noise, not that of the ground beside it.
    """
    top = firm & (above < 3) & ~g.mask("leaves", "wall")
    down, away = g.down(firm), g.distance_to(firm)
    over = np.maximum(smooth(2.9, 2.1, g.distance_to(top)), smooth(2.6, 1.4, down))
    beside = np.minimum(g.left(firm), g.right(firm))
    corner = np.hypot(np.maximum(9 - down, 0), np.maximum(9 - beside, 0))
    fresh = np.where(g.mask(*BACKDROP), np.maximum(over, smooth(8.6, 9.4, corner) * (down < 9)), 0)
    return mix(color, mix(rgb(0.985, 0.98, 0.965), rgb(1.0, 0.99, 0.96), smooth(0.5, 2.5, away)), fresh)


def _snow_light(g: FineGBuffer, t: Array) -> Array:
    """The colour of a cap from its top (t = 0) to its lower rim (t = 1)."""
    n = g.noise
    snow = mix(rgb(1.0, 0.985, 0.95), rgb(0.93, 0.95, 1.0), smooth(0.05, 0.35, t))
    snow = mix(snow, rgb(0.56, 0.69, 0.96), smooth(0.38, 1.05, t))
    rise = 0.20 * (n[..., E24] - 0.5) + 0.14 * (n[..., E10] - 0.5)
    return snow + rise[..., None] * rgb(0.9, 0.95, 0.7) + (0.10 * smooth(0.93, 0.99, n[..., N2]))[..., None]


def _set_off(g: FineGBuffer, color: Array) -> Array:
    """Things: a soft shadow, a shine around coins, a dark outline within, and shade on the lower right."""
    color = layers.contact_shadow(g, color, rgb(0.36, 0.40, 0.66), 0.75)
    color = layers.coin_shine(g, color, rgb(1.0, 0.72, 0.28), 0.34)
    color = layers.outline(g, color, rgb(0.30, 0.26, 0.42), 0.85)
    shaded = g.is_thing * smooth(4.0, 0.0, np.minimum(g.right(~g.is_thing), g.down(~g.is_thing)))
    return single(color * (1 - 0.20 * shaded)[..., None])


PAINTER = Painter(name="winter", title="Winter", paint=paint)
