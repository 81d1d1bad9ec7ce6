"""The renderer's process of `reskin run`: frames of a game in, restyled pictures out.

    python -m reskin.neural_renderer.plugins.pygame.renderer CONFIGURATION

It loads the theme, then waits on its standard input for the block of shared memory that a game asks it to
serve, and ends with the game. While something takes long for good reasons, such as compiling a theme, a
second thread keeps the heartbeat going.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np

from reskin.engine.frame import Frame
from reskin.neural_renderer.handoff.channel import HandoffError
from reskin.neural_renderer.handoff.renderer_side import GameFrame, RendererSide
from reskin.neural_renderer.restyler import Restyler

BEAT_S: Final = 0.2
FRAME_LIMIT_S: Final = 5.0
"""A frame that takes longer is hanging."""
LOADING_LIMIT_S: Final = 180.0
"""Compiling kernels and a network for the first time may take so long on a slow machine."""


class Heart:
    """Beats for a renderer that is at work, until the work takes longer than its limit."""

    def __init__(self, side: RendererSide) -> None:
        self._side = side
        self._deadline = time.monotonic() + LOADING_LIMIT_S
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def allow(self, seconds: float) -> None:
        """Beat for so long at most, from now on."""
        self._deadline = time.monotonic() + seconds

    def _run(self) -> None:
        while True:
            time.sleep(BEAT_S)
            if time.monotonic() < self._deadline:
                with suppress(ValueError, OSError):  # the side goes over to a larger block just now
                    self._side.beat()


class Renderer:
    """Restyles the frames of one game."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self._restyler = Restyler(asked["theme"], asked["device"], preload=not asked["headless"])
        self._sizes: set[tuple[int, int]] = set()

    def serve(self, path: str) -> None:
        """Give pictures to the game at a block until it ends."""
        try:
            side = RendererSide(path)
        except HandoffError:
            return  # the game has ended already
        heart = Heart(side)
        while side.game() != "gone":
            heart.allow(FRAME_LIMIT_S)
            frame = side.wait_for_frame(0.1)
            if frame is not None:
                self._serve(side, heart, frame)
        side.close()

    def _serve(self, side: RendererSide, heart: Heart, frame: GameFrame) -> None:
        size = (frame.pixels.shape[1], frame.pixels.shape[0])
        if size not in self._sizes:
            heart.allow(LOADING_LIMIT_S)
            self._sizes.add(size)
        picture = self._restyler(Frame(color=np.ascontiguousarray(frame.pixels), tick=frame.number))
        side.send_picture(frame.number, picture)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the game
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    renderer = Renderer(asked)
    path = sys.stdin.readline().strip()
    if path:
        renderer.serve(path)


if __name__ == "__main__":
    main()
