"""How long the game sleeps in each frame, which is how long a picture may be waited for.

A game that presents 60 frames a second sleeps in `Clock.tick` for what its own work leaves. If a picture is
waited for in that time, the game is as fast as it was.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pygame

from ..real_time import monotonic, perf_counter

if TYPE_CHECKING:
    from ..patching import Patches, Switch

LATE_S = 0.0005
"""A frame in which a picture was waited for, and the game slept less than this, was perhaps late."""
MOST = 0.85
"""Share of the sleep that may be waited. It falls by `FALL` after a late frame, and rises by `RISE` after
each other one: on a busy machine waking up takes its time."""
FALL, RISE = 0.6, 0.01
ROUND_TRIP_S = 0.002
"""What a picture takes besides the renderer's own time."""
KEPT = 8
SELDOM_S = 0.2
"""A game whose frames are this far apart is turn-based."""
SELDOM_WAIT_S = 0.3


class IdleTime:
    """Measures the sleep of the thread that presents, frame by frame."""

    def __init__(self) -> None:
        self._thread = 0
        self._slept = 0.0
        self._waited = 0.0
        self._share = MOST
        self._last = monotonic()
        self._idle: deque[float] = deque(maxlen=KEPT)
        self._apart: deque[float] = deque([0.0], maxlen=3)

    def install(self, patches: Patches) -> None:
        clock: Any = pygame.time.Clock
        if isinstance(clock, type):
            patches.method(clock, "tick", self._measured)
            patches.method(clock, "tick_busy_loop", self._measured)
        patches.function(pygame.time, "wait", self._measured)
        patches.function(pygame.time, "delay", self._measured)
        patches.function(time, "sleep", self._measured)

    def _measured(self, original: Callable[..., Any], _: Switch) -> Callable[..., Any]:
        def sleep(*args: Any, **kwargs: Any) -> Any:
            start = perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                if threading.get_ident() == self._thread:
                    self._slept += perf_counter() - start

        return sleep

    def frame(self, renderer_s: float) -> float:
        """A frame begins to be presented. Gives the seconds for which its picture may be waited for.

        renderer_s: how long the renderer takes. A picture that cannot come in time is not waited for."""
        now = monotonic()
        if self._waited > LATE_S:
            late = self._slept < LATE_S
            self._share = self._share * FALL if late else min(self._share + RISE, MOST)
        self._thread = threading.get_ident()
        self._idle.append(self._slept + self._waited)
        self._apart.append(now - self._last)
        self._slept = self._waited = 0.0
        self._last = now
        if self.seldom:
            return SELDOM_WAIT_S
        allowed = min(self._idle) * self._share
        return allowed if allowed > renderer_s + ROUND_TRIP_S else 0.0

    def waited(self, seconds: float) -> None:
        """Say how long a picture was waited for."""
        self._waited += seconds

    @property
    def seldom(self) -> bool:
        """Whether the game presents a frame now and then."""
        return min(self._apart) > SELDOM_S

    @property
    def paused(self) -> bool:
        """Whether this thread presented the last frame, some time ago."""
        return monotonic() - self._last > SELDOM_S / 2 and self._thread == threading.get_ident()
