"""Water and lava: they fall, flow sideways under pressure, and turn to stone where they meet.

Only cells next to a change are processed, so that a liquid at rest costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.miner.components import Nature
from reskin.demo_games.miner.rules.physics import kind_at
from reskin.demo_games.miner.world.level import Grid, level_grid
from reskin.demo_games.miner.world.tiles import AIR, COLUMNS, LAVA, LIQUID, STONE, WATER

PACE: Final = {WATER: 6, LAVA: 18}
"""Ticks between two moves of a liquid."""


def wake_liquids(simulation: Simulation, column: int, row: int) -> None:
    """Process the liquids around a cell from now on."""
    terrain = level_grid(simulation, "terrain")
    ((_, nature),) = simulation.world.query(Nature)
    found = [
        r * COLUMNS + c
        for r in range(row - 1, row + 2)
        for c in range(column - 1, column + 2)
        if 0 <= c < COLUMNS and r >= 0 and LIQUID[kind_at(terrain, c, r)]
    ]
    if found:
        nature.flowing = sorted(dict.fromkeys(nature.flowing + found))


def flow_liquids(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: moves what can move, lowest rows first, so that a column of liquid falls as a whole."""
    ((_, nature),) = simulation.world.query(Nature)
    if not nature.flowing or simulation.tick % PACE[WATER]:
        return
    terrain = level_grid(simulation, "terrain")
    todo, nature.flowing = nature.flowing, []
    for cell in reversed(todo):
        row, column = divmod(cell, COLUMNS)
        kind = kind_at(terrain, column, row)
        if not LIQUID[kind]:
            continue
        if simulation.tick % PACE[kind]:
            nature.flowing = sorted(dict.fromkeys([*nature.flowing, cell]))
            continue
        target = _way(terrain, column, row, kind)
        if target is not None:
            _pour(simulation, (column, row), target, kind)
        elif _thin(terrain, column, row, kind):
            terrain[row, column] = AIR
            wake_liquids(simulation, column, row)


def _pour(simulation: Simulation, source: tuple[int, int], target: tuple[int, int], kind: int) -> None:
    """Move one cell of liquid. Where water and lava meet, stone is left."""
    terrain = level_grid(simulation, "terrain")
    c, r = target
    meets = kind_at(terrain, c, r) == WATER + LAVA - kind
    terrain[r, c] = STONE if meets else kind
    terrain[source[1], source[0]] = AIR
    wake_liquids(simulation, *source)
    wake_liquids(simulation, c, r)


def _thin(terrain: Grid, column: int, row: int, kind: int) -> bool:
    """Whether a cell is a remainder on the same liquid. It vanishes, so that the surface becomes level."""
    return kind_at(terrain, column, row + 1) == kind and any(
        kind_at(terrain, c, row) == AIR and kind_at(terrain, c, row + 1) == kind
        for c in (column - 1, column + 1)
    )


def _way(terrain: Grid, column: int, row: int, kind: int) -> tuple[int, int] | None:
    """Where a cell of liquid moves: down, to a side that leads down, or, under other liquid, to any side."""
    other = WATER + LAVA - kind
    below = kind_at(terrain, column, row + 1)
    if below in (AIR, other):
        return column, row + 1
    pressed = row > 0 and kind_at(terrain, column, row - 1) == kind
    for c in (column - 1, column + 1) if (column + row) % 2 else (column + 1, column - 1):
        beside = kind_at(terrain, c, row)
        if beside == other:
            return c, row
        if beside == AIR and (pressed or kind_at(terrain, c, row + 1) == AIR):
            return c, row
    return None
