"""`ingest` on a CPU: reprojection and packing in one pass over the frame, in 8 bits.

640x360 takes 0.8 ms of one core, half of it for the reprojection: stretches that moved alike are
carried together.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from reskin.kernels import EMBED, INGEST, PATCH
from reskin.kernels.reproject.cpu import plain
from reskin.kernels.simd.contiguous import dense
from reskin.kernels.simd.threads import by_rows
from reskin.kernels.simd.vectors import address, store_bytes

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
    embed: NDArray[np.uint8],
    tinted: NDArray[np.bool_],
) -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]]:
    """Pack a frame for the body.

    material uint8 [H,W]; identity uint16 [H,W] or None; color uint32 [H,W], packed pixels whose red
    lies at bit `red_shift` (16: BGRX, 0: RGBA); embed uint8 [M,EMBED]; tinted bool [M]: materials whose
    colour is shown. Returns packed uint8 [H/4,W/4,INGEST] (rounded up; border pixels repeat); tint uint32
    [H,W], R | G << 8 | B << 16; key uint32 [H,W], the material in the low byte, the identity above it.
    """
    height, width = material.shape
    packed = np.empty((-(-height // PATCH), -(-width // PATCH), INGEST), np.uint8)
    tint, key = np.empty((height, width), np.uint32), np.empty((height, width), np.uint32)
    ids = np.zeros((height, width), np.uint16) if identity is None else dense(identity, np.uint16)
    words = np.zeros((len(embed), 8), np.uint8)
    words[:, :EMBED] = embed
    shown = np.where(tinted, np.uint32(0xFFFFFF), np.uint32(0))
    frame = dense(material, np.uint8), ids, dense(color, np.uint32)
    made = packed, tint, key
    flat = [array.reshape(-1) for array in (*frame, words.view(np.uint64), shown, *made)]

    def rows(first: int, end: int) -> int:
        _rows(first, end, height, width, red_shift, *flat)
        return 0

    by_rows(rows, packed.shape[0] * PATCH, PATCH)
    return packed, tint, key


@numba.njit(**_INNER)
def _describe(n, red_shift, material, identity, color, shown, tint, key):
    """Tint and key of n pixels."""
    for x in range(n):
        key[x] = np.uint32(material[x]) | (np.uint32(identity[x]) << np.uint32(8))
    for x in range(n):
        tint[x] = plain(color[x], red_shift) & shown[material[x]]


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
def _rows(first, end, height, width, red_shift, material, identity, color, words, shown, packed, tint, key):
    """Rows first..end, whole patches; `end` may lie below the picture."""
    for y in range(first, min(end, height)):
        at = y * width
        _describe(
            width, red_shift, address(material, at), address(identity, at), address(color, at),
            address(shown, 0), address(tint, at), address(key, at),
        )  # fmt: skip
    for by in range(first // PATCH, end // PATCH):
        to = address(packed, by * -(-width // PATCH) * INGEST)
        _pack(by, height, width, address(material, 0), address(tint, 0), address(words, 0), to)
