"""How well what a player must see stands out in a theme, with the legibility guard and without it."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np

from reskin.engine.frame import MATERIALS, Frame
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.legibility import contrasts, keep_legible
from reskin.neural_renderer.measure.worlds import HELD_OUT
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import Theme

TICKS = 60
"""Of a game before the frames begin."""
SCENE_FRAMES = 12
"""Frames after which another random scene comes."""
LEAST = 0.01
"""A bar below this counts as this: what the plain frame does not show needs no contrast."""


@dataclass(frozen=True)
class Legible:
    """Things of one material: how many were seen, and of their contrast over what is required of it the share
    below 1 and the 5th percentile, without the guard (off) and with it (on)."""

    things: int
    below_off: float
    below_on: float
    p5_off: float
    p5_on: float


@dataclass(frozen=True)
class Legibility:
    """What `legibility` finds. bar: CIEDE2000 that the theme calls enough; guard_ms, restyle_ms: medians.
    materials: by name; those that were not seen are missing. all: the same of all things together."""

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


def legibility(
    theme: Theme,
    *,
    device: str = "auto",
    game: str | None = None,
    frames: int = 60,
    report: Callable[[float], None] | None = None,
) -> Legibility:
    """Compare the contrast of every guarded thing in `frames` frames with what is required: the lesser of its
    contrast in the plain frame and of the theme's bar.

    game: an installed game, played by its bot, instead of random scenes. The theme is measured as it is
    played, with its tints and strengths. Raises LearnError if the game is not installed or nothing was seen.
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
        keys, plain = contrasts(frame.color, frame)
        required = np.maximum(np.minimum(plain, theme.legibility), LEAST)
        for key, *ratios in zip(keys, *(contrasts(p, frame)[1] / required for p in (off, on)), strict=True):
            found[MATERIALS[key & 255]].append((float(ratios[0]), float(ratios[1])))
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
    """Frames without end, without the HUD."""
    from reskin.neural_renderer.scenes.frame_sources import game_stream, scene_frames

    if game:
        yield from game_stream(game, HELD_OUT, TICKS)
    number = 0
    while True:
        yield from (f.replace(hud=None) for f in scene_frames(HELD_OUT + number, 20 * number, SCENE_FRAMES))
        number += 1
