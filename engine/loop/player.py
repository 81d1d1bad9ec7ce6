"""The worker: one thread that restyles one frame at a time, so that a tick never waits for it.

The loop hands over a frame when the worker is idle and takes the picture when it is there. A switch
of the theme is done on this thread too, between two frames: a post-renderer is never touched by two
threads. A worker that hangs is left behind when the window closes. Read next: `engine.loop.windowed_loop`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame
from reskin.engine.loop.circuit_breaker import CircuitBreaker


@dataclass(frozen=True, eq=False)
class Restyled:
    """What came back for a frame: the picture, or None after a fault; `ms` is the time it took."""

    frame: Frame
    picture: NDArray[np.uint8] | None
    ms: float


class Worker:
    """Runs a guarded post-renderer on a thread of its own.

    At most one frame is under way: `submit` refuses another, so that nothing queues up, and motion
    always tells of the frame that the post-renderer saw last.
    """

    def __init__(self, breaker: CircuitBreaker, clock_ns: Callable[[], int] = time.perf_counter_ns) -> None:
        self._breaker = breaker
        self._clock_ns = clock_ns
        self._change = threading.Condition()
        self._job: Frame | None = None
        self._result: Restyled | None = None
        self._errand: Callable[[], None] | None = None
        self._submitted_ns = 0
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="restyle", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a frame is under way or its result was not taken yet."""
        with self._change:
            return self._job is not None or self._result is not None

    @property
    def age_ms(self) -> float:
        """How long the frame under way has been waited for; 0 when there is none."""
        with self._change:
            return (self._clock_ns() - self._submitted_ns) / 1e6 if self._job is not None else 0.0

    def submit(self, frame: Frame, errand: Callable[[], None] | None = None) -> bool:
        """Hand over a frame, and something to do before it; False when the worker is still busy."""
        with self._change:
            if self._job is not None or self._result is not None:
                return False
            self._job, self._errand, self._submitted_ns = frame, errand, self._clock_ns()
            self._change.notify_all()
            return True

    def take(self, wait_s: float = 0.0) -> Restyled | None:
        """The result if there is one within `wait_s` seconds; each is given once."""
        with self._change:
            if self._result is None and self._job is not None and wait_s > 0:
                self._change.wait_for(lambda: self._result is not None, wait_s)
            result, self._result = self._result, None
            return result

    def close(self, patience_s: float = 0.5) -> bool:
        """Stop; False when the post-renderer hangs and its thread had to be left behind."""
        with self._change:
            self._closing = True
            self._change.notify_all()
        self._thread.join(patience_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closing or self._job is not None)
                if self._closing:
                    return
                frame, errand, self._errand = self._job, self._errand, None
            assert frame is not None
            result = self._restyle(frame, errand)
            with self._change:
                self._job, self._result = None, result
                self._change.notify_all()

    def _restyle(self, frame: Frame, errand: Callable[[], None] | None) -> Restyled:
        start = self._clock_ns()
        try:
            if errand is not None:
                errand()
        except Exception as error:  # a theme that cannot be loaded is a fault like any other
            self._breaker.fault(f"{type(error).__name__}: {error}")
            return Restyled(frame, None, (self._clock_ns() - start) / 1e6)
        picture = self._breaker.attempt(frame)
        if picture is not None:
            picture = picture.copy()  # 30 µs; the post-renderer may reuse its buffer while this is shown
        return Restyled(frame, picture, (self._clock_ns() - start) / 1e6)
