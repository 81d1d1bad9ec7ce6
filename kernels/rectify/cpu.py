"""`rectify` on a CPU, in place, on packed pixels; the history is reprojected row by row as it is used."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.rectify import HOLD, LIMIT
from reskin.kernels.reproject.cpu import make_reproject_source, reproject
from reskin.kernels.simd.jit import jit_kernel
from reskin.kernels.simd.threads import Rows
from reskin.kernels.simd.vectors import address

Pixels = NDArray[np.uint32]


def rectify_cpu(
    picture: Pixels,
    surface_id: Pixels,
    motion: NDArray[np.float16] | None,
    previous: Pixels,
    previous_id: Pixels,
    forgotten: NDArray[np.bool_] | None,
    red_shift: int,
) -> Rows:
    """A function that steadies rows first..end of `picture` by the last picture.

    picture uint32 [H,W], contiguous, with red at bit `red_shift` (16: BGRX, 0: RGBA); surface_id uint32
    [H,W], material and identity, the material in the lowest byte; motion float16 [H,W,2], px, or None;
    previous, previous_id: picture and surface ids a frame ago; forgotten bool [M]: materials whose history is
    not used, or None.
    """
    height, width = picture.shape
    source, flat = make_reproject_source(previous, previous_id, surface_id, motion), picture.reshape(-1)
    keep = np.ones(256, np.uint32)
    if forgotten is not None:
        keep[: len(forgotten)] = ~forgotten
    forgets = not keep.all()

    def rows(first: int, end: int) -> int:
        history = np.empty(width, np.uint32)
        _rows(first, end, height, width, red_shift, flat, source, keep, forgets, history)
        return 0

    return rows


@jit_kernel
def _toward(now, past):
    """One channel: the past if it is near, else two thirds of the way to it, rounded towards `now`."""
    way = past - now
    size = min(abs(way), np.int32(LIMIT))
    if size > HOLD:
        size = np.int32((size * np.int32(171)) >> np.int32(8))  # 2/3, exactly up to a hundred
    return now + (size if way >= 0 else -size)


@jit_kernel
def _steady(n, picture, history, red_shift):
    """n pixels, without a branch, so that the compiler computes eight or more at once."""
    red, blue = np.int32(red_shift), np.int32(16 - red_shift)
    green, high, byte = np.int32(8), np.int32(16), np.int32(255)
    for x in range(n):
        p, h = np.int32(picture[x]), np.int32(history[x])
        r = _toward((p >> red) & byte, h & byte) << red
        g = _toward((p >> green) & byte, (h >> green) & byte) << green
        b = _toward((p >> blue) & byte, (h >> high) & byte) << blue
        known = (h >> np.int32(24)) & byte
        picture[x] = np.uint32(np.int32(r | g | b) | np.int32(-0x1000000)) if known else picture[x]


@jit_kernel
def _rows(first, end, height, width, red_shift, picture, source, keep, forgets, history):
    past, surface_id = address(history, 0), source.surface_id
    for y in range(first, end):
        history[:] = 0
        reproject(y, height, width, red_shift, source, past)
        if forgets:
            for x in range(width):
                history[x] *= keep[surface_id[y * width + x] & np.uint32(255)]
        _steady(width, address(picture, y * width), past, red_shift)
