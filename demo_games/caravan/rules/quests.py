"""Deliveries: a town wants some pieces of a good in time, and puts the reward aside at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.caravan.rules.components import GOODS, TRADES, Quest, Town, hero, note
from reskin.demo_games.caravan.rules.market import market

EVERY: Final = 900
"""Ticks between two offers of a town."""
TIME: Final = 5400
"""Ticks until a delivery is late."""
OPEN: Final = 6
"""The most quests at a time."""


def offer(simulation: Simulation, commands: Sequence[Command]) -> None:
    """A system: towns offer quests, and quests whose time is over end."""
    world, tick = simulation.world, simulation.tick
    for id, quest in world.query(Quest):
        if tick > quest.until:
            _close(simulation, id, f"folk:{world.get(quest.target, Town).name}", "never delivered")
    for id, town in world.query(Town):
        if (tick + town.number * EVERY // len(TRADES)) % EVERY != 1:
            continue
        quests = [quest for _, quest in world.query(Quest)]
        if len(quests) < OPEN and not any(quest.origin == id and not quest.taken for quest in quests):
            invent_quest(simulation, id)


def invent_quest(simulation: Simulation, origin: int = 0) -> None:
    """A quest from the town `origin`, or from any if that is 0, to a town that does not make the good."""
    world, ledger, chance = simulation.world, simulation.ledger, simulation.streams["quests"]
    origin = origin or chance.pick([id for id, _ in world.query(Town)])
    others = [(id, town) for id, town in world.query(Town) if id != origin]
    target, town = chance.pick(others)
    good = chance.pick([name for name in GOODS if name not in TRADES[town.name].makes])
    count = chance.between(3, 8)
    reward = GOODS[good].price * count + 40 + chance.below(30)
    if ledger.balance(f"folk:{town.name}", "coin") < reward:
        return
    id = world.spawn(Quest(origin, target, good, count, simulation.tick + TIME))
    ledger.open(f"quest:{id}")
    ledger.transfer(
        f"folk:{town.name}", f"quest:{id}", "coin", reward, "put aside for a delivery", simulation.tick
    )


def quest_taken(simulation: Simulation) -> tuple[int, Quest] | None:
    """The quest that the player is on."""
    return next(((id, quest) for id, quest in simulation.world.query(Quest) if quest.taken), None)


def quest_offered(simulation: Simulation, town: int) -> tuple[int, Quest] | None:
    """The quest that a town offers; none while the player is on one."""
    if quest_taken(simulation):
        return None
    quests = simulation.world.query(Quest)
    return next(((id, quest) for id, quest in quests if quest.origin == town and not quest.taken), None)


def quest_due(simulation: Simulation, town: int) -> tuple[int, Quest] | None:
    """The player's quest, if it ends in this town and all of it is in the pack."""
    found = quest_taken(simulation)
    if found is None or found[1].target != town:
        return None
    return found if simulation.ledger.balance("pack", found[1].good) >= found[1].count else None


def talk_about_quest(simulation: Simulation) -> bool:
    """Hand over a delivery, or accept one, at the market within reach. Returns whether there was one."""
    found = market(simulation)
    if found is None:
        return False
    _, body, player = hero(simulation)
    ended, begun = quest_due(simulation, found[0]), quest_offered(simulation, found[0])
    if ended:
        id, quest = ended
        simulation.ledger.transfer(
            "pack", f"shop:{found[1].name}", quest.good, quest.count, "delivered", simulation.tick
        )
        reward = simulation.ledger.balance(f"quest:{id}", "coin")
        _close(simulation, id, "player", "reward")
        player.delivered += 1
        player.earned += reward
        note(simulation, body, f"+{reward}")
        simulation.emit("delivered", good=quest.good, coins=reward)
    elif begun:
        begun[1].taken = True
        simulation.emit("accepted", good=begun[1].good)
    return bool(ended or begun)


def _close(simulation: Simulation, id: int, receiver: str, reason: str) -> None:
    """End a quest: the reward that was put aside goes to the account `receiver`."""
    ledger = simulation.ledger
    coins = ledger.balance(f"quest:{id}", "coin")
    with ledger.group():
        if coins:
            ledger.transfer(f"quest:{id}", receiver, "coin", coins, reason, simulation.tick)
        ledger.close(f"quest:{id}")
    simulation.world.despawn(id)
