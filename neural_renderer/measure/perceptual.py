"""A perceptual distance that needs no trained network: how the structure of gradients deviates."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.errors import InputError
from reskin.neural_renderer.measure.image_metrics import Picture, box_means, luma

WEIGHTS = (0.096, 0.596, 0.289, 0.019)
"""Of the scales, finest first (Zhang et al. 2017)."""
CONSTANT = 170 / 255**2
"""Keeps flat places from counting; the paper's 170 is for 0..255."""
SMALLEST = 32
"""px: at the coarsest scale four are left."""


def perceptual(a: Picture, b: Picture) -> float:
    """Multi-scale gradient magnitude similarity deviation of luma: 0 for equal pictures, at most 0.5.

    a, b: float RGB [H,W,3] in 0..1. Xue et al. 2014, "Gradient Magnitude Similarity Deviation"; scales
    and weights of Zhang et al. 2017, "Gradient Magnitude Similarity Deviation on multiple scales for
    color image quality assessment". It sees structure, not colour: read it beside FLIP. Raises
    InputError if the pictures differ in shape or are smaller than 32 px.
    """
    if a.shape != b.shape or a.ndim != 3 or a.shape[2] != 3 or min(a.shape[:2]) < SMALLEST:
        raise InputError(
            f"perceptual compares two RGB pictures [H,W,3] of one size, {SMALLEST} px or more, "
            f"got {a.shape} and {b.shape}"
        )
    x, y = luma(a), luma(b)
    total = 0.0
    for weight in WEIGHTS:
        x, y = box_means(x, 2), box_means(y, 2)
        gx, gy = _gradient(x), _gradient(y)
        similarity = (2 * gx * gy + CONSTANT) / (gx * gx + gy * gy + CONSTANT)
        total += weight * float(similarity.var())
    return math.sqrt(total)


def _gradient(field: NDArray[np.float64]) -> NDArray[np.float64]:
    """Magnitude by Prewitt's kernels, divided by 3."""
    from scipy.ndimage import prewitt

    return np.hypot(prewitt(field, 0, mode="nearest"), prewitt(field, 1, mode="nearest")) / 3
