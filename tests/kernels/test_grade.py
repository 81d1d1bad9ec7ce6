"""`grade`: the CPU kernel gives the numbers of its reference."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from reskin.kernels.grade.cpu import grade_cpu, keep_paint_cpu
from reskin.kernels.grade.reference import grade_reference

SIZES = [(1, 1), (3, 5), (72, 104), (65, 1)]
OPTIONAL = ("color_scale", "detail", "overlay")


def given(size: tuple[int, int], *, wild: bool = False) -> dict[str, Any]:
    """Random arguments. wild: an overlay and factors of every value that their types allow."""
    random = np.random.default_rng(3)
    styled, plain = (random.integers(0, 256, (*size, 4)).astype(np.uint8) for _ in range(2))
    share = random.integers(0, 257, 32).astype(np.int32)
    color_scale = random.integers(0, 513, (32, 3)).astype(np.int32)
    share[:8], color_scale[:4] = 256, 256
    low, high, most = (-32768, 32768, 65536) if wild else (-255, 257, 4010)
    return {
        "styled": styled, "plain": plain, "material": random.integers(0, 32, size).astype(np.uint8),
        "share": share, "color_scale": color_scale,
        "detail": random.integers(0, 8, size).astype(np.uint8) * np.uint8(36),
        "factors": random.integers(0, most, (32, 256)).astype(np.int32),
        "overlay": random.integers(low, high, (*size, 6)).astype(np.int16),
    }  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("present", list(product((True, False), repeat=len(OPTIONAL))))
def test_pictures_are_graded_as_the_reference_says(size: tuple[int, int], present: tuple[bool, ...]) -> None:
    arguments = given(size)
    for name, there in zip(OPTIONAL, present, strict=True):
        arguments[name] = arguments[name] if there else None
    found = grade_cpu(**arguments)
    assert np.array_equal(found, grade_reference(**arguments)) and (found[..., 3] == 255).all()


def test_extreme_overlays_and_factors_are_graded_alike() -> None:
    arguments = given((72, 104), wild=True)
    found = grade_cpu(**arguments)
    assert np.array_equal(found, grade_reference(**arguments)) and found[..., :3].std() > 50


def test_neutral_numbers_change_nothing() -> None:
    arguments = given((72, 104))
    arguments["detail"][:] = 128
    arguments["factors"][:, 128] = 256
    arguments["overlay"][:] = (256, 256, 256, 0, 0, 0)
    found, same = grade_cpu(**arguments), arguments["material"] < 4
    assert same.any() and np.array_equal(found[same][:, :3], arguments["styled"][same][:, :3])


def test_arrays_that_are_not_contiguous() -> None:
    arguments = given((72, 104))
    strided = {name: value[::2, ::3] if value.shape[0] == 72 else value for name, value in arguments.items()}
    assert np.array_equal(grade_cpu(**strided), grade_reference(**strided))


def test_a_detail_of_0_keeps_the_paint() -> None:
    arguments = given((72, 104))
    kept, plain = arguments["detail"] == 0, arguments["plain"]
    assert 500 < kept.sum() < kept.size / 2
    found = grade_cpu(**arguments)
    assert np.array_equal(found[kept][:, :3], plain[kept][:, :3])
    spoilt = 255 - found
    expected = spoilt.copy()
    expected[kept, :3], expected[kept, 3] = plain[kept][:, :3], 255
    keep_paint_cpu(spoilt, plain, arguments["detail"])
    assert np.array_equal(spoilt, expected)
