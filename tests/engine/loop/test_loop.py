"""The loop without a window: it repeats exactly, whatever the post-renderer does."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest

from reskin.engine.capture.pictures import Showcase
from reskin.engine.errors import LoopError
from reskin.engine.frame import Frame, plain_picture
from reskin.engine.loop.circuit_breaker import OPEN_FRAMES, THRESHOLD
from reskin.engine.loop.loop import RunOptions, run
from reskin.engine.loop.player import Player, State
from reskin.engine.loop.session import stoppable_session
from reskin.engine.loop.window import display_missing
from tests.engine.toy import Faulty, Tint, Toy, frame

SMALL = (96, 64)
QUICK = RunOptions(size=SMALL, frames=30, headless=True, bot=True)


# Headless


def test_headless_is_one_tick_a_frame_and_repeats() -> None:
    first = run(Toy(3), Tint(), QUICK)
    second = run(Toy(3), None, QUICK)
    assert (first.frames, first.ticks) == (30, 30)
    assert first.hashes == second.hashes, "the look has touched the state"
    assert len(set(first.hashes)) == 30
    assert first.state_hash == first.hashes[-1]
    assert first.plain() | {"theme": 0, "fps": 0, "ms": 0} == {
        "game": "toy", "theme": 0, "seed": 3, "frames": 30, "ticks": 30, "state_hash": second.state_hash,
        "runtime": "numpy", "device": "cpu", "fps": 0, "ms": 0,
        "hud": {"pixels": 480, "differing": 0}, "faults": 0, "coins": 30,
    }  # fmt: skip
    assert (first.theme, second.theme, second.runtime) == ("red", "plain", None)
    assert list(first.ms) == ["tick", "draw", "restyle", "frame"]
    assert 0 < first.ms["tick"]["p50"] <= first.ms["frame"]["p99"]
    assert second.ms["restyle"] == {"p50": 0.0, "p99": 0.0}


def test_restyle_off_asks_nobody() -> None:
    post = Tint()
    report = run(Toy(), post, RunOptions(size=SMALL, frames=5, headless=True, restyle=False))
    assert post.seen == []
    assert (report.theme, report.runtime) == ("plain", None)


def test_a_hud_that_was_restyled_is_counted() -> None:
    def spoil(shown: Frame) -> np.ndarray[Any, np.dtype[np.uint8]]:
        picture = plain_picture(shown)
        picture[5, 5:8, 0] ^= 1
        return picture

    report = run(Toy(), spoil, QUICK)
    assert report.hud == {"pixels": 480, "differing": 90}


def test_a_faulty_post_renderer_costs_no_tick() -> None:
    report = run(
        Toy(3), Faulty(RuntimeError("no")), RunOptions(size=SMALL, frames=80, headless=True, bot=True)
    )
    assert report.ticks == 80
    assert report.faults == THRESHOLD + THRESHOLD, "five, sixty frames without it, five more"
    assert report.reasons == {"RuntimeError: no": report.faults}
    assert report.hud["differing"] == 0
    assert (
        report.state_hash
        == run(Toy(3), None, RunOptions(size=SMALL, frames=80, headless=True, bot=True)).state_hash
    )


def test_ctrl_c_finishes_the_recording(tmp_path: Path) -> None:
    def interrupt(done: int, total: int | None) -> None:
        if done == 7:
            raise KeyboardInterrupt

    path = tmp_path / "run.png"
    options = RunOptions(size=SMALL, headless=True, bot=True, record=path, progress=interrupt)
    report = run(Toy(), Tint(), options)
    assert report.interrupted
    assert (report.frames, report.files) == (7, [path])
    assert pygame.image.load(path).get_size() == SMALL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_between_two_frames(tmp_path: Path, number: signal.Signals) -> None:
    def kill(done: int, total: int | None) -> None:
        if done == 5:
            signal.raise_signal(number)

    before = signal.getsignal(number)
    path = tmp_path / "run.png"
    report = run(Toy(), Tint(), RunOptions(size=SMALL, headless=True, record=path, progress=kill))
    assert report.interrupted
    assert (report.frames, report.ticks, report.files) == (5, 5, [path])
    assert signal.getsignal(number) == before
    with stoppable_session() as stop:
        signal.raise_signal(number)
        assert stop.requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)


def test_a_showcase_visits_every_theme_by_a_wipe(tmp_path: Path) -> None:
    showcase = Showcase.of(Tint.themes, frames=30, rate=60)
    assert [showcase.theme(i) for i in (0, 9, 10, 20, 29, 99)] == [
        "red",
        "red",
        "green",
        "blue",
        "blue",
        "blue",
    ]
    assert [showcase.edge(i, 300) for i in (0, 1, 2, 3, 4, 9, 10)] == [300, 300, 200, 100, 0, 0, 300]
    post = Tint()
    options = RunOptions(
        size=SMALL, frames=30, headless=True, bot=True, showcase=showcase,
        record=tmp_path / "last.png", sheet=tmp_path / "sheet.png",
    )  # fmt: skip
    report = run(Toy(3), post, options)
    assert [theme for _, _, theme in post.seen] == ["red"] * 10 + ["green"] * 10 + ["blue"] * 10
    assert report.files == [tmp_path / "last.png", tmp_path / "sheet.png"]
    assert pygame.image.load(tmp_path / "sheet.png").get_size() == (3 * 96 + 8, 2 * 64 + 4)
    assert report.state_hash == run(Toy(3), None, QUICK).state_hash


def test_a_theme_that_cannot_be_loaded_is_a_fault() -> None:
    class Picky(Tint):
        def set_theme(self, theme: str) -> None:
            if theme == "green":
                raise ValueError("no weights")
            super().set_theme(theme)

    report = run(
        Toy(),
        Picky(),
        RunOptions(size=SMALL, frames=6, headless=True, showcase=Showcase(("red", "green"), 3)),
    )
    assert report.reasons == {"ValueError: no weights": 1}
    assert report.frames == 6


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"size": (0, 360)}, "size must be at least 16 x 16 px, got 0 x 360"),
        ({"frames": 0}, "frames must be at least 1, got 0"),
        ({"sheet": Path("sheet.jpg")}, r"must end in \.png, got 'sheet\.jpg'"),
    ],
)
def test_wrong_options_are_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(LoopError, match=message):
        RunOptions(**wrong)


def test_without_a_display_it_says_so_and_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    report = run(Toy(), None, RunOptions(size=SMALL, frames=5, say=said.append))
    assert said == ["Playing headless, by the bot: SDL_VIDEODRIVER=dummy shows nothing."]
    assert report.headless
    assert report.coins == 5
    monkeypatch.delenv("SDL_VIDEODRIVER")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert "there is no display" in display_missing()


# The player


def state(player: Player) -> State:
    """Asked anew: a type checker takes a property that was compared for a constant."""
    return player.state


def test_the_player_takes_one_frame_at_a_time() -> None:
    post = Faulty("hang")
    player = Player(post, deadline_ms=60_000)
    try:
        assert state(player) is State.IDLE
        assert player.submit(frame())
        assert state(player) is State.BUSY
        assert not player.submit(frame())
        assert player.collect(0.01) is None
        post.release.set()
        restyled = player.collect(5)
        assert restyled is not None
        assert restyled.picture is not None
        assert restyled.ms is not None and restyled.ms > 5
        assert state(player) is State.IDLE
        assert post.threads == {"restyle"}
    finally:
        assert player.close()


def test_the_players_states_with_a_post_renderer_that_hangs() -> None:
    now_ms = [0]
    post = Faulty("hang")
    player = Player(post, deadline_ms=100, clock_ns=lambda: now_ms[0] * 1_000_000)
    player._loading = False
    assert player.submit(first := frame())
    while not post.calls:
        time.sleep(0.001)
    now_ms[0] = 101
    late = player.collect()
    assert late is not None
    assert (late.frame, late.picture, late.ms) == (first, None, None), "its plain picture is shown"
    assert state(player) is State.LATE
    assert not player.submit(frame()), "a late frame is still under way"
    for deadline in range(2, THRESHOLD + 1):
        assert state(player) is State.LATE
        now_ms[0] = 100 * deadline + 1
        assert player.collect() is None, "a frame is shown once"
    assert player.breaker.faults == THRESHOLD
    assert state(player) is State.RESTING
    for _ in range(OPEN_FRAMES):
        assert not player.submit(frame())
    assert state(player) is State.LATE, "it rested, and still hangs"
    post.release.set()
    while state(player) is State.LATE:
        assert player.collect(5) is None, "nobody waits for a late picture"
    assert state(player) is State.IDLE
    assert player.submit(frame())
    assert player.collect(5) is not None
    assert [cut for _, cut, _ in post.seen] == [False, True], "frames were left out between the two"
    assert player.close()


def test_a_hung_post_renderer_does_not_hang_closing() -> None:
    post = Faulty("hang")
    player = Player(post)
    player.submit(frame())
    while not post.calls:
        time.sleep(0.001)
    assert not player.close(wait_s=0.1)  # and gave up, as the post-renderer hangs until it is released
    post.release.set()
    assert player.close(5)
