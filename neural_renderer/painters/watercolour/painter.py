"""Watercolour: a picture-book page of luminous washes on warm paper, with fine brown-blue ink.

`paint` takes each material's wash from `watercolour_washes` and adds what all washes share: bleeding,
granulation, backruns, pigment that gathers at edges, gaps of bare paper, shadows and ink.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from scipy import ndimage

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS
from reskin.neural_renderer.noise import N10, N24, N64
from reskin.neural_renderer.painters.kit.gbuffer import Array, GBuffer, Mask, Painter, blur, shift, smooth
from reskin.neural_renderer.painters.kit.sheets import single
from reskin.neural_renderer.painters.watercolour.materials import PAINTED
from reskin.neural_renderer.painters.watercolour.medium import BARE, INK, SHADE, Spot, grain, lay, on_paper

OWN_TOP: Final = ("grass", "leaves", "water", "lava", "snow")
"""Materials that are lit from their own upper edge, whatever lies above it."""
_RANKS: Final[dict[str, int]] = {"sky": 0, "hill": 1, "floor": 2, "road": 2, "water": 2, "lava": 2, "wall": 3}
RANK: Final = np.array([5 if m in THINGS else _RANKS.get(m, 4) for m in MATERIALS], np.uint8)
"""Who stands before whom: ink follows the nearer one's contour."""
FAMILY: Final = np.arange(len(MATERIALS), dtype=np.int16)
FAMILY[MATERIAL_INDEX["ore"]] = MATERIAL_INDEX["stone"]
"""Materials painted in one wash: rock runs on through ore, so that the gems alone tell."""
FAMILY.setflags(write=False)
SOFT: Final = ("sky", "effect", "light")
"""No edges, no ink."""


def paint(g: GBuffer) -> Array:
    """Light [H,W,3] of the finished page."""
    washes = _washes(g)
    border = replace(g, material=FAMILY[g.material]).border
    things, soft = g.is_thing, g.mask(*SOFT)
    terrain = ~things & ~soft
    a = np.where(terrain[..., None], _wet(g, washes, terrain, border), washes)
    a = _reserve(g, a, soft, border)
    a = a + _shadows(g, things, terrain)[..., None] * SHADE
    return on_paper(_ink(g, a, things, soft, border))


def _washes(g: GBuffer) -> Array:
    """Each material's own brushwork: absorbance [H,W,3]."""
    a = np.zeros((*g.shape, 3), np.float32)
    open_air = g.up(g.mask("sky", "hill", "wall", "light", "effect", "glass"))
    for name, material in PAINTED.items():
        mask = g.mask(name)
        if not mask.any():
            continue
        up = g.near(g.mask("sky")) if name == "hill" else g.up(~mask) if name in OWN_TOP else open_air
        texture = g.texture[mask]
        spot = Spot(
            n=g.noise[mask][:, None], u=texture[:, :1], v=texture[:, 1:], up=up[mask][:, None],
            border=g.border[mask][:, None], plain=(0.08 + 0.92 * g.color[mask])[:, None],
        )  # fmt: skip
        a[mask] = material(spot)[:, 0]
    return a


def _wet(g: GBuffer, a: Array, terrain: Mask, border: Array) -> Array:
    """Neighbours bleed, backruns bloom, grains settle, and pigment gathers where a wash ends."""
    n = g.noise
    weight = blur(terrain.astype(np.float32), 4)[..., None]
    around = blur(a * terrain[..., None], 4) / np.maximum(weight, 0.05)
    a = lay(a, single(around), 0.30 * smooth(9, 0, border))
    bloom = 0.8 * n[..., N64] + 0.2 * n[..., N10]
    back = 0.16 * smooth(0.05, 0.0, np.abs(bloom - 0.64)) - 0.16 * smooth(0.62, 0.72, bloom)
    settled = _texture_plate(g)
    rim = 0.30 * np.exp(-border / 1.5) + 0.16 * np.exp(-border / 6)
    return a * (1 + back + 0.16 * settled + rim)[..., None]


def _texture_plate(g: GBuffer) -> Array:
    """The paper's tooth at every pixel [H,W], on the warped texture."""
    flat = g.texture.reshape(-1, 2)
    spot = Spot(n=BARE, u=flat[:, :1], v=flat[:, 1:], up=BARE, border=BARE, plain=BARE)
    return spot.plate(grain()).reshape(g.shape)


def _reserve(g: GBuffer, a: Array, soft: Mask, border: Array) -> Array:
    """Thin irregular gaps of bare paper between washes, and a halo kept around things."""
    gap = 0.1 + 1.3 * g.noise[..., N24]
    covered = smooth(-1.1, 0.8, border - np.where(g.is_thing, 0, gap))
    a = a * np.where(soft, 1, 0.22 + 0.78 * covered)[..., None]
    halo = smooth(2.6, 0.6, g.near(g.is_thing)) * ~g.is_thing
    return a * (1 - 0.62 * halo)[..., None]


def _shadows(g: GBuffer, things: Mask, terrain: Mask) -> Array:
    """Thin violet glazes to the lower right of what stands in front: density [H,W]."""
    back = g.mask("hill", "wall", "floor", "road")
    solid = (terrain & ~back).astype(np.float32)
    under = 0.55 * blur(shift(solid, 3, 4), 3) * back
    return under + 0.55 * blur(shift(things.astype(np.float32), 2, 3), 1.8) * terrain


def _ink(g: GBuffer, a: Array, things: Mask, soft: Mask, border: Array) -> Array:
    """A soft pen contour along whatever stands nearer, heavier where N24 presses the nib."""
    rank = RANK[g.material]
    nearer = ndimage.minimum_filter(rank, size=7, mode="nearest") < rank
    line = smooth(1.7, 0.5, border) * (nearer & ~soft)
    weight = np.where(things, 0.88, 0.34 + 0.34 * smooth(0.3, 0.7, g.noise[..., N24]))
    weight = np.where(g.mask("hill"), 0.16, weight)
    return lay(a, INK, line * weight)


PAINTER: Final = Painter(
    name="watercolour", title="A picture book in watercolour and ink", paint=paint, warp=0.12
)
