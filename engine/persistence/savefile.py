"""What is in a save: snapshots, the journal of commands after them, and a head that says how far it goes.

A save is an SQLite file. SQLite keeps transactions whole, but it does not notice a flipped bit in its data.
So every snapshot has a checksum of its own, the digest of every journal row covers the row before, and the
head names the last of both. `examine_savefile` checks all of this without changing the file, and finds what
can be recovered from a damaged one. Read next: `engine.persistence.save`, which writes saves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgpack

from reskin.engine.atomic_write import real_place
from reskin.engine.errors import (
    SaveBusy,
    SaveDamaged,
    SaveError,
    SaveNewer,
    SnapshotError,
    SnapshotNewer,
    one_line,
)
from reskin.engine.persistence.command_log import DIGEST, CommandLog, CommandLogError, log_digest
from reskin.engine.persistence.scavenge import scavenge_log, scavenge_rows
from reskin.engine.persistence.snapshot import unpack_snapshot
from reskin.engine.persistence.unpacking import unpack_bounded
from reskin.engine.simulation.rng import WORD

APPLICATION: Final = int.from_bytes(b"RSKN")
VERSION: Final = 1
"""Increased when the format changes; files of every version can be read."""
SCHEMA: Final = f"""
    CREATE TABLE head(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
    CREATE TABLE snapshots(
        tick INTEGER PRIMARY KEY, game TEXT NOT NULL, data BLOB NOT NULL, mark BLOB NOT NULL);
    CREATE TABLE journal(first INTEGER PRIMARY KEY, data BLOB NOT NULL, digest BLOB NOT NULL);
    PRAGMA application_id={APPLICATION};
    PRAGMA user_version={VERSION};
"""
LOG: Final = "-wal"
"""The suffix of SQLite's write-ahead log, a second file that belongs to the save."""
INDEX: Final = "-shm"
"""The suffix of an index of the log, which SQLite makes anew whenever it needs one."""
OPEN: Final = b"open"
"""In the second row of `head` while a save is open: if the log is gone too, ticks are missing."""
TABLES: Final = "SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT 9"
STEPS: Final = 200_000_000
"""Steps of SQLite's virtual machine until reading is given up: a damaged tree may contain a cycle."""


class Damage(Exception):
    """Something in the file is not as it was written. Private to this module."""


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot in a save: its bytes, the hash of the state, and the digest of the journal at its tick."""

    tick: int
    game: str
    data: bytes
    hash: str
    digest: bytes

    @property
    def mark(self) -> bytes:
        """Hash, digest, and a checksum over the whole snapshot."""
        marks = bytes.fromhex(self.hash) + self.digest
        sealed = f"{self.tick} {self.game} ".encode() + marks + self.data
        return marks + blake2b(sealed, digest_size=DIGEST).digest()

    @classmethod
    def read(cls, tick: Any, game: Any, data: Any, mark: Any) -> StoredSnapshot:
        if (type(tick), type(game), type(data), type(mark)) != (int, str, bytes, bytes):
            raise Damage(f"snapshot {tick!r} is not a snapshot")
        kept = cls(tick, game, data, mark[:DIGEST].hex(), mark[DIGEST : 2 * DIGEST])
        if kept.mark != mark:
            raise Damage(f"the checksum of the snapshot of tick {tick} does not match")
        try:
            found = unpack_snapshot(data)
            if found.tick != tick:
                raise Damage(f"the snapshot of tick {tick} is of another tick")
        except SnapshotNewer:
            raise
        except SnapshotError as error:
            raise Damage(f"the snapshot of tick {tick}: {error}") from error
        streams = found.state.get("streams")
        seed = streams.get("seed") if type(streams) is dict else None
        if type(seed) is not int or not 0 <= seed <= WORD:
            raise Damage(f"the snapshot of tick {tick} has no seed")
        return kept


@dataclass(frozen=True, slots=True)
class SavefileLink:
    """A row of the journal: a command log, and the digest that covers it and the row before."""

    log: CommandLog
    digest: bytes

    @classmethod
    def read(cls, first: Any, data: Any, digest: Any) -> SavefileLink:
        if type(first) is not int or type(data) is not bytes or type(digest) is not bytes:
            raise Damage(f"row {first!r} of the journal is not a row")
        try:
            log = CommandLog.decode(data)
        except CommandLogError as error:
            raise Damage(f"row {first} of the journal: {error}") from error
        if log.first != first or not log.ticks:
            raise Damage(f"row {first} of the journal holds ticks {log.first} to {log.last}")
        return cls(log, digest)


@dataclass(frozen=True, slots=True)
class SavefileHead:
    """Which game the save is of, and how far it goes."""

    game: str
    seed: int
    tick: int
    snapshot: int
    digest: bytes

    def encode(self) -> bytes:
        body: bytes = msgpack.packb([self.game, self.seed, self.tick, self.snapshot, self.digest])
        return body + blake2b(body, digest_size=DIGEST).digest()

    @classmethod
    def decode(cls, data: Any) -> SavefileHead:
        if type(data) is not bytes or blake2b(data[:-DIGEST], digest_size=DIGEST).digest() != data[-DIGEST:]:
            raise Damage("the checksum of its head does not match")
        found = unpack_bounded(data[:-DIGEST])
        if type(found) is not list or [*map(type, found)] != [str, int, int, int, bytes]:
            raise Damage("its head does not say how far it goes")
        return cls(*found)


@dataclass(frozen=True, slots=True)
class SavefileOffer:
    """A state that can be loaded: a snapshot, and the journal from there to `tick`."""

    snapshot: StoredSnapshot
    links: Sequence[SavefileLink]

    @property
    def game(self) -> str:
        return self.snapshot.game

    @property
    def seed(self) -> int:
        seed: int = unpack_snapshot(self.snapshot.data).state["streams"]["seed"]
        return seed

    @property
    def tick(self) -> int:
        return self.links[-1].log.last if self.links else self.snapshot.tick

    @property
    def digest(self) -> bytes:
        return self.links[-1].digest if self.links else self.snapshot.digest

    @property
    def head(self) -> SavefileHead:
        return SavefileHead(self.game, self.seed, self.tick, self.snapshot.tick, self.digest)


@dataclass(frozen=True, slots=True)
class Contents:
    """An undamaged save: its newest state, the ticks of its snapshots, and the rows of its journal."""

    newest: SavefileOffer
    snapshots: tuple[int, ...]
    rows: int


def examine_savefile(path: str | Path) -> Contents:
    """Read and check a whole save; the file stays as it is.

    Raises SaveError if there is none, SaveBusy if another process has it open, and SaveDamaged with the
    reason and with what can be recovered.
    """
    path = real_save(path)
    if not path.is_file():
        raise SaveError(f"there is no save at {path}")
    try:
        with _opened_to_read(path) as connection:
            return _check(connection, path)
    except sqlite3.Error as error:
        raise savefile_error(error, path) from error


def real_save(path: str | Path) -> Path:
    """The file of a save, at the end of all links: SQLite keeps the log beside that one. Raises SaveError."""
    try:
        return real_place(Path(path))
    except OSError as error:
        raise SaveError(f"there is no save at {path}: {error.strerror}") from error


def savefile_error(error: sqlite3.Error, path: Path) -> SaveError:
    """An error of SQLite as a SaveError of the fitting kind."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return SaveBusy(f"{path} is open in another process; quit the game there, or play on another file")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return SaveDamaged(f"{path} is damaged: {one_line(error)}; nothing in it can be read")
    return SaveError(f"{path} cannot be read or written: {one_line(error)}")


@contextmanager
def _opened_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing and leaves no file behind. Raises SaveBusy, as late as at the end."""
    log, index = Path(f"{path}{LOG}"), Path(f"{path}{INDEX}")
    closed, indexed, before = not log.exists(), index.exists(), _stamp(path)
    # Without `immutable` SQLite makes a log where there is none.
    uri = f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' * closed}"
    with closing(sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)) as connection:
        steps = iter(range(STEPS // 10_000))
        connection.set_progress_handler(lambda: next(steps, None) is None, 10_000)
        yield connection
        if not indexed and not closed:
            with suppress(OSError):  # as long as the connection is open, nobody can begin to write
                index.unlink()
    if closed and (log.exists() or _stamp(path) != before):
        raise SaveBusy(f"{path} was opened by another process while it was read; try again")


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _check(connection: sqlite3.Connection, path: Path) -> Contents:
    try:
        _check_form(connection, path)
        if harm := scavenge_log(path).harm:
            raise Damage(harm)
        (data,) = _one(connection, "SELECT data FROM head WHERE id = 1")
        head = SavefileHead.decode(data)
        ticks, last = [], None
        for row in connection.execute("SELECT * FROM snapshots ORDER BY tick"):
            last = StoredSnapshot.read(*row)  # one at a time, as each may be large
            ticks.append(last.tick)
        links = [
            SavefileLink.read(*row) for row in connection.execute("SELECT * FROM journal ORDER BY first")
        ]
        if last is None or last.tick != head.snapshot:
            raise Damage(f"the snapshot of tick {head.snapshot} is missing")
        newest = _follow(last, {link.log.first: link for link in links})
        if (newest.game, newest.seed) != (head.game, head.seed):
            raise Damage(f"its head is of {head.game[:80]!r}, seed {head.seed}")
        if (newest.tick, newest.digest) != (head.tick, head.digest):
            raise Damage(f"its journal should go to tick {head.tick}, but goes to tick {newest.tick}")
        if _has_log(connection) and not Path(f"{path}{LOG}").exists():
            raise Damage(
                f"its log, which has the last ticks, is not there as {path.name}{LOG}; if the save was "
                "copied, renamed or linked without it, put it there"
            )
        return Contents(newest, tuple(ticks), len(links))
    except SnapshotNewer as error:
        raise SaveNewer(f"{path}: {error}") from error
    except (Damage, sqlite3.Error, ValueError, TypeError, OverflowError) as error:
        if isinstance(error, sqlite3.Error) and isinstance(savefile_error(error, path), SaveBusy):
            raise
        offer = _salvage(path)
        raise SaveDamaged(f"{path} is damaged: {one_line(error)}; {savefile_words(offer)}", offer) from error


def _has_log(connection: sqlite3.Connection) -> bool:
    """Whether the save was opened and never closed, so that it has a log."""
    return connection.execute("SELECT 1 FROM head WHERE id = 2").fetchone() is not None


def _check_form(connection: sqlite3.Connection, path: Path) -> None:
    (application,), (version,) = (
        _one(connection, "PRAGMA application_id"),
        _one(connection, "PRAGMA user_version"),
    )
    if application != APPLICATION:
        raise Damage("it is not a save of Reskin, or its first page was changed")
    if version > VERSION:
        raise SaveNewer(f"{path} is of version {version}, this Reskin reads up to {VERSION}; update Reskin")
    # Before anything is read: a view in place of a table may never end, and a trigger would run.
    if version < 1 or sorted(map(str, connection.execute(TABLES))) != _schema():
        raise Damage("it has other tables than a save")
    if _one(connection, "PRAGMA journal_mode") != ("wal",) and not _has_wal_mode(path):
        raise Damage("its first page was changed")
    (verdict,) = _one(connection, "PRAGMA quick_check(1)")
    if verdict != "ok":
        raise Damage(str(verdict).replace("\n", " "))


@cache
def _schema() -> list[str]:
    """What a save's list of tables says."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        return sorted(map(str, connection.execute(TABLES)))


def _has_wal_mode(path: Path) -> bool:
    """Whether the first page says so; SQLite does not, where it reads a file as one that cannot change."""
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\x02\x02"


def _one(connection: sqlite3.Connection, query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(query).fetchone()
    if row is None:
        raise Damage(f"there is no answer to {query!r}")
    return row


def _follow(snapshot: StoredSnapshot, links: Mapping[int, SavefileLink]) -> SavefileOffer:
    """A snapshot with the rows of the journal that follow it without a gap."""
    chain: list[SavefileLink] = []
    digest, following = snapshot.digest, snapshot.tick + 1
    while (link := links.get(following)) and link.digest == log_digest(digest, link.log.encode()):
        chain.append(link)
        digest, following = link.digest, link.log.last + 1
    return SavefileOffer(snapshot, chain)


def _salvage(path: Path) -> SavefileOffer | None:
    """The newest state that undamaged snapshots and journal rows lead to, wherever they are in the file."""
    snapshots: dict[int, StoredSnapshot] = {}
    links: dict[int, SavefileLink] = {}
    for row in scavenge_rows(path):
        with suppress(Damage, TypeError, SnapshotNewer):
            if len(row) == 4:
                kept = StoredSnapshot.read(*row)
                snapshots[kept.tick] = kept
            else:
                link = SavefileLink.read(*row)
                links[link.log.first] = link
    offers = [_follow(snapshot, links) for snapshot in snapshots.values()]
    return max(offers, key=lambda offer: (offer.tick, offer.snapshot.tick), default=None)


def savefile_words(offer: SavefileOffer | None) -> str:
    """What can be had of a damaged save."""
    if offer is None:
        return "nothing in it can be read"
    return f"the state of tick {offer.tick} is good: load it with --recover, which keeps the damaged file"
