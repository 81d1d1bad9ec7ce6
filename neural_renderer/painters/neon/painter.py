"""Neon: an arcade night, dark surfaces with lights in them, glowing tubes wherever a nearer layer ends.

The order of the picture: each material's own colours, shade in the deep, tubes along the borders, bloom
around the tubes and lamps, and last the outlines of things. Bloom spreads only what depends on the
materials (and the colours of tinted ones), never noise, so that it can be told from the surroundings.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS
from reskin.neural_renderer import materials
from reskin.neural_renderer.painters.kit.gbuffer import (
    REACH,
    SCALE,
    Array,
    GBuffer,
    Painter,
    blur,
    mix,
    rgb,
    shift,
    smooth,
)
from reskin.neural_renderer.painters.kit.world import among, by_material, look_through
from reskin.neural_renderer.painters.neon.materials import PAINT

_RANKS: Final = {"sky": 0, "hill": 1, "floor": 2, "road": 2, "wall": 3}
RANK: Final = np.array([5 if m in THINGS else _RANKS.get(m, 4) for m in MATERIALS], np.int16)
"""Who stands before whom; a tube runs along the rim of the nearer one."""
_FAMILY: Final = np.arange(len(MATERIALS), dtype=np.int16)
_FAMILY[MATERIAL_INDEX["ore"]] = MATERIAL_INDEX["stone"]  # rock runs on through ore: the gems alone tell

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
_OWN: Final = materials.SHOWS_ALBEDO & (TUBE.max(1) == 0)
_SHINE: Final = {
    "lava": 0.50, "light": 0.90, "effect": 0.45, "projectile": 0.70, "coin": 0.30,
    "player": 0.16, "enemy": 0.20,
}  # fmt: skip
SHINE: Final = np.array([_SHINE.get(name, 0.0) for name in MATERIALS], np.float32)
"""How much of what shines, besides its rim, spreads into the bloom."""


def paint(g: GBuffer) -> Array:
    """The picture, float32 [H,W,3] RGB, not yet clipped."""
    world = look_through(g)
    hue = _hues(g)
    color = _deepen(g, by_material(g, world, PAINT, ("water", "lava", "grass"), RANK[world] < 4), world)
    line = _tubes(g, world)
    glow = hue * np.maximum(line, SHINE[g.material])[..., None]
    color = mix(color, mix(hue, rgb(1, 1, 1), 0.50 * line), line)
    return _bloom(g, _cut_out(g, color), glow)


def _hues(g: GBuffer) -> Array:
    """float32 [H,W,3]: the colour in which each pixel's surface glows."""
    peak = np.maximum(g.color.max(-1, keepdims=True), 0.25)
    return np.where(_OWN[g.material][..., None], g.color * (0.35 + 0.65 / peak), TUBE[g.material]).astype(
        np.float32
    )


def _deepen(g: GBuffer, color: Array, world: NDArray[np.int16]) -> Array:
    """Solids are darker far from their rims; what lies behind takes a shadow from what stands before."""
    rank = RANK[world]
    still = ~g.is_thing & ~g.mask("effect", "light")
    deep = smooth(
        2,
        REACH,
        np.minimum(
            np.minimum(g.up(rank < 4), g.down(rank < 4)), np.minimum(g.left(rank < 4), g.right(rank < 4))
        ),
    )
    shade = np.where(still & (rank == 4) & ~among(world, "lava", "water"), 1.22 - 0.50 * deep, 1.0)
    for own, behind, amount in ((4, 3, 0.70), (3, 2, 0.62), (4, 2, 0.50), (4, 1, 0.42), (3, 1, 0.42)):
        front, back = rank == own, rank == behind
        if front.any() and back.any():
            shade = shade * (1 - amount * blur(shift(front.astype(np.float32), 2, 4), 3.4) * (back & still))
    return (color * shade[..., None]).astype(np.float32)


def _tubes(g: GBuffer, world: NDArray[np.int16]) -> Array:
    """0..1 [H,W]: the light of the tubes, which lie just inside the nearer of two layers."""
    rank = RANK[world]
    loose = g.mask("effect", "light")
    line = np.zeros(g.shape, np.float32)
    for own, strength in ((3, 0.62), (4, 1.0)):
        lower = rank < own
        if lower.any():
            away = g.near(lower)
            tube = smooth(1.25, 0.45, np.abs(away - 1.9)) + 0.22 * smooth(1.0, 0.4, np.abs(away - 5.6))
            line = np.where((rank == own) & ~g.is_thing & ~loose, strength * tube, line)
    seam = (
        0.40
        * smooth(1.5, 0.5, replace(g, material=_FAMILY[g.material]).border)
        * ((rank == 4) & ~g.is_thing & ~loose)
    )
    thing = g.is_thing * smooth(1.15, 0.45, np.abs(g.border - 0.9))
    return np.maximum(np.maximum(line, seam), 0.90 * thing).astype(np.float32)


def _cut_out(g: GBuffer, color: Array) -> Array:
    """A dark gap around each thing, so that its outline stands free."""
    if not g.is_thing.any():
        return color
    gap = smooth(5.5, 1.0, g.near(g.is_thing)) * ~g.is_thing * ~g.mask("effect", "light")
    return (color * (1 - 0.72 * gap)[..., None]).astype(np.float32)


def _bloom(g: GBuffer, color: Array, glow: Array) -> Array:
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
