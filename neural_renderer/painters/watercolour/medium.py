"""What watercolour is made of: paper, transparent pigments and ink, and how they are laid on each other.

Washes are kept as absorbance: washes on top of each other add up, paper left bare is a multiplication by
zero, and `watercolour_on_paper` turns the sum into light.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.painters.kit.brushes import Array, Field, mix, rgb
from reskin.neural_renderer.painters.kit.pixels import Pixels

PAPER: Final = rgb(0.992, 0.970, 0.926)


def watercolour(red: float, green: float, blue: float) -> Array:
    """Absorbance [3] of a wash that shows this colour on the paper."""
    return watercolour_absorbance(rgb(red, green, blue))


def watercolour_absorbance(colour: Array) -> Array:
    """Absorbance of colours [...,3] in 0..1."""
    return (-np.log(np.clip(colour / PAPER, 0.05, 1))).astype(np.float32)


def watercolour_on_paper(absorbance: Array) -> Array:
    """Light [...,3] that comes back from the paper through all washes."""
    return (PAPER * np.exp(-absorbance)).astype(np.float32)


INK: Final = watercolour(0.235, 0.185, 0.225)
BARE: Final = np.zeros(3, np.float32)
SHADE: Final = watercolour(0.66, 0.67, 0.86)


def watercolour_tinted(s: Pixels, strength: Field | float) -> Array:
    """The game's own colour at a strength 0..1, mixed with the paper as light: [1,P,3]."""
    return watercolour_absorbance(mix(PAPER, 0.08 + 0.92 * s.color, np.asarray(strength, np.float32)))


def lay_watercolour(under: Array, over: Array, cover: Field | float) -> Array:
    """Replace a wash by another where `cover` is 1."""
    return mix(under, over, np.asarray(cover, np.float32))
