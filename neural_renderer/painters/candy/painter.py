"""Candy: a toy world of icing, sponge cake, gumdrops and jelly, glossy and pink, under a soft lamp.

The layers, in this order: each material's own colours; rounded edges; icing that runs down from what faces
the sky; shadows and glow; and last the shadow, the shine and the outline of things.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.noise import N24, N64
from reskin.neural_renderer.painters.candy import materials, things
from reskin.neural_renderer.painters.kit import layers
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, Mask, mix, rgb, single, smooth
from reskin.neural_renderer.painters.kit.gbuffer import REACH, FineGBuffer, Painter
from reskin.neural_renderer.painters.kit.pixels import by_material, paint_table
from reskin.neural_renderer.painters.kit.sheets import scatter
from reskin.neural_renderer.painters.kit.world import BACKDROP, EFFECTS, in_front, is_any, up_to, world_behind

BARE: Final = ("water", "lava", *BACKDROP, *EFFECTS)
DRIP: Final = {
    "grass": 1.0, "dirt": 0.75, "sand": 0.55, "stone": 0.75, "ore": 0.65, "wood": 0.55,
    "brick": 0.60, "metal": 0.45, "glass": 0.35, "road": 0.45, "floor": 0.45, "wall": 0.35, "unknown": 0.45,
}  # fmt: skip
"""How far the icing runs down each material, as a share of the longest drips."""

_DRIP: Final = np.array([DRIP.get(name, 0.0) for name in MATERIALS], np.float32)
_SOLID: Final = tuple(name for name in MATERIALS if name not in BACKDROP and name not in EFFECTS)
_LAYERS: Final[layers.NamedLayers] = (
    (_SOLID, ("hill",), 0.50),
    (_SOLID, ("sky",), 0.32),
    (("grass", "dirt", "sand", "stone", "ore", "snow", "brick", "wood"), ("wall",), 0.72),
    (("wall", "brick", "wood", "leaves", "metal"), ("floor", "road"), 0.50),
    (("grass", "sand", "stone", "floor", "brick", "road"), ("water", "lava"), 0.40),
)
"""What casts a shadow, on what, and how deep it is."""
PAINT: Final = paint_table(materials, drawn=things)


def paint(g: FineGBuffer) -> Array:
    """The candy picture, float32 [H,W,3] RGB, not yet clipped."""
    world = world_behind(g)
    sky = is_any(world, *BACKDROP)
    firm = ~is_any(world, *BARE) & ~in_front(g)
    color = by_material(g, PAINT, g.up(sky), up_to(g, world, ("water", "lava")))
    color = _round(g, color, firm, sky)
    color = _ice(g, color, firm, sky)
    color = layers.cast_shadows(color, layers.named(g, _LAYERS), rgb(0.52, 0.26, 0.52))
    color = layers.glow(g, color, (("lava", 18.0, 0.70), ("light", 20.0, 0.70)), rgb(1.0, 0.48, 0.22))
    return _set_off(g, color)


def _round(g: FineGBuffer, color: Array, firm: Mask, sky: Mask) -> Array:
    """Every layer bulges: a line of light inside its lit edge, and shade where it turns away."""
    lit_side = np.minimum(g.left(sky) + 1.2, g.up(sky))
    turned = layers.turned_away(g, sky, 9, 12)
    depth = g.distance_to(sky)
    deep = layers.depth_shade(g, depth, 6, *layers.BURIED)
    shade = mix(WHITE, rgb(0.60, 0.38, 0.62), single(0.75 * turned))
    shade = shade * mix(rgb(1.03, 1.02, 1.02), rgb(0.82, 0.74, 0.86), single(deep))
    shade = shade * (1 - layers.roundness(g, g.mask("leaves"), -0.6)[..., None] * rgb(0.46, 0.34, 0.16))
    seam = smooth(2.8, 0.2, g.border) * smooth(1, 6, depth)
    line = smooth(1.2, 2.2, lit_side) * smooth(4.4, 2.8, lit_side)
    line = line * (0.35 + 0.65 * smooth(7, 4, g.up(sky))) * ~g.mask("wall")
    bulged = mix(color * shade * (1 - 0.34 * seam)[..., None], rgb(1, 0.97, 0.98), 0.45 * line)
    return np.where(firm[..., None], bulged, color)


@cache
def _profile() -> Array:
    """Icing over two tiles, float32 [2,256]: how far it runs down 0..1, and its place across a drip -1..1."""
    x = (np.arange(256) + 0.5) / 4
    length, side = np.full(256, 0.30), np.zeros(256)
    for k, (a, b, c, _) in enumerate(scatter(401, 7)):
        offset = (x - (k + 0.30 + 0.4 * a) * 64 / 7 + 32) % 64 - 32
        half = 2.7 + 1.5 * b
        t = np.clip(np.abs(offset) / half, 0, 1)
        run = (0.42 + 0.50 * c) - 0.24 * (1 - np.sqrt(1 - t * t)) - 0.7 * (np.abs(offset) > half)
        side = np.where(run > length, offset / half, side)
        length = np.maximum(length, run)
    kernel = np.array([1, 2, 3, 2, 1]) / 9
    length = np.convolve(np.concatenate((length[-2:], length, length[:2])), kernel, "valid")
    return np.stack([length, side]).astype(np.float32)


def _drips(g: FineGBuffer) -> tuple[Array, Array]:
    """At each sample: how far icing runs down 0..1, and the place across its drip -1..1 (0 between)."""
    place = (g.texture[..., 0] * 32 % 64) * 4 - 0.5
    low = np.floor(place).astype(np.int64)
    fraction = (place - low).astype(np.float32)
    length, side = _profile()
    run = length[low % 256] * (1 - fraction) + length[(low + 1) % 256] * fraction
    return run.astype(np.float32), side[(low + (fraction > 0.5)) % 256]


def _ice(g: FineGBuffer, color: Array, firm: Mask, sky: Mask) -> Array:
    """Icing on what faces the sky, running down in rounded drips; turf runs over what lies under it."""
    above = g.up(sky)
    broad = smooth(3, 9, g.left(sky) + g.right(sky))
    run, side = _drips(g)
    share = _DRIP[g.material] * broad
    length = single((3.0 + 13.0 * run * (0.75 + 0.5 * g.noise[..., N24])) * share)
    pink = mix(rgb(1.0, 0.70, 0.83), rgb(1.0, 0.55, 0.74), g.noise[..., N64])
    white = rgb(1.0, 0.965, 0.955)
    iced = firm & (share > 0.05)
    color = _pour(g, color, iced & g.mask("grass"), above, length * 0.8, side, white)
    color = _pour(g, color, iced & ~g.mask("grass"), above, length, side, pink)
    turf = g.mask("grass", "snow")
    under = firm & ~turf & ~g.mask("leaves", "glass", "wood") & (above > 4)
    hang = g.up(turf)
    top = mix(rgb(0.97, 0.42, 0.63), rgb(1.0, 0.56, 0.74), g.noise[..., N24])
    return _pour(g, color, under & (hang < REACH), hang, 2.0 + 11.0 * (run - 0.22), side, top)


def _pour(
    g: FineGBuffer, color: Array, where: Mask, above: Array, length: Array, side: Array, icing: Array
) -> Array:
    """Pour icing that runs down by `length`: its shadow, its rounded rim and its highlights."""
    below = above - length
    shadow = smooth(6, 0, below) * (below > -0.6)
    color = mix(color, color * rgb(0.45, 0.22, 0.34), 0.75 * shadow * where)
    inside = np.maximum(-below, 0)
    rim = smooth(3.6, 0.0, inside)
    body = mix(
        np.broadcast_to(icing, color.shape),
        icing * rgb(0.80, 0.50, 0.68),
        0.85 * rim * smooth(-1.3, 0.9, side),
    )
    body = mix(body, icing * rgb(0.86, 0.62, 0.76), 0.6 * smooth(0.3, 1.0, side) * (length > 7))
    wet = smooth(1.0, 2.0, inside) * smooth(5.0, 3.4, inside)
    wet = wet * smooth(-0.75, -0.45, side) * smooth(0.0, -0.3, side)
    top = smooth(0.9, 1.6, above) * smooth(3.2, 2.0, above)
    body = mix(body, WHITE, np.maximum(0.9 * wet * (length > 6), 0.75 * top))
    return mix(color, body, smooth(0.6, -0.6, below) * where)


def _set_off(g: FineGBuffer, color: Array) -> Array:
    """Things: a soft shadow, a shine around coins, light on the upper left, and a dark outline within."""
    color = layers.contact_shadow(g, color, rgb(0.44, 0.20, 0.42), 0.80)
    color = layers.coin_shine(g, color, rgb(1.0, 0.80, 0.36), 0.32)
    inner = smooth(1.2, 2.0, g.border) * smooth(3.6, 2.4, g.border)
    facing = smooth(7, 1, np.minimum(g.left(~g.is_thing), g.up(~g.is_thing)))
    color = mix(color, WHITE, 0.40 * g.is_thing.astype(np.float32) * inner * facing)
    return layers.outline(g, color, rgb(0.34, 0.14, 0.30), 0.9)


PAINTER: Final = Painter(name="candy", title="Candy", paint=paint, warp=0.07)
