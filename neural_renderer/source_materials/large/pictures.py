"""What a large painted picture shows, told by its pixels: a sky, a landscape, or what no material can."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX
from reskin.neural_renderer.source_materials.by_hue import (
    every_color,
    groups_of_colors,
    materials_of_colors,
    packed,
)
from reskin.neural_renderer.source_materials.large.views import below_the_horizon, sky_from_above
from reskin.neural_renderer.source_materials.pixels import OPAQUE

LINED: Final = 0.3
"""Share of the cells of a picture through which a hard line runs, from which it is no sky. Of skies with
clouds and stars at most 0.15 was found, of a map with names 0.7."""

PLAUSIBLE: Final = 0.7
"""Share of a picture's pixels whose material must be plausible where they are."""

_VIEW: Final = 20_000
"""Pixels of a picture that are looked at to see whether its materials are plausible, about."""
_CELL: Final = 10
"""Side of a cell in which hard lines are looked for, in pixels of a picture of `_FINE` of them."""
_FINE: Final = 80_000
_HARD: Final = 40
"""Levels of 255 in a channel by which neighbouring pixels differ at a hard line."""

_BARE: Final = [MATERIAL_INDEX[name] for name in ("dirt", "sand", "wood", "brick", "stone")]
_SKY: Final = MATERIAL_INDEX["sky"]


def painted(image: NDArray[np.uint8], side: bool, as_sky: bool) -> str:
    """Why a large picture is one that shows what no material can, such as a map or a room; "" if it is not.

    image: uint8 [H,W,4] RGBA. as_sky: it would be shown as a sky; else each pixel by its colour. A sky is
    smooth, though stars and soft clouds are on it. Writing lies on a pale ground. Of a landscape most pixels
    have a colour that their material has, at a height where it is.
    """
    lines = hard_lines(image)
    if lines > LINED:
        if as_sky:
            return "it is a painted picture: hard lines run all over it, as through no sky"
        red, green, blue = (image[::4, ::4, channel] for channel in range(3))
        if float((np.minimum(np.minimum(red, green), blue) > 190).mean()) > 0.5:
            return "it is a painted picture: lines or letters on a pale ground"
    if not as_sky and (share := _plausible(image, side)) < PLAUSIBLE:
        percent = round(100 * share)
        return f"it is a painted picture: only {percent} % of it has a ground's colours at a ground's place"
    return ""


def hard_lines(image: NDArray[np.uint8]) -> float:
    """Share of an image's cells through which a hard line runs, 0..1. A dot, such as a star, is no line.

    image: uint8 [H,W,4] RGBA.
    """
    step = max(1, round((image.shape[0] * image.shape[1] / _FINE) ** 0.5))
    small = image[::step, ::step]
    rows, columns = small.shape[0] // _CELL, small.shape[1] // _CELL
    if rows < 2 or columns < 2:
        return 0.0
    shown = small[..., 3] > OPAQUE
    across, down = np.zeros((2, *shown.shape), np.bool_)
    for channel in range(3):
        level = small[..., channel].astype(np.int16)
        across[:, 1:] |= np.abs(np.diff(level, axis=1)) > _HARD
        down[1:] |= np.abs(np.diff(level, axis=0)) > _HARD
    across[:, 1:] &= shown[:, 1:] & shown[:, :-1]
    down[1:] &= shown[1:] & shown[:-1]
    hard = across | down
    cells = hard[: rows * _CELL, : columns * _CELL].reshape(rows, _CELL, columns, _CELL)
    longest = np.maximum(cells.any(3).sum(1), cells.any(1).sum(2))
    return float((longest >= 0.7 * _CELL).mean())


def is_a_gradient(image: NDArray[np.uint8]) -> bool:
    """Whether a picture's colour hardly changes along its rows, and clearly from above to below.

    image: uint8 [H,W,4] RGBA. So an evening's sky is painted.
    """
    down, across = max(1, image.shape[0] // 60), max(1, image.shape[1] // 80)
    color = image[::down, ::across, :3].astype(np.float32)
    rows = color.mean(1)
    steps = np.abs(np.diff(rows, axis=0)).max(1)
    return bool(
        color.std(1).mean() < 6 and np.ptp(rows, axis=0).max() > _HARD and np.percentile(steps, 95) < 12
    )


def _plausible(image: NDArray[np.uint8], side: bool) -> float:
    """Share of a picture's pixels, but for black ones, whose material fits their colour and place, 0..1."""
    step = max(1, round((image.shape[0] * image.shape[1] / _VIEW) ** 0.5))
    small = image[::step, ::step]
    shown = (small[..., 3] > OPAQUE) & (small[..., :3].max(2) > 40)  # what is black may be anything
    found = materials_of_colors(side)[packed(small)]
    if side:
        found = below_the_horizon(sky_from_above(found, small), small)
    doubtful = _unnatural_colors()[packed(small)] & (found != _SKY)
    if side:  # in a landscape bare ground lies below the middle; woods and lawns may reach higher
        upper = (np.arange(len(found)) < 0.45 * len(found))[:, None]
        doubtful |= upper & np.isin(found, _BARE)
    return 1 - float(np.count_nonzero(doubtful & shown)) / max(1, int(np.count_nonzero(shown)))


@lru_cache(maxsize=1)
def _unnatural_colors() -> NDArray[np.bool_]:
    """bool [32768]: colours of 5 bits a channel that no ground has: red, orange and yellow as of paint, fire
    or cloth."""
    hue, saturation, value = every_color()
    red = ((hue < 18) | (hue >= 330)) & (saturation > 0.7) & (value > 0.45)
    orange = (hue >= 18) & (hue < 45) & (saturation > 0.78) & (value > 0.7)
    yellow = (hue >= 48) & (hue < 64) & (saturation > 0.5) & (value > 0.8)
    return (red | orange | yellow).ravel()


def is_a_view(image: NDArray[np.uint8]) -> bool:
    """Whether a picture shows a landscape from the side: blue, pale or dark above, another hue below.

    image: uint8 [H,W,4] RGBA. For a painted picture in a game that is seen from above, as of a battle.
    """
    down, across = max(1, image.shape[0] // 60), max(1, image.shape[1] // 80)
    group = groups_of_colors()[packed(image[::down, ::across])]
    third = max(1, len(group) // 3)
    above, below = group[:third], group[-third:]
    return float((above == 1).mean()) > 0.6 and float((below == 1).mean()) < 0.25
