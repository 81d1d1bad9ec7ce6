"""Every shipped game passes the sync test, and has the same states whatever happens to its picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin import Frame, Restyler, RunOptions, SyncOptions, load_game, run, sync_test
from reskin.engine.capture.pictures import Showcase
from reskin.neural_renderer.theme.pack import available_themes

GAMES = ("miner", "caravan", "city")
SIZE = (160, 96)
needs_theme = pytest.mark.skipif(not available_themes(), reason="no theme is shipped yet")


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize(
    "options",
    [
        SyncOptions(ticks=150, processes=0),
        SyncOptions(ticks=100, heavy=True, processes=2),
        SyncOptions(ticks=100, random=True, seed=2, processes=0),
    ],
    ids=["plain", "heavy", "random"],
)
def test_in_sync(game: str, options: SyncOptions) -> None:
    assert sync_test(game, options).resimulated > options.ticks


@pytest.mark.slow
@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize(
    "options",
    [
        SyncOptions(ticks=20_000),
        SyncOptions(ticks=2_000, heavy=True),
        SyncOptions(ticks=2_000, heavy=True, random=True, seed=3),
    ],
    ids=["plain", "heavy", "random"],
)
def test_in_sync_at_length(game: str, options: SyncOptions) -> None:
    report = sync_test(game, options)
    print(report.plain())
    assert report.resimulated > options.ticks


class Failing:
    """A restyler that fails on purpose: it raises, returns nonsense and restyles in turn."""

    def __init__(self, restyler: Restyler) -> None:
        self.restyler = restyler
        self.calls = 0

    def __call__(self, frame: Frame) -> NDArray[np.uint8]:
        self.calls += 1
        if self.calls % 4 == 0:
            raise RuntimeError("on purpose")
        if self.calls % 4 == 1:
            return np.full(frame.color.shape, np.nan)  # type: ignore[return-value]
        return self.restyler(frame)


def looks(frames: int) -> dict[str, Callable[[], tuple[Any, dict[str, Any]]]]:
    """What can happen to a picture: for each, a post-renderer and the options of a run."""
    themes = tuple(available_themes()[i % len(available_themes())] for i in range(-(-frames // 60)))
    return {
        "off": lambda: (None, {}),
        "on": lambda: (Restyler(themes[0], size=SIZE), {}),
        "failing": lambda: (Failing(Restyler(themes[0], size=SIZE)), {}),
        "switching": lambda: (Restyler(themes[0], size=SIZE), {"showcase": Showcase(themes, each=60)}),
    }


def hashes_in_every_look(game: str, frames: int) -> dict[str, list[str]]:
    found = {}
    for name, make in looks(frames).items():
        post, more = make()
        options = RunOptions(size=SIZE, frames=frames, headless=True, bot=True, **more)
        report = run(load_game(game)(7), post, options)
        assert bool(report.faults) == (name == "failing")
        found[name] = report.hashes
    return found


@needs_theme
@pytest.mark.parametrize("game", GAMES)
def test_no_look_touches_the_state(game: str) -> None:
    found = hashes_in_every_look(game, 130)
    assert len(found["off"]) == 130
    assert all(hashes == found["off"] for hashes in found.values())


@pytest.mark.slow
@needs_theme
@pytest.mark.parametrize("game", GAMES)
def test_no_look_touches_the_state_for_a_minute(game: str) -> None:
    found = hashes_in_every_look(game, 3600)
    assert all(hashes == found["off"] for hashes in found.values())
