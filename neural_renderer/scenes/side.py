"""Side-view training scenes: sky and hills, terrain with ore and caves, water, lava, ruins, trees.

A scene is built in the order of the functions below. Each changes the `Layout` that the ones before it made.
Rows count downwards. `ground[c]` is the row of the topmost ground tile of column c.
Read next: `buildings`, `plants`, `life`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.scenes.buildings import building_platforms, building_rooms, ruin
from reskin.neural_renderer.scenes.details import scatter_details
from reskin.neural_renderer.scenes.layout import EMPTY, Backdrop, Ground, Layout, layout_cell, smooth_noise
from reskin.neural_renderer.scenes.life import inhabit, life_in_air
from reskin.neural_renderer.scenes.palette import Palette, palette_shade
from reskin.neural_renderer.scenes.plants import plant_caps, put_plants
from reskin.neural_renderer.scenes.props import Props, PropShape, Rng

SOIL: Final = {
    "grass": "dirt",
    "sand": "sand",
    "snow": "dirt",
    "stone": "stone",
    "road": "dirt",
    "dirt": "dirt",
}
"""The material under each kind of surface."""


def build_side_scene(rng: Rng, width: int, height: int, tile: int) -> Layout:
    """A world such as that of a platformer or a mining game, from the sky down to the lava."""
    palette = Palette(rng)
    columns = width // tile + int(rng.integers(24, 56))
    rows = height // tile + int(rng.integers(12, 26))
    layout = Layout(rng, tile, columns, rows, palette, Props(rng, palette))
    ground = _terrain(layout)
    _ore(layout, ground)
    _caves(layout, ground)
    _pools(layout, ground)
    for _ in range(int(rng.integers(1, 4))):
        ruin(layout, ground)
    building_rooms(layout, ground)
    building_platforms(layout, ground)
    put_plants(layout, ground)
    plant_caps(layout)
    _sky(layout, width, height)
    inhabit(layout, ground)
    life_in_air(layout, ground)
    if rng.random() < 0.75:  # then the camera stays near the surface
        layout.lookouts = [
            (c * tile, int(ground[c + width // tile // 2] * tile - height * rng.uniform(0.45, 0.8)))
            for c in range(0, columns - width // tile, 3)
        ]
    scatter_details(layout)
    return layout.seal()


def _terrain(layout: Layout) -> Ground:
    """Plateaus and steps. Each stretch has another surface, over soil and stone. Returns `ground`."""
    rng, columns, rows = layout.rng, layout.columns, layout.rows
    ground = np.zeros(columns, np.int64)
    row, column, rough = rows * rng.uniform(0.32, 0.55), 0, rng.choice([1, 2, 3], p=(0.5, 0.35, 0.15))
    while column < columns:
        length = int(rng.integers(2, 8))
        ground[column : column + length] = int(row)
        row = np.clip(row + rng.integers(-rough, rough + 1), 5, rows * 0.65)
        column += length
    tops = list(SOIL)
    column = 0
    soil_noise = smooth_noise(rng, rows, columns, 3)
    while column < columns:
        length = int(rng.integers(8, 26))
        top = str(rng.choice(tops, p=(0.56, 0.14, 0.13, 0.06, 0.06, 0.05)))
        depth = int(rng.integers(1, 5)) + (top == "sand")
        for c in range(column, min(column + length, columns)):
            g = int(ground[c])
            layout.grid[g:, c] = layout_cell("stone")
            layout.grid[g : g + 1 + depth, c] = layout_cell(SOIL[top])
            layout.grid[g, c] = layout_cell(top)
        column += length
    below = np.arange(rows)[:, None] > ground[None] + 1
    layout.grid[below & (soil_noise > 0.78)] = layout_cell("dirt")
    tinted = (layout.grid != EMPTY) & (rng.random((rows, columns)) < rng.choice([0.0, 0.12, 0.5]))
    layout.grid[tinted] += 1
    if rng.random() < 0.6:
        layout.grid[rows - int(rng.integers(1, 3)) :] = layout_cell(
            str(rng.choice(["stone", "brick", "metal"])), 2
        )
    return ground


def _walk(rng: Rng, row: int, column: int, steps: int) -> list[tuple[int, int]]:
    """The cells of a random walk, mostly sideways in one direction."""
    cells = [(row, column)]
    sideways = int(rng.choice([-1, 1]))
    for _ in range(steps):
        dr, dc = ((0, sideways), (0, sideways), (0, sideways), (1, 0), (-1, 0))[int(rng.integers(0, 5))]
        row, column = row + dr, column + dc
        cells.append((row, column))
    return cells


def _underground(layout: Layout, ground: Ground, margin: int = 2) -> tuple[int, int]:
    """A random cell below the surface."""
    column = int(layout.rng.integers(1, layout.columns - 1))
    low = min(int(ground[column]) + margin, layout.rows - 2)
    return int(layout.rng.integers(low, layout.rows - 1)), column


def _ore(layout: Layout, ground: Ground) -> None:
    rng = layout.rng
    for _ in range(layout.columns * layout.rows // int(rng.integers(60, 160))):
        variant = int(rng.integers(0, 4))
        for row, column in _walk(rng, *_underground(layout, ground, 3), int(rng.integers(1, 6))):
            if 0 <= column < layout.columns and ground[column] + 1 < row < layout.rows:
                layout.put(row, column, "ore", variant)


def _caves(layout: Layout, ground: Ground) -> None:
    """Tunnels and halls. Below some row they are full of lava, and behind them is a wall in most scenes."""
    rng, rows, columns = layout.rng, layout.rows, layout.columns
    hollow = np.zeros((rows, columns), bool)
    for _ in range(int(rng.integers(3, 8))):
        wide = int(rng.integers(1, 3))
        for row, column in _walk(rng, *_underground(layout, ground, 4), int(rng.integers(8, 40))):
            hollow[max(row - wide, 0) : max(row + 1, 0), max(column - wide, 0) : max(column + wide, 0)] = True
    r = np.arange(rows)[:, None]
    hollow &= (r > ground[None] + (1 if rng.random() < 0.5 else -1)) & (r < rows - 1)
    layout.grid[hollow] = EMPTY
    lava_row = int(rows * rng.uniform(0.72, 0.98))
    layout.grid[hollow & (r >= lava_row)] = layout_cell("lava")
    if rng.random() < 0.5:
        lake = int(rng.integers(0, columns - 8))
        there = hollow[:, lake : lake + 16] & (r >= lava_row - int(rng.integers(3, 8))) & (r < lava_row)
        layout.grid[:, lake : lake + 16][there] = layout_cell("water")
    if rng.random() < 0.85:
        behind = r > ground[None]
        layout.walls[behind] = layout_cell("wall")
        split = ground[None] + int(rng.integers(3, 9))
        layout.walls[behind & (r > split)] = layout_cell("wall", 1)
        if rng.random() < 0.2:
            layout.walls[behind & (r > split + 3)] = layout_cell(
                str(rng.choice(["brick", "stone", "dirt"])), 3
            )


def _pools(layout: Layout, ground: Ground) -> None:
    """Pools of water or lava in the surface, filled to their lower bank."""
    rng = layout.rng
    for _ in range(int(rng.integers(1, 5))):
        length = int(rng.integers(2, 10))
        start = int(rng.integers(2, layout.columns - length - 2))
        level = int(ground[start - 1 : start + length + 1].max())
        deep = np.minimum(
            int(rng.integers(1, 4)), np.minimum(np.arange(length) + 1, np.arange(length)[::-1] + 1)
        )
        liquid = str(rng.choice(["water", "lava"], p=(0.85, 0.15)))
        bed = str(rng.choice(["sand", "dirt", "stone"]))
        for i in range(length):
            column, bottom = start + i, min(level + int(deep[i]), layout.rows - 1)
            layout.grid[:bottom, column] = EMPTY
            layout.grid[level:bottom, column] = layout_cell(liquid)
            layout.put(bottom, column, bed)
            ground[column] = level


def _sky(layout: Layout, width: int, height: int) -> None:
    """The sky with its sun and clouds, and one or two ranges of hills."""
    rng, palette = layout.rng, layout.palette
    sky = Backdrop("sky", (float(rng.choice([0.0, 0.0, 0.1])), 0.0), 1000.0, (palette("sky"), "sky"))
    if rng.random() < 0.4:
        bands = int(rng.integers(2, 6))
        for i in range(bands):
            at = (-50.0, height * i / bands, width + 900.0, height / bands + 1)
            sky.shapes.append(PropShape("rect", at, palette_shade(palette("sky"), 1 + 0.08 * i), "sky"))
    if rng.random() < 0.35:
        sky.shapes.append(
            PropShape(
                "circle",
                (rng.uniform(40, width - 40), rng.uniform(30, 120), rng.uniform(14, 34)),
                palette("light"),
                "light",
            )
        )
    for _ in range(int(rng.integers(0, 7))):
        x, y, w = rng.uniform(-40, width + 300), rng.uniform(10, height * 0.5), rng.uniform(40, 130)
        sky.shapes.append(
            PropShape(
                "ellipse", (x, y, w, w * rng.uniform(0.25, 0.5)), palette_shade(palette("sky"), 1.2), "sky"
            )
        )
    layout.backdrops.append(sky)
    extent = layout.size[0] + width
    for i in range(int(rng.choice([0, 1, 2], p=(0.12, 0.44, 0.44)))):
        step = float(rng.choice([30, 60, 120]))
        xs = np.arange(-60.0, extent, step)
        high = (
            height * rng.uniform(0.35, 0.7)
            + smooth_noise(rng, 1, len(xs), rng.uniform(1, 4))[0] * height * 0.45
        )
        points = np.stack([xs, high], axis=1).ravel().tolist()
        corners = (xs[0].item(), height * 2.5, *points, xs[-1].item(), height * 2.5)
        parallax = (0.25 + 0.25 * i, float(rng.choice([0.0, 0.05, 0.2])))
        ridge = PropShape("polygon", corners, palette("hill", i), "hill")
        layout.backdrops.append(Backdrop(f"hills{i}", parallax, 200.0 - 80 * i, None, [ridge]))
