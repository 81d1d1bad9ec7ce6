"""The clock of a run without a window: a presented frame takes exactly 1/60 s, however long it really takes.

So a run can be repeated: what a game computes from the time, and from random numbers, is the same every time.
`VirtualClock.replace_time` is called before the game starts, `replace_pygame_time` when it has imported
pygame. Our own code keeps the real clock, see `real_time`.

Limits: a thread that waits on a lock with a timeout, and `asyncio.sleep`, wait in real time. `set_timer`
events come with the frame after they are due.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

FRAME_NS = 16_666_667
READ_NS = 1_000
"""What a look at the clock takes, so that a loop that waits for a time ends."""
START_S = 1_700_000_000
"""Time of day at the start: 14 November 2023."""
SEED = 15
LONGEST_SLEEP_S = 1.0
"""How long a thread that sleeps waits in real time for frames to pass, at least."""


class VirtualClock:
    """Nanoseconds since the start. They pass by frames, by sleeping, and a little by looking.

    Only the thread that presents makes time pass, at first the main thread; so other threads cannot change
    the course of a run by how fast they are.
    """

    def __init__(self) -> None:
        self.now = 0
        self._looked = 0
        self._driver = threading.get_ident()
        self._others = threading.local()
        self._passed = threading.Condition()
        self._timers: dict[int, _Timer] = {}
        self.post: Callable[[Any], Any] = lambda event: None  # until pygame is imported
        self._listeners: list[Callable[[], None]] = [self._post_timers]

    def drive(self) -> None:
        """From now on this thread makes time pass."""
        self._driver = threading.get_ident()

    def drives(self) -> bool:
        """Whether this thread makes time pass, or the one that did has ended."""
        driver = self._driver
        return driver == threading.get_ident() or all(of.ident != driver for of in threading.enumerate())

    def frame(self) -> None:
        """A frame was presented, on this thread.

        Looking at the clock is part of the frame's time: Python's own modules look more often on a busy
        machine, which must not move later frames.
        """
        self.drive()
        self.advance(max(FRAME_NS - self._looked, 0))
        self._looked = 0

    def advance(self, nanoseconds: int) -> None:
        self.now += nanoseconds
        with self._passed:
            self._passed.notify_all()
        for listener in self._listeners:
            listener()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever time has passed."""
        self._listeners.append(listener)

    def read(self) -> int:
        """The time, which is later at each look, in other threads too: some loops end by that alone."""
        if threading.get_ident() == self._driver:
            self.now += READ_NS
            self._looked += READ_NS
            return self.now
        self._others.last = later = max(self.now, getattr(self._others, "last", 0) + READ_NS)
        return later

    def sleep(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        nanoseconds = round(seconds * 1e9)
        if threading.get_ident() == self._driver:
            self.advance(nanoseconds)
            return
        until = self.now + nanoseconds
        with self._passed:
            self._passed.wait_for(lambda: self.now >= until, max(5 * seconds, LONGEST_SLEEP_S))

    def _post_timers(self) -> None:
        for kind, timer in list(self._timers.items()):
            while timer.due <= self.now and kind in self._timers:
                self.post(timer.event)
                timer.due += timer.every
                timer.left -= 1
                if timer.left == 0:
                    del self._timers[kind]

    def replace_time(self) -> None:
        """Replace the functions of `time`, and let random numbers begin the same every time."""
        local, universal, text, form = time.localtime, time.gmtime, time.ctime, time.strftime

        def seconds() -> float:
            return self.read() / 1e9

        def of_day() -> float:
            return START_S + self.read() / 1e9

        functions: dict[str, Callable[..., Any]] = {
            "time": of_day,
            "time_ns": lambda: START_S * 10**9 + self.read(),
            "sleep": self.sleep,
            "localtime": lambda given=None: local(of_day() if given is None else given),
            "gmtime": lambda given=None: universal(of_day() if given is None else given),
            "ctime": lambda given=None: text(of_day() if given is None else given),
            "strftime": lambda format, given=None: form(format, local(of_day()) if given is None else given),
        }
        for name in ("monotonic", "perf_counter", "process_time"):
            functions[name], functions[f"{name}_ns"] = seconds, self.read
        _keep_time_of_subprocess()
        for name, function in functions.items():
            setattr(time, name, function)
        _repeat_random()

    def replace_pygame_time(self) -> None:
        """Replace the functions of `pygame.time`, and what `datetime` says of now."""
        import pygame

        self.post = pygame.event.post
        times: Any = pygame.time
        times.get_ticks = lambda: self.read() // 1_000_000
        times.wait = self._waiting(times.wait)
        times.delay = self._waiting(times.delay)
        times.set_timer = self._set_timer
        times.Clock = _clock_of(self)
        _replace_dates()

    def _waiting(self, original: Callable[..., int]) -> Callable[..., int]:
        def wait(*args: Any, **kwargs: Any) -> int:
            values = [*args, *kwargs.values()]
            if len(values) != 1 or not isinstance(values[0], int):
                return original(*args, **kwargs)
            self.sleep(max(values[0], 0) / 1000)
            return max(int(values[0]), 0)

        return wait

    def _set_timer(self, event: Any, millis: int, loops: int = 0) -> None:
        import pygame

        kind = event if isinstance(event, int) else event.type
        self._timers.pop(kind, None)
        if millis > 0:
            made = pygame.event.Event(event) if isinstance(event, int) else event
            every = int(millis) * 1_000_000
            self._timers[kind] = _Timer(made, self.now + every, every, loops)


class _Timer:
    """An event to be posted when it is due; `left` times, and without end if that begins at 0."""

    def __init__(self, event: Any, due: int, every: int, left: int) -> None:
        self.event, self.due, self.every, self.left = event, due, every, left


def _clock_of(virtual: VirtualClock) -> type:
    class Clock:
        """As `pygame.time.Clock`, on the virtual clock."""

        def __init__(self) -> None:
            self._last = virtual.now
            self._time = self._raw = 0
            self._frames: list[int] = []

        def tick(self, framerate: float = 0) -> int:
            self._raw = (virtual.now - self._last) // 1_000_000
            if framerate > 0:
                virtual.sleep(max(self._last + int(1e9 / framerate) - virtual.now, 0) / 1e9)
            now = virtual.read()
            self._time = now // 1_000_000 - self._last // 1_000_000
            self._last = now
            self._frames = [*self._frames[-10:], now]
            return self._time

        tick_busy_loop = tick

        def get_time(self) -> int:
            return self._time

        def get_rawtime(self) -> int:
            return self._raw

        def get_fps(self) -> float:
            if len(self._frames) < 11:
                return 0.0
            return 1e9 * (len(self._frames) - 1) / max(self._frames[-1] - self._frames[0], 1)

    Clock.__module__ = "pygame.time"
    return Clock


def _keep_time_of_subprocess() -> None:
    """Let `subprocess` wait in real time, as what it waits for runs in real time.

    pygame asks `fc-list` for the fonts with a limit of a second. That would pass at once, so that on a busy
    machine a game had other fonts, and all its later frames came at other times.
    """
    import subprocess

    real = ModuleType("time")
    real.__dict__.update(vars(time))
    subprocess.time = real  # type: ignore[attr-defined]
    subprocess._time = time.monotonic  # type: ignore[attr-defined]


def _repeat_random() -> None:
    """Seed the random numbers; a game that seeds them by nothing gets the same seed."""
    seed = random.seed
    seed(SEED)
    random.seed = lambda a=None, *args, **kwargs: seed(SEED if a is None else a, *args, **kwargs)


def repeat_numpy_random() -> None:
    """Seed NumPy's random numbers, in a game that uses NumPy."""
    import numpy

    made = numpy.random.default_rng
    numpy.random.seed(SEED)  # noqa: NPY002 - the game may use the old way
    numpy.random.default_rng = lambda seed=None: made(SEED if seed is None else seed)


def _replace_dates() -> None:
    """Let `datetime.now` and `today` follow `time.time`."""
    import datetime

    from ...patching import set_entry

    def now(cls: Any, tz: Any = None) -> Any:
        return cls.fromtimestamp(time.time(), tz)

    def today(cls: Any) -> Any:
        return cls.fromtimestamp(time.time())

    set_entry(datetime.datetime, "now", classmethod(now))
    set_entry(datetime.datetime, "today", classmethod(today))
    set_entry(datetime.date, "today", classmethod(today))
