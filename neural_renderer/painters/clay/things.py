"""The clay painter's things, each modelled once over its own box: x to the right and y down, 0..1.

The game's silhouette cuts the drawing, so every drawing fills its box and keeps what matters near the
middle. Tinted things (vehicle, projectile) are masks; `materials` gives them their colour.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.painters.clay.terrain import clay_thumbprint
from reskin.neural_renderer.painters.kit.brushes import (
    WHITE,
    Array,
    channels,
    either,
    mix,
    rgb,
    single,
    smooth,
)
from reskin.neural_renderer.painters.kit.models import Finish, Model
from reskin.neural_renderer.painters.kit.sheets import Sheet

_EYE: Final = rgb(1.0, 0.985, 0.95)
_INK: Final = rgb(0.13, 0.10, 0.13)
_SKIN: Final = rgb(0.95, 0.72, 0.56)
_PUPPET: Final = Finish(
    shade=(0.40, 0.28, 0.36), contrast=0.90, gloss=0.22, sharpness=9, hollow=0.60, wide=1.2
)


def _body(color: Array, lift: float = 0.16, radius: float = 0.30) -> Model:
    """A box-filling lump with two thumbprints."""
    s = Model(1.0, color, repeats=False)
    s.raised(None, s.slab(-0.02, -0.02, 1.02, 1.02, 0.2), radius, lift)
    s.height = single(s.height + 0.012 * s.cloud(901, 0.07))
    clay_thumbprint(s, 0.80, 0.74, 0.19, 0.5)
    clay_thumbprint(s, 0.18, 0.80, 0.16, -0.4)
    return s


def _pupils(s: Sheet, left: float, right: float, cy: float, size: float) -> None:
    for cx in (left, right):
        s.over(_INK, s.oval(cx, cy, size, size * 1.1))
        s.over(WHITE, s.oval(cx - 0.35 * size, cy - 0.4 * size, size * 0.34, size * 0.36))


def _puppet(hair: Array, coat: Array, boots: Array) -> Model:
    """A face with ball eyes that touch, as puppets have them, a round nose, mitten hands and boots."""
    s = _body(coat)
    s.press(hair, s.slab(-0.1, -0.1, 1.1, 0.44, 0.1), 0.04)
    s.press(_SKIN, s.slab(0.09, 0.22, 0.91, 0.61, 0.19), 0.12, 0.16)
    for cx in (0.37, 0.65):
        s.press(_EYE, s.ellipse(cx, 0.345, 0.150, 0.105), 0.09, 0.10)
    s.press(rgb(0.93, 0.56, 0.44), s.ellipse(0.51, 0.45, 0.085, 0.055), 0.08)
    for cx in (0.08, 0.92):
        s.press(_SKIN, s.ellipse(cx, 0.80, 0.12, 0.075), 0.08)
    for x0, x1 in ((-0.1, 0.47), (0.53, 1.1)):
        s.press(boots, s.slab(x0, 0.885, x1, 1.2, 0.06), 0.08)
    return s


def player() -> Sheet:
    """A child in a mustard raincoat with a hood, a blue scarf and red boots."""
    s = _puppet(rgb(0.42, 0.22, 0.12), rgb(0.98, 0.74, 0.12), rgb(0.80, 0.18, 0.14))
    hood = either(
        s.slab(-0.1, -0.1, 1.1, 0.225, 0.1),
        s.slab(-0.1, 0, 0.10, 0.60, 0.05),
        s.slab(0.90, 0, 1.1, 0.60, 0.05),
    )
    s.press(rgb(0.99, 0.77, 0.14), hood, 0.10, 0.12)
    s.press(rgb(0.16, 0.46, 0.74), s.slab(0.02, 0.585, 0.98, 0.685, 0.05), 0.09)
    s.press(rgb(0.14, 0.42, 0.70), s.slab(0.62, 0.62, 0.78, 0.83, 0.05), 0.07)
    for y in (0.74, 0.82):
        s.press(rgb(0.55, 0.30, 0.10), s.ellipse(0.46, y, 0.050, 0.034), 0.05)
    s.light(_PUPPET)
    _pupils(s, 0.405, 0.665, 0.355, 0.058)
    s.over(rgb(0.55, 0.15, 0.15), s.oval(0.51, 0.54, 0.10, 0.030) * smooth(0.530, 0.545, s.y))
    return s


def friend() -> Sheet:
    """The shopkeeper: bald, a grey walrus moustache, spectacles, a green waistcoat and a bow tie."""
    s = _puppet(rgb(0.93, 0.70, 0.54), rgb(0.93, 0.89, 0.80), rgb(0.30, 0.20, 0.16))
    for cx in (0.06, 0.94):
        s.press(rgb(0.75, 0.75, 0.77), s.ellipse(cx, 0.30, 0.10, 0.11), 0.08)
    s.press(rgb(0.78, 0.78, 0.80), s.ellipse(0.37, 0.525, 0.17, 0.062, 0.30), 0.09)
    s.press(rgb(0.78, 0.78, 0.80), s.ellipse(0.65, 0.525, 0.17, 0.062, -0.30), 0.09)
    for x0, x1 in ((0.14, 0.44), (0.56, 0.86)):
        s.press(rgb(0.22, 0.50, 0.34), s.slab(x0, 0.64, x1, 0.90, 0.05), 0.06)
    s.press(rgb(0.78, 0.16, 0.18), s.ellipse(0.41, 0.65, 0.10, 0.050, 0.2), 0.08)
    s.press(rgb(0.78, 0.16, 0.18), s.ellipse(0.61, 0.65, 0.10, 0.050, -0.2), 0.08)
    s.light(_PUPPET)
    _pupils(s, 0.395, 0.655, 0.355, 0.052)
    return s


def enemy() -> Sheet:
    """A violet blob with mismatched ball eyes, a wide mouth and crooked teeth, warts on its crown."""
    s = _body(rgb(0.50, 0.26, 0.66), 0.30, 0.45)
    for cx, cy, r in ((0.20, 0.20, 0.075), (0.82, 0.17, 0.06), (0.50, 0.09, 0.07)):
        s.press(rgb(0.66, 0.42, 0.80), s.ellipse(cx, cy, r, r), 0.07)
    s.press(_EYE, s.ellipse(0.31, 0.43, 0.185, 0.185), 0.13, 0.15)
    s.press(_EYE, s.ellipse(0.71, 0.41, 0.150, 0.150), 0.12, 0.13)
    s.press(rgb(0.25, 0.05, 0.16), s.slab(0.18, 0.66, 0.84, 0.90, 0.10), -0.08, 0.05)
    for cx, low in ((0.28, False), (0.44, True), (0.58, False), (0.73, True)):
        s.press(rgb(0.98, 0.95, 0.82), s.ellipse(cx, 0.845 if low else 0.715, 0.055, 0.075), 0.06)
    for x0, y0, x1, y1 in ((0.12, 0.25, 0.44, 0.33), (0.90, 0.22, 0.60, 0.32)):
        s.press(rgb(0.34, 0.13, 0.48), s.bar(x0, y0, x1, y1, 0.095), 0.09)
    s.light(_PUPPET)
    s.over(rgb(0.82, 0.20, 0.12), s.oval(0.345, 0.455, 0.088, 0.090) + s.oval(0.680, 0.435, 0.075, 0.077))
    _pupils(s, 0.35, 0.675, 0.46, 0.050)
    return s


def animal() -> Sheet:
    """A piglet: snout, flopped ears, ball eyes."""
    s = _body(rgb(0.95, 0.62, 0.60), 0.26, 0.45)
    for cx, turn in ((0.17, 0.5), (0.83, -0.5)):
        s.press(rgb(0.90, 0.50, 0.50), s.ellipse(cx, 0.17, 0.12, 0.18, turn), 0.08)
    for cx in (0.34, 0.66):
        s.press(_EYE, s.ellipse(cx, 0.42, 0.135, 0.140), 0.10, 0.11)
    s.press(rgb(0.99, 0.70, 0.66), s.ellipse(0.5, 0.68, 0.23, 0.165), 0.12)
    for cx in (0.42, 0.58):
        s.press(rgb(0.55, 0.22, 0.25), s.ellipse(cx, 0.68, 0.042, 0.065), -0.05, 0.03)
    s.light(_PUPPET)
    _pupils(s, 0.36, 0.64, 0.43, 0.060)
    s.over(rgb(0.60, 0.22, 0.26), s.oval(0.5, 0.875, 0.13, 0.040) * smooth(0.868, 0.885, s.y))
    return s


def coin() -> Sheet:
    """A golden pat with a rolled rim and a star stamped in."""
    s = Model(1.0, rgb(0.99, 0.76, 0.14), repeats=False)
    dx, dy = s.x - 0.5, s.y - 0.5
    radius = single(np.hypot(dx, dy))
    s.raised(None, 0.5 - radius, 0.07, 0.10)
    s.height = single(s.height - 0.08 * smooth(0.385, 0.34, radius) + 0.010 * s.cloud(911, 0.07))
    s.over(rgb(0.95, 0.66, 0.07), smooth(0.385, 0.35, radius))
    wedge = np.pi / 5
    angle = np.abs((np.arctan2(dx, -dy) + wedge) % (2 * wedge) - wedge)
    rise, run = 0.46 * 0.27 * np.sin(wedge), 0.27 - 0.46 * 0.27 * np.cos(wedge)
    star = single(0.27 * rise / (rise * np.cos(angle) + run * np.sin(angle)) - radius)
    s.press(rgb(1.0, 0.90, 0.45), star, 0.09, 0.06)
    s.light(Finish(shade=(0.46, 0.22, 0.08), contrast=1.0, gloss=0.40, sharpness=10, hollow=0.6, wide=1.0))
    s.shade(1 - 0.40 * smooth(0.45, 0.50, radius))
    return s


def chest() -> Sheet:
    """A chunky chest: scored planks, straps with ball rivets, a big keyhole plate."""
    s = _body(rgb(0.60, 0.35, 0.17), 0.14, 0.14)
    for y in (0.15, 0.29, 0.62, 0.80):
        s.press(None, s.slab(-0.1, y - 0.016, 1.1, y + 0.016, 0.01), -0.035, 0.012)
    s.press(rgb(0.66, 0.40, 0.20), s.slab(-0.05, -0.05, 1.05, 0.43, 0.12), 0.10, 0.12)
    s.over(_INK, s.box(-1, 0.43, 2, 0.47) * 0.8)
    for cx in (0.18, 0.82):
        s.press(rgb(0.92, 0.66, 0.16), s.slab(cx - 0.085, -0.1, cx + 0.085, 1.1, 0.03), 0.05)
        for cy in (0.16, 0.60, 0.86):
            s.press(rgb(1.0, 0.84, 0.42), s.ellipse(cx, cy, 0.042, 0.052), 0.06)
    s.press(rgb(0.98, 0.76, 0.22), s.slab(0.34, 0.32, 0.66, 0.74, 0.10), 0.10)
    keyhole = either(s.ellipse(0.5, 0.49, 0.060, 0.066), s.slab(0.465, 0.50, 0.535, 0.65, 0.02))
    s.press(_INK, keyhole, -0.05, 0.03)
    s.light(_PUPPET)
    return s


def door() -> Sheet:
    """A teal door of rolled planks in a stone frame, with a round window and a ball knob."""
    s = Model(1.0, rgb(0.66, 0.63, 0.60), repeats=False)
    s.raised(None, s.slab(-0.02, -0.02, 1.02, 1.2, 0.1), 0.07, 0.09)
    s.height = single(s.height + 0.012 * s.cloud(921, 0.06))
    s.press(rgb(0.10, 0.36, 0.38), s.slab(0.105, 0.075, 0.895, 1.2, 0.10), -0.07, 0.03)
    for k in range(3):
        x0 = 0.125 + 0.25 * k
        tone = mix(rgb(0.16, 0.52, 0.52), rgb(0.22, 0.60, 0.58), k % 2)
        s.raised(tone, s.slab(x0, 0.09, x0 + 0.24, 1.2, 0.05), 0.07, 0.07, 0.02)
    for y in (0.55, 0.86):
        s.press(rgb(0.12, 0.40, 0.42), s.slab(0.11, y, 0.89, y + 0.075, 0.03), 0.06)
        for cx in (0.22, 0.78):
            s.press(rgb(0.88, 0.86, 0.80), s.ellipse(cx, y + 0.037, 0.035, 0.026), 0.05)
    s.press(rgb(0.84, 0.78, 0.70), s.ellipse(0.5, 0.32, 0.27, 0.185), 0.08)
    s.press(rgb(1.0, 0.83, 0.40), s.ellipse(0.5, 0.32, 0.195, 0.135), -0.04, 0.03)
    s.press(rgb(0.96, 0.70, 0.16), s.ellipse(0.76, 0.70, 0.085, 0.060), 0.10)
    clay_thumbprint(s, 0.32, 0.74, 0.13, 0.3)
    s.light(_PUPPET)
    s.over(rgb(0.84, 0.78, 0.70), either(s.box(0.482, 0.19, 0.518, 0.45), s.box(0.31, 0.308, 0.69, 0.332)))
    return s


def tool() -> Sheet:
    """A pickaxe of clay: a rolled handle, a grey head, on a pale pat."""
    s = _body(rgb(0.92, 0.86, 0.72), 0.10, 0.16)
    s.press(rgb(0.62, 0.36, 0.18), s.bar(0.25, 0.82, 0.66, 0.33, 0.155), 0.12)
    ring, angle = s.pickaxe()
    width = 0.105 * smooth(0.98, 0.10, angle)
    head = single(np.minimum(width - np.abs(ring - 0.47), 0.4 * (0.95 - angle)))
    s.over(_INK, smooth(-0.045, -0.02, head) * 0.6)
    s.press(rgb(0.36, 0.42, 0.54), head, 0.14)
    s.light(_PUPPET)
    return s


def food() -> Sheet:
    """A red apple with a dent, a stalk and a leaf."""
    s = _body(rgb(0.84, 0.18, 0.15), 0.32, 0.48)
    s.press(None, s.ellipse(0.5, 0.17, 0.20, 0.11), -0.12, 0.10)
    s.press(rgb(0.40, 0.24, 0.13), s.bar(0.50, 0.22, 0.56, 0.05, 0.085), 0.10)
    s.press(rgb(0.42, 0.66, 0.22), s.ellipse(0.72, 0.17, 0.20, 0.095, -0.4), 0.10)
    s.light(_PUPPET)
    s.over(rgb(1.0, 0.75, 0.68), s.oval(0.29, 0.38, 0.085, 0.105, 0.08) * 0.55)
    return s


def vehicle() -> Sheet:
    """Masks: red is how much of the plain colour shows, green the light on it, blue lamps.

    A chunky car that looks right from the side and from above: wheels at the corners, panes in the middle.
    """
    s = _body(rgb(1, 0.60, 0), 0.24, 0.40)
    s.press(rgb(1, 0.55, 0), s.slab(-0.1, 0.60, 1.1, 0.70, 0.04), 0.05)
    for x0, x1 in ((0.18, 0.46), (0.53, 0.82)):
        s.press(rgb(0, 0.10, 0), s.slab(x0 - 0.03, 0.15, x1 + 0.03, 0.56, 0.10), 0.03)
        cover = smooth(0, 0.02, s.slab(x0, 0.19, x1, 0.52, 0.08))
        s.over(channels(0, np.clip(0.90 - (s.y - 0.2) * 1.3, 0, 1), 0), cover)
    for cx in (0.21, 0.79):
        for cy, ry in ((0.97, 0.25), (-0.02, 0.11)):
            s.press(rgb(0, 0.08, 0), s.ellipse(cx, cy, 0.165, ry), 0.08)
            s.press(rgb(0, 0.75, 0), s.ellipse(cx, cy, 0.075, ry * 0.48), 0.06)
    lamps = either(s.ellipse(0.955, 0.72, 0.06, 0.085), s.ellipse(0.965, 0.33, 0.035, 0.055))
    s.press(rgb(0, 1.0, 1.0), lamps, 0.05)
    light, gloss = s.lit(_PUPPET)
    s.color[..., 1] = np.clip(s.color[..., 1] * (0.30 + 0.70 * light) + 0.16 * gloss, 0, 1.1)
    return s


def projectile() -> Sheet:
    """Masks: red is the light on a ball of clay, green its sheen."""
    s = Model(1.0, rgb(0.72, 0, 0), repeats=False)
    s.raised(None, single(0.5 - np.hypot(s.x - 0.5, s.y - 0.5)), 0.5, 0.42)
    clay_thumbprint(s, 0.55, 0.58, 0.26, 0.6)
    light, gloss = s.lit(_PUPPET)
    s.color = channels(0.85 * light, 0.5 * gloss, 0)
    return s
