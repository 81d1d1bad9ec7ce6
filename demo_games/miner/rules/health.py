"""Damage, healing and death. Death costs a quarter of the coins; the ledger says where each of them goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.miner.components import FULL_HEALTH, Body, Player, hero
from reskin.demo_games.miner.rules import coins
from reskin.demo_games.miner.rules.effects import burst_effect, note_effect
from reskin.demo_games.miner.rules.physics import kind_at
from reskin.demo_games.miner.world.level import level_grid
from reskin.demo_games.miner.world.tiles import CELL, LAVA, SUB

INVULNERABLE: Final = 50
REST_BEFORE_HEALING: Final = 200
HEALING_PACE: Final = 16
LAVA_PACE: Final = 10
LAVA_DAMAGE: Final = 7
TOLL: Final = 4
"""Death costs one coin in this many."""


def reduce_health(simulation: Simulation, damage: int, cause: str, through: bool = False) -> bool:
    """Reduce the player's health, unless it was hurt just now; `through` ignores that. Whether it did."""
    _, body, player = hero(simulation.world)
    if player.invulnerable and not through:
        return False
    player.health -= damage
    player.unhurt = 0
    player.invulnerable = INVULNERABLE
    note_effect(simulation, body.cx, body.y, f"-{damage}")
    simulation.emit("hurt", damage=damage, cause=cause)
    return True


def update_health(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: lava, healing, death."""
    _, body, player = hero(simulation.world)
    player.invulnerable = max(player.invulnerable - 1, 0)
    player.unhurt += 1
    feet = kind_at(level_grid(simulation, "terrain"), body.cx // CELL, (body.y + body.h * SUB - 1) // CELL)
    if LAVA in (feet, body.wet) and player.unhurt > LAVA_PACE:
        reduce_health(simulation, LAVA_DAMAGE, "lava", through=True)
        burst_effect(simulation, body.cx, body.cy, "#ffb03a")
    if player.unhurt > REST_BEFORE_HEALING and player.health < FULL_HEALTH:
        player.health += simulation.tick % HEALING_PACE == 0
    if player.health <= 0:
        _die(simulation, body, player)


def _die(simulation: Simulation, body: Body, player: Player) -> None:
    ledger, tick = simulation.ledger, simulation.tick
    lost = ledger.balance("player", "coin") // TOLL
    if lost and body.wet == LAVA:
        ledger.burn("player", "coin", lost, "melted in lava", tick)
    elif lost:
        ledger.transfer("player", "ground", "coin", lost, "dropped dying", tick)
        coins.throw_coins(simulation, body.cx, body.cy, lost)
    burst_effect(simulation, body.cx, body.cy, "#d8483c")
    simulation.emit("died", lost=lost)
    player.health, player.deaths = FULL_HEALTH, player.deaths + 1
    player.invulnerable, player.respawned, player.unhurt = 2 * INVULNERABLE, tick, 0
    player.dig_column, player.dig_work, player.still = -1, 0, 0
    body.x = body.was_x = player.home_x
    body.y = body.was_y = player.highest = player.home_y
    body.vx = body.vy = body.wet = 0
