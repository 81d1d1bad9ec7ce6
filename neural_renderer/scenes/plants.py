"""Plants and small objects in side-view scenes: trees, bushes, tufts, posts, and caps of grass or snow."""

from __future__ import annotations

import numpy as np

from reskin.neural_renderer.scenes.buildings import building_lamp
from reskin.neural_renderer.scenes.layout import EMPTY, Ground, Layout, layout_cell
from reskin.neural_renderer.scenes.props import PropShape, prop_blob


def put_plants(layout: Layout, ground: Ground) -> None:
    """Put trees, bushes, tufts, lamps and crates on dry ground."""
    rng, tile = layout.rng, layout.tile
    dense, column = rng.uniform(0.15, 0.6), 1
    cubic, trunk = rng.random() < 0.2, rng.uniform(7, 20)
    while column < layout.columns - 1:
        row = int(ground[column])
        x, y = (column + 0.5) * tile, row * tile
        dry = layout.grid[row, column] not in (layout_cell("water"), layout_cell("lava"), EMPTY)
        if dry and layout.is_empty(row - 1, column) and layout.walls[row - 1, column] == EMPTY:
            roll = rng.random() / dense
            if roll < 0.5:
                _tree(layout, x, y, trunk, cubic)
                column += int(rng.integers(1, 3))
            elif roll < 0.7:
                layout.behind += prop_blob(
                    rng, x, y - 4, rng.uniform(8, 20), layout.palette("leaves", 1), "leaves"
                )
            elif roll < 0.85:
                _tuft(layout, x, y)
            elif roll < 0.95:
                building_lamp(layout, x, y - 30)
                layout.behind.append(
                    PropShape("rect", (x - 2, y - 30, 4, 30), layout.palette("wood", 1), "wood")
                )
            elif roll < 1.1:
                layout.put(
                    row - 1, column, str(rng.choice(["wood", "metal", "brick", "stone", "snow", "chest"])), 1
                )
        column += 1


def _tree(layout: Layout, x: float, y: float, trunk: float, cubic: bool) -> None:
    rng, palette, tile = layout.rng, layout.palette, layout.tile
    tall = tile * rng.uniform(1.6, 4.5)
    layout.behind.append(PropShape("rect", (x - trunk / 2, y - tall, trunk, tall), palette("wood"), "wood"))
    crown = palette("leaves", int(rng.integers(0, 2)))
    if cubic:
        wide = tile * float(rng.integers(2, 4))
        layout.behind.append(
            PropShape("rect", (x - wide / 2, y - tall - tile, wide, 2 * tile), crown, "leaves")
        )
    elif rng.random() < 0.2:
        for i in range(3):  # a fir
            top, half = y - tall - tile + i * tile * 0.7, tile * (0.7 + 0.3 * i)
            layout.behind.append(
                PropShape(
                    "polygon",
                    (x - half, top + tile * 1.2, x, top, x + half, top + tile * 1.2),
                    crown,
                    "leaves",
                )
            )
    else:
        layout.behind += prop_blob(rng, x, y - tall, rng.uniform(20, 48), crown, "leaves")


def _tuft(layout: Layout, x: float, y: float) -> None:
    rng = layout.rng
    color = layout.palette("grass", 1)
    for _ in range(int(rng.integers(2, 6))):
        dx = rng.uniform(-12, 12)
        layout.front.append(
            PropShape("rect", (x + dx, y - rng.uniform(4, 12), rng.uniform(2, 4), 12), color, "grass")
        )
    if rng.random() < 0.3:
        layout.front.append(PropShape("circle", (x, y - 12, 4), layout.palette("leaves", 3), "leaves"))


def plant_caps(layout: Layout) -> None:
    """In some scenes, make grass or snow a strip on the ground instead of a whole tile, and put a strip of
    another shade on stone."""
    rng, tile = layout.rng, layout.tile
    cap = str(rng.choice(["grass", "snow"]))
    rows, columns = layout.grid.shape
    if rng.random() < 0.35:
        thick = float(rng.integers(5, 16))
        below = {"grass": "dirt", "snow": str(rng.choice(["dirt", "stone", "grass"]))}[cap]
        for row, column in zip(*np.nonzero(layout.grid == layout_cell(cap)), strict=True):
            layout.grid[row, column] = layout_cell(below)
            layout.front.append(
                PropShape("rect", (column * tile, row * tile, tile, thick), layout.palette(cap), cap)
            )
    if rng.random() < 0.3:
        exposed = layout.grid[1:] >= 0
        exposed &= (layout.grid[:-1] == EMPTY) & (rng.random((rows - 1, columns)) < 0.9)
        for row, column in zip(*np.nonzero(exposed & (layout.grid[1:] == layout_cell("stone"))), strict=True):
            layout.front.append(
                PropShape(
                    "rect", (column * tile, (row + 1) * tile, tile, 6), layout.palette("stone", 3), "stone"
                )
            )
