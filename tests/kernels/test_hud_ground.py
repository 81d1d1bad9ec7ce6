"""`hud_ground`: the CPU kernel gives the numbers of its reference, and text can be read."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.kernels.hud_ground.cpu import hud_ground_cpu
from reskin.kernels.hud_ground.reference import hud_ground_reference

Pixels = NDArray[np.uint8]


def flat(size: tuple[int, int], *color: int) -> Pixels:
    picture = np.full((*size, 4), 255, np.uint8)
    picture[..., :3] = color
    return picture


def text_on(size: tuple[int, int], level: int = 255) -> Pixels:
    """A HUD with strokes of one px."""
    hud = np.zeros((*size, 4), np.uint8)
    hud[20:30, 20:60:3] = (level, level, level, 255)
    return hud


def done(picture: Pixels, plain: Pixels, hud: Pixels) -> Pixels:
    out = picture.copy()
    hud_ground_cpu(out, plain, hud)
    assert np.array_equal(out, hud_ground_reference(picture, plain, hud))
    return out


@pytest.mark.parametrize("size", [(1, 1), (7, 9), (72, 104), (65, 3), (64, 64)])
def test_the_kernel_gives_the_numbers_of_its_reference(size: tuple[int, int]) -> None:
    random = np.random.default_rng(4)
    picture, plain, hud = (random.integers(0, 256, (*size, 4)).astype(np.uint8) for _ in range(3))
    hud[..., :3] = hud[..., :3].astype(int) * hud[..., 3:] // 255
    hud[random.random(size) < 0.9] = 0
    hud[: size[0] // 2, : size[1] // 2] = 0
    changed = done(picture, plain, hud)
    assert size == (1, 1) or (changed != picture).any()
    assert np.array_equal(changed[..., 3], picture[..., 3])


def test_white_text_that_lay_on_black_can_be_read_on_a_bright_sky() -> None:
    size = (64, 96)
    sky, hud = flat(size, 235, 220, 225), text_on(size)
    found = done(sky, flat(size, 0, 0, 0), hud)
    assert found[22:28, 22:58, 1].max() <= 255 - 90
    assert np.array_equal(found[50:], sky[50:]) and np.array_equal(found[:, 88:], sky[:, 88:])
    steps = np.abs(np.diff(found[25, :, 1].astype(int)))
    assert steps.max() <= 12  # no edges


def test_what_can_be_read_already_and_what_never_could_stay() -> None:
    size = (64, 96)
    for sky, plain, level in ((60, 0, 255), (230, 250, 255), (230, 90, 20), (150, 150, 255)):
        picture = flat(size, sky, sky, sky)
        assert np.array_equal(done(picture, flat(size, plain, plain, plain), text_on(size, level)), picture)


def test_dark_text_on_paper_keeps_bright_ground() -> None:
    size = (64, 96)
    found = done(flat(size, 30, 40, 30), flat(size, 240, 240, 240), text_on(size, 10))
    assert found[22:28, 22:58, 1].min() >= 90


def test_only_bright_parts_of_a_texture_are_darkened() -> None:
    size = (64, 96)
    bricks = flat(size, 240, 240, 240)
    bricks[:, ::2, :3] = 40
    found = done(bricks, flat(size, 20, 20, 60), text_on(size))
    assert np.array_equal(found[:, ::2], bricks[:, ::2])
    assert found[22:28, 23:57:2, 1].max() < 200


def test_a_little_more_light_makes_a_little_difference() -> None:
    size = (64, 96)
    hud, plain = text_on(size), flat(size, 0, 0, 0)
    levels = [int(done(flat(size, v, v, v), plain, hud)[25, 40, 1]) for v in range(100, 256)]
    assert np.abs(np.diff(levels)).max() <= 4
    still = [int(done(flat(size, 220, 220, 220), flat(size, v, v, v), hud)[25, 40, 1]) for v in range(256)]
    assert np.abs(np.diff(still)).max() <= 12
