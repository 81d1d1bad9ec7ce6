"""Which units belong to the HUD: texts, icons, bars, bitmap fonts, panels, menus and cards.

Each rule says why. A unit that no rule takes belongs to the world.
"""

from __future__ import annotations

from reskin.engine.frame import THINGS
from reskin.neural_renderer.source_materials.behaviour import Behaviour
from reskin.neural_renderer.source_materials.facts import Facts, Ruling
from reskin.neural_renderer.source_materials.lexicon import BACKDROPS, HUD, SOFT
from reskin.neural_renderer.source_materials.words import CREATURES


def hud_ruling(f: Facts) -> Ruling | None:
    """That a unit is HUD, or None."""
    b, p = f.behaviour, f.pixels
    if f.unit.kind == "text":
        return Ruling(HUD, 1.0, "it is a text")
    if f.unit.kind == "composed" and f.unit.text and not b.moves_by_itself:
        return Ruling(HUD, 0.9, "a text is written on it")
    picked_up = f.name.word in SOFT and b.scrolled >= 4 and b.fixed < 0.5
    if f.name.material == HUD and not picked_up:
        return Ruling(HUD, 0.9, f"its name says '{f.name.word}'")
    if f.flat:
        return _flat(f)
    if _stays_while_the_world_scrolls(f):
        return Ruling(HUD, 0.8, "it stays on the screen while the world scrolls")
    if f.sheet is not None and not f.tiled and f.name.material not in THINGS and _are_signs(f, f.sheet):
        return Ruling(HUD, 0.75, "its sheet gives many small signs that stay on the screen, as a font does")
    still = b.places <= 3 and b.moves < 0.1
    alone = still and b.places <= 2 and b.draws <= 1.1
    late = b.rank > 0.5 or (b.rank > 0.2 and b.below > 0.8)
    bar = still and late and b.draws <= 1.1 and b.box < 0.25 and b.frames >= 4
    if f.name.word in BACKDROPS and bar and (b.scrolled < 4 or b.fixed > 0.8):
        return Ruling(HUD, 0.7, f"its name says '{f.name.word}', but it is a still bar over other things")
    scenery = f.name.material and f.name.material not in THINGS  # a hill, a cloud
    inside = max(b.left, b.right) < 0.5 or (b.box > 0.9 and not f.side)
    inside &= b.rank > 0.5 or not f.on_earth  # else it is a path
    hollow = alone and inside and b.box > 0.2 and p.coverage < 0.6
    if hollow and not scenery and not b.animated and (b.scrolled == 0 or b.fixed > 0.9):
        return Ruling(HUD, 0.6, "it is a large still frame around other things, as of a menu")
    if f.name.material in THINGS or f.name.holds_many:
        return None
    if _is_glyph(f):
        return Ruling(HUD, 0.75, "it looks like a letter or a digit of a row of signs")
    if b.scrolled and b.fixed < 0.9:
        return None
    if _is_card(f) and still:
        return Ruling(HUD, 0.7, "it is one of many still pictures of one size, as cards are")
    strip = b.high > 0.6 and b.wide < 0.25 and max(b.left, b.right) > 0.9
    if strip and alone and b.box < 0.2 and b.below > 0.3:
        return Ruling(HUD, 0.6, "it is a strip at an edge of the screen")
    if f.name.material:
        return None
    over = b.below > 0.5 and b.rank > 0.5 and f.body > 0.1 and b.frames >= 8 and not b.animated
    if alone and over and p.coverage < 0.97:
        return Ruling(HUD, 0.55, "it is large and still and lies over other things, as a menu does")
    few_colors = p.colors <= 24 or p.white + p.black > 0.6
    small = f.body > 0.015 and few_colors and b.wide > 0.15 and not b.animated
    if alone and b.rank > 0.8 and b.below > 0.9 and b.frames >= 8 and (f.body > 0.35 or small):
        return Ruling(HUD, 0.6, "it lies still over everything else, as a panel or a message does")
    return None


def _flat(f: Facts) -> Ruling | None:
    """Flat bars and boxes: small, alone, and still; or a still panel over the rest."""
    b = f.behaviour
    if b.rank > 0.8 and b.below > 0.8 and b.box > 0.06 and b.neighbours < 2:
        return Ruling(HUD, 0.6, "it is a flat shape drawn over everything else")
    if b.scrolled >= 4 and b.fixed > 0.8 and b.rank > 0.6:
        return Ruling(HUD, 0.75, "it is a flat shape that stays on the screen while the world scrolls")
    if b.share < 0.06 and b.box < 0.06 and b.neighbours < 1 and not b.moves_by_itself:
        if b.scrolled >= 4 and b.with_scroll > 0.7:
            return None
        return Ruling(HUD, 0.65, "it is a small flat shape")
    tiny = b.box < 0.001 and b.high < 0.04 and b.rank > 0.7 and b.places <= 16
    if tiny and b.moves < 0.02 and b.draws <= 24 and b.neighbours < 2.1 and b.scrolled == 0:
        return Ruling(HUD, 0.5, "it is one of the small flat boxes of a bar")
    if b.rank > 0.7 and b.below > 0.6 and b.places <= 2 and b.draws <= 1.1 and b.moves < 0.1:
        return Ruling(HUD, 0.6, "it is a flat panel over everything else")
    return None


def _stays_while_the_world_scrolls(f: Facts) -> bool:
    """Fixed on the screen, drawn late, and not in the middle, where a player stays too."""
    b = f.behaviour
    central = 0.35 < b.x < 0.65 and 0.3 < b.y < 0.7
    return (
        b.scrolled >= 4 and b.fixed > 0.8 and b.box < 0.4 and b.rank > 0.6
        and f.name.material not in CREATURES and not central and b.animated < 0.2
    )  # fmt: skip


def _is_glyph(f: Facts) -> bool:
    """Small, of few colours and hardly any hue, with gaps; in a row of others of its height; still."""
    b, p, unit = f.behaviour, f.pixels, f.unit
    of_many = f.sheet is not None
    if of_many and unit.width <= 26 and unit.height <= 32 and p.colors <= 3 and p.coverage < 0.9:
        return p.saturation < 0.2 or p.mixture < 0.05
    return (
        p.grey > 0.95 and p.white + p.black > 0.5 and p.colors <= 10 and p.coverage < 0.97 and p.value > 0.3
        and b.rank > 0.6 and b.moves < 0.1 and b.against < 0.2 and b.draws <= 4 and b.box < 0.03
        and b.neighbours < 2.5 and not b.animated and (b.scrolled == 0 or b.fixed > 0.8)
    )  # fmt: skip


def _are_signs(f: Facts, sheet: Behaviour) -> bool:
    """Whether the cuts of one size of a sheet are a font: small, of two or three colours, still on the
    screen. No letter fills much of it: that is a tile."""
    if f.behaviour.share > 0.03 or sheet.most > 80:
        return False
    small = max(sheet.wide, sheet.high) < 0.08 and f.pixels.colors <= 6
    still = sheet.fixed > 0.9 if sheet.scrolled >= 8 else sheet.moves < 0.02
    return small and still and sheet.rank > 0.5 and sheet.animated < 0.1 and f.pixels.mixture < 0.75


def _is_card(f: Facts) -> bool:
    """What touches others of its size, or is cut from a sheet of such, is a tile."""
    b = f.behaviour
    return (
        f.same_size >= 6 and b.draws <= 1.1 and b.scrolled == 0 and f.pixels.coverage > 0.8
        and f.unit.width >= 32 and b.below > 0.05 and b.box < 0.1 and b.neighbours < 0.5
        and (f.sheet is None or f.sheet.neighbours < 0.5)
    )  # fmt: skip
