"""Saves: a game that goes on where it was, whatever ended it.

While a game is played, every tick's commands are committed to the save by a thread of its own, and now
and then a snapshot, so that a kill at any instant loses at most the tick under way. The tick itself only
copies state; bytes, checksums and the disk are the thread's. A disk that is slow or full costs no frame:
the game goes on, `status` says so, and what waits is written when it can be.
Read next: `engine.persistence.savefile`, what lies in the file; `engine.persistence.journal`, the thread.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from reskin.engine.atomic_write import synchronise
from reskin.engine.errors import EngineError, SaveBusy, SaveDamaged, SaveError
from reskin.engine.persistence.command_log import DIGEST, CommandLogError
from reskin.engine.persistence.journal import Journal, SaveOptions
from reskin.engine.persistence.migrations import versions
from reskin.engine.persistence.savefile import SCHEMA, Contents, Head, Kept, Offer, examine, judged
from reskin.engine.persistence.snapshot import load, pack
from reskin.engine.simulation.game import Game
from reskin.engine.simulation.simulation import FORMAT

DEFAULT: Final = SaveOptions()
LOG: Final = "-wal"
"""What SQLite writes beside a file, under its name and this, belongs to it."""
SUFFIXES: Final = ("", LOG, "-shm")


def create_save(path: str | Path, game: Game, options: SaveOptions = DEFAULT) -> Journal:
    """A new save of a game as it is now; the journal is to be given every tick.

    Raises SaveError if the file exists already, or cannot be made.
    """
    path, simulation = Path(path), game.simulation
    data = pack(simulation.state(), versions(simulation.world.kinds))
    kept = Kept(simulation.tick, game.name, data, simulation.state_hash(), bytes(DIGEST))
    write_new(path, Offer(kept, ()))
    return _opened(path, game, None, options)


def open_save(
    path: str | Path, make: Callable[[str], type[Game]], options: SaveOptions = DEFAULT
) -> tuple[Game, Journal]:
    """A game as its save has it, and the journal that goes on from there.

    `make` gives the class of a game by name. Raises SaveBusy, SaveDamaged, or SaveError if the game
    cannot read it.
    """
    path = Path(path)
    contents = examine(path)
    game = restored(contents, make, path)
    return game, _opened(path, game, contents.newest.head, options)


def restored(contents: Contents, make: Callable[[str], type[Game]], path: Path) -> Game:
    """The game at the last tick of a save, every mark of the state's hash compared on the way."""
    newest, tick = contents.newest, contents.newest.snapshot.tick
    game = make(newest.game)(newest.seed)
    simulation = game.simulation
    try:
        if load(simulation, newest.snapshot.data) and simulation.state_hash() != newest.snapshot.hash:
            raise SaveError(f"{path}: the snapshot of tick {tick} gives another state than was saved")
        for link in newest.links:
            marks = link.log.marks if link.log.format == FORMAT else {}
            for tick, commands in link.log.commands():
                simulation.step(commands)
                if tick in marks:
                    _compare(simulation.state_hash(), marks[tick], tick)
    except CommandLogError as error:
        offer = Offer(newest.snapshot, ())
        raise SaveDamaged(
            f"{path} does not give the state that it was saved with: {error}; the game's rules are others "
            f"than when it was saved; --recover goes back to the snapshot of tick {offer.tick}", offer,
        ) from error  # fmt: skip
    except SaveError:
        raise
    except EngineError as error:
        raise SaveError(f"{path} cannot be loaded by this version of {newest.game}: {error}") from error
    return game


def recover_save(path: str | Path, make: Callable[[str], type[Game]]) -> tuple[Path, Offer]:
    """Put the offer of a damaged save in its place. Gives where the damaged file is kept, and the offer.

    Raises SaveError if the save is not damaged, and SaveDamaged if nothing good is in it.
    """
    path = Path(path)
    try:
        restored(examine(path), make, path)
    except SaveDamaged as error:
        if error.offer is None:
            raise
        return replace_save(path, error.offer), error.offer
    raise SaveError(f"{path} is not damaged; there is nothing to recover")


def replace_save(path: Path, offer: Offer) -> Path:
    """Put an offer in the place of a save; gives the name under which the old one is kept."""
    count, aside = 1, path.with_name(f"{path.name}.damaged")
    while aside.exists():
        count += 1
        aside = path.with_name(f"{path.name}.damaged-{count}")
    with _fresh(path, offer) as fresh:
        for suffix in (LOG, ""):
            if Path(f"{path}{suffix}").exists():
                shutil.copyfile(f"{path}{suffix}", f"{aside}{suffix}")
                synchronise(Path(f"{aside}{suffix}"))
        # The old log first: beside the new file SQLite would take it for that one's.
        Path(f"{path}{LOG}").unlink(missing_ok=True)
        os.replace(fresh, path)
        synchronise(path.parent)
    return aside


def write_new(path: Path, offer: Offer) -> None:
    """A save that holds an offer, under its name only when it is whole. Raises SaveError if it exists."""
    if path.exists():
        raise SaveError(f"{path} exists already; open it, or name another")
    if Path(f"{path}{LOG}").exists():
        raise SaveError(f"{path}{LOG} is there, the log of a save that is not; put the two together again")
    with _fresh(path, offer) as fresh:
        try:
            os.link(fresh, path)
        except FileExistsError:
            raise SaveBusy(f"{path} was made by another process just now") from None
        except OSError:  # a file system without links, such as FAT
            os.rename(fresh, path)
        synchronise(path.parent)


@contextmanager
def _fresh(path: Path, offer: Offer) -> Iterator[Path]:
    """A new file that holds an offer, beside a save; gone in the end unless it was given another name."""
    fresh = path.with_name(f"{path.name}.new-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove(fresh)
        with closing(connected(fresh)) as connection:
            connection.executescript(SCHEMA)
            connection.execute("BEGIN")
            kept = offer.snapshot
            row = kept.tick, kept.game, kept.data, kept.mark
            connection.execute("INSERT INTO snapshots VALUES (?, ?, ?, ?)", row)
            rows = [(link.log.first, link.log.encode(), link.digest) for link in offer.links]
            connection.executemany("INSERT INTO journal VALUES (?, ?, ?)", rows)
            connection.execute("INSERT INTO head VALUES (1, ?)", (offer.head.encode(),))
            connection.execute("COMMIT")
            # Closing would do this too, but says nothing if it fails, and the log has another name then.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        yield fresh
    except sqlite3.Error as error:
        raise judged(error, path) from error
    except OSError as error:
        raise SaveError(f"cannot write {path}: {error.strerror}; name another place") from error
    finally:
        _remove(fresh)


def connected(path: Path) -> sqlite3.Connection:
    """A connection that holds the file for itself alone and commits to the disk, not to a cache."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        for setting in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN IMMEDIATE")  # takes the lock now
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _opened(path: Path, game: Game, head: Head | None, options: SaveOptions) -> Journal:
    try:
        connection = connected(path)
        (data,) = connection.execute("SELECT data FROM head").fetchone()
    except sqlite3.Error as error:
        raise judged(error, path) from error
    now = Head.decode(data)
    if head is not None and now != head:
        connection.close()
        raise SaveBusy(f"{path} was played on by another process just now; load it again")
    return Journal(path, connection, now, game.simulation, options)


def _compare(found: str, expected: str, tick: int) -> None:
    if found != expected:
        raise CommandLogError(f"tick {tick} has state {found}, {expected} was saved")


def _remove(path: Path) -> None:
    for suffix in SUFFIXES:
        with suppress(OSError):
            Path(f"{path}{suffix}").unlink()
