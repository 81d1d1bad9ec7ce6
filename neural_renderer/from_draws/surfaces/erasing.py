"""Patches that erase: draws that put the backdrop back where something lay on it.

A game that draws only what changed fills a rectangle with the backdrop's colour, or blits that part of the
backdrop's image. Such a patch is the backdrop, not a thing of its own that leaves a trail: its pixels get
the number of the backdrop's row. Of layers that are put back, `layers` takes care.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.raster import reference as op
from reskin.kernels.simd.jit import jit_kernel


class Backdrop(NamedTuple):
    """What covered a surface last: the number of its row, 0 for none, and what it shows, int64 [4]."""

    number: int
    shown: NDArray[np.int64]


NO_BACKDROP = Backdrop(0, np.zeros(4, np.int64))


def put_backdrop_back(
    operations: NDArray[np.int32], shown: NDArray[np.int64], size: tuple[int, int], backdrop: Backdrop
) -> Backdrop:
    """Give patches that erase the number of the backdrop, in place. Gives the backdrop of what comes next.

    operations int32 [n,12], as of `kernels.raster`. shown int64 [n,4]: what each shows: of a rectangle its
    colour, of an image which one and where its corner lies; the first is 0 for what is neither. Two that show
    the same have the same pixels wherever both were drawn. size: width and height of the surface.

    Also where the backdrop counts as HUD, as it may at first.
    """
    last = backdrop.shown.copy()
    return Backdrop(int(_put_back(operations, shown, *size, backdrop.number, last)), last)


@jit_kernel
def _put_back(operations, shown, width, height, number, last):  # type: ignore[no-untyped-def]
    """Writes what the backdrop shows in the end to `last`, and gives its number."""
    for n in range(len(operations)):
        operation = operations[n]
        kind = operation[op.KIND]
        if (kind != op.OPAQUE and kind != op.HUD) or shown[n, 0] == 0:
            continue
        covers = operation[op.X0] <= 0 and operation[op.Y0] <= 0
        if covers and operation[op.X1] >= width and operation[op.Y1] >= height:
            number = np.int64(operation[op.ID])
            last[:] = shown[n]
        elif number != 0:
            same = True
            for c in range(4):
                same = same and shown[n, c] == last[c]
            if same:
                operation[op.ID] = number
    return number
