"""`carry` pixel by pixel. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

SWATCH: Final = 64
"""Texels across a swatch."""


class Looks(NamedTuple):
    """What materials looked like in the pictures before.

    mean uint8 [M,4]: each material's mean colour; swatches uint8 [M,SWATCH,SWATCH,4]: its colour by place,
    which repeats. The fourth number is 0 where nothing is known, else 255. span float32 [M]: tiles that a
    swatch covers; offsets float32 [M,2]: tiles by which each material's texture has scrolled.
    """

    mean: NDArray[np.uint8]
    swatches: NDArray[np.uint8]
    span: NDArray[np.float32]
    offsets: NDArray[np.float32]


def carry_reference(
    picture: NDArray[np.uint8], source: NDArray[np.int32], surface_id: NDArray[np.uint32],
    anchor: NDArray[np.float32], looks: Looks | None, plain: NDArray[np.uint8],
) -> NDArray[np.uint8]:  # fmt: skip
    """The last picture as this frame sees it, uint8 [H,W,4].

    picture uint8 [H,W,4]: the last one; source int32 [H,W]: flat index of the same spot a frame ago, or -1
    where it was hidden or outside; surface_id uint32 [H,W]: the material in the lowest byte, the identity
    above it; anchor float32 [H,W,2], tiles. Terrain that was hidden looks as its material does at this
    place, else as it does in the mean. Things, and what is not known, are as in `plain` uint8 [H,W,4], the
    game's own picture.
    """
    out = np.empty_like(picture)
    flat = picture.reshape(-1, 4)
    for at, index in np.ndenumerate(source):
        look = plain[at]
        if looks is not None and surface_id[at] < 256:
            material = int(surface_id[at])
            mean, texel = looks.mean[material], texel_of(looks, material, anchor[at])
            look = texel if texel[3] else mean if mean[3] else look
        out[at] = flat[index] if index >= 0 else look
        out[at][3] = 255
    return out


def texel_of(looks: Looks, material: int, anchor: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The colour in a material's swatch at a place in tiles, or of the first that is known of the 2x2 texels
    around it."""
    place = (anchor - looks.offsets[material]) / looks.span[material]
    x, y = ((place - np.floor(place)) * np.float32(SWATCH)).astype(int).clip(0, SWATCH - 1)
    block: list[NDArray[np.uint8]] = [
        looks.swatches[material, row, column] for row in (y, y ^ 1) for column in (x, x ^ 1)
    ]
    return next((texel for texel in block if texel[3]), block[0])
