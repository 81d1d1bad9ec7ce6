"""A checksum has no key: what is in a save or a replay is checked before it is used, and what it costs is
bounded by its size."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgpack
import pytest

from reskin.engine.errors import (
    EngineError,
    GameError,
    ReplayDamaged,
    ReplayError,
    ReplayNewer,
    SaveDamaged,
    SaveError,
    SaveNewer,
)
from reskin.engine.persistence import unpacking
from reskin.engine.persistence.command_log import CommandLog, CommandLogError
from reskin.engine.persistence.playback import open_playback
from reskin.engine.persistence.replay import read_replay
from reskin.engine.persistence.save import open_save, recover_save
from reskin.engine.persistence.savefile import examine_savefile
from reskin.engine.persistence.unpacking import unpack_bounded
from reskin.engine.simulation.games import known_game, load_game
from tests.engine.market import Market
from tests.engine.persistence import forger

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("originals")
    forger.play_original(folder)
    return folder


def peak_mb(run: Callable[[], Any]) -> float:
    """The most memory that Python's allocator gave while this ran, in MB."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("statement", [*(t.format("journal") for t in forger.TABLES), *forger.EXTRA[:4]])
def test_other_tables_than_those_of_a_save_are_never_read(
    originals: Path, tmp_path: Path, statement: str
) -> None:
    path = shutil.copyfile(originals / "0.save", tmp_path / "a.save")
    with closing(sqlite3.connect(path)) as connection:
        if " journal" in statement:
            connection.execute("ALTER TABLE journal RENAME TO journal_old")
        connection.execute(statement)
        connection.commit()
    with pytest.raises(SaveDamaged, match="it has other tables than a save; the state of tick 70 is good"):
        open_save(path, forger.market)
    recover_save(path, forger.market)
    assert examine_savefile(path).newest.tick == 70


def test_a_newer_version_is_no_damage(originals: Path, tmp_path: Path) -> None:
    path = shutil.copyfile(originals / "0.save", tmp_path / "a.save")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=2")
        connection.execute("CREATE TABLE more(x)")
    for attempt in (open_save, recover_save):
        with pytest.raises(SaveNewer, match="is of version 2, this Reskin reads up to 1; update Reskin"):
            attempt(path, forger.market)
    data = bytearray((originals / "0.replay").read_bytes())
    data[8] = 2
    (tmp_path / "a.replay").write_bytes(data)
    with pytest.raises(ReplayNewer, match="is of version 2, this Reskin reads up to 1; update Reskin"):
        read_replay(tmp_path / "a.replay", partial=True)


@pytest.mark.parametrize(
    "log",
    [
        [1, [1 << 30], [], 2], [1, [b"\x90"], [[1, 1 << 30]], 2], [1.0, [b"\x90"], [], 2], [1, {}, [], 2],
        [True, [b"\x90"], [], 2], [1, [b"\x90"], [[1.0, b"x"]], 2], [-1, [b"\x90"], [], 2],
        [1, [b"\x90"], [], "2"], [1, ["\x90"], [], 2], 7, [1, 2], None, [1, [b"\x90"], [[1, b"short"]], 2],
    ],
)  # fmt: skip
def test_types_are_checked_before_they_are_used(log: Any) -> None:
    def read() -> None:
        with pytest.raises(CommandLogError, match="these bytes hold no ticks"):
            CommandLog.decode(msgpack.packb(log))

    assert peak_mb(read) < 1, "bytes(1 << 30) is a gigabyte of zeros"


@pytest.mark.parametrize(
    "data",
    [
        b"\xdd\x7f\xff\xff\xff", b"\xdd\x00\x02\x00\x00" + b"\x90" * 0x20000, b"\x91" * 5000, b"\xc1", b"",
        b"\x81\x90\x01", b"\xdd\x00\x02\x00\x00" + b"\x80" * 0x20000, b"\xa1\xff", b"\x82\x01\x01",
    ],
)  # fmt: skip
def test_lists_cost_no_more_than_their_length_allows(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "FREE", 10_000)

    def read() -> None:
        with pytest.raises(ValueError, match=r"\w"):
            unpack_bounded(data)

    assert peak_mb(read) < 6, "131,072 lists take 8 MB"
    assert unpack_bounded(msgpack.packb([[]] * 10_000)) == [[]] * 10_000


def test_zeros_that_were_compressed_are_not_all_unpacked(originals: Path, tmp_path: Path) -> None:
    from reskin.engine.persistence.command_log import log_digest
    from reskin.engine.persistence.replay import HEADER, RECORD

    data = (originals / "0.replay").read_bytes()
    pack = zlib.compressobj(9)
    bomb = b"".join(pack.compress(bytes(1 << 20)) for _ in range(128)) + pack.flush()
    end = data[: HEADER.size]
    digest = log_digest(b"", end)
    pieces = [(b"K", msgpack.packb([40, bomb]))] * 20
    at = HEADER.size
    while at < len(data):
        kind, length = RECORD.unpack_from(data, at)
        if kind == b"E":
            end, digest = _added(end, digest, pieces)
        end, digest = _added(end, digest, [(kind, data[at + RECORD.size : at + RECORD.size + length])])
        at += RECORD.size + length + 16
    path = tmp_path / "a.replay"
    path.write_bytes(end)

    def seek() -> None:
        playback = open_playback(Market, read_replay(path))
        with pytest.raises(ReplayDamaged, match=r"its snapshot of tick 40: .* larger than \d+ bytes"):
            playback.seek(45)

    assert peak_mb(seek) < 200, "20 snapshots of 128 MB"


def _added(made: bytes, digest: bytes, records: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    from reskin.engine.persistence.command_log import log_digest
    from reskin.engine.persistence.replay import RECORD

    for kind, body in records:
        piece = RECORD.pack(kind, len(body)) + body
        digest = log_digest(digest, piece)
        made += piece + digest
    return made, digest


def test_a_file_names_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("evil.py").write_text("raise SystemExit('a file of somebody else was run')")
    for name in ("evil.py", "./evil.py", "evil:Game", "tests.engine.toy:Other", "", "a\nb"):
        with pytest.raises(
            GameError, match=r"no game is named .*; give the file or folder of another as --game"
        ):
            known_game(name)
    assert known_game("miner") is load_game("miner")


def test_what_is_no_file_is_no_replay_and_no_save(tmp_path: Path) -> None:
    for place in (tmp_path, Path("/dev/zero")):
        with pytest.raises(ReplayError, match="it is no file"):
            read_replay(place)
        with pytest.raises(SaveError, match="there is no save at"):
            examine_savefile(place)
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(1 << 40)  # of holes
    for read in (read_replay, examine_savefile):
        with pytest.raises(EngineError):
            read(big)


def forge(folder: Path, count: int, seed: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.persistence.forger", str(folder), str(count), seed], cwd=ROOT,
        capture_output=True, text=True, timeout=1500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    assert found["files"] == count == found["right"] + found["refused"] and found["right"] > 0
    return found


def test_forged_files_load_right_or_are_refused(tmp_path: Path) -> None:
    forge(tmp_path, 40, "quick")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_eight_thousand_forged_files(tmp_path: Path, seed: int) -> None:
    print(forge(tmp_path, 2000, str(seed)))
