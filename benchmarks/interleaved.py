"""Times contenders in turns, so that a noisy moment of the machine hits all of them alike.

Nothing here knows what is measured. A contender takes part in a round unless it has had its share of
the time already: slow ones run in fewer rounds, spread over the whole run.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

PAUSE_S: Final = 0.002
"""After each contender, and ten times that after a slow one: worker threads go on spinning for a while."""
SLOW_S: Final = 0.05
SHARE: Final = 0.15
"""Of the elapsed time, beyond which a contender sits out a round."""

Readings = Mapping[str, float]
"""Milliseconds by name that a contender took itself, besides its whole time."""


@dataclass(frozen=True)
class Contender:
    """One thing to time. `run` may return readings of its parts. `least`: runs without which the
    round-robin does not end, be it late; `warm_up`: those that do not count before them, in which
    caches fill and threads start. `again`: how often it runs just before, which does not count: in a game
    it finds caches, buffers and threads as its own last two frames left them. `burst`: how often in a row it
    runs when its turn comes, after once that does not count; for what takes microseconds."""

    name: str
    run: Callable[[], Readings | None]
    least: int = 5
    warm_up: int = 3
    burst: int = 1
    again: int = 0


@dataclass
class Series:
    """Milliseconds of every run that counts: by the wall, and of all threads' processor time."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """count, and in ms: median, p99, spread (between the quartiles), best, and the median of cpu."""
        low, median, high, p99 = (float(v) for v in np.percentile(self.wall, (25, 50, 75, 99)))
        figures = {"median": median, "p99": p99, "spread": high - low, "best": min(self.wall)}
        if self.cpu:
            figures["cpu"] = float(np.median(self.cpu))
        return {"count": len(self.wall)} | {name: round(value, 4) for name, value in figures.items()}


class Rounds:
    """A round-robin. `series` has what there is at any moment, also after a KeyboardInterrupt."""

    def __init__(self, contenders: Sequence[Contender], before: Callable[[], Readings | None]) -> None:
        """`before` is called at the start of each round, and may return readings, too."""
        self.contenders = contenders
        self.before = before
        self.series: dict[str, Series] = {}
        self.rounds = 0
        self._runs = {contender.name: 0 for contender in contenders}
        self._spent = {contender.name: 0.0 for contender in contenders}

    def run(self, seconds: float, progress: Callable[[float], None] = lambda _: None) -> None:
        """Go round for so long, and on until every contender had its least. `progress` hears 0..1."""
        gc.collect()
        gc.freeze()  # or the collector walks what all the other contenders keep
        try:
            self._go_round(seconds, progress)
        finally:
            gc.unfreeze()

    def _go_round(self, seconds: float, progress: Callable[[float], None]) -> None:
        start = time.monotonic()
        while True:
            elapsed = time.monotonic() - start
            lacking = [c for c in self.contenders if self._runs[c.name] < c.least + c.warm_up]
            if elapsed >= seconds and not lacking:
                return
            self._note(self.before(), self.rounds > 2)
            for contender in self.contenders:
                if contender in lacking or self._spent[contender.name] <= SHARE * elapsed:
                    self._take(contender)
                    progress(min((time.monotonic() - start) / seconds, 1.0))
            self.rounds += 1

    def summaries(self) -> dict[str, dict[str, float]]:
        """The summary of every series that has anything."""
        return {name: series.summary() for name, series in self.series.items()}

    def _take(self, contender: Contender) -> None:
        for _ in range(max(contender.again, int(contender.burst > 1))):
            contender.run()
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(contender.burst):
            readings = contender.run()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        counts = self._runs[contender.name] >= contender.warm_up
        self._runs[contender.name] += 1
        self._spent[contender.name] += wall
        wall, cpu = wall / contender.burst, cpu / contender.burst
        time.sleep(PAUSE_S * 10 if wall * contender.burst > SLOW_S else PAUSE_S)
        if counts:
            self._series(contender.name).wall.append(wall * 1e3)
            self._series(contender.name).cpu.append(cpu * 1e3)
        self._note(readings, counts)

    def _note(self, readings: Readings | None, counts: bool) -> None:
        for name, ms in (readings or {}).items() if counts else ():
            self._series(name).wall.append(ms)

    def _series(self, name: str) -> Series:
        return self.series.setdefault(name, Series())
