"""What `World.columns` yields: the fields of many entities as NumPy arrays, in id order.

If exactly the same entities have all the components, the arrays are the tables' own columns. Otherwise
they are copies of the rows that belong together, written back when the block is left. Both are kept
until entities are added or removed, so that entering a block takes microseconds. Floats, and integers
of more than 64 bits, are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from reskin.engine.ecs.packing import LARGEST, Column, Integers
from reskin.engine.ecs.tables import Table, common_table_ids
from reskin.engine.errors import WorldError


class Columns:
    """The fields of one component type, each an array of int64 or bool, one element an entity."""

    _table: Table[Any]
    _ids: Integers
    _rows: Integers | None  # which rows of the table; None: all
    _fields: dict[str, Column]  # the table's own

    def __init__(self, table: Table[Any], ids: Integers, rows: Integers | None) -> None:
        names = [field.name for field in table.fields]
        columns = [column[:] for column in table.columns]
        self.__dict__.update(
            _table=table, _ids=ids, _rows=rows, _fields=dict(zip(names, columns, strict=True))
        )
        if rows is None:
            self.__dict__.update(self._fields)

    def __getattr__(self, name: str) -> NDArray[Any]:
        """A field that is read for the first time in this block: a copy of its rows."""
        if self._rows is None or name not in self._fields:
            raise WorldError(f"{self._table.name} has no field {name!r}; it has {', '.join(self._fields)}")
        self._table.need_opened()
        array = self.__dict__[name] = self._fields[name].take(self._rows, mode="clip")
        return array

    def __setattr__(self, name: str, value: Any) -> None:
        column: NDArray[Any] = getattr(self, name)
        if value is column:  # `+=` and the like have written into it already
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

    def _begin(self) -> None:
        if self._rows is None:
            for array in self._fields.values():
                array.setflags(write=True)

    def _finish(self) -> None:
        """Write copies back, and make every array that was handed out read-only."""
        for name, column in self._fields.items():
            if self._rows is None:
                column.setflags(write=False)
            elif (array := self.__dict__.pop(name, None)) is not None:
                column[self._rows] = array
                array.setflags(write=False)


class Block:
    """A context manager: inside, the columns of some component types are open."""

    def __init__(self, tables: Sequence[Table[Any]], opened: list[Table[Any]]) -> None:
        """`opened`: the world's list of tables whose columns are open."""
        self._tables = tables
        self._all_opened = opened
        self._opened: list[Table[Any]] = []
        self._known: list[Integers] = []  # the ids of each table when what is yielded was made
        self._columns: list[Columns] = []
        self._yielded: tuple[Any, ...] = ()

    def __enter__(self) -> tuple[Any, ...]:
        try:
            for table in self._tables:
                table.open()
                self._opened.append(table)
                self._all_opened.append(table)
        except BaseException:
            self._close()
            raise
        if not self._known or any(t.ids is not k for t, k in zip(self._tables, self._known, strict=True)):
            return self._make()
        for columns in self._columns:
            columns._begin()
        return self._yielded

    def __exit__(self, *exception: object) -> None:
        for columns in self._columns:
            columns._finish()
        self._close()

    def _make(self) -> tuple[Any, ...]:
        self._known = [table.ids for table in self._tables]
        ids, rows = common_table_ids(self._known)
        pairs = zip(self._tables, rows, strict=True)
        self._columns = [Columns(table, ids, row) for table, row in pairs]
        self._yielded = (ids, *self._columns)
        return self._yielded

    def _close(self) -> None:
        for table in self._opened:
            table.opened = False
            self._all_opened.remove(table)
        self._opened.clear()
