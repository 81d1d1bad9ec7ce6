"""What an output may replace: nothing, an empty file, or an older file of its own kind.

A file's kind is told by its first bytes, not by its name, so that a save that is called `run.png` is kept.
What is no file, such as a folder or `/dev/null`, is never replaced. Read next: `engine.atomic_write`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

KINDS: Final[Mapping[str, tuple[int, bytes]]] = {
    ".png": (0, b"\x89PNG\r\n\x1a\n"),
    ".gif": (0, b"GIF8"),
    ".mp4": (4, b"ftyp"),
    ".zip": (0, b"PK"),
    ".html": (0, b"<!doctype html>"),
    ".replay": (0, b"\x89RPLAY\r\n"),
}
"""Where in a file, and by which bytes, its kind is told."""


def why_not_replace(path: Path, kind: str) -> str:
    """Why a file of this kind, such as `.png`, must not be written at `path`; empty if it may be."""
    try:
        if not os.path.lexists(path) or (path.is_symlink() and not path.exists()):
            return ""
        if not path.is_file():
            return f"{path} is no file; name another place"
        at, signature = KINDS[kind]
        with path.open("rb") as file:
            start = file.read(at + len(signature))
    except OSError as error:
        return f"cannot write {path}: {error.strerror}; name another place"
    if start and start[at:] != signature:
        return f"{path} is there already and is no {kind} file; name another, or remove it first"
    return ""


def same_files(names: Mapping[str, Sequence[Path]]) -> str:
    """Which two of some options name one file, in words; empty if all are apart.

    `names` maps each option to its file and to what else is written for it, such as a save's log. Links are
    followed, also those to a file that is not there yet.
    """
    found: dict[str, str] = {}
    for option, paths in names.items():
        for path in paths:
            real = os.path.realpath(path)
            keys = [os.path.normcase(real)]
            if os.path.exists(real):
                status = os.stat(real)
                keys.append(f"{status.st_dev} {status.st_ino}")  # another name of it, by a hard link
            for key in keys:
                if found.setdefault(key, option) != option:
                    return f"{found[key]} and {option} name one file, {path}; name another for {option}"
    return ""
