"""Broken on purpose: rules that keep something in a module, a class or a default argument."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation, System
from tests.broken_games.base import Sound, first

visits = 0
price_of = {"pick": 10}


def count_visits(simulation: Simulation, commands: Sequence[Command]) -> None:
    global visits
    visits += 1
    first(simulation).coins += visits % 3


def raise_prices(simulation: Simulation, commands: Sequence[Command]) -> None:
    price_of["pick"] += 1
    first(simulation).coins += price_of["pick"]


class Bank:
    rate: ClassVar[int] = 0


def raise_rates(simulation: Simulation, commands: Sequence[Command]) -> None:
    Bank.rate += 1
    first(simulation).coins += Bank.rate


def remember(
    simulation: Simulation,
    commands: Sequence[Command],
    seen: list[int] = [],  # noqa: B006 - the mistake that is meant
) -> None:
    seen.append(simulation.tick)
    first(simulation).coins += len(seen)


class Visits(Sound):
    systems: ClassVar[tuple[System, ...]] = (count_visits,)


class Prices(Sound):
    systems: ClassVar[tuple[System, ...]] = (raise_prices,)


class Rates(Sound):
    systems: ClassVar[tuple[System, ...]] = (raise_rates,)


class Defaults(Sound):
    systems: ClassVar[tuple[System, ...]] = (remember,)
