"""`reproject` on a CPU: row by row, so that a kernel uses a row of the history while it is in the cache."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.simd.contiguous import contiguous
from reskin.kernels.simd.jit import jit_inner
from reskin.kernels.simd.vectors import address


def _halves() -> NDArray[np.float32]:
    """Every float16 as float32, by its bits; NaN and infinity become a motion out of any picture."""
    table = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
    return np.nan_to_num(table, nan=1e6, posinf=1e6, neginf=-1e6)


HALVES: Final = _halves()


class Source(NamedTuple):
    """Where a history comes from; made by `make_reproject_source`.

    All are flat arrays, and all but `halves` have the size of a picture.

    picture uint32: the last picture, packed; previous_id uint32: its surface ids; surface_id uint32: those of
    this frame; motion uint32: two float16 in px, x in the low half; halves float32 [65536]: `HALVES`.
    """

    picture: NDArray[np.uint32]
    previous_id: NDArray[np.uint32]
    surface_id: NDArray[np.uint32]
    motion: NDArray[np.uint32]
    halves: NDArray[np.float32]


def make_reproject_source(
    picture: NDArray[np.uint32], previous_id: NDArray[np.uint32], surface_id: NDArray[np.uint32],
    motion: NDArray[np.float16] | None,
) -> Source:  # fmt: skip
    """picture, previous_id, surface_id uint32 [H,W]; motion float16 [H,W,2], px, or None: nothing moved."""
    moved = np.zeros((*picture.shape, 2), np.float16) if motion is None else contiguous(motion, np.float16)
    last, last_id, ids = (contiguous(a, np.uint32).reshape(-1) for a in (picture, previous_id, surface_id))
    return Source(last, last_id, ids, moved.view(np.uint32).reshape(-1), HALVES)


@jit_inner
def reproject_rgb_order(pixel, red_shift):
    """A packed pixel as R | G << 8 | B << 16."""
    red, blue, byte = np.uint32(red_shift), np.uint32(16 - red_shift), np.uint32(255)
    return ((pixel >> red) & byte) | (pixel & np.uint32(0xFF00)) | (((pixel >> blue) & byte) << np.uint32(16))


@jit_inner
def _carry(n, red_shift, picture, previous_id, surface_id, history):
    """The last picture, for n neighbours with the same motion, where it showed the same thing."""
    for x in range(n):
        seen = reproject_rgb_order(picture[x], red_shift) | np.uint32(0xFF000000)
        history[x] = seen if previous_id[x] == surface_id[x] else np.uint32(0)


@jit_inner
def reproject(y, height, width, red_shift, source, history):
    """Write the history of row y, R | G << 8 | B << 16 | validity << 24, to the pointer `history`, run by run
    of equal motion. Pixels that were outside the picture are not written."""
    here, centre = y * width, np.float32(0.5)
    motion, halves, picture = address(source.motion, 0), address(source.halves, 0), address(source.picture, 0)
    previous_id, surface_id = address(source.previous_id, 0), address(source.surface_id, 0)
    start = 0
    while start < width:
        stop, moved = start + 1, motion[here + start]
        while stop < width and motion[here + stop] == moved:
            stop += 1
        right = int(np.floor(centre - halves[moved & np.uint32(0xFFFF)]))
        row = y + int(np.floor(centre - halves[moved >> np.uint32(16)]))
        first, end = max(start, -right), min(stop, width - right)
        if 0 <= row < height and first < end:
            at, place = here + first, row * width + first + right
            _carry(
                end - first, red_shift, address(picture, place), address(previous_id, place),
                address(surface_id, at), address(history, first),
            )  # fmt: skip
        start = stop
