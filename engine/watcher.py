"""Watches files while a game runs, on a thread, so that the game never waits for the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

LOOK_S: Final = 0.03
"""Seconds between two looks. Twenty files cost some 0.1 ms a look."""

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
