"""Broken on purpose: rules that keep something in an object which the simulation does not store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation, System
from tests.broken_games.base import Sound, first


class Counter:
    """A system that is an object with attributes."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, simulation: Simulation, commands: Sequence[Command]) -> None:
        self.calls += 1
        first(simulation).coins += self.calls


def closure() -> System:
    calls = 0

    def tax(simulation: Simulation, commands: Sequence[Command]) -> None:
        nonlocal calls
        calls += 1
        first(simulation).coins -= calls

    return tax


def on_the_simulation(simulation: Simulation, commands: Sequence[Command]) -> None:
    simulation.debt = getattr(simulation, "debt", 0) + 1  # type: ignore[attr-defined]
    first(simulation).coins -= simulation.debt  # type: ignore[attr-defined]


class InASystem(Sound):
    def __init__(self, seed: int = 1) -> None:
        super().__init__(seed)
        self.simulation.systems += (Counter(),)


class InAClosure(Sound):
    def __init__(self, seed: int = 1) -> None:
        super().__init__(seed)
        self.simulation.systems += (closure(),)


class InTheGame(Sound):
    def __init__(self, seed: int = 1) -> None:
        super().__init__(seed)
        self.wages = 0
        self.simulation.systems += (self.pay,)

    def pay(self, simulation: Simulation, commands: Sequence[Command]) -> None:
        self.wages += len(commands)
        first(simulation).coins += self.wages


class OnTheSimulation(Sound):
    systems: ClassVar[tuple[System, ...]] = (on_the_simulation,)
