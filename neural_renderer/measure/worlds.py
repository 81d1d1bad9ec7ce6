"""Compares a theme with its painter on worlds that no training saw."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame, to_rgb
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.features import features
from reskin.neural_renderer.history import history_sources_of_frames
from reskin.neural_renderer.measure.image_metrics import psnr, ssim
from reskin.neural_renderer.measure.temporal_metrics import warp_error
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import Theme

if TYPE_CHECKING:
    from reskin.neural_renderer.painters import Painter

HELD_OUT = 1_000_000_000
"""Scenes with seeds below this are for training, the others for measuring."""


@dataclass(frozen=True)
class Measured:
    """Means over all frames but the first of each world. The PSNR is that of the mean squared error.

    psnr in dB; ssim, warp_error, painter_warp_error 0..1; painter_ms, student_ms: median time of a frame.
    """

    worlds: str
    frames: int
    psnr: float
    ssim: float
    warp_error: float
    painter_warp_error: float
    painter_ms: float
    student_ms: float

    def metrics(self) -> dict[str, float]:
        """The numbers, rounded, as a pack stores them."""
        names = ("psnr", "ssim", "warp_error", "painter_warp_error", "painter_ms", "student_ms")
        return {name: round(getattr(self, name), 5 if "warp" in name else 3) for name in names}


def painter_of_theme(theme: Theme) -> Painter:
    """The painter that a theme was learnt from. Raises LearnError if there is none of its name."""
    from reskin.neural_renderer.painters import PAINTERS

    painter = PAINTERS.get(theme.name)
    if painter is None:
        raise LearnError(
            f"theme {theme.name!r} has no painter to be measured against; there are {', '.join(PAINTERS)}"
        )
    return painter


def measure_on_worlds(
    theme: Theme,
    *,
    device: str = "auto",
    game: str | None = None,
    worlds: int = 6,
    frames: int = 3,
    report: Callable[[float], None] | None = None,
    painter: Callable[[Frame], NDArray[np.float32]] | None = None,
) -> Measured:
    """Compare `theme` with its painter on `worlds` unseen worlds, `frames` consecutive frames each.

    game: an installed game, played by its bot, instead of random scenes; painter: another teacher to compare
    with, a function from a frame to float32 [H,W,3] RGB 0..1. Raises LearnError if the theme has no painter,
    or the game is not installed.
    """
    painter = painter or painter_of_theme(theme)
    restyler = Restyler(theme.as_learnt(), device=device)
    errors: list[float] = []
    scores: list[float] = []
    warps: tuple[list[float], list[float]] = ([], [])
    times: tuple[list[float], list[float]] = ([], [])
    for number, clip in enumerate(
        _game_clips(game, worlds, frames) if game else _scene_clips(worlds, frames)
    ):
        restyler.reset()
        painted, styled = [], []
        for at, frame in enumerate(clip):
            started = time.perf_counter()
            painted.append(painter(frame))
            middle = time.perf_counter()
            styled.append(to_rgb(restyler(frame), frame.layout) / np.float32(255))
            times[0].append(middle - started)
            times[1].append(time.perf_counter() - middle)
            if report is not None:
                report((number * frames + at + 1) / (worlds * frames))
        for at, source in enumerate(history_sources_of_frames([features(frame) for frame in clip]), 1):
            warps[0].append(warp_error(styled[at - 1], styled[at], source))
            warps[1].append(warp_error(painted[at - 1], painted[at], source))
            errors.append(float(np.mean((styled[at] - painted[at]) ** 2)))
            scores.append(ssim(styled[at], painted[at]))
    mean_error = statistics.mean(errors)
    return Measured(
        worlds=game or "scenes",
        frames=len(errors),
        psnr=psnr(np.zeros(1), np.full(1, mean_error**0.5)),
        ssim=statistics.mean(scores),
        warp_error=statistics.mean(warps[0]),
        painter_warp_error=statistics.mean(warps[1]),
        painter_ms=statistics.median(times[0]) * 1e3,
        student_ms=statistics.median(times[1]) * 1e3,
    )


def _scene_clips(worlds: int, frames: int) -> Iterator[Sequence[Frame]]:
    from reskin.neural_renderer.scenes.frame_sources import scene_frames

    for number in range(worlds):
        yield scene_frames(HELD_OUT + number, 20 * number, frames)


def _game_clips(name: str, worlds: int, frames: int) -> Iterator[Sequence[Frame]]:
    """Before each clip the bot plays longer than before the last, so that every clip shows another place."""
    from reskin.neural_renderer.scenes.frame_sources import game_frames

    for number in range(worlds):
        yield game_frames(name, HELD_OUT + number, 60 + 240 * number, frames)
