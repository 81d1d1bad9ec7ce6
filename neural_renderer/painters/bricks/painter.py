"""Toy bricks: a close photograph of a world of glossy plastic bricks, lit from the upper left.

The layers, in this order: each material's own colours; bevels where a layer ends; shadows; and the glow of
lava and lamps. What lies behind is larger, paler and out of focus. Nearly everything repeats over two
tiles, because a small network reproduces that exactly: plates, gaps, bevels and studs lie on a lattice of
16 px. Chance comes from a value of each brick, and from the TILE noise.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.painters.bricks import materials, things
from reskin.neural_renderer.painters.kit import layers
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, Mask, mix, rgb, smooth
from reskin.neural_renderer.painters.kit.gbuffer import REACH, FineGBuffer, Painter
from reskin.neural_renderer.painters.kit.pixels import by_material, paint_table
from reskin.neural_renderer.painters.kit.world import BACKDROP, EFFECTS

_LOOSE: Final = ("effect", "light", "unknown")
PAINT: Final = paint_table(materials, things)


def paint(g: FineGBuffer) -> Array:
    """float32 [H,W,3] RGB: each material by its own function, then edges, shadows and glow."""
    behind = g.mask(*BACKDROP)
    loose = g.is_thing | g.mask(*_LOOSE)
    lattice = g.texture[..., 1] * 32 % 32
    # A row of plates runs on under a thing that stands on it, but not under one that floats before it.
    under = np.where((lattice < 7) & g.mask("grass"), g.up(behind | loose), REACH)
    top = np.minimum(g.up(behind), under).astype(np.float32)
    picture = by_material(g, PAINT, top)
    picture = _edges(g, picture, behind)
    picture = _shadows(g, picture, behind)
    return np.clip(_glow(g, picture), 0, 1)


def _edges(g: FineGBuffer, picture: Array, behind: Mask) -> Array:
    """Bevels where a layer ends: bright towards the upper left, dark towards the lower right."""
    front = (~behind & ~g.is_thing & ~g.mask("water", "lava", "effect", "light")).astype(np.float32)
    bright = np.maximum(smooth(1.9, 0.7, g.up(behind)), 0.7 * smooth(1.7, 0.6, g.left(behind)))
    dark = np.maximum(smooth(2.4, 0.6, g.down(behind)), smooth(2.2, 0.6, g.right(behind)))
    picture = mix(picture, rgb(0, 0, 0), 0.38 * (dark * front))
    picture = mix(picture, WHITE, 0.38 * bright * front)
    ridge = smooth(24, 0, g.up(g.mask("sky"))) * g.mask("hill")
    crest = smooth(2.2, 0.8, g.distance_to(g.mask("sky"))) * g.mask("hill")
    return mix(picture, rgb(0.88, 0.95, 0.90), 0.30 * ridge + 0.35 * crest)


def _shadows(g: FineGBuffer, picture: Array, behind: Mask) -> Array:
    """Soft shadows that each layer casts to the lower right on what lies behind it."""
    cool = rgb(1.0, 0.92, 0.72)
    things, hill, sky = g.is_thing, g.mask("hill"), g.mask("sky")
    solid = ~behind & ~things & ~g.mask(*EFFECTS)
    cast = 0.34 * layers.cast(solid, 4, 5, 2.6) * behind
    cast += 0.16 * layers.cast(hill, 3, 3, 3) * sky
    cast += 0.40 * layers.cast(g.mask("leaves"), 2, 4, 2) * g.mask("wood")
    deep, wall = g.mask("water", "lava", "glass"), g.mask("wall", "floor", "road")
    ground = solid & ~deep & ~wall
    cast += 0.36 * layers.cast(ground, 2.5, 3, 1.8) * (deep | wall)
    cast = np.maximum(cast, 0.46 * layers.cast(things, 2, 3, 1.7) * ~things)
    cast = np.where(g.mask(*EFFECTS), 0, cast)
    return picture * (1 - cast[..., None] * cool)


def _glow(g: FineGBuffer, picture: Array) -> Array:
    """Lava and lights shine on their surroundings."""
    lava, lamp = g.mask("lava"), g.mask("light", "effect")
    if lava.any():
        picture = mix(picture, rgb(1.0, 0.55, 0.12), 0.42 * layers.falloff(g, lava, 10))
    if lamp.any():
        picture = mix(picture, rgb(1.0, 0.95, 0.72), 0.38 * layers.falloff(g, lamp, 9))
    return picture


PAINTER: Final = Painter(name="bricks", title="Toy bricks", paint=paint)
