"""The last steps of a picture: strength by material, then the HUD, exact and always last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.frame import Frame, compose_hud


def compose(
    styled: NDArray[np.uint8], frame: Frame, material: NDArray[np.uint8], strengths: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """A new uint8 [H,W,4] picture in the frame's layout.

    styled uint8 [H,W,4], the network's output; strengths float32 [M] 0..1: 1 shows the styled
    colour, 0 the plain one. The HUD is drawn over the result.
    """
    if (strengths == 1).all():
        picture = styled.copy()
    else:
        share = np.rint(strengths * 256).astype(np.int32)[material][..., None]
        plain = frame.color.astype(np.int32)
        picture = (plain + (((styled - plain) * share + 128) >> 8)).astype(np.uint8)
        picture[..., 3] = 255
    return compose_hud(picture, frame.hud)
