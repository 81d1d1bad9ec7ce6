"""Tileable textures from pieces of a painted area, and the seams between the pieces.

After Efros and Freeman 2001, "Image Quilting for Texture Synthesis and Transfer": blocks of the source are
laid side by side, each chosen to agree with its neighbours where they overlap, and joined along the path
where they differ least. Here the last blocks meet the first: the texture repeats without a seam.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

STEP: Final = 16
"""Texels between two blocks."""
OVERLAP: Final = 8
BLOCK: Final = STEP + OVERLAP
TRIED: Final = 300
"""Source blocks that are compared for each place."""


def quilt(blocks: Sequence[Array], size: int, random: np.random.Generator) -> Array:
    """A texture, float32 [size,size,C], that repeats in both directions.

    blocks: pieces of the source, each float32 [BLOCK,BLOCK,C]; size: a multiple of STEP.
    """
    made = np.zeros((size, size, blocks[0].shape[-1]), np.float32)
    filled = np.zeros((size, size), bool)
    for top in range(0, size, STEP):
        for left in range(0, size, STEP):
            rows, columns = np.arange(top, top + BLOCK) % size, np.arange(left, left + BLOCK) % size
            place = np.ix_(rows, columns)
            there, known = made[place], filled[place]
            best = blocks[_best(blocks, there, known, random)]
            cover = _cover(((best - there) ** 2).sum(-1), known)[..., None]
            made[place] = there + (best - there) * cover
            filled[place] = True
    return made


def _best(
    blocks: Sequence[Array], there: Array, known: NDArray[np.bool_], random: np.random.Generator
) -> int:
    """The number of a block that agrees well with what is there already."""
    tried = random.choice(len(blocks), min(TRIED, len(blocks)), replace=False)
    if not known.any():
        return int(tried[0])
    errors = [float(((blocks[i] - there)[known] ** 2).sum()) for i in tried]
    return int(tried[int(np.argmin(errors))])


def _cover(error: Array, known: NDArray[np.bool_]) -> Array:
    """How much of the new block counts, 0..1 [BLOCK,BLOCK]: all where nothing was, and up to the seams."""
    cover = np.ones_like(error)
    band = slice(0, OVERLAP)
    for turn in range(4):
        # Each side in turn is the left one; its overlap is known as a whole, or not at all.
        e, k, c = np.rot90(error, turn), np.rot90(known, turn), np.rot90(cover, turn)
        if k[STEP // 2, band].all():
            c[:, band] = np.minimum(c[:, band], _right_of_seam(e[:, band]))
    return cover


def _right_of_seam(error: Array) -> Array:
    """1 right of the path from top to bottom along which the error is least, softened by half a texel."""
    cost = error.astype(np.float64).copy()
    for row in range(1, len(cost)):
        above = np.pad(cost[row - 1], 1, constant_values=np.inf)
        cost[row] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    column = int(cost[-1].argmin())
    side = np.arange(error.shape[1])
    cover = np.empty_like(error)
    for row in range(len(cost) - 1, -1, -1):
        if row < len(cost) - 1:
            low = max(column - 1, 0)
            column = low + int(cost[row, low : column + 2].argmin())
        cover[row] = np.clip(side - column + 0.5, 0, 1)
    return cover
