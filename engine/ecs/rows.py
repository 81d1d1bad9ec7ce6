"""Ascending ids, and the rows in which they lie: where they are, which are common, and what is left.

Private to the engine's tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.ecs.packing import Column, Integers, is_packed, unpack
from reskin.engine.errors import StateError

SPARSE: Final = 8
"""Ids spread wider than this many times their number are searched for one by one."""
FEW: Final = 64
"""One row in so many, or fewer, is searched for, and cut out by moving pieces; more are done in bulk."""
Moves = list[tuple[slice, slice | NDArray[np.bool_]]]
"""Where to and from where rows move when others are taken out."""


def common(tables: Sequence[Integers]) -> tuple[Integers, list[Integers | None]]:
    """The ids that are in all of these ascending arrays, read-only, and where; None is everywhere."""
    found = min(tables, key=len)
    rows: list[Integers | None] = []
    for ids in tables:
        if ids is found:
            rows.append(None)
            continue
        mine = places(ids, found) if len(found) else found
        hit = ids[mine] == found
        if not hit.all():
            found, mine = found[hit], mine[hit]
            rows = [np.flatnonzero(hit) if there is None else there[hit] for there in rows]
        rows.append(mine)
    found = found.copy()  # of the table's own, which change in place
    found.setflags(write=False)
    return found, [None if len(i) == len(found) else at for i, at in zip(tables, rows, strict=True)]


def places(ids: Integers, wanted: Integers) -> Integers:
    """For each wanted id the row in which it is, or any row if it is in none; both ascend."""
    span = int(ids[-1] - ids[0]) + 1
    if span > SPARSE * len(ids) or len(wanted) * FEW < span:
        return np.minimum(ids.searchsorted(wanted), len(ids) - 1)
    row = np.zeros(span, np.int32)  # by id; three times as fast as a search
    row[ids - ids[0]] = np.arange(len(ids), dtype=np.int32)
    return row.take(wanted - ids[0], mode="clip").astype(np.intp)


def without(ids: Integers, gone: Mapping[int, None]) -> Moves | None:
    """What closes up these rows when some ids are gone, all of which need not be there; None is nothing."""
    wanted = np.fromiter(sorted(gone), np.int64, len(gone))
    rows = places(ids, wanted)
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


def assemble(column: Column, moves: Moves, new: Column, length: int, buffer: Column) -> Column:
    """A column closed up, so many rows long, and more at its end; in a buffer, which may be its own."""
    if column.base is not buffer:
        buffer[: len(column)] = column
    for target, source in moves:
        buffer[target] = column[source]  # to the left, which NumPy does in one column without a copy
    buffer[length : length + len(new)] = new
    return buffer[: length + len(new)]


def read_ids(stored: Any, name: str) -> Integers:
    """Ascending ids of at least 1 from plain data, packed or a list."""
    ids = unpack(stored, name) if is_packed(stored) else np.array([*stored], np.int64)
    if ids.dtype != np.int64 or ids.ndim != 1 or (len(ids) and ids[0] < 1) or (ids[1:] <= ids[:-1]).any():
        raise StateError(f"{name} must ascend from 1 or more, got {ids.tolist()}")
    return ids.astype(np.int64)
