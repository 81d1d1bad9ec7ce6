"""Takes up edits of the theme in use while the game runs.

An edited pack is read and prepared on a thread of its own, so that the next frame can use it at once. While
it cannot be read, the previous theme stays in use and `trouble` says why.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reskin.engine.watcher import ContentStamps, Stamp, Watcher
from reskin.neural_renderer.errors import ThemeError
from reskin.neural_renderer.theme import pack as packs
from reskin.neural_renderer.theme.pack import Theme


class ThemeWatcher(Watcher):
    """Watches until it is stopped.

    folder: gives the folder of the pack in use, or None; take: is called with that folder and the theme in
    it, on the watcher's thread, at the first look and after every edit.
    """

    def __init__(self, folder: Callable[[], Path | None], take: Callable[[Path, Theme], None]) -> None:
        self.trouble = ""
        """Why the last edit could not be taken up, in lines for the screen; empty if it was."""
        self._folder, self._take = folder, take
        self._contents = ContentStamps()
        super().__init__("themes", self._stamps, self._load)

    def _stamps(self) -> tuple[Path, dict[str, tuple[Stamp, bytes]]] | None:
        folder = self._folder()
        return None if folder is None else (folder, self._contents(packs.theme_files(folder)))

    def _load(self) -> None:
        folder = self._folder()
        try:
            if folder is not None:
                self._take(folder, packs.load_theme(folder))
            self.trouble = ""
        except (ThemeError, OSError) as error:
            self.trouble = f"{error}\nthe previous theme stays in use"
