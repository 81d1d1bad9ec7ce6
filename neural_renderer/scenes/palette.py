"""Flat colours for training scenes: those of a typical prototype, changed at random.

A student must learn the look from the materials, not from the colours. So the colours change from scene to
scene, and in some scenes they have nothing to do with the material. Materials whose plain colour carries
meaning (the kind of an ore, the paint of a car) have a random hue in each of their variants.
"""

from __future__ import annotations

from colorsys import hsv_to_rgb, rgb_to_hsv
from typing import Final

import numpy as np

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, material_index

Rgb = tuple[int, int, int]

VARIANTS: Final = 4
"""Shades of one material in one scene."""

SCENE_COLORS: Final[dict[str, str]] = {
    "unknown": "#b04fc0", "sky": "#87bfeb", "hill": "#7fa99b", "grass": "#5da53e", "dirt": "#8a6240",
    "sand": "#d9bf7f", "stone": "#7b7f88", "ore": "#d08e62", "wood": "#8c5f34", "leaves": "#2f7d3a",
    "water": "#3f86d9", "lava": "#f2701d", "snow": "#eef3f8", "brick": "#b0543f", "metal": "#9aa3ad",
    "glass": "#bfe3ea", "road": "#55565c", "wall": "#4f463f", "floor": "#b7a88c", "door": "#7a4a22",
    "chest": "#c98f2e", "coin": "#ffd11f", "player": "#e23c36", "friend": "#3fa7d6", "enemy": "#7b3fb5",
    "animal": "#c9a27a", "vehicle": "#d64545", "tool": "#a8b0b8", "food": "#e0574f",
    "projectile": "#ffe38a", "effect": "#ffb347", "light": "#fff1b0",
}  # fmt: skip
"""Colours that games commonly use, from which the random ones depart."""

RANDOM_HUE: Final = frozenset(["unknown", "ore", "vehicle", "effect", "light"])
"""Materials that have a random hue in every scene and variant."""
OFTEN_RANDOM: Final = frozenset(["glass", "projectile"])
"""Materials that have a random hue in half of the scenes."""


class Palette:
    """The colours of one scene, chosen by `rng`: `palette("grass")`, `palette("ore", 2)`."""

    def __init__(self, rng: np.random.Generator) -> None:
        # Mostly close to the usual colours, sometimes far from them, in every ninth scene arbitrary.
        mood = rng.choice(3, p=(0.62, 0.27, 0.11))
        light, saturation = rng.uniform(0.65, 1.15), rng.uniform(0.6, 1.3)
        self._table: list[list[Rgb]] = []
        for name in MATERIALS:
            arbitrary = name in RANDOM_HUE or mood == 2 or (name in OFTEN_RANDOM and rng.random() < 0.5)
            self._table.append(_variants(rng, name, arbitrary, (0.05, 0.16, 0.5)[mood], light, saturation))

    def __call__(self, material: str, variant: int = 0) -> Rgb:
        """(r, g, b), 0..255, of a material; variants repeat after `VARIANTS`."""
        return self._table[material_index(material)][variant % VARIANTS]


def palette_shade(color: Rgb, factor: float) -> Rgb:
    """A colour made darker (below 1) or lighter (above)."""
    r, g, b = (min(255, max(0, round(value * factor))) for value in color)
    return r, g, b


def any_palette_color(rng: np.random.Generator) -> Rgb:
    """A random colour of any hue, pale or strong, dark or light."""
    return _rgb(rng.random(), rng.uniform(0.05, 1), rng.uniform(0.15, 1))


def _variants(
    rng: np.random.Generator, name: str, arbitrary: bool, spread: float, light: float, saturation: float
) -> list[Rgb]:
    if arbitrary:
        base = any_palette_color(rng)
    else:
        text = SCENE_COLORS[name]
        h, s, v = rgb_to_hsv(*(int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)))
        s = s * saturation * rng.uniform(0.7, 1.3) + rng.uniform(0, spread)
        base = _rgb(h + rng.normal(0, spread), s, v * light * rng.uniform(0.8, 1.2))
    if name in RANDOM_HUE:
        return [base, *(any_palette_color(rng) for _ in range(VARIANTS - 1))]
    # The shades of a material lie close together: games vary the shade of a tile, not its hue.
    return [base, *(palette_shade(base, rng.uniform(0.86, 1.12)) for _ in range(VARIANTS - 1))]


def _rgb(h: float, s: float, v: float) -> Rgb:
    r, g, b = hsv_to_rgb(h % 1, min(max(s, 0), 1), min(max(v, 0.05), 1))
    return round(r * 255), round(g * 255), round(b * 255)


assert SCENE_COLORS.keys() == MATERIAL_INDEX.keys()
