"""`exchange` in NumPy. The CUDA kernels beside it must give the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def channel_reference(texels: NDArray[Any], bottom_up: bool) -> NDArray[Any]:
    """A texture's texels [H,W] or [H,W,C] as a channel, whose first row is the highest."""
    return np.ascontiguousarray(texels[::-1] if bottom_up else texels)


def material_reference(texels: NDArray[np.uint8], bottom_up: bool, materials: int) -> NDArray[np.uint8]:
    """Likewise of materials; what is beyond the vocabulary is 0, "unknown"."""
    found = channel_reference(texels, bottom_up)
    return np.where(found < materials, found, np.uint8(0))


def picture_reference(
    picture: NDArray[np.uint32], bottom_up: bool, red_shift: int
) -> NDArray[np.uint32]:
    """A packed picture [H,W] with red at bit `red_shift` as a texture's texels, RGBA."""
    red, blue = picture >> np.uint32(red_shift), picture >> np.uint32(16 - red_shift)
    made = red & 255 | picture & 0xFF00 | (blue & 255) << 16 | np.uint32(0xFF000000)
    return channel_reference(made.astype(np.uint32), bottom_up)
