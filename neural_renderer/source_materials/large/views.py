"""A painted view, pixel by pixel: sky from above, water and roads below the horizon, bushes on a lawn."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX
from reskin.neural_renderer.source_materials.by_hue import majority, materials_of_colors, packed
from reskin.neural_renderer.source_materials.pixels import OPAQUE

LARGEST: Final = 100_000
"""Pixels of an image up to which each is looked at; of a larger one every second or third in each
direction."""

_LAND: Final = [
    MATERIAL_INDEX[name] for name in ("grass", "leaves", "dirt", "sand", "wood", "brick", "stone")
]
_GREEN: Final = [MATERIAL_INDEX["grass"], MATERIAL_INDEX["leaves"]]
_SMOOTH: Final = 8.0
"""Levels of 255 by which neighbouring pixels of a smooth lawn differ, across and down together."""
_CLEARLY: Final = 40
"""Levels of 255 by which a lawn is greener than red."""

_FALL: Final = 12
"""Levels of 255 by which a sea is darker than the sky above it."""

_SKY, _WATER, _HILL, _STONE = (MATERIAL_INDEX[name] for name in ("sky", "water", "hill", "stone"))


def material_of_pixels(image: NDArray[np.uint8], side: bool, backdrop: bool = False) -> NDArray[np.uint8]:
    """uint8 [H,W]: the material of each pixel by its colour, smoothed. Clear pixels get that of the rest.

    image: uint8 [H,W,4] RGBA. backdrop: it is a whole view, so in a side view dark and pale colours that
    reach up to its upper edge are sky too, and blue below the middle that does not is water.
    """
    height, width = image.shape[:2]
    step = max(1, round((height * width / LARGEST) ** 0.5))
    small = image[::step, ::step]
    found = materials_of_colors(side)[packed(small)]
    shown = small[..., 3] > OPAQUE
    if side and backdrop:
        found = sky_from_above(found, small)
        if line := sea_line(small):
            lower = found[line:]
            lower[(lower == _SKY) | (lower == _HILL)] = _WATER
        found = below_the_horizon(found, small)
    if backdrop:
        found = _bushes_on_a_lawn(found, small)
    found = majority(found, shown)
    if step > 1:
        found = found.repeat(step, 0).repeat(step, 1)[:height, :width]
    return np.ascontiguousarray(found)


def sea_line(image: NDArray[np.uint8]) -> int:
    """The row at which a sea begins below a sky: the only one at which a picture gets darker from edge to
    edge. 0 if there is none, or are several, as in a sky of stripes.

    image: uint8 [H,W,4] RGBA, of some hundred rows.
    """
    step = max(1, image.shape[1] // 64)
    bright = image[:, ::step, :3].astype(np.int16).sum(2)
    fall = bright[:-3] - bright[3:]
    rows = np.flatnonzero((fall > 3 * _FALL).mean(1) > 0.95)
    if not len(rows) or rows[-1] - rows[0] > 4:
        return 0
    line = int(rows.mean()) + 2
    below = image[line + 3 :, ::step].astype(np.int16)
    blue = bool(below.size) and float((below[..., 2] > below[..., 0] + 10).mean()) > 0.8
    return line if blue and 0.1 < line / len(image) < 0.9 else 0


def sky_from_above(found: NDArray[np.uint8], image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Make sky of what reaches the upper edge and is smooth or pale, and water of blue far below it."""
    height = len(found)
    sky = found == _SKY
    value = image[..., :3].max(2)
    loose = sky | (found == _HILL) | ((value < 60) & (found != MATERIAL_INDEX["leaves"]))
    # In each column: how much that cannot be sky lies above, as a share of the height.
    blocked = np.cumsum(~loose, axis=0, dtype=np.int32) / height
    # In a daylight sky dark things are silhouettes; only a night's sky is dark at its upper edge.
    night = float(value[: max(1, height // 12)].mean()) < 90
    reaches = blocked < 0.06
    result = found.copy()
    result[(loose if night else sky) & reaches] = _SKY
    far_below = sky & (blocked > 0.12) & (np.arange(height)[:, None] > 0.5 * height)
    result[far_below & (image[..., 2] > image[..., 0].astype(np.int16) + 20)] = _WATER
    return result


def below_the_horizon(found: NDArray[np.uint8], image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Below a band of land from edge to edge no sky is seen: make water of blue, stone of pale colours and a
    road of wide black strips. What is pale and low, or lies below land, amid land is stone too: a pavement.
    """
    height = len(found)
    sky = found == _SKY
    bluish = image[..., 2] > image[..., 0].astype(np.int16) + 20
    black = found == MATERIAL_INDEX["wall"]
    land = np.isin(found, _LAND)
    result = found.copy()
    hidden = np.cumsum(land, axis=0, dtype=np.int32) > 0.12 * height
    hidden |= (np.arange(height) > 0.5 * height)[:, None] & (land.mean(1) > 0.5)[:, None]
    hidden &= (sky.mean(1) < 0.35)[:, None]
    result[hidden & sky & ~bluish] = _STONE
    wide = land.mean(1) > 0.9
    thick = max(2, height // 33)
    runs = np.convolve(wide, np.ones(thick), "valid") >= thick
    if not runs.any():
        return result
    below = np.arange(height)[:, None] >= int(runs.argmax())
    result[below & sky & ~bluish] = _STONE
    water = below & sky & bluish
    if water.mean() > 0.03:  # less of it is a gap between bushes
        result[water] = _WATER
    strips = (black.mean(1) > 0.6)[:, None]
    result[below & strips & black] = MATERIAL_INDEX["road"]
    return result


def _bushes_on_a_lawn(found: NDArray[np.uint8], image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Make leaves of patches of a green picture that are darker and rougher than its lawn.

    Only a smooth lawn, on a quarter of the picture or more: a rough one has dark patches of its own.
    """
    green = np.isin(found, _GREEN) & (image[..., 3] > OPAQUE)
    if green.mean() < 0.25:
        return found
    color = image[..., :3].astype(np.float32)
    change = np.zeros(green.shape)
    change[:, 1:] += np.abs(np.diff(color[..., 1], axis=1)) * (green[:, 1:] & green[:, :-1])
    change[1:] += np.abs(np.diff(color[..., 1], axis=0)) * (green[1:] & green[:-1])
    radius = max(3, min(green.shape) // 40)
    around = np.maximum(_sum_around(green.astype(np.float64), radius), 1)
    rough = _sum_around(change, radius) / around
    smooth = green & (rough <= np.percentile(rough[green], 60))
    lawn, usual = np.median(color[smooth], 0), float(np.median(rough[smooth]))
    if usual > _SMOOTH:
        return found
    darker = (color[..., 1] < 0.86 * lawn[1]) & (
        color[..., 1] - color[..., 0] > lawn[1] - lawn[0] - _CLEARLY
    )  # not towards brown, as worn grass
    other = green & (darker | (rough > max(3 * usual, 6)))
    bushes = green & (_sum_around(other.astype(np.float64), radius) > 0.45 * around)
    if not bushes.any() or float(rough[bushes].mean()) < max(1.8 * usual, 4):
        return found
    result = found.copy()
    result[bushes] = MATERIAL_INDEX["leaves"]
    return result


def _sum_around(amount: NDArray[np.float64], radius: int) -> NDArray[np.float64]:
    """The sum over a square of 2 * radius + 1 around each pixel, float64 [H,W]."""
    side = 2 * radius + 1
    sums = np.pad(amount, ((radius + 1, radius), (radius + 1, radius))).cumsum(0).cumsum(1)
    total: NDArray[np.float64] = (
        sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    )
    return total
