"""A painter for tests, of no shipped theme, whose every detail is a function of the noise channels."""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.features import PROTOTYPE_COLORS
from reskin.neural_renderer.noise import CELL, CELL_EDGE, E10, E24, N5, N10, N24, N64, SH, SV, TILE
from reskin.neural_renderer.painters.kit.brushes import Array, rgb, smooth
from reskin.neural_renderer.painters.kit.gbuffer import FineGBuffer, Painter

LEAVES: Final = np.array(
    [[0.62, 0.16, 0.09], [0.82, 0.36, 0.10], [0.90, 0.60, 0.16], [0.52, 0.30, 0.10]], np.float32
)
"""Maple, chestnut, birch, oak."""


def paint(g: FineGBuffer) -> Array:
    """Fallen leaves in low sun: warm rims on the lit side, violet shade on the other."""
    color = np.zeros((*g.shape, 3), np.float32)
    for index, name in enumerate(MATERIALS):
        mask = g.material == index
        if mask.any():
            thing = bool(g.is_thing[mask].all())
            color[mask] = (
                _thing(name, g.anchor[mask], g.color[mask]) if thing else _ground(name, g.noise[mask])
            )
    open_ = g.mask("sky", "hill")
    land = ~open_ & ~g.is_thing & ~g.mask("water", "lava")
    depth = g.up(open_)
    litter = smooth(9, 4, depth + 8 * (g.noise[..., N10] - 0.5)) * land
    color = _mix(color, _litter(g.noise), 0.85 * litter)
    color = _mix(color, rgb(1.0, 0.88, 0.62), 0.7 * smooth(2.5, 0.5, depth) * land)
    color = _mix(color, rgb(0.22, 0.12, 0.28), 0.4 * smooth(6, 1, g.down(open_)) * land)
    return _mix(color, rgb(0.16, 0.08, 0.10), 0.75 * smooth(1.7, 0.5, g.border))


def _mix(a: Array, b: Array, t: Array | float) -> Array:
    """Blend colours [...,3] by t [...] (0 gives a, 1 gives b)."""
    weight = np.asarray(t, np.float32)[..., None]
    return np.asarray(a + (b - a) * weight, np.float32)


def _plain(name: str) -> Array:
    code = PROTOTYPE_COLORS[name]
    return rgb(*(int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)))


def _litter(noise: Array) -> Array:
    """Leaves of four trees, one in each cell, with dark gaps."""
    kind = np.clip((noise[..., CELL] * 4).astype(np.int64), 0, 3)
    relief = (0.8 + 0.4 * noise[..., N5])[..., None]
    return LEAVES[kind] * relief * (0.55 + 0.45 * smooth(0.05, 0.3, noise[..., CELL_EDGE]))[..., None]


def _ground(name: str, noise: Array) -> Array:
    """Colours [P,3] of a material by its noises [P,16]."""
    if name == "sky":
        clouds = smooth(0.45, 0.75, 0.7 * noise[:, N64] + 0.3 * noise[:, N24])
        return _mix(rgb(0.96, 0.76, 0.52), rgb(0.99, 0.92, 0.80), clouds)
    if name == "hill":
        trees = LEAVES[np.clip((noise[:, N24] * 3).astype(np.int64), 0, 2)]
        return _mix(trees, rgb(0.72, 0.55, 0.58), 0.6)
    if name == "leaves":
        return _litter(noise)
    if name == "water":
        glints = smooth(0.62, 0.85, noise[:, SH])
        return _mix(rgb(0.16, 0.26, 0.34), rgb(0.95, 0.70, 0.42), 0.7 * glints)
    base = _plain(name) * rgb(1.0, 0.86, 0.72) * 0.85 + rgb(0.05, 0.02, 0.02)
    if name == "grass":
        base = rgb(0.62, 0.50, 0.18)
    streaks, grain = noise[:, SV if name in ("grass", "wood") else N10] - 0.5, noise[:, N5] - 0.5
    shade = 1 + 0.45 * streaks + 0.25 * grain + 0.5 * (noise[:, E10] - 0.5) + 0.25 * (noise[:, E24] - 0.5)
    shade += 0.18 * (noise[:, TILE] - 0.5)
    if name in ("stone", "wall", "brick"):
        shade *= 0.6 + 0.4 * smooth(0.04, 0.18, noise[:, CELL_EDGE])
    return base * shade[:, None]


def _thing(name: str, anchor: Array, plain: Array) -> Array:
    """A rounded toy in the colour of its material, or in its plain colour where that has a meaning."""
    base = plain if name in ("ore", "vehicle", "effect", "light", "glass", "projectile") else _plain(name)
    x, y = anchor[:, 0] - 0.5, anchor[:, 1] - 0.5
    shine = smooth(0.35, 0.05, np.hypot(x + 0.18, y + 0.2))
    shade = 1.05 - 0.9 * np.maximum(y, 0) - 0.3 * np.abs(x)
    eyes = smooth(0.11, 0.07, np.hypot(np.abs(x) - 0.2, y + 0.12)) * (name in ("player", "enemy", "friend"))
    rim = smooth(0.30, 0.34, np.hypot(x, y)) * smooth(0.46, 0.40, np.hypot(x, y)) * (name == "coin")
    color = base * shade[:, None] * rgb(1.0, 0.94, 0.86)
    color = _mix(color, rgb(1.0, 0.97, 0.9), 0.65 * shine)
    return _mix(_mix(color, rgb(0.1, 0.06, 0.1), eyes), rgb(0.45, 0.26, 0.05), 0.8 * rim)


PAINTER: Final = Painter(name="autumn", title="Autumn", paint=paint)
