"""`reproject`: the compiled kernel against the torch reference, and against the trainer's own reprojection.

It is tested by way of `dissolve`, which returns the reprojected picture, red in the lowest byte.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from reskin.kernels.dissolve.cpu import dissolve_cpu
from reskin.kernels.reproject.reference import reproject_reference
from reskin.neural_renderer.history import history_sources

SIZES = [(1, 1), (3, 5), (8, 12), (37, 61), (50, 33)]
Packed = NDArray[np.uint32]


@dataclass
class Case:
    """A frame's surface ids and motion, and the picture of a frame ago with its surface ids."""

    surface_id: Packed
    motion: NDArray[np.float16] | None
    previous: Packed
    previous_id: Packed

    def carried(self) -> Packed:
        share = np.zeros(self.surface_id.shape[1], np.uint32)
        return dissolve_cpu(
            self.previous, self.surface_id, self.motion, self.previous, self.previous_id, share
        )[1]

    def expected(self) -> Packed:
        motion = None
        if self.motion is not None:
            moved = np.nan_to_num(self.motion.astype(np.float32), nan=1e6, posinf=1e6, neginf=-1e6)
            motion = torch.from_numpy(moved.transpose(2, 0, 1).copy())[None]
        planes = np.stack([self.previous >> np.uint32(s) & np.uint32(255) for s in (0, 8, 16)])
        before, now = (
            torch.from_numpy(k.astype(np.int64))[None] for k in (self.previous_id, self.surface_id)
        )
        history = reproject_reference(torch.from_numpy(planes.astype(np.float64))[None], before, now, motion)[
            0
        ]
        red, green, blue, valid = history.numpy().astype(np.uint32)
        return red | green << np.uint32(8) | blue << np.uint32(16) | valid * np.uint32(0xFF000000)


def case(height: int, width: int, seed: int = 1) -> Case:
    """Patches of a few things, whole motions, and a past in which some surface ids differ."""
    random = np.random.default_rng([seed, height, width])
    coarse = random.integers(0, 24, (-(-height // 3), -(-width // 5))).astype(np.uint32)
    surface_id = np.kron(coarse, np.ones((3, 5), np.uint32))[:height, :width]
    return Case(
        surface_id=surface_id,
        motion=random.integers(-4, 5, (height, width, 2)).astype(np.float16),
        previous=random.integers(0, 1 << 32, (height, width), np.uint32),
        previous_id=np.where(random.random((height, width)) < 0.2, np.uint32(99), surface_id),
    )


def check(given: Case) -> None:
    expected = given.expected()
    assert np.array_equal(given.carried(), expected)
    assert given.surface_id.size < 200 or (expected.any() and not expected.all())


@pytest.mark.parametrize("size", SIZES)
def test_every_size(size: tuple[int, int]) -> None:
    check(case(*size))


@pytest.mark.parametrize("fraction", [0.25, 0.5, -0.5, 0.499, 7.75])
def test_motion_between_pixels_takes_the_nearest(fraction: float) -> None:
    given = case(37, 61)
    assert given.motion is not None
    given.motion = (given.motion.astype(np.float32) + fraction).astype(np.float16)
    check(given)


def test_motion_that_is_no_number_or_far_too_large_means_no_history() -> None:
    given = case(37, 61)
    assert given.motion is not None
    odd = np.array([np.nan, np.inf, -np.inf, 65504, -65504], np.float16)
    given.motion[::2, :, 0] = np.resize(odd, given.motion[::2, :, 0].shape)
    given.motion[:, ::3, 1] = np.resize(odd, given.motion[:, ::3, 1].shape)
    check(given)
    history = given.carried()
    assert not history[::2].any() and not history[:, ::3].any() and history.any()


def test_without_motion_every_pixel_stays() -> None:
    given = case(37, 61)
    given.motion = None
    check(given)


def test_what_became_visible_has_no_history() -> None:
    given = case(24, 40)
    given.motion, given.previous_id = None, given.surface_id.copy()
    given.previous_id[4:9, 6:11] ^= np.uint32(1 << 8)  # another thing stood there
    hidden = np.zeros(given.surface_id.shape, bool)
    hidden[4:9, 6:11] = True
    assert np.array_equal(given.carried() == 0, hidden)


def test_the_history_moves_with_what_it_shows() -> None:
    """Motion is now minus before: what moved by (+2, +1) was two to the left and one above."""
    given = case(12, 20)
    given.surface_id[:] = given.previous_id[:] = 0
    given.motion = np.full((12, 20, 2), (2, 1), np.float16)
    history = given.carried()
    assert np.array_equal(history[1:, 2:], given.previous[:-1, :-2] | np.uint32(0xFF000000))
    assert not history[0].any() and not history[:, :2].any()


def test_arrays_that_are_not_contiguous() -> None:
    whole = case(74, 122)
    assert whole.motion is not None
    arrays = whole.surface_id[::2, ::2], whole.motion[::2, ::2], whole.previous[::2, ::2]
    given = Case(*arrays, whole.previous_id[::2, ::2])
    assert not given.surface_id.flags.c_contiguous
    check(given)


@pytest.mark.parametrize("shift", [0.0, 0.5, np.nan])
def test_the_trainer_reprojects_alike(shift: float) -> None:
    """`history_sources`, which the trainer and the measures use, finds the same pixels as the kernel."""
    given = case(37, 61)
    assert given.motion is not None
    given.motion[::2] += np.float16(shift)
    source = history_sources(given.previous_id, given.surface_id, given.motion)
    moved = np.where(source >= 0, given.previous.reshape(-1)[source] | np.uint32(0xFF000000), np.uint32(0))
    assert (source >= 0).any() and (source < 0).any()
    assert np.array_equal(given.carried(), moved)
