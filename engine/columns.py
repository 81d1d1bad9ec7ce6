"""What `World.columns` yields: the fields of many entities as NumPy arrays, in id order.

Owns which rows of several tables belong together. Where the same entities have all components, the
arrays are the columns themselves; elsewhere they are copies, which are written back when the block
is left. Refuses floats, and integers of more than 64 bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from engine.errors import WorldError
from engine.packing import LARGEST, Column, Integers
from engine.tables import Table


class Columns:
    """The fields of one component type, each an array of int64 or bool, one element an entity."""

    _table: Table[Any]
    _ids: Integers
    _rows: Integers | None  # which of the table's; None is all

    def __init__(self, table: Table[Any], ids: Integers, rows: Integers | None) -> None:
        self.__dict__.update(_table=table, _ids=ids, _rows=rows)
        for field, column in zip(table.fields, table.columns, strict=True):
            self.__dict__[field.name] = column[:] if rows is None else column[rows]

    def __getattr__(self, name: str) -> NDArray[Any]:
        known = ", ".join(field.name for field in self._table.fields)
        raise WorldError(f"{self._table.name} has no field {name!r}; it has {known}")

    def __setattr__(self, name: str, value: Any) -> None:
        column: NDArray[Any] = getattr(self, name)
        if value is column:  # `+=` and its kin have written into it already
            return
        values = np.asarray(value)
        if values.dtype.kind not in ("iub" if column.dtype.kind == "i" else "b") or (
            values.dtype == np.uint64 and values.size and values.max() > LARGEST
        ):
            self._refuse(name, values)
        column[...] = values

    def _refuse(self, name: str, values: NDArray[Any]) -> NoReturn:
        first = f" of entity {self._ids[0]}" if len(self._ids) else ""
        value = f" {values.flat[0]}" if values.size else ""
        raise WorldError(
            f"{self._table.name}.{name}{first} must be {getattr(self, name).dtype}, "
            f"got {values.dtype}{value}; use // for division"
        )

    def _finish(self) -> None:
        """Write copies back, and let nobody write into what was handed out."""
        for field, column in zip(self._table.fields, self._table.columns, strict=True):
            array: Column = self.__dict__[field.name]
            if self._rows is not None:
                column[self._rows] = array
            array.flags.writeable = False


class Joins:
    """Which rows of tables belong together. Remembers it for as long as no rows come or go."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], tuple[list[Integers], Integers, list[Integers | None]]] = {}

    @contextmanager
    def join(self, tables: Sequence[Table[Any]]) -> Iterator[tuple[Any, ...]]:
        """`(ids, columns of each table)` of the entities that all tables have."""
        ids, rows = self._rows(tables)
        columns = [Columns(table, ids, row) for table, row in zip(tables, rows, strict=True)]
        try:
            yield (ids, *columns)
        finally:
            for one in columns:
                one._finish()

    def _rows(self, tables: Sequence[Table[Any]]) -> tuple[Integers, list[Integers | None]]:
        names = tuple(table.name for table in tables)
        known = self._known.get(names)
        if known is None or not all(t.ids is ids for t, ids in zip(tables, known[0], strict=True)):
            ids = common(*(table.ids for table in tables))
            rows = [None if len(t.ids) == len(ids) else t.ids.searchsorted(ids) for t in tables]
            known = self._known[names] = [table.ids for table in tables], ids, rows
        return known[1], known[2]


def common(first: Integers, *others: Integers) -> Integers:
    """The ids that are in all of these ascending arrays; read-only."""
    found = first[:]
    for other in sorted(others, key=len):
        small, large = (found, other) if len(found) <= len(other) else (other, found)
        if len(small):
            at = np.minimum(large.searchsorted(small), len(large) - 1)
            hit = large[at] == small
            small = small if hit.all() else small[hit]
        found = small[:]
    found.flags.writeable = False
    return found
