"""The simplest possible ledger, to compare the real one with. Not a test itself."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

ENDLESS = (1 << 63) - 1


class Refused(Exception):
    """Stands for any error of the real ledger."""


@dataclass
class Bag:
    """One account."""

    stack_limit: int = ENDLESS
    slots: int = ENDLESS
    items: dict[str, int] = field(default_factory=dict)
    uniques: list[int] = field(default_factory=list)

    def fits(self, item: str) -> int:
        if item not in self.items and len(self.items) + len(self.uniques) >= self.slots:
            return 0
        return self.stack_limit - self.items.get(item, 0)


class Model:
    """The same methods with the same results as `engine.ledger.ledger.Ledger`."""

    def __init__(self) -> None:
        self.bags: dict[str, Bag] = {}
        self.made: dict[str, int] = {}
        self.kinds: dict[int, str] = {}  # of every unique item that ever was
        self.states: dict[int, dict[str, int]] = {}
        self.log: list[tuple[Any, ...]] = []  # source, target, item, count, uid

    def copy(self) -> Model:
        return deepcopy(self)

    def need(self, account: str) -> Bag:
        if account not in self.bags:
            raise Refused(account)
        return self.bags[account]

    def open(self, account: str, stack_limit: int | None, slots: int | None) -> None:
        if account in self.bags or 0 in (stack_limit, slots):
            raise Refused(account)
        self.bags[account] = Bag(stack_limit or ENDLESS, slots or ENDLESS)

    def close(self, account: str) -> None:
        bag = self.need(account)
        if bag.items or bag.uniques:
            raise Refused(account)
        del self.bags[account]

    def change(self, source: str, target: str, item: str, count: int) -> None:
        """Make a change of a stack: a mint has no source, a burn no target."""
        if count < 1:
            raise Refused(count)
        giver = self.need(source) if source else None
        if giver and giver.items.get(item, 0) < count:
            raise Refused(source)
        taker = self.need(target) if target else None
        if taker and taker is not giver and taker.fits(item) < count:
            raise Refused(target)
        for bag, sign in ((giver, -1), (taker, 1)):
            if bag:
                bag.items[item] = bag.items.get(item, 0) + sign * count
                if not bag.items[item]:
                    del bag.items[item]
        self.made[item] = self.made.get(item, 0) + count * ((not source) - (not target))
        self.log.append((source, target, item, count, 0))

    def mint(self, account: str, item: str, count: int) -> None:
        self.change("", account, item, count)

    def burn(self, account: str, item: str, count: int) -> None:
        self.change(account, "", item, count)

    def transfer(self, source: str, target: str, item: str, count: int) -> None:
        self.change(source, target, item, count)

    def mint_fitting(self, account: str, item: str, count: int) -> tuple[int, int]:
        return self.fitting("", account, item, count)

    def transfer_fitting(self, source: str, target: str, item: str, count: int) -> tuple[int, int]:
        return self.fitting(source, target, item, count)

    def fitting(self, source: str, target: str, item: str, count: int) -> tuple[int, int]:
        if count < 1 or (source and self.need(source).items.get(item, 0) < count):
            raise Refused(source)
        room = self.need(target).fits(item)
        moved = count if source == target else min(count, room)
        if moved:
            self.change(source, target, item, moved)
        return moved, count - moved

    def transfer_all(self, source: str, target: str) -> list[tuple[int, int]]:
        self.need(source)
        found = [
            self.fitting(source, target, item, count)
            for item, count in sorted(self.need(source).items.items())
        ]
        for uid in sorted(self.need(source).uniques):
            try:
                self.transfer_unique(uid, source, target)
                found.append((1, 0))
            except Refused:
                self.need(target)
                found.append((0, 1))
        return found

    def mint_unique(self, kind: str, account: str, state: dict[str, int]) -> int:
        bag = self.need(account)
        if len(bag.items) + len(bag.uniques) >= bag.slots:
            raise Refused(account)
        uid = len(self.kinds) + 1
        self.kinds[uid], self.states[uid] = kind, dict(state)
        bag.uniques.append(uid)
        self.made[kind] = self.made.get(kind, 0) + 1
        self.log.append(("", account, kind, 1, uid))
        return uid

    def burn_unique(self, uid: int, account: str) -> None:
        if uid not in self.need(account).uniques:
            raise Refused(uid)
        self.bags[account].uniques.remove(uid)
        self.made[self.kinds[uid]] -= 1
        self.log.append((account, "", self.kinds[uid], 1, uid))

    def transfer_unique(self, uid: int, source: str, target: str) -> None:
        taker = self.need(target)
        if uid not in self.need(source).uniques:
            raise Refused(uid)
        if source != target and len(taker.items) + len(taker.uniques) >= taker.slots:
            raise Refused(target)
        self.bags[source].uniques.remove(uid)
        taker.uniques.append(uid)
        self.log.append((source, target, self.kinds[uid], 1, uid))

    def change_unique(self, uid: int, wear: int) -> None:
        if not any(uid in bag.uniques for bag in self.bags.values()):
            raise Refused(uid)
        self.states[uid]["wear"] = wear
