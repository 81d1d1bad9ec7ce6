"""Everybody else: strollers, bandits, coins on the ground, chests in the wild."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.caravan.rules.components import (
    CELL,
    Bandit,
    Body,
    Chest,
    Coin,
    Note,
    Stroller,
    hero,
    is_near_body,
    note,
)
from reskin.demo_games.caravan.rules.market import room_for_goods
from reskin.demo_games.caravan.rules.quests import talk_about_quest
from reskin.demo_games.caravan.rules.walking import walk_body

SIGHT: Final = 190
"""Px at which a bandit sees the player."""
HUNT, RUN = 520, 760
TOUCH, STAFF = 18, 46
"""Px at which a bandit robs, and at which the staff hits."""
SWING: Final = 18
SAFE: Final = 600
NOTE_TICKS: Final = 70
CHEST_REACH: Final = 44


def stroll(simulation: Simulation, commands: Sequence[Command]) -> None:
    """A system: strollers walk for a while and stand for a while, never far from home."""
    chance = simulation.streams["stroll"]
    for _, body, walker in simulation.world.query(Body, Stroller):
        walker.wait -= 1
        if walker.wait <= 0:
            walker.wait = chance.between(40, 150)
            walker.dx, walker.dy = chance.between(-1, 1), chance.between(-1, 1)
            if not is_near_body(body, walker.home_x, walker.home_y, walker.reach):
                walker.dx = (walker.home_x > body.x) - (walker.home_x < body.x)
                walker.dy = (walker.home_y > body.y) - (walker.home_y < body.y)
        if walker.wait > 40:
            continue
        if not walk_body(simulation, body, walker.dx * walker.pace, walker.dy * walker.pace):
            walker.wait = 0 if walker.dx or walker.dy else walker.wait


def lurk(simulation: Simulation, commands: Sequence[Command]) -> None:
    """A system: bandits hunt the player, rob, and run home."""
    _, body, player = hero(simulation)
    player.swing, player.safe = max(player.swing - 1, 0), max(player.safe - 1, 0)
    for id, other, bandit in simulation.world.query(Body, Bandit):
        home = is_near_body(other, bandit.home_x, bandit.home_y, 6)
        if bandit.fleeing:
            bandit.fleeing = 0 if home else bandit.fleeing - 1
            _head(simulation, other, bandit.home_x, bandit.home_y, RUN)
        elif player.safe == 0 and is_near_body(other, body.x, body.y, SIGHT):
            _head(simulation, other, body.x, body.y, HUNT)
            if is_near_body(other, body.x, body.y, TOUCH):
                _rob(simulation, id, bandit)
        elif not home:
            _head(simulation, other, bandit.home_x, bandit.home_y, HUNT)


def _head(simulation: Simulation, body: Body, x: int, y: int, pace: int) -> None:
    """A step straight towards a place, at any angle."""
    dx, dy = x - body.x, y - body.y
    far = max(abs(dx), abs(dy), 1)
    walk_body(simulation, body, dx * min(pace, far) // far, dy * min(pace, far) // far)


def _rob(simulation: Simulation, id: int, bandit: Bandit) -> None:
    ledger = simulation.ledger
    _, body, player = hero(simulation)
    taken = min(ledger.balance("player", "coin") // 8, 40)
    if taken:
        ledger.transfer("player", f"bandit:{id}", "coin", taken, "robbed", simulation.tick)
        note(simulation, body, f"-{taken} robbed!")
        simulation.emit("robbed", coins=taken)
    player.safe, player.robbed, bandit.fleeing = SAFE, player.robbed + 1, 900


def swing(simulation: Simulation) -> None:
    """The command `swing`: bandits within reach of the staff drop what they have, and run."""
    _, body, player = hero(simulation)
    if player.swing:
        return
    player.swing = SWING
    ledger = simulation.ledger
    for id, other, bandit in simulation.world.query(Body, Bandit):
        if is_near_body(other, body.x, body.y, STAFF) and not (
            bandit.fleeing and not ledger.balance(f"bandit:{id}", "coin")
        ):
            coins = ledger.balance(f"bandit:{id}", "coin")
            if coins:
                ledger.transfer(f"bandit:{id}", "ground", "coin", coins, "dropped", simulation.tick)
                simulation.world.spawn(Coin(other.x, other.y, coins))
            bandit.fleeing = 900
            simulation.emit("hit", coins=coins)


def collect(simulation: Simulation, commands: Sequence[Command]) -> None:
    """A system: coins within reach are picked up; lids close; notes fade."""
    world, (_, body, _) = simulation.world, hero(simulation)
    for id, coin in world.query(Coin):
        if is_near_body(body, coin.x, coin.y, 20):
            simulation.ledger.transfer("ground", "player", "coin", coin.count, "found", simulation.tick)
            note(simulation, body, f"+{coin.count}")
            world.despawn(id)
            simulation.emit("coin", coins=coin.count)
    for _, chest in world.query(Chest):
        chest.opened = max(chest.opened - 1, 0)
    for id, text in world.query(Note):
        if simulation.tick - text.tick > NOTE_TICKS:
            world.despawn(id)


def chest_near(simulation: Simulation) -> int:
    """The id of a chest within reach, or 0."""
    _, body, _ = hero(simulation)
    for id, chest in simulation.world.query(Chest):
        if is_near_body(body, chest.column * CELL + CELL // 2, chest.row * CELL + CELL // 2, CHEST_REACH):
            return id
    return 0


def chest_goods_near(simulation: Simulation) -> dict[str, int]:
    """What the chest within reach holds; nothing if there is no chest."""
    chest = chest_near(simulation)
    return simulation.ledger.holdings(f"chest:{chest}") if chest else {}


def use_chest_or_talk(simulation: Simulation) -> None:
    """The command `use`: talk at a market, or empty a chest as far as the pack has room."""
    id = chest_near(simulation)
    if talk_about_quest(simulation) or not id:
        return
    ledger, tick, moved = simulation.ledger, simulation.tick, dict[str, int]()
    account = f"chest:{id}"
    _, body, _ = hero(simulation)
    with ledger.group():
        for item, count in ledger.holdings(account).items():
            fits = count if item == "coin" else min(count, room_for_goods(simulation, item))
            if fits:
                ledger.transfer(
                    account, "player" if item == "coin" else "pack", item, fits, "from a chest", tick
                )
                moved[item] = fits
    if moved:
        note(simulation, body, "+" + ", ".join(f"{count} {item}" for item, count in moved.items()))
    simulation.world.get(id, Chest).opened = 90
    simulation.emit("chest", moved=sum(moved.values()), left=sum(ledger.holdings(account).values()))
