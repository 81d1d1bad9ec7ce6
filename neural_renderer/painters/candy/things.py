"""The candy painter's things, each modelled once over its own box: x to the right and y down, 0..1.

The game's silhouette cuts the drawing, so every drawing fills its box and keeps what matters near the
middle. Tinted things (vehicle, projectile) are masks; `materials` gives them their colour.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.painters.kit.brushes import (
    WHITE,
    Array,
    channels,
    either,
    ramp,
    rgb,
    single,
    smooth,
)
from reskin.neural_renderer.painters.kit.models import Finish, Model
from reskin.neural_renderer.painters.kit.sheets import Sheet

_INK: Final = rgb(0.20, 0.06, 0.16)
_SKIN: Final = rgb(1.0, 0.82, 0.70)
_GLAZE: Final = Finish(shade=(0.44, 0.18, 0.40), contrast=0.85, gloss=0.85, sharpness=36, hollow=0.45)
_FONDANT: Final = Finish(shade=(0.56, 0.30, 0.46), contrast=0.75, gloss=0.35, sharpness=20, hollow=0.50)


def _body(color: Array, finish_height: float = 0.16) -> Model:
    """A box-filling pillow of one colour."""
    s = Model(1.0, color, repeats=False)
    s.raised(None, s.slab(-0.02, -0.02, 1.02, 1.02, 0.2), 0.34, finish_height)
    return s


def _part(s: Model, color: Array, inside: Array, lift: float = 0.06, radius: float = 0.08) -> None:
    """Press a part on top of what is there."""
    s.press(color, inside, lift, radius)


def _eyes(s: Sheet, left: float, right: float, cy: float, size: float) -> None:
    """Glossy dark eyes with two glints."""
    for cx in (left, right):
        s.over(_INK, s.oval(cx, cy, size, size * 1.25))
        s.over(rgb(0.50, 0.24, 0.42), s.oval(cx, cy + 0.55 * size, size * 0.55, size * 0.42))
        s.over(WHITE, s.oval(cx - 0.32 * size, cy - 0.45 * size, size * 0.42, size * 0.46))


def _smile(s: Sheet, cx: float, cy: float, wide: float, color: Array) -> None:
    s.over(color, s.oval(cx, cy, wide, wide * 0.62) * smooth(cy - 0.01, cy + 0.015, s.y))


def _child(hair: Array, hat: Array, coat: Array, trim: Array, boots: Array) -> Model:
    """Hat with a bobble, hair, a wide face, coat with buttons, mittens, boots."""
    s = _body(coat, 0.14)
    _part(s, hair, s.slab(-0.1, 0.16, 1.1, 0.58, 0.1), 0.05)
    _part(s, _SKIN, s.slab(0.12, 0.24, 0.88, 0.60, 0.17), 0.10, 0.14)
    _part(s, hair, s.slab(-0.1, 0.20, 1.1, 0.31, 0.05), 0.03)
    _part(s, hat, s.slab(-0.1, -0.2, 1.1, 0.20, 0.1), 0.10, 0.14)
    _part(s, trim, s.slab(-0.1, 0.17, 1.1, 0.245, 0.04), 0.05)
    _part(s, trim, s.ellipse(0.5, 0.02, 0.15, 0.09), 0.10, 0.11)
    s.over(trim, s.box(0.46, 0.63, 0.54, 0.84))
    _part(s, boots, s.slab(-0.1, 0.86, 0.47, 1.2, 0.06), 0.07)
    _part(s, boots, s.slab(0.53, 0.86, 1.1, 1.2, 0.06), 0.07)
    for cx in (0.10, 0.90):
        _part(s, trim, s.ellipse(cx, 0.79, 0.11, 0.075), 0.08)
    return s


def player() -> Sheet:
    """A child in a turquoise coat and a striped hat, with a lemon scarf."""
    s = _child(
        rgb(0.55, 0.27, 0.14),
        rgb(0.10, 0.62, 0.92),
        rgb(0.08, 0.60, 0.86),
        rgb(1.0, 0.97, 0.92),
        rgb(0.34, 0.16, 0.42),
    )
    stripe = smooth(-0.1, 0.1, single(np.sin(2 * np.pi * (s.x * 3 + 0.1)) - 0.75)) * smooth(0.17, 0.15, s.y)
    s.over(rgb(1.0, 0.98, 0.95), stripe * (1 - s.oval(0.5, 0.03, 0.18, 0.12)))
    _part(s, rgb(1.0, 0.84, 0.16), s.slab(0.04, 0.575, 0.96, 0.685, 0.05), 0.07)
    _part(s, rgb(1.0, 0.78, 0.10), s.slab(0.20, 0.62, 0.36, 0.82, 0.04), 0.06)
    s.light(_FONDANT)
    for cx in (0.26, 0.76):
        s.over(rgb(1.0, 0.46, 0.52), s.oval(cx, 0.50, 0.09, 0.055, 0.04) * 0.8)
    _eyes(s, 0.38, 0.66, 0.42, 0.060)
    _smile(s, 0.52, 0.50, 0.085, rgb(0.74, 0.14, 0.28))
    return s


def friend() -> Sheet:
    """The confectioner: a tall white hat, rosy cheeks, a moustache and a striped apron."""
    s = _body(rgb(0.98, 0.60, 0.30), 0.14)
    _part(s, rgb(0.62, 0.32, 0.18), s.slab(-0.1, 0.2, 1.1, 0.56, 0.1), 0.04)
    _part(s, _SKIN, s.slab(0.12, 0.24, 0.88, 0.60, 0.17), 0.10, 0.14)
    _part(s, rgb(1.0, 0.97, 0.95), s.slab(-0.1, -0.2, 1.1, 0.20, 0.1), 0.10, 0.14)
    s.over(
        rgb(0.86, 0.80, 0.90),
        np.clip(smooth(0.25, 0.8, single(np.sin(2 * np.pi * s.x * 3.5))) * smooth(0.16, 0.13, s.y), 0, 1)
        * 0.7,
    )
    _part(s, rgb(1.0, 0.99, 0.98), s.slab(-0.1, 0.165, 1.1, 0.265, 0.04), 0.05)
    apron = s.slab(0.17, 0.66, 0.83, 1.2, 0.08)
    _part(s, rgb(1.0, 0.98, 0.97), apron, 0.06)
    cover = smooth(0, 0.02, apron) * smooth(-0.1, 0.1, single(np.sin(2 * np.pi * (s.x * 5 + 0.25))))
    s.over(rgb(0.95, 0.26, 0.46), cover)
    for cx in (0.42, 0.62):
        _part(s, rgb(0.45, 0.22, 0.12), s.ellipse(cx, 0.505, 0.13, 0.045, 0.25 if cx < 0.5 else -0.25), 0.05)
    _part(s, rgb(1.0, 0.70, 0.60), s.ellipse(0.52, 0.455, 0.065, 0.05), 0.06)
    s.light(_FONDANT)
    for cx in (0.24, 0.80):
        s.over(rgb(1.0, 0.46, 0.50), s.oval(cx, 0.48, 0.08, 0.055, 0.04) * 0.8)
    _eyes(s, 0.37, 0.67, 0.38, 0.055)
    return s


def enemy() -> Sheet:
    """A sour lime jelly with a scowl and sugar-white teeth."""
    s = Model(1.0, rgb(0.5, 0.8, 0.1), repeats=False)
    s.color = ramp(s.y, (0, (0.86, 1.0, 0.30)), (0.45, (0.56, 0.90, 0.08)), (1, (0.10, 0.56, 0.10)))
    s.raised(None, s.slab(-0.02, -0.02, 1.02, 1.2, 0.4), 0.5, 0.34)
    for cx, cy, r in ((0.14, 0.78, 0.05), (0.88, 0.72, 0.055), (0.80, 0.92, 0.04), (0.20, 0.94, 0.04)):
        s.over(rgb(0.88, 1.0, 0.45), s.oval(cx, cy, r, r) * 0.8)
    s.light(Finish(shade=(0.05, 0.30, 0.16), contrast=0.8, gloss=0.6, sharpness=24, hollow=0.3))
    s.over(WHITE, s.stroke(0.20, 0.27, 0.40, 0.15, 0.085, 0.03) * 0.95)
    for cx in (0.31, 0.69):
        s.over(rgb(0.04, 0.28, 0.10), s.oval(cx, 0.485, 0.185, 0.195) * 0.85)
        s.over(WHITE, s.oval(cx, 0.48, 0.16, 0.17))
        s.over(rgb(0.75, 0.05, 0.30), s.oval(cx + 0.3 * (0.5 - cx), 0.51, 0.090, 0.105))
        s.over(_INK, s.oval(cx + 0.3 * (0.5 - cx), 0.515, 0.055, 0.065))
        s.over(WHITE, s.oval(cx + 0.3 * (0.5 - cx) - 0.03, 0.47, 0.032, 0.034))
    brow = either(s.stroke(0.13, 0.265, 0.41, 0.375, 0.085), s.stroke(0.87, 0.265, 0.59, 0.375, 0.085))
    s.over(rgb(0.05, 0.26, 0.10), brow)
    s.over(rgb(0.28, 0.03, 0.16), s.oval(0.5, 0.80, 0.22, 0.105))
    tooth = smooth(0.02, -0.02, single(np.abs(s.x % 0.11 - 0.055) - 0.055 + (s.y - 0.71) * 0.5)) * smooth(
        0.80, 0.775, s.y
    )
    s.over(rgb(1, 1, 0.96), tooth * s.oval(0.5, 0.80, 0.20, 0.09))
    return s


def animal() -> Sheet:
    """A marshmallow bunny: white, with rosy ears and a jelly nose."""
    s = Model(1.0, rgb(1.0, 0.84, 0.90), repeats=False)
    s.raised(None, s.slab(-0.02, -0.02, 1.02, 1.02, 0.35), 0.45, 0.26)
    for cx in (0.25, 0.75):
        _part(s, rgb(1.0, 0.95, 0.97), s.ellipse(cx, 0.17, 0.15, 0.26), 0.08)
        _part(s, rgb(1.0, 0.58, 0.72), s.ellipse(cx, 0.19, 0.075, 0.17), -0.04)
        _part(s, rgb(1.0, 0.97, 0.98), s.ellipse(cx, 0.93, 0.17, 0.11), 0.08)
    _part(s, rgb(1.0, 0.98, 0.98), s.ellipse(0.5, 0.72, 0.21, 0.15), 0.08)
    s.light(_FONDANT)
    for cx in (0.19, 0.81):
        s.over(rgb(1.0, 0.48, 0.62), s.oval(cx, 0.68, 0.10, 0.065, 0.05) * 0.8)
    _eyes(s, 0.31, 0.69, 0.53, 0.080)
    s.over(rgb(0.95, 0.30, 0.48), s.oval(0.5, 0.655, 0.075, 0.05))
    s.over(WHITE, s.oval(0.475, 0.638, 0.025, 0.014))
    s.over(_INK, either(s.stroke(0.5, 0.69, 0.43, 0.77, 0.028), s.stroke(0.5, 0.69, 0.57, 0.77, 0.028)))
    return s


def coin() -> Sheet:
    """A chocolate coin in gold foil: milled rim, a sunken field and a heart."""
    s = Model(1.0, rgb(1.0, 0.76, 0.10), repeats=False)
    dx, dy = s.x - 0.5, s.y - 0.5
    radius, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    s.raised(None, single(0.50 - radius), 0.09, 0.10)
    s.height = single(s.height - 0.075 * smooth(0.37, 0.33, radius))
    s.height = single(s.height + 0.014 * np.cos(angle * 22) * smooth(0.36, 0.42, radius))
    lobes = 0.105 - np.hypot(np.abs(dx) - 0.088, dy + 0.055)
    point = (0.205 - np.abs(dx) - np.abs(dy - 0.02)) / 1.414
    heart = single(np.maximum(lobes, np.where(dy > -0.05, point, -1)))
    _part(s, rgb(1.0, 0.93, 0.50), heart, 0.07, 0.07)
    s.light(Finish(shade=(0.50, 0.20, 0.04), contrast=1.05, gloss=0.9, sharpness=16, hollow=0.5))
    s.over(WHITE, s.oval(0.27, 0.235, 0.085, 0.055, 0.03))
    s.shade(1 - 0.45 * smooth(0.455, 0.50, radius))
    return s


def chest() -> Sheet:
    """A box of chocolates: raspberry lid with icing, a golden ribbon and a sugar lock."""
    s = Model(1.0, rgb(0.46, 0.20, 0.14), repeats=False)
    s.raised(rgb(0.48, 0.21, 0.14), s.slab(-0.02, 0.40, 1.02, 1.02, 0.06), 0.12, 0.12)
    _part(s, rgb(0.95, 0.24, 0.46), s.slab(-0.02, -0.02, 1.02, 0.46, 0.12), 0.16, 0.20)
    drip = 0.20 + 0.07 * np.cos(2 * np.pi * (s.x * 4 + 0.5)) + 0.03 * np.cos(2 * np.pi * (s.x * 2))
    _part(s, rgb(1.0, 0.96, 0.94), single(drip - s.y), 0.06)
    for cx in (0.20, 0.80):
        _part(s, rgb(1.0, 0.80, 0.18), s.slab(cx - 0.07, -0.1, cx + 0.07, 1.1, 0.02), 0.04)
    s.over(_INK, s.box(-1, 0.455, 2, 0.495) * 0.75)
    _part(s, rgb(1.0, 0.82, 0.20), s.slab(0.35, 0.34, 0.65, 0.72, 0.10), 0.10)
    s.light(_GLAZE)
    s.over(rgb(0.40, 0.10, 0.08), either(s.oval(0.5, 0.50, 0.055, 0.060), s.box(0.47, 0.51, 0.53, 0.64)))
    for cx, color in ((0.34, (0.45, 0.88, 0.98)), (0.50, (1.0, 0.90, 0.30)), (0.66, (0.62, 0.95, 0.60))):
        s.over(rgb(*color), s.oval(cx, 0.10, 0.035, 0.045))
    return s


def door() -> Sheet:
    """A gingerbread door in an icing frame, with a heart of sugar glass and a round sweet for a knob."""
    s = Model(1.0, rgb(0.80, 0.46, 0.22), repeats=False)
    s.raised(rgb(0.99, 0.94, 0.93), s.slab(-0.1, -0.02, 1.1, 1.2, 0.1), 0.06, 0.08)
    _part(s, rgb(0.70, 0.36, 0.17), s.slab(0.11, 0.08, 0.89, 1.2, 0.10), -0.05)
    stripe = smooth(-0.1, 0.1, single(np.sin(2 * np.pi * (s.x + s.y * 0.75) * 7)))
    frame = np.minimum(np.minimum(s.x, 1 - s.x), s.y * 1.3)
    s.over(rgb(0.95, 0.20, 0.38), stripe * smooth(0.105, 0.09, frame))
    for y0, y1 in ((0.52, 0.72), (0.76, 0.95)):
        _part(s, rgb(0.84, 0.49, 0.23), s.slab(0.20, y0, 0.80, y1, 0.05), 0.05)
    _part(s, rgb(1.0, 0.97, 0.95), s.slab(0.21, 0.14, 0.79, 0.48, 0.12), 0.05)
    _part(s, rgb(1.0, 0.86, 0.42), s.slab(0.28, 0.18, 0.72, 0.44, 0.09), -0.03)
    _part(s, rgb(0.62, 0.92, 0.98), s.ellipse(0.77, 0.60, 0.075, 0.055), 0.08)
    s.light(_GLAZE)
    s.over(rgb(1.0, 0.97, 0.72), s.oval(0.44, 0.27, 0.10, 0.06, 0.05) * 0.8)
    s.over(rgb(1.0, 0.96, 0.94), either(s.box(0.48, 0.16, 0.52, 0.46), s.box(0.26, 0.295, 0.74, 0.322)))
    return s


def tool() -> Sheet:
    """A pickaxe of rock candy on a stick, on a pale lozenge."""
    s = _body(rgb(1.0, 0.93, 0.80), 0.12)
    cane = s.bar(0.25, 0.82, 0.66, 0.33, 0.15)
    _part(s, rgb(1.0, 0.98, 0.96), cane, 0.08)
    twist = smooth(-0.1, 0.1, single(np.sin(2 * np.pi * (s.x * 2.2 - s.y * 2.2 + s.x + s.y) * 2.2)))
    s.over(rgb(0.92, 0.14, 0.30), twist * smooth(0, 0.02, cane))
    ring, angle = s.pickaxe()
    width = 0.095 * smooth(0.92, 0.10, angle)
    head = single(np.minimum(width - np.abs(ring - 0.47), 0.4 * (0.90 - angle)))
    s.over(rgb(0.24, 0.10, 0.36), smooth(-0.05, -0.02, head))
    _part(s, rgb(0.30, 0.66, 1.0), head, 0.12)
    s.light(_GLAZE)
    return s


def food() -> Sheet:
    """A cupcake seen from above: swirled icing, a cherry, sprinkles."""
    s = Model(1.0, rgb(0.80, 0.48, 0.26), repeats=False)
    dx, dy = s.x - 0.5, s.y - 0.5
    radius, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    s.raised(None, single(0.5 - radius), 0.2, 0.10)
    s.height = single(s.height + 0.02 * np.cos(angle * 18) * smooth(0.34, 0.44, radius))
    _part(s, rgb(1.0, 0.93, 0.88), single(0.38 + 0.025 * np.cos(angle * 7) - radius), 0.16, 0.22)
    s.height = single(s.height + 0.022 * np.cos(angle * 2 + radius * 30) * smooth(0.38, 0.30, radius))
    for turn, color in (
        (0.4, (0.3, 0.8, 0.98)),
        (1.6, (1, 0.85, 0.2)),
        (2.9, (0.5, 0.9, 0.5)),
        (4.1, (1, 0.4, 0.7)),
        (5.3, (0.7, 0.5, 1)),
    ):
        s.over(rgb(*color), s.oval(0.5 + 0.27 * np.cos(turn), 0.5 + 0.27 * np.sin(turn), 0.04, 0.04))
    _part(s, rgb(0.92, 0.05, 0.16), s.ellipse(0.5, 0.48, 0.165, 0.165), 0.14, 0.16)
    s.light(_GLAZE)
    s.over(WHITE, s.oval(0.44, 0.42, 0.045, 0.038))
    return s


def vehicle() -> Sheet:
    """Masks: red is how much of the plain colour shows, green the light on it, blue lamps.

    A toy car that looks right from the side and from above: wheels at the corners, panes in the middle.
    """
    s = Model(1.0, rgb(1, 0.56, 0), repeats=False)
    s.raised(None, s.slab(-0.02, -0.02, 1.02, 1.02, 0.25), 0.40, 0.22)
    _part(s, rgb(1, 0.50, 0), s.slab(-0.1, 0.60, 1.1, 0.70, 0.04), 0.04)
    for x0, x1 in ((0.19, 0.46), (0.53, 0.81)):
        _part(s, rgb(0, 0.06, 0.10), s.slab(x0 - 0.03, 0.16, x1 + 0.03, 0.56, 0.09), 0.03)
        glassy = np.clip(0.95 - (s.y - 0.2) * 1.5, 0, 1)
        s.over(channels(0, glassy, 0.25), smooth(0, 0.02, s.slab(x0, 0.20, x1, 0.52, 0.07)))
    for cx in (0.21, 0.79):
        for cy, ry in ((0.97, 0.25), (-0.02, 0.11)):
            _part(s, rgb(0, 0.05, 0.05), s.ellipse(cx, cy, 0.155, ry), 0.06)
            _part(s, rgb(0, 0.85, 0.12), s.ellipse(cx, cy, 0.075, ry * 0.48), 0.05)
    lamps = either(s.ellipse(0.965, 0.70, 0.05, 0.08), s.ellipse(0.965, 0.33, 0.035, 0.055))
    _part(s, rgb(0, 1.0, 1.0), lamps, 0.04)
    light, gloss = s.lit(_GLAZE)
    s.color[..., 1] = np.clip(s.color[..., 1] * (0.35 + 0.65 * light) + 0.6 * gloss, 0, 1.1)
    return s


def projectile() -> Sheet:
    """Masks: red is the light on a boiled sweet, green its highlights."""
    s = Model(1.0, rgb(0.8, 0, 0), repeats=False)
    radius = np.hypot(s.x - 0.5, s.y - 0.5)
    s.color[..., 0] = 0.55 + 0.45 * smooth(0.5, 0.1, np.hypot(s.x - 0.60, s.y - 0.64))
    s.color[..., 0] *= 1 - 0.5 * smooth(0.36, 0.5, radius)
    s.color[..., 1] = np.maximum(
        s.oval(0.36, 0.33, 0.15, 0.12, 0.05), 0.5 * s.oval(0.66, 0.70, 0.07, 0.06, 0.05)
    )
    return s
