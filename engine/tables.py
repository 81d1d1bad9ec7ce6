"""Where the components of one type lie, and how their fields become columns of plain data.

Owns the check that every value is of the type its field declares: one pass in C a column, whenever
a world is hashed or stored. Private to `engine.world`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, Final, Generic, NoReturn, TypeVar, get_args, get_origin, get_type_hints

from engine.errors import StateError, WorldError

A = TypeVar("A")

SCALARS: Final = {int: frozenset({int, bool}), bool: frozenset({bool}), str: frozenset({str})}


class Table(Generic[A]):
    """Every component of one type: id to component, and how its fields become columns."""

    def __init__(self, kind: type[A]) -> None:
        if not isinstance(kind, type) or not is_dataclass(kind):
            raise WorldError(f"a component must be an instance of a dataclass, got one of {kind!r}")
        if kind.__dictoffset__:
            raise WorldError(
                f"{kind.__name__} must be a @dataclass(slots=True): without slots an attribute that is "
                f"no field would be state that no hash and no save sees"
            )
        self.kind = kind
        self.name = kind.__name__
        self.rows: dict[int, A] = {}
        self.ordered = True
        self.queries: list[tuple[type, ...]] = []
        hints = get_type_hints(kind)
        self.columns = [Column(self.name, field, hints[field.name]) for field in fields(kind)]

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

    def read(self, state: Mapping[str, Any], entities: Mapping[int, None]) -> dict[int, A]:
        """The rows that `state` wrote. No __init__ or __post_init__ has a say in them."""
        ids = state["ids"]
        if list(ids) != sorted({*ids}) or any(id not in entities for id in ids):
            raise StateError(f"{self.name} is stored for ids that do not ascend or do not exist: {ids}")
        columns = [column.read(state["fields"].get(column.name), ids) for column in self.columns]
        rows: dict[int, A] = {}
        for id, *values in zip(ids, *columns, strict=True):
            component = rows[id] = object.__new__(self.kind)
            for column, value in zip(self.columns, values, strict=True):
                object.__setattr__(component, column.name, value)  # past a frozen dataclass too
        return rows


class Column:
    """One field of a component type: takes it from every row at once, and checks what it finds."""

    def __init__(self, owner: str, field: Field[Any], hint: Any) -> None:
        self.owner, self.name, self.field = owner, field.name, field
        self.take = attrgetter(self.name)
        self.nested = hint not in SCALARS
        self.kind = (get_origin(hint) or hint) if self.nested else hint
        elements = [e for e in get_args(hint) if e is not Ellipsis] or [int]
        if self.nested and (self.kind not in (tuple, list) or any(e not in SCALARS for e in elements)):
            raise WorldError(
                f"{owner}.{self.name} must be int, bool, str, or a tuple or list of those, got {hint}"
            )
        self.allowed = SCALARS.get(hint, frozenset({self.kind}))
        self.within = frozenset(kind for e in elements for kind in SCALARS[e])

    def values(self, rows: Mapping[int, Any]) -> list[Any]:
        values = self.checked(rows, list(map(self.take, rows.values())))
        return [list(value) for value in values] if self.nested else values

    def read(self, stored: list[Any] | None, ids: Sequence[int]) -> list[Any]:
        if stored is not None:
            if len(stored) != len(ids):
                raise StateError(f"{self.owner}.{self.name} has {len(stored)} values for {len(ids)} ids")
            return self.checked(ids, [self.kind(v) for v in stored] if self.nested else list(stored))
        if self.field.default is not MISSING:
            return [self.field.default for _ in ids]
        if self.field.default_factory is not MISSING:
            return [self.field.default_factory() for _ in ids]
        raise StateError(f"the state lacks {self.owner}.{self.name}, which has no default; give it one")

    def checked(self, ids: Iterable[int], values: list[Any]) -> list[Any]:
        """The values, if each is of the field's own type. One pass in C where nothing is wrong."""
        if not self.allowed.issuperset(map(type, values)):
            self.refuse(zip(ids, values, strict=True), self.allowed)
        if self.nested and not self.within.issuperset(map(type, chain.from_iterable(values))):
            pairs = ((id, element) for id, value in zip(ids, values, strict=True) for element in value)
            self.refuse(pairs, self.within)
        return values

    def refuse(self, found: Iterable[tuple[int, Any]], allowed: frozenset[type]) -> NoReturn:
        id, value = next((id, value) for id, value in found if type(value) not in allowed)
        expected = " or ".join(sorted(kind.__name__ for kind in allowed))
        raise WorldError(
            f"{self.owner}.{self.name} of entity {id} must be {expected}, got {type(value).__name__} "
            f"{value!r}; use // for division and int() for NumPy numbers"
        )
