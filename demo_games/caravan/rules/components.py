"""The components of the caravan, and its tables of goods and towns.

A place is where the feet stand, in 1/256 px; a tick is 1/60 s. `was_x`, `was_y` are the place one tick
earlier: drawing interpolates between the two, and the rules never read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reskin import Simulation
from reskin.engine.script import component, read_table

SUB: Final = 256
TILE: Final = 32
CELL: Final = TILE * SUB


@dataclass(frozen=True, slots=True)
class Good:
    """A row of goods.yaml."""

    weight: int
    price: int
    color: str


@dataclass(frozen=True, slots=True)
class Trade:
    """A row of towns.yaml."""

    zone: tuple[int, ...]
    makes: Mapping[str, int]
    uses: Mapping[str, int]
    roof: str
    roofing: str


GOODS: Final = read_table("goods.yaml", Good)
TRADES: Final = read_table("towns.yaml", Trade)


@component
class Body:
    x: int
    y: int
    w: int = 20
    h: int = 26
    was_x: int = 0
    was_y: int = 0
    facing: int = 1
    stepped: int = 0  # how far it has walked, for the legs


@component
class Player:
    """`trail` is where the player was, newest first, x and y in turn; the animals follow it."""

    trail: list[int]
    swing: int = 0  # ticks that a swing still lasts
    safe: int = 0  # ticks for which no bandit attacks
    goal: int = 0  # the town that a bot is going to, or 0 while it trades
    robbed: int = 0
    delivered: int = 0
    earned: int = 0


@component
class Animal:
    """A pack animal, the `place`-th behind the player, from 1."""

    place: int


@component
class Town:
    """A town. Its market trades from the account `shop:NAME`, and its people pay from `folk:NAME`."""

    name: str
    number: int
    column: int
    row: int


@component
class Merchant:
    town: int


@component
class Stroller:
    """Somebody who walks about within `reach` px of home."""

    reach: int
    pace: int
    home_x: int = 0
    home_y: int = 0
    dx: int = 0
    dy: int = 0
    wait: int = 30


@component
class Sheep:
    """A stroller that is an animal."""


@component
class Bandit:
    """Lurks around home, hunts whoever comes near, and runs for home with what was taken."""

    home_x: int = 0
    home_y: int = 0
    fleeing: int = 0
    wait: int = 0


@component
class Coin:
    """Coins of the ledger's account `ground` that lie in one place."""

    x: int
    y: int
    count: int = 1


@component
class Chest:
    """A chest. The ledger's account `chest:ID` says what is in it."""

    column: int
    row: int
    opened: int = 0


@component
class Quest:
    """A delivery: `count` of a good, to a town, until a tick. The reward is in the account `quest:ID`."""

    origin: int
    target: int
    good: str
    count: int
    until: int
    taken: bool = False


@component
class Note:
    """A short text that rises from a place."""

    x: int
    y: int
    tick: int
    text: str


def hero(simulation: Simulation) -> tuple[int, Body, Player]:
    """The player: id, body, player."""
    return next(simulation.world.query(Body, Player))


def note(simulation: Simulation, body: Body, text: str) -> None:
    """Let a text rise from somebody's head."""
    simulation.world.spawn(Note(body.x, body.y - body.h * SUB, simulation.tick, text))


def is_near_body(a: Body, x: int, y: int, pixels: int) -> bool:
    """Whether a place lies within so many px of a body, in a square."""
    return abs(a.x - x) < pixels * SUB and abs(a.y - y) < pixels * SUB
