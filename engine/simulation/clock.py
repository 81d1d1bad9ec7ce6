"""When the next tick is due: integer nanoseconds in, whole ticks out.

It counts how far simulated time is behind real time. Floats are refused. It never reads a clock itself:
the loop reads `time.perf_counter_ns` and passes on what has elapsed. Read next:
`engine.simulation.simulation`.
"""

from __future__ import annotations

from reskin.engine.errors import ClockError

SECOND_NS = 1_000_000_000


class Clock:
    """A fixed tick rate, exact for every rate: time is counted in units of 1/rate ns.

    After a stall, at most `catch_up` ticks are due at once. The others are dropped and counted in
    `dropped`, so that a slow machine slows the game down instead of falling further behind.

    >>> clock = Clock(rate=60)
    >>> [clock.advance(10_000_000) for _ in range(5)]      # 50 ms in steps of 10
    [0, 1, 0, 1, 1]
    """

    def __init__(self, rate: int = 60, catch_up: int = 5) -> None:
        self.rate = _whole("rate", rate, 1)
        self.catch_up = _whole("catch_up", catch_up, 1)
        self.dropped = 0
        self._debt = 0  # elapsed nanoseconds times rate; a tick costs SECOND_NS

    def advance(self, elapsed_ns: int) -> int:
        """How many ticks are due after another `elapsed_ns` nanoseconds."""
        self._debt += _whole("elapsed_ns", elapsed_ns, 0) * self.rate
        due, self._debt = divmod(self._debt, SECOND_NS)
        late = max(0, due - self.catch_up)
        self.dropped += late
        return due - late

    def until_next_ns(self) -> int:
        """Nanoseconds until the next tick is due, rounded up. The loop may sleep so long."""
        return -(-(SECOND_NS - self._debt) // self.rate)

    @property
    def alpha(self) -> float:
        """How far real time is from the last tick to the next, 0 <= alpha < 1. For drawing only."""
        return self._debt / SECOND_NS

    def reset(self) -> None:
        """Start anew at the last tick, as after a pause or a load."""
        self._debt = 0

    def __repr__(self) -> str:
        return f"Clock(rate={self.rate}, alpha={self.alpha:.3f}, dropped={self.dropped})"


def _whole(name: str, value: int, least: int) -> int:
    if type(value) is not int or value < least:
        raise ClockError(f"{name} must be an int of at least {least}, got {value!r}")
    return value
