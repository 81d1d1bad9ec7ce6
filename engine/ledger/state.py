"""The numbers of a ledger: who holds how much, what was minted and burned, and the laws that they keep.

It holds the primary tables, undoes changes while a group is open, and makes two checks: one of
everything, and one of what was touched since the last check. The cost of the second does not depend on
how many accounts were left alone. Private to `engine.ledger.ledger`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from reskin.engine.errors import InsufficientFunds, LedgerError, UnknownItem
from reskin.engine.ledger.types import (
    MOST,
    Account,
    Unique,
    check_ledger_count,
    check_ledger_name,
    check_ledger_uid,
    ledger_item_state,
)


class LedgerState:
    """All changes go through the setters. Each changes one number and cannot fail."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.minted: dict[str, int] = {}
        self.burned: dict[str, int] = {}
        self.uniques: dict[int, Unique] = {}
        self.last_uid = 0
        self.version = 0  # counts changes: as long as it is the same, so is the state
        self.depth = 0  # how many groups are open; inside one, changes can be undone
        self.undo: list[tuple[Callable[..., None], tuple[Any, ...]]] = []
        self._balances: dict[tuple[str, str], int] = {}  # as at the last check, of what was touched since
        self._places: dict[int, Unique | None] = {}
        self._totals: dict[str, int] = {}

    # setters

    def set_account(self, name: str, account: Account | None) -> None:
        self._log(self.set_account, name, self.accounts.get(name))
        if account is None:
            del self.accounts[name]
        else:
            self.accounts[name] = account

    def set_balance(self, name: str, item: str, count: int) -> None:
        items = self.accounts[name].items
        before = items.get(item, 0)
        self._balances.setdefault((name, item), before)
        self._log(self.set_balance, name, item, before)
        if count:
            items[item] = count
        else:
            items.pop(item, None)

    def set_unique(self, uid: int, item: Unique | None) -> None:
        before = self.uniques.pop(uid, None)
        self._places.setdefault(uid, before)
        self._log(self.set_unique, uid, before)
        if before is not None:
            self.accounts[before.account].uniques.pop(uid, None)
        if item is not None:
            self.uniques[uid] = item
            self.accounts[item.account].uniques[uid] = None

    def set_last_uid(self, uid: int) -> None:
        self._log(self.set_last_uid, self.last_uid)
        self.last_uid = uid

    def set_minted(self, item: str, count: int) -> None:
        self._totals.setdefault(item, self.total(item))
        self._log(self.set_minted, item, self.minted.get(item, 0))
        _count(self.minted, item, count)

    def set_burned(self, item: str, count: int) -> None:
        self._totals.setdefault(item, self.total(item))
        self._log(self.set_burned, item, self.burned.get(item, 0))
        _count(self.burned, item, count)

    def rewind(self, length: int) -> None:
        """Undo the last changes until `length` of those made in open groups are left."""
        undo, self.undo = self.undo, []
        depth, self.depth = self.depth, 0
        while len(undo) > length:
            setter, arguments = undo.pop()
            setter(*arguments)
        self.undo, self.depth = undo, depth

    def _log(self, setter: Callable[..., None], *arguments: Any) -> None:
        self.version += 1
        if self.depth:
            self.undo.append((setter, arguments))

    # looked up before a change

    def account(self, name: str) -> Account:
        try:
            return self.accounts[name]
        except KeyError:
            raise LedgerError(f"account {name!r} is not open; ledger.open({name!r}) first") from None

    def unique(self, uid: int) -> Unique:
        check_ledger_uid(uid)
        try:
            return self.uniques[uid]
        except KeyError:
            fate = "was burned" if 0 < uid <= self.last_uid else "was never minted"
            raise UnknownItem(f"unique item {uid!r} {fate}") from None

    def left(self, name: str, item: str, count: int) -> int:
        """How many of an item an account would have after giving `count` away. Raises InsufficientFunds."""
        held = self.account(name).items.get(item, 0)
        if held < count:
            raise InsufficientFunds(f"{name!r} needs {count} of {item!r}, has {held}")
        return held - count

    def held(self, uid: int, name: str) -> Unique:
        """A unique item that this account holds. Raises UnknownItem."""
        item = self.unique(uid)
        self.account(name)
        if item.account != name:
            raise UnknownItem(f"unique item {uid} ({item.kind}) is in {item.account!r}, not in {name!r}")
        return item

    def describe(self, account: Account) -> str:
        parts = [f"{count} {item}" for item, count in sorted(account.items.items())]
        parts += [f"{self.unique(uid).kind} #{uid}" for uid in sorted(account.uniques)]
        return ", ".join(parts) or "nothing"

    # laws

    def total(self, item: str) -> int:
        return self.minted.get(item, 0) - self.burned.get(item, 0)

    def check_touched(self) -> None:
        """Check the laws for what changed since the last check, and forget what changed."""
        gained: dict[str, int] = {}
        for (name, item), before in self._balances.items():
            account = self.accounts.get(name)
            count = account.items.get(item, 0) if account is not None else 0
            if account is not None and item in account.items:
                _check_slots(account)
                if type(count) is not int or not 1 <= count <= account.stack_limit:
                    _refuse_stack(account, item, count)
            gained[item] = gained.get(item, 0) + count - before
        for uid, was in self._places.items():
            unique = self.uniques.get(uid)
            if unique is not None:
                self._check_unique(unique)
                _check_slots(self.accounts[unique.account])
                gained[unique.kind] = gained.get(unique.kind, 0) + 1
            if was is not None:
                gained[was.kind] = gained.get(was.kind, 0) - 1
        for item in {**gained, **self._totals}:
            made = self.total(item) - self._totals.get(item, self.total(item))
            if gained.get(item, 0) != made:
                raise LedgerError(
                    f"{item!r} is not conserved: since the last check accounts gained {gained.get(item, 0)}, "
                    f"while minted minus burned is {made}; the ledger was changed without its methods"
                )
        self.forget_touched()

    def forget_touched(self) -> None:
        for touched in (self._balances, self._places, self._totals):
            touched.clear()

    def check(self) -> None:
        """Check the laws for everything: limits, and that every total is minted minus burned."""
        counted: dict[str, int] = {}
        for account in self.accounts.values():
            _check_slots(account)
            for item, count in account.items.items():
                if type(count) is not int or not 1 <= count <= account.stack_limit:
                    _refuse_stack(account, item, count)
                counted[item] = counted.get(item, 0) + count
            if account.uniques and not account.uniques.keys() <= self.uniques.keys():
                raise LedgerError(f"{account.name!r} lists {list(account.uniques)}, not all of which exist")
        for unique in self.uniques.values():
            self._check_unique(unique)
            counted[unique.kind] = counted.get(unique.kind, 0) + 1
        for item in sorted({**counted, **self.minted, **self.burned}):
            minted, burned = self.minted.get(item, 0), self.burned.get(item, 0)
            if type(minted) is not int or type(burned) is not int or not 0 <= burned <= minted <= MOST:
                raise LedgerError(f"{item!r} cannot have been minted {minted!r} and burned {burned!r} times")
            if counted.get(item, 0) != minted - burned:
                raise LedgerError(
                    f"{item!r} is not conserved: accounts hold {counted.get(item, 0)}, minted minus burned "
                    f"is {minted} - {burned} = {minted - burned}"
                )

    def _check_unique(self, unique: Unique) -> None:
        account = self.accounts.get(unique.account)
        if account is None or unique.uid not in account.uniques or not 0 < unique.uid <= self.last_uid:
            raise LedgerError(f"{unique} is in no open account, or its uid was never given out")

    # states

    def state(self) -> dict[str, Any]:
        accounts = [self.accounts[name] for name in sorted(self.accounts)]
        return {
            "accounts": {account.name: dict(sorted(account.items.items())) for account in accounts},
            "limits": {a.name: a.stack_limit for a in accounts if a.stack_limit < MOST},
            "slots": {a.name: a.slots for a in accounts if a.slots < MOST},
            "minted": dict(sorted(self.minted.items())),
            "burned": dict(sorted(self.burned.items())),
            "uniques": [
                [uid, unique.kind, unique.account, dict(unique.state)]
                for uid, unique in sorted(self.uniques.items())
            ],
            "last_uid": self.last_uid,
        }

    @classmethod
    def read(cls, state: Mapping[str, Any]) -> LedgerState:
        """Read what `state` wrote. Raises LedgerError if it breaks a law."""
        read = cls()
        limits, slots = state["limits"], state["slots"]
        if strangers := [name for name in (*limits, *slots) if name not in state["accounts"]]:
            raise LedgerError(f"limits are stored for {strangers}, which are not open accounts")
        for name, items in state["accounts"].items():
            limit = check_ledger_count(limits.get(name, MOST), "stack_limit")
            stacks = check_ledger_count(slots.get(name, MOST), "slots")
            check_ledger_name(name, "an account's name")
            read.accounts[name] = Account(name, limit, stacks, dict(items))
            for item in items:
                check_ledger_name(item, "an item's name")
        read.minted, read.burned = dict(state["minted"]), dict(state["burned"])
        read.last_uid = check_ledger_uid(state["last_uid"])
        for uid, kind, account, fields in state["uniques"]:
            check_ledger_uid(uid)
            check_ledger_name(kind, "a kind of item")
            if uid in read.uniques or account not in read.accounts:
                raise LedgerError(f"unique item {uid!r} ({kind}) is stored twice, or in no open account")
            read.uniques[uid] = Unique(uid, kind, account, ledger_item_state(kind, fields))
            read.accounts[account].uniques[uid] = None
        read.check()
        return read


def _count(table: dict[str, int], item: str, count: int) -> None:
    if count:
        table[item] = count
    else:
        table.pop(item, None)


def _check_slots(account: Account) -> None:
    if len(account.items) + len(account.uniques) > account.slots:
        raise LedgerError(f"{account.name!r} holds more stacks than its {account.slots} slots")


def _refuse_stack(account: Account, item: str, count: Any) -> NoReturn:
    raise LedgerError(f"{account.name!r} holds {count!r} of {item!r}, expected 1 to {account.stack_limit}")
