"""Walking: faster on roads, slower under a load. The pack animals follow the player's trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.caravan.rules.components import CELL, SUB, Animal, Body, hero
from reskin.demo_games.caravan.rules.land import COLUMNS, PAVED, ROWS, SOLID
from reskin.demo_games.caravan.rules.market import load_of_goods

PACE: Final = 560
"""1/256 px a tick over open ground; a third more on roads, up to a quarter less under a full load."""
HALF_W, HALF_H = 8 * SUB, 5 * SUB
GAP: Final = 14
"""Ticks of walking between the player and the first animal, and between animals."""
LONGEST: Final = 6 * GAP


def remember(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The first system: where everybody was."""
    for _, body in simulation.world.query(Body):
        body.was_x, body.was_y = body.x, body.y


def walk(simulation: Simulation, dx: int, dy: int) -> None:
    """The command `walk`: a step in one of eight directions."""
    dx, dy = max(-1, min(dx, 1)), max(-1, min(dy, 1))
    _, body, player = hero(simulation)
    weight, limit = load_of_goods(simulation)
    pace = PACE * 4 // 3 if kind_at(simulation, body.x, body.y) in PAVED else PACE
    pace -= pace * weight // (4 * limit)
    if dx and dy:
        pace = pace * 181 // 256  # as fast along the diagonal
    if walk_body(simulation, body, dx * pace, dy * pace):
        player.trail[:0] = [body.x, body.y]
        del player.trail[2 * LONGEST :]


def follow(simulation: Simulation, commands: Sequence[Command]) -> None:
    """A system: each animal stands where the player was some steps ago."""
    _, leader, player = hero(simulation)
    for _, body, animal in simulation.world.query(Body, Animal):
        at = min(2 * GAP * animal.place, len(player.trail) - 2)
        x, y = player.trail[at : at + 2] if at >= 0 else (leader.x, leader.y)
        if x != body.x:
            body.facing = 1 if x > body.x else -1
        body.stepped += abs(x - body.x) + abs(y - body.y)
        body.x, body.y = x, y


def walk_body(simulation: Simulation, body: Body, dx: int, dy: int) -> bool:
    """Move a body as far as the ground allows, first along x, then along y. Returns whether it moved."""
    start = body.x, body.y
    if dx and _free(simulation, body.x + dx, body.y):
        body.x += dx
    if dy and _free(simulation, body.x, body.y + dy):
        body.y += dy
    if dx:
        body.facing = 1 if dx > 0 else -1
    body.stepped += abs(body.x - start[0]) + abs(body.y - start[1])
    return (body.x, body.y) != start


def kind_at(simulation: Simulation, x: int, y: int) -> int:
    """The kind of tile at a place."""
    column, row = min(max(x // CELL, 0), COLUMNS - 1), min(max(y // CELL, 0), ROWS - 1)
    return int(simulation.arrays["land"][row, column])


def _free(simulation: Simulation, x: int, y: int) -> bool:
    corners = ((x + i * HALF_W, y + j * HALF_H) for i in (-1, 1) for j in (-1, 1))
    return all(kind_at(simulation, cx, cy) not in SOLID for cx, cy in corners)
