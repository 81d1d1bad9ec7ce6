"""Which draw of the frame before each draw continues, and by how much most of the picture moved.

1. Vote: displacements of draws of one unit, weighted by visible area, within `REACH` px. The winner is the
   scroll; each unit has its own winner too, as parallax layers move otherwise.
2. The object that draws, where it draws few things.
3. Draws of one unit that lie exactly where the scroll, its own displacement, or none at all put them.
4. Windows, which show a part of their content, such as blocks of a backdrop, or columns of a ray caster: the
   one that showed most nearly the same part, near there. It may be that of several.
5. The nearest of the same unit, seen from where it was going.

Where the same is drawn in the same places, as in a menu, all of this is spared.
Everything is bounded: no unit costs more than `WINDOW` comparisons a draw, however many draws it has.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.simd.jit import jit_inner, jit_kernel

REACH: Final = 96
"""px a frame that something may move."""
SIDE: Final = 2 * REACH + 1
"""Displacements along one axis."""
WINDOW: Final = 64
MANY: Final = 8
"""Draws of one unit from which it counts as tiles: a match may lie at most half a tile beside."""
CONTAINER: Final = 4
"""Draws of one object above which it is a container, and no thing."""
BACKDROP: Final = 0.35
"""Share of the display above which a draw is a backdrop."""
UNIT, DRAWER, LEFT, TOP, WIDTH, HEIGHT, AREA, SHOWN_X, SHOWN_Y, SHOWN, HOW = range(11)
"""Columns of a draw, int64. LEFT, TOP, WIDTH, HEIGHT: of the whole content, px of the display. AREA: visible
pixels that vote. SHOWN_X, SHOWN_Y: of a window, which part of the content it shows; SHOWN: its lesser side.
HOW: `UPRIGHT` and `PARTIAL`."""
COLUMNS: Final = 11
UPRIGHT: Final = 1
"""The content is not rotated: where its size changes, it is scaled."""
PARTIAL: Final = 2
"""A window: it shows a part of the content."""


class Order(NamedTuple):
    """Draws in other orders, int64 each: all by unit; all by drawer; the windows by unit and by the part that
    they show."""

    by_unit: NDArray[np.int64]
    by_drawer: NDArray[np.int64]
    by_part: NDArray[np.int64]


class Matches(NamedTuple):
    """before int32 [n]: the matching draw of the frame before, -1 for none. moved int32 [n,2] px. scroll: px
    by which most of the picture moved. order: of the draws."""

    before: NDArray[np.int32]
    moved: NDArray[np.int32]
    scroll: tuple[int, int]
    order: Order


class Votes:
    """Room for the votes of one frame, all 0 between two: 600 kB take long to clear."""

    def __init__(self) -> None:
        self.of_all, self.of_unit = np.zeros((2, SIDE * SIDE), np.int64)


def match(
    now: NDArray[np.int64], last: NDArray[np.int64], order: Order, speed: NDArray[np.int32],
    scroll: tuple[int, int], size: tuple[int, int], votes: Votes,
) -> Matches:  # fmt: skip
    """Match draws int64 [n,COLUMNS] to those of the frame before, int64 [k,COLUMNS].

    order: of the earlier ones. speed int32 [k,2]: how these moved. scroll: of the frame before. size: width
    and height of the display, at whose edges fills and shapes are clipped.
    """
    before, moved, by_unit, by_drawer, by_part, x, y = _match(
        now, last, *order, speed, *scroll, *size, votes.of_all, votes.of_unit
    )
    return Matches(before, moved, (x, y), Order(by_unit, by_drawer, by_part))


@jit_kernel
def _match(  # type: ignore[no-untyped-def]
    now, last, by_unit_last, by_drawer_last, by_part_last, speed, scroll_x, scroll_y, width, height, votes,
    own_votes,
):  # fmt: skip
    before, moved = np.full(len(now), -1, np.int32), np.zeros((len(now), 2), np.int32)
    if _nothing_changed(now, last):
        for i in range(len(now)):
            before[i] = i
        return before, moved, by_unit_last, by_drawer_last, by_part_last, 0, 0
    all_draws = np.arange(len(now))
    by_unit, by_drawer = _sorted_by(now, UNIT, all_draws), _sorted_by(now, DRAWER, all_draws)
    windows = all_draws[(now[:, HOW] & PARTIAL) != 0]
    by_part = _sorted_by(now, UNIT, _sorted_by(now, SHOWN_X, windows))
    if not len(now) or not len(last):
        return before, moved, by_unit, by_drawer, by_part, 0, 0
    used = np.zeros(len(last), np.bool_)
    groups = _groups(now, last, by_unit, by_unit_last, UNIT)
    picks = np.zeros((len(groups), 2), np.int64)
    scroll_x, scroll_y = _vote(
        now, last, by_unit, by_unit_last, groups, picks, scroll_x, scroll_y, width, height, votes, own_votes
    )
    _match_drawers(now, last, by_drawer, by_drawer_last, before, used)
    for g in range(len(groups)):
        _match_exactly(
            now, last, by_unit[groups[g, 0] : groups[g, 1]], by_unit_last[groups[g, 2] : groups[g, 3]],
            picks[g, 0], picks[g, 1], scroll_x, scroll_y, before, used,
        )  # fmt: skip
    _match_windows(now, last, by_part, by_part_last, before, used)
    for g in range(len(groups)):
        _match_nearest(
            now, last, speed, by_unit, by_unit_last, groups[g], scroll_x, scroll_y, width, height, before,
            used,
        )  # fmt: skip
    for i in range(len(now)):
        if before[i] >= 0:
            moved[i, 0] = _moved(now, last, i, before[i], LEFT, WIDTH, SHOWN_X, width)
            moved[i, 1] = _moved(now, last, i, before[i], TOP, HEIGHT, SHOWN_Y, height)
    return before, moved, by_unit, by_drawer, by_part, scroll_x, scroll_y


@jit_inner
def _nothing_changed(now, last):  # type: ignore[no-untyped-def]
    """Whether the same is drawn in the same places, as in a menu or a pause. How much of it is visible
    follows from that."""
    if len(now) != len(last):
        return False
    for i in range(len(now)):
        for column in range(COLUMNS):
            if column != AREA and now[i, column] != last[i, column]:
                return False
    return True


@jit_inner
def _sorted_by(draws, column, order):  # type: ignore[no-untyped-def]
    """An order of draws, sorted by a column; equal ones stay as they are. A radix sort of 11 bits a pass:
    units and drawers are small numbers, so there are one or two."""
    if not len(order):
        return order
    low = high = previous = draws[order[0], column]
    rising = True
    for i in order:
        value = draws[i, column]
        low, high = min(low, value), max(high, value)
        rising = rising and value >= previous
        previous = value
    shift = 0
    while not rising and (high - low) >> shift:
        first = np.zeros(2049, np.int64)
        for i in order:
            first[(((draws[i, column] - low) >> shift) & 2047) + 1] += 1
        for k in range(1, 2049):
            first[k] += first[k - 1]
        sorted_order = np.empty_like(order)
        for i in order:
            digit = ((draws[i, column] - low) >> shift) & 2047
            sorted_order[first[digit]] = i
            first[digit] += 1
        order = sorted_order
        shift += 11
    return order


@jit_inner
def _moved(now, last, i, j, start, size, shown, edge):  # type: ignore[no-untyped-def]
    """How far a draw moved that continues another one. A window that shows quite another part, such as the
    next picture of an animation, moved as far as it itself did. So did one of an image in perspective, whose
    other side is scaled."""
    by = _displacement(now, last, i, j, start, size, edge)
    if now[i, HOW] & last[j, HOW] & PARTIAL:
        apart = now[i, shown] - last[j, shown]
        scaled = now[i, WIDTH] != last[j, WIDTH] or now[i, HEIGHT] != last[j, HEIGHT]
        if now[i, size] == last[j, size] and (scaled or 2 * abs(apart) > now[i, SHOWN]):
            return by + apart
    return by


@jit_inner
def _groups(now, last, order, order_last, column):  # type: ignore[no-untyped-def]
    """Ranges of equal values in both orders: int64 [g,4], first and end in now, first and end in last."""
    found = np.empty((len(order), 4), np.int64)
    count, a, b = 0, 0, 0
    while a < len(order) and b < len(order_last):
        value, other = now[order[a], column], last[order_last[b], column]
        if value < other:
            a += 1
        elif other < value:
            b += 1
        else:
            start_a, start_b = a, b
            while a < len(order) and now[order[a], column] == value:
                a += 1
            while b < len(order_last) and last[order_last[b], column] == value:
                b += 1
            found[count, 0], found[count, 1], found[count, 2], found[count, 3] = start_a, a, start_b, b
            count += 1
    return found[:count]


@jit_inner
def _vote(  # type: ignore[no-untyped-def]
    now, last, order, order_last, groups, picks, last_x, last_y, width, height, votes, own
):
    touched, mine = np.empty(len(votes), np.int64), np.empty(len(votes), np.int64)
    backdrop = int(BACKDROP * width * height)
    count = 0
    for g in range(len(groups)):
        a0, a1, b0, b1 = groups[g, 0], groups[g, 1], groups[g, 2], groups[g, 3]
        number, step, found = b1 - b0, max((a1 - a0) // 48, 1), 0
        for a in range(a0, a1, step):
            i = order[a]
            if not now[i, AREA]:
                continue
            middle = b0 + (a - a0) * number // (a1 - a0)
            for b in range(max(b0, middle - WINDOW), min(b1, middle + WINDOW)):
                j = order_last[b]
                dx = _displacement(now, last, i, j, LEFT, WIDTH, width)
                if abs(dx) > REACH:
                    continue
                dy = _displacement(now, last, i, j, TOP, HEIGHT, height)
                if abs(dy) > REACH or not _comparable(now, last, i, j):
                    continue
                weight = min(now[i, AREA], last[j, AREA]) * step
                if dx == 0 and dy == 0 and now[i, WIDTH] * now[i, HEIGHT] > backdrop:
                    weight //= 16  # a sky that stands still says little of the world before it
                if weight > 0:
                    at = (dy + REACH) * SIDE + dx + REACH
                    if own[at] == 0:
                        mine[found] = at
                        found += 1
                    own[at] += weight
        picks[g, 0], picks[g, 1] = _winner(own, mine, found, last_x, last_y)
        for n in range(found):
            at = mine[n]
            if votes[at] == 0:
                touched[count] = at
                count += 1
            votes[at] += own[at]
            own[at] = 0
    scroll = _winner(votes, touched, count, last_x, last_y)
    for n in range(count):
        votes[touched[n]] = 0
    return scroll


@jit_inner
def _comparable(now, last, i, j):  # type: ignore[no-untyped-def]
    """Whether the distance of two draws may be how far one moved. Two windows show the same part elsewhere,
    or another one in the same place."""
    if not now[i, HOW] & last[j, HOW] & PARTIAL:
        return True
    x, y = now[i, SHOWN_X] - last[j, SHOWN_X], now[i, SHOWN_Y] - last[j, SHOWN_Y]
    if abs(x) <= 1 and abs(y) <= 1:
        return True
    return now[i, LEFT] - last[j, LEFT] == -x and now[i, TOP] - last[j, TOP] == -y


@jit_inner
def _winner(votes, touched, count, last_x, last_y):  # type: ignore[no-untyped-def]
    """The displacement with the most votes. One near the last scroll counts for a third more, as a row of
    equal tiles that runs out of the picture otherwise seems to jump back by a tile; none for a sixth more."""
    best, best_x, best_y = 0.0, 0, 0
    for n in range(count):
        dx, dy = touched[n] % SIDE - REACH, touched[n] // SIDE - REACH
        score = float(votes[touched[n]])
        if abs(dx - last_x) <= 8 and abs(dy - last_y) <= 8:
            score *= 1.33
        elif dx == 0 and dy == 0:
            score *= 1.16
        score -= 1e-6 * (abs(dx - last_x) + abs(dy - last_y))
        if score > best:
            best, best_x, best_y = score, dx, dy
    return best_x, best_y


@jit_inner
def _displacement(now, last, i, j, start, size, edge):  # type: ignore[no-untyped-def]
    """How far a draw moved along one axis: by its corner. If its size changed, by its middle, as that of a
    rotating picture stays; at the display's edge, 0 or `edge`, by the side that is not clipped; an image is
    told as a whole."""
    corner, grown = now[i, start] - last[j, start], now[i, size] - last[j, size]
    if grown == 0:
        return corner
    if now[i, HOW] & last[j, HOW] & UPRIGHT:
        return corner + grown // 2
    clipped = now[i, start] <= 0 or last[j, start] <= 0
    if clipped:
        return corner + grown
    clipped = now[i, start] + now[i, size] >= edge or last[j, start] + last[j, size] >= edge
    return corner if clipped else corner + grown // 2


@jit_inner
def _match_drawers(now, last, order, order_last, before, used):  # type: ignore[no-untyped-def]
    groups = _groups(now, last, order, order_last, DRAWER)
    for g in range(len(groups)):
        a0, a1, b0, b1 = groups[g, 0], groups[g, 1], groups[g, 2], groups[g, 3]
        if now[order[a0], DRAWER] == 0 or a1 - a0 > CONTAINER or b1 - b0 > CONTAINER:
            continue
        left = a1 - a0
        for a in range(a0, a1):
            i, best, nearest = order[a], -1, 1 << 40
            for b in range(b0, b1):
                j = order_last[b]
                far = abs(now[i, LEFT] - last[j, LEFT]) + abs(now[i, TOP] - last[j, TOP])
                if not used[j] and now[i, UNIT] == last[j, UNIT] and far < nearest:
                    best, nearest = j, far
            if best >= 0:
                before[i], used[best] = best, True
                left -= 1
        if left == 1 and a1 - a0 == b1 - b0:  # its picture changed, as in an animation
            for a in range(a0, a1):
                for b in range(b0, b1):
                    if before[order[a]] < 0 and not used[order_last[b]]:
                        before[order[a]], used[order_last[b]] = order_last[b], True


@jit_inner
def _slot(x, y, mask):  # type: ignore[no-untyped-def]
    mixed = np.uint64(x + (1 << 20)) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= np.uint64(y + (1 << 20)) * np.uint64(0x165667B19E3779F9)
    return np.int64((mixed >> np.uint64(29)) & np.uint64(mask))


@jit_inner
def _match_exactly(  # type: ignore[no-untyped-def]
    now, last, these, those, pick_x, pick_y, scroll_x, scroll_y, before, used
):
    """Match draws of one unit that lie exactly where its own displacement, the scroll, or none puts them. A
    row of stripes looks as if it had moved by one stripe less just as well, so where as many do, it is the
    scroll."""
    table = np.empty(0, np.int64)
    if pick_x != scroll_x or pick_y != scroll_y:
        table = _index(last, those, used)
        with_pick = _count_found(table, last, now, these, before, pick_x, pick_y)
        if with_pick <= _count_found(table, last, now, these, before, scroll_x, scroll_y):
            pick_x, pick_y = scroll_x, scroll_y
    after = 0
    for i in these:
        if before[i] >= 0:
            continue
        # Most often it continues the one after that which the draw before it continued.
        while after < len(those) and used[those[after]]:
            after += 1
        if after < len(those) and _lies_at(last, those[after], now, i, pick_x, pick_y):
            before[i] = those[after]
            after += 1
            continue
        if not len(table):
            table = _index(last, those, used)
        j = _find(table, last, now, i, pick_x, pick_y)
        if j < 0 and (pick_x != scroll_x or pick_y != scroll_y):
            j = _find(table, last, now, i, scroll_x, scroll_y)
        if j < 0 and (scroll_x != 0 or scroll_y != 0):
            j = _find(table, last, now, i, 0, 0)
        before[i] = j
        while after < len(those) and those[after] <= j:
            after += 1
    for i in these:
        if before[i] >= 0:
            used[before[i]] = True


@jit_inner
def _index(last, those, used):  # type: ignore[no-untyped-def]
    """A hash table of draws of one unit by place; one draw for each place."""
    size = 16
    while size < 2 * len(those):
        size *= 2
    table = np.full(size, -1, np.int64)
    for j in those:
        if used[j]:
            continue
        at = _slot(last[j, LEFT], last[j, TOP], size - 1)
        while table[at] >= 0 and not _lies_at(last, table[at], last, j, 0, 0):
            at = (at + 1) & (size - 1)
        if table[at] < 0:
            table[at] = j
    return table


@jit_inner
def _lies_at(last, j, now, i, dx, dy):  # type: ignore[no-untyped-def]
    """Whether a draw of the same unit has the same size, shows the same part, and lay dx, dy before."""
    same = last[j, LEFT] == now[i, LEFT] - dx and last[j, TOP] == now[i, TOP] - dy
    same = same and last[j, SHOWN_X] == now[i, SHOWN_X] and last[j, SHOWN_Y] == now[i, SHOWN_Y]
    return same and last[j, WIDTH] == now[i, WIDTH] and last[j, HEIGHT] == now[i, HEIGHT]


@jit_inner
def _find(table, last, now, i, dx, dy):  # type: ignore[no-untyped-def]
    """The draw of the same unit and size that lay dx, dy before; -1 for none. Of some at one place it is the
    first, for all: they show the same."""
    mask = len(table) - 1
    at = _slot(now[i, LEFT] - dx, now[i, TOP] - dy, mask)
    for _ in range(WINDOW):
        j = table[at]
        if j < 0:
            return -1
        if _lies_at(last, j, now, i, dx, dy):
            return j
        at = (at + 1) & mask
    return -1


@jit_inner
def _count_found(table, last, now, these, before, dx, dy):  # type: ignore[no-untyped-def]
    count = 0
    for i in these:
        if before[i] < 0 and _find(table, last, now, i, dx, dy) >= 0:
            count += 1
    return count


@jit_inner
def _match_windows(now, last, order, order_last, before, used):  # type: ignore[no-untyped-def]
    """Match windows by the part that they show. A window is compared with the `WINDOW` nearest by that, as
    far as x goes, on each side."""
    groups = _groups(now, last, order, order_last, UNIT)
    for g in range(len(groups)):
        b = groups[g, 2]
        for a in range(groups[g, 0], groups[g, 1]):
            i, best, least = order[a], -1, 4 * REACH
            if before[i] >= 0:
                continue
            while b < groups[g, 3] and last[order_last[b], SHOWN_X] < now[i, SHOWN_X]:
                b += 1
            for c in range(max(groups[g, 2], b - WINDOW), min(groups[g, 3], b + WINDOW)):
                j = order_last[c]
                scaled = now[i, WIDTH] != last[j, WIDTH] or now[i, HEIGHT] != last[j, HEIGHT]
                part_x, part_y = now[i, SHOWN_X] - last[j, SHOWN_X], now[i, SHOWN_Y] - last[j, SHOWN_Y]
                far_x = now[i, LEFT] - last[j, LEFT] + part_x
                far_y = now[i, TOP] - last[j, TOP] + part_y
                if scaled:  # a wall that comes near: what a column showed lies far beside it
                    far = 32 * abs(part_x) + abs(far_x)
                else:
                    far = 4 * (abs(part_x) + abs(part_y)) + abs(far_x) + abs(far_y)
                if far < least:
                    best, least = j, far
            if best >= 0:
                before[i], used[best] = best, True


@jit_inner
def _match_nearest(  # type: ignore[no-untyped-def]
    now, last, speed, order, order_last, group, scroll_x, scroll_y, width, height, before, used
):  # fmt: skip
    a0, a1, b0, b1 = group[0], group[1], group[2], group[3]
    tiled = a1 - a0 >= MANY
    for a in range(a0, a1):
        i = order[a]
        if before[i] >= 0:
            continue
        middle = b0 + (a - a0) * (b1 - b0) // (a1 - a0)
        best, least = -1, REACH
        if tiled:
            least = min(REACH, max(4, min(now[i, WIDTH], now[i, HEIGHT]) // 2))
        for b in range(max(b0, middle - WINDOW // 2), min(b1, middle + WINDOW // 2 + 1)):
            j = order_last[b]
            if used[j]:
                continue
            dx = _displacement(now, last, i, j, LEFT, WIDTH, width)
            dy = _displacement(now, last, i, j, TOP, HEIGHT, height)
            far = min(
                abs(dx - speed[j, 0]) + abs(dy - speed[j, 1]), abs(dx - scroll_x) + abs(dy - scroll_y),
                abs(dx) + abs(dy),
            )  # fmt: skip
            far += (abs(now[i, WIDTH] - last[j, WIDTH]) + abs(now[i, HEIGHT] - last[j, HEIGHT])) // 2
            if far < least:
                best, least = j, far
        if best >= 0:
            before[i], used[best] = best, True
