"""Who holds what: every change is a transfer, a mint or a burn, with a reason.

Owns all that must never be lost or doubled: counts of items by account, and unique items, which
carry a state of their own. Balances are never negative, and for every item the balances add up to
what was minted less what was burned. A group of changes happens as a whole or not at all.
Refuses every count that is not a plain positive int. Read next: `engine.simulation`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from engine.errors import AccountFull, InsufficientFunds, LedgerError, UnknownItem
from engine.goods import LARGEST, Entry, Unique, item_state, positive

_ABSENT: Final[Any] = object()


class Ledger:
    """Holdings by account and item.

    >>> ledger = Ledger()
    >>> ledger.open("mine"); ledger.open("miner")
    >>> ledger.mint("mine", "coin", 10, "worldgen")
    >>> ledger.transfer("mine", "miner", "coin", 3, "dug")
    >>> ledger.balance("miner", "coin"), ledger.total("coin")
    (3, 10)

    All changes go through `_set`, which also remembers how to undo them while a group is open.
    `recent` holds the last changes, for people who look for where the coins went; it is not state.
    """

    def __init__(self) -> None:
        self._accounts: dict[str, dict[str, int]] = {}  # account -> item -> count, no zeros
        self._limits: dict[str, int] = {}  # account -> most of one item
        self._minted: dict[str, int] = {}
        self._burned: dict[str, int] = {}
        self._uniques: dict[int, Unique] = {}
        self._last: dict[str, int] = {"uid": 0}
        self._undo: list[tuple[dict[Any, Any], Any, Any]] = []
        self._entries: list[Entry] = []  # of the open groups
        self._depth = 0
        self.version = 0
        self.recent: deque[Entry] = deque(maxlen=256)

    # accounts

    def open(self, account: str, stack_limit: int | None = None) -> None:
        """Open an account; with a limit it holds at most so many of any one item."""
        if type(account) is not str or not account:
            raise LedgerError(f"an account's name must be a string that is not empty, got {account!r}")
        if account in self._accounts:
            raise LedgerError(f"account {account!r} is open already; ask `account in ledger` first")
        if stack_limit is not None:
            self._set(self._limits, account, positive(stack_limit, "stack_limit"))
        self._set(self._accounts, account, {})

    def close(self, account: str) -> None:
        """Close an account that holds nothing."""
        if self._account(account) or self.uniques(account):
            raise LedgerError(f"account {account!r} cannot close, it holds {self._describe(account)}")
        self._set(self._accounts, account, _ABSENT)
        self._set(self._limits, account, _ABSENT)

    def __contains__(self, account: str) -> bool:
        return account in self._accounts

    @property
    def accounts(self) -> tuple[str, ...]:
        """The open accounts, by name."""
        return tuple(sorted(self._accounts))

    # reading

    def balance(self, account: str, item: str) -> int:
        """How many of an item an account holds; unique items do not count."""
        return self._account(account).get(item, 0)

    def holdings(self, account: str) -> dict[str, int]:
        """All that an account holds more than zero of, sorted by item. A copy."""
        return dict(sorted(self._account(account).items()))

    def total(self, item: str) -> int:
        """How many of an item, or of a kind of unique item, exist: minted less burned."""
        return self._minted.get(item, 0) - self._burned.get(item, 0)

    def unique(self, uid: int) -> Unique:
        """A unique item. Raises UnknownItem when it does not exist, or no longer."""
        try:
            return self._uniques[uid]
        except KeyError:
            fate = "was burned" if type(uid) is int and 0 < uid <= self._last["uid"] else "was never minted"
            raise UnknownItem(f"unique item {uid!r} {fate}") from None

    def uniques(self, account: str) -> list[int]:
        """The uids of the unique items that an account holds, ascending."""
        self._account(account)
        return sorted(uid for uid, item in self._uniques.items() if item.account == account)

    # changes

    def mint(self, account: str, item: str, count: int, reason: str = "", tick: int = 0) -> None:
        """Make new items."""
        positive(count)
        with self.group():
            self._tally(self._minted, item, count)
            self._receive(account, item, count)
            self._note(Entry(tick, reason, "", account, item, count))

    def burn(self, account: str, item: str, count: int, reason: str = "", tick: int = 0) -> None:
        """Destroy items that an account holds. Raises InsufficientFunds."""
        self._give(account, item, positive(count))
        self._tally(self._burned, item, count)
        self._note(Entry(tick, reason, account, "", item, count))

    def transfer(
        self, source: str, target: str, item: str, count: int, reason: str = "", tick: int = 0
    ) -> None:
        """Move items between two accounts. Raises InsufficientFunds or AccountFull."""
        positive(count)
        with self.group():
            self._give(source, item, count)
            self._receive(target, item, count)
            self._note(Entry(tick, reason, source, target, item, count))

    def mint_unique(
        self, kind: str, account: str, state: Mapping[str, int], reason: str = "", tick: int = 0
    ) -> int:
        """Make one unique item with a state of its own. Returns its uid, which is never reused."""
        self._account(account)
        uid = self._last["uid"] + 1
        item = Unique(uid, kind, account, item_state(kind, state))
        self._tally(self._minted, kind, 1)
        self._set(self._last, "uid", uid)
        self._set(self._uniques, uid, item)
        self._note(Entry(tick, reason, "", account, kind, 1, uid))
        return uid

    def burn_unique(self, uid: int, account: str, reason: str = "", tick: int = 0) -> None:
        """Destroy a unique item that this account holds."""
        item = self._held(uid, account)
        self._tally(self._burned, item.kind, 1)
        self._set(self._uniques, uid, _ABSENT)
        self._note(Entry(tick, reason, account, "", item.kind, 1, uid))

    def transfer_unique(self, uid: int, source: str, target: str, reason: str = "", tick: int = 0) -> None:
        """Move a unique item. Raises UnknownItem when it is not in the source."""
        item = self._held(uid, source)
        self._account(target)
        self._set(self._uniques, uid, replace(item, account=target))
        self._note(Entry(tick, reason, source, target, item.kind, 1, uid))

    def change_unique(self, uid: int, **state: int) -> Unique:
        """Set fields of a unique item's state, such as `durability=3`. Returns the item as it is now."""
        item = self.unique(uid)
        item = replace(item, state=item_state(item.kind, {**item.state, **state}))
        self._set(self._uniques, uid, item)
        return item

    @contextmanager
    def group(self) -> Iterator[Ledger]:
        """Changes that belong together: an exception inside undoes them all and goes on its way.

        Groups nest; an inner one that fails is undone alone if its exception is caught.
        """
        undo, entries = len(self._undo), len(self._entries)
        self._depth += 1
        try:
            yield self
        except BaseException:
            while len(self._undo) > undo:
                _assign(*self._undo.pop())
            del self._entries[entries:]
            self.version += 1
            raise
        finally:
            self._depth -= 1
            if self._depth == 0:
                self.recent.extend(self._entries)
                self._entries.clear()
                self._undo.clear()

    # laws and state

    def check(self) -> None:
        """Assert the laws: every balance between 1 and its limit, every total as minted less burned."""
        counted: dict[str, int] = {}
        for account, items in self._accounts.items():
            limit = self._limits.get(account, LARGEST)
            for item, count in items.items():
                if type(count) is not int or not 1 <= count <= limit:
                    raise LedgerError(f"{account!r} holds {count!r} of {item!r}, expected 1 to {limit}")
                counted[item] = counted.get(item, 0) + count
        for unique in self._uniques.values():
            if unique.account not in self._accounts or not 0 < unique.uid <= self._last["uid"]:
                raise LedgerError(f"{unique} is in no open account, or its uid was never given")
            counted[unique.kind] = counted.get(unique.kind, 0) + 1
        for item in sorted({**counted, **self._minted, **self._burned}):
            if counted.get(item, 0) != self.total(item):
                raise LedgerError(
                    f"{item!r} is not conserved: accounts hold {counted.get(item, 0)}, minted less burned is "
                    f"{self._minted.get(item, 0)} - {self._burned.get(item, 0)} = {self.total(item)}"
                )

    def state(self) -> dict[str, Any]:
        """Plain data, sorted; equal ledgers give equal states."""
        return {
            "accounts": {account: self.holdings(account) for account in sorted(self._accounts)},
            "limits": dict(sorted(self._limits.items())),
            "minted": dict(sorted(self._minted.items())),
            "burned": dict(sorted(self._burned.items())),
            "uniques": [
                [u.uid, u.kind, u.account, dict(sorted(u.state.items()))]
                for u in sorted(self._uniques.values(), key=lambda u: u.uid)
            ],
            "last_uid": self._last["uid"],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a `state()`. Raises LedgerError, and changes nothing, if it breaks a law."""
        self.prepare(state)()

    def prepare(self, state: Mapping[str, Any]) -> Callable[[], None]:
        """Check a `state()` and return the function that goes back to it, which cannot fail."""
        if self._depth:
            raise LedgerError("a ledger cannot be restored inside a group; leave the group first")
        other = Ledger()
        other._accounts = {account: dict(items) for account, items in state["accounts"].items()}
        other._limits, other._last = dict(state["limits"]), {"uid": state["last_uid"]}
        other._minted, other._burned = dict(state["minted"]), dict(state["burned"])
        for uid, kind, account, fields in state["uniques"]:
            other._uniques[uid] = Unique(uid, kind, account, item_state(kind, fields))
        other.check()

        def commit() -> None:
            other.version = self.version + 1
            self.__dict__.update(other.__dict__)

        return commit

    # primitives: each changes one number, and fails before it does

    def _set(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        if self._depth:
            self._undo.append((table, key, table.get(key, _ABSENT)))
        self.version += 1
        _assign(table, key, value)

    def _account(self, account: str) -> dict[str, int]:
        try:
            return self._accounts[account]
        except KeyError:
            raise LedgerError(f"account {account!r} is not open; ledger.open({account!r}) first") from None

    def _give(self, account: str, item: str, count: int) -> None:
        items = self._account(account)
        left = items.get(item, 0) - count
        if left < 0:
            raise InsufficientFunds(f"{account!r} needs {count} of {item!r}, has {items.get(item, 0)}")
        self._set(items, item, left or _ABSENT)

    def _receive(self, account: str, item: str, count: int) -> None:
        items = self._account(account)
        after = items.get(item, 0) + count
        if after > self._limits.get(account, LARGEST):
            raise AccountFull(
                f"{account!r} holds at most {self._limits.get(account, LARGEST)} of {item!r}, "
                f"has {items.get(item, 0)}, was to receive {count}"
            )
        self._set(items, item, after)

    def _tally(self, table: dict[str, int], item: str, count: int) -> None:
        after = table.get(item, 0) + count
        if after > LARGEST:
            raise LedgerError(f"more than {LARGEST} of {item!r} were never meant to be minted")
        self._set(table, item, after)

    def _held(self, uid: int, account: str) -> Unique:
        item = self.unique(uid)
        self._account(account)
        if item.account != account:
            raise UnknownItem(f"unique item {uid} ({item.kind}) is in {item.account!r}, not in {account!r}")
        return item

    def _note(self, entry: Entry) -> None:
        (self._entries if self._depth else self.recent).append(entry)

    def _describe(self, account: str) -> str:
        parts = [f"{count} {item}" for item, count in self.holdings(account).items()]
        parts += [f"{self._uniques[uid].kind} #{uid}" for uid in self.uniques(account)]
        return ", ".join(parts) or "nothing"


def _assign(table: dict[Any, Any], key: Any, value: Any) -> None:
    if value is _ABSENT:
        table.pop(key, None)
    else:
        table[key] = value
