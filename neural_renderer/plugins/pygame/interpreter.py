"""Which Python runs a game: the one that its author would run it with.

In this order: the one that was named; an active environment other than Reskin's own; an environment beside
the game, or up to two folders above it; Reskin's own. The first that has pygame is taken.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reskin.neural_renderer.errors import RunError
from reskin.neural_renderer.plugins.pygame.game_sources import folder_of

ENVIRONMENTS: Final = (".venv", "venv", "env")
FOLDERS_ABOVE: Final = 2
OLDEST: Final = (3, 9)
OLDEST_PYGAME: Final = 2
PROGRAM: Final = """
import importlib.util, json, sys
found = {"version": list(sys.version_info[:3]), "pygame": "", "kind": ""}
if importlib.util.find_spec("pygame") is not None:
    found["pygame"] = "?"
    from importlib import metadata
    for kind in ("pygame-ce", "pygame"):
        try:
            found["pygame"], found["kind"] = metadata.version(kind), kind
            break
        except metadata.PackageNotFoundError:
            pass
print(json.dumps(found))
"""
"""Needs no import of pygame, which takes ten times as long."""


@dataclass(frozen=True)
class Interpreter:
    """A Python with pygame. kind: `pygame` or `pygame-ce`, "" if it was not installed as a package."""

    path: str
    version: tuple[int, ...]
    pygame: str
    kind: str


def choose_interpreter(
    game: Path, named: str | None = None, environment: Mapping[str, str] = os.environ
) -> Interpreter:
    """The Python for a game, whose folder (or script) is `game`.

    Raises RunError, which says what was looked at.
    """
    refused = []
    for path, where in _candidates(game, named, environment):
        found = _examine(path, game)
        if isinstance(found, Interpreter):
            return found
        refused.append(f"  {where}: {path}: {found}")
    looked = "\n".join(refused)
    raise RunError(
        f"no Python with pygame was found for the game. Looked at:\n{looked}\n"
        "Install pygame-ce into one of them (pip install pygame-ce), or name another by --python."
    )


def _candidates(game: Path, named: str | None, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if named is not None:
        yield named, "--python"
        return
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        active = environment.get(variable)
        if active and Path(active).resolve() != Path(sys.prefix).resolve():
            yield str(_python_of(Path(active))), "the active environment"
    folder = folder_of(game)
    for place in (folder, *list(folder.parents)[:FOLDERS_ABOVE]):
        for name in ENVIRONMENTS:
            python = _python_of(place / name)
            if python.exists() and (place / name).resolve() != Path(sys.prefix).resolve():
                yield str(python), "beside the game"
    yield sys.executable, "Reskin's own"


def _python_of(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _examine(path: str, game: Path) -> Interpreter | str:
    """What a Python is, or why it cannot run the game."""
    try:
        done = subprocess.run(
            [path, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False,
            cwd=tempfile.gettempdir(),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it cannot be run ({getattr(error, 'strerror', None) or error})"
    try:
        found = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        return f"it is no Python ({done.stderr.strip().splitlines()[-1:] or 'it says nothing'})"
    version = tuple(found["version"])
    text = ".".join(map(str, version))
    if version < OLDEST:
        return f"Python {text} is too old; it must be 3.9 or newer"
    beside = folder_of(game) / "pygame"
    if not found["pygame"] and not beside.exists():
        return f"Python {text} has no pygame"
    major = found["pygame"].partition(".")[0]
    if major.isdigit() and int(major) < OLDEST_PYGAME:
        return f"pygame {found['pygame']} is too old; it must be 2 or newer"
    return Interpreter(path, version, found["pygame"], found["kind"])
