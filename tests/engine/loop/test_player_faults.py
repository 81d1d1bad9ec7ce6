"""Whatever a post-renderer raises, says or has, the player's thread lives on and the game never waits."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from reskin.engine.errors import MOST_LETTERS, error_line, short_line
from reskin.engine.frame import Frame
from reskin.engine.loop.loop import RunOptions, run
from reskin.engine.loop.player import Player, Restyled
from tests.engine.toy import Faulty, Tint, Toy, frame


class Unspeakable(Exception):
    """Its message cannot be read."""

    def __str__(self) -> str:
        raise RuntimeError("no")


class Picky(np.ndarray):  # type: ignore[type-arg]
    """An array that refuses to be copied."""

    def copy(self, order: Any = "C") -> Any:
        raise SystemExit("no copies")


class OwnBase(BaseException):
    """No Exception, like asyncio's CancelledError."""


class NoTrouble(Tint):
    """A post-renderer whose attributes cannot be read."""

    @property
    def trouble(self) -> str:
        raise SystemExit(3)

    @property
    def runtime(self) -> str:  # type: ignore[override]
        raise RuntimeError("no runtime")

    def watch(self, on: bool) -> None:
        raise OwnBase("no watching")


def collect(player: Player) -> Restyled:
    end = time.monotonic() + 60
    while (restyled := player.collect(0.05)) is None:
        assert time.monotonic() < end, "nothing came back"
    return restyled


RAISED = [
    SystemExit(1), KeyboardInterrupt(), GeneratorExit(), OwnBase("own"), Unspeakable(), StopIteration(3),
    MemoryError(), RecursionError("deep"), AssertionError("x" * 100_000),
]  # fmt: skip


@pytest.mark.parametrize("fault", RAISED, ids=lambda fault: type(fault).__name__)
def test_the_players_thread_survives_what_is_raised(fault: BaseException) -> None:
    """Raised once, by the picture and by a change of theme; the next frame is restyled."""
    post = Faulty(fault)
    player = Player(post, deadline_ms=60_000)
    assert player.submit(frame()) and collect(player).picture is None
    player.breaker.post = Tint()
    assert player.submit(frame()) and collect(player).picture is not None
    assert player.breaker.faults == 1 and type(fault).__name__ in player.breaker.last_reason
    assert len(player.breaker.last_reason) <= MOST_LETTERS
    assert player.close()


def test_a_theme_that_exits_is_a_fault() -> None:
    class Exits(Tint):
        def set_theme(self, theme: str) -> None:
            raise SystemExit("bye")

    player = Player(Exits(), deadline_ms=60_000)
    player.set_theme("other")
    assert player.submit(frame()) and collect(player).picture is None
    assert player.submit(frame()) and collect(player).picture is not None
    assert player.breaker.last_reason == "SystemExit: bye" and player.close()


def test_an_array_with_a_will_of_its_own_is_copied_all_the_same() -> None:
    class Post(Tint):
        def __call__(self, frame: Frame) -> Any:
            return super().__call__(frame).view(Picky)

    player = Player(Post(), deadline_ms=60_000)
    assert player.submit(frame())
    picture = collect(player).picture
    assert type(picture) is np.ndarray and player.close()


def test_attributes_that_cannot_be_read_stop_no_run() -> None:
    report = run(Toy(1), NoTrouble(), RunOptions(size=(96, 64), frames=5, headless=True, watch=True))
    assert report.frames == 5 and report.runtime is None


@pytest.mark.parametrize("number", [28, 32, 9, 5])
def test_a_run_goes_on_where_nothing_can_be_told(number: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "cannot be written")

    report = run(
        Toy(1), NoTrouble(), RunOptions(size=(96, 64), frames=5, headless=True, say=refuse, progress=refuse)
    )
    assert report.frames == 5


def test_long_texts_are_cut_to_a_line() -> None:
    assert short_line("a\nb   c") == "a b c"
    assert short_line("x " * 50_000).endswith("…") and len(short_line("x " * 50_000)) <= MOST_LETTERS
    assert len(short_line("y" * 100_000)) == MOST_LETTERS
    assert error_line(Unspeakable()) == "Unspeakable, whose message cannot be read"


def _in_child(work: Callable[[], None]) -> int | None:
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(60)
    if child.is_alive():
        child.kill()
        child.join()
        return None
    return child.exitcode


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("under_way", [False, True])
def test_a_player_works_in_a_forked_child(under_way: bool) -> None:
    player = Player(Tint(), deadline_ms=60_000)
    assert player.submit(frame())
    if not under_way:
        collect(player)

    def play() -> None:
        if under_way:
            assert player.collect(0.01) is None  # what was under way is lost
        assert player.submit(frame()) and collect(player).picture is not None
        assert player.close()

    assert _in_child(play) == 0
    if under_way:
        collect(player)
    assert player.submit(frame()) and collect(player).picture is not None and player.close()


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_lock_that_the_players_thread_held_is_free_in_a_forked_child() -> None:
    player = Player(Tint(), deadline_ms=60_000)
    assert player.submit(frame())
    collect(player)

    def play() -> None:
        assert player.submit(frame()) and collect(player).picture is not None
        assert player.close()

    with player._change:
        assert _in_child(play) == 0
    assert player.close()
