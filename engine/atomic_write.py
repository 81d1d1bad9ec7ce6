"""Writes files that are never half written: under a temporary name first, then moved into place.

A crash at any instant leaves the old contents or the new ones, whole. The temporary file lies beside the
file and keeps its suffix, because some writers choose their format by it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def real_place(path: Path) -> Path:
    """The file that a name stands for: the end of its links, which need not be there yet; else `path` itself.

    What lies beside a file, such as a log or a temporary file, must lie beside this one. Raises OSError for
    links that lead in a circle.
    """
    if not path.is_symlink():
        return path
    real = Path(os.path.realpath(path))
    if real.is_symlink():
        raise OSError(errno.ELOOP, "its links lead in a circle")
    return real


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yields the name of a temporary file to write, which then takes the place of `path`.

        with atomic_write(Path("notes.txt")) as partial:
            partial.write_text("all or nothing")

    Makes the folder if need be. If the block raises, the temporary file is removed and `path` stays as it
    was. A link stays, and what it leads to is replaced. Raises OSError.
    """
    path = real_place(path)
    partial = partial_name(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        move_into_place(partial, path)
    finally:
        with suppress(OSError):  # it was moved, or never made
            partial.unlink()


def partial_name(path: Path) -> Path:
    """The temporary name of a file, such as `.run.part.mp4` for `run.mp4`."""
    return path.with_name(f".{path.stem}.part{path.suffix}")


def free_partial_name(path: Path, suffix: str) -> Path:
    """A new empty file beside `path` that can be seen, such as `run.part.mp4`, or `run.part-2.mp4` if that is
    taken: what a killed run left may be wanted. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 1
    while True:
        partial = path.with_name(f"{path.stem}.part{f'-{count}' * (count > 1)}{suffix}")
        try:
            partial.touch(exist_ok=False)
        except FileExistsError:
            count += 1
            continue
        return partial


def move_into_place(partial: Path, path: Path) -> None:
    """Give a finished file its name, once its contents are on the disk. Raises OSError."""
    sync_to_disk(partial)
    partial.replace(path)
    sync_to_disk(path.parent)


def sync_to_disk(path: Path) -> None:
    """Wait until a file's contents, or the names in a folder, are on the disk. Raises OSError."""
    if path.is_file() or os.name == "posix":  # other systems cannot open a folder
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
