"""Checks that a painting lies on its frame, and was not shifted, mirrored, or swapped with another.

The colours of one material differ less from each other than from those of other materials. So the materials
explain the largest share of the painting's variance where the painting lies right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.errors import KeyframeError
from reskin.neural_renderer.features import features
from reskin.neural_renderer.measure.image_metrics import image_box_means, sums_by
from reskin.neural_renderer.teachers.keyframes import Keyframe

STEP: Final = 2
"""Side, in pixels, of the squares that are averaged before the comparison."""
STRIDE: Final = 2
"""Squares from one shift that is tried to the next."""
FARTHEST: Final = 16
"""The largest shift that is tried, in pixels."""
TOLERATED: Final = 4.0
"""Pixels. A smaller shift is no error, because it cannot be told from outlines or from snow that hangs
down."""
MARGIN: Final = 0.02
"""By how much more of the variance another place must explain, to count as better. For the pictures of five
painters no other place explained more at all, and pictures shifted by 4 px lost 0.046 to 0.106."""


def check_keyframes(keyframes: Sequence[Keyframe]) -> None:
    """Raise KeyframeError if a painting fits better when shifted or mirrored, or on another frame."""
    for k in keyframes:
        _check_mix_up(k, keyframes)
        _check_place(k)


def _check_place(k: Keyframe) -> None:
    material, painted = _coarse_material(k), image_box_means(k.painted / 255, STEP)
    unmoved = explained_by_keyframe(material, painted)
    for how, turned in (("mirrored", painted[:, ::-1]), ("upside down", painted[::-1])):
        if explained_by_keyframe(material, turned) > unmoved + MARGIN:
            raise KeyframeError(f"{k.name}.painted.png lies on its frame {how}; turn it back")
    (dx, dy), shifted = best_keyframe_shift(material, painted)
    if shifted > unmoved + MARGIN and max(abs(dx), abs(dy)) >= TOLERATED:
        raise KeyframeError(
            f"{k.name}.painted.png does not lie on {k.name}.png: it is shifted by about {abs(dx)} pixels to "
            f"the {'right' if dx > 0 else 'left'} and {abs(dy)} {'down' if dy > 0 else 'up'}; move it back"
        )


def _check_mix_up(k: Keyframe, keyframes: Sequence[Keyframe]) -> None:
    painted = image_box_means(k.painted / 255, STEP)
    right = explained_by_keyframe(_coarse_material(k), painted)
    for other in keyframes:
        if other is k or other.painted.shape != k.painted.shape:
            continue
        if explained_by_keyframe(_coarse_material(other), painted) > right + MARGIN:
            raise KeyframeError(
                f"{k.name}.painted.png looks like a painting of {other.name}.png, not of {k.name}.png; "
                "exchange their names, or paint over the right one"
            )


def best_keyframe_shift(
    material: NDArray[np.uint8], painted: NDArray[np.float64]
) -> tuple[tuple[int, int], float]:
    """The shift of a painting, (right, down) in pixels, that explains most of it, and that share."""
    reach = FARTHEST // STEP
    height, width = material.shape
    best, found = -1.0, (0, 0)
    for dy in range(-reach, reach + 1, STRIDE):
        for dx in range(-reach, reach + 1, STRIDE):
            rows = slice(max(dy, 0), height + min(dy, 0)), slice(max(-dy, 0), height + min(-dy, 0))
            columns = slice(max(dx, 0), width + min(dx, 0)), slice(max(-dx, 0), width + min(-dx, 0))
            fits = explained_by_keyframe(material[rows[1], columns[1]], painted[rows[0], columns[0]])
            if fits > best:
                best, found = fits, (dx * STEP, dy * STEP)
    return found, best


def explained_by_keyframe(material: NDArray[np.uint8], painted: NDArray[np.float64]) -> float:
    """The share, 0..1, of the variance of a picture [H,W,3] that lies between materials [H,W]."""
    flat, colours = material.ravel(), painted.reshape(-1, 3)
    counts = np.bincount(flat, minlength=len(MATERIALS))
    sums = sums_by(flat, colours, len(MATERIALS))
    mean = colours.mean(0)
    between = ((sums**2).sum(1) / np.maximum(counts, 1)).sum() - len(flat) * (mean**2).sum()
    total = (colours**2).sum() - len(flat) * (mean**2).sum()
    return float(between / total) if total > 0 else 0.0


def _coarse_material(k: Keyframe) -> NDArray[np.uint8]:
    """The material of one pixel in each square of STEP x STEP."""
    material = features(k.frame).material
    height, width = (size // STEP * STEP for size in material.shape)
    return material[:height:STEP, :width:STEP]
