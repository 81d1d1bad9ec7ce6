"""The same entities in four ways: our world by columns and by objects, esper, and plain dicts.

Every entity has a Position, every second one a Velocity, and every fourth one Health too. All four have the
same methods, so that `benchmarks.worlds` can time them and compare the outcomes.

esper (https://github.com/benmoran56/esper) is the usual entity system in pure Python. It does less: the order
of its entities is not fixed, and its state cannot be stored, restored or hashed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from reskin import World

WIDTH: Final = 1 << 16
"""Everything moves in a strip of this width, and turns round at its ends."""
MOST: Final = 100
Digest = list[tuple[int, ...]]


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


def components(number: int) -> tuple[Any, ...]:
    """The components of the entity with this number. Numbers grow as ids do."""
    place = Position(number * 31 % WIDTH, number * 17 % 1000)
    if number % 4 == 0:
        return place, Velocity(number % 7 - 3, 1), Health(number % MOST)
    return (place, Velocity(number % 7 - 3, 1)) if number % 2 == 0 else (place,)


class Numbers:
    """Which entities are alive, and which are replaced next: the same ones in every population."""

    def __init__(self, size: int) -> None:
        self.alive = list(range(size))
        self.following = size

    def renew(self, count: int) -> tuple[list[int], range]:
        """Replace `count` entities: the numbers of those that go, and of those that come."""
        gone = []
        for step in range(count):
            at = (self.following + step) * 7919 % len(self.alive)
            self.alive[at], self.alive[-1] = self.alive[-1], self.alive[at]
            gone.append(self.alive.pop())
        came = range(self.following, self.following + count)
        self.following += count
        self.alive.extend(came)
        return gone, came


class Population(Protocol):
    """What is timed. `hit` looks entities up one by one; they must have Health, as every fourth number has.
    `renew` replaces `count` entities, spread over all of them, by new ones."""

    def __init__(self, size: int) -> None: ...
    def move(self) -> None: ...
    def turn(self) -> None: ...
    def heal(self) -> None: ...
    def hit(self, numbers: range) -> None: ...
    def renew(self, count: int) -> None: ...
    def digest(self) -> Digest: ...


class ByColumns:
    """Our world, by columns: for many entities."""

    def __init__(self, size: int, world: World | None = None) -> None:
        self.world = world or World(Position, Velocity, Health)
        for number in range(size):
            self.world.spawn(*components(number))
        self.numbers = Numbers(size)

    def move(self) -> None:
        with self.world.columns(Position, Velocity) as (_, place, speed):
            place.x += speed.x
            place.y += speed.y

    def turn(self) -> None:
        with self.world.columns(Position, Velocity) as (_, place, speed):
            outside = (place.x < 0) | (place.x >= WIDTH)
            speed.x[outside] *= -1

    def heal(self) -> None:
        with self.world.columns(Health) as (_, health):
            health.points += health.points < MOST

    def hit(self, numbers: range) -> None:
        with self.world.columns(Health) as (ids, health):
            health.points[ids.searchsorted(np.arange(numbers.start + 1, numbers.stop + 1, numbers.step))] -= 5

    def renew(self, count: int) -> None:
        gone, came = self.numbers.renew(count)
        self.world.despawn_many([number + 1 for number in gone])
        for number in came:
            self.world.spawn(*components(number))

    def digest(self) -> Digest:
        return [tuple(numbers) for numbers in _numbers(self.world)]


class ByObjects(ByColumns):
    """Our world, object by object: as one writes it for few entities."""

    def move(self) -> None:
        for _, place, speed in self.world.query(Position, Velocity):
            place.x += speed.x
            place.y += speed.y

    def turn(self) -> None:
        for _, place, speed in self.world.query(Position, Velocity):
            if not 0 <= place.x < WIDTH:
                speed.x *= -1

    def heal(self) -> None:
        for _, health in self.world.query(Health):
            if health.points < MOST:
                health.points += 1

    def hit(self, numbers: range) -> None:
        for number in numbers:
            self.world.get(number + 1, Health).points -= 5

    def renew(self, count: int) -> None:
        gone, came = self.numbers.renew(count)
        for number in gone:
            self.world.despawn(number + 1)
        for number in came:
            self.world.spawn(*components(number))


class InEsper:
    """A world of esper, which has one current world at a time."""

    made = 0

    def __init__(self, size: int) -> None:
        import esper

        InEsper.made += 1
        self.esper, self.context = esper, f"population {InEsper.made}"
        esper.switch_world(self.context)
        for number in range(size):
            esper.create_entity(*components(number))
        self.numbers = Numbers(size)

    def move(self) -> None:
        self.esper.switch_world(self.context)
        for _, (place, speed) in self.esper.get_components(Position, Velocity):
            place.x += speed.x
            place.y += speed.y

    def turn(self) -> None:
        self.esper.switch_world(self.context)
        for _, (place, speed) in self.esper.get_components(Position, Velocity):
            if not 0 <= place.x < WIDTH:
                speed.x *= -1

    def heal(self) -> None:
        self.esper.switch_world(self.context)
        for _, health in self.esper.get_component(Health):
            if health.points < MOST:
                health.points += 1

    def hit(self, numbers: range) -> None:
        self.esper.switch_world(self.context)
        for number in numbers:
            self.esper.component_for_entity(number + 1, Health).points -= 5

    def renew(self, count: int) -> None:
        self.esper.switch_world(self.context)
        gone, came = self.numbers.renew(count)
        for number in gone:
            self.esper.delete_entity(number + 1, immediate=True)
        for number in came:
            self.esper.create_entity(*components(number))

    def digest(self) -> Digest:
        self.esper.switch_world(self.context)
        found = []
        for id, place in sorted(self.esper.get_component(Position)):
            speed = self.esper.try_component(id, Velocity)
            health = self.esper.try_component(id, Health)
            found.append(_entity(place, speed, health))
        return found


class Plain:
    """Plain Python, without a library: a dict of objects for each component."""

    def __init__(self, size: int) -> None:
        self.places: dict[int, Position] = {}
        self.speeds: dict[int, Velocity] = {}
        self.healths: dict[int, Health] = {}
        self.add(range(size))
        self.numbers = Numbers(size)

    def add(self, came: range) -> None:
        tables: dict[type, dict[int, Any]] = {
            Position: self.places, Velocity: self.speeds, Health: self.healths,
        }  # fmt: skip
        for number in came:
            for component in components(number):
                tables[type(component)][number] = component

    def move(self) -> None:
        for id, speed in self.speeds.items():
            place = self.places[id]
            place.x += speed.x
            place.y += speed.y

    def turn(self) -> None:
        for id, speed in self.speeds.items():
            if not 0 <= self.places[id].x < WIDTH:
                speed.x *= -1

    def heal(self) -> None:
        for health in self.healths.values():
            if health.points < MOST:
                health.points += 1

    def hit(self, numbers: range) -> None:
        for number in numbers:
            self.healths[number].points -= 5

    def renew(self, count: int) -> None:
        gone, came = self.numbers.renew(count)
        for number in gone:
            for table in (self.places, self.speeds, self.healths):
                table.pop(number, None)
        self.add(came)

    def digest(self) -> Digest:
        return [
            _entity(place, self.speeds.get(id), self.healths.get(id)) for id, place in self.places.items()
        ]


def _numbers(world: World) -> Iterator[tuple[int, ...]]:
    for id in world:
        speed = world.get(id, Velocity) if world.has(id, Velocity) else None
        health = world.get(id, Health) if world.has(id, Health) else None
        yield _entity(world.get(id, Position), speed, health)


def _entity(place: Position, speed: Velocity | None, health: Health | None) -> tuple[int, ...]:
    moving = (speed.x, speed.y) if speed else ()
    return (place.x, place.y, *moving, *((health.points,) if health else ()))
