"""Finds calls in a tick that no replay can repeat: the time, random numbers of Python, math.sin.

Python reports every call into C to a profiler, however the function was imported; the calls in question
are known by their names and owners (see `engine.determinism.rules`). NumPy's generators are not reported, so
the state of its global one is compared before and after. A tick takes about three times as long, so this
is for the sync test and not for playing. Read next: `engine.determinism.synctest`.
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

from reskin.engine.determinism.rules import CLOCK, CLOCK_OWNERS, MATHS, RANDOM, UNPORTABLE
from reskin.engine.errors import InexactNumber, SyncError, UnseededRandom, WallClock

HIDDEN_FILES: Final = ("random.py", "secrets.py", "uuid.py", "datetime.py", "_pydatetime.py")
"""Files of the standard library that call the clock or the generator on behalf of others."""


@dataclass(frozen=True, slots=True)
class ForbiddenCall:
    """One such call: what was called, and where in the game."""

    error: type[SyncError]
    call: str
    place: str


class CallMonitor:
    """Records the first call inside the context that no replay can repeat.

    >>> import time
    >>> with CallMonitor() as monitor:
    ...     _ = time.time()
    >>> monitor.found.call
    'time.time'
    """

    def __init__(self) -> None:
        self.found: ForbiddenCall | None = None
        self._before: Any = None
        self._collecting = False
        self._numpy: tuple[int, int] = (0, 0)

    def __enter__(self) -> CallMonitor:
        self.found = None
        self._numpy = _numpy_position()
        self._collecting = gc.isenabled()
        gc.disable()  # a tool may time collections; that is not a call of the game
        self._before = sys.getprofile()
        sys.setprofile(self._notice)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.setprofile(self._before)
        if self._collecting:
            gc.enable()
        if self.found is None and _numpy_position() != self._numpy:
            self.found = ForbiddenCall(UnseededRandom, "numpy.random", "somewhere in this tick")

    def _notice(self, frame: FrameType, event: str, called: Any) -> None:
        if event != "c_call" or self.found is not None:
            return
        owner = getattr(called, "__self__", None)
        if called.__name__ in CLOCK.calls and _owner_name(owner) in CLOCK_OWNERS:
            self.found = ForbiddenCall(WallClock, f"{_owner_name(owner)}.{called.__name__}", _place(frame))
        elif called.__name__ in UNPORTABLE.calls and _owner_name(owner) in MATHS:
            call = f"{_owner_name(owner)}.{called.__name__}"
            self.found = ForbiddenCall(InexactNumber, call, _place(frame))
        elif isinstance(owner, random.Random) or called.__name__ in RANDOM.calls:
            self.found = ForbiddenCall(UnseededRandom, f"random.{called.__name__}", _place(frame))


def _owner_name(owner: object) -> str:
    if isinstance(owner, ModuleType):
        return owner.__name__
    return str(getattr(owner if isinstance(owner, type) else type(owner), "__module__", ""))


def _place(frame: FrameType) -> str:
    """File and line in the game, skipping helpers of the standard library."""
    at: FrameType = frame
    while Path(at.f_code.co_filename).name in HIDDEN_FILES and at.f_back is not None:
        at = at.f_back
    return f"{at.f_code.co_filename}:{at.f_lineno}"


def _numpy_position() -> tuple[int, int]:
    """The position of NumPy's global generator."""
    state: Any = np.random.get_state(legacy=False)  # noqa: NPY002 - to see whether somebody uses it
    return int(state["state"]["pos"]), int(state["state"]["key"][0])
