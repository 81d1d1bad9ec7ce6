"""`ingest` on a CPU: one pass over the frame, in 8 bits.

640x360 takes 0.4 ms of one core.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.kernels import EMBED, INGEST, PATCH
from reskin.kernels.reproject.cpu import reproject_rgb_order
from reskin.kernels.simd.contiguous import contiguous
from reskin.kernels.simd.jit import jit_inner, jit_kernel
from reskin.kernels.simd.threads import parallel_rows
from reskin.kernels.simd.vectors import address, store_bytes

_ALBEDO_AT: Final = PATCH * PATCH * EMBED

assert PATCH == 4  # as `_pack` is written
assert EMBED <= 8


def ingest_cpu(
    material: NDArray[np.uint8],
    identity: NDArray[np.uint16] | None,
    color: NDArray[np.uint32],
    red_shift: int,
    embed: NDArray[np.uint8],
    shows_albedo: NDArray[np.bool_],
) -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]]:
    """Pack a frame for the body.

    material uint8 [H,W]; identity uint16 [H,W] or None; color uint32 [H,W], packed pixels whose red lies at
    bit `red_shift` (16: BGRX, 0: RGBA); embed uint8 [M,EMBED]; shows_albedo bool [M]: materials whose plain
    colour is shown to the network. Returns packed uint8 [H/4,W/4,INGEST] (rounded up; border pixels repeat);
    albedo uint32 [H,W], R | G << 8 | B << 16, 0 where it is not shown; surface_id uint32 [H,W], the material
    in the lowest byte, the identity above it.
    """
    height, width = material.shape
    packed = np.empty((-(-height // PATCH), -(-width // PATCH), INGEST), np.uint8)
    albedo, surface_id = np.empty((height, width), np.uint32), np.empty((height, width), np.uint32)
    ids = np.zeros((height, width), np.uint16) if identity is None else contiguous(identity, np.uint16)
    embeddings = np.zeros((len(embed), 8), np.uint8)
    embeddings[:, :EMBED] = embed
    shown = np.where(shows_albedo, np.uint32(0xFFFFFF), np.uint32(0))
    channels = contiguous(material, np.uint8), ids, contiguous(color, np.uint32)
    made = packed, albedo, surface_id
    flat = [array.reshape(-1) for array in (*channels, embeddings.view(np.uint64), shown, *made)]

    def rows(first: int, end: int) -> int:
        _rows(first, end, height, width, red_shift, *flat)
        return 0

    parallel_rows(rows, packed.shape[0] * PATCH, PATCH)
    return packed, albedo, surface_id


def surface_ids_cpu(material: NDArray[np.uint8], identity: NDArray[np.uint16] | None) -> NDArray[np.uint32]:
    """uint32 [H,W]: the material in the lowest byte, the identity above it, of uint8 and uint16 [H,W]."""
    ids = np.zeros_like(material, np.uint16) if identity is None else contiguous(identity, np.uint16)
    found = np.empty(material.shape, np.uint32)
    _surface_ids(contiguous(material, np.uint8).ravel(), ids.ravel(), found.ravel())
    return found


@jit_kernel
def _surface_ids(material, identity, out):
    for i in range(len(out)):
        out[i] = np.uint32(material[i]) | np.uint32(identity[i]) << np.uint32(8)


@jit_inner
def _describe(n, red_shift, material, identity, color, shown, albedo, surface_id):
    """Albedo and surface id of n pixels."""
    for x in range(n):
        surface_id[x] = np.uint32(material[x]) | (np.uint32(identity[x]) << np.uint32(8))
    for x in range(n):
        albedo[x] = reproject_rgb_order(color[x], red_shift) & shown[material[x]]


@jit_inner
def _pack(by, height, width, material, albedo, embeddings, packed):
    """One row of patches. A pixel's numbers are written as one integer; the bytes that are too many are
    overwritten by the next pixel."""
    for bx in range(-(-width // PATCH)):
        for sub in range(PATCH * PATCH):
            y, x = min(by * PATCH + sub // PATCH, height - 1), min(bx * PATCH + sub % PATCH, width - 1)
            store_bytes(packed, sub * EMBED, embeddings[material[y * width + x]])
        before = now = np.uint32(0)
        for sub in range(PATCH * PATCH):
            y, x = min(by * PATCH + sub // PATCH, height - 1), min(bx * PATCH + sub % PATCH, width - 1)
            before, now = now, albedo[y * width + x]
            if sub < PATCH * PATCH - 1:
                store_bytes(packed, _ALBEDO_AT + sub * 3, now)
        # The last integer ends with the patch: what follows may be another thread's, or outside the array.
        store_bytes(packed, INGEST - 4, np.uint32((before >> np.uint32(16)) | (now << np.uint32(8))))
        packed = address(packed, INGEST)


@jit_kernel
def _rows(
    first, end, height, width, red_shift, material, identity, color, embeddings, shown, packed, albedo,
    surface_id,
):  # fmt: skip
    """Rows first..end, whole patches; `end` may lie below the picture. Thirteen arguments: named tuples of
    them take 6 % longer, 23 of 380 us a frame, as numba looks at a tuple's types anew at every call."""
    for y in range(first, min(end, height)):
        at = y * width
        _describe(
            width, red_shift, address(material, at), address(identity, at), address(color, at),
            address(shown, 0), address(albedo, at), address(surface_id, at),
        )  # fmt: skip
    for by in range(first // PATCH, end // PATCH):
        to = address(packed, by * -(-width // PATCH) * INGEST)
        _pack(by, height, width, address(material, 0), address(albedo, 0), address(embeddings, 0), to)
