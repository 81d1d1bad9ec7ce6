"""Ctrl-C and a polite kill, taken between two frames, so that nothing is torn in the middle."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """Whether somebody asked the run to stop."""

    def __init__(self) -> None:
        self.requested = False

    def request(self, number: int, where: FrameType | None) -> None:
        """The signals' handler. Asked a second time it interrupts at once, for what does not come back."""
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True


@contextmanager
def stoppable() -> Iterator[Stop]:
    """While inside, SIGINT and SIGTERM set `requested`; elsewhere than on the main thread nothing does."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, stop.request) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
