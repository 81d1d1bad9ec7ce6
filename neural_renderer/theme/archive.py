"""Writes a theme pack as one zip file, to share. Unpacked, it is a folder that `--theme` takes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Final

from reskin.engine.atomic_write import atomic_write
from reskin.engine.outputs import KINDS, why_not_replace
from reskin.neural_renderer.errors import ThemeError
from reskin.neural_renderer.theme.pack import HEAD, PREVIEW, WEIGHTS, Theme

LARGEST: Final = 4 * 1024 * 1024
"""The largest zip, in bytes. A pack holds weights and one picture, and needs no more."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def write_zip(theme: Theme, folder: Path, path: Path) -> Path:
    """Write the pack in `folder`, which was loaded as `theme`, to `path`. Other files in the folder are left
    out.

    The same files give the same bytes on every machine: they are stored without times and owners, and
    uncompressed, because compressors differ. Raises ThemeError.
    """
    if refusal := why_not_replace(path, ".zip"):
        raise ThemeError(refusal)
    try:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name in (HEAD, WEIGHTS, PREVIEW):
                if name != PREVIEW or (folder / name).is_file():
                    _add(archive, f"{theme.name}/{name}", own_file(folder, name))
        if len(made.getvalue()) > LARGEST:
            raise ThemeError(
                f"{folder}: expected at most {LARGEST} bytes in all, found {len(made.getvalue())}; "
                f"make {PREVIEW} smaller"
            )
        with atomic_write(path) as partial:
            partial.write_bytes(made.getvalue())
    except OSError as error:
        raise ThemeError(f"cannot pack {folder} into {path}: {error.strerror}") from error
    return path


def own_file(folder: Path, name: str) -> Path:
    """The place of a file of a pack, for others to have. Raises ThemeError if a link leads out of the folder,
    or if a preview is no PNG."""
    path, real = folder / name, (folder / name).resolve()
    if not real.is_relative_to(folder.resolve()):
        raise ThemeError(
            f"{path} is a link to {real}, outside of the theme, and would give that file away; "
            "put a copy in its place"
        )
    at, signature = KINDS[".png"]
    with real.open("rb") as file:
        start = file.read(at + len(signature))
    if name == PREVIEW and start[at:] != signature:
        raise ThemeError(f"{path}: expected a PNG, found another file; reskin themes preview makes one")
    return real


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    if path.stat().st_size > LARGEST:
        raise ThemeError(f"{path}: expected at most {LARGEST} bytes, found {path.stat().st_size}")
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    archive.writestr(entry, path.read_bytes())
