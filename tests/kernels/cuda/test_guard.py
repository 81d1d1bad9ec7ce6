"""`guard` for CUDA, under the shim: the numbers of the CPU kernel, which has tests of its own.

All is equal but for sums of weighted light, which are added up in another order: a correction may differ by a
thousandth, and so a channel by a level. On these pictures nothing differs.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.frame import compose_hud
from reskin.kernels.cuda.shim import ShimError, run
from reskin.kernels.cuda.sources import ROOT
from reskin.kernels.grade.cpu import keep_paint_cpu
from reskin.kernels.guard import MOST
from reskin.kernels.guard.cpu import guard_cpu
from reskin.kernels.guard.cuda import LARGEST, GuardMemory, guard_launches, guard_memory, guard_tables
from reskin.kernels.simd.contiguous import packed_pixels, unpacked_pixels
from reskin.neural_renderer.legibility import IS_GUARDED
from reskin.neural_renderer.theme.pack import available_themes
from tests.kernels.cuda.crops import Packed, random_crop
from tests.kernels.cuda.test_head import tables, with_cpu
from tests.kernels.cuda.tools import needs_shim, one_of, planted
from tests.kernels.test_guard import COIN, GUARDED, SIZES, Sample, box, scene
from tests.neural_renderer.samples import few

pytestmark = needs_shim
BAR = 20.0


def surface_ids(sample: Sample) -> Packed:
    return sample.material.astype(np.uint32) | sample.identity.astype(np.uint32) << np.uint32(8)


def corrected(
    sample: Sample, red: int = 0, seed: int = 0, root: Path = ROOT, memory: GuardMemory | None = None,
    steps: slice = slice(None),
) -> Packed:  # fmt: skip
    """The styled picture of a sample, guarded under the shim, or some of the launches for that."""
    picture = packed_pixels(sample.styled).copy()
    size = sample.material.shape
    launches = guard_launches(
        (size[0], size[1]), picture, surface_ids(sample), packed_pixels(sample.plain),
        guard_tables(GUARDED, BAR), memory or guard_memory((size[0], size[1])), 8 * red, blocks=1 + seed % 3,
    )  # fmt: skip
    for launch in launches[steps]:
        run(launch, seed, root)
    return picture


def check(sample: Sample, red: int = 0, seed: int = 0, root: Path = ROOT) -> None:
    expected = sample.styled.copy()
    guard_cpu(expected, sample.plain, sample.material, sample.identity, GUARDED, BAR, red)
    found = unpacked_pixels(corrected(sample, red, seed, root)).astype(int)
    worst = int(np.abs(found - expected).max())
    differing = int((found != expected).any(-1).sum())
    assert worst <= 1 and differing <= found[..., 0].size / 100, f"{differing} pixels differ by up to {worst}"


@pytest.mark.parametrize("seeds", [range(8), pytest.param(range(8, 200), marks=pytest.mark.slow)])
def test_scenes_are_corrected_as_on_a_cpu(seeds: range) -> None:
    changed = 0
    for seed in seeds:
        sample = scene(seed, *SIZES[seed % len(SIZES)], things=6)
        check(sample, 2 * (seed % 2), seed)
        changed += int((corrected(sample, 0, seed) != packed_pixels(sample.styled)).any()) if seed < 3 else 0
    assert changed or seeds.start


@pytest.mark.parametrize("theme", few(available_themes()))
def test_games_in_every_theme_and_what_is_shown(theme: str) -> None:
    """Paint that is kept and the HUD are put over what the guard changes."""
    cpu, _ = tables(theme)
    for number in range(3):
        crop = random_crop(1000 + number, (64, 120))
        made = with_cpu(crop, cpu)
        expected = unpacked_pixels(made.graded.copy())
        material = crop.head.material
        identity = (crop.surface_id >> np.uint32(8)).astype(np.uint16)
        color = unpacked_pixels(crop.color)
        guard_cpu(expected, color, material, identity, IS_GUARDED, BAR, crop.red_shift // 8)
        picture, shown = made.graded.copy(), made.shown.copy()
        launches = guard_launches(
            crop.shape, picture, crop.surface_id, crop.color, guard_tables(IS_GUARDED, BAR),
            guard_memory(crop.shape), crop.red_shift, shown, crop.detail, crop.hud,
        )  # fmt: skip
        for launch in launches:
            run(launch, number)
        np.testing.assert_array_equal(picture, packed_pixels(expected))
        keep_paint_cpu(expected, color, crop.detail)
        np.testing.assert_array_equal(shown, packed_pixels(compose_hud(expected, unpacked_pixels(crop.hud))))


def test_a_large_thing_and_a_diagonal_line() -> None:
    """A thing of more than one tile, and one that is connected by its corners alone."""
    check(box(90, (100, 100, 100), (104, 100, 100), wide=130))
    check(diagonal())
    memory = guard_memory((40, 40))
    corrected(diagonal(), memory=memory)
    assert memory.state[3] == 1


def diagonal() -> Sample:
    """A line of pixels that touch with their corners."""
    sample = box(0, (100, 100, 100), (104, 100, 100), wide=40)
    for at in range(30):
        sample.material[5 + at, 34 - at] = COIN
    sample.styled[..., :3] = np.random.default_rng(3).integers(80, 120, (40, 40, 3))
    sample.plain[sample.material == COIN, :3] = (250, 0, 0)
    return sample


def test_of_too_many_things_the_first_are_chosen() -> None:
    sample = box(0, (50, 50, 50), (55, 55, 55), wide=80)
    sample.material[::3, ::3] = COIN
    sample.identity[::3, ::3] = np.random.default_rng(2).integers(0, 5, (27, 27))
    memory = guard_memory((80, 80))
    corrected(sample, memory=memory, steps=slice(-2))
    assert memory.state[0] == 27 * 27 and memory.state[3] == MOST
    ids: NDArray[np.uint32] = surface_ids(sample).reshape(-1)
    coins = np.flatnonzero(sample.material.reshape(-1) == COIN)
    expected = sorted(coins, key=lambda p: (ids[p], p))[:MOST]
    np.testing.assert_array_equal(memory.firsts, expected)


def test_things_without_room_are_left_as_they_are() -> None:
    sample = box(20, (100, 100, 100), (104, 100, 100))
    memory = guard_memory((60, 60))._replace(room=100)
    np.testing.assert_array_equal(corrected(sample, memory=memory), packed_pixels(sample.styled))
    with pytest.raises(ValueError, match=f"at most {LARGEST} pixels, found 5000 x 5000"):
        guard_memory((5000, 5000))


FAULTS = {
    "a sum that leaves lanes out": (
        "guard/guard.cuh", "for (i32 mask = 16; mask > 0;", "for (i32 mask = 16; mask > 1;", None,
    ),
    "a missing barrier": (
        "guard/guard.cuh",
        "        if (lane == 0) room.partial[6 * warp + c] = sum;\n    }\n    __syncthreads();\n",
        "        if (lane == 0) room.partial[6 * warp + c] = sum;\n    }\n", "race|uninitialised",
    ),
    "a missing check of the border": ("guard/things.cuh", "    if (p < width) return;\n", "", "outside"),
    "other things that are lit": ("guard/guard.cuh", "if (away > 0 && !is_lit(entry)) continue;", "", None),
    "a wait for what comes later": (
        "guard/guard.cuh", "other < thing ? sweep + 1 : sweep", "other > thing ? sweep + 1 : sweep",
        "waits for a block",
    ),
    "a stale decision": ("guard/guard.cuh", "> ticket - things) stale", "> ticket) stale", None),
    "a counter that nobody set": ("guard/things.cuh", "if (threadIdx.x == 0) taken[0] = 0;", "", "uninit"),
    "a count without an atomic": (
        "guard/around.cuh", "atomic_add(room.words, AROUND_WARPS + 1, 1)",
        "room.words[AROUND_WARPS + 1] += 1", "race",
    ),
    "corners that do not connect": (
        "guard/things.cuh",
        "if (x + 1 < width && surface_id[p - width + 1] == id) join(label, p, p - width + 1);", "", None,
    ),
}  # fmt: skip
"""The file, its text, the fault, and what the shim says of it; None: the numbers are wrong."""


@pytest.mark.parametrize("fault", one_of(FAULTS))
def test_a_planted_fault_is_caught(fault: str, tmp_path: Path) -> None:
    path, before, after, message = FAULTS[fault]
    root = planted(tmp_path, path, before, after)
    samples = [diagonal(), *(scene(seed, *SIZES[0], things=8) for seed in (0, 5, 10))]

    def run_all() -> None:
        for seed, sample in enumerate(samples):
            check(sample, seed=seed, root=root)

    if message is None:
        with pytest.raises(AssertionError, match="differ by"):
            run_all()
    else:
        with pytest.raises(ShimError, match=message):
            run_all()
