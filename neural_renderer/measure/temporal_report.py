"""The temporal report of a theme: its flicker and recovery over consecutive frames that no training saw."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import to_rgb
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.features import features
from reskin.neural_renderer.history import history_sources_of_frames
from reskin.neural_renderer.measure import temporal_metrics
from reskin.neural_renderer.measure.flip import flip
from reskin.neural_renderer.measure.image_metrics import Picture, perceptual_metric
from reskin.neural_renderer.measure.worlds import HELD_OUT, painter_of_theme
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import Theme

TICKS, STALE_TICKS = 200, 900
"""Ticks of the game before the first frame, and before the frame that gives the stale history."""
REPEATED = 12
"""How often the last frame is repeated, to see when the picture becomes constant."""


@dataclass(frozen=True)
class TemporalReport:
    """The result of `measure_temporal`. All fields but `strip` are its figures, in this order.

    flip_ratio, painter_flip_ratio: mean FLIP from frame to frame, restyled and painted, divided by that of
    the plain frames. Textures change more than flat boxes when the view scrolls, so compare the two.
    flicker_ratio, plain_flicker_ratio, painter_flicker_ratio: the same after the frame before was moved by
    the motion, restyled, plain and painted; the divisor is again that of the plain frames, not moved.
    flip, perceptual: mean distance to the painter, 0..1 and 0..0.5.
    tpsnr_plain, tpsnr_painter: PSNR in dB of the changes from frame to frame against those of the plain and
    of the painted frames.
    still_from: the repetition of the last frame from which on the picture is constant; None if it never was.
    recovery: for each way to spoil the history, frames until the PSNR to the clean run stays at 30 dB or
    more; None if it did not get there. lowest_db: the lowest PSNR of those frames.
    *_flips: FLIP from each frame to the next. strip: the plain, restyled and painted picture, uint8 [H,W,3],
    of the first, the middle and the last frame.
    """

    theme: str
    worlds: str
    frames: int
    flip_ratio: float | None
    painter_flip_ratio: float | None
    flicker_ratio: float | None
    plain_flicker_ratio: float | None
    painter_flicker_ratio: float | None
    flip: float
    perceptual: float
    tpsnr_plain: float
    tpsnr_painter: float
    still_from: int | None
    recovery: dict[str, int | None]
    lowest_db: dict[str, float]
    plain_flips: list[float]
    styled_flips: list[float]
    painter_flips: list[float]
    strip: list[list[NDArray[np.uint8]]] = field(repr=False)

    def figures(self) -> dict[str, object]:
        """All fields but the pictures, ready for JSON."""
        return {name: value for name, value in vars(self).items() if name != "strip"}


def measure_temporal(
    theme: Theme,
    *,
    device: str = "auto",
    game: str | None = None,
    frames: int = 12,
    report: Callable[[float], None] | None = None,
) -> TemporalReport:
    """Measure `theme` and its painter on `frames` (3 or more) consecutive frames that no training saw.

    game: take the frames from this installed game, played by its bot, instead of a random scene. Raises
    LearnError if the theme has no painter, or the game is not installed.
    """
    from reskin.neural_renderer.scenes.frame_sources import game_frames, scene_frames

    if frames < 3:
        raise LearnError(f"the temporal report needs 3 frames or more, got {frames}; raise --frames")
    painter = painter_of_theme(theme)
    if game:
        clip = game_frames(game, HELD_OUT, TICKS, frames)
        stale_frame = game_frames(game, HELD_OUT, STALE_TICKS, 1)[0]
    else:
        clip, stale_frame = scene_frames(HELD_OUT, TICKS, frames), scene_frames(HELD_OUT + 1, 0, 1)[0]
    clip, stale_frame = [frame.replace(hud=None) for frame in clip], stale_frame.replace(hud=None)
    steps = frames + len(temporal_metrics.SPOILT)

    def progress(done: int) -> None:
        if report is not None:
            report(done / steps)

    restyler = Restyler(theme.as_learnt(), device=device)
    plain: list[Picture] = [frame.rgb() / np.float32(255) for frame in clip]
    styled: list[Picture] = []
    painted: list[Picture] = []
    for at, frame in enumerate(clip):
        styled.append(to_rgb(restyler(frame), frame.layout) / np.float32(255))
        painted.append(painter(frame))
        progress(at + 1)
    still = temporal_metrics.temporal_still_at(
        temporal_metrics.temporal_changes(restyler, clip[-1], REPEATED)
    )
    spoilt, half = Restyler(theme.as_learnt(), device=device), frames // 2
    recovery, lowest = {}, {}
    for at, how in enumerate(temporal_metrics.SPOILT):
        found = temporal_metrics.temporal_recovery(
            restyler, spoilt, how, stale_frame, clip[:half], clip[half:]
        )
        recovery[how], lowest[how] = temporal_metrics.temporal_recovery_frames(found), min(found)
        progress(frames + at + 1)
    flips = [temporal_metrics.temporal_flips(pictures) for pictures in (plain, styled, painted)]
    source = history_sources_of_frames([features(frame) for frame in clip])
    flickers = [temporal_metrics.temporal_flickers(pictures, source) for pictures in (plain, styled, painted)]
    return TemporalReport(
        theme=theme.name,
        worlds=game or "scenes",
        frames=frames,
        flip_ratio=temporal_metrics.temporal_ratio(flips[1], flips[0]),
        painter_flip_ratio=temporal_metrics.temporal_ratio(flips[2], flips[0]),
        flicker_ratio=temporal_metrics.temporal_ratio(flickers[1], flips[0]),
        plain_flicker_ratio=temporal_metrics.temporal_ratio(flickers[0], flips[0]),
        painter_flicker_ratio=temporal_metrics.temporal_ratio(flickers[2], flips[0]),
        flip=statistics.mean(flip(a, b) for a, b in zip(styled, painted, strict=True)),
        perceptual=statistics.mean(perceptual_metric(a, b) for a, b in zip(styled, painted, strict=True)),
        tpsnr_plain=temporal_metrics.tpsnr(styled, plain),
        tpsnr_painter=temporal_metrics.tpsnr(styled, painted),
        still_from=still,
        recovery=recovery,
        lowest_db=lowest,
        plain_flips=flips[0],
        styled_flips=flips[1],
        painter_flips=flips[2],
        strip=[[_bytes(p[at]) for p in (plain, styled, painted)] for at in (0, frames // 2, frames - 1)],
    )


def _bytes(picture: Picture) -> NDArray[np.uint8]:
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
