"""`raster` and `nest` on a CPU, compiled, without the GIL, on the calling thread.

Light and HUD are rare. Their planes are only written where a frame has them: `light` may be an array of no
rows, and then operations of light must not occur; `hud_ids` and `hud` likewise.
400 masked draws of 32×32 px take 0.25 ms, opaque ones 0.05 (AVX2).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.raster.reference import (
    ADD,
    ERASE,
    HUD,
    LIGHT,
    MASKED,
    MULTIPLY,
    OPAQUE,
    SOLID,
    SUBTRACT,
    Planes,
)
from reskin.kernels.simd.jit import jit_inner, jit_kernel
from reskin.kernels.simd.vectors import address, fill

_STEP: Final = 8
"""Pixels that are written at once."""


def raster_cpu(
    planes: Planes, operations: NDArray[np.int32], pool: NDArray[np.uint32],
    units: NDArray[np.int32], covers: NDArray[np.float32],
) -> None:  # fmt: skip
    """As `raster_reference`. Rectangles must lie within the planes, and pixels within the pool."""
    _raster(*planes, operations, pool, units, covers)


@jit_kernel
def _raster(ids, hud_ids, hud, light, hud_span, light_span, operations, pool, units, covers):
    has_hud, has_light = hud_ids.shape[0] > 0, light.shape[0] > 0
    hud_span, light_span = _spans(hud_span, hud_ids), _spans(light_span, light)
    for n in range(operations.shape[0]):
        kind, number = operations[n, 0], np.uint32(operations[n, 1])
        x0, y0, x1, y1 = operations[n, 2], operations[n, 3], operations[n, 4], operations[n, 5]
        left, top = operations[n, 6], operations[n, 7]
        start, stride = np.int64(operations[n, 8]), np.int64(operations[n, 9])
        color, opacity = np.uint32(operations[n, 10]), np.uint32(operations[n, 11])
        if x1 <= x0 or y1 <= y0:
            continue
        if kind != ERASE:
            covers[number] = _covered(ids, units, number, x0, y0, x1, y1)
        if kind in (OPAQUE, ERASE):
            for y in range(y0, y1):
                _fill_line(ids, y, x0, x1, number)
            if has_hud:
                for y in range(y0, y1):
                    if x0 < hud_span[y, 1] and x1 > hud_span[y, 0]:  # a call for each line would take longer
                        _uncover(hud_ids, hud, hud_span, y, x0, x1)
            if has_light:
                for y in range(y0, y1):
                    if x0 < light_span[y, 1] and x1 > light_span[y, 0]:
                        _unlight(light, light_span, y, x0, x1)
            continue
        for y in range(y0, y1):
            at = start + (y - top) * stride - left
            if kind == MASKED:
                under_hud, under_light = _meets(hud_span, y, x0, x1), _meets(light_span, y, x0, x1)
                if not (under_hud or under_light or has_light) and start >= 0 and opacity == 255:
                    for x in range(x0, x1):
                        if pool[at + x] >> np.uint32(24) > np.uint32(SOLID):
                            ids[y, x] = number
                    continue
                faint = False
                for x in range(x0, x1):
                    pixel = pool[at + x] if start >= 0 else color
                    alpha = _alpha(pixel, opacity)
                    if alpha > SOLID:
                        ids[y, x] = number
                        if under_hud:
                            hud_ids[y, x] = 0
                            for c in range(4):
                                hud[y, x, c] = 0
                        if under_light:
                            for c in range(3):
                                light[y, x, c], light[y, x, 3 + c] = 256, 0
                    elif alpha > 0 and has_light:
                        _add_light(light, y, x, kind, pixel, alpha)
                        faint = True
                if faint:
                    _grow(light_span, y, x0, x1)
            elif kind == HUD:
                _grow(hud_span, y, x0, x1)
                for x in range(x0, x1):
                    pixel = pool[at + x] if start >= 0 else color
                    alpha = _alpha(pixel, opacity)
                    if alpha > 0:
                        _blend_hud(hud_ids, hud, y, x, number, pixel, alpha)
            elif has_light:
                _grow(light_span, y, x0, x1)
                for x in range(x0, x1):
                    pixel = pool[at + x] if start >= 0 else color
                    _add_light(light, y, x, kind, pixel, _alpha(pixel, opacity))


@jit_inner
def _fill_line(ids, y, x0, x1, number):
    """Write a part of a row of pixels. Most are short, and a compiler's loop of vectors is for long ones."""
    if x1 - x0 < _STEP:
        for x in range(np.uint64(x0), np.uint64(x1)):
            ids[np.uint64(y), x] = number
        return
    line = address(ids, y * np.int64(ids.shape[1]))
    for x in range(x0, x1 - _STEP, _STEP):
        fill(line, x, number, _STEP)
    fill(line, x1 - _STEP, number, _STEP)


@jit_inner
def _alpha(pixel, opacity):
    alpha = np.int32(pixel >> np.uint32(24))
    return alpha if opacity == 255 else alpha * np.int32(opacity) // np.int32(255)


# Spans: where in each row of pixels something may lie, so that the rest need not be looked at.


@jit_inner
def _spans(given, plane):
    """The spans of a plane: as given, or all of it, or none of one that is not there."""
    if len(given) or plane.shape[0] == 0:
        return given[: plane.shape[0]]
    found = np.empty((plane.shape[0], 2), np.int32)
    found[:, 0], found[:, 1] = 0, plane.shape[1]
    return found


@jit_inner
def _meets(span, y, x0, x1):
    return len(span) > 0 and x0 < span[y, 1] and x1 > span[y, 0]


@jit_inner
def _grow(span, y, x0, x1):
    if span[y, 0] >= span[y, 1]:
        span[y, 0], span[y, 1] = x0, x1
    else:
        span[y, 0], span[y, 1] = min(span[y, 0], x0), max(span[y, 1], x1)


@jit_inner
def _uncover(hud_ids, hud, span, y, x0, x1):
    """Take the HUD off a part of a row of pixels."""
    if _meets(span, y, x0, x1):
        for x in range(max(x0, span[y, 0]), min(x1, span[y, 1])):
            hud_ids[y, x] = 0
            for c in range(4):
                hud[y, x, c] = 0
        if x0 <= span[y, 0] and x1 >= span[y, 1]:
            span[y, 0], span[y, 1] = 0, 0


@jit_inner
def _unlight(light, span, y, x0, x1):
    """Take the light off a part of a row of pixels."""
    if _meets(span, y, x0, x1):
        for x in range(max(x0, span[y, 0]), min(x1, span[y, 1])):
            for c in range(3):
                light[y, x, c], light[y, x, 3 + c] = 256, 0
        if x0 <= span[y, 0] and x1 >= span[y, 1]:
            span[y, 0], span[y, 1] = 0, 0


def wipe_cpu(planes: Planes) -> None:
    """Take all HUD and light off planes whose spans are known. Their spans are empty then."""
    _wipe(planes.hud_ids, planes.hud, planes.light, planes.hud_span, planes.light_span)


@jit_kernel
def _wipe(hud_ids, hud, light, hud_span, light_span):
    for y in range(hud_ids.shape[0]):
        _uncover(hud_ids, hud, hud_span, y, 0, hud_ids.shape[1])
    for y in range(light.shape[0]):
        _unlight(light, light_span, y, 0, light.shape[1])


def narrow_spans_cpu(planes: Planes) -> tuple[bool, bool]:
    """Narrow the spans of HUD and light to where there is some; gives whether there is any of each. What is
    drawn over a part of them takes it away, but leaves the span, and drawing within one takes longer."""
    hud = bool(_narrow_hud(planes.hud_ids, planes.hud, planes.hud_span))
    return hud, bool(_narrow_light(planes.light, planes.light_span))


@jit_kernel
def _narrow_hud(hud_ids, hud, span):
    found = False
    for y in range(hud_ids.shape[0]):
        while span[y, 0] < span[y, 1] and hud_ids[y, span[y, 0]] == 0 and hud[y, span[y, 0], 3] == 0:
            span[y, 0] += 1
        while span[y, 0] < span[y, 1] and hud_ids[y, span[y, 1] - 1] == 0 and hud[y, span[y, 1] - 1, 3] == 0:
            span[y, 1] -= 1
        found |= _close(span, y)
    return found


@jit_kernel
def _narrow_light(light, span):
    found = False
    for y in range(light.shape[0]):
        while span[y, 0] < span[y, 1] and _is_unlit(light, y, span[y, 0]):
            span[y, 0] += 1
        while span[y, 0] < span[y, 1] and _is_unlit(light, y, span[y, 1] - 1):
            span[y, 1] -= 1
        found |= _close(span, y)
    return found


@jit_inner
def _close(span, y):
    """Whether a span is not empty; an empty one becomes (0, 0)."""
    if span[y, 0] < span[y, 1]:
        return True
    span[y, 0] = span[y, 1] = 0
    return False


@jit_inner
def _is_unlit(light, y, x):
    off = 0
    for c in range(3):
        off += light[y, x, c] != 256 or light[y, x, 3 + c] != 0
    return off == 0


@jit_inner
def _covered(ids, units, number, x0, y0, x1, y1):
    found = 0
    for j in range(4):
        for i in range(4):
            below = ids[y0 + (2 * j + 1) * (y1 - y0) // 8, x0 + (2 * i + 1) * (x1 - x0) // 8]
            found += below != 0 and units[below] != units[number]
    return np.float32(found / 16)


@jit_inner
def _blend_hud(hud_ids, hud, y, x, number, pixel, alpha):
    hud_ids[y, x] = number
    if alpha == 255:
        for c in range(3):
            hud[y, x, c] = pixel >> np.uint32(8 * c)
        hud[y, x, 3] = 255
        return
    above, below = np.uint32(alpha), np.uint32(255 - alpha)
    for c in range(4):
        value = (pixel >> np.uint32(8 * c)) & np.uint32(255) if c < 3 else np.uint32(255)
        hud[y, x, c] = (value * above + np.uint32(hud[y, x, c]) * below + np.uint32(127)) // np.uint32(255)


@jit_inner
def _add_light(light, y, x, kind, pixel, alpha):
    below = np.int32(255) - alpha
    for c in range(3):
        value = np.int32((pixel >> np.uint32(8 * c)) & np.uint32(255))
        factor, offset = np.int32(light[y, x, c]), np.int32(light[y, x, 3 + c])
        if kind in (LIGHT, MASKED):
            light[y, x, c] = _divided(factor * below)
            light[y, x, 3 + c] = _divided(offset * below + value * alpha)
        elif kind == MULTIPLY:
            light[y, x, c] = _divided(factor * value)
            light[y, x, 3 + c] = _divided(offset * value)
        elif kind == ADD:
            light[y, x, 3 + c] = min(offset + value, 255)
        elif kind == SUBTRACT:
            light[y, x, 3 + c] = max(offset - value, -255)


@jit_inner
def _divided(value):
    """value // 255, for values from -255² on: a division without sign costs less."""
    return np.int32(np.uint32(value + np.int32(255 * 255)) // np.uint32(255)) - np.int32(255)


def nest_cpu(
    planes: Planes, inner: Planes, numbers: NDArray[np.uint32], veils: NDArray[np.uint32],
    corner: tuple[int, int], columns: NDArray[np.int32], rows: NDArray[np.int32],
) -> None:  # fmt: skip
    """As `nest_reference`. What the inner planes lack they must not need in the outer ones."""
    _nest(*planes, *inner, numbers, veils, corner[0], corner[1], columns, rows)


@jit_kernel
def _nest(
    ids, hud_ids, hud, light, hud_span, light_span, ids_in, hud_ids_in, hud_in, light_in, hud_span_in,
    light_span_in, numbers, veils, left, top, columns, rows,
):  # fmt: skip
    has_light = light.shape[0] > 0
    hud_span, light_span = _spans(hud_span, hud_ids), _spans(light_span, light)
    hud_span_in, light_span_in = _spans(hud_span_in, hud_ids_in), _spans(light_span_in, light_in)
    veiled = has_light and veils.any()
    right = left + columns.shape[0]
    for j in range(rows.shape[0]):
        y, row = top + j, rows[j]
        hud_within = _meets(hud_span_in, row, 0, ids_in.shape[1])
        light_within = _meets(light_span_in, row, 0, ids_in.shape[1])
        under_hud, under_light = _meets(hud_span, y, left, right), _meets(light_span, y, left, right)
        if not (under_hud or under_light or veiled):
            line, inner = ids[y, left:right], ids_in[row]
            for i in range(np.uint64(len(columns))):
                number = numbers[inner[np.uint64(columns[i])]]
                if number != 0:
                    line[i] = number
        else:
            faint = False
            for i in range(columns.shape[0]):
                x, inside = left + i, ids_in[row, columns[i]]
                number = numbers[inside]
                if number != 0:
                    ids[y, x] = number
                    if under_hud:
                        hud_ids[y, x] = 0
                        for c in range(4):
                            hud[y, x, c] = 0
                    if under_light:
                        for c in range(3):
                            light[y, x, c], light[y, x, 3 + c] = 256, 0
                elif veiled and veils[inside] != 0:
                    _add_light(light, y, x, LIGHT, veils[inside], np.int32(veils[inside] >> np.uint32(24)))
                    faint = True
            if faint:
                _grow(light_span, y, left, right)
        if hud_within:
            _nest_hud(hud_ids, hud, hud_ids_in[row], hud_in[row], numbers, y, left, columns)
            _grow(hud_span, y, left, right)
        if light_within:
            _nest_light(light[y], light_in[row], left, columns)
            _grow(light_span, y, left, right)


@jit_inner
def _nest_hud(hud_ids, hud, numbers_in, hud_in, numbers, y, left, columns):
    for i in range(columns.shape[0]):
        x, column = left + i, columns[i]
        if numbers_in[column] != 0:
            hud_ids[y, x] = numbers[numbers_in[column]]
            below = 255 - np.int64(hud_in[column, 3])
            for c in range(4):
                over = (np.int64(hud[y, x, c]) * below + 127) // 255
                hud[y, x, c] = np.int64(hud_in[column, c]) + over


@jit_inner
def _nest_light(light, light_in, left, columns):
    for i in range(columns.shape[0]):
        x, column = left + i, columns[i]
        for c in range(3):
            factor = np.int32(light_in[column, c])
            light[x, c] = (np.int32(light[x, c]) * factor) >> np.int32(8)
            offset = (np.int32(light[x, 3 + c]) * factor) >> np.int32(8)
            light[x, 3 + c] = min(max(offset + np.int32(light_in[column, 3 + c]), -255), 255)
