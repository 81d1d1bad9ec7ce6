"""What a large painted picture shows, told by its pixels: a sky, a landscape, one ground, or what no material
can.

Each answer but the last needs evidence for it. A picture of a room, a board, a machine or a title has none,
and keeps its paint.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX
from reskin.neural_renderer.from_draws.observation import Unit
from reskin.neural_renderer.source_materials.by_hue import every_color, materials_of_colors, packed
from reskin.neural_renderer.source_materials.large.views import below_the_horizon, sea_line, sky_from_above
from reskin.neural_renderer.source_materials.pixels import OPAQUE

PLAUSIBLE: Final = 0.8
"""Share of a landscape's pixels whose material must be plausible where they are."""

LINED: Final = 0.3
"""Share of a picture's cells with a hard line, from which it may be a title with letters."""
SMOOTH: Final = 0.2
"""Share of a sky's cells at most through which a hard line runs: clouds and stars have up to 0.15."""
UPRIGHT: Final = 0.3
"""Heights of long upright lines at most in a sky. Rooms, tables, grids and letters have more than 1."""

EVEN: Final = 0.08
"""How much the parts of one ground differ at most."""

DEEP: Final = 30
"""Levels of 255 by which blue gets darker downwards under water."""

_VIEW: Final = 20_000
"""Pixels of a picture whose colours are looked at, about."""
_CELL: Final = 10
"""Side of a cell in which hard lines are looked for, in pixels of a picture of `_FINE` of them."""
_FINE: Final = 80_000
_HARD: Final = 40
"""Levels of 255 in a channel by which neighbouring pixels differ at a hard line."""
_CLEAR: Final = 24
"""The same at a straight line, whose length tells that it is one."""

_DOT: Final = 80
"""Levels of 255 by which stars are brighter than the night."""

_BARE: Final = [MATERIAL_INDEX[name] for name in ("dirt", "sand", "wood", "brick", "stone")]
_SKY: Final = MATERIAL_INDEX["sky"]
_BLUE, _PALE, _DARK, _GREEN, _EARTH, _GREY, _PURPLE = range(7)


class Picture(NamedTuple):
    """What is measured of a picture.

    Shares of its pixels, 0..1: blue, pale, dark, green, earth (red to yellow), grey, purple. warm: how much
    redder than blue the pale and dark ones are, in levels of 255. lined: share of its cells with a hard line.
    upright, level: long straight lines, in heights and widths of the picture; those from edge to edge are
    none. uneven: how much ninths of it differ, 0..1. unnatural: share of colours that no ground has.
    plausible: share of a view's pixels whose material fits their colour and height. above, below: the shares
    in its upper fifth and its lower eighth. sea: it gets darker at one line from edge to edge, and is blue
    below it. dots: share of its ninths in which something is far brighter than most of it.
    deepens: by how much its blue gets darker from its upper quarter to its third, in levels of 255, as under
    water; a sky gets paler towards the ground.
    """

    shares: tuple[float, ...]
    above: tuple[float, ...]
    below: tuple[float, ...]
    warm: float
    lined: float
    upright: float
    level: float
    uneven: float
    unnatural: float
    plausible: float
    sea: bool
    dots: float
    deepens: float

    def of_group(self, name: str) -> float:
        """The share of a group of hues: green, blue, earth or grey."""
        kinds = {"green": (_GREEN,), "blue": (_BLUE,), "earth": (_EARTH,), "grey": (_GREY, _PALE)}
        return sum(self.shares[kind] for kind in kinds[name])


def picture_of(image: NDArray[np.uint8]) -> Picture:
    """What is measured of an image, uint8 [H,W,4] RGBA."""
    fine = _every_nth(image, _FINE)
    small = _every_nth(image, _VIEW)
    shown, colors = small[..., 3] > OPAQUE, packed(small)
    kind, unnatural = _kinds_of_colors()[colors], _unnatural_colors()[colors]
    upper, lower = slice(max(1, len(kind) // 5)), slice(-max(1, len(kind) // 8), None)
    upright, level = _straight(fine)
    plain = small[((kind == _PALE) | (kind == _DARK)) & shown].astype(np.int16)
    return Picture(
        _shares(kind, shown),
        _shares(kind[upper], shown[upper]),
        _shares(kind[lower], shown[lower]),
        float((plain[:, 0] - plain[:, 2]).mean()) if len(plain) else 0.0,
        _hard_lines(fine),
        upright,
        level,
        _unevenness(small),
        float(unnatural[shown].mean()) if shown.any() else 0.0,
        _plausible(small, colors, unnatural),
        sea_line(small) > 0,
        _dots(small),
        _deepening(small, (kind == _BLUE) & shown),
    )


@lru_cache(maxsize=16)
def picture_of_unit(unit: Unit) -> Picture | None:
    """What is measured of a unit's image, if it has one. Kept for a while, as it takes 10 ms."""
    return None if unit.image is None else picture_of(unit.image)


def is_a_sky(picture: Picture) -> bool:
    """Whether it is a sky and nothing else: blue by day or dark by night, smooth, with clouds or stars."""
    blue, pale, dark = (picture.shares[kind] for kind in (_BLUE, _PALE, _DARK))
    violet = picture.shares[_PURPLE] if dark + picture.shares[_PURPLE] > 0.5 else 0.0
    silhouettes = 0.1 < dark < 0.9 and picture.uneven > 0.1  # of a wood by night
    if silhouettes or picture.sea or picture.deepens > DEEP:
        return False
    if picture.lined > SMOOTH or picture.upright > UPRIGHT or picture.level > 1.2:
        return False
    cold = blue + pale + dark + violet > 0.97 and picture.warm < 4
    night = dark + violet > 0.6 and (picture.dots > 0.6 or picture.warm < -6)
    return cold and (blue > 0.3 or night)


def is_a_landscape(picture: Picture) -> bool:
    """Whether it shows a view from the side: a sky from edge to edge above, a ground below, and nearly all
    colours at a height where their material is. Not with the upright lines of houses and rooms."""
    sky = sum(picture.above[kind] for kind in (_BLUE, _PALE)) + picture.above[_GREY] * (picture.lined < 0.3)
    ground = sum(picture.below[kind] for kind in (_GREEN, _EARTH, _PALE, _GREY, _BLUE))
    if sky < 0.85 or picture.above[_BLUE] < 0.3 or ground < 0.6 or picture.upright > 1.0:
        return False
    if picture.deepens > DEEP and not picture.sea:
        return False
    some = picture.sea or picture.shares[_GREEN] + picture.shares[_EARTH] > 0.15
    return some and picture.lined < 0.5 and picture.plausible > PLAUSIBLE


def ground_of(picture: Picture) -> str:
    """The group of hues of a picture that shows one ground all over, evenly: green, blue, earth or grey; else
    ""."""
    name = max(("green", "blue", "earth", "grey"), key=picture.of_group)
    amount, dark = picture.of_group(name), picture.shares[_DARK]  # joints, shadows
    ruled = picture.upright > (1.0 if picture.lined < 0.5 else 3.0)
    glaring = picture.unnatural > 0.3 and picture.lined < 0.6  # bricks may be as red as paint
    odd = ruled or glaring or picture.shares[_PALE] > 0.4
    odd |= name == "blue" and (picture.upright > UPRIGHT or picture.level > 1.0)
    return name if picture.uneven < EVEN and not odd and amount > 0.6 and amount + dark > 0.9 else ""


def is_a_terrain(picture: Picture) -> bool:
    """Whether it shows lawn and bare earth from above, all over, and no line that people drew."""
    green, earth = picture.of_group("green"), picture.of_group("earth")
    drawn = picture.upright > UPRIGHT or picture.level > UPRIGHT or picture.unnatural > 0.05
    mixed = min(green, earth) > 0.1 and green + earth + picture.shares[_DARK] > 0.95
    return mixed and picture.uneven < EVEN and not drawn


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


def _hard_lines(small: NDArray[np.uint8]) -> float:
    """Share of an image's cells through which a hard line runs, 0..1. A dot, such as a star, is no line."""
    rows, columns = small.shape[0] // _CELL, small.shape[1] // _CELL
    if rows < 2 or columns < 2:
        return 0.0
    across, down = np.zeros((2, *small.shape[:2]), np.bool_)
    across[:, 1:], down[1:] = _edges(small, _HARD)
    hard = across | down
    cells = hard[: rows * _CELL, : columns * _CELL].reshape(rows, _CELL, columns, _CELL)
    longest = np.maximum(cells.any(3).sum(1), cells.any(1).sum(2))
    return float((longest >= 0.7 * _CELL).mean())


def _every_nth(image: NDArray[np.uint8], pixels: int) -> NDArray[np.uint8]:
    """Every second or third pixel in each direction, so that about so many are left."""
    step = max(1, round((image.shape[0] * image.shape[1] / pixels) ** 0.5))
    return np.ascontiguousarray(image[::step, ::step])


def _edges(image: NDArray[np.uint8], levels: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where neighbours differ by more in a channel, and both are shown: bool [H,W-1], and [H-1,W]
    for those below."""
    shown = image[..., 3] > OPAQUE
    beside, below = np.zeros(image[:, 1:, 0].shape, np.bool_), np.zeros(image[1:, :, 0].shape, np.bool_)
    for channel in range(3):
        level = image[..., channel].astype(np.int16)
        beside |= np.abs(np.diff(level, axis=1)) > levels
        below |= np.abs(np.diff(level, axis=0)) > levels
    return beside & shown[:, 1:] & shown[:, :-1], below & shown[1:] & shown[:-1]


def _straight(image: NDArray[np.uint8]) -> tuple[float, float]:
    """The length of straight upright and level lines, in heights and widths of the image."""
    beside, below = _edges(image, _CLEAR)
    return _in_runs(beside), _in_runs(below.T)


def _in_runs(edge: NDArray[np.bool_]) -> float:
    """How many pixels of bool [H,W] lie in runs along the columns of 15 to 95 % of the height, in heights."""
    height = int(edge.shape[0])
    steps = np.diff(np.pad(edge, ((1, 1), (0, 0))).astype(np.int8), axis=0)
    starts, ends = np.nonzero(steps.T == 1)[1], np.nonzero(steps.T == -1)[1]
    length = ends - starts
    long: NDArray[np.bool_] = (length >= max(8, 0.15 * height)) & (length < 0.95 * height)
    total = int(length[long].sum())
    return total / max(1, height)


def _unevenness(image: NDArray[np.uint8]) -> float:
    """The standard deviation of the mean colours of nine parts, in the channel with most of it, 0..1."""
    rows, columns = max(1, image.shape[0] // 3), max(1, image.shape[1] // 3)
    parts = [
        image[y * rows : (y + 1) * rows, x * columns : (x + 1) * columns, :3].reshape(-1, 3).mean(0)
        for y in range(3)
        for x in range(3)
    ]
    return float(np.std([part for part in parts if not np.isnan(part).any()], axis=0).max()) / 255


def _dots(image: NDArray[np.uint8]) -> float:
    """Share of nine parts of an image in which a pixel is far brighter than most of it, 0..1."""
    value = image[..., :3].max(2).astype(np.int16)
    bright = (value > np.median(value) + _DOT) & (image[..., 3] > OPAQUE)
    rows, columns = np.nonzero(bright)
    parts = set(zip((3 * rows // len(image)).tolist(), (3 * columns // image.shape[1]).tolist(), strict=True))
    return len(parts) / 9


def _deepening(image: NDArray[np.uint8], blue: NDArray[np.bool_]) -> float:
    """By how much what is blue is brighter in the upper quarter of an image than in its third one."""
    value = image[..., :3].max(2)
    quarter = max(1, len(image) // 4)
    above, below = blue[:quarter], blue[2 * quarter : 3 * quarter]
    if min(above.mean(), below.mean()) < 0.1:
        return 0.0
    return float(value[:quarter][above].mean()) - float(value[2 * quarter : 3 * quarter][below].mean())


def _shares(kind: NDArray[np.uint8], shown: NDArray[np.bool_]) -> tuple[float, ...]:
    """The share of each kind of colour of what is shown."""
    amounts = np.bincount(kind[shown], minlength=7)
    return tuple((amounts / max(1, amounts.sum())).tolist())


@lru_cache(maxsize=1)
def _kinds_of_colors() -> NDArray[np.uint8]:
    """uint8 [32768]: the kind of each colour of 5 bits a channel, as `Picture.shares` counts them."""
    hue, saturation, value = every_color()
    kind = np.full(hue.shape, _EARTH, np.uint8)
    kind[(hue >= 60) & (hue < 178)] = _GREEN
    kind[(hue >= 178) & (hue < 265)] = _BLUE
    kind[(hue >= 265) & (hue < 330)] = _PURPLE
    kind[saturation < 0.16] = _GREY
    kind[(saturation < 0.2) & (value > 0.75)] = _PALE
    kind[value < 0.22] = _DARK
    return kind.ravel()


def _plausible(
    small: NDArray[np.uint8], colors: NDArray[np.uint16], unnatural: NDArray[np.bool_]
) -> float:
    """Share of a view's pixels, but for black ones, whose material fits their colour and height, 0..1."""
    shown = (small[..., 3] > OPAQUE) & (small[..., :3].max(2) > 40)  # what is black may be anything
    found = materials_of_colors(True)[colors]
    found = below_the_horizon(sky_from_above(found, small), small)
    doubtful = unnatural & (found != _SKY)
    # Bare ground lies below the middle; woods and lawns may reach higher.
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
