"""`flow` on a CPU: one pass each. On one core: at 640x360 waking another costs as much as it saves."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from kernels.dense import dense
from kernels.flow.reference import UNSEEN


def drift_cpu(
    anchor: NDArray[np.float32], material: NDArray[np.uint8], offsets: NDArray[np.float32]
) -> NDArray[np.float32]:
    """As `drift_reference`."""
    given, kinds = dense(anchor, np.float32), dense(material, np.uint8)
    made, table = np.empty_like(given), dense(offsets, np.float32)
    _drift(given, kinds, table, made)
    return made


def forget_cpu(key: NDArray[np.uint32], moved: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """As `forget_reference`."""
    given = dense(key, np.uint32)
    made, table = np.empty_like(given), np.zeros(256, np.bool_)
    table[: len(moved)] = moved
    _forget(given.reshape(-1), table, made.reshape(-1))
    return made


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _drift(anchor, material, offsets, out):
    right, down = offsets[:, 0].copy(), offsets[:, 1].copy()
    for y in range(material.shape[0]):
        for x in range(material.shape[1]):
            m = material[y, x]
            out[y, x, 0] = anchor[y, x, 0] - right[m]
            out[y, x, 1] = anchor[y, x, 1] - down[m]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _forget(key, moved, out):
    for i in range(key.shape[0]):
        out[i] = UNSEEN if moved[key[i] & np.uint32(0xFF)] else key[i]
