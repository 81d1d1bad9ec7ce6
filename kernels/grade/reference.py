"""`grade` in NumPy. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def grade_reference(
    styled: NDArray[np.uint8], plain: NDArray[np.uint8], material: NDArray[np.uint8],
    share: NDArray[np.int32], color_scale: NDArray[np.int32],
) -> NDArray[np.uint8]:  # fmt: skip
    """The styled colour times its material's scale, blended over the plain one by share: uint8 [H,W,4].

    styled, plain uint8 [H,W,4] in one layout; material uint8 [H,W]; share int32 [M], 0..256; color_scale
    int32 [M,3], 256ths, in the channels' order. A share and a scale of 256 give the styled colour exactly.
    """
    scaled = np.minimum((styled[..., :3].astype(np.int32) * color_scale[material] + 128) >> 8, 255)
    under = plain[..., :3].astype(np.int32)
    out = np.full_like(styled, 255)
    out[..., :3] = under + (((scaled - under) * share[material][..., None] + 128) >> 8)
    return out
