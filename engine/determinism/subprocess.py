"""Runs a game in a new process with another hash seed: gives the hash after every tick, or one state.

Sets of strings have another order in each process, so a rule that depends on that order gives another
state there. The new process runs this module: `python -m reskin.engine.determinism.subprocess`. Read next:
`engine.determinism.synctest`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from reskin.engine.errors import GameError
from reskin.engine.persistence.snapshot import pack_snapshot, unpack_snapshot
from reskin.engine.simulation.game import Game
from reskin.engine.simulation.games import load_class

STDERR_SHOWN: Final = 2000
"""The most characters of stderr in an error."""


def hashes_in_subprocess(game: type[Game], seed: int, ticks: int, hash_seed: int) -> list[str]:
    """The hash after each of `ticks` ticks played by the bot, in a process with this PYTHONHASHSEED."""
    return _run(game, seed, ticks, hash_seed, "hashes").decode().split()


def state_in_subprocess(game: type[Game], seed: int, ticks: int, hash_seed: int) -> Mapping[str, Any]:
    """The state after `ticks` ticks in such a process."""
    return unpack_snapshot(_run(game, seed, ticks, hash_seed, "state")).state


def _run(game: type[Game], seed: int, ticks: int, hash_seed: int, what: str) -> bytes:
    if "<" in game.__qualname__:
        raise GameError(f"{game.__qualname__} is made inside a function: no other process can import it")
    name = f"{game.__module__}:{game.__qualname__}"
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": os.pathsep.join(sys.path)}
    with tempfile.TemporaryDirectory(prefix="synctest-") as folder:
        file = Path(folder) / "answer"
        words = [
            sys.executable,
            "-m",
            "reskin.engine.determinism.subprocess",
            name,
            str(seed),
            str(ticks),
            what,
            str(file),
        ]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not file.exists():
            raise GameError(f"{name} failed in a new process: {done.stderr[-STDERR_SHOWN:].strip()}")
        return file.read_bytes()


def main(name: str, seed: str, ticks: str, what: str, file: str) -> None:
    """Play, and write the answer to a file, because the game itself may print."""
    game = load_class(name)(int(seed))
    hashes = []
    for _ in range(int(ticks)):
        game.simulation.step(game.bot())
        if what == "hashes":
            hashes.append(game.simulation.state_hash())
    answer = "\n".join(hashes).encode() if what == "hashes" else pack_snapshot(game.simulation)
    Path(file).write_bytes(answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
