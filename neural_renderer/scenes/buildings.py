"""Buildings in side-view scenes: houses, buried rooms, ledges and lamps."""

from __future__ import annotations

from reskin.neural_renderer.scenes.layout import EMPTY, Ground, Layout, layout_cell
from reskin.neural_renderer.scenes.life import stand_life
from reskin.neural_renderer.scenes.props import PropPath, PropShape, prop_size


def ruin(layout: Layout, ground: Ground) -> None:
    """A building on the surface: walls with gaps, a back wall, floor, window, door, roof."""
    rng, tile = layout.rng, layout.tile
    width, tall = int(rng.integers(4, 10)), int(rng.integers(3, 6))
    left = int(rng.integers(1, max(2, layout.columns - width - 1)))
    base = int(ground[left : left + width].max())
    if base - tall < 2 or layout.grid[base, left] in (layout_cell("water"), layout_cell("lava")):
        return
    frame = str(rng.choice(["brick", "wall", "wood", "metal", "stone"], p=(0.4, 0.15, 0.25, 0.12, 0.08)))
    ground[left : left + width] = base
    layout.grid[base - tall : base, left : left + width] = EMPTY
    layout.walls[base - tall : base, left : left + width] = layout_cell(
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
            w, h = prop_size(rng, "door")
            layout.props.add("door", PropPath(side * tile + (tile - w) / 2, base * tile - h), w, h)
        if what == "glass":
            layout.put(base - 2, side, "glass")
    furnish_building(layout, left, base, width, tall)
    if rng.random() < 0.45:
        roof = str(rng.choice(["wood", "brick", "metal", "snow", "leaves"]))
        x0, x1, y = (left - 0.5) * tile, (left + width + 0.5) * tile, (base - tall) * tile
        corners = (x0, y, (x0 + x1) / 2, y - tile * rng.uniform(0.8, 2.5), x1, y)
        layout.behind.append(PropShape("polygon", corners, layout.palette(roof, 1), roof))


def furnish_building(layout: Layout, left: int, base: int, width: int, tall: int) -> None:
    """Put windows, lamps and things into a building or a buried room."""
    rng, tile = layout.rng, layout.tile
    for column in range(left + 1, left + width - 1):
        x, y, roll = column * tile, base * tile, rng.random()
        if roll < 0.14:
            layout.behind.append(
                PropShape(
                    "rect", (x + 4, y - tile * 2 + 4, tile - 8, tile - 10), layout.palette("glass"), "glass"
                )
            )
        elif roll < 0.26:
            building_lamp(layout, x + tile / 2, y - tile * (tall - 1) + 10)
        elif roll < 0.5:
            stand_life(
                layout, str(rng.choice(["chest", "friend", "food", "tool", "coin", "enemy", "unknown"])), x, y
            )
        elif roll < 0.58:
            layout.put(base - 1, column, str(rng.choice(["wood", "metal", "chest", "stone"])), 1)


def building_lamp(layout: Layout, x: float, y: float) -> None:
    """A torch or a lamp: a light on a stick."""
    rng = layout.rng
    size, color = rng.uniform(4, 11), layout.palette("light", int(rng.integers(0, 2)))
    layout.behind.append(
        PropShape(
            "rect",
            (x - 2, y, 4, rng.uniform(8, 18)),
            layout.palette("wood"),
            str(rng.choice(["wood", "metal"])),
        )
    )
    kind = rng.random()
    if kind < 0.5:
        layout.behind.append(PropShape("circle", (x, y, size), color, "light"))
    else:
        layout.behind.append(PropShape("rect", (x - size / 2, y - size, size, size * 1.3), color, "light"))


def building_rooms(layout: Layout, ground: Ground) -> None:
    """Rooms of brick, metal, wood or the like, buried in the ground."""
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
        layout.walls[base - tall : base + 1, left : left + width] = layout_cell(
            "wall", int(rng.integers(0, 4))
        )
        for side in (left, left + width - 1):
            if rng.random() < 0.6:
                layout.grid[base - 2 : base, side] = EMPTY
        furnish_building(layout, left, base, width, tall)


def building_platforms(layout: Layout, ground: Ground) -> None:
    """Platforms in the air: rows of tiles, thin planks, and rafts that move."""
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
            layout.behind.append(PropShape("rect", at, layout.palette(material), material))
        else:
            swing = (rng.uniform(20, 80), 0.0) if rng.random() < 0.5 else (0.0, rng.uniform(10, 50))
            path = PropPath(x, y, swing, (rng.uniform(0.01, 0.04),) * 2, rng.uniform(0, 6))
            layout.props.add(material, path, length * tile, 16)
        if rng.random() < 0.5:
            stand_life(layout, str(rng.choice(["coin", "chest", "enemy", "food", "tool"])), x + tile, y)
