"""Ink: brush and wash on rice paper. Mist and bare paper behind, wet dark ink in caves, red for what matters.

The order of the picture: each material's own brushwork, mist, pooled washes and shadows, the brush's
contours, the halo that keeps things apart, and last the paper's grain.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS
from reskin.neural_renderer.noise import N5, N10, N24, SH, SV
from reskin.neural_renderer.painters.ink.materials import PAINT
from reskin.neural_renderer.painters.ink.medium import MOSS, PAPER, SUMI, washed
from reskin.neural_renderer.painters.ink.terrain import tooth
from reskin.neural_renderer.painters.kit.gbuffer import (
    REACH,
    Array,
    GBuffer,
    Painter,
    blur,
    mix,
    rgb,
    shift,
    smooth,
)
from reskin.neural_renderer.painters.kit.sheets import look_up, single, texels
from reskin.neural_renderer.painters.kit.world import LOOSE, SKYWARD, among, by_material, look_through, loose

_RANKS: Final[dict[str, int]] = {
    "sky": 0, "light": 0, "effect": 0, "hill": 1, "wall": 2, "floor": 3, "road": 3, "water": 3, "lava": 3,
}  # fmt: skip
RANK: Final = np.array([6 if m in THINGS else _RANKS.get(m, 4) for m in MATERIALS], np.uint8)
"""Who stands before whom: the brush follows the nearer one's contour."""
_FAMILY: Final = np.arange(len(MATERIALS), dtype=np.int16)
_FAMILY[MATERIAL_INDEX["ore"]] = MATERIAL_INDEX["stone"]
_FAMILY.setflags(write=False)
_SOLID: Final = tuple(n for n in MATERIALS if n not in (*SKYWARD, *LOOSE, "wall"))
_BLACK: Final = rgb(0.08, 0.075, 0.09)


def paint(g: GBuffer) -> Array:
    """The ink picture, float32 [H,W,3] RGB, not yet clipped."""
    world = look_through(g)
    border = replace(g, material=_FAMILY[g.material]).border
    color = by_material(g, world, PAINT, ("water", "lava", "grass"), among(world, *SKYWARD))
    color = _mist(g, color, world)
    color = _pool(g, color, world, border)
    color = _contour(g, color, world, border)
    color = _reserve(g, color)
    things = g.is_thing[..., None]
    grain = look_up(texels(tooth), single(np.where(things, 0, g.texture) / 2), repeat=True)
    return single(color * np.where(things, 1, grain))


def _mist(g: GBuffer, color: Array, world: NDArray[np.int16]) -> Array:
    """Mountains dissolve towards their foot, and behind everything that stands before them."""
    solid = ~among(world, *SKYWARD, *LOOSE)
    foot = smooth(REACH, 2, g.down(solid) + 10 * (g.noise[..., N24] - 0.5)) * among(g.material, "hill")
    return mix(color, PAPER * 1.01, 0.72 * foot)


def _pool(g: GBuffer, color: Array, world: NDArray[np.int16], border: Array) -> Array:
    """Washes gather at their edges; what stands in front casts a thin wash; the deep is darker."""
    sky = among(world, *SKYWARD)
    ground = ~sky & ~loose(g)
    rim = 0.22 * np.exp(-border / 2.2) + 0.10 * np.exp(-border / 7)
    color = washed(color, SUMI, rim * ground)
    deep = smooth(5, REACH, g.near(sky)) * g.mask("dirt", "stone", "ore")
    color = washed(color, SUMI, 0.26 * deep)
    turned = np.maximum(smooth(9, 0, g.right(sky)), smooth(11, 0, g.down(sky)))
    color = washed(color, SUMI, 0.55 * turned * ground)
    leaf = g.mask("leaves")
    if leaf.any():
        away = np.minimum(g.left(~leaf), g.up(~leaf)) - np.minimum(g.right(~leaf), g.down(~leaf))
        color = washed(color, SUMI, 0.75 * np.clip(away / 18, -0.35, 1) * leaf)
    for casters, behind, amount in (
        (_SOLID, ("hill", "sky"), 0.20),
        (_SOLID, ("wall",), 0.85),
        (("wall", "brick", "wood", "leaves", "metal"), ("floor", "road", "grass", "sand", "snow"), 0.45),
    ):
        front, back = g.mask(*casters), g.mask(*behind)
        if front.any() and back.any():
            color = washed(color, SUMI, amount * blur(shift(front.astype(np.float32), 3, 4), 3) * back)
    for name, reach, warm in (("lava", 16.0, rgb(1.0, 0.70, 0.50)), ("light", 20.0, rgb(1.0, 0.93, 0.76))):
        fire = g.mask(name)
        if fire.any():
            glow = smooth(reach, 0, g.near(fire)) * ~fire
            color = mix(color, single(color * warm + 0.22 * warm), 0.70 * glow * glow)
    return color


def _contour(g: GBuffer, color: Array, world: NDArray[np.int16], border: Array) -> Array:
    """The brush follows what stands nearer: heavy below, thin towards the light, dry here and there."""
    n, things = g.noise, g.is_thing
    rank = np.where(loose(g) & ~things, 0, RANK[g.material])
    other = ndimage.minimum_filter(rank, size=15, mode="nearest")
    drawn = (other < rank) | (border < 1)
    soft = g.mask(*SKYWARD, *LOOSE, "water")
    lit = smooth(6, 0, np.minimum(g.left(among(world, *SKYWARD)), g.up(among(world, *SKYWARD))))
    width = 0.5 + 3.3 * smooth(0.15, 0.85, n[..., N24]) - 0.5 * lit
    width = np.where(g.mask("leaves"), 0.6 + 1.0 * n[..., N24], width)
    equal = other == 4
    width = np.where(equal, 0.3 + 1.3 * n[..., N24], width)
    load = np.where(equal, 0.62, 0.62 + 0.34 * n[..., N10])
    hairs = smooth(0.30, 0.55, n[..., SH] * 0.5 + n[..., N5] * 0.5 + 0.30 * smooth(2.2, 0.6, border))
    line = smooth(0.5, -0.7, single(border - width)) * hairs * (drawn & ~soft & ~things)
    color = mix(color, _BLACK, load * line)
    color = _tufts(g, color, world)
    return mix(color, _BLACK, 0.92 * smooth(1.9, 0.9, border) * things)


def _tufts(g: GBuffer, color: Array, world: NDArray[np.int16]) -> Array:
    """Turf hangs over what lies under it, in flicks of the brush."""
    grass = among(world, "grass") & ~loose(g)
    hang = g.up(grass)
    under = g.mask("dirt", "stone", "sand", "ore", "brick", "wall") & (hang < REACH)
    length = 1.5 + 8.0 * g.noise[..., SV]
    cover = smooth(0.7, -0.7, hang - length) * under
    dark = washed(np.broadcast_to(PAPER, color.shape), MOSS, 0.9 + 0.0 * hang)
    return mix(color, washed(dark, SUMI, 0.75 + 0.5 * g.noise[..., N10]), 0.85 * cover)


def _reserve(g: GBuffer, color: Array) -> Array:
    """A rim of bare paper around things, and a soft wash to their lower right."""
    things = g.is_thing
    shadow = blur(shift(things.astype(np.float32), 3, 4), 2.2) * ~things
    color = washed(color, SUMI, 0.75 * shadow)
    near = g.near(things)
    halo = np.maximum(0.85 * smooth(2.2, 1.2, near), 0.38 * smooth(6, 1, near)) * ~things
    color = mix(color, PAPER * 1.02, halo)
    coin = g.mask("coin")
    if coin.any():
        glow = smooth(10, 2, g.near(coin)) * ~things
        color = mix(color, rgb(1.0, 0.90, 0.76), 0.40 * glow)
    return color


PAINTER: Final = Painter(name="ink", title="Ink and wash", paint=paint, warp=0.12)
