"""What is timed: the game itself, each runtime, theme and stage of ours, and the baseline.

All of them restyle the same frames: the miner, played by its bot. Names of series are "group / what".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.interleaved import Case, Readings
from reskin import Canvas, Frame, Restyler, Theme
from reskin.demo_games.miner import Miner
from reskin.engine.frame import plain_picture
from reskin.kernels.simd.threads import cores_for_threads
from reskin.neural_renderer.theme import pack as packs

Size = tuple[int, int]
"""Width and height in px."""
OFF: Final = "plain / off: the picture with its HUD"


@dataclass(frozen=True)
class Plan:
    """What to measure, and how often.

    size, large: sizes in px; everything is measured at the first, a frame and its picture at both
    least, least_slow: runs of a case at least, and of a slow one
    baseline: whether the baseline is measured too
    """

    size: Size = (640, 360)
    large: Size = (1280, 720)
    seed: int = 7
    least: int = 20
    least_slow: int = 5
    baseline: bool = True


class Play:
    """The miner at two sizes. `next` advances it by a tick and draws it."""

    def __init__(self, plan: Plan) -> None:
        self._game = Miner(seed=plan.seed)
        self._canvas = Canvas(*plan.size, tile=self._game.tile)
        self._large_canvas = Canvas(*plan.large, tile=self._game.tile)
        self.next()

    def next(self) -> Readings:
        """Milliseconds of the tick, its hash included, and of drawing."""
        times = [time.perf_counter()]
        self._game.simulation.step(self._game.bot())
        self._game.simulation.state_hash()
        times.append(time.perf_counter())
        self.frame = self._draw(self._canvas)
        times.append(time.perf_counter())
        self.large = self._draw(self._large_canvas)
        times.append(time.perf_counter())
        self.rgb: NDArray[np.uint8] = self.frame.rgb()
        tick, draw, large = np.diff(times) * 1e3
        self.plain_ms = float(tick + draw)
        return {"plain / tick": tick, "plain / draw": draw, "plain / draw, large": large}

    def _draw(self, canvas: Canvas) -> Frame:
        self._game.draw(canvas, 1.0, "bench")
        return canvas.finish()


def shipped_themes() -> list[Theme]:
    """Every shipped theme; if there is none, one of random weights, which costs the same."""
    return [packs.load_theme(name) for name in packs.available_themes()] or [random_theme()]


def random_theme() -> Theme:
    """An untrained theme."""
    from reskin.neural_renderer.network import Student

    student = Student()
    student.start_rounding()
    return packs.pack_theme(student.network(), name="random", title="Random weights", training={})


Builder = tuple[str, Callable[[], Case]]
"""A description of a case, and a function that builds it."""


def cases(plan: Plan, play: Play, themes: Sequence[Theme]) -> Iterator[Builder]:
    """Every case but those of `worlds`. Building one takes up to some seconds."""
    yield "off", lambda: Case(OFF, lambda: _none(plain_picture(play.frame)), plan.least)
    for i, theme in enumerate(themes):
        yield f"{theme.name} in openvino", partial(_openvino, plan, play, theme, i == 0)
    yield "theme switch", partial(_switching, plan, play, themes)
    yield "openvino, large", partial(_large, plan, play, themes[0])
    yield "torch reference", partial(_torch, plan, play, themes[0])
    if plan.baseline:
        yield "Johnson et al. in OpenVINO", partial(_johnson, plan, play, "openvino fp32")
        yield "Johnson et al. in torch", partial(_johnson, plan, play, "torch fp32")


def _openvino(plan: Plan, play: Play, theme: Theme, first: bool) -> Case:
    """A theme. With `first`, also its stages, and the whole frame from input to picture."""
    restyler = Restyler(theme, "openvino")

    def run() -> Readings | None:
        start = time.perf_counter()
        restyler(play.frame)
        if not first:
            return None
        restyle = (time.perf_counter() - start) * 1e3
        stages = {f"stage / {name}": ms for name, ms in restyler.timings.items()}
        return stages | {"frame / tick, draw and restyle": play.plain_ms + restyle}

    return Case(f"openvino int8 / {theme.name}", run, plan.least, again=2)


def _switching(plan: Plan, play: Play, themes: Sequence[Theme]) -> Case:
    """The first and the second frame in another theme. All themes are ready, as in the window."""
    several = [*themes] if len(themes) > 1 else [*themes, random_theme()]
    restyler = Restyler(several[0], "openvino")
    for theme in several:
        restyler.set_theme(theme)
        restyler(play.frame)
    turns = cycle(several)

    def run() -> Readings:
        restyler.set_theme(next(turns))
        times = [time.perf_counter()]
        for _ in range(2):
            restyler(play.frame)
            times.append(time.perf_counter())
        first, second = np.diff(times) * 1e3
        return {"switch / first frame": first, "switch / second frame": second}

    return Case("switch / both", run, plan.least)


def _large(plan: Plan, play: Play, theme: Theme) -> Case:
    restyler = Restyler(theme, "openvino")
    width, height = plan.large
    name = f"openvino int8 / {theme.name} at {width}x{height}"
    return Case(name, lambda: _none(restyler(play.large)), plan.least, again=2)


def _torch(plan: Plan, play: Play, theme: Theme) -> Case:
    restyler, name = Restyler(theme, "torch"), f"torch reference / {theme.name}"
    return Case(name, lambda: _none(restyler(play.frame)), plan.least_slow, warm_up=1, again=1)


def _johnson(plan: Plan, play: Play, runtime: str) -> Case:
    from benchmarks import johnson

    width, height = plan.size
    net: Callable[[NDArray[np.uint8]], object] = (
        johnson.InTorch()
        if runtime.startswith("torch")
        else johnson.InOpenVino(height, width, cores_for_threads())
    )
    name = f"baseline / {runtime}"
    return Case(name, lambda: _none(net(play.rgb)), plan.least_slow, warm_up=1, again=1)


def _none(_: object) -> None:
    """Makes a function's result no reading."""
