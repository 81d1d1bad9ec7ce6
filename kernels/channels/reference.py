"""`channels` and `uncover` pixel by pixel in Python. The CPU kernels beside them give the same numbers.

What is known of rows, n of them, row 0 standing for pixels that no row explains:

| array | type | meaning |
|---|---|---|
| place | int32 [n,8] | columns below: where the row's content lies, and its pixels in the pools |
| look | uint16 [n] | material in the low byte, detail in the high one; for rows without pixels of their own |
| identity | uint16 [n,2] | of pixels of terrain, and of things |
| motion | float16 [n,2] | px |
| surface | float64 [n,2,4] | `u = (x + a) * s`: a, s of x, then of y; for terrain, and for things |
| kinds | uint8 [n] | TERRAIN if a pixel of it may be terrain, plus THING if one may be a thing |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.raster.reference import SOLID

LEFT, TOP, WIDTH, HEIGHT, START, COLUMNS_OF, ROWS_OF, MIRROR = range(8)
"""Columns of `place`. LEFT, TOP, WIDTH, HEIGHT: of the content on the display. START: of its pixels in the
pools, -1 for none. COLUMNS_OF, ROWS_OF: its size there. MIRROR: 1 if x is mirrored, plus 2 if y is."""
TERRAIN, THING = 1, 2


class Rows(NamedTuple):
    """What is known of rows, as in the table above."""

    place: NDArray[np.int32]
    look: NDArray[np.uint16]
    identity: NDArray[np.uint16]
    motion: NDArray[np.float16]
    surface: NDArray[np.float64]
    kinds: NDArray[np.uint8]


class Channels(NamedTuple):
    """Channels as `engine.frame.Frame` defines them."""

    material: NDArray[np.uint8]
    identity: NDArray[np.uint16]
    motion: NDArray[np.float16]
    anchor: NDArray[np.float32]
    detail: NDArray[np.uint8]


def channels_reference(
    ids: NDArray[np.uint32], rows: Rows, pool: NDArray[np.uint16], things: NDArray[np.bool_]
) -> Channels:
    """The channels of ids uint32 [H,W].

    pool: looks of the pixels of contents, as `look`. things bool [M]: materials whose anchor runs from 0 to 1
    over their box; it is clipped to the box's outermost pixel centres.
    """
    out = empty_channels(ids.shape)
    for (y, x), number in np.ndenumerate(ids):
        at = _pool_index(rows.place[number], x, y)
        look = int(rows.look[number] if at < 0 else pool[at])
        material, thing = look & 255, int(things[look & 255])
        out.material[y, x], out.detail[y, x] = material, look >> 8
        out.identity[y, x] = rows.identity[number, thing]
        out.motion[y, x] = rows.motion[number]
        for axis, value in enumerate((x, y)):
            a, s = rows.surface[number, thing, 2 * axis : 2 * axis + 2]
            anchor = (value + a) * s
            if thing:
                anchor = min(max(anchor, abs(s) / 2), 1 - abs(s) / 2)
            out.anchor[y, x, axis] = anchor
    return out


def empty_channels(shape: tuple[int, ...], make: Callable[..., NDArray[Any]] = np.empty) -> Channels:
    """Arrays for the channels of `shape`, [H,W], from `make`, which takes a shape and a type."""
    return Channels(
        make(shape, np.uint8), make(shape, np.uint16), make((*shape, 2), np.float16),
        make((*shape, 2), np.float32), make(shape, np.uint8),
    )  # fmt: skip


def stretch_reference(
    ids: NDArray[np.uint32], scaled: NDArray[np.int32], stretch: NDArray[np.float32],
    motion: NDArray[np.float16],
) -> None:  # fmt: skip
    """Correct motion float16 [H,W,2] px, in place, where rows are scaled otherwise than a frame before.

    scaled int32 [n]: which line of stretch float32 [k,4] is a row's, -1 for none. A pixel whose middle lies
    at x moves by line 0 plus x times line 1, and one at y by line 2 plus y times line 3, in whole px.
    """
    for (y, x), number in np.ndenumerate(ids):
        if scaled[number] >= 0:
            line = stretch[scaled[number]].astype(np.float64)
            motion[y, x] = np.rint(line[0] + line[1] * (x + 0.5)), np.rint(line[2] + line[3] * (y + 0.5))


def count_reference(
    ids: NDArray[np.uint32], hud_ids: NDArray[np.uint32], rows: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """How many pixels each of `rows` rows shows, int32 [rows]: where the HUD covers a pixel, it is the HUD's.
    And which rows have any pixel, also one under the HUD: bool [rows]."""
    found, there = np.zeros(rows, np.int32), np.zeros(rows, np.bool_)
    for place, number in np.ndenumerate(ids):
        above = hud_ids[place] if len(hud_ids) else 0
        found[above or number] += 1
        there[number] = there[above or number] = True
    return found, there


def _pool_index(place: NDArray[np.int32], x: int, y: int) -> int:
    """Where in the pools the pixel of a content lies that is seen at (x, y); -1 if it has none there."""
    left, top, width, height, start, columns, lines, mirror = (int(v) for v in place)
    if start < 0:
        return -1
    column, line = (x - left) * columns // width, (y - top) * lines // height
    if not (0 <= column < columns and 0 <= line < lines):
        return -1
    column = columns - 1 - column if mirror & 1 else column
    line = lines - 1 - line if mirror & 2 else line
    return start + line * columns + column


def uncover_reference(
    color: NDArray[np.uint8], hud: NDArray[np.uint8], ids: NDArray[np.uint32], place: NDArray[np.int32],
    flat: NDArray[np.uint32], pool: NDArray[np.uint32], light: NDArray[np.int16],
) -> None:  # fmt: skip
    """Paint what lies under the HUD into `color` uint8 [H,W,4] BGRX, in place, and make `hud` exact.

    Where hud uint8 [H,W,4], red, green, blue and alpha, is opaque it becomes exactly the picture's colour. It
    is turned to the order blue, green, red, alpha. The colour below is that of the content's pixel in `pool`
    (packed, red lowest), or `flat` uint32 [n] of the row, with `light` upon it. For row 0 it is the colour of
    the pixel to the left.

    Where the picture shows just what lies below, the HUD cannot be seen, and `hud` becomes transparent: many
    bitmap fonts have boxes in the colour of the sky, which the restyled sky does not have.
    """
    for (y, x), number in np.ndenumerate(ids):
        alpha = hud[y, x, 3]
        if alpha == 0:
            continue
        hud[y, x, :3] = color[y, x, :3] if alpha == 255 else hud[y, x, 2::-1].copy()
        if number == 0:
            if x:
                color[y, x] = color[y, x - 1]
            continue
        at = _pool_index(place[number], x, y)
        pixel = int(flat[number] if at < 0 or pool[at] >> 24 <= SOLID else pool[at])
        below = np.array([pixel >> shift & 255 for shift in (0, 8, 16)])
        if len(light):
            below = _lit(below, light[y, x])
        if (color[y, x, :3] == below[::-1]).all():
            hud[y, x] = 0
        color[y, x, :3] = below[::-1]


def overlay_reference(
    ids: NDArray[np.uint32], material: NDArray[np.uint8], dark: NDArray[np.int16], kind: NDArray[np.uint8],
    light: NDArray[np.int16],
) -> NDArray[np.int16]:  # fmt: skip
    """A frame's overlay, int16 [H,W,6], in the order blue, green, red.

    dark int16 [n,3]: factors of rows, 256ths, blue, green, red; they count where material uint8 [H,W] is the
    row's kind, uint8 [n]. light int16 [H,W,6]: red, green, blue, or nothing; it falls on what is dark.
    """
    out = np.zeros((*ids.shape, 6), np.int16)
    for (y, x), number in np.ndenumerate(ids):
        factor = dark[number].astype(int) if material[y, x] == kind[number] else np.full(3, 256)
        if len(light):
            factor = factor * light[y, x, 2::-1] >> 8
            out[y, x, 3:] = light[y, x, :2:-1]
        out[y, x, :3] = factor
    return out


def picture_reference(
    ids: NDArray[np.uint32], place: NDArray[np.int32], flat: NDArray[np.uint32], pool: NDArray[np.uint32],
    light: NDArray[np.int16],
) -> NDArray[np.uint32]:  # fmt: skip
    """The colours that rows show: uint32 [H,W] packed RGBA. Arguments as of `uncover_reference`."""
    out = np.empty(ids.shape, np.uint32)
    for (y, x), number in np.ndenumerate(ids):
        at = _pool_index(place[number], x, y)
        pixel = int(flat[number] if at < 0 else pool[at])
        if len(light):
            lit = _lit(np.array([pixel >> shift & 255 for shift in (0, 8, 16)]), light[y, x])
            pixel = pixel & 0xFF000000 | int(lit[0]) | int(lit[1]) << 8 | int(lit[2]) << 16
        out[y, x] = pixel
    return out


def _lit(color: NDArray[np.int_], light: NDArray[np.int16]) -> NDArray[np.int_]:
    """Red, green and blue under the light of a pixel, int16 [6]."""
    return np.asarray(np.clip(color * light[:3].astype(int) // 256 + light[3:], 0, 255))
