"""From rows of a message to operations of `kernels.raster` and rows of a surface's table, compiled: thousands
of rows a frame cost as much as a few."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.raster import reference as op
from reskin.kernels.simd.jit import jit_kernel
from reskin.neural_renderer.from_draws import messages as m
from reskin.neural_renderer.from_draws.messages import LayerRows
from reskin.neural_renderer.from_draws.sources import FLAT, IMAGE, NESTED, SHAPE, Sources, packed_color
from reskin.neural_renderer.from_draws.surfaces.planes import (
    ALPHA,
    BOX_X,
    COLUMNS,
    DRAWER,
    HEIGHT,
    LEFT,
    SLOT,
    TOP,
    WIDTH,
)

_LIGHTS: Final = {
    1: op.ADD, 2: op.SUBTRACT, 3: op.MULTIPLY, 4: op.MULTIPLY, 5: op.ADD, 6: op.ADD, 7: op.SUBTRACT,
    8: op.MULTIPLY, 9: op.MULTIPLY, 16: op.ADD,
}  # fmt: skip
"""Kinds of light by `special_flags`. The lesser of two colours is taken for a product, the greater for a sum.
Other flags, such as BLEND_PREMULTIPLIED, draw as usual."""
KIND_OF_FLAGS: Final = np.array([_LIGHTS.get(flag, -1) for flag in range(64)], np.int32)
LARGE: Final = 0.25
"""Share of a surface from which something translucent is light on it, and not a thing."""
NEEDS_LIGHT, NEEDS_HUD, IS_NO_HUD = 1, 2, 4
"""What an operation needs of the planes, and what it is, as bits."""
_SOLID, _MASKED, _OPAQUE, _LIGHT, _HUD, _ERASE = (
    np.int64(value) for value in (op.SOLID, op.MASKED, op.OPAQUE, op.LIGHT, op.HUD, op.ERASE)
)
_NO_COLOR: Final = -1


UNPREPARED, HAS_NESTED, HAS_SHAPES = 1, 2, 4
"""What is among some rows, as bits: a source that is not ready or not looked at, a layer, a shape."""


def plan_rows(
    rows: NDArray[np.int32], sources: Sources
) -> tuple[NDArray[np.int32], NDArray[np.uint8], int]:
    """Of rows int32 [n,16]: the slots of what they draw, 0 where unknown; how that is drawn; and what is
    among them, as bits."""
    slots, modes = np.empty(len(rows), np.int32), np.empty(len(rows), np.uint8)
    found = _plan(rows, sources.by_number, sources.ready, sources.looked, sources.mode, slots, modes)
    return slots, modes, int(found)


@jit_kernel
def _plan(rows, by_number, ready, looked, mode, slots, modes):  # type: ignore[no-untyped-def]
    found = 0
    for n in range(len(rows)):
        number = rows[n, m.CONTENT]
        slot = by_number[number] if 0 < number < len(by_number) else np.int32(0)
        how = NESTED if number < 0 else mode[slot]
        slots[n], modes[n] = slot, how
        if not (ready[slot] and looked[slot]):
            found |= UNPREPARED
        if how == NESTED:
            found |= HAS_NESTED
        elif how == SHAPE:
            found |= HAS_SHAPES
    return found


class Operations(NamedTuple):
    """What rows become, n of them; k are those that are no nested layers.

    table int32 [k,COLUMNS] and units int32 [k]: for `Planes.add`, which must give them the numbers from
    `first` on. operations int32 [n,12]: of nested layers not to be used. needs uint8 [n]: NEEDS_LIGHT and so
    on. shown int64 [n,4]: as `put_backdrop_back` takes it.
    """

    table: NDArray[np.int32]
    units: NDArray[np.int32]
    operations: NDArray[np.int32]
    needs: NDArray[np.uint8]
    shown: NDArray[np.int64]


def operations_of(
    rows: NDArray[np.int32], slots: NDArray[np.int32], modes: NDArray[np.uint8], sources: Sources, first: int,
    size: tuple[int, int], layer: LayerRows | None, display_pixels: int,
) -> Operations:  # fmt: skip
    """The operations that draw rows int32 [n,16] with these slots and modes on a surface of a size.

    first: the number of the first of them. layer: None for the display.
    """
    count, plain = len(rows), int(np.count_nonzero(modes != NESTED))
    found = Operations(
        np.zeros((plain, COLUMNS), np.int32), np.empty(plain, np.int32),
        np.empty((count, op.OPERATION_COLUMNS), np.int32), np.zeros(count, np.uint8),
        np.zeros((count, 4), np.int64),
    )  # fmt: skip
    hud = sources.hud[slots]
    if layer is None:
        hud |= sources.materials.hud_by_place(sources.unit[slots], rows[:, m.BOX_X : m.BOX_HEIGHT + 1])
    key = _NO_COLOR if layer is None or layer.key is None else packed_color((*layer.key, 0))
    _fill(
        rows, slots, modes, sources.start, sources.width, sources.height, sources.color, sources.unit,
        sources.solid, sources.soft, sources.veil, sources.blank, hud, KIND_OF_FLAGS, first, *size,
        layer is not None, layer is not None and layer.has_alpha, key, LARGE * display_pixels, *found,
    )  # fmt: skip
    return found


@jit_kernel
def _fill(  # type: ignore[no-untyped-def]
    rows, slots, modes, start, wide, high, colors, unit, solid, soft, veils, blank, hud, kind_of_flags, first,
    width, height, on_layer, has_alpha, key, large_on_display, table, units, operations, needs, shown,
):  # fmt: skip
    plain = 0
    for n in range(len(rows)):
        row, slot, mode = rows[n], slots[n], modes[n]
        left, top, alpha, scaled = row[m.LEFT], row[m.TOP], row[m.ALPHA], row[m.SHAPE] < 0
        image, shaped = mode == IMAGE and start[slot] >= 0, mode in (FLAT, SHAPE)
        pictured = image and not scaled
        color = np.int64(colors[slot])
        number = 0
        if mode != NESTED:
            number = first + plain
            element = table[plain]
            units[plain] = unit[slot]
            plain += 1
            element[SLOT], element[DRAWER] = slot, row[m.DRAWER]
            element[LEFT], element[TOP] = (left, top) if image else (row[m.BOX_X], row[m.BOX_Y])
            across = wide[slot] if image else row[m.BOX_WIDTH]
            down = high[slot] if image else row[m.BOX_HEIGHT]
            element[WIDTH], element[HEIGHT] = max(across, 1), max(down, 1)
            if image and scaled:
                element[WIDTH], element[HEIGHT] = -row[m.SHAPE] // m.SCALED, -row[m.SHAPE] % m.SCALED
            for c in range(4):
                element[BOX_X + c] = row[m.BOX_X + c]
            element[ALPHA] = alpha * (color >> 24 if shaped else 255) // 255
        x0, y0 = max(row[m.X], 0), max(row[m.Y], 0)
        x1, y1 = min(row[m.X] + row[m.WIDTH], width), min(row[m.Y] + row[m.HEIGHT], height)
        large = (x1 - x0) * (y1 - y0) >= LARGE * width * height
        shape_alpha = color >> 24 if has_alpha else 255
        opacity = alpha * shape_alpha // 255 if shaped else alpha
        through = opacity < 250 if shaped else pictured and (veils[slot] or (alpha < 250 and solid[slot]))
        veil = opacity <= _SOLID or (large and through)
        # Whether a shape is light shows where its layer is drawn.
        if veil and not (on_layer and shaped):
            kind = _LIGHT
        else:
            kind = _MASKED if pictured and not (solid[slot] and alpha >= 250) else _OPAQUE
        erases = (has_alpha and color >> 24 == 0) or (key >= 0 and color & 0xFFFFFF == key)
        if shaped and row[m.FLAGS] == 0 and erases:  # a layer is made transparent
            kind = _ERASE
        # Night and a dimmed pause lie over all, like HUD, but what lies below them must be restyled.
        if hud[n] and kind != _ERASE:
            if on_layer:
                covers = shaped and row[m.WIDTH] * row[m.HEIGHT] >= large_on_display
            else:
                covers = large and opacity < 250
            if not covers:
                kind = _HUD
        by_flags = kind_of_flags[min(max(row[m.FLAGS], 0), 63)]
        if by_flags >= 0:
            kind = np.int64(by_flags)
        if pictured:
            x1, y1 = min(x1, left + wide[slot]), min(y1, top + high[slot])
            x0, y0 = max(x0, left), max(y0, top)
        x1, y1 = max(x1, x0), max(y1, y0)  # the content may lie elsewhere
        # A surface on which nothing was drawn is transparent, or black. The first covers the display: black.
        if blank[slot] and alpha == 255 and (on_layer or n > 0):
            x1 = x0
        operation = operations[n]
        operation[op.KIND], operation[op.ID] = kind, 0 if kind == _ERASE else number
        operation[op.X0], operation[op.Y0], operation[op.X1], operation[op.Y1] = x0, y0, x1, y1
        operation[op.CONTENT_X], operation[op.CONTENT_Y] = left, top
        operation[op.START], operation[op.STRIDE] = start[slot] if pictured else -1, wide[slot]
        packed = color & 0xFFFFFF | shape_alpha << 24 if shaped else color
        operation[op.COLOR], operation[op.OPACITY] = np.int32(np.uint32(packed)), alpha
        if kind != _HUD:
            needs[n] |= IS_NO_HUD
        else:
            needs[n] |= NEEDS_HUD
        if op.LIGHT <= kind <= op.MULTIPLY or (kind == _MASKED and soft[slot]):
            needs[n] |= NEEDS_LIGHT
        if mode == FLAT:
            shown[n, 0], shown[n, 1] = 1, color & 0xFFFFFF
        else:
            shown[n, 1] = slot
            if image and row[m.SHAPE] == 0:
                shown[n, 0], shown[n, 2], shown[n, 3] = 2, left, top
