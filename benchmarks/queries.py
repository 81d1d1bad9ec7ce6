"""The world's queries beside esper's: every entity that has two components of three moves by its speed.

esper (https://github.com/benmoran56/esper) is the usual pure-Python entity system; it promises less:
its order of entities is not fixed, and it has no state to hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

from benchmarks.rounds import Contender
from engine.world import World


@dataclass(slots=True)
class Position:
    x: int
    y: int


@dataclass(slots=True)
class Velocity:
    x: int
    y: int


@dataclass(slots=True)
class Health:
    points: int


def contenders(sizes: Sequence[int], least: int) -> Iterator[tuple[str, Callable[[], Contender]]]:
    """Ours and, where it is installed, esper's, at each number of entities."""
    for size in sizes:
        yield f"{size} entities", partial(_contender, "ours", _ours, size, least)
        if find_spec("esper"):
            yield f"{size} entities in esper", partial(_contender, "esper", _esper, size, least)


def _contender(whose: str, build: Callable[[int], Callable[[], None]], size: int, least: int) -> Contender:
    return Contender(f"world / {whose}, {size} entities", build(size), least)


def _components(i: int) -> tuple[Any, ...]:
    """Half of the entities move."""
    return (Position(i, -i), Velocity(1, 2)) if i % 2 else (Position(i, -i), Health(3))


def _ours(size: int) -> Callable[[], None]:
    world = World()
    for i in range(size):
        world.spawn(*_components(i))

    def run() -> None:
        for _, position, velocity in world.query(Position, Velocity):
            position.x += velocity.x
            position.y += velocity.y
        world.despawn(world.spawn(Position(0, 0), Velocity(0, 0)))  # queries may not just be remembered

    return run


def _esper(size: int) -> Callable[[], None]:
    import esper

    context = f"bench {size}"
    esper.switch_world(context)
    for i in range(size):
        esper.create_entity(*_components(i))

    def run() -> None:
        esper.switch_world(context)
        for _, (position, velocity) in esper.get_components(Position, Velocity):
            position.x += velocity.x
            position.y += velocity.y
        esper.delete_entity(esper.create_entity(Position(0, 0), Velocity(0, 0)), immediate=True)

    return run
