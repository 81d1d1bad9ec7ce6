"""The figures of every CUDA kernel on every architecture, as a committed file: `kernels.csv` beside this.

    python -m reskin.kernels.cuda.table          writes it anew
    python -m reskin.kernels.cuda.table --check  says whether it is still true

A test holds it. Registers depend on NVRTC's version, which the first column names. The second is a digest of
the source and of all that it includes, so that a changed kernel with an old table is seen without a compiler.
"""

from __future__ import annotations

import csv
import io
import itertools
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from reskin.kernels.block.cuda import RESIDUAL
from reskin.kernels.border.cuda import BORDER
from reskin.kernels.cuda.compile import (
    ARCHITECTURES,
    OPTIONS,
    CompileError,
    KernelCode,
    compiler_version,
    kernel_code,
)
from reskin.kernels.cuda.launch import Kernel
from reskin.kernels.cuda.occupancy import blocks_at_a_time, occupancy
from reskin.kernels.cuda.sources import ROOT, gpu_digest
from reskin.kernels.dissolve.cuda import DISSOLVE
from reskin.kernels.exchange.cuda import GIVE, TAKE
from reskin.kernels.guard.cuda import GUARD
from reskin.kernels.head.cuda import HEAD
from reskin.kernels.hud_ground.cuda import HUD_GROUND
from reskin.kernels.ingest.cuda import INGEST_KERNEL

KERNELS: Final[tuple[Kernel, ...]] = (
    TAKE, INGEST_KERNEL, BORDER, *RESIDUAL, HEAD, DISSOLVE, *GUARD, *HUD_GROUND, GIVE,
)  # fmt: skip
"""Every kernel, in the order of a frame."""
FILE: Final = Path(__file__).with_name("kernels.csv")

COUNTED: Final = {
    "mma": ("IMMA",),
    "ldmatrix": ("LDSM",),
    "cp_async": ("LDGSTS",),
    "dp4a": ("IDP",),
    "texture": ("TEX", "TLD"),
    "surface": ("SUST",),
}
"""Opcodes that are counted, by the column that shows their sum."""


class Row(NamedTuple):
    """One kernel on one architecture; see the header of the file."""

    nvrtc: str
    source: str
    kernel: str
    sm: int
    threads: int
    shared_bytes: int
    registers: int
    spill_bytes: int
    stack_bytes: int
    blocks: int
    occupancy_percent: int
    mma: int
    ldmatrix: int
    cp_async: int
    dp4a: int
    texture: int
    surface: int


def rows(capabilities: Iterable[int] = ARCHITECTURES, kernels: Iterable[Kernel] = KERNELS) -> list[Row]:
    """The rows of some kernels and architectures, compiled now. Raises CompileError."""
    version = compiler_version()
    return [
        _row(version, kernel, capability, kernel_code(kernel.source, capability)[kernel.name])
        for kernel in kernels
        for capability in capabilities
    ]


def _row(version: str, kernel: Kernel, capability: int, code: KernelCode) -> Row:
    size = kernel.threads, code.registers, kernel.shared_bytes
    counts = {name: sum(code.opcodes[opcode] for opcode in opcodes) for name, opcodes in COUNTED.items()}
    return Row(
        version, source_digest(kernel), kernel.name, capability, kernel.threads, kernel.shared_bytes,
        code.registers, code.spills, code.stack, blocks_at_a_time(capability, *size),
        round(100 * occupancy(capability, *size)), **counts,
    )  # fmt: skip


def source_digest(kernel: Kernel) -> str:
    """Eight digits of the digest of a kernel's source and of the compiler's options."""
    return gpu_digest(kernel.source, ROOT, *OPTIONS)[:8]


def read_table() -> list[Row]:
    """The committed rows."""
    with FILE.open(encoding="utf-8", newline="") as file:
        lines = itertools.islice(csv.reader(file), 1, None)
        return [Row(nvrtc, source, kernel, *map(int, rest)) for nvrtc, source, kernel, *rest in lines]


def as_text(table: Iterable[Row]) -> str:
    """The rows as CSV with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows(table)
    return text.getvalue()


def main(arguments: list[str]) -> int:
    """Write or check the table; the exit status."""
    try:
        text = as_text(rows())
    except CompileError as error:
        print(f"cannot compile the kernels: {error}", file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        same = FILE.is_file() and FILE.read_text(encoding="utf-8") == text
        print("as committed" if same else f"{FILE.name} differs: run python -m reskin.kernels.cuda.table")
        return 0 if same else 1
    FILE.write_text(text, encoding="utf-8")
    print(text, end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
