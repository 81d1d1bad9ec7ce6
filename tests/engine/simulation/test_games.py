"""Games of users, found by file, folder and class, beside modules with the names of our folders."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reskin import RunOptions, run
from reskin.engine.determinism.hidden_state import hidden_changes
from reskin.engine.errors import GameError
from reskin.engine.simulation import games
from reskin.engine.simulation.games import load_class, load_game

ORCHARD = """
import helper
from reskin import Canvas, Command, Game, Inputs, Simulation

def grow(simulation, commands):
    simulation.ledger.mint("tree", "apple", len(commands), "it grows", simulation.tick)

class Orchard(Game):
    name, title = "orchard", "An orchard"

    def __init__(self, seed: int) -> None:
        self.simulation = Simulation(seed, systems=[grow])
        self.simulation.ledger.open("tree")

    def commands(self, inputs: Inputs) -> list[Command]:
        return []

    def bot(self) -> list[Command]:
        return [Command(self.simulation.tick + 1, helper.ACTION)]

    def draw(self, canvas: Canvas, alpha: float, caption: str) -> None:
        canvas.begin(tick=self.simulation.tick)
        canvas.fill("#87c8eb", "sky")
        canvas.rect(0, 40, 999, 99, "#5ab446", "grass")

    def report(self) -> dict[str, int]:
        return {"coins": self.simulation.ledger.balance("tree", "apple")}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user's folder: a game in one file, its helper, and folders with the names of ours."""
    for name in ("engine", "kernels", "assets", "neural_renderer", "demo_games"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('this is none of Reskin')")
    (tmp_path / "orchard.py").write_text(ORCHARD)
    (tmp_path / "helper.py").write_text("ACTION = 'grow'")
    monkeypatch.chdir(tmp_path)
    before, path = set(sys.modules), list(sys.path)
    monkeypatch.setattr(games, "_placed", {})
    yield tmp_path
    sys.path[:] = path
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


HALF = """
from reskin import Game
class Half(Game):
    def commands(self, inputs):
        return []
"""

LEAST = """
from reskin import Game, Simulation
class OneRoom(Game):
    def __init__(self, seed):
        self.simulation = Simulation(seed)
    def commands(self, inputs):
        return []
    def draw(self, canvas, alpha, caption):
        canvas.begin(tick=self.simulation.tick, camera=(0, 0))
        canvas.fill("#87c8eb", "sky")
"""


def test_the_least_game_has_a_name_and_plays(folder: Path) -> None:
    (folder / "least.py").write_text(LEAST)
    game = load_game("least.py")
    assert (game.name, game.title) == ("oneroom", "Oneroom")
    play = game(1)
    play.simulation.step(play.bot())
    assert (play.simulation.tick, play.report()) == (1, {})
    assert run(play, None, RunOptions(size=(64, 48), frames=3, headless=True, bot=True)).coins == 0


@pytest.mark.parametrize("place", ["orchard.py", "orchard.py:Orchard", "orchard:Orchard", "./orchard.py"])
def test_a_file_is_a_game(folder: Path, place: str) -> None:
    game = load_game(place)
    assert game.name == "orchard" and load_game("orchard") is game
    play = game(1)
    play.simulation.step(play.bot())
    assert play.report() == {"coins": 1}


@pytest.mark.parametrize("start", ["game.py", "main.py", "__init__.py"])
def test_a_folder_is_a_game(folder: Path, start: str) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / start).write_text(ORCHARD)
    (folder / "mine" / "helper.py").write_text("ACTION = 'grow'")
    assert load_game(str(folder / "mine")).name == "orchard"


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("orchrad.py", r"no game is named 'orchrad.py'; installed: caravan, city, miner; or name a file"),
        ("helper.py", r"helper.py must define one class of reskin.Game, found none; name one of several"),
        ("orchard.py:Apple", "orchard has no 'Apple'"),
        ("helper.py:ACTION", "'helper.py:ACTION' must be a subclass of reskin.Game, got 'grow'"),
        ("broken.py", "'.*broken.py' cannot be loaded: ZeroDivisionError"),
        ("two.py", "must define one class of reskin.Game, found A, B; name one of several as two.py:Class"),
        ("empty", "empty holds no game: expected an __init__.py, game.py or a main.py"),
        ("half.py", r"'half.py': class Half lacks __init__\(\), draw\(\); see reskin.Game"),
        ("half.py:Half", r"class Half lacks __init__\(\), draw\(\); see reskin.Game"),
        ("my-game.py", "cannot be imported: expected a name such as my_game.py"),
        ("notes.txt", "cannot be imported: expected a name such as my_game.py"),
        ("json.py", "another module named 'json' is in use .*; rename the file"),
        ("no/where:Orchard", "expected package.module:Class, or an existing file"),
    ],
)
def test_what_is_no_game_is_told(folder: Path, place: str, message: str) -> None:
    (folder / "broken.py").write_text("1 / 0")
    (folder / "two.py").write_text(
        "from orchard import Orchard\nclass A(Orchard): ...\nclass B(Orchard): ..."
    )
    (folder / "half.py").write_text(HALF)
    (folder / "empty").mkdir()
    for name in ("my-game.py", "notes.txt", "json.py"):
        (folder / name).write_text(ORCHARD)
    with pytest.raises(GameError, match=message):
        load_game(place)


def test_a_folder_of_the_name_of_a_games_module_is_not_taken_for_it(folder: Path) -> None:
    """As the sync test asks for it in a new process, which has the same working folder."""
    game = load_game("orchard.py")
    (folder / "orchard").mkdir()
    (folder / "orchard" / "game.py").write_text(ORCHARD.replace("Orchard", "Other"))
    assert load_class("orchard:Orchard") is game


def test_what_a_game_of_the_name_of_our_engine_hides_is_found(folder: Path) -> None:
    shutil.rmtree(folder / "engine")
    hides = ORCHARD.replace(
        "def grow(simulation, commands):", "GROWN = []\n\ndef grow(simulation, commands):"
    )
    (folder / "engine.py").write_text(
        hides.replace("    simulation.ledger.mint", "    GROWN.append(1)\n    simulation.ledger.mint")
    )
    game = load_game("engine.py")(1)
    found = hidden_changes(game, lambda: game.simulation.step(game.bot()))
    assert [change.name for change in found] == ["engine.GROWN"]


def reskin(*words: str, folder: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "reskin", *words, "--json"], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_commands_take_it_and_its_saves_and_replays(folder: Path) -> None:
    """In new processes, whose working folder has an `engine` and other folders that are not ours."""
    play = (
        "play",
        "orchard.py",
        "--headless",
        "--bot",
        "--frames",
        "5",
        "--size",
        "64x48",
        "--restyle",
        "off",
    )
    first = reskin(*play, "--save", "a.save", "--record-replay", "a.replay", folder=folder)
    assert (first["game"], first["ticks"]) == ("orchard", 5)
    reskin(*play, "--save", "a.save", folder=folder)
    assert reskin("saves", "a.save", "--game", "orchard.py", folder=folder)["tick"] == 10
    found = reskin("replay", "a.replay", "--verify", "--game", "orchard.py", folder=folder)
    assert found["state_hash"] == first["state_hash"]
    reskin("doctor", folder=folder)
    assert reskin("synctest", "orchard.py", "--ticks", "3", folder=folder)["in_sync"] is True


@pytest.mark.slow
def test_pictures_of_it(folder: Path) -> None:
    """Commands that paint, preview and export keyframes accept it, too."""
    for words, made in (
        (("themes", "preview", "winter", "--game", "orchard.py"), "winter-preview.png"),
        (("paint", "winter", "--game", "orchard.py", "--out", "painted.png"), "painted.png"),
        (("keyframe", "export", "orchard.py", "--count", "1"), "keyframes-orchard/01.png"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "reskin", *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 and (folder / made).is_file(), done.stderr
