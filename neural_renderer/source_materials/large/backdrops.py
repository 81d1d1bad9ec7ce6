"""Large images: backdrops that fill the picture, and layers that run from edge to edge."""

from __future__ import annotations

from typing import Final

from reskin.neural_renderer.source_materials.by_hue import by_hue
from reskin.neural_renderer.source_materials.facts import MIXED, Facts, Ruling
from reskin.neural_renderer.source_materials.large.flat_shapes import board
from reskin.neural_renderer.source_materials.large.pictures import (
    LINED,
    hard_lines,
    is_a_gradient,
    is_a_view,
    painted,
)
from reskin.neural_renderer.source_materials.lexicon import BACKDROPS, STARS

_LAID: Final = frozenset(("floor", "wall", "wood", "stone", "brick", "metal", "road", "snow", "sand"))
"""Grounds that a name gives to a picture of several hues of earth and grey."""


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
    page = f.lively < 0.1 and b.places <= 1 and b.scrolled == 0 and 0.7 < b.box < 1.1 and b.wide < 1.1
    # A folder of backdrops may hold the title's too, with large letters on it.
    untold = not f.name.material or (f.name.depth > 0 and f.name.word in BACKDROPS)
    if page and f.name.material:
        page = untold and f.unit.image is not None and hard_lines(f.unit.image) > LINED
    if page and untold and p.coverage > 0.9 and p.colors > 6 and p.mixture > 0.5:
        return Ruling("unknown", 0.6, "nothing moves over it, as over a title's picture", keeps_paint=True)
    if f.side and f.behind and f.outlined and b.below < 0.05 and p.edges < 0.03:
        return Ruling("sky", 0.7, "it lies behind the outlines of far hills or towns")
    if f.behind and p.value < 0.25 and p.dark > 0.97 and p.red + p.brown > 0.5:
        return Ruling("wall", 0.55, "it is dark and brown all over, as no sky is", keeps_paint=True)
    ground = p.brown + p.yellow + p.lime + p.green
    heaven = f.name.material == "sky" and f.name.depth == 0 and f.name.word not in BACKDROPS | STARS
    if heaven and f.behind and b.y < 0.75 and p.lime + p.green < 0.06:
        return Ruling("sky", 0.8, f"its name says '{f.name.word}', and it lies behind everything")
    if f.name.material in _LAID and f.name.depth == 0 and p.lime + p.green + p.cyan + p.blue < 0.3:
        return Ruling(f.name.material, 0.7, f"it fills the picture, and its name says '{f.name.word}'")
    skyish = p.cyan + p.blue + p.purple + p.black + p.white
    if f.side and f.behind and b.y < 0.75:
        named = f.name.material == "sky" and p.mixture < 1.2 and ground < 0.3
        named = named and p.lime + p.green < 0.06  # a lawn or a bank is none
        if skyish > 0.93 or named or (b.wide > 0.9 and b.y < 0.5 and p.mixture < 0.5 and ground < 0.3):
            if f.unit.image is not None and (why := painted(f.unit.image, True, as_sky=True)):
                return Ruling("unknown", 0.8, why, keeps_paint=True)
            return Ruling("sky", 0.8, "it fills the picture behind everything, in the colours of a sky")
    side = f.side or (f.unit.image is not None and is_a_view(f.unit.image))
    whole = f.unit.image is not None and b.box > 0.6 and p.colors > 2
    evening = f.side and f.behind and b.y < 0.75 and p.lime + p.green < 0.3
    if f.unit.image is not None and whole and evening and p.value > 0.25 and is_a_gradient(f.unit.image):
        return Ruling("sky", 0.65, "its colour changes softly from above to below, as an evening's sky")
    if f.unit.image is not None and whole and (why := painted(f.unit.image, side, as_sky=False)):
        return Ruling("unknown", 0.75, why, keeps_paint=True)
    if p.mixture < 0.5:
        material, sure = by_hue(p, f.side, True, f.behind and b.y < 0.75)
        return Ruling(material, 0.85 * sure, f"it fills the picture, and its hue is that of {material}")
    return Ruling(MIXED, 0.75, "it fills the picture with several hues, so each pixel counts for itself")


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
    if p.white > 0.5 and b.y < 0.6:
        return Ruling("sky", 0.6, "it is a pale strip high up, as clouds are")
    if floor and (vague or not f.name.material):
        material, sure = by_hue(p, True, True, False)
        if p.skyline and material in ("water", "stone", "wall"):
            return Ruling("hill", 0.6, "it is an outline from edge to edge, as far hills and towns are")
        return Ruling(material, 0.85 * sure, f"it runs along the bottom, and looks like {material}")
    far = b.rank < 0.4 and p.upper < 0.7 and p.lower > p.upper + 0.1 and (p.skyline or not f.on_earth)
    if far and p.coverage < 0.97 and (vague or not f.name.material) and p.lime + p.green + p.brown < 0.5:
        return Ruling("hill", 0.6, "it is a far layer before the sky")
    return None
