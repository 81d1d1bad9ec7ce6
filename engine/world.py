"""Everything that exists in a game: entities, which are integers, and their components.

Owns the ids and the tables of components. An id is given once, ascending from 1, and never reused;
queries answer in id order. Components are dataclasses whose fields are integers, booleans, strings,
or tuples and lists of those. Refuses floats, since they differ between machines.
Read next: `engine.tables`, where components lie, and `engine.simulation`, which steps a world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, TypeVar, overload

from engine.errors import StateError, WorldError
from engine.tables import Table

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")


class World:
    """Entities and their components.

    >>> from dataclasses import dataclass
    >>> @dataclass(slots=True)
    ... class Position:
    ...     x: int
    ...     y: int
    >>> world = World()
    >>> world.spawn(Position(3, 4))
    1
    >>> for id, position in world.query(Position):
    ...     position.x += 10
    >>> world.get(1, Position)
    Position(x=13, y=4)

    Name the component types up front, `World(Position, Velocity)`, so that a state which holds them
    can be restored into a world that has not spawned any yet.
    """

    def __init__(self, *kinds: type) -> None:
        self._next = 1
        self._entities: dict[int, None] = {}  # in id order
        self._tables: dict[type, Table[Any]] = {}
        self._answers: dict[tuple[type, ...], list[Any]] = {}  # queries answered since the last change
        for kind in kinds:
            self._table(kind)

    @property
    def kinds(self) -> tuple[type, ...]:
        """The component types that this world knows, in the order in which it met them."""
        return tuple(self._tables)

    def __len__(self) -> int:
        return len(self._entities)

    def __contains__(self, id: int) -> bool:
        return id in self._entities

    def __iter__(self) -> Iterator[int]:
        """Every id, ascending, as of now."""
        return iter(tuple(self._entities))

    def spawn(self, *components: Any) -> int:
        """A new entity with these components, at most one of each type. Returns its id."""
        tables: list[Table[Any]] = [self._table(type(component)) for component in components]
        if len({id(table) for table in tables}) != len(tables):
            names = ", ".join(type(component).__name__ for component in components)
            raise WorldError(f"an entity has at most one component of each type, got {names}")
        entity, self._next = self._next, self._next + 1
        self._entities[entity] = None
        for table, component in zip(tables, components, strict=True):
            self._put(table, entity, component)
        return entity

    def despawn(self, id: int) -> None:
        """Remove an entity and all its components. A query under way still yields it."""
        self._need(id)
        del self._entities[id]
        for table in self._tables.values():
            if id in table.rows:
                self._drop(table, id)

    def add(self, id: int, component: Any) -> None:
        """Give an entity a component, or replace the one of that type."""
        self._need(id)
        self._put(self._table(type(component)), id, component)

    def remove(self, id: int, kind: type) -> None:
        """Take a component from an entity."""
        self.get(id, kind)
        self._drop(self._tables[kind], id)

    def has(self, id: int, kind: type) -> bool:
        """Whether the entity exists and has such a component."""
        table = self._tables.get(kind)
        return table is not None and id in table.rows

    def get(self, id: int, kind: type[A]) -> A:
        """The entity's component of this type. Raises WorldError when either is missing."""
        table = self._tables.get(kind)
        if table is None or id not in table.rows:
            self._need(id)
            owned = ", ".join(t.name for t in self._tables.values() if id in t.rows) or "nothing"
            raise WorldError(f"entity {id} has no {kind.__name__}; it has {owned}; ask has() first")
        component: A = table.rows[id]
        return component

    @overload
    def query(self, a: type[A], /) -> Iterator[tuple[int, A]]: ...
    @overload
    def query(self, a: type[A], b: type[B], /) -> Iterator[tuple[int, A, B]]: ...
    @overload
    def query(self, a: type[A], b: type[B], c: type[C], /) -> Iterator[tuple[int, A, B, C]]: ...
    @overload
    def query(
        self, a: type[A], b: type[B], c: type[C], d: type[D], /
    ) -> Iterator[tuple[int, A, B, C, D]]: ...
    def query(self, *kinds: type) -> Iterator[Any]:
        """Every entity that has all these components, in id order: `(id, a, b, ...)`.

        The answer is what held when the query was made: spawning and despawning meanwhile is safe
        and does not change it.
        """
        answer = self._answers.get(kinds)
        if answer is None:
            answer = self._answers[kinds] = self._search(kinds)
        return iter(answer)

    def state(self) -> dict[str, Any]:
        """Plain data, column by column; equal worlds give equal states. Raises WorldError on a float."""
        tables = sorted(self._tables.values(), key=attrgetter("name"))
        return {
            "next": self._next,
            "entities": list(self._entities),
            "components": {table.name: table.state() for table in tables if table.rows},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a `state()`. Components are made anew: look them up again.

        A field that the state lacks takes its default. Raises StateError or WorldError, and changes
        nothing, for what this world does not know or would not hold.
        """
        self.prepare(state)()

    def prepare(self, state: Mapping[str, Any]) -> Callable[[], None]:
        """Check a `state()` and return the function that goes back to it, which cannot fail."""
        known = {table.name: table for table in self._tables.values()}
        if unknown := [name for name in state["components"] if name not in known]:
            raise StateError(
                f"the state holds {', '.join(unknown)}, this world knows "
                f"{', '.join(sorted(known)) or 'nothing'}; "
                f"name the types when making it: World({', '.join(unknown)})"
            )
        following, entities = state["next"], dict.fromkeys(state["entities"])
        if list(entities) != sorted(entities) or any(not 0 < id < following for id in entities):
            raise StateError(f"entities must ascend from 1 to below {following}, got {list(entities)}")
        rows = {
            known[name]: known[name].read(columns, entities) for name, columns in state["components"].items()
        }

        def commit() -> None:
            self._next, self._entities = following, entities
            self._answers.clear()
            for table in known.values():
                table.rows, table.ordered = rows.get(table, {}), True
                table.queries.clear()

        return commit

    def _table(self, kind: type[A]) -> Table[A]:
        table = self._tables.get(kind)
        if table is None:
            table = Table(kind)
            if any(table.name == other.name for other in self._tables.values()):
                raise WorldError(f"two component types are named {table.name}; a state tells them by name")
            self._tables[kind] = table
        return table

    def _need(self, id: int) -> None:
        if id not in self._entities:
            fate = "is gone" if type(id) is int and 0 < id < self._next else "never existed"
            raise WorldError(f"entity {id!r} {fate}; ask `id in world` first")

    def _put(self, table: Table[A], id: int, component: A) -> None:
        table.put(id, component)
        self._forget(table)

    def _drop(self, table: Table[Any], id: int) -> None:
        del table.rows[id]
        self._forget(table)

    def _forget(self, table: Table[Any]) -> None:
        for kinds in table.queries:
            self._answers.pop(kinds, None)
        table.queries.clear()

    def _search(self, kinds: tuple[type, ...]) -> list[Any]:
        if not kinds:
            raise WorldError("query() needs a component type; for every entity iterate over the world")
        tables: list[Table[Any]] = [self._table(kind) for kind in kinds]
        for table in tables:
            table.queries.append(kinds)
        rows = [table.rows for table in tables]
        fewest = min(tables, key=lambda table: len(table.rows)).in_order()
        return [(id, *[row[id] for row in rows]) for id in fewest if all(id in row for row in rows)]
