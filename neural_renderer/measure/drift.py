"""Whether the pictures of a theme slowly change over a long run, because errors add up in its history.

Two restylers get the same frames. "carried" keeps its history, as in a game; "fresh" forgets it after every
frame, so that it cannot drift. Changes in the game affect both pictures alike and cancel out.
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
from reskin.neural_renderer.measure.temporal_metrics import capped_psnr
from reskin.neural_renderer.measure.worlds import HELD_OUT, painter_of_theme
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import Theme

FILLED = 10
"""Frames that a history takes to fill. They are not compared."""
COMPARED, PAINTED = 1000, 30
"""About how many frames of a run are compared with the fresh picture, and with the painter's."""


@dataclass
class Series:
    """One value for each compared frame; `against_painter` for each painted one."""

    colour: list[NDArray[np.float64]] = field(default_factory=list)
    """Mean RGB of carried minus that of fresh, [3], in levels of 255."""
    contrast: list[float] = field(default_factory=list)
    """Standard deviation of the luma, carried minus fresh, in levels of 255."""
    psnr: list[float] = field(default_factory=list)
    """PSNR between carried and fresh, in dB."""
    against_painter: list[float] = field(default_factory=list)
    """PSNR between carried and the painter, minus that between fresh and the painter, in dB."""


class DriftRecorder:
    """Restyles every frame with a history, and the compared ones without, and records the differences."""

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
        """Restyle a frame without a HUD. compare: record the differences; paint: and those to the painter."""
        shown = self.carried(frame)
        if not compare:
            return
        self.fresh.reset()
        a, b = (to_rgb(picture, frame.layout) / np.float32(255) for picture in (shown, self.fresh(frame)))
        series = self.series
        series.colour.append((a - b).mean((0, 1), np.float64) * 255)
        series.contrast.append(float(luma(a).std() - luma(b).std()) * 255)
        series.psnr.append(capped_psnr(a, b))
        if paint and self.painter is not None:
            painted = self.painter(frame)
            series.against_painter.append(capped_psnr(a, painted) - capped_psnr(b, painted))


@dataclass(frozen=True)
class Drift:
    """The result of `drift`: trends over the run. A trend is how much the best-fitting line rises from the
    first frame to the last.

    red, green, blue, contrast: trends of `Series.colour` and `Series.contrast`, in levels of 255; likeness:
    trend of `Series.psnr` in dB, and lowest_likeness its minimum; against_painter: trend in dB, None where
    the theme has no painter.
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


def drift_trend(values: Sequence[float] | NDArray[np.float64]) -> float:
    """How much the best-fitting line rises from the first value to the last."""
    at = np.linspace(-0.5, 0.5, len(values))
    return float((at * (np.asarray(values) - np.mean(values))).sum() / (at * at).sum())


def drift_summary(series: Series, theme: str, game: str, frames: int) -> Drift:
    """The trends of a run in which two or more frames were compared."""
    red, green, blue = map(drift_trend, np.array(series.colour).T)
    painted = series.against_painter
    return Drift(
        theme=theme,
        game=game,
        frames=frames,
        compared=len(series.psnr),
        red=red,
        green=green,
        blue=blue,
        contrast=drift_trend(series.contrast),
        likeness=drift_trend(series.psnr),
        lowest_likeness=min(series.psnr),
        against_painter=drift_trend(painted) if len(painted) > 1 else None,
    )


def drift(
    theme: Theme,
    *,
    device: str = "auto",
    game: str | None = None,
    frames: int = 3000,
    report: Callable[[float], None] | None = None,
) -> Drift:
    """Look for trends over `frames` frames of a game (the miner by default), played by its bot.

    Raises LearnError if the game is not installed, or if there are too few frames to show a trend.
    """
    from reskin.neural_renderer.scenes.frame_sources import game_stream

    if frames < 10 * FILLED:
        raise LearnError(f"a drift needs {10 * FILLED} frames or more, got {frames}; raise --frames")
    try:
        painter = painter_of_theme(theme)
    except LearnError:
        painter = None
    name = game or "miner"
    record = DriftRecorder(theme.as_learnt(), device, painter)
    every = max(1, frames // COMPARED)
    paint = every * max(1, frames // PAINTED // every)
    for at, frame in enumerate(islice(game_stream(name, HELD_OUT, 0), frames)):
        record(frame, compare=at >= FILLED and at % every == 0, paint=at % paint == 0)
        if report is not None:
            report((at + 1) / frames)
    return drift_summary(record.series, theme.name, name, frames)
