"""`ingest`: the compiled pass against its torch reference, and against the trainer's own reprojection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from kernels import EMBED, INGEST, PATCH
from kernels.ingest.cpu import ingest_cpu
from kernels.ingest.reference import ingest_reference, reproject_reference
from neural_renderer.history import sources

KINDS = 8
SIZES = [(1, 1), (3, 5), (8, 12), (37, 61), (50, 33)]


@dataclass
class Case:
    """What a frame and its history are made of; arrays as `ingest_cpu` takes them."""

    material: NDArray[np.uint8]
    identity: NDArray[np.uint16] | None
    color: NDArray[np.uint32]
    red_shift: int
    motion: NDArray[np.float16] | None
    previous: NDArray[np.uint32] | None
    previous_key: NDArray[np.uint32] | None
    embed: NDArray[np.uint8]
    tinted: NDArray[np.bool_]

    def run(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]:
        return ingest_cpu(
            self.material, self.identity, self.color, self.red_shift, self.motion,
            self.previous, self.previous_key, self.embed, self.tinted,
        )  # fmt: skip

    def key(self) -> NDArray[np.uint32]:
        ids = np.uint32(0) if self.identity is None else self.identity.astype(np.uint32)
        return self.material.astype(np.uint32) | ids << np.uint32(8)

    def planes(self, words: NDArray[np.uint32], red_shift: int) -> NDArray[np.float32]:
        """Packed pixels as float32 [3,H,W], RGB 0..1."""
        shifts = (red_shift, 8, 16 - red_shift)
        planes = np.stack([words >> np.uint32(s) & np.uint32(255) for s in shifts])
        return planes.astype(np.float32) / np.float32(255)

    def expected(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """By the reference: the body's input [INGEST,h,w], history [4,H,W] and tint [3,H,W], all 0..1."""
        tint = self.planes(self.color, self.red_shift) * self.tinted[self.material]
        history = torch.zeros(1, 4, *self.material.shape)
        if self.previous is not None and self.previous.shape == self.material.shape:
            assert self.previous_key is not None
            motion = None
            if self.motion is not None:
                moved = np.nan_to_num(self.motion.astype(np.float32), nan=1e6, posinf=1e6, neginf=-1e6)
                motion = torch.from_numpy(moved.transpose(2, 0, 1).copy())[None]
            history = reproject_reference(
                torch.from_numpy(self.planes(self.previous, self.red_shift))[None],
                torch.from_numpy(self.previous_key.astype(np.int64))[None],
                torch.from_numpy(self.key().astype(np.int64))[None],
                motion,
            )
        height, width = self.material.shape
        padding = (0, -width % PATCH, 0, -height % PATCH)
        embed = torch.from_numpy(self.embed.astype(np.float32) / 255)
        material = np.pad(self.material, ((0, padding[3]), (0, padding[1])), mode="edge").astype(np.int64)
        packed = ingest_reference(
            torch.from_numpy(material)[None],
            functional.pad(torch.from_numpy(tint)[None], padding, mode="replicate"),
            embed,
        )
        return packed[0].numpy(), history[0].numpy(), tint


def case(height: int, width: int, red_shift: int = 16, seed: int = 1) -> Case:
    """Patches of a few materials and things, whole motions, and a history in which some keys differ."""
    random = np.random.default_rng([seed, height, width])
    coarse = (-(-height // 3), -(-width // 5))
    material = np.kron(random.integers(0, KINDS, coarse), np.ones((3, 5), int))[:height, :width]
    identity = np.kron(random.integers(0, 3, coarse), np.ones((3, 5), int))[:height, :width]
    made = Case(
        material=material.astype(np.uint8),
        identity=identity.astype(np.uint16) * np.uint16(21845),
        color=random.integers(0, 1 << 32, (height, width), np.uint32),
        red_shift=red_shift,
        motion=random.integers(-4, 5, (height, width, 2)).astype(np.float16),
        previous=random.integers(0, 1 << 32, (height, width), np.uint32),
        previous_key=None,
        embed=random.integers(0, 256, (KINDS, EMBED)).astype(np.uint8),
        tinted=np.arange(KINDS) % 2 == 0,
    )
    other = random.random((height, width)) < 0.2
    made.previous_key = np.where(other, np.uint32(99), made.key())
    return made


def check(given: Case, *, some_history: bool = True) -> None:
    packed, history, tint, key = given.run()
    wanted, wanted_history, wanted_tint = given.expected()
    height, width = given.material.shape
    assert packed.shape == (-(-height // PATCH), -(-width // PATCH), INGEST)
    assert np.array_equal(key, given.key())
    assert np.array_equal(given.planes(tint, 0), wanted_tint)
    assert np.array_equal(given.planes(history, 0), wanted_history[:3])
    assert np.array_equal(history >> 24, wanted_history[3] * 255)
    assert np.array_equal(packed, np.rint(wanted.transpose(1, 2, 0) * 255))
    if height * width > 200:
        assert wanted_history[3].any() == some_history and not wanted_history[3].all()


@pytest.mark.parametrize("red_shift", [16, 0])
@pytest.mark.parametrize("size", SIZES)
def test_every_size_and_layout(size: tuple[int, int], red_shift: int) -> None:
    check(case(*size, red_shift))


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
    history = given.run()[1]
    assert not history[::2].any() and not history[:, ::3].any() and history.any()


def test_without_motion_every_pixel_stays() -> None:
    given = case(37, 61)
    given.motion = None
    check(given)


def test_without_identity_the_material_is_the_key() -> None:
    given = case(37, 61)
    given.identity = None
    given.previous_key = given.key()
    given.previous_key[::4] += 1
    check(given)


@pytest.mark.parametrize("lack", ["none at all", "another size"])
def test_without_a_history_that_fits_there_is_none(lack: str) -> None:
    given = case(37, 61)
    other = case(36, 61)
    given.previous, given.previous_key = (
        (None, None) if lack == "none at all" else (other.previous, other.previous_key)
    )
    check(given, some_history=False)


def test_what_became_visible_has_no_history() -> None:
    given = case(24, 40)
    assert given.previous_key is not None
    given.motion = None
    given.previous_key = given.key()
    given.previous_key[4:9, 6:11] ^= np.uint32(1 << 8)  # another thing stood there
    history = given.run()[1]
    hidden = np.zeros(history.shape, bool)
    hidden[4:9, 6:11] = True
    assert np.array_equal(history == 0, hidden)


def test_the_history_moves_with_what_it_shows() -> None:
    """Motion is now minus before: what moved by (+2, +1) was two to the left and one above."""
    given = case(12, 20)
    given.identity, given.material = None, np.zeros((12, 20), np.uint8)
    given.previous_key = given.key()
    given.motion = np.full((12, 20, 2), (2, 1), np.float16)
    history = given.planes(given.run()[1], 0)
    assert given.previous is not None
    assert np.array_equal(history[:, 1:, 2:], given.planes(given.previous, 16)[:, :-1, :-2])
    assert not history[:, 0].any() and not history[:, :, :2].any()


def test_arrays_that_are_not_contiguous() -> None:
    whole = case(74, 122)
    assert whole.identity is not None and whole.motion is not None
    assert whole.previous is not None and whole.previous_key is not None
    given = Case(
        whole.material[::2, ::2], whole.identity[::2, ::2], whole.color[::2, ::2], 16, whole.motion[::2, ::2],
        whole.previous[::2, ::2], whole.previous_key[::2, ::2], whole.embed, whole.tinted,
    )  # fmt: skip
    assert not given.material.flags.c_contiguous
    check(given)


@pytest.mark.parametrize("shift", [0.0, 0.5, np.nan])
def test_the_trainer_reprojects_alike(shift: float) -> None:
    """`history.sources`, which trainer and measures use, names the pixels that the kernel takes."""
    given = case(37, 61, red_shift=0)
    assert given.motion is not None and given.previous is not None and given.previous_key is not None
    given.motion[::2] += np.float16(shift)
    source = sources(given.previous_key, given.key(), given.motion)
    moved = np.where(source >= 0, given.previous.reshape(-1)[source] | np.uint32(0xFF000000), np.uint32(0))
    assert (source >= 0).any() and (source < 0).any()
    assert np.array_equal(given.run()[1], moved)
