"""Chooses the frames of a game that are worth painting: a few that together show all of its materials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS, Frame
from reskin.neural_renderer.features import features
from reskin.neural_renderer.materials import IS_THING
from reskin.neural_renderer.scenes.frame_sources import game_clips

WORLDS: Final = 3
PER_WORLD: Final = 24
"""Frames of each world that may be chosen."""
APART: Final = 100
"""Ticks between two of them: 40 seconds of play in each world."""
FEW: Final = 150
"""With fewer pixels of a material, it is not learnt well."""
_ENOUGH: Final = np.where(IS_THING, 1_500.0, 20_000.0)
"""Pixels of each material that suffice: five for each texel of a texture."""
_WEIGHT: Final = np.where(IS_THING, 2.0, 1.0)
"""The weight of each material. Things count more, because players look at them."""
_ENOUGH_BORDER: Final = 200.0
_BORDER_WEIGHT: Final = 0.25


@dataclass(frozen=True, eq=False)
class Choice:
    """The chosen frames.

    pixels int64 [M]: how many pixels of each material they show; seen bool [M]: the materials in any of the
    frames to choose from.
    """

    frames: list[Frame]
    pixels: NDArray[np.int64]
    seen: NDArray[np.bool_]

    def rare(self) -> list[tuple[str, int]]:
        """(name, pixels) of the seen materials of which the chosen frames show less than `FEW` pixels."""
        few = np.flatnonzero(self.seen & (self.pixels < FEW))
        return [(MATERIALS[i], int(self.pixels[i])) for i in few]


def choose_keyframes_from_game(
    game: str, count: int, seed: int = 0, report: Callable[[int, int], None] | None = None
) -> Choice:
    """Let the game's bot play a few worlds, with seeds from `seed` on, and choose `count` of their frames.

    Raises LearnError if the game is not installed.
    """
    frames: list[Frame] = []
    for world in range(WORLDS):
        clips = game_clips(game, seed + world, APART, 1)
        for _ in range(PER_WORLD):
            frames += [frame.replace(depth=None) for frame in next(clips)]
            if report is not None:
                report(len(frames), WORLDS * PER_WORLD)
    return choose_keyframes(frames, count)


def choose_keyframes(frames: Sequence[Frame], count: int) -> Choice:
    """Choose frames one after the other, each time the one that adds most: pixels of materials, and borders
    between two materials."""
    materials = [features(frame).material for frame in frames]
    pixels = np.stack([np.bincount(m.ravel(), minlength=len(MATERIALS)) for m in materials])
    borders = np.stack([_borders(m) for m in materials])
    shown, shown_borders = np.zeros(pixels.shape[1]), np.zeros(borders.shape[1])
    chosen: list[int] = []
    for _ in range(min(count, len(frames))):
        worth = _worth(shown + pixels, shown_borders + borders)
        worth[chosen] = -1
        best = int(worth.argmax())
        chosen.append(best)
        shown, shown_borders = shown + pixels[best], shown_borders + borders[best]
    return Choice([frames[i] for i in sorted(chosen)], pixels[chosen].sum(0), pixels.sum(0) > 0)


def _worth(pixels: NDArray[np.floating], borders: NDArray[np.floating]) -> NDArray[np.float64]:
    """float64 [F]: the worth of sets of frames, from the pixels [F,M] and the borders [F,2*M*M] that they
    show. The first pixels of a material count most, those beyond `_ENOUGH` nothing."""
    materials = (np.sqrt(np.minimum(pixels / _ENOUGH, 1)) * _WEIGHT).sum(-1)
    return np.asarray(materials + _BORDER_WEIGHT * np.sqrt(np.minimum(borders / _ENOUGH_BORDER, 1)).sum(-1))


def _borders(material: NDArray[np.uint8]) -> NDArray[np.int64]:
    """int64 [2*M*M]: how often each material is to the left of, and above, each other one; material [H,W]."""
    index, count = material.astype(np.int64), len(MATERIALS)
    pairs = []
    for a, b in ((index[:, :-1], index[:, 1:]), (index[:-1], index[1:])):
        differ = a != b
        pairs.append(np.bincount(a[differ] * count + b[differ], minlength=count * count))
    return np.concatenate(pairs)
