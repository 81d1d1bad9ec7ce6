"""Replays: the name of a game, its seed and every command, in one file with checksums.

A replay is a header and records. Each record carries a digest that covers everything before it, and the
last record says how the run ended. The file has a temporary name until it is complete; after a kill,
`partial=True` reads what was written until then. Bytes that were changed, lost, swapped or cut off are
refused, and the error says where. Read next: `engine.persistence.playback`, which plays a replay.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import msgpack

from reskin.engine.atomic_write import move_into_place, real_place
from reskin.engine.errors import (
    ReplayDamaged,
    ReplayError,
    ReplayNewer,
    SnapshotError,
    SnapshotNewer,
    one_line,
)
from reskin.engine.outputs import why_not_replace
from reskin.engine.persistence.command_log import (
    DIGEST,
    CommandLog,
    CommandLogError,
    encode_commands,
    log_digest,
)
from reskin.engine.persistence.snapshot import pack_snapshot, unpack_snapshot
from reskin.engine.persistence.unpacking import unpack_bounded
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.rng import WORD
from reskin.engine.simulation.simulation import FORMAT, Simulation

MAGIC: Final = b"\x89RPLAY\r\n"
VERSION: Final = 1
HEADER: Final = struct.Struct("<8sH")
RECORD: Final = struct.Struct("<cI")  # kind, length of the body; then the body and its digest
BEGINNING: Final = {"game": str, "seed": int, "first": int, "start": bytes, "hash": str, "format": int}
ABOUT, TICKS, KEYFRAME, END = b"A", b"T", b"K", b"E"
RECORD_TICKS: Final = 60
"""Ticks in a record; a kill loses at most so many."""
KEYFRAME_TICKS: Final = 600
"""Ticks between snapshots; seeking simulates at most so many."""
HASH: Final = re.compile(f"[0-9a-f]{{{2 * DIGEST}}}")
LARGEST: Final = 1 << 26
"""The most bytes of an unpacked snapshot. A larger one is not written, and none is unpacked."""
LARGEST_FILE: Final = 1 << 28
"""The most bytes of a replay: days of play."""


@dataclass
class Replay:
    """The contents of a replay file.

    `first` is the tick before the first commands, `start` the snapshot at that tick; empty for a new game.
    """

    game: str
    seed: int
    first: int
    start: bytes = field(default=b"", repr=False)
    commands: list[list[Command]] = field(default_factory=list, repr=False)
    """The commands of tick `first + 1`, of the next one, and so on."""
    hashes: dict[int, str] = field(default_factory=dict, repr=False)
    packed_keyframes: dict[int, bytes] = field(default_factory=dict, repr=False)
    """Compressed snapshots, by tick; see `keyframe`."""
    whole: bool = False
    """Whether the file has its end."""
    format: int = FORMAT
    """The format of the states that were hashed."""

    @property
    def last(self) -> int:
        return self.first + len(self.commands)

    def keyframe(self, tick: int) -> bytes:
        """The snapshot that is stored of a tick. Raises ReplayDamaged if it is none."""
        try:
            return _inflated(self.packed_keyframes[tick])
        except (CommandLogError, zlib.error) as error:
            raise ReplayDamaged(f"the replay is damaged: its snapshot of tick {tick}: {error}") from error


class ReplayWriter:
    """Writes a replay of a run, tick by tick. A context manager; `close` completes the file.

        with ReplayWriter("run.replay", game.name, game.simulation) as writer:
            game.simulation.step(commands)
            writer.on_tick(game.simulation, commands)

    Raises ReplayError if the file cannot be created, or another kind of file has its name. If writing fails
    later, the game goes on and the rest of the replay is lost: `status` says why, and `close` raises
    ReplayError.
    """

    def __init__(self, path: str | Path, game: str, simulation: Simulation) -> None:
        self.status = ""
        self.path = Path(path)
        self._log = CommandLog(simulation.tick + 1)
        self._hash = simulation.state_hash()
        start = pack_snapshot(simulation) if simulation.tick else b""
        if len(start) > LARGEST:
            raise ReplayError(f"a replay begins with at most {LARGEST} bytes of state, got {len(start)}")
        if refusal := why_not_replace(self.path, ".replay"):
            raise ReplayError(refusal)
        about = {"game": game, "seed": simulation.seed, "first": simulation.tick, "format": FORMAT}
        try:
            self._place = real_place(self.path)
            self.partial = self._place.with_name(f"{self._place.name}.part")
            self._place.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._begin()
        except OSError as error:
            raise ReplayError(f"cannot write {path}: {error.strerror}; name another place") from error
        header = HEADER.pack(MAGIC, VERSION)
        self._digest = log_digest(b"", header)
        self._write_bytes(header)
        self._write(ABOUT, {**about, "start": zlib.compress(start), "hash": self._hash})

    def _begin(self) -> FileIO:
        """A new file with a temporary name that nothing has; a killed run may have left one."""
        count = 1
        while True:
            try:
                return self.partial.open("xb", buffering=0)  # unbuffered, so that a kill loses nothing
            except FileExistsError:
                count += 1
                self.partial = self._place.with_name(f"{self._place.name}.part-{count}")

    def before_tick(self) -> None:
        """A replay never delays a tick."""

    def on_tick(self, simulation: Simulation, commands: Sequence[Command]) -> None:
        """Add the tick that was just played."""
        if self.status or self._file.closed:
            return
        self._hash = simulation.state_hash()
        self._log.ticks.append(encode_commands(commands))
        self._log.marks[simulation.tick] = self._hash
        if len(self._log.ticks) == RECORD_TICKS:
            self._flush()
        if simulation.tick % KEYFRAME_TICKS == 0:
            self._flush()
            snapshot = pack_snapshot(simulation)
            if len(snapshot) <= LARGEST:
                self._write(KEYFRAME, [simulation.tick, zlib.compress(snapshot, 1)])

    def on_rules_changed(self) -> None:
        """End the replay with the tick before, because the new rules cannot repeat those until here."""
        self._end()

    def close(self) -> Path:
        """Write the end and give the file its name. Does nothing if it is closed. Raises ReplayError."""
        self._end()
        if self.status:
            raise ReplayError(self.status)
        return self.path

    def _end(self) -> None:
        if not self._file.closed:
            self._flush()
            self._write(END, [self._log.first - 1, self._hash])
            self._finish()

    def __enter__(self) -> ReplayWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _flush(self) -> None:
        if self._log.ticks:
            self._write(TICKS, self._log.encode())
            self._log = CommandLog(self._log.last + 1)

    def _write(self, kind: bytes, content: Any) -> None:
        body = content if isinstance(content, bytes) else msgpack.packb(content)
        record = RECORD.pack(kind, len(body)) + body
        self._digest = log_digest(self._digest, record)
        self._write_bytes(record + self._digest)

    def _write_bytes(self, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left and not self.status:
                left = left[self._file.write(left) :]  # a disk that fills up takes a part
        except OSError as error:
            self._fail(error)

    def _finish(self) -> None:
        try:
            self._file.close()
            if not self.status and (refusal := why_not_replace(self.path, ".replay")):
                self.status = f"{refusal}; the replay is kept as {self.partial}"
            if not self.status:
                move_into_place(self.partial, self._place)
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.status = f"the replay failed: {self.partial}: {error.strerror}; the ticks before are kept there"


def read_replay(path: str | Path, partial: bool = False) -> Replay:
    """Read a replay. Raises ReplayError, ReplayNewer, or ReplayDamaged, which says where the damage is.

    With `partial`, everything before the damage is returned, if the start of the file is intact.
    """
    data = _bytes_of(Path(path))
    replay: Replay | None = None
    try:
        for kind, body in _records(data):
            if replay is None:
                replay = _begun(kind, body)
            else:
                _add(replay, kind, body)
        if replay is None or not replay.whole:
            raise CommandLogError("it has no end: the run was killed, or the file was cut")
    except SnapshotNewer as error:
        raise ReplayNewer(f"{path}: {error}") from error
    except (CommandLogError, zlib.error, struct.error) as error:
        good = 0 if replay is None else len(replay.commands)
        if partial and replay is not None:
            return replay
        rest = f"; its first {good} ticks are good: read it with --partial" if good else ""
        raise ReplayDamaged(f"{path} is damaged: {one_line(error)}{rest}", good) from error
    return replay


def _bytes_of(path: Path) -> bytes:
    """Raises ReplayError."""
    try:
        if path.exists() and not path.is_file():
            raise ReplayError(f"cannot read {path}: it is no file")
        if path.stat().st_size > LARGEST_FILE:
            raise ReplayError(f"cannot read {path}: it is larger than any replay, {LARGEST_FILE} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise ReplayError(f"cannot read {path}: {error.strerror}") from error
    version = HEADER.unpack_from(data)[1] if len(data) >= HEADER.size and data.startswith(MAGIC) else 0
    if version > VERSION:
        raise ReplayNewer(f"{path} is of version {version}, this Reskin reads up to {VERSION}; update Reskin")
    return data


def _records(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and body of each record. Raises CommandLogError at the first whose digest does not match."""
    if len(data) < HEADER.size or data[: len(MAGIC)] != MAGIC:
        raise CommandLogError(f"a replay begins with {MAGIC!r}, got {data[: len(MAGIC)]!r}")
    version = HEADER.unpack_from(data)[1]
    if not version:
        raise CommandLogError("its version is 0")
    at, digest, ended = HEADER.size, log_digest(b"", data[: HEADER.size]), False
    while at < len(data):
        if ended:
            raise CommandLogError(f"something follows its end at byte {at}")
        if len(data) - at < RECORD.size:
            raise CommandLogError(f"it is cut short at byte {at}")
        kind, length = RECORD.unpack_from(data, at)
        stop = at + RECORD.size + length
        if stop + DIGEST > len(data):
            raise CommandLogError(f"it is cut short at byte {at}")
        digest = log_digest(digest, data[at:stop])
        if data[stop : stop + DIGEST] != digest:
            raise CommandLogError(
                f"the checksum at byte {at} does not match: bytes before it were changed or lost"
            )
        yield kind, data[at + RECORD.size : stop]
        at, ended = stop + DIGEST, kind == END


def _begun(kind: bytes, body: bytes) -> Replay:
    if kind != ABOUT:
        raise CommandLogError(f"its first record must be {ABOUT!r}, got {kind!r}")
    about = _plain(body)
    found: list[Any] = [about.get(name) for name in BEGINNING] if type(about) is dict else []
    if [*map(type, found)] != [*BEGINNING.values()]:
        raise CommandLogError("it does not say which game it is of")
    game, seed, first, packed, hash, format = found
    start = _inflated(packed)
    try:
        tick = unpack_snapshot(start).tick if start else 0
    except SnapshotNewer:
        raise
    except SnapshotError as error:
        raise CommandLogError(f"it does not begin with a state: {error}") from error
    if tick != first or not 0 <= seed <= WORD or not HASH.fullmatch(hash):
        raise CommandLogError(f"it begins with tick {tick}, not {first}, with seed {seed} or without a hash")
    return Replay(game, seed, first, start, hashes={first: hash}, format=format)


def _add(replay: Replay, kind: bytes, body: bytes) -> None:
    if kind == TICKS:
        log = CommandLog.decode(body)
        if log.first != replay.last + 1:
            raise CommandLogError(f"expected tick {replay.last + 1} next, got tick {log.first}")
        commands = [commands for _, commands in log.commands()]
        replay.commands += commands
        replay.hashes |= log.marks
    elif kind == KEYFRAME:
        tick, snapshot = _pair(body)
        # Older versions wrote it before the ticks that lead to it.
        if not replay.first < tick <= replay.last + RECORD_TICKS or type(snapshot) is not bytes:
            raise CommandLogError(f"expected a snapshot near tick {replay.last}, got one of {tick}")
        replay.packed_keyframes[tick] = snapshot
    elif kind == END:
        tick, hash = _pair(body)
        if tick != replay.last or hash != replay.hashes.get(tick):
            raise CommandLogError(f"expected its end at tick {tick}, got {replay.last}")
        replay.whole = True
    else:
        raise CommandLogError(f"a record must be of a known kind, got {kind!r}")


def _plain(body: bytes) -> Any:
    try:
        return unpack_bounded(body)
    except ValueError as error:
        raise CommandLogError(f"a record does not hold plain data: {error}") from error


def _pair(body: bytes) -> tuple[int, Any]:
    pair = _plain(body)
    if not (isinstance(pair, list) and len(pair) == 2 and type(pair[0]) is int):
        raise CommandLogError(f"a record should be a tick and something, got {type(pair).__name__}")
    return pair[0], pair[1]


def _inflated(data: bytes) -> bytes:
    """Decompress, to at most LARGEST bytes."""
    inflate = zlib.decompressobj()
    plain = inflate.decompress(data, LARGEST)
    if inflate.unconsumed_tail or not inflate.eof:
        raise CommandLogError(f"a snapshot in it is cut short, or larger than {LARGEST} bytes")
    return plain
