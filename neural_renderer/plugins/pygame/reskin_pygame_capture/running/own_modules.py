"""Lets a game have modules that are called like Python's own, such as `platform` or `queue`.

We import some of Python's modules before the game begins. A game's `import platform` would then get Python's,
where without us it gets the game's. So those names are hidden from the game, and put back while files of ours
are imported.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType

GIVEN = {"numpy", "pygame"}
"""What is imported only where the game has imported it."""


class OwnModules:
    """Python's modules that are hidden from the game.

    names: those that the game has, too. before: modules that Python had imported before any of ours; they
    stay, as they would without us. files: ours, some of which are imported only when the game imports pygame;
    what they need is imported now, as it may be the game's later.
    """

    def __init__(self, names: Iterable[str], before: Iterable[str], files: Iterable[str]) -> None:
        hidden, kept = set(names), set(before)
        for name in sorted(set().union(*map(imported_by, files)) - GIVEN) if hidden else ():
            with suppress(ImportError):  # of another system
                import_module(name)
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


def files_of_ours(channel: str) -> list[str]:
    """The Python files of this package, and the handoff's."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    found = [os.path.join(folder, name) for folder, _, names in os.walk(package) for name in names]
    return [*[path for path in found if path.endswith(".py")], channel]


def imported_by(path: str) -> set[str]:
    """The modules that a file imports anywhere in it, by the first part of their names."""
    found: set[str] = set()
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return found
