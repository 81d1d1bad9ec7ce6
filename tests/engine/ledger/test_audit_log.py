"""The audit log: where coins came from, where a pickaxe is, and that entries cannot be lost or forged."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest

from reskin.engine.errors import LedgerError
from reskin.engine.ledger.audit_log import BLOCK, KEPT
from reskin.engine.ledger.ledger import Ledger
from reskin.engine.simulation.simulation import Simulation


def new() -> Ledger:
    ledger = Ledger()
    for account in ("mine", "player", "chest", "shop"):
        ledger.open(account)
    return ledger


def shown(ledger: Ledger, account: str, item: str = "coin") -> list[str]:
    return [str(origin) for origin in ledger.origins(account, item)]


def trade(ledger: Ledger, times: int) -> None:
    """Transfers of coins between a shop and a player, who both have enough of them."""
    for i in range(times):
        source, target = ("shop", "player") if i % 2 else ("player", "shop")
        ledger.transfer(source, target, "coin", 1, "traded", 100 + i)


def test_where_did_these_coins_come_from() -> None:
    ledger = new()
    ledger.mint("mine", "coin", 50, "generated")
    ledger.mint("shop", "coin", 9, "the till")
    ledger.transfer("mine", "player", "coin", 4, "dug", 10)
    ledger.transfer("shop", "player", "coin", 6, "sold ore", 20)
    ledger.transfer("player", "chest", "coin", 7, "put", 30)
    assert shown(ledger, "chest") == [
        "4: tick 0: 50 coin, minted -> mine (generated); tick 10: 4 coin, mine -> player (dug); "
        "tick 30: 7 coin, player -> chest (put)",
        "3: tick 0: 9 coin, minted -> shop (the till); tick 20: 6 coin, shop -> player (sold ore); "
        "tick 30: 7 coin, player -> chest (put)",
    ]
    assert [origin.count for origin in ledger.origins("player", "coin")] == [3]
    assert ledger.origins("player", "ore") == []
    ledger.burn("player", "coin", 3, "toll", 31)
    assert ledger.origins("player", "coin") == []


def test_coins_that_came_the_same_way_are_told_together() -> None:
    ledger = new()
    ledger.mint("mine", "coin", 6, "generated")
    for tick in (1, 2):
        ledger.transfer("mine", "player", "coin", 3, "dug", tick)
    ledger.transfer("player", "player", "coin", 4, "counted", 3)
    ledger.transfer("player", "chest", "coin", 6, "put", 4)
    assert [(origin.count, len(origin.path)) for origin in ledger.origins("chest", "coin")] == [
        (2, 3), (3, 4), (1, 4),
    ]  # fmt: skip


def test_where_is_that_pickaxe_now_and_how_did_it_get_there() -> None:
    ledger = new()
    pick = ledger.mint_unique("pick", "shop", {"wear": 0}, "forged", 1)
    ledger.mint("player", "coin", 5, "generated")
    with ledger.group():
        ledger.transfer("player", "shop", "coin", 5, "bought a pick", 5)
        ledger.transfer_unique(pick, "shop", "player", "bought", 5)
    ledger.transfer_unique(pick, "player", "chest", "put", 9)
    assert ledger.unique(pick).account == "chest"
    assert [str(entry) for entry in ledger.history(pick)] == [
        "tick 1: pick #1, minted -> shop (forged)",
        "tick 5: pick #1, shop -> player (bought)",
        "tick 9: pick #1, player -> chest (put)",
    ]
    ledger.burn_unique(pick, "chest", "rusted", 12)
    assert str(ledger.history(pick)[-1]) == "tick 12: pick #1, chest -> burned (rusted)"


def test_a_log_longer_than_its_memory_forgets_and_says_so() -> None:
    ledger = new()
    ledger.mint("shop", "coin", 5, "the till")
    ledger.mint("player", "coin", 5, "a gift")
    trade(ledger, BLOCK * (KEPT + 3))
    assert BLOCK * KEPT <= len(ledger.audit_log) < BLOCK * (KEPT + 1)
    state = ledger.state()["trail"]
    assert len(state["blocks"]) == KEPT and state["sealed"] == KEPT + 3
    assert len(msgpack.packb(state)) < 45_000
    origins = ledger.origins("player", "coin")
    assert sum(origin.count for origin in origins) == ledger.balance("player", "coin") == 5
    assert not any(origin.complete for origin in origins)
    quiet = new()
    quiet.mint("chest", "coin", 3, "hidden")
    quiet.mint("shop", "coin", 9)
    quiet.mint("player", "coin", 9)
    trade(quiet, BLOCK * (KEPT + 1))
    assert shown(quiet, "chest") == ["3: here since before the log begins"]


def test_the_log_is_stored_loaded_and_rolled_back() -> None:
    ledger = new()
    ledger.mint("shop", "coin", 9, "the till")
    ledger.mint("player", "coin", 9, "a gift")
    trade(ledger, BLOCK + 10)
    state, log = ledger.state(), ledger.audit_log
    trade(ledger, 3 * BLOCK)
    later = ledger.state()
    other = Ledger()
    for packed in (state, later, state):
        other.restore(msgpack.unpackb(msgpack.packb(packed)))
        ledger.restore(packed)
        assert other.audit_log == ledger.audit_log
        assert other.state() == ledger.state() == packed
    assert ledger.audit_log == log
    trade(ledger, 3 * BLOCK)
    assert ledger.state() == later


def test_two_histories_with_equal_balances_have_two_hashes() -> None:
    one, other = Simulation(1, ledger=new()), Simulation(1, ledger=new())
    for simulation, reason in ((one, "dug"), (other, "stolen")):
        simulation.ledger.mint("shop", "coin", 9)
        simulation.ledger.mint("player", "coin", 9)
        trade(simulation.ledger, BLOCK // 2)
        simulation.ledger.transfer("shop", "player", "coin", 1, reason)
        trade(simulation.ledger, BLOCK * (KEPT + 2))  # long forgotten, and yet in the chain
    assert one.ledger.holdings("player") == other.ledger.holdings("player")
    assert one.ledger.audit_log == other.ledger.audit_log
    assert one.state_hash() != other.state_hash()


def altered(blocks: list[bytes]) -> list[bytes]:
    return [blocks[0].replace(b"traded", b"stolen"), *blocks[1:]]


@pytest.mark.parametrize(
    ("key", "change", "message"),
    [
        ("blocks", altered, "the audit log was altered"),
        ("blocks", lambda blocks: blocks[::-1], "the audit log was altered"),
        ("blocks", lambda blocks: blocks[1:], "must keep the last 64 of its 3 blocks"),
        ("chain", lambda chain: bytes(16), "the audit log was altered"),
        ("sealed", lambda sealed: -1, "must keep the last 64 of its -1 blocks"),
        ("tail", lambda tail: tail * BLOCK, "fewer than 64 entries"),
        ("tail", lambda tail: [[-1, *tail[0][1:]]], "a tick must be an int of 0 or more, got -1"),
    ],
)
def test_an_altered_log_is_refused(key: str, change: Any, message: str) -> None:
    ledger = new()
    ledger.mint("shop", "coin", 9)
    ledger.mint("player", "coin", 9)
    trade(ledger, 3 * BLOCK)
    state = msgpack.unpackb(msgpack.packb(ledger.state()))
    state["trail"][key] = change(state["trail"][key])
    for target in (ledger, Ledger()):
        before = target.canonical()
        with pytest.raises(LedgerError, match=message):
            target.restore(state)
        assert target.canonical() == before


def test_a_reason_and_a_tick_must_be_what_they_say() -> None:
    ledger = new()
    with pytest.raises(LedgerError, match="a reason must be a string of whole characters, got int 3"):
        ledger.mint("shop", "coin", 9, 3)  # type: ignore[arg-type]
    for tick in (-1, 1.5, True):
        with pytest.raises(LedgerError, match="a tick must be an int of 0 or more"):
            ledger.mint("shop", "coin", 9, "the till", tick)  # type: ignore[arg-type]
    assert ledger.total("coin") == 0 and ledger.audit_log == ()


def test_the_log_is_not_asked_in_the_middle_of_a_group() -> None:
    ledger = new()
    with ledger.group():
        ledger.mint("shop", "coin", 9)
        with pytest.raises(LedgerError, match="origins cannot be read inside a group"):
            ledger.origins("shop", "coin")
    assert [origin.count for origin in ledger.origins("shop", "coin")] == [9]
