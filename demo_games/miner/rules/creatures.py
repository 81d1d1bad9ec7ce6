"""The other creatures: slimes that hop and hurt, animals that graze, and the shopkeeper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.miner.components import SLIME_SIZE, Animal, Body, Friend, Nature, Player, Slime, hero
from reskin.demo_games.miner.rules import coins, physics
from reskin.demo_games.miner.rules.effects import burst_effect
from reskin.demo_games.miner.rules.health import reduce_health
from reskin.demo_games.miner.rules.physics import kind_at
from reskin.demo_games.miner.world.level import level_grid
from reskin.demo_games.miner.world.tiles import AIR, CELL, COLUMNS, LAVA, ROWS, SOLID, SUB

AWAKE: Final = 22 * CELL
"""Beyond this distance from the player nothing moves."""
SIGHT: Final = 7 * CELL
TOUCH_DAMAGE: Final = 12
STOMP_DAMAGE: Final = 10
MOST_SLIMES: Final = 22
SLIME_PAUSE: Final = 900
"""Ticks between two new slimes."""


def move_creatures(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: moves every creature near the player, and adds slimes now and then."""
    world, terrain = simulation.world, level_grid(simulation, "terrain")
    _, body, player = hero(world)
    for id, other, slime in world.query(Body, Slime):
        if abs(other.cx - body.cx) < AWAKE and abs(other.cy - body.cy) < AWAKE:
            _hop(simulation, other, slime, body)
            physics.move_body(terrain, other)
            if other.wet == LAVA:
                burst_effect(simulation, other.cx, other.cy, "#ffb03a")
                world.despawn(id)
            elif physics.bodies_overlap(other, body):
                _touch(simulation, id, other, body, player)
    for _, other, animal in world.query(Body, Animal):
        if abs(other.cx - body.cx) < AWAKE:
            _graze(simulation, other, animal)
            physics.move_body(terrain, other)
    for _, other, friend in world.query(Body, Friend):
        if abs(other.cx - body.cx) < AWAKE:
            friend.facing = 1 if body.cx > other.cx else -1
            physics.move_body(terrain, other)
    _add_slime(simulation, body)


def strike_creature(simulation: Simulation, id: int, damage: int, push: int) -> None:
    """Hurt a slime and push it; a slime that dies leaves coins."""
    world = simulation.world
    body, slime = world.get(id, Body), world.get(id, Slime)
    if slime.hurt:
        return
    slime.health -= damage
    slime.hurt, slime.wait = 12, 24
    body.vx, body.vy = push * 520, -620
    burst_effect(simulation, body.cx, body.cy, "#a45fd0")
    if slime.health <= 0:
        coins.mint_coins(simulation, body.cx, body.cy, 2, "left by a slime")
        simulation.emit("slime_died")
        world.despawn(id)


def _hop(simulation: Simulation, body: Body, slime: Slime, player: Body) -> None:
    slime.hurt = max(slime.hurt - 1, 0)
    if not body.grounded and not body.wet:
        return
    body.vx -= body.vx // 4 if abs(body.vx) > 16 else body.vx
    slime.wait -= 1
    if slime.wait > 0:
        return
    chance = simulation.streams["slimes"]
    dx = player.cx - body.cx
    sees = abs(dx) < SIGHT and abs(player.cy - body.cy) < 4 * CELL
    if sees:
        slime.heading = 1 if dx > 0 else -1
    elif chance.chance(1, 2):
        slime.heading = -slime.heading
    body.vy = -chance.between(1000, 1350)
    body.vx = slime.heading * (chance.between(240, 400) if sees else 160)
    slime.wait = chance.between(26, 50) if sees else chance.between(50, 110)


def _touch(simulation: Simulation, id: int, slime: Body, body: Body, player: Player) -> None:
    """The player and a slime touch: from above that is a stomp, otherwise it hurts the player."""
    if body.vy - slime.vy > 250 and body.was_y + body.h * SUB <= slime.was_y + slime.h * SUB // 2:
        body.vy = -1200
        player.highest = body.y
        strike_creature(simulation, id, STOMP_DAMAGE, 0)
        return
    if simulation.world.get(id, Slime).hurt:
        return
    away = 1 if body.cx > slime.cx else -1
    if reduce_health(simulation, TOUCH_DAMAGE, "slime"):
        body.vx, body.vy = away * 700, -800


def _graze(simulation: Simulation, body: Body, animal: Animal) -> None:
    """Walk a little, stand a little; turn at ledges, walls and water."""
    animal.wait -= 1
    chance = simulation.streams["animals"]
    if animal.wait <= 0:
        animal.wait = chance.between(70, 200)
        if chance.chance(1, 2):
            animal.heading = -animal.heading
    if not body.grounded:
        return
    if animal.wait > 70:
        body.vx = 0
        return
    terrain = level_grid(simulation, "terrain")
    ahead = (body.cx + animal.heading * 20 * SUB) // CELL
    row = (body.y + body.h * SUB - 1) // CELL
    if kind_at(terrain, ahead, row) != AIR or not SOLID[kind_at(terrain, ahead, row + 1)]:
        animal.heading = -animal.heading
        animal.wait = 120
        body.vx = 0
    else:
        body.vx = animal.heading * 90


def _add_slime(simulation: Simulation, player: Body) -> None:
    """Every SLIME_PAUSE ticks a slime appears on a cave floor, far from the player."""
    world, tick = simulation.world, simulation.tick
    ((_, nature),) = world.query(Nature)
    if tick < nature.next_slime:
        return
    nature.next_slime = tick + SLIME_PAUSE
    if sum(1 for _ in world.query(Slime)) >= MOST_SLIMES:
        return
    chance, terrain = simulation.streams["slimes"], level_grid(simulation, "terrain")
    for _ in range(24):
        column, row = chance.between(2, COLUMNS - 3), chance.between(ROWS // 3, ROWS - 8)
        far = abs(column * CELL - player.cx) > 14 * CELL
        if far and kind_at(terrain, column, row) == AIR and SOLID[kind_at(terrain, column, row + 1)]:
            spawn_slime(simulation, column, row)
            return


def spawn_slime(simulation: Simulation, column: int, row: int) -> int:
    """A slime that stands in a cell. Returns its id."""
    body = standing_creature(column, row, SLIME_SIZE)
    return simulation.world.spawn(body, Slime(heading=1 if column % 2 else -1))


def standing_creature(column: int, row: int, size: tuple[int, int]) -> Body:
    """A body of (w, h) px that stands on the floor of a cell."""
    w, h = size
    x, y = column * CELL + (CELL - w * SUB) // 2, (row + 1) * CELL - h * SUB
    return Body(x, y, w, h, was_x=x, was_y=y)
