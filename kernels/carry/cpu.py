"""`carry` on a CPU: one pass over packed pixels. 640x480 takes 0.6 ms on two cores (AVX2)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.carry.reference import SWATCH, Looks
from reskin.kernels.reproject.cpu import make_reproject_source, reproject
from reskin.kernels.simd.contiguous import contiguous
from reskin.kernels.simd.jit import jit_inner, jit_kernel
from reskin.kernels.simd.threads import parallel_rows
from reskin.kernels.simd.vectors import address

Pixels = NDArray[np.uint32]
INSIDE: Final = 6
"""px to each side that must show the same surface, so that a pixel replaces what a swatch has already. Nearer
to an edge it looks otherwise than elsewhere."""


def new_looks(span: NDArray[np.float32]) -> Looks:
    """Looks of which nothing is known yet. span float32 [M], tiles."""
    count = len(span)
    return Looks(
        np.zeros((count, 4), np.uint8), np.zeros((count, SWATCH, SWATCH, 4), np.uint8),
        contiguous(span, np.float32), np.zeros((count, 2), np.float32),
    )  # fmt: skip


_NO_LOOKS: Final = new_looks(np.ones(1, np.float32))
_NO_PLACES: Final = np.zeros(0, np.float32)


def carry_cpu(
    picture: Pixels, previous_id: Pixels, surface_id: Pixels, motion: NDArray[np.float16] | None,
    anchor: NDArray[np.float32] | None, looks: Looks | None, plain: Pixels,
) -> Pixels:  # fmt: skip
    """As `carry_reference`, on packed pixels of one layout, uint32 [H,W].

    previous_id, surface_id uint32 [H,W]: material and identity a frame ago and now; motion float16 [H,W,2]
    px, or None: nothing moved. anchor: None only without looks.
    """
    height, width = picture.shape
    source = make_reproject_source(picture, previous_id, surface_id, motion)
    below = contiguous(plain, np.uint32).ravel()
    places = _NO_PLACES if anchor is None else contiguous(anchor, np.float32).ravel()
    mean, swatches, span, offsets = _flat(looks or _NO_LOOKS)
    carried = np.empty(height * width, np.uint32)

    def rows(first: int, end: int) -> int:
        _rows(
            first, end, height, width, source, below, places, looks is not None, mean, swatches, span,
            offsets, carried,
        )  # fmt: skip
        return 0

    parallel_rows(rows, height)
    return carried.reshape(height, width)


def _flat(looks: Looks) -> tuple[Pixels, Pixels, NDArray[np.float32], NDArray[np.float32]]:
    mean, swatches = looks.mean.view(np.uint32).ravel(), looks.swatches.view(np.uint32).ravel()
    return mean, swatches, looks.span, looks.offsets


@jit_inner
def _texel(material, x, y, span, offsets):
    """The index of a material's texel at a place, in tiles."""
    u, v = (x - offsets[material, 0]) / span[material], (y - offsets[material, 1]) / span[material]
    size = np.float32(SWATCH)
    column = min(max(np.int64((u - np.floor(u)) * size), 0), SWATCH - 1)
    row = min(max(np.int64((v - np.floor(v)) * size), 0), SWATCH - 1)
    return (np.int64(material) * SWATCH + row) * SWATCH + column


@jit_kernel
def _rows(
    first, end, height, width, source, plain, anchor, fills, mean, swatches, span, offsets, carried
):
    solid = np.uint32(0xFF000000)
    for y in range(first, end):
        carried[y * width : (y + 1) * width] = 0
        reproject(y, height, width, 0, source, address(carried, y * width))
        for at in range(y * width, (y + 1) * width):
            if carried[at] != 0:
                continue
            look, surface = plain[at], source.surface_id[at]
            if fills and surface < 256:
                place = _texel(surface, anchor[2 * at], anchor[2 * at + 1], span, offsets)
                if mean[surface] >> np.uint32(24) != 0:
                    look = mean[surface]
                for other in (SWATCH + 1, SWATCH, 1, 0):  # the nearest last
                    texel = swatches[place ^ other]
                    if texel >> np.uint32(24) != 0:
                        look = texel
            carried[at] = look | solid


def learn_looks_cpu(
    picture: Pixels, surface_id: Pixels, anchor: NDArray[np.float32], offsets: NDArray[np.float32],
    looks: Looks,
) -> None:  # fmt: skip
    """Learn from a picture what terrain looks like. picture, surface_id uint32 [H,W]; anchor float32 [H,W,2],
    tiles; offsets float32 [M,2], tiles, of this picture. `looks` is written to, and has these offsets
    then."""
    looks.offsets[:] = offsets
    sums = np.zeros((len(looks.mean), 4), np.int64)
    mean, swatches, span, _ = _flat(looks)
    _learn(picture, surface_id, contiguous(anchor, np.float32), span, looks.offsets, swatches, sums)
    known = sums[:, 3] > 0
    colors = sums[known, :3] // sums[known, 3:]
    mean[known] = colors[:, 0] | colors[:, 1] << 8 | colors[:, 2] << 16 | 0xFF000000


@jit_kernel
def _learn(picture, surface_id, anchor, span, offsets, swatches, sums):
    height, width = picture.shape
    for y in range(height):
        above, below = max(y - INSIDE, 0), min(y + INSIDE, height - 1)
        for x in range(width):
            surface = surface_id[y, x]
            if surface >= 256:
                continue
            pixel = picture[y, x]
            for c in range(3):
                sums[surface, c] += np.int64((pixel >> np.uint32(8 * c)) & np.uint32(255))
            sums[surface, 3] += 1
            left, right = max(x - INSIDE, 0), min(x + INSIDE, width - 1)
            level = surface_id[y, left] == surface and surface_id[y, right] == surface
            inside = level and surface_id[above, x] == surface and surface_id[below, x] == surface
            at = _texel(surface, anchor[y, x, 0], anchor[y, x, 1], span, offsets)
            if inside or swatches[at] == 0:
                swatches[at] = pixel | np.uint32(0xFF000000)
