"""Runs CUDA kernels on the CPU, under the strict back end of `shim.h`. For tests: a frame takes seconds.

    run(border_launch(surface_id, edge_nearness, neighbour))

g++ compiles a source once; the result is kept under its digest. Nothing is compiled at import.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from reskin.kernels.cuda.launch import Argument, Launch, Read, Source, Write
from reskin.kernels.cuda.sources import ROOT, cache_folder, digest, kernel_names, translation_unit

FLAGS: Final = (
    "-std=c++17", "-O2", "-ftree-vectorize", "-ffp-contract=off", "-U_FORTIFY_SOURCE",
    "-fPIC", "-shared", "-Wall", "-Wno-unused", "-Werror",
)  # fmt: skip
"""Floats as on the GPU: no multiplication is fused with an addition unless the source says so. Not
for the instructions of this processor: with AVX, GCC 12 puts vectors of 32 bytes on stacks that it did not
align."""

_LOCK: Final = threading.Lock()
"""The shim has one set of fibers."""


class ShimError(Exception):
    """A kernel did what hardware may let pass and must not: the message names block, thread and place."""


class _Argument(ctypes.Structure):
    _fields_ = (
        ("value", ctypes.c_void_p), ("bytes", ctypes.c_uint64), ("kind", ctypes.c_int32),
        ("width", ctypes.c_int32), ("height", ctypes.c_int32), ("components", ctypes.c_int32),
        ("element", ctypes.c_int32),
    )  # fmt: skip


def missing_compiler() -> str:
    """Why the shim cannot run here, in plain words; "" if it can."""
    if os.name != "posix":
        return "the shim needs the contexts of POSIX"
    return "" if shutil.which("g++") else "g++ is not installed"


def run(launch: Launch, seed: int = 0, root: Path = ROOT) -> None:
    """Run a launch; its written arrays are written.

    The arrays must be C-contiguous; numbers have 4 bytes, a float for a float. seed: draws the order of
    blocks and threads, and what shared memory holds before a block. root: another folder of sources, to
    plant faults. Raises ShimError for the first thing that a kernel must not do, ValueError for arguments
    that do not fit, and RuntimeError with the compiler's words if the source does not compile.
    """
    kernel, sizes = launch.kernel, parameters(launch.kernel.source, launch.kernel.name, root)
    wanted = len(sizes)
    if wanted != len(launch.arguments):
        raise ValueError(f"{kernel.name} takes {wanted} arguments, found {len(launch.arguments)}")
    kept: list[Any] = []
    given = (_Argument * wanted)(
        *(_argument(value, size, kept, f"argument {i} of {kernel.name}")
          for i, (value, size) in enumerate(zip(launch.arguments, sizes, strict=True)))
    )  # fmt: skip
    entry = getattr(_library(kernel.source, root), f"shim_{kernel.name}")
    entry.restype = ctypes.c_char_p
    three = ctypes.c_uint32 * 3
    with _LOCK:
        message = entry(
            given, three(*launch.grid), three(*kernel.block), ctypes.c_uint32(kernel.shared_bytes),
            ctypes.c_uint64(seed),
        )  # fmt: skip
    if message:
        raise ShimError(f"{kernel.name}: {message.decode()}")


def parameters(source: Source, name: str, root: Path = ROOT) -> list[int]:
    """The parameters of a kernel: the bytes of a number, 0 of an array that is read, -1 of one that may be
    written, -2 of a texture, -3 of a surface."""
    library = _library(source, root)
    sizes = (ctypes.c_int32 * getattr(library, f"shim_count_{name}")())()
    getattr(library, f"shim_sizes_{name}")(sizes)
    return list(sizes)


def _argument(value: Argument, size: int, kept: list[Any], name: str) -> _Argument:
    """One argument; what its pointer shows is put into `kept`, to live as long as the call."""
    if value is None:
        return _Argument(None, 0, 3, 0, 0, 0, 0)
    if isinstance(value, Read | Write):
        array = value.array
        if not isinstance(array, np.ndarray) or not array.flags.c_contiguous:
            raise ValueError(f"{name} must be a C-contiguous NumPy array, found {type(array).__name__}")
        if size > 0:
            raise ValueError(f"{name} must be a number, found an array")
        sides: list[int] = [*array.shape, 1, 1, 1]
        height, width, components = sides[:3]
        element = array.itemsize + 16 * (array.dtype.kind == "f")
        kept.append(array)
        kind = 2 if isinstance(value, Write) else 1
        return _Argument(array.ctypes.data, array.nbytes, kind, width, height, components, element)
    if size != 4:
        wanted = "an array" if size <= 0 else "a number of 4 bytes"
        raise ValueError(f"{name} must be {wanted}, found {value!r}")
    number = np.float32(value) if isinstance(value, float) else np.int32(value)
    kept.append(np.array([number]))
    return _Argument(kept[-1].ctypes.data, 4, 0, 0, 0, 0, 0)


@cache
def _library(source: Source, root: Path) -> ctypes.CDLL:
    """A source, compiled and loaded."""
    return ctypes.CDLL(str(_built(source, root)))


def _built(source: Source, root: Path) -> Path:
    """The compiled source in the cache."""
    names = kernel_names(source, root)
    text = translation_unit(source) + "".join(f"SHIM_ENTRY({name})\n" for name in names)
    key = digest(text, root, *FLAGS, platform.machine())
    path = cache_folder() / f"shim-{Path(source.path).stem}-{key}.so"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            made = Path(folder) / "shim.so"
            done = subprocess.run(
                ["g++", *FLAGS, f"-I{root}", "-x", "c++", "-", "-o", str(made)],
                input=text, capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode:
                raise RuntimeError(f"g++ does not compile {source.path}:\n{done.stderr[:4000]}")
            made.replace(path)  # another process may have made it, the same
    return path
