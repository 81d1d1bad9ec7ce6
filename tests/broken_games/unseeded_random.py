"""Broken on purpose: rules that draw random numbers without the simulation's streams."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation, System
from tests.broken_games.base import Sound, first

GENERATOR = np.random.default_rng(7)


def thieves(simulation: Simulation, commands: Sequence[Command]) -> None:
    first(simulation).coins -= random.randrange(4)


def thieves_of_numpy(simulation: Simulation, commands: Sequence[Command]) -> None:
    first(simulation).coins -= int(np.random.randint(0, 4))  # noqa: NPY002


def thieves_with_a_seed(simulation: Simulation, commands: Sequence[Command]) -> None:
    first(simulation).coins -= int(GENERATOR.integers(4))


def thieves_of_the_system(simulation: Simulation, commands: Sequence[Command]) -> None:
    first(simulation).coins -= os.urandom(1)[0] % 4


class Module(Sound):
    systems: ClassVar[tuple[System, ...]] = (thieves,)


class Numpy(Sound):
    systems: ClassVar[tuple[System, ...]] = (thieves_of_numpy,)


class Seeded(Sound):
    systems: ClassVar[tuple[System, ...]] = (thieves_with_a_seed,)


class System_(Sound):
    systems: ClassVar[tuple[System, ...]] = (thieves_of_the_system,)
