"""The body for CUDA, under the shim: bit for bit that of the reference and of the CPU runtime."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.frame import Frame
from reskin.kernels import BLOCKS, BODY, FEATURES, PATCH
from reskin.kernels.block.cuda import block_launch
from reskin.kernels.block.layout import feature_order, lay_out_block, lay_out_weights
from reskin.kernels.cuda.shim import run
from reskin.kernels.ingest.cpu import ingest_cpu
from reskin.kernels.ingest.cuda import Ingested, ingest_launch
from reskin.kernels.simd.contiguous import packed_pixels
from reskin.neural_renderer import materials
from reskin.neural_renderer.runtimes.body import Body
from reskin.neural_renderer.runtimes.cuda_body import block_launches, body_tables
from reskin.neural_renderer.scenes.scenes import Scene
from reskin.neural_renderer.theme.pack import Theme, available_themes, find_theme, load_theme
from tests.kernels.cuda import body
from tests.kernels.cuda.body import some_layer
from tests.kernels.cuda.tools import needs_shim
from tests.neural_renderer.samples import few, random_theme

pytestmark = needs_shim
OUTPUTS = PATCH * PATCH * FEATURES


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize(("size", "blocks"), [((1, 1), 1), ((13, 17), 2), ((5, 40), 9), ((27, 35), 4)])
def test_a_block_is_its_reference(number: int, size: tuple[int, int], blocks: int) -> None:
    random = np.random.default_rng([number, *size])
    given = random.integers(0, 256, (*size, BODY)).astype(np.uint8)
    layers = [some_layer(BODY, BODY, 3, number), some_layer(BODY, BODY, 3, number + 9, skip=0.5)]
    expected = body.block(given, layers[0], layers[1], BLOCKS[number])
    if number == 2:
        last = some_layer(OUTPUTS, BODY, 1, 3)
        expected = body.levels(body.convolved(expected, last))
        layers.append(last)
    found = np.full(expected.shape, 3, np.uint8)
    weights = lay_out_block([layer[:3] for layer in layers])
    run(block_launch(number, given, weights, found, size, 0.5, blocks), seed=number)
    assert expected.std() > 20 and (expected == 255).mean() < 0.6
    np.testing.assert_array_equal(found, expected)


def test_the_layout_of_weights() -> None:
    """Written out for one weight: output 21, channel 37, in the tap below to the left."""
    weight = np.zeros((BODY, BODY, 3, 3), np.int8)
    weight[21, 37, 2, 0] = 7
    laid = lay_out_weights(weight)
    assert laid.shape == (14, 3, 32, 16)
    row = 6 * BODY + 37  # the seventh tap
    step, within = divmod(row, 32)
    column, output = divmod(21 - 16, 8)
    half, place = divmod(within, 16)
    lane = output * 4 + place // 4
    assert np.argwhere(laid).tolist() == [[step, 1, lane, column * 8 + half * 4 + place % 4]]


@cache
def scenes() -> list[Frame]:
    return [Scene(seed, 320, 180).frame(5) for seed in range(8)]


def crop(height: int, width: int, random: np.random.Generator) -> Frame:
    frame = scenes()[random.integers(8)]
    top, left = random.integers(180 - height + 1), random.integers(320 - width + 1)
    part = slice(top, top + height), slice(left, left + width)
    assert frame.identity is not None and frame.material is not None
    return Frame(
        color=np.ascontiguousarray(frame.color[part]), tick=0, layout=frame.layout,
        material=np.ascontiguousarray(frame.material[part]),
        identity=np.ascontiguousarray(frame.identity[part]),
    )  # fmt: skip


def computed(theme: Theme, frame: Frame, seed: int) -> NDArray[np.uint8]:
    """The features by the CUDA kernels, from the frame on: uint8 [h,w,192], in the head's order."""
    tables = body_tables(theme.tensors)
    height, width = frame.height, frame.width
    size = -(-height // PATCH), -(-width // PATCH)
    albedo, surface_id = np.full((2, height, width), 9, np.uint32)
    activations = np.full((2, *size, BODY), 9, np.uint8)
    features = np.full((*size, OUTPUTS), 9, np.uint8)
    made = Ingested(albedo, surface_id, activations[0])
    shift = 16 if frame.layout == "BGRX" else 0
    color = packed_pixels(frame.color)
    launches = [
        ingest_launch(frame.material, frame.identity, color, tables.ingest, made, (height, width), shift),
        *block_launches((activations[0], activations[1]), features, tables, size, 1 + seed % 5),
    ]
    for launch in launches:
        run(launch, seed)
    return features


def packed_input(theme: Theme, frame: Frame) -> NDArray[np.uint8]:
    shift = 16 if frame.layout == "BGRX" else 0
    assert frame.material is not None
    return ingest_cpu(
        frame.material, frame.identity, packed_pixels(frame.color), shift, theme.tensors["embed"],
        materials.SHOWS_ALBEDO,
    )[0]  # fmt: skip


@pytest.mark.parametrize("name", few(available_themes()))
def test_the_body_is_that_of_the_cpu_runtime(name: str) -> None:
    theme = load_theme(find_theme(name))
    frame = crop(61, 83, np.random.default_rng(len(name)))
    packed = packed_input(theme, frame)
    height, width, _ = packed.shape
    expected = Body(theme.tensors, height, width, 1)(packed).reshape(height, width, OUTPUTS)
    assert len(np.unique(expected)) > 20
    np.testing.assert_array_equal(computed(theme, frame, 1), expected)


@pytest.mark.slow
def test_two_hundred_random_crops_of_all_themes() -> None:
    themes = [*(load_theme(find_theme(name)) for name in available_themes()), random_theme()]
    random = np.random.default_rng(16)
    for number in range(200):
        theme = themes[number % len(themes)]
        height, width = (int(random.integers(1, limit)) for limit in (90, 120))
        frame = crop(height, width, random)
        expected = body.features(packed_input(theme, frame), theme.tensors)[..., feature_order()]
        np.testing.assert_array_equal(computed(theme, frame, number), expected)
