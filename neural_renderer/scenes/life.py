"""The things in side-view scenes: those that stand, walk, hop, swim and fly, and shots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reskin.neural_renderer.scenes.layout import EMPTY, Ground, Layout, layout_cell
from reskin.neural_renderer.scenes.palette import any_palette_color
from reskin.neural_renderer.scenes.props import PropPath, PropShape, prop_polygon, prop_size


def stand_life(layout: Layout, material: str, x: float, floor: float) -> None:
    """Put a thing on the floor at (x, floor) px. People and animals walk or hop a little."""
    rng = layout.rng
    w, h = prop_size(rng, material)
    phase = rng.uniform(0, 6)
    if material == "coin":
        path = PropPath(x, floor - h - rng.uniform(0, 60), (0, rng.choice([0.0, 4.0])), (0.0, 0.09), phase)
    elif material in ("player", "friend", "enemy", "animal"):
        hop = float(rng.choice([0.0, 0.0, rng.uniform(8, 70)]))
        swing = float(rng.choice([0.0, rng.uniform(8, 60)]))
        path = PropPath(
            x, floor - h, (swing, 0.0), (rng.uniform(0.02, 0.06), rng.uniform(0.05, 0.11)), phase, hop
        )
    elif material == "vehicle":
        path = PropPath(x, floor - h, (rng.uniform(0, 160), 0.0), (rng.uniform(0.008, 0.03), 0.0), phase)
    else:
        path = PropPath(x, floor - h)
    layout.props.add(material, path, w, h)
    if material == "player" and rng.random() < 0.5:  # with something in hand
        held = replace(path, x=x + w * float(rng.choice([-0.6, 0.7])), y=path.y + h * 0.2)
        layout.props.add("tool", held, float(rng.integers(14, 26)), float(rng.integers(14, 26)))


def life_splinters(layout: Layout, x: float, y: float) -> None:
    """A burst of small pieces that fly apart, over and over. Each piece is a separate thing."""
    rng = layout.rng
    loop, phase = float(rng.integers(20, 50)), rng.uniform(0, 6)
    size, color = float(rng.integers(2, 7)), any_palette_color(rng)
    for _ in range(int(rng.integers(3, 8))):
        speed = (rng.uniform(-2.5, 2.5), rng.uniform(-2.0, 2.0))
        layout.props.add(
            "effect", PropPath(x, y, speed=speed, loop=loop, phase=phase), size, size, plain=color
        )


def inhabit(layout: Layout, ground: Ground) -> None:
    """Put things on every floor, so densely that each view has about a dozen."""
    rng, tile = layout.rng, layout.tile
    kinds = [
        "coin", "chest", "player", "friend", "enemy", "animal", "vehicle", "tool", "food",
        "light", "effect", "unknown", "door",
    ]  # fmt: skip
    weights = np.array([5, 2, 3, 1.5, 3.5, 2, 1, 2, 2.2, 0.6, 0.5, 0.6, 0.7])
    solid = layout.grid != EMPTY
    wet = (layout.grid == layout_cell("water")) | (layout.grid == layout_cell("lava"))
    floors = np.argwhere(~solid[:-1] & solid[1:] & ~wet[1:])
    for row, column in rng.permutation(floors)[: int(len(floors) * rng.uniform(0.22, 0.5))]:
        kind = str(rng.choice(kinds, p=weights / weights.sum()))
        x, y = int(column) * tile, (int(row) + 1) * tile
        if kind == "coin":
            for i in range(int(rng.integers(1, 5))):
                stand_life(layout, kind, x + i * 26, y)
        elif kind == "enemy" and rng.random() < 0.25:  # flies
            swing = (rng.uniform(10, 80), rng.uniform(5, 30))
            layout.props.add(
                kind, PropPath(x, y - rng.uniform(50, 130), swing, (0.04, 0.07), rng.uniform(0, 6))
            )
        else:
            stand_life(layout, kind, x, y)
    for row, column in rng.permutation(np.argwhere(wet))[: int(rng.integers(0, 6))]:
        path = PropPath(column * tile, row * tile, (rng.uniform(0, 40), 4.0), (0.03, 0.05), rng.uniform(0, 6))
        layout.props.add(str(rng.choice(["animal", "enemy", "food", "coin", "player"])), path)


def life_in_air(layout: Layout, ground: Ground) -> None:
    """Put shots, bursts and floating things over the ground."""
    rng, (width, _) = layout.rng, layout.size
    for _ in range(int(rng.integers(8, 24))):
        x = rng.uniform(0, width)
        y = ground[int(x // layout.tile) % layout.columns] * layout.tile - rng.uniform(10, 220)
        kind = rng.choice(
            ["projectile", "effect", "light", "unknown", "animal", "coin"],
            p=(0.4, 0.28, 0.08, 0.06, 0.08, 0.1),
        )
        if kind == "projectile":
            speed = (float(rng.choice([-1, 1])) * rng.uniform(2, 9), rng.uniform(-0.5, 1.0))
            path = PropPath(x, y, speed=speed, loop=float(rng.integers(40, 120)), phase=rng.uniform(0, 6))
            layout.props.add("projectile", path)
        elif kind == "effect":
            life_splinters(layout, x + 30, y + rng.uniform(0, 250))
            layout.props.add(
                "effect", PropPath(x, y, phase=rng.uniform(0, 6)), pulse=float(rng.uniform(0, 0.4))
            )
            layout.front.append(
                PropShape(
                    "polygon",
                    prop_polygon(rng, x + 60, y, rng.uniform(4, 16), 7),
                    layout.palette("effect", 1),
                    "effect",
                )
            )
        else:
            layout.props.add(str(kind), PropPath(x, y, (20.0, 12.0), (0.03, 0.06), rng.uniform(0, 6)))
