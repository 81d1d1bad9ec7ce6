"""Saves: a game continues where it was, however it ended.

While a game is played, a thread commits the commands of every tick to the save, and regularly a snapshot, so
that a kill at any instant loses at most the current tick. The tick itself only copies state; packing,
checksums and the disk are left to the thread. A slow or full disk delays no frame: the game goes on,
`status` says what is wrong, and what is left is written when that is possible again.
Read next: `engine.persistence.savefile`, what is in the file; `engine.persistence.journal`, the thread.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from reskin.engine.atomic_write import sync_to_disk
from reskin.engine.errors import (
    EngineError,
    SaveBusy,
    SaveDamaged,
    SaveError,
    SaveOutdated,
    ScriptError,
    one_line,
)
from reskin.engine.persistence.command_log import DIGEST, CommandLogError
from reskin.engine.persistence.journal import Journal, SaveOptions
from reskin.engine.persistence.migrations import migration_versions
from reskin.engine.persistence.savefile import (
    INDEX,
    LOG,
    OPEN,
    SCHEMA,
    Contents,
    SavefileHead,
    SavefileOffer,
    StoredSnapshot,
    examine_savefile,
    real_save,
    savefile_error,
    savefile_words,
)
from reskin.engine.persistence.snapshot import load_snapshot, pack_snapshot
from reskin.engine.simulation.game import Game
from reskin.engine.simulation.simulation import FORMAT

DEFAULT: Final = SaveOptions()
SUFFIXES: Final = ("", LOG, INDEX)
GAME_RAISES: Final = (Exception, SystemExit)
"""What the rules of a game may raise; a Ctrl-C is not theirs."""
EMPTY_LOG: Final = 32
"""Bytes of a log's head: one that is no longer holds no tick."""


def create_save(path: str | Path, game: Game, options: SaveOptions = DEFAULT) -> Journal:
    """Create a save of a game as it is now. Give the returned journal every tick from here on.

    Raises SaveError if the file exists already or cannot be created.
    """
    path, simulation = real_save(path), game.simulation
    data = pack_snapshot(simulation.state(), migration_versions(simulation.world.kinds))
    kept = StoredSnapshot(simulation.tick, game.name, data, simulation.state_hash(), bytes(DIGEST))
    write_new_save(path, SavefileOffer(kept, ()))
    return _opened(path, game, None, options)


def open_save(
    path: str | Path, make: Callable[[str], type[Game]], options: SaveOptions = DEFAULT
) -> tuple[Game, Journal]:
    """Load a game from its save. Returns the game, and the journal that continues the save.

    `make` gives the class of a game by its name. Raises SaveBusy, SaveDamaged, SaveOutdated, or
    SaveError if the game cannot read the save.
    """
    path = real_save(path)
    contents = examine_savefile(path)
    game = restore_save(contents, make, path)
    return game, _opened(path, game, contents.newest.head, options)


def restore_save(contents: Contents, make: Callable[[str], type[Game]], path: Path) -> Game:
    """The game at the last tick of a save. Compares every stored hash on the way.

    Raises SaveOutdated if the game's rules raise an exception or give other states than they did, SaveDamaged
    or SaveError.
    """
    newest, tick = contents.newest, contents.newest.snapshot.tick
    kind = make(newest.game)
    try:
        game = kind(newest.seed)
    except EngineError:
        raise
    except GAME_RAISES as error:
        raise SaveError(f"{path} is good, but {newest.game} cannot begin: {in_words(error)}") from error
    simulation = game.simulation
    try:
        unchanged = load_snapshot(simulation, newest.snapshot.data)
        if unchanged and simulation.state_hash() != newest.snapshot.hash:
            raise SaveError(
                f"{path}: the snapshot of tick {tick} gives another state than the one that was saved"
            )
    except SaveError:
        raise
    except GAME_RAISES as error:
        raise SaveError(
            f"{path} cannot be loaded by this version of {newest.game}: {in_words(error)}"
        ) from error
    _play_journal(game, newest, path)
    return game


def _play_journal(game: Game, newest: SavefileOffer, path: Path) -> None:
    """Play what was played after the snapshot. Raises SaveOutdated, or SaveDamaged for what is no command."""
    simulation, offer = game.simulation, SavefileOffer(newest.snapshot, ())
    back = f"the game's rules have changed since; undo that, or go back to tick {offer.tick} with --recover"
    for link in newest.links:
        marks = link.log.marks if link.log.format == FORMAT else {}
        try:
            ticks = [*link.log.commands()]
        except CommandLogError as error:
            words = f"{path} is damaged: {one_line(error)}; {savefile_words(offer)}"
            raise SaveDamaged(words, offer) from error
        for tick, commands in ticks:
            try:
                simulation.step(commands)
                found = simulation.state_hash() if tick in marks else ""
                if game.trouble:  # a script failed, and the tick went on without it
                    raise ScriptError(game.trouble)
            except GAME_RAISES as error:
                raise SaveOutdated(
                    f"{path} is good, but at tick {tick} the rules fail: {in_words(error)}; {back}", offer
                ) from error
            if found and found != marks[tick]:
                raise SaveOutdated(
                    f"{path} is good, but the rules do not repeat it: tick {tick} has state {found}, but "
                    f"{marks[tick]} was saved; {back}", offer,
                )  # fmt: skip


def in_words(error: BaseException) -> str:
    """An exception in one line; with its type if it is not one of ours."""
    words = one_line(error)
    if isinstance(error, EngineError):
        return words
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def recover_save(path: str | Path, make: Callable[[str], type[Game]]) -> tuple[Path, SavefileOffer]:
    """Replace a save that is damaged, or that the rules no longer play, by the newest good state in it.

    Returns where the old file is kept, and what was recovered. Raises SaveError if there is nothing to
    recover, and SaveDamaged if nothing in it is good.
    """
    path = real_save(path)
    try:
        restore_save(examine_savefile(path), make, path)
    except (SaveDamaged, SaveOutdated) as error:
        if error.offer is None:
            raise
        return replace_save(path, error.offer), error.offer
    raise SaveError(f"{path} is not damaged; there is nothing to recover")


def replace_save(path: Path, offer: SavefileOffer) -> Path:
    """Replace a save by a recovered state. Returns the name under which the old file is kept."""
    count, aside = 1, path.with_name(f"{path.name}.damaged")
    while aside.exists():
        count += 1
        aside = path.with_name(f"{path.name}.damaged-{count}")
    with _fresh(path, offer) as fresh:
        for suffix in (LOG, ""):
            if Path(f"{path}{suffix}").exists():
                shutil.copyfile(f"{path}{suffix}", f"{aside}{suffix}")
                sync_to_disk(Path(f"{aside}{suffix}"))
        # The old log first, because SQLite would apply it to the new file.
        Path(f"{path}{LOG}").unlink(missing_ok=True)
        os.replace(fresh, path)
        sync_to_disk(path.parent)
    return aside


def write_new_save(path: Path, offer: SavefileOffer) -> None:
    """Create a save with this state. It gets its name when it is complete. Raises SaveError if it exists."""
    if path.exists():
        raise SaveError(f"{path} exists already; open it, or name another")
    log = Path(f"{path}{LOG}")
    if log.exists() and log.stat().st_size > EMPTY_LOG:
        raise SaveError(f"{log} exists, the log of a save that is missing; put the save back beside it")
    with _fresh(path, offer) as fresh:
        for suffix in (LOG, INDEX):  # SQLite would apply what is there to the new file
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        try:
            os.link(fresh, path)
        except FileExistsError:
            raise SaveBusy(f"{path} was just created by another process") from None
        except OSError:  # a file system without links, such as FAT
            os.rename(fresh, path)
        sync_to_disk(path.parent)


@contextmanager
def _fresh(path: Path, offer: SavefileOffer) -> Iterator[Path]:
    """A new file with this state, beside the save; removed at the end unless it was renamed."""
    fresh = path.with_name(f"{path.name}.new-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove(fresh)
        with closing(connect_save(fresh)) as connection:
            connection.executescript(SCHEMA)
            connection.execute("BEGIN")
            kept = offer.snapshot
            row = kept.tick, kept.game, kept.data, kept.mark
            connection.execute("INSERT INTO snapshots VALUES (?, ?, ?, ?)", row)
            rows = [(link.log.first, link.log.encode(), link.digest) for link in offer.links]
            connection.executemany("INSERT INTO journal VALUES (?, ?, ?)", rows)
            connection.execute("INSERT INTO head VALUES (1, ?)", (offer.head.encode(),))
            connection.execute("COMMIT")
            # Closing would do this too, but without an error if it fails.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        yield fresh
    except sqlite3.Error as error:
        raise savefile_error(error, path) from error
    except OSError as error:
        raise SaveError(f"cannot write {path}: {error.strerror}; name another place") from error
    finally:
        _remove(fresh)


def connect_save(path: Path) -> sqlite3.Connection:
    """A connection that locks the file and commits to the disk, not to a cache."""
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


def _opened(path: Path, game: Game, head: SavefileHead | None, options: SaveOptions) -> Journal:
    try:
        connection = connect_save(path)
        (data,) = connection.execute("SELECT data FROM head WHERE id = 1").fetchone()
        now = SavefileHead.decode(data)
        if head is not None and now != head:
            connection.close()
            raise SaveBusy(f"{path} was just continued by another process; load it again")
        # Into the file itself, not into the log: from now on the file says that it needs one.
        connection.execute("INSERT OR REPLACE INTO head VALUES (2, ?)", (OPEN,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise savefile_error(error, path) from error
    return Journal(path, connection, now, game.simulation, options)


def _remove(path: Path) -> None:
    for suffix in SUFFIXES:
        with suppress(OSError):
            Path(f"{path}{suffix}").unlink()
