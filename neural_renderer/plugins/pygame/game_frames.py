"""The frames that a game's process hands over, for both programs that take them: `renderer` and `inspector`.

The draws of a frame are read and acknowledged at once, and the source images are kept. While something takes
long for good reasons, such as compiling a theme, a second thread keeps the heartbeat going.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.messages import BadMessage, Message, decode
from reskin.neural_renderer.handoff.renderer_side import RendererSide
from reskin.neural_renderer.plugins.pygame.source_images import SourceImages

BEAT_S: Final = 0.2
LOADING_LIMIT_S: Final = 180.0
"""Compiling kernels and a network for the first time may take so long on a slow machine."""


class DrawnFrame(NamedTuple):
    """A frame of a game.

    pixels: plain, uint8 [H,W,4] BGRX, the reader's to keep; zeros if `wanted` is False. wanted: whether
    the game takes a picture for it. If not, restyling is off, and only its draws are told, so that they are
    known when it goes on. start: `perf_counter` when it came.
    """

    number: int
    message: Message
    pixels: NDArray[np.uint8]
    wanted: bool
    start: float


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


def drawn_frames(
    side: RendererSide, heart: Heart, images: SourceImages, limit_s: float, fault: Callable[[str], None]
) -> Iterator[DrawnFrame]:
    """Each frame of a game when it comes, until the game ends.

    images: takes in what the game sends. limit_s: how long the work on a frame may take before it counts as
    hanging. fault: told of draws that cannot be read; their frame is left out.
    """
    while side.game() != "gone":
        heart.allow(limit_s)
        frame = side.wait_for_frame(0.02)
        images.receive(side.receive_images())
        if frame is None:
            continue
        start = time.perf_counter()
        try:
            message = decode(frame.draws)
        except BadMessage as error:
            fault(str(error))
            continue
        side.acknowledge(frame.number)
        images.learn(message.sources, message.freed_sources)
        wanted, pixels = bool(frame.pixels.size), frame.pixels
        if not wanted:
            pixels = np.zeros((message.height, message.width, 4), np.uint8)
        yield DrawnFrame(frame.number, message, pixels, wanted, start)
