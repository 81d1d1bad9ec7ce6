"""Identity, motion and place of draws that are hard to follow: clipped, new, or in rows that look alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.matching import COLUMNS, PARTIAL, UPRIGHT
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
            rows.append((unit, drawer, left, top, w, h, w * h, 0, 0, min(w, h), 0))
    return np.array(rows, np.int64).reshape(-1, COLUMNS)


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
        things.follow(draws(*frame), SIZE)
        assert len(things.identity) == len(things.motion) == len(draws(*frame))


def window(x: int, y: int, part: tuple[int, int], high: int = 400) -> tuple[int, ...]:
    """A draw of 20×20 px at (x, y) that shows a part of an image, which is 600 wide and `high`."""
    return (7, 0, x - part[0], y - part[1], 600, high, 400, *part, 20, UPRIGHT | PARTIAL)


def test_blocks_of_a_distorted_picture_move_as_far_as_what_they_show() -> None:
    """Each block shows the part of the picture beside that of its neighbour; now some of them one px more."""
    before = [(x, y, (x, y)) for y in range(0, 200, 20) for x in range(0, 300, 20)]
    now = [(x, y, (x + (x // 20) % 2, y + (y // 40) % 2)) for x, y, _ in before]
    things = Things()
    for frame in (before, now):
        things.follow(np.array([window(*block) for block in frame], np.int64), SIZE)
    shown = np.array([part for _, _, part in now])
    assert np.array_equal(things.moved, np.array([part for _, _, part in before]) - shown)


def test_a_window_that_shows_another_picture_of_a_sheet_moves_as_it_lies() -> None:
    things = Things()
    for t in range(4):
        hero = window(100 + 3 * t, 50, (40 * (t % 2), 0))
        things.follow(np.array([hero], np.int64), SIZE)
    assert things.moved.tolist() == [[3, 0]]


def test_columns_of_a_wall_follow_what_they_show_and_are_scaled_in_height_alone() -> None:
    """A ray caster turns by 6 px while it comes nearer: each column shows what one beside it showed."""
    things = Things()
    for shift, high in ((0, 100), (6, 110)):
        wall = [(x, 120 - high // 2, (x // 2 - shift // 2, 0), high) for x in range(100, 200, 2)]
        things.follow(np.array([window(*column) for column in wall], np.int64), SIZE)
    inner = things.moved[3:]
    assert (inner[:, 0] == 6).all() and things.stretched.all()
    top, bottom = (things.stretch[3:, 2] + things.stretch[3:, 3] * y for y in (65, 175))
    assert np.allclose(top, 65 - 70, atol=0.01) and np.allclose(bottom, 175 - 170, atol=0.01)


def test_a_wall_that_comes_near_spreads() -> None:
    """What a column shows now, another one showed before, nearer to where the player looks."""
    things = Things()
    for texel, high in ((8, 600), (10, 750)):
        wall = [(x, 0, (x // texel, 0), high) for x in range(100, 300, 2)]
        things.follow(np.array([window(*column) for column in wall], np.int64), SIZE)
    x = np.arange(100, 300, 2)
    known = x // 10 >= 13  # what lies further left was not seen before
    assert (x // 10 == (x - things.moved[:, 0]) // 8)[known].all(), "the same part of the texture"


def test_a_sprite_that_grows_moves_away_from_its_middle() -> None:
    things = Things()
    for size in (40, 60):
        sprite = (1, 2, 100 - size // 2, 90 - size // 2, size, size, size * size, 0, 0, size, UPRIGHT)
        things.follow(np.array([sprite], np.int64), SIZE)
    stretch = things.stretch[0]
    assert things.stretched.all() and things.moved.tolist() == [[0, 0]]
    for x, motion in ((70, -10), (100, 0), (130, 10)):
        assert np.isclose(stretch[0] + stretch[1] * x, motion, atol=0.01)


def test_a_text_that_grows_is_not_scaled() -> None:
    things = Things()
    for width in (40, 60):
        things.follow(np.array([(1, 0, 100, 90, width, 20, width * 20, 0, 0, 20, 0)], np.int64), SIZE)
    assert not things.stretched.any()


def test_what_does_not_change_stands_still_after_a_scroll() -> None:
    """A row of equal tiles could have gone on by a tile just as well."""
    things = followed(*([(1, 0, 8 * n - 8 * t, 200, 8, 40) for n in range(100)] for t in (0, 1, 2, 2)))
    assert things.scroll == (0, 0) and (things.moved == 0).all() and not things.own.any()


def test_units_and_drawers_may_have_any_number() -> None:
    numbers = (3, 5_000_000, 70_000, -9, 2**31 - 1, 4096, 2**31 - 2)

    def frame(t: int) -> list[Draw]:
        things = [(n, n, 30 * k + 3 * t, 40 + k * t, 20, 20) for k, n in enumerate(numbers)]
        return [*things, *ground(0)][:: 1 if t % 2 else -1]

    things = followed(*map(frame, range(4)))
    moved = things.moved[: len(numbers)]
    assert moved.tolist() == [[3, k] for k in range(len(numbers))]
    assert len(set(things.identity[: len(numbers)].tolist())) == len(numbers)


def test_two_draws_in_one_place_are_two_things() -> None:
    things = followed(*([(1, 0, 50 + 5 * t, 50, 20, 20)] * 2 + ground(0) for t in range(3)))
    assert things.identity[0] != things.identity[1] and things.moved[:2].tolist() == [[5, 0]] * 2
