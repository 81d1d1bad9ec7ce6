"""The circuit breaker: no fault of a post-renderer spoils a frame, and every one is counted."""

from __future__ import annotations

import re

import numpy as np
import pytest

from reskin.engine.frame import plain_picture
from reskin.engine.loop.circuit_breaker import OPEN_FRAMES, THRESHOLD, CircuitBreaker, fault_message
from tests.engine.toy import Faulty, Tint, frame

GOOD = None


def test_a_good_picture_passes_untouched() -> None:
    breaker, shown = CircuitBreaker(Tint()), frame()
    assert np.array_equal(breaker(shown), Tint()(shown))
    assert breaker.faults == 0
    assert breaker.status == ""


def test_without_a_post_renderer_the_frame_is_plain() -> None:
    shown = frame()
    assert np.array_equal(CircuitBreaker(None)(shown), plain_picture(shown))


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
    breaker = CircuitBreaker(Faulty(fault))
    picture = breaker(shown)
    assert np.array_equal(picture, plain_picture(shown))
    assert np.array_equal(picture[:4, :, :3], shown.hud[:4, :, :3])  # type: ignore[index]
    assert breaker.faults == 1
    assert re.search(reason, breaker.last_reason), breaker.last_reason
    assert breaker.reasons == {breaker.last_reason: 1}
    assert "1 fault" in breaker.status


def test_nothing_returned_is_a_fault() -> None:
    assert "got NoneType" in fault_message(None, frame())


def test_a_declared_nan_is_a_fault() -> None:
    post = Tint()
    post.finite = False  # type: ignore[attr-defined]
    breaker = CircuitBreaker(post)
    breaker(frame())
    assert "not finite" in breaker.last_reason


def test_ctrl_c_is_not_swallowed() -> None:
    class Interrupted(Tint):
        def __call__(self, frame: object) -> object:  # type: ignore[override]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        CircuitBreaker(Interrupted())(frame())  # type: ignore[arg-type]


def test_after_faults_in_a_row_it_opens_and_tries_again() -> None:
    post = Faulty(*[RuntimeError("no")] * THRESHOLD, GOOD)
    breaker, shown = CircuitBreaker(post), frame()
    for _ in range(THRESHOLD):
        breaker(shown)
    assert breaker.faults == THRESHOLD
    assert breaker.frames_left == OPEN_FRAMES
    assert f"rests for {OPEN_FRAMES} frames" in breaker.status
    for _ in range(OPEN_FRAMES):
        assert np.array_equal(breaker(shown), plain_picture(shown))
    assert post.calls == THRESHOLD, "it was asked while the breaker was open"
    assert not np.array_equal(breaker(shown), plain_picture(shown))
    assert post.calls == THRESHOLD + 1
    assert breaker.faults == THRESHOLD, "a frame that is left out is no fault"


def test_faults_that_are_not_in_a_row_do_not_open_it() -> None:
    breaker = CircuitBreaker(Faulty(*[RuntimeError("no"), GOOD] * 10))
    for _ in range(20):
        breaker(frame())
    assert breaker.faults == 10
    assert not breaker.open


def test_the_first_frame_after_a_fault_or_an_opening_is_a_cut() -> None:
    post = Faulty(GOOD, RuntimeError("no"), GOOD, GOOD)
    breaker = CircuitBreaker(post)
    for tick in range(4):
        breaker(frame(tick=tick))
    assert [(tick, cut) for tick, cut, _ in post.seen] == [(0, False), (2, True), (3, False)]

    post = Faulty(GOOD)
    breaker = CircuitBreaker(post, threshold=1, open_frames=2)
    breaker.fault("late")
    for tick in range(4):
        breaker(frame(tick=tick))
    assert [(tick, cut) for tick, cut, _ in post.seen] == [(2, True), (3, False)]


def test_kinds_of_reasons_are_bounded() -> None:
    breaker = CircuitBreaker(Tint())
    for i in range(1000):
        breaker.fault(f"reason {i}")
    assert breaker.faults == 1000
    assert len(breaker.reasons) < 20
    assert breaker.last_reason == "reason 999"
