"""The components of the city. `was_*` is the value one tick earlier; drawing interpolates between the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reskin import Command, Simulation

NOTE_TICKS: Final = 80


@dataclass(slots=True)
class Body:
    """The middle of a thing, in 1/256 px, and the angle that it points to, 4096 to a full turn."""

    x: int
    y: int
    angle: int = 0
    was_x: int = 0
    was_y: int = 0
    was_angle: int = 0
    speed: int = 0  # 1/256 px a tick along the angle; negative backwards


@dataclass(slots=True)
class Courier:
    """The player's car and what it carries. Doors are rows of the array `doors`."""

    origin: int = 0
    target: int = 0
    carrying: bool = False
    since: int = 0  # the tick of the pick-up
    fare: int = 0
    par: int = 1  # a bonus is paid within this many ticks
    done: int = 0
    hits: int = 0
    shaken: int = 0  # ticks for which no other fine is due
    still: int = 0  # ticks without getting anywhere: how the bot knows that it is stuck


@dataclass(slots=True)
class Driver:
    """A car of the traffic, on its way to crossing (column, row), where it will turn to `turn`."""

    heading: int
    column: int
    row: int
    turn: int
    paint: int
    pace: int
    waited: int = 0


@dataclass(slots=True)
class Walker:
    """A person who walks around block (column, row), clockwise or not."""

    column: int
    row: int
    corner: int  # the next corner: 0 north-west, then clockwise
    clockwise: bool
    coat: int
    pace: int
    startled: int = 0


@dataclass(slots=True)
class Note:
    """A short text that rises from a place."""

    x: int
    y: int
    tick: int
    text: str


def courier(simulation: Simulation) -> tuple[int, Body, Courier]:
    """The player: id, body, courier."""
    return next(simulation.world.query(Body, Courier))


def note(simulation: Simulation, body: Body, text: str) -> None:
    """Let a text rise from a thing."""
    simulation.world.spawn(Note(body.x, body.y, simulation.tick, text))


def fade(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: notes disappear after NOTE_TICKS."""
    for id, text in simulation.world.query(Note):
        if simulation.tick - text.tick >= NOTE_TICKS:
            simulation.world.despawn(id)
