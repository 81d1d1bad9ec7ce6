"""`flow` in NumPy. The CPU kernels beside it must give the same numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UNSEEN = np.uint32(0xFFFFFFFF)
"""A key that no pixel has: identities end at bit 23."""


def drift_reference(
    anchor: NDArray[np.float32], material: NDArray[np.uint8], offsets: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Anchors moved against the drift of their materials, so that what is drawn there moves with it.

    Returns a new float32 [H,W,2], tiles. anchor float32 [H,W,2]; material uint8 [H,W]; offsets float32
    [M,2], tiles that each material has drifted right and down.
    """
    return anchor - offsets[material]


def forget_reference(key: NDArray[np.uint32], moved: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """A history's keys without the pixels of materials that drifted since: uint32 [H,W].

    key uint32 [H,W], the material in the low byte; moved bool [M].
    """
    return np.where(moved[key & 0xFF], UNSEEN, key)
