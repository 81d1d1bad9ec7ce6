"""What the network remembers: its last output, and where each of this frame's pixels was in it.

The history is a value: made by a runtime, passed with the next frame, dropped at a cut. Nothing
else in the renderer keeps state between frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Layout

if TYPE_CHECKING:
    from reskin.neural_renderer.features import GBuffer


@dataclass(frozen=True, eq=False)
class History:
    """The last output, and what it showed.

    picture uint8 [H,W,4] in `layout`; surface_id uint32 [H,W]: material and identity of each pixel, see
    `GBuffer`; offsets float32 [M,2]: tiles by which each material's texture had scrolled.
    """

    picture: NDArray[np.uint8]
    surface_id: NDArray[np.uint32]
    layout: Layout
    offsets: NDArray[np.float32]

    def fits(self, layout: Layout, shape: tuple[int, ...]) -> bool:
        """Whether it has the layout and the shape [H,W] of the next picture."""
        return self.layout == layout and self.surface_id.shape == shape

    def scrolled(self, offsets: NDArray[np.float32]) -> NDArray[np.bool_]:
        """bool [M]: materials whose texture has scrolled since. Their old pixels would smear over the new."""
        moved: NDArray[np.bool_] = (self.offsets != offsets).any(1)
        return moved


def history_sources(
    previous_id: NDArray[np.uint32], surface_id: NDArray[np.uint32], motion: NDArray[np.float16] | None
) -> NDArray[np.int32]:
    """For each pixel, the flat index of the same point a frame ago: int32 [H,W].

    -1 where that point was outside the picture, or hidden: another surface was seen there. `motion` is this
    pixel's position minus its position a frame ago, in pixels; the nearest pixel is taken.
    """
    height, width = surface_id.shape
    row, column = np.mgrid[0:height, 0:width].astype(np.float32)
    if motion is not None:
        column = np.floor(column - motion[..., 0] + np.float32(0.5))
        row = np.floor(row - motion[..., 1] + np.float32(0.5))
    with np.errstate(invalid="ignore"):
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    flat = np.where(inside, row, 0).astype(np.int32) * width + np.where(inside, column, 0).astype(np.int32)
    same = inside & (previous_id.reshape(-1)[flat] == surface_id)
    return np.where(same, flat, np.int32(-1))


def history_sources_of_frames(seen: Sequence[GBuffer]) -> list[NDArray[np.int32]]:
    """`history_sources` of each of consecutive frames but the first; -1 everywhere after a cut."""
    return [
        np.full(now.surface_id.shape, -1, np.int32)
        if now.frame.cut
        else history_sources(before.surface_id, now.surface_id, now.motion)
        for before, now in pairwise(seen)
    ]
