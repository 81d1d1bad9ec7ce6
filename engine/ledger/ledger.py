"""Who holds what: every change is a transfer, a mint or a burn, with a reason and a tick.

The ledger owns everything that must never be lost or doubled: counts of items by account, and unique
items, each with a state of its own. Balances are never negative. For every item the balances add up
to what was minted minus what was burned. A group of changes is made as a whole or not at all. Every
count must be a plain positive int. Read next: `engine.ledger.state`, the numbers and the laws that
they keep; `engine.ledger.audit_log`, how they came about; `engine.simulation.simulation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from reskin.engine.errors import LedgerError
from reskin.engine.ledger.audit_log import AuditLog, Origin
from reskin.engine.ledger.state import LedgerState
from reskin.engine.ledger.types import (
    MOST,
    Account,
    Entry,
    Moved,
    Unique,
    check_ledger_count,
    check_ledger_name,
    ledger_item_state,
)


class Ledger:
    """Holdings by account and item.

    >>> ledger = Ledger()
    >>> ledger.open("mine"); ledger.open("miner"); ledger.open("pouch", stack_limit=2)
    >>> ledger.mint("mine", "coin", 10, "worldgen")
    >>> ledger.transfer("mine", "miner", "coin", 3, "dug", tick=7)
    >>> ledger.balance("miner", "coin"), ledger.total("coin")
    (3, 10)
    >>> ledger.transfer_fitting("miner", "pouch", "coin", 3, "saved", tick=8)
    Moved(item='coin', moved=2, left=1, uid=0)
    >>> print(ledger.origins("pouch", "coin")[0])
    2: tick 0: 10 coin, minted -> mine (worldgen); tick 7: 3 coin, mine -> miner (dug); \
tick 8: 2 coin, miner -> pouch (saved)
    """

    def __init__(self) -> None:
        self._state = LedgerState()
        self._audit_log = AuditLog()
        self._entries: list[Entry] = []  # made in open groups, not yet in the log

    # accounts

    def open(self, account: str, stack_limit: int | None = None, slots: int | None = None) -> None:
        """Open an account. It holds at most `stack_limit` of any one item, in at most `slots` stacks.

        All of one item is one stack; each unique item is a stack of its own.
        """
        check_ledger_name(account, "an account's name")
        if account in self._state.accounts:
            raise LedgerError(f"account {account!r} is open already; ask `account in ledger` first")
        limit = MOST if stack_limit is None else check_ledger_count(stack_limit, "stack_limit")
        most = MOST if slots is None else check_ledger_count(slots, "slots")
        self._state.set_account(account, Account(account, limit, most))

    def close(self, account: str) -> None:
        """Close an account that holds nothing."""
        holder = self._state.account(account)
        if holder.items or holder.uniques:
            raise LedgerError(f"account {account!r} cannot close, it holds {self._state.describe(holder)}")
        self._state.set_account(account, None)

    def __contains__(self, account: str) -> bool:
        return account in self._state.accounts

    @property
    def accounts(self) -> tuple[str, ...]:
        """The open accounts, by name."""
        return tuple(sorted(self._state.accounts))

    # reading

    def balance(self, account: str, item: str) -> int:
        """How many of an item an account holds. Unique items are not counted."""
        return self._state.account(account).items.get(item, 0)

    def holdings(self, account: str) -> dict[str, int]:
        """The count of every item that an account holds, sorted by item. A copy, without zeros."""
        return dict(sorted(self._state.account(account).items.items()))

    def room(self, account: str, item: str) -> int:
        """How many more of an item fit into an account: the most that `mint_fitting` would make."""
        return self._state.account(account).room(item)

    def free_slots(self, account: str) -> int:
        """How many more stacks, or unique items, fit into an account."""
        return self._state.account(account).free_slots

    def total(self, item: str) -> int:
        """How many of an item, or of a kind of unique item, exist: minted minus burned."""
        return self._state.total(item)

    def unique(self, uid: int) -> Unique:
        """A unique item; its `account` is where it is. Raises UnknownItem if there is none, or no more."""
        return self._state.unique(uid)

    def uniques(self, account: str) -> list[int]:
        """The uids of the unique items that an account holds, ascending."""
        return sorted(self._state.account(account).uniques)

    # the audit log

    @property
    def audit_log(self) -> tuple[Entry, ...]:
        """The last changes, oldest first: at most 4,160, without those in groups that are still open."""
        return tuple(self._audit_log)

    def history(self, uid: int) -> list[Entry]:
        """The changes of a unique item that are still in the audit log; also of one that was burned."""
        return [entry for entry in self._audit_log if entry.uid == uid]

    def origins(self, account: str, item: str) -> list[Origin]:
        """Where the items that an account holds came from, change by change.

        Coins are alike, so which one moved is a convention: an account gives away first what came in
        first. Paths go back as far as the audit log does; the counts always add up to the balance.
        """
        if self._entries:
            raise LedgerError("origins cannot be read inside a group that changed something; leave it first")
        self._state.account(account)
        accounts = self._state.accounts.values()
        held = {holder.name: holder.items[item] for holder in accounts if item in holder.items}
        return self._audit_log.origins(account, item, held)

    # changes: each checks everything before it changes anything

    def mint(self, account: str, item: str, count: int, reason: str = "", tick: int = 0) -> None:
        """Make new items. Raises AccountFull."""
        check_ledger_name(item, "an item's name")
        entry = Entry(tick, reason, "", account, item, check_ledger_count(count))
        holder = self._state.account(account)
        holder.need_room(item, count)
        self._tally(item, count)
        self._state.set_balance(account, item, holder.items.get(item, 0) + count)
        self._note(entry)

    def mint_fitting(self, account: str, item: str, count: int, reason: str = "", tick: int = 0) -> Moved:
        """Make as many new items as the account's limits allow, up to `count`."""
        fits = min(check_ledger_count(count), self.room(account, item))
        if fits:
            self.mint(account, item, fits, reason, tick)
        return Moved(item, fits, count - fits)

    def burn(self, account: str, item: str, count: int, reason: str = "", tick: int = 0) -> None:
        """Destroy items that an account holds. Raises InsufficientFunds."""
        entry = Entry(tick, reason, account, "", item, check_ledger_count(count))
        left = self._state.left(account, item, count)
        self._state.set_burned(item, self._state.burned.get(item, 0) + count)
        self._state.set_balance(account, item, left)
        self._note(entry)

    def transfer(
        self, source: str, target: str, item: str, count: int, reason: str = "", tick: int = 0
    ) -> None:
        """Move items between two accounts. Raises InsufficientFunds or AccountFull."""
        entry = Entry(tick, reason, source, target, item, check_ledger_count(count))
        left, holder = self._state.left(source, item, count), self._state.account(target)
        if source != target:
            holder.need_room(item, count)
            self._state.set_balance(source, item, left)
            self._state.set_balance(target, item, holder.items.get(item, 0) + count)
        self._note(entry)

    def transfer_fitting(
        self, source: str, target: str, item: str, count: int, reason: str = "", tick: int = 0
    ) -> Moved:
        """Move as many items as the target's limits allow, up to `count`. Raises InsufficientFunds."""
        self._state.left(source, item, check_ledger_count(count))
        fits = count if source == target else min(count, self.room(target, item))
        if fits:
            self.transfer(source, target, item, fits, reason, tick)
        return Moved(item, fits, count - fits)

    def transfer_all(self, source: str, target: str, reason: str = "", tick: int = 0) -> list[Moved]:
        """Move everything that fits out of an account: stacks by name, then unique items by uid."""
        moved = []
        for item, count in self.holdings(source).items():
            moved.append(self.transfer_fitting(source, target, item, count, reason, tick))
        for uid in self.uniques(source):
            fits = source == target or self.free_slots(target) > 0
            if fits:
                self.transfer_unique(uid, source, target, reason, tick)
            moved.append(Moved(self.unique(uid).kind, int(fits), int(not fits), uid))
        return moved

    def mint_unique(
        self, kind: str, account: str, state: Mapping[str, int], reason: str = "", tick: int = 0
    ) -> int:
        """Make a unique item with a state of its own. Returns its uid, which is never reused."""
        uid = self._state.last_uid + 1
        entry = Entry(tick, reason, "", account, check_ledger_name(kind, "a kind of item"), 1, uid)
        item = Unique(uid, kind, account, ledger_item_state(kind, state))
        self._state.account(account).need_slot(kind)
        self._tally(kind, 1)
        self._state.set_last_uid(uid)
        self._state.set_unique(uid, item)
        self._note(entry)
        return uid

    def burn_unique(self, uid: int, account: str, reason: str = "", tick: int = 0) -> None:
        """Destroy a unique item that this account holds."""
        item = self._state.held(uid, account)
        entry = Entry(tick, reason, account, "", item.kind, 1, uid)
        self._state.set_burned(item.kind, self._state.burned.get(item.kind, 0) + 1)
        self._state.set_unique(uid, None)
        self._note(entry)

    def transfer_unique(self, uid: int, source: str, target: str, reason: str = "", tick: int = 0) -> None:
        """Move a unique item. Raises UnknownItem when it is not in the source, or AccountFull."""
        item, holder = self._state.held(uid, source), self._state.account(target)
        entry = Entry(tick, reason, source, target, item.kind, 1, uid)
        if source != target:
            holder.need_slot(item.kind)
            self._state.set_unique(uid, replace(item, account=target))
        self._note(entry)

    def change_unique(self, uid: int, **state: int) -> Unique:
        """Set fields of a unique item's state, such as `durability=3`. Returns the item as it is now."""
        item = self.unique(uid)
        item = replace(item, state=ledger_item_state(item.kind, {**item.state, **state}))
        self._state.set_unique(uid, item)
        return item

    @contextmanager
    def group(self) -> Iterator[Ledger]:
        """Make all changes inside, or none: an exception undoes them and is raised again.

        Groups nest. If the exception of an inner group is caught in the outer one, only the inner is undone.
        """
        state = self._state
        undo, entries = len(state.undo), len(self._entries)
        state.depth += 1
        try:
            yield self
        except BaseException:
            state.rewind(undo)
            del self._entries[entries:]
            raise
        finally:
            state.depth -= 1
            if state.depth == 0:
                state.undo.clear()
                for entry in self._entries:
                    self._audit_log.append(entry)
                self._entries.clear()

    # laws and state

    @property
    def version(self) -> int:
        """Counts changes of the state: as long as it is the same, so is the state."""
        return self._state.version

    def check(self) -> None:
        """Check every account and item: limits are kept, and every total is minted minus burned.

        Raises LedgerError.
        """
        self._state.check()

    def check_touched(self) -> None:
        """The same check for what changed since the last call; a simulation makes it after every tick.

        Its cost grows with the number of changes, not with the size of the ledger.
        """
        self._state.check_touched()

    def state(self) -> dict[str, Any]:
        """Plain data, sorted; equal ledgers give equal states. Raises LedgerError if a law is broken."""
        self._need_no_group("stored")
        self._state.check()
        return {**self._state.state(), "trail": self._audit_log.state()}

    def canonical(self) -> dict[str, Any]:
        """What is hashed: the state, with one digest for the packed blocks of the audit log."""
        return {**self._state.state(), "trail": self._audit_log.canonical()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore a `state()`. Raises LedgerError, and changes nothing, if it breaks a law."""
        self.prepare(state)()

    def prepare(self, state: Mapping[str, Any]) -> Callable[[], None]:
        """Check a `state()` and return a function that restores it, which cannot fail."""
        self._need_no_group("restored")
        restored = LedgerState.read(state)
        commit_log = self._audit_log.prepare(state["trail"])

        def commit() -> None:
            restored.version = self._state.version + 1
            self._state = restored
            commit_log()

        return commit

    def _need_no_group(self, done: str) -> None:
        if self._state.depth:
            raise LedgerError(f"a ledger cannot be {done} inside a group; leave the group first")

    def _tally(self, item: str, count: int) -> None:
        after = self._state.minted.get(item, 0) + count
        if after > MOST:
            raise LedgerError(f"at most {MOST} of {item!r} can be minted, this would make {after}")
        self._state.set_minted(item, after)

    def _note(self, entry: Entry) -> None:
        self._state.version += 1
        if self._state.depth:
            self._entries.append(entry)
        else:
            self._audit_log.append(entry)
