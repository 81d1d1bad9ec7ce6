"""A bot that trades: it compares all markets, loads what earns most for the distance, and goes there.

All that it remembers is its goal, which is part of the state.
"""

from __future__ import annotations

from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.caravan.rules import life, market, quests
from reskin.demo_games.caravan.rules.beginning import _middle
from reskin.demo_games.caravan.rules.components import (
    CELL,
    GOODS,
    SUB,
    Animal,
    Bandit,
    Body,
    Player,
    Town,
    hero,
    is_near_body,
)
from reskin.demo_games.caravan.rules.land import COLUMNS, NEVER, ROWS

PAUSE: Final = 6
"""Ticks between two deals, so that a person can follow them."""
WORTH: Final = 112
"""A piece is bought if it sells elsewhere for more than this percentage of its price here."""
RESERVE: Final = 40
"""Coins that must be left after buying an animal."""


def trader_commands(simulation: Simulation) -> list[Command]:
    """Commands for the next tick."""
    _, body, player = hero(simulation)
    found = market.market(simulation)
    if player.goal and (found is None or found[0] != player.goal):
        return [*_on_the_way(simulation, body, player), *_step(simulation, body, player.goal)]
    if simulation.tick % PAUSE:
        return []
    if found is None:
        return _go(simulation, _nearest(simulation, body))
    return _deal(simulation, player, *found)


def _on_the_way(simulation: Simulation, body: Body, player: Player) -> list[Command]:
    """Hit bandits that come too near, and empty chests within reach."""
    result = []
    if not player.swing:
        for id, other, bandit in simulation.world.query(Body, Bandit):
            armed = not bandit.fleeing or simulation.ledger.balance(f"bandit:{id}", "coin")
            if armed and is_near_body(other, body.x, body.y, life.STAFF - 6):
                result = [simulation.command("swing")]
    found = life.chest_goods_near(simulation)
    if any(item == "coin" or market.room_for_goods(simulation, item) for item in found):
        result.append(simulation.command("use"))
    return result


def _deal(simulation: Simulation, player: Player, here: int, town: Town) -> list[Command]:
    """One deal at a market: deliver, accept, sell, hire or buy. When nothing earns any more, go."""
    command, ledger = simulation.command, simulation.ledger
    if player.goal:
        return [command("goal", 0)]
    if quests.quest_due(simulation, here) or quests.quest_offered(simulation, here):
        return [command("use")]
    for good in ledger.holdings("pack"):
        if _spare(simulation, good) > 0 and _sells_here(simulation, town, good):
            return [command("sell", good, 1)]
    prices = market.ANIMAL_PRICES[sum(1 for _ in simulation.world.query(Animal)) :]
    if prices and ledger.balance("player", "coin") >= prices[0] + RESERVE:
        return [command("hire")]
    wanted = _for_the_quest(simulation, town)
    if wanted:
        return [command("buy", wanted, 1)]
    target, good = _best(simulation, here, town)
    return [command("buy", good, 1)] if good else _go(simulation, target)


def _spare(simulation: Simulation, good: str) -> int:
    """Pieces of a good in the pack that the delivery does not need."""
    quest = quests.quest_taken(simulation)
    kept = quest[1].count if quest and quest[1].good == good else 0
    return simulation.ledger.balance("pack", good) - kept


def _sells_here(simulation: Simulation, town: Town, good: str) -> bool:
    """Whether no other market would give much more, and this one can pay."""
    here = market.market_stock(simulation, town, good)
    coins = market.price_to_sell(here, good)
    if here >= market.FULLEST or not 0 < coins <= simulation.ledger.balance(f"shop:{town.name}", "coin"):
        return False
    others = (other for _, other in simulation.world.query(Town) if other.name != town.name)
    return all(
        market.price_to_sell(market.market_stock(simulation, other, good), good) * 100 <= coins * WORTH
        for other in others
    )


def _for_the_quest(simulation: Simulation, town: Town) -> str:
    """The good that the delivery still lacks, if it can be bought here at a reasonable price."""
    quest = quests.quest_taken(simulation)
    if quest is None:
        return ""
    good = quest[1].good
    lacks = simulation.ledger.balance("pack", good) < quest[1].count
    stock = market.market_stock(simulation, town, good)
    dear = not stock or market.price_to_buy(stock, good) > GOODS[good].price * 3 // 2
    if not lacks or dear or not market.room_for_goods(simulation, good):
        return ""
    return good if market.price_to_buy(stock, good) <= simulation.ledger.balance("player", "coin") else ""


def _best(simulation: Simulation, here: int, town: Town) -> tuple[int, str]:
    """The town to go to next, and a good of which one more piece is worth buying for it, or ""."""
    _, body, _ = hero(simulation)
    best, chosen = -1, (0, "")
    quest = quests.quest_taken(simulation)
    for id, other in simulation.world.query(Town):
        if id == here:
            continue
        gain, good = _load_for(simulation, town, other)
        if quest and quest[1].target == id:
            held = simulation.ledger.balance("pack", quest[1].good) >= quest[1].count
            gain += simulation.ledger.balance(f"quest:{quest[0]}", "coin") if held else 0
        score = (gain + 1) * 1000 // (200 + _distance(simulation, body, other.number))
        if score > best:
            best, chosen = score, (id, good)
    return chosen


def _load_for(simulation: Simulation, town: Town, other: Town) -> tuple[int, str]:
    """What a trip would earn with what is loaded and all that is worth adding, and what to add first."""
    ledger = simulation.ledger
    coins, till = ledger.balance("player", "coin"), ledger.balance(f"shop:{other.name}", "coin")
    gain, first, most = 0, "", 0
    for good in GOODS:
        here, there = (market.market_stock(simulation, place, good) for place in (town, other))
        held = _spare(simulation, good)
        gain += max(held, 0) * market.price_to_sell(min(there + max(held, 0), market.FULLEST), good)
        there += max(held, 0)
        for i in range(min(market.room_for_goods(simulation, good), here, max(market.FULLEST - there, 0))):
            cost, price = market.price_to_buy(here - i, good), market.price_to_sell(there + i, good)
            if price * 100 <= cost * WORTH or cost > coins or price > till:
                break
            profit = (price - cost) * 12 // GOODS[good].weight
            if i == 0 and profit > most:
                first, most = good, profit
            gain += price - cost
    return gain, first


def _go(simulation: Simulation, town: int) -> list[Command]:
    return [simulation.command("goal", town)]


def _nearest(simulation: Simulation, body: Body) -> int:
    towns = ((_distance(simulation, body, town.number), id) for id, town in simulation.world.query(Town))
    return min(towns)[1]


def _distance(simulation: Simulation, body: Body, number: int) -> int:
    return int(simulation.arrays["ways"][number, body.y // CELL, body.x // CELL])


def _step(simulation: Simulation, body: Body, goal: int) -> list[Command]:
    """A step to the neighbouring tile that is nearest to the goal."""
    way = simulation.arrays["ways"][simulation.world.get(goal, Town).number]
    column, row = body.x // CELL, body.y // CELL
    best, cell = NEVER, (column, row)
    for c, r in ((column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)):
        if 0 <= c < COLUMNS and 0 <= r < ROWS and int(way[r, c]) < best:
            best, cell = int(way[r, c]), (c, r)
    x, y = _middle(cell)
    dx, dy = x - body.x, y - body.y
    near_x, near_y = abs(dx) < 3 * SUB, abs(dy) < 3 * SUB
    return [
        simulation.command("walk", 0 if near_x else 1 if dx > 0 else -1, 0 if near_y else 1 if dy > 0 else -1)
    ]
