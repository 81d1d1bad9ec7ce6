"""The audit log: the last changes of a ledger, so that one can ask where a coin came from.

It is part of the state: hashed, stored and rolled back together with the balances. Every `BLOCK`
entries are packed into bytes that never change again, so copies of the state share them. Only the
last `KEPT` blocks stay: 4,096 entries in about 40 kB. Each block begins with the digest of the block
before it, so the digest of the last one covers every entry, also those that were dropped; only that
digest is hashed. Private to `engine.ledger.ledger`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgpack

from reskin.engine.ecs.packing import pack_ints, unpack_column
from reskin.engine.errors import LedgerError, StateError
from reskin.engine.ledger.types import Entry

BLOCK: Final = 64
KEPT: Final = 64
LINK: Final = 16
"""Bytes of the previous block's digest, at the start of each block."""

_values = attrgetter("tick", "reason", "source", "target", "item", "count", "uid")


@dataclass(frozen=True, slots=True)
class Origin:
    """`count` of an item, and the changes that brought them here, oldest first.

    A path that begins with a mint is complete. Any other path begins where the audit log begins: until
    then the items were in the source of its first entry or, if it has no entries, where they are now.
    """

    count: int
    path: tuple[Entry, ...]

    @property
    def complete(self) -> bool:
        return bool(self.path) and not self.path[0].source

    def __str__(self) -> str:
        return f"{self.count}: " + ("; ".join(map(str, self.path)) or "here since before the log begins")


class AuditLog:
    """Entries, oldest first. `len` counts all entries ever made, also those that were dropped."""

    def __init__(self) -> None:
        self._blocks: tuple[bytes, ...] = ()
        self._tail: list[Entry] = []
        self._sealed = 0  # blocks ever
        self._chain = bytes(LINK)

    def __len__(self) -> int:
        return self._sealed * BLOCK + len(self._tail)

    def __iter__(self) -> Iterator[Entry]:
        """The entries that are still kept."""
        for block in self._blocks:
            yield from _read_block(block)
        yield from tuple(self._tail)

    def append(self, entry: Entry) -> None:
        self._tail.append(entry)
        if len(self._tail) == BLOCK:
            block = _seal(self._chain, self._tail)
            self._blocks = (*self._blocks, block)[-KEPT:]
            self._chain, self._sealed, self._tail = _digest(block), self._sealed + 1, []

    def origins(self, account: str, item: str, balances: Mapping[str, int]) -> list[Origin]:
        """Where the items in an account came from, first in, first out; see `Ledger.origins`.

        `balances` maps each account to how many of the item it holds now.
        """
        entries = [entry for entry in self if entry.item == item and not entry.uid]
        lots = _opening(entries, balances)
        for entry in entries:
            taken = _take(lots.get(entry.source), entry) if entry.source else [_Lot(entry.count, None)]
            if entry.target:
                arrived = lots.setdefault(entry.target, deque())
                arrived.extend(_Lot(count, _Step(entry, step)) for count, step in _joined(taken))
        return [Origin(count, _path(step)) for count, step in _joined(lots.get(account, deque()))]

    # states

    def state(self) -> dict[str, Any]:
        """Plain data. The blocks are shared, not copied, since bytes cannot change."""
        return {**self.canonical(), "blocks": list(self._blocks)}

    def canonical(self) -> dict[str, Any]:
        """What is hashed of the log: the digest for all packed blocks, and the entries after them."""
        return {"sealed": self._sealed, "chain": self._chain, "tail": [[*_values(e)] for e in self._tail]}

    def prepare(self, state: Mapping[str, Any]) -> Callable[[], None]:
        """Check a `state()` and return a function that restores it, which cannot fail."""
        blocks, sealed, chain = tuple(state["blocks"]), state["sealed"], state["chain"]
        tail = [Entry(*values) for values in state["tail"]]
        if type(sealed) is not int or len(blocks) != min(sealed, KEPT) or len(tail) >= BLOCK:
            raise LedgerError(
                f"the audit log must keep the last {KEPT} of its {sealed!r} blocks and fewer than {BLOCK} "
                f"entries, got {len(blocks)} and {len(tail)}"
            )
        if blocks != self._blocks or chain != self._chain:  # else they were checked before
            _check_chain(blocks, chain)
            for block in (block for block in blocks if block not in self._blocks):
                try:
                    _read_block(block)
                except (ValueError, TypeError, LookupError, StateError) as error:
                    raise LedgerError(f"a block of the audit log holds no entries: {error}") from error

        def commit() -> None:
            self._blocks, self._sealed, self._chain, self._tail = blocks, sealed, chain, tail

        return commit


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: thousands are, as dictionary keys
class _Step:
    entry: Entry
    before: _Step | None


class _Lot(NamedTuple):
    amount: int
    step: _Step | None


def _opening(entries: list[Entry], balances: Mapping[str, int]) -> dict[str, deque[_Lot]]:
    """What accounts held before these entries, computed backwards from what they hold now."""
    held = dict(balances)
    for entry in entries:
        if entry.source:
            held[entry.source] = held.get(entry.source, 0) + entry.count
        if entry.target:
            held[entry.target] = held.get(entry.target, 0) - entry.count
    return {account: deque([_Lot(count, None)]) for account, count in held.items() if count}


def _take(lots: deque[_Lot] | None, entry: Entry) -> list[_Lot]:
    taken, missing = [], entry.count
    while missing:
        if not lots:
            raise LedgerError(
                f"the audit log does not fit the balances: {entry.source!r} had too few for {entry}"
            )
        lot = lots.popleft()
        if lot.amount > missing:
            lots.appendleft(_Lot(lot.amount - missing, lot.step))
        taken.append(_Lot(min(lot.amount, missing), lot.step))
        missing -= taken[-1].amount
    return taken


def _joined(lots: Iterable[_Lot]) -> Iterator[_Lot]:
    """Join lots that came the same way, in the order in which the first of each came."""
    counts: dict[_Step | None, int] = {}
    for lot in lots:
        counts[lot.step] = counts.get(lot.step, 0) + lot.amount
    return (_Lot(count, step) for step, count in counts.items())


def _path(step: _Step | None) -> tuple[Entry, ...]:
    entries = []
    while step is not None:
        entries.append(step.entry)
        step = step.before
    return tuple(reversed(entries))


def _seal(chain: bytes, entries: list[Entry]) -> bytes:
    """Entries as bytes: numbers packed by column, each name stored once."""
    ticks, reasons, sources, targets, items, counts, uids = zip(*map(_values, entries), strict=True)
    words = sorted({*reasons, *sources, *targets, *items})
    number = {word: i for i, word in enumerate(words)}
    named = [pack_ints([number[word] for word in column]) for column in (reasons, sources, targets, items)]
    packed: bytes = msgpack.packb([words, pack_ints(ticks), *named, pack_ints(counts), pack_ints(uids)])
    return chain + packed


def _read_block(block: bytes) -> list[Entry]:
    words, *columns = msgpack.unpackb(block[LINK:])
    numbers = [unpack_column(column, "the audit log").tolist() for column in columns]
    for names in (1, 2, 3, 4):
        numbers[names] = [words[i] for i in numbers[names]]
    return [Entry(*values) for values in zip(*numbers, strict=True)]


def _check_chain(blocks: tuple[bytes, ...], chain: bytes) -> None:
    for block in reversed(blocks):
        if type(block) is not bytes or _digest(block) != chain:
            raise LedgerError("the audit log was altered: a block does not have the digest in the next one")
        chain = block[:LINK]


def _digest(block: bytes) -> bytes:
    return blake2b(block, digest_size=LINK).digest()
