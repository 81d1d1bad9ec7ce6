"""`raster` and `nest` pixel by pixel in Python. The CPU kernels beside them must give the same numbers."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

KIND, ID, X0, Y0, X1, Y1, CONTENT_X, CONTENT_Y, START, STRIDE, COLOR, OPACITY = range(12)
"""Columns of an operation, int32. A rectangle X0 ≤ x < X1 of what has its corner at CONTENT_X, CONTENT_Y.

START: where its pixels start in the pool, -1 for one COLOR; STRIDE: pixels of a row there. Pixels are packed
red, green, blue and alpha, red in the low byte. OPACITY: 0..255, a factor on their alpha.
"""

OPAQUE, MASKED, LIGHT, ADD, SUBTRACT, MULTIPLY, HUD, ERASE = range(8)
"""Kinds. OPAQUE: every pixel shows the row. MASKED: those with an alpha above `SOLID`; lesser alpha is light.
LIGHT: blended as light. ADD, SUBTRACT, MULTIPLY: as pygame's BLEND flags, as light. HUD: blended into the
HUD. ERASE: nothing is seen there any more."""

OPERATION_COLUMNS: Final = 12
SOLID: Final = 100
"""Alpha, 0..255, above which a pixel counts as the row's, and not as what lies below."""


class Planes(NamedTuple):
    """The planes of one surface.

    ids uint32 [H,W]: the number of the row that a pixel shows, 0 for none; hud_ids likewise for rows of the
    HUD. hud uint8 [H,W,4]: the HUD's red, green and blue times alpha, and alpha. light int16 [H,W,6]: what
    translucent draws do to what lies below them: a factor in 256ths for red, green and blue, then an offset
    in levels for each. hud_span, light_span int32 [H,2]: for each row of pixels, from which x on and up to
    which the HUD, or the light, may be other than none; nothing of it lies beside. Of no rows if not known.
    """

    ids: NDArray[np.uint32]
    hud_ids: NDArray[np.uint32]
    hud: NDArray[np.uint8]
    light: NDArray[np.int16]
    hud_span: NDArray[np.int32] = np.zeros((0, 2), np.int32)
    light_span: NDArray[np.int32] = np.zeros((0, 2), np.int32)


def raster_reference(
    planes: Planes, operations: NDArray[np.int32], pool: NDArray[np.uint32],
    units: NDArray[np.int32], covers: NDArray[np.float32],
) -> None:  # fmt: skip
    """Draw operations, int32 [N,12], in their order into the planes, in place. Spans are left to the kernel.

    units int32 [n]: the unit of each row. covers float32 [n], written: at which share of 16 points of its
    rectangle a row was drawn over a row of another unit.
    """
    ids = planes.ids
    for operation in operations:
        kind, number, x0, y0, x1, y1, left, top, start, stride, color, opacity = (int(v) for v in operation)
        if kind != ERASE and x1 > x0 and y1 > y0:
            points = [
                int(ids[y0 + (2 * j + 1) * (y1 - y0) // 8, x0 + (2 * i + 1) * (x1 - x0) // 8])
                for j in range(4)
                for i in range(4)
            ]
            covers[number] = sum(p != 0 and units[p] != units[number] for p in points) / 16
        for y in range(y0, y1):
            for x in range(x0, x1):
                pixel = color if start < 0 else int(pool[start + (y - top) * stride + x - left])
                _draw_pixel(planes, y, x, kind, number, pixel & 0xFFFFFFFF, opacity)


def _draw_pixel(planes: Planes, y: int, x: int, kind: int, number: int, pixel: int, opacity: int) -> None:
    hud, light = planes.hud[y, x], planes.light[y, x]
    color = [pixel >> shift & 255 for shift in (0, 8, 16)]
    alpha = (pixel >> 24) * opacity // 255
    if kind in (OPAQUE, ERASE) or (kind == MASKED and alpha > SOLID):
        planes.ids[y, x], planes.hud_ids[y, x], hud[:], light[:3], light[3:] = number, 0, 0, 256, 0
    elif kind == HUD and alpha:
        planes.hud_ids[y, x] = number
        hud[:] = [
            (value * alpha + int(below) * (255 - alpha) + 127) // 255
            for value, below in zip([*color, 255], hud, strict=True)
        ]
    elif kind in (LIGHT, MASKED):
        for c in range(3):
            light[c] = int(light[c]) * (255 - alpha) // 255
            light[3 + c] = (int(light[3 + c]) * (255 - alpha) + color[c] * alpha) // 255
    elif kind == MULTIPLY:
        for c in range(3):
            light[c] = int(light[c]) * color[c] // 255
            light[3 + c] = int(light[3 + c]) * color[c] // 255
    elif kind in (ADD, SUBTRACT):
        for c in range(3):
            change = color[c] if kind == ADD else -color[c]
            light[3 + c] = min(max(int(light[3 + c]) + change, -255), 255)


def nest_reference(
    planes: Planes, inner: Planes, numbers: NDArray[np.uint32], veils: NDArray[np.uint32],
    corner: tuple[int, int], columns: NDArray[np.int32], rows: NDArray[np.int32],
) -> None:  # fmt: skip
    """Draw the planes `inner` of another surface into the planes, in place.

    numbers uint32 [n]: what each number of the inner planes is called in the outer ones; 0 where it lets
    through what lies below. veils uint32 [n]: the packed colour of inner rows that are light there, else 0.
    columns int32 [w], rows int32 [h]: which inner pixel is shown at `corner` plus their index, x and y.
    """
    for j, row in enumerate(rows):
        for i, column in enumerate(columns):
            x, y = corner[0] + i, corner[1] + j
            inside = inner.ids[row, column]
            if numbers[inside]:
                _draw_pixel(planes, y, x, OPAQUE, numbers[inside], 0, 255)
            elif veils[inside]:
                _draw_pixel(planes, y, x, LIGHT, 0, int(veils[inside]), 255)
            if inner.hud_ids[row, column]:
                planes.hud_ids[y, x] = numbers[inner.hud_ids[row, column]]
                above = inner.hud[row, column].astype(int)
                planes.hud[y, x] = above + (planes.hud[y, x].astype(int) * (255 - above[3]) + 127) // 255
            factor, offset = inner.light[row, column].astype(int).reshape(2, 3)
            below = planes.light[y, x].astype(int)
            planes.light[y, x, :3] = below[:3] * factor // 256
            planes.light[y, x, 3:] = np.clip(below[3:] * factor // 256 + offset, -255, 255)
