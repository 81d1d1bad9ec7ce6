"""`exchange` for CUDA, under the shim: textures become channels, and pictures textures, by the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.kernels.cuda.shim import run
from reskin.kernels.exchange.cuda import Channels, give_launch, take_launch
from reskin.kernels.exchange.reference import channel_reference, material_reference, picture_reference
from tests.kernels.cuda.tools import needs_shim

pytestmark = needs_shim


def textures(height: int, width: int, anchor: Any) -> Channels:
    random = np.random.default_rng([height, width])
    size = (height, width)
    return Channels(
        random.integers(0, 256, (*size, 4)).astype(np.uint8), random.integers(0, 40, size).astype(np.uint8),
        random.normal(0, 90, (*size, 2)).astype(anchor), random.integers(0, 65536, size).astype(np.uint16),
        random.normal(0, 20, (*size, 2)).astype(np.float16),
        random.integers(0, 256, (*size, 4)).astype(np.uint8),
        random.integers(0, 256, size).astype(np.uint8),
    )  # fmt: skip


def arrays(height: int, width: int) -> Channels:
    size = (height, width)
    kinds: list[tuple[tuple[int, ...], Any]] = [
        (size, np.uint32), (size, np.uint8), ((*size, 2), np.float32), (size, np.uint16),
        ((*size, 2), np.float16), (size, np.uint32), (size, np.uint8),
    ]  # fmt: skip
    return Channels(*(np.full(shape, 9, kind) for shape, kind in kinds))


def as_channel(texels: NDArray[Any], bottom_up: bool) -> NDArray[Any]:
    found = channel_reference(texels, bottom_up)
    return found.view(np.uint32)[..., 0] if found.shape[2:] == (4,) else found


@pytest.mark.parametrize("bottom_up", [True, False])
@pytest.mark.parametrize(
    ("size", "anchor"), [((1, 1), np.float32), ((9, 37), np.float16), ((17, 33), np.float32)]
)
def test_textures_become_channels(size: tuple[int, int], anchor: Any, bottom_up: bool) -> None:
    given, made = textures(*size, anchor), arrays(*size)
    run(take_launch(given, made, 32, size, bottom_up), seed=size[0])
    expected = {name: as_channel(texels, bottom_up) for name, texels in given._asdict().items()}
    expected["material"] = material_reference(given.material, bottom_up, 32)
    for name, array in made._asdict().items():
        np.testing.assert_array_equal(array, expected[name].astype(array.dtype), err_msg=name)


def test_what_a_frame_lacks_is_left_alone() -> None:
    given, made = textures(8, 12, np.float32)[:3], arrays(8, 12)
    run(take_launch(Channels(*given), made, 32, (8, 12), True))
    np.testing.assert_array_equal(made.anchor, given[2][::-1])
    assert all((array == 9).all() for array in made[3:])


@pytest.mark.parametrize(("red_shift", "bottom_up"), [(16, True), (0, False)])
def test_a_picture_becomes_a_texture(red_shift: int, bottom_up: bool) -> None:
    picture = np.random.default_rng(5).integers(0, 1 << 32, (9, 37), np.uint32)
    made = np.zeros((9, 37, 4), np.uint8)
    run(give_launch(picture, made, (9, 37), red_shift, bottom_up))
    expected = picture_reference(picture, bottom_up, red_shift)
    np.testing.assert_array_equal(made.view(np.uint32)[..., 0], expected)
