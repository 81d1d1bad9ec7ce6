"""What a CUDA kernel is, and one launch of it. Knows no CUDA: the shim and a GPU runtime both take these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from reskin import kernels
from reskin.kernels.border import DIRECTIONS, PROFILE, REACH


@dataclass(frozen=True)
class Source:
    """A `.cuh` file and the constants that it shares with Python.

    path: below `kernels`, such as "border/border.cuh"; constants: names and whole numbers that the
    file uses, besides `SHARED_CONSTANTS`.
    """

    path: str
    constants: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Kernel:
    """A kernel of a source: its name, the shape of a block (x, y, z), and its shared memory in bytes."""

    name: str
    source: Source
    block: tuple[int, int, int]
    shared_bytes: int = 0

    @property
    def threads(self) -> int:
        """Threads of a block."""
        x, y, z = self.block
        return x * y * z


class Read(NamedTuple):
    """An array that a launch reads: NumPy's under the shim, else anything with a device pointer. A Texture
    takes it too, as [H,W] or [H,W,components]."""

    array: Any


class Write(NamedTuple):
    """An array that a launch writes, and may read. A Surface takes it too, of 4 bytes a texel."""

    array: Any


Argument = Read | Write | int | float | None
"""An argument of a kernel; None is a null pointer."""


class Launch(NamedTuple):
    """A kernel with its arguments and the number of blocks (x, y, z)."""

    kernel: Kernel
    grid: tuple[int, int, int]
    arguments: tuple[Argument, ...]


SHARED_CONSTANTS: Final[Mapping[str, int]] = {
    **{name: getattr(kernels, name) for name in ("PATCH", "EMBED", "BODY", "FEATURES", "SURFACE", "NOISES")},
    **{name: getattr(kernels, name) for name in ("HIDDEN", "INGEST", "HEAD_INPUTS", "OUTPUTS")},
    "REACH": REACH,
    "DIRECTIONS": DIRECTIONS,
    "PROFILE": PROFILE,
}
"""Constants that every source has by name."""
