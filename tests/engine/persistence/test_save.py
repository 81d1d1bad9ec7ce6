"""Saves: what was committed is there, however the game ended; damaged files are refused and kept."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reskin.engine.ecs.world import World
from reskin.engine.errors import SaveBusy, SaveDamaged, SaveError, SaveNewer, SaveOutdated, WorldError
from reskin.engine.loop.loop import RunOptions, run
from reskin.engine.persistence.journal import SNAPSHOTS, Journal, SaveOptions
from reskin.engine.persistence.migrations import Migration, filled
from reskin.engine.persistence.save import SUFFIXES, create_save, open_save, recover_save, restore_save
from reskin.engine.persistence.savefile import SavefileHead, examine_savefile
from reskin.engine.persistence.scavenge import scavenge_rows
from reskin.engine.simulation.game import Game
from reskin.engine.simulation.simulation import Simulation
from tests.engine.market import Market, Trader, assert_whole, trade
from tests.engine.persistence.spoil import spoilt
from tests.engine.toy import Toy

ROOT = Path(__file__).parents[3]


def market(name: str) -> type[Game]:
    assert name == "market"
    return Market


@dataclass(slots=True)
class Booth:
    """The market's `Stall`, as it might be in a later version."""

    x: int
    sold: int = 0
    colour: int = 1
    formerly: ClassVar[tuple[str, ...]] = ("Stall",)
    migrations: ClassVar[tuple[Migration, ...]] = (filled("colour", 7),)


class Renamed(Market):
    """The market after an update."""

    def __init__(self, seed: int = 1) -> None:
        self.simulation = Simulation(seed, World(Trader, Booth), systems=[trade])


def every(snapshot_ticks: int) -> SaveOptions:
    """Options: a snapshot every so many ticks, and no tick before the last one is on the disk."""
    return SaveOptions(snapshot_ticks, patience_s=60)


def play(game: Game, journal: Journal, ticks: int) -> list[str]:
    """Play some ticks by the bot. Returns their hashes."""
    hashes = []
    for _ in range(ticks):
        journal.before_tick()
        commands = game.bot()
        game.simulation.step(commands)
        journal.on_tick(game.simulation, commands)
        hashes.append(game.simulation.state_hash())
    return hashes


def truth(ticks: int, seed: int = 5) -> list[str]:
    """The hash after every tick from 0 on, in a run without a save."""
    game = Market(seed)
    hashes = [game.simulation.state_hash()]
    for _ in range(ticks):
        game.simulation.step(game.bot())
        hashes.append(game.simulation.state_hash())
    return hashes


def copy(path: Path, to: Path) -> Path:
    """Copies the files as they are now: what a kill at this instant would leave."""
    for suffix in SUFFIXES[:2]:
        Path(f"{to}{suffix}").unlink(missing_ok=True)
        if Path(f"{path}{suffix}").exists():
            shutil.copyfile(f"{path}{suffix}", f"{to}{suffix}")
    return to


def made(path: Path, ticks: int = 130, snapshot_ticks: int = 40) -> Path:
    with create_save(path, game := Market(5), every(snapshot_ticks)) as journal:
        play(game, journal, ticks)
    return path


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A save of 130 ticks that was closed."""
    return made(tmp_path_factory.mktemp("save") / "closed.save")


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A save of 130 ticks that was never closed, with its write-ahead log."""
    folder = tmp_path_factory.mktemp("save")
    journal = create_save(folder / "open.save", game := Market(5), every(40))
    play(game, journal, 130)
    journal.before_tick()
    path = copy(folder / "open.save", folder / "killed.save")
    journal.close()
    return path


def test_a_game_goes_on_where_it_was(tmp_path: Path) -> None:
    path, hashes = tmp_path / "a.save", truth(100)
    game: Game = Market(5)
    with create_save(path, game) as journal:
        play(game, journal, 60)
        assert journal.status == ""
    for ticks in (0, 1, 39):
        game, journal = open_save(path, market)
        with journal:
            assert game.simulation.state_hash() == hashes[game.simulation.tick]
            play(game, journal, ticks)
    game, journal = open_save(path, market)
    journal.close()
    journal.close()
    assert game.simulation.tick == 100
    assert game.simulation.state_hash() == hashes[100]
    assert_whole(game.simulation)


def test_what_a_kill_leaves_goes_on_at_the_last_tick(killed: Path, tmp_path: Path) -> None:
    path, hashes = copy(killed, tmp_path / "a.save"), truth(140)
    assert Path(f"{path}-wal").stat().st_size > 0
    game, journal = open_save(path, market)
    with journal:
        assert game.simulation.tick == 130
        assert game.simulation.state_hash() == hashes[130]
        assert play(game, journal, 10) == hashes[131:]


def test_a_tick_is_on_the_disk_before_the_next_begins(tmp_path: Path) -> None:
    with create_save(tmp_path / "a.save", game := Market(5), every(600)) as journal:
        for tick in range(1, 60):
            play(game, journal, 1)
            journal.before_tick()
            assert journal.committed == tick


def test_a_slow_disk_is_not_waited_for(tmp_path: Path) -> None:
    with create_save(tmp_path / "a.save", game := Market(5)) as journal:
        commit, played, waited = journal._commit, threading.Event(), list[bool]()

        def slow(batch: Any) -> SavefileHead:
            """Commits only after the game has gone on; a game that waited for it would go on too late."""
            waited.append(not played.wait(60))
            return commit(batch)

        journal._commit = slow  # type: ignore[method-assign]
        play(game, journal, 100)
        played.set()
    assert waited and not any(waited)
    assert examine_savefile(tmp_path / "a.save").newest.tick == 100


def test_only_some_snapshots_are_kept_and_the_journal_since_them(tmp_path: Path) -> None:
    path = made(tmp_path / "a.save", ticks=405, snapshot_ticks=20)
    contents = examine_savefile(path)
    assert contents.snapshots == (*range(420 - 20 * SNAPSHOTS, 401, 20), 405)[-SNAPSHOTS:]
    with sqlite3.connect(path) as connection:
        first = connection.execute("SELECT min(first) FROM journal").fetchone()[0]
    connection.close()
    assert first > contents.snapshots[0]


def test_looking_into_a_save_changes_nothing(closed: Path, killed: Path) -> None:
    for path in (closed, killed):
        before = [Path(f"{path}{suffix}").read_bytes() for suffix in SUFFIXES[: 1 + (path == killed)]]
        contents = examine_savefile(path)
        assert contents.newest.tick == 130
        assert (contents.newest.game, contents.newest.seed) == ("market", 5)
        assert before == [Path(f"{path}{suffix}").read_bytes() for suffix in SUFFIXES[: 1 + (path == killed)]]


def test_a_second_process_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.save"
    code = (
        "import sys; from reskin import open_save; from tests.engine.market import Market\n"
        "from reskin.engine.errors import SaveBusy\n"
        "try: open_save(sys.argv[1], lambda name: Market)\n"
        "except SaveBusy as error: print(error)"
    )

    def second() -> str:
        words = [sys.executable, "-c", code, str(path)]
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout

    with create_save(path, game := Market(5)) as journal:
        play(game, journal, 3)
        assert (
            second() == f"{path} is open in another process; quit the game there, or play on another file\n"
        )
        with pytest.raises(SaveBusy, match="is open in another process"):
            open_save(path, market)
        play(game, journal, 3)
        assert second().startswith(f"{path} is open")
    assert second() == ""
    assert examine_savefile(path).newest.tick == 6


def test_a_save_is_never_made_over_another(closed: Path, tmp_path: Path) -> None:
    with pytest.raises(SaveError, match="exists already"):
        create_save(closed, Market(5))
    with pytest.raises(SaveError, match="there is no save at"):
        open_save(tmp_path / "none.save", market)
    (tmp_path / "lost.save-wal").write_bytes(bytes(33))
    with pytest.raises(SaveError, match="the log of a save that is missing"):
        create_save(tmp_path / "lost.save", Market(5))
    (tmp_path / "file").write_text("")
    with pytest.raises(SaveError, match=r"cannot write .*; name another place"):
        create_save(tmp_path / "file" / "a.save", Market(5))


def test_a_tick_that_broke_half_way_is_not_saved(tmp_path: Path) -> None:
    path, hashes = tmp_path / "a.save", truth(20)
    game: Game = Market(5)
    with create_save(path, game) as journal:
        play(game, journal, 20)

        def fail(simulation: Any, commands: Any) -> None:
            raise ZeroDivisionError

        game.simulation.systems = (*game.simulation.systems, fail)
        with pytest.raises(ZeroDivisionError):
            game.simulation.step(game.bot())
    game, journal = open_save(path, market)
    journal.close()
    assert (game.simulation.tick, game.simulation.state_hash()) == (20, hashes[20])


def test_rules_that_were_edited_begin_with_a_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "a.save"

    class Edited(Market):
        def __init__(self, seed: int = 1) -> None:
            super().__init__(seed)
            self.simulation.systems = self.simulation.systems[:1]

    with create_save(path, game := Market(5), every(600)) as journal:
        play(game, journal, 70)
        game.simulation.systems = game.simulation.systems[:1]
        journal.on_rules_changed()
        play(game, journal, 60)
        journal.before_tick()
        killed = copy(path, tmp_path / "killed.save")
    contents = examine_savefile(killed)
    assert (contents.newest.snapshot.tick, contents.newest.tick) == (71, 130)
    again = restore_save(contents, lambda name: Edited, killed)
    assert again.simulation.state() == game.simulation.state()


def test_ticks_are_kept_in_order(tmp_path: Path) -> None:
    with create_save(tmp_path / "a.save", game := Market(5)) as journal:
        game.simulation.step()
        game.simulation.step()
        with pytest.raises(SaveError, match="tick 1 must be saved before tick 2"):
            journal.on_tick(game.simulation, [])


def test_a_disk_that_fails_costs_no_tick(tmp_path: Path) -> None:
    """Once the disk works again, everything is written."""
    path = tmp_path / "a.save"
    game: Game = Market(5)
    journal = create_save(path, game, every(10))
    commit, failing = journal._commit, [True]

    def broken(batch: Any) -> SavefileHead:
        if failing[0]:
            raise sqlite3.OperationalError("database or disk is full")
        return commit(batch)

    journal._commit = broken  # type: ignore[method-assign]
    started = time.perf_counter()
    play(game, journal, 35)
    assert time.perf_counter() - started < 30, "the game waits for a disk that fails, 60 s a tick"
    assert journal.status == "saving failed and is tried again: database or disk is full"
    assert journal.committed == 0
    assert sum(waiting.state is not None for waiting in journal._queue) <= 2
    failing[0] = False
    journal.close()
    assert examine_savefile(path).newest.tick == 35
    game, journal = open_save(path, market)
    journal._commit = broken  # type: ignore[method-assign]
    failing[0] = True
    play(game, journal, 5)
    with pytest.raises(
        SaveError, match=r"the last 5 ticks could not be saved: .*full; .* complete up to tick 35"
    ):
        journal.close()
    assert examine_savefile(path).newest.tick == 35


def test_the_loop_saves_and_warns(tmp_path: Path) -> None:
    path = tmp_path / "a.save"
    journal = create_save(path, game := Market(5))
    report = run(
        game, None, RunOptions(size=(96, 64), frames=25, headless=True, bot=True, listeners=(journal,))
    )
    assert report.state_hash == truth(25)[25]
    assert examine_savefile(path).newest.tick == 25


# Harm


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: b"", "it is not a save of Reskin, or its first page was changed"),
        (lambda d: b"GIF89a" + d[6:], "file is not a database"),
        (lambda d: d[: len(d) // 2], "malformed"),
        (lambda d: d[:68] + b"\0\0\0\1" + d[72:], "it is not a save of Reskin"),
    ],
)
def test_a_damaged_file_says_why(
    closed: Path, tmp_path: Path, spoil: Callable[[bytes], bytes], message: str
) -> None:
    path = tmp_path / "a.save"
    path.write_bytes(spoil(closed.read_bytes()))
    with pytest.raises(SaveDamaged, match=f"a.save is damaged: .*{message}"):
        open_save(path, market)


def change(path: Path, query: str, *values: Any) -> None:
    connection = sqlite3.connect(path)
    with connection:
        assert connection.execute(query, values).rowcount == 1
    connection.close()


@pytest.mark.parametrize(
    ("query", "reason", "tick", "snapshot"),
    [
        ("UPDATE snapshots SET data = x'00' WHERE tick = 130", "of tick 130 does not match", 130, 120),
        ("UPDATE snapshots SET mark = x'00' WHERE tick = 80", "of tick 80 does not match", 130, 130),
        ("UPDATE snapshots SET tick = 131 WHERE tick = 130", "of tick 131 does not match", 130, 120),
        ("UPDATE snapshots SET data = 7 WHERE tick = 130", "snapshot 130 is not a snapshot", 130, 120),
        ("DELETE FROM snapshots WHERE tick = 130", "snapshot of tick 130 is missing", 130, 120),
        ("DELETE FROM journal WHERE first = (SELECT max(first) FROM journal)", "", 130, 130),
        ("UPDATE journal SET data = x'9301' WHERE first = 1", "row 1 of the journal", 130, 130),
        ("UPDATE journal SET first = 999 WHERE first = 1", "row 999 of the journal holds tick", 130, 130),
    ],
)  # fmt: skip
def test_what_is_harmed_is_refused_and_the_best_of_the_rest_offered(
    closed: Path, tmp_path: Path, query: str, reason: str, tick: int, snapshot: int
) -> None:
    path = copy(closed, tmp_path / "a.save")
    change(path, query)
    if not reason:  # the journal before the newest snapshot is not needed
        assert examine_savefile(path).newest.tick == tick
        return
    with pytest.raises(
        SaveDamaged, match=f"{reason}.*; the state of tick {tick} is good: .*--recover"
    ) as caught:
        open_save(path, market)
    harmed = path.read_bytes()
    offer = caught.value.offer
    assert offer is not None
    assert (offer.tick, offer.snapshot.tick) == (tick, snapshot)
    aside, taken = recover_save(path, market)
    assert aside.read_bytes() == harmed
    assert taken == offer
    game, journal = open_save(path, market)
    journal.close()
    assert (game.simulation.tick, game.simulation.state_hash()) == (tick, truth(tick)[tick])


def test_the_head_knows_how_far_the_journal_went(killed: Path, tmp_path: Path) -> None:
    path = copy(killed, tmp_path / "a.save")
    change(path, "DELETE FROM journal WHERE first = (SELECT max(first) FROM journal)")
    with pytest.raises(SaveDamaged, match=r"should go to tick 130, but goes to tick 12\d") as caught:
        examine_savefile(path)
    assert caught.value.offer is not None
    assert 120 <= caught.value.offer.tick < 130


def test_other_commands_of_the_right_form_are_seen(killed: Path, tmp_path: Path) -> None:
    path = copy(killed, tmp_path / "a.save")
    link = examine_savefile(path).newest.links[3]
    forged = replace(link.log, ticks=[b"\x90"] * len(link.log.ticks))
    change(path, "UPDATE journal SET data = ? WHERE first = ?", forged.encode(), forged.first)
    with pytest.raises(SaveDamaged, match=f"but goes to tick {forged.first - 1}") as caught:
        examine_savefile(path)
    assert caught.value.offer is not None
    assert caught.value.offer.tick == forged.first - 1


def test_recovering_keeps_the_log_too(killed: Path, tmp_path: Path) -> None:
    path = copy(killed, tmp_path / "a.save")
    log = bytearray(Path(f"{path}-wal").read_bytes())
    log[5000] ^= 1  # in the first frames: SQLite ignores all commits after them
    Path(f"{path}-wal").write_bytes(log)
    before = path.read_bytes()
    with pytest.raises(SaveDamaged, match="its log was changed, and commits after that place are lost"):
        examine_savefile(path)
    aside, offer = recover_save(path, market)
    assert (aside.read_bytes(), Path(f"{aside}-wal").read_bytes()) == (before, bytes(log))
    assert examine_savefile(path).newest.tick == offer.tick >= 120


def test_recovering_twice_keeps_both_files(closed: Path, tmp_path: Path) -> None:
    path = copy(closed, tmp_path / "a.save")
    with pytest.raises(SaveError, match="is not damaged; there is nothing to recover"):
        recover_save(path, market)
    for name in ("a.save.damaged", "a.save.damaged-2"):
        change(path, "DELETE FROM snapshots WHERE tick = (SELECT max(tick) FROM snapshots)")
        assert recover_save(path, market)[0].name == name
        copy(closed, path)
    path.write_bytes(bytes(len(path.read_bytes())))
    with pytest.raises(SaveDamaged, match="nothing in it can be read"):
        recover_save(path, market)
    assert path.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: bytes(100) + d[100:],
        lambda d: bytes(4096) + d[4096:],
        lambda d: d[:100] + bytes(3996) + d[4096:],
        lambda d: d[:4096] + bytes(4096) + d[8192:],
    ],
)
def test_rows_are_found_without_the_trees_above_them(
    closed: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "a.save"
    path.write_bytes(spoil(closed.read_bytes()))
    with pytest.raises(SaveDamaged, match="the state of tick 130 is good"):
        examine_savefile(path)
    recover_save(path, market)
    assert examine_savefile(path).newest == examine_savefile(closed).newest
    assert len(list(scavenge_rows(closed))) > 100


def test_a_commit_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.save"
    with create_save(path, game := Market(5), every(10)) as journal:
        add, faults = journal._add_snapshot, iter([True])

        def failing(tick: int, state: dict[str, Any], hash: str, head: SavefileHead) -> SavefileHead:
            if next(faults, False):
                raise sqlite3.OperationalError("disk I/O error")
            return add(tick, state, hash, head)

        journal._add_snapshot = failing  # type: ignore[method-assign]
        play(game, journal, 25)
    contents = examine_savefile(path)
    assert (contents.newest.tick, contents.snapshots[0], contents.snapshots[-1]) == (25, 0, 25)


def test_other_rules_than_those_that_saved_are_noticed(killed: Path, tmp_path: Path) -> None:
    path = copy(killed, tmp_path / "a.save")

    class Changed(Market):
        def __init__(self, seed: int = 1) -> None:
            super().__init__(seed)
            self.simulation.systems = self.simulation.systems[:1]

    change_of_rules = r"tick 1\d\d has state \w+, but \w+ was saved; the game's rules have changed"
    contents = examine_savefile(path)
    assert contents.newest.links[-1].log.last == 130
    assert contents.newest.snapshot.tick == 120
    marks = {tick for link in contents.newest.links for tick in link.log.marks}
    if marks:
        with pytest.raises(SaveOutdated, match=change_of_rules) as caught:
            restore_save(contents, lambda name: Changed, path)
        assert caught.value.offer.tick == 120
        aside, _ = recover_save(path, lambda name: Changed)
        assert aside.exists()
        assert examine_savefile(path).newest.tick == 120
    with pytest.raises(SaveError, match="cannot be loaded by this version of market: the state holds"):
        restore_save(contents, lambda name: Toy, path)


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("by\nzero"), KeyError("x"), SystemExit(3), WorldError("gone")]
)
def test_rules_that_raise_are_no_damage_and_leave_a_way_back(
    error: BaseException, killed: Path, tmp_path: Path
) -> None:
    path = copy(killed, tmp_path / "a.save")

    class Raising(Market):
        def __init__(self, seed: int = 1) -> None:
            super().__init__(seed)
            self.simulation.systems = (*self.simulation.systems, self._fail)

        def _fail(self, simulation: Simulation, commands: Any) -> None:
            if simulation.tick == 127:
                raise error

    before = [Path(f"{path}{suffix}").read_bytes() for suffix in SUFFIXES[:2]]
    words = (
        r"a.save is good, but at tick 127 the rules fail: .*; the game's rules have changed since; "
        "undo that, or go back to tick 120 with --recover"
    )
    with pytest.raises(SaveOutdated, match=words) as caught:
        open_save(path, lambda name: Raising)
    assert caught.value.offer.tick == 120 and "\n" not in str(caught.value)
    assert [Path(f"{path}{suffix}").read_bytes() for suffix in SUFFIXES[:2]] == before
    aside, offer = recover_save(path, lambda name: Raising)
    assert offer.tick == 120 and examine_savefile(aside).newest.tick == 130
    game, journal = open_save(path, lambda name: Raising)
    with journal:
        play(game, journal, 3)
    assert examine_savefile(path).newest.tick == 123
    back, journal = open_save(aside, market)  # the edit is undone
    journal.close()
    assert back.simulation.tick == 130


def test_a_script_that_fails_while_the_journal_is_played_is_named(killed: Path, tmp_path: Path) -> None:
    class Troubled(Market):
        trouble = "rules/market.py, line 3: ZeroDivisionError"

    path = copy(killed, tmp_path / "a.save")
    with pytest.raises(SaveOutdated, match=r"at tick 121 the rules fail: rules/market.py, line 3: Zero"):
        open_save(path, lambda name: Troubled)


def test_a_game_that_cannot_begin_is_no_damage(closed: Path, tmp_path: Path) -> None:
    class Broken(Market):
        def __init__(self, seed: int = 1) -> None:
            raise KeyError("no such level")

    path = copy(closed, tmp_path / "a.save")
    for attempt in (open_save, recover_save):
        with pytest.raises(SaveError, match=r"a.save is good, but market cannot begin: KeyError: 'no such"):
            attempt(path, lambda name: Broken)

    class Unread(Renamed):
        def __init__(self, seed: int = 1) -> None:
            super().__init__(seed)
            self.simulation.restore = self._fail  # type: ignore[method-assign]

        def _fail(self, state: Any) -> None:
            raise IndexError("of the game's own")

    with pytest.raises(SaveError, match=r"cannot be loaded by this version of market: IndexError: of the"):
        open_save(path, lambda name: Unread)
    assert examine_savefile(path).newest.tick == 130


def test_a_save_of_an_older_game_is_migrated(closed: Path, tmp_path: Path) -> None:
    """A component with another name and one more field; saved values are in it after loading."""
    path = copy(closed, tmp_path / "a.save")
    game, journal = open_save(path, lambda name: Renamed, every(40))
    with journal:
        assert game.simulation.tick == 130
        assert {stall.colour for _, stall in game.simulation.world.query(Booth)} == {7}
        play(game, journal, 50)
    again, journal = open_save(path, lambda name: Renamed, every(40))
    journal.close()
    assert again.simulation.state() == game.simulation.state()
    assert_whole(again.simulation)


def harm(source: Path, folder: Path, count: int) -> tuple[int, int, int]:
    """Corrupt a save `count` times: it loads a state of the run or is refused. Returns how often."""
    hashes, right, refused, recovered = truth(130), 0, 0, 0
    files = [s for s in SUFFIXES[:2] if Path(f"{source}{s}").exists() and Path(f"{source}{s}").stat().st_size]
    for i in range(count):
        draw = random.Random(i)
        path = copy(source, folder / f"{i}.save")
        victim = Path(f"{path}{draw.choice(files)}")
        victim.write_bytes(spoilt(victim.read_bytes(), draw))
        try:
            game = restore_save(examine_savefile(path), market, path)
        except SaveNewer:  # a bit of its version was flipped
            refused += 1
            continue
        except SaveDamaged as error:
            refused += 1
            if error.offer is None:
                continue
            recover_save(path, market)
            game = restore_save(examine_savefile(path), market, path)
            recovered += 1
        else:
            right += 1
        assert_whole(game.simulation)
        assert game.simulation.state_hash() == hashes[game.simulation.tick], f"harm {i}"
        for left in folder.iterdir():
            left.unlink()
    return right, refused, recovered


@pytest.mark.parametrize("source", ["closed", "killed"])
def test_corrupted_saves_load_right_or_are_refused(
    source: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    right, refused, recovered = harm(request.getfixturevalue(source), tmp_path, 30)
    assert right + refused == 30
    assert refused >= recovered > 0


@pytest.mark.slow
@pytest.mark.parametrize("source", ["closed", "killed"])
def test_a_thousand_corrupted_saves(source: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    right, refused, recovered = harm(request.getfixturevalue(source), tmp_path, 1000)
    print(f"{source}: {right} loaded right, {refused} were refused, {recovered} of them recovered")
    assert right + refused == 1000


# Names: a save may be known by several, and its log lies beside one


def flip_in_log(path: Path) -> None:
    """Change one bit of the first page in a save's log."""
    log = Path(f"{path}-wal")
    data = bytearray(log.read_bytes())
    data[200] ^= 1
    log.write_bytes(data)


def test_damage_of_a_log_is_seen_by_every_name_of_the_save(killed: Path, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    path = copy(killed, tmp_path / "far" / "a.save")
    (tmp_path / "near").symlink_to("far/a.save")
    (tmp_path / "twice").symlink_to("near")
    (tmp_path / "folder").symlink_to("far")
    names = ("near", "twice", "folder/a.save", "far/../near")
    for name in names:
        assert examine_savefile(tmp_path / name).newest.tick == 130
    flip_in_log(path)
    for name in names:
        with pytest.raises(SaveDamaged, match=r"its log was changed, and commits after that place are lost"):
            examine_savefile(tmp_path / name)


def test_a_recovery_keeps_the_link_and_the_log(killed: Path, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    path, link = copy(killed, tmp_path / "far" / "a.save"), tmp_path / "link"
    link.symlink_to(path)
    flip_in_log(path)
    before = [Path(f"{path}{suffix}").read_bytes() for suffix in SUFFIXES[:2]]
    aside, offer = recover_save(link, market)
    assert link.is_symlink() and aside == tmp_path / "far" / "a.save.damaged"
    assert [Path(f"{aside}{suffix}").read_bytes() for suffix in SUFFIXES[:2]] == before
    assert not Path(f"{path}-wal").exists()
    game, journal = open_save(link, market)
    with journal:
        assert game.simulation.tick == offer.tick > 0
        play(game, journal, 3)
    assert link.is_symlink() and examine_savefile(path).newest.tick == offer.tick + 3
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["link"]


def test_a_save_is_made_where_a_link_leads(tmp_path: Path) -> None:
    link, path = tmp_path / "link", tmp_path / "far" / "a.save"
    link.symlink_to("far/a.save")
    with create_save(link, game := Market(5)) as journal:
        play(game, journal, 3)
    assert link.is_symlink() and examine_savefile(path).newest.tick == 3
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(SaveError, match="links lead in a circle"):
        create_save(tmp_path / "round", Market(5))
    assert (tmp_path / "round").is_symlink()


@pytest.mark.parametrize("way", ["hard link", "renamed", "copied", "moved away"])
def test_a_save_without_its_log_is_no_older_save(way: str, killed: Path, tmp_path: Path) -> None:
    path, other = copy(killed, tmp_path / "a.save"), tmp_path / "b.save"
    if way == "hard link":
        os.link(path, other)
    elif way == "copied":
        shutil.copyfile(path, other)
    elif way == "renamed":
        path.rename(other)
    else:
        Path(f"{path}-wal").rename(tmp_path / "log")
        path.rename(other)
    with pytest.raises(SaveDamaged, match=r"its log, .* is not there as b\.save-wal; if the save was"):
        open_save(other, market)
    left = tmp_path / "log" if way == "moved away" else tmp_path / "a.save-wal"
    left.rename(f"{other}-wal")
    game, journal = open_save(other, market)
    journal.close()
    assert game.simulation.tick == 130
    copied = shutil.copyfile(other, tmp_path / "c.save")
    assert examine_savefile(copied).newest.tick == 130, "it was closed, and needs no log"


def test_looking_leaves_no_file_behind(closed: Path, killed: Path, tmp_path: Path) -> None:
    for source, suffixes in ((closed, SUFFIXES[:1]), (killed, SUFFIXES[:2])):
        path = copy(source, tmp_path / source.name)
        before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in tmp_path.iterdir()}
        restore_save(examine_savefile(path), market, path)
        with suppress(SaveError):
            recover_save(path, market)
        after = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in tmp_path.iterdir()}
        assert before == after and len(after) == len(suffixes)
        for file in after:
            file.unlink()
    path = made(tmp_path / "a.save", ticks=3)
    examine_savefile(path)
    path.unlink()
    create_save(path, Market(5)).close()
    path.unlink()
    Path(f"{path}-wal").touch()  # as an older version left it
    create_save(path, Market(5)).close()
    assert examine_savefile(path).newest.tick == 0


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_save_can_be_looked_at_where_nothing_can_be_written(closed: Path, tmp_path: Path) -> None:
    path = copy(closed, tmp_path / "a.save")
    tmp_path.chmod(0o555)
    try:
        assert examine_savefile(path).newest.tick == 130
    finally:
        tmp_path.chmod(0o755)


# Killed and hindered


def helper(*words: str, **environment: str) -> dict[str, Any]:
    """Run a script beside this file. Returns the JSON that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, timeout=1500, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_kills_lose_nothing_but_the_tick_under_way(tmp_path: Path) -> None:
    found = helper("tests.engine.persistence.killer", str(tmp_path), "12", "tests.engine.market:Market")
    assert found["kills"] == 12
    assert found["lost"] == 0, found


@pytest.mark.slow
@pytest.mark.parametrize("game", ["tests.engine.market:Market", "miner"])
def test_five_hundred_kills(tmp_path: Path, game: str) -> None:
    found = helper("tests.engine.persistence.killer", str(tmp_path), "500", game)
    print(found)
    assert found["kills"] == 500
    assert found["lost"] == 0, found
    assert found["longest"] > 200


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A library that makes the n-th write or sync of a save fail."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs Linux and a C compiler")
    library = tmp_path_factory.mktemp("faults") / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return str(library)


def test_faults_of_the_disk_cost_no_total(shim: str, tmp_path: Path) -> None:
    found = helper("tests.engine.persistence.hindered", str(tmp_path), "41", LD_PRELOAD=shim)
    assert found["runs"] > 20
    assert set(found["fired"]) == {"short", "full", "eio", "sync", "torn"}


@pytest.mark.slow
def test_a_fault_at_every_write_step(shim: str, tmp_path: Path) -> None:
    found = helper("tests.engine.persistence.hindered", str(tmp_path), "1", LD_PRELOAD=shim)
    print(found)
    assert min(found["fired"].values()) > 15


# Laws


class Saving(RuleBasedStateMachine):
    """Plays, closes, loads and is killed, in any order: the save is always the last committed tick."""

    commands = st.lists(st.tuples(st.integers(-9, 99), st.integers(-9, 99), st.integers(0, 150)), max_size=3)
    folder: Path
    operations: list[int]
    """How many commands were carried out, over all examples."""

    @initialize(snapshot_ticks=st.integers(1, 30), seed=st.integers(0, 9))
    def begin(self, snapshot_ticks: int, seed: int) -> None:
        self.every = every(snapshot_ticks)
        self.path = self.folder / "law.save"
        for file in self.folder.iterdir():
            file.unlink()
        self.game: Game = Market(seed)
        self.journal = create_save(self.path, self.game, self.every)

    @rule(orders=commands)
    def tick(self, orders: list[tuple[int, int, int]]) -> None:
        asked = [self.game.simulation.command("pay", *order) for order in orders]
        self.journal.before_tick()
        self.game.simulation.step(asked)
        self.journal.on_tick(self.game.simulation, asked)
        self.operations[0] += len(asked)

    @rule(count=st.integers(1, 60))
    def play_on(self, count: int) -> None:
        play(self.game, self.journal, count)
        self.operations[0] += 3 * (count - count // 7 - 1)  # the bot rests every seventh tick

    @rule()
    def close_and_load(self) -> None:
        before = self.game.simulation.state_hash()
        self.journal.close()
        self.game, self.journal = open_save(self.path, market, self.every)
        assert self.game.simulation.state_hash() == before

    @precondition(lambda self: self.game.simulation.tick > 0)
    @rule()
    def be_killed(self) -> None:
        """The file on the disk at this instant gives a state of the run."""
        while self.journal.committed < self.game.simulation.tick:
            time.sleep(0.001)
        copied = copy(self.path, self.path.with_name("copy.save"))
        game = restore_save(examine_savefile(copied), market, copied)
        assert game.simulation.state() == self.game.simulation.state()
        self.journal.close()  # frees the thread; the copy is what goes on
        copy(copied, self.path)
        self.game, self.journal = open_save(self.path, market, self.every)

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "game"):
            assert_whole(self.game.simulation)

    def teardown(self) -> None:
        if hasattr(self, "journal"):
            self.journal.close()


def obey(folder: Path, examples: int, steps: int) -> int:
    """Returns for how many commands the laws held."""
    operations = [0]
    machine: Any = type("Saving", (Saving,), {"folder": folder, "operations": operations})
    case = machine.TestCase
    case.settings = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    case("runTest").runTest()
    return operations[0]


def test_laws_of_saves(tmp_path: Path) -> None:
    assert obey(tmp_path, examples=8, steps=20) > 100


@pytest.mark.slow
def test_laws_of_saves_at_length(tmp_path: Path) -> None:
    operations = obey(tmp_path, examples=250, steps=50)
    print(f"{operations} commands, with kills and loads in between")
    assert operations > 100_000
