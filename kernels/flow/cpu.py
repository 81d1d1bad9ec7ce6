"""`flow` on a CPU: what a history forgets. What drifts, `head` reads there. On one core: at 640x360 waking
another costs as much as it saves."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from kernels.dense import dense
from kernels.flow.reference import UNSEEN


def forget_cpu(key: NDArray[np.uint32], moved: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """As `forget_reference`."""
    given = dense(key, np.uint32)
    made, table = np.empty_like(given), np.zeros(256, np.uint32)
    table[: len(moved)] = np.where(moved, UNSEEN, np.uint32(0))
    _forget(given.reshape(-1), table, made.reshape(-1))
    return made


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _forget(key, unseen, out):
    for i in range(key.shape[0]):
        out[i] = key[i] | unseen[key[i] & np.uint32(0xFF)]  # with all bits set nothing else counts
