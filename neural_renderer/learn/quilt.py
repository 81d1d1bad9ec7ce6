"""Tileable textures from a region of a picture: image quilting on a torus.

After Efros and Freeman 2001, "Image Quilting for Texture Synthesis and Transfer": patches of the region are
laid in rows, each chosen to fit what lies there, and cut where the two differ least. On a torus the last
patches fit the first, so that the texture repeats without a seam.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from neural_renderer.learn.painters.base import Array, Mask

SIDE: Final = 64
"""Pixels along a texture's side: two tiles of 32 px."""
_PATCH: Final = 24
_OVERLAP: Final = 8
_CANDIDATES: Final = 1500
_PITCH: Final = _PATCH - _OVERLAP

assert SIDE % _PITCH == 0


def quilt(picture: Array, region: Mask, random: np.random.Generator) -> Array:
    """A texture float32 [SIDE,SIDE,C] that repeats, made of `region` [H,W] of `picture` [H,W,C].

    Where the region is too thin for whole patches, what lies around is filled with its nearest pixels.
    Broad light and shade of the region are evened out first: they would show as spots that repeat. The
    picture is at least _PATCH pixels wide and high, and the region not empty.
    """
    source = _even(picture, region)
    places = _places(region, random)
    windows = np.stack([source[y : y + _PATCH, x : x + _PATCH] for y, x in places])
    out = np.zeros((SIDE, SIDE, picture.shape[2]), np.float32)
    filled = np.zeros((SIDE, SIDE), bool)
    for top in range(0, SIDE, _PITCH):
        for left in range(0, SIDE, _PITCH):
            rows, columns = (top + np.arange(_PATCH)) % SIDE, (left + np.arange(_PATCH)) % SIDE
            at = np.ix_(rows, columns)
            there, known = out[at], filled[at]
            if known.any():
                misfit = ((windows[:, known] - there[known]) ** 2).sum((1, 2))
                good = np.flatnonzero(misfit <= 1.1 * misfit.min() + 1e-9)
            else:
                good = np.arange(len(windows))
            patch = windows[int(random.choice(good))]
            new = _cut(((patch - there) ** 2).sum(-1), known)
            out[at] = np.where(new[..., None], patch, there)
            filled[at] = True
    return out


def _even(picture: Array, region: Mask) -> Array:
    """The picture with `region` grown over all of it, without the region's broad light and shade."""
    nearest = ndimage.distance_transform_edt(~region, return_distances=False, return_indices=True)
    grown = picture[tuple(nearest)]
    mean = picture[region].mean(0)
    broad = ndimage.gaussian_filter(grown, (20, 20, 0), mode="nearest")
    return np.clip(grown - 0.85 * (broad - mean), 0, 1).astype(np.float32)


def _places(region: Mask, random: np.random.Generator) -> NDArray[np.int64]:
    """Top left corners of patches that lie in the region, as wholly as any does."""
    share = ndimage.uniform_filter(region.astype(np.float32), _PATCH, mode="constant")
    half = _PATCH // 2
    share = share[half : half + region.shape[0] - _PATCH + 1, half : half + region.shape[1] - _PATCH + 1]
    good = np.argwhere(share >= min(0.98, 0.9 * float(share.max())))
    return good[random.choice(len(good), min(_CANDIDATES, len(good)), replace=False)]


def _cut(misfit: NDArray[np.floating], known: Mask) -> Mask:
    """Where the new patch is laid: all that is empty, and of each overlap what lies beyond the best cut."""
    new = np.ones(known.shape, bool)
    ways = (
        (misfit, known),
        (misfit[:, ::-1], known[:, ::-1]),
        (misfit.T, known.T),
        (misfit.T[:, ::-1], known.T[:, ::-1]),
    )
    for number, (cost, there) in enumerate(ways):
        if there[:, 0].any():
            kept = _beyond(np.where(there, cost, 0)[:, :_OVERLAP]) | ~there[:, :_OVERLAP]
            side = np.ones(known.shape, bool)
            side[:, :_OVERLAP] = kept
            side = side if number % 2 == 0 else side[:, ::-1]
            new &= side if number < 2 else side.T
    return new | ~known


def _beyond(cost: NDArray[np.floating]) -> Mask:
    """Right of the path of least cost from top to bottom through a strip [N,_OVERLAP]."""
    total = cost.astype(np.float64).copy()
    for row in range(1, len(total)):
        above = np.pad(total[row - 1], 1, constant_values=np.inf)
        total[row] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    beyond = np.zeros(cost.shape, bool)
    column = int(np.argmin(total[-1]))
    for row in range(len(total) - 1, -1, -1):
        beyond[row, column:] = True
        if row:
            low = max(column - 1, 0)
            column = low + int(np.argmin(total[row - 1, low : column + 2]))
    return beyond
