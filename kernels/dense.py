"""Arrays as the compiled kernels take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def dense(array: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """The array itself if it is contiguous, writable and of `dtype` in native order, else a copy that is.

    Numba compiles a kernel anew for every other kind of array: 10 s in the middle of a game.
    """
    return np.require(array, dtype, ("C_CONTIGUOUS", "WRITEABLE", "ENSUREARRAY"))
