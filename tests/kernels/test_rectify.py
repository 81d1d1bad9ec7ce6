"""`rectify`: the CPU kernel against its reference, and the limit that holds for any history."""

import numpy as np
import pytest
import torch

from reskin.kernels.rectify import LIMIT
from reskin.kernels.rectify.cpu import rectify_cpu
from reskin.kernels.rectify.reference import rectify_reference
from reskin.kernels.reproject.reference import reproject_reference
from reskin.kernels.simd.threads import parallel_rows


def _case(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A picture uint8 [9,13,3] and a history uint8 [9,13,4], half of it invalid, some of it near."""
    random = np.random.default_rng(seed)
    picture = random.integers(0, 256, (9, 13, 3), dtype=np.uint8)
    near = np.clip(picture + random.integers(-9, 10, picture.shape), 0, 255)
    far = random.integers(0, 256, picture.shape)
    colours = np.where(random.random((9, 13, 1)) < 0.7, near, far)
    valid = np.where(random.random((9, 13, 1)) < 0.5, 255, 0)
    return picture, np.concatenate((colours, valid), -1).astype(np.uint8)


def _on_cpu(picture: np.ndarray, history: np.ndarray, red_shift: int) -> np.ndarray:
    """Where the history is not valid, another thing was seen."""
    packed, past = _packed(picture, red_shift), _packed(history[..., :3], red_shift)
    surface_id = np.zeros(packed.shape, np.uint32)
    rows = rectify_cpu(
        packed, surface_id, None, past, (history[..., 3] == 0).astype(np.uint32), None, red_shift
    )
    assert parallel_rows(rows, len(packed)) == 0
    return _unpacked(packed, red_shift)


def _packed(picture: np.ndarray, red_shift: int) -> np.ndarray:
    words = np.full((*picture.shape[:2], 4), 255, np.uint8)
    words[..., :3] = picture[..., ::-1] if red_shift else picture
    return words.view(np.uint32)[..., 0]


def _unpacked(packed: np.ndarray, red_shift: int) -> np.ndarray:
    words = packed.view(np.uint8).reshape(*packed.shape, 4)
    assert (words[..., 3] == 255).all()
    return words[..., 2::-1] if red_shift else words[..., :3]


@pytest.mark.parametrize("red_shift", [0, 16])
@pytest.mark.parametrize("seed", range(4))
def test_the_kernel_is_its_reference(seed: int, red_shift: int) -> None:
    picture, history = _case(seed)
    planes = [torch.from_numpy(a.astype(np.int32)).permute(2, 0, 1)[None] for a in (picture, history)]
    expected = rectify_reference(*planes)[0].permute(1, 2, 0).numpy()
    assert (expected != picture).any()
    np.testing.assert_array_equal(_on_cpu(picture, history, red_shift), expected)


@pytest.mark.parametrize("forgetting", [False, True])
@pytest.mark.parametrize("red_shift", [0, 16])
def test_the_history_is_carried_along_and_forgotten_by_material(red_shift: int, forgetting: bool) -> None:
    random = np.random.default_rng(5)
    picture = random.integers(0, 256, (31, 45, 3), dtype=np.uint8)
    previous = np.clip(picture + random.integers(-9, 10, picture.shape), 0, 255).astype(np.uint8)
    surface_id, past = (
        random.integers(0, 3, picture.shape[:2]).astype(np.uint32) | np.uint32(0x500) for _ in range(2)
    )
    motion = random.integers(-3, 4, (*surface_id.shape, 2)).astype(np.float16)
    forgotten = np.array([False, True, False]) if forgetting else None
    packed = _packed(picture, red_shift)
    parallel_rows(
        rectify_cpu(packed, surface_id, motion, _packed(previous, red_shift), past, forgotten, red_shift), 31
    )

    def plane(array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array.astype(np.int64))[None]

    history = reproject_reference(
        plane(previous.transpose(2, 0, 1)), plane(past), plane(surface_id), plane(motion.transpose(2, 0, 1)),
        None if forgotten is None else torch.from_numpy(forgotten),
    )  # fmt: skip
    expected = rectify_reference(plane(picture.transpose(2, 0, 1)), history)[0].permute(1, 2, 0).numpy()
    found = _unpacked(packed, red_shift)
    np.testing.assert_array_equal(found, expected)
    kept = (found == picture).all(-1)
    assert kept[(surface_id & 0xFF) == 1].all() == forgetting and not kept[(surface_id & 0xFF) == 0].all()


def test_no_history_moves_a_pixel_by_more_than_two_thirds_of_the_limit() -> None:
    picture, history = _case(7)
    history[..., 3] = 255
    moved = np.abs(_on_cpu(picture, history, 16).astype(int) - picture)
    assert moved.max() == LIMIT * 2 // 3


def test_what_is_not_valid_does_not_count() -> None:
    picture, history = _case(8)
    history[..., 3] = 0
    np.testing.assert_array_equal(_on_cpu(picture, history, 16), picture)


def test_small_flicker_is_not_shown_larger_change_fades_in_and_a_still_picture_stays() -> None:
    picture = np.full((4, 4, 3), 100, np.uint8)
    kept, moved = ((100, 100), (102, 102), (98, 98)), ((105, 103), (95, 97), (180, 106), (0, 94))
    for past, shown in kept + moved:
        history = np.full((4, 4, 4), 255, np.uint8)
        history[..., :3] = past
        assert (_on_cpu(picture, history, 0) == shown).all(), past
