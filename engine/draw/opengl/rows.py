"""Which pixels a circle, an ellipse, a line or a polygon covers, as rows of crossings for the shader.

A row is the sorted columns at which the inside begins and ends: the pixel at column x is covered if an odd
number of them are at most x. Circles, ellipses and lines are measured: pygame draws them once on a scratch
surface, so that they are covered exactly as the software canvas covers them, whatever version of pygame is
installed. Polygons use the arithmetic of `engine.draw.planes`. Rows are relative to the shape's box and kept
from frame to frame, because shapes of a thing or of a layer move without changing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.compiled import compiled
from reskin.engine.draw.opengl.tables import Table
from reskin.engine.draw.planes import Pixel, row_crossings

if TYPE_CHECKING:
    import moderngl

NEVER: Final = 2**31 - 1
"""A crossing that no pixel reaches: it fills rows with fewer crossings than the fullest one."""

FAR: Final = 1 << 30
"""Corners farther away than this, in px, are not kept as they are."""

Box = tuple[int, int, int, int]
"""left, top, right, bottom."""


class Rows(NamedTuple):
    """Rows in the table: from element `base`, `stride` crossings each, for a box relative to the shape."""

    box: Box
    base: int
    stride: int


class RowTable:
    """The rows of all shapes drawn lately. `view` is the picture's size in px."""

    def __init__(self, context: moderngl.Context, view: Pixel) -> None:
        self.table = Table(context, "i4", 1)
        self.view = view
        self._shapes: dict[object, Rows] = {}
        self._used = self._sent = self._began = 0

    def start(self) -> None:
        """Begin a frame. When half of the table is taken, it is emptied; one frame may take a quarter."""
        if (self._used - self._began) * 4 > len(self.table):
            self.table.reserve(len(self.table) * 2)
            self._used = self._sent = 0
            self._shapes.clear()
        elif self._used * 2 > len(self.table):
            self._used = self._sent = 0
            self._shapes.clear()
        self._began = self._used

    def circle(self, centre: Pixel, radius: int) -> tuple[Rows, Pixel]:
        """The rows of a circle, and the pixel to which their box is relative."""
        box = (-radius - 1, -radius - 1, radius + 2, radius + 2)
        return self._measured(
            ("circle", radius), box, centre,
            lambda surface, at: pygame.draw.circle(surface, 1, at, radius),
        )  # fmt: skip

    def ellipse(self, corner: Pixel, width: int, height: int) -> tuple[Rows, Pixel]:
        """As `circle`, for an ellipse whose box has its top left at `corner`."""
        return self._measured(
            ("ellipse", width, height), (-1, -1, width + 1, height + 1), corner,
            lambda surface, at: pygame.draw.ellipse(surface, 1, (*at, width, height)),
        )  # fmt: skip

    def line(self, start: Pixel, end: Pixel, width: int) -> tuple[Rows, Pixel]:
        """As `circle`, for a line."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        box = (min(dx, 0) - width - 1, min(dy, 0) - width - 1, max(dx, 0) + width + 2, max(dy, 0) + width + 2)
        return self._measured(
            ("line", dx, dy, width), box, start,
            lambda surface, at: pygame.draw.line(surface, 1, at, (at[0] + dx, at[1] + dy), width),
        )  # fmt: skip

    def polygon(self, corners: NDArray[np.int64], box: Box) -> tuple[Rows, Pixel]:
        """As `circle`, for a polygon; corners are int64 [N,2] in px of the picture, and lie in `box`."""
        left, top, right, bottom = box
        first, last = 0, bottom - top
        if last > 4 * self.view[1]:  # only its rows in view, which change as it moves
            first, last = min(max(-top, 0), last), min(max(self.view[1] - top, 0), last)
        start, width = left, right - left
        if max(-left, right) > FAR:  # only its columns in view, as the table has 32 bits a crossing
            start, width = 0, self.view[0]
        relative = corners - (start, top)
        key = (relative.tobytes(), first, last, width)
        rows = self._shapes.get(key)
        if rows is None:
            crossings = _polygon_rows(relative, first, last, width)
            rows = self._keep(key, (0, first, width, last), crossings)
        return rows, (start, top)

    def upload(self) -> None:
        """Send the rows that are new."""
        self.table.upload(self._sent, self._used)
        self._sent = self._used

    def release(self) -> None:
        self.table.release()

    def _measured(
        self, key: object, box: Box, at: Pixel, draw: Callable[[pygame.Surface, Pixel], object]
    ) -> tuple[Rows, Pixel]:
        if (box[2] - box[0]) * (box[3] - box[1]) > 4 * max(self.view[0] * self.view[1], 1 << 16):
            # Far larger than the picture: only the part in view is drawn, where it lies.
            key, box = (key, at), (-at[0], -at[1], self.view[0] - at[0], self.view[1] - at[1])
        rows = self._shapes.get(key)
        if rows is None:
            surface = pygame.Surface((box[2] - box[0], box[3] - box[1]), 0, 8)
            surface.fill(0)
            draw(surface, (-box[0], -box[1]))
            covered = pygame.surfarray.pixels2d(surface).T
            rows = self._keep(key, box, _mask_rows(covered))
        return rows, at

    def _keep(self, key: object, box: Box, crossings: NDArray[np.int32]) -> Rows:
        """Put rows, int32 [rows, stride], into the table."""
        count = crossings.size
        self.table.reserve(self._used + count)
        rows = Rows(box, self._used, crossings.shape[1])
        self.table.array[self._used : self._used + count, 0] = crossings.reshape(-1)
        self._used += count
        self._shapes[key] = rows
        return rows


@compiled()
def _mask_rows(mask):  # type: ignore[no-untyped-def]
    """The crossings of each row of a mask, uint8 [H,W], as int32 [H, most in a row]."""
    height, width = mask.shape
    most = 2
    for y in range(height):
        found, before = 0, 0
        for x in range(width):
            found += mask[y, x] != before
            before = mask[y, x]
        most = max(most, found + before)
    rows = np.full((height, most), NEVER, np.int32)
    for y in range(height):
        found, before = 0, 0
        for x in range(width):
            if mask[y, x] != before:
                rows[y, found] = x
                found += 1
                before = mask[y, x]
        if before:
            rows[y, found] = width
    return rows


@compiled()
def _polygon_rows(corners, first, last, width):  # type: ignore[no-untyped-def]
    """The crossings of each row from `first` to `last`: even-odd scanlines through pixel centres.

    They are limited to the columns from 0 to `width`, outside of which there are no pixels.
    """
    count = corners.shape[0]
    most = 2
    for y in range(first, last):
        found = 0
        for i in range(count):
            found += (corners[i - 1, 1] <= y) != (corners[i, 1] <= y)
        most = max(most, found)
    rows = np.full((max(last - first, 0), most), NEVER, np.int32)
    crossings = np.empty(count, np.float64)
    for y in range(first, last):
        ordered = row_crossings(corners, y, crossings)
        for i in range(len(ordered)):
            rows[y - first, i] = int(min(max(np.ceil(ordered[i] - 0.5), 0), width))
    return rows
