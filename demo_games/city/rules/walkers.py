"""People on foot: each walks around a block on its pavement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.city.components import Body, Walker
from reskin.demo_games.city.plan import Streets, plan_streets
from reskin.demo_games.city.units import SUB

PEOPLE: Final = 44
KERB: Final = 54
"""Px from the middle of a street to where people walk."""


def populate_walkers(simulation: Simulation, streets: Streets) -> None:
    """Spawn people, each somewhere on the way to a corner of its block."""
    chance = simulation.streams["people"]
    rows = [row for row in range(len(streets.ys) - 1) if row != streets.river]
    for _ in range(PEOPLE):
        column, row, corner = chance.below(len(streets.xs) - 1), chance.pick(rows), chance.below(4)
        walker = Walker(column, row, corner, chance.chance(1, 2), chance.below(6), chance.between(110, 190))
        x, y = _corner(streets, walker, corner)
        from_x, from_y = _corner(streets, walker, corner + (3 if walker.clockwise else 1))
        part = chance.below(256)
        x, y = x + (from_x - x) * part // 256, y + (from_y - y) * part // 256
        simulation.world.spawn(Body(x, y, 0, x, y), walker)


def move_walkers(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: everybody walks to a corner, then to the next, and three times as fast when startled."""
    streets = plan_streets(simulation)
    for _, body, walker in simulation.world.query(Body, Walker):
        body.was_x, body.was_y = body.x, body.y
        walker.startled = max(walker.startled - 1, 0)
        pace = walker.pace * (3 if walker.startled else 1)
        x, y = _corner(streets, walker, walker.corner)
        body.x += max(-pace, min(x - body.x, pace))
        body.y += max(-pace, min(y - body.y, pace))
        if (body.x, body.y) == (x, y):
            walker.corner = (walker.corner + (1 if walker.clockwise else -1)) % 4


def _corner(streets: Streets, walker: Walker, corner: int) -> tuple[int, int]:
    """Where a corner of the walker's block is, in 1/256 px."""
    east, south = corner % 4 in (1, 2), corner % 4 in (2, 3)
    x = streets.xs[walker.column + east] + (-KERB if east else KERB)
    y = streets.ys[walker.row + south] + (-KERB if south else KERB)
    return x * SUB, y * SUB
