"""Small marks on tiles, such as games have in their prototypes: specks, nuggets, joints, a lit upper edge.

A mark has the material of its tile, so that a student learns to ignore it. Ore is the exception: the colour
of its nuggets shows what kind of ore it is.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.scenes.layout import EMPTY, Layout
from reskin.neural_renderer.scenes.palette import VARIANTS, Rgb, any_palette_color, palette_shade
from reskin.neural_renderer.scenes.props import PropShape, Rng

STYLES: Final = ("none", "specks", "nuggets", "joints", "crest", "frame", "shades")
STYLE_WEIGHTS: Final = (0.42, 0.20, 0.05, 0.08, 0.14, 0.05, 0.06)


def scatter_details(layout: Layout) -> None:
    """In about two of three scenes, put marks on the tiles, in one style for each material."""
    rng = layout.rng
    if rng.random() < 0.35:
        return
    styles = {name: str(rng.choice(STYLES, p=STYLE_WEIGHTS)) for name in MATERIALS}
    styles["ore"] = str(rng.choice(["nuggets", "nuggets", "specks", "none"]))
    density = rng.uniform(0.2, 0.8)
    nuggets = [any_palette_color(rng) for _ in range(VARIANTS)]
    for row, column in np.argwhere(layout.grid != EMPTY).tolist():
        value = int(layout.grid[row, column])
        material = MATERIALS[value // VARIANTS]
        style = styles[material]
        if style == "none" or (style == "specks" and rng.random() > density):
            continue
        if style == "crest" and not layout.is_empty(row - 1, column):
            continue
        color = layout.palette(material, value % VARIANTS)
        ink = (
            nuggets[value % VARIANTS] if material == "ore" else palette_shade(color, rng.choice([0.85, 1.15]))
        )
        layout.marks[row, column] = [
            PropShape("rect", (column * layout.tile + x, row * layout.tile + y, w, h), ink, material)
            for x, y, w, h in _boxes(rng, style, layout.tile)
        ]
        if style == "shades":
            layout.marks[row, column] = _shades(color, material, column, row, layout.tile)


def _boxes(rng: Rng, style: str, tile: int) -> list[tuple[float, float, float, float]]:
    """The boxes of the marks on a tile: x, y, w, h in px, from its top left."""
    px = tile / 32
    if style == "crest":
        return [(0, 0, tile, float(rng.choice([4, 5, 8])) * px)]
    if style == "frame":
        return [(0, 0, tile, 2), (0, 0, 2, tile), (0, tile - 2, tile, 2), (tile - 2, 0, 2, tile)]
    if style == "joints":
        return [(0, tile / 2 - 1, tile, 2), (tile / 4, 0, 2, tile / 2), (tile * 3 / 4, tile / 2, 2, tile / 2)]
    count, low, high = (5, 5, 10) if style == "nuggets" else (int(rng.integers(1, 4)), 3, 12)
    boxes: list[tuple[float, float, float, float]] = []
    for _ in range(count):
        w = float(rng.integers(low, high + 1)) * px
        h = float(rng.integers(low, high + 1)) * px * (1 if low == 5 else 0.5)
        boxes.append((rng.uniform(0, tile - w), rng.uniform(0, tile - h), w, h))
    return boxes


def _shades(color: Rgb, material: str, column: int, row: int, tile: int) -> list[PropShape]:
    """The two halves of a tile that is lit from above."""
    x, y = column * tile, row * tile
    return [
        PropShape("rect", (x, y, tile, tile / 2), palette_shade(color, 1.08), material),
        PropShape("rect", (x, y + tile / 2, tile, tile / 2), palette_shade(color, 0.92), material),
    ]
