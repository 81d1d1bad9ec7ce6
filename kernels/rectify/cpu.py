"""`rectify` on a CPU, in place, on packed pixels."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from kernels.rectify import HOLD, LIMIT
from kernels.threads import by_rows


def rectify_cpu(picture: NDArray[np.uint32], history: NDArray[np.uint32], red_shift: int) -> None:
    """Steady `picture`, uint32 [H,W] with red at bit `red_shift`, by `history` as `ingest_cpu` gives it."""

    def rows(first: int, end: int) -> int:
        _rows(first, end, picture, history, np.uint32(red_shift))
        return 0

    by_rows(rows, picture.shape[0])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _toward(now, past):
    """One channel: the past if it is near, else two thirds of the way to it, rounded towards none."""
    way = min(max(past - now, -LIMIT), LIMIT)
    if -HOLD <= way <= HOLD:
        return now + way
    return now + (way * 2 // 3 if way >= 0 else -(-way * 2 // 3))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rows(first, end, picture, history, red_shift):
    blue_shift = np.uint32(16) - red_shift
    for y in range(first, end):
        for x in range(picture.shape[1]):
            h = np.int64(history[y, x])
            if h >> 24 == 0:
                continue
            p = np.int64(picture[y, x])
            r = _toward((p >> red_shift) & 255, h & 255)
            g = _toward((p >> 8) & 255, (h >> 8) & 255)
            b = _toward((p >> blue_shift) & 255, (h >> 16) & 255)
            picture[y, x] = np.uint32((r << red_shift) | (g << 8) | (b << blue_shift) | 0xFF000000)
