"""Broken on purpose: rules that depend on the order of a set, or on the hash of a string."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation, System
from tests.broken_games.base import Purse, Sound, first


def first_come(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The first gets most, and the order of a set decides who is first."""
    guests = {"ann", "bob", "cleo", "dan", "eve"}
    prize = dict(zip(guests, range(5), strict=True))
    first(simulation).coins += prize["ann"]


def by_hash(simulation: Simulation, commands: Sequence[Command]) -> None:
    for id, purse in simulation.world.query(Purse):
        purse.coins += hash(f"purse {id}") % 1_000_003


class Guests(Sound):
    systems: ClassVar[tuple[System, ...]] = (first_come,)


class Hashes(Sound):
    systems: ClassVar[tuple[System, ...]] = (by_hash,)
