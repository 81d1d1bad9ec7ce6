"""The compiled loops over the HUD against the formula in plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from reskin.engine.errors import FrameError
from reskin.engine.frame import compose_hud
from reskin.engine.hud_pixels import count_hud_pixels


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (64, 97)])
def test_compose_is_the_formula_at_every_alpha(size: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    picture = random.integers(0, 256, (*size, 4), np.uint8)
    hud = random.integers(0, 256, (*size, 4), np.uint8)
    alpha = hud[..., 3:]
    alpha[random.random(alpha.shape) < 0.3] = 255
    hud[random.random(size) < 0.3] = 0
    # Premultiplied: no colour above its alpha, but for light, which is added.
    under = picture[..., :3].astype(int)
    expected = np.minimum(hud[..., :3] + (under * (255 - alpha.astype(int)) + 127) // 255, 255)
    for shown in (picture.copy(), np.asfortranarray(picture)):
        result = compose_hud(shown, hud)
        assert result is shown
        assert np.array_equal(result[..., :3], expected)
        assert (result[..., 3] == 255).all()
        solid = hud[..., 3] == 255
        assert np.array_equal(result[solid][:, :3], hud[solid][:, :3])
        assert count_hud_pixels(result, hud) == (solid.sum(), 0)


def test_nothing_is_changed_without_a_hud() -> None:
    picture = np.arange(16, dtype=np.uint8).reshape(2, 2, 4)
    assert np.array_equal(compose_hud(picture.copy(), None), picture)
    assert np.array_equal(compose_hud(picture.copy(), np.zeros_like(picture))[..., :3], picture[..., :3])


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(FrameError, match=r"picture must be uint8 \[4, 4, 4\], got uint8 \[3, 4, 4\]"):
        compose_hud(np.zeros((3, 4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8))


def test_one_wrong_channel_is_counted() -> None:
    hud = np.full((2, 3, 4), 255, np.uint8)
    hud[1] = 0
    picture = compose_hud(np.zeros_like(hud), hud)
    picture[0, 0, 1] = picture[0, 2, 2] = picture[1, 1, 0] = 7
    assert count_hud_pixels(picture, hud) == (3, 2)
