"""Image quilting: textures that repeat without a seam, made of blocks of a painted area.

After Efros and Freeman 2001, "Image Quilting for Texture Synthesis and Transfer". Blocks of the source are
laid side by side with an overlap. Each is chosen to match its neighbours there, and is joined to them along
the path on which they differ least. Here the last blocks overlap the first, too, so that the texture repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.painters.kit.brushes import Array

STEP: Final = 16
"""Texels from one block to the next."""
OVERLAP: Final = 8
BLOCK: Final = STEP + OVERLAP
TRIED: Final = 300
"""How many source blocks are compared for each place."""


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
            present, known = made[place], filled[place]
            best = blocks[_best(blocks, present, known, random)]
            cover = _cover(((best - present) ** 2).sum(-1), known)[..., None]
            made[place] = present + (best - present) * cover
            filled[place] = True
    return made


def _best(
    blocks: Sequence[Array], present: Array, known: NDArray[np.bool_], random: np.random.Generator
) -> int:
    """The index of a block that matches the texels `present`, where they are `known`."""
    tried = random.choice(len(blocks), min(TRIED, len(blocks)), replace=False)
    if not known.any():
        return int(tried[0])
    errors = [float(((blocks[i] - present)[known] ** 2).sum()) for i in tried]
    return int(tried[int(np.argmin(errors))])


def _cover(error: Array, known: NDArray[np.bool_]) -> Array:
    """The weight of the new block, 0..1 [BLOCK,BLOCK]: 1 on its side of the seams, 0 beyond them."""
    cover = np.ones_like(error)
    band = slice(0, OVERLAP)
    for turn in range(4):
        # Turn each side to the left. Its overlap is known as a whole, or not at all.
        e, k, c = np.rot90(error, turn), np.rot90(known, turn), np.rot90(cover, turn)
        if k[STEP // 2, band].all():
            c[:, band] = np.minimum(c[:, band], _right_of_seam(e[:, band]))
    return cover


def _right_of_seam(error: Array) -> Array:
    """1 right of the path of least error from top to bottom, 0 left of it, softened by half a texel."""
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
