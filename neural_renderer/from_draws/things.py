"""What is followed from frame to frame: each draw's number, its place in the world, and its motion.

A draw that continues one of the frame before has its number and moves its place in the world along; so
textures stick to whatever moves, each parallax layer by itself. A new draw lies where others of its unit lie,
else where the camera is.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws import matching
from reskin.neural_renderer.from_draws.matching import CONTAINER, DRAWER, UNIT, match
from reskin.neural_renderer.from_draws.tiles import Grid

TRACKED: Final = 8
"""Draws of one unit above which those without an object that draws them have no number: they are tiles."""
FOLLOWING: Final = 0.3
"""Share of the visible area that must continue the frame before; else it is a cut."""
BACKDROP: Final = 0.7
"""Share of the display above which a draw says little about a cut."""


class Things:
    """The draws of the last frame, and the camera.

    After `follow`, for each draw of this frame: identity int32 [n], 0 for none; origin float64 [n,2], px to
    add to its pixels to get their place in the world; moved float32 [n,2] px, NaN where it is new; own bool
    [n], whether it has moved by itself. camera: origin of what is new. cut: nothing continues.
    """

    def __init__(self) -> None:
        self._next = 1
        self._speed_of_unit: dict[int, tuple[int, int]] = {}
        self.forget()

    def forget(self) -> None:
        """Begin anew, as after a change of size."""
        self._last = np.zeros((0, 7), np.int64)
        self.identity = np.zeros(0, np.int32)
        self.origin = np.zeros((0, 2))
        self._speed = np.zeros((0, 2), np.int32)
        self.moved = np.zeros((0, 2), np.float32)
        self.own = np.zeros(0, bool)
        self.scroll = (0, 0)
        self.camera = np.zeros(2)
        self.cut = True

    def set_grid(self, grid: Grid) -> None:
        """Put the tiles' corners on whole tiles of the world, at a cut. Before `follow`."""
        self.camera[:] = (-grid.x, -grid.y)
        self.origin[:] = self.camera

    def follow(self, draws: NDArray[np.int64], pixels: int) -> None:
        """Take the draws of a frame, int64 [n,7], columns as in `matching`. pixels: of the display."""
        found = match(draws, self._last, self._speed, self.scroll, pixels)
        matched, before = found.before >= 0, found.before
        self.cut = self._is_cut(draws, matched, pixels)
        if self.cut:
            matched[:] = False
        self.scroll = (0, 0) if self.cut else found.scroll
        self.camera -= self.scroll
        identity, own = np.zeros(len(draws), np.int32), np.zeros(len(draws), bool)
        origin = np.empty((len(draws), 2))
        origin[matched] = self.origin[before[matched]] - found.moved[matched]
        identity[matched], own[matched] = self.identity[before[matched]], self.own[before[matched]]
        if len(draws):
            self._place_new(draws, matched, origin)
            self._number_new(draws, identity)
        self._speed = np.where(matched[:, None], found.moved, 0).astype(np.int32)
        own |= matched & (identity > 0) & (self._speed != self.scroll).any(1) & (self._speed != 0).any(1)
        self.moved = np.where(matched[:, None], found.moved, np.nan).astype(np.float32)
        self._last, self.identity, self.origin, self.own = draws, identity, origin, own

    def _is_cut(self, draws: NDArray[np.int64], matched: NDArray[np.bool_], pixels: int) -> bool:
        if not len(self._last) or not len(draws):
            return len(self._last) != len(draws)
        area = draws[:, matching.AREA].astype(np.float64)
        small = area < BACKDROP * pixels
        if np.count_nonzero(small & (area > 0)) >= 3:
            area[~small] = 0
        return bool(area.sum() > 0 and area[matched].sum() < FOLLOWING * area.sum())

    def _place_new(
        self, draws: NDArray[np.int64], matched: NDArray[np.bool_], origin: NDArray[np.float64]
    ) -> None:
        """Origins of draws that are new: those of the same unit, else the camera's."""
        new = np.flatnonzero(~matched)
        if not len(new):
            return
        origin[new] = self.camera
        old = np.flatnonzero(matched)
        if not len(old):
            return
        units, first = np.unique(draws[old, UNIT], return_index=True)
        at = np.minimum(np.searchsorted(units, draws[new, UNIT]), len(units) - 1)
        same = units[at] == draws[new, UNIT]
        origin[new[same]] = origin[old[first[at[same]]]]

    def _number_new(self, draws: NDArray[np.int64], identity: NDArray[np.int32]) -> None:
        """Numbers for draws that have none: for what an object draws, and for what is not tiled."""
        of_unit, of_drawer = _draws_alike(draws[:, UNIT]), _draws_alike(draws[:, DRAWER])
        object_draws = (draws[:, DRAWER] != 0) & (of_drawer <= CONTAINER)
        wanted = (identity == 0) & (object_draws | (of_unit <= TRACKED))
        new = np.flatnonzero(wanted)
        identity[new] = self._next + np.arange(len(new))
        self._next += len(new)
        if self._next > 1 << 30:
            self._next = 1
        # What one object draws in several parts has one number.
        parts = np.flatnonzero(object_draws & (of_drawer > 1))
        if len(parts):
            drawers, part = np.unique(draws[parts, DRAWER], return_inverse=True)
            least = np.full(len(drawers), np.iinfo(np.int32).max, np.int32)
            np.minimum.at(least, part, identity[parts])
            identity[parts] = least[part]


def _draws_alike(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64 [n]: how many draws have the same value, such as the unit."""
    low = int(values.min())
    if int(values.max()) - low < 1 << 16:
        found: NDArray[np.int64] = np.bincount(values - low)[values - low]
        return found
    _, group, count = np.unique(values, return_inverse=True, return_counts=True)
    return count[group].astype(np.int64)
