"""Ember: night among volcanoes. Firelight falls from the upper left, and whatever glows lights its
surroundings.

The layers, in this order: each material's own colours; depth, and warm rims where a nearer layer ends
before a farther one; shadows; the glow of lava, lamps and treasure; and last the outline of things.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.neural_renderer.noise import N10, N24
from reskin.neural_renderer.painters.ember import materials, things
from reskin.neural_renderer.painters.kit import layers
from reskin.neural_renderer.painters.kit.brushes import SCALE, WHITE, Array, Mask, mix, rgb, single, smooth
from reskin.neural_renderer.painters.kit.gbuffer import REACH, FineGBuffer, Painter, ranks
from reskin.neural_renderer.painters.kit.pixels import by_material, paint_table
from reskin.neural_renderer.painters.kit.world import is_any, up_to, world_behind

RANK: Final = ranks(
    {"sky": 0, "hill": 1, "floor": 2, "road": 2, "water": 2, "lava": 2, "glass": 3, "wall": 3}
)
"""Which material stands before which; rims and shadows fall where a rank ends."""
LIQUID: Final = ("water", "lava")
FLAT: Final = ("sky", "effect", "light", *LIQUID)

GLOW: Final[dict[str, tuple[float, float, tuple[float, float, float]]]] = {
    "lava": (22.0, 0.95, (1.0, 0.36, 0.06)),
    "light": (22.0, 0.80, (1.0, 0.62, 0.24)),
    "coin": (9.0, 0.55, (1.0, 0.66, 0.16)),
    "player": (11.0, 0.50, (0.30, 0.95, 0.95)),
    "enemy": (10.0, 0.42, (0.80, 0.25, 1.0)),
    "chest": (7.0, 0.30, (1.0, 0.55, 0.16)),
    "friend": (8.0, 0.26, (0.30, 1.0, 0.55)),
    "projectile": (9.0, 0.55, (1.0, 0.80, 0.50)),
}
"""What shines on its surroundings: reach in px, strength, colour."""
_LAYERS: Final = ((4, 3, 0.78), (3, 2, 0.62), (4, 2, 0.62), (2, 1, 0.30), (3, 1, 0.45), (4, 1, 0.55))
"""Ranks: what casts a shadow, on what, and how deep it is."""


PAINT: Final = paint_table(materials, drawn=things)


def paint(g: FineGBuffer) -> Array:
    """The picture, float32 [H,W,3] RGB, not yet clipped."""
    world = world_behind(g)
    color = by_material(g, PAINT, g.up(RANK[world] < 4), up_to(g, world, LIQUID))
    color = _relight(g, color, world)
    shaded = layers.ranked(RANK[world], _LAYERS, ~is_any(world, *LIQUID))
    color = layers.cast_shadows(color, shaded, rgb(0.16, 0.13, 0.26), 3, 4, 3.2)
    color = layers.contact_shadow(g, color, rgb(0.20, 0.14, 0.24), 0.70)
    return _outline(g, _glow(g, color))


def _relight(g: FineGBuffer, color: Array, world: NDArray[np.int16]) -> Array:
    """Edges that face the fire are warm, those that turn away blue; what lies deep is dim."""
    rank, ragged = RANK[world], 3.0 * (g.noise[..., N10] - 0.5)
    still = ~g.is_thing & ~g.mask(*FLAT)
    dry = ~is_any(world, *LIQUID)
    for nearer, strength in ((4, 1.0), (3, 0.80)):
        layer, air = still & (rank == nearer), (rank < nearer) & dry
        if not (layer.any() and air.any()):
            continue
        up, left, right, down = g.up(air), g.left(air), g.right(air), g.down(air)
        deep = smooth(3, REACH, np.minimum(np.minimum(up, down), np.minimum(left, right)))
        body = mix(rgb(1.22, 1.12, 1.06), rgb(0.70, 0.72, 0.90), deep)
        turned = single(0.75 * np.maximum(smooth(7, 0, right), smooth(9, 0, down)))
        body = single(body * mix(WHITE, rgb(0.44, 0.46, 0.72), turned))
        rim = np.maximum(smooth(3.0, 0.8, up), 0.8 * smooth(2.6, 0.7, left))
        soft = np.maximum(smooth(11, 0, up + ragged), 0.7 * smooth(8, 0, left + ragged))
        lit = color * body + strength * soft[..., None] * rgb(0.40, 0.17, 0.06) * (0.30 + 1.3 * color)
        rim = single(strength * rim * (0.35 + 0.65 * g.noise[..., N24]))
        lit = lit + rim[..., None] * rgb(0.88, 0.45, 0.16)
        cold = np.maximum(smooth(1.8, 0.6, right), smooth(1.8, 0.6, down)) * strength
        lit = lit + cold[..., None] * rgb(0.10, 0.12, 0.24)
        color = np.where(layer[..., None], lit, color).astype(np.float32)
    seam = smooth(2.4, 0.3, g.seam) * still
    return color * (1 - 0.35 * seam * (_rough_distance(rank < 4) > 3))[..., None]


def _glow(g: FineGBuffer, color: Array) -> Array:
    """Light from what burns, and from figures that carry a lamp."""
    kept = np.where(g.is_thing, np.float32(0.35), np.float32(1.0))
    for name, (reach, amount, tone) in GLOW.items():
        source = g.mask(name)
        if source.any():
            fall = smooth(reach, 0, _rough_distance(source)) * ~source * kept
            color = single(color + (amount * fall * fall)[..., None] * rgb(*tone) * (0.26 + 0.9 * color))
    return color


def _rough_distance(mask: Mask) -> Array:
    """As `FineGBuffer.distance_to`, at one sample a pixel: glow is soft, and there are eight sources."""
    h, w = mask.shape[0] // SCALE, mask.shape[1] // SCALE
    small = mask.reshape(h, SCALE, w, SCALE).any((1, 3))
    away = ndimage.distance_transform_edt(~small) if small.any() else np.full(small.shape, REACH)
    return np.minimum(away, REACH).astype(np.float32).repeat(SCALE, 0).repeat(SCALE, 1)


def _outline(g: FineGBuffer, color: Array) -> Array:
    """Things: a dark line at the very edge, and inside it firelight above and to the left."""
    thing, around = g.is_thing, ~g.is_thing
    lit = smooth(3.6, 1.4, np.minimum(g.up(around), g.left(around))) * smooth(1.0, 1.7, g.border)
    color = single(color + (thing * lit)[..., None] * rgb(0.34, 0.22, 0.10))
    return mix(color, color * rgb(0.16, 0.10, 0.18), 0.88 * thing * smooth(1.4, 0.5, g.border))


PAINTER: Final = Painter(name="ember", title="Ember", paint=paint)
