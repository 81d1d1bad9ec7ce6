"""The operations of `reference` on a CPU. `channels` writes a run of pixels with one number at a time. What
terrain has is written for as many runs as share it: a line of equal tiles at once.

float16 is copied as integers of the same size. 640×480 take 0.3 ms on one core (AVX2).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.channels.reference import (
    COLUMNS_OF,
    HEIGHT,
    LEFT,
    MIRROR,
    ROWS_OF,
    START,
    TERRAIN,
    TOP,
    WIDTH,
    Channels,
    Rows,
    empty_channels,
)
from reskin.kernels.raster.reference import SOLID
from reskin.kernels.simd.jit import jit_inner, jit_kernel
from reskin.kernels.simd.vectors import address, copy, fill

_INDIRECT: Final = -(1 << 62)
_STEP: Final = 16
"""Pixels of a run that are written at once."""
_NO_SPAN: Final = np.zeros((0, 2), np.int32)


class Runs(NamedTuple):
    """Pixels with one number beside each other, in each row of pixels of a plane [H,W]; see `runs_cpu`.

    ends int32 [H,W]: behind the last pixel of each run. counts int32 [H]: runs of a row of pixels.
    """

    ends: NDArray[np.int32]
    counts: NDArray[np.int32]


def runs_cpu(ids: NDArray[np.uint32], out: Runs | None = None) -> Runs:
    """Find the runs of a plane uint32 [H,W]. out: of a plane of the same size, to be written over.

    Most kernels here go by runs. They find them themselves, unless they are given."""
    out = Runs(np.empty(ids.shape, np.int32), np.empty(len(ids), np.int32)) if out is None else out
    _find_runs(ids, *out)
    return out


@jit_kernel
def _find_runs(ids, ends, counts):
    height, width = ids.shape
    differs = np.zeros((width + 7) // 8, np.uint64)  # a byte for each pixel
    for y in range(height):
        counts[y] = _runs(ids[y], differs, ends[y])


def channels_cpu(
    ids: NDArray[np.uint32], rows: Rows, pool: NDArray[np.uint16], things: NDArray[np.bool_],
    out: Channels | None = None, runs: Runs | None = None,
) -> Channels:  # fmt: skip
    """As `channels_reference`. Every number in `ids` must be below n. out: arrays to write to, contiguous."""
    out = empty_channels(ids.shape) if out is None else out
    runs = runs_cpu(ids) if runs is None else runs
    motion = np.ascontiguousarray(rows.motion).view(np.uint32)[:, 0]
    _channels(
        ids, *runs, rows.place, rows.look, rows.identity, motion, rows.surface, rows.kinds, pool, things,
        out.material.ravel(), out.identity.ravel(), out.motion.view(np.uint32).ravel(),
        out.anchor.view(np.uint64).ravel(), out.detail.ravel(),
    )  # fmt: skip
    return out


@jit_kernel
def _channels(
    ids, run_ends, runs, place, look, identity, motion, surface, kinds, pool, things,
    material_out, identity_out, motion_out, anchor_out, detail_out,
):  # fmt: skip
    # Unsigned indices need no look at negative ones, and no slice counts references: so loops are vectors.
    height, width = ids.shape
    alike, direct = _alike(identity, motion, surface), _direct(place)
    looks = np.empty(width + _STEP, np.uint16)  # of a line; a run may write over the one after it
    to, pooled = address(looks, 0), address(pool, 0)
    for y in range(height):
        line = np.uint64(y) * np.uint64(width)
        opened, like = line, np.int64(-1)  # where pixels of terrain begin that are still to be written
        start = np.int64(0)
        for run in range(runs[y]):
            number, end = ids[y, start], np.int64(run_ends[y, run])
            first, last = line + np.uint64(start), line + np.uint64(end)
            kind = kinds[number]
            at = direct[number]
            if place[number, START] < 0:
                for x in range(start, end, _STEP):
                    fill(to, x, look[number], _STEP)
            elif at != _INDIRECT and _inside(place, number, start, end, y):
                at += y * np.int64(place[number, WIDTH])
                if at + end + _STEP <= len(pool):
                    for x in range(start, end, _STEP):
                        copy(to, x, pooled, at + x, _STEP)
                else:
                    for x in range(start, end):
                        looks[x] = pool[at + x]
            else:
                for x in range(start, end):
                    index = pool_index(place, number, x, y)
                    looks[x] = look[number] if index < 0 else pool[index]
            same = like >= 0 and kind == TERRAIN and alike[number] == alike[like]
            if like >= 0 and not same:
                _terrain(y, line, opened, first, like, identity, motion, surface, identity_out, motion_out,
                         anchor_out)  # fmt: skip
                like = np.int64(-1)
            if kind == TERRAIN:
                if not same:
                    opened, like = first, np.int64(number)
            else:
                if kind & TERRAIN:
                    _terrain(y, line, first, last, number, identity, motion, surface, identity_out,
                             motion_out, anchor_out)  # fmt: skip
                else:
                    moved = motion[number]
                    for i in range(first, last):
                        motion_out[i] = moved
                _thing(y, line, first, last, number, kind & TERRAIN == 0, identity, surface, things,
                       looks, identity_out, anchor_out)  # fmt: skip
            start = end
        for x in range(np.uint64(width)):
            material_out[line + x] = looks[x] & 255
            detail_out[line + x] = looks[x] >> 8
        if like >= 0:
            _terrain(y, line, opened, line + np.uint64(width), like, identity, motion, surface,
                     identity_out, motion_out, anchor_out)  # fmt: skip


@jit_inner
def _alike(identity, motion, surface):
    """For each row a number that it shares with rows whose terrain has the same identity, motion and surface:
    that of the first of several such in a row."""
    found = np.zeros(len(motion), np.int64)
    for n in range(1, len(motion)):
        same = identity[n, 0] == identity[n - 1, 0] and motion[n] == motion[n - 1]
        for c in range(4):
            same = same and surface[n, 0, c] == surface[n - 1, 0, c]
        found[n] = found[n - 1] if same else n
    return found


@jit_inner
def _runs(line, differs, ends):
    """Find runs of equal numbers in a line, uint32 [W]. Writes where each ends; gives how many there are.
    differs: room for 8 pixels in a number."""
    width, flags = len(line), differs.view(np.uint8)
    for x in range(np.uint64(1), np.uint64(width)):
        flags[x] = line[x] != line[x - np.uint64(1)]
    count = 0
    for word in range(len(differs)):
        bits, x = differs[word], 8 * word
        while bits != 0:
            while bits & np.uint64(255) == 0:
                bits >>= np.uint64(8)
                x += 1
            ends[count] = x
            count += 1
            bits >>= np.uint64(8)
            x += 1
    ends[count] = width
    return count + 1


@jit_inner
def _terrain(
    y, line, first, last, number, identity, motion, surface, identity_out, motion_out, anchor_out
):
    """Write identity, motion and anchor of pixels of terrain, which lie from `first` to `last`."""
    name, moved = identity[number, 0], motion[number]
    a, s = surface[number, 0, 0], surface[number, 0, 1]
    v = _packed_high((y + surface[number, 0, 2]) * surface[number, 0, 3])
    back = -np.int64(line)
    for i in range(first, last):
        motion_out[i] = moved
        identity_out[i] = name
    for i in range(first, last):
        anchor_out[i] = _packed_low((np.int32(np.int64(i) + back) + a) * s) | v


@jit_inner
def _thing(
    y, line, first, last, number, whole, identity, surface, things, looks, identity_out, anchor_out
):
    """Write identity and anchor of those pixels of a run that show a thing. whole: they all do."""
    name, a, s = identity[number, 1], surface[number, 1, 0], surface[number, 1, 1]
    least, most = abs(s) / 2, 1 - abs(s) / 2
    v = (y + surface[number, 1, 2]) * surface[number, 1, 3]
    high = abs(surface[number, 1, 3]) / 2
    v = _packed_high(min(max(v, high), 1 - high))
    back = -np.int64(line)
    for i in range(first, last):
        if whole or things[looks[i - line] & 255]:
            identity_out[i] = name
            u = (np.int32(np.int64(i) + back) + a) * s
            anchor_out[i] = _packed_low(min(max(u, least), most)) | v


def stretch_cpu(
    ids: NDArray[np.uint32], scaled: NDArray[np.int32], stretch: NDArray[np.float32],
    motion: NDArray[np.float16],
) -> None:  # fmt: skip
    """As `stretch_reference`, where no pixel moves by more than `FARTHEST` px."""
    _stretch(ids, scaled, stretch.astype(np.float64), _WHOLE, motion.view(np.uint16))


FARTHEST = 2047
_WHOLE = np.arange(-FARTHEST, FARTHEST + 1).astype(np.float16).view(np.uint16)
"""Whole numbers as float16, bit by bit, as Numba cannot convert them."""


@jit_kernel
def _stretch(ids, scaled, stretch, whole, motion):
    height, width = ids.shape
    for y in range(height):
        start = 0
        while start < width:
            number = ids[y, start]
            end = start + 1
            while end < width and ids[y, end] == number:
                end += 1
            line = scaled[number]
            if line >= 0:
                by_y = whole[_whole_place(stretch[line, 2] + stretch[line, 3] * (y + 0.5))]
                a, b = stretch[line, 0], stretch[line, 1]
                by_x = whole[_whole_place(a)]
                for x in range(start, end):
                    motion[y, x, 0] = by_x if b == 0 else whole[_whole_place(a + b * (x + 0.5))]
                    motion[y, x, 1] = by_y
            start = end


@jit_inner
def _whole_place(value):
    return min(max(np.int64(np.rint(value)), -FARTHEST), FARTHEST) + FARTHEST


@jit_inner
def _packed_low(value):
    """A float32 as the lower half of two: the first of a pair in memory."""
    return np.uint64(np.float32(value).view(np.uint32))


@jit_inner
def _packed_high(value):
    return np.uint64(np.float32(value).view(np.uint32)) << np.uint64(32)


@jit_inner
def _direct(place):
    """Where in the pool the pixel (0, 0) of the display would lie, of contents that are shown as they are."""
    found = np.full(len(place), _INDIRECT, np.int64)
    for n in range(len(place)):
        wide = np.int64(place[n, WIDTH])
        as_it_is = wide == place[n, COLUMNS_OF] and place[n, HEIGHT] == place[n, ROWS_OF]
        if as_it_is and place[n, MIRROR] == 0 and place[n, START] >= 0:
            found[n] = place[n, START] - place[n, TOP] * wide - place[n, LEFT]
    return found


@jit_inner
def _inside(place, number, start, end, y):
    left, top = place[number, LEFT], place[number, TOP]
    beside = start < left or end > left + place[number, WIDTH]
    return not beside and y >= top and y < top + place[number, HEIGHT]


@jit_inner
def pool_index(place, number, x, y):
    """As `_pool_index` of the reference."""
    columns, lines = place[number, COLUMNS_OF], place[number, ROWS_OF]
    if place[number, START] < 0:
        return np.int64(-1)
    column = np.int64(x - place[number, LEFT]) * columns // place[number, WIDTH]
    line = np.int64(y - place[number, TOP]) * lines // place[number, HEIGHT]
    if column < 0 or column >= columns or line < 0 or line >= lines:
        return np.int64(-1)
    if place[number, MIRROR] & 1:
        column = columns - 1 - column
    if place[number, MIRROR] & 2:
        line = lines - 1 - line
    return np.int64(place[number, START]) + line * columns + column


def overlay_cpu(
    ids: NDArray[np.uint32], material: NDArray[np.uint8], dark: NDArray[np.int16], kind: NDArray[np.uint8],
    light: NDArray[np.int16], out: NDArray[np.int16], light_span: NDArray[np.int32] = _NO_SPAN,
    runs: Runs | None = None,
) -> NDArray[np.int16]:  # fmt: skip
    """As `overlay_reference`; `out` int16 [H,W,6], contiguous, is written to, and given back. light_span
    int32 [H,2]: see `kernels.raster`; of no rows if light may be anywhere."""
    runs = runs_cpu(ids) if runs is None else runs
    _overlay(ids, *runs, material, dark, kind, light, light_span, out.view(np.int32).ravel(), out.ravel())
    return out


@jit_kernel
def _overlay(ids, run_ends, runs, material, dark, kind, light, light_span, out, levels):
    """out: the same memory as `levels`, two of them in a number, the first in the low half."""
    height, width = ids.shape
    lit = light.shape[0] > 0
    for y in range(height):
        line, start = np.uint64(3) * np.uint64(y) * np.uint64(width), np.int64(0)
        shaded = material[y]
        for run in range(runs[y]):
            number, end = ids[y, start], np.int64(run_ends[y, run])
            blue, green, red = np.int32(dark[number, 0]), np.int32(dark[number, 1]), np.int32(dark[number, 2])
            first, second = blue | green << np.int32(16), red
            one = kind[number]
            for x in range(np.uint64(start), np.uint64(end)):
                darkened, at = shaded[x] == one, line + np.uint64(3) * x
                out[at] = first if darkened else np.int32(256 | 256 << 16)
                out[at + np.uint64(1)] = second if darkened else np.int32(256)
                out[at + np.uint64(2)] = np.int32(0)
            start = end
        if not lit:
            continue
        left, right = np.int64(0), np.int64(width)
        if len(light_span):
            left, right = np.int64(light_span[y, 0]), np.int64(light_span[y, 1])
        for x in range(left, right):
            at, lights = np.uint64(2) * (line + np.uint64(3) * np.uint64(x)), light[y, x]
            for c in range(3):
                factor = np.int32(levels[at + np.uint64(c)]) * np.int32(lights[2 - c])
                levels[at + np.uint64(c)] = factor >> 8
                levels[at + np.uint64(3 + c)] = lights[5 - c]


def uncover_cpu(
    color: NDArray[np.uint8], hud: NDArray[np.uint8], ids: NDArray[np.uint32], place: NDArray[np.int32],
    flat: NDArray[np.uint32], pool: NDArray[np.uint32], light: NDArray[np.int16],
    span: NDArray[np.int32] = _NO_SPAN,
) -> None:  # fmt: skip
    """As `uncover_reference`. span int32 [H,2]: outside it `hud` is transparent; of no rows if not known."""
    _uncover(color, hud, ids, place, flat, pool, light, span)


@jit_kernel
def _uncover(color, hud, ids, place, flat, pool, light, span):
    height, width = ids.shape
    direct = _direct(place)
    for y in range(height):
        left, right = (span[y, 0], span[y, 1]) if len(span) else (np.int32(0), np.int32(width))
        for x in range(left, right):
            alpha = hud[y, x, 3]
            if alpha == 0:
                continue
            if alpha == 255:
                hud[y, x, 0], hud[y, x, 1], hud[y, x, 2] = color[y, x, 0], color[y, x, 1], color[y, x, 2]
            else:
                hud[y, x, 0], hud[y, x, 2] = hud[y, x, 2], hud[y, x, 0]
            number = ids[y, x]
            if number == 0:
                if x > 0:
                    color[y, x] = color[y, x - 1]
                continue
            if direct[number] != _INDIRECT and _inside(place, number, x, x + 1, y):
                at = direct[number] + y * np.int64(place[number, WIDTH]) + x
            else:
                at = pool_index(place, number, x, y)
            pixel = flat[number] if at < 0 or (pool[at] >> np.uint32(24)) <= SOLID else pool[at]
            if light.shape[0] > 0:
                pixel = _lit(pixel, light, y, x)
            differs = False
            for c in range(3):
                value = (pixel >> np.uint32(8 * c)) & np.uint32(255)
                differs |= color[y, x, 2 - c] != value
                color[y, x, 2 - c] = value
            if not differs:
                hud[y, x] = 0


def copy_spans_cpu(
    plane: NDArray[np.uint8], span: NDArray[np.int32], out: NDArray[np.uint8], out_span: NDArray[np.int32]
) -> None:
    """Copy a plane uint8 [H,W,4] that is 0 outside `span` int32 [H,2], to `out`, which is so outside
    `out_span`; that becomes as `span`. Most of a HUD is empty."""
    _copy_spans(plane.view(np.uint32)[..., 0], span, out.view(np.uint32)[..., 0], out_span)


@jit_kernel
def _copy_spans(plane, span, out, out_span):
    for y in range(len(span)):
        out[y, out_span[y, 0] : out_span[y, 1]] = 0
        out[y, span[y, 0] : span[y, 1]] = plane[y, span[y, 0] : span[y, 1]]
    out_span[:] = span


def picture_cpu(
    ids: NDArray[np.uint32], place: NDArray[np.int32], flat: NDArray[np.uint32], pool: NDArray[np.uint32],
    light: NDArray[np.int16],
) -> NDArray[np.uint32]:  # fmt: skip
    """As `picture_reference`."""
    out = np.empty(ids.shape, np.uint32)
    _picture(ids, place, flat, pool, light, out)
    return out


@jit_kernel
def _picture(ids, place, flat, pool, light, out):
    height, width = ids.shape
    for y in range(height):
        for x in range(width):
            number = ids[y, x]
            at = pool_index(place, number, x, y)
            pixel = flat[number] if at < 0 else pool[at]
            out[y, x] = _lit(pixel, light, y, x) if light.shape[0] > 0 else pixel


@jit_inner
def _lit(pixel, light, y, x):
    """A packed pixel under the light at (x, y). Its alpha stays."""
    found = pixel & np.uint32(0xFF000000)
    for c in range(3):
        value = np.int64((pixel >> np.uint32(8 * c)) & np.uint32(255))
        value = value * np.int64(light[y, x, c]) // 256 + np.int64(light[y, x, 3 + c])
        found |= np.uint32(min(max(value, 0), 255)) << np.uint32(8 * c)
    return found


def count_cpu(
    ids: NDArray[np.uint32], hud_ids: NDArray[np.uint32], rows: int,
    hud_span: NDArray[np.int32] = _NO_SPAN, runs: Runs | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:  # fmt: skip
    """As `count_reference`. hud_span int32 [H,2]: outside it hud_ids is 0; of no rows if not known."""
    found, there = np.zeros(rows, np.int32), np.zeros(rows, np.bool_)
    runs = runs_cpu(ids) if runs is None else runs
    _count(ids, *runs, hud_ids, hud_span, found, there)
    return found, there


@jit_kernel
def _count(ids, run_ends, runs, hud_ids, hud_span, found, there):
    height, width = ids.shape
    has_hud = hud_ids.shape[0] > 0
    for y in range(height):
        line, start = ids[y], 0
        for run in range(runs[y]):
            end = run_ends[y, run]
            found[line[start]] += end - start
            there[line[start]] = True
            start = end
        if has_hud:
            above = hud_ids[y]
            spans = len(hud_span) > 0
            left, right = (hud_span[y, 0], hud_span[y, 1]) if spans else (np.int32(0), np.int32(width))
            for x in range(left, right):
                if above[x] != 0:
                    found[line[x]] -= 1
                    found[above[x]] += 1
                    there[above[x]] = True


@jit_kernel
def renumber_cpu(ids: NDArray[np.uint32], numbers: NDArray[np.uint32]) -> None:
    """`ids = numbers[ids]`, in place: .1 ms, where NumPy takes .5, as it makes an array of its own."""
    height, width = ids.shape
    for y in range(height):
        for x in range(width):
            ids[y, x] = numbers[ids[y, x]]
