"""`rectify` on a CPU, in place, on packed pixels; the history is reprojected row by row as it is used."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from reskin.kernels.rectify import HOLD, LIMIT
from reskin.kernels.reproject.cpu import HALF, reproject
from reskin.kernels.simd.contiguous import dense
from reskin.kernels.simd.threads import Rows
from reskin.kernels.simd.vectors import address

Pixels = NDArray[np.uint32]

_JIT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}


def rectify_cpu(
    picture: Pixels,
    key: Pixels,
    motion: NDArray[np.float16] | None,
    previous: Pixels,
    previous_key: Pixels,
    forgotten: NDArray[np.bool_] | None,
    red_shift: int,
) -> Rows:
    """What steadies rows first..end of `picture` by the last one.

    picture uint32 [H,W] with red at bit `red_shift` (16: BGRX, 0: RGBA); key uint32 [H,W], material and
    identity, the material in the low byte; motion float16 [H,W,2] px or None; previous, previous_key
    likewise, a frame ago; forgotten bool [M]: materials whose past is not to be used, or None.
    """
    height, width = picture.shape
    moved = np.zeros((height, width, 2), np.float16) if motion is None else dense(motion, np.float16)
    keep = np.ones(256, np.uint32)
    if forgotten is not None:
        keep[: len(forgotten)] = ~forgotten
    given = [dense(array, np.uint32) for array in (key, previous, previous_key)]
    flat = [array.reshape(-1) for array in (picture, *given, moved.view(np.uint32))]

    def rows(first: int, end: int) -> int:
        past = np.empty(width, np.uint32)
        _rows(first, end, height, width, red_shift, *flat, HALF, keep, not keep.all(), past)
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
def _steady(n, picture, history, red_shift):
    """n pixels, without a branch, so that eight or more are steadied at once."""
    red, blue = np.int32(red_shift), np.int32(16 - red_shift)
    green, high, byte = np.int32(8), np.int32(16), np.int32(255)
    for x in range(n):
        p, h = np.int32(picture[x]), np.int32(history[x])
        r = _toward((p >> red) & byte, h & byte) << red
        g = _toward((p >> green) & byte, (h >> green) & byte) << green
        b = _toward((p >> blue) & byte, (h >> high) & byte) << blue
        known = (h >> np.int32(24)) & byte
        picture[x] = np.uint32(np.int32(r | g | b) | np.int32(-0x1000000)) if known else picture[x]


@numba.njit(**_JIT)
def _rows(
    first, end, height, width, red_shift, picture, key, last, last_key, motion, half, keep, forgets, past
):
    moved, halves, now_key = address(motion, 0), address(half, 0), address(key, 0)
    then, then_key, carried = address(last, 0), address(last_key, 0), address(past, 0)
    for y in range(first, end):
        past[:] = 0
        reproject(y, height, width, red_shift, moved, halves, then, then_key, now_key, carried)
        if forgets:
            for x in range(width):
                past[x] *= keep[key[y * width + x] & np.uint32(255)]
        _steady(width, address(picture, y * width), carried, red_shift)
