"""Metrics on pictures with known results."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reskin.neural_renderer.measure import psnr, ssim, warp_error

RANDOM = np.random.default_rng(5)
NOISE = RANDOM.random((48, 64, 3))


@pytest.mark.parametrize(("error", "expected"), [(1.0, 0.0), (0.1, 20.0), (0.01, 40.0), (0.5, 6.0206)])
def test_psnr_of_a_constant_error(error: float, expected: float) -> None:
    black = np.zeros((8, 9, 3), np.float32)
    assert psnr(black, black + np.float32(error)) == pytest.approx(expected, abs=1e-4)


def test_psnr_is_of_the_mean_over_all_pixels() -> None:
    a, b = np.zeros((10, 10, 3)), np.zeros((10, 10, 3))
    b[0] = 1  # a tenth of all: a mean square of 0.1
    assert psnr(a, b) == pytest.approx(10) == psnr(b, a)
    assert psnr(a, a) == math.inf


def test_ssim_of_equal_pictures_is_1() -> None:
    assert ssim(NOISE, NOISE) == pytest.approx(1)


def test_ssim_of_two_flat_pictures_is_their_luminance_term() -> None:
    a, b = np.full((20, 20, 3), 0.2), np.full((20, 20, 3), 0.6)
    c1 = 0.01**2
    assert ssim(a, b) == pytest.approx((2 * 0.2 * 0.6 + c1) / (0.2**2 + 0.6**2 + c1))


def test_ssim_of_unlike_and_inverted_pictures() -> None:
    assert abs(ssim(NOISE, np.random.default_rng(6).random(NOISE.shape))) < 0.1
    assert ssim(NOISE, 1 - NOISE) < -0.7
    assert (
        ssim(NOISE, NOISE) > ssim(NOISE, np.clip(NOISE + 0.1 * RANDOM.normal(size=NOISE.shape), 0, 1)) > 0.5
    )


def test_ssim_sees_structure_that_psnr_does_not() -> None:
    """A shift in brightness and noise of the same mean error: SSIM tells them apart."""
    smooth = np.linspace(0.2, 0.7, 64)[None, :, None] * np.ones((48, 1, 3))
    scattered = smooth + RANDOM.choice([-0.1, 0.1], smooth.shape)
    assert psnr(smooth, smooth + 0.1) == pytest.approx(psnr(smooth, scattered))
    assert ssim(smooth, smooth + 0.1) > 0.9 > 0.5 > ssim(smooth, scattered)


def test_warp_error_of_what_only_moved_is_0() -> None:
    source = np.arange(48 * 64).reshape(48, 64).astype(np.int32)
    moved = np.roll(source, (2, 3), (0, 1))
    assert warp_error(NOISE, NOISE, source) == 0
    assert warp_error(NOISE, np.roll(NOISE, (2, 3), (0, 1)), moved) == 0
    assert warp_error(NOISE, NOISE, moved) == pytest.approx(1 / 3, abs=0.03)  # of two uniform numbers


def test_warp_error_leaves_out_what_was_hidden() -> None:
    source = np.arange(48 * 64).reshape(48, 64).astype(np.int32)
    now = NOISE.copy()
    now[:24] += 0.2
    assert warp_error(NOISE, now, source) == pytest.approx(0.1)
    source[:24] = -1
    assert warp_error(NOISE, now, source) == 0
    assert warp_error(NOISE, now, np.full_like(source, -1)) == 0
