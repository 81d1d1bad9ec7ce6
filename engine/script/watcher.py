"""Tells whether a folder changed since it was last asked. A thread waits; whoever asks never does.

Read next: `engine.script.scripts`, which asks between ticks.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from reskin.engine.script.sources import SUFFIXES

SETTLE_MS: Final = 30
"""An edit counts once the folder was quiet for so long: editors write in several steps."""
WAIT_MS: Final = 200
"""The longest that the thread outlives its watcher, and that changes are collected."""


class Watcher:
    """Watches the scripts in a folder until it is stopped.

    The first time it is asked the answer is yes: an edit may lie between the reading and the watching.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stop = threading.Event()
        self._changed = threading.Event()
        self._changed.set()
        self._thread = threading.Thread(target=self._watch, name="scripts", daemon=True)
        self._thread.start()

    def changed(self) -> bool:
        """Whether anything changed since the last time."""
        if not self._changed.is_set():
            return False
        self._changed.clear()
        return True

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=1)

    def _watch(self) -> None:
        from watchfiles import Change, watch  # here, on the thread: it takes a moment to import

        def is_script(change: Change, path: str) -> bool:
            return Path(path).suffix in SUFFIXES and Path(path).name[0] != "."

        self._changed.set()
        for _ in watch(
            self._folder, watch_filter=is_script, debounce=WAIT_MS, step=SETTLE_MS, rust_timeout=WAIT_MS,
            stop_event=self._stop, recursive=False, raise_interrupt=False,
        ):  # fmt: skip
            self._changed.set()
