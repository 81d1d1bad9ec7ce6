"""The loop with a window: ticks on time, whatever the post-renderer does.

A frame is drawn when the last one came back, restyled on the worker's thread, and shown as soon as it
is there. Meanwhile ticks go on. A picture that misses the deadline is replaced by the plain one. So
nothing queues up, and the post-renderer sees every frame that was drawn for it, in order.
Read next: `engine.loop.hotkeys`, the keys; `engine.loop.player`, the thread.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Final

import pygame

from reskin.engine.capture.pictures import Picture, wipe
from reskin.engine.errors import EngineError
from reskin.engine.frame import Frame, plain_picture
from reskin.engine.loop.controls import Controls
from reskin.engine.loop.hotkeys import Hotkeys
from reskin.engine.loop.interrupts import stoppable
from reskin.engine.loop.report import RunReport
from reskin.engine.loop.session import Session
from reskin.engine.loop.shortcuts import check_controls
from reskin.engine.loop.window import Window
from reskin.engine.loop.player import Restyled, Worker
from reskin.engine.simulation.clock import SECOND_NS, Clock

MOST_FRAMES: Final = 60
"""Frames a second at most: more would cost the simulation its core."""
LOADING_MS: Final = 5000.0
"""The first picture, and the first of a theme, may compile kernels: so long it is not late."""


class WindowedLoop:
    """Plays a session in a window until it is quit. Raises LoopError if keys collide."""

    def __init__(self, session: Session, window: Window) -> None:
        check_controls(session.controls)
        self.session = session
        self.window = window
        self.controls = Controls(session.controls, window.to_frame)
        self.console = Hotkeys(session, window, self.controls)
        self._clock = Clock(session.game.tick_rate)
        self._worker = Worker(session.breaker)
        self._awaited: Frame | None = None  # the frame whose picture will be shown
        self._late = 0  # deadlines that the frame under way has missed
        self._loading = True  # the picture under way is the first of its theme
        self._ticked_ns = self._frame_ns = self._began_ns = time.perf_counter_ns()

    def play(self) -> RunReport:
        """Run until Esc and quit, the window's cross, `options.frames` or Ctrl-C."""
        hung = False
        self.session.watch(self.session.options.watch is not False)
        with stoppable() as stop:
            try:
                while not (self.console.quitting or self.session.done or stop.requested):
                    self.turn()
            except KeyboardInterrupt:
                stop.requested = True
            finally:
                hung = not self._worker.close()
                self.session.finish()
        return self.session.report(headless=False, interrupted=stop.requested, hung=hung)

    def turn(self) -> None:
        """Once around: events, the ticks that are due, and whatever there is to show."""
        for event in pygame.event.get():
            self.console.handle(event)
        self._tick()
        if self._awaited is None and time.perf_counter_ns() >= self._frame_ns:
            self._begin_frame()
        self._collect()

    def _tick(self) -> None:
        now = time.perf_counter_ns()
        elapsed, self._ticked_ns = now - self._ticked_ns, now
        if self.console.paused:
            return
        for _ in range(self._clock.advance(elapsed)):
            with self.session.meter("tick"):
                self.session.tick(self.controls.take())

    def _begin_frame(self) -> None:
        """Draw a frame, and hand it to the worker or show it plain."""
        session = self.session
        self._began_ns = time.perf_counter_ns()
        self._frame_ns = max(self._frame_ns + SECOND_NS // MOST_FRAMES, self._began_ns)
        frame = session.draw(self._clock.alpha)
        # A hung worker stays busy: its rest is counted first, so that the plain game goes on.
        if not session.restyle or session.breaker.rests() or self._worker.busy:
            session.breaker.cut()
            self._show(frame, None)
            return
        theme, self.console.switch_to = self.console.switch_to, None
        self._loading = self._loading or theme is not None
        self._worker.submit(frame, None if theme is None else partial(session.switch, theme))
        self._awaited, self._late = frame, 0

    def _collect(self) -> None:
        """Wait for the picture under way, but no longer than until the next tick, frame or deadline."""
        wait_ns = self._clock.until_next_ns()
        if self._awaited is None:
            wait_ns = min(wait_ns, max(self._frame_ns - time.perf_counter_ns(), 0))
        if not self._worker.busy:
            time.sleep(wait_ns / SECOND_NS)
            return
        result = self._worker.take(wait_ns / SECOND_NS)
        age_ms = self._worker.age_ms
        if result is not None:
            self._receive(result)
        elif age_ms > self.session.options.deadline_ms * (self._late + 1):
            self._miss(age_ms)

    def _receive(self, result: Restyled) -> None:
        """A picture came back: show it, unless the plain one went out long ago."""
        self._loading = False
        if self._awaited is None:
            self.session.breaker.cut()
            return
        self._awaited = None
        self.session.meter.add("restyle", result.ms)
        if result.picture is not None:
            self.session.breaker.success()
        self._show(result.frame, result.picture if self.session.restyle else None)

    def _miss(self, age_ms: float) -> None:
        """The frame under way has missed a deadline: the plain picture goes out, and it counts."""
        self._late += 1
        if not self._loading or age_ms > LOADING_MS:
            limit = self.session.options.deadline_ms
            self.session.breaker.fault(f"no picture within {limit:g} ms")
        if self._awaited is not None:
            frame, self._awaited = self._awaited, None
            self._show(frame, None)

    def _show(self, frame: Frame, restyled: Picture | None) -> None:
        """Put a picture on the window, with what lies over it."""
        picture, wiped = restyled, None
        if picture is None:
            picture = plain_picture(frame)
        elif self.console.wiping:
            wiped = wipe(plain_picture(frame), picture, self.controls.pointer[0])
        shown = picture if wiped is None else wiped
        self.console.latest = (frame, shown)
        self.window.draw(shown, frame.layout)
        self.console.draw()
        self.window.flip()
        self.session.meter.add("frame", (time.perf_counter_ns() - self._began_ns) / 1e6)
        try:
            self.session.shown(frame, picture, wiped)
        except (EngineError, OSError) as error:  # a full disk ends the recording, not the game
            kept = self.session.give_up_recording()
            rest = f"; what there was is in {kept}" if kept is not None else ""
            self.console.notice(f"the recording failed: {error}{rest}", warns=True)
