"""Clay: a stop-motion set, kneaded by hand and full of fingerprints, under one soft lamp at the upper left.

The layers, in this order: each material's own clay; rounded edges; turf pressed over the earth; shadows and
glow; and last the shadows, the rim and the outline of things.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS
from reskin.neural_renderer.noise import N10, N24, SV
from reskin.neural_renderer.painters.clay import materials, things
from reskin.neural_renderer.painters.kit import layers
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, Mask, mix, rgb, single, smooth
from reskin.neural_renderer.painters.kit.gbuffer import REACH, FineGBuffer, Painter
from reskin.neural_renderer.painters.kit.pixels import by_material, paint_table
from reskin.neural_renderer.painters.kit.world import BACKDROP, EFFECTS, in_front, is_any, up_to, world_behind

_SOLID: Final = tuple(name for name in MATERIALS if name not in (*BACKDROP, *EFFECTS, "wall"))
_LAYERS: Final[layers.NamedLayers] = (
    ((*_SOLID, "wall"), ("hill",), 0.50),
    ((*_SOLID, "wall"), ("sky",), 0.34),
    (("hill",), ("sky",), 0.30),
    (_SOLID, ("wall",), 0.78),
    (
        ("wall", "brick", "wood", "leaves", "metal", "stone"),
        ("floor", "road", "grass", "sand", "snow", "dirt"),
        0.50,
    ),
    (("grass", "sand", "stone", "floor", "brick", "road", "dirt"), ("water", "lava", "glass"), 0.42),
)
"""What casts a shadow, on what, and how deep it is."""
_FAMILY: Final = np.arange(len(MATERIALS), dtype=np.int16)
_FAMILY[MATERIAL_INDEX["ore"]] = MATERIAL_INDEX["stone"]
_FAMILY.setflags(write=False)
PAINT: Final = paint_table(materials, drawn=things)


def paint(g: FineGBuffer) -> Array:
    """The clay picture, float32 [H,W,3] RGB, not yet clipped."""
    world = world_behind(g)
    color = by_material(g, PAINT, g.up(is_any(world, *BACKDROP)), up_to(g, world, ("water", "lava")))
    color = _round(g, color, world)
    color = _fringe(g, color, world)
    color = layers.cast_shadows(color, layers.named(g, _LAYERS), rgb(0.40, 0.32, 0.46), 4, 5, 3.2)
    color = layers.glow(g, color, (("lava", 18.0, 0.65), ("light", 20.0, 0.70)), rgb(0.95, 0.50, 0.18))
    return _set_off(g, color)


def _round(g: FineGBuffer, color: Array, world: NDArray[np.int16]) -> Array:
    """Edges rounded as by a thumb: light on the upper left of each slab, shade on its lower right."""
    family = _FAMILY[world]
    hidden = in_front(g)
    beside, above = _changes(family, hidden, 1), _changes(family, hidden, 0)
    wobble = 1.6 * (g.noise[..., N10] - 0.5)
    left, up = g.left(beside) + wobble, g.up(above) + wobble
    right, down = g.right(beside) + wobble, g.down(above) + wobble
    thick = ~is_any(world, "sky", "wall", "water", "lava") & ~hidden
    lit = 0.55 * smooth(6.5, 0.5, left) + 0.75 * smooth(7.0, 0.5, up)
    turned = 0.60 * smooth(7.5, 0.5, right) + 0.85 * smooth(8.5, 0.5, down)
    hill = is_any(world, "hill")
    tilt = np.where(hill, 0.75 * smooth(7.0, 0.5, up), np.clip(lit - turned, -1, 1)) * thick
    seam = smooth(2.4, 0.4, np.minimum(np.minimum(left, up), np.minimum(right, down))) * (thick & ~hill)
    sky = is_any(world, *BACKDROP)
    deep = layers.depth_shade(g, g.distance_to(sky), 6, *layers.BURIED)
    rim = smooth(0.3, 1.6, np.minimum(left, up)) * smooth(5.0, 2.2, np.minimum(left, up)) * thick
    dark = (
        1 - (np.maximum(-tilt, 0)[..., None] * rgb(0.52, 0.58, 0.48)) - (0.38 * seam + 0.16 * deep)[..., None]
    )
    color = color * np.clip(dark, 0.1, 1) * (1 + 0.22 * np.maximum(tilt, 0))[..., None]
    color = mix(color, rgb(1.0, 0.96, 0.88), 0.22 * rim * np.maximum(tilt, 0))
    leaf = layers.roundness(g, g.mask("leaves"), -0.5)
    return single(color * (1 - leaf[..., None] * rgb(0.46, 0.40, 0.24)))


def _changes(label: NDArray[np.int16], hidden: Mask, axis: int) -> Mask:
    """Samples beside one with another label, along an axis; hidden ones do not count."""
    edge = np.zeros(label.shape, bool)
    after, before = (np.s_[:, 1:], np.s_[:, :-1]) if axis else (np.s_[1:], np.s_[:-1])
    changed = (label[after] != label[before]) & ~hidden[after] & ~hidden[before]
    edge[after] |= changed
    edge[before] |= changed
    return edge


def _fringe(g: FineGBuffer, color: Array, world: NDArray[np.int16]) -> Array:
    """Turf pressed over what lies below it, in tongues as wide as a thumb."""
    grass = is_any(world, "grass", "snow") & ~in_front(g)
    hang = g.up(grass)
    under = g.mask("dirt", "stone", "sand", "ore", "brick") & (hang < REACH)
    length = 2.2 + 5.5 * smooth(0.30, 0.75, g.noise[..., N24] * 0.6 + g.noise[..., SV] * 0.4)
    below = hang - length
    color = color * (1 - 0.50 * (smooth(5, 0, below) * (below > -0.5) * under))[..., None]
    white = smooth(REACH - 2, REACH - 4, g.up(is_any(world, "snow"))) * (
        g.up(is_any(world, "grass")) >= REACH
    )
    green = mix(rgb(0.40, 0.64, 0.24), rgb(0.20, 0.42, 0.17), smooth(-3.5, 0.0, below))
    pale = mix(rgb(0.95, 0.95, 0.97), rgb(0.68, 0.70, 0.84), smooth(-3.5, 0.0, below))
    return mix(color, mix(green, pale, white), smooth(0.6, -0.6, below) * under)


def _set_off(g: FineGBuffer, color: Array) -> Array:
    """Things: a dark contact shadow and a softer one, a shine around coins, and rounded dark rims."""
    things = g.is_thing
    thing = things.astype(np.float32)
    contact, soft = layers.cast(thing, 1, 1.5, 1.0), layers.cast(thing, 3, 4, 2.8)
    color = color * mix(WHITE, rgb(0.26, 0.20, 0.30), (0.50 * contact + 0.45 * soft) * (1 - thing))
    color = layers.coin_shine(g, color, rgb(1.0, 0.76, 0.34), 0.28)
    turned = smooth(5.0, 0.0, np.minimum(g.right(~things), g.down(~things))) * thing
    rim = smooth(0.8, 1.8, g.border) * smooth(3.8, 2.2, g.border)
    facing = rim * smooth(7, 1, np.minimum(g.left(~things), g.up(~things)))
    color = mix(color * (1 - 0.30 * turned)[..., None], rgb(1, 0.97, 0.92), 0.30 * facing * thing)
    return layers.outline(g, color, rgb(0.30, 0.22, 0.28), 0.88)


PAINTER: Final = Painter(name="clay", title="Clay", paint=paint, warp=0.06)
