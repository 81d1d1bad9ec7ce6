"""How games are found, and that importing the engine loads no window and no network."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import engine
from engine import game as games
from engine.errors import GameError

ROOT = Path(__file__).parents[2]


def install(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    points = [EntryPoint(name, value, games.GROUP) for name, value in values.items()]
    monkeypatch.setattr(games, "entry_points", lambda group: points)


def test_games_are_found_by_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, zebra="engine.game:Game", apple="engine.game:Game")
    assert list(games.find_games()) == ["apple", "zebra"]
    assert games.load_game("zebra") is games.Game


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("engine.nowhere:Game", "cannot be loaded: No module named"),
        ("engine.game:Nothing", "cannot be loaded: .* has no attribute"),
        ("engine.game:Inputs", "must be a subclass of engine.game.Game"),
    ],
)
def test_a_broken_game_is_named(monkeypatch: pytest.MonkeyPatch, value: str, message: str) -> None:
    install(monkeypatch, broken=value)
    with pytest.raises(GameError, match=f"game 'broken' .*{message}"):
        games.load_game("broken")


def test_an_unknown_game_lists_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, miner="engine.game:Game")
    with pytest.raises(GameError, match="no game is named 'mine'; installed: miner"):
        games.load_game("mine")


def test_every_public_name_can_be_imported() -> None:
    assert dir(engine) == engine.__all__ == sorted(engine.__all__)
    for name in engine.__all__:
        assert (
            getattr(engine, name).__module__.startswith("engine") if name != "MATERIALS" else engine.MATERIALS
        )
    with pytest.raises(AttributeError, match="has no attribute 'Wrold'"):
        _ = engine.Wrold


def test_the_skeleton_imports_no_window_and_no_network() -> None:
    script = (
        "import sys, engine; assert 'numpy' not in sys.modules, 'import engine is not light'\n"
        "engine.Simulation, engine.Game, engine.Ledger, engine.Clock, engine.Frame\n"
        "heavy = [name for name in ('pygame', 'torch', 'numba', 'neural_renderer') if name in sys.modules]\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60)
