"""`grade` on a CPU: one pass over rows; pixels of materials with no change are copied."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.simd.contiguous import contiguous, packed_pixels, unpacked_pixels
from reskin.kernels.simd.jit import jit_kernel
from reskin.kernels.simd.threads import parallel_rows


def grade_cpu(
    styled: NDArray[np.uint8], plain: NDArray[np.uint8], material: NDArray[np.uint8],
    share: NDArray[np.int32], color_scale: NDArray[np.int32],
) -> NDArray[np.uint8]:  # fmt: skip
    """As `grade_reference`."""
    pictures = contiguous(packed_pixels(styled), np.uint32), contiguous(packed_pixels(plain), np.uint32)
    kinds, shares = contiguous(material, np.uint8), contiguous(share, np.int32)
    scales, out = contiguous(color_scale, np.int32), np.empty(material.shape, np.uint32)

    def rows(first: int, end: int) -> int:
        _rows(first, end, *pictures, kinds, shares, scales, out)
        return 0

    parallel_rows(rows, material.shape[0])
    return unpacked_pixels(out)


@jit_kernel
def _rows(first, end, styled, plain, material, share, scale, out):
    changed = (share != 256) | (scale[:, 0] != 256) | (scale[:, 1] != 256) | (scale[:, 2] != 256)
    for y in range(first, end):
        for x in range(material.shape[1]):
            m, pixel = material[y, x], np.int64(styled[y, x])
            if changed[m]:
                under, made = np.int64(plain[y, x]), np.int64(0)
                for channel in range(3):
                    shift = 8 * channel
                    color = min((((pixel >> shift) & 255) * scale[m, channel] + 128) >> 8, 255)
                    below = (under >> shift) & 255
                    made |= (below + (((color - below) * share[m] + 128) >> 8)) << shift
                pixel = made
            out[y, x] = np.uint32(pixel | 0xFF000000)
