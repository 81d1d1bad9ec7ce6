"""How pixels of a surface lie on another one that it is drawn on: moved, scaled by whole pixels, flipped."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.surfaces.planes import (
    BOX_HEIGHT,
    BOX_WIDTH,
    BOX_X,
    BOX_Y,
    HEIGHT,
    LEFT,
    MIRROR,
    TOP,
    WIDTH,
    Planes,
)


class Axis:
    """Pixels of an outer surface along one axis as pixels of an inner one.

    index: the inner pixel of each outer one. inner = factor * outer + offset, for edges of boxes.
    """

    def __init__(self, index: NDArray[np.int64], offset: float) -> None:
        self.index: NDArray[Any] = index
        self.factor, self.offset = 1.0, offset

    def shift(self, by: int) -> None:
        self.index = self.index + by
        self.offset += by

    def scale(self, inner: int, outer: int, flip: bool) -> None:
        outer = max(outer, 1)
        if flip:
            self.index = outer - 1 - self.index
            self.factor, self.offset = -self.factor, outer - self.offset
        self.index = self.index * inner // outer
        self.factor, self.offset = self.factor * inner / outer, self.offset * inner / outer

    def clip(self, size: int) -> None:
        self.index = np.clip(self.index, 0, size - 1).astype(np.int32)

    def outer(self, start: NDArray[np.int32], size: NDArray[np.int32]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Boxes of the inner surface, start and size, on the outer one."""
        one = (start - self.offset) / self.factor
        other = (start + size - self.offset) / self.factor
        low = np.rint(np.minimum(one, other)).astype(np.int32)
        return low, np.rint(np.maximum(one, other)).astype(np.int32) - low


def placed(
    inner: Planes, across: Axis, down: Axis, window: tuple[int, int, int, int]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The rows of an inner surface that lie in a window of the outer one, as rows of that, and their
    numbers."""
    table = inner.table[: inner.count].copy()
    for x, y, width, height in ((LEFT, TOP, WIDTH, HEIGHT), (BOX_X, BOX_Y, BOX_WIDTH, BOX_HEIGHT)):
        table[:, x], table[:, width] = across.outer(table[:, x], table[:, width])
        table[:, y], table[:, height] = down.outer(table[:, y], table[:, height])
    table[:, MIRROR] ^= (1 if across.factor < 0 else 0) | (2 if down.factor < 0 else 0)
    np.maximum(table[:, WIDTH], 1, out=table[:, WIDTH])
    np.maximum(table[:, HEIGHT], 1, out=table[:, HEIGHT])
    inside = (table[:, BOX_X] < window[2]) & (table[:, BOX_X] + table[:, BOX_WIDTH] > window[0])
    inside &= (table[:, BOX_Y] < window[3]) & (table[:, BOX_Y] + table[:, BOX_HEIGHT] > window[1])
    inside[0] = False
    kept = np.flatnonzero(inside)
    return table[kept], kept
