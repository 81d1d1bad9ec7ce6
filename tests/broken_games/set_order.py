"""Broken on purpose: rules that go by the order of a set, or by a string's hash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation, System
from tests.broken_games.base import Purse, Sound, first


def first_come(simulation: Simulation, commands: Sequence[Command]) -> None:
    """Who comes first gets most, and a set says who comes first."""
    guests = {"ann", "bob", "cleo", "dan", "eve"}
    prize = dict(zip(guests, range(5), strict=True))
    first(simulation).coins += prize["ann"]


def by_hash(simulation: Simulation, commands: Sequence[Command]) -> None:
    for id, purse in simulation.world.query(Purse):
        purse.coins += hash(f"purse {id}") % 100


class Guests(Sound):
    systems: ClassVar[tuple[System, ...]] = (first_come,)


class Hashes(Sound):
    systems: ClassVar[tuple[System, ...]] = (by_hash,)
