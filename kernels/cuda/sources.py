"""The text that the compilers of the CUDA kernels get, its digest, and where compiled code is kept."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from reskin.kernels.cuda.launch import SHARED_CONSTANTS, Source

ROOT: Final = Path(__file__).resolve().parents[1]
"""The folder `kernels`, which all includes start from."""

_KERNEL: Final = re.compile(r"^KERNEL\(.*?\)\s*(\w+)\(", re.M)
_INCLUDE: Final = re.compile(r'^#include "([\w./]+)"', re.M)


def translation_unit(source: Source) -> str:
    """The whole source: `device.cuh`, the constants, and the file, as includes from the folder `kernels`."""
    constants = {**SHARED_CONSTANTS, **dict(source.constants)}
    lines = [f"CONSTANT i32 {name} = {value};" for name, value in constants.items()]
    return "\n".join(('#include "cuda/device.cuh"', *lines, f'#include "{source.path}"', ""))


def kernel_names(source: Source, root: Path = ROOT) -> list[str]:
    """The kernels that a source declares, in order: `KERNEL(threads, blocks) name(...)` at a line's start."""
    return _KERNEL.findall((root / source.path).read_text(encoding="utf-8"))


def digest(text: str, root: Path, *settings: str, without: str = "") -> str:
    """SHA-256 of a text, of every file that it includes, and of settings; 32 hexadecimal digits.

    without: a file whose text, and what it includes, does not count.
    """
    found = hashlib.sha256(repr(settings).encode())
    queue, seen = [text], {without}
    while queue:
        content = queue.pop()
        found.update(content.encode())
        for name in _INCLUDE.findall(content):
            if name not in seen:
                seen.add(name)
                queue.append((root / name).read_text(encoding="utf-8"))
    return found.hexdigest()[:32]


def gpu_digest(source: Source, root: Path, *settings: str) -> str:
    """The digest of a source for a GPU, for which the shim does not count."""
    return digest(translation_unit(source), root, *settings, without="cuda/shim.h")


def cache_folder() -> Path:
    """Where compiled kernels are kept: the user's cache folder. It may be emptied at any time."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(home) / "reskin" / "cuda"
