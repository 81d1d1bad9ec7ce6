"""The arrays of frames, which are used again when nothing refers to them any more.

A thread may read earlier frames while the next one is drawn, and a test may keep a hundred of them. So a
frame's arrays belong to it for as long as anything refers to the frame, to one of its channels, or to a view
of one (NumPy's views, `torch.from_numpy` and DLPack all keep the base array alive). After that they are used
for another frame, which saves a millisecond of page faults a frame.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEPT = 6
"""Sets of arrays to use again: one that is drawn, three in use elsewhere, two to spare."""


@dataclass(frozen=True, eq=False, slots=True)
class Buffers:
    """One frame's channels, as `engine.frame.Frame` lists them."""

    color: NDArray[np.uint8]
    material: NDArray[np.uint8]
    identity: NDArray[np.uint16]
    motion: NDArray[np.float16]
    anchor: NDArray[np.float32]
    depth: NDArray[np.float16]
    hud: NDArray[np.uint8]

    @classmethod
    def allocate(cls, width: int, height: int) -> Buffers:
        """New arrays for a picture of `width` x `height` px, not yet filled."""
        return cls(
            color=np.empty((height, width, 4), np.uint8),
            material=np.empty((height, width), np.uint8),
            identity=np.empty((height, width), np.uint16),
            motion=np.empty((height, width, 2), np.float16),
            anchor=np.empty((height, width, 2), np.float32),
            depth=np.empty((height, width), np.float16),
            hud=np.empty((height, width, 4), np.uint8),
        )

    def idle(self) -> bool:
        """Whether nothing but this set refers to any of its arrays."""
        # Two references: the slot of this object, and the argument of getrefcount.
        return all(sys.getrefcount(getattr(self, channel)) <= 2 for channel in self.__slots__)


class BufferPool:
    """Gives `Buffers` of one size, and never one whose arrays are still in use."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._sets: list[Buffers] = []

    def take(self) -> Buffers:
        """An idle set, or a new one; at most `KEPT` are kept."""
        for buffers in self._sets:
            if buffers.idle():
                return buffers
        buffers = Buffers.allocate(*self._size)
        if len(self._sets) < KEPT:
            self._sets.append(buffers)
        return buffers
