"""Where the components of one type are stored: as objects for a few, as columns for many.

A component is either an object in `rows` or a row of `ids` and `columns`. If an id is in both, the
object counts; ids in `gone` were despawned, and their rows in the columns do not count. Opening the
columns moves the objects into them. The objects are then closed: touching one raises an error, so a
game that kept one cannot change it without effect. A query turns the columns into objects again.
Private to `engine.ecs.world`.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from operator import attrgetter
from typing import Any, Final, Generic, NamedTuple, NoReturn, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from reskin.engine.ecs.packing import (
    LARGEST,
    LEAST,
    Column,
    Integers,
    is_packed,
    is_storable_text,
    pack_array,
    pack_bools,
    pack_ints,
    unpack_column,
)
from reskin.engine.errors import StateError, WorldError

A = TypeVar("A")

NONE: Final[Integers] = np.empty(0, np.int64)
_MARK: Final = "_closed"
SCALARS: Final = {int: frozenset({int, bool}), bool: frozenset({bool}), str: frozenset({str})}
ARRAYS: Final[dict[Any, Any]] = {int: np.int64, bool: np.bool_}
"""The types of fields that fit into a NumPy column, and the dtype of that column."""
SPARSE: Final = 8
"""Ids whose range is wider than this many times their number are found by binary search."""
FEW: Final = 64
"""Up to one row in so many is found by binary search and removed by moving slices; more, in bulk."""
Moves = list[tuple[slice, slice | NDArray[np.bool_]]]
"""Where rows move when others are removed: pairs of target and source."""


class Content(NamedTuple):
    """Everything in a table: columns by ascending id, or objects, never both."""

    ids: Integers
    columns: list[Column]
    rows: dict[int, Any]


class Table(Generic[A]):
    """Every component of one type."""

    def __init__(self, kind: type[A], answers: dict[tuple[type, ...], Any]) -> None:
        """`answers`: the world's cached answers to queries, by their types."""
        if not isinstance(kind, type) or not dataclasses.is_dataclass(kind):
            raise WorldError(f"a component must be an instance of a dataclass, got one of {kind!r}")
        if kind.__dictoffset__:
            raise WorldError(
                f"{kind.__name__} must be a @dataclass(slots=True): without slots it could have an "
                f"attribute that is not a field, which neither hashes nor saves would see"
            )
        if kind.__dict__.get(_MARK):
            raise WorldError(f"this {kind.__name__} is no longer valid; give the world a new one")
        self.kind = kind
        self.name = kind.__name__
        hints = get_type_hints(kind)
        self.fields = [Field(self.name, field, hints[field.name]) for field in dataclasses.fields(kind)]
        self.setters = [getattr(kind, field.name).__set__ for field in self.fields]  # also of frozen ones
        frozen = kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        self.closed = None if frozen else _closed_form(kind)  # frozen ones cannot be changed
        self.odd = next((field for field in self.fields if field.dtype is None), None)  # fits no column
        self.answers = answers
        self.queries: list[tuple[type, ...]] = []  # answered since the last change
        self.rows: dict[int, A] = {}
        self.ordered = True
        self.ids, self.based = NONE, False  # whether columns hold anything
        self.columns = self._empty()
        self.buffers: list[Column] = [NONE, *self.columns]  # the memory of ids and columns
        self.gone: dict[int, None] = {}  # ids whose rows in the columns do not count
        self.opened = False

    # objects

    def put(self, id: int, component: A) -> None:
        self.need_closed()
        if self.ordered and id not in self.rows and self.rows:
            self.ordered = next(reversed(self.rows)) < id
        self.rows[id] = component
        if self.queries:
            self.forget()

    def drop_many(self, ids: Mapping[int, None]) -> None:
        """Remove the components of these ids; some may have none."""
        if rows := self.rows:
            for id in ids:
                if id in rows:
                    del rows[id]
        if self.based:
            self.gone.update(ids)
        self.forget()

    def forget(self) -> None:
        """Drop the cached answers to queries, because components were added or removed."""
        for kinds in self.queries:
            self.answers.pop(kinds, None)
        self.queries.clear()

    def has(self, id: int) -> bool:
        return id in self.rows or self._row(id) is not None

    def find(self, id: int) -> A | None:
        """The component of an existing entity; if it is in the columns, an object is made of it."""
        component = self.rows.get(id)
        if component is None and (row := self._row(id)) is not None:
            self.need_closed()
            (component,) = self._make(1, [column[row : row + 1].tolist() for column in self.columns])
            self.put(int(id), component)
        return component

    def in_order(self) -> dict[int, A]:
        if not self.ordered:
            self.rows, self.ordered = dict(sorted(self.rows.items())), True
        return self.rows

    def objects(self) -> dict[int, A]:
        """Every component as an object, in id order. The columns are empty afterwards."""
        self.need_closed()
        if self.based:
            self._sweep()
            made = self._make(len(self.ids), [column.tolist() for column in self.columns])
            rows = dict(zip(self.ids.tolist(), made, strict=True))
            self.ordered = not self.rows
            self.rows = {**rows, **self.rows}
            self._hold(NONE, self._empty())
        return self.in_order()

    # columns

    def gather(self) -> None:
        """Copy the objects into the columns. The objects are kept and still count."""
        if not self.rows:
            self._sweep()
            return
        rows = self.in_order()
        ids = np.fromiter(rows, np.int64, len(rows))
        columns = [field.array(rows) for field in self.fields]
        if self.based and ids[0] > self.ids[-1]:
            self._sweep(ids, columns)
            return
        self._sweep()
        if not self.based:
            self._hold(ids, columns)
            return
        at = find_rows(self.ids, ids)
        known = self.ids[at] == ids
        for mine, column in zip(self.columns, columns, strict=True):
            mine[at[known]] = column[known]
        if not known.all():
            self._merge(ids[~known], [column[~known] for column in columns])

    def extend(self, ids: Integers, component: A) -> None:
        """Give many new ids equal components. The ids are higher than all before."""
        self.need_closed()
        self.forget()
        one = {int(ids[0]): component}
        if self.odd is None:
            self._merge(ids, [field.array(one).repeat(len(ids)) for field in self.fields])
            return
        columns = []
        for field in self.fields:
            (value,) = field.values(one)
            columns.append([field.kind(value) if field.nested else value for _ in ids])
        self.rows.update(zip(ids.tolist(), self._make(len(ids), columns), strict=True))

    def open(self) -> None:
        """Move everything into the columns, until `opened` is false again. Closes every object."""
        self.need_closed()
        if self.odd is not None:
            raise WorldError(
                f"{self.odd.title} is not an int or a bool, and columns hold nothing else; "
                f"move it into a component of its own, or use world.query({self.name})"
            )
        if self.rows or self.gone:
            self.gather()
            self._close(self.rows.values())
            self.rows, self.ordered = {}, True
        if self.queries:
            self.forget()
        self.opened = True

    def need_closed(self) -> None:
        if self.opened:
            raise WorldError(f"the columns of {self.name} are open; leave their `with` block first")

    def need_opened(self) -> None:
        if not self.opened:
            raise WorldError(
                f"the columns of {self.name} are no longer open; use them within their `with` block"
            )

    # states

    def state(self) -> dict[str, Any] | None:
        """Plain data, the same for objects and for columns; None if there is no component."""
        if self.based:
            self.gather()
        if self.based:
            packed = [pack_array(column) for column in self.columns]
            return self._state(pack_array(self.ids), packed)
        rows = self.in_order()
        return self._state(pack_ints([*rows]), [field.state(rows) for field in self.fields]) if rows else None

    def read(self, state: Mapping[str, Any], entities: Integers) -> Content:
        """Read what `state` wrote. Calls no __init__ or __post_init__.

        Raises StateError if an id is not among `entities`.
        """
        ids = read_table_ids(state["ids"], f"{self.name}'s ids")
        if len(ids) and not (len(entities) and (entities[find_rows(entities, ids)] == ids).all()):
            raise StateError(f"{self.name} is stored for ids that do not exist: {ids.tolist()}")
        stored = [state["fields"].get(field.name) for field in self.fields]
        if self.odd is None:
            return Content(
                ids, [field.read_array(s, ids) for field, s in zip(self.fields, stored, strict=True)], {}
            )
        known = ids.tolist()
        columns = [field.read(s, known) for field, s in zip(self.fields, stored, strict=True)]
        return Content(NONE, self._empty(), dict(zip(known, self._make(len(known), columns), strict=True)))

    def install(self, content: Content | None) -> None:
        """Replace everything in the table by this. Closes the objects of before."""
        self._close(self.rows.values())
        ids, columns, self.rows = content or Content(NONE, self._empty(), {})
        if self.based and np.array_equal(ids, self.ids):  # so in most rollbacks: keep the arrays
            for mine, column in zip(self.columns, columns, strict=True):
                mine[...] = column
        else:
            self._hold(ids, columns)
        self.ordered = True
        self.gone.clear()
        self.forget()

    def _empty(self) -> list[Column]:
        return [np.empty(0, field.dtype) for field in self.fields if field.dtype is not None]

    def _state(self, ids: Any, columns: Sequence[Any]) -> dict[str, Any]:
        names = (field.name for field in self.fields)
        return {"ids": ids, "fields": dict(zip(names, columns, strict=True))}

    def _row(self, id: int) -> int | None:
        if not self.based or id in self.gone:
            return None
        row = int(self.ids.searchsorted(id))
        return row if row < len(self.ids) and self.ids[row] == id else None

    def _hold(self, ids: Integers, columns: list[Column]) -> None:
        self.buffers = [ids, *columns]
        self._view(ids[:], [column[:] for column in columns])

    def _view(self, ids: Integers, columns: list[Column]) -> None:
        self.ids, self.columns, self.based = ids, columns, len(ids) > 0

    def _make(self, count: int, columns: Sequence[Sequence[Any]]) -> list[A]:
        made = list(map(object.__new__, repeat(self.kind, count)))
        for setter, values in zip(self.setters, columns, strict=True):
            deque(map(setter, made, values), maxlen=0)
        return made

    def _close(self, components: Iterable[A]) -> None:
        if self.closed is not None:
            deque(map(object.__setattr__, components, repeat("__class__"), repeat(self.closed)), maxlen=0)

    def _sweep(self, ids: Integers = NONE, columns: Sequence[Column] = ()) -> None:
        """Remove the rows of despawned ids from the columns, and append rows of higher ids."""
        moves = table_moves(self.ids, self.gone) if self.gone and self.based else None
        self.gone.clear()
        if moves is None and not len(ids):
            return
        left = len(self.ids) if not moves else moves[-1][0].stop
        most = len(self.ids) + len(ids)
        if most > len(self.buffers[0]):  # reused memory is faster than fresh pages
            room = most + most // 4
            self.buffers = [np.empty(room, column.dtype) for column in (self.ids, *self.columns)]
        old, new = (self.ids, *self.columns), (ids, *(columns or self._empty()))
        triples = zip(old, new, self.buffers, strict=True)
        whole = [
            assemble_table_column(column, moves or [], more, left, buffer) for column, more, buffer in triples
        ]
        self._view(whole[0], whole[1:])

    def _merge(self, ids: Integers, columns: Sequence[Column]) -> None:
        """Add rows whose ids ascend and are new."""
        if not self.based:
            self._hold(ids.copy(), list(columns))  # a copy: other tables may have been given the same array
            return
        in_order = ids[0] > self.ids[-1]
        merged = np.concatenate((self.ids, ids))
        joined = [np.concatenate(pair) for pair in zip(self.columns, columns, strict=True)]
        order = slice(None) if in_order else merged.argsort(kind="stable")
        self._hold(merged[order], [column[order] for column in joined])


def _closed_form(kind: type) -> type:
    """The class of a component that was closed: reading or writing a field raises WorldError."""

    def refuse(self: Any, name: str, *value: Any) -> NoReturn:
        raise WorldError(
            f"this {kind.__name__} is no longer valid: columns of its type were opened, or the world was "
            f"restored, after you got it; get it again: world.get(id, {kind.__name__})"
        )

    def show(self: Any) -> str:
        return f"a {kind.__name__} that is no longer valid"

    hooks = {"__getattribute__": refuse, "__setattr__": refuse, "__repr__": show}
    return type(kind.__name__, (kind,), {"__slots__": (), _MARK: True, **hooks})


class Field:
    """One field of a component type: int, bool, str, or a tuple or list of those.

    Checks that every value has the declared type, in one pass in C a column, whenever a world is hashed,
    stored or opened by columns.
    """

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
        self.dtype = ARRAYS.get(hint)  # None: does not fit into an array

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
            return pack_ints(values)
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
        """Read the values that `state` wrote, packed or as a list; defaults if `stored` is None."""
        if stored is None:
            return self.defaults(len(ids))
        values = unpack_column(stored, self.title).tolist() if is_packed(stored) else list(stored)
        if len(values) != len(ids):
            raise StateError(f"{self.title} has {len(values)} values for {len(ids)} ids")
        if self.nested:  # only what was a tuple or a list: a text would be split into its letters
            values = [self.kind(v) if type(v) in (tuple, list) else v for v in values]
        return self.checked(ids, values)

    def read_array(self, stored: Any, ids: Integers) -> Column:
        """As `read`, but as a NumPy column."""
        if is_packed(stored):
            column = unpack_column(stored, self.title)
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
        """The values, if each has the declared type. Raises WorldError."""
        if not self.allowed.issuperset(map(type, values)):
            self.refuse(zip(ids, values, strict=True), self.allowed)
        if self.nested and not self.within.issuperset(map(type, chain.from_iterable(values))):
            pairs = ((id, element) for id, value in zip(ids, values, strict=True) for element in value)
            self.refuse(pairs, self.within)
        if str in self.allowed or str in self.within:
            texts = chain.from_iterable(values) if self.nested else values
            for text in texts:
                if type(text) is str and not is_storable_text(text):
                    raise WorldError(f"{self.title} must be of whole characters, got {text!r}")
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


# ascending ids, and the rows in which they are


def common_table_ids(tables: Sequence[Integers]) -> tuple[Integers, list[Integers | None]]:
    """The ids that are in all of these ascending arrays, read-only, and their rows in each.

    None stands for all rows of an array.
    """
    found = min(tables, key=len)
    rows: list[Integers | None] = []
    for ids in tables:
        if ids is found:
            rows.append(None)
            continue
        mine = find_rows(ids, found) if len(found) else found
        hit = ids[mine] == found
        if not hit.all():
            found, mine = found[hit], mine[hit]
            rows = [np.flatnonzero(hit) if there is None else there[hit] for there in rows]
        rows.append(mine)
    found = found.copy()  # the table changes its own array in place
    found.setflags(write=False)
    return found, [None if len(i) == len(found) else at for i, at in zip(tables, rows, strict=True)]


def find_rows(ids: Integers, wanted: Integers) -> Integers:
    """The row of each wanted id; for an id that is not there, any row. Both arrays ascend."""
    span = int(ids[-1] - ids[0]) + 1
    if span > SPARSE * len(ids) or len(wanted) * FEW < span:
        return np.minimum(ids.searchsorted(wanted), len(ids) - 1)
    row = np.zeros(span, np.int32)  # row by id: three times as fast as a search
    row[ids - ids[0]] = np.arange(len(ids), dtype=np.int32)
    rows: Integers = row.take(wanted - ids[0], mode="clip").astype(np.intp)
    return rows


def table_moves(ids: Integers, gone: Mapping[int, None]) -> Moves | None:
    """The moves that close the gaps when the rows of some ids are removed; None if none of them is there."""
    wanted = np.fromiter(sorted(gone), np.int64, len(gone))
    rows = find_rows(ids, wanted)
    rows = rows[ids[rows] == wanted]
    if not len(rows):
        return None
    if len(rows) * FEW > len(ids):
        kept = np.ones(len(ids), np.bool_)
        kept[rows] = False
        return [(slice(0, len(ids) - len(rows)), kept)]
    starts, ends = (rows + 1).tolist(), [*rows[1:].tolist(), len(ids)]
    return [
        (slice(start - less, end - less), slice(start, end))
        for less, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]


def assemble_table_column(column: Column, moves: Moves, new: Column, length: int, buffer: Column) -> Column:
    """A column after these moves, `length` rows long, and `new` after them; in a buffer, perhaps its own."""
    if column.base is not buffer:
        buffer[: len(column)] = column
    for target, source in moves:
        buffer[target] = column[source]  # to the left; NumPy does this within one array without a copy
    buffer[length : length + len(new)] = new
    return buffer[: length + len(new)]


def read_table_ids(stored: Any, name: str) -> Integers:
    """Read ascending ids of at least 1 from plain data, packed or a list. Raises StateError."""
    if not is_packed(stored) and any(type(id) is not int for id in stored):
        raise StateError(f"{name} must be ints")
    ids = unpack_column(stored, name) if is_packed(stored) else np.array([*stored], np.int64)
    if ids.dtype != np.int64 or ids.ndim != 1 or (len(ids) and ids[0] < 1) or (ids[1:] <= ids[:-1]).any():
        raise StateError(f"{name} must ascend from 1 or more, got {ids.tolist()}")
    return ids.astype(np.int64)
