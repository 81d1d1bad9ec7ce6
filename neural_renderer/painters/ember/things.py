"""The ember painter's things, each drawn once over its own box: x to the right and y down, 0..1.

The game's silhouette cuts the drawing, so every drawing fills its box and keeps what matters near the
middle. Figures carry a light, or a colour that lava does not have: ivory and teal, violet, jade. Tinted
things (vehicle, projectile) are masks; `materials` gives them their colour.
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

INK = rgb(0.07, 0.04, 0.09)
FIRE = rgb(1.0, 0.50, 0.10)
GOLD = rgb(1.0, 0.74, 0.20)


def _face(s: Sheet, top: float, chin: float) -> None:
    """A lamplit face: dot eyes, a nose, a mouth, and firelight on the left cheek."""
    h = chin - top
    s.fade(rgb(1.0, 0.84, 0.64), rgb(0.80, 0.44, 0.32), smooth(0.35, 0.95, s.x), s.box(0.12, top, 0.88, chin))
    s.over(rgb(1.0, 0.52, 0.34), s.oval(0.26, top + 0.66 * h, 0.11, 0.18 * h, 0.05) * 0.8)
    for cx in (0.38, 0.68):
        s.over(INK, s.oval(cx, top + 0.44 * h, 0.056, 0.20 * h, 0.014))
        s.over(WHITE, s.oval(cx - 0.016, top + 0.35 * h, 0.022, 0.07 * h, 0.012))
    s.over(rgb(0.86, 0.48, 0.34), s.oval(0.54, top + 0.62 * h, 0.045, 0.10 * h))
    s.over(rgb(0.45, 0.14, 0.14), s.oval(0.54, top + 0.83 * h, 0.09, 0.05 * h))


def player() -> Sheet:
    """A fire warden: a teal helmet with a burning lamp, a white scarf and an ivory coat."""
    s = Sheet.graded(rgb(0.98, 0.95, 0.86), rgb(0.52, 0.62, 0.72))
    s.over(rgb(0.16, 0.12, 0.16), s.box(-1, 0.22, 2, 0.58))
    _face(s, 0.28, 0.58)
    s.fade(rgb(0.30, 0.95, 0.90), rgb(0.03, 0.36, 0.46), 0.7 * s.x + 1.2 * s.y - 0.1, s.box(-1, -1, 2, 0.24))
    s.over(rgb(0.02, 0.22, 0.30), s.box(-1, 0.225, 2, 0.285))
    s.over(rgb(0.55, 1.0, 0.95), s.box(-1, 0.215, 2, 0.24) * 0.8)
    s.over(FIRE, s.oval(0.55, 0.13, 0.17, 0.12, 0.05))
    s.over(rgb(1.0, 0.97, 0.78), s.oval(0.55, 0.13, 0.105, 0.078, 0.03))
    cover = either(s.box(0.04, 0.565, 0.96, 0.665, 0.02), s.box(0.20, 0.60, 0.36, 0.84))
    s.over(rgb(0.06, 0.55, 0.58), cover)
    s.over(rgb(0.35, 0.95, 0.90), s.box(0.06, 0.57, 0.90, 0.595) * 0.7)
    s.shade(1 - 0.45 * s.box(-1, 0.67, 2, 0.70, 0.02))
    s.over(rgb(0.80, 0.62, 0.42), s.box(0.50, 0.70, 0.58, 0.92))
    s.over(rgb(0.20, 0.13, 0.16), s.box(-1, 0.795, 2, 0.86))
    s.over(GOLD, s.box(0.46, 0.785, 0.64, 0.87))
    for cx in (0.08, 0.92):
        s.over(rgb(0.05, 0.48, 0.52), s.oval(cx, 0.80, 0.10, 0.085))
    s.over(rgb(0.16, 0.14, 0.22), s.box(-1, 0.92, 2, 2))
    s.over(rgb(0.55, 0.45, 0.42), s.box(-1, 0.915, 2, 0.94))
    return s


def friend() -> Sheet:
    """A hooded jade keeper with a white beard and a lantern at the chest."""
    s = Sheet.graded(rgb(0.36, 0.86, 0.54), rgb(0.04, 0.30, 0.28))
    s.over(rgb(0.03, 0.19, 0.19), s.oval(0.5, 0.36, 0.36, 0.27))
    _face(s, 0.26, 0.52)
    hood = np.maximum(s.box(-1, -1, 2, 0.22), 1 - s.oval(0.5, 0.36, 0.40, 0.34))
    s.over(rgb(0.10, 0.44, 0.34), hood * s.box(-1, -1, 2, 0.56))
    seam = np.abs(np.hypot((s.x - 0.5) / 0.41, (s.y - 0.36) / 0.35) - 1)
    s.over(rgb(0.55, 1.0, 0.66), smooth(0.075, 0.025, seam) * smooth(0.62, 0.5, s.y))
    beard = either(s.oval(0.5, 0.54, 0.27, 0.12), s.wedge(0.5, 0.78, 0.52, 0.26))
    s.fade(rgb(0.98, 0.95, 0.90), rgb(0.62, 0.60, 0.70), smooth(0.4, 0.8, s.x), beard)
    s.over(rgb(0.66, 0.30, 0.26), s.oval(0.52, 0.50, 0.07, 0.022))
    s.over(FIRE, s.oval(0.76, 0.76, 0.19, 0.16, 0.09) * 0.75)
    s.over(rgb(0.15, 0.10, 0.10), s.box(0.665, 0.645, 0.855, 0.90))
    s.over(rgb(1.0, 0.93, 0.62), s.box(0.695, 0.69, 0.825, 0.86))
    s.over(rgb(0.15, 0.10, 0.10), s.box(0.75, 0.68, 0.77, 0.87))
    s.over(GOLD, s.box(0.10, 0.80, 0.60, 0.85))
    s.over(rgb(0.10, 0.10, 0.14), s.box(-1, 0.94, 2, 2))
    return s


def enemy() -> Sheet:
    """A violet imp: heavy brows, burning slanted eyes and a jagged grin."""
    s = Sheet(1.0, rgb(0.5, 0.2, 0.7))
    s.color = ramp(
        s.y + 0.22 * (s.x - 0.5),
        (0.0, (1.0, 0.72, 1.0)), (0.22, (0.86, 0.38, 0.96)), (0.6, (0.52, 0.14, 0.78)),
        (1.0, (0.24, 0.04, 0.44)),
    )  # fmt: skip
    s.over(rgb(1.0, 0.82, 1.0), s.stroke(0.20, 0.26, 0.40, 0.14, 0.085, 0.03) * 0.9)
    for cx, cy, r in ((0.12, 0.70, 0.05), (0.88, 0.66, 0.055), (0.80, 0.90, 0.05), (0.20, 0.90, 0.045)):
        s.over(rgb(0.30, 0.04, 0.52), s.oval(cx, cy, r, r * 1.2) * 0.8)
    for cx, sign in ((0.30, 1.0), (0.70, -1.0)):
        brow = (s.y - 0.42) - sign * 0.45 * (s.x - cx)
        s.over(rgb(0.17, 0.01, 0.26), s.oval(cx, 0.47, 0.205, 0.175))
        s.over(rgb(1.0, 0.72, 0.16), s.oval(cx, 0.475, 0.158, 0.132) * smooth(-0.035, 0.0, brow))
        s.over(rgb(1.0, 0.98, 0.72), s.oval(cx, 0.495, 0.115, 0.088) * smooth(-0.02, 0.015, brow))
        s.over(rgb(0.12, 0.0, 0.12), s.oval(cx + 0.025, 0.49, 0.048, 0.085))
        s.over(rgb(0.13, 0.0, 0.22), s.stroke(cx - sign * 0.18, 0.31, cx + sign * 0.14, 0.42, 0.075))
    s.over(rgb(0.13, 0.0, 0.20), s.box(0.22, 0.685, 0.78, 0.865, 0.03))
    zig = 0.775 + 0.045 * (np.abs((s.x * 9) % 1 - 0.5) * 4 - 1)
    s.over(rgb(1.0, 0.95, 0.78), s.box(0.25, 0.71, 0.75, 0.84, 0.02) * smooth(0.012, 0.03, np.abs(s.y - zig)))
    return s


def animal() -> Sheet:
    """A cream cat with cinder stripes, a pink nose and eyes that shine green."""
    s = Sheet.graded(rgb(1.0, 0.92, 0.76), rgb(0.80, 0.55, 0.42))
    for sign in (-1, 1):
        cx = 0.5 + sign * 0.29
        s.over(rgb(0.34, 0.17, 0.15), s.wedge(cx, 0.0, 0.36, 0.24, sign * 0.06))
        s.over(rgb(1.0, 0.60, 0.50), s.wedge(cx, 0.10, 0.34, 0.14, sign * 0.05))
        s.over(rgb(1.0, 0.97, 0.90), s.oval(0.5 + sign * 0.15, 0.77, 0.20, 0.15))
        for k in range(2):
            y = 0.60 + 0.13 * k
            s.over(rgb(0.36, 0.18, 0.15), s.stroke(0.5 + sign * 0.5, y, 0.5 + sign * 0.36, y + 0.03, 0.055))
        s.over(rgb(0.10, 0.08, 0.08), s.oval(0.5 + sign * 0.20, 0.52, 0.125, 0.115))
        s.over(rgb(0.36, 1.0, 0.55), s.oval(0.5 + sign * 0.20, 0.52, 0.092, 0.085))
        s.over(INK, s.oval(0.5 + sign * 0.19, 0.52, 0.036, 0.085))
        s.over(WHITE, s.oval(0.47 + sign * 0.20, 0.485, 0.026, 0.026))
        s.over(INK, s.stroke(0.5, 0.79, 0.5 + sign * 0.11, 0.755, 0.032))
    for cx in (0.38, 0.50, 0.62):
        s.over(rgb(0.36, 0.18, 0.15), s.stroke(cx, 0.22, 0.5 + 0.7 * (cx - 0.5), 0.37, 0.055))
    s.over(rgb(0.95, 0.36, 0.40), s.oval(0.5, 0.70, 0.075, 0.05))
    return s


def coin() -> Sheet:
    """Molten gold: a white-hot rim, a darker field and a flame struck into it."""
    s = Sheet(1.0, GOLD)
    dx, dy = s.x - 0.5, s.y - 0.5
    radius = np.hypot(dx, dy)
    fall = single(np.clip(0.5 + (dx + dy) * 1.1, 0, 1))
    s.color = ramp(fall, (0, (1.0, 1.0, 0.86)), (0.45, (1.0, 0.88, 0.40)), (1, (0.98, 0.60, 0.10)))
    field = ramp(1 - fall, (0, (1.0, 0.80, 0.28)), (0.6, (0.93, 0.55, 0.08)), (1, (0.70, 0.32, 0.03)))
    s.over(field, smooth(0.365, 0.335, radius))
    s.over(rgb(0.50, 0.20, 0.01), smooth(0.032, 0.010, np.abs(radius - 0.355)) * 0.8)
    flame = either(s.oval(0.5, 0.58, 0.155, 0.15), s.wedge(0.49, 0.20, 0.56, 0.15, 0.05))
    flame = np.maximum(flame, s.wedge(0.615, 0.34, 0.60, 0.06, 0.02))
    s.over(rgb(0.48, 0.18, 0.0), np.roll(flame, (8, 7), (0, 1)) * 0.75)
    s.over(rgb(1.0, 0.97, 0.72), flame)
    s.over(rgb(0.96, 0.56, 0.08), either(s.oval(0.5, 0.62, 0.07, 0.08), s.wedge(0.50, 0.46, 0.60, 0.06)))
    s.over(WHITE, s.oval(0.27, 0.235, 0.085, 0.055, 0.03))
    s.shade(1 - 0.45 * smooth(0.46, 0.5, radius))
    return s


def chest() -> Sheet:
    """A red chest with gold bands; light leaks from under the lid and out of the lock."""
    s = Sheet(1.0, rgb(0.5, 0.1, 0.1))
    plank = (s.y * 6) % 1
    s.color = mix(
        rgb(0.86, 0.22, 0.16), rgb(0.40, 0.06, 0.10), np.clip(0.15 + 0.45 * plank + 0.45 * s.x, 0, 1)
    )
    s.shade(1 - 0.5 * smooth(0.13, 0.03, np.minimum(plank, 1 - plank)))
    s.shade(1.22 - 0.40 * smooth(0.35, 1.0, s.y))
    s.over(rgb(1.0, 0.62, 0.16), s.box(-1, 0.40, 2, 0.55, 0.05) * 0.55)
    s.over(rgb(0.10, 0.03, 0.05), s.box(-1, 0.435, 2, 0.525))
    s.over(rgb(1.0, 0.96, 0.70), s.box(-1, 0.455, 2, 0.505))
    gold = ramp(s.y, (0, (1.0, 0.92, 0.55)), (0.5, (0.92, 0.62, 0.16)), (1, (0.56, 0.29, 0.06)))
    bands = [s.box(cx - 0.065, -1, cx + 0.065, 2) for cx in (0.14, 0.86)] + [
        s.box(-1, -1, 2, 0.07),
        s.box(-1, 0.92, 2, 2),
    ]
    for band in bands:
        s.shade(1 - 0.5 * np.roll(band, (6, 8), (0, 1)))
    for band in bands:
        s.over(gold, band)
    for cx in (0.14, 0.86):
        for cy in (0.25, 0.62, 0.84):
            s.over(rgb(0.42, 0.18, 0.04), s.oval(cx, cy, 0.036, 0.036))
            s.over(rgb(1.0, 0.97, 0.74), s.oval(cx - 0.008, cy - 0.008, 0.022, 0.022))
    s.over(rgb(0.20, 0.05, 0.03), s.box(0.345, 0.375, 0.655, 0.735, 0.02))
    cover = s.box(0.37, 0.39, 0.63, 0.71, 0.02)
    s.fade(rgb(1.0, 0.95, 0.60), rgb(0.84, 0.48, 0.08), (s.x + s.y - 0.75) * 1.6, cover)
    s.over(rgb(0.25, 0.06, 0.02), either(s.oval(0.5, 0.52, 0.075, 0.07), s.box(0.46, 0.54, 0.54, 0.66)))
    s.over(rgb(1.0, 0.90, 0.50), either(s.oval(0.5, 0.52, 0.042, 0.04), s.box(0.48, 0.54, 0.52, 0.64)))
    return s


def door() -> Sheet:
    """An iron-bound door in a pale stone frame: a barred window of firelight, runes, a ring."""
    s = Sheet(1.0, rgb(0.3, 0.2, 0.2))
    plank = (s.x * 5) % 1
    s.color = mix(
        rgb(0.50, 0.25, 0.15), rgb(0.24, 0.10, 0.10), np.clip(0.15 + 0.6 * plank + 0.25 * s.y, 0, 1)
    )
    s.shade(
        1
        + 0.06 * np.sin(2 * np.pi * (s.x * 23 + 0.4 * np.sin(s.y * 12)))
        - 0.55 * smooth(0.14, 0.03, np.minimum(plank, 1 - plank))
    )
    for cy in (0.56, 0.90):
        s.shade(1 - 0.5 * s.box(-1, cy - 0.02, 2, cy + 0.065))
        cover = s.box(-1, cy - 0.035, 2, cy + 0.035)
        s.over(ramp(s.x, (0, (0.66, 0.62, 0.66)), (1, (0.26, 0.24, 0.32))), cover)
        for cx in (0.24, 0.5, 0.76):
            s.over(rgb(0.95, 0.84, 0.76), s.oval(cx, cy - 0.003, 0.026, 0.016))
    frame = np.minimum(np.minimum(s.x, 1 - s.x), s.y)
    block = np.minimum((s.y * 7) % 1, 1 - (s.y * 7) % 1)
    stone = mix(rgb(0.74, 0.64, 0.62), rgb(0.34, 0.28, 0.36), 0.6 * s.x + 0.3 * s.y)
    s.over(stone * (1 - 0.45 * smooth(0.12, 0.03, block))[..., None], smooth(0.125, 0.105, frame))
    s.shade(1 - 0.6 * smooth(0.028, 0.008, np.abs(frame - 0.125)))
    s.over(FIRE, s.box(0.22, 0.13, 0.78, 0.49, 0.06) * 0.55)
    s.over(INK, s.box(0.265, 0.165, 0.735, 0.455))
    light = mix(
        rgb(1.0, 0.97, 0.70), rgb(1.0, 0.52, 0.12), np.clip(np.hypot(s.x - 0.5, s.y - 0.34) * 3.2, 0, 1)
    )
    s.over(light, s.box(0.295, 0.185, 0.705, 0.435))
    for cx in (0.40, 0.50, 0.60):
        s.over(rgb(0.16, 0.07, 0.07), s.box(cx - 0.013, 0.17, cx + 0.013, 0.45))
    rune = either(s.stroke(0.42, 0.80, 0.50, 0.66, 0.035), s.stroke(0.58, 0.80, 0.50, 0.66, 0.035))
    rune = np.maximum(rune, s.stroke(0.36, 0.74, 0.64, 0.74, 0.03))
    s.over(FIRE, s.oval(0.5, 0.735, 0.19, 0.12, 0.09) * 0.45)
    s.over(rgb(1.0, 0.88, 0.44), rune)
    s.over(rgb(0.10, 0.04, 0.03), s.oval(0.80, 0.73, 0.062, 0.045))
    s.over(GOLD, s.oval(0.795, 0.722, 0.05, 0.036))
    return s


def tool() -> Sheet:
    """A pickaxe, dark against a plate of amber."""
    s = Sheet.graded(rgb(1.0, 0.88, 0.56), rgb(0.86, 0.42, 0.12))
    handle = (0.25, 0.82, 0.66, 0.33)
    s.over(rgb(0.52, 0.20, 0.05), s.stroke(0.29, 0.86, 0.70, 0.37, 0.15) * 0.55)
    s.over(rgb(0.12, 0.05, 0.06), s.stroke(*handle, 0.150))
    s.fade(rgb(0.66, 0.36, 0.20), rgb(0.36, 0.16, 0.12), (s.x + s.y - 0.9) * 4, s.stroke(*handle, 0.095))
    s.over(rgb(0.10, 0.58, 0.58), s.stroke(0.29, 0.775, 0.36, 0.69, 0.105))
    ring, angle = s.pickaxe()
    width = 0.080 * smooth(0.84, 0.15, angle)
    steel = mix(rgb(0.95, 0.97, 1.0), rgb(0.30, 0.32, 0.44), smooth(0.06, -0.06, ring - 0.475))
    for grow, color in ((0.030, INK), (0.0, steel)):
        head = smooth(0.02, -0.02, np.abs(ring - 0.475) - width - grow)
        s.over(color, head * smooth(0.90, 0.84, angle - grow))
    s.over(rgb(0.16, 0.10, 0.16), s.stroke(0.635, 0.30, 0.70, 0.36, 0.115))
    return s


def food() -> Sheet:
    """A fire apple: crimson and glossy, with a jade leaf and a bite of light."""
    s = Sheet(1.0, rgb(0.9, 0.2, 0.2))
    radius = np.hypot(s.x - 0.40, s.y - 0.44)
    s.color = ramp(
        single(radius), (0, (1.0, 0.66, 0.50)), (0.22, (0.98, 0.24, 0.24)), (0.48, (0.70, 0.04, 0.16)),
        (0.8, (0.34, 0.0, 0.14)),
    )  # fmt: skip
    s.over(rgb(0.30, 0.02, 0.08), s.oval(0.5, 0.27, 0.19, 0.065, 0.04) * 0.8)
    s.over(rgb(0.22, 0.10, 0.06), s.stroke(0.5, 0.28, 0.55, 0.10, 0.075))
    s.over(rgb(0.05, 0.24, 0.14), s.oval(0.715, 0.155, 0.205, 0.115))
    cover = s.oval(0.71, 0.145, 0.175, 0.088)
    s.fade(rgb(0.60, 0.98, 0.46), rgb(0.14, 0.56, 0.28), smooth(0.10, 0.22, s.y), cover)
    s.over(WHITE, s.stroke(0.24, 0.50, 0.31, 0.37, 0.085, 0.03) * 0.95)
    s.over(rgb(1.0, 0.62, 0.30), s.stroke(0.60, 0.86, 0.80, 0.70, 0.045, 0.03) * 0.85)
    return s


def vehicle() -> Sheet:
    """Masks: red is how much of the plain colour shows, green the light on it, blue lamplight.

    Wheels show at all four corners and lit windows lie in the middle, so that it looks like
    a car from the side and from above.
    """
    s = Sheet(1.0, rgb(1, 0.5, 0))
    s.color[..., 1] = np.interp(s.y, [0, 0.12, 0.5, 0.8, 1], [0.95, 0.78, 0.52, 0.36, 0.26])
    s.over(rgb(1, 0.20, 0), s.box(-1, 0.585, 2, 0.625) * 0.8)
    s.over(rgb(1, 0.95, 0), s.box(-1, 0.625, 2, 0.655) * 0.6)
    for x0, x1 in ((0.20, 0.45), (0.53, 0.80)):
        s.over(rgb(0, 0.05, 0), s.box(x0 - 0.03, 0.19, x1 + 0.03, 0.56))
        lit = single(0.95 - 0.5 * np.clip(s.y - 0.2, 0, 1))
        s.over(channels(0, 0.3, lit), s.box(x0, 0.23, x1, 0.52))
    for cx in (0.21, 0.79):
        for cy, ry in ((0.98, 0.22), (-0.02, 0.10)):
            s.over(rgb(0, 0.03, 0), s.oval(cx, cy, 0.145, ry))
            s.over(rgb(0, 0.70, 0.12), s.oval(cx, cy, 0.065, ry * 0.42))
    s.over(rgb(0, 0.6, 1.0), either(s.oval(0.955, 0.68, 0.06, 0.09), s.oval(0.955, 0.33, 0.04, 0.06)))
    return s


def projectile() -> Sheet:
    """Masks: red is how much of the plain colour shows, green how white the core is, blue the dark rim."""
    s = Sheet(1.0, rgb(1, 0, 0))
    s.color[..., 1] = smooth(0.42, 0.10, np.hypot(s.x - 0.46, s.y - 0.45))
    s.color[..., 2] = smooth(0.36, 0.58, np.hypot(s.x - 0.5, s.y - 0.5))
    return s
