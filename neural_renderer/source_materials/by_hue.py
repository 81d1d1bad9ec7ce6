"""Scenery by hue: for a whole image, and for the parts of one.

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

_GROUPS: Final = (
    ("grass",),
    ("water",),
    ("dirt", "sand", "wood", "brick", "floor"),
    ("stone", "snow", "road", "wall", "metal"),
)
"""Grounds by the hue that is theirs: green, blue, earth, grey."""

GROUNDS: Final = frozenset(name for group in _GROUPS for name in group)
"""Materials beside which an image may show another ground."""

_DRY: Final = frozenset(("brick", "stone", "wall", "metal", "wood", "road", "floor", "snow"))
"""Beside which blue is no water, but joints, shadows and ice."""
_CAPPED: Final = frozenset(("dirt", "sand", "stone", "brick", "wall", "floor", "snow"))
"""What grass may grow on."""


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
        if p.lime > 2 * p.green and p.saturation < 0.35 and p.value > 0.5:
            return "sand", 0.5  # beige with a green tinge
        return "grass", 0.8 * min(1.0, amounts[hue] + 0.2)
    if hue == "blue":
        if side and high and not _is_patterned(p) and (not tiled or green + p.red + p.brown < 0.15):
            return "sky", 0.8
        return ("water", 0.6) if _is_water(p) else ("stone", 0.55)
    if hue == "red" and _is_brick(p, tiled):
        return "brick", 0.65
    if hue in ("red", "yellow") and tiled and _is_planks(p):
        return "wood", 0.65
    if hue in ("red", "yellow") and p.value < 0.3 and p.saturation < 0.4:
        return ("stone" if side else "wall"), 0.55  # brown-grey in the dark
    if hue == "yellow" and p.value < 0.55:
        return "dirt", 0.55  # dark brown is no sand
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
        return _grey(p, side, tiled, high)
    return "wall", 0.35


def _is_patterned(p: Pixels) -> bool:
    """Whether joints or many hard edges run over it, as over no sky."""
    return p.edges > 0.2 or p.joints > 0.2


def _is_water(p: Pixels) -> bool:
    """Whether something blue is water rather than slate or dyed stone: vivid and light, vivid and smooth, or
    pale and smooth. Glints on water are lighter than the rest of it; joints are darker."""
    if p.joints > 0.25:
        return False
    light = p.value > 0.42 and p.dark < 0.45
    vivid = p.saturation > 0.55 and (light or (p.value > 0.25 and p.edges < 0.2))
    return vivid or (p.saturation > 0.3 and p.value > 0.7 and p.edges < 0.1 and p.joints < 0.15)


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


def _grey(p: Pixels, side: bool, tiled: bool, high: bool) -> tuple[str, float]:
    if p.white > 0.6:
        cloudy = side and (high or not (p.opaque or tiled)) and not _is_patterned(p)
        if cloudy:
            return "sky", 0.6
        return ("stone", 0.45) if _is_patterned(p) else ("snow", 0.45)
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
def materials_of_colors(side: bool) -> NDArray[np.uint8]:
    """uint8 [32768]: the material of each colour of 5 bits a channel, for pixels of a painted image."""
    hue, saturation, value = every_color()
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


def several_materials(image: NDArray[np.uint8], material: str) -> NDArray[np.uint8]:
    """uint8 [H,W]: a material, and in parts of quite another hue the material of that hue.

    Green parts of a ground are grass, blue ones water, brown ones dirt, grey ones stone. Of `leaves` the
    brown parts are wood, and what is neither green nor brown, such as petals, is `unknown`, which shows its
    colour.
    """
    green, blue, earth, grey = range(4)
    group = groups_of_colors()[packed(image)]
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
        if material in _DRY or not _is_vivid(image[shown & (group == blue)]):
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


def _is_vivid(colors: NDArray[np.uint8]) -> bool:
    """Whether blue colours, uint8 [n,4], are those of water rather than of shadows."""
    if not len(colors):
        return False
    high = colors[:, :3].max(1).astype(np.float32)
    spread = high - colors[:, :3].min(1)
    return float(np.median(high)) > 90 and float(np.median(spread / np.maximum(high, 1))) > 0.35


def is_framed(image: NDArray[np.uint8]) -> bool:
    """Whether a rim of one dark colour runs along all four sides of an opaque image, as of a crate.

    image: uint8 [H,W,4] RGBA.
    """
    height, width = image.shape[:2]
    if min(height, width) < 12 or max(height, width) > 256 or int(image[..., 3].min()) <= OPAQUE:
        return False
    light = image[..., :3].mean(2)
    thick = max(1, min(height, width) // 32)
    sides = [
        light[:thick].ravel(), light[-thick:].ravel(), light[:, :thick].ravel(), light[:, -thick:].ravel()
    ]  # fmt: skip
    rim = np.concatenate(sides)
    inside = light[4 * thick : -4 * thick, 4 * thick : -4 * thick]
    even = all(float(side.std()) < 10 for side in sides) and float(rim.std()) < 12
    return even and float(inside.mean()) - float(rim.mean()) > 20


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
def groups_of_colors() -> NDArray[np.uint8]:
    """uint8 [32768]: for a colour of 5 bits a channel 0 green, 1 blue, 2 earth, 3 grey."""
    hue, saturation, value = every_color()
    group = np.full(hue.shape, 2, np.uint8)
    group[(hue >= 56) & (hue < 165)] = 0
    group[(hue >= 165) & (hue < 260)] = 1
    group[(saturation < 0.16) | (value < 0.13)] = 3
    return group.ravel()


def every_color() -> tuple[NDArray[np.float32], ...]:
    """float32 [32,32,32]: hue, saturation and value of each colour of 5 bits a channel."""
    level = np.arange(32, dtype=np.float32) / 31
    return hue_saturation_value(*np.meshgrid(level, level, level, indexing="ij"))


def packed(image: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """uint16 [H,W]: colours as 5 bits a channel."""
    colors = (image[..., 0] >> 3).astype(np.uint16) << np.uint16(10)
    colors |= (image[..., 1] >> 3).astype(np.uint16) << np.uint16(5)
    colors |= image[..., 2] >> 3
    return colors


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
