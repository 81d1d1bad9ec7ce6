"""The neon painter's things, each drawn once over its own box: x to the right and y down, 0..1.

The game's silhouette cuts the drawing, so every drawing fills its box and keeps what matters near the
middle. They look like the signs of an arcade: lit from within, with bright features. `painter` draws the
outline. Tinted things (vehicle, projectile) are masks; `materials` gives them their colour.
"""

from __future__ import annotations

import numpy as np

from reskin.neural_renderer.painters.kit.brushes import (
    WHITE,
    Array,
    channels,
    either,
    mix,
    ramp,
    rgb,
    single,
    smooth,
)
from reskin.neural_renderer.painters.kit.sheets import Sheet

INK = rgb(0.025, 0.010, 0.070)
CYAN = rgb(0.15, 0.95, 1.0)
PINK = rgb(1.0, 0.20, 0.65)
LIME = rgb(0.45, 1.0, 0.30)
AMBER = rgb(1.0, 0.72, 0.15)


def _fall(*stops: tuple[float, tuple[float, float, float]]) -> Sheet:
    """A unit sheet with colours from the upper left to the lower right."""
    s = Sheet(1.0, INK)
    s.color = ramp(np.clip(0.30 * s.x + 0.80 * s.y - 0.05, 0, 1), *stops)
    return s


def _lamp(s: Sheet, cover: Array, color: Array, halo: Array | None = None, gain: float = 0.55) -> None:
    """Something that shines: `cover` is filled, `halo` is added around it."""
    if halo is not None:
        s.color = single(s.color + color * (gain * halo)[..., None])
    s.over(color, cover)


def player() -> Sheet:
    """A racer: a white helmet, a deep blue visor with eyes of light, a suit with a lit chest."""
    s = _fall((0, (0.14, 0.62, 0.95)), (0.6, (0.06, 0.34, 0.78)), (1, (0.04, 0.14, 0.48)))
    shell = mix(rgb(1.0, 1.0, 1.0), rgb(0.52, 0.68, 1.0), np.clip(0.9 * s.x + 0.8 * s.y - 0.30, 0, 1))
    s.over(shell, s.box(-1, -1, 2, 0.585))
    s.over(PINK, s.box(0.42, -1, 0.62, 0.16))
    visor = ramp(s.y, (0.20, (0.06, 0.20, 0.62)), (0.36, (0.02, 0.05, 0.25)), (0.52, (0.02, 0.02, 0.14)))
    s.over(visor, s.box(0.12, 0.205, 1.2, 0.53, 0.02))
    for cx in (0.40, 0.72):
        s.color = single(s.color + rgb(0.05, 0.45, 0.55) * s.oval(cx, 0.37, 0.17, 0.19, 0.1)[..., None])
        s.over(rgb(0.70, 1.0, 1.0), s.oval(cx, 0.37, 0.085, 0.115))
    s.over(INK, s.box(-1, 0.575, 2, 0.615))
    s.over(WHITE, s.oval(0.54, 0.715, 0.15, 0.075))
    s.over(PINK, s.oval(0.54, 0.715, 0.085, 0.045))
    for cx in (0.07, 0.93):
        s.over(WHITE, s.oval(cx, 0.79, 0.10, 0.085))
    s.over(INK, s.box(-1, 0.835, 2, 0.87))
    s.over(INK, s.box(0.47, 0.86, 0.53, 2))
    s.over(WHITE, s.box(-1, 0.94, 2, 2))
    return s


def friend() -> Sheet:
    """A shopkeeper of the night: sunglasses, a lime quiff and a jacket with a lit zip."""
    s = _fall((0, (0.10, 0.60, 0.40)), (0.55, (0.05, 0.42, 0.36)), (1, (0.02, 0.18, 0.22)))
    skin = mix(rgb(1.0, 0.80, 0.66), rgb(0.78, 0.40, 0.58), smooth(0.25, 1.0, s.x))
    s.over(INK, s.box(-1, 0.20, 2, 0.57))
    s.over(skin, s.box(0.12, 0.22, 0.88, 0.56))
    hair = mix(rgb(0.80, 1.0, 0.35), rgb(0.12, 0.70, 0.30), np.clip(s.x * 0.7 + s.y * 1.6 - 0.1, 0, 1))
    s.over(hair, smooth(0.015, -0.015, single(s.y - 0.225 - 0.035 * np.sin(s.x * 22))))
    s.over(
        INK,
        either(
            s.box(0.10, 0.285, 0.90, 0.325),
            s.oval(0.33, 0.37, 0.175, 0.095),
            s.oval(0.70, 0.37, 0.175, 0.095),
        ),
    )
    lens = ramp(s.y, (0.29, (0.20, 0.95, 1.0)), (0.37, (0.75, 0.30, 1.0)), (0.45, (1.0, 0.25, 0.60)))
    s.over(lens, either(s.oval(0.33, 0.37, 0.135, 0.066), s.oval(0.70, 0.37, 0.135, 0.066)))
    s.over(WHITE, either(s.stroke(0.26, 0.385, 0.31, 0.335, 0.03), s.stroke(0.63, 0.385, 0.68, 0.335, 0.03)))
    s.over(rgb(0.60, 0.12, 0.35), s.stroke(0.40, 0.50, 0.64, 0.485, 0.045))
    s.over(INK, s.box(-1, 0.56, 2, 0.60))
    cover = either(s.stroke(0.22, 0.60, 0.48, 0.78, 0.075), s.stroke(0.78, 0.60, 0.52, 0.78, 0.075))
    s.over(rgb(0.85, 1.0, 0.75), cover)
    _lamp(s, s.box(0.475, 0.74, 0.525, 2), LIME, s.box(0.40, 0.70, 0.60, 2, 0.07) * 0.6)
    s.over(LIME, s.box(-1, 0.90, 2, 0.935) * 0.8)
    return s


def enemy() -> Sheet:
    """A red arcade ghost with big white eyes and a zigzag mouth."""
    s = _fall(
        (0, (1.0, 0.62, 0.50)), (0.25, (1.0, 0.18, 0.26)), (0.65, (0.82, 0.02, 0.28)), (1, (0.40, 0.0, 0.24))
    )
    s.over(rgb(1.0, 0.80, 0.74), s.stroke(0.18, 0.25, 0.40, 0.13, 0.07, 0.03) * 0.9)
    for cx in (0.30, 0.71):
        s.over(rgb(0.34, 0.0, 0.16), s.oval(cx, 0.42, 0.195, 0.215))
        s.over(WHITE, s.oval(cx, 0.415, 0.160, 0.180))
        s.over(rgb(0.05, 0.15, 0.95), s.oval(cx + 0.045, 0.455, 0.095, 0.110))
        s.over(INK, s.oval(cx + 0.055, 0.465, 0.050, 0.065))
        s.over(WHITE, s.oval(cx + 0.015, 0.405, 0.036, 0.036))
    for sign, cx in ((1, 0.30), (-1, 0.71)):
        s.over(rgb(0.30, 0.0, 0.14), s.stroke(cx - sign * 0.17, 0.215, cx + sign * 0.13, 0.31, 0.075))
    zig = 0.76 + 0.055 * (np.abs((s.x * 4.4 + 0.2) % 1 - 0.5) * 4 - 1)
    mouth = smooth(0.052, 0.028, np.abs(s.y - zig)) * s.box(0.18, 0.6, 0.84, 1)
    s.over(rgb(0.26, 0.0, 0.12), smooth(0.088, 0.06, np.abs(s.y - zig)) * s.box(0.13, 0.6, 0.89, 1))
    s.over(rgb(1.0, 0.94, 0.55), mouth)
    return s


def animal() -> Sheet:
    """A violet cat with pink ears and whiskers of light."""
    s = _fall((0, (0.88, 0.70, 1.0)), (0.45, (0.66, 0.42, 0.98)), (1, (0.34, 0.14, 0.68)))
    for sign in (-1, 1):
        cx = 0.5 + sign * 0.31
        s.over(rgb(0.26, 0.08, 0.52), s.wedge(cx, -0.02, 0.36, 0.25))
        s.over(PINK, s.wedge(cx, 0.10, 0.34, 0.145))
        s.over(INK, s.oval(0.5 + sign * 0.21, 0.50, 0.135, 0.135))
        s.over(rgb(0.35, 1.0, 0.95), s.oval(0.5 + sign * 0.21, 0.50, 0.100, 0.102))
        s.over(INK, s.oval(0.5 + sign * 0.20, 0.50, 0.040, 0.098))
        s.over(WHITE, s.oval(0.47 + sign * 0.21, 0.455, 0.030, 0.032))
        for y in (0.69, 0.79):
            s.over(rgb(0.95, 0.98, 1.0), s.stroke(0.5 + sign * 0.16, 0.73, 0.5 + sign * 0.46, y, 0.028) * 0.9)
        s.over(rgb(0.20, 0.05, 0.42), s.stroke(0.5, 0.795, 0.5 + sign * 0.11, 0.755, 0.036))
    for cx in (0.40, 0.50, 0.60):
        s.over(rgb(0.30, 0.10, 0.58), s.stroke(cx, 0.20, 0.5 + 0.7 * (cx - 0.5), 0.33, 0.050))
    s.over(rgb(1.0, 0.35, 0.62), s.oval(0.5, 0.70, 0.080, 0.052))
    return s


def coin() -> Sheet:
    """An arcade token: two golden tubes and a star of light."""
    s = Sheet(1.0, INK)
    dx, dy = s.x - 0.5, s.y - 0.5
    radius, angle = np.hypot(dx, dy), np.arctan2(dx, -dy)
    s.color = ramp(
        single(radius), (0, (0.86, 0.52, 0.06)), (0.30, (0.50, 0.22, 0.03)), (0.42, (0.98, 0.72, 0.14)),
        (0.5, (0.9, 0.55, 0.08)),
    )  # fmt: skip
    ring = smooth(0.075, 0.035, np.abs(radius - 0.405))
    s.fade(rgb(1.0, 0.98, 0.72), rgb(1.0, 0.74, 0.14), 0.5 + (dx + dy) * 1.1, ring)
    s.over(rgb(0.36, 0.13, 0.02), smooth(0.028, 0.010, np.abs(radius - 0.318)) * 0.9)
    point = np.abs((angle / (2 * np.pi / 5) + 0.5) % 1 - 0.5) * 2
    edge = 0.255 - 0.140 * point**0.8
    s.over(rgb(0.34, 0.12, 0.01), smooth(0.055, 0.015, radius - edge) * 0.85)
    s.fade(rgb(1.0, 1.0, 0.86), rgb(1.0, 0.86, 0.30), radius * 4, smooth(0.012, -0.018, radius - edge))
    s.over(WHITE, s.stroke(0.17, 0.33, 0.29, 0.18, 0.055, 0.03))
    return s


def chest() -> Sheet:
    """A violet crate with amber tubes; the seam and the lock shine."""
    s = _fall((0, (0.50, 0.20, 0.66)), (0.5, (0.28, 0.09, 0.46)), (1, (0.13, 0.03, 0.26)))
    plank = (s.y * 6) % 1
    s.shade(0.82 + 0.36 * smooth(0.05, 0.3, plank) * smooth(1.0, 0.7, plank))
    s.over(AMBER, s.box(-1, 0.40, 2, 0.56, 0.06) * 0.50)
    s.over(INK, s.box(-1, 0.43, 2, 0.53))
    s.over(rgb(1.0, 0.95, 0.66), s.box(-1, 0.455, 2, 0.505))
    for cx in (0.17, 0.83):
        s.over(INK, s.box(cx - 0.095, -1, cx + 0.095, 2))
        cover = s.box(cx - 0.065, -1, cx + 0.065, 2)
        s.over(ramp(s.y, (0, (1.0, 0.90, 0.45)), (0.5, (1.0, 0.62, 0.14)), (1, (0.85, 0.32, 0.20))), cover)
        for cy in (0.25, 0.66, 0.85):
            s.over(rgb(0.40, 0.12, 0.08), s.oval(cx, cy, 0.032, 0.032))
    s.over(INK, s.box(0.325, 0.355, 0.675, 0.755, 0.02))
    cover = s.box(0.355, 0.385, 0.645, 0.725, 0.02)
    s.fade(rgb(1.0, 0.96, 0.60), rgb(1.0, 0.50, 0.15), (s.x + s.y - 0.75) * 1.5, cover)
    s.over(INK, either(s.oval(0.5, 0.515, 0.082, 0.076), s.box(0.455, 0.53, 0.545, 0.67)))
    s.over(CYAN, either(s.oval(0.5, 0.515, 0.045, 0.042), s.box(0.48, 0.53, 0.52, 0.64)))
    return s


def door() -> Sheet:
    """A portal: arches of light one in another, and a bright way in."""
    s = _fall((0, (0.16, 0.08, 0.36)), (1, (0.06, 0.02, 0.16)))
    dx = np.abs(s.x - 0.5)
    dy = np.maximum(0.46 - s.y, 0)
    radius = single(np.hypot(dx, dy))
    s.color = ramp(
        radius, (0, (0.95, 0.98, 1.0)), (0.08, (0.60, 0.85, 1.0)), (0.20, (0.38, 0.30, 0.95)),
        (0.27, (0.22, 0.06, 0.50)), (0.30, (0.06, 0.02, 0.16)), (0.5, (0.12, 0.05, 0.28)),
    )  # fmt: skip
    steps = smooth(0.2, 0.35, np.abs((s.y * 9) % 1 - 0.5)) * smooth(0.46, 0.9, s.y) * (radius < 0.27)
    s.shade(1 - 0.45 * steps)
    for at, color, width in ((0.305, CYAN, 0.026), (0.405, PINK, 0.026)):
        away = np.abs(radius - at)
        s.color = single(s.color + color * (0.5 * smooth(0.085, 0, away) ** 2)[..., None])
        s.over(mix(color, WHITE, 0.45), smooth(width + 0.012, width - 0.012, away))
    s.over(INK, either(s.oval(0.395, 0.66, 0.040, 0.032), s.box(-1, -1, -0.5, 0)))
    s.over(AMBER, s.oval(0.395, 0.66, 0.028, 0.022))
    s.over(rgb(1.0, 0.85, 0.45), s.box(0.20, 0.955, 0.80, 0.985))
    return s


def tool() -> Sheet:
    """A pickaxe in violet ink on a plate of white light."""
    s = _fall((0, (1.0, 1.0, 1.0)), (0.5, (0.76, 0.92, 1.0)), (1, (0.50, 0.62, 1.0)))
    handle = (0.25, 0.82, 0.66, 0.33)
    s.over(rgb(0.30, 0.30, 0.80), s.stroke(0.29, 0.86, 0.70, 0.37, 0.15) * 0.4)
    s.over(INK, s.stroke(*handle, 0.150))
    s.over(PINK, s.stroke(*handle, 0.090))
    ring, angle = s.pickaxe()
    width = 0.080 * smooth(0.84, 0.15, angle)
    steel = mix(rgb(0.55, 1.0, 1.0), rgb(0.10, 0.30, 0.85), smooth(0.06, -0.06, ring - 0.475))
    for grow, color in ((0.034, INK), (0.0, steel)):
        head = smooth(0.02, -0.02, np.abs(ring - 0.475) - width - grow)
        s.over(color, head * smooth(0.90, 0.84, angle - grow))
    s.over(INK, s.stroke(0.635, 0.30, 0.70, 0.36, 0.115))
    return s


def food() -> Sheet:
    """A strawberry with seeds of light."""
    s = Sheet(1.0, INK)
    radius = single(np.hypot(s.x - 0.40, s.y - 0.45))
    s.color = ramp(
        radius, (0, (1.0, 0.60, 0.66)), (0.22, (1.0, 0.20, 0.42)), (0.5, (0.74, 0.02, 0.34)),
        (0.8, (0.34, 0.0, 0.26)),
    )  # fmt: skip
    for row in range(4):
        for column in range(4 - row % 2):
            cx, cy = 0.16 + 0.225 * column + 0.11 * (row % 2), 0.40 + 0.155 * row
            s.over(rgb(0.50, 0.0, 0.26), s.oval(cx, cy + 0.012, 0.034, 0.044))
            s.over(rgb(1.0, 0.95, 0.50), s.oval(cx, cy, 0.022, 0.034))
    for cx in (0.14, 0.38, 0.62, 0.86):
        s.over(rgb(0.02, 0.20, 0.14), s.oval(cx + 0.01, 0.165, 0.165, 0.150))
    for cx in (0.14, 0.38, 0.62, 0.86):
        cover = s.oval(cx, 0.125, 0.140, 0.135)
        s.fade(rgb(0.75, 1.0, 0.40), rgb(0.10, 0.66, 0.34), smooth(0.02, 0.26, s.y), cover)
    s.over(WHITE, s.stroke(0.13, 0.48, 0.17, 0.34, 0.060, 0.03) * 0.9)
    return s


def vehicle() -> Sheet:
    """Masks: red is how much of the plain colour shows, green the light on it, blue lamplight.

    Wheels show at all four corners and dark windows lie in the middle, so that it looks like a car
    from the side and from above.
    """
    s = Sheet(1.0, rgb(1, 0.5, 0))
    s.color[..., 1] = np.interp(s.y, [0, 0.10, 0.35, 0.6, 1], [1.0, 0.80, 0.58, 0.40, 0.24])
    s.over(rgb(1, 1.0, 0.25), s.box(-1, 0.60, 2, 0.645))
    for x0, x1 in ((0.20, 0.45), (0.53, 0.80)):
        s.over(rgb(0, 0, 0), s.box(x0 - 0.035, 0.175, x1 + 0.035, 0.565))
        glint = smooth(0.10, 0.03, np.abs((s.x + s.y * 0.5) * 4 % 1 - 0.4))
        cover = s.box(x0, 0.215, x1, 0.525)
        s.over(channels(0, 0.18 + 0.5 * glint, 0.42 - 0.5 * (s.y - 0.2)), cover)
    for cx in (0.21, 0.79):
        for cy, ry in ((0.98, 0.24), (-0.02, 0.11)):
            s.over(rgb(0, 0, 0), s.oval(cx, cy, 0.155, ry))
            cover = s.oval(cx, cy, 0.115, ry * 0.74) * (1 - s.oval(cx, cy, 0.072, ry * 0.46))
            s.over(rgb(0, 0.9, 0.5), cover)
    s.over(rgb(0, 1.0, 1.0), either(s.oval(0.955, 0.69, 0.06, 0.09), s.oval(0.955, 0.33, 0.04, 0.06)))
    return s


def projectile() -> Sheet:
    """Masks: red is how much of the plain colour shows, green how white the core is."""
    s = Sheet(1.0, rgb(1, 0, 0))
    s.color[..., 1] = smooth(0.44, 0.14, np.hypot(s.x - 0.5, s.y - 0.5))
    return s
