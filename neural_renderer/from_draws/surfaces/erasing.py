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
    kind = operations[:, op.KIND]
    usable = ((kind == op.OPAQUE) | (kind == op.HUD)) & (shown[:, 0] != 0)
    covers = usable & (operations[:, op.X0] <= 0) & (operations[:, op.Y0] <= 0)
    covers &= (operations[:, op.X1] >= size[0]) & (operations[:, op.Y1] >= size[1])
    start = 0
    for stop in [*np.flatnonzero(covers).tolist(), len(operations)]:
        if backdrop.number and stop > start:
            same = usable[start:stop] & (shown[start:stop] == backdrop.shown).all(1)
            operations[start:stop][same, op.ID] = backdrop.number
        if stop < len(operations):
            backdrop = Backdrop(int(operations[stop, op.ID]), shown[stop].copy())
        start = stop + 1
    return backdrop
