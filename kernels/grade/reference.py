"""`grade` in NumPy. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def grade_reference(
    styled: NDArray[np.uint8], plain: NDArray[np.uint8], material: NDArray[np.uint8],
    share: NDArray[np.int32], tint: NDArray[np.int32],
) -> NDArray[np.uint8]:  # fmt: skip
    """The styled colour times its material's tint, and so much of it over the plain one: uint8 [H,W,4].

    styled, plain uint8 [H,W,4] in one layout; material uint8 [H,W]; share int32 [M], 0..256; tint int32
    [M,3], 256ths, in the channels' order. A share and a tint of 256 give the styled colour exactly.
    """
    tinted = np.minimum((styled[..., :3].astype(np.int32) * tint[material] + 128) >> 8, 255)
    under = plain[..., :3].astype(np.int32)
    out = np.full_like(styled, 255)
    out[..., :3] = under + (((tinted - under) * share[material][..., None] + 128) >> 8)
    return out
