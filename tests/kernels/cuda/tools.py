"""What the tests of the CUDA kernels share: copies of the sources to plant faults in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reskin.kernels.cuda import shim
from reskin.kernels.cuda.launch import Argument, Launch, Read, Write
from reskin.kernels.cuda.sources import ROOT
from reskin.neural_renderer.runtimes.cuda_device import CudaDevice, DeviceBuffer, load_driver

ON_GPU = os.environ.get("RESKIN_KERNELS_ON") == "gpu"
"""Whether the kernels' tests run on a GPU instead of under the shim; see `conftest`."""

needs_shim = pytest.mark.skipif(
    bool(shim.missing_compiler()) and not ON_GPU, reason=shim.missing_compiler() or "-"
)
"""For tests that compile kernels for the CPU."""


@cache
def gpu() -> CudaDevice:
    return CudaDevice(load_driver())


def run_on_gpu(launch: Launch, seed: int = 0, root: Path = ROOT, device: CudaDevice | None = None) -> None:
    """`shim.run` by a GPU: arrays are copied there, and what was written comes back. `seed` means nothing.

    A test that plants a fault in a copy of the sources is skipped: hardware need not notice.
    """
    if root != ROOT:
        pytest.skip("a GPU does not watch for faults as the shim does")
    device = device or gpu()
    buffers: dict[tuple[int, int], DeviceBuffer] = {}

    def copied(argument: Argument) -> Argument:
        if not isinstance(argument, Read | Write):
            return argument
        array = argument.array
        assert array.flags.c_contiguous
        place = (array.ctypes.data, array.nbytes)
        if place not in buffers:
            buffers[place] = device.constant(array)
        return type(argument)(buffers[place])

    device.run(Launch(launch.kernel, launch.grid, tuple(map(copied, launch.arguments))))
    for argument in launch.arguments:
        if isinstance(argument, Write):
            device.download(argument.array, buffers[argument.array.ctypes.data, argument.array.nbytes])
    device.wait()
    for buffer in buffers.values():
        device.free(buffer)


def one_of(names: Iterable[str]) -> list[Any]:
    """Names as parameters of a test: the last one in `make test`, as compiling a fault takes a second or two,
    and all of them in `make test-all`."""
    every = list(names)
    return [pytest.param(name, marks=pytest.mark.slow) for name in every[:-1]] + every[-1:]


def copy_of_sources(folder: Path) -> Path:
    """All CUDA sources, copied, to be changed."""
    for path in (*ROOT.rglob("*.cuh"), *ROOT.rglob("*.h")):
        to = folder / path.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, to)
    return folder


def planted(folder: Path, path: str, before: str, after: str) -> Path:
    """A copy of the sources in which `before`, which must occur once in the file, is `after`."""
    root = copy_of_sources(folder)
    text = (root / path).read_text()
    assert text.count(before) == 1, f"{path} has {text.count(before)} times {before!r}"
    (root / path).write_text(text.replace(before, after))
    return root
