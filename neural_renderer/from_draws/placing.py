"""Where in the world each draw lies, so that textures stick to it: its origin.

What continues a draw of the frame before brings its origin along. Here the rest is settled: what is new, and
what was matched with the wrong one of several that look alike.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.kernels.simd.jit import jit_inner
from reskin.neural_renderer.from_draws.matching import AREA, HEIGHT, LEFT, TOP, UNIT, WIDTH

KINDS: Final = 16
"""Origins of one unit that are told apart; it has as many as layers in which it is drawn."""


@jit_inner
def settle_origins(draws, order, matched, own, origin, motion, scroll_x, scroll_y, camera):  # type: ignore[no-untyped-def]
    """Correct origins and motion, float [n,2], in place, and the camera's origin, float64 [2].

    draws int64 [n,COLUMNS], as in `matching`; order int64 [n]: by unit; matched bool [n]: those whose origin
    and motion are known; own bool [n]: those that move by themselves, which are left alone. What moved alike
    and shows the same unit is in one layer, so it gets the origin of most of that. What is new gets that of
    its unit; else of the draw before or after it, if that lies beside it, or if both agree; else the
    camera's. In the end the camera has the origin of most of what moved with it.
    """
    kinds, areas = np.empty((KINDS, 4)), np.empty(KINDS)
    placed = matched.copy()
    first = 0
    while first < len(order):
        end = first
        while end < len(order) and draws[order[end], UNIT] == draws[order[first], UNIT]:
            end += 1
        count = _kinds(draws, order[first:end], matched, own, origin, motion, kinds, areas)
        for i in order[first:end]:
            if own[i]:
                continue
            moves = matched[i] and (motion[i, 0] != 0 or motion[i, 1] != 0)
            best = -1
            for k in range(count):
                alike = motion[i, 0] == kinds[k, 0] and motion[i, 1] == kinds[k, 1]
                if (not matched[i] or alike) and (best < 0 or areas[k] > areas[best]):
                    best = k
            if best >= 0 and (moves or not matched[i]):
                motion[i, 0], motion[i, 1] = kinds[best, 0], kinds[best, 1]
                origin[i, 0], origin[i, 1] = kinds[best, 2], kinds[best, 3]
                placed[i] = True
        first = end
    _settle_camera(draws, matched, own, origin, motion, scroll_x, scroll_y, camera, kinds, areas)
    _place_lone(draws, placed, own, origin, motion, scroll_x, scroll_y, camera)


@jit_inner
def _kinds(draws, these, matched, own, origin, motion, kinds, areas):  # type: ignore[no-untyped-def]
    """Fill `kinds` with the motions and origins that draws have, `areas` with how large they are together."""
    count = 0
    for i in these:
        if not matched[i] or own[i]:
            continue
        k = 0
        while k < count and not (
            kinds[k, 0] == motion[i, 0] and kinds[k, 1] == motion[i, 1]
            and kinds[k, 2] == origin[i, 0] and kinds[k, 3] == origin[i, 1]
        ):  # fmt: skip
            k += 1
        if k == KINDS:
            continue
        if k == count:
            kinds[k, 0], kinds[k, 1], kinds[k, 2], kinds[k, 3] = (
                motion[i, 0], motion[i, 1], origin[i, 0], origin[i, 1],
            )  # fmt: skip
            areas[k] = 0
            count += 1
        areas[k] += draws[i, AREA] + 1
    return count


@jit_inner
def _settle_camera(  # type: ignore[no-untyped-def]
    draws, matched, own, origin, motion, scroll_x, scroll_y, camera, kinds, areas
):
    """Give the camera the origin of most of what moved with it. Only while it moves: else a sky that never
    moves would count."""
    if scroll_x == 0 and scroll_y == 0:
        return
    with_it = np.empty(len(draws), np.int64)
    found = 0
    for i in range(len(draws)):
        if motion[i, 0] == scroll_x and motion[i, 1] == scroll_y:
            with_it[found] = i
            found += 1
    count = _kinds(draws, with_it[:found], matched, own, origin, motion, kinds, areas)
    best = -1
    for k in range(count):
        if best < 0 or areas[k] > areas[best]:
            best = k
    if best >= 0:
        camera[0], camera[1] = kinds[best, 2], kinds[best, 3]


@jit_inner
def _place_lone(draws, placed, own, origin, motion, scroll_x, scroll_y, camera):  # type: ignore[no-untyped-def]
    """Place draws whose unit was not there before."""
    next_placed = np.full(len(draws), -1, np.int64)
    for i in range(len(draws) - 2, -1, -1):
        next_placed[i] = i + 1 if placed[i + 1] and not own[i + 1] else next_placed[i + 1]
    before = -1
    for i in range(len(draws)):
        if i and placed[i - 1] and not own[i - 1]:
            before = i - 1
        after = next_placed[i]
        if placed[i]:
            continue
        chosen = -1
        if before >= 0 and _beside(draws, i, before):
            chosen = before
        elif after >= 0 and _beside(draws, i, after):
            chosen = after
        elif before >= 0 and after >= 0 and _agree(origin, before, after):
            chosen = before
        if chosen >= 0:
            origin[i, 0], origin[i, 1] = origin[chosen, 0], origin[chosen, 1]
            motion[i, 0], motion[i, 1] = motion[chosen, 0], motion[chosen, 1]
        else:
            origin[i, 0], origin[i, 1] = camera[0], camera[1]
            motion[i, 0], motion[i, 1] = scroll_x, scroll_y


@jit_inner
def _agree(origin, i, j):  # type: ignore[no-untyped-def]
    return origin[i, 0] == origin[j, 0] and origin[i, 1] == origin[j, 1]


@jit_inner
def _beside(draws, i, j):  # type: ignore[no-untyped-def]
    """Whether two draws are as wide or as high as each other, and touch at a side."""
    alike = draws[i, WIDTH] == draws[j, WIDTH] or draws[i, HEIGHT] == draws[j, HEIGHT]
    gap_x = max(draws[i, LEFT], draws[j, LEFT]) - min(
        draws[i, LEFT] + draws[i, WIDTH], draws[j, LEFT] + draws[j, WIDTH]
    )
    gap_y = max(draws[i, TOP], draws[j, TOP]) - min(
        draws[i, TOP] + draws[i, HEIGHT], draws[j, TOP] + draws[j, HEIGHT]
    )
    return alike and ((gap_x == 0 and gap_y < 0) or (gap_y == 0 and gap_x < 0))
