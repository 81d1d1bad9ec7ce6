"""Files of every released format still load, with the same contents.

The files in `formats/` are named after the version of their kind and of the state in them. They are never
written again: a new format adds files, by `python -m tests.engine.persistence.test_formats`, which refuses to
overwrite. They hold the market of `market.py`, whose rules therefore stay as they are.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reskin.engine.persistence import replay as replay_file
from reskin.engine.persistence import savefile, snapshot
from reskin.engine.persistence.journal import SaveOptions
from reskin.engine.persistence.playback import open_playback, verify
from reskin.engine.persistence.replay import ReplayWriter, read_replay
from reskin.engine.persistence.save import create_save, open_save
from reskin.engine.persistence.snapshot import load_snapshot, pack_snapshot
from reskin.engine.simulation import simulation
from reskin.engine.simulation.simulation import Simulation
from tests.engine.market import Market, Trader, assert_whole

FOLDER = Path(__file__).with_name("formats")
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text())
TICKS = 75


def facts(simulation: Simulation) -> dict[str, Any]:
    """What a player would know."""
    ledger = simulation.ledger
    return {
        "tick": simulation.tick,
        "coins": [ledger.balance(account, "coin") for account in ledger.accounts],
        "tools": [ledger.uniques(account) for account in ledger.accounts],
        "wear": [ledger.unique(uid).state["wear"] for uid in range(1, 5)],
        "traders": [[id, trader.x, list(trader.trail)] for id, trader in simulation.world.query(Trader)],
        "refused": simulation.arrays["refused"].tolist(),
        "next step": simulation.streams["steps"].drawn,
    }


def files(suffix: str) -> list[str]:
    return sorted(path.name for path in FOLDER.glob(f"*{suffix}"))


def test_every_kind_of_file_is_kept_in_its_present_form() -> None:
    assert set(names()) <= set(EXPECTED)
    assert set(EXPECTED) == {*files(".snapshot"), *files(".save"), *files(".replay")}


@pytest.mark.parametrize("name", files(".snapshot"))
def test_a_snapshot_of_every_form(name: str) -> None:
    game = Market(9)
    load_snapshot(game.simulation, (FOLDER / name).read_bytes())
    assert facts(game.simulation) == EXPECTED[name]
    assert_whole(game.simulation)


@pytest.mark.parametrize("name", files(".save"))
def test_a_save_of_every_form(name: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(FOLDER / name, tmp_path))
    game, journal = open_save(path, lambda kind: Market)
    with journal:
        assert facts(game.simulation) == EXPECTED[name]
        commands = game.bot()
        game.simulation.step(commands)
        journal.on_tick(game.simulation, commands)
    assert_whole(game.simulation)


@pytest.mark.parametrize("name", files(".replay"))
def test_a_replay_of_every_form(name: str) -> None:
    replay = read_replay(FOLDER / name)
    playback = open_playback(Market, replay)
    playback.seek(replay.last)
    assert facts(playback.game.simulation) == EXPECTED[name]
    if replay.format == simulation.FORMAT:
        verify(Market(replay.seed), replay)


def names() -> list[str]:
    """Of the files that today's code writes."""
    state = simulation.FORMAT
    return [
        f"snapshot-{snapshot.VERSION}-state-{state}.snapshot",
        f"save-{savefile.VERSION}-state-{state}.save",
        f"replay-{replay_file.VERSION}-state-{state}.replay",
    ]


def make() -> None:
    """Write today's files, and what is in them."""
    paths = [FOLDER / name for name in names()]
    assert not any(path.exists() for path in paths), "a file that was released stays as it is"
    game = Market(7)
    journal = create_save(paths[1], game, SaveOptions(snapshot_ticks=50))
    with journal, ReplayWriter(paths[2], game.name, game.simulation) as writer:
        for _ in range(TICKS):
            commands = game.bot()
            game.simulation.step(commands)
            writer.on_tick(game.simulation, commands)
            journal.on_tick(game.simulation, commands)
    paths[0].write_bytes(pack_snapshot(game.simulation))
    found = EXPECTED | {path.name: facts(game.simulation) for path in paths}
    (FOLDER / "expected.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    make()
