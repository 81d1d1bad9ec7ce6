"""The laws of the ledger: totals are conserved, groups are made as a whole, balances are never negative."""

from __future__ import annotations

import contextlib
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskin.engine.errors import AccountFull, InsufficientFunds, LedgerError, UnknownItem
from reskin.engine.ledger.ledger import Ledger
from reskin.engine.ledger.types import MOST, Moved, Unique
from reskin.engine.simulation.simulation import Simulation

ACCOUNTS = ("mine", "miner", "chest")
account = st.sampled_from((*ACCOUNTS, "nowhere"))
item = st.sampled_from(("coin", "ore"))
count = st.integers(-1, 20)
uid = st.integers(0, 4)
change = st.one_of(
    st.tuples(st.just("mint"), account, item, count),
    st.tuples(st.just("burn"), account, item, count),
    st.tuples(st.just("transfer"), account, account, item, count),
    st.tuples(st.just("mint_unique"), st.just("pick"), account, st.just({"durability": 9})),
    st.tuples(st.just("transfer_unique"), uid, account, account),
    st.tuples(st.just("burn_unique"), uid, account),
    st.tuples(st.just("close"), account),
    st.tuples(st.just("open"), account),
)
changes = st.lists(change, max_size=12)


def new() -> Ledger:
    ledger = Ledger()
    ledger.open("mine")
    ledger.open("miner")
    ledger.open("chest", stack_limit=15)
    return ledger


def apply(ledger: Ledger, change: tuple[Any, ...]) -> None:
    getattr(ledger, change[0])(*change[1:])


def attempt(ledger: Ledger, changes: list[tuple[Any, ...]]) -> None:
    for one in changes:
        before = ledger.canonical()
        try:
            apply(ledger, one)
        except LedgerError:
            assert ledger.canonical() == before  # a refused change changes nothing


def attempt_in_vain(ledger: Ledger, changes: list[tuple[Any, ...]]) -> None:
    """The changes in a group that fails at its end."""
    with contextlib.suppress(ZeroDivisionError), ledger.group():
        attempt(ledger, changes)
        raise ZeroDivisionError


@given(changes)
@settings(max_examples=150)
def test_whatever_happens_the_laws_hold(changes: list[tuple[Any, ...]]) -> None:
    ledger = new()
    attempt(ledger, changes)
    ledger.check()
    for name in ledger.accounts:
        assert all(n > 0 for n in ledger.holdings(name).values())
        assert list(ledger.holdings(name)) == sorted(ledger.holdings(name))
    for kind in ("coin", "ore"):
        assert ledger.total(kind) == sum(ledger.balance(name, kind) for name in ledger.accounts)
    assert ledger.total("pick") == sum(len(ledger.uniques(name)) for name in ledger.accounts)


@given(changes, changes, changes)
def test_a_group_that_fails_leaves_no_trace(
    first: list[tuple[Any, ...]], inside: list[tuple[Any, ...]], after: list[tuple[Any, ...]]
) -> None:
    ledger, twin = new(), new()
    attempt(ledger, first)
    attempt(twin, first)
    history = ledger.audit_log
    attempt_in_vain(ledger, inside)
    assert ledger.state() == twin.state()
    assert ledger.audit_log == history
    attempt(ledger, after)  # uids and all else go on as if the group had never been
    attempt(twin, after)
    assert ledger.state() == twin.state()


@given(changes, changes, changes)
def test_a_group_that_succeeds_is_the_same_as_without(
    first: list[tuple[Any, ...]], inside: list[tuple[Any, ...]], failing: list[tuple[Any, ...]]
) -> None:
    ledger, twin = new(), new()
    with ledger.group():
        attempt(ledger, first)
        attempt_in_vain(ledger, failing)
        attempt(ledger, inside)
    attempt(twin, first + inside)
    assert ledger.state() == twin.state()
    assert ledger.audit_log == twin.audit_log


@given(changes)
def test_a_state_survives_being_stored(changes: list[tuple[Any, ...]]) -> None:
    ledger, other = new(), Ledger()
    attempt(ledger, changes)
    stored = msgpack.unpackb(msgpack.packb(ledger.state()))
    other.restore(stored)
    assert other.state() == ledger.state() == stored
    other.check()


def test_a_trade_is_whole_or_not_at_all() -> None:
    ledger = new()
    ledger.mint("miner", "coin", 5)
    pick = ledger.mint_unique("pick", "chest", {"durability": 9})

    def buy(price: int) -> None:
        with ledger.group():
            ledger.transfer_unique(pick, "chest", "miner")
            ledger.transfer("miner", "chest", "coin", price, "bought a pick", tick=3)

    with pytest.raises(InsufficientFunds, match="'miner' needs 7 of 'coin', has 5"):
        buy(7)
    assert ledger.unique(pick).account == "chest"
    assert ledger.holdings("miner") == {"coin": 5}
    buy(4)
    assert ledger.unique(pick).account == "miner"
    assert ledger.holdings("miner") == {"coin": 1}


def test_a_transfer_to_itself_is_no_mint() -> None:
    ledger = new()
    ledger.mint("miner", "coin", 5)
    ledger.transfer("miner", "miner", "coin", 5)
    assert ledger.balance("miner", "coin") == ledger.total("coin") == 5


def test_a_full_account_refuses_and_nothing_is_lost() -> None:
    ledger = new()
    ledger.mint("miner", "coin", 20)
    ledger.transfer("miner", "chest", "coin", 15)
    with pytest.raises(AccountFull, match="'chest' holds at most 15 of one item, has 15 of 'coin' in 1"):
        ledger.transfer("miner", "chest", "coin", 1)
    assert ledger.balance("miner", "coin") == 5


@pytest.mark.parametrize("bad", [0, -3, True, 1.0, "3", None, MOST + 1])
def test_only_plain_positive_ints_count(bad: Any) -> None:
    ledger = new()
    for change in (("mint", "mine", "coin"), ("burn", "mine", "coin"), ("transfer", "mine", "miner", "coin")):
        with pytest.raises(LedgerError, match="count must be a plain int of at least 1, got"):
            apply(ledger, (*change, bad))
    with pytest.raises(LedgerError, match="the state of a pick maps names to ints"):
        ledger.mint_unique("pick", "mine", {"durability": 0.5})  # type: ignore[dict-item]


def test_totals_stay_within_64_bits() -> None:
    ledger = new()
    ledger.mint("mine", "coin", MOST)
    with pytest.raises(LedgerError, match="'coin'"):
        ledger.mint("miner", "coin", 1)
    ledger.check()


def test_a_unique_item_keeps_its_own_state() -> None:
    ledger = new()
    one = ledger.mint_unique("pick", "miner", {"durability": 9, "sharp": 1})
    two = ledger.mint_unique("pick", "miner", {"durability": 4})
    assert (one, two) == (1, 2)
    ledger.change_unique(one, durability=8)
    assert dict(ledger.unique(one).state) == {"durability": 8, "sharp": 1}
    assert ledger.uniques("miner") == [1, 2]
    with pytest.raises(TypeError):
        ledger.unique(one).state["durability"] = 99  # type: ignore[index]
    ledger.burn_unique(two, "miner")
    with pytest.raises(UnknownItem, match="unique item 2 was burned"):
        ledger.unique(two)
    with pytest.raises(UnknownItem, match="unique item 5 was never minted"):
        ledger.unique(5)
    with pytest.raises(UnknownItem, match=r"unique item 1 \(pick\) is in 'miner', not in 'chest'"):
        ledger.transfer_unique(one, "chest", "mine")
    assert ledger.mint_unique("pick", "miner", {}) == 3


def test_accounts_open_once_and_close_empty() -> None:
    ledger = new()
    with pytest.raises(LedgerError, match="account 'mine' is open already"):
        ledger.open("mine")
    with pytest.raises(LedgerError, match=r"account 'bank' is not open; ledger\.open\('bank'\) first"):
        ledger.balance("bank", "coin")
    ledger.mint("mine", "coin", 2)
    with pytest.raises(LedgerError, match="cannot close, it holds 2 coin"):
        ledger.close("mine")
    ledger.burn("mine", "coin", 2)
    ledger.close("mine")
    assert "mine" not in ledger
    assert ledger.accounts == ("chest", "miner")


def test_slots_are_stacks_and_unique_items_take_one_each() -> None:
    ledger = Ledger()
    ledger.open("shop")
    ledger.open("mule", stack_limit=20, slots=3)
    for item, count in (("cloth", 30), ("iron", 5), ("salt", 8)):
        ledger.mint("shop", item, count, "stocked")
    lamps = [ledger.mint_unique("lamp", "shop", {"oil": oil}) for oil in (9, 4)]
    ledger.transfer_unique(lamps[0], "shop", "mule", "loaded", 3)
    assert (ledger.free_slots("mule"), ledger.room("mule", "salt")) == (2, 20)
    assert ledger.transfer_all("shop", "mule", "loaded", 3) == [
        Moved("cloth", 20, 10), Moved("iron", 5, 0), Moved("salt", 0, 8), Moved("lamp", 0, 1, lamps[1]),
    ]  # fmt: skip
    assert (ledger.free_slots("mule"), ledger.room("mule", "salt"), ledger.room("mule", "iron")) == (0, 0, 15)
    with pytest.raises(AccountFull, match="'mule' has none of its 3 slots free for a lamp"):
        ledger.transfer_unique(lamps[1], "shop", "mule")
    with pytest.raises(AccountFull, match="holds at most 20 of one item and 3 stacks, has 0 of 'salt' in 3"):
        ledger.transfer("shop", "mule", "salt", 1)
    assert ledger.mint_fitting("mule", "iron", 99, "found") == Moved("iron", 15, 84)
    assert ledger.total("iron") == 20  # what did not fit was never made
    with pytest.raises(InsufficientFunds):
        ledger.transfer_fitting("shop", "mule", "iron", 1)
    ledger.check()


def test_a_number_changed_behind_the_ledgers_back_is_caught() -> None:
    def steal(ledger: Ledger) -> None:
        ledger._state.accounts["miner"].items["coin"] += 1

    def forge(ledger: Ledger) -> None:
        ledger._state.minted["coin"] += 1

    def duplicate(ledger: Ledger) -> None:
        ledger._state.uniques[7] = Unique(7, "pick", "mine", {})

    for tamper in (steal, forge, duplicate):
        ledger = new()
        ledger.mint("miner", "coin", 5)
        ledger.check_touched()
        ledger.transfer("miner", "mine", "coin", 1)
        tamper(ledger)
        for check in (ledger.check, ledger.state):
            with pytest.raises(LedgerError):
                check()


@pytest.mark.parametrize(
    ("table", "key", "by"),
    [("items", "coin", 1), ("items", "coin", -1), ("minted", "coin", 1), ("burned", "coin", 1)],
)
def test_the_check_of_what_was_touched_sees_it_at_the_end_of_the_tick(table: str, key: str, by: int) -> None:
    ledger = new()
    ledger.mint("miner", "coin", 5)
    ledger.burn("miner", "coin", 1)
    ledger.check_touched()
    ledger.transfer("miner", "mine", "coin", 1)
    ledger.mint("mine", "coin", 2)
    ledger.burn("mine", "coin", 1)
    state = ledger._state
    numbers = state.accounts["mine"].items if table == "items" else getattr(state, table)
    numbers[key] += by
    with pytest.raises(LedgerError, match="'coin' is not conserved: since the last check accounts gained"):
        ledger.check_touched()
    numbers[key] -= by
    ledger.check_touched()


def test_the_check_of_a_tick_costs_the_same_in_a_large_ledger() -> None:
    """Measured by what is read, not by time: accounts that were not changed are never read."""
    ledger = new()
    for i in range(1_000):
        ledger.open(f"chest {i}")
        ledger.mint(f"chest {i}", "coin", 1)
    ledger.check_touched()
    ledger._state.accounts = OnlyKnown(ledger._state.accounts)
    ledger.transfer("chest 3", "chest 4", "coin", 1)
    ledger.check_touched()
    assert ledger._state.accounts.asked == {"chest 3", "chest 4"}


class OnlyKnown(dict[str, Any]):
    """A dict that records which keys were read, and cannot be iterated over."""

    def __init__(self, items: dict[str, Any]) -> None:
        super().__init__(items)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __iter__(self) -> Any:
        raise AssertionError("every account was gone through")

    items = values = keys = __iter__


def test_a_simulation_checks_every_tick_and_names_it() -> None:
    def leak(simulation: Simulation, commands: object) -> None:
        simulation.ledger.transfer("mine", "miner", "coin", 1, "dug", simulation.tick)
        if simulation.tick == 3:
            simulation.ledger._state.accounts["miner"].items["coin"] += 1

    simulation = Simulation(1, ledger=new(), systems=[leak])
    simulation.ledger.mint("mine", "coin", 9)
    simulation.step()
    simulation.step()
    with pytest.raises(LedgerError, match="tick 3: 'coin' is not conserved"):
        simulation.step()


def test_each_change_is_noted_with_its_reason() -> None:
    ledger = new()
    ledger.mint("mine", "coin", 5, "worldgen")
    ledger.transfer("mine", "miner", "coin", 2, "dug", tick=7)
    last = ledger.audit_log[-1]
    assert (last.tick, last.reason, last.source, last.target, last.count) == (7, "dug", "mine", "miner", 2)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("accounts", "mine", "coin"), 6),
        (("accounts", "mine", "coin"), -1),
        (("accounts", "chest"), {"coin": 16}),
        (("minted", "coin"), 4),
        (("burned",), {"coin": 1}),
        (("last_uid",), 0),
        (("uniques",), [[1, "pick", "bank", {}]]),
    ],
)
def test_a_state_that_breaks_a_law_is_refused(path: tuple[str, ...], value: Any) -> None:
    ledger = new()
    ledger.mint("mine", "coin", 5)
    ledger.mint_unique("pick", "mine", {})
    before = ledger.state()
    broken: Any = msgpack.unpackb(msgpack.packb(before))
    table = broken
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value
    with pytest.raises(LedgerError):
        ledger.restore(broken)
    assert ledger.state() == before


def test_a_ledger_is_not_restored_under_an_open_group() -> None:
    ledger = new()
    state = ledger.state()
    with pytest.raises(LedgerError, match="inside a group"), ledger.group():
        ledger.restore(state)
