"""The watercolour painter's things, in washes and ink. Each is drawn over its own box, 0..1.

The game's silhouette cuts the drawing, so each fills its box and keeps its marks near the middle.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.painters.kit.brushes import Array, box, disc, either, mix, single, smooth, stroke
from reskin.neural_renderer.painters.kit.pixels import Pixels
from reskin.neural_renderer.painters.watercolour.medium import (
    BARE,
    INK,
    lay_watercolour,
    watercolour,
    watercolour_tinted,
)

SKIN: Final = watercolour(0.985, 0.815, 0.690)
BLUSH: Final = watercolour(0.960, 0.600, 0.540)
GOLD: Final = watercolour(0.995, 0.840, 0.300)
GOLD_DEEP: Final = watercolour(0.900, 0.590, 0.130)
OAK: Final = watercolour(0.800, 0.570, 0.350)
OAK_DEEP: Final = watercolour(0.600, 0.390, 0.230)
STEEL: Final = watercolour(0.640, 0.710, 0.800)
SLATE: Final = watercolour(0.330, 0.350, 0.450)


def _oval(u: Array, v: Array, cx: float, cy: float, rx: float, ry: float, soft: float = 0.03) -> Array:
    """Coverage of an upright ellipse."""
    return smooth(1 + soft / rx, 1 - soft / rx, np.hypot((u - cx) / rx, (v - cy) / ry))


def _arc(u: Array, v: Array, cx: float, cy: float, rx: float, ry: float, width: float, low: bool) -> Array:
    """Coverage of the lower (a smile) or upper half of an ellipse's outline."""
    ring = smooth(width, 0.3 * width, np.abs(np.hypot((u - cx) / rx, (v - cy) / ry) - 1) * min(rx, ry))
    return ring * (smooth(cy - 0.02, cy + 0.02, v) if low else smooth(cy + 0.02, cy - 0.02, v))


def _volume(s: Pixels, wash: Array, amount: float = 0.55) -> Array:
    """A wash that is thin towards the light at the upper left and gathers at the lower right."""
    return wash * (1 - 0.5 * amount + amount * smooth(0.35, 1.65, s.u + s.v))[..., None]


def _eyes(s: Pixels, a: Array, left: float, right: float, y: float, size: float) -> Array:
    """Two ink eyes with a spark of bare paper."""
    for x in (left, right):
        a = lay_watercolour(a, INK * 1.15, _oval(s.u, s.v, x, y, size * 0.8, size))
        a = lay_watercolour(a, BARE, disc(s.u, s.v, x - size * 0.25, y - size * 0.4, size * 0.30, 0.02))
    return a


def _cheeks(s: Pixels, a: Array, left: float, right: float, y: float) -> Array:
    """A blush glazed over the skin."""
    cover = either(_oval(s.u, s.v, left, y, 0.10, 0.055, 0.06), _oval(s.u, s.v, right, y, 0.10, 0.055, 0.06))
    return single(a + BLUSH * 0.7 * cover[..., None])


def player(s: Pixels) -> Array:
    u, v = s.u, s.v
    coat, hat = watercolour(0.860, 0.235, 0.215), watercolour(0.900, 0.290, 0.235)
    a = _volume(s, coat)
    a = lay_watercolour(a, _volume(s, watercolour(0.290, 0.380, 0.640)), smooth(0.775, 0.795, v))
    a = lay_watercolour(a, INK * 0.8, stroke(u, v, 0.5, 0.83, 0.5, 1.1, 0.05))
    a = lay_watercolour(a, _volume(s, OAK_DEEP * 1.15), smooth(0.905, 0.925, v))
    a = lay_watercolour(a, _volume(s, SKIN, 0.4), box(u, v, -0.1, 0.24, 1.1, 0.54))
    a = lay_watercolour(
        a, OAK_DEEP, either(box(u, v, -0.1, 0.2, 0.15, 0.44), box(u, v, 0.87, 0.2, 1.1, 0.44))
    )
    a = _cheeks(s, a, 0.27, 0.77, 0.46)
    a = _eyes(s, a, 0.37, 0.69, 0.375, 0.075)
    a = lay_watercolour(a, INK, _arc(u, v, 0.54, 0.455, 0.09, 0.035, 0.028, low=True))
    a = lay_watercolour(a, _volume(s, hat), smooth(0.235, 0.215, v + 0.03 * np.sin(u * np.pi)))
    a = lay_watercolour(a, BARE, stroke(u, v, 0.28, 0.07, 0.5, 0.05, 0.05) * 0.75)
    a = lay_watercolour(a, GOLD_DEEP, box(u, v, -0.1, 0.175, 1.1, 0.235))
    scarf = box(u, v, -0.1, 0.53, 1.1, 0.605) + stroke(u, v, 0.27, 0.57, 0.21, 0.74, 0.13)
    a = lay_watercolour(a, _volume(s, GOLD), np.minimum(scarf, 1))
    a = lay_watercolour(
        a,
        INK,
        0.7 * either(stroke(u, v, -0.1, 0.545, 1.1, 0.545, 0.02), stroke(u, v, -0.1, 0.62, 1.1, 0.62, 0.02)),
    )
    a = lay_watercolour(
        a,
        INK,
        0.7
        * either(stroke(u, v, -0.1, 0.245, 1.1, 0.245, 0.025), stroke(u, v, -0.1, 0.785, 1.1, 0.785, 0.025)),
    )
    return lay_watercolour(a, GOLD, either(disc(u, v, 0.60, 0.67, 0.04), disc(u, v, 0.60, 0.735, 0.04)))


def friend(s: Pixels) -> Array:
    u, v = s.u, s.v
    coat, hair = watercolour(0.240, 0.600, 0.580), watercolour(0.560, 0.300, 0.200)
    a = _volume(s, coat)
    a = lay_watercolour(a, _volume(s, watercolour(0.985, 0.950, 0.860)), _oval(u, v, 0.5, 0.95, 0.27, 0.34))
    a = lay_watercolour(
        a, INK, 0.55 * smooth(0.035, 0.012, np.abs(np.hypot((u - 0.5) / 0.27, (v - 0.95) / 0.34) - 1))
    )
    a = lay_watercolour(a, hair, smooth(0.57, 0.55, v))
    a = lay_watercolour(a, _volume(s, SKIN, 0.4), _oval(u, v, 0.5, 0.385, 0.36, 0.205))
    fringe = smooth(0.27, 0.25, single(v - 0.05 * np.cos(u * 15)))
    a = lay_watercolour(a, _volume(s, hair), fringe)
    a = lay_watercolour(
        a, _volume(s, watercolour(0.980, 0.770, 0.300)), smooth(0.17, 0.15, v + 0.05 * np.sin(u * np.pi))
    )
    a = lay_watercolour(a, watercolour(0.930, 0.430, 0.400), box(u, v, -0.1, 0.125, 1.1, 0.175))
    a = _cheeks(s, a, 0.27, 0.73, 0.47)
    a = _eyes(s, a, 0.36, 0.64, 0.385, 0.072)
    a = lay_watercolour(a, INK, _arc(u, v, 0.5, 0.455, 0.10, 0.05, 0.028, low=True))
    return lay_watercolour(a, INK, 0.7 * stroke(u, v, -0.1, 0.60, 1.1, 0.60, 0.025))


def enemy(s: Pixels) -> Array:
    u, v = s.u, s.v
    a = _volume(
        s, mix(watercolour(0.740, 0.400, 0.740), watercolour(0.470, 0.230, 0.590), smooth(0.25, 1.0, v)), 0.6
    )
    a = lay_watercolour(a, BARE, 0.6 * stroke(u, v, 0.24, 0.36, 0.34, 0.24, 0.07))
    for x, look in ((0.33, 0.03), (0.69, -0.03)):
        a = lay_watercolour(a, INK, _oval(u, v, x, 0.54, 0.165, 0.19, 0.02))
        a = lay_watercolour(a, BARE, _oval(u, v, x, 0.54, 0.13, 0.155, 0.02))
        a = lay_watercolour(a, INK * 1.2, _oval(u, v, x + look, 0.575, 0.06, 0.085, 0.02))
    brow = either(stroke(u, v, 0.15, 0.32, 0.42, 0.43, 0.06), stroke(u, v, 0.87, 0.32, 0.60, 0.43, 0.06))
    a = lay_watercolour(a, INK, brow)
    mouth = _oval(u, v, 0.51, 0.82, 0.17, 0.07, 0.02)
    a = lay_watercolour(a, INK, mouth)
    tooth = either(box(u, v, 0.40, 0.74, 0.47, 0.82), box(u, v, 0.55, 0.74, 0.62, 0.82))
    return lay_watercolour(a, BARE, tooth * mouth)


def animal(s: Pixels) -> Array:
    """A fox, face on."""
    u, v = s.u, s.v
    a = _volume(s, watercolour(0.940, 0.560, 0.270), 0.5)
    for side in (-1, 1):
        a = lay_watercolour(
            a, watercolour(0.985, 0.860, 0.790), _oval(u, v, 0.5 + side * 0.36, 0.13, 0.09, 0.16)
        )
        a = lay_watercolour(
            a, watercolour(0.990, 0.955, 0.890), _oval(u, v, 0.5 + side * 0.34, 0.72, 0.25, 0.21, 0.04)
        )
    a = lay_watercolour(a, watercolour(0.990, 0.955, 0.890), _oval(u, v, 0.5, 0.82, 0.22, 0.18, 0.04))
    a = _eyes(s, a, 0.29, 0.71, 0.49, 0.085)
    a = lay_watercolour(a, INK * 1.1, _oval(u, v, 0.5, 0.68, 0.085, 0.06))
    a = lay_watercolour(
        a,
        INK,
        either(
            _arc(u, v, 0.41, 0.75, 0.09, 0.06, 0.028, low=True),
            _arc(u, v, 0.59, 0.75, 0.09, 0.06, 0.028, low=True),
        ),
    )
    return a + watercolour(0.80, 0.42, 0.2) * (0.5 * stroke(u, v, 0.5, 0.1, 0.5, 0.36, 0.09, 0.04))[..., None]


def coin(s: Pixels) -> Array:
    u, v = s.u - 0.5, s.v - 0.5
    r, lit = np.hypot(u, v), (u + v) / np.maximum(np.hypot(u, v), 0.05)
    a = mix(GOLD * 0.8, GOLD_DEEP * 0.95, smooth(-0.45, 0.55, u + v))
    a = lay_watercolour(a, GOLD_DEEP, smooth(0.34, 0.40, r) * (0.45 + 0.3 * lit))
    a = lay_watercolour(a, watercolour(0.700, 0.400, 0.080), 0.8 * smooth(0.045, 0.015, np.abs(r - 0.345)))
    points = 0.15 + 0.07 * np.cos(5 * np.arctan2(u, -v))
    a = lay_watercolour(a, watercolour(0.760, 0.440, 0.080), smooth(0.02, -0.02, r - points))
    cover = 0.9 * either(stroke(u, v, -0.27, -0.06, -0.10, -0.26, 0.06), disc(u, v, 0.03, -0.29, 0.03))
    return lay_watercolour(a, BARE, cover)


def chest(s: Pixels) -> Array:
    u, v = s.u, s.v
    plank = np.minimum((v * 5) % 1, 1 - (v * 5) % 1)
    a = _volume(
        s, mix(OAK, watercolour(0.860, 0.640, 0.380), smooth(0.3, 0.7, 0.5 + 0.5 * np.sin(v * 31 + u * 3)))
    )
    a = lay_watercolour(a, OAK_DEEP, smooth(0.42, 0.40, v) * 0.35)
    a = lay_watercolour(a, INK, 0.55 * smooth(0.13, 0.05, plank))
    iron = either(box(u, v, 0.10, -0.1, 0.22, 1.1), box(u, v, 0.78, -0.1, 0.90, 1.1))
    a = lay_watercolour(a, _volume(s, GOLD_DEEP), iron)
    a = lay_watercolour(
        a, INK, 0.6 * sum(stroke(u, v, x, -0.1, x, 1.1, 0.02) for x in (0.09, 0.23, 0.77, 0.91))
    )
    a = lay_watercolour(a, INK, 0.9 * stroke(u, v, -0.1, 0.41, 1.1, 0.41, 0.05))
    a = lay_watercolour(a, BARE, 0.45 * stroke(u, v, -0.1, 0.06, 1.1, 0.06, 0.05))
    a = lay_watercolour(a, INK, box(u, v, 0.36, 0.32, 0.64, 0.66))
    a = lay_watercolour(a, _volume(s, GOLD), box(u, v, 0.395, 0.355, 0.605, 0.625))
    return lay_watercolour(
        a, INK, either(disc(u, v, 0.5, 0.45, 0.055), stroke(u, v, 0.5, 0.45, 0.5, 0.56, 0.05))
    )


def door(s: Pixels) -> Array:
    u, v = s.u, s.v
    a = _volume(
        s,
        mix(
            watercolour(0.420, 0.580, 0.640),
            watercolour(0.520, 0.680, 0.700),
            smooth(0.3, 0.7, single(0.5 + 0.5 * np.sin(u * 26))),
        ),
    )
    a = lay_watercolour(a, INK, 0.6 * smooth(0.10, 0.04, np.minimum((u * 4) % 1, 1 - (u * 4) % 1)))
    frame = smooth(0.075, 0.095, np.minimum(u, 1 - u)) * smooth(0.05, 0.07, v)
    a = lay_watercolour(_volume(s, OAK), a, frame)
    a = lay_watercolour(
        a,
        INK,
        0.7
        * np.maximum(
            smooth(0.03, 0.01, np.abs(np.minimum(u, 1 - u) - 0.09)), smooth(0.025, 0.01, np.abs(v - 0.065))
        ),
    )
    window = _oval(u, v, 0.5, 0.28, 0.19, 0.14)
    a = lay_watercolour(a, INK, _oval(u, v, 0.5, 0.28, 0.23, 0.17))
    a = lay_watercolour(a, watercolour(0.995, 0.900, 0.600), window)
    cover = window * either(stroke(u, v, 0.5, 0.1, 0.5, 0.5, 0.03), stroke(u, v, 0.2, 0.28, 0.8, 0.28, 0.025))
    a = lay_watercolour(a, INK, cover)
    for y in (0.24, 0.78):
        a = lay_watercolour(a, SLATE, stroke(u, v, 0.09, y, 0.30, y, 0.055))
    a = lay_watercolour(a, INK, disc(u, v, 0.77, 0.57, 0.075))
    return lay_watercolour(a, GOLD, disc(u, v, 0.765, 0.565, 0.05))


def vehicle(s: Pixels) -> Array:
    """Wheels below and above, glass across: a car from the side, and from above."""
    u, v = s.u, s.v
    a = _volume(s, watercolour_tinted(s, 1.0), 0.5)
    a = lay_watercolour(a, BARE, 0.35 * stroke(u, v, 0.06, 0.22, 0.94, 0.22, 0.07))
    glass = box(u, v, 0.20, 0.28, 0.82, 0.58)
    a = lay_watercolour(a, INK, 0.8 * box(u, v, 0.175, 0.245, 0.845, 0.615))
    a = lay_watercolour(
        a,
        mix(watercolour(0.780, 0.900, 0.950), watercolour(0.500, 0.700, 0.840), smooth(0.6, 1.3, u + v)),
        glass,
    )
    a = lay_watercolour(
        a,
        BARE,
        0.8
        * glass
        * either(stroke(u, v, 0.32, 0.56, 0.40, 0.3, 0.035), stroke(u, v, 0.68, 0.56, 0.76, 0.3, 0.035)),
    )
    a = lay_watercolour(a, _volume(s, watercolour_tinted(s, 1.0)), box(u, v, 0.46, 0.24, 0.58, 0.62))
    for x in (0.24, 0.77):
        cover = either(_oval(u, v, x, 0.93, 0.145, 0.24), box(u, v, x - 0.11, -0.1, x + 0.11, 0.11))
        a = lay_watercolour(a, SLATE * 1.1, cover)
        a = lay_watercolour(a, watercolour(0.860, 0.870, 0.890), _oval(u, v, x, 0.93, 0.06, 0.095))
    a = lay_watercolour(a, GOLD * 0.8, either(disc(u, v, 0.96, 0.30, 0.05), disc(u, v, 0.96, 0.66, 0.05)))
    return lay_watercolour(a, watercolour(0.860, 0.240, 0.200), box(u, v, -0.1, 0.58, 0.05, 0.74))


def tool(s: Pixels) -> Array:
    """A pickaxe on a scrap of paper."""
    u, v = s.u, s.v
    a = watercolour(0.985, 0.930, 0.780) * (0.5 + 0.6 * smooth(0.2, 1.8, u + v))[..., None]
    a = lay_watercolour(a, INK, stroke(u, v, 0.20, 0.84, 0.70, 0.30, 0.165))
    a = lay_watercolour(a, OAK, stroke(u, v, 0.20, 0.84, 0.70, 0.30, 0.095))
    r, along = np.hypot(u - 0.26, v - 0.76), (u - 0.26) + (v - 0.76)
    head = (
        smooth(0.125, 0.10, np.abs(r - 0.60) + 0.30 * np.abs(along - 0.02) ** 2)
        * smooth(0.1, 0.2, u)
        * smooth(0.9, 0.8, v)
    )
    steel = (
        smooth(0.075, 0.05, np.abs(r - 0.60) + 0.30 * np.abs(along - 0.02) ** 2)
        * smooth(0.13, 0.2, u)
        * smooth(0.87, 0.8, v)
    )
    a = lay_watercolour(a, INK, head)
    return lay_watercolour(a, mix(watercolour(0.880, 0.910, 0.940), STEEL, smooth(0.58, 0.63, r)), steel)


def food(s: Pixels) -> Array:
    """An apple."""
    u, v = s.u, s.v
    a = _volume(
        s,
        mix(
            watercolour(0.900, 0.240, 0.200),
            watercolour(0.990, 0.700, 0.300),
            smooth(0.55, 0.25, np.hypot(u - 0.36, v - 0.36)),
        ),
        0.5,
    )
    a = lay_watercolour(a, watercolour(0.640, 0.120, 0.160), 0.75 * _oval(u, v, 0.5, 0.24, 0.16, 0.06, 0.06))
    a = lay_watercolour(a, INK, stroke(u, v, 0.50, 0.26, 0.55, 0.06, 0.07))
    leaf = _oval(0.8 * u + 0.6 * v, 0.8 * v - 0.6 * u, 0.665, -0.295, 0.15, 0.075)
    a = lay_watercolour(a, INK, _oval(0.8 * u + 0.6 * v, 0.8 * v - 0.6 * u, 0.665, -0.295, 0.18, 0.10))
    a = lay_watercolour(a, watercolour(0.500, 0.720, 0.270), leaf)
    cover = 0.9 * either(stroke(u, v, 0.24, 0.52, 0.28, 0.38, 0.075), disc(u, v, 0.26, 0.62, 0.035))
    return lay_watercolour(a, BARE, cover)


def projectile(s: Pixels) -> Array:
    r = np.hypot(s.u - 0.5, s.v - 0.5)
    a = watercolour_tinted(s, 1 - 0.55 * smooth(0.40, 0.22, r))
    return lay_watercolour(a, BARE, smooth(0.26, 0.12, np.hypot(s.u - 0.42, s.v - 0.42)))
