"""The operations of `reference` on a CPU. `channels` writes a run of pixels with one number at a time.

float16 is copied as integers of the same size. 640×480 take 0.3 ms on one core (AVX2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.channels.reference import (
    COLUMNS_OF,
    HEIGHT,
    LEFT,
    MIRROR,
    ROWS_OF,
    START,
    TOP,
    WIDTH,
    Channels,
    Rows,
    empty_channels,
)
from reskin.kernels.raster.reference import SOLID
from reskin.kernels.simd.jit import jit_inner, jit_kernel


def channels_cpu(
    ids: NDArray[np.uint32], rows: Rows, pool: NDArray[np.uint16], things: NDArray[np.bool_],
    out: Channels | None = None,
) -> Channels:  # fmt: skip
    """As `channels_reference`. Every number in `ids` must be below n, every material below 64. out: arrays to
    write to, contiguous."""
    out = empty_channels(ids.shape) if out is None else out
    motion = np.ascontiguousarray(rows.motion).view(np.uint32)[:, 0]
    _channels(
        ids, rows.place, rows.look, rows.identity, motion, rows.surface, pool, things,
        out.material.ravel(), out.identity.ravel(), out.motion.view(np.uint32).ravel(),
        out.anchor.view(np.uint64).ravel(), out.detail.ravel(),
    )  # fmt: skip
    return out


@jit_kernel
def _channels(
    ids, place, look, identity, motion, surface, pool, things,
    material_out, identity_out, motion_out, anchor_out, detail_out,
):  # fmt: skip
    # Unsigned indices need no look at negative ones, and no slice counts references: so loops are vectors.
    height, width = ids.shape
    thing_bits = np.uint64(0)
    for kind in range(64):
        if things[kind]:
            thing_bits |= np.uint64(1) << np.uint64(kind)
    for y in range(height):
        start = 0
        while start < width:
            number = ids[y, start]
            end = start + 1
            while end < width and ids[y, end] == number:
                end += 1
            first, last = np.uint64(y * width + start), np.uint64(y * width + end)
            moved = motion[number]
            for i in range(first, last):
                motion_out[i] = moved
            if place[number, START] < 0:
                kind, strength = look[number] & 255, look[number] >> 8
                for i in range(first, last):
                    material_out[i] = kind
                    detail_out[i] = strength
                bits = np.uint64(1) << np.uint64(kind & 63)
            else:
                bits = _looks(y, start, first, last, number, place, look, pool, material_out, detail_out)
            back = np.int64(start) - np.int64(first)
            if bits & ~thing_bits != 0:
                name = identity[number, 0]
                a, s = surface[number, 0, 0], surface[number, 0, 1]
                v = _packed_high((y + surface[number, 0, 2]) * surface[number, 0, 3])
                for i in range(first, last):
                    identity_out[i] = name
                    anchor_out[i] = _packed_low((np.int32(np.int64(i) + back) + a) * s) | v
            if bits & thing_bits != 0:
                whole, name = bits & ~thing_bits == 0, identity[number, 1]
                a, s = surface[number, 1, 0], surface[number, 1, 1]
                least, most = abs(s) / 2, 1 - abs(s) / 2
                v = (y + surface[number, 1, 2]) * surface[number, 1, 3]
                high = abs(surface[number, 1, 3]) / 2
                v = _packed_high(min(max(v, high), 1 - high))
                for i in range(first, last):
                    if whole or things[material_out[i]]:
                        identity_out[i] = name
                        u = (np.int32(np.int64(i) + back) + a) * s
                        anchor_out[i] = _packed_low(min(max(u, least), most)) | v
            start = end


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
def _looks(y, start, first, last, number, place, look, pool, material_out, detail_out):
    """Write materials and details of a run of a content's pixels; gives the materials as bits."""
    left, top = place[number, LEFT], place[number, TOP]
    wide, high = place[number, WIDTH], place[number, HEIGHT]
    as_it_is = wide == place[number, COLUMNS_OF] and high == place[number, ROWS_OF]
    inside = start >= left and start + np.int64(last - first) <= left + wide and y >= top and y < top + high
    bits = np.uint64(0)
    if as_it_is and inside and place[number, MIRROR] == 0:
        at = np.uint64(place[number, START] + np.int64(y - top) * wide + (start - left)) - first
        for i in range(first, last):
            value = pool[at + i]
            material_out[i] = value & 255
            detail_out[i] = value >> 8
            bits |= np.uint64(1) << np.uint64(value & 63)
    else:
        for i in range(first, last):
            at = pool_index(place, number, start + np.int64(i - first), y)
            value = look[number] if at < 0 else pool[at]
            material_out[i] = value & 255
            detail_out[i] = value >> 8
            bits |= np.uint64(1) << np.uint64(value & 63)
    return bits


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
    light: NDArray[np.int16], out: NDArray[np.int16],
) -> NDArray[np.int16]:  # fmt: skip
    """As `overlay_reference`; `out` int16 [H,W,6] is written to, and given back."""
    _overlay(ids, material, dark, kind, light, out)
    return out


@jit_kernel
def _overlay(ids, material, dark, kind, light, out):
    height, width = ids.shape
    lit = light.shape[0] > 0
    for y in range(height):
        for x in range(width):
            number = ids[y, x]
            darkened = material[y, x] == kind[number]
            for c in range(3):
                factor = np.int32(dark[number, c]) if darkened else np.int32(256)
                if lit:
                    factor = factor * np.int32(light[y, x, 2 - c]) >> 8
                    out[y, x, 3 + c] = light[y, x, 5 - c]
                else:
                    out[y, x, 3 + c] = 0
                out[y, x, c] = factor


def uncover_cpu(
    color: NDArray[np.uint8], hud: NDArray[np.uint8], ids: NDArray[np.uint32], place: NDArray[np.int32],
    flat: NDArray[np.uint32], pool: NDArray[np.uint32], light: NDArray[np.int16],
) -> None:  # fmt: skip
    """As `uncover_reference`."""
    _uncover(color, hud, hud.view(np.uint32)[..., 0], ids, place, flat, pool, light)


@jit_kernel
def _uncover(color, hud, packed, ids, place, flat, pool, light):
    height, width = ids.shape
    for y in range(height):
        line, some = packed[y], np.uint32(0)
        for x in range(len(line)):
            some |= line[x]
        if some >> np.uint32(24) == 0:
            continue
        for x in range(width):
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
    ids: NDArray[np.uint32], hud_ids: NDArray[np.uint32], rows: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """As `count_reference`."""
    found, there = np.zeros(rows, np.int32), np.zeros(rows, np.bool_)
    _count(ids, hud_ids, found, there)
    return found, there


@jit_kernel
def _count(ids, hud_ids, found, there):
    height, width = ids.shape
    has_hud = hud_ids.shape[0] > 0
    for y in range(height):
        start = 0
        line = ids[y]
        while start < width:
            number = line[start]
            end = start + 1
            while end < width and line[end] == number:
                end += 1
            found[number] += end - start
            there[number] = True
            start = end
        if has_hud:
            above, some = hud_ids[y], np.uint32(0)
            for x in range(len(above)):
                some |= above[x]
            if some != 0:
                for x in range(len(above)):
                    if above[x] != 0:
                        found[line[x]] -= 1
                        found[above[x]] += 1
                        there[above[x]] = True
