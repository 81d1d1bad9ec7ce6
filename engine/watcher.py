"""Watches files while a game runs, on a thread, so that the game never waits for the disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Final

LOOK_S: Final = 0.03
"""Seconds between two looks. Twenty files cost some 0.1 ms a look."""

CONTENT_S: Final = 1.0
"""Seconds between two looks at what is in the files: a theme takes 1.5 ms, 20 scripts take 1 ms."""
MOST_READ: Final = 1 << 24

Stamp = tuple[int, ...]
"""When a file was changed, in ns, its size in bytes and its number on the disk; empty if there is none."""


def file_stamp(path: Path) -> Stamp:
    """The stamp of a file: equal as long as nobody changes it."""
    try:
        found = path.stat()
    except OSError:
        return ()
    # The time alone has steps of up to 2 s on some disks; an editor that replaces a file changes its number.
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


class ContentStamps:
    """Stamps of files, each with a digest of what is in it.

        stamps = ContentStamps()
        stamps([path])            # {"theme.yaml": (..., b"...")}

    The stamp alone is not enough: an unpacked archive brings the old times with it, and not every disk keeps
    the time of the change itself. A file is read again when its stamp changes, and every `CONTENT_S` seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[Path, tuple[Stamp, float, bytes]] = {}

    def __call__(self, paths: Iterable[Path]) -> dict[str, tuple[Stamp, bytes]]:
        """The stamp and the digest of each file, by its name; both are empty if there is none."""
        now = self._clock()
        known, self._known = self._known, {}
        for path in paths:
            stamp = file_stamp(path)
            before, read, digest = known.get(path, ((), now, b""))
            if stamp != before or now - read >= CONTENT_S:
                read, digest = now, content_digest(path)
            self._known[path] = stamp, read, digest
        return {path.name: (stamp, digest) for path, (stamp, _, digest) in self._known.items()}


def content_digest(path: Path) -> bytes:
    """8 bytes that change with the first 16 MiB of a regular file; empty if it cannot be read."""
    try:
        if not path.is_file():  # a pipe would block the reader
            return b""
        with path.open("rb") as file:
            return blake2b(file.read(MOST_READ), digest_size=8).digest()
    except (OSError, ValueError):
        return b""


class Watcher:
    """Calls `changed` on a thread of its own when an edit is complete, until it is stopped.

    look: gives what is to be compared, such as the stamps of some files. An edit counts as complete when two
    looks in a row see the same, because editors write in several steps. `changed` is also called at the first
    look: an edit may have come between reading the files and watching them.
    """

    def __init__(self, name: str, look: Callable[[], object], changed: Callable[[], None]) -> None:
        self._look, self._changed = look, changed
        self._reported: object = None
        self._seen: object = look()
        self._stop = threading.Event()
        # Not a daemon: a process that ends while `changed` compiles a network would abort.
        self._thread = threading.Thread(target=self._watch, name=name)
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait until the thread has ended."""
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """Look once. The thread does this every `LOOK_S` seconds."""
        before, self._seen = self._seen, self._look()
        if self._seen == before and self._seen != self._reported:
            self._reported = self._seen
            self._changed()

    def _watch(self) -> None:
        self.look()
        while not self._stop.wait(LOOK_S) and threading.main_thread().is_alive():
            self.look()
