"""What a ledger deals in: unique items, entries, and the checks of what may be counted.

Private to `engine.ledger`, which see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.errors import LedgerError

LARGEST: Final = (1 << 63) - 1
"""The most that there may ever be of one item: what 64 bits with a sign hold."""


@dataclass(frozen=True, slots=True)
class Unique:
    """An item of which there is one: this pickaxe, with so much of its durability left."""

    uid: int
    kind: str
    account: str
    state: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One change that happened. `source` is empty for a mint, `target` for a burn."""

    tick: int
    reason: str
    source: str
    target: str
    item: str
    count: int
    uid: int = 0


def positive(count: int, name: str = "count") -> int:
    if type(count) is not int or not 1 <= count <= LARGEST:
        raise LedgerError(
            f"{name} must be a plain int of at least 1, got {type(count).__name__} {count!r}; "
            f"the ledger knows no fractions, and NumPy numbers need int()"
        )
    return count


def item_state(kind: str, state: Mapping[str, int]) -> Mapping[str, int]:
    for name, value in state.items():
        if type(name) is not str or type(value) is not int:
            raise LedgerError(f"the state of a {kind} maps names to ints, got {name!r}: {value!r}")
    return MappingProxyType(dict(state))
