"""How games are found, and that importing the engine loads no window and no network."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import reskin
from reskin.engine.errors import GameError
from reskin.engine.simulation import games
from tests.engine.toy import Toy

ROOT = Path(__file__).parents[3]


def install(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    points = [EntryPoint(name, value, games.GROUP) for name, value in values.items()]
    monkeypatch.setattr(games, "entry_points", lambda group: points)


def test_games_are_found_by_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, zebra="tests.engine.toy:Toy", apple="tests.engine.toy:Toy")
    assert list(games.find_games()) == ["apple", "zebra"]
    assert games.load_game("zebra") is Toy


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("reskin.engine.nowhere:Game", "cannot be loaded: No module named"),
        ("reskin.engine.simulation.game:Nothing", "cannot be loaded: .* has no attribute"),
        ("reskin.engine.simulation.game:Inputs", "must be a subclass of reskin.Game"),
        ("reskin.engine.simulation.game:Game", r"class Game lacks __init__\(\), commands\(\), draw\(\)"),
    ],
)
def test_a_broken_game_is_named(monkeypatch: pytest.MonkeyPatch, value: str, message: str) -> None:
    install(monkeypatch, broken=value)
    with pytest.raises(GameError, match=f"game 'broken' .*{message}"):
        games.load_game("broken")


def test_an_unknown_game_lists_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, miner="reskin.engine.simulation.game:Game")
    with pytest.raises(GameError, match=r"no game is named 'mine' .*mean 'miner'\?\); installed: miner; or"):
        games.load_game("mine")


def test_every_public_name_can_be_imported() -> None:
    assert dir(reskin) == reskin.__all__ == sorted(reskin.__all__)
    assert 20 <= len(reskin.__all__) <= 30
    for name in reskin.__all__:
        found = getattr(reskin, name)
        assert found.__module__.startswith("reskin.") if name != "MATERIALS" else found
    with pytest.raises(AttributeError, match="has no attribute 'Wrold'"):
        _ = reskin.Wrold


def test_type_checkers_see_the_same_names() -> None:
    text = Path(reskin.__file__).read_text()
    shown = re.findall(r"^    from reskin\.(\S+) import (\w+) as \2$", text, re.M)
    assert {name: home for home, name in shown} == reskin._HOME


def test_the_skeleton_imports_no_window_and_no_network() -> None:
    script = (
        "import sys, reskin; assert 'numpy' not in sys.modules, 'import reskin is not light'\n"
        "reskin.Simulation, reskin.Game, reskin.Ledger, reskin.Frame\n"
        "muscle = 'reskin.neural_renderer'\n"
        "heavy = [name for name in ('pygame', 'torch', 'numba', muscle) if name in sys.modules]\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60)
