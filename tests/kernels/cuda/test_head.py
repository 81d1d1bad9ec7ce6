"""The CUDA kernel `head`, which also steadies, grades and draws the HUD, under the strict shim.

It gives bit for bit the numbers of the CPU kernels, which have tests against their references of their own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.frame import compose_hud
from reskin.kernels.cuda.shim import ShimError, run
from reskin.kernels.cuda.sources import ROOT
from reskin.kernels.grade.cpu import grade_cpu, grade_table, packed_scales
from reskin.kernels.head.cpu import HeadTables, head_cpu, lay_out_head
from reskin.kernels.head.cuda import (
    CudaHeadTables,
    Grading,
    HeadOutputs,
    PastFrame,
    head_launch,
    lay_out_head_cuda,
)
from reskin.kernels.rectify.cpu import rectify_cpu
from reskin.kernels.simd.contiguous import packed_pixels, unpacked_pixels
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.runtimes.cpu import head_weights
from reskin.neural_renderer.theme.pack import available_themes, load_theme
from tests.kernels.cuda.crops import Crop, Packed, random_crop
from tests.kernels.cuda.tools import needs_shim, one_of, planted
from tests.kernels.test_head import TERRAIN, Inputs, lattice, stripes
from tests.kernels.tolerances import assert_close
from tests.neural_renderer.samples import random_theme

pytestmark = needs_shim
THEMES = (*available_themes(), "random")


@cache
def tables(name: str) -> tuple[HeadTables, CudaHeadTables]:
    """A shipped theme's tables, or those of a random one whose noise displaces its textures."""
    theme = random_theme(2, warp=0.5) if name == "random" else load_theme(name)
    weights = head_weights(theme.tensors)
    laid_out = lay_out_head(weights, noise.noise_textures(), materials.NOISE_SCALE, noise.TEXELS_PER_TILE)
    return laid_out, lay_out_head_cuda(weights, laid_out)


class Made:
    """The pictures of a crop, all uint32 [H,W]: painted and steadied; graded; with the HUD. And how many of
    its pixels are not finite."""

    def __init__(self, picture: Packed, graded: Packed, shown: Packed, bad: int) -> None:
        self.picture, self.graded, self.shown, self.bad = picture, graded, shown, bad

    def check(self, expected: Made) -> None:
        for name in ("picture", "graded", "shown"):
            found, wanted = getattr(self, name), getattr(expected, name)
            differing = int((found != wanted).sum())
            assert not differing, f"{name}: {differing} of {wanted.size} pixels differ"
        assert self.bad == expected.bad


def with_cpu(crop: Crop, table: HeadTables, *, steady: bool = True) -> Made:
    picture = np.empty(crop.shape, np.uint32)
    bad = head_cpu(crop.head, table, crop.red_shift, picture)(0, len(picture))
    if steady:
        rows = rectify_cpu(
            picture, crop.surface_id, crop.motion, crop.previous, crop.previous_id, crop.forgotten,
            crop.red_shift,
        )  # fmt: skip
        rows(0, len(picture))
    graded = grade_cpu(
        unpacked_pixels(picture), unpacked_pixels(crop.color), crop.head.material, crop.share, crop.scales,
        crop.detail, crop.factors, crop.overlay,
    )  # fmt: skip
    shown = compose_hud(graded.copy(), unpacked_pixels(crop.hud))
    return Made(picture, packed_pixels(graded), packed_pixels(shown), bad)


def with_cuda(
    crop: Crop, table: CudaHeadTables, *, steady: bool = True, seed: int = 0, blocks: int = 2,
    root: Path = ROOT,
) -> Made:  # fmt: skip
    picture, graded, shown = (np.zeros(crop.shape, np.uint32) for _ in range(3))
    bad = np.zeros(1, np.uint32)
    keep = np.ones(256, np.uint8)
    keep[: len(crop.forgotten)] = ~crop.forgotten
    launch = head_launch(
        crop.shape, crop.head, crop.surface_id, table, crop.red_shift,
        HeadOutputs(picture, bad, graded, shown),
        PastFrame(crop.previous, crop.previous_id, crop.motion, keep) if steady else None,
        Grading(
            crop.color, grade_table(crop.share, crop.factors), packed_scales(crop.scales), crop.detail,
            crop.overlay,
        ),
        crop.hud, blocks,
    )  # fmt: skip
    run(launch, seed, root)
    return Made(picture, graded, shown, int(bad[0]))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "crops", [range(2), pytest.param(range(2, 28), marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_every_theme_gives_the_numbers_of_the_cpu(theme: str, crops: range) -> None:
    """Odd sizes, materials and anchors of all games: 28 crops a theme, 252 in all."""
    cpu, cuda = tables(theme)
    for number in crops:
        crop = random_crop(100 * THEMES.index(theme) + number)
        with_cuda(crop, cuda, seed=number).check(with_cpu(crop, cpu))


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (8, 32), (9, 33), (17, 65), (2, 161)])
def test_every_size_without_a_history(size: tuple[int, int]) -> None:
    """And with as many blocks as there are tiles, or one for all."""
    cpu, cuda = tables("winter")
    crop = sized_crop(size)
    for blocks in (1, 99):
        with_cuda(crop, cuda, steady=False, blocks=blocks).check(with_cpu(crop, cpu, steady=False))


def sized_crop(size: tuple[int, int]) -> Crop:
    """The first random crop of a size."""
    height, width = size
    crop = random_crop(7, (height, width)) if size == (1, 1) else None
    for seed in range(7, 4000):
        crop = crop or next((c for c in [random_crop(seed, size)] if c.shape == size), None)
    assert crop is not None
    return crop


PLACES: tuple[dict[str, float], ...] = (
    {}, {"left": 0.3, "top": -0.7}, {"left": -1000, "top": -333}, {"step": -0.37},
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_it_is_the_reference(place: dict[str, float]) -> None:
    """The painted picture against torch in float64, within a level; see `tolerances`."""
    theme = random_theme()
    material = stripes(11, 77, TERRAIN, 7)
    given = Inputs(material, lattice(11, 77, **place))
    weights = head_weights(theme.tensors)
    laid_out = lay_out_head(weights, noise.noise_textures(), materials.NOISE_SCALE, noise.TEXELS_PER_TILE)
    picture, bad = np.zeros(material.shape, np.uint32), np.zeros(1, np.uint32)
    table = lay_out_head_cuda(weights, laid_out)
    run(head_launch((11, 77), given.inputs(), picture.copy(), table, 0, HeadOutputs(picture, bad)))
    found: NDArray[np.uint8] = unpacked_pixels(picture)[..., :3]
    assert_close("head", found, np.floor(given.expected(theme) + 0.5))
    assert bad[0] == 0


@pytest.mark.parametrize("table", ["mix", "edge_self", "units", "numbers"])
def test_pixels_that_are_no_numbers_are_counted(table: str) -> None:
    _, cuda = tables("random")
    crop = random_crop(5)
    values = getattr(cuda, table).copy()
    values[..., ::3] = np.nan
    found = with_cuda(crop, cuda._replace(**{table: values}))
    bordered = int((crop.head.edge_nearness > 0).any(0).sum())
    assert found.bad == (bordered if table == "edge_self" else crop.head.material.size)


FAULTS = {
    "a wrong lane": (
        "head/layers.cuh", "const i32 row = lane >> 2, pair = lane & 3;",
        "const i32 row = lane & 7, pair = lane >> 3;", None,
    ),
    "transposed fragments": (
        "head/layers.cuh", "place_of(16 * i + (lane & 15), lane >> 4)",
        "place_of(16 * i + (lane >> 1), lane & 1)", None,
    ),
    "a tile that is overwritten while it is read": (
        "head/layers.cuh", "        __syncwarp();\n        UNROLL for (i32 half",
        "        UNROLL for (i32 half", "race",
    ),
    "a missing wait": ("head/head.cuh", "    cp_wait<0>();\n", "", "waited"),
    "a missing barrier": ("head/head.cuh", "    __syncthreads();\n", "", "race|waited|uninitialised"),
    "an overrun at the right": ("head/head.cuh", "smaller(x, width - 1)", "smaller(x, width)", "outside"),
    "an overrun below": ("head/head.cuh", "smaller(y, height - 1)", "y", "outside"),
    "a misaligned copy": (
        "head/head.cuh", "mix_at = 4 * (", "mix_at = -8 + 4 * (", "misaligned",
    ),
    "shared memory that nobody wrote": (
        "head/head.cuh", "i < HIDDEN * 8; i +=", "i < HIDDEN * 8 - 4; i +=", "uninitialised",
    ),
    "lanes that leave before the others": (
        "head/head.cuh", "        bool finite;\n",
        "        bool finite;\n        if (x >= width) continue;\n", "lanes|divergent|collective",
    ),
    "a texture that does not repeat": (
        "head/surface.cuh", "right = (x + 1) & (size - 1)", "right = x + 1", None,
    ),
    "a stale history": (
        "reproject/reproject.cuh", "if (past.surface_id[from] != surface_id) return 0;", "", None,
    ),
    "a history from the wrong place": (
        "reproject/reproject.cuh", "0.5f - motion_of(moved >> 16)", "0.5f - 0.0f", None,
    ),
    "red and blue of the history": (
        "rectify/rectify.cuh", "toward(pixel >> red_shift & 255u, past & 255u)",
        "toward(pixel >> red_shift & 255u, past >> 16 & 255u)", None,
    ),
    "an overlay that is not cut": (
        "grade/grade.cuh", "clamped(times_256th(level, over) + offset, 0, 255)",
        "times_256th(level, over) + offset", None,
    ),
    "a HUD that is off by one": (
        "hud_ground/hud.cuh", "* through + 127u) / 255u", "* through + 254u) / 255u", None,
    ),
}  # fmt: skip
"""The file, its text, the fault, and what the shim says of it; None: the numbers are wrong."""


@pytest.mark.parametrize("fault", one_of(FAULTS))
def test_a_planted_fault_is_caught(fault: str, tmp_path: Path) -> None:
    path, before, after, message = FAULTS[fault]
    root = planted(tmp_path, path, before, after)
    cpu, cuda = tables("random")
    crop = faulted_crop()
    if message is None:
        found = with_cuda(crop, cuda, root=root)
        with pytest.raises(AssertionError, match="differ"):
            found.check(with_cpu(crop, cpu))
    else:
        with pytest.raises(ShimError, match=message):
            with_cuda(crop, cuda, root=root)


@cache
def faulted_crop() -> Crop:
    """A crop that lies between texels and shows many things, and whose last tiles reach beyond it."""
    crops = (random_crop(3 * number) for number in range(200))

    def fits(crop: Crop) -> bool:
        height, width = crop.shape
        return height > 8 and height % 8 > 0 and width > 32 and width % 32 > 0

    return next(crop for crop in crops if fits(crop) and len(np.unique(crop.surface_id)) > 4)

