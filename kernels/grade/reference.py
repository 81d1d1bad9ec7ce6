"""`grade` in NumPy. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def grade_reference(
    styled: NDArray[np.uint8], plain: NDArray[np.uint8], material: NDArray[np.uint8],
    share: NDArray[np.int32], color_scale: NDArray[np.int32] | None = None,
    detail: NDArray[np.uint8] | None = None, factors: NDArray[np.int32] | None = None,
    overlay: NDArray[np.int16] | None = None,
) -> NDArray[np.uint8]:  # fmt: skip
    """The graded picture, uint8 [H,W,4], its last channel 255.

    styled, plain uint8 [H,W,4] in one layout; material uint8 [H,W]; share int32 [M], 0..256; color_scale
    int32 [M,3], 0..512, 256ths, in the channels' order; detail uint8 [H,W] with factors int32 [M,256],
    0..65535, 256ths: what each detail means in each material; overlay int16 [H,W,6]. See `engine.frame` for
    the last two channels. Any of the optional ones may be None: then nothing changes there.
    """
    color = styled[..., :3].astype(np.int32)
    under = plain[..., :3].astype(np.int32)
    shares = share[material]
    if color_scale is not None:
        color = _times(color, color_scale[material])
    if detail is not None and factors is not None:
        color = _times(color, factors[material, detail][..., None])
        shares = np.where(detail == 0, 0, shares)
    if overlay is not None:
        factor, offset = overlay[..., :3].astype(np.int32), overlay[..., 3:].astype(np.int32)
        color = np.clip(((color * factor + 128) >> 8) + offset, 0, 255)
    out = np.full_like(styled, 255)
    out[..., :3] = under + (((color - under) * shares[..., None] + 128) >> 8)
    return out


def _times(color: NDArray[np.int32], factor: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.asarray(np.minimum((color * factor + 128) >> 8, 255))
