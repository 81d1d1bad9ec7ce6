"""How far a restyled frame took on a picture's look, and kept the scene's: palette, grain and edges."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.neural_renderer.measure.image_metrics import luma

Picture = NDArray[np.floating]

BINS: Final = 8
"""Steps of each channel of the colour histograms."""
TOLERANCE: Final = 3
"""Pixels by which an edge may lie beside the border that it stands for."""


def palette_distance(a: Picture, b: Picture) -> float:
    """0 (the same colours as often) to 1 (none in common): pictures float [H,W,3] 0..1, of any sizes.

    Half the sum of the differences of two colour histograms, smoothed by one bin, so that a colour at the
    rim of a bin counts in both.
    """
    return float(np.abs(_histogram(a) - _histogram(b)).sum() / 2)


def grain(picture: Picture) -> float:
    """Mean absolute difference of neighbouring pixels' luma, 0..1."""
    y = luma(picture)
    return float((np.abs(np.diff(y, axis=0)).mean() + np.abs(np.diff(y, axis=1)).mean()) / 2)


def edge_score(picture: Picture, material: NDArray[np.integer]) -> float:
    """F-score, 0..1, of a picture's edges against the borders of its materials [H,W].

    The best over all thresholds of the gradient, within `TOLERANCE` pixels, as contours are scored after
    Martin, Fowlkes and Malik 2004 (doi 10.1109/TPAMI.2004.1273918). 1 where there is no border.
    """
    borders = np.zeros(material.shape, bool)
    borders[:, 1:] |= material[:, 1:] != material[:, :-1]
    borders[1:] |= material[1:] != material[:-1]
    if not borders.any():
        return 1.0
    strength = np.max([ndimage.gaussian_gradient_magnitude(picture[..., c], 1.5) for c in range(3)], axis=0)
    near_border = _near(borders)
    best = 0.0
    for threshold in np.quantile(strength[borders], np.linspace(0.02, 0.9, 23)):
        edges = strength >= threshold
        if edges.any():
            precision = float(near_border[edges].mean())
            recall = float(_near(edges)[borders].mean())
            best = max(best, 2 * precision * recall / max(precision + recall, 1e-9))
    return best


def _near(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = ndimage.distance_transform_edt(~mask) <= TOLERANCE
    return near


def _histogram(picture: Picture) -> NDArray[np.float64]:
    bins = np.clip((picture.reshape(-1, 3) * BINS).astype(int), 0, BINS - 1)
    counts = np.bincount(np.ravel_multi_index(tuple(bins.T), (BINS,) * 3), minlength=BINS**3)
    smoothed: NDArray[np.float64] = ndimage.gaussian_filter(
        counts.reshape((BINS,) * 3) / len(bins), 0.7, mode="nearest"
    )
    return smoothed
