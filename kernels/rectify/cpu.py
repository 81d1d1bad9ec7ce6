"""`rectify` on a CPU, in place, on packed pixels."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from kernels.dense import dense
from kernels.lanes import address
from kernels.rectify import HOLD, LIMIT
from kernels.threads import Rows

_JIT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}


def rectify_cpu(picture: NDArray[np.uint32], history: NDArray[np.uint32], red_shift: int) -> Rows:
    """What steadies rows of `picture`, uint32 [H,W] with red at bit `red_shift`, by `history` as `ingest_cpu`
    gives it."""
    width = picture.shape[1]
    pixels, past = picture.reshape(-1), dense(history, np.uint32).reshape(-1)

    def rows(first: int, end: int) -> int:
        _steady(first * width, end * width, pixels, past, red_shift)
        return 0

    return rows


@numba.njit(**_JIT)
def _toward(now, past):
    """One channel: the past if it is near, else two thirds of the way to it, rounded towards none."""
    way = past - now
    size = min(abs(way), np.int32(LIMIT))
    if size > HOLD:
        size = np.int32((size * np.int32(171)) >> np.int32(8))  # 2/3, exactly up to a hundred
    return now + (size if way >= 0 else -size)


@numba.njit(**_JIT)
def _steady(first, end, picture, history, red_shift):
    """Pixels first..end, without a branch, so that eight or more are steadied at once."""
    red, blue = np.int32(red_shift), np.int32(16 - red_shift)
    green, high, byte = np.int32(8), np.int32(16), np.int32(255)
    now, past = address(picture, first), address(history, first)
    for x in range(end - first):
        p, h = np.int32(now[x]), np.int32(past[x])
        r = _toward((p >> red) & byte, h & byte) << red
        g = _toward((p >> green) & byte, (h >> green) & byte) << green
        b = _toward((p >> blue) & byte, (h >> high) & byte) << blue
        known = (h >> np.int32(24)) & byte
        now[x] = np.uint32(np.int32(r | g | b) | np.int32(-0x1000000)) if known else now[x]
