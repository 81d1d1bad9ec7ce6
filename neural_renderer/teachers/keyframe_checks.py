"""Does a painting lie where its frame does? A picture that was shifted, mirrored or swapped teaches nonsense.

A material's painted colours differ less among themselves than from those of the others; so the share of the
picture's variance that the materials explain is highest where the painting lies right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.errors import KeyframeError
from reskin.neural_renderer.measure.image_metrics import box_means
from reskin.neural_renderer.teachers.keyframes import Keyframe

STEP: Final = 2
"""Pixels, across and down, that are averaged before anything is compared."""
STRIDE: Final = 2
"""Of these, how far apart two places lie that are tried."""
FARTHEST: Final = 16
"""Pixels by which a painting is tried elsewhere."""
TOLERATED: Final = 4.0
"""Pixels: snow hangs down, outlines have a width, and no shift below this is seen for certain."""
MARGIN: Final = 0.02
"""By how much of the variance another place must explain more. For five painters' pictures no other place
explained more at all, and pictures shifted by 4 px lost 0.046 to 0.106."""


def check(keyframes: Sequence[Keyframe]) -> None:
    """Raise KeyframeError for a painting that lies better elsewhere, mirrored, or on another keyframe."""
    for k in keyframes:
        _check_mix_up(k, keyframes)
        _check_place(k)


def _check_place(k: Keyframe) -> None:
    label, painted = _label(k), box_means(k.painted / 255, STEP)
    here = explained(label, painted)
    for words, turned in (("mirrored", painted[:, ::-1]), ("upside down", painted[::-1])):
        if explained(label, turned) > here + MARGIN:
            raise KeyframeError(f"{k.name}.painted.png lies on its frame {words}; turn it back")
    (dx, dy), there = best_shift(label, painted)
    if there > here + MARGIN and max(abs(dx), abs(dy)) >= TOLERATED:
        raise KeyframeError(
            f"{k.name}.painted.png does not lie on {k.name}.png: it is shifted by about {abs(dx)} pixels to "
            f"the {'right' if dx > 0 else 'left'} and {abs(dy)} {'down' if dy > 0 else 'up'}; move it back"
        )


def _check_mix_up(k: Keyframe, keyframes: Sequence[Keyframe]) -> None:
    painted = box_means(k.painted / 255, STEP)
    here = explained(_label(k), painted)
    for other in keyframes:
        if other is k or other.painted.shape != k.painted.shape:
            continue
        if explained(_label(other), painted) > here + MARGIN:
            raise KeyframeError(
                f"{k.name}.painted.png looks like a painting of {other.name}.png, not of {k.name}.png; "
                "exchange their names, or paint over the right one"
            )


def best_shift(label: NDArray[np.uint8], painted: NDArray[np.float64]) -> tuple[tuple[int, int], float]:
    """By how many pixels, right and down, the painting lies off where it would fit best; and how well."""
    reach = FARTHEST // STEP
    height, width = label.shape
    best, found = -1.0, (0, 0)
    for dy in range(-reach, reach + 1, STRIDE):
        for dx in range(-reach, reach + 1, STRIDE):
            rows = slice(max(dy, 0), height + min(dy, 0)), slice(max(-dy, 0), height + min(-dy, 0))
            columns = slice(max(dx, 0), width + min(dx, 0)), slice(max(-dx, 0), width + min(-dx, 0))
            fits = explained(label[rows[1], columns[1]], painted[rows[0], columns[0]])
            if fits > best:
                best, found = fits, (dx * STEP, dy * STEP)
    return found, best


def explained(label: NDArray[np.uint8], painted: NDArray[np.float64]) -> float:
    """The share, 0..1, of a picture's variance that lies between labels: label [H,W], painted [H,W,3]."""
    flat, colours = label.ravel(), painted.reshape(-1, 3)
    counts = np.bincount(flat, minlength=len(MATERIALS))
    sums = np.stack([np.bincount(flat, colours[:, i], len(MATERIALS)) for i in range(3)], 1)
    mean = colours.mean(0)
    between = ((sums**2).sum(1) / np.maximum(counts, 1)).sum() - len(flat) * (mean**2).sum()
    total = (colours**2).sum() - len(flat) * (mean**2).sum()
    return float(between / total) if total > 0 else 0.0


def _label(k: Keyframe) -> NDArray[np.uint8]:
    assert k.frame.material is not None
    height, width = (size // STEP * STEP for size in k.frame.material.shape)
    return k.frame.material[:height:STEP, :width:STEP]
