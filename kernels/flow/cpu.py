"""`flow` on a CPU: one pass each."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from kernels.dense import dense
from kernels.flow.reference import UNSEEN
from kernels.threads import by_rows


def drift_cpu(
    anchor: NDArray[np.float32], material: NDArray[np.uint8], offsets: NDArray[np.float32]
) -> NDArray[np.float32]:
    """As `drift_reference`."""
    given, kinds = dense(anchor, np.float32), dense(material, np.uint8)
    made, table = np.empty_like(given), dense(offsets, np.float32)

    def rows(first: int, end: int) -> int:
        _drift(given[first:end], kinds[first:end], table, made[first:end])
        return 0

    by_rows(rows, len(given))
    return made


def forget_cpu(key: NDArray[np.uint32], moved: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """As `forget_reference`."""
    given = dense(key, np.uint32)
    made, table = np.empty_like(given), np.zeros(256, np.bool_)
    table[: len(moved)] = moved

    def rows(first: int, end: int) -> int:
        _forget(given[first:end], table, made[first:end])
        return 0

    by_rows(rows, len(given))
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
    for y in range(key.shape[0]):
        for x in range(key.shape[1]):
            out[y, x] = UNSEEN if moved[key[y, x] & np.uint32(0xFF)] else key[y, x]
