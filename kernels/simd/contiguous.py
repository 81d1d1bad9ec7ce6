"""Arrays in the form that the compiled kernels take: contiguous, and pixels packed into 32 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def packed_pixels(picture: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """A picture uint8 [H,W,4] as packed pixels uint32 [H,W]; a view of it if it is contiguous, else a
    copy."""
    return np.ascontiguousarray(picture).view(np.uint32)[..., 0]


def unpacked_pixels(packed: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Packed pixels uint32 [H,W], contiguous, as a picture uint8 [H,W,4]; a view."""
    return packed.view(np.uint8).reshape(*packed.shape, 4)


def contiguous(array: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """The array itself if it is contiguous, writable and of `dtype` in native byte order, else such a copy.

    For any other kind of array numba would compile the kernel again, which takes 10 s in the middle of a
    game.
    """
    return np.require(array, dtype, ("C_CONTIGUOUS", "WRITEABLE", "ENSUREARRAY"))
