"""Differences of colours as the eye sees them, CIELAB and CIEDE2000, for one colour at a time. Python and
compiled code can call these functions.

Linear light is RGB 0..1 with the primaries of sRGB; white is D65, the white of `TO_XYZ`. L* runs from 0 to
100. A CIEDE2000 of 1 can just be seen by somebody who looks for it.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.simd.jit import jit_inner, jit_kernel

TO_XYZ: Final[NDArray[np.float64]] = np.array(
    [[0.4123908, 0.3575843, 0.1804808], [0.2126390, 0.7151687, 0.0721923], [0.0193308, 0.1191948, 0.9505322]]
)
"""Linear RGB to XYZ, row by row."""
WHITE: Final[NDArray[np.float64]] = TO_XYZ.sum(1)

_TO_SEEN: Final = TO_XYZ / WHITE[:, None]
_TO_LINEAR: Final = np.linalg.inv(_TO_SEEN)
_DELTA: Final = 6 / 29
_25_TO_7: Final = 25.0**7


def _decoded() -> NDArray[np.float32]:
    s = np.arange(256) / 255
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _encoded() -> NDArray[np.uint8]:
    x = np.arange(LIGHTS + 1) / LIGHTS
    s = np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * s), np.uint8)


LIGHTS: Final = 8191
"""Steps of linear light in `BYTE`: 2.5 for each level of sRGB in the dark, where the levels are closest."""
LIGHT: Final = _decoded()
"""float32 [256]: linear light 0..1 of a byte of sRGB."""
BYTE: Final = _encoded()
"""uint8 [LIGHTS + 1]: the byte of sRGB for each step of linear light, 0..1."""


@jit_inner
def _root(t):
    return t ** (1 / 3) if t > _DELTA**3 else t / (3 * _DELTA**2) + 4 / 29


@jit_inner
def _cube(f):
    return f**3 if f > _DELTA else 3 * _DELTA**2 * (f - 4 / 29)


@jit_kernel
def lab(color):
    """L*, a*, b* of linear RGB, both tuples of three floats."""
    r, g, b = color
    x = _root(_TO_SEEN[0, 0] * r + _TO_SEEN[0, 1] * g + _TO_SEEN[0, 2] * b)
    y = _root(_TO_SEEN[1, 0] * r + _TO_SEEN[1, 1] * g + _TO_SEEN[1, 2] * b)
    z = _root(_TO_SEEN[2, 0] * r + _TO_SEEN[2, 1] * g + _TO_SEEN[2, 2] * b)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@jit_kernel
def from_lab(color):
    """Linear RGB of L*, a*, b*, each channel cut to 0..1."""
    lightness, a, b = color
    f = (lightness + 16) / 116
    x, y, z = _cube(f + a / 500), _cube(f), _cube(f - b / 200)
    red = _TO_LINEAR[0, 0] * x + _TO_LINEAR[0, 1] * y + _TO_LINEAR[0, 2] * z
    green = _TO_LINEAR[1, 0] * x + _TO_LINEAR[1, 1] * y + _TO_LINEAR[1, 2] * z
    blue = _TO_LINEAR[2, 0] * x + _TO_LINEAR[2, 1] * y + _TO_LINEAR[2, 2] * z
    return min(max(red, 0.0), 1.0), min(max(green, 0.0), 1.0), min(max(blue, 0.0), 1.0)


@jit_kernel
def ciede2000(first, second):
    """The difference of two colours, each L*, a*, b* as a tuple of floats.

    Sharma, Wu, Dalal 2005, "The CIEDE2000 Color-Difference Formula", doi 10.1002/col.20070; the numbers
    in brackets are its equations.
    """
    l1, a1, b1 = first
    l2, a2, b2 = second
    mean = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * math.sqrt(mean / (mean + _25_TO_7))  # (4)
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = math.atan2(b1, a1) % math.tau, math.atan2(b2, a2) % math.tau  # (7)
    turn = 0.0 if c1 * c2 == 0 else h2 - h1  # (10), which also decides the mean hue of (14)
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + h2) / 2
    if abs(turn) > math.pi:
        hue += math.pi if h1 + h2 < math.tau else -math.pi
        turn += math.tau if turn < 0 else -math.tau
    light, chroma, around = l2 - l1, c2 - c1, 2 * math.sqrt(c1 * c2) * math.sin(turn / 2)  # (8), (9), (11)
    middle, c = (l1 + l2) / 2 - 50, (c1 + c2) / 2
    t = (
        1 - 0.17 * math.cos(hue - math.radians(30)) + 0.24 * math.cos(2 * hue)
        + 0.32 * math.cos(3 * hue + math.radians(6)) - 0.20 * math.cos(4 * hue - math.radians(63))
    )  # fmt: skip
    light /= 1 + 0.015 * middle**2 / math.sqrt(20 + middle**2)  # (19)
    chroma /= 1 + 0.045 * c  # (20)
    around /= 1 + 0.015 * c * t  # (21)
    bend = math.radians(60) * math.exp(-(((math.degrees(hue) - 275) / 25) ** 2))  # twice (16)
    both = -math.sin(bend) * 2 * math.sqrt(c**7 / (c**7 + _25_TO_7))  # (17), (18)
    square = light**2 + chroma**2 + around**2 + both * chroma * around
    return math.sqrt(max(square, 0.0))  # (22)
