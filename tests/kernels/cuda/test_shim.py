"""The strict CPU back end of the CUDA kernels: it computes as a GPU, and refuses what a GPU lets pass."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reskin.kernels.cuda.launch import Argument, Kernel, Launch, Read, Source, Write
from reskin.kernels.cuda.shim import ShimError, run
from tests.kernels.cuda.tools import copy_of_sources, needs_shim

pytestmark = needs_shim
TOYS = Source("toys.cuh")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_of_sources(tmp_path_factory.mktemp("sources"))
    shutil.copy2(Path(__file__).parent / "toys.cuh", folder)
    return folder


def call(
    root: Path, name: str, *arguments: Argument, blocks: int = 1, seed: int = 0, threads: int = 32
) -> None:
    kernel = Kernel(name, TOYS, (threads, 1, 1), 1024)
    run(Launch(kernel, (blocks, 1, 1), arguments), seed, root)


def numbers(count: int = 512, dtype: Any = np.uint8) -> np.ndarray[Any, Any]:
    return np.random.default_rng(count).integers(0, 120, count).astype(dtype)


def test_copies_and_numbers(root: Path) -> None:
    given, out = numbers(), np.full(32, 200, np.uint8)
    call(root, "good", Read(given), Write(out), 30, 0.5)
    assert out.tolist() == [*np.rint(given[511:481:-1] * 0.5).astype(int).tolist(), 200, 200]


def test_the_product_of_matrices(root: Path) -> None:
    random = np.random.default_rng(3)
    left = random.integers(0, 256, (16, 32)).astype(np.uint8)
    right = random.integers(-128, 128, (8, 32)).astype(np.int8)
    out = np.zeros((16, 8), np.int32)
    call(root, "product", Read(left), Read(right), Write(out))
    start = np.tile([[0, 1]], (16, 4)) + np.repeat([[0], [2]], 8, axis=0)
    assert np.array_equal(out, left.astype(np.int32) @ right.T.astype(np.int32) + start)


def test_lanes_and_bits(root: Path) -> None:
    out = np.zeros((7, 32), np.int32)
    call(root, "lanes", Write(out))
    lane = np.arange(32)
    assert np.array_equal(out[0], ((lane + 1) % 32) ** 2)
    assert np.array_equal(out[1], lane ^ 5)
    assert (out[2].view(np.uint32) == sum(1 << i for i in range(0, 32, 3))).all()
    assert np.array_equal(out[3], lane + 1 * 127 + 255 * -128 + 2 * -1 + 255 * 1)
    assert np.array_equal(out[4], [-1 if i == 0 else 4 + (i & -i).bit_length() - 1 for i in range(32)])
    assert np.array_equal(out[5], [i.bit_length() - 1 for i in range(32)])
    assert np.array_equal(out[6], np.rint(lane * 0.5))


def test_textures(root: Path) -> None:
    given, out = numbers(15, np.uint32).reshape(3, 5), np.zeros((3, 5), np.uint32)
    call(root, "texels", Read(given), Write(out), 3, 5, threads=64)
    assert np.array_equal(out, given[:, ::-1] + 1)
    with pytest.raises(ShimError, match=r"texel \(5, 0\) is outside of 5 x 3"):
        call(root, "texels", Read(given), Write(np.zeros((3, 6), np.uint32)), 3, 6, threads=64)


@pytest.mark.parametrize("seed", range(4))
def test_barriers_in_any_order(root: Path, seed: int) -> None:
    out = np.zeros((5, 64), np.int32)
    call(root, "barriers", Write(out), blocks=5, seed=seed, threads=64)
    assert (out == 63 - np.arange(64) + 2).all()


BYTES, WIDE = Read(numbers()), Read(numbers(32, np.int32))


@pytest.mark.parametrize(
    ("name", "threads", "given", "out", "message"),
    [
        ("bad_race", 64, (), np.int32, r"race: reads byte \d+ of shared memory, which|uninit"),
        ("bad_late_write", 64, (), np.int32, r"race: writes .* \d+ of block 0 read|race: reads"),
        ("bad_lanes", 32, (), np.int32, "race: reads|uninitialised"),
        ("bad_wait", 32, (BYTES,), np.uint8, "before thread .* has waited for its cp.async"),
        ("bad_group", 32, (BYTES,), np.uint8, "before thread .* has waited for its cp.async"),
        ("bad_end", 32, (BYTES,), None, "leaves the kernel with a cp.async not waited for"),
        ("bad_empty", 32, (), np.int32, "byte 124 of shared memory, which is uninitialised"),
        ("bad_overrun", 32, (Read(numbers(32)),), np.uint8, "reads outside: 1 bytes at 32 of the 32"),
        ("bad_negative", 32, (BYTES,), np.uint8, "writes outside: 1 bytes at -1 of the 32"),
        ("bad_part", 32, (), np.int32, "reads outside: 4 bytes at 128 of the 128"),
        ("bad_alignment", 32, (BYTES,), np.uint32, "reads misaligned: 4 bytes"),
        ("bad_copy", 32, (BYTES,), None, "cp.async writes misaligned: 16 bytes"),
        ("bad_collective", 32, (), np.int32, "divergent collective: .* at (shuffle|__syncwarp)"),
        ("bad_barrier", 64, (), np.int32, "__syncthreads"),
        ("bad_hang", 64, (), np.int32, "hangs: warp 0, lanes fffffff7 at __syncwarp|divergent barrier"),
        ("bad_null", 32, (None,), np.int32, "reads through a null pointer"),
        ("bad_lane", 32, (), np.int32, "there is no lane 32"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_refused(
    root: Path, name: str, threads: int, given: tuple[Argument, ...], out: Any, message: str, seed: int
) -> None:
    written = () if out is None else (Write(np.zeros(threads, out)),)
    with pytest.raises(ShimError, match=message):
        call(root, name, *given, *written, threads=threads, seed=seed)


def test_blocks_that_write_the_same_are_refused(root: Path) -> None:
    call(root, "bad_blocks", Write(np.zeros(32, np.int32)))
    with pytest.raises(ShimError, match=r"race: writes byte \d+ of argument 0"):
        call(root, "bad_blocks", Write(np.zeros(32, np.int32)), blocks=2)


def test_an_array_that_is_only_read_is_not_written(root: Path) -> None:
    with pytest.raises(ShimError, match="writes argument 0, which is only read"):
        call(root, "bad_read_only", Read(np.zeros(32, np.int32)))


def test_arguments_that_do_not_fit(root: Path) -> None:
    given, out = numbers(), np.zeros(32, np.uint8)
    with pytest.raises(ValueError, match="good takes 4 arguments, found 2"):
        call(root, "good", Read(given), Write(out))
    with pytest.raises(ValueError, match="argument 2 of good must be a number"):
        call(root, "good", Read(given), Write(out), Read(given), 1.0)
    with pytest.raises(ValueError, match="argument 0 of good must be an array"):
        call(root, "good", 7, Write(out), 30, 1.0)
    with pytest.raises(ValueError, match="C-contiguous"):
        call(root, "good", Read(given[::2]), Write(out), 30, 1.0)
    small = Kernel("good", TOYS, (32, 1, 1), 16)
    with pytest.raises(ShimError, match="a part of shared memory ends at 512, but the launch has 16 bytes"):
        run(Launch(small, (1, 1, 1), (Read(given), Write(out), 30, 1.0)), 0, root)


def test_a_source_that_does_not_compile_says_why(tmp_path: Path) -> None:
    folder = copy_of_sources(tmp_path)
    (folder / "toys.cuh").write_text("KERNEL(32, 1) wrong(Global<i32> out) { out[0] = nonsense; }\n")
    with pytest.raises(RuntimeError, match="nonsense"):
        call(folder, "wrong", Write(np.zeros(1, np.int32)))
