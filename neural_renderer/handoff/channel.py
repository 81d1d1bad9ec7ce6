"""The block of shared memory between a game and the renderer, and the game's side of it.

    game = GameSide(640, 480)                   # makes the block; start the renderer with `game.path`
    game.send_frame(number, 640, 480, pixels, draws)                    # BGRA, 4 bytes a pixel
    picture = game.receive_picture(640, 480, oldest=number - 3)         # or None: show the plain frame

This file runs in the game's process: it imports the standard library alone, works on Python 3.9 and later,
and can be loaded by its path. One thread of one process uses a side. Neither side ever waits for the other.

**The block is a memory-mapped file**, in `/dev/shm` where there is one (memory on Linux), else in the folder
for temporary files. `multiprocessing.shared_memory` is not used: until Python 3.13 every process that opens a
block registers it with a resource tracker, a further process in the game, which removes the block when either
side ends and prints warnings; and if the tracker is killed too, the block stays. A mapped file needs no
tracker. On POSIX the renderer removes the file's name as soon as it has mapped it, so after that the memory
ends with the last of the two processes, however they end. On Windows the file is opened to be deleted with
its last handle. A game killed before the renderer came leaves a file, which the next `GameSide` finds
unlocked and removes.

**Who lives** is told by file locks. Each side locks one byte of the file; the system frees the lock when the
process ends, also by `kill -9`. A side that lives but hangs is known by its heartbeat, a counter.

**Nothing torn.** A frame, picture or status goes into the oldest of three buffers, so the newest wins, and a
reader has the time of two further messages to copy one. A sequence number, odd while the buffer is written,
must be the same before and after the copy. x86 shows stores in their order, which makes that exact. Other
processors may not: there a CRC-32 over the pixels must fit as well. Everywhere the counters are fenced by
taking a lock, which is a barrier, and all but the pixels has a checksum.

Median microseconds for 640×480 BGRA (1.2 MB) on two busy cores of an AMD EPYC (AVX-512), Python 3.11: a frame
with 20 kB of draws 64 to send and 64 to receive, a picture 56 and 53. With the CRC over the pixels 380 to 395
each.

Run so far on Linux, with Python 3.9, 3.11 and 3.13. The branches for Windows and macOS follow the
documentation.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import platform
import re
import stat
import struct
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MAGIC = 0x48445352
VERSION = 1
PREFIX = "reskin-handoff-"
HANG_SECONDS = 0.8
"""A heartbeat that has stood still so long is hanging: under a second, with time left to look."""

LOOK_SECONDS = 0.2
"""The most that one look adds to that time: after the computer's sleep both sides were still, and none hangs.
"""

BUFFERS = 3
KEPT = 8
"""Most buffers of a reader that are used again."""
HEADER = 4096
PATH_AT, PATH_LIMIT = 1024, 3000
GAME, RENDERER = 0, 1
"""The sides: what each locks and counts."""

# Numbers of 4-byte counters in the header
_MAGIC, _VERSION, _PIXELS, _DRAWS, _IMAGES, _CHECKED, _BEATS, _ATTACHED, _MOVED = 0, 1, 2, 3, 4, 5, 6, 8, 9

_LOCK_AT = 1 << 30
"""Where the locked bytes lie: beyond the end, as Windows forbids reading what is locked."""

_META = struct.Struct("<QIIdIII")
"""Number, width, height, value, length of the first part, of the second, checksum."""

_MASK = 0xFFFFFFFF
_STATUS_TEXT = 2048
_NAMES_LIMIT = 1 << 16


class HandoffError(RuntimeError):
    """A block cannot be opened, or what is to be sent does not fit into it."""


class Message(NamedTuple):
    """What crosses in a lane: a frame (pixels, draws), a picture (pixels, nothing) or a status (theme,
    error).

    `first` is a view of a buffer of the reader's, which is used again when nothing refers to it any more."""

    number: int
    width: int
    height: int
    value: float
    first: memoryview
    second: bytes


class Status(NamedTuple):
    """How the renderer does: its theme, the milliseconds of its last picture, an error's text or '', and the
    number of the last frame that it has read."""

    theme: str
    milliseconds: float
    error: str
    received: int = -1


def content_name(data: bytes) -> bytes:
    """The name of a source image: 16 bytes, a hash of its content."""
    return hashlib.blake2b(data, digest_size=16).digest()


_fence_lock = threading.Lock()


def _fence() -> None:
    """Keeps the processor from moving memory accesses across. What comes before lies before the first
    release; what comes after, after the second acquire; and an acquire does not pass an earlier release."""
    with _fence_lock:
        pass
    with _fence_lock:
        pass


class Lane:
    """One direction for one kind of message; the newest wins.

    A counter of published messages, then three buffers: a sequence number, the message's numbers, its two
    parts. Message `n` lies in buffer `n % 3`, under the sequence `2 n`, or `2 n - 1` while it is written. All
    counters wrap at 2³². They are read and written through a view of 4-byte integers, so that each is one
    access of the processor; `struct` writes byte by byte."""

    def __init__(self, view: memoryview, start: int, first: int, second: int, checked: bool) -> None:
        self._first, self._second, self._checked = first, second, checked
        self._view = view
        self._stride = 64 + _aligned(first) + _aligned(second)
        self._published = view[start : start + 64].cast("I")
        self._starts = [start + 64 + i * self._stride for i in range(BUFFERS)]
        self._sequences = [view[at : at + 64].cast("I") for at in self._starts]
        self._seen = 0
        self._copies: list[bytearray] = []

    @staticmethod
    def size(first: int, second: int) -> int:
        return 64 + BUFFERS * (64 + _aligned(first) + _aligned(second))

    def send(
        self,
        number: int,
        width: int = 0,
        height: int = 0,
        value: float = 0.0,
        first: memoryview | bytes = b"",
        second: bytes = b"",
    ) -> None:
        """Write a message over the oldest one."""
        length, extra = len(first), len(second)
        if length > self._first or extra > self._second:
            raise HandoffError(
                f"a message must have at most {self._first} and {self._second} bytes,"
                f" got {length} and {extra}; resize() makes a larger block"
            )
        count = (self._published[0] + 1) & _MASK
        buffer = count % BUFFERS
        at = self._starts[buffer]
        sequence = self._sequences[buffer]
        sequence[0] = (2 * count - 1) & _MASK
        _fence()
        start = at + 64
        self._view[start : start + length] = first
        start += _aligned(self._first)
        self._view[start : start + extra] = second
        numbers = (number, width, height, value, length, extra)
        _META.pack_into(self._view, at + 8, *numbers, _checksum(numbers, first, second, self._checked))
        _fence()
        sequence[0] = (2 * count) & _MASK
        _fence()
        self._published[0] = count

    def receive(self) -> Message | None:
        """The newest message, if it is whole and was not received yet."""
        for _ in range(BUFFERS):
            count = self._published[0]
            if count == self._seen:
                return None
            message = self._copy(count)
            if message is not None:
                self._seen = count
                return message
        return None

    def _copy(self, count: int) -> Message | None:
        buffer = count % BUFFERS
        at, sequence = self._starts[buffer], self._sequences[buffer]
        _fence()
        if sequence[0] != (2 * count) & _MASK:
            return None
        _fence()
        number, width, height, value, length, extra, checksum = _META.unpack_from(self._view, at + 8)
        if length > self._first or extra > self._second:
            return None
        copy = self._spare(length)
        start = at + 64
        copy[:] = self._view[start : start + length]
        start += _aligned(self._first)
        second = bytes(self._view[start : start + extra])
        _fence()
        if sequence[0] != (2 * count) & _MASK:
            return None
        numbers = (number, width, height, value, length, extra)
        if checksum != _checksum(numbers, copy, second, self._checked):
            return None
        return Message(number, width, height, value, copy, second)

    def _spare(self, length: int) -> memoryview:
        """A buffer that nothing refers to any more: new memory costs its page faults."""
        for index in range(len(self._copies)):
            # Two references: the list, and the argument of getrefcount. Each view of it is one more.
            if sys.getrefcount(self._copies[index]) <= 2:
                return memoryview(self._copies[index])[:length]
        made = bytearray(self._first)
        if len(self._copies) < KEPT:
            self._copies.append(made)
        return memoryview(made)[:length]

    def close(self) -> None:
        for view in (self._published, *self._sequences):
            view.release()


class ImageBox:
    """Source images on their way to the renderer: unlike frames, none may be lost, so a full box is first
    emptied.

    The game fills the box when the renderer has taken what was in it, and never waits. A count of batches
    sent, one of batches taken, the length and CRC-32, then for each image its name, its length and its bytes.
    """

    _HEAD = struct.Struct("<16sI")

    def __init__(self, view: memoryview, start: int, size: int) -> None:
        self.capacity = size
        self._view = view
        self._counts = view[start : start + 64].cast("I")
        self._start = start + 64

    def send(self, images: Mapping[bytes, bytes]) -> list[bytes]:
        """Put in as many images as fit, in order. The names of those put in: none while the box is full."""
        if self._counts[0] != self._counts[1]:
            return []
        _fence()
        at, names = self._start, []
        for name, data in images.items():
            need = self._HEAD.size + len(data)
            if len(name) != 16 or need > self.capacity:
                raise HandoffError(
                    "an image must have a name of 16 bytes and at most"
                    f" {self.capacity - self._HEAD.size} bytes, got {len(name)} and {len(data)}"
                )
            if at + need > self._start + self.capacity:
                break
            self._HEAD.pack_into(self._view, at, name, len(data))
            self._view[at + self._HEAD.size : at + need] = data
            at += need
            names.append(name)
        if names:
            self._counts[2] = at - self._start
            self._counts[3] = zlib.crc32(self._view[self._start : at])
            _fence()
            self._counts[0] = (self._counts[0] + 1) & _MASK
        return names

    def receive(self) -> dict[bytes, bytes]:
        """All images in the box, by name. If the checksum does not fit yet, none; they are tried again."""
        sent = self._counts[0]
        if sent == self._counts[1]:
            return {}
        _fence()
        data = bytes(self._view[self._start : self._start + min(self._counts[2], self.capacity)])
        if zlib.crc32(data) != self._counts[3]:
            return {}
        images, at = {}, 0
        while at < len(data):
            name, length = self._HEAD.unpack_from(data, at)
            at += self._HEAD.size + length
            images[name] = data[at - length : at]
        _fence()
        self._counts[1] = sent
        return images

    def close(self) -> None:
        self._counts.release()


class Block:
    """A mapped file with its lanes, one side's lock on it, and both heartbeats."""

    def __init__(self, path: str, descriptor: int, side: int, sizes: tuple[int, int, int, int]) -> None:
        self.path, self.side = path, side
        self.pixels, self.draws, self.images, checked = sizes
        self._descriptor = descriptor
        self._map = mmap.mmap(descriptor, block_size(self.pixels, self.draws, self.images))
        self._view = memoryview(self._map)
        self.words = self._view[:PATH_AT].cast("I")
        starts = _starts(self.pixels, self.draws)
        self.frames = Lane(self._view, starts[0], self.pixels, self.draws, bool(checked))
        self.pictures = Lane(self._view, starts[1], self.pixels, 0, bool(checked))
        self.status = Lane(self._view, starts[2], _STATUS_TEXT, _STATUS_TEXT, True)
        self.image_box = ImageBox(self._view, starts[3], self.images)
        self._beat_seen, self._looked, self._silent = -1, time.monotonic(), 0.0

    def beat(self) -> None:
        """Count this side's heartbeat on."""
        at = _BEATS + self.side
        self.words[at] = (self.words[at] + 1) & _MASK

    def other_side(self) -> str:
        """`absent` (never came), `alive`, `hanging` (no heartbeat for 0.8 s) or `gone` (its process ended).

        Look at least five times a second, to know within one."""
        other = 1 - self.side
        if other == RENDERER and not self.words[_ATTACHED]:
            return "absent"
        if _try_lock(self._descriptor, other):
            _unlock(self._descriptor, other)
            return "gone"
        beat, now = self.words[_BEATS + other], time.monotonic()
        self._silent += min(now - self._looked, LOOK_SECONDS)
        if beat != self._beat_seen:
            self._beat_seen, self._silent = beat, 0.0
        self._looked = now
        return "hanging" if self._silent > HANG_SECONDS else "alive"

    @property
    def attached(self) -> bool:
        return bool(self.words[_ATTACHED])

    def next_path(self) -> str:
        """Where the game has moved to, or ''."""
        length = self.words[_MOVED]
        _fence()
        return os.fsdecode(bytes(self._view[PATH_AT : PATH_AT + length])) if length else ""

    def move_to(self, path: str) -> None:
        """Tell the renderer, through this block, where the next one is."""
        name = os.fsencode(path)
        self._view[PATH_AT : PATH_AT + len(name)] = name
        _fence()
        self.words[_MOVED] = len(name)

    def close(self) -> None:
        """Unmap the file, give up the lock, and remove the file's name if it still has one."""
        if self._descriptor < 0:
            return
        for part in (self.frames, self.pictures, self.status, self.image_box):
            part.close()
        self.words.release()
        self._view.release()
        self._map.close()
        os.close(self._descriptor)
        self._descriptor = -1
        _remove(self.path)


def create_block(pixels: int, draws: int, images: int, folder: str | None, checked: bool | None) -> Block:
    """Make a new file for pictures of up to `pixels` bytes, and lock it as the game.

    It is written full of zeros: a full disk then is an `OSError` now, not a bus error at some later frame."""
    if checked is None:
        checked = platform.machine().lower() not in ("x86_64", "amd64", "i386", "i686", "x86")
    for place in folders(folder):
        path = os.path.join(place, f"{PREFIX}{os.getpid()}-{os.urandom(8).hex()}")
        if len(os.fsencode(path)) > PATH_LIMIT:
            continue
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | _OPEN, 0o600)
        except OSError:
            continue
        try:
            # A game that removes leftovers may hold or have removed a file that is not locked yet.
            if not _try_lock(descriptor, GAME) or not os.path.exists(path):
                raise OSError("taken for a leftover")
            missing, zeros = block_size(pixels, draws, images), bytes(1 << 20)
            while missing:
                missing -= os.write(descriptor, zeros[:missing])
            block = Block(path, descriptor, GAME, (pixels, draws, images, checked))
        except OSError:
            os.close(descriptor)
            _remove(path)
            continue
        for at, value in ((_PIXELS, pixels), (_DRAWS, draws), (_IMAGES, images), (_CHECKED, int(checked))):
            block.words[at] = value
        block.words[_VERSION], block.words[_MAGIC] = VERSION, MAGIC
        return block
    size = block_size(pixels, draws, images)
    raise HandoffError(f"no folder of {folders(folder)} takes a file of {size} bytes; free some memory")


def attach_block(path: str) -> Block:
    """Open the game's file as the renderer, and remove its name where the system allows it."""
    if not os.path.basename(path).startswith(PREFIX):
        raise HandoffError(f"{path} is no block; give GameSide.path")
    try:
        descriptor = os.open(path, _OPEN)
    except OSError as error:
        raise HandoffError(f"no block at {path}: {error.strerror}; has the game ended?") from error
    try:
        with mmap.mmap(descriptor, HEADER) as header:
            words = struct.unpack_from("=10I", header)
        if words[:2] != (MAGIC, VERSION):
            raise HandoffError(f"{path} must be a block of version {VERSION}, got {words[:2]}")
        if words[_ATTACHED] or not _try_lock(descriptor, RENDERER):
            raise HandoffError(f"{path} has a renderer already; make a new block for a new renderer")
        block = Block(path, descriptor, RENDERER, words[_PIXELS : _CHECKED + 1])
    except (OSError, ValueError) as error:
        os.close(descriptor)
        raise HandoffError(f"{path} is no block: {error}") from error
    except HandoffError:
        os.close(descriptor)
        raise
    block.beat()
    block.words[_ATTACHED] = 1
    _remove(path)
    return block


def folders(folder: str | None) -> list[str]:
    """Where blocks may lie, the best first."""
    if folder is not None:
        return [folder]
    return [place for place in ("/dev/shm", tempfile.gettempdir()) if os.path.isdir(place)]


def remove_leftovers(folder: str | None = None) -> int:
    """Remove the blocks of games that have ended, and say how many. Living ones hold their lock."""
    removed = 0
    for place in folders(folder):
        for name in os.listdir(place):
            match = re.fullmatch(rf"{PREFIX}(\d+)-[0-9a-f]{{16}}", name)
            # Our own must not be opened: closing any descriptor of a file gives up a process's locks on it.
            if match and int(match[1]) != os.getpid():
                removed += _remove_if_unlocked(os.path.join(place, name))
    return removed


def _remove_if_unlocked(path: str) -> bool:
    try:
        # Only plain files of this user's: a folder for temporary files is everybody's.
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
            return False
        # Without the flag that deletes on closing: on Windows it would take the file of a game that lives.
        descriptor = os.open(path, _OPEN & ~getattr(os, "O_TEMPORARY", 0))
    except OSError:
        return False
    try:
        return _try_lock(descriptor, GAME) and _remove(path)
    finally:
        os.close(descriptor)


_OPEN = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_TEMPORARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def _try_lock(descriptor: int, side: int) -> bool:
    """Lock a side's byte if nobody else has. POSIX locks belong to the process, and children do not get them.
    """
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, _LOCK_AT + side, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _LOCK_AT + side)
    except OSError:
        return False
    return True


def _unlock(descriptor: int, side: int) -> None:
    if sys.platform == "win32":
        os.lseek(descriptor, _LOCK_AT + side, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, _LOCK_AT + side)


def _remove(path: str) -> bool:
    try:
        os.unlink(path)
    except OSError:
        return False
    return True


def _aligned(size: int) -> int:
    return (size + 63) & ~63


def _starts(pixels: int, draws: int) -> list[int]:
    """Where frames, pictures, status and images begin."""
    sizes = (Lane.size(pixels, draws), Lane.size(pixels, 0), Lane.size(_STATUS_TEXT, _STATUS_TEXT))
    return [HEADER + sum(sizes[:i]) for i in range(4)]


def block_size(pixels: int, draws: int, images: int) -> int:
    """Bytes of a block: three frames and three pictures of the largest size, a status, and the images' box.
    """
    return _starts(pixels, draws)[3] + 64 + _aligned(images)


def _checksum(numbers: tuple[float, ...], first: memoryview | bytes, second: bytes, checked: bool) -> int:
    checksum = zlib.crc32(second, zlib.crc32(_META.pack(*numbers, 0)))
    return zlib.crc32(first, checksum) if checked else checksum


class GameSide:
    """Sends frames and source images, and receives pictures. It makes the block, and removes what dead games
    left.

    `width` × `height` is the largest picture, `draws` and `images` the most bytes of a frame's draws and of
    one batch of source images. A renderer that is `gone` or `hanging` is replaced by closing this side and
    making another; its process must be ended first."""

    def __init__(
        self,
        width: int,
        height: int,
        draws: int = 1 << 20,
        images: int = 8 << 20,
        folder: str | None = None,
        checked: bool | None = None,
    ) -> None:
        self._rest = (draws, images, folder, checked)
        self._older: list[Block] = []
        remove_leftovers(folder)
        self._block = create_block(4 * width * height, *self._rest)
        self._last = -1
        self._status = Status("", 0.0, "")
        self._sent: dict[bytes, None] = {}

    @property
    def path(self) -> str:
        """The file's name, which the renderer's process is started with."""
        return self._block.path

    def send_frame(self, number: int, width: int, height: int, pixels: object, draws: bytes = b"") -> None:
        """Hand over a frame: `pixels` is any contiguous buffer of 4·width·height bytes, BGRA. Numbers grow.
        """
        if number <= self._last:
            raise HandoffError(f"frame {number} must have a number above the last one, {self._last}")
        # Whatever happens, nothing refers to the caller's memory afterwards: it may be a locked surface.
        with memoryview(pixels) as view, view.cast("B") as data:  # type: ignore[arg-type]
            size = 4 * width * height
            if len(data) != size:
                raise HandoffError(f"a frame of {width}x{height} has {size} bytes, got {len(data)}")
            self._block.beat()
            self._block.frames.send(number, width, height, 0.0, data, draws)
        self._last = number

    def send_images(self, images: Mapping[bytes, bytes]) -> int:
        """Hand over source images by `content_name`, each once: call again, with the same or more, until the
        number of those that wait is 0. The last 65,536 names are remembered; one that is older goes again."""
        waiting = {name: data for name, data in images.items() if name not in self._sent}
        sent = self._block.image_box.send(waiting) if waiting else []
        self._sent.update(dict.fromkeys(sent))
        while len(self._sent) > _NAMES_LIMIT:
            del self._sent[next(iter(self._sent))]
        return len(waiting) - len(sent)

    def forget_images(self, names: Iterable[bytes]) -> None:
        """Let images go again when they are given to `send_images`: the renderer has dropped them."""
        for name in names:
            self._sent.pop(name, None)

    def receive_picture(self, width: int, height: int, oldest: int) -> Message | None:
        """The newest picture, BGRA in `first`, if it is new, of this size, and of frame `oldest` or a later
        one.

        Its bytes are used again when nothing refers to them any more."""
        self._block.beat()
        self._close_older()
        picture = self._block.pictures.receive()
        if picture is None or (picture.width, picture.height) != (width, height):
            return None
        return picture if oldest <= picture.number <= self._last else None

    def status(self) -> Status:
        """What the renderer said last."""
        message = self._block.status.receive()
        if message is not None:
            theme, error = bytes(message.first).decode("utf-8"), message.second.decode("utf-8")
            self._status = Status(theme, message.value, error, message.number - 1)
        return self._status

    def renderer(self) -> str:
        """`absent`, `alive`, `hanging` or `gone`; see `Block.other_side`. 2 to 10 µs."""
        self._close_older()
        blocks = [self._block, *reversed(self._older)]
        return next((block for block in blocks if block.attached), self._block).other_side()

    def resize(self, width: int, height: int) -> None:
        """Go on in a new block, for pictures of up to this size. The old one says where it is, and is closed
        when the renderer has gone over.

        Raises `HandoffError`, and stays in the old block, if there is no memory for another."""
        block = create_block(4 * width * height, *self._rest)
        self._block.move_to(block.path)
        self._older.append(self._block)
        self._block = block

    def _close_older(self) -> None:
        if self._older and self._block.attached:
            for block in self._older:
                block.close()
            self._older = []

    def close(self) -> None:
        """Give up all memory and files."""
        for block in (*self._older, self._block):
            block.close()
        self._older = []
