"""Makes each write and sync of a save fail in turn.

Called as `LD_PRELOAD=faults.so python -m tests.engine.persistence.hindered FOLDER STRIDE`. For every kind
of fault and every `STRIDE`-th step, a forked child makes a save and plays while that step fails, once or from
then on. Then the parent loads the save without faults. It must hold a complete state of the run, no earlier
than what the child knew to be on the disk. After a single fault, nothing may be missing. Prints one line of
JSON.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import signal
import struct
import sys
from pathlib import Path

from reskin.engine.errors import SaveDamaged, SaveError
from reskin.engine.persistence.journal import Journal, SaveOptions
from reskin.engine.persistence.save import create_save, open_save, recover_save, restore_save
from reskin.engine.persistence.savefile import examine_savefile
from tests.engine.market import Market, assert_whole
from tests.engine.persistence.killer import Truth

MODES = {"short": 1, "full": 2, "eio": 3, "sync": 4, "torn": 5}
TICKS = 24
OPTIONS = SaveOptions(snapshot_ticks=6, patience_s=60)


def play(path: Path, known: mmap.mmap) -> None:
    """Make a save and play; `known` gets the last tick on the disk. Faults raise SaveError."""
    game = Market(5)
    with create_save(path, game, OPTIONS) as journal:
        go_on(game, journal, TICKS // 2, known)
    known[:8] = struct.pack("<Q", game.simulation.tick)  # closed: all of it is
    game, journal = open_save(path, lambda name: Market, OPTIONS)  # type: ignore[assignment]
    with journal:
        go_on(game, journal, TICKS // 2, known)
    known[:8] = struct.pack("<Q", game.simulation.tick)


def go_on(game: Market, journal: Journal, ticks: int, known: mmap.mmap) -> None:
    for _ in range(ticks):
        journal.before_tick()
        known[:8] = struct.pack("<Q", journal.committed)
        commands = game.bot()
        game.simulation.step(commands)
        journal.on_tick(game.simulation, commands)


class Hinderer:
    """Makes one fault after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = ctypes.CDLL(None)
        self.truth = Truth(Market)
        self.offers = 0
        self.known = mmap.mmap(-1, 32)  # what is on the disk, steps made, whether the fault fired

    def hinder(self, mode: str, step: int, for_good: bool) -> tuple[bool, int]:
        """Run a child with one fault. Returns whether it fired, and the last saved tick (-1: no save)."""
        path = self.folder / "hindered.save"
        for file in self.folder.glob("hindered.save*"):
            file.unlink()
        self.known[:32] = bytes(32)
        child = os.fork()
        if child == 0:
            self._child(path, mode, step, for_good)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed or os.WEXITSTATUS(status) in (0, 3), (
            f"{mode} at step {step}: the child crashed, {status}"
        )
        known, fired = struct.unpack_from("<QQ", self.known)
        left = self._left(path, f"{mode} at step {step}, for good: {for_good}")
        assert left >= known or (left == -1 and known == 0), f"{mode} at {step}: {known} was there, {left} is"
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
            assert left == TICKS, f"{mode} at step {step}: all went well, and tick {left} is left"
        return bool(fired) or killed, left

    def _child(self, path: Path, mode: str, step: int, for_good: bool) -> None:
        status = 0
        try:
            self.library.faults_arm(ctypes.c_long(step), MODES[mode], int(for_good))
            play(path, self.known)
        except SaveError:
            status = 3
        except BaseException as error:
            print(f"{mode} at {step}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            status = 4
        self.known[8:16] = struct.pack("<Q", self.library.faults_fired())
        os._exit(status)

    def _left(self, path: Path, what: str) -> int:
        if not path.exists():
            return -1
        try:
            contents = examine_savefile(path)
        except SaveDamaged:  # half a header of the log is damage; everything must be recovered
            self.offers += 1
            recover_save(path, lambda name: Market)
            contents = examine_savefile(path)
        game = restore_save(contents, lambda name: Market, path)
        assert_whole(game.simulation)
        assert game.simulation.state_hash() == self.truth.at(game.simulation.tick)[0], what
        return game.simulation.tick


def main(folder: str, stride: str) -> None:
    hinderer = Hinderer(Path(folder))
    fired, runs, whole = dict.fromkeys(MODES, 0), 0, 0
    for mode in MODES:
        for for_good in (False, True)[: 1 + (mode != "torn")]:
            step = 1
            while True:
                hit, left = hinderer.hinder(mode, step, for_good)
                runs += 1
                if not hit:
                    break
                fired[mode] += 1
                whole += left == TICKS
                step += int(stride)
    print(json.dumps({"runs": runs, "fired": fired, "nothing_missing": whole, "offers": hinderer.offers}))


if __name__ == "__main__":
    main(*sys.argv[1:])
