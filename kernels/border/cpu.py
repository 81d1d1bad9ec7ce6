"""`border` on a CPU: one pass along the rows, and one down and one up the columns.

640x360 takes 0.8 ms of one core, nearly all of it down and up the columns. Rows are taken run by run,
columns 128 at a time.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from reskin.kernels.border import DIRECTIONS, REACH
from reskin.kernels.simd.contiguous import dense
from reskin.kernels.simd.threads import by_rows
from reskin.kernels.simd.vectors import address

STRIP: Final = 128
"""Columns that are followed together."""
_JIT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_INNER: dict[str, Any] = {**_JIT, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def border_cpu(key: NDArray[np.uint32]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Nearness to the next pixel with another key, and that pixel's material: both uint8 [4,H,W].

    key uint32 [H,W]: material and identity of each pixel, the material in the lowest byte. Directions
    and numbers are those of `border_reference`.
    """
    height, width = key.shape
    near, across = np.empty((2, DIRECTIONS, height, width), np.uint8)
    flat = dense(key, np.uint32).reshape(-1), near.reshape(-1), across.reshape(-1)

    def part(first: int, end: int) -> int:
        """Some columns, and the same share of the rows."""
        _rows(first * height // width, end * height // width, height, width, *flat)
        _columns(first, end, height, width, *flat)
        return 0

    by_rows(part, width, STRIP)
    return near, across


@numba.njit(**_INNER)
def _fade(n, step, material, near, across):
    """REACH, REACH - 1, ... and the material for up to n pixels, one after the other by `step`."""
    for x in range(min(n, REACH)):
        near[x * step] = np.uint8(REACH - x)
        across[x * step] = np.uint8(material & np.uint32(255))


@numba.njit(**_JIT)
def _rows(first, end, height, width, keys, near, across):
    """Left and right, run by run."""
    plane = height * width
    for y in range(first, end):
        at = y * width
        for way in range(2):
            near[way * plane + at : way * plane + at + width] = 0
            across[way * plane + at : way * plane + at + width] = 0
        key = address(keys, at)
        start = 0
        while start < width:
            stop = start + 1
            while stop < width and key[stop] == key[start]:
                stop += 1
            if start > 0:
                to = at + start
                _fade(stop - start, 1, key[start - 1], address(near, to), address(across, to))
            if stop < width:
                to = plane + at + stop - 1
                _fade(stop - start, -1, key[stop], address(near, to), address(across, to))
            start = stop


@numba.njit(**_INNER)
def _follow(n, key, before, last, beyond, near, across):
    """One row of a strip: nearness falls by one while the key stays the same."""
    for x in range(n):
        same = key[x] == before[x]
        fallen = np.uint8(last[x] - (last[x] > 0))
        last[x] = fallen if same else np.uint8(REACH)
        beyond[x] = beyond[x] if same else np.uint8(before[x] & np.uint32(255))
        near[x] = last[x]
        across[x] = beyond[x] if last[x] > 0 else np.uint8(0)


@numba.njit(**_JIT)
def _columns(first, end, height, width, keys, near, across):
    """Up and down, strip by strip."""
    plane = height * width
    state = np.empty((2, STRIP), np.uint8)
    last, beyond = address(state.reshape(-1), 0), address(state.reshape(-1), STRIP)
    for left in range(first, end, STRIP):
        n = min(STRIP, end - left)
        for down in range(2):
            state[:] = 0
            step = -width if down else width
            at = (height - 1) * width + left if down else left
            to = (2 + down) * plane + at
            near[to : to + n] = 0
            across[to : to + n] = 0
            for _ in range(1, height):
                at += step
                to = (2 + down) * plane + at
                _follow(
                    n, address(keys, at), address(keys, at - step), last, beyond,
                    address(near, to), address(across, to),
                )  # fmt: skip
