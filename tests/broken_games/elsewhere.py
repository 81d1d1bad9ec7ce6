"""Broken on purpose: rules that another process, user or machine plays differently."""

from __future__ import annotations

import getpass
import glob
import locale
import math
import os
import shutil
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation
from tests.broken_games.base import Sound, first

HERE = Path(__file__).parent
began: dict[str, int] = {}


def counts(number: Callable[[Simulation], int]) -> type[Sound]:
    """A game that adds a number to the first purse in every tick."""

    def rule(simulation: Simulation, commands: Sequence[Command]) -> None:
        first(simulation).coins += number(simulation) % 997

    class Counting(Sound):
        systems = (rule,)

    return Counting


def number_of(text: object) -> int:
    return sum(i * ord(letter) for i, letter in enumerate(str(text), 1))


@cache
def price_at_first(name: str, place: Path = HERE) -> int:
    """The price when it was asked for the first time."""
    return began.setdefault(name, NOW[0])


NOW = [0]


def _cached(simulation: Simulation) -> int:
    NOW[0] = simulation.tick
    return price_at_first("pick")


def _once(simulation: Simulation) -> int:
    """What was cached at the first tick, which a rollback does not reach again."""
    if not hasattr(_once, "kept"):
        _once.kept = simulation.tick  # type: ignore[attr-defined]
    return int(_once.kept)  # type: ignore[attr-defined]


Folder = counts(lambda _: number_of(Path.cwd()))
Home = counts(lambda _: number_of(Path.home()))
User = counts(lambda _: number_of(getpass.getuser()))
Zone = counts(lambda _: time.timezone)
Language = counts(lambda _: number_of(locale.setlocale(locale.LC_ALL, "") + os.environ.get("LANG", "")))
Listed = counts(lambda _: number_of(os.listdir(HERE)))
Scanned = counts(lambda _: number_of([entry.name for entry in os.scandir(HERE)]))
Globbed = counts(lambda _: number_of(glob.glob("*.py", root_dir=HERE)))
Iterated = counts(lambda _: number_of([path.name for path in HERE.iterdir()]))
Cores = counts(lambda _: os.cpu_count() or 1)
Wide = counts(lambda _: shutil.get_terminal_size().columns)
Cached = counts(_cached)
Once = counts(_once)
Sine = counts(lambda simulation: int(1000 * math.sin(simulation.tick)))
Power = counts(lambda simulation: int(math.pow(simulation.tick, 1.5)))
Square = counts(lambda simulation: math.isqrt(simulation.tick) + int(math.sqrt(simulation.tick)))
"""The last one is sound: these are exact everywhere."""

for _name, _value in list(globals().items()):  # another process finds a class by its name
    if isinstance(_value, type) and issubclass(_value, Sound) and _value is not Sound:
        _value.__name__ = _value.__qualname__ = _name
        _value.__module__ = __name__
