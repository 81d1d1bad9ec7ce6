"""One surface as planes: which row each pixel shows, the HUD and the light; and the table of its rows."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.channels.cpu import Runs, count_cpu, renumber_cpu, runs_cpu
from reskin.kernels.raster import reference as op
from reskin.kernels.raster.cpu import narrow_spans_cpu, raster_cpu, wipe_cpu
from reskin.neural_renderer.from_draws.sources import FLAT
from reskin.neural_renderer.from_draws.surfaces.erasing import NO_BACKDROP

SLOT, LEFT, TOP, WIDTH, HEIGHT, BOX_X, BOX_Y, BOX_WIDTH, BOX_HEIGHT, DRAWER, MIRROR, ALPHA = range(12)
"""Columns of a surface's table, int32: the slot of the source; where the whole content lies; the rectangle
drawn; who drew; how it is mirrored there, as `Sources.flips`; its alpha, with that of a shape's colour."""
COLUMNS: Final = 12
SPARE: Final = 2048
"""Rows of a table above which those with no pixel left are forgotten."""


class Nested(NamedTuple):
    """The numbers that rows of the planes `inner` got on another surface, and their veils, as `nest_cpu`
    takes them; `changes` of it then. box: left, top, right and bottom of it there."""

    inner: Planes
    changes: int
    numbers: NDArray[np.uint32]
    veils: NDArray[np.uint32]
    box: tuple[int, int, int, int]


class Planes:
    """One surface. `table` int32 [n,COLUMNS] says what each number of `ids` means; row 0 is nothing."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.ids = np.zeros((height, width), np.uint32)
        self.table = np.zeros((256, COLUMNS), np.int32)
        self.covers = np.zeros(256, np.float32)
        self.turns = np.zeros(256)
        """Of each row, when it was drawn: a later one has a larger number."""
        self.units = np.full(256, -1, np.int32)
        self._spare: dict[str, NDArray[Any]] = {}
        """Planes of HUD and light that were needed once, with none in them unless they are in use."""
        self.hud_span, self.light_span = np.zeros((2, height, 2), np.int32)
        """Where in each row of pixels HUD or light may lie; see `kernels.raster`."""
        self.hud_ids = np.zeros((0, 0), np.uint32)
        self.hud = np.zeros((0, 0, 4), np.uint8)
        self.light = np.zeros((0, 0, 6), np.int16)
        self.runs: Runs | None = None
        """Those that were found last."""
        self.changes = 0
        """How often numbers were given or taken."""
        self.clear()

    def clear(self) -> None:
        self.ids.fill(0)
        wipe_cpu(self.parts())
        self.count = 1
        self.turn = 0.0
        """That of rows that are added now."""
        self.changes += 1
        self.backdrop = NO_BACKDROP
        self.nested: dict[tuple[int, ...], Nested] = {}
        """Layers that were drawn as a whole, by how they were: parts of them may be put back."""
        self.enlarged = 1
        """By how much a layer was enlarged that covers this surface, and on which only HUD was drawn."""
        self.hud_ids = np.zeros((0, 0), np.uint32)
        self.hud = np.zeros((0, 0, 4), np.uint8)
        self.light = np.zeros((0, 0, 6), np.int16)

    def need_hud(self) -> None:
        if not len(self.hud_ids):
            self.hud_ids, self.hud = self._empty("hud_ids", (), np.uint32), self._empty("hud", (4,), np.uint8)

    def need_light(self) -> None:
        if not len(self.light):
            self.light = self._empty("light", (6,), np.int16, (256, 256, 256, 0, 0, 0))

    def narrow(self) -> None:
        """Look only where HUD and light are left, and forget the light if there is none."""
        if len(self.hud_ids) or len(self.light):
            _, lit = narrow_spans_cpu(self.parts())
            if not lit:
                self.light = np.zeros((0, 0, 6), np.int16)

    def _empty(self, name: str, tail: tuple[int, ...], kind: Any, value: Any = 0) -> NDArray[Any]:
        if name not in self._spare:
            self._spare[name] = np.full((self.height, self.width, *tail), value, kind)
        return self._spare[name]

    def add(self, rows: NDArray[np.int32], units: NDArray[np.int32]) -> int:
        """Append rows to the table; gives the number of the first."""
        self.changes += 1
        first, end = self.count, self.count + len(rows)
        while end > len(self.table):
            self.table = np.concatenate([self.table, np.zeros_like(self.table)])
            self.covers = np.concatenate([self.covers, np.zeros_like(self.covers)])
            self.turns = np.concatenate([self.turns, np.zeros_like(self.turns)])
            self.units = np.concatenate([self.units, np.full_like(self.units, -1)])
        self.table[first:end], self.units[first:end] = rows, units
        self.covers[first:end], self.turns[first:end] = 0, self.turn
        self.count = end
        return first

    def scroll(self, x: int, y: int, box: tuple[int, int, int, int]) -> None:
        """Move what was drawn in a rectangle, left, top, right and bottom, by some px within it. What lies in
        the gap stays, as pygame leaves it."""
        window = slice(box[1], box[3]), slice(box[0], box[2])
        ids = self.ids[window]
        height, width = ids.shape
        if abs(x) >= width or abs(y) >= height:
            return
        seen = np.bincount(ids.ravel(), minlength=self.count)
        if len(self.hud_ids):
            seen += np.bincount(self.hud_ids[window].ravel(), minlength=self.count)
        if self.backdrop.shown[0] == FLAT:
            seen[self.backdrop.number] = 0  # one colour stays what it is
        seen[0] = 0
        moving = np.flatnonzero(seen)
        rows = self.table[moving].copy()
        rows[:, [LEFT, BOX_X]] += x
        rows[:, [TOP, BOX_Y]] += y
        numbers = np.arange(self.count, dtype=np.uint32)
        covers, turns = self.covers[moving].copy(), self.turns[moving].copy()
        first = self.add(rows, self.units[moving])
        self.covers[first : self.count], self.turns[first : self.count] = covers, turns
        numbers[moving] = first + np.arange(len(moving))
        to = shifted(y, height), shifted(x, width)
        start = shifted(-y, height), shifted(-x, width)
        for plane in (self.ids, self.hud_ids):
            if len(plane):
                plane[window][to] = numbers[plane[window][start]]
        painted: list[tuple[NDArray[Any], NDArray[np.int32]]] = [
            (self.hud, self.hud_span), (self.light, self.light_span)
        ]  # fmt: skip
        for above, span in painted:
            if len(above):
                above[window][to] = above[window][start].copy()
                span[window[0]] = 0, self.width

    def keep(self, seen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Forget rows that are not `seen`, bool [n]. Gives the old numbers of those that are left."""
        number = self.backdrop.number
        kept = np.flatnonzero(seen | np.isin(np.arange(self.count), (0, number)))
        numbers = np.zeros(self.count, np.uint32)
        numbers[kept] = np.arange(len(kept), dtype=np.uint32)
        self.backdrop = self.backdrop._replace(number=int(numbers[number]))
        self.changes += 1
        self.nested.clear()
        renumber_cpu(self.ids, numbers)
        if len(self.hud_ids):
            renumber_cpu(self.hud_ids, numbers)
        for column in (self.table, self.covers, self.turns, self.units):
            column[: len(kept)] = column[kept]
        self.count = len(kept)
        return kept

    def shorten(self) -> None:
        """Forget rows of which no pixel is left."""
        self.keep(self.counted()[1])

    def counted(self) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """How many pixels each row shows, int32 [count], and which have any, also under the HUD, bool."""
        return count_cpu(self.ids, self.hud_ids, self.count, self.hud_span, self.find_runs())

    def find_runs(self) -> Runs:
        """Find the runs of `ids` as they are now."""
        self.runs = runs_cpu(self.ids, self.runs)
        return self.runs

    def raster(self, operations: NDArray[np.int32], pool: NDArray[np.uint32]) -> None:
        """Draw operations, int32 [n,12], of pixels in `pool`, as `kernels.raster` says."""
        raster_cpu(self.parts(), np.ascontiguousarray(operations), pool, self.units, self.covers)

    def parts(self) -> op.Planes:
        return op.Planes(
            self.ids, self.hud_ids, self.hud, self.light, self.hud_span, self.light_span
        )  # fmt: skip


def shifted(by: int, size: int) -> slice:
    """Where a side of `size` px lands when it is moved by some px, as far as that is still inside."""
    return slice(max(by, 0), size + min(by, 0))
