"""`grade`: the CPU kernel gives the numbers of its reference."""

from __future__ import annotations

import numpy as np
import pytest

from reskin.kernels.grade.cpu import grade_cpu
from reskin.kernels.grade.reference import grade_reference

SIZES = [(1, 1), (3, 5), (72, 104), (65, 1)]


@pytest.mark.parametrize("size", SIZES)
def test_pictures_are_graded_as_the_reference_says(size: tuple[int, int]) -> None:
    random = np.random.default_rng(3)
    styled, plain = (random.integers(0, 256, (*size, 4)).astype(np.uint8) for _ in range(2))
    material = random.integers(0, 32, size).astype(np.uint8)
    share = random.integers(0, 257, 32).astype(np.int32)
    color_scale = random.integers(0, 513, (32, 3)).astype(np.int32)
    share[:8], color_scale[:4] = 256, 256
    found = grade_cpu(styled, plain, material, share, color_scale)
    assert np.array_equal(found, grade_reference(styled, plain, material, share, color_scale))
    same = material < 4
    assert np.array_equal(found[same][:, :3], styled[same][:, :3]) and (found[..., 3] == 255).all()
