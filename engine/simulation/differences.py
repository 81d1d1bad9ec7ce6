"""Where two states differ: the tick, the entity, the field and both values.

Hashes tell that two runs differ; this tells where. It compares results of `Simulation.state()`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from reskin.engine.ecs.packing import is_packed, unpack_column

_NOTHING: Final = "nothing"
_FIELD: Final = re.compile(r"world\.components\.(?P<component>\w+)\[(?P<entity>\d+)\]\.(?P<field>\w+)")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs: its path in the state, and both values; bytes are shortened to text."""

    path: str
    expected: Any
    found: Any
    more: str = ""

    @property
    def entity(self) -> int | None:
        """The id of the entity with this field; None for anything else, such as an account."""
        match = _FIELD.match(self.path)
        return int(match["entity"]) if match else None

    @property
    def component(self) -> str | None:
        match = _FIELD.match(self.path)
        return match["component"] if match else None

    @property
    def field(self) -> str:
        """The name of the component's field, or the whole path of anything else."""
        match = _FIELD.match(self.path)
        return match["field"] if match else self.path

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, found {self.found}{self.more}"


def differences(expected: Mapping[str, Any], found: Mapping[str, Any], limit: int = 8) -> list[str]:
    """At most `limit` lines, one a value that differs; empty when the states are equal.

    >>> differences({"tick": 3, "drawn": {"dice": 1}}, {"tick": 4, "drawn": {}})
    ['tick: expected 3, found 4', 'drawn.dice: expected 1, found nothing']
    """
    return [str(difference) for difference in compare_states(expected, found, limit)]


def compare_states(expected: Mapping[str, Any], found: Mapping[str, Any], limit: int = 8) -> list[Difference]:
    """As `differences`, but as objects."""
    left, right = dict(state_leaves(expected)), dict(state_leaves(found))
    result: list[Difference] = []
    for path in {**left, **right}:
        if path not in left or path not in right or left[path] != right[path]:
            result.append(_difference(path, left, right))
            if len(result) == limit:
                break
    return result


def state_leaves(state: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in plain data, with its path; columns of components become `Position[id].x`."""
    if is_packed(state):
        yield from state_leaves(unpack_column(state, path).tolist(), path)
    elif isinstance(state, Mapping):
        if state.keys() == {"ids", "fields"}:
            ids = _values(state["ids"])
            for name, column in state["fields"].items():
                for id, value in zip(ids, _values(column), strict=True):
                    yield f"{path}[{id}].{name}", value
        else:
            for key, value in state.items():
                yield from state_leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(state, list | tuple):
        for i, value in enumerate(state):
            if isinstance(value, list) and all(isinstance(v, int | str) for v in value):
                yield f"{path}[{i}]", value  # a row, such as an entry of the ledger's audit log
            else:
                yield from state_leaves(value, f"{path}[{i}]")
    else:
        yield path, state


def _values(column: Any) -> Any:
    return unpack_column(column, "a column").tolist() if is_packed(column) else column


def outgrown(state: Any) -> str:
    """The first integer in plain data that does not fit into 64 bits, as `path = value`."""
    found = (f"{path} = {value}" for path, value in state_leaves(state) if _too_large(value))
    return next(found, _NOTHING)


def _too_large(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_too_large(inner) for inner in value)
    return isinstance(value, int) and not -(1 << 63) <= value < 1 << 64


def _difference(path: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> Difference:
    a, b = left.get(path, _NOTHING), right.get(path, _NOTHING)
    if isinstance(a, bytes) and isinstance(b, bytes) and path.endswith(".data"):
        return _array_difference(path.removesuffix(".data"), a, b, left, right)
    return Difference(path, _shown(a), _shown(b))


def _shown(value: Any) -> Any:
    return f"{len(value)} bytes {value[:8].hex()}..." if isinstance(value, bytes) else value


def _array_difference(
    name: str, a: bytes, b: bytes, left: Mapping[str, Any], right: Mapping[str, Any]
) -> Difference:
    dtype = left[f"{name}.dtype"]
    if dtype != right[f"{name}.dtype"] or len(a) != len(b):
        found = f"{right[f'{name}.dtype']} in {len(b)}"
        return Difference(name, f"{dtype} in {len(a)} bytes", found)
    before, after = np.frombuffer(a, dtype), np.frombuffer(b, dtype)
    wrong = np.flatnonzero(before != after)
    shape = [value for path, value in left.items() if path.startswith(f"{name}.shape[")]
    where = [int(i) for i in np.unravel_index(wrong[0], shape)]
    more = f"; {wrong.size} cells differ"
    return Difference(f"{name}{where}", before[wrong[0]].item(), after[wrong[0]].item(), more)
