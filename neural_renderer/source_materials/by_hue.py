"""Scenery by hue: for a whole image, and pixel by pixel.

Used where a name is silent. Creatures and things are never found by hue. In a side view blue high up is
sky, in a top view it is water; dark grey is a road only in a top view.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX
from reskin.neural_renderer.source_materials.pixels import OPAQUE, Pixels, hue_saturation_value

LARGEST: Final = 100_000
"""Pixels of an image up to which each is looked at; of a larger one every second or third in each
direction."""

_GROUPS: Final = (
    ("grass",),
    ("water",),
    ("dirt", "sand", "wood", "brick", "floor"),
    ("stone", "snow", "road", "wall", "metal"),
)
"""Grounds by the hue that is theirs: green, blue, earth, grey."""

GROUNDS: Final = frozenset(name for group in _GROUPS for name in group)
"""Materials beside which an image may show another ground."""

_LAND: Final = [
    MATERIAL_INDEX[name] for name in ("grass", "leaves", "dirt", "sand", "wood", "brick", "stone")
]
_BARE: Final = [MATERIAL_INDEX[name] for name in ("dirt", "sand", "wood", "brick", "stone")]
_GREEN: Final = [MATERIAL_INDEX["grass"], MATERIAL_INDEX["leaves"]]
_SMOOTH: Final = 8.0
"""Levels of 255 by which neighbouring pixels of a smooth lawn differ, across and down together."""
_DRY: Final = frozenset(("brick", "stone", "wall", "metal", "wood", "road", "floor"))
"""Beside which blue is no water, but joints and shadows."""
_CAPPED: Final = frozenset(("dirt", "sand", "stone", "brick", "wall", "floor", "snow"))
"""What grass may grow on."""

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

_SKY, _WATER, _HILL, _STONE = (MATERIAL_INDEX[name] for name in ("sky", "water", "hill", "stone"))


def by_hue(pixels: Pixels, side: bool, tiled: bool, high: bool) -> tuple[str, float]:
    """Material of an image of one or few hues, and how sure, 0..1.

    tiled: its like lies beside it. high: it lies in the upper part of the picture, or behind all else.
    """
    p = pixels
    green = p.lime + p.green
    amounts = {
        "green": green, "blue": p.cyan + p.blue, "red": 0.7 * p.red + p.brown,
        "yellow": p.yellow, "purple": p.purple, "grey": p.grey,
    }  # fmt: skip
    hue = max(amounts, key=lambda name: amounts[name])
    if hue == "green":
        if p.rounded or (not p.opaque and p.coverage < 0.9 and not tiled):
            return "leaves", 0.7
        if p.value < 0.4 and not tiled:
            return "leaves", 0.55
        return "grass", 0.8 * min(1.0, amounts[hue] + 0.2)
    if hue == "blue":
        if side and high:
            return "sky", 0.8
        if p.value < 0.3 or (p.saturation < 0.3 and p.value > 0.3):
            return "stone", 0.55
        return "water", 0.6
    if hue == "red" and _is_brick(p, tiled):
        return "brick", 0.65
    if hue in ("red", "yellow") and tiled and _is_planks(p):
        return "wood", 0.65
    if hue in ("red", "yellow") and p.value < 0.3 and p.saturation < 0.4:
        return ("stone" if side else "wall"), 0.55  # brown-grey in the dark
    if hue == "yellow":
        return ("sand", 0.7) if p.saturation < 0.75 or p.value > 0.75 else ("wood", 0.4)
    lined = max(p.across, p.down) > max(0.02, 4 * min(p.across, p.down))
    if hue == "red" and not side and p.saturation > 0.5 and lined:
        return "wood", 0.6  # lines all one way
    if hue == "red" and p.saturation < 0.28 and p.value < 0.6:
        return "stone", 0.5  # brownish grey
    if hue == "red":
        if p.value > 0.8 and p.saturation < 0.6:
            return ("wood", 0.5) if _is_planks(p) else ("sand", 0.55)
        red = p.red > 0.6 and p.value > 0.4 and green < 0.08  # no grass grows on bricks
        return ("brick", 0.45) if red else ("dirt", 0.6)
    if hue == "grey":
        return _grey(p, side, high)
    return "wall", 0.35


def _is_brick(p: Pixels, tiled: bool) -> bool:
    return (
        tiled and p.row_line > 0.18 and p.coverage > 0.9 and p.lime + p.green < 0.05
        and (
            (p.red + p.purple > 0.3 and p.column_line > 0.05 and p.edges > 0.05)
            or (p.red + p.brown > 0.5 and p.dark > 0.15 and p.column_line > 0.12 and p.edges > 0.25)
        )
    )  # fmt: skip


def _is_planks(p: Pixels) -> bool:
    """Lines that all run one way, all over it, and top and bottom alike."""
    rows = p.down > 1.5 * p.across and p.row_line > 0.05 and p.even_rows > 0.4 and p.edges < 0.25
    columns = p.across > 1.5 * p.down and p.column_line > 0.05 and p.even_columns > 0.4 and p.edges < 0.35
    return (rows or columns) and p.coverage > 0.9 and abs(p.top_minus_bottom) < 0.12


def _grey(p: Pixels, side: bool, high: bool) -> tuple[str, float]:
    if p.white > 0.6:
        return ("sky", 0.6) if side and (high or not p.opaque) else ("snow", 0.45)
    if p.black > 0.7:
        return ("sky", 0.5) if side and high else ("wall", 0.4)
    warm = p.red + p.brown
    if p.dark > 0.55 and not side and warm < 0.15:
        return "road", 0.6
    if p.dark > 0.4 and not side and warm > 0.15:
        return "wall", 0.55
    if p.dark > 0.6 and warm > 0.15 and warm > 2 * (p.cyan + p.blue):
        return "dirt", 0.5  # earth in the shade
    return "stone", 0.6


@lru_cache(maxsize=2)
def _materials_of_colors(side: bool) -> NDArray[np.uint8]:
    """uint8 [32768]: the material of each colour of 5 bits a channel, for pixels of a painted image."""
    hue, saturation, value = _every_color()
    # Later lines win. The order is from the common to the special.
    found = np.full(hue.shape, MATERIAL_INDEX["stone"], np.uint8)

    def mark(name: str, where: NDArray[np.bool_]) -> None:
        found[where] = MATERIAL_INDEX[name]

    color = (saturation >= 0.16) & (value >= 0.13)
    mark("dirt", color & ((hue < 40) | (hue >= 330)))
    mark("stone", color & ((hue < 40) | (hue >= 330)) & (saturation < 0.28) & (value <= 0.6))
    mark("brick", color & ((hue < 16) | (hue >= 345)) & (saturation > 0.5) & (value > 0.4))
    mark("sand", color & (hue >= 22) & (hue < 56) & (value > 0.7))
    if not side:  # a landscape has earth of that colour, and no planks
        mark("wood", color & (hue >= 16) & (hue < 56) & (saturation >= 0.6) & (value <= 0.8) & (value > 0.4))
    mark("grass", color & (hue >= 56) & (hue < 165))
    mark("leaves", color & (hue >= 75) & (hue < 175) & (value < 0.4))
    bluish = color & (hue >= 165) & (hue < 260)
    mark("water", bluish)
    mark("stone", bluish & (saturation < 0.28) & (value <= 0.75))
    mark("hill" if side else "stone", color & (hue >= 260) & (hue < 330))
    pale = (saturation < 0.2) & (value > 0.85)
    if side:
        mark("sky", (bluish & (value > 0.45)) | pale)
    else:
        mark("road", (saturation < 0.16) & (value < 0.42) & (value >= 0.16))
        mark("snow", pale)
    mark("wall", value < 0.16)
    return found.ravel()


def material_of_pixels(image: NDArray[np.uint8], side: bool, backdrop: bool = False) -> NDArray[np.uint8]:
    """uint8 [H,W]: the material of each pixel by its colour, smoothed. Clear pixels get that of the rest.

    image: uint8 [H,W,4] RGBA. backdrop: it is a whole view, so in a side view dark and pale colours that
    reach up to its upper edge are sky too, and blue below the middle that does not is water.
    """
    height, width = image.shape[:2]
    step = max(1, round((height * width / LARGEST) ** 0.5))
    small = image[::step, ::step]
    found = _materials_of_colors(side)[_packed(small)]
    shown = small[..., 3] > OPAQUE
    if side and backdrop:
        found = _sky_from_above(found, small)
        found = _below_the_horizon(found, small)
    if backdrop:
        found = _bushes_on_a_lawn(found, small)
    found = majority(found, shown)
    if step > 1:
        found = found.repeat(step, 0).repeat(step, 1)[:height, :width]
    return np.ascontiguousarray(found)


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
    found = _materials_of_colors(side)[_packed(small)]
    if side:
        found = _below_the_horizon(_sky_from_above(found, small), small)
    doubtful = _unnatural_colors()[_packed(small)] & (found != _SKY)
    if side:  # in a landscape bare ground lies below the middle; woods and lawns may reach higher
        upper = (np.arange(len(found)) < 0.45 * len(found))[:, None]
        doubtful |= upper & np.isin(found, _BARE)
    return 1 - float(np.count_nonzero(doubtful & shown)) / max(1, int(np.count_nonzero(shown)))


@lru_cache(maxsize=1)
def _unnatural_colors() -> NDArray[np.bool_]:
    """bool [32768]: colours of 5 bits a channel that no ground has: red, orange and yellow as of paint, fire
    or cloth."""
    hue, saturation, value = _every_color()
    red = ((hue < 18) | (hue >= 330)) & (saturation > 0.7) & (value > 0.45)
    orange = (hue >= 18) & (hue < 45) & (saturation > 0.78) & (value > 0.7)
    yellow = (hue >= 48) & (hue < 64) & (saturation > 0.5) & (value > 0.8)
    return (red | orange | yellow).ravel()


def is_a_view(image: NDArray[np.uint8]) -> bool:
    """Whether a picture shows a landscape from the side: blue, pale or dark above, another hue below.

    image: uint8 [H,W,4] RGBA. For a painted picture in a game that is seen from above, as of a battle.
    """
    down, across = max(1, image.shape[0] // 60), max(1, image.shape[1] // 80)
    group = _groups_of_colors()[_packed(image[::down, ::across])]
    third = max(1, len(group) // 3)
    above, below = group[:third], group[-third:]
    return float((above == 1).mean()) > 0.6 and float((below == 1).mean()) < 0.25


def several_materials(image: NDArray[np.uint8], material: str) -> NDArray[np.uint8]:
    """uint8 [H,W]: a material, and in parts of quite another hue the material of that hue.

    Green parts of a ground are grass, blue ones water, brown ones dirt, grey ones stone. Of `leaves` the
    brown parts are wood, and what is neither green nor brown, such as petals, is `unknown`, which shows its
    colour.
    """
    green, blue, earth, grey = range(4)
    group = _groups_of_colors()[_packed(image)]
    shown = image[..., 3] > OPAQUE
    if material == "leaves":
        names = ["leaves", "unknown", "wood", "unknown"]
        amounts = np.bincount(group[shown], minlength=4)
        if amounts[earth] > 0.6 * max(1, amounts.sum()):
            names[earth] = "leaves"  # a tree in autumn
    else:
        names = ["grass", "water", "dirt", "stone"]
        home = next((number for number, those in enumerate(_GROUPS) if material in those), None)
        if home is not None:
            names[home] = material
        if material in _DRY:
            names[blue] = material
    found = np.array([MATERIAL_INDEX[name] for name in names], np.uint8)[group]
    if material != "leaves":
        # What is rare is a speck of the rest.
        for number in (green, blue, earth, grey):
            if np.count_nonzero((group == number) & shown) < 0.12 * np.count_nonzero(shown):
                found[group == number] = MATERIAL_INDEX[material]
        if has_grass_on_top(image, material):
            found[_greens(image) & (_rows_of_grass(image) > 0.25)[:, None]] = MATERIAL_INDEX["grass"]
    return majority(found, shown)


def has_grass_on_top(image: NDArray[np.uint8], material: str) -> bool:
    """Whether the upper rows of a tile of some ground are green, and those below are not."""
    if material not in _CAPPED or image.shape[0] < 8:
        return False
    rows = _rows_of_grass(image)
    quarter = max(2, len(rows) // 4)
    return float(rows[:quarter].max()) > 0.5 and float(rows[-2 * quarter :].mean()) < 0.2


def _rows_of_grass(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """float64 [H]: the green share of each row."""
    green: NDArray[np.float64] = _greens(image[:, :: max(1, image.shape[1] // 64)]).mean(1)
    return green


def _greens(image: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """bool [H,W]: where an image is green, bluish green included. Not where it is clear."""
    red, green, blue = (image[..., channel].astype(np.int16) for channel in range(3))
    some = (green >= red) & (10 * green >= 10 * blue + green) & (6 * (green - np.minimum(red, blue)) >= green)
    return some & (green > 40) & (image[..., 3] > OPAQUE)


@lru_cache(maxsize=1)
def _groups_of_colors() -> NDArray[np.uint8]:
    """uint8 [32768]: for a colour of 5 bits a channel 0 green, 1 blue, 2 earth, 3 grey."""
    hue, saturation, value = _every_color()
    group = np.full(hue.shape, 2, np.uint8)
    group[(hue >= 56) & (hue < 165)] = 0
    group[(hue >= 165) & (hue < 260)] = 1
    group[(saturation < 0.16) | (value < 0.13)] = 3
    return group.ravel()


def _every_color() -> tuple[NDArray[np.float32], ...]:
    """float32 [32,32,32]: hue, saturation and value of each colour of 5 bits a channel."""
    level = np.arange(32, dtype=np.float32) / 31
    return hue_saturation_value(*np.meshgrid(level, level, level, indexing="ij"))


def _packed(image: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """uint16 [H,W]: colours as 5 bits a channel."""
    packed = (image[..., 0] >> 3).astype(np.uint16) << np.uint16(10)
    packed |= (image[..., 1] >> 3).astype(np.uint16) << np.uint16(5)
    packed |= image[..., 2] >> 3
    return packed


def _sky_from_above(found: NDArray[np.uint8], image: NDArray[np.uint8]) -> NDArray[np.uint8]:
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


def _below_the_horizon(found: NDArray[np.uint8], image: NDArray[np.uint8]) -> NDArray[np.uint8]:
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
        color[..., 1] - color[..., 0] > lawn[1] - lawn[0] - _HARD
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


def majority(found: NDArray[np.uint8], counts: NDArray[np.bool_], radius: int = 2) -> NDArray[np.uint8]:
    """The most common material within a square around each pixel, of the pixels that count. uint8 [H,W].

    found: uint8 [H,W]; counts: bool [H,W]. Where none count, the most common of the whole image.
    """
    amounts = np.bincount(found[counts], minlength=1)
    common = int(amounts.argmax()) if counts.any() else int(found.flat[0])
    best = np.zeros(found.shape, np.uint8)
    result = np.full(found.shape, common, np.uint8)
    for material in np.flatnonzero(amounts):
        votes = _box_sum((found == material) & counts, radius)
        more = votes > best
        best[more] = votes[more]
        result[more] = material
    return result


def _box_sum(mask: NDArray[np.bool_], radius: int) -> NDArray[np.uint8]:
    """uint8 [H,W]: how many are true in a square of 2 * radius + 1; at most 15 a side."""
    padded = np.pad(mask.astype(np.uint8), radius)
    height, width = mask.shape
    rows = padded[:height].copy()
    for shift in range(1, 2 * radius + 1):
        rows += padded[shift : shift + height]
    total = rows[:, :width].copy()
    for shift in range(1, 2 * radius + 1):
        total += rows[:, shift : shift + width]
    return total
