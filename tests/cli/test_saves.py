"""Saves, replays and the sync test from the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pygame
import pytest

from reskin.engine.errors import SaveDamaged
from reskin.engine.persistence.savefile import examine_savefile
from reskin.neural_renderer.theme.pack import available_themes
from tests.cli.test_cli import PLAIN, RESKIN, call, needs_theme

SMALL = [*PLAIN, "--size", "160x96"]


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def figures(*words: str) -> dict[str, Any]:
    result = call(*words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def refusal(*words: str) -> str:
    result = call(*words)
    assert result.exit_code == 1
    assert result.stderr.count("Error: ") == 1
    return result.stderr


# Saves


def test_a_game_goes_on_in_its_save() -> None:
    whole = figures(*SMALL, "--frames", "50")
    result = call(*SMALL, "--frames", "20", "--save", "a.save")
    assert result.exit_code == 0
    assert "A new save: a.save" in result.stderr
    result = call(*SMALL, "--frames", "30", "--save", "a.save", "--json")
    assert "Going on from tick 20 of miner, seed 7: a.save" in result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["state_hash"] == whole["state_hash"]
    found = figures("saves", "a.save")
    assert (found["game"], found["seed"], found["tick"]) == ("miner", 7, 50)
    assert found["state_hash"] == whole["state_hash"]
    assert found["totals"]["coin"] > 100
    assert "a.save is good: miner, seed 7, tick 50" in call("saves", "a.save").stdout


def test_a_save_knows_its_game_and_seed() -> None:
    assert call(*SMALL, "--frames", "2", "--save", "a.save", "--seed", "9").exit_code == 0
    assert "a.save has --seed 9, not 3" in refusal(*SMALL, "--save", "a.save", "--seed", "3")
    assert call(*SMALL, "--frames", "2", "--save", "a.save").exit_code == 0
    assert "there is no save at b.save" in refusal("saves", "b.save")
    assert call("play", "--recover").exit_code == 2
    assert "use --headless --bot to let the bot play on in a.save" in refusal("play", "--save", "a.save")


def test_a_damaged_save_is_refused_kept_and_recovered() -> None:
    call(*SMALL, "--frames", "25", "--save", "a.save")
    data = bytearray(Path("a.save").read_bytes())
    at = data.rindex(b"RSNAP")
    data[at + 200] ^= 1
    Path("a.save").write_bytes(data)
    words = refusal(*SMALL, "--save", "a.save")
    assert "a.save is damaged: the checksum of the snapshot of tick" in words
    assert "is good: load it with --recover, which keeps the damaged file" in words
    assert Path("a.save").read_bytes() == data
    result = call(*SMALL, "--frames", "5", "--save", "a.save", "--recover")
    assert "the old file is kept as a.save.damaged" in result.stderr
    assert Path("a.save.damaged").read_bytes() == data
    assert examine_savefile("a.save").newest.tick == 30
    assert "is not damaged" in refusal(*SMALL, "--save", "a.save", "--recover")
    Path("a.save").write_bytes(b"")
    with pytest.raises(SaveDamaged, match="it is not a save of Reskin"):
        examine_savefile("a.save")


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_game_goes_on_and_a_second_player_is_told() -> None:
    words = [*RESKIN, *SMALL, "--frames", "100000", "--save", "a.save"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (
        Path("a.save-wal").exists() and Path("a.save-wal").stat().st_size > 100_000
    ):
        time.sleep(0.02)
    assert "a.save is open in another process; quit the game there" in refusal(*SMALL, "--save", "a.save")
    process.send_signal(signal.SIGKILL)
    process.wait()
    tick = figures("saves", "a.save")["tick"]
    assert tick > 10
    found = figures(*SMALL, "--frames", "5", "--save", "a.save")
    assert figures("saves", "a.save")["tick"] == tick + 5
    assert found["state_hash"] == figures(*SMALL, "--frames", str(tick + 5))["state_hash"]


# Replays


def test_a_replay_is_verified_and_drawn_anew() -> None:
    pytest.importorskip("av")
    played = figures(*SMALL, "--frames", "40", "--record-replay", "run.replay")
    verified = figures("replay", "run.replay", "--verify")
    assert verified == {
        "game": "miner", "seed": 7, "first": 0, "last": 40, "whole": True, "ticks": 40,
        "state_hash": played["state_hash"],
    }  # fmt: skip
    result = call("replay", "run.replay", "--theme", "plain", "--size", "320x180", "--record", "last.png")
    assert result.exit_code == 0, result.output
    assert "40 ticks are as they were recorded" in result.stdout
    assert pygame.image.load("last.png").get_size() == (320, 180)


@needs_theme
def test_a_replay_in_a_theme_has_the_same_states() -> None:
    played = figures(*SMALL, "--frames", "12", "--record-replay", "run.replay")
    for theme in available_themes()[:2]:
        found = figures(
            "replay", "run.replay", "--theme", theme, "--size", "160x96", "--record", f"{theme}.png"
        )
        assert (found["theme"], found["faults"], found["state_hash"]) == (theme, 0, played["state_hash"])
    one, other = (Path(f"{theme}.png").read_bytes() for theme in available_themes()[:2])
    assert one != other


def test_a_replay_of_a_saved_game_begins_there() -> None:
    call(*SMALL, "--frames", "15", "--save", "a.save")
    call(*SMALL, "--frames", "10", "--save", "a.save", "--record-replay", "later.replay")
    found = figures("replay", "later.replay")
    assert (found["first"], found["last"]) == (15, 25)


def test_a_damaged_replay_is_refused_and_its_beginning_can_be_had() -> None:
    call(*SMALL, "--frames", "130", "--record-replay", "run.replay")
    data = Path("run.replay").read_bytes()
    Path("run.replay").write_bytes(data[:-100])
    words = refusal("replay", "run.replay")
    assert "run.replay is damaged: it is cut short at byte" in words
    assert "its first 120 ticks are good: read it with --partial" in words
    found = figures("replay", "run.replay", "--partial")
    assert (found["ticks"], found["whole"]) == (120, False)


# The sync test


def test_the_sync_test_says_yes_and_no() -> None:
    found = figures("synctest", "miner", "--ticks", "20", "--heavy", "--processes", "1")
    assert (found["in_sync"], found["ticks"], found["distance"], found["heavy"]) == (True, 20, 8, True)
    assert (
        "miner is in sync: 20 ticks, seed 7" in call("synctest", "--ticks", "20", "--processes", "0").stdout
    )
    broken = ("synctest", "tests.broken_games.unregistered_state:InASystem", "--ticks", "5")
    assert "Error: UnregisteredState: tick 1: " in refusal(*broken)
    result = call(*broken, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) | {"message": ""} == {
        "game": broken[1], "in_sync": False, "error": "UnregisteredState", "tick": 1, "entity": 1,
        "component": "Purse", "field": "coins", "expected": 5, "found": 6, "commands": [[1, "earn", [1]]],
        "message": "",
    }  # fmt: skip
    assert "no game is named 'minr'" in refusal("synctest", "minr")


# Outputs


@pytest.mark.parametrize("option", ["--record-replay", "--record", "--sheet"])
@pytest.mark.parametrize("name", ["a.png", "./a.png", "link.png", "a.png-wal"])
def test_an_output_is_never_the_save(option: str, name: str) -> None:
    Path("link.png").symlink_to("a.png")
    if name.endswith("-wal") and option != "--record-replay":
        pytest.skip("no picture has such a name")
    result = call(*SMALL, "--frames", "2", "--save", "a.png", option, name)
    assert result.exit_code == 2
    assert f"--save and {option} name one file" in result.stderr
    assert not Path("a.png").exists(), "a save was begun, although the run is refused"


def test_two_outputs_are_never_one_file_and_the_game_is_none() -> None:
    words = (*SMALL, "--frames", "2", "--sheet", "a.png")
    assert "--record and --sheet name one file" in call(*words, "--record", "a.png").stderr
    call(*SMALL, "--frames", "3", "--save", "a.save")
    before = Path("a.save").read_bytes()
    assert "is no .replay file" in refusal(*SMALL, "--frames", "2", "--record-replay", "a.save")
    assert Path("a.save").read_bytes() == before
    Path("mine.py").write_text("from reskin.demo_games.miner import Miner as Mine\n")
    words = ("play", "mine.py", *SMALL[2:], "--frames", "2", "--record-replay", "mine.py")
    assert call(*words).exit_code != 0
    assert "Miner" in Path("mine.py").read_text()
