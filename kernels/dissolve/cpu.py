"""`dissolve` on a CPU: the reprojection and the mixing in one pass over packed pixels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.reproject import UNSEEN
from reskin.kernels.reproject.cpu import make_reproject_source, reproject
from reskin.kernels.simd.contiguous import contiguous
from reskin.kernels.simd.jit import jit_kernel
from reskin.kernels.simd.threads import parallel_rows
from reskin.kernels.simd.vectors import address

Pixels = NDArray[np.uint32]


class _Made(NamedTuple):
    """What the kernel writes, flat."""

    shown: Pixels
    carried: Pixels
    carried_id: Pixels


def dissolve_cpu(
    picture: Pixels,
    surface_id: Pixels,
    motion: NDArray[np.float16] | None,
    left: Pixels,
    left_id: Pixels,
    share: NDArray[np.uint32],
) -> tuple[Pixels, Pixels, Pixels]:
    """Mix `left`, carried along the motion, into `picture`.

    picture, left uint32 [H,W], packed pixels of one layout; surface_id, left_id uint32 [H,W], material and
    identity, `UNSEEN` where `left` shows nothing; motion float16 [H,W,2], px, or None; share uint32 [W],
    0..256: how much of `left` shows in each column. Returns the mixture, and `left` and its surface ids as
    this frame sees them, which the next frame needs.
    """
    height, width = picture.shape
    source = make_reproject_source(left, left_id, surface_id, motion)
    shares, shown = contiguous(share, np.uint32), contiguous(picture, np.uint32).reshape(-1)
    flat = _Made(*(np.empty(height * width, np.uint32) for _ in range(3)))
    flat.carried[:] = 0

    def rows(first: int, end: int) -> int:
        _rows(first, end, height, width, shown, source, shares, flat)
        return 0

    parallel_rows(rows, height)
    mixed, carried, carried_id = (array.reshape(height, width) for array in flat)
    return mixed, carried, carried_id


@jit_kernel
def _rows(first, end, height, width, picture, source, share, made):
    red_blue, green, unseen = np.uint32(0xFF00FF), np.uint32(0xFF00), np.uint32(UNSEEN)
    shown, carried, carried_id, surface_id = made.shown, made.carried, made.carried_id, source.surface_id
    for y in range(first, end):
        reproject(y, height, width, 0, source, address(carried, y * width))
        for x in range(width):
            at = y * width + x
            new, old = picture[at], carried[at]
            seen = old >> np.uint32(24) != 0
            part = share[x] if seen else np.uint32(0)
            rest = np.uint32(256) - part
            odd = ((new & red_blue) * rest + (old & red_blue) * part + np.uint32(0x800080)) >> np.uint32(8)
            even = ((new & green) >> np.uint32(8)) * rest + ((old & green) >> np.uint32(8)) * part
            even = even + np.uint32(128)
            carried_id[at] = surface_id[at] if seen else unseen
            shown[at] = (odd & red_blue) | (even & green) | (new & np.uint32(0xFF000000))
