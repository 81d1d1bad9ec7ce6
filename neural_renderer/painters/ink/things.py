"""The ink painter's things, each brushed once over its own box: x to the right and y down, 0..1.

The game's silhouette cuts the drawing, so every drawing fills its box and keeps what matters near the
middle. Red is kept for what matters. Tinted things (vehicle, projectile) are masks; `materials` gives them
their colour.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.painters.ink.medium import INDIGO, OCHRE, SUMI, VERMILION, Page
from reskin.neural_renderer.painters.kit.brushes import Array, channels, either, rgb, single, smooth
from reskin.neural_renderer.painters.kit.sheets import Sheet

_RED: Final = rgb(0.84, 0.16, 0.10)
_BLACK: Final = rgb(0.10, 0.09, 0.11)
_WHITE: Final = rgb(0.99, 0.97, 0.93)


def _page() -> Page:
    """A box of paper whose washes pool to the lower right."""
    return Page(1.0, repeats=False)


def _pooled(s: Sheet) -> Array:
    """How much pigment has run to the lower right, 0.75..1.3."""
    return single(0.72 + 0.34 * s.x + 0.30 * s.y)


def _line(s: Sheet, x0: float, y0: float, x1: float, y1: float, width: float = 0.045) -> None:
    s.over(_BLACK, s.stroke(x0, y0, x1, y1, width) * 0.92)


def _face(s: Page, top: float, chin: float) -> None:
    """Bare paper with brushed brows, eyes, a mouth and a touch of red on the cheeks."""
    h = chin - top
    s.over(_BLACK, s.box(0.10, top - 0.02, 0.90, chin + 0.02, 0.03))
    s.over(rgb(1.0, 0.93, 0.83), s.box(0.15, top, 0.85, chin, 0.03))
    for cx in (0.27, 0.77):
        s.over(rgb(0.95, 0.52, 0.42), s.oval(cx, top + 0.68 * h, 0.085, 0.15 * h, 0.06) * 0.7)
    for cx in (0.38, 0.68):
        s.over(_BLACK, s.oval(cx, top + 0.46 * h, 0.052, 0.18 * h, 0.02))
    s.over(_BLACK, s.stroke(0.30, top + 0.16 * h, 0.44, top + 0.12 * h, 0.035) * 0.9)
    s.over(_BLACK, s.stroke(0.62, top + 0.12 * h, 0.76, top + 0.16 * h, 0.035) * 0.9)
    s.over(_RED, s.stroke(0.46, top + 0.80 * h, 0.60, top + 0.80 * h, 0.045))


def player() -> Sheet:
    """A wanderer: a straw hat, a vermilion robe with a black sash and a white collar."""
    s = _page()
    s.over(_RED, np.ones_like(s.x))
    s.wash(VERMILION, 0.30 * (_pooled(s) - 0.72))
    s.wash(
        SUMI,
        0.35 * s.brush(0.16, 0.78, 1.5, (0.20, 0.07), 0.3, 0.8)
        + 0.35 * s.brush(0.84, 0.76, 1.6, (0.20, 0.07), 0.7, 0.8),
    )
    _face(s, 0.30, 0.57)
    s.over(rgb(0.88, 0.70, 0.38), s.box(-1, -1, 2, 0.25))
    for k in range(7):
        s.over(rgb(0.42, 0.27, 0.12), s.stroke(0.5, -0.06, -0.15 + 0.217 * k, 0.26, 0.024) * 0.8)
    s.over(_BLACK, s.box(-1, 0.235, 2, 0.295))
    s.over(rgb(0.95, 0.80, 0.48), s.box(-1, 0.225, 2, 0.255) * 0.8)
    for x in (0.22, 0.78):
        s.over(_BLACK, s.stroke(x, 0.56, 0.52, 0.76, 0.135))
        s.over(_WHITE, s.stroke(x, 0.56, 0.52, 0.755, 0.085))
    s.over(_BLACK, s.box(-1, 0.755, 2, 0.83))
    s.over(_WHITE, s.box(0.44, 0.765, 0.58, 0.82))
    _line(s, 0.52, 0.84, 0.50, 1.0, 0.045)
    s.over(_BLACK, s.box(-1, 0.945, 2, 2))
    return s


def friend() -> Sheet:
    """The shopkeeper: an indigo coat with a white crest, a topknot and a grey beard."""
    s = _page()
    s.wash(INDIGO, 0.95 * _pooled(s))
    s.wash(SUMI, 0.25)
    s.over(_BLACK, s.box(-1, -1, 2, 0.30) * 0.92)
    s.over(rgb(0.40, 0.38, 0.40), s.brush(0.5, 0.12, 0.1, (0.42, 0.06), 0.4, 0.8, -0.2) * 0.7)
    _face(s, 0.22, 0.54)
    beard = s.oval(0.53, 0.58, 0.24, 0.13) * smooth(0.44, 0.50, s.y)
    s.over(rgb(0.62, 0.61, 0.62), beard)
    for k in range(5):
        s.over(_WHITE, s.stroke(0.38 + 0.075 * k, 0.50, 0.43 + 0.05 * k, 0.66, 0.03) * 0.8)
    for x in (0.14, 0.86):
        s.over(_WHITE, s.stroke(x, 0.60, 0.5, 0.92, 0.07))
    s.over(_WHITE, s.oval(0.25, 0.84, 0.10, 0.075))
    s.over(rgb(0.20, 0.28, 0.45), s.oval(0.25, 0.84, 0.05, 0.036))
    s.over(rgb(0.86, 0.70, 0.36), s.box(0.60, 0.80, 0.92, 0.90))
    s.over(_BLACK, s.box(-1, 0.95, 2, 2))
    return s


def enemy() -> Sheet:
    """An ink demon: burnt black with dry edges, white eyes with red irises, teeth."""
    s = _page()
    s.over(rgb(0.13, 0.12, 0.15), np.ones_like(s.x))
    for k in range(5):
        cover = s.brush(0.16 + 0.16 * k, 0.16, 1.2 + 0.16 * k, (0.20, 0.05), k * 1.7, 1.0) * 0.55
        s.over(rgb(0.42, 0.41, 0.45), cover)
    s.over(rgb(0.40, 0.39, 0.43), s.brush(0.5, 0.93, 0.0, (0.45, 0.09), 0.2, 1.0, -0.1) * 0.45)
    for cx in (0.30, 0.70):
        s.over(_WHITE, s.oval(cx, 0.47, 0.175, 0.170))
        inner = cx + 0.32 * (0.5 - cx)
        s.over(_RED, s.oval(inner, 0.50, 0.100, 0.110))
        s.over(_BLACK, s.oval(inner, 0.50, 0.048, 0.070))
    for x0, x1 in ((0.08, 0.44), (0.92, 0.56)):
        s.over(rgb(0.13, 0.12, 0.15), s.stroke(x0, 0.23, x1, 0.385, 0.13))
        s.over(_RED, s.stroke(x0, 0.215, x1, 0.355, 0.045) * 0.95)
    s.over(rgb(0.50, 0.08, 0.06), s.oval(0.5, 0.80, 0.24, 0.100))
    tooth = smooth(0.02, -0.02, single(np.abs(s.x % 0.12 - 0.06) - 0.06 + (s.y - 0.71) * 0.45)) * smooth(
        0.83, 0.80, s.y
    )
    s.over(_WHITE, tooth * s.oval(0.5, 0.80, 0.23, 0.09))
    return s


def animal() -> Sheet:
    """A cat: bare paper with patches of ink, whiskers and a red collar."""
    s = _page()
    s.lift(np.ones_like(s.x), _WHITE)
    s.wash(SUMI, 0.16 * smooth(0.4, 1.1, single(s.x + s.y - 0.6)))
    s.wash(
        SUMI,
        1.6 * s.drop(0.20, 0.20, 0.30, 0.24, 0.5, 0.12) + 1.0 * s.drop(0.90, 0.62, 0.20, 0.26, 0.2, 0.15),
    )
    for sign in (-1, 1):
        ear = smooth(0.02, -0.02, single(np.abs(s.x - 0.5 - sign * 0.31) - 0.5 * (s.y - 0.0))) * smooth(
            0.33, 0.29, s.y
        )
        s.over(_BLACK, ear * 0.9)
        inner = smooth(0.02, -0.02, single(np.abs(s.x - 0.5 - sign * 0.31) - 0.36 * (s.y - 0.10))) * smooth(
            0.30, 0.26, s.y
        )
        s.over(rgb(0.93, 0.62, 0.55), inner)
    for cx in (0.32, 0.68):
        s.over(_WHITE, s.oval(cx, 0.50, 0.115, 0.120))
        s.over(_BLACK, s.oval(cx, 0.50, 0.075, 0.100))
        s.over(_WHITE, s.oval(cx - 0.025, 0.465, 0.028, 0.032))
    s.over(rgb(0.90, 0.46, 0.40), s.oval(0.5, 0.645, 0.065, 0.045))
    for y in (0.66, 0.75):
        _line(s, 0.06, y - 0.03, 0.26, y, 0.026)
        _line(s, 0.94, y - 0.03, 0.74, y, 0.026)
    _line(s, 0.5, 0.68, 0.41, 0.765, 0.036)
    _line(s, 0.5, 0.68, 0.59, 0.765, 0.036)
    s.over(_RED, s.box(-1, 0.865, 2, 0.955))
    s.over(rgb(0.95, 0.76, 0.30), s.oval(0.5, 0.91, 0.065, 0.055))
    return s


def coin() -> Sheet:
    """A round vermilion seal: a white ring, a square hole, four cut strokes."""
    s = _page()
    dx, dy = s.x - 0.5, s.y - 0.5
    radius, square = single(np.hypot(dx, dy)), single(np.maximum(np.abs(dx), np.abs(dy)))
    s.over(rgb(0.90, 0.17, 0.08), np.ones_like(s.x))
    s.wash(VERMILION, 0.22 * np.clip(dx + dy + 0.3, 0, 1) + 0.05 * s.cloud(601, 0.06))
    s.lift(smooth(0.032, 0.016, np.abs(radius - 0.375)), _WHITE)
    s.lift(smooth(0.158, 0.135, square), _WHITE)
    s.over(_BLACK, smooth(0.090, 0.070, square))
    for x0, y0 in ((0, -0.255), (0.255, 0), (0, 0.255), (-0.255, 0)):
        wide = (0.075, 0.028) if x0 == 0 else (0.028, 0.075)
        s.lift(s.box(0.5 + x0 - wide[0], 0.5 + y0 - wide[1], 0.5 + x0 + wide[0], 0.5 + y0 + wide[1]), _WHITE)
    return s


def chest() -> Sheet:
    """A black lacquer box with brass corners, tied with a red cord around a white paper seal."""
    s = _page()
    s.over(rgb(0.17, 0.14, 0.16), np.ones_like(s.x))
    s.lift(s.brush(0.45, 0.20, -0.15, (0.44, 0.10), 0.3, 0.9) * 0.30)
    s.lift(s.brush(0.55, 0.74, -0.1, (0.40, 0.08), 0.8, 0.9) * 0.18)
    brass = rgb(0.86, 0.66, 0.30)
    for cx in (0.0, 1.0):
        for cy in (0.0, 1.0):
            s.over(brass, s.box(cx - 0.17, cy - 0.2, cx + 0.17, cy + 0.2))
            s.over(_BLACK, s.oval(cx + 0.085 * (1 - 2 * cx), cy + 0.11 * (1 - 2 * cy), 0.03, 0.036))
    s.over(_BLACK, s.box(-1, 0.40, 2, 0.465))
    s.over(brass, s.box(-1, 0.465, 2, 0.495) * 0.8)
    s.over(_RED, either(s.box(0.24, -1, 0.33, 2), s.box(0.67, -1, 0.76, 2)))
    s.over(_BLACK, s.box(0.345, 0.235, 0.655, 0.765))
    s.over(_WHITE, s.box(0.375, 0.265, 0.625, 0.735))
    s.over(_RED, s.box(0.42, 0.33, 0.58, 0.53))
    s.over(_WHITE, either(s.box(0.455, 0.37, 0.545, 0.395), s.box(0.488, 0.36, 0.512, 0.50)))
    s.over(_BLACK, either(s.oval(0.5, 0.60, 0.04, 0.04), s.box(0.482, 0.60, 0.518, 0.69)))
    return s


def door() -> Sheet:
    """A paper screen in a vermilion gate, with a lit lattice and a black sill."""
    s = _page()
    s.over(rgb(1.0, 0.93, 0.74), np.ones_like(s.x))
    s.wash(OCHRE, 0.55 * np.clip(np.hypot(s.x - 0.5, s.y - 0.45) * 1.3 - 0.1, 0, 1))
    for x in (0.35, 0.50, 0.65):
        s.over(rgb(0.34, 0.20, 0.14), s.box(x - 0.014, 0.2, x + 0.014, 0.66))
    for y in (0.33, 0.45, 0.57):
        s.over(rgb(0.34, 0.20, 0.14), s.box(0.15, y - 0.010, 0.85, y + 0.010))
    s.over(rgb(0.46, 0.29, 0.19), s.box(0.15, 0.66, 0.85, 1.0))
    s.wash(
        SUMI,
        0.6 * s.brush(0.40, 0.82, 0.05, (0.24, 0.06), 0.3, 0.9)
        + 0.5 * s.brush(0.6, 0.90, 0.0, (0.24, 0.04), 0.6, 0.9),
    )
    s.over(_BLACK, s.box(0.475, 0.2, 0.525, 1.0) * 0.85)
    for x in (0.40, 0.60):
        s.over(_BLACK, s.oval(x, 0.60, 0.04, 0.030))
    s.over(_BLACK, either(s.box(-1, 0.125, 2, 0.245), s.box(-1, -1, 0.185, 2), s.box(0.815, -1, 2, 2)))
    s.over(_RED, either(s.box(-1, 0.145, 2, 0.215), s.box(-1, -1, 0.155, 2), s.box(0.845, -1, 2, 2)))
    s.over(_RED * 1.12, s.box(-1, 0.15, 2, 0.17) * 0.8)
    s.over(_BLACK, s.box(-1, -1, 2, 0.085))
    s.over(rgb(0.40, 0.38, 0.40), s.box(-1, 0.02, 2, 0.04) * 0.7)
    s.over(_RED, s.box(0.42, 0.06, 0.58, 0.16))
    s.over(rgb(0.93, 0.74, 0.32), s.box(0.445, 0.08, 0.555, 0.14))
    s.over(_BLACK, s.box(-1, 0.965, 2, 2))
    return s


def tool() -> Sheet:
    """A pickaxe in three strokes on bare paper, with a small red seal."""
    s = _page()
    s.lift(np.ones_like(s.x), _WHITE)
    s.wash(OCHRE, 0.18 * np.clip(s.x + s.y - 0.6, 0, 1.2))
    s.over(rgb(0.50, 0.30, 0.16), s.stroke(0.26, 0.82, 0.66, 0.33, 0.115))
    s.over(_BLACK, s.stroke(0.28, 0.845, 0.68, 0.36, 0.04) * 0.8)
    ring, angle = s.pickaxe()
    width = 0.088 * smooth(0.95, 0.10, angle)
    s.over(_BLACK, smooth(0.02, -0.02, single(np.abs(ring - 0.47) - width)) * smooth(0.95, 0.88, angle))
    turn = np.arctan2(s.y - 0.70, s.x - 0.36)
    gleam = smooth(0.016, 0.004, single(np.abs(ring - 0.495))) * smooth(0.6, 0.4, single(np.abs(turn + 0.95)))
    s.over(rgb(0.62, 0.63, 0.67), gleam)
    s.over(_RED, s.box(0.72, 0.72, 0.90, 0.90))
    s.over(_WHITE, either(s.box(0.755, 0.765, 0.865, 0.785), s.box(0.795, 0.76, 0.825, 0.865)))
    return s


def food() -> Sheet:
    """A persimmon with its dark green leaves."""
    s = _page()
    s.over(rgb(0.97, 0.55, 0.14), np.ones_like(s.x))
    s.wash(VERMILION, 0.35 * np.clip(np.hypot(s.x - 0.36, s.y - 0.38) * 1.5 - 0.15, 0, 1))
    s.lift(s.brush(0.28, 0.50, 1.35, (0.20, 0.07), 0.4, 0.9, 0.2) * 0.75, rgb(1.0, 0.86, 0.55))
    for turn in (0.35, 1.35, 1.80, 2.80):
        cx, cy = 0.5 + 0.15 * float(np.cos(turn)), 0.24 + 0.08 * float(np.sin(turn) - 0.6)
        s.over(rgb(0.17, 0.24, 0.15), s.drop(cx, cy, 0.15, 0.075, turn * 0.6 - 0.9, 0.1) * 1.0)
    s.over(_BLACK, s.stroke(0.5, 0.20, 0.55, 0.07, 0.055))
    return s


def vehicle() -> Sheet:
    """Masks: red is how much of the plain colour shows, green how much ink lies on it, blue bare paper.

    A cart that looks right from the side and from above: wheels at the corners, windows in the middle.
    """
    s = Sheet(1.0, rgb(1, 0.12, 0))
    s.color[..., 1] = 0.10 + 0.45 * smooth(0.45, 1.0, s.y)
    ink, bare = rgb(0, 1, 0), rgb(0, 0.10, 1)
    s.over(ink, s.box(-1, 0.60, 2, 0.655) * 0.9)
    for x0, x1 in ((0.18, 0.46), (0.53, 0.82)):
        s.over(ink, s.box(x0 - 0.035, 0.155, x1 + 0.035, 0.555))
        s.over(bare, s.box(x0, 0.20, x1, 0.51))
        s.over(rgb(0, 0.5, 0.8), s.stroke(x0 + 0.05, 0.44, x0 + 0.16, 0.25, 0.05) * 0.7)
    for cx in (0.21, 0.79):
        for cy, ry in ((0.97, 0.25), (-0.02, 0.11)):
            s.over(ink, s.oval(cx, cy, 0.165, ry))
            s.over(bare, s.oval(cx, cy, 0.095, ry * 0.58))
            s.over(ink, s.oval(cx, cy, 0.045, ry * 0.28))
    s.over(bare, either(s.oval(0.955, 0.73, 0.05, 0.07), s.oval(0.96, 0.33, 0.03, 0.05)))
    return s


def projectile() -> Sheet:
    """Masks: red is the density of the plain colour, green bare paper, blue ink."""
    s = Page(1.0, repeats=False)
    radius = single(np.hypot(s.x - 0.5, s.y - 0.5))
    red = 0.55 + 0.45 * smooth(0.1, 0.42, radius)
    bare = s.oval(0.38, 0.36, 0.13, 0.11, 0.06)
    ink = 0.8 * smooth(0.40, 0.48, radius)
    s.color = channels(red, bare, ink)
    return s
