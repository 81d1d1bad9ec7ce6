"""`border`: the compiled passes against the reference, and the meaning of the nearness."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from reskin.kernels.border import REACH
from reskin.kernels.border.cpu import border_cpu
from reskin.kernels.border.reference import border_reference

SurfaceId = NDArray[np.uint32]


def by_reference(surface_id: SurfaceId) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    edge_nearness, neighbour = border_reference(torch.from_numpy(surface_id.astype(np.int64))[None])
    return edge_nearness[0].numpy(), neighbour[0].numpy()


def check(surface_id: SurfaceId) -> None:
    for found, expected in zip(border_cpu(surface_id), by_reference(surface_id.copy()), strict=True):
        assert found.dtype == np.uint8 and found.shape == (4, *surface_id.shape)
        np.testing.assert_array_equal(found, expected)


def patches(height: int, width: int, seed: int, side: int = 7) -> SurfaceId:
    coarse = np.random.default_rng(seed).integers(0, 700, (height // side + 1, width // side + 1))
    return np.kron(coarse, np.ones((side, side), int))[:height, :width].astype(np.uint32)


@pytest.mark.parametrize("size", [(1, 1), (1, 70), (70, 1), (3, 5), (37, 61), (50, 133), (64, 128)])
@pytest.mark.parametrize("side", [1, 2, 7, 40])
def test_the_kernel_is_its_reference(size: tuple[int, int], side: int) -> None:
    check(patches(*size, seed=side, side=side))


def test_nearness_counts_pixels_to_the_next_border() -> None:
    surface_id = np.zeros((1, 60), np.uint32)
    surface_id[0, 20:] = 5
    edge_nearness, neighbour = border_cpu(surface_id)
    left, right, up, down = edge_nearness[:, 0].astype(int)
    assert (neighbour[0, 0, 20:44] == 0).all() and (neighbour[1, 0, :20] == 5).all()
    assert left[20:46].tolist() == [*range(REACH, 0, -1), 0, 0] and not left[:20].any()
    assert right[:20].tolist() == list(range(REACH - 19, REACH + 1)) and not right[20:].any()
    assert not up.any() and not down.any()


def test_things_of_one_material_have_borders_between_them() -> None:
    surface_id = np.full((8, 8), 27, np.uint32)
    surface_id[:, 4:] |= 1 << 8
    (left, right, _, _), neighbour = border_cpu(surface_id)
    assert (neighbour[0, :, 4] == 27).all()
    assert (left[:, 4] == REACH).all() and (right[:, 3] == REACH).all()


def test_surface_ids_that_are_not_contiguous() -> None:
    check(patches(40, 60, 3)[::2, ::3])
