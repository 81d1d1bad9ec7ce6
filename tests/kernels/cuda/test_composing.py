"""`dissolve` and `hud_ground` for CUDA, under the shim: bit for bit the numbers of the CPU kernels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reskin.engine.frame import compose_hud
from reskin.kernels.cuda.shim import ShimError, run
from reskin.kernels.cuda.sources import ROOT
from reskin.kernels.dissolve.cpu import dissolve_cpu
from reskin.kernels.dissolve.cuda import Dissolved, dissolve_launch
from reskin.kernels.grade.cpu import grade_cpu, grade_table, keep_paint_cpu, packed_scales
from reskin.kernels.head.cuda import Grading
from reskin.kernels.hud_ground.cpu import hud_ground_cpu
from reskin.kernels.hud_ground.cuda import hud_ground_launches, hud_ground_shapes
from reskin.kernels.reproject import UNSEEN
from reskin.kernels.simd.contiguous import packed_pixels, unpacked_pixels
from tests.kernels.cuda.crops import Crop, Packed, random_crop
from tests.kernels.cuda.tools import needs_shim, one_of, planted

pytestmark = needs_shim
CROPS = pytest.mark.parametrize("seeds", [range(5), pytest.param(range(5, 205), marks=pytest.mark.slow)])


def pictures(crop: Crop, seed: int) -> tuple[Packed, Packed]:
    """Any picture, and a HUD with text in places."""
    random = np.random.default_rng(seed)
    picture = random.integers(0, 1 << 24, crop.shape, np.uint32) | np.uint32(0xFF000000)
    hud = crop.hud.copy()
    hud[random.random(crop.shape) < 0.7] = 0
    hud[: crop.shape[0] // 2, crop.shape[1] // 3 :] = 0
    return picture, hud


def check_dissolve(seed: int, root: Path = ROOT) -> None:
    crop = random_crop(seed)
    picture, hud = pictures(crop, seed)
    random = np.random.default_rng(seed)
    share = random.integers(0, 257, crop.shape[1]).astype(np.uint32)
    left_id = np.where(random.random(crop.shape) < 0.2, UNSEEN, crop.previous_id)
    motion = None if seed % 4 == 0 else crop.motion
    expected = dissolve_cpu(picture, crop.surface_id, motion, crop.previous, left_id, share)
    graded = grade_cpu(
        unpacked_pixels(expected[0]), unpacked_pixels(crop.color), crop.head.material, crop.share,
        crop.scales, crop.detail, crop.factors, crop.overlay,
    )  # fmt: skip
    shown = compose_hud(graded.copy(), unpacked_pixels(hud))
    made = Dissolved(*(np.zeros(crop.shape, np.uint32) for _ in range(5)))
    table = grade_table(crop.share, crop.factors)
    grading = Grading(crop.color, table, packed_scales(crop.scales), crop.detail, crop.overlay)
    run(
        dissolve_launch(
            crop.shape, picture, crop.surface_id, motion, crop.previous, left_id, share, made, grading, hud
        ),
        seed, root,
    )  # fmt: skip
    found = (made.mixed, made.carried, made.carried_id, made.graded, made.shown)
    for one, other in zip(found, (*expected, packed_pixels(graded), packed_pixels(shown)), strict=True):
        np.testing.assert_array_equal(one, other)


def check_hud(seed: int, root: Path = ROOT) -> bool:
    """Returns whether the ground had to be changed."""
    crop = random_crop(seed, (70, 160))
    picture, hud = pictures(crop, seed)
    before, color = unpacked_pixels(picture.copy()), unpacked_pixels(crop.color)
    keep_paint_cpu(before, color, crop.detail)
    expected = before.copy()
    hud_ground_cpu(expected, color, unpacked_pixels(hud))
    changed = not np.array_equal(expected, before)
    compose_hud(expected, unpacked_pixels(hud))
    sums, looks = (np.zeros(shape, np.int32) for shape in hud_ground_shapes(crop.shape))
    shown = np.zeros(crop.shape, np.uint32)
    for launch in hud_ground_launches(crop.shape, picture, crop.color, hud, sums, looks, shown, crop.detail):
        run(launch, seed, root)
    np.testing.assert_array_equal(shown, packed_pixels(expected))
    return changed


@CROPS
def test_the_theme_before_fades_out_as_on_a_cpu(seeds: range) -> None:
    for seed in seeds:
        check_dissolve(seed)


@CROPS
def test_the_ground_under_the_hud_is_that_of_the_cpu(seeds: range) -> None:
    assert sum(check_hud(seed) for seed in seeds) > len(seeds) / 2


def test_nothing_is_graded_that_nobody_asks_for() -> None:
    crop = random_crop(3)
    picture, _ = pictures(crop, 3)
    made = Dissolved(*(np.zeros(crop.shape, np.uint32) for _ in range(3)))
    share = np.full(crop.shape[1], 100, np.uint32)
    run(dissolve_launch(crop.shape, picture, crop.surface_id, None, picture, crop.surface_id, share, made))
    np.testing.assert_array_equal(made.mixed, picture)
    np.testing.assert_array_equal(made.carried, picture)


FAULTS = {
    "a pixel of the old picture that is not there": (
        "dissolve/dissolve.cuh", "old >> 24 ? (u32)share[p % width] : 0u", "(u32)share[p % width]",
        check_dissolve, None,
    ),
    "an overrun": (
        "dissolve/dissolve.cuh", "if (p >= height * width) return;", "if (p > height * width) return;",
        check_dissolve, "outside",
    ),
    "the guard of the detail is missing": (
        "hud_ground/hud_ground.cuh", "detail && detail[p] == 0 ? plain[p] | 0xFF000000u : picture[p]",
        "picture[p]", check_hud, None,
    ),
    "a sum that leaves lanes out": (
        "hud_ground/hud_ground.cuh", "i32 mask = 16; mask > 0", "i32 mask = 8; mask > 0", check_hud, None,
    ),
    "a missing barrier": (
        "hud_ground/hud_ground.cuh", "        __syncthreads();\n        once[c]", "        once[c]",
        check_hud, "race|uninitialised",
    ),
    "a block too far to the left": (
        "hud_ground/hud_ground.cuh", "{larger(first, 0), smaller(", "{first, smaller(", check_hud, "outside",
    ),
}  # fmt: skip
"""The file, its text, the fault, what shows it, and what the shim says; None: the numbers are wrong."""


@pytest.mark.parametrize("fault", one_of(FAULTS))
def test_a_planted_fault_is_caught(fault: str, tmp_path: Path) -> None:
    path, before, after, check, message = FAULTS[fault]
    root = planted(tmp_path, path, before, after)

    def run_all() -> None:
        for seed in range(4):
            check(seed, root)

    if message is None:
        with pytest.raises(AssertionError, match="Arrays are not equal"):
            run_all()
    else:
        with pytest.raises(ShimError, match=message):
            run_all()
