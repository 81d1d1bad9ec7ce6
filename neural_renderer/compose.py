"""The last steps of a picture: color scale and strength by material, the legibility guard, and the HUD.

The HUD is always last, and shown exactly as the game drew it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame, compose_hud
from reskin.kernels.grade.cpu import grade_cpu
from reskin.neural_renderer.legibility import keep_legible


def compose(
    styled: NDArray[np.uint8],
    frame: Frame,
    material: NDArray[np.uint8],
    strengths: NDArray[np.float32],
    color_scales: NDArray[np.float32] | None = None,
    legibility: float = 0,
) -> NDArray[np.uint8]:
    """A new uint8 [H,W,4] picture in the frame's layout.

    styled uint8 [H,W,4], the network's output; strengths float32 [M] 0..1: 1 shows the styled
    colour, 0 the plain one; color_scales float32 [M,3] RGB 0..2, factors on the styled colour, or None;
    legibility: contrast that the guard keeps, CIEDE2000, 0: no guard. The HUD is drawn over the result.
    """
    picture = _graded(styled, frame, material, strengths, color_scales)
    keep_legible(picture, frame, legibility)
    return compose_hud(picture, frame.hud)


def _graded(
    styled: NDArray[np.uint8], frame: Frame, material: NDArray[np.uint8], strengths: NDArray[np.float32],
    color_scales: NDArray[np.float32] | None,
) -> NDArray[np.uint8]:  # fmt: skip
    """A new picture, with its colours scaled and mixed with the plain ones by material."""
    if color_scales is None and (strengths == 1).all():
        return styled.copy()
    share = np.rint(strengths * 256).astype(np.int32)
    scales = np.ones((len(share), 3), np.float32) if color_scales is None else color_scales
    channels = scales[:, ::-1] if frame.layout == "BGRX" else scales
    return grade_cpu(styled, frame.color, material, share, np.rint(channels * 256).astype(np.int32))
