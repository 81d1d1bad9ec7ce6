"""Compares the ledger with a simple model over long random runs: single changes and groups, which succeed
or fail, ticks, saves, and rollbacks to any earlier moment."""

from __future__ import annotations

from collections import deque
from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from reskin.engine.errors import LedgerError
from reskin.engine.ledger.ledger import Ledger
from reskin.engine.ledger.types import Moved
from tests.engine.ledger.ledger_model import Model, Refused

ACCOUNTS = ("player", "chest", "pack", "shop", "ground")
account = st.sampled_from(ACCOUNTS)
item = st.sampled_from(("coin", "ore", "rope"))
count = st.integers(0, 12)
uid = st.integers(1, 8)
limit = st.none() | st.integers(0, 15)
change = st.one_of(
    st.tuples(st.just("mint"), account, item, count),
    st.tuples(st.just("mint_fitting"), account, item, count),
    st.tuples(st.just("burn"), account, item, count),
    st.tuples(st.just("transfer"), account, account, item, count),
    st.tuples(st.just("transfer_fitting"), account, account, item, count),
    st.tuples(st.just("transfer_all"), account, account),
    st.tuples(st.just("mint_unique"), st.sampled_from(("pick", "lamp")), account, st.just({"wear": 3})),
    st.tuples(st.just("transfer_unique"), uid, account, account),
    st.tuples(st.just("burn_unique"), uid, account),
    st.tuples(st.just("change_unique"), uid, st.integers(0, 9)),
    st.tuples(st.just("open"), account, limit, limit),
    st.tuples(st.just("close"), account),
)


class Life(RuleBasedStateMachine):
    """`done` counts the changes that were tried, over all runs."""

    done = 0

    @initialize()
    def start(self) -> None:
        self.ledger, self.model = Ledger(), Model()
        for name, limits in (("player", (None, None)), ("chest", (None, 3)), ("pack", (9, 4))):
            self.ledger.open(name, *limits)
            self.model.open(name, *limits)
        self.kept: deque[tuple[bytes, Model]] = deque(maxlen=4)

    def attempt(self, change: tuple[Any, ...]) -> None:
        name, *arguments = change
        Life.done += 1
        try:
            expected = getattr(self.model, name)(*arguments)
        except Refused:
            before = self.ledger.canonical()
            with pytest.raises(LedgerError):
                self.call(name, arguments)
            assert self.ledger.canonical() == before
            return
        answer = self.call(name, arguments)
        if isinstance(answer, Moved | list):
            moved = answer if isinstance(answer, list) else [answer]
            assert [(one.moved, one.left) for one in moved] == (
                expected if isinstance(expected, list) else [expected]
            )
        elif name == "mint_unique":
            assert answer == expected

    def call(self, name: str, arguments: list[Any]) -> Any:
        if name == "change_unique":
            return self.ledger.change_unique(arguments[0], wear=arguments[1])
        return getattr(self.ledger, name)(*arguments)

    @rule(changes=st.lists(change, min_size=1, max_size=8))
    def change_one_by_one(self, changes: list[tuple[Any, ...]]) -> None:
        for one in changes:
            self.attempt(one)

    @rule(
        changes=st.lists(change, max_size=8), inner=st.lists(change, max_size=4), fate=st.sampled_from("wio")
    )
    def change_in_groups(
        self, changes: list[tuple[Any, ...]], inner: list[tuple[Any, ...]], fate: str
    ) -> None:
        """A group within a group: both succeed, or the inner or the outer one fails."""
        before = self.model.copy()
        try:
            with self.ledger.group():
                for one in changes:
                    self.attempt(one)
                between = self.model.copy()
                try:
                    with self.ledger.group():
                        for one in inner:
                            self.attempt(one)
                        assert fate != "i"
                except AssertionError:
                    self.model = between
                assert fate != "o"
        except AssertionError:
            self.model = before

    @rule()
    def end_a_tick(self) -> None:
        self.ledger.check_touched()

    @rule()
    def keep(self) -> None:
        self.kept.append((msgpack.packb(self.ledger.state()), self.model.copy()))

    @rule(back=st.integers(0, 3), elsewhere=st.booleans())
    def roll_back(self, back: int, elsewhere: bool) -> None:
        """Restore any stored state, in this ledger or, as after a load, in a new one."""
        if back < len(self.kept):
            packed, model = self.kept[back]
            self.ledger = Ledger() if elsewhere else self.ledger
            self.ledger.restore(msgpack.unpackb(packed))
            self.model = model.copy()

    @rule()
    def store_and_load(self) -> None:
        stored, before = msgpack.packb(self.ledger.state()), self.ledger.canonical()
        self.ledger = Ledger()
        self.ledger.restore(msgpack.unpackb(stored))
        assert self.ledger.canonical() == before

    @rule()
    def ask_the_log(self) -> None:
        log = [(e.source, e.target, e.item, e.count, e.uid) for e in self.ledger.audit_log]
        assert log == self.model.log[-len(log) :] and len(log) >= min(4096, len(self.model.log))
        for name, bag in self.model.bags.items():
            for item in ("coin", "ore", "rope"):
                origins = self.ledger.origins(name, item)
                assert sum(origin.count for origin in origins) == bag.items.get(item, 0)
                assert all(origin.complete for origin in origins) or len(log) < len(self.model.log)

    @invariant()
    def agrees_with_the_model(self) -> None:
        assert self.ledger.accounts == tuple(sorted(self.model.bags))
        for name, bag in self.model.bags.items():
            assert self.ledger.holdings(name) == bag.items
            assert self.ledger.uniques(name) == sorted(bag.uniques)
            assert self.ledger.room(name, "ore") == bag.fits("ore")
            for uid in bag.uniques:
                unique = self.ledger.unique(uid)
                assert (unique.account, unique.kind) == (name, self.model.kinds[uid])
                assert dict(unique.state) == self.model.states[uid]
        for item in ("coin", "ore", "rope", "pick", "lamp"):
            assert self.ledger.total(item) == self.model.made.get(item, 0)
        self.ledger.check()


def live(lives: int, steps: int) -> int:
    Life.done = 0
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Life.done


def test_short_lives_break_no_law() -> None:
    assert live(150, 30) > 1_000


@pytest.mark.slow
def test_a_hundred_thousand_changes_break_no_law() -> None:
    done = 0
    while done < 100_000:
        done += live(300, 100)
