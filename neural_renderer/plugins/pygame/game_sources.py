"""What a game's source files tell before it runs: which of our keys it uses itself, and which of its modules
are called like modules of Python.

Nothing is executed; files are read as text, up to a limit.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reskin.engine.errors import did_you_mean
from reskin.neural_renderer.errors import RunError
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.headless.input_script import KEYS

LARGEST_FILE: Final = 2_000_000
MOST_FILES: Final = 2000
SKIPPED: Final = frozenset({"venv", "env", "node_modules", "site-packages", "__pycache__", "build", "dist"})
DEFAULT_KEYS: Final = {"theme": "T", "restyle": "F5", "wipe": "F6", "screenshot": "F9", "record": "F10"}
"""Our keys by what they do, as in our own games."""
TEXT: Final = re.compile(r"\.unicode\b|\bTEXTINPUT\b|['\"]K_['\"]|\bchr\(\s*\w+\.key\b")
"""A game that takes text, or keys by a computed name, uses T."""
IMPORT: Final = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))", re.M)
NAMED: Final = re.compile(r"\bkey_code\b|\bkey\.name\b")
"""A game that compares keys by their names."""
SHIFTED: Final = "Ctrl+Shift+"


@dataclass(frozen=True)
class Key:
    """A key of ours. chord: Ctrl and Shift must be held with it. Its name is pygame's, without `K_`."""

    action: str
    name: str
    chord: bool = False

    @property
    def label(self) -> str:
        return f"{SHIFTED if self.chord else ''}{self.name}"


def folder_of(game: Path) -> Path:
    """The folder that holds a game's source files: that of its script, or its package."""
    return game if game.is_dir() else game.parent


def read_sources(game: Path) -> list[str]:
    """The text of the game's Python files: of its script and all that it imports from its own folder, or of
    its whole package where `game` is a folder."""
    texts: list[str] = []
    seen: set[Path] = set()
    waiting = list(_python_files(game)) if game.is_dir() else [game]
    folder = folder_of(game)
    while waiting and len(seen) < MOST_FILES:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        text = _text_of(path)
        texts.append(text)
        for names in IMPORT.findall(text):
            for name in re.findall(r"[\w.]+", "".join(names)):
                places = {path.parent} if name.startswith(".") else {folder, path.parent}
                waiting += [found for place in places for found in _files_of(place, name)]
    return texts


def _files_of(folder: Path, module: str) -> list[Path]:
    """The files of a module, and all of those of the package that it lies in."""
    parts = [part for part in module.split(".") if part]
    if not parts:
        return list(folder.glob("*.py"))
    script = folder / f"{parts[0]}.py"
    if script.is_file():
        return [script]
    package = folder / parts[0]
    return list(_python_files(package)) if package.is_dir() else []


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size <= LARGEST_FILE:
            return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        pass
    return ""


def choose_keys(texts: list[str], remapped: Mapping[str, str]) -> list[Key]:
    """Our keys for a game: the usual ones, with Ctrl+Shift where the game uses the key itself.

    remapped: keys by action, such as `{"theme": "F2"}` or `{"theme": "Ctrl+Shift+T"}`; they are taken as they
    are. Raises RunError for an unknown action or two actions on one key.
    """
    for action in remapped:
        if action not in DEFAULT_KEYS:
            near = did_you_mean(action, DEFAULT_KEYS)
            raise RunError(f"there is no key for {action!r}{near}; there are: {', '.join(DEFAULT_KEYS)}")
    keys = []
    for action, usual in DEFAULT_KEYS.items():
        if action in remapped:
            name = remapped[action].strip()
            chord = name.lower().startswith(SHIFTED.lower())
            keys.append(Key(action, _known(name[len(SHIFTED) :] if chord else name), chord))
        else:
            keys.append(Key(action, usual, chord=any(_uses(text, usual) for text in texts)))
    labels = [key.label.lower() for key in keys]
    for key in keys:
        if labels.count(key.label.lower()) > 1:
            raise RunError(f"two of our keys are {key.label}; give one of them another by --hotkey")
    return keys


def _known(name: str) -> str:
    if len(name) != 1 and name.upper() not in KEYS:
        near = did_you_mean(name, KEYS)
        raise RunError(f"no key is called {name!r:.60}{near}; use names such as T, F2, Ctrl+Shift+T or SPACE")
    return name


def _uses(text: str, key: str) -> bool:
    """Whether a source file handles a key itself."""
    name = key.lower() if len(key) == 1 else key
    if re.search(rf"\bK_{name}\b", text):
        return True
    if NAMED.search(text) and re.search(rf"['\"]{name}['\"]", text, re.IGNORECASE):
        return True
    return len(key) == 1 and TEXT.search(text) is not None


def shadowed_modules(folder: Path) -> list[str]:
    """Names of Python's own modules that modules of the game have, too, such as `platform`."""
    found = set()
    for path in _python_files(folder):
        found.add(path.parent.name if path.stem == "__init__" else path.stem)
    return sorted(found & (sys.stdlib_module_names - {"__main__", "__init__"}))


def _python_files(folder: Path) -> Iterator[Path]:
    left = MOST_FILES
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".py"):
                left -= 1
                if left < 0:
                    return
                yield Path(place, name)
