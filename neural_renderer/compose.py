"""The last steps of a picture: the grade, the legibility guard, and the HUD.

The grade is a color scale by material, the detail and the overlay of the plain picture, and a strength by
material; see `kernels.grade`. The HUD is always last, and shown exactly as the game drew it. In frames with
detail, whose HUD was not drawn with restyling in mind, the ground around it is kept such that it can be read.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame, compose_hud
from reskin.kernels.grade.cpu import grade_cpu, keep_paint_cpu
from reskin.neural_renderer.legibility import keep_legible, keep_readable


def compose(
    styled: NDArray[np.uint8],
    frame: Frame,
    material: NDArray[np.uint8],
    strengths: NDArray[np.float32],
    color_scales: NDArray[np.float32] | None = None,
    legibility: float = 0,
    detail_factors: NDArray[np.int32] | None = None,
) -> NDArray[np.uint8]:
    """A new uint8 [H,W,4] picture in the frame's layout.

    styled uint8 [H,W,4], the network's output; strengths float32 [M] 0..1: 1 shows the styled
    colour, 0 the plain one; color_scales float32 [M,3] RGB 0..2, factors on the styled colour, or None;
    legibility: contrast that the guard keeps, CIEDE2000, 0: no guard, of text neither; detail_factors int32
    [M,256]: what the frame's detail means (see `Theme.detail_factors`), or None: only what keeps its paint.
    The HUD is drawn over the result.
    """
    picture = _graded(styled, frame, material, strengths, color_scales, detail_factors)
    keep_legible(picture, frame, legibility)
    if frame.detail is not None and legibility > 0:
        keep_paint_cpu(picture, frame.color, frame.detail)
        keep_readable(picture, frame.color, frame.hud)
    return compose_hud(picture, frame.hud)


def _graded(
    styled: NDArray[np.uint8], frame: Frame, material: NDArray[np.uint8], strengths: NDArray[np.float32],
    color_scales: NDArray[np.float32] | None, detail_factors: NDArray[np.int32] | None,
) -> NDArray[np.uint8]:  # fmt: skip
    """A new picture, graded."""
    as_it_is = color_scales is None and frame.detail is None and frame.overlay is None
    if as_it_is and (strengths == 1).all():
        return styled.copy()
    share = np.rint(strengths * 256).astype(np.int32)
    scales = None
    if color_scales is not None:
        channels = color_scales[:, ::-1] if frame.layout == "BGRX" else color_scales
        scales = np.rint(channels * 256).astype(np.int32)
    if frame.detail is not None and detail_factors is None:
        detail_factors = np.full((len(share), 256), 256, np.int32)
    return grade_cpu(
        styled, frame.color, material, share, scales, frame.detail, detail_factors, frame.overlay
    )
