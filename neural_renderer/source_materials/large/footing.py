"""What figures walk on: shapes and tiles at whose upper edge their feet are while they move sideways."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.simd.jit import jit_kernel
from reskin.neural_renderer.from_draws.observation import Observation

WALKED: Final = 6
"""Frames in which somebody walked on a shape, from which it is a ground."""

_SMALL: Final = 0.03
"""Share of the display that a figure covers at most."""
_WALKS: Final = 5
"""Frames in which a figure moved sideways, from which it is one."""
_MOST: Final = 64
"""Figures of a frame, and shapes in thousands, up to which it is looked at."""
_ABOVE: Final = 3
_INTO: Final = 6
"""px by which feet may be above an upper edge, or below it."""


class Footing:
    """Counts, for each unit, the frames in which somebody walked on it or, who walks too, stood on it."""

    def __init__(self) -> None:
        self._frames = np.zeros(0)
        self._walks = np.zeros(0, np.int32)
        """By unit: frames in which it moved sideways."""

    def frames(self, unit: int) -> int:
        """Frames in which somebody walked on a unit. Four in which somebody stood on it count as one."""
        return int(self._frames[unit]) if 0 <= unit < len(self._frames) else 0

    def observe(self, seen: Observation, shape: NDArray[np.bool_], hud: NDArray[np.bool_]) -> None:
        """Take a frame in. shape, hud: bool [units]; on what is walked at all: shapes and full images;
        and no HUD walks."""
        more = max(0, len(shape) - len(self._frames))
        self._frames = np.concatenate([self._frames, np.zeros(more)])
        self._walks = np.concatenate([self._walks, np.zeros(more, np.int32)])
        if len(seen.unit) and not seen.cut:
            scroll = np.array(seen.scroll, np.float32)
            _observe(
                seen.unit, np.ascontiguousarray(seen.box), seen.visible, seen.moved, scroll,
                _SMALL * seen.size[0] * seen.size[1], shape, hud, self._walks, self._frames,
            )  # fmt: skip


@jit_kernel
def _observe(  # type: ignore[no-untyped-def]
    unit, box, visible, moved, scroll, most, shape, hud, walks, frames
):  # fmt: skip
    shapes = 0
    for i in range(len(unit)):
        shapes += shape[unit[i]] and visible[i] > 0
    if shapes == 0 or shapes > 16 * _MOST:
        return
    walkers, stands = np.zeros(len(walks), np.bool_), np.zeros(len(walks), np.int8)
    figures, aside = np.empty(len(unit), np.int64), np.zeros(len(unit), np.bool_)
    for i in range(len(unit)):
        small = np.int64(box[i, 2]) * box[i, 3] < most and box[i, 3] >= 6
        if small and visible[i] > 0 and not hud[unit[i]]:
            aside[i] = abs(moved[i, 0] - scroll[0]) > 0.5  # NaN is not
            walkers[unit[i]] |= aside[i]
    for n in range(len(walks)):
        walks[n] += walkers[n]
    found = 0
    for i in range(len(unit)):
        small = np.int64(box[i, 2]) * box[i, 3] < most and box[i, 3] >= 6
        level = small and visible[i] > 0 and not hud[unit[i]] and abs(moved[i, 1] - scroll[1]) < 0.5
        if level and walks[unit[i]] >= _WALKS:
            figures[found] = i
            found += 1
    if found > _MOST:
        return
    for i in figures[:found]:
        middle, feet = box[i, 0] + box[i, 2] / 2, box[i, 1] + box[i, 3]
        for j in range(len(unit)):
            if not shape[unit[j]] or visible[j] <= 0 or unit[i] == unit[j] or box[j, 2] < box[i, 2]:
                continue
            left, top = box[j, 0], box[j, 1]
            if left < middle < left + box[j, 2] and top - _ABOVE <= feet <= top + _INTO:
                stands[unit[j]] = max(stands[unit[j]], 2 if aside[i] else 1)
    for n in range(len(stands)):
        if stands[n] > 0:
            frames[n] += 0.25 if stands[n] == 1 else 1.0
