"""Which frames of a game are worth painting: few that together show all of its materials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS, Frame
from reskin.neural_renderer.materials import IS_THING
from reskin.neural_renderer.scenes.frame_sources import game_clips

WORLDS: Final = 3
PER_WORLD: Final = 24
APART: Final = 100
"""Ticks between two frames of a world that may be chosen: 40 seconds of play in each."""
FEW: Final = 150
"""Pixels of a material below which it is not learnt well."""
_ENOUGH: Final = np.where(IS_THING, 1_500.0, 20_000.0)
"""Pixels of a material beyond which more of it tell nothing new: five for each texel of a texture."""
_WEIGHT: Final = np.where(IS_THING, 2.0, 1.0)
"""A thing has a face, and that is what a player looks at."""
_ENOUGH_BORDER: Final = 200.0
_BORDER_WEIGHT: Final = 0.25


@dataclass(frozen=True, eq=False)
class Choice:
    """The chosen frames; how many pixels of each material they show, int64 [M]; and `seen`, bool [M]:
    the materials that the game was seen to have."""

    frames: list[Frame]
    pixels: NDArray[np.int64]
    seen: NDArray[np.bool_]

    def rare(self) -> list[tuple[str, int]]:
        """Materials of the game that the frames show in less than `FEW` pixels, and in how many."""
        few = np.flatnonzero(self.seen & (self.pixels < FEW))
        return [(MATERIALS[i], int(self.pixels[i])) for i in few]


def choose_from_game(
    game: str, count: int, seed: int = 0, report: Callable[[int, int], None] | None = None
) -> Choice:
    """Let the game's bot play a few worlds from `seed` on, and choose frames of that play.

    Raises LearnError if the game is not installed.
    """
    frames: list[Frame] = []
    for world in range(WORLDS):
        takes = game_clips(game, seed + world, APART, 1)
        for _ in range(PER_WORLD):
            frames += [frame.replace(depth=None) for frame in next(takes)]
            if report is not None:
                report(len(frames), WORLDS * PER_WORLD)
    return choose(frames, count)


def choose(frames: Sequence[Frame], count: int) -> Choice:
    """Greedily the frames that add most: pixels of materials, and of borders between two of them."""
    pixels = np.stack([_materials(frame) for frame in frames])
    borders = np.stack([_borders(frame) for frame in frames])
    shown, met = np.zeros(pixels.shape[1]), np.zeros(borders.shape[1])
    chosen: list[int] = []
    for _ in range(min(count, len(frames))):
        worth = _worth(shown + pixels, met + borders)
        worth[chosen] = -1
        best = int(worth.argmax())
        chosen.append(best)
        shown, met = shown + pixels[best], met + borders[best]
    return Choice([frames[i] for i in sorted(chosen)], pixels[chosen].sum(0), pixels.sum(0) > 0)


def _worth(pixels: NDArray[np.floating], borders: NDArray[np.floating]) -> NDArray[np.float64]:
    """[F]: what sets of frames are worth: a material's first pixels most, those beyond enough nothing."""
    materials = (np.sqrt(np.minimum(pixels / _ENOUGH, 1)) * _WEIGHT).sum(-1)
    return np.asarray(materials + _BORDER_WEIGHT * np.sqrt(np.minimum(borders / _ENOUGH_BORDER, 1)).sum(-1))


def _materials(frame: Frame) -> NDArray[np.int64]:
    assert frame.material is not None
    return np.bincount(frame.material.ravel(), minlength=len(MATERIALS))


def _borders(frame: Frame) -> NDArray[np.int64]:
    """int64 [2*M*M]: how often each material is left of and above each other one."""
    assert frame.material is not None
    material, count = frame.material.astype(np.int64), len(MATERIALS)
    pairs = []
    for a, b in ((material[:, :-1], material[:, 1:]), (material[:-1], material[1:])):
        differ = a != b
        pairs.append(np.bincount(a[differ] * count + b[differ], minlength=count * count))
    return np.concatenate(pairs)
