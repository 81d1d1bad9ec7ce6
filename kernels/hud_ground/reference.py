"""`hud_ground` in NumPy. The CPU kernel beside it gives the same numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.hud_ground import BAR, BLOCK, FULL, SLOPE

Ints = NDArray[np.int32]


def hud_ground_reference(
    picture: NDArray[np.uint8], plain: NDArray[np.uint8], hud: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """A new picture whose ground around the HUD lets it be read.

    picture, plain, hud uint8 [H,W,4] in one layout; the HUD is premultiplied, its alpha last.
    """
    styled, under = picture[..., :3].astype(np.int32), plain[..., :3].astype(np.int32)
    weight, color = _blocks(styled, under, hud.astype(np.int32))
    share = _between(weight, hud.shape[:2])
    text = np.stack([_between(color[..., c], hud.shape[:2]) for c in range(3)], -1)
    far_plain, far = _distance(text - under), _distance(text - styled)
    needed = np.maximum(np.minimum(far_plain, BAR) - far, 0)
    mix = np.minimum(needed * (65536 // np.maximum(far_plain - far, SLOPE)) >> 8, 256)
    mix = (mix * share + 128) >> 8
    out = picture.copy()
    out[..., :3] = styled + (((under - styled) * mix[..., None] + 128) >> 8)
    return out


def _blocks(styled: Ints, under: Ints, hud: Ints) -> tuple[Ints, Ints]:
    """Weights int32 [h,w], 0..256, and colours int32 [h,w,3] of blocks."""
    alpha = hud[..., 3:] + (hud[..., 3:] >> 7)
    far_plain = _distance(hud[..., :3] - ((alpha * under + 128) >> 8))
    far = _distance(hud[..., :3] - ((alpha * styled + 128) >> 8))
    lack = np.maximum(np.minimum(far_plain, BAR) - np.minimum(far, BAR), 0)
    sums = _smooth(_sums(np.concatenate([hud, lack[..., None]], -1)))
    alphas, lacks = sums[..., 3], sums[..., 4]
    lacking = np.minimum(1024 * (lacks * 255 // np.maximum(alphas, 1)) // BAR, 256)
    weight = lacking * np.minimum(alphas, FULL) // FULL
    wide = _smooth(sums[..., :4])  # wider, so that there is a colour wherever a weight falls off
    color = np.minimum(wide[..., :3] * 255 // np.maximum(wide[..., 3:], 1), 255)
    return weight.astype(np.int32), color.astype(np.int32)


def _distance(difference: Ints) -> Ints:
    first, second, third = np.moveaxis(np.abs(difference), -1, 0)
    found: Ints = (first + 2 * second + third) >> 2
    return found


def _sums(values: Ints) -> NDArray[np.int64]:
    """Of each block: int64 [h,w,n] of int32 [H,W,n]."""
    height, width = values.shape[:2]
    rows = np.add.reduceat(values, np.arange(0, height, BLOCK), 0, np.int64)
    found: NDArray[np.int64] = np.add.reduceat(rows, np.arange(0, width, BLOCK), 1, np.int64)
    return found


def _smooth(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Times 1 2 1 in x and y. Beyond the border there is nothing."""
    wide = np.pad(values, ((1, 1), (1, 1), (0, 0)))
    rows = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    found: NDArray[np.int64] = rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]
    return found


def _between(blocks: Ints, shape: tuple[int, int]) -> Ints:
    """Bilinear between the centres of blocks; beyond the outermost as there."""
    top, bottom, low = _neighbours(blocks.shape[0], shape[0])
    left, right, rest = _neighbours(blocks.shape[1], shape[1])
    rows: Ints = blocks[top] * (2 * BLOCK - low)[:, None] + blocks[bottom] * low[:, None]
    found: Ints = (rows[:, left] * (2 * BLOCK - rest) + rows[:, right] * rest) // (4 * BLOCK * BLOCK)
    return found


def _neighbours(blocks: int, pixels: int) -> tuple[Ints, Ints, Ints]:
    at = 2 * np.arange(pixels, dtype=np.int32) + 1 - BLOCK
    first = at // (2 * BLOCK)
    return np.maximum(first, 0), np.minimum(first + 1, blocks - 1), at % (2 * BLOCK)
