"""Runs a game in a new process with another hash seed: gives the hash after every tick, or one state.

Sets of strings have another order in each process, so a rule that depends on that order gives another
state there. With `other_place`, the process also has another working folder, home, user, time zone, locale,
order of files in folders and number of cores. With `start`, it goes on from a snapshot. The new process runs
this module: `python -m reskin.engine.determinism.subprocess`. Read next: `engine.determinism.synctest`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from reskin.engine.errors import GameError
from reskin.engine.persistence.snapshot import load_snapshot, pack_snapshot, unpack_snapshot
from reskin.engine.simulation.game import Game
from reskin.engine.simulation.games import load_class

STDERR_SHOWN: Final = 2000
"""The most characters of stderr in an error."""


def hashes_in_subprocess(
    game: type[Game], seed: int, ticks: int, hash_seed: int, other_place: bool = False, start: bytes = b""
) -> list[str]:
    """The hash after each tick up to `ticks`, played by the bot, in a process with this PYTHONHASHSEED."""
    return _run(game, seed, ticks, hash_seed, "hashes", other_place, start).decode().split()


def state_in_subprocess(
    game: type[Game], seed: int, ticks: int, hash_seed: int, other_place: bool = False, start: bytes = b""
) -> Mapping[str, Any]:
    """The state after `ticks` ticks in such a process."""
    return unpack_snapshot(_run(game, seed, ticks, hash_seed, "state", other_place, start)).state


def _run(
    game: type[Game], seed: int, ticks: int, hash_seed: int, what: str, other_place: bool, start: bytes
) -> bytes:
    if "<" in game.__qualname__:
        raise GameError(f"{game.__qualname__} is made inside a function: no other process can import it")
    name = f"{game.__module__}:{game.__qualname__}"
    places = os.pathsep.join(map(os.path.abspath, sys.path))  # "" is another folder there
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": places}
    with tempfile.TemporaryDirectory(prefix="synctest-") as folder:
        file, snapshot = Path(folder) / "answer", Path(folder) / "start"
        snapshot.write_bytes(start)
        words = [
            sys.executable, "-m", "reskin.engine.determinism.subprocess", name, str(seed), str(ticks), what,
            str(file), str(snapshot), "other_place" if other_place else "here",
        ]  # fmt: skip
        home = Path(folder) / "home"
        home.mkdir()
        if other_place:
            environment.update(_other_place(str(home)))
        place = home if other_place else None
        done = subprocess.run(words, env=environment, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not file.exists():
            raise GameError(f"{name} failed in a new process: {done.stderr[-STDERR_SHOWN:].strip()}")
        return file.read_bytes()


def _other_place(home: str) -> dict[str, str]:
    """Variables of another user, home, time zone and locale. Caches stay where they are."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return {
        "HOME": home, "USERPROFILE": home, "USER": "somebody", "LOGNAME": "somebody", "USERNAME": "somebody",
        "TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "C", "LANGUAGE": "C", "COLUMNS": "61", "LINES": "17",
        "XDG_CACHE_HOME": cache,
    }  # fmt: skip


def _set_other_place() -> None:
    """Give this process the reverse order of files in folders, and three cores more."""
    names, scan, cores = os.listdir, os.scandir, os.cpu_count() or 1
    affinity: Any = getattr(os, "sched_getaffinity", None)

    def listdir(*args: Any) -> list[Any]:
        return sorted(names(*args), reverse=True)

    class Scan:
        """What `os.scandir` gives, in reverse order."""

        def __init__(self, *args: Any) -> None:
            with scan(*args) as found:
                self._entries = iter(sorted(found, key=lambda entry: entry.name, reverse=True))

        def __iter__(self) -> Iterator[Any]:
            return self._entries

        def __next__(self) -> Any:
            return next(self._entries)

        def __enter__(self) -> Scan:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def close(self) -> None:
            pass

    replaced: Any = os
    replaced.listdir, replaced.scandir, replaced.cpu_count = listdir, Scan, lambda: cores + 3
    if affinity is not None:
        os.sched_getaffinity = lambda pid: affinity(pid) | {4096, 4097, 4098}


def main(name: str, seed: str, ticks: str, what: str, file: str, start: str, where: str) -> None:
    """Play, and write the answer to a file, because the game itself may print."""
    if where == "other_place":
        _set_other_place()
    game = load_class(name)(int(seed))
    if snapshot := Path(start).read_bytes():
        load_snapshot(game.simulation, snapshot)
    hashes = []
    while game.simulation.tick < int(ticks):
        game.simulation.step(game.bot())
        if what == "hashes":
            hashes.append(game.simulation.state_hash())
    answer = "\n".join(hashes).encode() if what == "hashes" else pack_snapshot(game.simulation)
    Path(file).write_bytes(answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
