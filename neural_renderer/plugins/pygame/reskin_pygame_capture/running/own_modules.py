"""Lets a game have modules that are called like Python's own, such as `platform` or `queue`.

We import some of Python's modules before the game begins. A game's `import platform` would then get Python's,
where without us it gets the game's. So those names are hidden from the game, and put back while files of ours
are imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

NEEDED = (
    "array", "bisect", "collections", "contextlib", "ctypes", "datetime", "functools", "gc", "hashlib", "io",
    "itertools", "json", "math", "mmap", "os", "platform", "random", "re", "signal", "stat", "struct",
    "tempfile", "threading", "time", "traceback", "types", "typing", "warnings", "weakref", "zlib",
)  # fmt: skip
"""What files of ours import that can only be imported when pygame is."""


class OwnModules:
    """Python's modules that are hidden from the game.

    names: those that the game has, too. before: modules that Python had imported before any of ours; they
    stay, as they would without us.
    """

    def __init__(self, names: Iterable[str], before: Iterable[str]) -> None:
        for name in NEEDED:
            import_module(name)
        hidden, kept = set(names), set(before)
        self._own: dict[str, ModuleType] = {
            name: module
            for name, module in list(sys.modules.items())
            if name.partition(".")[0] in hidden and name.partition(".")[0] not in kept
        }

    def hide(self) -> None:
        """Take them out, so that the game's are imported."""
        for name, module in self._own.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Inside, imports find Python's."""
        games = {name: sys.modules[name] for name in self._own if name in sys.modules}
        sys.modules.update(self._own)
        try:
            yield
        finally:
            self.hide()
            sys.modules.update(games)
