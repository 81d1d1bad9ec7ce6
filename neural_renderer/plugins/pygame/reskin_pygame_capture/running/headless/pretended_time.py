"""A run without a window: time, scripted input and the end go by frames.

Where a game presents nothing because it waits for something, frames are pretended, so that time passes and
the scripted input arrives.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import pygame

from ...originals import post
from .scripted_input import ScriptedInput
from .virtual_clock import FRAME_NS, VirtualClock
from .virtual_mixer import VirtualMixer

LOOKS = 8
"""Looks at the queue of events without a frame in between, after which a frame is pretended."""
GRACE_FRAMES = 120
"""Frames that a game may take after it was asked to quit. Then its process is ended."""



class PretendedTime:
    """Counts frames, presented or pretended, and does at each what is to be done then."""

    def __init__(self, clock: VirtualClock, script: str, last: int | None) -> None:
        self._clock = clock
        self._input = ScriptedInput(script)
        self._last = last
        self._step = 0
        self._looks = 0
        self._step_at = 0
        self._quit: Callable[[], None] = lambda: None

    def install(self, quit: Callable[[], None]) -> None:
        self._quit = quit
        self._clock.replace_pygame_time()
        VirtualMixer(self._clock).install()
        self._input.install()

    @property
    def over(self) -> bool:
        """Whether all frames that were asked for have been presented."""
        return self._last is not None and self._step >= self._last

    def frame(self) -> None:
        """A frame was presented."""
        self._clock.frame()
        self._next()

    def presents(self) -> None:
        """A frame is going to be presented, on this thread."""
        self._clock.drive()

    def looked(self) -> None:
        """The game looks at the queue of events. While another thread presents, that one makes time pass: it
        may be waiting for a picture."""
        if not self._clock.drives():
            return
        self._looks += 1
        if self._looks > LOOKS:
            self._clock.advance(max(self._step_at + FRAME_NS - self._clock.now, 0))
            self._next()

    def wait(self, milliseconds: int) -> bool:
        """Let a frame pass in which the game waits for an event; True if it waits no longer than that."""
        self._clock.advance(FRAME_NS)
        self._next()
        return 0 < milliseconds <= FRAME_NS // 1_000_000

    def _next(self) -> None:
        self._step += 1
        self._looks = 0
        self._step_at = self._clock.now
        try:  # whatever happens, frames are counted, as a run would never end
            self._input.step(self._step)
            if self._step == self._last:
                post(pygame.event.Event(pygame.QUIT))
                self._quit()
        except Exception as error:
            print(f"reskin: after frame {self._step}: {error!r}", file=sys.stderr)
        if self._last is None:
            return
        if self._step > self._last + GRACE_FRAMES:
            sys.stdout.flush()
            os._exit(0)
