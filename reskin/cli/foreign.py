"""Errors of the system and of libraries, in a line for the user: the one place that translates them.

What is a mistake in Reskin's own code or in a game's keeps its traceback, and so does everything while
`RESKIN_TRACEBACK` is set in the environment. Reskin's own errors are lines already; see `engine.errors`.
"""

from __future__ import annotations

import errno
import os
from typing import Final

TRACEBACK: Final = "RESKIN_TRACEBACK"
"""The environment variable that keeps tracebacks."""
LONGEST: Final = 300
"""Characters of another's words that are shown."""

ADVICE: Final = {
    errno.EMFILE: "close other programs, or raise the limit: ulimit -n 4096",
    errno.ENFILE: "close other programs, as the whole system has no more",
    errno.ENOSPC: "make room on the disk, or name another place",
    errno.EDQUOT: "make room in your quota, or name another place",
    errno.ENAMETOOLONG: "take a shorter name",
    errno.EACCES: "name another place, or change its permissions",
    errno.EROFS: "name a place that can be written",
    errno.ENOMEM: "close other programs, or take a smaller --size",
    errno.EAGAIN: "the system allows no more threads or processes; close other programs",
}
"""What to do about an error of the system."""

LIBRARIES: Final = {
    "av": "PyAV", "openvino": "OpenVINO", "numba": "Numba", "llvmlite": "Numba", "pygame": "pygame",
    "torch": "PyTorch", "safetensors": "safetensors", "safetensors_rust": "safetensors", "cuda": "CUDA",
    "moderngl": "moderngl", "cupy": "CuPy", "cupy_backends": "CuPy", "yaml": "PyYAML", "zlib": "zlib",
    "PIL": "Pillow", "diffusers": "diffusers", "scipy": "SciPy",
}  # fmt: skip
"""Libraries by the first part of their modules' names."""

UNLOADED: Final = ("cannot open shared", "failed to map", "DLL load")
"""What the loader says of a library that a module needs."""


def in_a_line(error: Exception) -> str:
    """What went wrong and what to do, in a line; empty for an error that should keep its traceback."""
    if os.environ.get(TRACEBACK):
        return ""
    if isinstance(error, MemoryError):
        return "there is not enough memory; close other programs, or take a smaller --size"
    name = _library(error)
    if isinstance(error, OSError) and error.errno is not None:
        return "" if error.errno == errno.EPIPE else _of_the_system(error, name)
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return f"no thread can be started; {ADVICE[errno.EAGAIN]}"
    if isinstance(error, ImportError) and any(words in str(error) for words in UNLOADED):
        return f"a library cannot be loaded: {_short(error)}; install it, or see reskin doctor"
    return f"{name} failed: {_short(error)}; {TRACEBACK}=1 shows where" if name else ""


def _of_the_system(error: OSError, library: str) -> str:
    names = [str(name)[:100] for name in (error.filename, error.filename2) if name is not None]
    words = error.strerror or _short(error)
    what = f"{': '.join((*names, words))}" + (f" ({library})" if library else "")
    return f"{what}; {ADVICE.get(error.errno or 0, f'{TRACEBACK}=1 shows where')}"


def _library(error: Exception) -> str:
    """The library whose error it is, by its class, or by the code that raised it; empty if it is none."""
    places = [type(error).__module__]
    trace = error.__traceback__
    while trace is not None:
        last, trace = trace, trace.tb_next
        if trace is None:
            places.append(str(last.tb_frame.f_globals.get("__name__", "")))
    return next((LIBRARIES[top] for place in places if (top := place.partition(".")[0]) in LIBRARIES), "")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:LONGEST] or type(error).__name__
