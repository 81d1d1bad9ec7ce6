"""A theme followed through consecutive frames that no training saw: flicker, rest, recovery."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import to_rgb
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.features import features
from reskin.neural_renderer.history import moved_from
from reskin.neural_renderer.measure import temporal_metrics
from reskin.neural_renderer.measure.flip import flip
from reskin.neural_renderer.measure.image_metrics import Picture
from reskin.neural_renderer.measure.perceptual import perceptual
from reskin.neural_renderer.measure.worlds import HELD_OUT, painter_of
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import Theme

TICKS, ELSEWHERE_TICKS = 200, 900
"""Of the game before the frames begin, and before the frame whose output is the stale history."""
REPEATED = 12
"""How often the last frame is repeated to see the picture come to rest."""


@dataclass(frozen=True)
class Steadiness:
    """What `steadiness` finds: the fields but `strip`, in their order, are its figures.

    flip_ratio and painter_flip_ratio: mean FLIP from frame to frame over that of the plain frames;
    *flicker_ratio: how much of such FLIP is left, restyled, plain and painted, once what moved is moved
    along, over that of the plain frames again; flip and perceptual: distance to the painter, 0..1 and 0..0.5;
    tpsnr_*: dB against the change of the plain frames and of the painter; still_from: the repetition from
    which on the picture is constant; recovery: frames until >= 30 dB against the clean run after each spoilt
    history; lowest_db: the worst of these frames. None: did not happen while it was watched. A textured look
    changes more than flat boxes do when the view scrolls: read flip_ratio beside the painter's, and
    flicker_ratio for what does not scroll.
    *_flips: FLIP from frame to frame, a number a change. strip: plain, restyled and painted, uint8
    [H,W,3] each, of the first, the middle and the last frame.
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
        """All but the pictures, ready for JSON."""
        return {name: value for name, value in vars(self).items() if name != "strip"}


def steadiness(
    theme: Theme,
    *,
    device: str = "auto",
    game: str | None = None,
    frames: int = 12,
    report: Callable[[float], None] | None = None,
) -> Steadiness:
    """Follow `theme` and its painter through `frames` (3 or more) consecutive frames of one unseen world.

    game: an installed game, played by its bot, instead of a random scene. Raises LearnError if the
    theme has no painter here, or the game is not installed.
    """
    from reskin.neural_renderer.scenes.frame_sources import game_frames, scene_frames

    if frames < 3:
        raise LearnError(f"steadiness needs 3 frames or more, got {frames}; raise --frames")
    painter = painter_of(theme)
    if game:
        clip = game_frames(game, HELD_OUT, TICKS, frames)
        elsewhere = game_frames(game, HELD_OUT, ELSEWHERE_TICKS, 1)[0]
    else:
        clip, elsewhere = scene_frames(HELD_OUT, TICKS, frames), scene_frames(HELD_OUT + 1, 0, 1)[0]
    clip, elsewhere = [frame.replace(hud=None) for frame in clip], elsewhere.replace(hud=None)
    steps = frames + len(temporal_metrics.SPOILT)

    def told(done: int) -> None:
        if report is not None:
            report(done / steps)

    restyler = Restyler(theme.as_learnt(), device=device)
    plain: list[Picture] = [frame.rgb() / np.float32(255) for frame in clip]
    styled: list[Picture] = []
    painted: list[Picture] = []
    for at, frame in enumerate(clip):
        styled.append(to_rgb(restyler(frame), frame.layout) / np.float32(255))
        painted.append(painter(frame))
        told(at + 1)
    still = temporal_metrics.still_from(temporal_metrics.changes(restyler, clip[-1], REPEATED))
    spoilt, half = Restyler(theme.as_learnt(), device=device), frames // 2
    recovery, lowest = {}, {}
    for at, how in enumerate(temporal_metrics.SPOILT):
        found = temporal_metrics.after_spoiling(restyler, spoilt, how, elsewhere, clip[:half], clip[half:])
        recovery[how], lowest[how] = temporal_metrics.recovered_after(found), min(found)
        told(frames + at + 1)
    moved = [temporal_metrics.flips(pictures) for pictures in (plain, styled, painted)]
    source = moved_from([features(frame) for frame in clip])
    left = [temporal_metrics.flickers(pictures, source) for pictures in (plain, styled, painted)]
    return Steadiness(
        theme=theme.name,
        worlds=game or "scenes",
        frames=frames,
        flip_ratio=temporal_metrics.ratio(moved[1], moved[0]),
        painter_flip_ratio=temporal_metrics.ratio(moved[2], moved[0]),
        flicker_ratio=temporal_metrics.ratio(left[1], moved[0]),
        plain_flicker_ratio=temporal_metrics.ratio(left[0], moved[0]),
        painter_flicker_ratio=temporal_metrics.ratio(left[2], moved[0]),
        flip=statistics.mean(flip(a, b) for a, b in zip(styled, painted, strict=True)),
        perceptual=statistics.mean(perceptual(a, b) for a, b in zip(styled, painted, strict=True)),
        tpsnr_plain=temporal_metrics.tpsnr(styled, plain),
        tpsnr_painter=temporal_metrics.tpsnr(styled, painted),
        still_from=still,
        recovery=recovery,
        lowest_db=lowest,
        plain_flips=moved[0],
        styled_flips=moved[1],
        painter_flips=moved[2],
        strip=[[_bytes(p[at]) for p in (plain, styled, painted)] for at in (0, frames // 2, frames - 1)],
    )


def _bytes(picture: Picture) -> NDArray[np.uint8]:
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
