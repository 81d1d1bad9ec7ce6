"""`reproject` on a CPU: a row at a time, for the kernels that use a history while it is in the cache."""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from reskin.kernels.simd.vectors import address

_INNER: dict[str, Any] = {
    "cache": True, "nogil": True, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True
}  # fmt: skip


def _halves() -> NDArray[np.float32]:
    """Every float16 as float32, by its bits; NaN becomes a motion out of any picture."""
    table = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
    return np.nan_to_num(table, nan=1e6, posinf=1e6, neginf=-1e6)


HALF: Final = _halves()


@numba.njit(**_INNER)
def plain(pixel, red_shift):
    """A packed pixel as R | G << 8 | B << 16."""
    red, blue, byte = np.uint32(red_shift), np.uint32(16 - red_shift), np.uint32(255)
    return ((pixel >> red) & byte) | (pixel & np.uint32(0xFF00)) | (((pixel >> blue) & byte) << np.uint32(16))


@numba.njit(**_INNER)
def _carry(n, red_shift, last, last_key, key, history):
    """The last picture, for n neighbours that moved alike, where it showed the same thing."""
    for x in range(n):
        seen = plain(last[x], red_shift) | np.uint32(0xFF000000)
        history[x] = seen if last_key[x] == key[x] else np.uint32(0)


@numba.njit(**_INNER)
def reproject(y, height, width, red_shift, motion, half, last, last_key, key, history):
    """History of row y, R | G << 8 | B << 16 | validity << 24, stretch by stretch of equal motion; it stays
    as it was where it came from outside. `history` is that row, all else is the picture's first."""
    here, near = y * width, np.float32(0.5)
    start = 0
    while start < width:
        stop, word = start + 1, motion[here + start]
        while stop < width and motion[here + stop] == word:
            stop += 1
        right = int(np.floor(near - half[word & np.uint32(0xFFFF)]))
        row = y + int(np.floor(near - half[word >> np.uint32(16)]))
        first, end = max(start, -right), min(stop, width - right)
        if 0 <= row < height and first < end:
            at, source = here + first, row * width + first + right
            _carry(
                end - first, red_shift, address(last, source), address(last_key, source),
                address(key, at), address(history, first),
            )  # fmt: skip
        start = stop
