"""How well coins, enemies and the like stand out in a theme, with the legibility guard and without it."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np

from reskin.engine.frame import MATERIALS, Frame
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.legibility import keep_legible, thing_contrasts
from reskin.neural_renderer.measure.worlds import HELD_OUT
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import Theme

TICKS = 60
"""Ticks of a game before the first frame."""
SCENE_FRAMES = 12
"""Consecutive frames of each random scene."""
LEAST = 0.01
"""The smallest contrast that is required, which avoids a division by 0."""


@dataclass(frozen=True)
class Legible:
    """Figures for the things of one material.

    things: how many were seen. Each has a ratio: its contrast divided by the required one. below_*: the share
    of ratios below 1; p5_*: their 5th percentile. *_off: without the guard; *_on: with it.
    """

    things: int
    below_off: float
    below_on: float
    p5_off: float
    p5_on: float


@dataclass(frozen=True)
class Legibility:
    """The result of `measure_legibility`.

    bar: the contrast that the theme calls enough, CIEDE2000; guard_ms, restyle_ms: median times; all: figures
    for all things together; materials: figures by material, without those that were not seen.
    """

    theme: str
    worlds: str
    frames: int
    bar: float
    guard_ms: float
    restyle_ms: float
    all: Legible
    materials: dict[str, Legible]

    def figures(self) -> dict[str, object]:
        """Ready for JSON."""
        return asdict(self)


def measure_legibility(
    theme: Theme,
    *,
    device: str = "auto",
    game: str | None = None,
    frames: int = 60,
    report: Callable[[float], None] | None = None,
) -> Legibility:
    """Compare the contrast of every guarded thing in `frames` frames with the required one, which is the
    smaller of its contrast in the plain frame and the theme's bar.

    game: an installed game, played by its bot, instead of random scenes. The theme is used as in a game, with
    its color scales and strengths. Raises LearnError if the game is not installed, or nothing was seen.
    """
    restyler = Restyler(theme, device=device, legible=False)
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    times: tuple[list[float], list[float]] = ([], [])
    for at, frame in zip(range(frames), _frames(game), strict=False):
        started = time.perf_counter()
        off = restyler(frame)
        middle = time.perf_counter()
        on = off.copy()
        restyled = time.perf_counter()
        keep_legible(on, frame, theme.legibility)
        times[0].append(middle - started)
        times[1].append(time.perf_counter() - restyled)
        surface_ids, plain = thing_contrasts(frame.color, frame)
        required = np.maximum(np.minimum(plain, theme.legibility), LEAST)
        ratios = (thing_contrasts(picture, frame)[1] / required for picture in (off, on))
        for surface_id, ratio_off, ratio_on in zip(surface_ids, *ratios, strict=True):
            found[MATERIALS[surface_id & 255]].append((float(ratio_off), float(ratio_on)))
        if report is not None:
            report((at + 1) / frames)
    if not found:
        raise LearnError(f"{frames} frames of {game or 'scenes'} showed no guarded thing; raise --frames")
    return Legibility(
        theme=theme.name,
        worlds=game or "scenes",
        frames=frames,
        bar=theme.legibility,
        guard_ms=statistics.median(times[1]) * 1e3,
        restyle_ms=statistics.median(times[0]) * 1e3,
        all=_summary([pair for pairs in found.values() for pair in pairs]),
        materials={name: _summary(found[name]) for name in MATERIALS if name in found},
    )


def _summary(pairs: list[tuple[float, float]]) -> Legible:
    ratios = np.array(pairs)
    below, low = (ratios < 1).mean(0), np.percentile(ratios, 5, axis=0)
    return Legible(len(pairs), *(round(float(value), 4) for value in (*below, *low)))


def _frames(game: str | None) -> Iterator[Frame]:
    """Frames without the HUD, without end."""
    from reskin.neural_renderer.scenes.frame_sources import game_stream, scene_frames

    if game:
        yield from game_stream(game, HELD_OUT, TICKS)
    number = 0
    while True:
        yield from (f.replace(hud=None) for f in scene_frames(HELD_OUT + number, 20 * number, SCENE_FRAMES))
        number += 1
