"""The sync test: correct games pass, and every kind of mistake has an error of its own."""

from __future__ import annotations

import gc
import random
import sys
import time

import pytest

from reskin.engine.determinism.hidden_state import hidden_changes
from reskin.engine.determinism.nondeterminism import CallMonitor
from reskin.engine.determinism.synctest import SyncOptions, sync_test
from reskin.engine.errors import (
    GameError,
    HiddenGlobal,
    InexactNumber,
    SetOrder,
    SyncError,
    UnregisteredState,
    UnseededRandom,
    WallClock,
)
from reskin.engine.simulation.differences import compare_states
from reskin.engine.simulation.game import Game
from reskin.engine.simulation.games import load_game
from tests.broken_games import (
    base,
    float_money,
    hidden_global,
    set_order,
    unregistered_state,
    unseeded_random,
    wall_clock,
)
from tests.engine.market import Market

HERE = SyncOptions(ticks=30, processes=0)
HEAVY = SyncOptions(ticks=30, processes=0, heavy=True)
RANDOM = SyncOptions(ticks=30, processes=0, random=True)

BROKEN: list[tuple[type[Game], type[SyncError], str, str]] = [
    (wall_clock.Hourly, WallClock, r"time\.time\(\) was called at .*wall_clock\.py:18", "simulation.tick"),
    (wall_clock.Fast, WallClock, r"time\.monotonic_ns\(\) was called at .*wall_clock\.py:22", "count ticks"),
    (wall_clock.Holiday, WallClock, r"datetime\.now\(\) was called at .*wall_clock\.py:26", "count ticks"),
    (unseeded_random.Module, UnseededRandom, r"random\.\w+\(\) was called at .*random\.py:20", "streams"),
    (unseeded_random.Numpy, UnseededRandom, r"numpy\.random\(\) was called", "streams"),
    (unseeded_random.Seeded, UnseededRandom, r"unseeded_random\.GENERATOR went from RNG", "streams"),
    (unseeded_random.System_, UnseededRandom, r"urandom\(\) was called at .*random\.py:32", "streams"),
    (
        hidden_global.Visits,
        HiddenGlobal,
        r"tests\.broken_games\.hidden_global\.visits went from",
        "component",
    ),
    (
        hidden_global.Prices,
        HiddenGlobal,
        r"hidden_global\.price_of went from \{'pick': \d+\} to",
        "component",
    ),
    (hidden_global.Rates, HiddenGlobal, r"hidden_global\.Bank\.rate went from \d+ to \d+", "component"),
    (hidden_global.Defaults, HiddenGlobal, r"a default of .*hidden_global\.remember went from", "component"),
    (unregistered_state.InASystem, UnregisteredState, r"Counter\.calls went from \d+ to", "the ledger"),
    (unregistered_state.InAClosure, UnregisteredState, r"calls in closure.*tax went from", "the ledger"),
    (unregistered_state.InTheGame, UnregisteredState, r"InTheGame\.wages went from", "the ledger"),
    (unregistered_state.OnTheSimulation, UnregisteredState, r"simulation\.debt went from", "the ledger"),
    (
        float_money.InAComponent,
        InexactNumber,
        r"Purse\.coins of entity 1 must be .*float 6\.0",
        "divide with //",
    ),
    (float_money.InTheLedger, InexactNumber, r"got float 0\.30000000000000004", "whole small units"),
    (float_money.InAnArray, InexactNumber, r"array 'rates' must be .* got float64", "whole small units"),
]


@pytest.mark.parametrize("options", [HERE, HEAVY, RANDOM], ids=["plain", "heavy", "random"])
@pytest.mark.parametrize(
    ("game", "error", "message", "advice"), BROKEN, ids=lambda v: getattr(v, "__name__", "")
)
def test_every_broken_game_is_caught_by_its_own_error(
    game: type[Game], error: type[SyncError], message: str, advice: str, options: SyncOptions
) -> None:
    with pytest.raises(SyncError, match=message) as caught:
        sync_test(game, options)
    assert type(caught.value) is error
    assert advice in str(caught.value)
    assert caught.value.tick >= 1
    assert caught.value.commands[-1][1] == "earn"


@pytest.mark.parametrize("game", [set_order.Guests, set_order.Hashes])
def test_an_order_that_differs_between_processes_is_caught(game: type[Game]) -> None:
    sync_test(game, HEAVY)  # rollbacks in one process cannot find this
    with pytest.raises(SyncError, match=r"a process with PYTHONHASHSEED=\d came to another state") as caught:
        sync_test(game, SyncOptions(ticks=5, processes=3))
    assert type(caught.value) is SetOrder
    assert "sorted(...)" in str(caught.value)
    difference = caught.value.difference
    assert difference is not None
    assert (difference.entity, difference.component, difference.field) == (1, "Purse", "coins")


def test_the_first_difference_has_all_that_one_asks_for() -> None:
    with pytest.raises(UnregisteredState) as caught:
        sync_test(unregistered_state.InASystem, HERE)
    error, difference = caught.value, caught.value.difference
    assert difference is not None
    assert (error.tick, difference.entity, difference.component, difference.field) == (1, 1, "Purse", "coins")
    assert (difference.expected, difference.found) == (5, 6)
    assert error.commands == [[1, "earn", [1]]]
    assert "rolled back 1 tick and simulated again" in str(error)
    assert "world.components.Purse[1].coins: expected 5, found 6" in str(error)
    assert "last commands: 1 earn(1,)" in str(error)


@pytest.mark.parametrize("game", [base.Sound, Market])
@pytest.mark.parametrize(("heavy", "shuffled"), [(False, False), (True, False), (False, True), (True, True)])
def test_a_sound_game_passes(game: type[Game], heavy: bool, shuffled: bool) -> None:
    options = SyncOptions(ticks=40, heavy=heavy, random=shuffled, processes=int(heavy and shuffled))
    report = sync_test(game, options)
    assert report.resimulated > 40
    alone = game(options.seed)
    for _ in range(40):
        alone.simulation.step(alone.bot())
    assert report.state_hash == alone.simulation.state_hash(), "the test itself has changed the run"
    assert report.plain()["in_sync"]


def test_a_rule_that_breaks_only_at_depth_needs_the_distance() -> None:
    """Kept for three ticks and then forgotten: a rollback of one tick cannot see it."""

    class Late(base.Sound):
        def __init__(self, seed: int = 1) -> None:
            super().__init__(seed)
            seen: list[int] = []

            def late(simulation: object, commands: object) -> None:
                seen.append(self.simulation.tick)
                del seen[:-4]
                base.first(self.simulation).coins += seen[0] == self.simulation.tick - 3

            self.simulation.systems += (late,)

    with pytest.raises(UnregisteredState):
        sync_test(Late, HERE)


def test_games_are_found_by_name_and_by_class() -> None:
    assert load_game("miner").name == "miner"
    assert load_game("tests.engine.market:Market") is Market
    with pytest.raises(GameError, match="no game is named 'minr'"):
        sync_test("minr")
    for name in ("tests.engine.nothing:Market", "tests.engine.market:Nothing", ":Market"):
        with pytest.raises(GameError, match="cannot be loaded"):
            load_game(name)
    with pytest.raises(GameError, match="must be a subclass of"):
        load_game("tests.engine.market:Trader")
    with pytest.raises(GameError, match="at least 1 tick"):
        SyncOptions(ticks=0)


def test_a_game_that_fails_elsewhere_says_so() -> None:
    class Local(base.Sound):
        pass

    with pytest.raises(GameError, match="made inside a function"):
        sync_test(Local, SyncOptions(ticks=1, processes=1))
    Local.__qualname__ = "Gone"
    with pytest.raises(GameError, match=r"failed in a new process: (.|\n)*Gone"):
        sync_test(Local, SyncOptions(ticks=1, processes=1))


def test_the_monitor_leaves_no_trace() -> None:
    def other(*_: object) -> None:
        pass

    sys.setprofile(other)
    try:
        with CallMonitor() as monitor:
            pass
        assert sys.getprofile() is other
        assert monitor.found is None
    finally:
        sys.setprofile(None)
    with CallMonitor() as monitor:
        sorted([3, 1])
        str(random)
    assert monitor.found is None
    with CallMonitor() as monitor:
        random.Random(3).shuffle([1, 2])
        time.sleep(0)
    assert monitor.found is not None
    assert monitor.found.error is UnseededRandom


def test_a_collection_in_the_middle_of_a_tick_is_nobodys_fault() -> None:
    def timed(phase: str, info: object) -> None:
        time.perf_counter()

    gc.callbacks.append(timed)
    try:
        with CallMonitor() as monitor:
            rings: list[list[object]] = [[] for _ in range(50_000)]
            for ring in rings:
                ring.append(ring)
        assert monitor.found is None
        assert gc.isenabled()
    finally:
        gc.callbacks.remove(timed)


def test_the_state_itself_is_not_hidden() -> None:
    game = Market(1)
    assert hidden_changes(game, lambda: game.simulation.step(game.bot())) == []


def test_differences_know_what_they_are_of() -> None:
    one, other = Market(1).simulation, Market(1).simulation
    other.ledger.open("nobody")
    other.arrays["refused"][2] = 7
    found = compare_states(one.state(), other.state())
    assert [(d.entity, d.component, d.field) for d in found] == [(None, None, "arrays.refused[2]")]
    assert (found[0].expected, found[0].found) == (0, 7)
