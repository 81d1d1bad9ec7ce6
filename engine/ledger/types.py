"""The types of a ledger: accounts, unique items and log entries; and checks of names and counts.

Private to `engine.ledger.ledger`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from reskin.engine.ecs.packing import LARGEST, LEAST, is_storable_text
from reskin.engine.errors import AccountFull, LedgerError

TEXT: Final = "a string of whole characters"
_TEXTS: Final = ("a reason", "an account's name", "an account's name", "an item's name")
MOST: Final = LARGEST
"""The most that there may ever be of one item: the largest signed 64-bit integer."""


@dataclass(frozen=True, slots=True)
class Unique:
    """A single item with a state of its own, such as a pickaxe with its durability."""

    uid: int
    kind: str
    account: str
    state: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of the ledger. `source` is empty for a mint, `target` for a burn; `uid` is 0 for stacks."""

    tick: int
    reason: str
    source: str
    target: str
    item: str
    count: int
    uid: int = 0

    def __post_init__(self) -> None:
        for what, text in zip(_TEXTS, (self.reason, self.source, self.target, self.item), strict=True):
            if not is_storable_text(text):
                raise LedgerError(f"{what} must be {TEXT}, got {type(text).__name__} {text!r}")
        check_ledger_uid(self.uid)
        if type(self.tick) is not int or not 0 <= self.tick <= LARGEST:
            raise LedgerError(f"a tick must be an int of 0 or more, got {self.tick!r}")

    def __str__(self) -> str:
        what = f"{self.item} #{self.uid}" if self.uid else f"{self.count} {self.item}"
        way = " -> ".join((self.source or "minted", self.target or "burned"))
        return f"tick {self.tick}: {what}, {way}" + (f" ({self.reason})" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Moved:
    """What a change within limits did: `moved` of the item, and `left` that stayed where they were."""

    item: str
    moved: int
    left: int
    uid: int = 0


@dataclass(slots=True)
class Account:
    """Something that holds items: a player, a chest, a shop, the ground."""

    name: str
    stack_limit: int = MOST  # most of any one item
    slots: int = MOST  # most stacks; a unique item is a stack of its own
    items: dict[str, int] = field(default_factory=dict)  # item -> count, no zeros
    uniques: dict[int, None] = field(default_factory=dict)  # uids of the unique items here: an index

    @property
    def free_slots(self) -> int:
        return self.slots - len(self.items) - len(self.uniques)

    def room(self, item: str) -> int:
        """How many more of a stackable item fit."""
        held = self.items.get(item, 0)
        return self.stack_limit - held if held or self.free_slots > 0 else 0

    def need_room(self, item: str, count: int) -> None:
        if count > self.room(item):
            parts = [f"{self.stack_limit} of one item"] if self.stack_limit < MOST else []
            parts += [f"{self.slots} stacks"] if self.slots < MOST else []
            raise AccountFull(
                f"{self.name!r} holds at most {' and '.join(parts) or MOST}, "
                f"has {self.items.get(item, 0)} of {item!r} in {len(self.items) + len(self.uniques)} stacks, "
                f"was to receive {count}; transfer_fitting() moves what fits"
            )

    def need_slot(self, kind: str) -> None:
        if self.free_slots < 1:
            raise AccountFull(f"{self.name!r} has none of its {self.slots} slots free for a {kind}")


def check_ledger_count(count: int, name: str = "count") -> int:
    if type(count) is not int or not 1 <= count <= MOST:
        raise LedgerError(
            f"{name} must be a plain int of at least 1, got {type(count).__name__} {count!r}; "
            f"the ledger has no fractions, and NumPy numbers need int()"
        )
    return count


def check_ledger_name(name: str, what: str) -> str:
    if not is_storable_text(name) or not name:
        raise LedgerError(f"{what} must be {TEXT} that is not empty, got {name!r}")
    return name


def check_ledger_uid(uid: int) -> int:
    """A uid, or 0 for none. 1.0 and True are equal to 1, but a save could not be loaded with them."""
    if type(uid) is not int or not 0 <= uid <= MOST:
        raise LedgerError(f"a uid must be a plain int, got {type(uid).__name__} {uid!r}; convert it by int()")
    return uid


def ledger_item_state(kind: str, state: Mapping[str, int]) -> Mapping[str, int]:
    for name, value in state.items():
        if not is_storable_text(name) or type(value) is not int or not LEAST <= value <= LARGEST:
            raise LedgerError(f"the state of a {kind} maps names to ints of 64 bits, got {name!r}: {value!r}")
    return MappingProxyType(dict(sorted(state.items())))
