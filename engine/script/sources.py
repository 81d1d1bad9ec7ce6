"""The contents of a folder of scripts at one moment: the text of every file, and a fingerprint of them all.

The text is kept, so that what is checked, run and named in an error is the same even if a file changes
meanwhile. Read next: `engine.script.ruleset`, which runs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from reskin.engine.errors import ScriptError
from reskin.engine.watcher import ContentStamps, Stamp

SUFFIXES: Final = (".py", ".yaml")


@dataclass(frozen=True)
class Sources:
    """The scripts of a folder: file name to text. Subfolders and other files are ignored."""

    folder: Path
    texts: Mapping[str, str]
    parsed: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """YAML files that were parsed beforehand, and that no script has read yet; see `engine.script.data`."""

    @classmethod
    def read(cls, folder: Path) -> Sources:
        """What is on disk now. Raises ScriptError for a missing folder, or a file that is not UTF-8 text."""
        if not folder.is_dir():
            raise ScriptError(f"there is no folder of scripts at {folder}; expected the game's rules there")
        return cls(folder, {path.name: _text(path) for path in _paths(folder)})

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits that change with any character of any file."""
        digest = blake2b(digest_size=8)
        for name, text in self.texts.items():
            for part in (name.encode(), text.encode()):
                digest.update(len(part).to_bytes(8, "little") + part)
        return digest.hexdigest()

    def place(self, file: str, line: int) -> str:
        """A place as text, such as `rules/market.py:12`."""
        return f"{self.folder.name}/{file}:{line}"

    def name_of(self, path: str) -> str:
        """The name of one of these files, given its whole path; empty if it is not one of them."""
        name = Path(path).name
        return name if name in self.texts and path == str(self.folder / name) else ""

    def changed(self, other: Sources) -> list[str]:
        """Names of the files in which the two differ."""
        names = sorted({**self.texts, **other.texts})
        return [name for name in names if self.texts.get(name) != other.texts.get(name)]


LOADING: Final[ContextVar[Sources | None]] = ContextVar("LOADING", default=None)
"""The sources that are being run right now, in which `read_table` and the like look for files."""


def source_text(file: str) -> tuple[Sources, str]:
    """The text of a file beside the script that is being run, with its sources. Raises ScriptError."""
    sources = LOADING.get()
    if sources is None:
        raise ScriptError(f"{file} can only be read at the top of a script, while the scripts are loaded")
    if file not in sources.texts:
        known = ", ".join(name for name in sources.texts if name.endswith(".yaml")) or "no .yaml file"
        raise ScriptError(f"there is no {file} in {sources.folder.name}; there is {known}")
    return sources, sources.texts[file]


class SourceStamps(ContentStamps):
    """What is compared to see an edit: the stamp and a digest of the scripts in a folder.

    The folder is looked up by its path each time, as another may have taken its place.
    """

    def of(self, folder: Path) -> dict[str, tuple[Stamp, bytes]]:
        """Those of a folder; empty if there is none."""
        try:
            return self(_paths(folder))
        except OSError:
            return {}


def _paths(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.name[0] != ".")


def _text(path: Path) -> str:
    data = b""
    try:
        data = path.read_bytes()
        return data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ScriptError(
            f"{path.parent.name}/{path.name}:{line}: scripts are UTF-8, found byte {data[error.start]:#x}",
            path.name, line,
        ) from None  # fmt: skip
    except OSError as error:
        raise ScriptError(f"{path.parent.name}/{path.name} cannot be read: {error}", path.name) from error
