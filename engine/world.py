"""Everything that exists in a game: entities, which are integers, and their components.

Owns the ids and the tables of components. An id is given once, ascending from 1, and never reused;
queries answer in id order. Components are dataclasses whose fields are integers, booleans, strings,
or tuples and lists of those. Refuses floats, since they differ between machines.
Read next: `engine.simulation`, which steps and hashes a world.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from operator import attrgetter
from typing import Any, Final, Generic, NoReturn, TypeVar, get_args, get_origin, get_type_hints, overload

from engine.errors import StateError, WorldError

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")

SCALARS: Final = {int: frozenset({int, bool}), bool: frozenset({bool}), str: frozenset({str})}


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
        self._tables: dict[type, _Table[Any]] = {}
        self._answers: dict[tuple[type, ...], list[Any]] = {}  # queries answered since the last change
        for kind in kinds:
            self._table(kind)

    def __len__(self) -> int:
        return len(self._entities)

    def __contains__(self, id: int) -> bool:
        return id in self._entities

    def __iter__(self) -> Iterator[int]:
        """Every id, ascending, as of now."""
        return iter(tuple(self._entities))

    def spawn(self, *components: Any) -> int:
        """A new entity with these components, at most one of each type. Returns its id."""
        tables: list[_Table[Any]] = [self._table(type(component)) for component in components]
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
        """Go back to a `state()`. A field that the state lacks takes its default.

        Raises StateError, and changes nothing, for a component type that this world does not know.
        """
        known = {table.name: table for table in self._tables.values()}
        if unknown := sorted(set(state["components"]) - set(known)):
            raise StateError(
                f"the state holds {', '.join(unknown)}, this world knows "
                f"{', '.join(sorted(known)) or 'nothing'}; "
                f"name the types when making it: World({', '.join(unknown)})"
            )
        rows = {name: known[name].read(columns) for name, columns in state["components"].items()}
        self._next = state["next"]
        self._entities = dict.fromkeys(state["entities"])
        self._answers.clear()
        for name, table in known.items():
            table.rows, table.ordered = rows.get(name, {}), True

    def _table(self, kind: type[A]) -> _Table[A]:
        table = self._tables.get(kind)
        if table is None:
            table = _Table(kind)
            if any(table.name == other.name for other in self._tables.values()):
                raise WorldError(f"two component types are named {table.name}; a state tells them by name")
            self._tables[kind] = table
        return table

    def _need(self, id: int) -> None:
        if id not in self._entities:
            fate = "is gone" if type(id) is int and 0 < id < self._next else "never existed"
            raise WorldError(f"entity {id!r} {fate}; ask `id in world` first")

    def _put(self, table: _Table[A], id: int, component: A) -> None:
        table.put(id, component)
        self._forget(table)

    def _drop(self, table: _Table[Any], id: int) -> None:
        del table.rows[id]
        self._forget(table)

    def _forget(self, table: _Table[Any]) -> None:
        for kinds in table.queries:
            self._answers.pop(kinds, None)
        table.queries.clear()

    def _search(self, kinds: tuple[type, ...]) -> list[Any]:
        if not kinds:
            raise WorldError("query() needs a component type; for every entity iterate over the world")
        tables: list[_Table[Any]] = [self._table(kind) for kind in kinds]
        for table in tables:
            table.queries.append(kinds)
        rows = [table.rows for table in tables]
        fewest = min(tables, key=lambda table: len(table.rows)).in_order()
        return [(id, *[row[id] for row in rows]) for id in fewest if all(id in row for row in rows)]


class _Table(Generic[A]):
    """Every component of one type: id to component, and how its fields become columns."""

    def __init__(self, kind: type[A]) -> None:
        if not isinstance(kind, type) or not is_dataclass(kind):
            raise WorldError(f"a component must be an instance of a dataclass, got one of {kind!r}")
        self.kind = kind
        self.name = kind.__name__
        self.rows: dict[int, A] = {}
        self.ordered = True
        self.queries: list[tuple[type, ...]] = []
        hints = get_type_hints(kind)
        self.columns = [_Column(self.name, field, hints[field.name]) for field in fields(kind)]

    def put(self, id: int, component: A) -> None:
        if self.ordered and id not in self.rows and self.rows:
            self.ordered = next(reversed(self.rows)) < id
        self.rows[id] = component

    def in_order(self) -> dict[int, A]:
        if not self.ordered:
            self.rows, self.ordered = dict(sorted(self.rows.items())), True
        return self.rows

    def state(self) -> dict[str, Any]:
        rows = self.in_order()
        return {"ids": list(rows), "fields": {c.name: c.values(rows) for c in self.columns}}

    def read(self, state: Mapping[str, Any]) -> dict[int, A]:
        """The rows that `state` wrote. Each component is made without its __post_init__'s say."""
        ids = state["ids"]
        columns = [column.read(state["fields"].get(column.name), len(ids)) for column in self.columns]
        rows = {}
        for i, id in enumerate(ids):
            component = object.__new__(self.kind)
            for column, values in zip(self.columns, columns, strict=True):
                object.__setattr__(component, column.name, values[i])
            rows[id] = component
        return rows


class _Column:
    """One field of a component type: reads it from every row at once, and checks what it finds."""

    def __init__(self, owner: str, field: Field[Any], hint: Any) -> None:
        self.owner, self.name, self.field = owner, field.name, field
        self.container = get_origin(hint) or hint
        elements = [e for e in get_args(hint) if e is not Ellipsis] or [int]
        scalar = hint in SCALARS
        if not scalar and (self.container not in (tuple, list) or any(e not in SCALARS for e in elements)):
            raise WorldError(
                f"{owner}.{self.name} must be int, bool, str, or a tuple or list of those, got {hint}"
            )
        self.nested = not scalar
        self.allowed = SCALARS[hint] if scalar else frozenset({self.container})
        self.within = frozenset(t for e in elements for t in SCALARS[e])
        self.read_one = attrgetter(self.name)

    def values(self, rows: Mapping[int, Any]) -> list[Any]:
        values = list(map(self.read_one, rows.values()))
        if not self.allowed.issuperset(map(type, values)):
            self.refuse(zip(rows, values, strict=True), self.allowed)
        if not self.nested:
            return values
        for id, value in zip(rows, values, strict=True):
            if not self.within.issuperset(map(type, value)):
                self.refuse(((id, element) for element in value), self.within)
        return [list(value) for value in values]

    def refuse(self, found: Iterable[tuple[int, Any]], allowed: frozenset[type]) -> NoReturn:
        id, value = next((id, value) for id, value in found if type(value) not in allowed)
        expected = " or ".join(sorted(kind.__name__ for kind in allowed))
        raise WorldError(
            f"{self.owner}.{self.name} of entity {id} must be {expected}, got {type(value).__name__} "
            f"{value!r}; use // for division and int() for NumPy numbers"
        )

    def read(self, stored: list[Any] | None, count: int) -> list[Any]:
        if stored is not None:
            return [self.container(value) for value in stored] if self.nested else list(stored)
        if self.field.default is not MISSING:
            return [self.field.default] * count
        if self.field.default_factory is not MISSING:
            return [self.field.default_factory() for _ in range(count)]
        raise StateError(f"the state lacks {self.owner}.{self.name}, which has no default; give it one")
