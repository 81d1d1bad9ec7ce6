"""The winter painter's things, each drawn once over its own box: x to the right and y down, 0..1.

The game's silhouette cuts the drawing, so every drawing fills its box and keeps what matters near the
middle. Tinted things (vehicle, projectile) are masks; `materials` gives them their colour.
"""

from __future__ import annotations

import numpy as np

from reskin.neural_renderer.painters.kit.brushes import (
    WHITE,
    channels,
    either,
    mix,
    ramp,
    rgb,
    single,
    smooth,
)
from reskin.neural_renderer.painters.kit.sheets import Sheet

INK = rgb(0.12, 0.10, 0.20)
CREAM = rgb(0.98, 0.95, 0.90)
SKIN = rgb(1.0, 0.84, 0.70)
GOLD = rgb(1.0, 0.78, 0.24)


def _eye(s: Sheet, cx: float, cy: float, size: float, look: float = 0.25) -> None:
    """A white eye with a dark pupil that looks a little to the right, and a glint."""
    s.over(rgb(0.20, 0.28, 0.52), s.oval(cx, cy + 0.01, size * 1.14, size * 1.24) * 0.75)
    s.over(WHITE, s.oval(cx, cy, size, size * 1.12))
    s.over(INK, s.oval(cx + look * size, cy + 0.14 * size, size * 0.60, size * 0.70))
    s.over(WHITE, s.oval(cx + look * size - 0.24 * size, cy - 0.20 * size, size * 0.24, size * 0.26))


def _face(s: Sheet, top: float, chin: float) -> None:
    """Skin, dot eyes, a nose, a smile and rosy cheeks between two heights."""
    h = chin - top
    s.fade(SKIN, rgb(0.93, 0.66, 0.54), smooth(0.55, 0.95, s.x), s.box(0.13, top, 0.87, chin))
    for cx in (0.27, 0.78):
        s.over(rgb(0.97, 0.47, 0.43), s.oval(cx, top + 0.66 * h, 0.105, 0.19 * h, 0.05) * 0.85)
    for cx in (0.39, 0.67):
        s.over(INK, s.oval(cx, top + 0.43 * h, 0.052, 0.19 * h, 0.014))
        s.over(WHITE, s.oval(cx - 0.014, top + 0.34 * h, 0.020, 0.06 * h, 0.012))
    s.over(rgb(0.90, 0.55, 0.44), s.oval(0.54, top + 0.63 * h, 0.045, 0.09 * h))
    smile = s.oval(0.54, top + 0.72 * h, 0.10, 0.16 * h) * (1 - s.oval(0.54, top + 0.66 * h, 0.115, 0.16 * h))
    s.over(rgb(0.58, 0.20, 0.22), smile)


def player() -> Sheet:
    """A child in a red coat with a teal hat, a mustard scarf and rosy cheeks."""
    s = Sheet.graded(rgb(0.96, 0.26, 0.22), rgb(0.62, 0.07, 0.16))
    s.over(rgb(0.46, 0.26, 0.18), s.box(-1, 0.24, 2, 0.56))
    _face(s, 0.29, 0.58)
    knit = 0.5 + 0.5 * np.cos(2 * np.pi * s.x * 9)
    cover = s.box(-1, -1, 2, 0.24)
    s.over(mix(rgb(0.16, 0.66, 0.64), rgb(0.05, 0.40, 0.46), 0.75 * s.x + 0.3 * knit - 0.15), cover)
    s.over(CREAM, s.oval(0.5, 0.02, 0.15, 0.11))
    s.over(mix(CREAM, rgb(0.72, 0.78, 0.92), smooth(0.19, 0.31, s.y) * 0.8), s.box(-1, 0.19, 2, 0.30))
    s.shade(1 - 0.28 * s.box(0.12, 0.30, 0.88, 0.325, 0.02))
    s.shade(1 - 0.35 * s.box(-1, 0.64, 2, 0.70, 0.03))
    weave = 0.86 + 0.16 * np.cos(2 * np.pi * (s.x * 7 + s.y * 6))
    scarf = (
        mix(rgb(1.0, 0.80, 0.26), rgb(0.84, 0.52, 0.10), np.clip(s.x * 0.5 + (s.y - 0.56) * 3, 0, 1))
        * weave[..., None]
    )
    s.over(scarf, either(s.box(0.05, 0.555, 0.95, 0.665, 0.02), s.box(0.20, 0.60, 0.37, 0.83)))
    s.over(CREAM, s.box(0.52, 0.68, 0.60, 0.92))
    s.over(rgb(0.24, 0.13, 0.16), s.box(-1, 0.795, 2, 0.85))
    s.over(GOLD, s.box(0.48, 0.785, 0.64, 0.86))
    for cx in (0.09, 0.91):
        s.over(rgb(0.10, 0.50, 0.52), s.oval(cx, 0.81, 0.10, 0.075))
    s.over(rgb(0.22, 0.15, 0.20), s.box(-1, 0.92, 2, 2))
    s.over(rgb(0.50, 0.36, 0.30), s.box(-1, 0.915, 2, 0.94))
    return s


def friend() -> Sheet:
    """The shopkeeper: a moustache, a flat cap and a green apron over a cream shirt."""
    s = Sheet.graded(rgb(0.98, 0.93, 0.82), rgb(0.78, 0.70, 0.66))
    s.over(rgb(0.72, 0.70, 0.74), s.box(-1, 0.20, 2, 0.52))
    _face(s, 0.24, 0.55)
    tweed = 0.5 + 0.08 * np.cos(2 * np.pi * s.x * 8) + 0.08 * np.cos(2 * np.pi * s.y * 16)
    cover = s.box(-1, -1, 2, 0.18)
    s.over(mix(rgb(0.74, 0.52, 0.34), rgb(0.40, 0.25, 0.19), 0.7 * s.x + tweed - 0.35), cover)
    s.over(rgb(0.32, 0.19, 0.17), s.box(-1, 0.165, 2, 0.25))
    s.over(rgb(0.66, 0.45, 0.31), s.box(-1, 0.17, 2, 0.192) * 0.8)
    for cx, tilt in ((0.42, 0.025), (0.66, 0.025)):
        s.over(rgb(0.96, 0.95, 0.96), s.oval(cx, 0.475 + tilt, 0.135, 0.05))
    s.over(rgb(0.90, 0.50, 0.40), s.oval(0.54, 0.43, 0.055, 0.042))
    s.over(rgb(0.80, 0.20, 0.22), either(s.oval(0.44, 0.585, 0.08, 0.05), s.oval(0.64, 0.585, 0.08, 0.05)))
    green = mix(rgb(0.28, 0.64, 0.36), rgb(0.09, 0.38, 0.27), np.clip(s.x * 0.6 + s.y * 0.8 - 0.5, 0, 1))
    apron = either(s.box(0.16, 0.72, 0.84, 2), s.box(0.28, 0.62, 0.72, 0.80))
    s.over(rgb(0.07, 0.26, 0.20), either(s.box(0.13, 0.70, 0.87, 2), s.box(0.25, 0.60, 0.75, 0.80)) * 0.7)
    s.over(green, apron)
    s.over(rgb(0.07, 0.28, 0.20), s.box(0.34, 0.76, 0.68, 0.90))
    s.over(green * 1.12, s.box(0.36, 0.785, 0.66, 0.885))
    s.over(GOLD, s.box(0.36, 0.775, 0.66, 0.80))
    s.over(rgb(0.24, 0.16, 0.20), s.box(-1, 0.94, 2, 2))
    return s


def enemy() -> Sheet:
    """A glossy slime of blue ice with big eyes and a sulky mouth."""
    s = Sheet(1.0, rgb(0.5, 0.7, 0.95))
    s.color = ramp(
        s.y + 0.18 * (s.x - 0.5), (0.0, (0.90, 1.0, 1.0)), (0.28, (0.56, 0.86, 1.0)),
        (0.60, (0.28, 0.58, 0.96)), (1.0, (0.14, 0.28, 0.72)),
    )  # fmt: skip
    s.over(rgb(0.62, 0.95, 1.0), s.oval(0.46, 1.0, 0.40, 0.15, 0.1) * 0.6)
    for cx, cy, r in ((0.13, 0.72, 0.045), (0.88, 0.66, 0.05), (0.80, 0.86, 0.04), (0.24, 0.88, 0.03)):
        s.over(rgb(0.76, 0.95, 1.0), s.oval(cx, cy, r, r * 1.2) * 0.7)
    s.over(WHITE, s.stroke(0.22, 0.25, 0.42, 0.155, 0.085, 0.03) * 0.95)
    s.over(WHITE, s.oval(0.145, 0.36, 0.032, 0.05) * 0.85)
    for cx in (0.32, 0.69):
        _eye(s, cx, 0.51, 0.160, 0.20)
    cover = either(s.stroke(0.20, 0.285, 0.35, 0.315, 0.05), s.stroke(0.82, 0.285, 0.67, 0.315, 0.05)) * 0.9
    s.over(rgb(0.09, 0.20, 0.55), cover)
    s.over(rgb(0.07, 0.12, 0.40), s.oval(0.51, 0.80, 0.105, 0.06))
    s.over(rgb(0.95, 0.50, 0.60), s.oval(0.52, 0.825, 0.06, 0.028))
    return s


def animal() -> Sheet:
    """A fox: orange fur, white cheeks, dark ears and a black nose."""
    s = Sheet.graded(rgb(1.0, 0.66, 0.30), rgb(0.80, 0.36, 0.14))
    for sign in (-1, 1):
        ear = smooth(0.02, -0.02, np.abs(s.x - 0.5 - sign * 0.30) - 0.55 * (s.y - 0.01)) * smooth(
            0.36, 0.32, s.y
        )
        s.over(rgb(0.50, 0.20, 0.13), ear * 0.9)
        inner = smooth(0.02, -0.02, np.abs(s.x - 0.5 - sign * 0.30) - 0.42 * (s.y - 0.10)) * smooth(
            0.34, 0.30, s.y
        )
        s.over(rgb(1.0, 0.86, 0.78), inner)
        s.over(CREAM, s.oval(0.5 + sign * 0.27, 0.74, 0.25, 0.20))
    s.over(CREAM, s.oval(0.5, 0.80, 0.20, 0.17))
    cover = smooth(0.02, -0.02, np.abs(s.x - 0.5) - 0.20 * (0.86 - s.y)) * s.box(0, 0.2, 1, 0.68)
    s.over(rgb(1.0, 0.70, 0.36), cover)
    for cx in (0.31, 0.69):
        s.over(INK, s.oval(cx, 0.51, 0.062, 0.085))
        s.over(WHITE, s.oval(cx - 0.018, 0.475, 0.024, 0.03))
        s.over(rgb(0.98, 0.52, 0.44), s.oval(cx + (cx - 0.5) * 0.55, 0.66, 0.07, 0.05, 0.04) * 0.6)
    s.over(INK, s.oval(0.5, 0.70, 0.085, 0.06))
    s.over(WHITE, s.oval(0.475, 0.68, 0.025, 0.016) * 0.9)
    s.over(INK, either(s.stroke(0.5, 0.74, 0.42, 0.82, 0.028), s.stroke(0.5, 0.74, 0.58, 0.82, 0.028)))
    return s


def coin() -> Sheet:
    """Thick gold: a bright rim, a sunken field, a snow star and a glint."""
    s = Sheet(1.0, GOLD)
    dx, dy = s.x - 0.5, s.y - 0.5
    radius = np.hypot(dx, dy)
    fall = single(np.clip(0.5 + (dx + dy) * 1.1, 0, 1))
    s.color = ramp(fall, (0, (1.0, 0.97, 0.68)), (0.4, (1.0, 0.80, 0.26)), (1, (0.80, 0.44, 0.06)))
    cover = smooth(0.355, 0.325, radius)
    s.over(ramp(1 - fall, (0, (1.0, 0.88, 0.42)), (0.6, (0.97, 0.70, 0.16)), (1, (0.78, 0.45, 0.07))), cover)
    s.over(rgb(0.62, 0.32, 0.04), smooth(0.030, 0.008, np.abs(radius - 0.35)) * 0.75)
    star = np.zeros_like(radius)
    for angle in (0.0, np.pi / 3, 2 * np.pi / 3):
        cx, cy = 0.21 * np.sin(angle), 0.21 * np.cos(angle)
        star = np.maximum(star, s.stroke(0.5 - cx, 0.5 - cy, 0.5 + cx, 0.5 + cy, 0.072))
    s.over(rgb(0.60, 0.31, 0.04), np.roll(star, (6, 5), (0, 1)) * 0.7)
    s.over(rgb(1.0, 0.96, 0.66), star)
    s.over(WHITE, s.oval(0.285, 0.245, 0.085, 0.055, 0.03))
    s.shade(1 - 0.45 * smooth(0.455, 0.5, radius))
    return s


def chest() -> Sheet:
    """A wooden chest with iron bands, a gold lock and a little snow on its lid."""
    s = Sheet(1.0, rgb(0.5, 0.3, 0.18))
    plank = (s.y * 6) % 1
    s.color = mix(
        rgb(0.72, 0.45, 0.25), rgb(0.45, 0.25, 0.15), np.clip(0.2 + 0.55 * plank + 0.3 * (s.x - 0.4), 0, 1)
    )
    s.shade(
        1
        + 0.07 * np.sin(2 * np.pi * (s.y * 21 + 0.5 * np.sin(s.x * 9)))
        - 0.5 * smooth(0.12, 0.03, np.minimum(plank, 1 - plank))
    )
    s.shade(1.14 - 0.34 * smooth(0.42, 1.0, s.y))
    s.over(rgb(0.16, 0.09, 0.09), s.box(-1, 0.445, 2, 0.495))
    s.over(rgb(0.98, 0.72, 0.44), s.box(-1, 0.495, 2, 0.525) * 0.6)
    iron = ramp(s.y, (0, (0.70, 0.76, 0.88)), (0.5, (0.44, 0.50, 0.64)), (1, (0.26, 0.31, 0.44)))
    for cx in (0.17, 0.83):
        s.shade(1 - 0.45 * s.box(cx - 0.075, -1, cx + 0.11, 2))
        s.over(iron, s.box(cx - 0.075, -1, cx + 0.075, 2))
        s.over(rgb(0.90, 0.94, 1.0), s.box(cx - 0.07, -1, cx - 0.035, 2) * 0.55)
        for cy in (0.34, 0.60, 0.86):
            s.over(rgb(0.86, 0.90, 0.98), s.oval(cx, cy, 0.032, 0.032))
    s.over(iron * 0.85, either(s.box(-1, 0.94, 2, 2), s.box(-1, -1, 2, 0.03)))
    s.over(rgb(0.30, 0.14, 0.06), s.box(0.36, 0.385, 0.66, 0.735, 0.02) * 0.8)
    cover = s.box(0.37, 0.39, 0.63, 0.70, 0.02)
    s.fade(rgb(1.0, 0.90, 0.48), rgb(0.86, 0.54, 0.10), (s.x + s.y - 0.75) * 1.6, cover)
    s.over(rgb(0.30, 0.15, 0.05), either(s.oval(0.5, 0.52, 0.055, 0.055), s.box(0.475, 0.53, 0.525, 0.64)))
    s.over(WHITE, s.oval(0.42, 0.44, 0.03, 0.025) * 0.9)
    drift = (
        0.135 + 0.045 * np.sin(2 * np.pi * (s.x * 1.5 + 0.1)) + 0.022 * np.sin(2 * np.pi * (s.x * 4 + 0.3))
    )
    s.shade(1 - 0.4 * smooth(drift + 0.09, drift, s.y))
    s.fade(WHITE, rgb(0.66, 0.77, 0.96), s.y / drift - 0.15, smooth(drift + 0.02, drift - 0.02, s.y))
    return s


def door() -> Sheet:
    """Red-brown planks with iron hinges, a lit window and a fir wreath with a red bow."""
    s = Sheet(1.0, rgb(0.5, 0.25, 0.2))
    plank = (s.x * 5) % 1
    s.color = mix(
        rgb(0.66, 0.33, 0.22), rgb(0.42, 0.18, 0.15), np.clip(0.15 + 0.6 * plank + 0.25 * s.y, 0, 1)
    )
    s.shade(
        1
        + 0.05 * np.sin(2 * np.pi * (s.x * 23 + 0.4 * np.sin(s.y * 12)))
        - 0.5 * smooth(0.12, 0.03, np.minimum(plank, 1 - plank))
    )
    frame = np.minimum(np.minimum(s.x, 1 - s.x), s.y)
    cover = smooth(0.105, 0.085, frame)
    s.over(mix(rgb(0.80, 0.58, 0.36), rgb(0.48, 0.31, 0.22), 0.7 * s.x + 0.2 * s.y), cover)
    s.shade(1 - 0.5 * smooth(0.025, 0.008, np.abs(frame - 0.105)))
    s.over(rgb(0.30, 0.16, 0.13), s.box(0.25, 0.155, 0.75, 0.455))
    light = mix(
        rgb(1.0, 0.93, 0.62), rgb(1.0, 0.66, 0.26), np.clip(np.hypot(s.x - 0.5, s.y - 0.32) * 3.2, 0, 1)
    )
    s.over(light, s.box(0.29, 0.18, 0.71, 0.43))
    s.over(rgb(0.36, 0.19, 0.14), either(s.box(0.482, 0.17, 0.518, 0.44), s.box(0.28, 0.29, 0.72, 0.315)))
    s.fade(WHITE, rgb(0.70, 0.80, 0.96), smooth(0.43, 0.48, s.y), s.box(0.23, 0.44, 0.77, 0.478, 0.02))
    ring = np.hypot(s.x - 0.5, (s.y - 0.655) * 1.15)
    leafy = 0.022 * np.sin(np.arctan2(s.y - 0.655, s.x - 0.5) * 13)
    s.shade(1 - 0.4 * smooth(0.10, 0.05, np.abs(np.hypot(s.x - 0.515, (s.y - 0.675) * 1.15) - 0.145)))
    cover = smooth(0.075, 0.055, np.abs(ring - 0.145 + leafy))
    s.fade(rgb(0.30, 0.62, 0.40), rgb(0.06, 0.26, 0.20), (s.x + s.y - 0.95) * 1.7, cover)
    s.over(rgb(0.95, 0.22, 0.22), either(s.oval(0.445, 0.79, 0.065, 0.04), s.oval(0.555, 0.79, 0.065, 0.04)))
    s.over(rgb(0.62, 0.06, 0.12), s.oval(0.5, 0.79, 0.03, 0.03))
    s.over(rgb(0.40, 0.20, 0.05), s.oval(0.80, 0.57, 0.062, 0.042))
    s.over(GOLD, s.oval(0.795, 0.562, 0.05, 0.034))
    cover = smooth(0.065, 0.035, single(s.y + 0.012 * np.sin(s.x * 20)))
    s.fade(WHITE, rgb(0.76, 0.84, 0.97), smooth(0.0, 0.07, s.y), cover)
    return s


def tool() -> Sheet:
    """A pickaxe: ash handle, steel head, on a pale icy ground."""
    s = Sheet.graded(rgb(0.80, 0.90, 0.99), rgb(0.47, 0.61, 0.86))
    handle = (0.27, 0.80, 0.66, 0.33)
    s.over(rgb(0.22, 0.30, 0.54), s.stroke(0.31, 0.84, 0.70, 0.37, 0.13) * 0.45)
    s.over(rgb(0.27, 0.14, 0.11), s.stroke(*handle, 0.145))
    s.fade(rgb(0.80, 0.52, 0.28), rgb(0.54, 0.31, 0.17), (s.x + s.y - 0.9) * 4, s.stroke(*handle, 0.095))
    s.over(rgb(0.80, 0.22, 0.20), s.stroke(0.30, 0.765, 0.36, 0.69, 0.10))
    ring, angle = s.pickaxe()
    width = 0.075 * smooth(0.80, 0.15, angle)
    steel = mix(rgb(0.94, 0.97, 1.0), rgb(0.40, 0.47, 0.61), smooth(0.06, -0.06, ring - 0.475))
    for grow, color in ((0.028, rgb(0.13, 0.16, 0.28)), (0.0, steel)):
        head = smooth(0.02, -0.02, np.abs(ring - 0.475) - width - grow)
        s.over(color, head * smooth(0.86, 0.80, angle - grow))
    s.over(rgb(0.26, 0.31, 0.44), s.stroke(0.635, 0.30, 0.70, 0.36, 0.115))
    return s


def food() -> Sheet:
    """Gingerbread with a wavy ring of icing and three sweets."""
    s = Sheet(1.0, rgb(0.8, 0.5, 0.3))
    dx, dy = s.x - 0.5, s.y - 0.5
    radius, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    s.color = mix(rgb(0.93, 0.64, 0.35), rgb(0.62, 0.33, 0.16), np.clip(0.45 + (dx + dy) * 0.8, 0, 1))
    s.shade(1 - 0.30 * smooth(0.40, 0.50, radius))
    wave = 0.305 + 0.030 * np.sin(angle * 8)
    s.over(rgb(0.46, 0.22, 0.12), smooth(0.065, 0.03, np.abs(radius - wave - 0.012)) * 0.55)
    s.over(CREAM, smooth(0.045, 0.022, np.abs(radius - wave)))
    for turn, color in (
        (-1.57, rgb(0.92, 0.20, 0.26)),
        (0.52, rgb(0.16, 0.64, 0.52)),
        (2.62, rgb(0.98, 0.76, 0.22)),
    ):
        cx, cy = 0.5 + 0.14 * np.cos(turn), 0.5 + 0.14 * np.sin(turn)
        s.over(rgb(0.40, 0.19, 0.11), s.oval(cx + 0.015, cy + 0.02, 0.085, 0.085) * 0.6)
        s.over(color, s.oval(cx, cy, 0.075, 0.075))
        s.over(WHITE, s.oval(cx - 0.025, cy - 0.025, 0.024, 0.02) * 0.85)
    return s


def vehicle() -> Sheet:
    """Masks: red is how much of the plain colour shows, green the light on it, blue what else there is.

    Wheels show at all four corners and the windows lie in the middle, so that it looks like
    a car from the side and from above.
    """
    s = Sheet(1.0, rgb(1, 0.5, 0))
    s.color[..., 1] = np.interp(s.y, [0, 0.15, 0.5, 0.8, 1], [0.72, 0.70, 0.52, 0.40, 0.28])
    s.over(rgb(1, 0.30, 0), s.box(-1, 0.58, 2, 0.63) * 0.8)
    s.over(rgb(1, 0.80, 0), s.box(-1, 0.63, 2, 0.66) * 0.6)
    for x0, x1 in ((0.20, 0.45), (0.52, 0.80)):
        s.over(rgb(0, 0.05, 0.10), s.box(x0 - 0.03, 0.19, x1 + 0.03, 0.56))
        glassy = np.clip(
            0.9 - (s.y - 0.2) * 1.6 + 0.5 * (np.abs((s.x + s.y * 0.4) * 4 % 1 - 0.3) < 0.12), 0, 1
        )
        s.over(channels(0, glassy, 0.30), s.box(x0, 0.23, x1, 0.52))
    for cx in (0.21, 0.79):
        for cy, ry in ((0.98, 0.22), (-0.02, 0.10)):
            s.over(rgb(0, 0.04, 0.08), s.oval(cx, cy, 0.145, ry))
            s.over(rgb(0, 0.75, 0.10), s.oval(cx, cy, 0.065, ry * 0.42))
    s.over(rgb(0, 1.0, 0.9), either(s.oval(0.965, 0.68, 0.045, 0.075), s.oval(0.965, 0.33, 0.03, 0.05)))
    return s


def projectile() -> Sheet:
    """Masks: red is how much of the plain colour shows, green how white the core is."""
    s = Sheet(1.0, rgb(1, 0, 0))
    radius = np.hypot(s.x - 0.5, s.y - 0.5)
    s.color[..., 1] = smooth(0.40, 0.08, np.hypot(s.x - 0.44, s.y - 0.42))
    s.color[..., 2] = smooth(0.30, 0.55, radius)
    return s
