"""Parcels: fetched at one door, taken to another, and paid for by the town.

All coins are minted when a game begins. Fares and bonuses come out of the town's purse, fines go into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.city.components import Body, Courier, courier, note
from reskin.demo_games.city.units import LANE, SUB

PURSE, POCKET = 50_000, 10
REACH: Final = 42 * SUB
HALT: Final = 200
"""The speed below which a parcel changes hands."""
PAR_SPEED: Final = 350
"""The average speed along streets, in 1/256 px a tick, that just earns no bonus."""


def delivery_stop(simulation: Simulation, door: int) -> tuple[int, int]:
    """Where to halt for a door, in px: in the lane along its pavement."""
    x, _, row = simulation.arrays["doors"][door].tolist()
    return x, int(simulation.arrays["ys"][row]) - LANE


def delivery_door(player: Courier) -> int:
    """The door to go to now."""
    return player.target if player.carrying else player.origin


def begin_deliveries(simulation: Simulation) -> None:
    """Open the purses, and offer the first parcel."""
    for account, coins in (("town", PURSE), ("player", POCKET)):
        simulation.ledger.open(account)
        simulation.ledger.mint(account, "coin", coins, "founded")
    offer_delivery(simulation)


def offer_delivery(simulation: Simulation) -> None:
    """Another parcel, at the nearest of four random doors, for a door elsewhere."""
    _, body, player = courier(simulation)
    chance, doors = simulation.streams["parcels"], len(simulation.arrays["doors"])
    here = (body.x // SUB, body.y // SUB)
    tries = [chance.below(doors) for _ in range(4)]
    player.origin = min(tries, key=lambda door: (_apart(here, delivery_stop(simulation, door)), door))
    player.target = (player.origin + chance.between(1, doors - 1)) % doors
    length = _apart(delivery_stop(simulation, player.origin), delivery_stop(simulation, player.target))
    player.fare = 6 + length // 150
    player.par = 240 + length * SUB // PAR_SPEED
    player.carrying = False


def deliver(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: a parcel is fetched or delivered where the car halts."""
    _, body, player = courier(simulation)
    x, y = delivery_stop(simulation, delivery_door(player))
    if max(abs(x * SUB - body.x), abs(y * SUB - body.y)) > REACH or abs(body.speed) > HALT:
        return
    if player.carrying:
        _pay(simulation, body, player)
        offer_delivery(simulation)
    else:
        player.carrying, player.since = True, simulation.tick
        note(simulation, body, "parcel")
        simulation.emit("fetched", door=player.origin)


def _pay(simulation: Simulation, body: Body, player: Courier) -> None:
    """Pay the fare, and a bonus for speed of at most as much again."""
    left = max(player.par - (simulation.tick - player.since), 0)
    paid = 0
    for wanted, reason in ((player.fare, "fare"), (player.fare * left // player.par, "bonus for speed")):
        coins = min(wanted, simulation.ledger.balance("town", "coin"))
        if coins:
            simulation.ledger.transfer("town", "player", "coin", coins, reason, simulation.tick)
            paid += coins
    player.done += 1
    note(simulation, body, f"+{paid}")
    simulation.emit("delivered", door=player.target, paid=paid)


def _apart(a: tuple[int, int], b: tuple[int, int]) -> int:
    """The distance along streets in px, about."""
    return abs(a[0] - b[0]) + abs(a[1] - b[1])
