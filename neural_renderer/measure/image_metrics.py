"""Likeness of two pictures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.floating]


def psnr(a: Picture, b: Picture) -> float:
    """Peak signal-to-noise ratio in dB of pictures in 0..1; infinite where they are equal."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return math.inf if error == 0 else -10 * math.log10(error)


def luma(picture: Picture) -> NDArray[np.float64]:
    """Float [H,W] of RGB [H,W,3], by the weights of ITU-R BT.601."""
    return np.asarray(picture.astype(np.float64) @ np.array([0.299, 0.587, 0.114]))


def box_means(field: NDArray[Any], side: int) -> NDArray[Any]:
    """The means of squares of side x side of a field [H,W,...]; a last row or column that fills none is left
    out."""
    height, width = (size // side for size in field.shape[:2])
    whole = field[: height * side, : width * side]
    return np.asarray(whole.reshape(height, side, width, side, *field.shape[2:]).mean((1, 3)))


def ssim(a: Picture, b: Picture) -> float:
    """Mean structural similarity of luma, 1 for equal pictures.

    Wang et al. 2004, "Image Quality Assessment": Gaussian windows of sigma 1.5, K1 0.01, K2 0.03.
    """
    from scipy.ndimage import gaussian_filter

    x, y = luma(a), luma(b)

    def window(field: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(gaussian_filter(field, 1.5, mode="reflect", truncate=3.5))

    mx, my = window(x), window(y)
    vx, vy, covariance = window(x * x) - mx * mx, window(y * y) - my * my, window(x * y) - mx * my
    c1, c2 = 0.01**2, 0.03**2
    score = (2 * mx * my + c1) * (2 * covariance + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))
    return float(score.mean())
