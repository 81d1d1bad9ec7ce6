"""What ink painting is made of: paper, ink, four pigments, and a brush that runs dry.

Colours are light 0..1. A wash multiplies what lies under it, so washes add up as they do on paper.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.painters.kit.brushes import Array, Field, rgb, single, smooth
from reskin.neural_renderer.painters.kit.sheets import Sheet

PAPER: Final = rgb(0.965, 0.938, 0.880)
SUMI: Final = rgb(1.00, 0.97, 0.90)
"""Absorbance of a unit of ink; a little blue when thin."""
WARM: Final = rgb(0.86, 1.00, 1.14)
"""Ink ground with a brown."""
INDIGO: Final = rgb(1.50, 0.86, 0.42)
VERMILION: Final = rgb(0.22, 1.75, 2.10)
OCHRE: Final = rgb(0.22, 0.56, 1.30)
MOSS: Final = rgb(0.98, 0.66, 0.98)


def ink_washed(color: Array, pigment: Array, density: Field | float) -> Array:
    """Colours [...,3] under a wash of `pigment`; density 1 leaves about a third of the light."""
    weight = np.asarray(density, np.float32)
    weight = weight[..., None] if weight.ndim else weight
    return single(color * np.exp(-weight * pigment))


def ink_diluted(color: Array, strength: Field | float) -> Array:
    """The same brushwork with thinner (below 1) or thicker ink."""
    weight = np.asarray(strength, np.float32)
    weight = weight[..., None] if weight.ndim else weight
    return single(PAPER * np.clip(color / PAPER, 0.01, 1.2) ** weight)


class Page(Sheet):
    """A sheet of paper; it repeats unless it is a thing's."""

    def __init__(self, size: float, repeats: bool = True) -> None:
        super().__init__(size, PAPER, repeats)

    def wash(self, pigment: Array, density: Field | float) -> None:
        """Lay a wash."""
        self.color = ink_washed(self.color, pigment, density)

    def lift(self, cover: Field, color: Array = PAPER) -> None:
        """Bare paper, or body colour, where `cover` is 1."""
        self.over(color, cover)

    def brush(
        self, cx: float, cy: float, turn: float, size: tuple[float, float], seed: float,
        dry: float = 0.5, bend: float = 0.0,
    ) -> Array:  # fmt: skip
        """Coverage of one stroke about its middle, `size` = half its length and half its width.

        It is pressed at its start and lifted at its end, where `dry` of the bristles have run out;
        `bend` bows it by that share of its length.
        """
        long, wide = size
        forward, aside = self.turned(cx, cy, turn)
        along = forward / long
        side = (aside - bend * long * (along**2 - 0.4)) / wide
        inside = np.clip(1 - np.abs(along), 0, 1)
        taper = np.clip(inside * 3.5, 0, 1) ** 0.6 * (1 - 0.35 * np.clip(along, 0, 1))
        cover = smooth(1.12, 0.80, single(np.abs(side) / np.maximum(taper, 0.05))) * (inside > 0)
        hair = np.sin(side * 4.1 + seed * 7) + 0.8 * np.sin(side * 9.7 + seed * 31)
        hair = hair + 0.5 * np.sin(side * 17 + seed)
        spent = dry * np.clip(0.5 + 0.5 * along, 0, 1) * 3.4 - 1.9
        return single(cover * (1 - 0.9 * smooth(0.25, -0.25, single(hair - spent))))

    def drop(
        self, cx: float, cy: float, rx: float, ry: float, turn: float = 0.0, soft: float = 0.25
    ) -> Array:
        """Coverage of a dab of a loaded brush, with its pigment at the rim: 1 there, less within."""
        along, side = self.turned(cx, cy, turn)
        radius = single(np.hypot(along / rx, side / ry))
        return smooth(1 + soft, 1 - soft, radius) * (0.62 + 0.38 * smooth(0.4, 0.9, radius))
