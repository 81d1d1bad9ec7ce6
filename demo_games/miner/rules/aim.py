"""Which cell the player aims at when only a direction is given, and how deep the player is."""

from __future__ import annotations

from reskin import Simulation
from reskin.demo_games.miner.components import Body, Player, hero
from reskin.demo_games.miner.rules.physics import kind_at
from reskin.demo_games.miner.world.level import level_grid
from reskin.demo_games.miner.world.tiles import CELL, SOLID, SUB


def aim_ahead(simulation: Simulation, down: bool, up: bool) -> tuple[int, int]:
    """The cell to dig: below the feet, above the head, or the first solid one in front."""
    _, body, player = hero(simulation.world)
    terrain = level_grid(simulation, "terrain")
    column, row = cell_of(body)
    if down or up:
        row += 1 if down else -1
        edges = (column, body.x // CELL, (body.x + body.w * SUB - 1) // CELL)
        return next(((c, row) for c in edges if SOLID[kind_at(terrain, c, row)]), (column, row))
    front = column + player.facing
    rows = (row, row - 1, row + 1) if body.grounded else (row, row + 1, row - 1)
    return next(((front, r) for r in rows[:2] if SOLID[kind_at(terrain, front, r)]), (front, row))


def aim_at_gap(simulation: Simulation) -> tuple[int, int]:
    """The cell to fill: under the feet while in the air, in front while standing."""
    _, body, player = hero(simulation.world)
    column, row = cell_of(body)
    if not body.grounded:
        return column, (body.y + body.h * SUB - 1) // CELL + 1
    terrain = level_grid(simulation, "terrain")
    front = column + player.facing
    return (front, row + 1) if not SOLID[kind_at(terrain, front, row + 1)] else (front, row)


def cell_of(body: Body) -> tuple[int, int]:
    """The cell (column, row) that a body's middle lies in."""
    return body.cx // CELL, body.cy // CELL


def depth_m(body: Body, player: Player) -> int:
    """Metres below the spawn, a tile being one; 0 above it."""
    return max(0, (body.y - player.home_y + CELL // 2) // CELL)
