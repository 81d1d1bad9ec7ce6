"""`dissolve` on a CPU: reprojection and mixing in one pass over packed pixels."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from kernels.dense import dense
from kernels.ingest.cpu import HALF
from kernels.threads import by_rows

Pixels = NDArray[np.uint32]


def dissolve_cpu(
    picture: Pixels,
    key: Pixels,
    motion: NDArray[np.float16] | None,
    left: Pixels,
    left_key: Pixels,
    share: NDArray[np.uint32],
) -> tuple[Pixels, Pixels]:
    """Mix `left`, carried along by the motion, into `picture`: what is shown, and `left` for the next frame.

    picture, left uint32 [H,W], packed pixels of one layout, the highest byte of `left` 0 where there is
    nothing; key, left_key uint32 [H,W], material and identity; motion float16 [H,W,2] px or None;
    share uint32 [W], 0..256: how much of `left` still shows in each column.
    """
    shown, carried = np.empty_like(picture), np.empty_like(picture)
    moved = np.zeros((*picture.shape, 2), np.float16) if motion is None else dense(motion, np.float16)
    words = moved.view(np.uint32)[..., 0]

    def rows(first: int, end: int) -> int:
        _rows(first, end, picture, key, words, HALF, left, left_key, share, shown, carried)
        return 0

    by_rows(rows, picture.shape[0])
    return shown, carried


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rows(first, end, picture, key, motion, half, left, left_key, share, shown, carried):
    height, width = picture.shape
    near, outer, inner = np.float32(0.5), np.uint32(0xFF00FF), np.uint32(0xFF00)
    for y in range(first, end):
        for x in range(width):
            word = motion[y, x]
            column = x + int(np.floor(near - half[word & np.uint32(0xFFFF)]))
            row = y + int(np.floor(near - half[word >> np.uint32(16)]))
            new, old = picture[y, x], np.uint32(0)
            if 0 <= row < height and 0 <= column < width and left_key[row, column] == key[y, x]:
                old = left[row, column]
            part = share[x] if old >> np.uint32(24) else np.uint32(0)
            rest = np.uint32(256) - part
            odd = ((new & outer) * rest + (old & outer) * part + np.uint32(0x800080)) >> np.uint32(8)
            even = ((new & inner) >> np.uint32(8)) * rest + ((old & inner) >> np.uint32(8)) * part
            even = even + np.uint32(128)
            carried[y, x] = old
            shown[y, x] = (odd & outer) | (even & inner) | (new & np.uint32(0xFF000000))
