"""The figures of a run: milliseconds by stage, whether the HUD stayed exact, and the report.

Read next: `engine.loop.session`, which fills these in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter_ns
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame
from reskin.engine.hud_pixels import count_hud_pixels

STAGES: Final = ("tick", "draw", "restyle", "frame")
WARM_UP: Final = 10
"""First frames that the figures leave out, as kernels compile and caches fill in them."""
KEPT: Final = 36_000
"""The last values of each stage that are kept, at least: those of ten minutes."""
RECENT: Final = 120
"""Frames that the figures on the screen are taken from: those of two seconds."""


class Meter:
    """Milliseconds of each stage, one value a frame.

    with meter("tick"):
        simulation.step(commands)
    meter.next_frame()
    """

    def __init__(self) -> None:
        self.samples: dict[str, list[float]] = {stage: [] for stage in STAGES}
        self.started_ns = perf_counter_ns()
        self.warm_ns = self.started_ns
        self.frames = 0
        self._shown_ns: deque[int] = deque(maxlen=RECENT)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = perf_counter_ns()
        try:
            yield
        finally:
            self.add(stage, (perf_counter_ns() - start) / 1e6)

    def add(self, stage: str, ms: float) -> None:
        values = self.samples[stage]
        values.append(ms)
        if len(values) > 2 * KEPT:
            del values[:KEPT]

    def next_frame(self) -> None:
        """Count a frame. After the first `WARM_UP` frames the values so far are dropped."""
        now = perf_counter_ns()
        self.frames += 1
        self._shown_ns.append(now)
        if self.frames == WARM_UP:
            self.warm_ns = now
            for values in self.samples.values():
                values.clear()

    @property
    def fps(self) -> float:
        """Frames a second of real time, everything included; without the warm-up once it is over."""
        warm = self.frames > WARM_UP
        elapsed = perf_counter_ns() - (self.warm_ns if warm else self.started_ns)
        return (self.frames - WARM_UP * warm) / (elapsed / 1e9) if elapsed else 0.0

    def table(self) -> dict[str, dict[str, float]]:
        """Median and 99th percentile of each stage in ms; 0 for a stage that never ran."""
        return {stage: _percentiles(values) for stage, values in self.samples.items()}

    @property
    def recent_fps(self) -> float:
        """Frames a second over the last two seconds."""
        shown = self._shown_ns
        return (len(shown) - 1) * 1e9 / (shown[-1] - shown[0]) if len(shown) > 1 else 0.0

    def recent(self, stage: str) -> float:
        """The median of the last two seconds in ms."""
        return float(np.median(self.samples[stage][-RECENT:])) if self.samples[stage] else 0.0


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    p50, p99 = np.percentile(values, (50, 99)) if values else (0.0, 0.0)
    return {"p50": round(float(p50), 3), "p99": round(float(p99), 3)}


class HudCheck:
    """Compares every picture that is shown with the HUD of its frame."""

    def __init__(self) -> None:
        self.pixels = 0
        """The most HUD pixels with alpha 255 in any frame."""
        self.differing = 0
        """How many of them had another colour in the picture, summed over all frames."""

    def check(self, frame: Frame, picture: NDArray[np.uint8]) -> int:
        """The number of this frame's HUD pixels with alpha 255 that have another colour in the picture."""
        if frame.hud is None:
            return 0
        counts: tuple[int, int] = count_hud_pixels(picture, frame.hud)
        solid, differing = counts
        self.pixels = max(self.pixels, solid)
        self.differing += differing
        return differing


@dataclass
class RunReport:
    """The figures of a run. `plain()` is what `--json` prints."""

    game: str
    theme: str
    seed: int
    frames: int = 0
    ticks: int = 0
    state_hash: str = ""
    runtime: str | None = None
    device: str | None = None
    fps: float = 0.0
    ms: dict[str, dict[str, float]] = field(default_factory=dict)
    hud: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    coins: int = 0

    figures: dict[str, int] = field(default_factory=dict)
    """The game's own report."""
    reasons: dict[str, int] = field(default_factory=dict)
    """The reasons for faults, with counts."""
    files: list[Path] = field(default_factory=list)
    """Recordings, screenshots and sheets, in the order in which they were written."""
    warnings: list[str] = field(default_factory=list)
    """What was lost, such as the rest of a recording on a full disk."""
    hashes: list[str] = field(default_factory=list, repr=False)
    """The state's hash after every tick of a headless run."""
    headless: bool = True
    interrupted: bool = False
    hung: bool = False
    """The post-renderer hangs, and its thread was left behind."""

    def plain(self) -> dict[str, Any]:
        """A dict of plain values, with the documented keys only."""
        keys = (
            "game", "theme", "seed", "frames", "ticks", "state_hash", "runtime", "device", "fps", "ms",
            "hud", "faults", "coins",
        )  # fmt: skip
        return {key: getattr(self, key) for key in keys}
