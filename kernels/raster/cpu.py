"""`raster` and `nest` on a CPU, compiled, without the GIL, on the calling thread.

Light and HUD are rare. Their planes are only written where a frame has them: `light` may be an array of no
rows, and then operations of light must not occur; `hud_ids` and `hud` likewise.
400 masked draws of 32×32 px take 0.25 ms (AVX2).
"""

from __future__ import annotations

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


def raster_cpu(
    planes: Planes, operations: NDArray[np.int32], pool: NDArray[np.uint32],
    units: NDArray[np.int32], covers: NDArray[np.float32],
) -> None:  # fmt: skip
    """As `raster_reference`. Rectangles must lie within the planes, and pixels within the pool."""
    _raster(*planes, operations, pool, units, covers)


@jit_kernel
def _raster(ids, hud_ids, hud, light, operations, pool, units, covers):
    has_hud, has_light = hud_ids.shape[0] > 0, light.shape[0] > 0
    for n in range(operations.shape[0]):
        kind, number = operations[n, 0], np.uint32(operations[n, 1])
        x0, y0, x1, y1 = operations[n, 2], operations[n, 3], operations[n, 4], operations[n, 5]
        left, top = operations[n, 6], operations[n, 7]
        start, stride = np.int64(operations[n, 8]), np.int64(operations[n, 9])
        color, opacity = np.uint32(operations[n, 10]), np.uint32(operations[n, 11])
        if kind != ERASE and x1 > x0 and y1 > y0:
            covers[number] = _covered(ids, units, number, x0, y0, x1, y1)
        if kind in (OPAQUE, ERASE):
            for y in range(y0, y1):
                for x in range(np.uint64(x0), np.uint64(x1)):  # unsigned: the loop becomes vectors
                    ids[np.uint64(y), x] = number
                if has_hud:
                    hud_ids[y, x0:x1] = 0
                    hud[y, x0:x1] = 0
                if has_light:
                    light[y, x0:x1, :3] = 256
                    light[y, x0:x1, 3:] = 0
        elif kind == MASKED and not has_hud and not has_light:
            for y in range(y0, y1):
                at = start + (y - top) * stride - left
                for x in range(x0, x1):
                    pixel = pool[at + x] if start >= 0 else color
                    if (pixel >> np.uint32(24)) * opacity // np.uint32(255) > np.uint32(SOLID):
                        ids[y, x] = number
        else:
            for y in range(y0, y1):
                at = start + (y - top) * stride - left
                for x in range(x0, x1):
                    pixel = pool[at + x] if start >= 0 else color
                    alpha = (pixel >> np.uint32(24)) * opacity // np.uint32(255)
                    if kind == MASKED and alpha > SOLID:
                        _put(ids, hud_ids, hud, light, y, x, number, has_hud, has_light)
                    elif kind == HUD:
                        if alpha > 0:
                            _blend_hud(hud_ids, hud, y, x, number, pixel, np.int64(alpha))
                    elif has_light:
                        _add_light(light, y, x, kind, pixel, np.int64(alpha))


@jit_inner
def _covered(ids, units, number, x0, y0, x1, y1):
    found = 0
    for j in range(4):
        for i in range(4):
            below = ids[y0 + (2 * j + 1) * (y1 - y0) // 8, x0 + (2 * i + 1) * (x1 - x0) // 8]
            found += below != 0 and units[below] != units[number]
    return np.float32(found / 16)


@jit_inner
def _put(ids, hud_ids, hud, light, y, x, number, has_hud, has_light):
    """Show a row in a pixel, with no HUD and no light over it."""
    ids[y, x] = number
    if has_hud:
        hud_ids[y, x] = 0
        hud[y, x] = 0
    if has_light:
        light[y, x, :3] = 256
        light[y, x, 3:] = 0


@jit_inner
def _blend_hud(hud_ids, hud, y, x, number, pixel, alpha):
    hud_ids[y, x] = number
    for c in range(3):
        value = np.int64((pixel >> np.uint32(8 * c)) & np.uint32(255))
        hud[y, x, c] = (value * alpha + np.int64(hud[y, x, c]) * (255 - alpha) + 127) // 255
    hud[y, x, 3] = (255 * alpha + np.int64(hud[y, x, 3]) * (255 - alpha) + 127) // 255


@jit_inner
def _add_light(light, y, x, kind, pixel, alpha):
    for c in range(3):
        value = np.int64((pixel >> np.uint32(8 * c)) & np.uint32(255))
        factor, offset = np.int64(light[y, x, c]), np.int64(light[y, x, 3 + c])
        if kind in (LIGHT, MASKED):
            light[y, x, c] = factor * (255 - alpha) // 255
            light[y, x, 3 + c] = (offset * (255 - alpha) + value * alpha) // 255
        elif kind == MULTIPLY:
            light[y, x, c] = factor * value // 255
            light[y, x, 3 + c] = offset * value // 255
        elif kind == ADD:
            light[y, x, 3 + c] = min(offset + value, 255)
        elif kind == SUBTRACT:
            light[y, x, 3 + c] = max(offset - value, -255)


def nest_cpu(
    planes: Planes, inner: Planes, numbers: NDArray[np.uint32], veils: NDArray[np.uint32],
    corner: tuple[int, int], columns: NDArray[np.int32], rows: NDArray[np.int32],
) -> None:  # fmt: skip
    """As `nest_reference`. What the inner planes lack they must not need in the outer ones."""
    _nest(*planes, *inner, numbers, veils, corner[0], corner[1], columns, rows)


@jit_kernel
def _nest(
    ids, hud_ids, hud, light, ids_in, hud_ids_in, hud_in, light_in, numbers, veils, left, top, columns, rows
):
    has_hud, has_light = hud_ids.shape[0] > 0, light.shape[0] > 0
    hud_within, light_within = hud_ids_in.shape[0] > 0, light_in.shape[0] > 0
    for j in range(rows.shape[0]):
        y, row = top + j, rows[j]
        for i in range(columns.shape[0]):
            x, column = left + i, columns[i]
            inside = ids_in[row, column]
            number = numbers[inside]
            if number == 0:
                if has_light and veils[inside] != 0:
                    _add_light(light, y, x, LIGHT, veils[inside], np.int64(veils[inside] >> np.uint32(24)))
            else:
                _put(ids, hud_ids, hud, light, y, x, number, has_hud, has_light)
            if hud_within and hud_ids_in[row, column] != 0:
                hud_ids[y, x] = numbers[hud_ids_in[row, column]]
                below = 255 - np.int64(hud_in[row, column, 3])
                for c in range(4):
                    over = (np.int64(hud[y, x, c]) * below + 127) // 255
                    hud[y, x, c] = np.int64(hud_in[row, column, c]) + over
            if light_within:
                for c in range(3):
                    factor = np.int64(light_in[row, column, c])
                    light[y, x, c] = np.int64(light[y, x, c]) * factor // 256
                    offset = np.int64(light[y, x, 3 + c]) * factor // 256
                    light[y, x, 3 + c] = min(
                        max(offset + np.int64(light_in[row, column, 3 + c]), -255), 255
                    )
