"""What figures walk on: shapes and tiles at whose upper edge their feet are while they move sideways."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

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
        shapes = np.flatnonzero(shape[seen.unit] & (seen.visible > 0))
        if not len(shapes) or len(shapes) > 16 * _MOST or seen.cut:
            return
        moved = seen.moved - np.array(seen.scroll, np.float32)
        size = seen.box[:, 2].astype(np.int64) * seen.box[:, 3]
        small = (size < _SMALL * seen.size[0] * seen.size[1]) & (seen.box[:, 3] >= 6)
        small &= (seen.visible > 0) & ~hud[seen.unit]
        level = small & (np.abs(moved[:, 1]) < 0.5)  # NaN is not
        aside = np.abs(moved[:, 0]) > 0.5
        self._walks[np.unique(seen.unit[small & aside])] += 1
        figures = np.flatnonzero(level & (self._walks[seen.unit] >= _WALKS))
        if not len(figures) or len(figures) > _MOST:
            return
        x, y, wide, high = seen.box[figures, None].transpose(2, 0, 1)
        left, top, width, _ = seen.box[shapes].T
        middle, feet = x + wide / 2, y + high
        on = (middle > left) & (middle < left + width) & (feet >= top - _ABOVE) & (feet <= top + _INTO)
        on &= (width >= wide) & (seen.unit[figures][:, None] != seen.unit[shapes])
        self._frames[np.unique(seen.unit[shapes][on.any(0)])] += 0.25
        self._frames[np.unique(seen.unit[shapes][on[aside[figures]].any(0)])] += 0.75
