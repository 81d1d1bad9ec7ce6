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
from reskin.neural_renderer.from_draws.matching import (
    CONTAINER,
    DRAWER,
    HEIGHT,
    HOW,
    LEFT,
    TOP,
    UNIT,
    UPRIGHT,
    WIDTH,
    match,
)
from reskin.neural_renderer.from_draws.placing import settle_origins
from reskin.neural_renderer.from_draws.tiles import Grid

TRACKED: Final = 8
"""Draws of one unit above which those without an object that draws them have no number: they are tiles."""
FOLLOWING: Final = 0.3
"""Share of the visible area that must continue the frame before; else it is a cut."""
STEADY: Final = 3
"""Frames in which something must move by itself before that counts, unless an object of its own draws it."""
WIDE: Final = 0.4
"""Share of the display's width from which something is a layer of the world."""
ALIKE: Final = 8
"""Draws of objects that may move alike, and still each by itself; of others a quarter as many."""
BACKDROP: Final = 0.7
"""Share of the display above which a draw says little about a cut."""


class Things:
    """The draws of the last frame, and the camera.

    After `follow`, for each draw of this frame: identity int32 [n], 0 for none; origin float64 [n,2], px to
    add to its pixels to get their place in the world; moved float32 [n,2] px, NaN where it is new; own bool
    [n], whether it has moved by itself; motion float32 [n,2] px, of what is new that of its unit or of the
    camera. camera: origin of what is new. cut: nothing continues. stretched bool [n]: whether it is scaled
    otherwise than before, so that its pixels move differently; stretch float32 [n,4]: a pixel with its middle
    at (x, y) moves by (stretch 0 + stretch 1 * x, stretch 2 + stretch 3 * y).
    """

    def __init__(self) -> None:
        self._next = 1
        self.forget()

    def forget(self) -> None:
        """Begin anew, as after a change of size."""
        self._last = np.zeros((0, matching.COLUMNS), np.int64)
        self.identity = np.zeros(0, np.int32)
        self.origin = np.zeros((0, 2))
        self._speed = np.zeros((0, 2), np.int32)
        self.moved = np.zeros((0, 2), np.float32)
        self.motion = np.zeros((0, 2), np.float32)
        self._apart = np.zeros(0, np.int32)
        self.own = np.zeros(0, bool)
        self.stretched = np.zeros(0, bool)
        self.stretch = np.zeros((0, 4), np.float32)
        self.scroll = (0, 0)
        self.camera = np.zeros(2)
        self.cut = True

    def set_grid(self, grid: Grid) -> None:
        """Put the tiles' corners on whole tiles of the world, at a cut. Before `follow`."""
        self.camera[:] = (-grid.x, -grid.y)
        self.origin[:] = self.camera

    def follow(self, draws: NDArray[np.int64], size: tuple[int, int]) -> None:
        """Take the draws of a frame, int64 [n,COLUMNS], as in `matching`. size: width and height of the
        display."""
        found, pixels = match(draws, self._last, self._speed, self.scroll, size), size[0] * size[1]
        matched, before = found.before >= 0, found.before
        self.cut = self._is_cut(draws, matched, pixels)
        if self.cut:
            matched[:] = False
        self.scroll = (0, 0) if self.cut else found.scroll
        self.camera -= self.scroll
        identity, apart = np.zeros(len(draws), np.int32), np.zeros(len(draws), np.int32)
        motion = np.where(matched[:, None], found.moved, 0).astype(np.float32)
        self._speed = motion.astype(np.int32)
        objects = _drawn_by_objects(draws)
        origin = np.empty((len(draws), 2))
        origin[matched] = self.origin[before[matched]] - found.moved[matched]
        identity[matched], apart[matched] = self.identity[before[matched]], self._apart[before[matched]]
        if len(draws):
            self._number_new(draws, identity, objects)
        sure = matched.copy()
        sure[matched] = ~_cut_off(draws[matched], self._last[before[matched]], size) | objects[matched]
        apart += self._moves_apart(draws, sure & (identity > 0), objects, size[0])
        self.own = apart >= np.where(objects, 1, STEADY)
        settle_origins(draws, sure, self.own, origin, motion, self.scroll, self.camera)
        self.moved = np.where(matched[:, None], found.moved, np.nan).astype(np.float32)
        self._look_at_scales(draws, matched, before, motion)
        self._last, self.identity, self.origin, self.motion = draws, identity, origin, motion
        self._apart = np.minimum(apart, STEADY)

    def _look_at_scales(
        self, draws: NDArray[np.int64], matched: NDArray[np.bool_], before: NDArray[np.int32],
        motion: NDArray[np.float32],
    ) -> None:  # fmt: skip
        """Find what is scaled otherwise than before, and how its pixels move. Of an image in perspective,
        only the side that was scaled."""
        sizes = slice(WIDTH, HEIGHT + 1)
        self.stretched = matched & (draws[:, HOW] & UPRIGHT > 0)
        last = self._last[np.where(self.stretched, before, 0)] if len(self._last) else draws
        self.stretched &= (last[:, HOW] & UPRIGHT > 0) & (last[:, UNIT] == draws[:, UNIT])
        self.stretched &= _any(last[:, sizes] != draws[:, sizes])
        size, size_before = draws[:, sizes].astype(np.float64), last[:, sizes]
        scaled = self.stretched[:, None] & (size != size_before)
        share = np.where(scaled, size_before / np.maximum(size, 1), 1)
        corner, corner_before = draws[:, LEFT : TOP + 1], last[:, LEFT : TOP + 1]
        self.stretch = np.empty((len(draws), 4), np.float32)
        self.stretch[:, 0::2] = np.where(scaled, corner * share - corner_before, motion)
        self.stretch[:, 1::2] = 1 - share

    def _is_cut(self, draws: NDArray[np.int64], matched: NDArray[np.bool_], pixels: int) -> bool:
        if not len(self._last) or not len(draws):
            return len(self._last) != len(draws)
        area = draws[:, matching.AREA].astype(np.float64)
        small = area < BACKDROP * pixels
        if np.count_nonzero(small & (area > 0)) >= 3:
            area[~small] = 0
        return bool(area.sum() > 0 and area[matched].sum() < FOLLOWING * area.sum())

    def _moves_apart(
        self, draws: NDArray[np.int64], numbered: NDArray[np.bool_], objects: NDArray[np.bool_], width: int
    ) -> NDArray[np.bool_]:
        """Which draws move otherwise than the world, bool [n], and are no layer of it: a layer is wide, or
        has many draws that move alike."""
        speed = self._speed
        apart = numbered & _any(speed != self.scroll) & _any(speed != 0)
        apart &= draws[:, WIDTH] < WIDE * width
        key = (speed[:, 0].astype(np.int64) << 32) + speed[:, 1]
        _, group, count = np.unique(key[apart], return_inverse=True, return_counts=True)
        apart[apart] = count[group] <= np.where(objects[apart], ALIKE, ALIKE // 4)
        found: NDArray[np.bool_] = apart
        return found

    def _number_new(
        self, draws: NDArray[np.int64], identity: NDArray[np.int32], objects: NDArray[np.bool_]
    ) -> None:
        """Numbers for draws that have none: for what an object draws, and for what is not tiled."""
        of_unit, of_drawer = _draws_alike(draws[:, UNIT]), _draws_alike(draws[:, DRAWER])
        wanted = (identity == 0) & (objects | (of_unit <= TRACKED))
        new = np.flatnonzero(wanted)
        identity[new] = self._next + np.arange(len(new))
        self._next += len(new)
        if self._next > 1 << 30:
            self._next = 1
        # What one object draws in several parts has one number.
        parts = np.flatnonzero(objects & (of_drawer > 1))
        if len(parts):
            drawers, part = np.unique(draws[parts, DRAWER], return_inverse=True)
            least = np.full(len(drawers), np.iinfo(np.int32).max, np.int32)
            np.minimum.at(least, part, identity[parts])
            identity[parts] = least[part]


def _draws_alike(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64 [n]: how many draws have the same value, such as the unit."""
    if not len(values):
        return np.zeros(0, np.int64)
    low = int(values.min())
    if int(values.max()) - low < 1 << 16:
        found: NDArray[np.int64] = np.bincount(values - low)[values - low]
        return found
    _, group, count = np.unique(values, return_inverse=True, return_counts=True)
    return count[group].astype(np.int64)


def _drawn_by_objects(draws: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which draws are those of an object that draws few things, bool [n]."""
    found: NDArray[np.bool_] = (draws[:, DRAWER] != 0) & (_draws_alike(draws[:, DRAWER]) <= CONTAINER)
    return found


def _cut_off(
    draws: NDArray[np.int64], before: NDArray[np.int64], size: tuple[int, int]
) -> NDArray[np.bool_]:
    """Which draws lie at the display's edge and changed their size there, bool [n]: how far these moved does
    not show. An image is not cut off there: where its corner lies is known."""
    corner, far = draws[:, LEFT : TOP + 1], draws[:, LEFT : TOP + 1] + draws[:, WIDTH : HEIGHT + 1]
    at_edge = _any(corner <= 0) | _any(far >= size)
    at_edge &= draws[:, HOW] & before[:, HOW] & UPRIGHT == 0
    return _any(draws[:, WIDTH : HEIGHT + 1] != before[:, WIDTH : HEIGHT + 1]) & at_edge


def _any(pairs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether one of each pair is true. NumPy's own reduction of short rows takes ten times as long."""
    found: NDArray[np.bool_] = pairs[:, 0] | pairs[:, 1]
    return found
