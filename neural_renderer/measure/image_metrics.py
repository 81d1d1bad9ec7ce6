"""How similar two pictures are: PSNR, SSIM, and a perceptual distance. FLIP is in `measure.flip`.

Pictures are float RGB [H,W,3] in 0..1.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.errors import InputError

Picture = NDArray[np.floating]

SCALE_WEIGHTS: Final = (0.096, 0.596, 0.289, 0.019)
"""Weights of the scales of `perceptual_metric`, finest first (Zhang et al. 2017)."""
CONSTANT: Final = 170 / 255**2
"""Keeps flat areas from counting in `perceptual_metric`. The paper's 170 is for 0..255."""
SMALLEST: Final = 32
"""px that `perceptual_metric` needs along a side: at the coarsest of its four scales 2 are left."""


def psnr(a: Picture, b: Picture) -> float:
    """Peak signal-to-noise ratio in dB; infinite where the pictures are equal."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return math.inf if error == 0 else -10 * math.log10(error)


def luma(picture: Picture) -> NDArray[np.float64]:
    """Float [H,W] of RGB [H,W,3], by the weights of ITU-R BT.601."""
    return np.asarray(picture.astype(np.float64) @ np.array([0.299, 0.587, 0.114]))


def image_box_means(field: NDArray[Any], side: int) -> NDArray[Any]:
    """Means over squares of side x side of a field [H,W,...]. Rows and columns left over are ignored."""
    height, width = (size // side for size in field.shape[:2])
    whole = field[: height * side, : width * side]
    return np.asarray(whole.reshape(height, side, width, side, *field.shape[2:]).mean((1, 3)))


def sums_by(index: NDArray[np.integer], values: Picture, count: int) -> NDArray[np.float64]:
    """Sums of the values [P,C] that have the same index [P], 0..count - 1: float64 [count,C]."""
    return np.stack([np.bincount(index, channel, count) for channel in values.T], 1)


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


def perceptual_metric(a: Picture, b: Picture) -> float:
    """Multi-scale gradient magnitude similarity deviation of luma: 0 for equal pictures, at most 0.5.

    Needs no trained network. Xue et al. 2014, "Gradient Magnitude Similarity Deviation"; scales and weights
    of Zhang et al. 2017, "Gradient Magnitude Similarity Deviation on multiple scales for color image quality
    assessment". It sees structure and no colour, so read it beside FLIP. Raises InputError if the pictures
    differ in shape or are smaller than 32 px.
    """
    if a.shape != b.shape or a.ndim != 3 or a.shape[2] != 3 or min(a.shape[:2]) < SMALLEST:
        raise InputError(
            f"perceptual compares two RGB pictures [H,W,3] of one size, {SMALLEST} px or more, "
            f"got {a.shape} and {b.shape}"
        )
    x, y = luma(a), luma(b)
    total = 0.0
    for weight in SCALE_WEIGHTS:
        x, y = image_box_means(x, 2), image_box_means(y, 2)
        gx, gy = _gradient(x), _gradient(y)
        similarity = (2 * gx * gy + CONSTANT) / (gx * gx + gy * gy + CONSTANT)
        total += weight * float(similarity.var())
    return math.sqrt(total)


def _gradient(field: NDArray[np.float64]) -> NDArray[np.float64]:
    """Magnitude by Prewitt's kernels, divided by 3."""
    from scipy.ndimage import prewitt

    return np.asarray(np.hypot(prewitt(field, 0, mode="nearest"), prewitt(field, 1, mode="nearest")) / 3)
