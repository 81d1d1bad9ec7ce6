"""How the player moves: walking, jumping, swimming, and what a fall does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.miner.components import Body, Player, hero
from reskin.demo_games.miner.rules import physics
from reskin.demo_games.miner.rules.health import reduce_health
from reskin.demo_games.miner.rules.physics import body_blocked, kind_at
from reskin.demo_games.miner.world.level import Grid, level_grid
from reskin.demo_games.miner.world.tiles import CELL, LIQUID, SUB, WATER

WALK: Final = 620
"""Top speed: 2.4 px a tick, four and a half tiles a second."""
GROUND_PUSH, AIR_PUSH, FRICTION = 70, 48, 90
JUMP: Final = 1740
"""Clears two tiles, and not three."""
SHORT_JUMP: Final = 700
SWIM_PUSH, SWIM_LIMIT = 150, 1000
GOAL_TICKS: Final = 360
"""After so many ticks a bot gives up a goal."""
HOP_OUT: Final = 1480
"""Speed of the leap out of the water, once the head is above it."""
GRACE: Final = 6
"""Ticks after leaving an edge in which one may still jump, and for which a jump before landing is kept."""
SAFE_FALL: Final = 5 * CELL
FALL_DAMAGE: Final = 6
"""Health lost for every tile fallen beyond the safe height."""


def walk(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: reads `walk` (-1, 0 or 1), `jump` and `goal`; moves the player."""
    _, body, player = hero(simulation.world)
    wanted, jump = 0, False
    for command in commands:
        if command.name == "walk":
            wanted = max(-1, min(1, int(command.args[0])))
        elif command.name == "jump":
            jump = True
        elif command.name == "goal":
            _head_for(simulation, player, command)
    _push(body, player, wanted)
    terrain = level_grid(simulation, "terrain")
    _jump(terrain, body, player, jump)
    before = body.grounded
    landed = physics.move_body(terrain, body)
    if wanted and body.x == body.was_x and not body.grounded:
        _slip_in(terrain, body, wanted)
    player.still += 1
    if max(abs(body.x - player.still_x), abs(body.y - player.still_y)) > 3 * CELL // 2:
        player.still_x, player.still_y, player.still = body.x, body.y, 0
    _fall(simulation, body, player, landed, before)


def _head_for(simulation: Simulation, player: Player, command: Command) -> None:
    """A bot's goal, kept in the state so that the bot needs no memory: column, row, whether it pays."""
    player.goal_column, player.goal_row = int(command.args[0]), int(command.args[1])
    player.goal_pays = bool(command.args[2])
    player.goal_until = simulation.tick + GOAL_TICKS


def _push(body: Body, player: Player, wanted: int) -> None:
    limit = WALK * 3 // 5 if body.wet else WALK
    if wanted:
        player.facing = wanted
        push = GROUND_PUSH if body.grounded else AIR_PUSH
        body.vx = max(-limit, min(limit, body.vx + wanted * push))
    elif body.vx:
        slow = min(abs(body.vx), FRICTION if body.grounded else FRICTION // 3)
        body.vx -= slow if body.vx > 0 else -slow


def _jump(terrain: Grid, body: Body, player: Player, jump: bool) -> None:
    player.footing = GRACE if body.grounded else max(player.footing - 1, 0)
    player.jump_wish = GRACE if jump and not player.jump_held else max(player.jump_wish - 1, 0)
    player.jump_held = jump
    if body.wet:
        surfaced = not LIQUID[kind_at(terrain, body.cx // CELL, body.y // CELL)]
        if jump and surfaced and body.wet == WATER:
            body.vy = -HOP_OUT
        elif jump:
            body.vy = max(body.vy - SWIM_PUSH, -SWIM_LIMIT)
    elif player.jump_wish and player.footing:
        body.vy = -JUMP
        player.jump_wish = player.footing = 0
    elif not jump and body.vy < -SHORT_JUMP:
        body.vy = -SHORT_JUMP


def _slip_in(terrain: Grid, body: Body, wanted: int) -> None:
    """Move by up to 6 px up or down into a gap: in flight one that is a tile high is easily missed."""
    x = body.x + wanted * 2 * SUB
    for px in (1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6):
        y = body.y + px * SUB
        if not any(body_blocked(terrain, left, y, body.w, body.h) for left in (x, body.x)):
            body.x, body.y, body.vy = x, y, 0
            return


def _fall(simulation: Simulation, body: Body, player: Player, landed: int, before: bool) -> None:
    if landed and not before:
        height = body.y - player.highest - SAFE_FALL
        if height > 0:
            reduce_health(simulation, FALL_DAMAGE * (1 + height // CELL), "fell")
    if body.grounded or body.wet:
        player.highest = body.y
    player.highest = min(player.highest, body.y)


def reaches(body: Body, column: int, row: int, tiles_256: int = 660) -> bool:
    """Whether the middle of a cell lies within reach of a body's middle, on both axes."""
    reach = tiles_256 * CELL // 256
    dx = column * CELL + CELL // 2 - body.cx
    dy = row * CELL + CELL // 2 - body.cy
    return abs(dx) <= reach and abs(dy) <= reach
