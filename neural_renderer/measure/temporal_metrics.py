"""How steady a moving picture is, how soon it comes to rest, and how soon a spoilt past is gone.

Sequences are float RGB [T,H,W,3] in 0..1, or lists of [H,W,3]. Read next: `measure.steadiness`, which
runs all of it on a theme.
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
"""Pictures that are this alike, or equal, count as this alike."""
GONE_DB = 30.0
"""From here on a spoilt history counts as gone."""
SPOILT = ("red", "black", "white", "noise", "stale", "shifted", "nan")
"""Ways to spoil a history. It holds bytes, which cannot be NaN; "nan" is the motion that leads to it."""


def likeness(a: Picture, b: Picture) -> float:
    """PSNR in dB, at most 60."""
    return min(psnr(a, b), CEILING_DB)


def warp_error(before: Picture, now: Picture, source: NDArray[np.int32]) -> float:
    """Mean absolute change of what both frames show, 0..1.

    source int32 [H,W]: the flat index in `before` of the spot that each pixel of `now` shows, -1
    where there is none (`neural_renderer.history.moved_from`). Lai et al. 2018, "Learning Blind Video
    Temporal Consistency". A flat picture scores best: read it beside the painter's own.
    """
    seen = source >= 0
    if not seen.any():
        return 0.0
    moved = before.reshape(-1, 3)[source[seen]]
    return float(np.abs(now[seen].astype(np.float64) - moved).mean())


def flips(pictures: Sequence[Picture]) -> list[float]:
    """FLIP of each picture against the one before it, T - 1 numbers in 0..1."""
    return [flip(before, now) for before, now in pairwise(pictures)]


def flickers(pictures: Sequence[Picture], moved_from: Sequence[NDArray[np.int32]]) -> list[float]:
    """FLIP of each picture against the one before it moved along: what changes though it only moved.

    moved_from: `source`, as in `warp_error`, for each picture but the first; what the one before does not
    show counts as unchanged. T - 1 numbers in 0..1.
    """
    found = []
    for (before, now), source in zip(pairwise(pictures), moved_from, strict=True):
        moved = before.reshape(-1, 3)[np.maximum(source, 0)]
        found.append(flip(np.where((source >= 0)[..., None], moved, now), now))
    return found


def ratio(styled: Sequence[float], plain: Sequence[float]) -> float | None:
    """Mean FLIP from frame to frame, restyled over plain: 1 flickers no more than the game moves.

    Both as `flips` gives them. PQDAST, arXiv 2502.16996. None where the plain frames stand still.
    """
    return float(np.mean(styled) / np.mean(plain)) if np.mean(plain) > 0 else None


def tpsnr(styled: Sequence[Picture], reference: Sequence[Picture]) -> float:
    """PSNR in dB, at most 60, of the change from frame to frame against the reference's change."""
    pairs = zip(pairwise(styled), pairwise(reference), strict=True)
    errors = [float(np.mean(((b - a) - (d - c)) ** 2)) for (a, b), (c, d) in pairs]
    return likeness(np.zeros(1), np.full(1, np.mean(errors) ** 0.5))


def changes(restyler: Restyler, frame: Frame, count: int) -> list[int]:
    """The largest change of a pixel from each of `count` repetitions of a frame to the next, in levels."""
    assert frame.motion is not None
    still = frame.replace(motion=np.zeros_like(frame.motion))
    pictures = [restyler(still).astype(int) for _ in range(count)]
    return [int(np.abs(after - before).max()) for before, after in pairwise(pictures)]


def still_from(found: Sequence[int]) -> int | None:
    """The repetition, from 1, from which on the output is constant; None if it still changed at the end."""
    moving = [at for at, change in enumerate(found) if change]
    if moving and moving[-1] == len(found) - 1:
        return None
    return moving[-1] + 2 if moving else 1


def spoil(how: str, last: History, stale: History) -> History:
    """`last` with another picture; its keys stay, so that nothing is dropped as hidden. See `SPOILT`."""
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


def after_spoiling(
    clean: Restyler,
    spoilt: Restyler,
    how: str,
    elsewhere: Frame,
    before: Sequence[Frame],
    after: Sequence[Frame],
) -> list[float]:
    """Likeness in dB to the clean run of each frame of `after`, once the history after `before` was spoilt.

    Both restylers are of one theme; elsewhere: a frame of another place, for the stale history.
    """
    clean.reset()
    spoilt.reset()
    spoilt(elsewhere)
    for frame in before:
        clean(frame)
    assert spoilt.history is not None
    assert clean.history is not None
    spoilt.history = spoil(how, clean.history, spoilt.history)
    found = []
    for at, frame in enumerate(after):
        seen = frame
        if how == "nan" and at == 0 and frame.motion is not None:
            seen = frame.replace(motion=np.full_like(frame.motion, np.nan))
        found.append(likeness(spoilt(seen) / 255, clean(frame) / 255))
    return found


def recovered_after(found: Sequence[float], gone_db: float = GONE_DB) -> int | None:
    """Frames up to the last one below `gone_db`, 0 if there is none; None if that is the end."""
    low = [at for at, value in enumerate(found) if value < gone_db]
    if low and low[-1] == len(found) - 1:
        return None
    return low[-1] + 1 if low else 0
