"""`head`: the compiled pass against its torch reference in float64, on every path it can take."""

from __future__ import annotations

from functools import cache
from typing import Any

import numba
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS
from reskin.kernels import FEATURES, PATCH
from reskin.kernels.border import DIRECTIONS, REACH
from reskin.kernels.border.reference import profile_reference
from reskin.kernels.head.cpu import BLOCK, Grid, HeadInputs, HeadTables, _whole_texels, head_cpu, lay_out_head
from reskin.kernels.head.reference import (
    Surfaces,
    head_reference,
    head_weights_from_levels,
    surface_reference,
)
from reskin.kernels.simd.threads import parallel_rows
from reskin.kernels.simd.vectors import address
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.runtimes.cpu import head_weights
from reskin.neural_renderer.theme.pack import Theme
from tests.kernels.tolerances import assert_close
from tests.neural_renderer.samples import random_theme

Anchor = NDArray[np.float32]
GRASS, SKY, PLAYER = (MATERIAL_INDEX[name] for name in ("grass", "sky", "player"))


@cache
def laid_out(theme: Theme) -> HeadTables:
    weights = head_weights(theme.tensors)
    return lay_out_head(weights, noise.noise_textures(), materials.NOISE_SCALE, noise.TEXELS_PER_TILE)


class Inputs:
    """Random body features, nearness of borders and albedo for a material map and its anchors."""

    def __init__(self, material: NDArray[np.uint8], anchor: Anchor, seed: int = 1) -> None:
        random = np.random.default_rng(seed)
        height, width = material.shape
        blocks = (-(-height // PATCH), -(-width // PATCH), PATCH, FEATURES // 4, PATCH, 4)
        self.material, self.anchor = material, anchor
        self.offsets = np.zeros((len(MATERIALS), 2), np.float32)
        self.features = random.integers(0, 256, blocks).astype(np.uint8)
        self.albedo = random.integers(0, 1 << 24, (height, width), np.uint32)
        reached = random.random((DIRECTIONS, height, width)) < 0.4
        self.edge_nearness = (random.integers(1, REACH + 1, reached.shape) * reached).astype(np.uint8)
        self.neighbour = random.integers(0, len(MATERIALS), reached.shape).astype(np.uint8)

    def found(self, theme: Theme, red_shift: int = 0) -> NDArray[np.uint8]:
        """The kernel's picture, uint8 [H,W,4] in its own byte order."""
        packed, bad = self.painted(laid_out(theme), red_shift)
        assert bad == 0
        return packed.view(np.uint8).reshape(*packed.shape, 4)

    def painted(self, t: HeadTables, red_shift: int = 0) -> tuple[NDArray[np.uint32], int]:
        out = np.zeros(self.material.shape, np.uint32)
        return out, parallel_rows(head_cpu(self.inputs(), t, red_shift, out), len(out))

    def inputs(self) -> HeadInputs:
        return HeadInputs(
            self.material, self.anchor, self.offsets, self.features, self.edge_nearness, self.neighbour,
            self.albedo,
        )  # fmt: skip

    def expected(self, theme: Theme) -> NDArray[np.float64]:
        """The reference's picture in float64: [H,W,3], RGB in levels of 255, clamped, not rounded."""
        t = {name: torch.from_numpy(value.astype(np.float64)) for name, value in theme.tensors.items()}
        height, width = self.material.shape
        material = torch.from_numpy(self.material.astype(np.int64))[None]
        scrolled = self.anchor - self.offsets[self.material]
        anchor = torch.from_numpy(scrolled.astype(np.float64))[None]
        sampled = sample64(scrolled, materials.NOISE_SCALE[self.material])
        surfaces = Surfaces(t["textures"] / 255, t["gain"], t["mix"], t["mix_bias"], t["span"], t["warp"])
        place = surface_reference(material, anchor, torch.from_numpy(sampled)[None], surfaces)
        ordered = self.features.transpose(3, 5, 2, 4, 0, 1).reshape(1, -1, *self.features.shape[:2])
        features = torch.from_numpy(ordered.astype(np.float64)) / 255 * t["highs"][-2]
        bottom, right = features.shape[2] * PATCH - height, features.shape[3] * PATCH - width

        edge_nearness, neighbour = (
            torch.from_numpy(x.astype(np.int64))[None] for x in (self.edge_nearness, self.neighbour)
        )
        border = profile_reference(material, edge_nearness, neighbour, t["own"], t["other"])

        first = head_weights_from_levels(t["head.0.weight"], t["head.0.step"], t["highs"])

        def padded(x: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.pad(x, (0, right, 0, bottom), mode="replicate")

        colour = head_reference(
            features, padded(place), padded(border), padded(unpacked(self.albedo)[:, :3]),
            [first, t["head.1.weight"]], [t["head.0.bias"], t["head.1.bias"]], t["highs"][-1],
        )  # fmt: skip
        return (colour[0, :, :height, :width].clamp(0, 1) * 255).permute(1, 2, 0).numpy()

    def check(self, theme: Theme, kind: str = "head", worst_rounding: float = 0.5) -> None:
        expected = np.floor(self.expected(theme) + worst_rounding)
        assert_close(kind, self.found(theme)[..., :3], expected)


def unpacked(packed: NDArray[np.uint32]) -> torch.Tensor:
    planes = [(packed >> np.uint32(shift) & np.uint32(255)) for shift in (0, 8, 16, 24)]
    return torch.from_numpy(np.stack(planes)[None].astype(np.float64) / 255)


def sample64(anchor: Anchor, scale: NDArray[np.float32]) -> NDArray[np.float64]:
    """`noise.sample_noise` in float64, written out texel by texel."""
    place = anchor.astype(np.float64) * scale * noise.TEXELS_PER_TILE - 0.5
    low = np.floor(place)
    fraction = place - low
    total = np.zeros((*anchor.shape[:-1], noise.CHANNELS))
    for dy in (0, 1):
        for dx in (0, 1):
            share = np.abs(1 - dx - fraction[..., 0]) * np.abs(1 - dy - fraction[..., 1])
            row = (low[..., 1].astype(np.int64) + dy) % noise.SIZE
            column = (low[..., 0].astype(np.int64) + dx) % noise.SIZE
            total += share[..., None] * noise.noise_textures()[row, column]
    return total / 255


def lattice(height: int, width: int, left: float = 0, top: float = 0, step: float = 1) -> Anchor:
    """Anchors of world pixels, `step` px apart, at 32 px a tile."""
    y, x = np.mgrid[0:height, 0:width]
    return ((np.stack((left + x * step, top + y * step), -1) + 0.5) / 32).astype(np.float32)


def stripes(height: int, width: int, kinds: tuple[int, ...], run: int) -> NDArray[np.uint8]:
    """Materials that change every `run` px along a row, shifted from row to row."""
    y, x = np.mgrid[0:height, 0:width]
    return np.array(kinds, np.uint8)[((x + 3 * y) // run) % len(kinds)]


TERRAIN = tuple(i for i, name in enumerate(MATERIALS) if name not in THINGS)
PLACES: dict[str, dict[str, Any]] = {
    "whole texels": {},
    "far along": {"left": 512 * 32 - 40, "top": 777},
    "left of and above the origin": {"left": -1000, "top": -333},
    "between texels": {"left": 0.3, "top": -0.7},
    "smaller tiles": {"step": 2},
    "magnified": {"step": 0.37, "left": -11},
    "mirrored": {"left": 300, "step": -1},
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kinds", [(GRASS,), (SKY,), TERRAIN], ids=["one material", "the sky", "many a row"])
def test_anchored_surfaces(place: str, kinds: tuple[int, ...]) -> None:
    material = stripes(21, 2 * BLOCK + 13, kinds, 7)
    Inputs(material, lattice(*material.shape, **PLACES[place])).check(random_theme())


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (4, BLOCK), (5, BLOCK + 1), (30, BLOCK - 1)])
def test_every_size(size: tuple[int, int]) -> None:
    Inputs(stripes(*size, TERRAIN, 3), lattice(*size)).check(random_theme())


@pytest.mark.parametrize("place", ["whole texels", "between texels", "left of and above the origin"])
def test_textures_that_noise_displaces(place: str) -> None:
    material = stripes(21, 200, (*TERRAIN, PLAYER), 9)
    Inputs(material, lattice(21, 200, **PLACES[place])).check(random_theme(2, warp=0.5))


def test_materials_that_change_at_every_pixel() -> None:
    material = np.random.default_rng(4).integers(0, len(MATERIALS), (24, 200)).astype(np.uint8)
    Inputs(material, lattice(24, 200)).check(random_theme())


def test_things_have_their_own_anchor() -> None:
    y, x = np.mgrid[0:24, 0:200]
    anchor = np.stack(((x % 20 + 0.5) / 20, (y + 0.5) / 24), -1).astype(np.float32)
    anchor[:, 100:] = anchor[:, 99::-1]  # those on the right look to the left
    Inputs(np.full((24, 200), PLAYER, np.uint8), anchor).check(random_theme())


def test_anchors_far_from_the_origin_lose_little() -> None:
    material = stripes(21, 200, TERRAIN, 7)
    Inputs(material, lattice(21, 200, 32_000.3, -32_000.6)).check(random_theme(), "head, far away")


def test_both_byte_orders() -> None:
    material = stripes(9, 50, TERRAIN, 7)
    given = Inputs(material, lattice(9, 50))
    rgba, bgrx = given.found(random_theme(), 0), given.found(random_theme(), 16)
    assert np.array_equal(rgba[..., :3], bgrx[..., 2::-1])
    assert (rgba[..., 3] == 255).all() and (bgrx[..., 3] == 255).all()
    assert not np.array_equal(rgba, bgrx)


def test_channels_that_are_not_contiguous() -> None:
    material, anchor = stripes(18, 120, TERRAIN, 7), lattice(18, 120, 0.3)
    Inputs(material[::2, ::2], anchor[::2, ::2]).check(random_theme())


@numba.njit
def whole_texels(row: Anchor, scale_x: np.float32, scale_y: np.float32) -> bool:
    half = np.float32(0.5)
    return bool(_whole_texels(address(row, 0), len(row), Grid(scale_x, scale_y, half, half)))


def test_whole_texels_are_copied_and_others_sampled() -> None:
    """The two paths meet: what is copied equals what is sampled a hair beside it."""
    row, scale = lattice(1, 50, -100)[0], np.float32(32)
    assert whole_texels(row, scale, scale)
    assert not whole_texels(row + np.float32(1e-4), scale, scale)
    assert not whole_texels(row[::-1].copy(), scale, scale)
    assert not whole_texels(row, np.float32(24), scale)
    material = stripes(21, 200, (GRASS,), 7)
    copied = Inputs(material, lattice(21, 200)).found(random_theme())
    sampled = Inputs(material, lattice(21, 200, 1e-4)).found(random_theme())
    assert_close("head", sampled[..., :3], copied[..., :3])


def test_surfaces_stick_to_the_world() -> None:
    """A view that scrolled by whole pixels shows the same texels at the same places."""
    theme = random_theme()
    plain = Inputs(np.full((16, 96), GRASS, np.uint8), lattice(16, 96))
    moved = Inputs(plain.material, lattice(16, 96, 5, 3))
    for given in (plain, moved):
        given.features[:], given.albedo[:], given.edge_nearness[:] = 90, 0, 0
    before, after = plain.found(theme), moved.found(theme)
    assert np.array_equal(after[:-3, :-5], before[3:, 5:])
    assert not np.array_equal(after, before)


def test_surfaces_scroll_by_material() -> None:
    """By whole texels and by fractions, some materials only."""
    material = stripes(21, 200, (GRASS, SKY, PLAYER), 17)
    still = Inputs(material, lattice(21, 200))
    for right, down in ((1 / 32, -3 / 32), (0.3, 7.77)):
        scrolled = Inputs(material, lattice(21, 200))
        scrolled.offsets[GRASS] = right, down
        scrolled.check(random_theme())
        changed = (scrolled.found(random_theme()) != still.found(random_theme())).any(-1)
        assert changed[material == GRASS].mean() > 0.5 and not changed[material != GRASS].any()


@pytest.mark.parametrize("table", ["gain", "mix", "edge_self", "units", "output_bias"])
def test_pixels_that_are_no_numbers_are_counted(table: str) -> None:
    """A NaN in any table makes the pixel NaN: no relu turns it into 0."""
    theme = random_theme()
    values = getattr(laid_out(theme), table).copy()
    values[..., ::3] = np.nan
    if table == "mix":
        values[:GRASS], values[GRASS + 1 :] = 0, 0
    material = np.full((12, 40), MATERIAL_INDEX["stone"], np.uint8)
    material[3:5, 7:12] = GRASS
    given = Inputs(material, lattice(12, 40))
    spoilt = laid_out(theme)._replace(**{table: values})
    _, bad = given.painted(spoilt)
    bordered = int((given.edge_nearness > 0).any(0).sum())
    assert bad == {"mix": 10, "edge_self": bordered}.get(table, material.size)
