"""Watches a tick for what no replay can give again: reading the time, and random numbers from elsewhere.

Python tells a profiler of every call into C, however it was imported; the two kinds that matter are
known by name and owner. NumPy's own generators do not tell, so its global one is compared before and
after. Slow (a tick takes some three times as long), so it is for the sync test and not for playing.
Read next: `engine.determinism.synctest`.
"""

from __future__ import annotations

import gc
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import Any, Final

import numpy as np

from reskin.engine.errors import SyncError, UnseededRandom, WallClock

CLOCKS: Final = frozenset(
    {
        "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time",
        "process_time_ns", "thread_time", "thread_time_ns", "localtime", "gmtime", "ctime",
        "clock_gettime", "clock_gettime_ns", "now", "utcnow", "today", "get_ticks", "times",
    }
)  # fmt: skip
CLOCK_OWNERS: Final = ("time", "datetime", "posix", "nt", "pygame.time")
HIDDEN_FILES: Final = ("random.py", "secrets.py", "uuid.py", "datetime.py", "_pydatetime.py")
"""Files of the standard library that call the clock or the generator for somebody else."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One such call: what was called and where in the game."""

    error: type[SyncError]
    call: str
    place: str


class Watch:
    """While inside, notes the first call of each tick that no replay can give again.

    >>> import time
    >>> with Watch() as watch:
    ...     _ = time.time()
    >>> watch.seen.call
    'time.time'
    """

    def __init__(self) -> None:
        self.seen: Sighting | None = None
        self._before: Any = None
        self._collecting = False
        self._numpy: tuple[int, int] = (0, 0)

    def __enter__(self) -> Watch:
        self.seen = None
        self._numpy = _numpy_position()
        self._collecting = gc.isenabled()
        gc.disable()  # what a tool hooks into a collection, such as timing it, is no rule's doing
        self._before = sys.getprofile()
        sys.setprofile(self._notice)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.setprofile(self._before)
        if self._collecting:
            gc.enable()
        if self.seen is None and _numpy_position() != self._numpy:
            self.seen = Sighting(UnseededRandom, "numpy.random", "somewhere in this tick")

    def _notice(self, frame: FrameType, event: str, called: Any) -> None:
        if event != "c_call" or self.seen is not None:
            return
        owner = getattr(called, "__self__", None)
        if called.__name__ in CLOCKS and _owner_name(owner) in CLOCK_OWNERS:
            self.seen = Sighting(WallClock, f"{_owner_name(owner)}.{called.__name__}", _place(frame))
        elif isinstance(owner, random.Random) or called.__name__ in ("urandom", "getrandom"):
            self.seen = Sighting(UnseededRandom, f"random.{called.__name__}", _place(frame))


def _owner_name(owner: object) -> str:
    if isinstance(owner, ModuleType):
        return owner.__name__
    return str(getattr(owner if isinstance(owner, type) else type(owner), "__module__", ""))


def _place(frame: FrameType) -> str:
    """The game's own file and line, past the standard library's helpers."""
    at: FrameType = frame
    while Path(at.f_code.co_filename).name in HIDDEN_FILES and at.f_back is not None:
        at = at.f_back
    return f"{at.f_code.co_filename}:{at.f_lineno}"


def _numpy_position() -> tuple[int, int]:
    """Where NumPy's global generator stands."""
    state: Any = np.random.get_state(legacy=False)  # noqa: NPY002 - to see whether somebody uses it
    return int(state["state"]["pos"]), int(state["state"]["key"][0])
