"""Whether a picture is painted in the same manner: its patches and its edges, material by material.

For a hand's brushwork no pixel can be foretold, so pictures are compared by what their patches look like on
the whole. Pictures are float [H,W,3] RGB 0..1, materials uint8 [H,W].
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.measure.image_metrics import Picture, luma

PATCH: Final = 7
"""Pixels along a side of a patch."""
DIRECTIONS: Final = 96
QUANTILES: Final = 256
LEAST: Final = 400
"""Patches of a material below which nothing is said of it."""


def patches(picture: Picture, material: NDArray[np.uint8], index: int) -> NDArray[np.float32]:
    """float32 [P,147]: the patches that lie wholly within a material."""
    inside = np.lib.stride_tricks.sliding_window_view(material == index, (PATCH, PATCH)).all((2, 3))
    views = np.lib.stride_tricks.sliding_window_view(picture, (PATCH, PATCH), axis=(0, 1))
    return views[inside].reshape(-1, 3 * PATCH * PATCH).astype(np.float32)


def patch_distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Sliced Wasserstein distance between two sets of patches [P,D], 0 for the same.

    Rabin et al. 2011, "Wasserstein Barycenter and its Application to Texture Mixing": the mean distance of
    the two sorted projections, over fixed random directions; in units of a colour's 0..1.
    """
    directions = np.random.default_rng(0).normal(size=(a.shape[1], DIRECTIONS)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    at = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return float(np.abs(_quantiles(a @ directions, at) - _quantiles(b @ directions, at)).mean())


def _quantiles(projected: NDArray[np.floating], at: NDArray[np.floating]) -> NDArray[np.float64]:
    ordered = np.sort(projected, axis=0)
    return np.asarray(ordered[(at * len(ordered)).astype(np.int64)], np.float64)


def gradient_energy(picture: Picture, material: NDArray[np.uint8], index: int) -> float:
    """Mean square of the differences to the right and lower neighbour of luma, within a material."""
    light, mask = luma(picture), material == index
    across = np.diff(light, axis=1)[mask[:, 1:] & mask[:, :-1]]
    along = np.diff(light, axis=0)[mask[1:] & mask[:-1]]
    both = np.concatenate((across, along))
    return float((both**2).mean()) if len(both) else 0.0
