"""`dissolve`: the CPU kernel against its reference, on moving pictures with things that were hidden."""

import numpy as np
import pytest
import torch

from reskin.kernels.dissolve.cpu import dissolve_cpu
from reskin.kernels.dissolve.reference import dissolve_reference
from reskin.kernels.reproject import UNSEEN
from reskin.neural_renderer.history import history_sources

SHAPE = (50, 37)


def _pictures(seed: int) -> list[np.ndarray]:
    """Two pictures uint8 [H,W,4]."""
    random = np.random.default_rng(seed)
    pictures = [random.integers(0, 256, (*SHAPE, 4), dtype=np.uint8) for _ in range(2)]
    for picture in pictures:
        picture[..., 3] = 255
    return pictures


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_the_kernel_is_its_reference(seed: int, moving: bool) -> None:
    random = np.random.default_rng(seed + 100)
    picture, left = _pictures(seed)
    surface_id, left_id = (random.integers(0, 2, SHAPE).astype(np.uint32) for _ in range(2))
    left_id[random.random(SHAPE) < 0.2] = UNSEEN
    motion = (random.normal(0, 6, (*SHAPE, 2)) if moving else np.zeros((*SHAPE, 2))).astype(np.float16)
    share = random.integers(0, 257, SHAPE[1]).astype(np.uint32)
    words = [p.view(np.uint32)[..., 0] for p in (picture, left)]
    found = dissolve_cpu(words[0], surface_id, motion if moving else None, words[1], left_id, share)
    source = torch.from_numpy(history_sources(left_id, surface_id, motion).astype(np.int64))
    planes = [torch.from_numpy(p.astype(np.int64)) for p in (picture, left)]
    expected = dissolve_reference(planes[0], source, planes[1], torch.from_numpy(share.astype(np.int64)))
    np.testing.assert_array_equal(found[0].view(np.uint8).reshape(*SHAPE, 4), expected[0].numpy())
    carried = found[1].view(np.uint8).reshape(*SHAPE, 4)
    seen = source.numpy() >= 0
    np.testing.assert_array_equal(found[2], np.where(seen, surface_id, UNSEEN))
    assert 0 < seen.sum() < seen.size
    np.testing.assert_array_equal(carried[seen], expected[1].numpy()[seen])
    assert (carried[~seen][:, 3] == 0).all()


def test_a_whole_share_shows_the_old_picture_and_none_the_new() -> None:
    picture, left = _pictures(9)
    surface_id = np.zeros(SHAPE, np.uint32)
    for share, expected in ((0, picture), (256, left)):
        shown, _, _ = dissolve_cpu(
            picture.view(np.uint32)[..., 0], surface_id, None, left.view(np.uint32)[..., 0], surface_id,
            np.full(SHAPE[1], share, np.uint32),
        )  # fmt: skip
        np.testing.assert_array_equal(shown.view(np.uint8).reshape(*SHAPE, 4), expected)
