"""Times several cases in turn, so that a noisy moment of the machine affects all of them alike.

Nothing here knows what is measured. A case runs once in every round, unless it has used its share of the
time already: slow cases run in fewer rounds, spread over the whole run.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

PAUSE_S: Final = 0.002
"""After each case, and ten times that after a slow one: worker threads go on spinning for a while."""
SLOW_S: Final = 0.05
SHARE: Final = 0.15
"""A case that has taken more than this share of the elapsed time is left out of a round."""

Readings = Mapping[str, float]
"""Milliseconds by name that a case measured itself, besides its whole time."""


@dataclass(frozen=True)
class Case:
    """One thing to time. `run` may return readings of its parts.

    least: runs that are made even if the time is over
    warm_up: runs at the beginning that do not count, in which caches fill and threads start
    again: runs before each one that counts. They leave caches, buffers and threads as they are in a game,
        where the frame before was restyled just now
    burst: runs in a row, of which the mean counts, after one that does not; for what takes microseconds
    """

    name: str
    run: Callable[[], Readings | None]
    least: int = 5
    warm_up: int = 3
    burst: int = 1
    again: int = 0


@dataclass
class Series:
    """Milliseconds of every run that counts: by the wall clock, and processor time of all threads."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """count, and in ms: median, p99, spread (between the quartiles), best, and the median of cpu."""
        low, median, high, p99 = (float(v) for v in np.percentile(self.wall, (25, 50, 75, 99)))
        figures = {"median": median, "p99": p99, "spread": high - low, "best": min(self.wall)}
        if self.cpu:
            figures["cpu"] = float(np.median(self.cpu))
        return {"count": len(self.wall)} | {name: round(value, 4) for name, value in figures.items()}


class Interleaved:
    """Runs cases in turn. `series` is complete at any moment, also after a KeyboardInterrupt."""

    def __init__(self, cases: Sequence[Case], before: Callable[[], Readings | None]) -> None:
        """`before` is called at the start of each round, and may return readings, too."""
        self.cases = cases
        self.before = before
        self.series: dict[str, Series] = {}
        self.rounds = 0
        self._runs = {case.name: 0 for case in cases}
        self._spent = {case.name: 0.0 for case in cases}

    def run(self, seconds: float, progress: Callable[[float], None] = lambda _: None) -> None:
        """Run for so long, and on until every case had its least. `progress` gets the share done, 0 to 1."""
        gc.collect()
        gc.freeze()  # or the collector walks what all the other cases keep
        try:
            self._run(seconds, progress)
        finally:
            gc.unfreeze()

    def _run(self, seconds: float, progress: Callable[[float], None]) -> None:
        start = time.monotonic()
        while True:
            elapsed = time.monotonic() - start
            lacking = [c for c in self.cases if self._runs[c.name] < c.least + c.warm_up]
            if elapsed >= seconds and not lacking:
                return
            self._note(self.before(), self.rounds > 2)
            for case in self.cases:
                if case in lacking or self._spent[case.name] <= SHARE * elapsed:
                    self._time(case)
                    progress(min((time.monotonic() - start) / seconds, 1.0))
            self.rounds += 1

    def summaries(self) -> dict[str, dict[str, float]]:
        """The summary of every series that has anything."""
        return {name: series.summary() for name, series in self.series.items()}

    def _time(self, case: Case) -> None:
        for _ in range(max(case.again, int(case.burst > 1))):
            case.run()
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(case.burst):
            readings = case.run()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        counts = self._runs[case.name] >= case.warm_up
        self._runs[case.name] += 1
        self._spent[case.name] += wall
        wall, cpu = wall / case.burst, cpu / case.burst
        time.sleep(PAUSE_S * 10 if wall * case.burst > SLOW_S else PAUSE_S)
        if counts:
            self._series(case.name).wall.append(wall * 1e3)
            self._series(case.name).cpu.append(cpu * 1e3)
        self._note(readings, counts)

    def _note(self, readings: Readings | None, counts: bool) -> None:
        for name, ms in (readings or {}).items() if counts else ():
            self._series(name).wall.append(ms)

    def _series(self, name: str) -> Series:
        return self.series.setdefault(name, Series())
