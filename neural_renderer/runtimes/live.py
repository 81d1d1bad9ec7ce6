"""A runtime for games that are being played: no frame waits for a network that is too slow.

While the network of another runtime takes longer than a frame may, it works on a thread of its own. Every
frame shows the newest picture, carried along the motion of the frames since then. A pixel that came into view
meanwhile shows what its material usually looks like, until the next picture. So things move at the game's
rate and textures stay where they are, on any machine; only what changes its look does so a little later.

VR headsets fill frames between rendered ones alike (van Waveren 2016, "The asynchronous time warp for virtual
reality on consumer hardware"), but they know the motion of the camera only.
"""

from __future__ import annotations

import os
import statistics
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame, Layout
from reskin.kernels.carry.cpu import carry_cpu, learn_looks_cpu, new_looks
from reskin.kernels.carry.reference import Looks
from reskin.kernels.reproject import UNSEEN
from reskin.kernels.simd.contiguous import packed_pixels, unpacked_pixels
from reskin.neural_renderer.features import GBuffer
from reskin.neural_renderer.history import History
from reskin.neural_renderer.runtimes import Runtime
from reskin.neural_renderer.stages import Stages
from reskin.neural_renderer.theme.pack import Theme

BUDGET_MS: Final = 14.0
"""What a network may take, so that it is waited for in each frame: nearly a frame of 60 a second."""
SLOWER: Final = 1.25
"""A network that takes so many times the budget is waited for no more; one within the budget is again."""
REMEMBERED: Final = 8
"""Times of the network by which that is decided."""
MOST_CARRIED: Final = 16
"""Frames that one picture is carried, as they must be kept; then the next one is waited for."""
IDLE_MS: Final = 4.0
"""How long the network must be idle before each of as many frames, so that it is waited for again: beside the
game's own work it takes longer than alone."""
ADVISED: Final = 180
"""Frames for which pictures are carried before the player is told."""
ADVICE: Final = (
    "this computer is too slow to restyle every frame, so pictures are moved along in between; a smaller"
    " window or fewer other programs make it better"
)
LEAST_SPAN: Final = 2.0
"""Tiles that a swatch of a material covers at least."""


class _Seen(NamedTuple):
    """A frame that was shown while the network was at work: how it had moved, and what was shown."""

    surface_id: NDArray[np.uint32]
    motion: NDArray[np.float16] | None
    shown: NDArray[np.uint32]


class LiveRuntime:
    """Wraps another runtime. `carries` says whether pictures are carried along now.

    budget_ms: what the network may take; it may be set at any time. While pictures are carried, `restyle`
    returns at once; only a theme's first picture is waited for. The arrays of a frame must stay as they are
    until the network is done with it. What the network raised is raised by the call after.
    """

    def __init__(self, runtime: Runtime, budget_ms: float = BUDGET_MS) -> None:
        self.runtime = runtime
        self.name, self.device = runtime.name, runtime.device
        self.stages = Stages()
        self.budget_ms = budget_ms
        self.carries = False
        self._carried_frames = 0
        self.spent_ms = 0.0
        """What the last frame was held up by, ms."""
        self._took_ms: deque[float] = deque(maxlen=REMEMBERED)
        self._ended, self._idle = 0.0, 0
        """When the network was done last; and how many frames in a row found it idle."""
        self._process, self._worker = os.getpid(), ThreadPoolExecutor(1, "network")
        self._job: Future[History] | None = None
        """The picture that is waited for."""
        self._last: Future[History] | None = None
        """What the network was given last, waited for or not."""
        self._since: list[_Seen] = []
        self._looks: Looks | None = None
        self._looks_of: tuple[Theme, Layout] | None = None

    @property
    def advice(self) -> str:
        """What a player may want to know, in one sentence; empty while nothing is to be said."""
        return ADVICE if self._carried_frames >= ADVISED else ""

    def prepare(self, theme: Theme, size: tuple[int, int]) -> None:
        self.runtime.prepare(theme, size)

    def keep_pace(self, interval_ms: float, rest_ms: float) -> None:
        """Set the budget by how often frames come, if nothing holds them up, and what else each one takes."""
        self.budget_ms = max(BUDGET_MS, interval_ms - rest_ms)

    def restyle(self, theme: Theme, frame: Frame, features: GBuffer, history: History | None) -> History:
        start = time.perf_counter()
        if self._process != os.getpid():  # the copy of a process has none of its threads
            self._process, self._worker = os.getpid(), ThreadPoolExecutor(1, "network")
            self._job = self._last = None
        try:
            if history is not None and not history.fits(frame.layout, features.material.shape):
                history = None
            if history is None:
                self._job, self._since = None, []
                if not (self.carries and self._looks_of == (theme, frame.layout)):
                    return self._paint(theme, frame, features, None)
            elif not self.carries and self._job is None:
                return self._paint(theme, frame, features, history)
            self._carried_frames += 1
            self.stages.clear()
            with self.stages("carry"):
                return self._carried(theme, frame, features, history, start)
        finally:
            self.spent_ms = (time.perf_counter() - start) * 1e3

    def _paint(self, theme: Theme, frame: Frame, features: GBuffer, history: History | None) -> History:
        """Wait for the network."""
        if self._last is not None and not self._last.cancel():
            self._last.exception()  # it is not for two threads
        painted = self._restyle(theme, frame, features, history)
        self.stages.clear()
        self.stages.update(self.runtime.stages)
        if history is not None:  # the first picture of a theme may have been waited for longer
            self._decide()
        return painted

    def _restyle(self, theme: Theme, frame: Frame, features: GBuffer, history: History | None) -> History:
        start = time.perf_counter()
        painted = self.runtime.restyle(theme, frame, features, history)
        self._ended = time.perf_counter()
        self._took_ms.append((self._ended - start) * 1e3)
        if self.carries:
            self._learn(theme, features, painted)
        return painted

    def _learn(self, theme: Theme, features: GBuffer, painted: History) -> None:
        """Learn what the theme's terrain looks like."""
        of = theme, painted.layout
        if self._looks is None or self._looks_of != of:
            self._looks, self._looks_of = new_looks(np.maximum(theme.tensors["span"], LEAST_SPAN)), of
        learn_looks_cpu(
            packed_pixels(painted.picture), painted.surface_id, features.anchor, features.offsets, self._looks
        )

    def _decide(self) -> None:
        """Choose whether to wait for the network from now on."""
        if len(self._took_ms) == REMEMBERED:
            usual = statistics.median(self._took_ms)
            self.carries = usual > self.budget_ms * (1.0 if self.carries else SLOWER)
        if self._idle >= REMEMBERED:
            self.carries = False
            self._took_ms.clear()
        if not self.carries:
            self._carried_frames = self._idle = 0

    def _carried(
        self, theme: Theme, frame: Frame, features: GBuffer, history: History | None, start: float
    ) -> History:
        """The newest picture as this frame sees it, which came at `start`, `perf_counter`. Gives the frame to
        the network if that is idle.

        After a cut, all of it is as the theme's terrain usually looks."""
        surface_id, plain = features.surface_id, packed_pixels(frame.color)
        last = (plain, np.full_like(surface_id, UNSEEN))
        if history is not None:
            last = packed_pixels(history.picture), history.surface_id
        shown = carry_cpu(*last, surface_id, features.motion, features.anchor, self._looks, plain)
        waits = len(self._since) >= MOST_CARRIED
        if self._job is not None and (waits or self._job.done()):
            job, self._job = self._job, None
            rested = not self._since and (start - self._ended) * 1e3 >= IDLE_MS
            self._idle = self._idle + 1 if rested else 0
            painted = job.result()
            self._decide()
            here = _Seen(surface_id, features.motion, shown)
            shown = _carried_on(painted, [*self._since, here])
        if self._job is None and self.carries:
            self._since = []
            if self._last is not None:
                self._last.cancel()  # of before a cut, not begun yet
            self._job = self._worker.submit(self._restyle, theme, frame, features, history)
            self._last = self._job
        elif self._job is not None:
            self._since.append(_Seen(surface_id, features.motion, shown))
        return History(unpacked_pixels(shown), surface_id, frame.layout, features.offsets)


def _carried_on(painted: History, seen: list[_Seen]) -> NDArray[np.uint32]:
    """A picture as the last of some frames sees it. What came into view shows what was shown meanwhile."""
    picture, surface_id = packed_pixels(painted.picture), painted.surface_id
    for frame in seen:
        picture = carry_cpu(
            picture, surface_id, frame.surface_id, frame.motion, None, None, frame.shown
        )
        surface_id = frame.surface_id
    return picture
