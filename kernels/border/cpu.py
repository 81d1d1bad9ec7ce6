"""`border` on a CPU: one pass along the rows, and one down and one up the columns.

640x360 takes 0.2 ms of one core, less than a second thread would cost. Rows are taken run by run,
columns 64 at a time, so that a register holds neighbouring columns.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from kernels.border import DIRECTIONS, REACH
from kernels.dense import dense
from kernels.lanes import address

STRIP: Final = 64
"""Columns that are followed together."""
_JIT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_INNER: dict[str, Any] = {**_JIT, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def border_cpu(key: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Nearness, uint8 [4,H,W] 0..REACH, to the next pixel with another key: left, right, up, down.

    key uint32 [H,W]: material and identity of each pixel.
    """
    height, width = key.shape
    near = np.zeros((DIRECTIONS, height, width), np.uint8)
    keys, flat = dense(key, np.uint32).reshape(-1), near.reshape(-1)
    _rows(height, width, keys, flat)
    _columns(height, width, keys, flat)
    return near


@numba.njit(**_INNER)
def _fade(n, out, step):
    """REACH, REACH - 1, ... for up to n pixels from `out` on, one after the other by `step`."""
    for x in range(min(n, REACH)):
        out[x * step] = np.uint8(REACH - x)


@numba.njit(**_JIT)
def _rows(height, width, keys, near):
    """Left and right, run by run."""
    plane = height * width
    for y in range(height):
        at = y * width
        key, left, right = address(keys, at), address(near, at), address(near, plane + at)
        start = 0
        while start < width:
            stop = start + 1
            while stop < width and key[stop] == key[start]:
                stop += 1
            if start > 0:
                _fade(stop - start, address(left, start), 1)
            if stop < width:
                _fade(stop - start, address(right, stop - 1), -1)
            start = stop


@numba.njit(**_INNER)
def _follow(n, key, before, last, out):
    """One row of a strip: nearness falls by one while the key stays the same."""
    for x in range(n):
        left = last[x] - (last[x] > 0)
        last[x] = np.uint8(left if key[x] == before[x] else REACH)
        out[x] = last[x]


@numba.njit(**_JIT)
def _columns(height, width, keys, near):
    """Up and down, strip by strip."""
    plane = height * width
    state = np.empty(STRIP, np.uint8)
    last = address(state, 0)
    for left in range(0, width, STRIP):
        n = min(STRIP, width - left)
        for down in range(2):
            state[:] = 0
            step = -width if down else width
            at = (height - 1) * width + left if down else left
            for _ in range(1, height):
                at += step
                _follow(
                    n, address(keys, at), address(keys, at - step), last,
                    address(near, (2 + down) * plane + at),
                )  # fmt: skip
