"""Broken on purpose: rules that pay with floats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation, System
from tests.broken_games.base import Sound, first


def interest(simulation: Simulation, commands: Sequence[Command]) -> None:
    first(simulation).coins *= 1.5  # type: ignore[assignment]


def interest_of_the_bank(simulation: Simulation, commands: Sequence[Command]) -> None:
    coins: Any = 0.1 + 0.2
    simulation.ledger.mint("bank", "coin", coins, "interest")


def interest_in_an_array(simulation: Simulation, commands: Sequence[Command]) -> None:
    rates: Any = np.array([0.5])
    simulation.arrays["rates"] = rates


class InAComponent(Sound):
    systems: ClassVar[tuple[System, ...]] = (interest,)


class InTheLedger(Sound):
    systems: ClassVar[tuple[System, ...]] = (interest_of_the_bank,)


class InAnArray(Sound):
    systems: ClassVar[tuple[System, ...]] = (interest_in_an_array,)
