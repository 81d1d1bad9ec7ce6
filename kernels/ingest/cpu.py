"""`ingest` on a CPU: reprojection and packing in one pass over the frame, in 8 bits."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from kernels import EMBED, INGEST, PATCH
from kernels.dense import dense
from kernels.threads import by_rows

_TINT_AT = PATCH * PATCH * EMBED
_MEAN_AT = _TINT_AT + PATCH * PATCH * 3


def ingest_cpu(
    material: NDArray[np.uint8],
    identity: NDArray[np.uint16] | None,
    color: NDArray[np.uint32],
    red_shift: int,
    motion: NDArray[np.float16] | None,
    previous: NDArray[np.uint32] | None,
    previous_key: NDArray[np.uint32] | None,
    embed: NDArray[np.uint8],
    tinted: NDArray[np.bool_],
) -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]:
    """Pack a frame for the body, and bring the history to it.

    material uint8 [H,W]; identity uint16 [H,W] or None; color uint32 [H,W], packed pixels whose red
    lies at bit `red_shift` (16: BGRX, 0: RGBA); motion float16 [H,W,2] or None; previous uint32
    [H,W], the last output with the same packing, and its keys, or None; embed uint8 [M,EMBED].
    Returns packed uint8 [H/4,W/4,INGEST] (rounded up; border pixels repeat); history uint32 [H,W],
    R | G << 8 | B << 16 | validity << 24; tint uint32 [H,W] likewise with 0; key uint32 [H,W].
    """
    height, width = material.shape
    packed = np.empty((-(-height // PATCH), -(-width // PATCH), INGEST), np.uint8)
    history = np.empty((height, width), np.uint32)
    tint = np.empty((height, width), np.uint32)
    key = np.empty((height, width), np.uint32)
    material, color = dense(material, np.uint8), dense(color, np.uint32)
    ids = np.zeros((1, 1), np.uint16) if identity is None else dense(identity, np.uint16)
    moved = np.zeros((1, 1, 2), np.uint16) if motion is None else dense(motion, np.float16).view(np.uint16)
    has_history = previous is not None and previous_key is not None and previous.shape == key.shape
    none = np.zeros((1, 1), np.uint32)
    last = dense(previous, np.uint32) if has_history and previous is not None else none
    last_key = dense(previous_key, np.uint32) if has_history and previous_key is not None else none

    def rows(first: int, end: int) -> int:
        _reproject(
            first, end, material, ids, identity is not None, color, red_shift, moved, motion is not None,
            last, last_key, has_history, tinted, _HALF, history, tint, key,
        )  # fmt: skip
        _pack(first, end, material, history, tint, embed, packed)
        return 0

    by_rows(rows, packed.shape[0] * PATCH, PATCH)
    return packed, history, tint, key


def _halves() -> NDArray[np.float32]:
    """Every float16 as float32, by its bits; NaN becomes a motion out of any picture."""
    table = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
    return np.nan_to_num(table, nan=1e6, posinf=1e6, neginf=-1e6)


_HALF = _halves()


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _reproject(
    first, end, material, identity, has_identity, color, red_shift, motion, has_motion,
    last, last_key, has_history, tinted, half, history, tint, key,
):  # fmt: skip
    height, width = material.shape
    blue_shift = np.uint32(16 - red_shift)
    red = np.uint32(red_shift)
    byte = np.uint32(255)
    for y in range(first, min(end, height)):
        for x in range(width):
            m = material[y, x]
            k = np.uint32(m)
            if has_identity:
                k |= np.uint32(identity[y, x]) << np.uint32(8)
            key[y, x] = k
            t = np.uint32(0)
            if tinted[m]:
                c = color[y, x]
                t = ((c >> red) & byte) | (c & np.uint32(0xFF00)) | (((c >> blue_shift) & byte) << np.uint32(16))
            tint[y, x] = t
            h = np.uint32(0)
            if has_history:
                row, column = y, x
                if has_motion:
                    column = int(np.floor(np.float32(x) - half[motion[y, x, 0]] + np.float32(0.5)))
                    row = int(np.floor(np.float32(y) - half[motion[y, x, 1]] + np.float32(0.5)))
                if 0 <= row < height and 0 <= column < width and last_key[row, column] == k:
                    c = last[row, column]
                    h = ((c >> red) & byte) | (c & np.uint32(0xFF00)) | (((c >> blue_shift) & byte) << np.uint32(16))
                    h |= np.uint32(0xFF000000)
            history[y, x] = h


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _pack(first, end, material, history, tint, embed, packed):
    height, width = material.shape
    for by in range(first // PATCH, end // PATCH):
        for bx in range(packed.shape[1]):
            out = packed[by, bx]
            red, green, blue, valid = 0, 0, 0, 0
            for sub in range(PATCH * PATCH):
                y = min(by * PATCH + sub // PATCH, height - 1)
                x = min(bx * PATCH + sub % PATCH, width - 1)
                m = material[y, x]
                for e in range(EMBED):
                    out[sub * EMBED + e] = embed[m, e]
                t = tint[y, x]
                out[_TINT_AT + sub * 3] = t & np.uint32(255)
                out[_TINT_AT + sub * 3 + 1] = (t >> np.uint32(8)) & np.uint32(255)
                out[_TINT_AT + sub * 3 + 2] = (t >> np.uint32(16)) & np.uint32(255)
                h = history[y, x]
                red += h & np.uint32(255)
                green += (h >> np.uint32(8)) & np.uint32(255)
                blue += (h >> np.uint32(16)) & np.uint32(255)
                valid += h >> np.uint32(24)
            half = PATCH * PATCH // 2
            out[_MEAN_AT] = (red + half) // (PATCH * PATCH)
            out[_MEAN_AT + 1] = (green + half) // (PATCH * PATCH)
            out[_MEAN_AT + 2] = (blue + half) // (PATCH * PATCH)
            out[_MEAN_AT + 3] = (valid + half) // (PATCH * PATCH)
