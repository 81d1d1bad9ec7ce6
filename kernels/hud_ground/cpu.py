"""`hud_ground` on a CPU: one pass over the HUD, most of which is empty, and one over blocks with a weight."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.hud_ground import BAR, BLOCK, FULL, SLOPE
from reskin.kernels.simd.bytes import byte_at, times_256th
from reskin.kernels.simd.contiguous import contiguous, packed_pixels
from reskin.kernels.simd.jit import jit_inner, jit_kernel

_STEP: Final = 2 * BLOCK
_WIDE: Final = 8 * BLOCK
_I0, _I2, _I7, _I8, _I256 = (np.int32(value) for value in (0, 2, 7, 8, 256))
_BAR: Final = np.int32(BAR)
_INVERSE: Final = (65536 // np.maximum(np.arange(256), SLOPE)).astype(np.int32)


def hud_ground_cpu(picture: NDArray[np.uint8], plain: NDArray[np.uint8], hud: NDArray[np.uint8]) -> None:
    """As `hud_ground_reference`, in place; picture is contiguous."""
    height, width = hud.shape[:2]
    shape = -(-height // BLOCK), -(-width // BLOCK)
    under, above = contiguous(packed_pixels(plain), np.uint32), contiguous(packed_pixels(hud), np.uint32)
    sums = np.zeros((*shape, 5), np.int64)
    if _sum(packed_pixels(picture), under, above, sums):
        weight, color = np.empty(shape, np.int32), np.empty((*shape, 3), np.int32)
        _look(_smooth(sums), weight, color)
        _mix(packed_pixels(picture), under, weight, color)


@jit_kernel
def _sum(picture, plain, hud, sums):
    """Sums of each block; gives whether anything lacks contrast."""
    height, width = hud.shape
    lacking = False
    for y in range(height):
        for start in range(0, width, _WIDE):
            if _any(hud[y, start : start + _WIDE]):
                for left in range(start, min(start + _WIDE, width), BLOCK):
                    if _any(hud[y, left : left + BLOCK]):
                        end = min(left + BLOCK, width)
                        sums_of_block = sums[y // BLOCK, left // BLOCK]
                        lacking |= _add(picture[y], plain[y], hud[y], left, end, sums_of_block)
    return lacking


@jit_inner
def _any(pixels):
    found = np.uint32(0)
    for x in range(pixels.shape[0]):
        found |= pixels[x]
    return found != 0


@jit_inner
def _add(picture, plain, hud, first, end, sums):
    lacks = np.int32(0)
    for x in range(first, end):
        pixel = hud[x]
        if pixel:
            alpha = np.int32(pixel >> np.uint32(24))
            through = np.int32(alpha + (alpha >> _I7))
            far_plain = _distance_under(pixel, plain[x], through)
            far = _distance_under(pixel, picture[x], through)
            lacks += max(min(far_plain, _BAR) - min(far, _BAR), _I0)
            sums[0] += byte_at(pixel, 0)
            sums[1] += byte_at(pixel, 8)
            sums[2] += byte_at(pixel, 16)
            sums[3] += alpha
    sums[4] += lacks
    return lacks > 0


@jit_inner
def _distance(first, second, third):
    return np.int32(np.int32(abs(first) + abs(second) + abs(second) + abs(third)) >> _I2)


@jit_inner
def _distance_under(pixel, ground, through):
    first = np.int32(byte_at(pixel, 0) - times_256th(through, byte_at(ground, 0)))
    second = np.int32(byte_at(pixel, 8) - times_256th(through, byte_at(ground, 8)))
    return _distance(first, second, np.int32(byte_at(pixel, 16) - times_256th(through, byte_at(ground, 16))))


@jit_kernel
def _smooth(values):
    """Times 1 2 1 in x and y."""
    height, width, count = values.shape
    out = np.zeros_like(values)
    for y in range(height):
        for x in range(width):
            if values[y, x, 3] == 0:
                continue
            for to_y in range(max(y - 1, 0), min(y + 2, height)):
                for to_x in range(max(x - 1, 0), min(x + 2, width)):
                    times = (2 - abs(to_y - y)) * (2 - abs(to_x - x))
                    for c in range(count):
                        out[to_y, to_x, c] += times * values[y, x, c]
    return out


@jit_kernel
def _look(sums, weight, color):
    """Weights and colours of blocks from smoothed sums."""
    height, width = weight.shape
    wide = _smooth(sums)
    for y in range(height):
        for x in range(width):
            weight[y, x] = color[y, x, 0] = color[y, x, 1] = color[y, x, 2] = 0
            if wide[y, x, 3] == 0:
                continue
            alphas = sums[y, x, 3]
            lacking = min(1024 * (sums[y, x, 4] * 255 // max(alphas, 1)) // BAR, 256)
            weight[y, x] = lacking * min(alphas, FULL) // FULL
            for c in range(3):
                color[y, x, c] = min(wide[y, x, c] * 255 // max(wide[y, x, 3], 1), 255)


@jit_kernel
def _mix(picture, plain, weight, color):
    height, width = picture.shape
    down, columns = weight.shape
    values = np.empty((4, columns), np.int32)  # of this row, at the centres of the blocks, times _STEP
    # Of this row, of each pixel; the first pixel is number BLOCK // 2, so that pieces begin at multiples.
    share, text0 = np.zeros(BLOCK * (columns + 1), np.int32), np.zeros(BLOCK * (columns + 1), np.int32)
    text1, text2 = np.zeros_like(share), np.zeros_like(share)
    mixed = np.empty(width, np.uint32)  # not `picture`: loops that write what they read are slow
    for y in range(height):
        at = 2 * y + 1 - BLOCK
        top, bottom, low = max(at // _STEP, 0), min(at // _STEP + 1, down - 1), np.int32(at % _STEP)
        first, last = columns, -1
        for b in range(columns):
            if weight[top, b] | weight[bottom, b]:
                first, last = min(first, b), b
        if last < 0:
            continue
        near, before, after = np.int32(_STEP - low), max(first - 1, 0), min(last + 1, columns - 1)
        for b in range(before, after + 1):
            values[0, b] = weight[top, b] * near + weight[bottom, b] * low
            for c in range(3):
                values[c + 1, b] = color[top, b, c] * near + color[bottom, b, c] * low
        for b in range(first - 1, last + 1):  # what lies between the centres of two blocks
            left, right, start = max(b, 0), min(b + 1, columns - 1), BLOCK * (b + 1)
            _interpolate(values[0, left], values[0, right], share[start : start + BLOCK])
            if values[0, left] | values[0, right]:
                _interpolate(values[1, left], values[1, right], text0[start : start + BLOCK])
                _interpolate(values[2, left], values[2, right], text1[start : start + BLOCK])
                _interpolate(values[3, left], values[3, right], text2[start : start + BLOCK])
        start, end = BLOCK * first, BLOCK * (last + 2)
        x0, x1 = max(start - BLOCK // 2, 0), min(end - BLOCK // 2, width)
        start, end = x0 + BLOCK // 2, x1 + BLOCK // 2
        _mix_row(
            picture[y, x0:x1], plain[y, x0:x1], share[start:end], text0[start:end], text1[start:end],
            text2[start:end], mixed[x0:x1],
        )  # fmt: skip
        picture[y, x0:x1] = mixed[x0:x1]


@jit_inner
def _interpolate(left, right, out):
    if left | right == 0:
        out[:BLOCK] = 0
        return
    for x in range(BLOCK):
        far = np.int32(2 * x + 1)
        out[x] = np.int32(np.int32(left * np.int32(_STEP - far)) + np.int32(right * far)) >> _I8


@jit_inner
def _mix_row(row, under, share, text0, text1, text2, out):
    for x in range(row.shape[0]):
        styled, plain = row[x], under[x]
        s0, s1, s2 = byte_at(styled, 0), byte_at(styled, 8), byte_at(styled, 16)
        p0, p1, p2 = byte_at(plain, 0), byte_at(plain, 8), byte_at(plain, 16)
        t0, t1, t2 = text0[x], text1[x], text2[x]
        far = _distance(np.int32(t0 - s0), np.int32(t1 - s1), np.int32(t2 - s2))
        far_plain = _distance(np.int32(t0 - p0), np.int32(t1 - p1), np.int32(t2 - p2))
        needed = max(np.int32(min(far_plain, _BAR) - far), _I0)
        mix = np.int32(needed * _INVERSE[max(np.int32(far_plain - far), _I0)]) >> _I8
        mix = times_256th(min(mix, _I256), share[x])
        s0 = np.int32(s0 + times_256th(np.int32(p0 - s0), mix))
        s1 = np.int32(s1 + times_256th(np.int32(p1 - s1), mix))
        s2 = np.int32(s2 + times_256th(np.int32(p2 - s2), mix))
        out[x] = (
            np.uint32(s0) | np.uint32(s1) << np.uint32(8) | np.uint32(s2) << np.uint32(16)
            | styled & np.uint32(0xFF000000)
        )  # fmt: skip
