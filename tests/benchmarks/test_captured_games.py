"""The measures of captured games, on frames whose motion and HUD are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.captured_frames import Explained, Rows, Seen, explained_by_motion, marked_hud
from benchmarks.captured_games import table
from reskin.engine.frame import Frame

HEIGHT, WIDTH = 12, 20


def seen(number: int, color: NDArray[np.uint8], hud: NDArray[np.bool_] | None = None) -> Seen:
    nothing = np.zeros((HEIGHT, WIDTH), bool)
    return Seen(number, color, nothing if hud is None else hud, np.ones((HEIGHT, WIDTH), np.uint16))


def noise(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def moved_by(x: int, y: int, frame: NDArray[np.uint8]) -> Frame:
    motion = np.empty((HEIGHT, WIDTH, 2), np.float16)
    motion[...] = (x, y)
    return Frame(color=np.dstack([frame, frame[..., :1]]), motion=motion)


def test_a_scroll_explains_all_but_what_comes_in() -> None:
    last = noise(1)
    now = noise(2)
    now[2:, 3:] = last[:-2, :-3]
    found, wrong = explained_by_motion(moved_by(3, 2, now), seen(2, now), seen(1, last))
    assert found.pixels == HEIGHT * WIDTH
    assert found.pixels_explained == (HEIGHT - 2) * (WIDTH - 3)
    assert not wrong[2:, 3:].any()
    assert found.changed_explained == found.same == found.same_explained
    assert found.changed > found.changed_explained


def test_motion_the_wrong_way_round_explains_nothing() -> None:
    last = noise(1)
    now = noise(2)
    now[2:, 3:] = last[:-2, :-3]
    found, _ = explained_by_motion(moved_by(-3, -2, now), seen(2, now), seen(1, last))
    assert found.pixels_explained == 0


def test_what_lay_below_another_draw_is_new_and_what_its_motion_misses_is_not() -> None:
    """A block moves by 5 px over a ground: its trail was hidden, and if its motion is said to be 0, its
    front is not new."""

    def scene(number: int, x: int) -> Seen:
        ids, color = np.full((HEIGHT, WIDTH), 1, np.uint32), np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
        ids[2:8, x : x + 8], color[2:8, x : x + 8] = 2, 200
        box = np.array([[0, 0, 0, 0], [0, 0, WIDTH, HEIGHT], [x, 2, 8, 6]], np.int32)
        rows = Rows(ids, np.array([-1, 4, 7], np.int32), box, np.arange(3.0))
        return seen(number, color)._replace(rows=rows)

    last, now = scene(1, 1), scene(2, 6)
    assert now.rows is not None
    for motion, new, explained in ((5, 30, HEIGHT * WIDTH - 30), (0, 30, HEIGHT * WIDTH - 60)):
        frame = moved_by(0, 0, now.color)
        assert frame.motion is not None
        frame.motion[now.rows.ids == 2] = (motion, 0)
        found, _ = explained_by_motion(frame, now, last)
        assert (found.new, found.pixels_explained) == (new, explained)


def test_the_hud_does_not_count() -> None:
    picture = noise(1)
    hud = np.zeros((HEIGHT, WIDTH), bool)
    hud[:4] = True
    found, _ = explained_by_motion(moved_by(0, 0, picture), seen(2, picture, hud), seen(1, picture))
    assert found == Explained(8 * WIDTH, 8 * WIDTH, 0, 0, 0, 0)


def test_a_draw_is_marked_hud_if_nine_tenths_of_it_lie_in_a_rectangle() -> None:
    boxes = np.array([[10, 10, 20, 10], [0, 0, 640, 480], [10, 12, 20, 10], [11, 10, 20, 10]], np.int32)
    assert marked_hud(boxes, [(8, 8, 23, 13)]).tolist() == [True, False, True, True]
    assert not marked_hud(boxes, []).any()


def test_the_table_has_a_row_for_a_game_that_failed() -> None:
    names = "attributed motion new motion_of_rest still motion_changed motion_same hud_found hud_false"
    failed = dict.fromkeys(names.split())
    row = table([{"name": "mario", "equal": 0, "frames": 0, "repeats": 0, "ms": {}, "sums": {}, **failed}])
    assert "| mario | 0/0 |" in row
