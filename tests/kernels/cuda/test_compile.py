"""The CUDA kernels compile for every architecture, and their machine code is what the table says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reskin.kernels.cuda import compile as compiler
from reskin.kernels.cuda import table
from reskin.kernels.cuda.compile import ARCHITECTURES, CompileError, kernel_code
from reskin.kernels.cuda.launch import Source
from reskin.kernels.cuda.occupancy import LIMITS, blocks_at_a_time, occupancy
from reskin.kernels.cuda.sources import ROOT, kernel_names
from tests.kernels.cuda.tools import copy_of_sources

MISSING = compiler.missing_compiler() or compiler.missing_disassembler()
needs_compiler = pytest.mark.skipif(bool(MISSING), reason=MISSING or "-")
QUICK = (90,)
"""The others are compiled by `make test-all`, and by whoever makes the table anew."""


def check(capabilities: tuple[int, ...]) -> None:
    committed = {(row.kernel, row.sm): row for row in table.read_table()}
    for row in table.rows(capabilities):
        expected = committed[row.kernel, row.sm]
        assert row.spill_bytes == row.stack_bytes == 0, row
        assert row.blocks >= 1, row
        if row.nvrtc == expected.nvrtc:
            assert row == expected, "run python -m reskin.kernels.cuda.table and look at what changed"
        else:  # other registers, but the same tensor-core and copy instructions
            same = row.mma, row.ldmatrix > 0, row.cp_async > 0
            assert same == (expected.mma, expected.ldmatrix > 0, expected.cp_async > 0), row


@needs_compiler
def test_kernels_compile_and_are_as_the_table_says() -> None:
    check(QUICK)


@needs_compiler
@pytest.mark.slow
def test_kernels_compile_for_every_architecture() -> None:
    check(ARCHITECTURES)


def test_the_table_has_every_kernel_and_architecture() -> None:
    committed = [(row.kernel, row.sm) for row in table.read_table()]
    assert committed == [(kernel.name, sm) for kernel in table.KERNELS for sm in ARCHITECTURES]
    assert all(row.spill_bytes == row.stack_bytes == 0 and row.blocks >= 1 for row in table.read_table())
    sources = {kernel.name: table.source_digest(kernel) for kernel in table.KERNELS}
    old = sorted({row.kernel for row in table.read_table() if row.source != sources[row.kernel]})
    assert not old, f"{', '.join(old)} changed: run python -m reskin.kernels.cuda.table, look at the figures"
    in_sources = {
        name
        for path in ROOT.rglob("*.cuh")
        for name in kernel_names(Source(path.relative_to(ROOT).as_posix()))
    }
    assert {kernel.name for kernel in table.KERNELS} == in_sources


@needs_compiler
def test_a_source_that_does_not_compile_says_why(tmp_path: Path) -> None:
    folder = copy_of_sources(tmp_path)
    (folder / "wrong.cuh").write_text("KERNEL(32, 1) wrong(Global<i32> out) { out[0] = nonsense; }\n")
    with pytest.raises(CompileError, match=r'wrong\.cuh:[\s\S]*"nonsense" is undefined'):
        kernel_code(Source("wrong.cuh"), 90, folder)


@needs_compiler
def test_spills_are_seen(tmp_path: Path) -> None:
    """An array that is indexed by a number known only at run time lies in local memory."""
    folder = copy_of_sources(tmp_path)
    (folder / "stack.cuh").write_text(
        "KERNEL(32, 1) stack(Global<i32> out) {\n    i32 a[256];\n"
        "    for (i32 i = 0; i < 256; i++) a[out[i] & 255] = i;\n    out[0] = a[out[256] & 255];\n}\n"
    )
    assert kernel_code(Source("stack.cuh"), 90, folder)["stack"].stack == 1024


@needs_compiler
def test_the_wrappers_are_the_instructions_that_they_name(tmp_path: Path) -> None:
    folder = copy_of_sources(tmp_path)
    shutil.copy2(Path(__file__).parent / "toys.cuh", folder)
    code = kernel_code(Source("toys.cuh"), 90, folder)
    opcodes = code["product"].opcodes
    assert (opcodes["IMMA"], opcodes["LDSM"], opcodes["LDGSTS"]) == (1, 1, 1)
    opcodes = code["lanes"].opcodes
    assert opcodes["SHFL"] == 2 and opcodes["VOTE"] == 1
    opcodes = code["texels"].opcodes
    assert opcodes["SUST"] >= 1 and opcodes["TEX"] + opcodes["TLD"] >= 1


def test_the_formula_of_occupancy() -> None:
    assert set(LIMITS) == set(ARCHITECTURES)
    assert blocks_at_a_time(80, 256, 32, 0) == 8 and occupancy(80, 256, 32, 0) == 1
    assert blocks_at_a_time(90, 128, 168, 0) == 3  # registers: 65536 / (168 * 128)
    assert blocks_at_a_time(86, 128, 32, 49 * 1024) == 2  # shared memory: 100 KiB / 50 KiB
    assert blocks_at_a_time(89, 32, 16, 0) == 24  # the limit of blocks
    assert blocks_at_a_time(120, 128, 32, 100 * 1024) == 0
