"""Surfaces as planes: which row each pixel shows, the HUD, and the light, from the rows of their draw lists.

The display is a surface, and so is each layer: what was drawn on it is drawn once and extended when rows are
added. A layer that is drawn on another, also cut, scaled by whole pixels or flipped, brings its rows along.
Read next: `kernels.raster`, which says what the planes hold, and `shapes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.channels import reference as channels
from reskin.kernels.channels.cpu import picture_cpu
from reskin.kernels.raster import reference as op
from reskin.kernels.raster.cpu import nest_cpu
from reskin.neural_renderer.from_draws import messages as m
from reskin.neural_renderer.from_draws.messages import LayerRows
from reskin.neural_renderer.from_draws.sources import FLAT, IMAGE, NESTED, SHAPE, Sources
from reskin.neural_renderer.from_draws.surfaces.axes import Axis, placed
from reskin.neural_renderer.from_draws.surfaces.composed import Composed
from reskin.neural_renderer.from_draws.surfaces.erasing import put_backdrop_back
from reskin.neural_renderer.from_draws.surfaces.operations import (
    HAS_NESTED,
    HAS_SHAPES,
    IS_NO_HUD,
    KIND_OF_FLAGS,
    LARGE,
    NEEDS_HUD,
    NEEDS_LIGHT,
    UNPREPARED,
    Operations,
    operations_of,
    plan_rows,
)
from reskin.neural_renderer.from_draws.surfaces.planes import (
    ALPHA,
    BOX_HEIGHT,
    BOX_WIDTH,
    BOX_X,
    COLUMNS,
    HEIGHT,
    LEFT,
    MIRROR,
    SLOT,
    SPARE,
    Nested,
    Planes,
)
from reskin.neural_renderer.from_draws.surfaces.shapes import Shapes, is_plain_rectangle, shape_mask
from reskin.neural_renderer.from_draws.units import flip_of

DEEPEST: Final = 16
"""Layers within layers."""


class Layer:
    """A surface of the game on which several things were drawn: what was told of it, and its planes."""

    def __init__(self, told: LayerRows) -> None:
        self.told = told
        self.rows = np.zeros((0, m.COLUMNS), np.int32)
        self.shapes: dict[int, Any] = {}
        self.planes: Planes | None = None
        self.drawn = -1
        self.shorten_at = SPARE
        self.lost = self.busy = False

    @property
    def transparent(self) -> bool:
        return self.told.has_alpha or self.told.key is not None

    def earlier(self) -> Layer:
        """The same layer, to be drawn anew into planes of its own."""
        found = Layer(self.told)
        found.rows, found.shapes, found.lost = self.rows, self.shapes, self.lost
        return found

    def learn(self, told: LayerRows, shapes: tuple[Any, ...]) -> None:
        """Add rows. The shapes of a message go by their index in it, so they are kept with the rows."""
        known = len(self.rows)
        if told.start > known:
            self.lost = True
            return
        new = told.rows[known - told.start :]
        for index in np.flatnonzero(new[:, m.SHAPE] > 0).tolist():
            self.shapes[known + index] = shapes[int(new[index, m.SHAPE]) - 1]
        self.rows = np.concatenate([self.rows, new]) if known else np.array(new, np.int32)


class Layers:
    """All layers of a game, and the drawing of rows into planes."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.by_number: dict[int, Layer] = {}
        self.images: Mapping[bytes, NDArray[np.uint8]] = {}
        self.composed = Composed(sources, self.by_number)
        self.shapes = Shapes()
        self.display_pixels = 1
        self._depth = 0
        self.drawn_slots: list[NDArray[np.int32]] = []
        """The slots that were drawn since the list was emptied, as it is for each frame."""

    def learn(self, told: tuple[LayerRows, ...], shapes: tuple[Any, ...]) -> None:
        for one in told:
            layer = self.by_number.get(one.number)
            if layer is None:
                layer = self.by_number[one.number] = Layer(one)
            layer.learn(one, shapes)

    def forget(self, numbers: tuple[int, ...], sources: tuple[int, ...]) -> None:
        """Forget layers and sources that will not be named again."""
        for number in numbers:
            self.by_number.pop(number, None)
        self.composed.forget([*[-number for number in numbers], *sources])
        self.sources.forget(sources)

    def used_slots(self) -> Iterator[NDArray[np.int32]]:
        """The slots that rows of layers name."""
        for layer in self.by_number.values():
            if layer.planes is not None:
                yield layer.planes.table[: layer.planes.count, SLOT]

    def redraw(self) -> None:
        """Draw all layers anew when they are needed: what is HUD has changed."""
        for layer in self.by_number.values():
            layer.drawn = -1

    def planes(self, number: int, length: int) -> tuple[Layer, Planes] | None:
        """A layer when `length` rows lay on it; None if it was never told of."""
        layer = self.by_number.get(number)
        if layer is None:
            return None
        told = layer.told
        length = min(length, len(layer.rows))
        if layer.busy:  # two surfaces that are drawn on each other in turn: this is how it was before
            if self._depth >= DEEPEST:
                return None
            layer = layer.earlier()
        if layer.planes is None:
            layer.planes = Planes(told.width, told.height)
        if layer.drawn < 0 or layer.drawn > length:
            layer.planes.clear()
            layer.drawn = 0
            if told.base:
                self._draw_layer(layer, _whole(told), {})
        if layer.drawn < length:
            rows = layer.rows[layer.drawn : length]
            shapes = {n - layer.drawn: shape for n, shape in layer.shapes.items() if n >= layer.drawn}
            layer.drawn = length
            self._draw_layer(layer, rows, shapes)
            if layer.planes.count > layer.shorten_at:
                layer.planes.shorten()
                layer.shorten_at = 2 * layer.planes.count + SPARE
        return layer, layer.planes

    def _draw_layer(self, layer: Layer, rows: NDArray[np.int32], shapes: Mapping[int, Any]) -> None:
        """Draw rows into a layer, which stands for its number meanwhile."""
        number, known = layer.told.number, self.by_number.get(layer.told.number)
        assert layer.planes is not None
        self.by_number[number], layer.busy = layer, True
        self._depth += 1
        try:
            self.draw(layer.planes, rows, shapes, layer)
        finally:
            self._depth -= 1
            layer.busy = False
            if known is not None:
                self.by_number[number] = known

    def draw(
        self, planes: Planes, rows: NDArray[np.int32], shapes: Mapping[int, Any], layer: Layer | None
    ) -> None:
        """Draw rows into planes. shapes: the arguments of a shape by its row. layer: None for the display."""
        sources = self.sources
        slots, modes, kinds = plan_rows(rows, sources)
        self.composed.images, self.composed.display_pixels = self.images, self.display_pixels
        if kinds & UNPREPARED:
            sources.prepare(slots, self.images)
        self.drawn_slots.append(slots)
        if kinds & HAS_NESTED:
            for index in np.flatnonzero(modes == NESTED).tolist():
                slot = self.composed.slot(int(rows[index, m.CONTENT]), int(rows[index, m.LENGTH]))
                if slot:
                    slots[index], modes[index] = slot, IMAGE
        if shapes:
            for index in np.flatnonzero((modes == FLAT) & (rows[:, m.SHAPE] > 0)).tolist():
                if index in shapes and not is_plain_rectangle(shapes[index]):
                    modes[index] = SHAPE
        alone = (modes == NESTED) | (modes == SHAPE) if shapes or kinds & (HAS_NESTED | HAS_SHAPES) else None
        size, told = (planes.width, planes.height), None if layer is None else layer.told
        drawn = operations_of(rows, slots, modes, self.sources, planes.count, size, told, self.display_pixels)
        first, turn = planes.add(drawn.table, drawn.units), planes.turn + 1
        planes.turns[first : planes.count] = turn + np.flatnonzero(modes != NESTED)
        planes.backdrop = put_backdrop_back(drawn.operations, drawn.shown, size, planes.backdrop)
        start = 0
        for stop in [*([] if alone is None else np.flatnonzero(alone).tolist()), len(rows)]:
            if start < stop:
                needs = int(np.bitwise_or.reduce(drawn.needs[start:stop]))
                self._raster(planes, drawn.operations[start:stop], needs)
            if stop == len(rows):
                break
            if modes[stop] == NESTED:
                planes.turn = turn + stop
                self._nest(planes, rows[stop], int(slots[stop]))
            else:
                self._shape(planes, rows, stop, drawn, int(slots[stop]), shapes.get(stop))
            start = stop + 1
        planes.turn = turn + len(rows)
        planes.covers[planes.backdrop.number] = 0

    def _raster(self, planes: Planes, operations: NDArray[np.int32], needs: int) -> None:
        if needs & IS_NO_HUD:
            planes.enlarged = 1
        if needs & NEEDS_LIGHT:
            planes.need_light()
        if needs & NEEDS_HUD:
            planes.need_hud()
        planes.raster(operations, self.sources.pixels)

    def _shape(
        self, planes: Planes, rows: NDArray[np.int32], index: int, drawn: Operations, slot: int,
        arguments: Any,
    ) -> None:  # fmt: skip
        """Draw the shape of a row by pygame with its number as its colour, then as its kind says."""
        row, operation, needs = rows[index], drawn.operations[index], int(drawn.needs[index])
        source = self.sources.by_slot[slot]
        x0, y0, x1, y1 = operation[op.X0 : op.Y1 + 1].tolist()
        if source is None or x1 <= x0 or y1 <= y0:
            return
        if source.detail[0] == "scroll":
            if arguments is not None:
                planes.scroll(int(arguments[0]), int(arguments[1]), (x0, y0, x1, y1))
            return
        if arguments is None:
            return self._raster(planes, operation[None], needs)
        if operation[op.KIND] != op.HUD:
            planes.enlarged = 1
        kind, name, box = int(operation[op.KIND]), str(source.detail[0]), (x0, y0, x1, y1)
        if kind in (op.OPAQUE, op.ERASE) and not len(planes.hud_ids) and not len(planes.light):
            if self.shapes.draw(planes.ids, name, arguments, int(operation[op.ID]), row, box):
                return None
            return self._raster(planes, operation[None], needs)
        mask = shape_mask(name, arguments, row, box)
        if mask is None:
            return self._raster(planes, operation[None], needs)
        if kind == op.ERASE:
            planes.ids[y0:y1, x0:x1][mask] = 0
            return None
        # The mask becomes the pixels of the operation, in a pool of its own.
        color = int(operation[op.COLOR]) & 0xFFFFFFFF
        changed = operation.copy()
        changed[[op.CONTENT_X, op.CONTENT_Y, op.START, op.STRIDE]] = x0, y0, 0, x1 - x0
        if kind == op.OPAQUE:
            changed[op.KIND], color = op.MASKED, color | 0xFF000000
        pool = (mask * np.uint32(color)).ravel()
        if op.LIGHT <= kind <= op.MULTIPLY:
            planes.need_light()
            if kind == op.MULTIPLY:
                pool[~mask.ravel()] = 0xFFFFFFFF
        elif kind == op.HUD:
            planes.need_hud()
        planes.raster(changed[None], pool)

    def _nest(self, planes: Planes, row: NDArray[np.int32], slot: int) -> None:
        """Draw a layer, or a source that shows one cut, scaled or flipped."""
        x0, y0 = max(int(row[m.X]), 0), max(int(row[m.Y]), 0)
        x1 = min(int(row[m.X] + row[m.WIDTH]), planes.width)
        y1 = min(int(row[m.Y] + row[m.HEIGHT]), planes.height)
        if x1 <= x0 or y1 <= y0:
            return
        across = Axis(np.arange(x0 - row[m.LEFT], x1 - row[m.LEFT]), -float(row[m.LEFT]))
        down = Axis(np.arange(y0 - row[m.TOP], y1 - row[m.TOP]), -float(row[m.TOP]))
        found = self._resolve(int(row[m.CONTENT]), int(row[m.LENGTH]), slot, across, down)
        if found is None:
            return
        layer, inner = found
        flags = int(KIND_OF_FLAGS[min(max(int(row[m.FLAGS]), 0), 63)])
        across.clip(inner.width)
        down.clip(inner.height)
        whole = x1 - x0 == planes.width and y1 - y0 == planes.height
        factor = round(1 / across.factor) if 0 < across.factor == down.factor < 1 else 1
        planes.enlarged = factor if whole and factor * across.factor == 1 and flags < 0 else 1
        if flags >= 0 or row[m.ALPHA] <= op.SOLID:
            self._nest_light(planes, row, layer, inner, (x0, y0), across, down, flags)
            if flags < 0:
                self._nest_hud(planes, row, inner, (x0, y0), across, down)
            return None
        key = (*[int(row[column]) for column in (m.CONTENT, m.LENGTH, m.LEFT, m.TOP, m.ALPHA)], slot)
        nested = planes.nested.get(key)
        if nested is None or nested.inner is not inner or nested.changes != inner.changes:
            nested = self._numbered(planes, inner, layer, row, (across, down), (x0, y0, x1, y1))
            left, top, right, bottom = nested.box
            shown = max(left, 0), max(top, 0), min(right, planes.width), min(bottom, planes.height)
            if shown == (x0, y0, x1, y1):
                planes.nested[key] = nested
        if len(inner.hud_ids):
            planes.need_hud()
        if len(inner.light) or nested.veils.any():
            planes.need_light()
        nest_cpu(
            planes.parts(), _faded(inner, int(row[m.ALPHA])), nested.numbers, nested.veils, (x0, y0),
            across.index, down.index,
        )  # fmt: skip
        return None

    def _numbered(
        self, planes: Planes, inner: Planes, layer: Layer, row: NDArray[np.int32], axes: tuple[Axis, Axis],
        window: tuple[int, int, int, int],
    ) -> Nested:  # fmt: skip
        """Give rows of a layer, as far as they lie in a window, numbers on the surface where it is drawn."""
        table, kept = placed(inner, *axes, window)
        table[:, ALPHA] = table[:, ALPHA] * row[m.ALPHA] // 255
        veiled = self._veiled(planes, table)
        blank = 0
        if not layer.transparent:  # what was never drawn on is black, and keeps its paint
            bare = np.zeros((1, COLUMNS), np.int32)
            bare[0, ALPHA] = 255
            x0, y0, x1, y1 = window
            bare[0, LEFT : HEIGHT + 1] = bare[0, BOX_X : BOX_HEIGHT + 1] = (x0, y0, x1 - x0, y1 - y0)
            blank = planes.add(bare, np.array([-1], np.int32))
        first = planes.add(table, inner.units[kept])
        planes.covers[first : planes.count] = inner.covers[kept]
        planes.turns[first : planes.count] += inner.turns[kept] / (inner.turn + 1)
        numbers, veils = np.zeros(inner.count, np.uint32), np.zeros(inner.count, np.uint32)
        numbers[kept] = np.where(veiled, 0, first + np.arange(len(kept)))
        color = self.sources.color[table[:, SLOT]] & 0xFFFFFF
        veils[kept] = np.where(veiled, color | table[:, ALPHA].astype(np.uint32) << 24, 0)
        numbers[0] = blank
        sides = [axis.outer(np.zeros(1, np.int32), np.array([size], np.int32)) for axis, size in
                 zip(axes, (inner.width, inner.height), strict=True)]  # fmt: skip
        (left, width), (top, height) = [(int(low[0]), int(size[0])) for low, size in sides]
        return Nested(inner, inner.changes, numbers, veils, (left, top, left + width, top + height))

    def _veiled(self, planes: Planes, table: NDArray[np.int32]) -> NDArray[np.bool_]:
        """bool [n]: rows of a layer that are light where the layer is drawn on `planes`."""
        area = table[:, BOX_WIDTH].astype(np.int64) * table[:, BOX_HEIGHT]
        large = area >= LARGE * planes.width * planes.height
        found: NDArray[np.bool_] = (table[:, ALPHA] <= op.SOLID) | (large & (table[:, ALPHA] < 250))
        return found & (large | ~self.sources.hud[table[:, SLOT]])

    def _nest_light(
        self, planes: Planes, row: NDArray[np.int32], layer: Layer, inner: Planes, corner: tuple[int, int],
        across: Axis, down: Axis, flags: int,
    ) -> None:  # fmt: skip
        """Draw a layer as light: its picture, as far as it is known, is blended into the light."""
        picture = self.picture(inner, layer.transparent)[down.index[:, None], across.index[None]]
        height, width = picture.shape
        operation = np.zeros((1, op.OPERATION_COLUMNS), np.int32)
        operation[0, : op.COLOR] = (
            op.LIGHT if flags < 0 else flags, 0, *corner, corner[0] + width, corner[1] + height, *corner, 0,
            width,
        )  # fmt: skip
        operation[0, op.OPACITY] = row[m.ALPHA]
        planes.need_light()
        planes.raster(operation, np.ascontiguousarray(picture).ravel())

    def _nest_hud(
        self, planes: Planes, row: NDArray[np.int32], inner: Planes, corner: tuple[int, int], across: Axis,
        down: Axis,
    ) -> None:  # fmt: skip
        """Draw the HUD of a layer that is mostly transparent, such as a text that fades."""
        if not len(inner.hud_ids):
            return
        window = (*corner, corner[0] + len(across.index), corner[1] + len(down.index))
        table, kept = placed(inner, across, down, window)
        table[:, ALPHA] = table[:, ALPHA] * row[m.ALPHA] // 255
        first = planes.add(table, inner.units[kept])
        numbers, nothing = np.zeros(inner.count, np.uint32), np.zeros(inner.count, np.uint32)
        numbers[kept] = first + np.arange(len(kept))
        planes.need_hud()
        faded = _faded(inner, int(row[m.ALPHA]))._replace(ids=np.zeros_like(inner.ids), light=inner.light[:0])
        nest_cpu(planes.parts(), faded, numbers, nothing, corner, across.index, down.index)

    def picture(self, planes: Planes, transparent: bool) -> NDArray[np.uint32]:
        """What a surface shows, as far as draws tell: uint32 [H,W] packed RGBA."""
        place = self.places(planes.table[: planes.count])
        table = planes.table[: planes.count]
        color = self.sources.color[table[:, SLOT]] & np.uint32(0xFFFFFF)
        flat = (color | table[:, ALPHA].astype(np.uint32) << 24).astype(np.uint32)
        flat[0] = 0 if transparent else 0xFF000000
        return picture_cpu(planes.ids, place, flat, self.sources.pixels, planes.light)

    def places(self, table: NDArray[np.int32]) -> NDArray[np.int32]:
        """`place` of `kernels.channels` for rows of a table."""
        slots = table[:, SLOT]
        place = np.empty((len(table), 8), np.int32)
        place[:, channels.LEFT : channels.HEIGHT + 1] = table[:, LEFT : HEIGHT + 1]
        place[:, channels.START] = self.sources.start[slots]
        place[:, channels.COLUMNS_OF] = self.sources.width[slots]
        place[:, channels.ROWS_OF] = self.sources.height[slots]
        place[:, channels.MIRROR] = table[:, MIRROR]
        return place

    def _resolve(
        self, content: int, length: int, slot: int, across: Axis, down: Axis
    ) -> tuple[Layer, Planes] | None:
        """The layer that is shown in the end, with the axes turned into its pixels."""
        source = self.sources.by_slot[slot] if content > 0 else None
        while source is not None:
            parent = self.sources.told.get(source.parent)
            layer = self.by_number.get(-source.parent)
            if parent is None and layer is None:
                return None
            width, height = (
                (parent.width, parent.height) if parent is not None else (layer.told.width, layer.told.height)  # type: ignore[union-attr]
            )
            if source.kind == "cut":
                across.shift(int(source.detail[0]))
                down.shift(int(source.detail[1]))
            else:
                flips = flip_of(source)
                across.scale(width, source.width, bool(flips & 1))
                down.scale(height, source.height, bool(flips & 2))
            content, length, source = source.parent, source.parent_length, parent
        return self.planes(-content, length)


def _faded(planes: Planes, alpha: int) -> op.Planes:
    """The planes of a layer whose HUD is drawn with this alpha."""
    parts = planes.parts()
    if alpha == 255 or not len(parts.hud):
        return parts
    return parts._replace(hud=(parts.hud.astype(np.uint16) * alpha // 255).astype(np.uint8))


def _whole(told: LayerRows) -> NDArray[np.int32]:
    """The base of a layer as a row."""
    row = np.zeros((1, m.COLUMNS), np.int32)
    row[0, m.CONTENT], row[0, m.LENGTH] = told.base, told.base_length
    row[0, m.WIDTH] = row[0, m.BOX_WIDTH] = told.width
    row[0, m.HEIGHT] = row[0, m.BOX_HEIGHT] = told.height
    row[0, m.ALPHA] = 255
    return row
