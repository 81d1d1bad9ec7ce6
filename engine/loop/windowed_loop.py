"""The loop with a window: ticks on time, whatever the post-renderer does.

A frame is drawn when the last one came back, and shown as soon as its picture is there. Meanwhile ticks go
on. So nothing queues up, and the post-renderer sees every frame that was drawn for it, in order.
Read next: `engine.loop.player`, which restyles, and `engine.loop.hotkeys`, the keys.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Final

import pygame

from reskin.engine.capture.pictures import Picture, wipe
from reskin.engine.frame import Frame, plain_picture
from reskin.engine.loop.controls import Controls, check_controls
from reskin.engine.loop.gamepads import Gamepads
from reskin.engine.loop.hotkeys import Hotkeys
from reskin.engine.loop.player import State
from reskin.engine.loop.report import RunReport
from reskin.engine.loop.session import Session
from reskin.engine.loop.window import Window
from reskin.engine.simulation.clock import SECOND_NS, Clock

MOST_FRAMES: Final = 60
"""Frames a second at most: more would take a core from the simulation."""


class WindowedLoop:
    """Runs a session in a window. Raises LoopError if a control lies on one of the loop's keys."""

    def __init__(self, session: Session, window: Window) -> None:
        check_controls(session.controls)
        self.session = session
        self.player = session.player
        self.window = window
        self.controls = Controls(session.controls, window.to_frame)
        self.gamepads = Gamepads()
        self.hotkeys = Hotkeys(session, window, self.controls, self.gamepads)
        session.warn = partial(self.hotkeys.notice, warns=True)
        self._clock = Clock(session.game.tick_rate)
        self._ticked_ns = self._frame_ns = self._began_ns = time.perf_counter_ns()

    def run(self) -> RunReport:
        """Run until it is quit, by the menu or the window's cross, `options.frames` are done, or Ctrl-C."""
        return self.session.run(self.turn, headless=False, quitting=lambda: self.hotkeys.quitting)

    def turn(self) -> None:
        """Handle events, run the ticks that are due, and show what there is to show."""
        for event in pygame.event.get():
            for translated in self.gamepads.translate(event):
                self.hotkeys.handle(translated)
        self._tick()
        if self.player.state is not State.BUSY and time.perf_counter_ns() >= self._frame_ns:
            self._begin_frame()
        self._collect()

    def _tick(self) -> None:
        now = time.perf_counter_ns()
        elapsed, self._ticked_ns = now - self._ticked_ns, now
        if self.hotkeys.paused:
            return
        for _ in range(self._clock.advance(elapsed)):
            with self.session.meter("tick"):
                self.session.tick(self.controls.take())

    def _begin_frame(self) -> None:
        """Draw a frame, and submit it or show it plain."""
        self._began_ns = time.perf_counter_ns()
        self._frame_ns = max(self._frame_ns + SECOND_NS // MOST_FRAMES, self._began_ns)
        frame = self.session.draw(self._clock.alpha)
        if not self.player.submit(frame):
            self._show(frame, None)

    def _collect(self) -> None:
        """Show the picture of the frame under way; wait for it until the next tick or frame is due."""
        wait_ns = self._clock.until_next_ns()
        if self.player.state is not State.BUSY:
            wait_ns = min(wait_ns, max(self._frame_ns - time.perf_counter_ns(), 0))
        restyled = self.player.collect(wait_ns / SECOND_NS)
        if restyled is None:
            return
        if restyled.ms is not None:
            self.session.meter.add("restyle", restyled.ms)
        self._show(restyled.frame, restyled.picture)

    def _show(self, frame: Frame, restyled: Picture | None) -> None:
        """Show a picture in the window, with the menu, help and notices over it."""
        picture, wiped = restyled, None
        if picture is None:
            picture = plain_picture(frame)
        elif self.hotkeys.wiping:
            wiped = wipe(plain_picture(frame), picture, self.controls.pointer[0])
        shown = picture if wiped is None else wiped
        self.hotkeys.latest = (frame, shown)
        self.window.draw(shown, frame.layout)
        self.hotkeys.draw()
        self.window.flip()
        self.session.meter.add("frame", (time.perf_counter_ns() - self._began_ns) / 1e6)
        self.session.shown(frame, picture, wiped)
