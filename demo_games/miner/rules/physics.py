"""How boxes move through tiles: integers only, one axis at a time, never into a solid cell."""

from __future__ import annotations

from typing import Final

from reskin.demo_games.miner.components import Body
from reskin.demo_games.miner.world.level import Grid
from reskin.demo_games.miner.world.tiles import AIR, BEDROCK, CELL, COLUMNS, LIQUID, ROWS, SOLID, SUB

GRAVITY: Final = 78
FALL_LIMIT: Final = 10 * SUB
SINK_LIMIT: Final = 2 * SUB
WORLD_WIDTH: Final = COLUMNS * CELL


def kind_at(terrain: Grid, column: int, row: int) -> int:
    """The kind of tile in a cell: air above the world, bedrock (solid) beside and below it."""
    if row < 0:
        return AIR
    if row >= ROWS or not 0 <= column < COLUMNS:
        return BEDROCK
    return int(terrain[row, column])


def body_blocked(terrain: Grid, x: int, y: int, w: int, h: int) -> bool:
    """Whether a box (x, y in units, w, h in px) overlaps a solid cell."""
    for row in range(y // CELL, (y + h * SUB - 1) // CELL + 1):
        for column in range(x // CELL, (x + w * SUB - 1) // CELL + 1):
            if SOLID[kind_at(terrain, column, row)]:
                return True
    return False


def move_body(terrain: Grid, body: Body) -> int:
    """Move a body by its speed for one tick. Returns the speed at which it landed, or 0."""
    body.was_x, body.was_y = body.x, body.y
    if body.vx:
        _move_x(terrain, body)
    body.vy = min(
        body.vy + (GRAVITY if not body.wet else GRAVITY // 3), SINK_LIMIT if body.wet else FALL_LIMIT
    )
    landed = _move_y(terrain, body)
    middle = kind_at(terrain, body.cx // CELL, body.cy // CELL)
    body.wet = middle if LIQUID[middle] else 0
    return landed


def _move_x(terrain: Grid, body: Body) -> None:
    x, width = body.x + body.vx, body.w * SUB
    side = x + width - 1 if body.vx > 0 else x
    column = side // CELL
    for row in range(body.y // CELL, (body.y + body.h * SUB - 1) // CELL + 1):
        if SOLID[kind_at(terrain, column, row)]:
            x = column * CELL - width if body.vx > 0 else (column + 1) * CELL
            body.vx = 0
            break
    body.x = min(max(x, 0), WORLD_WIDTH - width)


def _move_y(terrain: Grid, body: Body) -> int:
    y, height = body.y + body.vy, body.h * SUB
    side = y + height - 1 if body.vy > 0 else y
    row = side // CELL
    body.grounded = False
    landed = 0
    for column in range(body.x // CELL, (body.x + body.w * SUB - 1) // CELL + 1):
        if SOLID[kind_at(terrain, column, row)]:
            if body.vy > 0:
                y, body.grounded, landed = row * CELL - height, True, body.vy
            else:
                y = (row + 1) * CELL
            body.vy = 0
            break
    body.y = y
    return landed


def bodies_overlap(a: Body, b: Body) -> bool:
    return a.x < b.x + b.w * SUB and b.x < a.x + a.w * SUB and a.y < b.y + b.h * SUB and b.y < a.y + a.h * SUB
