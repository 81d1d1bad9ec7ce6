"""Temporal metrics: flicker, how soon a still frame gives a constant picture, and how soon a bad history is
gone.

Sequences are float RGB [T,H,W,3] in 0..1, or lists of [H,W,3]. Read next: `measure.temporal_report`, which
computes all of it for a theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame
from reskin.neural_renderer.history import History
from reskin.neural_renderer.measure.flip import flip
from reskin.neural_renderer.measure.image_metrics import Picture, psnr
from reskin.neural_renderer.restyler import Restyler

CEILING_DB = 60.0
"""A PSNR above this, or infinite, counts as this."""
GONE_DB = 30.0
"""PSNR to the clean run from which on the effect of a spoilt history counts as gone."""
SPOILT = ("red", "black", "white", "noise", "stale", "shifted", "nan")
"""Ways to spoil a history. "nan" is of the motion instead, as the bytes of a history cannot be NaN."""


def capped_psnr(a: Picture, b: Picture) -> float:
    """PSNR in dB, at most `CEILING_DB`."""
    return min(psnr(a, b), CEILING_DB)


def warp_error(before: Picture, now: Picture, source: NDArray[np.int32]) -> float:
    """Mean absolute change, 0..1, of the points that both frames show.

    source int32 [H,W]: for each pixel of `now`, the flat index of the same point in `before`, or -1 where it
    was not visible (`history.history_sources`). Lai et al. 2018, "Learning Blind Video Temporal
    Consistency". A flat picture scores best, so read it beside that of the painter.
    """
    seen = source >= 0
    if not seen.any():
        return 0.0
    moved = before.reshape(-1, 3)[source[seen]]
    return float(np.abs(now[seen].astype(np.float64) - moved).mean())


def temporal_flips(pictures: Sequence[Picture]) -> list[float]:
    """FLIP between each picture and the one before it: T - 1 numbers in 0..1."""
    return [flip(before, now) for before, now in pairwise(pictures)]


def temporal_flickers(pictures: Sequence[Picture], moved_from: Sequence[NDArray[np.int32]]) -> list[float]:
    """FLIP between each picture and the one before it, moved by the motion: T - 1 numbers in 0..1.

    Movement alone gives 0. moved_from: `source`, as in `warp_error`, for each picture but the first. Points
    that the picture before does not show count as unchanged.
    """
    found = []
    for (before, now), source in zip(pairwise(pictures), moved_from, strict=True):
        moved = before.reshape(-1, 3)[np.maximum(source, 0)]
        found.append(flip(np.where((source >= 0)[..., None], moved, now), now))
    return found


def temporal_ratio(styled: Sequence[float], plain: Sequence[float]) -> float | None:
    """Mean FLIP from frame to frame, restyled divided by plain; None where the plain frames do not change.

    1 means that the restyled frames change no more than the plain ones. Both are results of `temporal_flips`.
    PQDAST, arXiv 2502.16996.
    """
    return float(np.mean(styled) / np.mean(plain)) if np.mean(plain) > 0 else None


def tpsnr(styled: Sequence[Picture], reference: Sequence[Picture]) -> float:
    """PSNR in dB, at most `CEILING_DB`, of the changes from frame to frame against those of the reference."""
    pairs = zip(pairwise(styled), pairwise(reference), strict=True)
    errors = [float(np.mean(((b - a) - (d - c)) ** 2)) for (a, b), (c, d) in pairs]
    return capped_psnr(np.zeros(1), np.full(1, np.mean(errors) ** 0.5))


def temporal_changes(restyler: Restyler, frame: Frame, count: int) -> list[int]:
    """Restyle a frame `count` times, without motion. Returns the largest change of a pixel from each
    repetition to the next, in levels."""
    still = frame.replace(motion=np.zeros((frame.height, frame.width, 2), np.float16))
    pictures = [restyler(still).astype(int) for _ in range(count)]
    return [int(np.abs(after - before).max()) for before, after in pairwise(pictures)]


def temporal_still_at(found: Sequence[int]) -> int | None:
    """The repetition, from 1, after which `temporal_changes` are all 0; None if the last one is not."""
    moving = [at for at, change in enumerate(found) if change]
    if moving and moving[-1] == len(found) - 1:
        return None
    return moving[-1] + 2 if moving else 1


def temporal_spoil(how: str, last: History, stale: History) -> History:
    """`last` with another picture, see `SPOILT`, and the same surface_id, so that no pixel is dropped."""
    if how == "noise":
        picture = np.random.default_rng(3).integers(0, 256, last.picture.shape).astype(np.uint8)
    elif how == "stale":
        picture = stale.picture
    elif how == "shifted":
        picture = np.roll(last.picture, (17, 29), (0, 1))
    elif how == "nan":
        picture = last.picture
    else:
        red, green, blue = {"red": (255, 0, 0), "black": (0, 0, 0), "white": (255, 255, 255)}[how]
        picture = np.full_like(last.picture, 255)
        picture[..., :3] = (blue, green, red) if last.layout == "BGRX" else (red, green, blue)
    return replace(last, picture=picture)


def temporal_recovery(
    clean: Restyler,
    spoilt: Restyler,
    how: str,
    stale_frame: Frame,
    before: Sequence[Frame],
    after: Sequence[Frame],
) -> list[float]:
    """Spoil the history after the frames `before`. Returns, for each frame of `after`, the PSNR in dB between
    the spoilt and the clean run, at most `CEILING_DB`.

    Both restylers have the same theme. stale_frame: shows another place, and gives the history called
    "stale".
    """
    clean.reset()
    spoilt.reset()
    spoilt(stale_frame)
    for frame in before:
        clean(frame)
    assert spoilt.history is not None
    assert clean.history is not None
    spoilt.history = temporal_spoil(how, clean.history, spoilt.history)
    found = []
    for at, frame in enumerate(after):
        seen = frame
        if how == "nan" and at == 0 and frame.motion is not None:
            seen = frame.replace(motion=np.full_like(frame.motion, np.nan))
        found.append(capped_psnr(spoilt(seen) / 255, clean(frame) / 255))
    return found


def temporal_recovery_frames(found: Sequence[float], gone_db: float = GONE_DB) -> int | None:
    """How many frames pass until all later ones reach `gone_db`; None if the last one does not."""
    low = [at for at, value in enumerate(found) if value < gone_db]
    if low and low[-1] == len(found) - 1:
        return None
    return low[-1] + 1 if low else 0
