"""Kills a game at random instants while it saves, and checks what is in the save.

Called as `python -m tests.engine.persistence.killer FOLDER COUNT GAME`. A forked child plays on the save,
tick after tick, closing and loading it now and then; the parent sends SIGKILL after a random time, loads
the save, and compares the state with that of a run that was not saved. It prints one line of JSON: `lost`
counts ticks that had ended before the current tick and are not in the save. What a killed process wrote is
still written by the system; power cuts are not tested here.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

from reskin.engine.errors import SaveError
from reskin.engine.ledger.ledger import Ledger
from reskin.engine.persistence.journal import SaveOptions
from reskin.engine.persistence.save import create_save, open_save, restore_save
from reskin.engine.persistence.savefile import examine_savefile
from reskin.engine.simulation.game import Game
from reskin.engine.simulation.games import load_game

LONGEST_S, LONGEST_TICKS = 0.2, 50
"""A child lives no longer than this, or than so many commits take: some snapshots, a close and a load."""
RESTART_AT = 3000
"""Ticks after which a game begins anew, so that creating a save is killed too."""
OPTIONS = SaveOptions(snapshot_ticks=20, patience_s=60)


def play(path: Path, kind: type[Game], begun: mmap.mmap, seed: int) -> None:
    """Play and save until killed; says in shared memory which tick is under way."""
    draw = random.Random(seed)
    while True:
        if path.exists():
            game, journal = open_save(path, lambda name: kind, OPTIONS)
        else:
            game = kind(5)
            journal = create_save(path, game, OPTIONS)
        with journal:
            for _ in range(draw.choice((1, 5, 50, 1000))):
                journal.before_tick()
                commands = game.bot()
                begun[:8] = struct.pack("<Q", game.simulation.tick + 1)
                game.simulation.step(commands)
                journal.on_tick(game.simulation, commands)
                if draw.randrange(8) == 0:
                    time.sleep(draw.random() / 100)


class Truth:
    """The hash after every tick, and the totals, of a run that is never saved."""

    def __init__(self, kind: type[Game]) -> None:
        self.game = kind(5)
        self.seen = [(self.game.simulation.state_hash(), totals(self.game.simulation.ledger))]

    def at(self, tick: int) -> tuple[str, dict[str, int]]:
        while len(self.seen) <= tick:
            self.game.simulation.step(self.game.bot())
            self.seen.append((self.game.simulation.state_hash(), totals(self.game.simulation.ledger)))
        return self.seen[tick]


def totals(ledger: Ledger) -> dict[str, int]:
    """How many of each thing there are, counted account by account."""
    counted: dict[str, int] = {}
    for account in ledger.accounts:
        for item, count in ledger.holdings(account).items():
            counted[item] = counted.get(item, 0) + count
        for uid in ledger.uniques(account):
            assert f"#{uid}" not in counted, f"item {uid} is there twice"
            counted[f"#{uid}"] = 1
    return counted


def life(folder: Path, kind: type[Game]) -> float:
    """Seconds that a child may live, on a machine as fast, and as busy, as this one is now."""
    game = kind(5)
    started = time.monotonic()
    with create_save(folder / "timed.save", game, OPTIONS) as journal:
        for _ in range(LONGEST_TICKS):
            journal.before_tick()
            commands = game.bot()
            game.simulation.step(commands)
            journal.on_tick(game.simulation, commands)
    return max(LONGEST_S, time.monotonic() - started)


def kill(path: Path, kind: type[Game], begun: mmap.mmap, seed: int, longest_s: float) -> None:
    child = os.fork()
    if child == 0:
        try:
            play(path, kind, begun, seed)
        except BaseException as error:
            print(f"the child failed: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    time.sleep(random.Random(seed).uniform(0.001, longest_s))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child ended by itself"


def main(folder: str, count: str, game: str) -> None:
    kind = load_game(game)
    truth, begun, path = Truth(kind), mmap.mmap(-1, 8), Path(folder) / "killed.save"
    (Path(folder) / "far").mkdir()
    truth.at(10)  # a game's first ticks may compile, which no child should have to do again
    found: dict[str, Any] = dict.fromkeys(("kills", "lost", "unborn", "longest", "games", "behind_links"), 0)
    found |= {"game": kind.name, "games": 1}
    longest_s = life(Path(folder), kind)
    for seed in range(int(count)):
        kill(path, kind, begun, seed, longest_s)
        found["kills"] += 1
        found["behind_links"] += path.is_symlink()
        (under_way,) = struct.unpack("<Q", begun[:8])
        if not path.exists():  # killed before its first save was whole: then no tick had begun
            assert under_way == 0
            found["unborn"] += 1
            continue
        loaded = restore_save(examine_savefile(path), lambda name: kind, path)
        simulation = loaded.simulation
        simulation.ledger.check()
        assert (simulation.state_hash(), totals(simulation.ledger)) == truth.at(simulation.tick), (
            f"kill {seed}"
        )
        found["lost"] += max(under_way - 1 - simulation.tick, 0)
        found["longest"] = max(found["longest"], simulation.tick)
        if simulation.tick > RESTART_AT or seed % 50 == 49 or seed == 5:
            for file in Path(folder).rglob("killed.save*"):
                file.unlink()
            if found["games"] % 2:
                path.symlink_to(Path("far") / path.name)
            begun[:8] = bytes(8)
            found["games"] += 1
    leftovers = len(list(Path(folder).rglob("*.new-*")))
    print(json.dumps(found | {"leftovers": leftovers}))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except SaveError as error:
        raise SystemExit(f"a save did not load: {error}") from error
