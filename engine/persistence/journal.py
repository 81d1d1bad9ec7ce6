"""The thread that writes a save while a game is played.

`on_tick` hands over the commands of a tick. The thread commits whatever has been handed over, in one
transaction after another. `before_tick` waits until the last tick is on the disk, but no longer than half a
frame: if the disk is fast enough, a kill loses nothing but the current tick. Private to
`engine.persistence.save`, which opens a journal.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from reskin.engine.errors import SaveError
from reskin.engine.persistence.command_log import CommandLog, encode_commands, log_digest
from reskin.engine.persistence.migrations import migration_versions
from reskin.engine.persistence.savefile import LOG, SavefileHead, StoredSnapshot
from reskin.engine.persistence.snapshot import pack_snapshot
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation

MARK_TICKS: Final = 60
"""Ticks between two hashes of the state in the journal."""
SNAPSHOTS: Final = 8
"""How many snapshots a save keeps; the journal goes back to the oldest of them."""
STRIKES: Final = 3
"""After being late so many times in a row, the disk counts as slow and is not waited for."""
SLOW_TICKS: Final = 120
"""For how many ticks a slow disk is not waited for."""
RETRY_S: Final = 0.5
LAST_TRIES: Final = 4
"""How often `close` tries to write what could not be written before."""


@dataclass(frozen=True)
class SaveOptions:
    """How a save is written.

    snapshot_ticks: ticks between snapshots; loading simulates at most so many.
    patience_s: seconds that a tick waits at most for the previous one to be on the disk, by default half a
    frame. Make it long if nobody waits for frames: then a kill loses only the current tick on any disk.
    """

    snapshot_ticks: int = 600
    patience_s: float = 0.008


@dataclass(slots=True)
class _Tick:
    tick: int
    packed: bytes
    hash: str = ""
    state: dict[str, Any] | None = None


class Journal:
    """Writes every tick of one simulation to one save. A context manager; `close` writes what is left."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        head: SavefileHead,
        simulation: Simulation,
        options: SaveOptions,
    ) -> None:
        self.path = path
        self.status = ""
        """Why ticks are not written yet, as text; empty if all is well."""
        self._connection = connection
        self._head = head
        self._simulation = simulation
        self._options = options
        self._kept = head.tick
        self._queue: list[_Tick] = []
        self._changed = threading.Condition()
        self._cut = False
        self._closing = False
        self._strikes = 0  # how often in a row the disk was late; below 0: ticks left of being slow
        self._thread = threading.Thread(target=self._run, name="save", daemon=True)
        self._thread.start()

    @property
    def committed(self) -> int:
        """The last tick that is on the disk."""
        return self._head.tick

    def before_tick(self) -> None:
        """Wait until the last tick is on the disk, unless the disk is slow or fails."""
        if self._strikes < 0 or self.status:
            self._strikes = min(self._strikes + 1, 0)
            return
        with self._changed:
            late = not self._changed.wait_for(self._settled, self._options.patience_s)
        self._strikes = self._strikes + 1 if late else 0
        if self._strikes == STRIKES:
            self._strikes = -SLOW_TICKS

    def _settled(self) -> bool:
        return self._head.tick >= self._kept or bool(self.status)

    def on_tick(self, simulation: Simulation, commands: Sequence[Command]) -> None:
        """Hand over the tick that was just played, every `snapshot_ticks` with a copy of the state."""
        if simulation.tick != self._kept + 1:
            raise SaveError(f"tick {self._kept + 1} must be saved before tick {simulation.tick}")
        made = _Tick(simulation.tick, encode_commands(commands))
        if simulation.tick % self._options.snapshot_ticks == 0 or self._cut:
            self._cut = False
            made.state = simulation.state()
        if made.state is not None or simulation.tick % MARK_TICKS == 0:
            made.hash = simulation.state_hash()
        self._hand_over(made)

    def on_rules_changed(self) -> None:
        """Save the next tick with a snapshot, since the new rules cannot repeat the ticks before it."""
        self._cut = True

    def close(self) -> None:
        """Write what is left and a last snapshot, and close the file.

        Raises SaveError if ticks could not be written.
        """
        if self._closing:
            return
        simulation = self._simulation
        if (
            simulation.tick == self._kept != self._head.snapshot
        ):  # else the tick failed, or the snapshot exists
            self._hand_over(_Tick(simulation.tick, b"", simulation.state_hash(), simulation.state()))
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        self._close_file()
        if self._queue:
            raise SaveError(
                f"the last {self._kept - self._head.tick} ticks could not be saved: {self.status}; "
                f"{self.path} is complete up to tick {self._head.tick}"
            )

    def _close_file(self) -> None:
        """Take back that there is a log, and let SQLite move what is in it into the file and remove it."""
        closed = False
        for _ in range(LAST_TRIES):
            with suppress(sqlite3.Error):
                self._connection.execute("DELETE FROM head WHERE id = 2")
                closed = True
                break
        self._connection.close()
        if not closed:
            with suppress(OSError):  # the file says that it has a log
                Path(f"{self.path}{LOG}").touch()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _hand_over(self, made: _Tick) -> None:
        with self._changed:
            if made.state is not None and self.status:
                for waiting in self._queue:  # one copy of the state at a time, while nothing is written
                    waiting.state = None
            self._queue.append(made)
            self._kept = made.tick
            self._changed.notify_all()

    # the thread

    def _run(self) -> None:
        failures = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._queue) or self._closing)
                batch = list(self._queue)
                if not batch or (self._closing and failures >= LAST_TRIES):
                    return
            try:
                head = self._commit(batch)
            except Exception as error:  # whatever it is, the game goes on and shows the status
                failures = failures + 1 if self._closing else 0
                with self._changed:
                    self.status = f"saving failed and is tried again: {error}"
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: self._closing, RETRY_S)
                continue
            new_snapshot = head.snapshot != self._head.snapshot
            with self._changed:
                self._head, self.status = head, ""
                del self._queue[: len(batch)]
                self._changed.notify_all()
            if (
                new_snapshot
            ):  # move it from SQLite's log into the file; it is safe in either, so this may fail
                with suppress(sqlite3.Error):
                    self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _commit(self, batch: Sequence[_Tick]) -> SavefileHead:
        """Write ticks, their snapshots and the new head in one transaction."""
        head, execute = self._head, self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            log = CommandLog(head.tick + 1)
            for made in batch:
                if made.tick > log.last:
                    log.ticks.append(made.packed)
                if made.hash:
                    log.marks[made.tick] = made.hash
                if made.state is not None or made is batch[-1]:
                    head = self._add(log, head)
                    log = CommandLog(head.tick + 1)
                if made.state is not None:
                    head = self._add_snapshot(made.tick, made.state, made.hash, head)
            execute("INSERT OR REPLACE INTO head VALUES (1, ?)", (head.encode(),))
            execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise
        return head

    def _add(self, log: CommandLog, head: SavefileHead) -> SavefileHead:
        if not log.ticks:
            return head
        data = log.encode()
        digest = log_digest(head.digest, data)
        self._connection.execute("INSERT INTO journal VALUES (?, ?, ?)", (log.first, data, digest))
        return SavefileHead(head.game, head.seed, log.last, head.snapshot, digest)

    def _add_snapshot(self, tick: int, state: dict[str, Any], hash: str, head: SavefileHead) -> SavefileHead:
        execute = self._connection.execute
        data = pack_snapshot(state, migration_versions(self._simulation.world.kinds))
        kept = StoredSnapshot(tick, head.game, data, hash, head.digest)
        execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", (tick, head.game, data, kept.mark))
        ticks = [
            row[0] for row in execute("SELECT tick FROM snapshots ORDER BY tick DESC LIMIT ?", (SNAPSHOTS,))
        ]
        execute("DELETE FROM snapshots WHERE tick < ?", (ticks[-1],))
        execute("DELETE FROM journal WHERE first <= ?", (ticks[-1],))
        return SavefileHead(head.game, head.seed, head.tick, tick, head.digest)
