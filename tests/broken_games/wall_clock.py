"""Broken on purpose: rules that read the time."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from time import monotonic_ns as now
from typing import ClassVar

from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation, System
from tests.broken_games.base import Sound, first


def interest_by_the_hour(simulation: Simulation, commands: Sequence[Command]) -> None:
    """Hardly ever changes the state, so it must be found by the call."""
    first(simulation).coins += int(time.time()) // 3600 % 2


def interest_by_the_nanosecond(simulation: Simulation, commands: Sequence[Command]) -> None:
    first(simulation).coins += now() % 5


def holiday(simulation: Simulation, commands: Sequence[Command]) -> None:
    first(simulation).coins += datetime.datetime.now().weekday() == 6


class Hourly(Sound):
    systems: ClassVar[tuple[System, ...]] = (interest_by_the_hour,)


class Fast(Sound):
    systems: ClassVar[tuple[System, ...]] = (interest_by_the_nanosecond,)


class Holiday(Sound):
    systems: ClassVar[tuple[System, ...]] = (holiday,)
