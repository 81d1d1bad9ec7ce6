"""Everything that exists in a game: entities, which are integers, and their components.

Ids ascend from 1 and are never reused; queries answer in id order. Components are dataclasses whose
fields are integers, booleans, strings, or tuples and lists of those. Floats are refused, because they
differ between machines. Use `get` and `query` for single objects, and `columns`, `spawn_many` and
`despawn_many` for many entities at once. Read next: `engine.ecs.columns`; `engine.ecs.tables`, where
components are stored; `engine.simulation.simulation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter, index
from typing import Any, TypeVar, overload

import numpy as np

from reskin.engine.ecs.columns import Block
from reskin.engine.ecs.packing import Packed, pack_ints
from reskin.engine.ecs.tables import Table, read_table_ids
from reskin.engine.errors import StateError, WorldError

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

    Name the component types at the start, `World(Position, Velocity)`, so that a state with such
    components can be restored before any was spawned.
    """

    def __init__(self, *kinds: type) -> None:
        self._next = 1
        self._entities: dict[int, None] = {}  # in id order
        self._packed: Packed | None = None  # the entities, packed; None after they changed
        self._tables: dict[type, Table[Any]] = {}
        self._answers: dict[
            tuple[type, ...], list[Any]
        ] = {}  # queries that were answered since the last change
        self._blocks: dict[tuple[type, ...], Block] = {}
        self._opened: list[Table[Any]] = []  # tables whose columns are open
        for kind in kinds:
            self._table(kind)

    @property
    def kinds(self) -> tuple[type, ...]:
        """The component types that this world knows, in the order in which it got to know them."""
        return tuple(self._tables)

    def __len__(self) -> int:
        return len(self._entities)

    def __contains__(self, id: int) -> bool:
        return id in self._entities

    def __iter__(self) -> Iterator[int]:
        """Every id that exists now, ascending."""
        return iter(tuple(self._entities))

    def spawn(self, *components: Any) -> int:
        """A new entity with these components, at most one of each type. Returns its id."""
        if self._opened:
            self._need_closed()
        entity, tables = self._next, self._tables
        try:
            for component in components:
                table = tables[type(component)]
                rows = table.rows
                if entity in rows:
                    self._take_back(entity)
                    raise _twice(components)
                rows[entity] = component  # the highest id, so the rows stay in order
                if table.queries:
                    table.forget()
        except KeyError:  # a type that is new to this world
            self._take_back(entity)
            for component in components:
                self._table(type(component))
            return self.spawn(*components)
        self._next = entity + 1
        self._packed = None
        self._entities[entity] = None
        return entity

    def spawn_many(self, count: int, *components: Any) -> range:
        """`count` new entities, each with components equal to these. Returns their ids.

        >>> from dataclasses import dataclass
        >>> @dataclass(slots=True)
        ... class Star:
        ...     x: int
        >>> world = World()
        >>> world.spawn_many(3, Star(x=0))
        range(1, 4)
        """
        if type(count) is not int or count < 0:
            raise WorldError(f"count must be an int of 0 or more, got {count!r}")
        self._need_closed()
        if len({*map(type, components)}) != len(components):
            raise _twice(components)
        tables: list[Table[Any]] = [self._table(type(component)) for component in components]
        ids = range(self._next, self._next + count)
        if count:
            column = np.arange(ids.start, ids.stop)
            for table, component in zip(tables, components, strict=True):
                table.extend(column, component)
            self._next, self._packed = ids.stop, None
            self._entities.update(dict.fromkeys(ids))
        return ids

    def despawn(self, id: int) -> None:
        """Remove an entity and all its components. A query that has begun still yields it."""
        if type(id) is not int or id not in self._entities or self._opened:
            self._need(id)
            self._need_closed()
        del self._entities[id]
        self._packed = None
        for table in self._tables.values():
            if table.rows.pop(id, None) is not None and table.queries:
                table.forget()
            if table.based:
                table.gone[id] = None

    def despawn_many(self, ids: Iterable[int]) -> None:
        """Remove many entities, such as `ids[health.points <= 0]`. Changes nothing if one is missing."""
        self._need_closed()
        try:
            wanted = dict.fromkeys(map(index, ids))
        except TypeError as error:
            raise WorldError(f"an entity's id must be an int: {error}") from None
        for id in wanted if not wanted.keys() <= self._entities.keys() else ():
            self._need(id)
        self._packed, entities = None, self._entities
        for id in wanted:
            del entities[id]
        for table in self._tables.values():
            table.drop_many(wanted)

    def add(self, id: int, component: Any) -> None:
        """Give an entity a component, or replace the one of that type."""
        self._need(id)
        self._table(type(component)).put(int(id), component)  # int(): columns give NumPy's integers

    def remove(self, id: int, kind: type) -> None:
        """Take a component from an entity."""
        self.get(id, kind)
        self._tables[kind].drop_many({id: None})

    def has(self, id: int, kind: type) -> bool:
        """Whether the entity exists and has such a component."""
        table = self._tables.get(kind)
        return table is not None and table.has(id)

    def get(self, id: int, kind: type[A]) -> A:
        """The entity's component of this type. Raises WorldError if either is missing.

        It is valid until columns of its type are opened or the world is restored; later use raises.
        """
        table = self._tables.get(kind)
        if table is not None and id in table.rows:
            known: A = table.rows[id]
            return known
        self._need(id)
        found: A | None = None if table is None else table.find(id)
        if found is None:
            owned = ", ".join(t.name for t in self._tables.values() if t.has(id)) or "nothing"
            raise WorldError(f"entity {id} has no {kind.__name__}; it has {owned}; ask has() first")
        return found

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

        The answer is fixed when the query is made: spawning and despawning meanwhile is safe and does
        not change it.
        """
        answer = self._answers.get(kinds)
        if answer is None:
            answer = self._answers[kinds] = self._search(kinds)
        return iter(answer)

    def columns(self, *kinds: type) -> Block:
        """The fields of every entity that has all these components, as NumPy arrays in id order.

        Yields `(ids, a, b, ...)` as a query does, but for all entities at once: `a.x` is an array, int64
        or bool, to read, to change in place or to assign to. Changes take effect when the block is left.
        Components may have int and bool fields only. Inside the block the world does not spawn or despawn,
        and gives no objects of these types. Arithmetic wraps at 64 bits.

        >>> from dataclasses import dataclass
        >>> @dataclass(slots=True)
        ... class Place:
        ...     x: int
        >>> world = World()
        >>> for x in range(3):
        ...     _ = world.spawn(Place(x))
        >>> with world.columns(Place) as (ids, place):
        ...     place.x += 10 * ids
        >>> [place.x for _, place in world.query(Place)]
        [10, 21, 32]
        """
        block = self._blocks.get(kinds)
        if block is None:
            if not kinds:
                raise WorldError("columns() needs a component type")
            block = self._blocks[kinds] = Block([self._table(kind) for kind in kinds], self._opened)
        return block

    def state(self) -> dict[str, Any]:
        """Plain data, column by column; equal worlds give equal states. Raises WorldError for a float.

        Ids, ints and bools are packed (see `engine.ecs.packing`); strings, tuples and lists become lists.
        """
        self._need_closed()
        if self._packed is None:
            self._packed = pack_ints([*self._entities])
        tables = sorted(self._tables.values(), key=attrgetter("name"))
        stored = [(table.name, table.state()) for table in tables]
        return {
            "next": self._next,
            "entities": dict(self._packed),
            "components": {name: columns for name, columns in stored if columns},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore a `state()`. Components that a game holds are no longer valid: get them again.

        A field that is missing in the state takes its default. Raises StateError or WorldError, and changes
        nothing, for a component type that is unknown here or a value that is not allowed.
        """
        self.prepare(state)()

    def prepare(self, state: Mapping[str, Any]) -> Callable[[], None]:
        """Check a `state()` and return a function that restores it, which cannot fail."""
        self._need_closed()
        known = {table.name: table for table in self._tables.values()}
        if unknown := [name for name in state["components"] if name not in known]:
            raise StateError(
                f"the state holds {', '.join(unknown)}, this world knows "
                f"{', '.join(sorted(known)) or 'nothing'}; "
                f"name the types when making it: World({', '.join(unknown)})"
            )
        following, entities = state["next"], read_table_ids(state["entities"], "entities")
        if type(following) is not int or following < 1 or (len(entities) and entities[-1] >= following):
            raise StateError(f"entities must be below the next id, {following!r}, got {entities.tolist()}")
        components = state["components"].items()
        contents = {name: known[name].read(columns, entities) for name, columns in components}

        def commit() -> None:
            self._next = following
            if state["entities"] != self._packed:  # equal in most rollbacks
                self._entities, self._packed = dict.fromkeys(entities.tolist()), None
            self._answers.clear()
            for name, table in known.items():
                table.install(contents.get(name))

        return commit

    def _table(self, kind: type[A]) -> Table[A]:
        table = self._tables.get(kind)
        if table is None:
            table = Table(kind, self._answers)
            if any(table.name == other.name for other in self._tables.values()):
                raise WorldError(
                    f"two component types are named {table.name}; a state tells them apart by name"
                )
            self._tables[kind] = table
        return table

    def _take_back(self, entity: int) -> None:
        for table in self._tables.values():
            table.rows.pop(entity, None)

    def _need(self, id: int) -> None:
        if not isinstance(id, int | np.integer):  # 1.0 is equal to 1, but no id
            raise WorldError(f"an entity's id must be an int, got {type(id).__name__} {id!r}")
        if id not in self._entities:
            fate = "is gone" if type(id) is int and 0 < id < self._next else "never existed"
            raise WorldError(f"entity {id!r} {fate}; ask `id in world` first")

    def _need_closed(self) -> None:
        if self._opened:
            raise WorldError(
                "columns are open; spawn, despawn, store and restore after their `with` block is left"
            )

    def _search(self, kinds: tuple[type, ...]) -> list[Any]:
        if not kinds:
            raise WorldError("query() needs a component type; for every entity iterate over the world")
        rows: list[dict[int, Any]] = [self._table(kind).objects() for kind in kinds]
        for kind in kinds:
            self._tables[kind].queries.append(kinds)
        ids = [*min(rows, key=len)]
        for row in rows:
            ids = [id for id in ids if id in row]
        return list(zip(ids, *(map(row.__getitem__, ids) for row in rows), strict=True))


def _twice(components: tuple[Any, ...]) -> WorldError:
    names = ", ".join(type(component).__name__ for component in components)
    return WorldError(f"an entity has at most one component of each type, got {names}")
