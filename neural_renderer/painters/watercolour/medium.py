"""What watercolour is made of: paper, transparent pigments, ink, and the shapes that they are laid in.

Washes are kept as absorbance: washes on top of each other add up, paper left bare is a multiplication by
zero, and `on_paper` turns the sum into light.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer import noise
from reskin.neural_renderer.painters.kit.brushes import Array, Field, mix, rgb, smooth
from reskin.neural_renderer.painters.kit.pixels import Pixels

PAPER: Final = rgb(0.992, 0.970, 0.926)


def pigment(red: float, green: float, blue: float) -> Array:
    """Absorbance [3] of a wash that shows this colour on the paper."""
    return absorb(rgb(red, green, blue))


def absorb(colour: Array) -> Array:
    """Absorbance of colours [...,3] in 0..1."""
    return (-np.log(np.clip(colour / PAPER, 0.05, 1))).astype(np.float32)


def on_paper(absorbance: Array) -> Array:
    """Light [...,3] that comes back from the paper through all washes."""
    return (PAPER * np.exp(-absorbance)).astype(np.float32)


INK: Final = pigment(0.235, 0.185, 0.225)
BARE: Final = np.zeros(3, np.float32)
SHADE: Final = pigment(0.66, 0.67, 0.86)


def place(s: Pixels) -> tuple[Array, Array]:
    """Where pixels lie on their texture, to the right and down, in pixels at 32 px a tile."""
    return s.u * np.float32(32), s.v * np.float32(32)


def two(s: Pixels, warm: Array, cool: Array) -> Array:
    """A wash of two pigments, more of one here and of the other there: [1,P,3]."""
    return mix(cool, warm, smooth(0.15, 0.85, 0.62 * s[noise.N64] + 0.38 * s[noise.N24]))


def tinted(s: Pixels, strength: Field | float) -> Array:
    """The game's own colour at a strength 0..1, mixed with the paper as light: [1,P,3]."""
    return absorb(mix(PAPER, 0.08 + 0.92 * s.color, np.asarray(strength, np.float32)))


def lay(under: Array, over: Array, cover: Field | float) -> Array:
    """Replace a wash by another where `cover` is 1."""
    return mix(under, over, np.asarray(cover, np.float32))


def oval(u: Array, v: Array, cx: float, cy: float, rx: float, ry: float, soft: float = 0.03) -> Array:
    """Coverage of an upright ellipse."""
    return smooth(1 + soft / rx, 1 - soft / rx, np.hypot((u - cx) / rx, (v - cy) / ry))


def arc(u: Array, v: Array, cx: float, cy: float, rx: float, ry: float, width: float, low: bool) -> Array:
    """Coverage of the lower (a smile) or upper half of an ellipse's outline."""
    ring = smooth(width, 0.3 * width, np.abs(np.hypot((u - cx) / rx, (v - cy) / ry) - 1) * min(rx, ry))
    return ring * (smooth(cy - 0.02, cy + 0.02, v) if low else smooth(cy + 0.02, cy - 0.02, v))
