"""One field of a component type: which values it may hold, and how a column of them becomes plain data.

Owns the check that every value is of the type its field declares: one pass in C a column, whenever
a world is hashed, stored or worked on by columns. Private to `engine.ecs.tables`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, Final, NoReturn, get_args, get_origin

import numpy as np

from reskin.engine.ecs.packing import LARGEST, LEAST, Column, Integers, is_packed, pack, pack_bools, unpack
from reskin.engine.errors import StateError, WorldError

SCALARS: Final = {int: frozenset({int, bool}), bool: frozenset({bool}), str: frozenset({str})}
ARRAYS: Final[dict[Any, Any]] = {int: np.int64, bool: np.bool_}
"""What may lie in a NumPy column, and as what."""


class Field:
    """A field by its name and its type, `hint`: int, bool, str, or a tuple or list of those."""

    def __init__(self, owner: str, field: dataclasses.Field[Any], hint: Any) -> None:
        self.owner, self.name, self.field = owner, field.name, field
        self.title = f"{owner}.{field.name}"
        self.take = attrgetter(self.name)
        self.nested = hint not in SCALARS
        self.kind = (get_origin(hint) or hint) if self.nested else hint
        elements = [e for e in get_args(hint) if e is not Ellipsis] or [int]
        if self.nested and (self.kind not in (tuple, list) or any(e not in SCALARS for e in elements)):
            raise WorldError(f"{self.title} must be int, bool, str, or a tuple or list of those, got {hint}")
        self.allowed = SCALARS.get(hint, frozenset({self.kind}))
        self.within = frozenset(kind for e in elements for kind in SCALARS[e])
        self.dtype = ARRAYS.get(hint)  # None: lies in no array

    def values(self, rows: Mapping[int, Any]) -> list[Any]:
        """The field of every component, checked."""
        return self.checked(rows, list(map(self.take, rows.values())))

    def state(self, rows: Mapping[int, Any]) -> Any:
        """The field of every component as plain data: packed where it is int or bool, else a list."""
        values = self.values(rows)
        if self.nested:
            return [list(value) for value in values]
        if self.kind is str:
            return values
        if self.kind is bool:
            return pack_bools(values)
        try:
            return pack(values)
        except OverflowError:
            self.refuse_outgrown(rows, values)

    def array(self, rows: Mapping[int, Any]) -> Column:
        """The field of every component as a NumPy column."""
        values = self.values(rows)
        try:
            column: Column = np.array(values, self.dtype)
        except OverflowError:
            self.refuse_outgrown(rows, values)
        return column

    def read(self, stored: Any, ids: Sequence[int]) -> list[Any]:
        """The values that `state` wrote, or as many defaults if it is None. Plain lists are read, too."""
        if stored is None:
            return self.defaults(len(ids))
        values = unpack(stored, self.title).tolist() if is_packed(stored) else list(stored)
        if len(values) != len(ids):
            raise StateError(f"{self.title} has {len(values)} values for {len(ids)} ids")
        return self.checked(ids, [self.kind(v) for v in values] if self.nested else values)

    def read_array(self, stored: Any, ids: Integers) -> Column:
        """The same as a NumPy column."""
        if is_packed(stored):
            column = unpack(stored, self.title)
            if len(column) == len(ids) and (self.dtype is np.int64 or column.dtype == self.dtype):
                return column.astype(self.dtype, copy=False)
        known = ids.tolist()
        values = self.read(stored, known)
        try:
            read: Column = np.array(values, self.dtype)
        except OverflowError:
            self.refuse_outgrown(known, values)
        return read

    def defaults(self, count: int) -> list[Any]:
        if self.field.default is not dataclasses.MISSING:
            return [self.field.default for _ in range(count)]
        if self.field.default_factory is not dataclasses.MISSING:
            return [self.field.default_factory() for _ in range(count)]
        raise StateError(f"the state lacks {self.title}, which has no default; give it one")

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
            f"{self.title} of entity {id} must be {expected}, got {type(value).__name__} "
            f"{value!r}; use // for division and int() for NumPy numbers"
        )

    def refuse_outgrown(self, ids: Iterable[int], values: Sequence[int]) -> NoReturn:
        id, value = next((i, v) for i, v in zip(ids, values, strict=True) if not LEAST <= v <= LARGEST)
        raise WorldError(f"{self.title} of entity {id} outgrew 64 bits: {value}")
