"""The rules at a glance: the systems in their order, how a world begins, and what the loop calls.

Every scripted game has `SYSTEMS` and `begin`; the other functions are called if they exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reskin import Command, Inputs, Simulation
from reskin.demo_games.caravan.rules import land, life, market, quests, trader, view, walking
from reskin.demo_games.caravan.rules.beginning import fill_beginning_world
from reskin.demo_games.caravan.rules.components import GOODS, Animal, Town, hero
from reskin.engine.script import on

if TYPE_CHECKING:
    from reskin import Canvas

DOZEN: Final = 12
"""While a key is held, a piece is bought or sold once in so many ticks."""


def set_goal(simulation: Simulation, town: int) -> None:
    """The command `goal`, which only the bot gives: where to go next, 0 for nowhere."""
    if town == 0 or simulation.world.has(town, Town):
        hero(simulation)[2].goal = town


SYSTEMS = (
    walking.remember,
    on(walk=walking.walk, goal=set_goal),
    walking.follow,
    on(buy=market.buy, sell=market.sell, hire=market.hire, use=life.use_chest_or_talk, swing=life.swing),
    life.stroll,
    life.lurk,
    life.collect,
    market.harvest,
    quests.offer,
)


def begin(simulation: Simulation) -> None:
    """Fill an empty world: the land, then its people and goods."""
    ground, towns = land.make_land(simulation.streams["land"])
    simulation.arrays["land"], simulation.arrays["ways"] = ground, land.land_ways(ground, towns)
    fill_beginning_world(simulation, ground, towns)


def commands(simulation: Simulation, inputs: Inputs) -> list[Command]:
    """The commands for the keys that are down."""
    asked, command = inputs.held.union(inputs.pressed), simulation.command
    dx, dy = ("right" in asked) - ("left" in asked), ("down" in asked) - ("up" in asked)
    result = [command("walk", dx, dy)] if dx or dy else []
    result += [command(action) for action in inputs.pressed if action in ("use", "swing", "hire")]
    for number, good in enumerate(GOODS, 1):
        action = f"good {number}"
        if action in inputs.pressed or (action in inputs.held and simulation.tick % DOZEN == 0):
            result.append(command("sell" if "sell" in asked else "buy", good, 1))
    return result


def bot(simulation: Simulation) -> list[Command]:
    return trader.trader_commands(simulation)


def draw(canvas: Canvas, simulation: Simulation, alpha: float, caption: str) -> None:
    view.draw_view(canvas, simulation, alpha, caption)


def report(simulation: Simulation) -> dict[str, int]:
    _, _, player = hero(simulation)
    return {
        "coins": simulation.ledger.balance("player", "coin"),
        "earned": player.earned,
        "delivered": player.delivered,
        "robbed": player.robbed,
        "animals": sum(1 for _ in simulation.world.query(Animal)),
        "carried": sum(simulation.ledger.holdings("pack").values()),
    }
