"""Arrays as the compiled kernels take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def words(picture: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """A picture uint8 [H,W,4] as packed pixels uint32 [H,W], without a copy where it is contiguous."""
    return np.ascontiguousarray(picture).view(np.uint32)[..., 0]


def pixels(packed: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Packed pixels uint32 [H,W], contiguous, as a picture uint8 [H,W,4]."""
    return packed.view(np.uint8).reshape(*packed.shape, 4)


def dense(array: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """The array itself if it is contiguous, writable and of `dtype` in native order, else a copy that is.

    Numba compiles a kernel anew for every other kind of array: 10 s in the middle of a game.
    """
    return np.require(array, dtype, ("C_CONTIGUOUS", "WRITEABLE", "ENSUREARRAY"))
