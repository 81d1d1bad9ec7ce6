"""Replays: a run is repeated tick by tick; a file that was changed is refused."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskin.engine.errors import CommandError, ReplayDamaged, ReplayDiverged, ReplayError, ReplayNewer
from reskin.engine.loop.loop import RunOptions, run
from reskin.engine.persistence.command_log import CommandLog, CommandLogError, encode_commands
from reskin.engine.persistence.playback import JUMP_S, Playback, open_playback, verify
from reskin.engine.persistence.replay import KEYFRAME_TICKS, ReplayWriter, read_replay
from reskin.engine.persistence.snapshot import load_snapshot, pack_snapshot
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.game import Inputs
from tests.engine.market import Market, assert_whole
from tests.engine.persistence.spoil import spoilt
from tests.engine.toy import Tint, Toy

TICKS = 150


def record(path: Path, ticks: int = TICKS, seed: int = 3, before: int = 0) -> list[str]:
    """Write a replay of the market. Returns the hash after every tick."""
    game, hashes = Market(seed), []
    for _ in range(before):
        game.simulation.step(game.bot())
    with ReplayWriter(path, game.name, game.simulation) as writer:
        for _ in range(ticks):
            writer.before_tick()
            commands = game.bot()
            game.simulation.step(commands)
            writer.on_tick(game.simulation, commands)
            hashes.append(game.simulation.state_hash())
    return hashes


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    path = tmp_path_factory.mktemp("replay") / "run.replay"
    return path, record(path)


def test_a_replay_is_the_run(played: tuple[Path, list[str]]) -> None:
    path, hashes = played
    replay = read_replay(path)
    assert (replay.game, replay.seed, replay.first, replay.last) == ("market", 3, 0, TICKS)
    assert replay.whole
    assert [replay.hashes[tick] for tick in range(1, TICKS + 1)] == hashes
    playback = Playback(Market(replay.seed), replay)
    for expected in hashes:
        playback.step()
        assert playback.game.simulation.state_hash() == expected
    assert playback.over
    with pytest.raises(ReplayError, match="ends at tick 150"):
        playback.step()
    assert verify(Market(3), replay) == hashes[-1]


def test_a_replay_may_begin_in_the_middle(tmp_path: Path) -> None:
    hashes = record(tmp_path / "later.replay", before=40)
    replay = read_replay(tmp_path / "later.replay")
    assert (replay.first, replay.last) == (40, 40 + TICKS)
    playback = open_playback(Market, replay)
    assert playback.tick == 40
    playback.seek(replay.last)
    assert playback.game.simulation.state_hash() == hashes[-1]
    playback.seek(0)
    assert playback.tick == 40


def test_seeking_gives_the_same_state_as_playing(tmp_path: Path) -> None:
    hashes = record(tmp_path / "long.replay", ticks=2 * KEYFRAME_TICKS + 50)
    replay = read_replay(tmp_path / "long.replay")
    assert list(replay.packed_keyframes) == [KEYFRAME_TICKS, 2 * KEYFRAME_TICKS]
    playback = open_playback(Market, replay)
    made = 0
    step = playback.game.simulation.step

    def counted(commands: Any = ()) -> Any:
        nonlocal made
        made += 1
        return step(commands)

    playback.game.simulation.step = counted  # type: ignore[method-assign]
    for tick in (1200, 1240, 3, 700, 699, 601, 1250, 0, 1249, 1):
        made = 0
        playback.seek(tick)
        assert playback.tick == tick
        assert made <= KEYFRAME_TICKS
        assert tick == 0 or playback.game.simulation.state_hash() == hashes[tick - 1]
    made = 0
    playback.seek(2)
    assert made == 1, "one tick on is one tick, not a load"


def test_keys_pause_and_scrub(played: tuple[Path, list[str]]) -> None:
    playback = open_playback(Market, read_replay(played[0]))
    jump = JUMP_S * Market.tick_rate

    def press(*actions: str) -> tuple[int, int, bool]:
        made = playback.advance(Inputs(pressed=actions))
        return made, playback.tick, playback.jumped

    assert press() == (1, 1, False)
    assert press("pause") == (0, 1, False)
    assert press() == (0, 1, False)
    assert press("step") == (1, 2, False)
    assert press("end") == (0, TICKS, True)
    assert press("start") == (0, 0, True)
    assert press("pause") == (1, 1, False)
    assert press("forth") == (0, min(1 + jump, TICKS), True)
    assert press("back", "pause")[1:] == (max(TICKS - jump, 0), True)


def test_another_game_and_other_rules_are_refused(played: tuple[Path, list[str]]) -> None:
    replay = read_replay(played[0])
    with pytest.raises(ReplayError, match="the replay is of 'market', this game is 'toy'"):
        open_playback(Toy, replay)
    with pytest.raises(
        ReplayDiverged, match=r"tick 0: the replay has state \w+, the game now has \w+"
    ) as caught:
        Playback(Market(4), replay)
    assert caught.value.tick == 0
    changed = Market(3)
    changed.simulation.systems = changed.simulation.systems[:1]
    with pytest.raises(ReplayDiverged, match=r"tick 1: .*its rules changed since the recording"):
        verify(changed, replay)


@pytest.mark.parametrize("error", [ZeroDivisionError("by\nzero"), KeyError("x"), SystemExit(3)])
def test_rules_that_raise_diverge(played: tuple[Path, list[str]], error: BaseException) -> None:
    replay = read_replay(played[0])

    def fail(simulation: Any, commands: Any) -> None:
        if simulation.tick == 7:
            raise error

    changed = Market(3)
    changed.simulation.systems = (*changed.simulation.systems, fail)
    with pytest.raises(ReplayDiverged, match=r"tick 7: the game's rules fail, .*: \w+: ?.*") as caught:
        verify(changed, replay)
    assert caught.value.tick == 7 and "\n" not in str(caught.value)

    def broken(seed: int) -> Market:
        raise error

    with pytest.raises(ReplayDiverged, match=f"the replay cannot begin: {type(error).__name__}"):
        open_playback(broken, replay)


def test_hashes_of_another_format_are_not_compared(played: tuple[Path, list[str]]) -> None:
    replay = read_replay(played[0])
    replay.format += 1
    replay.hashes = dict.fromkeys(replay.hashes, "00" * 16)
    playback = open_playback(Market, replay)
    playback.seek(100)
    assert playback.game.simulation.state_hash() == played[1][99]
    with pytest.raises(ReplayError, match="it can be played, but not verified"):
        verify(Market(3), replay)


def test_only_what_was_recorded_whole_gets_its_name(tmp_path: Path) -> None:
    path = tmp_path / "run.replay"
    game = Market(1)
    writer = ReplayWriter(path, game.name, game.simulation)
    for _ in range(130):
        commands = game.bot()
        game.simulation.step(commands)
        writer.on_tick(game.simulation, commands)
    assert not path.exists()
    with pytest.raises(
        ReplayDamaged, match=r"it has no end: .*; its first 120 ticks are good: .*--partial"
    ) as caught:
        read_replay(writer.partial)
    assert caught.value.good_ticks == 120
    replay = read_replay(writer.partial, partial=True)
    assert (replay.last, replay.whole) == (120, False)
    verify(Market(1), replay)
    assert writer.close() == writer.close() == path
    assert read_replay(path).last == 130
    assert not writer.partial.exists()


def test_a_replay_ends_where_the_rules_were_edited(tmp_path: Path) -> None:
    game = Market(3)
    with ReplayWriter(tmp_path / "run.replay", game.name, game.simulation) as writer:
        for tick in range(100):
            commands = game.bot()
            game.simulation.step(commands)
            if tick == 70:
                writer.on_rules_changed()
            writer.on_tick(game.simulation, commands)
    replay = read_replay(tmp_path / "run.replay")
    assert (replay.last, replay.whole) == (70, True)
    verify(Market(3), replay)


def test_listeners_are_told_of_an_edit_before_the_tick_that_it_made(tmp_path: Path) -> None:
    class Edited(Toy):
        edition = "a"  # the former name of rules_fingerprint, which is still read

        def refresh(self) -> None:
            self.edition = "b" if self.simulation.tick >= 2 else "a"

    class TickListener:
        status = ""

        def __init__(self) -> None:
            self.calls: list[str] = []

        def before_tick(self) -> None:
            self.calls.append("before")

        def on_tick(self, simulation: Any, commands: Any) -> None:
            self.calls.append(f"tick {simulation.tick}")

        def on_rules_changed(self) -> None:
            self.calls.append("rules")

        def close(self) -> None:
            self.calls.append("close")

    listener = TickListener()
    run(Edited(3), None, RunOptions(size=(96, 64), frames=4, headless=True, listeners=(listener,)))
    assert listener.calls == [
        "before", "tick 1", "before", "tick 2", "before", "rules", "tick 3", "before", "tick 4", "close",
    ]  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_costs_the_replay_and_not_the_game(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = Market(1)
    monkeypatch.setattr(ReplayWriter, "_begin", lambda writer: io.FileIO("/dev/full", "wb"))
    writer = ReplayWriter(tmp_path / "run.replay", game.name, game.simulation)
    game.simulation.step()
    writer.on_tick(game.simulation, [])
    assert "No space left on device" in writer.status
    with pytest.raises(ReplayError, match=r"the replay failed: .*No space left"):
        writer.close()
    assert not (tmp_path / "run.replay").exists()


def test_where_no_file_can_be_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReplayError, match=r"cannot write .*; name another place"):
        ReplayWriter(tmp_path / "file" / "run.replay", "market", Market(1).simulation)
    with pytest.raises(ReplayError, match="cannot read"):
        read_replay(tmp_path / "none.replay")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: b"", "begins with .* got b''"),
        (lambda d: b"GIF89a" + d, "begins with"),
        (lambda d: d[:-1], "cut short at byte"),
        (lambda d: d[:12], "cut short at byte 10"),
        (lambda d: d[:-40], "cut short at byte"),
        (lambda d: d + b"x", "something follows its end"),
        (lambda d: d[:300] + bytes([d[300] ^ 4]) + d[301:], "checksum at byte .* does not match"),
    ],
)
def test_a_damaged_replay_says_where(
    played: tuple[Path, list[str]], tmp_path: Path, spoil: Callable[[bytes], bytes], message: str
) -> None:
    path = tmp_path / "bad.replay"
    path.write_bytes(spoil(played[0].read_bytes()))
    with pytest.raises(ReplayDamaged, match=message):
        read_replay(path)


def damage(source: Path, folder: Path, count: int) -> tuple[int, int]:
    """Corrupt a replay `count` times: it loads correctly or is refused. Returns how often each happened."""
    data, right, refused = source.read_bytes(), 0, 0
    final = verify(Market(3), read_replay(source))
    path = folder / "spoilt.replay"
    for i in range(count):
        path.write_bytes(spoilt(data, random.Random(i), page=512))
        try:
            assert verify(Market(3), read_replay(path)) == final
            right += 1
        except (ReplayDamaged, ReplayNewer):
            refused += 1
        try:
            part = read_replay(path, partial=True)
        except (ReplayDamaged, ReplayNewer):
            continue
        game = Market(3)
        verify(game, part)
        assert_whole(game.simulation)
    return right, refused


def test_corrupted_replays_load_right_or_are_refused(played: tuple[Path, list[str]], tmp_path: Path) -> None:
    right, refused = damage(played[0], tmp_path, 40)
    assert right + refused == 40
    assert refused > 30


@pytest.mark.slow
def test_a_thousand_corrupted_replays(played: tuple[Path, list[str]], tmp_path: Path) -> None:
    right, refused = damage(played[0], tmp_path, 1000)
    print(f"{right} loaded right, {refused} were refused")
    assert right + refused == 1000


# The loop


def test_a_run_is_played_back_in_another_look_and_size(tmp_path: Path) -> None:
    game = Market(3)
    writer = ReplayWriter(tmp_path / "run.replay", game.name, game.simulation)
    options = RunOptions(size=(96, 64), frames=70, headless=True, bot=True, listeners=(writer,))
    first = run(game, None, options)
    replay = read_replay(tmp_path / "run.replay")
    playback = open_playback(Market, replay)
    options = RunOptions(
        size=(160, 96), frames=70, headless=True, playback=playback, record=tmp_path / "last.png"
    )
    second = run(playback.game, Tint(), options)
    assert second.hashes == first.hashes
    assert second.state_hash == first.state_hash
    assert pygame.image.load(tmp_path / "last.png").get_size() == (160, 96)


def test_a_jump_is_a_cut(played: tuple[Path, list[str]]) -> None:
    from reskin.engine.loop.session import Session

    playback, post = open_playback(Market, read_replay(played[0])), Tint()
    session = Session(playback.game, post, RunOptions(size=(96, 64), headless=True, playback=playback))
    for pressed in ((), ("end",), ("back",)):
        session.tick(Inputs(pressed=pressed))
        session.player.restyle(session.draw(1.0))
    assert [cut for _, cut, _ in post.seen][1:] == [True, True]
    assert session.controls == playback.controls


# Reels


names = st.text(min_size=1, max_size=5)
arguments = st.lists(st.integers(-(1 << 63), (1 << 64) - 1) | st.text(max_size=5) | st.booleans(), max_size=4)


@given(
    ticks=st.lists(st.lists(st.tuples(names, arguments), max_size=3), max_size=6), first=st.integers(1, 10**9)
)
@settings(max_examples=100, deadline=None)
def test_commands_survive(ticks: Any, first: int) -> None:
    made = [
        [Command(tick, name, tuple(args)) for name, args in commands]
        for tick, commands in enumerate(ticks, first)
    ]
    log = CommandLog(first, [encode_commands(commands) for commands in made], {first: "ab" * 16})
    again = CommandLog.decode(log.encode())
    assert again == log
    assert [commands for _, commands in again.commands()] == made


def test_bytes_that_are_no_command_log_are_refused() -> None:
    for data in (b"", b"\x94\x01\x02\x03\x01", b"\xc1", b"\x94\x01\x91\xc0\x90\x01", b"\x90"):
        with pytest.raises(CommandLogError):
            CommandLog.decode(data)
    with pytest.raises(CommandLogError, match="commands of tick 4 cannot be read"):
        list(CommandLog(4, [b"\x91\x92\x00\x90"]).commands())
    with pytest.raises(CommandError, match="argument of pay is larger than 64 bits"):
        encode_commands([Command(1, "pay", (1 << 64,))])


def test_a_snapshot_of_a_replay_is_one(played: tuple[Path, list[str]]) -> None:
    playback = open_playback(Market, read_replay(played[0]))
    playback.seek(77)
    other = Market(1)
    load_snapshot(other.simulation, pack_snapshot(playback.game.simulation))
    assert other.simulation.state_hash() == played[1][76]
