"""Large images: backdrops that fill the picture, and layers that run from edge to edge.

A picture is a sky, a landscape or one ground only where much speaks for it. All others keep their paint: a
room, a table, a map, a title.
"""

from __future__ import annotations

from typing import Final

from reskin.engine.frame import THINGS
from reskin.neural_renderer.source_materials.by_hue import by_hue
from reskin.neural_renderer.source_materials.facts import MIXED, Facts, Ruling
from reskin.neural_renderer.source_materials.large.flat_shapes import board
from reskin.neural_renderer.source_materials.large.pictures import (
    DEEP,
    LINED,
    Picture,
    ground_of,
    is_a_gradient,
    is_a_landscape,
    is_a_sky,
    is_a_terrain,
    picture_of_unit,
)
from reskin.neural_renderer.source_materials.lexicon import BACKDROPS, STARS

OUTLINE: Final = 48
"""Colours of far hills or towns at most. Painted houses have more."""

TEXTURE_PX: Final = 20_000
TEXTURE_SHARE: Final = 0.04
"""Pixels of an image, and share of the display that it covers, from which it may be a texture."""

_GROUPS: Final = {
    "green": ("grass", "leaves"),
    "blue": ("water",),
    "earth": ("dirt", "sand", "wood", "brick", "floor", "wall", "road", "stone"),
    "grey": ("stone", "road", "wall", "floor", "metal", "brick", "snow", "sand", "dirt"),
}
"""What the name of a picture that is one ground may say, by its group of hues."""


def backdrop(f: Facts) -> Ruling | None:
    """What fills most of the picture, or lies behind it from edge to edge."""
    b, p = f.behaviour, f.pixels
    column = b.high > 0.9 and f.behind and b.draws < 12 and b.wide > 0.2
    row = b.wide > 0.9 and f.behind and f.side
    path = p.grey > 0.6 and 0.1 < p.coverage < 0.97 and b.box > 0.35 and b.below > 0.3
    if path and f.on_earth and not f.side:
        return Ruling("road", 0.6, "it is grey with gaps, and lies on the ground all over, as a road does")
    layer = _layer(f)
    if layer is not None:
        return layer
    if p.coverage <= 0.5 or not (b.box > 0.35 or column or row) or (f.tiled and b.box < 0.1):
        return None
    if f.puzzle and f.behind:
        return board()
    picture = picture_of_unit(f.unit)
    if picture is None:
        return None
    if b.high < 0.5 and b.wide > 0.9 and b.y > 0.7:
        material, sure = by_hue(p, f.side, True, False)
        return Ruling(material, 0.85 * sure, f"it runs along the bottom, and looks like {material}")
    return _page(f, picture) or _named(f, picture) or _painted(f, picture)


def _page(f: Facts, picture: Picture) -> Ruling | None:
    """A still picture over which nothing moves, as of a title. A folder of backdrops may hold one too, with
    large letters on it."""
    b, p = f.behaviour, f.pixels
    still = f.lively < 0.1 and b.places <= 1 and b.scrolled == 0 and 0.7 < b.box < 1.1 and b.wide < 1.1
    lettered = f.name.depth > 0 and f.name.word in BACKDROPS and picture.lined > LINED
    varied = p.coverage > 0.9 and p.colors > 6 and p.mixture > 0.5
    if still and varied and (lettered or not f.name.material):
        return Ruling("unknown", 0.6, "nothing moves over it, as over a title's picture", keeps_paint=True)
    return None


def _named(f: Facts, picture: Picture) -> Ruling | None:
    """What the picture's own name says, if its pixels agree."""
    name = f.name.material
    if not name or f.name.depth or f.name.word in BACKDROPS | STARS or name in THINGS:
        return None
    why = f"it fills the picture, and its name says '{f.name.word}'"
    if name == "sky":
        drawn = picture.upright > 1 or f.pixels.lime + f.pixels.green > 0.06
        return None if drawn or not f.behind or f.behaviour.y > 0.75 else Ruling("sky", 0.8, why)
    if name == "water" and picture.of_group("blue") > 0.35 and not picture.sea:
        if picture.of_group("blue") > 0.75:
            return Ruling("water", 0.75, why)
        return Ruling("unknown", 0.7, f"{why}, but it shows more than water", keeps_paint=True)
    group = max(_GROUPS, key=lambda of: picture.of_group(of))
    if name in _GROUPS[group] and picture.of_group(group) > 0.75:
        return Ruling(name, 0.75, why)
    return None


def _painted(f: Facts, picture: Picture) -> Ruling:
    """What a picture shows whose name says nothing."""
    image, p = f.unit.image, f.pixels
    assert image is not None
    high = f.behind and p.coverage > 0.97 and (f.behaviour.y < 0.75 or f.behaviour.high > 1.2)
    if high and is_a_sky(picture):
        return Ruling("sky", 0.8, "it fills the picture behind everything, in the colours of a sky")
    bright = p.lime + p.green < 0.3 and p.value > 0.25 and not picture.sea and picture.deepens < DEEP
    if high and f.side and bright and is_a_gradient(image):
        return Ruling("sky", 0.65, "its colour changes softly from above to below, as an evening's sky")
    far = f.outlined and f.behaviour.below < 0.05 and p.edges < 0.03 and p.lime + p.green < 0.2
    if high and f.side and far:
        return Ruling("sky", 0.7, "it lies behind the outlines of far hills or towns")
    if is_a_landscape(picture):
        return Ruling(MIXED, 0.75, "it shows a sky above and a ground below, so each pixel counts for itself")
    group = ground_of(picture)
    pale = p.colors <= 4 and p.saturation < 0.3  # the light behind a wood, a page
    if group and not pale:
        material, sure = by_hue(p, False, True, False)
        # Behind what is seen from the side there may be a wall, but no bare ground.
        if material in _GROUPS[group] and (not f.side or group == "green" or material in ("brick", "wood")):
            reason = f"it fills the picture evenly, and looks like {material}"
            return Ruling(material, 0.85 * sure, reason)
    if not group and is_a_terrain(picture):
        return Ruling(MIXED, 0.75, "it shows lawn and bare earth, so each pixel counts for itself")
    return Ruling("unknown", 0.75, "it is a painted picture, of which no material tells", keeps_paint=True)


def texture(f: Facts) -> Ruling | None:
    """A large image of one ground that lies before the backdrop, such as the stones of a ledge."""
    b, p, unit = f.behaviour, f.pixels, f.unit
    large = unit.width * unit.height >= TEXTURE_PX and max(b.box, b.share) >= TEXTURE_SHARE
    if not large or not p.opaque or p.colors <= 8 or b.moves_by_itself:
        return None
    picture = picture_of_unit(unit)
    group = ground_of(picture) if picture is not None else ""
    if not group or group == "blue":
        return None
    material, sure = by_hue(p, f.side, True, False)
    if material not in _GROUPS[group]:
        return None
    return Ruling(material, 0.8 * sure, f"it shows one ground evenly, and looks like {material}")


def _layer(f: Facts) -> Ruling | None:
    """A strip from edge to edge before other things, in a side view: the ground, far hills or clouds."""
    b, p = f.behaviour, f.pixels
    floor = b.y > 0.7 and b.bottom > 0.9
    over = b.below > 0.3 or (floor and b.below > 0.05)
    if not (f.side and b.wide > 0.9 and b.draws < 8 and over and p.coverage > 0.2):
        return None
    vague = f.name.word in BACKDROPS
    if f.name.material in ("hill", "leaves", "sky", "water") and b.rank < 0.6 and not vague:
        return Ruling(f.name.material, 0.8, f"its name says '{f.name.word}', and it runs from edge to edge")
    if p.white > 0.5 and b.y < 0.6 and p.coverage < 0.9 and b.high < 0.7:
        return Ruling("sky", 0.6, "it is a pale strip high up, as clouds are")
    if floor and b.high < 0.7 and (vague or not f.name.material):
        material, sure = by_hue(p, True, True, False)
        if p.skyline and material in ("water", "stone", "wall"):
            return Ruling("hill", 0.6, "it is an outline from edge to edge, as far hills and towns are")
        return Ruling(material, 0.85 * sure, f"it runs along the bottom, and looks like {material}")
    far = b.rank < 0.4 and p.upper < 0.7 and p.lower > p.upper + 0.1 and (p.skyline or not f.on_earth)
    flat = p.edges < 0.12 and p.colors <= OUTLINE
    if (
        far
        and flat
        and p.coverage < 0.97
        and (vague or not f.name.material)
        and p.lime + p.green + p.brown < 0.5
    ):
        return Ruling("hill", 0.6, "it is a far layer before the sky")
    return None
