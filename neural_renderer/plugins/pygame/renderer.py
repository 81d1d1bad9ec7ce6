"""The renderer's process of `reskin run`: frames of a game in, restyled pictures out.

`renderer_process` starts it. It loads the theme and the kernels, then waits on its standard input for the
block of shared memory that a game asks it to serve, and ends with the game. `game_frames` reads what comes.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.capture import wipe
from reskin.engine.frame import Frame
from reskin.engine.loop.circuit_breaker import CircuitBreaker
from reskin.neural_renderer.errors import RestyleError
from reskin.neural_renderer.from_draws.frames import FrameBuilder
from reskin.neural_renderer.from_draws.messages import Message, State
from reskin.neural_renderer.from_draws.warm_up import warm_up_frames
from reskin.neural_renderer.handoff.channel import HandoffError
from reskin.neural_renderer.handoff.renderer_side import RendererSide
from reskin.neural_renderer.plugins.pygame.game_frames import (
    LOADING_LIMIT_S,
    DrawnFrame,
    Heart,
    drawn_frames,
)
from reskin.neural_renderer.plugins.pygame.recorder import Recorder
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.choices import say
from reskin.neural_renderer.plugins.pygame.source_images import SourceImages
from reskin.neural_renderer.plugins.pygame.supervisor import READY, RENDERER_FIGURES, USELESS_EXIT
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.runtimes.live import LiveRuntime
from reskin.neural_renderer.source_materials.judge import Materials
from reskin.neural_renderer.source_materials.tags import Tags

FRAME_LIMIT_S: Final = 30.0
"""A frame that takes longer is hanging. Some frames compile a kernel, the first time that it is needed."""
NICENESS: Final = 5
"""The game comes first where processors are short."""
KEPT: Final = 1024
SMOOTHING: Final = 0.05
WAITED_MS: Final = 1.0
"""How long the renderer waits for a game's frame, from which on the game sets the pace."""


class Pace:
    """Tells a live runtime how often a game's frames come, as means of the last dozens."""

    def __init__(self) -> None:
        self._interval_ms = self._rest_ms = self._waited_ms = 0.0
        self._started = self._ended = 0.0

    def served(self, start: float, live: LiveRuntime) -> None:
        """A frame that came at `start`, in seconds of `perf_counter`, has been handed back."""
        now = time.perf_counter()
        if self._ended:
            rest = (now - start) * 1e3 - live.spent_ms
            self._interval_ms += SMOOTHING * ((start - self._started) * 1e3 - self._interval_ms)
            self._rest_ms += SMOOTHING * (rest - self._rest_ms)
            self._waited_ms += SMOOTHING * ((start - self._ended) * 1e3 - self._waited_ms)
            held_up = self._waited_ms < WAITED_MS  # then the game might send more
            live.keep_pace(0.0 if held_up else self._interval_ms, self._rest_ms)
        self._started, self._ended = start, now


class Renderer:
    """Restyles the frames of one game.

    asked: the run's configuration. say: tells the player something.
    """

    def __init__(self, asked: dict[str, Any]) -> None:
        self._folder = Path(asked["folder"])
        played = not asked["headless"]
        self._restyler = Restyler(asked["theme"], asked["device"], preload=played, live=played)
        self._pace, self._advised = Pace(), False
        self._theme: str = asked["theme"]
        self._breaker = CircuitBreaker(self._restyler)
        self._recorder = Recorder(Path(asked["recordings"]), asked["name"], asked["record"], self._say)
        self._materials = Materials(Tags(Path(asked["game"])), Path(asked["sources"]))
        self._builder: FrameBuilder | None = FrameBuilder(self._materials, asked["scale"])
        self._images = SourceImages()
        self._ready: set[tuple[str, int, int]] = set()
        """Themes and sizes that have been compiled."""
        self._times: dict[str, deque[float]] = {}
        self._counts: Counter[str] = Counter()

    def warm_up(self) -> None:
        """Restyle a small scene, so that the kernels are there when the game's first frame comes."""
        restyle = Restyler(self._theme, self._restyler.device)
        for frame in warm_up_frames():
            restyle(frame)

    def serve(self, path: str) -> None:
        """Give pictures to the game at a block until it ends."""
        try:
            side = RendererSide(path)
        except HandoffError:
            return  # the game has ended already
        heart = Heart(side)
        try:
            for frame in drawn_frames(side, heart, self._images, FRAME_LIMIT_S, self._fault):
                self._serve(side, heart, frame)
        finally:
            self._recorder.close()
            with suppress(OSError):
                self._materials.close()
            self._write_figures()
            side.close()

    def _serve(self, side: RendererSide, heart: Heart, frame: DrawnFrame) -> None:
        message = frame.message
        self._took("decode", frame.start)
        if not frame.wanted:
            self._frame(message, frame.pixels)
            return
        self._choose(message.state)
        key = (self._theme, message.width, message.height)
        if key not in self._ready:
            heart.allow(LOADING_LIMIT_S)
        picture = self._picture(message, frame.pixels)
        if not self._ready:
            (self._folder / READY).touch()
        self._ready.add(key)
        side.send_picture(frame.number, picture)
        self._took("all", frame.start)
        self._counts["frames"] += 1
        if self._restyler.live is not None:
            self._pace.served(frame.start, self._restyler.live)
        if self._restyler.advice and not self._advised:
            self._advised = True
            self._say(self._restyler.advice)
        milliseconds = (time.perf_counter() - frame.start) * 1000
        side.send_status(self._theme, milliseconds, self._breaker.last_reason)
        self._recorder.take(picture, message.state, frame.number)

    def _choose(self, state: State) -> None:
        """Take over what the player has chosen."""
        if state.theme != self._theme:
            self._theme = state.theme
            try:
                self._restyler.set_theme(state.theme)
            except RestyleError as error:
                self._fault(str(error))
        self._restyler.strength = min(max(state.strength, 0.0), 1.0)

    def _picture(self, message: Message, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture to show, uint8 [H,W,4] BGRX; the plain one after a fault."""
        state = message.state
        start = time.perf_counter()
        plain = np.array(pixels) if state.wipe > 0 or not state.on else pixels
        frame = self._frame(message, pixels)
        self._took("frame", start)
        if not state.on:
            return plain
        start = time.perf_counter()
        faults = self._breaker.faults
        picture = self._breaker(frame)
        if self._builder is not None:
            picture = self._builder.to_display(picture)
        self._took("restyle", start)
        if self._breaker.faults != faults:
            self._fault(self._breaker.last_reason)
        for stage, milliseconds in self._restyler.timings.items():
            self._times.setdefault(stage, deque(maxlen=KEPT)).append(milliseconds)
        if state.wipe > 0:
            picture = wipe(plain, picture, round(state.wipe * message.width))
        return picture

    def _frame(self, message: Message, pixels: NDArray[np.uint8]) -> Frame:
        """The frame with what its draws tell; by its pixels alone where they cannot be read.

        The pixels become the frame's, and may be changed."""
        if self._builder is not None:
            try:
                return self._builder.frame(message, pixels, self._images.pixels, message.state.keys, True)
            except Exception as error:  # what a game draws must not end its restyling
                self._builder = None
                traceback.print_exc()
                self._fault(f"its draws are no longer followed: {error!r}")
        return Frame(color=np.ascontiguousarray(pixels), tick=message.number, cut=True)

    def _fault(self, reason: str) -> None:
        """Count what went wrong, and say it the first time."""
        self._counts["faults"] += 1
        if self._counts["faults"] == 1:
            self._say(f"a frame could not be restyled: {reason}")

    def _say(self, text: str) -> None:
        with suppress(OSError):
            say(str(self._folder), text)

    def _took(self, stage: str, start: float) -> None:
        milliseconds = (time.perf_counter() - start) * 1000
        self._times.setdefault(stage, deque(maxlen=KEPT)).append(milliseconds)

    def _write_figures(self) -> None:
        found = {
            "counts": dict(self._counts), "files": [str(path) for path in self._recorder.files],
            "runtime": self._restyler.runtime, "device": self._restyler.device,
            "ms": {stage: list(values) for stage, values in self._times.items()},
        }  # fmt: skip
        with suppress(OSError):
            partial = self._folder / f"{RENDERER_FIGURES}.part"
            partial.write_text(json.dumps(found), encoding="utf-8")
            partial.replace(self._folder / RENDERER_FIGURES)


def main(prepared: Callable[[], None] = lambda: None) -> None:
    """Serve a game. prepared: waits for what is made ready on another thread."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    code = 0
    try:
        renderer = Renderer(asked)
        prepared()
        renderer.warm_up()
        path = sys.stdin.readline().strip()
        if path:
            renderer.serve(path)
    except RestyleError as error:
        print(f"reskin: the game runs plain: {error}", file=sys.stderr)
        code = USELESS_EXIT
    if os.getppid() != asked["supervisor"]:
        shutil.rmtree(asked["folder"], ignore_errors=True)  # it was killed
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a network that is being compiled for another theme is not waited for
