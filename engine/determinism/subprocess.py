"""A game in a new process, where strings hash otherwise: the hash after every tick, or one state.

Sets of strings have another order in each process, so this is where a rule that goes by it shows.
Run as a script, `python -m engine.elsewhere`, it is that process. Read next: `engine.synctest`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from engine.errors import GameError
from engine.game import Game, load_game
from engine.snapshot import pack, unpack

SAID: Final = 2000
"""Characters of a process's last words in an error."""


def find_game(name: str) -> type[Game]:
    """A game by its installed name, or as `package.module:Class`. Raises GameError."""
    if ":" not in name:
        return load_game(name)
    module, _, attribute = name.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise GameError(f"game {name!r} cannot be loaded: {error}") from error
    if not (isinstance(found, type) and issubclass(found, Game)):
        raise GameError(f"{name!r} must be a subclass of engine.game.Game, got {found!r}")
    return found


def hashes_elsewhere(game: type[Game], seed: int, ticks: int, hash_seed: int) -> list[str]:
    """The state's hash after each of `ticks` ticks of the bot, in a process with that PYTHONHASHSEED."""
    return _run(game, seed, ticks, hash_seed, "hashes").decode().split()


def state_elsewhere(game: type[Game], seed: int, ticks: int, hash_seed: int) -> Mapping[str, Any]:
    """The state after so many ticks there."""
    return unpack(_run(game, seed, ticks, hash_seed, "state")).state


def _run(game: type[Game], seed: int, ticks: int, hash_seed: int, what: str) -> bytes:
    if "<" in game.__qualname__:
        raise GameError(f"{game.__qualname__} is made inside a function: no other process can import it")
    name = f"{game.__module__}:{game.__qualname__}"
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": os.pathsep.join(sys.path)}
    with tempfile.TemporaryDirectory(prefix="elsewhere-") as folder:
        file = Path(folder) / "answer"
        words = [sys.executable, "-m", "engine.elsewhere", name, str(seed), str(ticks), what, str(file)]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not file.exists():
            raise GameError(f"{name} failed in a new process: {done.stderr[-SAID:].strip()}")
        return file.read_bytes()


def main(name: str, seed: str, ticks: str, what: str, file: str) -> None:
    """Play, and write the answer to a file: what a game prints is its own business."""
    game = find_game(name)(int(seed))
    hashes = []
    for _ in range(int(ticks)):
        game.simulation.step(game.bot())
        if what == "hashes":
            hashes.append(game.simulation.state_hash())
    answer = "\n".join(hashes).encode() if what == "hashes" else pack(game.simulation)
    Path(file).write_bytes(answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
