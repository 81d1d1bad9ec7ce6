"""Side-view training scenes: sky and hills, terrain with ore and caves, water, lava, ruins, trees.

Built in the order of the functions below; each takes the `Layout` and what the ones before it found.
Rows count downwards. `ground[c]` is the row of the topmost ground tile of column c.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from neural_renderer.learn.scene_layout import EMPTY, Backdrop, Layout, cell, smooth_noise
from neural_renderer.learn.scene_palette import Palette, shade
from neural_renderer.learn.scene_props import Path, Props, Rng, Shape, blob, polygon, size_of

Ground = NDArray[np.int64]

SOIL: Final = {
    "grass": "dirt",
    "sand": "sand",
    "snow": "dirt",
    "stone": "stone",
    "road": "dirt",
    "dirt": "dirt",
}
"""What lies under each kind of surface."""


def build(rng: Rng, width: int, height: int, tile: int) -> Layout:
    """A platformer's or a miner's world, from the sky down to the lava."""
    palette = Palette(rng)
    columns = width // tile + int(rng.integers(24, 56))
    rows = height // tile + int(rng.integers(12, 26))
    layout = Layout(rng, tile, columns, rows, palette, Props(rng, palette))
    ground = _terrain(layout)
    _ore(layout, ground)
    _caves(layout, ground)
    _pools(layout, ground)
    for _ in range(int(rng.integers(1, 4))):
        _ruin(layout, ground)
    _rooms(layout, ground)
    _platforms(layout, ground)
    _plants(layout, ground)
    _caps(layout)
    _sky(layout, width, height)
    _inhabit(layout, ground)
    _air(layout, ground)
    if rng.random() < 0.72:  # mostly at the surface, else anywhere
        column = int(rng.integers(0, columns - width // tile))
        there = int(ground[column + width // tile // 2])
        layout.start = column * tile, int(there * tile - height * rng.uniform(0.4, 0.8))
    else:
        layout.start = tuple(int(v) for v in rng.uniform(0, np.array(layout.size) - (width, height)))  # type: ignore[assignment]
    return layout.seal()


def _terrain(layout: Layout) -> Ground:
    """Plateaus and steps, each stretch with a surface of its own over soil and stone."""
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
            layout.grid[g:, c] = cell("stone")
            layout.grid[g : g + 1 + depth, c] = cell(SOIL[top], int(rng.integers(0, 2)))
            layout.grid[g, c] = cell(top)
        column += length
    below = np.arange(rows)[:, None] > ground[None] + 1
    layout.grid[below & (soil_noise > 0.78)] = cell("dirt")
    speckled = below & (layout.grid == cell("stone")) & (rng.random((rows, columns)) < 0.12)
    layout.grid[speckled] = cell("stone", 1)
    if rng.random() < 0.6:
        layout.grid[rows - int(rng.integers(1, 3)) :] = cell(str(rng.choice(["stone", "brick", "metal"])), 2)
    return ground


def _walk(rng: Rng, row: int, column: int, steps: int) -> list[tuple[int, int]]:
    """Cells of a random walk that drifts sideways."""
    cells = [(row, column)]
    drift = int(rng.choice([-1, 1]))
    for _ in range(steps):
        dr, dc = ((0, drift), (0, drift), (1, 0), (-1, 0), (0, -drift))[int(rng.integers(0, 5))]
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
    """Tunnels and halls, flooded below some row; behind them a wall, except in open scenes."""
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
    layout.grid[hollow & (r >= lava_row)] = cell("lava")
    if rng.random() < 0.5:
        lake = int(rng.integers(0, columns - 8))
        there = hollow[:, lake : lake + 16] & (r >= lava_row - int(rng.integers(3, 8))) & (r < lava_row)
        layout.grid[:, lake : lake + 16][there] = cell("water")
    if rng.random() < 0.85:
        behind = r > ground[None]
        layout.walls[behind] = cell("wall")
        split = ground[None] + int(rng.integers(3, 9))
        layout.walls[behind & (r > split)] = cell("wall", 1)
        if rng.random() < 0.2:
            layout.walls[behind & (r > split + 3)] = cell(str(rng.choice(["brick", "stone", "dirt"])), 3)


def _pools(layout: Layout, ground: Ground) -> None:
    """Basins in the surface, filled to their lower bank."""
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
            layout.grid[level:bottom, column] = cell(liquid)
            layout.put(bottom, column, bed)
            ground[column] = level


def _ruin(layout: Layout, ground: Ground) -> None:
    """A building on the surface: walls with gaps, a back wall, floor, window, door, roof."""
    rng, tile = layout.rng, layout.tile
    width, tall = int(rng.integers(4, 10)), int(rng.integers(3, 6))
    left = int(rng.integers(1, max(2, layout.columns - width - 1)))
    base = int(ground[left : left + width].max())
    if base - tall < 2 or layout.grid[base, left] in (cell("water"), cell("lava")):
        return
    frame = str(rng.choice(["brick", "wall", "wood", "metal", "stone"], p=(0.4, 0.15, 0.25, 0.12, 0.08)))
    ground[left : left + width] = base
    layout.grid[base - tall : base, left : left + width] = EMPTY
    layout.walls[base - tall : base, left : left + width] = cell(
        str(rng.choice(["wall", "wall", "floor", "wood", "brick"])), 2
    )
    layout.block(base - tall, left, 1, width, frame)
    layout.block(base - tall, left, tall, 1, frame)
    layout.block(base - tall, left + width - 1, tall, 1, frame)
    layout.block(base, left, 1, width, str(rng.choice(["floor", "floor", "wood", "brick", "road"])))
    if rng.random() < 0.5:  # ruined
        for _ in range(int(rng.integers(1, 5))):
            layout.put(base - int(rng.integers(1, tall + 1)), left + int(rng.integers(0, width)), frame, 1)
            layout.grid[base - int(rng.integers(1, tall + 1)), left + int(rng.integers(0, width))] = EMPTY
    for side in (left, left + width - 1):
        what = rng.choice(["door", "gap", "glass", "wall"])
        if what in ("door", "gap"):
            layout.grid[base - 2 : base, side] = EMPTY
        if what == "door":
            w, h = size_of(rng, "door")
            layout.props.add("door", Path(side * tile + (tile - w) / 2, base * tile - h), w, h)
        if what == "glass":
            layout.put(base - 2, side, "glass")
    _furnish(layout, left, base, width, tall)
    if rng.random() < 0.45:
        roof = str(rng.choice(["wood", "brick", "metal", "snow", "leaves"]))
        x0, x1, y = (left - 0.5) * tile, (left + width + 0.5) * tile, (base - tall) * tile
        corners = (x0, y, (x0 + x1) / 2, y - tile * rng.uniform(0.8, 2.5), x1, y)
        layout.behind.append(Shape("polygon", corners, layout.palette(roof, 1), roof))


def _furnish(layout: Layout, left: int, base: int, width: int, tall: int) -> None:
    """Windows, lamps and what stands inside a building or a buried room."""
    rng, tile = layout.rng, layout.tile
    for column in range(left + 1, left + width - 1):
        x, y, roll = column * tile, base * tile, rng.random()
        if roll < 0.14:
            layout.behind.append(
                Shape(
                    "rect", (x + 4, y - tile * 2 + 4, tile - 8, tile - 10), layout.palette("glass"), "glass"
                )
            )
        elif roll < 0.26:
            _lamp(layout, x + tile / 2, y - tile * (tall - 1) + 10)
        elif roll < 0.5:
            _stand(
                layout, str(rng.choice(["chest", "friend", "food", "tool", "coin", "enemy", "unknown"])), x, y
            )
        elif roll < 0.58:
            layout.put(base - 1, column, str(rng.choice(["wood", "metal", "chest", "stone"])), 1)


def _lamp(layout: Layout, x: float, y: float) -> None:
    """A torch or a lamp: light on a stick."""
    rng = layout.rng
    size, color = rng.uniform(4, 11), layout.palette("light", int(rng.integers(0, 2)))
    layout.behind.append(
        Shape(
            "rect",
            (x - 2, y, 4, rng.uniform(8, 18)),
            layout.palette("wood"),
            str(rng.choice(["wood", "metal"])),
        )
    )
    kind = rng.random()
    if kind < 0.5:
        layout.behind.append(Shape("circle", (x, y, size), color, "light"))
    else:
        layout.behind.append(Shape("rect", (x - size / 2, y - size, size, size * 1.3), color, "light"))


def _rooms(layout: Layout, ground: Ground) -> None:
    """Buried rooms of brick, metal or wood."""
    rng = layout.rng
    for _ in range(int(rng.integers(0, 4))):
        width, tall = int(rng.integers(5, 12)), int(rng.integers(3, 6))
        if layout.columns - width < 4:
            return
        left = int(rng.integers(1, layout.columns - width - 1))
        base = int(ground[left : left + width].max()) + tall + int(rng.integers(2, 12))
        if base >= layout.rows - 1:
            continue
        frame = str(rng.choice(["brick", "brick", "stone", "metal", "wood", "floor"]))
        layout.block(base - tall, left, tall + 1, width, frame)
        layout.grid[base - tall + 1 : base, left + 1 : left + width - 1] = EMPTY
        layout.walls[base - tall : base + 1, left : left + width] = cell("wall", int(rng.integers(0, 4)))
        for side in (left, left + width - 1):
            if rng.random() < 0.6:
                layout.grid[base - 2 : base, side] = EMPTY
        _furnish(layout, left, base, width, tall)


def _platforms(layout: Layout, ground: Ground) -> None:
    """Ledges in the air: rows of tiles, thin planks, and rafts that move."""
    rng, tile = layout.rng, layout.tile
    for _ in range(int(rng.integers(2, 12))):
        length, column = int(rng.integers(2, 7)), int(rng.integers(1, layout.columns - 8))
        row = int(ground[column : column + length].min()) - int(rng.integers(3, 7))
        if row < 1:
            continue
        material = str(
            rng.choice(["brick", "wood", "stone", "metal", "glass", "grass", "snow", "floor", "ore"])
        )
        kind, x, y = rng.random(), column * tile, row * tile
        if kind < 0.45:
            layout.block(row, column, 1, length, material)
        elif kind < 0.8:
            at = (x, y, length * tile, rng.uniform(8, 24))
            layout.behind.append(Shape("rect", at, layout.palette(material), material))
        else:
            swing = (rng.uniform(20, 80), 0.0) if rng.random() < 0.5 else (0.0, rng.uniform(10, 50))
            path = Path(x, y, swing, (rng.uniform(0.01, 0.04),) * 2, rng.uniform(0, 6))
            layout.props.add(material, path, length * tile, 16)
        if rng.random() < 0.5:
            _stand(layout, str(rng.choice(["coin", "chest", "enemy", "food", "tool"])), x + tile, y)


def _plants(layout: Layout, ground: Ground) -> None:
    """Trees, bushes, tufts, fences and lamps on dry ground; crates and posts beside them."""
    rng, tile = layout.rng, layout.tile
    dense, column = rng.uniform(0.15, 0.6), 1
    cubic, trunk = rng.random() < 0.2, rng.uniform(7, 20)
    while column < layout.columns - 1:
        row = int(ground[column])
        x, y = (column + 0.5) * tile, row * tile
        dry = layout.grid[row, column] not in (cell("water"), cell("lava"), EMPTY)
        if dry and layout.is_empty(row - 1, column) and layout.walls[row - 1, column] == EMPTY:
            roll = rng.random() / dense
            if roll < 0.5:
                _tree(layout, x, y, trunk, cubic)
                column += int(rng.integers(1, 3))
            elif roll < 0.7:
                layout.behind += blob(
                    rng, x, y - 4, rng.uniform(8, 20), layout.palette("leaves", 1), "leaves"
                )
            elif roll < 0.85:
                _tuft(layout, x, y)
            elif roll < 0.95:
                _lamp(layout, x, y - 30)
                layout.behind.append(Shape("rect", (x - 2, y - 30, 4, 30), layout.palette("wood", 1), "wood"))
            elif roll < 1.1:
                layout.put(
                    row - 1, column, str(rng.choice(["wood", "metal", "brick", "stone", "snow", "chest"])), 1
                )
        column += 1


def _tree(layout: Layout, x: float, y: float, trunk: float, cubic: bool) -> None:
    rng, palette, tile = layout.rng, layout.palette, layout.tile
    tall = tile * rng.uniform(1.6, 4.5)
    layout.behind.append(Shape("rect", (x - trunk / 2, y - tall, trunk, tall), palette("wood"), "wood"))
    crown = palette("leaves", int(rng.integers(0, 2)))
    if cubic:
        wide = tile * float(rng.integers(2, 4))
        layout.behind.append(Shape("rect", (x - wide / 2, y - tall - tile, wide, 2 * tile), crown, "leaves"))
    elif rng.random() < 0.2:
        for i in range(3):  # a fir
            top, half = y - tall - tile + i * tile * 0.7, tile * (0.7 + 0.3 * i)
            layout.behind.append(
                Shape(
                    "polygon",
                    (x - half, top + tile * 1.2, x, top, x + half, top + tile * 1.2),
                    crown,
                    "leaves",
                )
            )
    else:
        layout.behind += blob(rng, x, y - tall, rng.uniform(20, 48), crown, "leaves")


def _tuft(layout: Layout, x: float, y: float) -> None:
    rng = layout.rng
    color = layout.palette("grass", 1)
    for _ in range(int(rng.integers(2, 6))):
        dx = rng.uniform(-12, 12)
        layout.front.append(
            Shape("rect", (x + dx, y - rng.uniform(4, 12), rng.uniform(2, 4), 12), color, "grass")
        )
    if rng.random() < 0.3:
        layout.front.append(Shape("circle", (x, y - 12, 4), layout.palette("leaves", 3), "leaves"))


def _caps(layout: Layout) -> None:
    """In some scenes grass or snow is a strip over the ground, not a whole tile; waves may be low."""
    rng, tile = layout.rng, layout.tile
    cap = str(rng.choice(["grass", "snow"]))
    rows, columns = layout.grid.shape
    if rng.random() < 0.35:
        thick = float(rng.integers(5, 16))
        below = {"grass": "dirt", "snow": str(rng.choice(["dirt", "stone", "grass"]))}[cap]
        for row, column in zip(*np.nonzero(layout.grid == cell(cap)), strict=True):
            layout.grid[row, column] = cell(below)
            layout.front.append(
                Shape("rect", (column * tile, row * tile, tile, thick), layout.palette(cap), cap)
            )
    if rng.random() < 0.3:
        exposed = layout.grid[1:] >= 0
        exposed &= (layout.grid[:-1] == EMPTY) & (rng.random((rows - 1, columns)) < 0.9)
        for row, column in zip(*np.nonzero(exposed & (layout.grid[1:] == cell("stone"))), strict=True):
            layout.front.append(
                Shape("rect", (column * tile, (row + 1) * tile, tile, 6), layout.palette("stone", 3), "stone")
            )


def _sky(layout: Layout, width: int, height: int) -> None:
    """The sky with its sun and clouds, and one or two ranges of hills."""
    rng, palette = layout.rng, layout.palette
    sky = Backdrop("sky", (float(rng.choice([0.0, 0.0, 0.1])), 0.0), 1000.0, (palette("sky"), "sky"))
    if rng.random() < 0.4:
        bands = int(rng.integers(2, 6))
        for i in range(bands):
            at = (-50.0, height * i / bands, width + 900.0, height / bands + 1)
            sky.shapes.append(Shape("rect", at, shade(palette("sky"), 1 + 0.08 * i), "sky"))
    if rng.random() < 0.35:
        sky.shapes.append(
            Shape(
                "circle",
                (rng.uniform(40, width - 40), rng.uniform(30, 120), rng.uniform(14, 34)),
                palette("light"),
                "light",
            )
        )
    for _ in range(int(rng.integers(0, 7))):
        x, y, w = rng.uniform(-40, width + 300), rng.uniform(10, height * 0.5), rng.uniform(40, 130)
        sky.shapes.append(
            Shape("ellipse", (x, y, w, w * rng.uniform(0.25, 0.5)), shade(palette("sky"), 1.2), "sky")
        )
    layout.backdrops.append(sky)
    extent = layout.size[0] + width
    for i in range(int(rng.choice([0, 1, 2], p=(0.12, 0.44, 0.44)))):
        step = float(rng.choice([30, 60, 120]))
        x = np.arange(-60.0, extent, step)
        high = (
            height * rng.uniform(0.35, 0.7)
            + smooth_noise(rng, 1, len(x), rng.uniform(1, 4))[0] * height * 0.45
        )
        points = np.stack([x, high], axis=1).ravel().tolist()
        corners = (x[0].item(), height * 2.5, *points, x[-1].item(), height * 2.5)
        parallax = (0.25 + 0.25 * i, float(rng.choice([0.0, 0.05, 0.2])))
        ridge = Shape("polygon", corners, palette("hill", i), "hill")
        layout.backdrops.append(Backdrop(f"hills{i}", parallax, 200.0 - 80 * i, None, [ridge]))


def _stand(layout: Layout, material: str, x: float, floor: float) -> None:
    """A thing on the floor at (x, floor) px; creatures walk or hop a little."""
    rng = layout.rng
    w, h = size_of(rng, material)
    phase = rng.uniform(0, 6)
    if material == "coin":
        path = Path(x, floor - h - rng.uniform(0, 60), (0, rng.choice([0.0, 4.0])), (0.0, 0.09), phase)
    elif material in ("player", "friend", "enemy", "animal"):
        hop = float(rng.choice([0.0, 0.0, rng.uniform(8, 70)]))
        swing = float(rng.choice([0.0, rng.uniform(8, 60)]))
        path = Path(
            x, floor - h, (swing, 0.0), (rng.uniform(0.02, 0.06), rng.uniform(0.05, 0.11)), phase, hop
        )
    elif material == "vehicle":
        path = Path(x, floor - h, (rng.uniform(0, 160), 0.0), (rng.uniform(0.008, 0.03), 0.0), phase)
    else:
        path = Path(x, floor - h)
    layout.props.add(material, path, w, h)


def _inhabit(layout: Layout, ground: Ground) -> None:
    """Things on every floor: dense enough that each view has a dozen."""
    rng, tile = layout.rng, layout.tile
    kinds = "coin chest player friend enemy animal vehicle tool food light effect unknown door".split()
    weights = np.array([5, 2, 3, 1.5, 3.5, 2, 1, 1.5, 1.5, 0.6, 0.5, 0.6, 0.7])
    solid = layout.grid != EMPTY
    wet = (layout.grid == cell("water")) | (layout.grid == cell("lava"))
    floors = np.argwhere(~solid[:-1] & solid[1:] & ~wet[1:])
    for row, column in rng.permutation(floors)[: int(len(floors) * rng.uniform(0.2, 0.42))]:
        kind = str(rng.choice(kinds, p=weights / weights.sum()))
        x, y = int(column) * tile, (int(row) + 1) * tile
        if kind == "coin":
            for i in range(int(rng.integers(1, 5))):
                _stand(layout, kind, x + i * 26, y)
        elif kind == "enemy" and rng.random() < 0.25:  # flies
            swing = (rng.uniform(10, 80), rng.uniform(5, 30))
            layout.props.add(kind, Path(x, y - rng.uniform(50, 130), swing, (0.04, 0.07), rng.uniform(0, 6)))
        else:
            _stand(layout, kind, x, y)
    for row, column in rng.permutation(np.argwhere(wet))[: int(rng.integers(0, 6))]:
        path = Path(column * tile, row * tile, (rng.uniform(0, 40), 4.0), (0.03, 0.05), rng.uniform(0, 6))
        layout.props.add(str(rng.choice(["animal", "enemy", "food", "coin", "player"])), path)


def _air(layout: Layout, ground: Ground) -> None:
    """Shots, bursts and floating things over the ground."""
    rng, (width, _) = layout.rng, layout.size
    for _ in range(int(rng.integers(4, 16))):
        x = rng.uniform(0, width)
        y = ground[int(x // layout.tile) % layout.columns] * layout.tile - rng.uniform(10, 220)
        kind = rng.choice(
            ["projectile", "effect", "light", "unknown", "animal", "coin"],
            p=(0.4, 0.28, 0.08, 0.06, 0.08, 0.1),
        )
        if kind == "projectile":
            speed = (float(rng.choice([-1, 1])) * rng.uniform(2, 9), rng.uniform(-0.5, 1.0))
            path = Path(x, y, speed=speed, loop=float(rng.integers(40, 120)), phase=rng.uniform(0, 6))
            layout.props.add("projectile", path)
        elif kind == "effect":
            layout.props.add("effect", Path(x, y, phase=rng.uniform(0, 6)), pulse=float(rng.uniform(0, 0.4)))
            layout.front.append(
                Shape(
                    "polygon",
                    polygon(rng, x + 60, y, rng.uniform(4, 16), 7),
                    layout.palette("effect", 1),
                    "effect",
                )
            )
        else:
            layout.props.add(str(kind), Path(x, y, (20.0, 12.0), (0.03, 0.06), rng.uniform(0, 6)))
