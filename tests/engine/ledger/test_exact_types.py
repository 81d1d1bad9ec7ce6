"""What is equal to a right value, but of another type, is refused before it is in a state: a save with it
could not be loaded. So is text that no UTF-8 can hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from reskin.engine.ecs.world import World
from reskin.engine.errors import CommandError, EngineError, LedgerError, RandomError, StateError, WorldError
from reskin.engine.ledger.ledger import Ledger
from reskin.engine.persistence.snapshot import load_snapshot, pack_snapshot
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation

HALF = "\ud83d"
"""Half of a surrogate pair: a str that cannot be written as UTF-8."""


class Word(str):
    """A str that is none."""

    __slots__ = ()


@dataclass(slots=True)
class Note:
    text: str
    words: tuple[str, ...] = ()


def filled() -> Simulation:
    simulation = Simulation(1, World(Note))
    for name in ("a", "b"):
        simulation.ledger.open(name)
    simulation.ledger.mint("a", "coin", 5)
    simulation.ledger.mint_unique("tool", "a", {"wear": 1})
    simulation.world.spawn(Note("one"))
    return simulation


@pytest.mark.parametrize("uid", [1.0, True, np.int64(1), np.float64(1), "1"])
@pytest.mark.parametrize(
    "change",
    [
        lambda ledger, uid: ledger.transfer_unique(uid, "a", "b"),
        lambda ledger, uid: ledger.burn_unique(uid, "a"),
        lambda ledger, uid: ledger.change_unique(uid, wear=2),
        lambda ledger, uid: ledger.unique(uid),
    ],
)
def test_a_uid_is_checked_by_its_type(change: Callable[[Ledger, Any], None], uid: Any) -> None:
    simulation = filled()
    before = pack_snapshot(simulation)
    with pytest.raises(LedgerError, match=r"a uid must be a plain int, got .*; convert it by int\(\)"):
        change(simulation.ledger, uid)
    assert pack_snapshot(simulation) == before
    assert load_snapshot(filled(), before)


@pytest.mark.parametrize("text", [HALF, f"caf\u00e9 {HALF}", Word("coin"), np.str_("coin")])
@pytest.mark.parametrize(
    "change",
    [
        lambda ledger, text: ledger.open(text),
        lambda ledger, text: ledger.mint("a", text, 1),
        lambda ledger, text: ledger.mint("a", "coin", 1, text),
        lambda ledger, text: ledger.mint_unique(text, "a", {}),
        lambda ledger, text: ledger.mint_unique("tool", "a", {text: 1}),
        lambda ledger, text: ledger.change_unique(1, **{text: 1}),
        lambda ledger, text: ledger.transfer("a", "b", "coin", 1, text),
        lambda ledger, text: ledger.transfer("a", "b", text, 1),
        lambda ledger, text: ledger.burn("a", text, 1),
    ],
)
def test_a_ledgers_texts_can_be_stored(change: Callable[[Ledger, Any], None], text: Any) -> None:
    simulation = filled()
    before = pack_snapshot(simulation)
    with pytest.raises(LedgerError):
        change(simulation.ledger, text)
    assert pack_snapshot(simulation) == before


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda s: s.streams[HALF], RandomError),
        (lambda s: s.streams[1], RandomError),
        (lambda s: s.arrays.update({HALF: np.zeros(1, np.uint8)}), StateError),
        (lambda s: s.arrays.update({1: np.zeros(1, np.uint8)}), StateError),
        (lambda s: Command(1, HALF), CommandError),
        (lambda s: Command(1, "say", (f"caf\u00e9 {HALF}",)), CommandError),
        (lambda s: s.world.spawn(Note(HALF)) and s.state_hash(), WorldError),
        (lambda s: s.world.spawn(Note("", ("one", HALF))) and s.state_hash(), WorldError),
        (lambda s: s.world.despawn(1.0), WorldError),
        (lambda s: s.world.despawn_many([1.7]), WorldError),
        (lambda s: s.world.add(1.0, Note("two")), WorldError),
        (lambda s: s.world.remove("1", Note), WorldError),
    ],
)
def test_names_ids_and_texts_elsewhere_can_be_stored(
    make: Callable[[Simulation], Any], error: type[EngineError]
) -> None:
    with pytest.raises(error, match=r"whole characters|must be an int"):
        make(filled())


def test_whole_characters_of_every_kind_are_stored() -> None:
    simulation = filled()
    for text in ("caf\u00e9", "\U0001f600", "\u0416", "\x00"):
        simulation.ledger.open(text)
        simulation.ledger.mint(text, text, 1, text)
        simulation.world.spawn(Note(text, (text,)))
        simulation.streams[text].word()
        simulation.arrays[text] = np.zeros(1, np.uint8)
    simulation.world.despawn(simulation.world.spawn(Note("gone")))
    other = filled()
    assert load_snapshot(other, pack_snapshot(simulation))
    assert other.state_hash() == simulation.state_hash()


@pytest.mark.parametrize(
    "forge",
    [
        lambda state: state["uniques"][0].__setitem__(0, 1.0),
        lambda state: state["uniques"][0].__setitem__(0, True),
        lambda state: state["uniques"][0].__setitem__(1, 7),
        lambda state: state.__setitem__("last_uid", 1.0),
        lambda state: state["accounts"].__setitem__(7, {}),
        lambda state: state["accounts"]["b"].__setitem__(7, 1),
    ],
)
def test_a_state_with_other_types_is_refused(forge: Callable[[dict[str, Any]], None]) -> None:
    state = filled().ledger.state()
    forge(state)
    with pytest.raises(LedgerError, match=r"must be a (plain int|string)"):
        Ledger().restore(state)
