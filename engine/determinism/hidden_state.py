"""Finds state that no snapshot sees, after a game went out of sync.

Compares everything in which a tick could keep something, before and after the tick: the globals of the
game's modules, their classes and the defaults of functions; the game object; the systems with their
closures; attributes that were put on the simulation. Each change is reported with both values. The state of
the simulation itself is left out. Read next: `engine.determinism.synctest`.
"""

from __future__ import annotations

import random
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import Any, Final

import numpy as np

from reskin.engine.ecs.world import World
from reskin.engine.ledger.ledger import Ledger
from reskin.engine.simulation.game import Game
from reskin.engine.simulation.rng import Streams
from reskin.engine.simulation.simulation import Simulation

DEPTH: Final = 5
"""How many levels of nested objects are compared; hidden counters are usually at level 1 or 2."""
SHOWN: Final = 60
"""The most characters of a value in a message."""
EXACT: Final = (Simulation, World, Ledger, Streams)
"""Types of which the simulation stores the state."""


@dataclass(frozen=True, slots=True)
class HiddenChange:
    """Something outside of the state that a tick changed. `shared`: it belongs to a module or a class."""

    name: str
    before: str
    after: str
    shared: bool
    draws: bool
    """It is a random generator."""

    def __str__(self) -> str:
        return f"{self.name} went from {_short(self.before)} to {_short(self.after)}"


def hidden_changes(game: Game, tick: Callable[[], object]) -> list[HiddenChange]:
    """What a call of `tick`, which steps the game, changes outside of the state, likeliest cause first."""
    before = {name: (_print(value), shared) for name, value, shared in _places(game)}
    tick()
    found = []
    for name, value, shared in _places(game):
        old, new = before.get(name, ("nothing", shared))[0], _print(value)
        if old != new:
            found.append(HiddenChange(name, old, new, shared, "RNG(" in new))
    return sorted(found, key=lambda change: (not change.draws, not change.shared))


def _places(game: Game) -> Iterator[tuple[str, Any, bool]]:
    """Everything in which something can be kept: its name, its value, and whether it is shared."""
    for module in _modules(game):
        yield from ((name, value, True) for name, value in _globals(module))
    for name, value in vars(game).items():
        yield f"{type(game).__name__}.{name}", value, False
    known = vars(Simulation(0))
    for name, value in vars(game.simulation).items():
        if name not in known:
            yield f"simulation.{name}", value, False
    for system in game.simulation.systems:
        yield from ((name, value, False) for name, value in _kept(system))


def _modules(game: Game) -> list[ModuleType]:
    """The modules of the game's own package, and those that its systems come from."""
    home = type(game).__module__
    package = sys.modules[home].__package__ or home
    names = {home, *(str(getattr(system, "__module__", home)) for system in game.simulation.systems)}
    names |= {name for name in sys.modules if f"{name}.".startswith(f"{package}.")}
    theirs = sorted(name for name in names if not f"{name}.".startswith("reskin.engine."))
    return [sys.modules[name] for name in theirs if name in sys.modules]


def _globals(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in sorted(vars(module).items()):
        if name.startswith("__") or isinstance(value, ModuleType):
            continue
        where = f"{module.__name__}.{name}"
        if not isinstance(value, type | FunctionType):
            yield where, value
        elif value.__module__ != module.__name__:
            continue  # it was imported from another module
        elif isinstance(value, FunctionType):
            yield f"a default of {where}", (value.__defaults__, value.__kwdefaults__, vars(value))
        else:
            own = {k: v for k, v in vars(value).items() if not k.startswith("__") and not callable(v)}
            yield from ((f"{where}.{k}", v) for k, v in sorted(own.items()))


def _kept(system: object) -> Iterator[tuple[str, Any]]:
    """What a system can keep something in: the cells of a closure, a bound object, attributes."""
    if isinstance(system, partial):
        yield from _kept(system.func)
        yield f"the arguments of {_name(system.func)}", (system.args, system.keywords)
    elif isinstance(system, MethodType):
        yield from _kept(system.__self__)
    elif isinstance(system, FunctionType):
        for name, cell in zip(system.__code__.co_freevars, system.__closure__ or (), strict=True):
            yield f"{name} in {_name(system)}", cell
    else:
        yield from (
            (f"{_name(system)}.{name}", value) for name, value in getattr(system, "__dict__", {}).items()
        )


def _name(thing: object) -> str:
    return str(getattr(thing, "__qualname__", type(thing).__qualname__))


def _short(words: str) -> str:
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 3]}..."


def _print(value: Any, depth: int = DEPTH) -> str:
    """Text that changes when the value does, as far as it is plain or consists of plain attributes."""
    kind = type(value)
    if value is None or kind in (int, str, bool, float, bytes):
        return repr(value)
    if isinstance(value, random.Random):
        return f"RNG({hash(value.getstate())})"
    if isinstance(value, np.random.Generator):
        return f"RNG({value.bit_generator.state})"
    if isinstance(value, np.random.RandomState):
        return f"RNG({value.get_state(legacy=False)})"
    if isinstance(value, np.ndarray):
        return f"array of {value.dtype} with {hash(value.tobytes())}"
    if depth == 0 or isinstance(value, (*EXACT, type, ModuleType, FunctionType)):
        return kind.__name__
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_print(k, 1)}: {_print(v, depth - 1)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple | deque):
        return "[" + ", ".join(_print(inner, depth - 1) for inner in value) + "]"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(_print(inner, depth - 1) for inner in value)) + "}"
    if kind.__name__ == "cell":
        return _print(value.cell_contents, depth)
    if callable(info := getattr(value, "cache_info", None)):  # of functools.cache
        return f"cache({info()})"
    if kind.__module__ == "itertools":
        return repr(value)
    slots = [name for base in kind.__mro__ for name in getattr(base, "__slots__", ())]
    own = getattr(value, "__dict__", {})
    if not isinstance(own, Mapping):  # an object that has every attribute
        return kind.__name__
    inner = {**own, **{n: getattr(value, n) for n in slots if hasattr(value, n)}}
    return f"{kind.__name__}({', '.join(f'{n}={_print(v, depth - 1)}' for n, v in inner.items())})"
