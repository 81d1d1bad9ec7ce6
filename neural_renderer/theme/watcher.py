"""Sees that the theme in use was edited, beside the game.

A thread looks at the pack's files four times a second. What was edited is read and got ready on that thread,
so that the next frame can have it at once; while it cannot be read, the previous theme stays in use
and `trouble` says why.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reskin.neural_renderer.errors import ThemeError
from reskin.neural_renderer.theme import pack as packs
from reskin.neural_renderer.theme.pack import Theme

LOOK_S: Final = 0.25
"""Seconds between two looks."""


class ThemeWatcher:
    """Watches until it is stopped.

    folder: gives the pack in use, or None; take: is given a pack's folder and what is in it now, on the
    watcher's thread, at the first look and whenever it changed.
    """

    def __init__(self, folder: Callable[[], Path | None], take: Callable[[Path, Theme], None]) -> None:
        self.trouble = ""
        self._folder, self._take = folder, take
        self._taken: object = None
        self._doubted: object = None
        self._stop = threading.Event()
        # Not a daemon: a process that ends while a network is being compiled would abort.
        self._thread = threading.Thread(target=self._watch, name="themes")
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """Take what changed. An edit that cannot be read counts at the second look: the first may have
        come while it was being written."""
        folder = self._folder()
        if folder is None:
            self.trouble = ""
            return
        found = (folder, packs.stamps(folder))
        if found == self._taken:
            return
        try:
            self._take(folder, packs.load(folder))
        except (ThemeError, OSError) as error:
            if found != self._doubted:
                self._doubted = found
                return
            self.trouble = f"{error}\nthe previous theme stays in use"
        else:
            self.trouble = ""
        self._taken = found

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_S) and threading.main_thread().is_alive():
            self.look()
