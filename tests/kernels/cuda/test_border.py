"""`border` for CUDA, under the shim: every number is that of its reference."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from reskin.kernels.border.cuda import border_launch
from reskin.kernels.border.reference import border_reference
from reskin.kernels.cuda.shim import run
from tests.kernels.cuda.tools import needs_shim

pytestmark = needs_shim


def check(surface_id: NDArray[np.uint32], seed: int) -> None:
    height, width = surface_id.shape
    found = np.full((2, 4, height, width), 99, np.uint8)
    run(border_launch(surface_id, found[0], found[1], height, width), seed)
    expected = border_reference(torch.from_numpy(surface_id.astype(np.int64))[None])
    for got, wanted in zip(found, expected, strict=True):
        np.testing.assert_array_equal(got, wanted[0].numpy())


def patches(height: int, width: int, seed: int, side: int) -> NDArray[np.uint32]:
    coarse = np.random.default_rng(seed).integers(0, 700, (height // side + 1, width // side + 1))
    return np.kron(coarse, np.ones((side, side), int))[:height, :width].astype(np.uint32)


@pytest.mark.parametrize("size", [(1, 1), (1, 70), (70, 1), (3, 5), (37, 61), (50, 133), (64, 128)])
@pytest.mark.parametrize("side", [1, 2, 7, 24, 40])
def test_the_kernel_is_its_reference(size: tuple[int, int], side: int) -> None:
    check(patches(*size, seed=side, side=side), side)


@pytest.mark.slow
def test_two_hundred_random_crops() -> None:
    random = np.random.default_rng(16)
    for seed in range(200):
        height, width, side = (int(random.integers(1, limit)) for limit in (110, 150, 30))
        check(patches(height, width, seed, side), seed)
