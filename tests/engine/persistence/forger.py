"""Forges saves and replays with right checksums, and loads them.

Called as `python -m tests.engine.persistence.forger FOLDER COUNT SEED`. A checksum without a key stops no
forger: states, commands and heads are changed at random places and sealed again, tables are replaced by views
and zeros compressed a thousandfold. Each file must be loaded right, or refused by one of our errors in one
line, within `MOST_S` of processor time; the process must stay below `MOST_MB`. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import sqlite3
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgpack

from reskin.engine.errors import EngineError
from reskin.engine.persistence.command_log import log_digest
from reskin.engine.persistence.journal import SaveOptions
from reskin.engine.persistence.playback import open_playback, verify
from reskin.engine.persistence.replay import HEADER, MAGIC, RECORD, ReplayWriter, read_replay
from reskin.engine.persistence.save import create_save, restore_save
from reskin.engine.persistence.savefile import SavefileHead, StoredSnapshot, examine_savefile
from reskin.engine.persistence.snapshot import HEADER as SNAPSHOT
from reskin.engine.persistence.snapshot import VERSION, _checksum
from reskin.engine.simulation.game import Game
from tests.engine.market import Market
from tests.engine.persistence.spoil import spoilt

MOST_S: Final = 2.0
MOST_MB: Final = 300
TICKS: Final = 70
WORDS: Final = 2000
"""The longest line that a person may be told."""
HOSTILE: Final[tuple[Any, ...]] = (
    None, True, -1, 0, 1, 1 << 30, (1 << 63) - 1, -(1 << 63), (1 << 64) - 1, 1.5, float("nan"), float("inf"),
    "", "coin", "x" * 9999, "a\nb", "../../etc/passwd", "tests.engine.market:Market", b"", b"\xff" * 99,
    [], {}, [[]] * 5000, {"a": 1}, [1, 2, 3], [0.5],
    {"dtype": "|O8", "data": b"12345678"}, {"dtype": "|i1", "data": b""},
    {"dtype": "<i8", "data": b"\xff" * 8000}, {"dtype": "|V1", "data": b"1"},
    msgpack.ExtType(5, b"x"), msgpack.Timestamp(1),
)  # fmt: skip
TABLES: Final = (
    "CREATE VIEW {0} AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
    "SELECT x AS tick, 'market' AS game, zeroblob(1000000) AS data, zeroblob(48) AS mark FROM c",
    "CREATE VIEW {0} AS SELECT * FROM {0}_old, {0}_old AS b, {0}_old AS c",
    "CREATE TABLE {0}(id INTEGER PRIMARY KEY, data BLOB DEFAULT (zeroblob(900000000)))",
    "CREATE TABLE {0}(id INTEGER, data BLOB AS (zeroblob(900000000)))",
    "CREATE VIRTUAL TABLE {0} USING fts5(data)",
)
EXTRA: Final = (
    "CREATE TRIGGER t AFTER INSERT ON head BEGIN DELETE FROM snapshots; END",
    "CREATE TRIGGER t AFTER UPDATE ON head BEGIN DELETE FROM journal; END",
    "CREATE TABLE other(x)", "CREATE INDEX i ON snapshots(game)", "PRAGMA user_version=2",
    "PRAGMA user_version=-1", "PRAGMA application_id=1", "DELETE FROM head", "DELETE FROM snapshots",
    "INSERT INTO head VALUES (2, 'open')", "UPDATE snapshots SET data = zeroblob(16000000)",
    "UPDATE journal SET data = 'text', digest = 7", "UPDATE snapshots SET tick = tick + 1000000",
    "UPDATE head SET data = zeroblob(10)", "ANALYZE",
)  # fmt: skip


def market(name: str) -> type[Game]:
    return Market


def play_original(folder: Path) -> None:
    """A save and a replay of the same run, with snapshots in both."""
    game = Market(5)
    for start in (0, 30):
        with (
            create_save(folder / f"{start}.save", game, SaveOptions(40, 60)) as journal,
            ReplayWriter(folder / f"{start}.replay", game.name, game.simulation) as writer,
        ):
            for _ in range(TICKS):
                commands = game.bot()
                game.simulation.step(commands)
                for listener in (journal, writer):
                    listener.before_tick()
                    listener.on_tick(game.simulation, commands)
                journal.before_tick()
            shutil.copyfile(folder / f"{start}.save", folder / f"{start}.open")
            shutil.copyfile(folder / f"{start}.save-wal", folder / f"{start}.open-wal")


def changed(value: Any, draw: random.Random) -> Any:
    """Plain data with a hostile value, or a smaller change, at one random place."""
    places = [*_places(value)]
    if not places or draw.random() < 0.02:
        return draw.choice(HOSTILE)
    holder, key = draw.choice(places)
    way = draw.randrange(5)
    if way == 0 and isinstance(holder, dict):
        holder[draw.choice(("x", "", 7, "a\nb", "\x00"))] = holder.pop(key)
    elif way == 1 and isinstance(holder, list):
        del holder[key]
    elif way == 2 and isinstance(holder[key], bytes):
        holder[key] = spoilt(holder[key] or b"\0", draw, page=16)
    elif way == 3 and type(holder[key]) is int:
        holder[key] += draw.choice((-1, 1, 1000, -1000))
    else:
        holder[key] = draw.choice(HOSTILE)
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)


def packed(value: Any) -> bytes:
    data: bytes = msgpack.packb(value)
    return data


def forged_snapshot(data: bytes, draw: random.Random) -> bytes:
    """A snapshot with another state, and a right checksum."""
    body = packed(changed(msgpack.unpackb(data[SNAPSHOT.size :]), draw))
    if draw.random() < 0.1:
        body = draw.choice(
            (b"\x90" * 1, b"\xdc\xff\xff" + b"\x90" * 65535, b"\x81" * 900, b"\xdf\xff\xff\xff\xff")
        )
    version = VERSION + (draw.random() < 0.03)
    return SNAPSHOT.pack(data[:8], version, len(body), _checksum(version, body)) + body


def state_hash(data: bytes) -> str:
    """The hash of the state in a snapshot, as a forger would compute it; any other if it has none."""
    from reskin.engine.persistence.snapshot import load_snapshot

    game = Market(5)
    try:
        load_snapshot(game.simulation, data)
        return game.simulation.state_hash()
    except Exception:  # whatever: then the file says nothing right either
        return "0" * 32


def forge_save(path: Path, draw: random.Random) -> None:
    """Change the save at `path` and seal it again."""
    way = draw.randrange(6)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        execute = connection.execute
        if way == 0:
            table = draw.choice(("head", "snapshots", "journal"))
            execute(f"ALTER TABLE {table} RENAME TO {table}_old")
            execute(draw.choice(TABLES).format(table))
        elif way == 1:
            execute(draw.choice(EXTRA))
        elif way == 2:
            tick, game, data, mark = execute("SELECT * FROM snapshots ORDER BY tick DESC").fetchone()
            data = forged_snapshot(data, draw)
            game = draw.choice((game, game, game, *(value for value in HOSTILE if type(value) is str)))
            kept = StoredSnapshot(tick, game, data, state_hash(data), mark[16:32])
            execute(
                "UPDATE snapshots SET game = ?, data = ?, mark = ? WHERE tick = ?",
                (game, data, kept.mark, tick),
            )
        elif way == 3:
            (data,) = execute("SELECT data FROM head WHERE id = 1").fetchone()
            sealed = changed(msgpack.unpackb(data[:-16]), draw)
            execute("UPDATE head SET data = ? WHERE id = 1", (_sealed(packed(sealed)),))
        else:
            _forge_journal(execute, draw)
        execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _sealed(body: bytes) -> bytes:
    from hashlib import blake2b

    return body + blake2b(body, digest_size=16).digest()


def _forge_journal(execute: Callable[..., Any], draw: random.Random) -> None:
    """Replace the journal after an older snapshot by forged rows, with right digests and a right head."""
    rows = execute("SELECT tick, mark FROM snapshots ORDER BY tick").fetchall()
    tick, mark = rows[0]
    execute("DELETE FROM snapshots WHERE tick > ?", (tick,))
    execute("DELETE FROM journal WHERE first > ?", (tick,))
    digest, first = mark[16:32], tick + 1
    ticks = [
        packed(changed([["pay", [1, 2, 3]], ["pay", [tick, 4, 9]]], draw))
        for _ in range(draw.randrange(1, 9))
    ]
    log: Any = [first, ticks, [], 2]
    if draw.random() < 0.5:
        log = changed(log, draw)
    data = packed(log)
    digest = log_digest(digest, data)
    execute("INSERT OR REPLACE INTO journal VALUES (?, ?, ?)", (first, data, digest))
    head = SavefileHead("market", 5, tick + len(ticks), tick, digest)
    execute("UPDATE head SET data = ? WHERE id = 1", (head.encode(),))


def forge_replay(data: bytes, draw: random.Random) -> bytes:
    """The replay with some of its records changed, and right digests."""
    at, records = HEADER.size, []
    while at < len(data):
        kind, length = RECORD.unpack_from(data, at)
        records.append([kind, data[at + RECORD.size : at + RECORD.size + length]])
        at += RECORD.size + length + 16
    for _ in range(draw.choice((1, 1, 2))):
        record = draw.choice(records)
        way = draw.randrange(6)
        if way == 0:
            record[0] = draw.choice((b"A", b"T", b"K", b"E", b"Z"))
        elif way == 1:
            records.insert(draw.randrange(len(records) + 1), list(draw.choice(records)))
        elif way == 2:
            record[:] = [b"K", packed([draw.choice((TICKS, 60, 30)), _bomb(draw)])]
        elif way == 3 and record[0] == b"A":
            about = msgpack.unpackb(record[1])
            if type(about) is not dict:  # changed before
                continue
            start = _start_of(about)
            about["start"] = _bomb(draw) if not start else zlib.compress(forged_snapshot(start, draw))
            record[1] = packed(about)
        else:
            record[1] = packed(changed(msgpack.unpackb(record[1]), draw))
    version = 1 + (draw.random() < 0.02)
    made = HEADER.pack(MAGIC, version)
    digest = log_digest(b"", made)
    for kind, body in records:
        piece = RECORD.pack(kind, len(body)) + body
        digest = log_digest(digest, piece)
        made += piece + digest
    return made


def _start_of(about: dict[str, Any]) -> bytes:
    try:
        start = zlib.decompress(about["start"])
    except (KeyError, TypeError, zlib.error):  # changed before
        return b""
    return start if start.startswith(b"\x89RSNAP") else b""


def _bomb(draw: random.Random) -> bytes:
    """Zeros, or empty lists, compressed a thousandfold."""
    size = draw.choice((1 << 10, 1 << 20, 1 << 25, 1 << 28))
    pack = zlib.compressobj(9)
    piece = draw.choice((b"\0", b"\x90")) * min(size, 1 << 20)
    return b"".join(pack.compress(piece) for _ in range(size // len(piece))) + pack.flush()


def load_save(path: Path) -> None:
    game = restore_save(examine_savefile(path), market, path)
    game.simulation.ledger.check()
    game.simulation.state_hash()


def load_replay(path: Path) -> None:
    replay = read_replay(path)
    playback = open_playback(Market, replay)
    verify(Market(replay.seed), replay)
    playback.seek(replay.last)


def forge(place: Path, kind: int, draw: random.Random, path: Path) -> None:
    """Write a save that is forged (kind 0) or spoilt (1), or a replay that is spoilt (2) or forged (3)."""
    start = draw.choice((0, 30))
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    if kind >= 2:
        original = (place / f"{start}.replay").read_bytes()
        path.write_bytes(spoilt(original, draw, 256) if kind == 2 else forge_replay(original, draw))
        return
    source = place / f"{start}.{draw.choice(('save', 'open')) if kind else 'save'}"
    shutil.copyfile(source, path)
    if not kind:
        forge_save(path, draw)
        return
    path.write_bytes(spoilt(path.read_bytes(), draw))
    if source.suffix == ".open":
        log = Path(f"{source}-wal").read_bytes()
        Path(f"{path}-wal").write_bytes(spoilt(log, draw) if draw.random() < 0.5 else log)


def peak_mb() -> int:
    """The most memory that this process had so far; `ru_maxrss` would count the process that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) >> 10


def main(folder: str, count: str, seed: str) -> None:
    place = Path(folder)
    play_original(place)
    path = place / "forged"
    found = {"files": 0, "right": 0, "refused": 0, "slowest_ms": 0, "peak_mb": 0}
    for number in range(int(count)):
        kind = random.Random(f"{seed} {number}").randrange(4)
        child = os.fork()  # what forging needs of memory is not counted
        if child == 0:
            try:
                forge(place, kind, random.Random(f"{seed} {number}."), path)
            except BaseException as error:
                print(f"file {number} of seed {seed}: {type(error).__name__}: {error}", file=sys.stderr)
                os._exit(1)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        began = time.process_time()
        try:
            (load_save if kind < 2 else load_replay)(path)
            found["right"] += 1
        except EngineError as error:
            words = str(error)
            assert words and "\n" not in words and len(words) < WORDS, f"{seed} {number}: {words!r:.300}"
            found["refused"] += 1
        except BaseException:
            print(f"file {number} of seed {seed}, of kind {kind}", file=sys.stderr)
            raise
        spent = time.process_time() - began
        assert spent < MOST_S, f"file {number} of seed {seed} took {spent:.1f} s"
        found["slowest_ms"] = max(found["slowest_ms"], round(spent * 1000))
        found["files"] += 1
    found["peak_mb"] = peak_mb()
    assert found["peak_mb"] < MOST_MB, found
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
