"""The clock: exact at every rate, and with few ticks at once after a stall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskin.engine.errors import ClockError
from reskin.engine.simulation.clock import SECOND_NS, Clock


@given(rate=st.integers(1, 1000), steps=st.lists(st.integers(0, SECOND_NS // 10), max_size=50))
def test_ticks_are_what_the_time_is_worth_however_it_is_cut(rate: int, steps: list[int]) -> None:
    clock = Clock(rate, catch_up=10_000)
    assert sum(clock.advance(step) for step in steps) == sum(steps) * rate // SECOND_NS
    assert 0 <= clock.alpha < 1
    assert clock.dropped == 0


def test_an_hour_at_sixty_hertz_loses_nothing() -> None:
    clock = Clock(60)
    sixtieth, frames = SECOND_NS // 60, 60 * 3600  # 16,666,666 ns: a third of a nanosecond short
    ticks = sum(clock.advance(sixtieth) for _ in range(frames))
    assert ticks == frames * sixtieth * 60 // SECOND_NS == frames - 1


@given(st.integers(1, 1000), st.integers(0, SECOND_NS))
def test_the_next_tick_is_due_exactly_after_until_next(rate: int, elapsed_ns: int) -> None:
    clock = Clock(rate)
    clock.advance(elapsed_ns)
    wait_ns = clock.until_next_ns()
    assert clock.advance(wait_ns - 1) == 0
    assert clock.advance(1) == 1


def test_a_stall_is_given_up_and_counted() -> None:
    clock = Clock(60, catch_up=4)
    assert clock.advance(SECOND_NS) == 4
    assert clock.dropped == 56
    assert clock.advance(SECOND_NS // 30) == 1  # no debt is left over from the stall
    clock.reset()
    assert clock.alpha == 0


@pytest.mark.parametrize("elapsed", [-1, 0.5, True])
def test_anything_but_whole_nanoseconds_is_refused(elapsed: object) -> None:
    with pytest.raises(ClockError, match="elapsed_ns must be an int of at least 0, got"):
        Clock().advance(elapsed)  # type: ignore[arg-type]


def test_a_rate_below_one_is_refused() -> None:
    with pytest.raises(ClockError, match="rate must be an int of at least 1, got 0"):
        Clock(rate=0)
