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
    given, kinds = dense(anchor, np.float32).view(np.complex64)[..., 0], dense(material, np.uint8)
    made, table = np.empty_like(given), dense(offsets, np.float32).view(np.complex64)[:, 0]
    _drift(given.reshape(-1), kinds.reshape(-1), table, made.reshape(-1))
    return made[..., None].view(np.float32)


def forget_cpu(key: NDArray[np.uint32], moved: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """As `forget_reference`."""
    given = dense(key, np.uint32)
    made, table = np.empty_like(given), np.zeros(256, np.uint32)
    table[: len(moved)] = np.where(moved, UNSEEN, np.uint32(0))
    _forget(given.reshape(-1), table, made.reshape(-1))
    return made


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _drift(anchor, material, offsets, out):
    """Of pairs, as complex numbers: one look-up a pixel."""
    for i in range(anchor.shape[0]):
        out[i] = anchor[i] - offsets[material[i]]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _forget(key, unseen, out):
    for i in range(key.shape[0]):
        out[i] = key[i] | unseen[key[i] & np.uint32(0xFF)]  # with all bits set nothing else counts
