"""`dissolve` on a CPU: reprojection, and mixing in one pass over packed pixels."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from reskin.kernels.reproject import UNSEEN
from reskin.kernels.reproject.cpu import HALF, reproject
from reskin.kernels.simd.contiguous import dense
from reskin.kernels.simd.threads import by_rows
from reskin.kernels.simd.vectors import address

Pixels = NDArray[np.uint32]


def dissolve_cpu(
    picture: Pixels,
    key: Pixels,
    motion: NDArray[np.float16] | None,
    left: Pixels,
    left_key: Pixels,
    share: NDArray[np.uint32],
) -> tuple[Pixels, Pixels, Pixels]:
    """Mix `left`, carried along by the motion, into `picture`.

    picture, left uint32 [H,W], packed pixels of one layout; key, left_key uint32 [H,W], material and
    identity, `UNSEEN` where `left` shows nothing; motion float16 [H,W,2] px or None; share uint32 [W],
    0..256: how much of `left` still shows in each column. Returns what is shown, and `left` and its
    keys for the next frame.
    """
    given = [dense(array, np.uint32) for array in (picture, key, left, left_key, share)]
    moved = np.zeros((*picture.shape, 2), np.float16) if motion is None else dense(motion, np.float16)
    made = np.empty_like(given[0]), np.zeros_like(given[0]), np.empty_like(given[0])
    flat = [array.reshape(-1) for array in (*given, moved.view(np.uint32), HALF, *made)]

    def rows(first: int, end: int) -> int:
        _rows(first, end, *picture.shape, *flat)
        return 0

    by_rows(rows, picture.shape[0])
    return made


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rows(
    first, end, height, width, picture, key, left, left_key, share, motion, half, shown, carried, carried_key
):
    outer, inner, unseen = np.uint32(0xFF00FF), np.uint32(0xFF00), np.uint32(UNSEEN)
    for y in range(first, end):
        reproject(
            y, height, width, 0, address(motion, 0), address(half, 0), address(left, 0),
            address(left_key, 0), address(key, 0), address(carried, y * width),
        )  # fmt: skip
        for x in range(width):
            at = y * width + x
            new, old = picture[at], carried[at]
            seen = old >> np.uint32(24) != 0
            part = share[x] if seen else np.uint32(0)
            rest = np.uint32(256) - part
            odd = ((new & outer) * rest + (old & outer) * part + np.uint32(0x800080)) >> np.uint32(8)
            even = ((new & inner) >> np.uint32(8)) * rest + ((old & inner) >> np.uint32(8)) * part
            even = even + np.uint32(128)
            carried_key[at] = key[at] if seen else unseen
            shown[at] = (odd & outer) | (even & inner) | (new & np.uint32(0xFF000000))
