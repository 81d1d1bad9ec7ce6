"""Arrays that are used again when nothing refers to them any more.

`engine.draw.buffers` does the same for whole sets of channels; this room may not import it. A frame's arrays
belong to it for as long as anything refers to one of them or to a view of one. Using them again spares the
page faults of new memory: 2 ms a frame of 640×480.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from reskin.kernels.channels.cpu import copy_spans_cpu

KEPT: Final = 8
"""Most arrays of one shape and type that are kept."""


class ArrayPool:
    """Gives arrays, not cleared, never one that is still in use."""

    def __init__(self) -> None:
        self._kept: dict[tuple[tuple[int, ...], str], list[NDArray[Any]]] = {}

    def take(self, shape: Sequence[int], kind: DTypeLike) -> NDArray[Any]:
        kept = self._kept.setdefault((tuple(shape), np.dtype(kind).str), [])
        for index in range(len(kept)):
            # Two references: the list, and the argument of getrefcount.
            if sys.getrefcount(kept[index]) <= 2:
                return kept[index]
        made = np.empty(shape, kind)
        if len(kept) < KEPT:
            kept.append(made)
        return made

    def clear(self) -> None:
        """Forget all, as after a change of size."""
        self._kept.clear()


class SparePlanes:
    """Copies of planes of which most is empty: of an array that is used again only that part is written."""

    def __init__(self) -> None:
        self._kept: list[tuple[NDArray[np.uint8], NDArray[np.int32]]] = []
        """Planes, and outside which part of each row of pixels they are 0."""

    def copy(self, plane: NDArray[np.uint8], span: NDArray[np.int32]) -> NDArray[np.uint8]:
        """A copy of a plane uint8 [H,W,4] that is 0 outside `span` int32 [H,2]. In it nothing else may be
        written than what lies within the span."""
        if self._kept and self._kept[0][0].shape != plane.shape:
            self._kept.clear()
        # Two references: the pair, and the argument of getrefcount.
        idle = [n for n in range(len(self._kept)) if sys.getrefcount(self._kept[n][0]) <= 2]
        if idle:
            made, written = self._kept[idle[0]]
        else:
            made, written = np.zeros_like(plane), np.zeros_like(span)
            if len(self._kept) < KEPT:
                self._kept.append((made, written))
        copy_spans_cpu(plane, span, made, written)
        return made
