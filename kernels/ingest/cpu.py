"""`ingest` on a CPU: reprojection and packing in one pass over the frame, in 8 bits.

640x360 takes 0.8 ms of one core, half of it for the reprojection: stretches that moved alike are
carried together.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from kernels import EMBED, INGEST, PATCH
from kernels.dense import dense
from kernels.lanes import address, store_bytes
from kernels.threads import by_rows

_TINT_AT: Final = PATCH * PATCH * EMBED
_JIT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_INNER: dict[str, Any] = {**_JIT, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

assert PATCH == 4  # as `_pack` is written
assert EMBED <= 8


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
    tint, key = np.empty((height, width), np.uint32), np.empty((height, width), np.uint32)
    history = np.empty((height, width), np.uint32)
    ids = np.zeros((height, width), np.uint16) if identity is None else dense(identity, np.uint16)
    moved = np.zeros((height, width, 2), np.float16) if motion is None else dense(motion, np.float16)
    last, last_key = (history, key) if previous is None or previous_key is None else (previous, previous_key)
    has_history = last is not history and last.shape == last_key.shape == key.shape
    last, last_key = (dense(last, np.uint32), dense(last_key, np.uint32)) if has_history else (history, key)
    words = np.zeros((len(embed), 8), np.uint8)
    words[:, :EMBED] = embed
    shown = np.where(tinted, np.uint32(0xFFFFFF), np.uint32(0))
    frame = dense(material, np.uint8), ids, dense(color, np.uint32), moved.view(np.uint32), last, last_key
    made = packed, history, tint, key
    flat = [array.reshape(-1) for array in (*frame, words.view(np.uint64), shown, HALF, *made)]

    def rows(first: int, end: int) -> int:
        _rows(first, end, height, width, red_shift, has_history, *flat)
        return 0

    by_rows(rows, packed.shape[0] * PATCH, PATCH)
    return packed, history, tint, key


def _halves() -> NDArray[np.float32]:
    """Every float16 as float32, by its bits; NaN becomes a motion out of any picture."""
    table = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
    return np.nan_to_num(table, nan=1e6, posinf=1e6, neginf=-1e6)


HALF: Final = _halves()


@numba.njit(**_INNER)
def _plain(pixel, red_shift):
    """A packed pixel as R | G << 8 | B << 16."""
    red, blue, byte = np.uint32(red_shift), np.uint32(16 - red_shift), np.uint32(255)
    return ((pixel >> red) & byte) | (pixel & np.uint32(0xFF00)) | (((pixel >> blue) & byte) << np.uint32(16))


@numba.njit(**_INNER)
def _describe(n, red_shift, material, identity, color, shown, tint, key):
    """Tint and key of n pixels."""
    for x in range(n):
        key[x] = np.uint32(material[x]) | (np.uint32(identity[x]) << np.uint32(8))
    for x in range(n):
        tint[x] = _plain(color[x], red_shift) & shown[material[x]]


@numba.njit(**_INNER)
def _carry(n, red_shift, last, last_key, key, history):
    """The last picture, for n neighbours that moved alike, where it showed the same thing."""
    for x in range(n):
        seen = _plain(last[x], red_shift) | np.uint32(0xFF000000)
        history[x] = seen if last_key[x] == key[x] else np.uint32(0)


@numba.njit(**_INNER)
def reproject(y, height, width, red_shift, motion, half, last, last_key, key, history):
    """History of row y, stretch by stretch of equal motion; it stays 0 where it came from outside."""
    here, near = y * width, np.float32(0.5)
    start = 0
    while start < width:
        stop, word = start + 1, motion[here + start]
        while stop < width and motion[here + stop] == word:
            stop += 1
        right = int(np.floor(near - half[word & np.uint32(0xFFFF)]))
        row = y + int(np.floor(near - half[word >> np.uint32(16)]))
        first, end = max(start, -right), min(stop, width - right)
        if 0 <= row < height and first < end:
            at, source = here + first, row * width + first + right
            _carry(
                end - first, red_shift, address(last, source), address(last_key, source),
                address(key, at), address(history, at),
            )  # fmt: skip
        start = stop


@numba.njit(**_INNER)
def _pack(by, height, width, material, tint, words, packed):
    """One row of patches. A pixel's numbers are one word; what of it is too long, the next overwrites."""
    for bx in range(-(-width // PATCH)):
        for sub in range(PATCH * PATCH):
            y, x = min(by * PATCH + sub // PATCH, height - 1), min(bx * PATCH + sub % PATCH, width - 1)
            store_bytes(packed, sub * EMBED, words[material[y * width + x]])
        before = now = np.uint32(0)
        for sub in range(PATCH * PATCH):
            y, x = min(by * PATCH + sub // PATCH, height - 1), min(bx * PATCH + sub % PATCH, width - 1)
            before, now = now, tint[y * width + x]
            if sub < PATCH * PATCH - 1:
                store_bytes(packed, _TINT_AT + sub * 3, now)
        # The last word ends with the patch: what follows may be another thread's, or nobody's.
        store_bytes(packed, INGEST - 4, np.uint32((before >> np.uint32(16)) | (now << np.uint32(8))))
        packed = address(packed, INGEST)


@numba.njit(**_JIT)
def _rows(
    first, end, height, width, red_shift, has_history, material, identity, color, motion, last, last_key,
    words, shown, half, packed, history, tint, key,
):  # fmt: skip
    """Rows first..end, whole patches; `end` may lie below the picture."""
    moved, halves, carried = address(motion, 0), address(half, 0), address(history, 0)
    then, then_key, now_key = address(last, 0), address(last_key, 0), address(key, 0)
    for y in range(first, min(end, height)):
        at = y * width
        _describe(
            width, red_shift, address(material, at), address(identity, at), address(color, at),
            address(shown, 0), address(tint, at), address(key, at),
        )  # fmt: skip
        history[at : at + width] = 0
        if has_history:
            reproject(y, height, width, red_shift, moved, halves, then, then_key, now_key, carried)
    for by in range(first // PATCH, end // PATCH):
        to = address(packed, by * -(-width // PATCH) * INGEST)
        _pack(by, height, width, address(material, 0), address(tint, 0), address(words, 0), to)
