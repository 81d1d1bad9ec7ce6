"""Where the components of one type lie: as objects for the few, as columns for the many.

Owns which of the two holds. Objects in `rows` are what is true of their ids; whatever else is in
`ids` and `columns` is true of the rest, less what is `gone`. Working on columns gathers the objects
into them and closes these, so that none that a game still keeps can be written in vain; a query
makes objects of all columns. Private to `engine.ecs.world`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import repeat
from typing import Any, Final, Generic, NamedTuple, NoReturn, TypeVar, get_type_hints

import numpy as np

from reskin.engine.ecs.fields import Field
from reskin.engine.ecs.packing import Column, Integers, pack, pack_array
from reskin.engine.ecs.rows import assemble, places, read_ids, without
from reskin.engine.errors import StateError, WorldError

A = TypeVar("A")

NONE: Final[Integers] = np.empty(0, np.int64)
_MARK: Final = "_no_longer_counts"


class Content(NamedTuple):
    """All that a table holds: columns by ascending id, or objects; never both."""

    ids: Integers
    columns: list[Column]
    rows: dict[int, Any]


class Table(Generic[A]):
    """Every component of one type."""

    def __init__(self, kind: type[A], answers: dict[tuple[type, ...], Any]) -> None:
        """`answers` to queries are those of the world, by their types."""
        if not isinstance(kind, type) or not is_dataclass(kind):
            raise WorldError(f"a component must be an instance of a dataclass, got one of {kind!r}")
        if kind.__dictoffset__:
            raise WorldError(
                f"{kind.__name__} must be a @dataclass(slots=True): without slots an attribute that is "
                f"no field would be state that no hash and no save sees"
            )
        if kind.__dict__.get(_MARK):
            raise WorldError(f"this {kind.__name__} no longer counts; give the world a new one")
        self.kind = kind
        self.name = kind.__name__
        hints = get_type_hints(kind)
        self.fields = [Field(self.name, field, hints[field.name]) for field in fields(kind)]
        self.setters = [getattr(kind, field.name).__set__ for field in self.fields]  # past frozen ones too
        frozen = kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        self.closed = None if frozen else _closed_form(kind)  # frozen ones cannot be written in vain
        self.odd = next((field for field in self.fields if field.dtype is None), None)  # fits no column
        self.answers = answers
        self.queries: list[tuple[type, ...]] = []  # answered since the last change
        self.rows: dict[int, A] = {}
        self.ordered = True
        self.ids, self.based = NONE, False  # whether columns hold anything
        self.columns = self._empty()
        self.buffers: list[Column] = [NONE, *self.columns]  # in which ids and columns lie
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
        """Forget the components of these ids, where there are any."""
        if rows := self.rows:
            for id in ids:
                if id in rows:
                    del rows[id]
        if self.based:
            self.gone.update(ids)
        self.forget()

    def forget(self) -> None:
        """Forget the answers to queries, since components have come or gone."""
        for kinds in self.queries:
            self.answers.pop(kinds, None)
        self.queries.clear()

    def has(self, id: int) -> bool:
        return id in self.rows or self._row(id) is not None

    def find(self, id: int) -> A | None:
        """The component of an entity that exists, made an object if it lay in the columns."""
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
        """Every component as an object, in id order; from here on they are what holds."""
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
        """Bring the columns up to date with the objects, which stay what holds."""
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
        at = places(self.ids, ids)
        known = self.ids[at] == ids
        for mine, column in zip(self.columns, columns, strict=True):
            mine[at[known]] = column[known]
        if not known.all():
            self._merge(ids[~known], [column[~known] for column in columns])

    def extend(self, ids: Integers, component: A) -> None:
        """The same component for many new ids, which are higher than all that were given before."""
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
        """Make the columns all that holds, until `opened` is false again. Closes every object."""
        self.need_closed()
        if self.odd is not None:
            raise WorldError(
                f"{self.odd.title} is no int or bool, and columns hold nothing else; "
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
        """Plain data, the same whether objects or columns hold; None if there is no component."""
        if self.based:
            self.gather()
        if self.based:
            packed = [pack_array(column) for column in self.columns]
            return self._state(pack_array(self.ids), packed)
        rows = self.in_order()
        return self._state(pack([*rows]), [field.state(rows) for field in self.fields]) if rows else None

    def read(self, state: Mapping[str, Any], entities: Integers) -> Content:
        """What `state` wrote, if its ids are among these. No __init__ or __post_init__ has a say in it."""
        ids = read_ids(state["ids"], f"{self.name}'s ids")
        if len(ids) and not (len(entities) and (entities[places(entities, ids)] == ids).all()):
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
        """Hold just this. Objects of before are closed."""
        self._close(self.rows.values())
        ids, columns, self.rows = content or Content(NONE, self._empty(), {})
        if self.based and np.array_equal(ids, self.ids):  # as most rollbacks find it: keep the arrays
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
        return made  # type: ignore[return-value]

    def _close(self, components: Iterable[A]) -> None:
        if self.closed is not None:
            deque(map(object.__setattr__, components, repeat("__class__"), repeat(self.closed)), maxlen=0)

    def _sweep(self, ids: Integers = NONE, columns: Sequence[Column] = ()) -> None:
        """Take what is gone out of the columns, and add rows of higher ids in the same pass."""
        moves = without(self.ids, self.gone) if self.gone and self.based else None
        self.gone.clear()
        if moves is None and not len(ids):
            return
        left = len(self.ids) if not moves else moves[-1][0].stop
        most = len(self.ids) + len(ids)
        if most > len(self.buffers[0]):  # memory at hand is faster than fresh pages of it
            room = most + most // 4
            self.buffers = [np.empty(room, column.dtype) for column in (self.ids, *self.columns)]
        old, new = (self.ids, *self.columns), (ids, *(columns or self._empty()))
        triples = zip(old, new, self.buffers, strict=True)
        whole = [assemble(column, moves or [], more, left, buffer) for column, more, buffer in triples]
        self._view(whole[0], whole[1:])

    def _merge(self, ids: Integers, columns: Sequence[Column]) -> None:
        """Add rows, whose ids ascend and are new."""
        if not self.based:
            self._hold(ids.copy(), list(columns))  # its own: other tables may have been given the same
            return
        in_order = ids[0] > self.ids[-1]
        merged = np.concatenate((self.ids, ids))
        joined = [np.concatenate(pair) for pair in zip(self.columns, columns, strict=True)]
        order = slice(None) if in_order else merged.argsort(kind="stable")
        self._hold(merged[order], [column[order] for column in joined])


def _closed_form(kind: type) -> type:
    """What a component's class becomes when it no longer counts: touching a field says what to do."""

    def refuse(self: Any, name: str, *value: Any) -> NoReturn:
        raise WorldError(
            f"this {kind.__name__} no longer counts, since columns of its type were opened or the world "
            f"was restored after you got it; get it again: world.get(id, {kind.__name__})"
        )

    def show(self: Any) -> str:
        return f"a {kind.__name__} that no longer counts"

    hooks = {"__getattribute__": refuse, "__setattr__": refuse, "__repr__": show}
    return type(kind.__name__, (kind,), {"__slots__": (), _MARK: True, **hooks})
