"""A theme followed for a long time: whether its picture slowly leaves what it ought to be.

"Carried" is a restyler at work; "fresh" is one that forgets after every frame, and so cannot drift. What
the game does to both pictures cancels out; what the history adds up would not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame, to_rgb
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.measure.image_metrics import luma
from reskin.neural_renderer.measure.temporal_metrics import likeness
from reskin.neural_renderer.measure.worlds import HELD_OUT, painter_of
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import Theme

FILLED = 10
"""Frames that a history takes to fill; before them nothing is compared."""
COMPARED, PAINTED = 1000, 30
"""Frames of a run that are compared with a fresh start, and with the painter, about."""


@dataclass
class Series:
    """One number a compared (or painted) frame."""

    colour: list[NDArray[np.float64]] = field(default_factory=list)
    """Mean RGB of carried minus that of fresh, in levels."""
    contrast: list[float] = field(default_factory=list)
    """Standard deviation of the luma, carried minus fresh, in levels."""
    likeness: list[float] = field(default_factory=list)
    """PSNR of carried against fresh."""
    against_painter: list[float] = field(default_factory=list)
    """PSNR of carried against the painter, less that of fresh."""


class Watch:
    """Shows every frame to a theme at work, and to one without a past those that are compared."""

    def __init__(
        self,
        theme: Theme,
        device: str = "auto",
        painter: Callable[[Frame], NDArray[np.float32]] | None = None,
    ) -> None:
        self.carried, self.fresh = (Restyler(theme, device=device) for _ in range(2))
        self.painter = painter
        self.series = Series()

    def __call__(self, frame: Frame, *, compare: bool = True, paint: bool = False) -> None:
        """Follow a frame without a HUD; `paint` takes effect on those that are compared."""
        shown = self.carried(frame)
        if not compare:
            return
        self.fresh.reset()
        a, b = (to_rgb(picture, frame.layout) / np.float32(255) for picture in (shown, self.fresh(frame)))
        series = self.series
        series.colour.append((a - b).mean((0, 1), np.float64) * 255)
        series.contrast.append(float(luma(a).std() - luma(b).std()) * 255)
        series.likeness.append(likeness(a, b))
        if paint and self.painter is not None:
            painted = self.painter(frame)
            series.against_painter.append(likeness(a, painted) - likeness(b, painted))


@dataclass(frozen=True)
class Drift:
    """What `drift` finds: how much the line that fits best rises from the run's first frame to its last.

    red, green, blue: their means against a fresh start, in levels of 255; contrast likewise; likeness:
    dB to the fresh start, and the lowest; against_painter: dB, None where the theme has no painter.
    """

    theme: str
    game: str
    frames: int
    compared: int
    red: float
    green: float
    blue: float
    contrast: float
    likeness: float
    lowest_likeness: float
    against_painter: float | None


def trend(values: Sequence[float] | NDArray[np.float64]) -> float:
    """How much the line that fits best rises from the first value to the last."""
    at = np.linspace(-0.5, 0.5, len(values))
    return float((at * (np.asarray(values) - np.mean(values))).sum() / (at * at).sum())


def summary(series: Series, theme: str, game: str, frames: int) -> Drift:
    """The trends of a run that was compared twice or more."""
    red, green, blue = map(trend, np.array(series.colour).T)
    painted = series.against_painter
    return Drift(
        theme=theme,
        game=game,
        frames=frames,
        compared=len(series.likeness),
        red=red,
        green=green,
        blue=blue,
        contrast=trend(series.contrast),
        likeness=trend(series.likeness),
        lowest_likeness=min(series.likeness),
        against_painter=trend(painted) if len(painted) > 1 else None,
    )


def drift(
    theme: Theme,
    *,
    device: str = "auto",
    game: str | None = None,
    frames: int = 3000,
    report: Callable[[float], None] | None = None,
) -> Drift:
    """Follow `theme` through so many frames of a game (the miner, if none is named), played by its bot.

    Raises LearnError if the game is not installed, or the frames are too few to show a trend.
    """
    from reskin.neural_renderer.scenes.frame_sources import game_stream

    if frames < 10 * FILLED:
        raise LearnError(f"a drift needs {10 * FILLED} frames or more, got {frames}; raise --frames")
    try:
        painter = painter_of(theme)
    except LearnError:
        painter = None
    name = game or "miner"
    watch = Watch(theme.as_learnt(), device, painter)
    every = max(1, frames // COMPARED)
    paint = every * max(1, frames // PAINTED // every)
    for at, frame in enumerate(islice(game_stream(name, HELD_OUT, 0), frames)):
        watch(frame, compare=at >= FILLED and at % every == 0, paint=at % paint == 0)
        if report is not None:
            report((at + 1) / frames)
    return summary(watch.series, theme.name, name, frames)
