"""What must stay as it is whatever is moved or renamed: pictures, states, and the keys of `--json`.

    python -m tests.test_unchanged     records all of it anew, in tests/unchanged

Restyled pictures and states are the same on every machine, so that their hashes are kept. A painter's are
not, to the last bit: they are kept small, and may differ by a level. The old formats of saves, replays and
snapshots are held by `tests/engine/persistence/test_formats.py`.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from reskin.cli import main as reskin
from reskin.engine.frame import Frame
from reskin.engine.simulation.games import load_game
from reskin.neural_renderer.painters import PAINTERS
from reskin.neural_renderer.scenes.frame_sources import game_frames, scene_frames
from reskin.neural_renderer.theme.pack import available_themes
from tests.pictures import pictures

KEPT: Final = Path(__file__).parent / "unchanged"
GAMES: Final = ("miner", "city", "caravan")
SHORT, LONG = 4, 60
"""Frames of a game: in `make test`, and in `make test-all`."""
TICKS: Final = 200
COMMANDS: Final = {
    "play": "play miner --headless --bot --frames 2 --size 64x48",
    "synctest": "synctest miner --ticks 3",
    "themes": "themes",
    "doctor": "doctor",
    "measure": "measure winter --worlds 1 --frames 2",
}


@cache
def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((KEPT / "hashes.json").read_text())
    return found


def restyled(theme: str, game: str) -> list[str]:
    """Hashes of the first SHORT pictures, and of LONG."""
    digest, found = hashlib.sha256(), []
    for number, picture in enumerate(pictures(theme, game, LONG), 1):
        digest.update(picture)
        if number in (SHORT, LONG):
            found.append(digest.hexdigest()[:16])
    return found


def state_hash(game: str) -> str:
    play = load_game(game)(7)
    for _ in range(TICKS):
        play.simulation.step(play.bot())
    return play.simulation.state_hash()


@cache
def painted_frames() -> list[Frame]:
    """Five small frames: three of random scenes, and one each of two games."""
    takes = [scene_frames(number, 0, 1)[0] for number in (1, 6, 11)]
    takes += [game_frames(game, 3, 90, 1)[0] for game in ("miner", "city")]
    return [_window(frame, 240, 160) for frame in takes]


def _window(frame: Frame, width: int, height: int) -> Frame:
    """The middle of a frame."""
    top, left = (frame.height - height) // 2, (frame.width - width) // 2
    cut = np.s_[top : top + height, left : left + width]
    planes = {
        name: np.ascontiguousarray(getattr(frame, name)[cut])
        for name in ("color", "material", "identity", "motion", "anchor", "depth")
        if getattr(frame, name) is not None
    }
    return frame.replace(hud=None, **planes)


def painted(name: str) -> NDArray[np.uint8]:
    """The five frames as painted, means of 4 x 4 pixels: uint8 [5,40,60,3]."""
    levels = np.stack([PAINTERS[name](frame) for frame in painted_frames()]) * 255
    return np.rint(levels.reshape(5, 40, 4, 60, 4, 3).mean((2, 4))).astype(np.uint8)


def keys(command: str) -> list[str]:
    """The keys of what a command prints with --json."""
    result = CliRunner().invoke(reskin, [*COMMANDS[command].split(), "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout.splitlines()[-1])
    return list(found[0] if isinstance(found, list) else found)


@pytest.mark.parametrize("game", GAMES)
def test_a_restyled_picture(game: str) -> None:
    theme = available_themes()[GAMES.index(game)]
    digest = hashlib.sha256()
    for picture in pictures(theme, game, SHORT):
        digest.update(picture)
    assert digest.hexdigest()[:16] == kept()["restyled"][f"{theme} in {game}"][0]


@pytest.mark.slow
@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("theme", available_themes())
def test_every_theme_in_every_game(theme: str, game: str) -> None:
    assert restyled(theme, game) == kept()["restyled"][f"{theme} in {game}"]


@pytest.mark.parametrize("game", GAMES)
def test_a_state(game: str) -> None:
    assert state_hash(game) == kept()["states"][game]


@pytest.mark.parametrize("name", list(PAINTERS))
def test_a_painter(name: str) -> None:
    expected = np.load(KEPT / "painted.npz")[name].astype(int)
    assert np.abs(painted(name) - expected).max() <= 1


@pytest.mark.parametrize(
    "command", [pytest.param(name, marks=[pytest.mark.slow] * (name == "measure")) for name in COMMANDS]
)
def test_the_keys_of_a_command(command: str) -> None:
    """New ones may join; old ones stay."""
    found = keys(command)
    assert [key for key in found if key in kept()["keys"][command]] == kept()["keys"][command]


def record() -> None:
    """Write what is, as what must stay."""
    hashes = {
        "restyled": {
            f"{theme} in {game}": restyled(theme, game) for theme in available_themes() for game in GAMES
        },
        "states": {game: state_hash(game) for game in GAMES},
        "keys": {command: keys(command) for command in COMMANDS},
    }
    (KEPT / "hashes.json").write_text(json.dumps(hashes, indent=1) + "\n")
    painters = {name: painted(name) for name in PAINTERS}
    np.savez_compressed(KEPT / "painted.npz", **painters)  # type: ignore[arg-type]


if __name__ == "__main__":
    record()
