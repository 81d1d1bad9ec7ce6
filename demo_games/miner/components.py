"""The components of the miner. Positions are in 1/256 px, speeds in 1/256 px a tick; a tick is 1/60 s.

`was_x`, `was_y` are the position one tick earlier; drawing interpolates between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reskin import World
from reskin.demo_games.miner.world.tiles import SUB

FULL_HEALTH: Final = 100
BURST_TICKS: Final = 26
CHEST_SIZE: Final = (28, 24)
COIN_SIZE: Final = 18
PLAYER_SIZE: Final = (20, 28)
SLIME_SIZE: Final = (28, 22)
FRIEND_SIZE: Final = (22, 30)
ANIMAL_SIZE: Final = (26, 20)


@dataclass(slots=True)
class Body:
    """A box that moves and collides: (x, y) its top left, (w, h) in whole px."""

    x: int
    y: int
    w: int
    h: int
    vx: int = 0
    vy: int = 0
    was_x: int = 0
    was_y: int = 0
    grounded: bool = False
    wet: int = 0  # the kind of liquid at its middle, or 0

    @property
    def cx(self) -> int:
        return self.x + self.w * SUB // 2

    @property
    def cy(self) -> int:
        return self.y + self.h * SUB // 2


@dataclass(slots=True)
class Player:
    """The player. Counters of ticks go down to 0; `dig_*` is the tile being dug and the work done on it."""

    health: int = FULL_HEALTH
    facing: int = 1
    tool: int = 0  # uid of the pickaxe in hand, or 0 for bare hands
    jump_held: bool = False
    jump_wish: int = 0
    footing: int = 0
    invulnerable: int = 0
    unhurt: int = 0
    dig_column: int = -1
    dig_row: int = -1
    dig_work: int = 0
    swing: int = 0
    still: int = 0  # ticks without a change of place or ground: how the bot knows that it is stuck
    still_x: int = 0
    still_y: int = 0
    highest: int = 0  # where this fall began
    home_x: int = 0
    home_y: int = 0
    goal_column: int = -1  # where a bot is going, until which tick, and whether there is something to get
    goal_row: int = -1
    goal_until: int = 0
    goal_pays: bool = False
    deaths: int = 0
    respawned: int = 0  # the tick of the last respawn: the camera cuts there


@dataclass(slots=True)
class Slime:
    health: int = 20
    heading: int = 1
    wait: int = 30
    hurt: int = 0


@dataclass(slots=True)
class Animal:
    heading: int = 1
    wait: int = 60


@dataclass(slots=True)
class Friend:
    """The shopkeeper."""

    facing: int = 1


@dataclass(slots=True)
class Coin:
    """One coin of the ledger's account `ground`; (x, y) is its centre."""

    x: int
    y: int
    was_x: int
    was_y: int
    vx: int = 0
    vy: int = 0
    flying: int = 0  # ticks for which it cannot be picked up
    resting: bool = True


@dataclass(slots=True)
class Chest:
    """A chest. The ledger's account `chest:ID` says what is in it."""

    column: int
    row: int
    opened: int = 0  # ticks for which the lid stays open


@dataclass(slots=True)
class Burst:
    """Splinters of a thing that broke. Drawing computes their flight from the tick."""

    x: int
    y: int
    tick: int
    color: int  # 0xRRGGBB


@dataclass(slots=True)
class Note:
    """A short text that rises from a place."""

    x: int
    y: int
    tick: int
    text: str


@dataclass(slots=True)
class Nature:
    """Cells of liquid that may move, as row * COLUMNS + column, and the tick of the next new slime."""

    flowing: list[int]
    next_slime: int = 0


def hero(world: World) -> tuple[int, Body, Player]:
    """The player: id, body, player."""
    return next(world.query(Body, Player))
