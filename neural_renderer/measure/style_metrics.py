"""How much a picture has the style of another one: palette, edges, and patches material by material.

The pixels of a painting by hand cannot be predicted, so `style_patch_distance` compares its patches as a
whole. Pictures are float [H,W,3] RGB 0..1, materials integers [H,W].
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.neural_renderer.measure.image_metrics import Picture, luma

BINS: Final = 8
"""Steps of each channel of the colour histograms."""
TOLERANCE: Final = 3
"""Pixels by which an edge may lie beside the border that it stands for."""
PATCH: Final = 7
"""Pixels along a side of a patch."""
LEAST_PATCHES: Final = 400
"""With fewer patches of a material, a distance between them says little."""
DIRECTIONS: Final = 96
QUANTILES: Final = 256


def palette_distance(a: Picture, b: Picture) -> float:
    """0 (the same colours equally often) to 1 (no colour in common). The pictures may differ in size.

    Half the sum of the differences of two colour histograms. They are smoothed by one bin, so that a colour
    near the edge of a bin counts in both.
    """
    return float(np.abs(_histogram(a) - _histogram(b)).sum() / 2)


def style_grain(picture: Picture) -> float:
    """Mean absolute difference of neighbouring pixels' luma, 0..1."""
    y = luma(picture)
    return float((np.abs(np.diff(y, axis=0)).mean() + np.abs(np.diff(y, axis=1)).mean()) / 2)


def style_edge_score(picture: Picture, material: NDArray[np.integer]) -> float:
    """F-score, 0..1, of a picture's edges against the borders between materials; 1 where there is no border.

    The best score over all thresholds of the gradient; an edge may lie `TOLERANCE` pixels off. After the
    scores of contours in Martin, Fowlkes and Malik 2004 (doi 10.1109/TPAMI.2004.1273918).
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


def style_patches(picture: Picture, material: NDArray[np.uint8], index: int) -> NDArray[np.float32]:
    """float32 [P,147]: the patches that lie wholly within a material."""
    inside = np.lib.stride_tricks.sliding_window_view(material == index, (PATCH, PATCH)).all((2, 3))
    views = np.lib.stride_tricks.sliding_window_view(picture, (PATCH, PATCH), axis=(0, 1))
    return views[inside].reshape(-1, 3 * PATCH * PATCH).astype(np.float32)


def style_patch_distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Sliced Wasserstein distance between two sets of patches [P,D], in units of colour 0..1.

    Rabin et al. 2011, "Wasserstein Barycenter and its Application to Texture Mixing": the mean distance
    between the two sorted projections, over fixed random directions.
    """
    directions = np.random.default_rng(0).normal(size=(a.shape[1], DIRECTIONS)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    at = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return float(np.abs(_quantiles(a @ directions, at) - _quantiles(b @ directions, at)).mean())


def style_gradient_energy(picture: Picture, material: NDArray[np.uint8], index: int) -> float:
    """Mean square of the luma's differences to the right and to the lower neighbour, within a material."""
    light, mask = luma(picture), material == index
    horizontal = np.diff(light, axis=1)[mask[:, 1:] & mask[:, :-1]]
    vertical = np.diff(light, axis=0)[mask[1:] & mask[:-1]]
    both = np.concatenate((horizontal, vertical))
    return float((both**2).mean()) if len(both) else 0.0


def _near(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels at most `TOLERANCE` from the mask."""
    near: NDArray[np.bool_] = ndimage.distance_transform_edt(~mask) <= TOLERANCE
    return near


def _histogram(picture: Picture) -> NDArray[np.float64]:
    bins = np.clip((picture.reshape(-1, 3) * BINS).astype(int), 0, BINS - 1)
    counts = np.bincount(np.ravel_multi_index(tuple(bins.T), (BINS,) * 3), minlength=BINS**3)
    smoothed: NDArray[np.float64] = ndimage.gaussian_filter(
        counts.reshape((BINS,) * 3) / len(bins), 0.7, mode="nearest"
    )
    return smoothed


def _quantiles(projected: NDArray[np.floating], at: NDArray[np.floating]) -> NDArray[np.float64]:
    ordered = np.sort(projected, axis=0)
    return np.asarray(ordered[(at * len(ordered)).astype(np.int64)], np.float64)
