"""Neon: an arcade at night. Dark surfaces hold lights, and glowing tubes run wherever a nearer layer ends.

The layers, in this order: each material's own colours; shade and shadows; tubes along borders; a dark gap
around things; and bloom around tubes and lamps. Bloom spreads only what depends on the materials (and on
the colours of tinted ones), never noise: a network sees the materials around a pixel, but not their noise.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.materials import SHOWS_ALBEDO
from reskin.neural_renderer.painters.kit import layers
from reskin.neural_renderer.painters.kit.brushes import SCALE, WHITE, Array, mix, single, smooth
from reskin.neural_renderer.painters.kit.gbuffer import REACH, FineGBuffer, Painter, ranks
from reskin.neural_renderer.painters.kit.pixels import by_material, paint_table
from reskin.neural_renderer.painters.kit.world import EFFECTS, is_any, up_to, world_behind
from reskin.neural_renderer.painters.neon import materials, things

RANK: Final = ranks({"sky": 0, "hill": 1, "floor": 2, "road": 2, "wall": 3})
"""Which material stands before which; a tube runs along the rim of the nearer one."""

_TUBES: Final = {
    "hill": (0.95, 0.25, 0.80), "grass": (0.25, 1.0, 0.40), "dirt": (0.86, 0.22, 0.95),
    "sand": (1.0, 0.74, 0.24), "stone": (0.25, 0.48, 1.0), "ore": (0.25, 0.48, 1.0),
    "wood": (1.0, 0.42, 0.10), "leaves": (0.12, 1.0, 0.72), "water": (0.15, 0.85, 1.0),
    "lava": (1.0, 0.36, 0.10), "snow": (0.80, 0.90, 1.0), "brick": (1.0, 0.20, 0.56),
    "metal": (0.55, 0.78, 1.0), "wall": (0.44, 0.24, 0.95), "player": (0.30, 0.95, 1.0),
    "friend": (0.45, 1.0, 0.35), "enemy": (1.0, 0.22, 0.34), "animal": (0.92, 0.60, 1.0),
    "coin": (1.0, 0.82, 0.22), "chest": (1.0, 0.62, 0.16), "door": (0.50, 0.60, 1.0),
    "tool": (0.80, 0.92, 1.0), "food": (1.0, 0.35, 0.58),
}  # fmt: skip
TUBE: Final = np.array([_TUBES.get(name, (0.0, 0.0, 0.0)) for name in MATERIALS], np.float32)
"""The colour of each material's tube; tinted ones glow in their own."""
_IN_PLAIN_COLOUR: Final = SHOWS_ALBEDO & (TUBE.max(1) == 0)
_SHINE: Final = {
    "lava": 0.50, "light": 0.90, "effect": 0.45, "projectile": 0.70, "coin": 0.30,
    "player": 0.16, "enemy": 0.20,
}  # fmt: skip
SHINE: Final = np.array([_SHINE.get(name, 0.0) for name in MATERIALS], np.float32)
"""How much of what shines, besides its rim, spreads into the bloom."""
_LAYERS: Final = ((4, 3, 0.70), (3, 2, 0.62), (4, 2, 0.50), (4, 1, 0.42), (3, 1, 0.42))
"""Ranks: what casts a shadow, on what, and how deep it is."""
PAINT: Final = paint_table(materials, drawn=things)


def paint(g: FineGBuffer) -> Array:
    """The picture, float32 [H,W,3] RGB, not yet clipped."""
    world = world_behind(g)
    hue = _hues(g)
    color = by_material(g, PAINT, g.up(RANK[world] < 4), up_to(g, world, ("water", "lava", "grass")))
    color = _deepen(g, color, world)
    line = _tubes(g, world)
    glow = hue * np.maximum(line, SHINE[g.material])[..., None]
    color = mix(color, mix(hue, WHITE, 0.50 * line), line)
    return _bloom(g, _cut_out(g, color), glow)


def _hues(g: FineGBuffer) -> Array:
    """float32 [H,W,3]: the colour in which each pixel's surface glows."""
    peak = np.maximum(g.color.max(-1, keepdims=True), 0.25)
    bright = g.color * (0.35 + 0.65 / peak)
    return single(np.where(_IN_PLAIN_COLOUR[g.material][..., None], bright, TUBE[g.material]))


def _deepen(g: FineGBuffer, color: Array, world: NDArray[np.int16]) -> Array:
    """Solids are darker far from their rims, and nearer layers cast shadows on farther ones."""
    rank = RANK[world]
    still = ~g.is_thing & ~g.mask(*EFFECTS)
    open_ = rank < 4
    beside, along = np.minimum(g.left(open_), g.right(open_)), np.minimum(g.up(open_), g.down(open_))
    deep = smooth(2, REACH, np.minimum(along, beside))
    shade = np.where(still & (rank == 4) & ~is_any(world, "lava", "water"), 1.22 - 0.50 * deep, 1.0)
    for shadow in layers.shadows(layers.ranked(rank, _LAYERS, still), 2, 4, 3.4):
        shade = shade * (1 - shadow)
    return (color * shade[..., None]).astype(np.float32)


def _tubes(g: FineGBuffer, world: NDArray[np.int16]) -> Array:
    """0..1 [H,W]: the light of the tubes, which lie just inside the nearer of two layers."""
    rank = RANK[world]
    firm = ~g.is_thing & ~g.mask(*EFFECTS)
    line = np.zeros(g.shape, np.float32)
    for nearer, strength in ((3, 0.62), (4, 1.0)):
        lower = rank < nearer
        if lower.any():
            away = g.distance_to(lower)
            tube = smooth(1.25, 0.45, np.abs(away - 1.9)) + 0.22 * smooth(1.0, 0.4, np.abs(away - 5.6))
            line = np.where((rank == nearer) & firm, strength * tube, line)
    seam = 0.40 * smooth(1.5, 0.5, g.seam) * ((rank == 4) & firm)
    thing = g.is_thing * smooth(1.15, 0.45, np.abs(g.border - 0.9))
    return np.maximum(np.maximum(line, seam), 0.90 * thing).astype(np.float32)


def _cut_out(g: FineGBuffer, color: Array) -> Array:
    """A dark gap around each thing, so that its outline stands free."""
    gap = layers.gap_around(g, 5.5, 1.0) * ~g.mask(*EFFECTS)
    return (color * (1 - 0.72 * gap)[..., None]).astype(np.float32)


def _bloom(g: FineGBuffer, color: Array, glow: Array) -> Array:
    """Spread light by two blurs, of 1.6 and 6 px, at the size of the finished picture."""
    h, w = g.shape[0] // SCALE, g.shape[1] // SCALE
    small = glow.reshape(h, SCALE, w, SCALE, 3).mean((1, 3))
    halo = 0.55 * _spread(small, 1.6) + 1.05 * _spread(small, 6.0)
    halo = halo.repeat(SCALE, 0).repeat(SCALE, 1)
    kept = np.where(g.is_thing, 0.25, np.where(g.mask("effect", "light", "lava"), 0.2, 1.0))[..., None]
    light = np.clip(halo * kept, 0, 1)
    return (1 - (1 - np.clip(color, 0, 1)) * (1 - light)).astype(np.float32)


def _spread(field: Array, sigma: float) -> Array:
    return ndimage.gaussian_filter(field, (sigma, sigma, 0), mode="nearest", truncate=2.5)


PAINTER: Final = Painter(name="neon", title="Neon", paint=paint)
