"""Coins as things. Each that lies or flies is one coin of the ledger's account `ground`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.miner.components import Coin, hero
from reskin.demo_games.miner.rules.effects import burst_effect
from reskin.demo_games.miner.rules.physics import FALL_LIMIT, GRAVITY, kind_at
from reskin.demo_games.miner.world.level import Grid, level_grid
from reskin.demo_games.miner.world.tiles import CELL, LAVA, SOLID, SUB

RADIUS: Final = 9 * SUB
REACH_X: Final = 25 * SUB
REACH_Y: Final = 28 * SUB
FLIGHT: Final = 22
"""Ticks before a thrown coin can be picked up, so that one sees it fly."""


def mint_coins(simulation: Simulation, x: int, y: int, count: int, reason: str) -> None:
    """Mint coins that fly from a place."""
    simulation.ledger.mint("ground", "coin", count, reason, simulation.tick)
    throw_coins(simulation, x, y, count)


def throw_coins(simulation: Simulation, x: int, y: int, count: int) -> None:
    """Spawn coins that the ground account holds already."""
    chance = simulation.streams["coins"]
    for _ in range(count):
        vx, vy = chance.between(-300, 300), chance.between(-1150, -700)
        simulation.world.spawn(Coin(x, y, x, y, vx, vy, FLIGHT, False))


def collect_coins(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: moves flying coins, and gives the player those within reach."""
    _, body, _ = hero(simulation.world)
    world, ledger, tick = simulation.world, simulation.ledger, simulation.tick
    terrain = level_grid(simulation, "terrain")
    cx, cy = body.cx, body.cy
    for id, coin in world.query(Coin):
        if not coin.resting:
            if _fly(terrain, coin) == LAVA:
                ledger.burn("ground", "coin", 1, "melted in lava", tick)
                burst_effect(simulation, coin.x, coin.y, "#ffb03a")
                world.despawn(id)
                continue
        elif abs(coin.x - cx) > REACH_X:
            continue
        if not coin.flying and abs(coin.x - cx) < REACH_X and abs(coin.y - cy) < REACH_Y:
            ledger.transfer("ground", "player", "coin", 1, "picked up", tick)
            burst_effect(simulation, coin.x, coin.y, "#ffe48a")
            simulation.emit("coin", x=coin.x // SUB, y=coin.y // SUB)
            world.despawn(id)


def _fly(terrain: Grid, coin: Coin) -> int:
    """One tick of flight; bounces off what is solid. Returns the kind of tile that it is in."""
    coin.was_x, coin.was_y = coin.x, coin.y
    coin.flying = max(coin.flying - 1, 0)
    coin.vy = min(coin.vy + GRAVITY, FALL_LIMIT)
    ahead = coin.x + coin.vx + (RADIUS if coin.vx > 0 else -RADIUS)
    if SOLID[kind_at(terrain, ahead // CELL, coin.y // CELL)]:
        coin.vx = -coin.vx // 2
    else:
        coin.x += coin.vx
    edge = coin.y + coin.vy + (RADIUS if coin.vy > 0 else -RADIUS)
    row = edge // CELL
    if not SOLID[kind_at(terrain, coin.x // CELL, row)]:
        coin.y += coin.vy
    elif coin.vy > 0:
        coin.y = row * CELL - RADIUS
        coin.vx = coin.vx * 2 // 3
        coin.vy = -coin.vy * 2 // 5 if coin.vy > 500 else 0
        if coin.vy == 0:
            coin.resting, coin.flying, coin.vx = True, 0, 0
            coin.was_x, coin.was_y = coin.x, coin.y
    else:
        coin.vy = 0
    return kind_at(terrain, coin.x // CELL, coin.y // CELL)
