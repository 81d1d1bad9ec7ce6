"""Identity, motion and place of draws that are hard to follow: clipped, new, or in rows that look alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.things import STEADY, Things

SIZE = (320, 240)
Draw = tuple[int, int, int, int, int, int]


def draws(*given: Draw) -> NDArray[np.int64]:
    """Draws of unit, drawer, x, y, width and height; what lies outside is clipped, as of a fill."""
    rows = []
    for unit, drawer, x, y, width, height in given:
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + width, SIZE[0]), min(y + height, SIZE[1])
        w, h = right - left, bottom - top
        if w > 0 and h > 0:
            rows.append((unit, drawer, left, top, w, h, w * h))
    return np.array(rows, np.int64)


def ground(shift: int) -> list[Draw]:
    """Different tiles, each a unit of its own, that give the scroll."""
    return [(100 + n, 1, 32 * n + shift, 200, 32, 40) for n in range(-2, 12)]


def followed(*frames: list[Draw]) -> Things:
    things = Things()
    for frame in frames:
        things.follow(draws(*frame), SIZE)
    return things


def test_what_leaves_the_display_moves_with_its_other_side() -> None:
    things = followed(*([*ground(-4 * t), (1, 1, 10 - 4 * t, 20, 30, 30)] for t in range(6)))
    assert things.scroll == (-4, 0)
    assert things.motion[-1].tolist() == [-4, 0] and things.moved[-1].tolist() == [-4, 0]
    assert not things.own.any() and len(np.unique(things.origin, axis=0)) == 1


def test_stripes_that_jump_by_more_than_half_their_distance_go_with_the_world() -> None:
    stripes = [[(1, 1, 16 * n + 10 * t, 20, 8, 20) for n in range(4)] for t in (0, 0, 1, 1)]
    shifts = (0, 0, 10, 10)
    things = followed(*([*ground(s), *row] for s, row in zip(shifts, stripes, strict=True)))
    assert len(np.unique(things.origin, axis=0)) == 1 and not things.own.any()


def test_a_new_piece_of_a_far_layer_moves_with_its_neighbour() -> None:
    def frame(t: int) -> list[Draw]:
        far = [(200 + n, 1, 24 * n - t, 60, 24, 90) for n in range(2, 15) if 24 * n - t < SIZE[0]]
        return [*far, *ground(-4 * t)]

    things = Things()
    for t in range(60):
        things.follow(draws(*frame(t)), SIZE)
        far = len(frame(t)) - len(ground(0))
        if t > 0:
            assert (things.motion[:far] == (-1, 0)).all(), f"frame {t}"
        assert len(np.unique(things.origin[:far], axis=0)) == 1
        assert len(np.unique(things.origin[far:], axis=0)) == 1
    assert not things.own.any()


def test_what_an_object_draws_moves_by_itself_at_once_and_others_after_a_while() -> None:
    def frame(t: int) -> list[Draw]:
        return [*ground(-4 * t), (1, 2, 100 + 2 * t, 50, 20, 10), (2, 0, 200 - 7 * t, 90, 20, 10)]

    things = Things()
    for t in range(STEADY + 2):
        things.follow(draws(*frame(t)), SIZE)
        assert not things.own[:-2].any()
        assert things.own[-2:].tolist() == [t >= 1, t >= STEADY]


def test_nothing_is_followed_where_nothing_is_drawn() -> None:
    things = Things()
    for frame in ([], ground(0), []):
        things.follow(draws(*frame).reshape(-1, 7), SIZE)
        assert len(things.identity) == len(things.motion) == len(draws(*frame))
