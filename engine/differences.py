"""Where two states differ: the tick, the entity, the field and both values.

A hash says that two runs went apart; this says where. Works on what `Simulation.state()` returns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from engine.packing import is_packed, unpack

_NOTHING: Final = "nothing"


def differences(expected: Mapping[str, Any], found: Mapping[str, Any], limit: int = 8) -> list[str]:
    """At most `limit` lines, one a value that differs; empty when the states are equal.

    >>> differences({"tick": 3, "drawn": {"dice": 1}}, {"tick": 4, "drawn": {}})
    ['tick: expected 3, found 4', 'drawn.dice: expected 1, found nothing']
    """
    left, right = dict(leaves(expected)), dict(leaves(found))
    lines = []
    for path in {**left, **right}:
        if path not in left or path not in right or left[path] != right[path]:
            lines.append(_line(path, left, right))
            if len(lines) == limit:
                break
    return lines


def leaves(state: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in plain data with its path; columns of components become `Position[id].x`."""
    if is_packed(state):
        yield from leaves(unpack(state, path).tolist(), path)
    elif isinstance(state, Mapping):
        if state.keys() == {"ids", "fields"}:
            ids = _values(state["ids"])
            for name, column in state["fields"].items():
                for id, value in zip(ids, _values(column), strict=True):
                    yield f"{path}[{id}].{name}", value
        else:
            for key, value in state.items():
                yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(state, list | tuple):
        for i, value in enumerate(state):
            if isinstance(value, list) and all(isinstance(v, int | str) for v in value):
                yield f"{path}[{i}]", value  # a row, such as an entry of the ledger's trail
            else:
                yield from leaves(value, f"{path}[{i}]")
    else:
        yield path, state


def _values(column: Any) -> Any:
    return unpack(column, "a column").tolist() if is_packed(column) else column


def outgrown(state: Any) -> str:
    """The first integer in plain data that 64 bits cannot hold, as `path = value`."""
    found = (f"{path} = {value}" for path, value in leaves(state) if _too_large(value))
    return next(found, _NOTHING)


def _too_large(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_too_large(inner) for inner in value)
    return isinstance(value, int) and not -(1 << 63) <= value < 1 << 64


def _line(path: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    a, b = left.get(path, _NOTHING), right.get(path, _NOTHING)
    if isinstance(a, bytes) and isinstance(b, bytes) and path.endswith(".data"):
        return _array_line(path.removesuffix(".data"), a, b, left, right)
    return f"{path}: expected {_shown(a)}, found {_shown(b)}"


def _shown(value: Any) -> Any:
    return f"{len(value)} bytes {value[:8].hex()}..." if isinstance(value, bytes) else value


def _array_line(name: str, a: bytes, b: bytes, left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    dtype = left[f"{name}.dtype"]
    if dtype != right[f"{name}.dtype"] or len(a) != len(b):
        return f"{name}: expected {dtype} in {len(a)} bytes, found {right[f'{name}.dtype']} in {len(b)}"
    before, after = np.frombuffer(a, dtype), np.frombuffer(b, dtype)
    wrong = np.flatnonzero(before != after)
    shape = [value for path, value in left.items() if path.startswith(f"{name}.shape[")]
    where = [int(i) for i in np.unravel_index(wrong[0], shape)]
    first = f"expected {before[wrong[0]]}, found {after[wrong[0]]}"
    return f"{name}{where}: {first}; {wrong.size} cells differ"
