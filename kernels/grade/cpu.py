"""`grade` on a CPU: one pass over rows; pixels of materials that nobody changed are copied."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from reskin.kernels.simd.contiguous import dense, pixels, words
from reskin.kernels.simd.threads import by_rows


def grade_cpu(
    styled: NDArray[np.uint8], plain: NDArray[np.uint8], material: NDArray[np.uint8],
    share: NDArray[np.int32], tint: NDArray[np.int32],
) -> NDArray[np.uint8]:  # fmt: skip
    """As `grade_reference`."""
    pictures = dense(words(styled), np.uint32), dense(words(plain), np.uint32)
    kinds, shares, tints = dense(material, np.uint8), dense(share, np.int32), dense(tint, np.int32)
    out = np.empty(material.shape, np.uint32)

    def rows(first: int, end: int) -> int:
        _rows(first, end, *pictures, kinds, shares, tints, out)
        return 0

    by_rows(rows, material.shape[0])
    return pixels(out)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rows(first, end, styled, plain, material, share, tint, out):
    touched = (share != 256) | (tint[:, 0] != 256) | (tint[:, 1] != 256) | (tint[:, 2] != 256)
    for y in range(first, end):
        for x in range(material.shape[1]):
            m, pixel = material[y, x], np.int64(styled[y, x])
            if touched[m]:
                under, made = np.int64(plain[y, x]), np.int64(0)
                for channel in range(3):
                    shift = 8 * channel
                    color = min((((pixel >> shift) & 255) * tint[m, channel] + 128) >> 8, 255)
                    below = (under >> shift) & 255
                    made |= (below + (((color - below) * share[m] + 128) >> 8)) << shift
                pixel = made
            out[y, x] = np.uint32(pixel | 0xFF000000)
