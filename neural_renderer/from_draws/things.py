"""What is followed from frame to frame: each draw's number, its place in the world, and its motion.

A draw that continues one of the frame before has its number and moves its place in the world along; so
textures stick to whatever moves, each parallax layer by itself. A new draw lies where others of its unit lie,
else where the camera is.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.simd.jit import jit_inner, jit_kernel
from reskin.neural_renderer.from_draws import matching
from reskin.neural_renderer.from_draws.matching import (
    AREA,
    CONTAINER,
    DRAWER,
    HEIGHT,
    HOW,
    LEFT,
    PARTIAL,
    SHOWN,
    SHOWN_X,
    SHOWN_Y,
    TOP,
    UNIT,
    UPRIGHT,
    WIDTH,
    Order,
    Votes,
    match,
)
from reskin.neural_renderer.from_draws.placing import settle_origins
from reskin.neural_renderer.from_draws.surfaces import planes as table
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


@jit_kernel
def draws_of(rows, unit, upright, hud, counts):  # type: ignore[no-untyped-def]
    """Draws int64 [n,COLUMNS], as in `matching`, of rows of a surface's table, int32 [n,COLUMNS].

    unit int32 [n], below 0 for none; of each row, bool [n]: upright, whether its content is not rotated; hud,
    whether it is of the HUD. counts int32 [n]: pixels of it that are visible. Which part of its content a row
    shows is told of windows only.
    """
    draws = np.empty((len(rows), matching.COLUMNS), np.int64)
    for i in range(len(rows)):
        draws[i, UNIT] = unit[i] if unit[i] >= 0 else -1 - rows[i, table.SLOT]
        draws[i, DRAWER] = rows[i, table.DRAWER]
        draws[i, AREA] = 0 if hud[i] else counts[i]
        partial = False
        for axis in range(2):
            corner, size = rows[i, table.LEFT + axis], rows[i, table.WIDTH + axis]
            before = rows[i, table.BOX_X + axis] - corner
            partial |= before != 0 or rows[i, table.BOX_WIDTH + axis] != size
            draws[i, LEFT + axis], draws[i, WIDTH + axis] = corner, size
            draws[i, SHOWN_X + axis] = before
        if not partial:
            draws[i, SHOWN_X] = draws[i, SHOWN_Y] = 0
        draws[i, SHOWN] = min(rows[i, table.BOX_WIDTH], rows[i, table.BOX_HEIGHT])
        draws[i, HOW] = UPRIGHT * upright[i] + PARTIAL * partial
    return draws


class Things:
    """The draws of the last frame, and the camera.

    After `follow`, for each draw of this frame: identity int32 [n], 0 for none; origin float64 [n,2], px to
    add to its pixels to get their place in the world; moved float32 [n,2] px, NaN where it is new; own bool
    [n], whether it has moved by itself; motion float32 [n,2] px, of what is new that of its unit or of the
    camera. camera: origin of what is new. cut: nothing continues. stretched bool [n]: whether it is scaled
    otherwise than before, so that its pixels move differently; stretch float32 [n,4]: a pixel of it with its
    middle at (x, y) moves by (stretch 0 + stretch 1 * x, stretch 2 + stretch 3 * y).
    """

    def __init__(self) -> None:
        self._next = 1
        self._votes = Votes()
        self.forget()

    def forget(self) -> None:
        """Begin anew, as after a change of size."""
        self._last = np.zeros((0, matching.COLUMNS), np.int64)
        self._order = Order(*[np.zeros(0, np.int64) for _ in range(3)])
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
        found = match(draws, self._last, self._order, self._speed, self.scroll, size, self._votes)
        if self._next > 1 << 30:
            self._next = 1
        (
            self.cut, self._next, self.identity, self.origin, self.motion, self.moved, self._apart, self.own,
            self._speed,
        ) = _continue(
            draws, found.order.by_unit, found.order.by_drawer, found.before, found.moved, found.scroll[0],
            found.scroll[1], size[0], size[1], self._last, self.identity, self.origin, self._apart,
            self._next, self.camera,
        )  # fmt: skip
        self.scroll = (0, 0) if self.cut else found.scroll
        self.stretched, self.stretch = _look_at_scales(draws, self._last, found.before, self.motion)
        self._last, self._order = draws, found.order


@jit_kernel
def _continue(  # type: ignore[no-untyped-def]
    draws, by_unit, by_drawer, before, moved, scroll_x, scroll_y, width, height, last, last_identity,
    last_origin, last_apart, number, camera,
):  # fmt: skip
    """All of `Things.follow` that does not depend on scales. `before` [n] is -1 for all after a cut."""
    count = len(draws)
    cut = _is_cut(draws, len(last), before, width * height)
    if cut:
        before[:], moved[:] = -1, 0
        scroll_x, scroll_y = 0, 0
    camera[0] -= scroll_x
    camera[1] -= scroll_y
    of_unit, of_drawer = _draws_alike(draws, by_unit, UNIT), _draws_alike(draws, by_drawer, DRAWER)
    objects, sure = np.empty(count, np.bool_), np.zeros(count, np.bool_)
    identity, apart = np.zeros(count, np.int32), np.zeros(count, np.int32)
    motion, told = np.zeros((count, 2), np.float32), np.full((count, 2), np.nan, np.float32)
    origin = np.zeros((count, 2))
    for i in range(count):
        objects[i] = draws[i, DRAWER] != 0 and of_drawer[i] <= CONTAINER
        j = before[i]
        if j >= 0:
            identity[i], apart[i] = last_identity[j], last_apart[j]
            sure[i] = objects[i] or not _is_cut_off(draws, last, i, j, width, height)
            for axis in range(2):
                motion[i, axis] = told[i, axis] = moved[i, axis]
                origin[i, axis] = last_origin[j, axis] - moved[i, axis]
        if identity[i] == 0 and (objects[i] or of_unit[i] <= TRACKED):
            identity[i] = number
            number += 1
    _number_parts(objects, of_drawer, draws, by_drawer, identity)
    _count_apart(draws, moved, sure, identity, objects, scroll_x, scroll_y, width, apart)
    own = apart >= np.where(objects, 1, STEADY)
    settle_origins(draws, by_unit, sure, own, origin, motion, scroll_x, scroll_y, camera)
    return cut, number, identity, origin, motion, told, np.minimum(apart, STEADY), own, moved


@jit_inner
def _is_cut(draws, count_last, before, pixels):  # type: ignore[no-untyped-def]
    if not count_last or not len(draws):
        return count_last != len(draws)
    small, all_area, all_followed, small_area, small_followed = 0, 0, 0, 0, 0
    for i in range(len(draws)):
        area = draws[i, AREA]
        followed = area if before[i] >= 0 else 0
        all_area += area
        all_followed += followed
        if area < BACKDROP * pixels and area > 0:
            small += 1
            small_area += area
            small_followed += followed
    if small >= 3:
        return small_followed < FOLLOWING * small_area
    return all_area > 0 and all_followed < FOLLOWING * all_area


@jit_inner
def _draws_alike(draws, order, column):  # type: ignore[no-untyped-def]
    """int64 [n]: how many draws have the same value, such as the unit. order: by that."""
    found = np.empty(len(order), np.int64)
    first = 0
    for a in range(1, len(order) + 1):
        if a == len(order) or draws[order[a], column] != draws[order[first], column]:
            for b in range(first, a):
                found[order[b]] = a - first
            first = a
    return found


@jit_inner
def _is_cut_off(draws, last, i, j, width, height):  # type: ignore[no-untyped-def]
    """Whether a draw lies at the display's edge and changed its size there: how far it moved does not show.
    An image is not cut off there: where its corner lies is known."""
    if draws[i, WIDTH] == last[j, WIDTH] and draws[i, HEIGHT] == last[j, HEIGHT]:
        return False
    if draws[i, HOW] & last[j, HOW] & UPRIGHT:
        return False
    right, bottom = draws[i, LEFT] + draws[i, WIDTH], draws[i, TOP] + draws[i, HEIGHT]
    return draws[i, LEFT] <= 0 or draws[i, TOP] <= 0 or right >= width or bottom >= height


@jit_inner
def _number_parts(objects, of_drawer, draws, by_drawer, identity):  # type: ignore[no-untyped-def]
    """What one object draws in several parts has one number."""
    first = 0
    while first < len(by_drawer):
        end = first + of_drawer[by_drawer[first]]
        if objects[by_drawer[first]]:
            least = identity[by_drawer[first]]
            for a in range(first + 1, end):
                least = min(least, identity[by_drawer[a]])
            for a in range(first, end):
                identity[by_drawer[a]] = least
        first = end


@jit_inner
def _count_apart(draws, moved, sure, identity, objects, scroll_x, scroll_y, width, apart):  # type: ignore[no-untyped-def]
    """Count the frames, int32 [n], for draws that move otherwise than the world, and are no layer of it: a
    layer is wide, or has many draws that move alike."""
    found, count = np.empty(len(draws), np.int64), 0
    for i in range(len(draws)):
        x, y = moved[i, 0], moved[i, 1]
        moves = (x != scroll_x or y != scroll_y) and (x != 0 or y != 0)
        if sure[i] and identity[i] > 0 and moves and draws[i, WIDTH] < WIDE * width:
            found[count] = i
            count += 1
    keys = np.empty(count, np.int64)
    for a in range(count):
        keys[a] = (np.int64(moved[found[a], 0]) << 32) + moved[found[a], 1]
    ordered = np.sort(keys)
    for a in range(count):
        alike = np.searchsorted(ordered, keys[a], "right") - np.searchsorted(ordered, keys[a])
        if alike <= (ALIKE if objects[found[a]] else ALIKE // 4):
            apart[found[a]] += 1


@jit_kernel
def _look_at_scales(draws, last, before, motion):  # type: ignore[no-untyped-def]
    """Find what is scaled otherwise than before, and how its pixels move. Of an image in perspective, only
    the side that was scaled. `before` [n] is -1 for what is new."""
    stretched, stretch = np.zeros(len(draws), np.bool_), np.zeros((len(draws), 4), np.float32)
    for i in range(len(draws)):
        j = before[i]
        if j < 0 or not draws[i, HOW] & last[j, HOW] & UPRIGHT or draws[i, UNIT] != last[j, UNIT]:
            continue
        if draws[i, WIDTH] == last[j, WIDTH] and draws[i, HEIGHT] == last[j, HEIGHT]:
            continue
        stretched[i] = True
        for axis in range(2):
            size, size_before = draws[i, WIDTH + axis], last[j, WIDTH + axis]
            if size == size_before:
                stretch[i, 2 * axis] = motion[i, axis]
                continue
            share = size_before / max(size, 1)
            stretch[i, 2 * axis] = draws[i, LEFT + axis] * share - last[j, LEFT + axis]
            stretch[i, 2 * axis + 1] = 1 - share
    return stretched, stretch
