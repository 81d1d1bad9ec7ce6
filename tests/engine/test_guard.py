"""The guard: no fault of a post-renderer spoils a frame, and every one is counted."""

from __future__ import annotations

import re

import numpy as np
import pytest

from reskin.engine.frame import plain_picture
from reskin.engine.loop.circuit_breaker import PATIENCE, REST_FRAMES, Guard, complaint
from tests.engine.toy import Faulty, Tint, frame

GOOD = None


def test_a_good_picture_passes_untouched() -> None:
    guard, shown = Guard(Tint()), frame()
    assert np.array_equal(guard(shown), Tint()(shown))
    assert guard.faults == 0
    assert guard.status == ""


def test_without_a_post_renderer_the_frame_is_plain() -> None:
    shown = frame()
    assert np.array_equal(Guard(None)(shown), plain_picture(shown))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (RuntimeError("out of memory"), "RuntimeError: out of memory"),
        (np.zeros((24, 31, 4), np.uint8), r"uint8 \[24, 32, 4\], got uint8 \[24, 31, 4\]"),
        (np.zeros((24, 32, 3), np.uint8), r"got uint8 \[24, 32, 3\]"),
        (np.zeros((24, 32, 4), np.float32), r"got float32 \[24, 32, 4\]"),
        (np.full((24, 32, 4), np.nan, np.float32), "not finite"),
        (np.full((24, 32, 4), np.inf, np.float16), "not finite"),
        (np.zeros((0, 0, 4), np.uint8), r"got uint8 \[0, 0, 4\]"),
        ([1, 2, 3], "got list"),
        ("no picture", "got str"),
    ],
)
def test_a_fault_costs_the_picture_and_not_the_frame(fault: object, reason: str) -> None:
    shown = frame()
    guard = Guard(Faulty(fault))
    picture = guard(shown)
    assert np.array_equal(picture, plain_picture(shown))
    assert np.array_equal(picture[:4, :, :3], shown.hud[:4, :, :3])  # type: ignore[index]
    assert guard.faults == 1
    assert re.search(reason, guard.last_reason), guard.last_reason
    assert guard.reasons == {guard.last_reason: 1}
    assert "1 fault" in guard.status


def test_nothing_returned_is_a_fault() -> None:
    assert "got NoneType" in complaint(None, frame())


def test_a_declared_nan_is_a_fault() -> None:
    post = Tint()
    post.finite = False  # type: ignore[attr-defined]
    guard = Guard(post)
    guard(frame())
    assert "not finite" in guard.last_reason


def test_ctrl_c_is_not_swallowed() -> None:
    class Interrupted(Tint):
        def __call__(self, frame: object) -> object:  # type: ignore[override]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Guard(Interrupted())(frame())  # type: ignore[arg-type]


def test_after_faults_in_a_row_it_rests_and_tries_again() -> None:
    post = Faulty(*[RuntimeError("no")] * PATIENCE, GOOD)
    guard, shown = Guard(post), frame()
    for _ in range(PATIENCE):
        guard(shown)
    assert guard.faults == PATIENCE
    assert guard.resting == REST_FRAMES
    assert f"rests for {REST_FRAMES} frames" in guard.status
    for _ in range(REST_FRAMES):
        assert np.array_equal(guard(shown), plain_picture(shown))
    assert post.calls == PATIENCE, "it was asked during its rest"
    assert not np.array_equal(guard(shown), plain_picture(shown))
    assert post.calls == PATIENCE + 1
    assert guard.faults == PATIENCE, "a rest is no fault"


def test_faults_that_are_not_in_a_row_bring_no_rest() -> None:
    guard = Guard(Faulty(*[RuntimeError("no"), GOOD] * 10))
    for _ in range(20):
        guard(frame())
    assert guard.faults == 10
    assert guard.resting == 0


def test_the_first_frame_after_a_fault_or_a_rest_is_a_cut() -> None:
    post = Faulty(GOOD, RuntimeError("no"), GOOD, GOOD)
    guard = Guard(post)
    for tick in range(4):
        guard(frame(tick=tick))
    assert [(tick, cut) for tick, cut, _ in post.seen] == [(0, False), (2, True), (3, False)]

    post = Faulty(GOOD)
    guard = Guard(post, patience=1, rest_frames=2)
    guard.fault("late")
    for tick in range(4):
        guard(frame(tick=tick))
    assert [(tick, cut) for tick, cut, _ in post.seen] == [(2, True), (3, False)]


def test_kinds_of_reasons_are_bounded() -> None:
    guard = Guard(Tint())
    for i in range(1000):
        guard.fault(f"reason {i}")
    assert guard.faults == 1000
    assert len(guard.reasons) < 20
    assert guard.last_reason == "reason 999"
