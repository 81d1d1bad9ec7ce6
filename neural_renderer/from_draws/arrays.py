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

    def copy(self, array: NDArray[Any]) -> NDArray[Any]:
        made = self.take(array.shape, array.dtype)
        np.copyto(made, array)
        return made

    def clear(self) -> None:
        """Forget all, as after a change of size."""
        self._kept.clear()
