"""Markets: the scarcer a good, the higher its price.

A town has its stock and its till in the account `shop:NAME`. Its people make and use up goods; they are paid
into `folk:NAME` and pay from it. No coin is minted or burned after the beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.caravan.rules.components import (
    GOODS,
    TRADES,
    Animal,
    Body,
    Merchant,
    Town,
    hero,
    is_near_body,
    note,
)

WANTED: Final = 16
"""Pieces of each good that a market likes to have: its price is then the one in goods.yaml."""
FULLEST: Final = 3 * WANTED
MARGIN: Final = 6
"""Percent that a market adds to the price when it sells, and takes off when it buys."""
SEASON: Final = 300
"""Ticks between two harvests of a town."""
REACH: Final = 72
"""Px around a merchant within which the player can trade."""
SLOTS, STRENGTH, STACK = 3, 40, 20
"""What one animal carries: stacks, weight, and pieces in a stack."""
ANIMAL_PRICES: Final = (0, 120, 260, 480)
"""The price of the next animal, by the number that the player has."""


def market(simulation: Simulation) -> tuple[int, Town] | None:
    """The town whose merchant is within reach, with its id."""
    _, body, _ = hero(simulation)
    for _, other, merchant in simulation.world.query(Body, Merchant):
        if is_near_body(body, other.x, other.y, REACH):
            return merchant.town, simulation.world.get(merchant.town, Town)
    return None


def price(stock: int, good: str) -> int:
    """The price of a piece: double if there are none, half if there are twice as many as wanted."""
    if stock <= WANTED:
        percent = 200 - 100 * stock // WANTED
    else:
        percent = max(100 - 50 * (stock - WANTED) // WANTED, 30)
    return max(GOODS[good].price * percent // 100, 1)


def price_to_buy(stock: int, good: str) -> int:
    """What one of `stock` pieces costs to buy."""
    return -(-price(stock, good) * (100 + MARGIN) // 100)


def price_to_sell(stock: int, good: str) -> int:
    """What the market pays for one piece more than `stock`."""
    return price(stock + 1, good) * (100 - MARGIN) // 100


def market_stock(simulation: Simulation, town: Town, good: str) -> int:
    return simulation.ledger.balance(f"shop:{town.name}", good)


def load_of_goods(simulation: Simulation) -> tuple[int, int]:
    """What the pack weighs, and what it may weigh."""
    held = simulation.ledger.holdings("pack")
    animals = sum(1 for _ in simulation.world.query(Animal))
    return sum(GOODS[good].weight * count for good, count in held.items()), max(STRENGTH * animals, 1)


def room_for_goods(simulation: Simulation, good: str) -> int:
    """How many more pieces of a good the pack takes, by weight and by slots."""
    weight, limit = load_of_goods(simulation)
    held = simulation.ledger.holdings("pack")
    animals = sum(1 for _ in simulation.world.query(Animal))
    taken = sum(-(-count // STACK) for name, count in held.items() if name != good)
    by_slots = (SLOTS * animals - taken) * STACK - held.get(good, 0)
    return max(min((limit - weight) // GOODS[good].weight, by_slots), 0)


def buy(simulation: Simulation, good: str, count: int) -> None:
    """The command `buy`: up to `count` pieces. Each of them raises the price of the next."""
    found = market(simulation)
    if found is None or good not in GOODS:
        return
    ledger, shop = simulation.ledger, f"shop:{found[1].name}"
    bought = paid = 0
    while bought < count and ledger.balance(shop, good) and room_for_goods(simulation, good):
        coins = price_to_buy(ledger.balance(shop, good), good)
        if coins > ledger.balance("player", "coin"):
            break
        with ledger.group():
            ledger.transfer("player", shop, "coin", coins, f"bought {good}", simulation.tick)
            ledger.transfer(shop, "pack", good, 1, "bought", simulation.tick)
        bought, paid = bought + 1, paid + coins
    if bought:
        note(simulation, hero(simulation)[1], f"-{paid}")
        simulation.emit("bought", good=good, count=bought, coins=paid)
    elif count > 0:
        simulation.emit("refused", good=good)


def sell(simulation: Simulation, good: str, count: int) -> None:
    """The command `sell`: up to `count` pieces, as long as the till can pay."""
    found = market(simulation)
    if found is None or good not in GOODS:
        return
    ledger, shop = simulation.ledger, f"shop:{found[1].name}"
    _, body, player = hero(simulation)
    sold = paid = 0
    while sold < count and ledger.balance("pack", good) and ledger.balance(shop, good) < FULLEST:
        coins = price_to_sell(ledger.balance(shop, good), good)
        if coins > ledger.balance(shop, "coin") or not coins:
            break
        with ledger.group():
            ledger.transfer("pack", shop, good, 1, "sold", simulation.tick)
            ledger.transfer(shop, "player", "coin", coins, f"sold {good}", simulation.tick)
        sold, paid = sold + 1, paid + coins
    if sold:
        player.earned += paid
        note(simulation, body, f"+{paid}")
        simulation.emit("sold", good=good, count=sold, coins=paid)


def hire(simulation: Simulation) -> None:
    """The command `hire`: one more animal, if there is one left and the player can pay."""
    found = market(simulation)
    animals = sum(1 for _ in simulation.world.query(Animal))
    if found is None or animals >= len(ANIMAL_PRICES):
        return
    if simulation.ledger.balance("player", "coin") < ANIMAL_PRICES[animals]:
        return
    reason = "bought an animal"
    simulation.ledger.transfer(
        "player", f"folk:{found[1].name}", "coin", ANIMAL_PRICES[animals], reason, simulation.tick
    )
    _, body, _ = hero(simulation)
    simulation.world.spawn(Body(body.x, body.y, 34, 28, body.x, body.y), Animal(animals + 1))
    note(simulation, body, "a new friend!")
    simulation.emit("hired", animals=animals + 1)


def harvest(simulation: Simulation, commands: Sequence[Command]) -> None:
    """A system: once a season each town makes and uses up goods, no two at the same tick."""
    ledger, tick = simulation.ledger, simulation.tick
    for _, town in simulation.world.query(Town):
        if (tick + town.number * SEASON // len(TRADES)) % SEASON:
            continue
        shop, folk, trade = f"shop:{town.name}", f"folk:{town.name}", TRADES[town.name]
        for good, count in trade.makes.items():
            wage = price(FULLEST, good)
            for _ in range(min(count, FULLEST - ledger.balance(shop, good))):
                if ledger.balance(shop, "coin") >= wage:
                    ledger.mint(shop, good, 1, f"made in {town.name}", tick)
                    ledger.transfer(shop, folk, "coin", wage, f"wages for {good}", tick)
        for good, count in trade.uses.items():
            for _ in range(min(count, ledger.balance(shop, good))):
                coins = price_to_buy(ledger.balance(shop, good), good)
                if ledger.balance(folk, "coin") >= coins:
                    ledger.transfer(folk, shop, "coin", coins, f"bought {good}", tick)
                    ledger.burn(shop, good, 1, f"used up in {town.name}", tick)
