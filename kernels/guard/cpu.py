"""`guard` on a CPU: one pass finds the things as runs of rows; then each thing is handled in a small window.

It runs on one core: there are some dozens of windows of some 40 px, and waking another core costs as much as
it saves. Pictures are packed pixels; red lies at bit `shift` of a pixel, green at bit 8, blue at 16 -
`shift`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.guard import AIM, BRIGHTEST, DARKEST, FAR, HALO, HALVINGS, HUED, MOST, RING, SWEEPS
from reskin.kernels.guard.colour import BYTE, LIGHT, LIGHTS, ciede2000, from_lab, lab
from reskin.kernels.guard.reference import guard_direction, guard_falloff, guard_odds
from reskin.kernels.simd.contiguous import contiguous, packed_pixels
from reskin.kernels.simd.jit import jit_inner, jit_kernel

_lighter = jit_inner(guard_direction)
_FALL: Final = guard_falloff(np.arange(3 * HALO + 4)).astype(np.float32)
_ODDS: Final = guard_odds(LIGHT.astype(np.float64))
_BEYOND: Final = np.uint8(3 * HALO + 3)


class _Things(NamedTuple):
    """All guarded things, and the pixels around each.

    surface_ids uint32 [N]; runs int32 [R,3] of y, x and end, thing by thing; first int32 [N+1]: where the
    runs of each thing begin; around int32 [P]: flat indices of the pixels around things; away uint8 [P]:
    their distances, in thirds of a pixel; begin int32 [N+1]: where those of each thing begin.
    """

    surface_ids: NDArray[np.uint32]
    runs: NDArray[np.int32]
    first: NDArray[np.int32]
    around: NDArray[np.int32]
    away: NDArray[np.uint8]
    begin: NDArray[np.int32]


class _Tables(NamedTuple):
    """fall float32 [3 * HALO + 4]: what a correction counts at a distance; light, byte: see `colour`."""

    fall: NDArray[np.float32]
    light: NDArray[np.float32]
    byte: NDArray[np.uint8]


_TABLES: Final = _Tables(_FALL, LIGHT, BYTE)


def guard_cpu(
    picture: NDArray[np.uint8], plain: NDArray[np.uint8], material: NDArray[np.uint8],
    identity: NDArray[np.uint16], guarded: NDArray[np.bool_], bar: float, red: int,
) -> None:  # fmt: skip
    """As `guard_reference`, in place. picture, plain uint8 [H,W,4], contiguous, with red in channel `red`,
    0 or 2; material uint8 [H,W]; identity uint16 [H,W]."""
    table = _table(guarded)
    kinds, ids = contiguous(material, np.uint8), contiguous(identity, np.uint16)
    things = _find(kinds, ids, table)
    # Also without things: else a game whose first frame has none would compile this in the middle.
    shown, before = packed_pixels(picture), contiguous(packed_pixels(plain), np.uint32)
    _guard(shown, before, kinds, table, float(bar), 8 * red, things, _TABLES)


def contrasts_cpu(
    picture: NDArray[np.uint8], material: NDArray[np.uint8], identity: NDArray[np.uint16],
    guarded: NDArray[np.bool_], red: int,
) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:  # fmt: skip
    """The surface id of each guarded thing, uint32 [N], and its contrast with its surroundings in a picture
    uint8 [H,W,4], CIEDE2000, float64 [N]; NaN for a thing without surroundings."""
    kinds, ids = contiguous(material, np.uint8), contiguous(identity, np.uint16)
    things = _find(kinds, ids, _table(guarded))
    contrast = np.empty(len(things.surface_ids))
    _contrasts(contiguous(packed_pixels(picture), np.uint32), 8 * red, things, LIGHT, contrast)
    return things.surface_ids, contrast


def _table(guarded: NDArray[np.bool_]) -> NDArray[np.bool_]:
    table = np.zeros(256, np.bool_)
    table[: len(guarded)] = guarded
    return table


def _find(material: NDArray[np.uint8], identity: NDArray[np.uint16], guarded: NDArray[np.bool_]) -> _Things:
    # At worst there are as many runs as pixels; memory that is never written costs nothing.
    runs = np.empty((material.size, 3), np.int32)
    labels = np.empty(material.size, np.int32)
    count = _runs(material, identity, guarded, runs, labels)
    surface_ids, ordered, first, boxes = _collect(material, identity, runs[:count], labels[:count])
    around = _around(material, identity, surface_ids, ordered, first, boxes)
    return _Things(surface_ids, ordered, first, *around)


@jit_kernel
def _runs(material, identity, guarded, runs, labels):
    """Find the runs of guarded pixels with one surface id, and connect those that touch: the label of a run
    is the number of the first run of its thing. Returns how many runs there are."""
    height, width = material.shape
    count = above = 0
    for y in range(height):
        first = count
        x = 0
        while x < width:
            kind = material[y, x]
            if not guarded[kind]:
                x += 1
                continue
            start, thing = x, identity[y, x]
            while x < width and material[y, x] == kind and identity[y, x] == thing:
                x += 1
            runs[count] = y, start, x
            labels[count] = count
            while above < first and runs[above, 2] < start:  # ends too far left for this and all that follow
                above += 1
            other = above
            while other < first and runs[other, 1] <= x:
                at = runs[other, 1]
                if material[y - 1, at] == kind and identity[y - 1, at] == thing:
                    a, b = _root(labels, other), _root(labels, count)
                    labels[max(a, b)] = min(a, b)
                other += 1
            count += 1
        above = first  # of the row that is the row above from now on
    for run in range(count):
        labels[run] = _root(labels, run)
    return count


@jit_inner
def _root(labels, run):
    while labels[run] != run:
        labels[run] = labels[labels[run]]
        run = labels[run]
    return run


@jit_kernel
def _collect(material, identity, runs, labels):
    """The first MOST things by surface id and then in reading order: surface ids, runs, where the runs of
    each begin, and boxes [N,4] of top, left, bottom and right."""
    count = 0
    order = np.empty(len(labels), np.int64)
    for run in range(len(labels)):
        if labels[run] == run:
            y, x = runs[run, 0], runs[run, 1]
            surface_id = np.int64(material[y, x]) | (np.int64(identity[y, x]) << 8)
            order[count] = (surface_id << 32) | run
            count += 1
    _sort(order[:count])
    order = order[: min(count, MOST)]
    surface_ids = np.empty(len(order), np.uint32)
    number = np.empty(len(labels), np.int32)
    number[:] = -1
    for i in range(len(order)):
        surface_ids[i] = np.uint32(order[i] >> 32)
        number[order[i] & 0xFFFFFFFF] = i
    first = np.zeros(len(order) + 1, np.int32)
    boxes = np.empty((len(order), 4), np.int32)
    boxes[:, :2], boxes[:, 2:] = 2**30, 0
    for run in range(len(labels)):
        thing = number[labels[run]]
        if thing >= 0:
            y, start, stop = runs[run]
            first[thing + 1] += 1
            boxes[thing, 0], boxes[thing, 1] = min(boxes[thing, 0], y), min(boxes[thing, 1], start)
            boxes[thing, 2], boxes[thing, 3] = max(boxes[thing, 2], y + 1), max(boxes[thing, 3], stop)
    for i in range(len(order)):
        first[i + 1] += first[i]
    at, ordered = first.copy(), np.empty((first[len(order)], 3), np.int32)
    for run in range(len(labels)):
        thing = number[labels[run]]
        if thing >= 0:
            ordered[at[thing]] = runs[run]
            at[thing] += 1
    return surface_ids, ordered, first, boxes


@jit_inner
def _sort(values):
    """Sort in place, by Shell's method with Ciura's gaps: there are some dozens. NumPy's takes 4 s to
    compile."""
    for gap in (1750, 701, 301, 132, 57, 23, 10, 4, 1):
        for i in range(gap, len(values)):
            value, at = values[i], i
            while at >= gap and values[at - gap] > value:
                values[at] = values[at - gap]
                at -= gap
            values[at] = value


@jit_kernel
def _around(material, identity, surface_ids, runs, first, boxes):
    """The pixels around each thing with another surface id: flat index, distance, where each thing's
    begin."""
    height, width = material.shape
    boxes = boxes.copy()
    size = largest = 0
    for i in range(len(surface_ids)):
        boxes[i, 0], boxes[i, 1] = max(boxes[i, 0] - HALO, 0), max(boxes[i, 1] - HALO, 0)
        boxes[i, 2], boxes[i, 3] = min(boxes[i, 2] + HALO, height), min(boxes[i, 3] + HALO, width)
        area = (boxes[i, 2] - boxes[i, 0]) * (boxes[i, 3] - boxes[i, 1])
        size, largest = size + area, max(largest, area)
    at, away = np.empty(size, np.int32), np.empty(size, np.uint8)
    begin = np.zeros(len(surface_ids) + 1, np.int32)
    room = np.empty(largest, np.uint8)
    count = 0
    for i in range(len(surface_ids)):
        top, left, bottom, right = boxes[i]
        window = room[: (bottom - top) * (right - left)].reshape(bottom - top, right - left)
        window[:] = _BEYOND
        for run in range(first[i], first[i + 1]):
            y, start, stop = runs[run]
            window[y - top, start - left : stop - left] = 0
        _chamfer(window)
        kind, thing = surface_ids[i] & np.uint32(255), surface_ids[i] >> np.uint32(8)
        for y in range(top, bottom):
            for x in range(left, right):
                d = window[y - top, x - left]
                if 0 < d < _BEYOND and (material[y, x] != kind or identity[y, x] != thing):
                    at[count], away[count] = y * width + x, d
                    count += 1
        begin[i + 1] = count
    return at, away, begin


@jit_inner
def _chamfer(window):
    """Chamfer distances from the pixels that are 0, in two passes."""
    height, width = window.shape
    for y in range(height):
        last = 255
        for x in range(width):
            d = min(np.int64(window[y, x]), last + 3)
            if y > 0:
                d = min(d, window[y - 1, x] + 3)
                if x > 0:
                    d = min(d, window[y - 1, x - 1] + 4)
                if x + 1 < width:
                    d = min(d, window[y - 1, x + 1] + 4)
            window[y, x] = last = d
    for y in range(height - 1, -1, -1):
        last = 255
        for x in range(width - 1, -1, -1):
            d = min(np.int64(window[y, x]), last + 3)
            if y + 1 < height:
                d = min(d, window[y + 1, x] + 3)
                if x > 0:
                    d = min(d, window[y + 1, x - 1] + 4)
                if x + 1 < width:
                    d = min(d, window[y + 1, x + 1] + 4)
            window[y, x] = last = d


@jit_inner
def _body_mean(picture, shift, runs, light):
    """Mean linear light of runs of pixels."""
    red = green = blue = 0.0
    count = 0
    for run in range(len(runs)):
        y, start, stop = runs[run]
        for x in range(start, stop):
            pixel = picture[y, x]
            red += light[(pixel >> np.uint32(shift)) & np.uint32(255)]
            green += light[(pixel >> np.uint32(8)) & np.uint32(255)]
            blue += light[(pixel >> np.uint32(16 - shift)) & np.uint32(255)]
        count += stop - start
    return red / count, green / count, blue / count


@jit_inner
def _ring_mean(picture, shift, at, away, light):
    """Mean linear light of the pixels within RING, and how many they are."""
    red = green = blue = 0.0
    count = 0
    flat = picture.reshape(-1)
    for i in range(len(at)):
        if away[i] <= 3 * RING:
            pixel = flat[at[i]]
            red += light[(pixel >> np.uint32(shift)) & np.uint32(255)]
            green += light[(pixel >> np.uint32(8)) & np.uint32(255)]
            blue += light[(pixel >> np.uint32(16 - shift)) & np.uint32(255)]
            count += 1
    most = max(count, 1)
    return (red / most, green / most, blue / most), count


@jit_inner
def _thing(things, i):
    """Runs of thing i; the pixels around it, and their distances."""
    near = slice(things.begin[i], things.begin[i + 1])
    return things.runs[things.first[i] : things.first[i + 1]], things.around[near], things.away[near]


@jit_kernel
def _contrasts(picture, shift, things, light, out):
    """The contrast of each thing; NaN where it has no surroundings."""
    for i in range(len(things.surface_ids)):
        runs, around, away = _thing(things, i)
        body = _body_mean(picture, shift, runs, light)
        ring, count = _ring_mean(picture, shift, around, away, light)
        out[i] = ciede2000(lab(body), lab(ring)) if count else np.nan


@jit_kernel
def _guard(picture, plain, material, guarded, bar, shift, things, tables):
    """As `guard_reference`, in place; `things` and `tables` are a `_Things` and a `_Tables`."""
    bars = np.empty(len(things.surface_ids))
    ways = np.empty((len(things.surface_ids), 3))
    kinds, light = material.reshape(-1), tables.light
    for sweep in range(SWEEPS):
        changed = False
        for i in range(len(things.surface_ids)):
            thing = _thing(things, i)
            runs, around, away = thing
            ring, count = _ring_mean(picture, shift, around, away, light)
            if count == 0:
                continue
            if sweep == 0:
                before = lab(_body_mean(plain, shift, runs, light))
                behind = lab(_ring_mean(plain, shift, around, away, light)[0])
                bars[i] = min(bar, ciede2000(before, behind))
                ways[i] = before[0] - behind[0], before[1] - behind[1], before[2] - behind[2]
            body = _body_mean(picture, shift, runs, light)
            now = ciede2000(lab(body), lab(ring))
            if now < bars[i]:
                way = (_lighter(lab(body)[0], lab(ring)[0]), 0.0, 0.0)
                if sweep < HUED:
                    way = _way(lab(body), lab(ring), ways[i], now / bars[i])
                _correct(picture, kinds, guarded, shift, thing, body, ring, count, way, AIM * bars[i], tables)
                changed = True
        if not changed:
            return


@jit_inner
def _way(body, ring, plain, done):
    """As `reference._way`, of two colours and of the plain picture's difference."""
    now = body[0] - ring[0], body[1] - ring[1], body[2] - ring[2]
    mine = done / max(np.sqrt(now[0] ** 2 + now[1] ** 2 + now[2] ** 2), 1e-6)
    its = (1 - done) / max(np.sqrt(plain[0] ** 2 + plain[1] ** 2 + plain[2] ** 2), 1e-6)
    x, y, z = mine * now[0] + its * plain[0], mine * now[1] + its * plain[1], mine * now[2] + its * plain[2]
    length = max(np.sqrt(x**2 + y**2 + z**2), 1e-6)
    return x / length, y / length, z / length


@jit_inner
def _correct(picture, kinds, guarded, shift, thing, body, ring, count, way, aim, tables):
    """As `reference._correct`, of one thing whose means and way are known."""
    (runs, at, away), (fall, light, byte) = thing, tables
    inside, outside = lab(body), lab(ring)
    target = from_lab((inside[0] + FAR * way[0], inside[1] + FAR * way[1], inside[2] + FAR * way[2]))
    around = from_lab((outside[0] - FAR * way[0], outside[1], outside[2]))
    levels = _histograms(picture, shift, runs)
    size = levels[0].sum()
    most = min(1.0, size / count)
    flat = picture.reshape(-1)
    total, red, green, blue = 0.0, 0.0, 0.0, 0.0
    for i in range(len(at)):
        if away[i] <= 3 * RING and not guarded[kinds[at[i]]]:
            pixel, weight = flat[at[i]], most * fall[away[i]]
            total += weight
            red += weight * light[(pixel >> np.uint32(shift)) & np.uint32(255)]
            green += weight * light[(pixel >> np.uint32(8)) & np.uint32(255)]
            blue += weight * light[(pixel >> np.uint32(16 - shift)) & np.uint32(255)]
    step = (
        (total * around[0] - red) / count,
        (total * around[1] - green) / count,
        (total * around[2] - blue) / count,
    )
    low, high = 0.0, 1.0
    tone = np.empty((3, 256), np.uint8)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        led = _led(levels, size, body, target, middle, light, byte, tone)
        beside = ring[0] + middle * step[0], ring[1] + middle * step[1], ring[2] + middle * step[2]
        if ciede2000(lab(led), lab(beside)) < aim:
            low = middle
        else:
            high = middle
    _led(levels, size, body, target, high, light, byte, tone)
    for run in range(len(runs)):
        y, start, stop = runs[run]
        for x in range(start, stop):
            picture[y, x] = _toned(picture[y, x], shift, tone)
    for i in range(len(at)):
        if not guarded[kinds[at[i]]]:
            flat[at[i]] = _mixed(flat[at[i]], shift, around, high * most * fall[away[i]], light, byte)


@jit_inner
def _histograms(picture, shift, runs):
    """The histograms of a thing: int64 [3,256], red, green and blue."""
    levels = np.zeros((3, 256), np.int64)
    for run in range(len(runs)):
        y, start, stop = runs[run]
        for x in range(start, stop):
            pixel = picture[y, x]
            levels[0, (pixel >> np.uint32(shift)) & np.uint32(255)] += 1
            levels[1, (pixel >> np.uint32(8)) & np.uint32(255)] += 1
            levels[2, (pixel >> np.uint32(16 - shift)) & np.uint32(255)] += 1
    return levels


@jit_inner
def _odds(light):
    p = min(max(light, DARKEST), BRIGHTEST)
    return p / (1 - p)


@jit_inner
def _led(levels, size, body, target, share, light, byte, tone):
    """Fill `tone`, uint8 [3,256], with the curves that move the mean colour `body` by `share` of the way to
    `target`. Returns the new mean of a thing with these histograms."""
    return (
        _curve(levels[0], size, body[0], target[0], share, light, byte, tone[0]),
        _curve(levels[1], size, body[1], target[1], share, light, byte, tone[1]),
        _curve(levels[2], size, body[2], target[2], share, light, byte, tone[2]),
    )


@jit_inner
def _curve(levels, size, mean, target, share, light, byte, tone):
    gain, total = (_odds(target) / _odds(mean)) ** share, 0.0
    for level in range(256):
        if levels[level]:
            raised = _ODDS[level] * gain
            tone[level] = byte[int(raised / (1 + raised) * LIGHTS + 0.5)]
            total += levels[level] * light[tone[level]]
    return total / size


@jit_inner
def _toned(pixel, shift, tone):
    red, blue = np.uint32(shift), np.uint32(16 - shift)
    made = np.uint32(tone[0, (pixel >> red) & np.uint32(255)]) << red
    made |= np.uint32(tone[1, (pixel >> np.uint32(8)) & np.uint32(255)]) << np.uint32(8)
    made |= np.uint32(tone[2, (pixel >> blue) & np.uint32(255)]) << blue
    return made | (pixel & np.uint32(0xFF000000))


@jit_inner
def _mixed(pixel, shift, color, share, light, byte):
    """A pixel `share` of the way to a linear colour."""
    red, blue = np.uint32(shift), np.uint32(16 - shift)
    r = light[(pixel >> red) & np.uint32(255)]
    g = light[(pixel >> np.uint32(8)) & np.uint32(255)]
    b = light[(pixel >> blue) & np.uint32(255)]
    made = np.uint32(byte[int((r + share * (color[0] - r)) * LIGHTS + 0.5)]) << red
    made |= np.uint32(byte[int((g + share * (color[1] - g)) * LIGHTS + 0.5)]) << np.uint32(8)
    made |= np.uint32(byte[int((b + share * (color[2] - b)) * LIGHTS + 0.5)]) << blue
    return made | (pixel & np.uint32(0xFF000000))
