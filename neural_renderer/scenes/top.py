"""Top-down training scenes: landscapes with roads and houses, towns with traffic, and dungeons."""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.scenes.details import scatter_details
from reskin.neural_renderer.scenes.layout import EMPTY, Layout, layout_cell, smooth_noise
from reskin.neural_renderer.scenes.palette import Palette, any_palette_color, palette_shade
from reskin.neural_renderer.scenes.props import PropPath, Props, PropShape, Rng, prop_blob, prop_size

DRY: Final = ("grass", "sand", "dirt", "road", "floor", "snow", "stone")
"""Materials that things may stand on."""


def build_top_scene(rng: Rng, width: int, height: int, tile: int) -> Layout:
    """A map seen from above: a landscape with roads and houses, or a dungeon."""
    palette = Palette(rng)
    columns, rows = width // tile + int(rng.integers(10, 40)), height // tile + int(rng.integers(10, 34))
    layout = Layout(rng, tile, columns, rows, palette, Props(rng, palette))
    floors: tuple[str, ...] = DRY
    if rng.random() < 0.25:
        floors = (*DRY, _dungeon(layout))
    else:
        _regions(layout)
        roads = _roads(layout)
        for _ in range(int(rng.integers(3, 14))):
            _house(layout)
        _trees(layout)
        _traffic(layout, roads)
    _inhabit(layout, floors)
    scatter_details(layout)
    return layout.seal()


def _regions(layout: Layout) -> None:
    """Patches of ground. Each kind has a noise, and the highest one wins, so that any two kinds can touch."""
    rng, shape = layout.rng, (layout.rows, layout.columns)
    kinds = ["grass", "sand", "dirt", "stone", "water", "snow", "lava", "floor"]
    weights = np.array([0.35, 0.12, 0.1, 0.05, 0.16, 0.05, -0.12, -0.08])
    if rng.random() < 0.35:  # another kind, such as snow or sand, is the most common instead of grass
        weights = weights[rng.permutation(len(weights))]
    step = rng.uniform(4, 10)
    heights = np.stack([smooth_noise(rng, *shape, step) + w for w in weights])
    chosen = heights.argmax(axis=0)
    layout.grid[...] = np.array([layout_cell(kind) for kind in kinds], np.int16)[chosen]
    tinted = rng.random(shape) < rng.choice([0.0, 0.1, 0.5])
    layout.grid[tinted] += 1
    for _ in range(int(rng.integers(0, 10))):
        row, column = int(rng.integers(0, layout.rows)), int(rng.integers(0, layout.columns))
        layout.block(
            row, column, 1, int(rng.integers(1, 4)), str(rng.choice(["ore", "stone", "unknown", "leaves"])), 2
        )


def _roads(layout: Layout) -> list[tuple[bool, int, int]]:
    """Straight roads with pavements and markings. Returns (is vertical, first cell, cells wide) of each."""
    rng, tile, roads = layout.rng, layout.tile, []
    pavement = str(rng.choice(["floor", "stone", "sand", ""]))
    for i in range(int(rng.integers(1, 5))):
        vertical, wide = bool(i % 2 ^ (rng.random() < 0.3)), int(rng.integers(1, 4))
        at = int(rng.integers(1, (layout.columns if vertical else layout.rows) - wide - 1))
        bands = ([(at - 1, wide + 2, pavement)] if pavement else []) + [(at, wide, "road")]
        for first, thick, material in bands:
            area = layout.grid[:, first : first + thick] if vertical else layout.grid[first : first + thick]
            area[area != layout_cell("road")] = layout_cell(material)
        if wide > 1 and rng.random() < 0.7:
            _marking(layout, vertical, (at + wide / 2) * tile)
        roads.append((vertical, at, wide))
    return roads


def _marking(layout: Layout, vertical: bool, middle: float) -> None:
    """Dashes along a road. They have the material of the road."""
    color = palette_shade(layout.palette("road"), 1.7)
    length = layout.size[1] if vertical else layout.size[0]
    for start in range(0, length, 48):
        at = (middle - 2, start, 4, 22) if vertical else (start, middle - 2, 22, 4)
        layout.front.append(PropShape("rect", at, color, "road"))


def _house(layout: Layout) -> None:
    """A house: its roof, or its walls and floor, with a door, a window and things inside."""
    rng, tile = layout.rng, layout.tile
    width, tall = int(rng.integers(3, 9)), int(rng.integers(3, 7))
    row, column = int(rng.integers(0, layout.rows - tall)), int(rng.integers(0, layout.columns - width))
    if (
        layout.grid[row : row + tall, column : column + width] == layout_cell("road")
    ).any() and rng.random() < 0.9:
        return
    x, y, w, h = column * tile, row * tile, width * tile, tall * tile
    if rng.random() < 0.4:
        material = str(rng.choice(["brick", "wood", "metal", "wall", "stone", "snow", "glass"]))
        layout.block(row, column, tall, width, material)
        ridge = palette_shade(layout.palette(material), rng.uniform(0.7, 1.3))
        layout.front.append(PropShape("rect", (x, y, w, h / 2), ridge, material))
        if rng.random() < 0.5:
            layout.front.append(
                PropShape("rect", (x + w * 0.6, y + 6, 12, 14), layout.palette("brick"), "brick")
            )
        return
    frame = str(rng.choice(["wall", "brick", "wood", "stone", "metal"], p=(0.35, 0.3, 0.15, 0.1, 0.1)))
    layout.block(row, column, tall, width, frame)
    layout.block(
        row + 1, column + 1, tall - 2, width - 2, str(rng.choice(["floor", "floor", "wood", "brick"])), 1
    )
    layout.put(row + int(rng.choice([0, tall - 1])), column + width // 2, str(rng.choice(["door", "floor"])))
    layout.put(row + tall // 2, column + int(rng.choice([0, width - 1])), "glass")
    for _ in range(int(rng.integers(0, 4))):
        kind = str(rng.choice(["chest", "friend", "light", "tool", "food", "unknown"]))
        layout.props.add(
            kind,
            PropPath(
                x + rng.uniform(1, max(width - 2, 1.1)) * tile, y + rng.uniform(1, max(tall - 2, 1.1)) * tile
            ),
        )


def _dungeon(layout: Layout) -> str:
    """Rooms and corridors in rock or brick, with doors, pools and torches. Returns the floor's material."""
    rng, tile = layout.rng, layout.tile
    layout.grid[...] = layout_cell(str(rng.choice(["wall", "wall", "stone", "brick", "dirt", "metal"])))
    floor = str(rng.choice(["floor", "floor", "stone", "dirt", "sand", "wood"]))
    middle: tuple[int, int] | None = None
    for _ in range(layout.columns * layout.rows // int(rng.integers(40, 90))):
        width, tall = int(rng.integers(3, 10)), int(rng.integers(3, 8))
        row, column = int(rng.integers(1, layout.rows - tall)), int(rng.integers(1, layout.columns - width))
        layout.block(row, column, tall, width, floor, int(rng.integers(0, 2)))
        here = row + tall // 2, column + width // 2
        if middle is not None:
            rows, columns = sorted((here[0], middle[0])), sorted((here[1], middle[1]))
            layout.block(here[0], columns[0], 1, columns[1] - columns[0] + 1, floor)
            layout.block(rows[0], middle[1], rows[1] - rows[0] + 1, 1, floor)
        middle = here
        roll = rng.random()
        if roll < 0.2:
            layout.block(
                row + 1, column + 1, tall - 2, width - 2, str(rng.choice(["water", "lava", "grass"]))
            )
        elif roll < 0.6:
            layout.front.append(
                PropShape(
                    "circle",
                    ((column + 0.5) * tile, (row + 0.4) * tile, rng.uniform(4, 10)),
                    layout.palette("light"),
                    "light",
                )
            )
        if rng.random() < 0.4:
            layout.props.add("door", PropPath(here[1] * tile, (row - 1) * tile), tile, tile)
    return floor


def _trees(layout: Layout) -> None:
    """Trees seen from above, mostly in groves, on grass, dirt, snow and sand."""
    rng, tile = layout.rng, layout.tile
    groves = smooth_noise(rng, layout.rows, layout.columns, 5) + 0.25 * rng.random(
        (layout.rows, layout.columns)
    )
    soft = np.isin(
        layout.grid, [layout_cell(m, v) for m in ("grass", "dirt", "snow", "sand") for v in (0, 1)]
    )
    for row, column in np.argwhere(soft & (groves > rng.uniform(0.68, 0.95))):
        x, y = (column + rng.random()) * tile, (row + rng.random()) * tile
        if rng.random() < 0.3:
            layout.front.append(PropShape("rect", (x - 4, y, 8, 26), layout.palette("wood"), "wood"))
        layout.front += prop_blob(
            rng, x, y, rng.uniform(10, 30), layout.palette("leaves", int(rng.integers(0, 2))), "leaves"
        )


def _traffic(layout: Layout, roads: list[tuple[bool, int, int]]) -> None:
    """Cars along the roads, in both directions, some of them parked."""
    rng, tile = layout.rng, layout.tile
    for vertical, at, wide in roads:
        length = layout.size[1] if vertical else layout.size[0]
        for _ in range(int(rng.integers(2, 9))):
            w, h = (24.0, 44.0) if vertical else (44.0, 24.0)
            lane = (at + rng.integers(0, wide) + 0.5) * tile - 12
            speed = float(rng.choice([-1, 1]) * rng.choice([0, rng.uniform(1, 4), rng.uniform(3, 8)]))
            start = rng.uniform(0, length)
            run = abs((length - start if speed > 0 else start) / speed) if speed else 1.0
            x, y = (lane, start) if vertical else (start, lane)
            path = PropPath(
                x,
                y,
                speed=(0, speed) if vertical else (speed, 0),
                loop=max(run, 30.0),
                phase=rng.uniform(0, 6),
            )
            layout.props.add("vehicle", path, w, h)


def _inhabit(layout: Layout, floors: tuple[str, ...]) -> None:
    """Put people, animals, objects, shots and bursts on the map."""
    rng, tile = layout.rng, layout.tile
    kinds = ["player", "friend", "enemy", "animal", "coin", "chest", "tool", "food", "projectile", "effect",
             "light", "vehicle", "unknown", "metal", "wood"]  # fmt: skip
    weights = np.array([3, 3, 4, 2.5, 5, 1.5, 2.2, 2.2, 2.2, 1, 0.7, 0.6, 0.5, 0.3, 0.4])
    free = np.isin(layout.grid, [layout_cell(m, v) for m in floors for v in (0, 1)])
    for row, column in rng.permutation(np.argwhere(free))[: int(layout.grid.size * rng.uniform(0.04, 0.1))]:
        kind = str(rng.choice(kinds, p=weights / weights.sum()))
        x, y = column * tile + rng.uniform(0, 8), row * tile + rng.uniform(0, 8)
        path = PropPath(x, y)
        if kind in ("player", "friend", "enemy", "animal"):
            swing = (rng.uniform(0, 70), rng.uniform(0, 50))
            path = PropPath(
                x, y, swing, (rng.uniform(0.01, 0.05), rng.uniform(0.01, 0.05)), rng.uniform(0, 6)
            )
        elif kind == "projectile":
            speed = (rng.uniform(-7, 7), rng.uniform(-7, 7))
            path = PropPath(x, y, speed=speed, loop=float(rng.integers(20, 80)))
        w, h = prop_size(rng, kind)
        if kind in ("player", "friend", "enemy") and rng.random() < 0.5:
            w = h = min(w, h)  # seen from straight above
        layout.props.add(kind, path, w, h, 0.2 if kind == "effect" else 0.0)
    for _ in range(int(rng.integers(0, 6))):
        x, y = rng.uniform(0, layout.size[0]), rng.uniform(0, layout.size[1])
        layout.front.append(PropShape("circle", (x, y, rng.uniform(5, 14)), any_palette_color(rng), "light"))
    assert (layout.grid != EMPTY).all()
