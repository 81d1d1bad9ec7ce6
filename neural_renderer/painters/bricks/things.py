"""The brick painter's things: minifigures, monsters and props, each drawn over its own box, 0..1.

The game's silhouette cuts the drawing, so each fills its box and keeps what matters near the middle. A dark
line inside the silhouette, and light from the upper left, set it off from any background.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, box, disc, mix, rgb, smooth
from reskin.neural_renderer.painters.kit.pixels import Pixels

_INK: Final = rgb(0.07, 0.06, 0.09)
_SKIN: Final = rgb(1.0, 0.82, 0.14)
_GOLD: Final = rgb(1.0, 0.79, 0.16)


def _flat(s: Pixels, color: Array) -> Array:
    """A plastic body: lighter above and to the left."""
    return color * (1.10 - 0.16 * s.x - 0.14 * s.y)[..., None]


def _oval(s: Pixels, cx: float, cy: float, rx: float, ry: float, soft: float = 0.025) -> Array:
    return disc((s.x - cx) * (ry / rx), s.y - cy, 0, 0, ry, soft)


def _finish(s: Pixels, color: Array, ink: Array = _INK) -> Array:
    """The bevel just inside a silhouette, and the dark line that sets it off from any background."""
    color = mix(color, WHITE, 0.38 * smooth(2.6, 1.4, s.border) * smooth(1.05, 0.55, s.x + s.y))
    color = color * (1 - 0.28 * smooth(3.0, 1.2, s.border) * smooth(0.95, 1.45, s.x + s.y))[..., None]
    return mix(color, ink, 0.80 * smooth(1.25, 0.45, s.border))


def _figure(s: Pixels, hair: Array, torso: Array, legs: Array) -> Array:
    """What all minifigures share: hair, a round yellow face, arms, hands, hips and legs."""
    color = _flat(s, torso)
    arm = np.abs(s.x - 0.5)
    color = color * (1 - 0.38 * smooth(0.035, 0.012, np.abs(arm - 0.31)))[..., None]
    color = mix(color, _SKIN, _oval(s, 0.09, 0.70, 0.10, 0.055) + _oval(s, 0.91, 0.70, 0.10, 0.055))
    color = mix(color, _flat(s, legs), smooth(0.715, 0.735, s.y))
    color = color * (1 - 0.50 * smooth(0.03, 0.01, np.abs(s.x - 0.5)) * smooth(0.78, 0.80, s.y))[..., None]
    color = color * (1 - 0.40 * smooth(0.020, 0.008, np.abs(s.y - 0.785)))[..., None]
    color = color * (1 - 0.45 * smooth(0.10, 0.0, s.y - 0.44) * (s.y > 0.44))[..., None]
    head = smooth(0.455, 0.435, s.y)
    color = mix(color, _flat(s, hair), head)
    face = box(s.x, s.y, 0.15, 0.135, 0.85, 0.445, 0.03)
    color = mix(color, _SKIN * (1.06 - 0.22 * smooth(0.5, 0.9, s.x))[..., None], face)
    color = mix(color, WHITE, 0.75 * _oval(s, 0.27, 0.20, 0.05, 0.022))
    for x in (0.36, 0.64):
        color = mix(color, _INK, _oval(s, x, 0.250, 0.062, 0.046))
        color = mix(color, WHITE, _oval(s, x - 0.02, 0.236, 0.022, 0.016, 0.012))
    curve = np.abs(s.y - (0.392 - 1.6 * (s.x - 0.5) ** 2))
    return mix(color, _INK, smooth(0.024, 0.010, curve) * smooth(0.21, 0.18, np.abs(s.x - 0.5)))


def player(s: Pixels) -> Array:
    """Red torso with a printed star, blue legs, brown hair."""
    color = _figure(s, rgb(0.36, 0.19, 0.09), rgb(0.87, 0.10, 0.10), rgb(0.10, 0.30, 0.74))
    star = _star((s.x - 0.5) * 0.72, s.y - 0.585, 0.105, 0.02)
    return _finish(s, mix(color, _GOLD, star), rgb(0.10, 0.05, 0.08))


def friend(s: Pixels) -> Array:
    """Teal jacket with a zip and a collar, white trousers, red hair."""
    color = _figure(s, rgb(0.72, 0.26, 0.08), rgb(0.06, 0.58, 0.56), rgb(0.90, 0.91, 0.93))
    aside = np.abs(s.x - 0.5)
    color = mix(color, rgb(0.94, 0.96, 0.97), smooth(0.035, 0.02, aside) * box(s.x, s.y, 0, 0.46, 1, 0.71))
    collar = smooth(0.022, 0.012, np.abs(s.y - 0.56 + 0.40 * aside)) * box(s.x, s.y, 0.25, 0.45, 0.75, 0.60)
    color = mix(color, rgb(0.98, 0.80, 0.25), collar)
    for x in (0.24, 0.76):
        color = mix(color, rgb(0.98, 0.55, 0.35), 0.7 * _oval(s, x, 0.335, 0.055, 0.03))
    return _finish(s, color, rgb(0.04, 0.10, 0.12))


def enemy(s: Pixels) -> Array:
    """A purple brick with a scowl: great white eyes, and teeth on the 1 x 1 lattice."""
    color = _flat(s, rgb(0.56, 0.21, 0.74)) * (1.08 - 0.18 * smooth(0.4, 1.0, s.y))[..., None]
    color = color * (1 - 0.28 * smooth(0.02, 0.008, np.abs(s.y - 0.56)))[..., None]
    for x in (0.32, 0.68):
        color = color * (1 - 0.30 * _oval(s, x + 0.02, 0.43, 0.19, 0.21, 0.05))[..., None]
        color = mix(color, rgb(0.98, 0.98, 1.0), _oval(s, x, 0.40, 0.165, 0.185))
        color = mix(color, _INK, _oval(s, x + 0.35 * (0.5 - x), 0.43, 0.078, 0.092))
        color = mix(color, WHITE, _oval(s, x + 0.35 * (0.5 - x) - 0.03, 0.39, 0.03, 0.035, 0.02))
    brow = s.y - 0.36 + 0.42 * (np.abs(s.x - 0.5) - 0.04)
    brow = smooth(0.0, -0.03, brow) * smooth(-0.13, -0.10, brow) * smooth(0.40, 0.37, np.abs(s.x - 0.5))
    color = mix(color, rgb(0.24, 0.05, 0.34), brow)
    mouth = box(s.x, s.y, 0.20, 0.66, 0.80, 0.88)
    color = mix(color, rgb(0.16, 0.02, 0.12), mouth)
    saw = np.abs((s.x * 5) % 1 - 0.5) * 2
    teeth = smooth(0.02, -0.02, s.y - 0.68 - 0.13 * (1 - saw)) + smooth(-0.02, 0.02, s.y - 0.87 + 0.10 * saw)
    color = mix(color, rgb(1, 0.99, 0.93), np.clip(teeth, 0, 1) * box(s.x, s.y, 0.22, 0.67, 0.78, 0.87))
    color = mix(color, WHITE, 0.35 * _oval(s, 0.30, 0.13, 0.12, 0.04))
    return _finish(s, color, rgb(0.14, 0.02, 0.22))


def animal(s: Pixels) -> Array:
    """A pink pig: ears, snout, friendly eyes."""
    color = _flat(s, rgb(0.98, 0.62, 0.66))
    for x in (0.20, 0.80):
        ear = np.abs(s.x - x) * 1.1 + np.abs(s.y - 0.12) * 0.8
        color = mix(color, rgb(0.84, 0.38, 0.47), smooth(0.17, 0.13, ear))
    for x in (0.30, 0.70):
        color = mix(color, _INK, _oval(s, x, 0.40, 0.065, 0.080))
        color = mix(color, WHITE, _oval(s, x - 0.02, 0.37, 0.025, 0.030, 0.015))
        color = mix(color, rgb(0.95, 0.42, 0.50), 0.7 * _oval(s, x + 0.3 * (x - 0.5), 0.58, 0.07, 0.05, 0.04))
    color = color * (1 - 0.25 * _oval(s, 0.515, 0.665, 0.19, 0.145, 0.04))[..., None]
    color = mix(color, rgb(1.0, 0.74, 0.76), _oval(s, 0.5, 0.64, 0.175, 0.13))
    dark = _oval(s, 0.435, 0.64, 0.032, 0.055) + _oval(s, 0.565, 0.64, 0.032, 0.055)
    curve = np.abs(s.y - (0.86 - 1.4 * (s.x - 0.5) ** 2))
    dark = dark + smooth(0.03, 0.012, curve) * smooth(0.17, 0.14, np.abs(s.x - 0.5))
    color = mix(color, rgb(0.58, 0.20, 0.28), dark)
    return _finish(s, color, rgb(0.36, 0.08, 0.16))


def coin(s: Pixels) -> Array:
    """A round 1 x 1 tile in gold: raised rim, printed star, one hard highlight."""
    u, v = s.x - 0.5, s.y - 0.5
    r = np.hypot(u, v)
    facing = -(u + v) / (1.414 * np.maximum(r, 0.05))
    color = mix(rgb(1.0, 0.86, 0.26), rgb(0.95, 0.62, 0.06), smooth(-0.35, 0.4, u + v))
    color = color * (1 - 0.30 * _star(u - 0.02, v - 0.03, 0.29, 0.05))[..., None]
    color = mix(color, rgb(1.0, 0.97, 0.66), _star(u, v, 0.27, 0.03))
    groove = smooth(0.05, 0.02, np.abs(r - 0.345))
    color = color * (1 - 0.34 * groove)[..., None]
    rim = smooth(0.36, 0.39, r)
    color = mix(color, mix(rgb(0.85, 0.50, 0.03), rgb(1.0, 0.96, 0.60), smooth(-0.6, 0.8, facing)), rim)
    color = mix(color, WHITE, 0.9 * smooth(0.075, 0.03, np.hypot(u + 0.25, v + 0.27)))
    return mix(color, rgb(0.46, 0.25, 0.0), 0.85 * smooth(1.2, 0.4, s.border))


def _star(u: Array, v: Array, size: float, soft: float) -> Array:
    """Coverage of a five-pointed star that stands on two points."""
    wedge = np.pi / 5
    angle = np.abs((np.arctan2(u, -v) + wedge) % (2 * wedge) - wedge)
    inner = 0.46 * size
    rise, run = inner * np.sin(wedge), size - inner * np.cos(wedge)
    edge = size * rise / (rise * np.cos(angle) + run * np.sin(angle))
    return smooth(soft / 2, -soft / 2, np.hypot(u, v) - edge)


def chest(s: Pixels) -> Array:
    """Planks, golden straps with rivets, a printed lock under the lid's seam, two hinges above."""
    color = _flat(s, rgb(0.62, 0.36, 0.14))
    color = mix(color, color * 0.88, smooth(0.9, 1.1, s.y * 5 % 2))
    color = color * (1 - 0.30 * smooth(0.10, 0.04, np.abs((s.y * 5) % 1 - 0.5)))[..., None]
    below = s.y - 0.42
    lid = 0.60 * smooth(0.035, 0.015, np.abs(below)) + 0.25 * smooth(0.12, 0.0, below) * (below > 0)
    color = color * (1 - lid)[..., None]
    strap = smooth(0.075, 0.06, np.minimum(np.abs(s.x - 0.2), np.abs(s.x - 0.8)))
    color = mix(color, mix(rgb(1.0, 0.84, 0.30), rgb(0.82, 0.55, 0.06), s.y), strap)
    for x in (0.2, 0.8):
        color = mix(color, rgb(0.55, 0.34, 0.02), 0.7 * smooth(0.012, 0.004, np.abs(np.abs(s.x - x) - 0.07)))
        for y in (0.14, 0.30, 0.58, 0.84):
            color = mix(color, rgb(1.0, 0.97, 0.70), _oval(s, x, y, 0.032, 0.036))
        color = mix(color, rgb(0.88, 0.90, 0.93), box(s.x, s.y, x - 0.06, 0.37, x + 0.06, 0.47))
    color = color * (1 - 0.40 * box(s.x, s.y, 0.37, 0.36, 0.66, 0.72, 0.03))[..., None]
    brass = mix(rgb(1.0, 0.90, 0.42), rgb(0.90, 0.62, 0.08), smooth(0.3, 0.7, s.y))
    color = mix(color, brass, box(s.x, s.y, 0.36, 0.32, 0.64, 0.68))
    color = mix(color, _INK, _oval(s, 0.5, 0.47, 0.055, 0.055) + box(s.x, s.y, 0.475, 0.47, 0.525, 0.60))
    return _finish(s, color, rgb(0.20, 0.09, 0.02))


def door(s: Pixels) -> Array:
    """A red door in a pale frame: a window above with glints, panels below, a golden knob."""
    color = _flat(s, rgb(0.72, 0.14, 0.12))
    edge = np.minimum(np.minimum(s.x, 1 - s.x) * 1.0, s.y)
    color = mix(color, _flat(s, rgb(0.93, 0.88, 0.76)), smooth(0.115, 0.095, edge))
    color = color * (1 - 0.50 * smooth(0.03, 0.012, np.abs(edge - 0.115)))[..., None]
    pane = box(s.x, s.y, 0.24, 0.18, 0.76, 0.44)
    color = mix(color, rgb(0.42, 0.08, 0.08), box(s.x, s.y, 0.20, 0.15, 0.80, 0.47))
    color = mix(color, mix(rgb(0.62, 0.86, 0.98), rgb(0.30, 0.58, 0.86), s.x), pane)
    slant = s.x + s.y
    glint = smooth(0.06, 0.03, np.abs(slant - 0.68)) + smooth(0.03, 0.01, np.abs(slant - 0.82))
    color = mix(color, WHITE, 0.75 * pane * glint)
    color = mix(color, rgb(0.42, 0.08, 0.08), smooth(0.03, 0.02, np.abs(s.x - 0.5)) * pane)
    for y in (0.54, 0.76):
        color = color * (1 - 0.36 * box(s.x, s.y, 0.22, y, 0.78, y + 0.17))[..., None]
        color = mix(color, rgb(0.82, 0.22, 0.18), box(s.x, s.y, 0.26, y + 0.025, 0.74, y + 0.15))
    color = mix(color, rgb(0.40, 0.22, 0.0), _oval(s, 0.755, 0.555, 0.075, 0.055))
    return _finish(s, mix(color, _GOLD, _oval(s, 0.75, 0.545, 0.058, 0.042)), rgb(0.18, 0.07, 0.06))


def vehicle(s: Pixels) -> Array:
    """A car that looks right from the side and from above: panes in the upper half, tyres in the corners."""
    color = s.color * 0.9 + (0.12 - 0.09 * s.x - 0.07 * s.y)[..., None]
    color = mix(color, WHITE, 0.30 * smooth(0.05, 0.02, np.abs(s.y - 0.54)))
    color = color * (1 - 0.40 * smooth(0.03, 0.012, np.abs(s.y - 0.63)))[..., None]
    for left, right in ((0.24, 0.48), (0.53, 0.77)):
        color = mix(color, rgb(0.12, 0.14, 0.20), box(s.x, s.y, left - 0.02, 0.14, right + 0.02, 0.47))
        pane = box(s.x, s.y, left, 0.18, right, 0.43)
        color = mix(color, mix(rgb(0.66, 0.88, 0.98), rgb(0.28, 0.52, 0.78), smooth(0.1, 0.5, s.y)), pane)
        color = mix(color, WHITE, 0.8 * pane * smooth(0.035, 0.02, np.abs(s.x - left + 0.5 * s.y - 0.24)))
    color = mix(color, rgb(1.0, 0.93, 0.55), box(s.x, s.y, 0.90, 0.50, 1.1, 0.66))
    color = mix(color, rgb(0.92, 0.10, 0.08), box(s.x, s.y, -0.1, 0.50, 0.08, 0.66))
    for x in (0.23, 0.77):
        color = mix(color, _INK, _oval(s, x, 0.83, 0.145, 0.24))
        color = mix(color, rgb(0.84, 0.86, 0.90), _oval(s, x, 0.83, 0.075, 0.125))
        color = mix(color, rgb(0.35, 0.37, 0.42), _oval(s, x, 0.83, 0.03, 0.05))
    return _finish(s, color)


def tool(s: Pixels) -> Array:
    """A pickaxe printed on a pale tile: its handle rises to the right, its head is an arc about the grip."""
    color = _flat(s, rgb(0.82, 0.89, 0.96))
    aside = s.x + s.y - 1  # 0 along the handle
    reach = np.hypot(s.x - 0.22, s.y - 0.78)
    bow = 0.125 - 0.12 * np.abs(aside)
    handle = smooth(0.105, 0.075, np.abs(aside)) * smooth(0.66, 0.62, reach) * (s.x - s.y > -0.76)
    head = smooth(bow, bow - 0.03, np.abs(reach - 0.64)) * smooth(0.66, 0.62, np.abs(aside))
    cast = smooth(0.17, 0.02, np.abs(reach - 0.66)) * smooth(0.70, 0.55, np.abs(aside - 0.03))
    color = color * (1 - 0.25 * cast)[..., None]
    color = mix(color, mix(rgb(0.72, 0.44, 0.18), rgb(0.42, 0.23, 0.08), smooth(-0.08, 0.08, aside)), handle)
    steel = mix(rgb(0.16, 0.22, 0.34), rgb(0.52, 0.62, 0.76), smooth(0.56, 0.70, reach))
    return _finish(s, mix(color, steel, head), rgb(0.16, 0.20, 0.28))


def food(s: Pixels) -> Array:
    """A red apple with a leaf."""
    depth = smooth(0.05, 0.62, np.hypot(s.x - 0.36, s.y - 0.40))
    color = mix(rgb(0.98, 0.24, 0.16), rgb(0.66, 0.03, 0.06), depth)
    color = mix(color, rgb(0.42, 0.02, 0.05), 0.8 * _oval(s, 0.5, 0.23, 0.15, 0.06, 0.04))
    stalk = smooth(0.05, 0.03, np.abs(s.x - 0.56 + 0.3 * s.y)) * smooth(0.28, 0.25, s.y)
    color = mix(color, rgb(0.34, 0.18, 0.06), stalk)
    leaf = np.hypot((s.x - 0.68) * 0.8 + (s.y - 0.17) * 0.3, (s.y - 0.17) * 1.5 + (s.x - 0.68) * 0.4)
    color = mix(color, rgb(0.36, 0.76, 0.16), smooth(0.16, 0.13, leaf))
    color = mix(color, WHITE, 0.85 * _oval(s, 0.32, 0.42, 0.07, 0.10, 0.03))
    return _finish(s, color, rgb(0.28, 0.0, 0.04))


def projectile(s: Pixels) -> Array:
    """A clear stud in the plain colour with a white-hot heart."""
    r = np.hypot(s.x - 0.5, s.y - 0.5)
    color = mix(s.color, WHITE, 0.95 * smooth(0.34, 0.10, r))
    return mix(color, s.color * 0.45, 0.8 * smooth(1.1, 0.4, s.border))
