"""Finds games: installed ones by name, and others by file, folder or class.

    load_game("miner")               installed: an entry point in the group `GROUP`
    load_game("my_game.py")          a file; its folder is added to `sys.path`, for imports of files beside it
    load_game("my_game.py:Orchard")  one of several games in it
    load_game("games/orchard")       a folder: a package, or one with game.py or main.py in it
    load_game("my_game:Orchard")     a class of a module that can be imported, from the working folder too

A game that was found by its place is known by its own name from then on, so that its saves and replays can
be loaded. A file is a program: it runs when it is loaded.
"""

from __future__ import annotations

import inspect
import os
import sys
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from reskin.engine.errors import GameError, did_you_mean
from reskin.engine.simulation.game import Game

GROUP: Final = "reskin.games"
"""The group of entry points in which games are registered, as `name = "package.module:Class"`."""
STARTS: Final = ("game.py", "main.py")
"""The files that are looked for in a folder that is not a package."""

_placed: dict[str, type[Game]] = {}


def find_games() -> dict[str, type[Game]]:
    """Every installed game by name. Raises GameError for one that cannot be loaded."""
    return {name: _installed(point) for name, point in _points().items()}


def load_game(name: str) -> type[Game]:
    """A game by its installed name or by its place, as above. Raises GameError, which names those installed.

    An installed name comes first: write `./miner` for a file or folder of that name in the working folder.
    """
    if name in _placed:
        return _placed[name]
    points = _points()
    if name in points:
        return _installed(points[name])
    place, _, attribute = name.rpartition(":") if _has_class(name) else (name, "", "")
    path = Path(place)
    if place and (path.is_file() or path.is_dir()):
        game = _class_of(_module_at(path), attribute, name)
    elif attribute and path.suffix != ".py":
        game = load_class(name)
    else:
        raise GameError(
            f"no game is named {name!r:.200}{did_you_mean(name, points)}; installed: "
            f"{', '.join(points) or 'none'}; or name a file such as my_game.py, a folder, or my_game:Class"
        )
    _placed[game.name] = game
    return game


def known_game(name: str) -> type[Game]:
    """A game that is installed, or was found by its place before. Raises GameError.

    For names in files of others: a name that is a place would run a program.
    """
    if name in _placed or name in (points := _points()):
        return load_game(name)
    raise GameError(
        f"no game is named {name[:80]!r}; installed: {', '.join(points) or 'none'}; give the file or folder "
        "of another as --game"
    )


def load_class(name: str) -> type[Game]:
    """A game by `package.module:Class`, whatever files and folders there are. Raises GameError."""
    module, _, attribute = name.rpartition(":")
    return _class_of(_module_named(module, name), attribute, name)


def _has_class(name: str) -> bool:
    """Whether a class follows the last colon; on Windows a colon also follows the letter of a drive."""
    return ":" in name and name.rpartition(":")[2].isidentifier()


def _points() -> dict[str, EntryPoint]:
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda p: p.name)}


def _installed(point: EntryPoint) -> type[Game]:
    where = f"game {point.name!r} ({point.value})"
    try:
        return _checked(point.load(), where)
    except (ImportError, AttributeError) as error:
        raise GameError(f"{where} cannot be loaded: {error}") from error


def _module_at(path: Path) -> ModuleType:
    """The module of a file or a folder; a folder is a package, or has a game.py or main.py."""
    path = Path(os.path.abspath(path))  # not resolved: another version may take a link's place
    if path.is_dir() and not (path / "__init__.py").is_file():
        there = [path / start for start in STARTS if (path / start).is_file()]
        if not there:
            raise GameError(
                f"{path} holds no game: expected an __init__.py, {' or a '.join(STARTS)}; or name the file"
            )
        path = there[0]
    folder, stem = path.parent, path.stem if path.is_file() else path.name
    if not stem.isidentifier() or (path.is_file() and path.suffix != ".py"):
        raise GameError(
            f"{path} cannot be imported: expected a name such as my_game.py, of letters, digits and _"
        )
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    module = _imported(stem, str(path))
    found = Path(module.__file__ or "").resolve()
    if path.resolve() not in (found, found.parent):
        raise GameError(
            f"{path} cannot be imported: another module named {stem!r} is in use ({found}); rename the file"
        )
    return module


def _module_named(module: str, name: str) -> ModuleType:
    if not all(part.isidentifier() for part in module.split(".")):
        raise GameError(f"game {name!r} cannot be loaded: expected package.module:Class, or an existing file")
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    return _imported(module, name)


def _imported(module: str, name: str) -> ModuleType:
    try:
        return import_module(module)
    except Exception as error:  # a program may fail in any way
        raise GameError(f"game {name!r} cannot be loaded: {type(error).__name__}: {error}") from error


def _class_of(module: ModuleType, attribute: str, name: str) -> type[Game]:
    """The class `attribute` of a module or, if that is empty, the only game that its package defines."""
    if attribute:
        if not hasattr(module, attribute):
            raise GameError(f"game {name!r} cannot be loaded: {module.__name__} has no {attribute!r}")
        return _checked(getattr(module, attribute), repr(name))
    kinds = [
        kind
        for kind in dict.fromkeys(kind for kind in vars(module).values() if isinstance(kind, type))
        if issubclass(kind, Game) and kind.__module__.partition(".")[0] == module.__name__
    ]
    games = [kind for kind in kinds if not inspect.isabstract(kind)] or kinds
    if len(games) != 1:
        found = ", ".join(game.__name__ for game in games) or "none"
        raise GameError(
            f"{name} must define one class of reskin.Game, found {found}; name one of several as {name}:Class"
        )
    return _checked(games[0], repr(name))


def _checked(found: Any, where: str) -> type[Game]:
    if not (isinstance(found, type) and issubclass(found, Game)):
        raise GameError(f"{where} must be a subclass of reskin.Game, got {found!r}")
    if inspect.isabstract(found):
        missing = ", ".join(sorted(f"{name}()" for name in found.__abstractmethods__))
        raise GameError(f"{where}: class {found.__name__} lacks {missing}; see reskin.Game for what they do")
    return found
