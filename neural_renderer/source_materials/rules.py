"""Which material a unit shows: the rules in their order, each with how sure it is and a reason in plain
words.

First the HUD, then flat shapes, backdrops, the name (held against the pixels), tiles, and things that stand
alone. A tile is never a creature, a coin or glowing: a wrong face on one would be repeated all over the
lawn. Only lone things may stay `unknown`; tiles and backdrops get a ground of like hue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reskin.engine.frame import THINGS
from reskin.neural_renderer.source_materials.by_hue import GROUNDS, by_hue, has_grass_on_top, is_framed
from reskin.neural_renderer.source_materials.facts import Facts, Ruling
from reskin.neural_renderer.source_materials.hud_rules import hud_ruling
from reskin.neural_renderer.source_materials.large.backdrops import backdrop, texture
from reskin.neural_renderer.source_materials.large.flat_shapes import flat_shape, squares
from reskin.neural_renderer.source_materials.large.footing import WALKED
from reskin.neural_renderer.source_materials.lexicon import BACKDROPS, BLOCKS, BRIDGES, HUD, STARS, YIELDS
from reskin.neural_renderer.source_materials.pixels import Pixels
from reskin.neural_renderer.source_materials.words import CREATURES

LARGE: Final = 0.015
"""Share of the display from which something `unknown` keeps its paint."""

_GLOWING: Final = frozenset(("light", "effect", "lava"))

_LARGEST: Final = dict.fromkeys(CREATURES, 0.12) | {
    "coin": 0.04, "food": 0.06, "projectile": 0.12, "tool": 0.12, "chest": 0.12, "door": 0.2,
}  # fmt: skip
"""Share of the display that a still thing of a name covers at most."""

_PIECES: Final = frozenset(("", "coin", "food", "wall"))
"""What the name of a piece of a puzzle may say: gems, fruits, blocks."""

BOXES: Final = "it is one of many boxes of several hues, as bricks are"

CARDS: Final = 6
"""Cards of one size from which another image of this size is one."""

HUES: Final = 5
"""Plain hues of images of one size from which they are pieces of a puzzle."""

_LOOKS_LIKE: Final[dict[str, Callable[[Pixels], bool]]] = {
    "grass": lambda p: p.lime + p.green + 0.5 * p.yellow + 0.4 * p.cyan > 0.25 and p.red + p.brown <= 0.62,
    "water": lambda p: p.green + p.cyan + p.blue + 0.5 * p.grey + 0.5 * p.purple > 0.3,
    "sand": lambda p: p.brown + p.yellow + 0.5 * p.red + 0.3 * p.lime + 0.4 * p.grey > 0.3,
    "snow": lambda p: p.white + p.cyan + p.blue + 0.5 * p.grey > 0.3,
    "leaves": lambda p: p.lime + p.green + p.brown + p.yellow + p.red + 0.5 * p.white > 0.2,
    "lava": lambda p: p.red + p.brown + p.yellow > 0.4,
    "stone": lambda p: p.lime + p.green <= 0.6,
    "brick": lambda p: p.lime + p.green <= 0.6 and p.cyan + p.blue <= 0.8,
}
"""What the pixels of a name's material must look like. A brown `grass` is none."""


def rule(facts: Facts) -> Ruling:
    """What a unit shows, and why."""
    found = hud_ruling(facts)
    if found is None and facts.cards >= CARDS and facts.behaviour.scrolled == 0 and not facts.name.material:
        found = Ruling(HUD, 0.65, "it is as large as the cards of the game, as their back is")
    if found is None and facts.flat:
        found = squares(facts) or _piece(facts) or flat_shape(facts)
    seen = (squares, backdrop, _piece, _by_name, _tile, texture, _lone)
    for next_rule in seen if not facts.blind else (_by_name, _unseen):
        if found is None:
            found = next_rule(facts)
    assert found is not None
    if found.material == "sky" and _before_the_sky(facts):
        return found._replace(keeps_paint=True)
    if found.material == "unknown" and max(facts.behaviour.box, facts.behaviour.share) > LARGE:
        return found._replace(keeps_paint=True)
    whole = facts.blind or found.reason == BOXES
    return found._replace(each_pixel=not whole and _several_hues(facts, found.material))


def _before_the_sky(f: Facts) -> bool:
    """Whether a piece of sky is a small thing that other things lie behind, such as a cloud or the sun. The
    sky's texture on it would show its outline alone."""
    b = f.behaviour
    return b.frames > 0 and b.below > 0.5 and max(b.box, b.share) < 0.1 and b.wide < 0.5


def _several_hues(f: Facts, material: str) -> bool:
    """Whether an image shows a second material beside the first: a dirt tile with grass on top, a tree's
    trunk."""
    p = f.pixels
    green, blue, earth = p.lime + p.green, p.cyan + p.blue, p.red + p.brown + p.yellow
    if material == "leaves":
        return 0.2 < green < 0.92 and earth + p.white + p.purple > 0.08
    if material not in GROUNDS or f.flat:
        return False
    # Earth and grey alone are bricks and their joints, or pebbles on a path.
    if f.unit.image is not None and has_grass_on_top(f.unit.image, material):
        return True
    large = sum(share > 0.18 for share in (green, blue, earth, p.grey))
    return large >= 2 and max(green, blue) > 0.18


def _piece(f: Facts) -> Ruling | None:
    """One of the gems or blocks of a puzzle, which are told apart by their hues: they keep them."""
    b = f.behaviour
    if f.hues < HUES or f.name.material not in _PIECES or b.animated > 0.1:
        return None
    if f.flat and (b.moves_by_itself or b.animated or b.neighbours < 1):
        return None  # sparks and confetti
    shape = f.stretch
    full = f.pixels.coverage > 0.85 and b.box < 0.03 and f.name.material != "coin"
    if 1.25 <= shape < 5 and b.draws >= 2 and full:
        return Ruling("brick", 0.6, BOXES)
    if not 0.8 < shape < 1.25 or not (0.0004 < b.box < 0.02 and b.frames >= 4):
        return None
    material = "coin" if f.name.material == "coin" else "unknown"
    why = "it is a piece of a puzzle, told apart by its hue"
    return Ruling(material, 0.7, why, keeps_paint=True, piece=True)


def _by_name(f: Facts) -> Ruling | None:
    """What the file's name says, unless pixels or behaviour speak against it."""
    b, p, name = f.behaviour, f.pixels, f.name.material
    why = f"its {'name' if f.name.depth == 0 else 'folder'} says '{f.name.word}'"
    sure = 0.85 if f.name.depth == 0 else 0.75
    low = b.y > 0.6 or (p.upper < 0.1 and p.lower > 0.9)
    strip = b.wide > 0.9 and b.bottom > 0.9 and low  # the street of a town
    if f.name.holds_many and not f.tiled and not f.of_tiles and not strip:
        return Ruling("unknown", 0.7, f"{why}, which is of many materials")
    if not name:
        return None
    if name == HUD:
        return None if f.tiled and b.most >= 6 else Ruling("tool", 0.6, f"{why}, but it lies in the world")
    if name in THINGS or name in _GLOWING:
        # Beasts that swim in twos and threes are no tiles.
        travels = name in CREATURES and b.moves_by_itself and b.neighbours < 1.4 and b.places > 12
        laid = f.tiled and b.most >= 6 and p.coverage > 0.9 and not (travels and b.box < 0.02)
        unsafe = laid and name not in ("chest", "coin", "door", "lava")
        # A sheet that is named after a creature may hold the ground it walks on.
        ledge = f.unit.cut is not None and f.unit.width > 1.8 * f.unit.height and b.draws > 2
        if name in CREATURES and ledge and not b.moves_by_itself and not b.animated:
            return None
        too_large = f.body > _LARGEST.get(name, 1.0) and not f.blind and not b.moves_by_itself
        return None if unsafe or too_large else Ruling(name, sure, why)
    if name == "sky":
        if f.name.word in STARS and b.rank > 0.4 and b.below > 0.5 and b.draws < 12 and b.box < 0.03:
            return Ruling("coin", 0.7, f"{why}, and it lies over other things")
        if f.name.word in BACKDROPS and b.frames and not (b.box > 0.25 or f.behind or b.wide > 0.9):
            return None
        patterned = p.opaque and p.colors >= 2 and min(p.across, p.down) > 0.002 and p.white + p.black < 0.05
        if f.name.word in BACKDROPS and b.neighbours > 2.5 and b.box < 0.05 and patterned:
            return Ruling("wall", 0.6, f"{why}, and it is a pattern that is laid in rows")
        airy = p.cyan + p.blue + p.purple + p.white + p.black > 0.9
        if f.name.word in BACKDROPS and p.coverage < 0.97 and not airy and b.frames:
            return None
        if f.side or f.behind:
            return Ruling("sky", 0.8, why)
        return None
    if name == "hill" and ((f.tiled and b.wide < 0.3) or not f.side):
        return None
    if f.name.word in BLOCKS and f.name.depth == 0 and not f.blind:
        return _block(f, sure, why)
    if name in _LOOKS_LIKE and not f.blind and not _LOOKS_LIKE[name](p):
        return None
    if _differs_from_its_theme(f):
        return None
    if f.name.word in BRIDGES and p.grey > 0.6 and not f.blind:
        return Ruling("stone", sure, f"{why}, and it is grey")
    if name == "grass" and b.neighbours < 0.5 and p.coverage < 0.6 and b.box < 0.03:
        return Ruling("leaves", sure, f"{why}, and it stands alone with gaps, as a tuft does")
    if name == "dirt" and f.name.word in YIELDS and f.unit.cut is not None and f.sheet is not None:
        return None  # a base, a terrain: a sheet of all kinds of ground
    if name in ("dirt", "wall", "floor") and f.tiled and p.lime + p.green > 0.6:
        return Ruling("grass", 0.6, f"{why}, but it is green")
    return Ruling(name, sure, why)


def _differs_from_its_theme(f: Facts) -> bool:
    """Whether a tile is of quite another hue than what its folder, or the sheet it is cut from, is named
    after, or is laid of planks or bricks: such a name tells of the whole, not of each tile."""
    part = f.name.depth > 0 or (f.unit.cut is not None and f.sheet is not None)
    if not part or f.blind or f.name.material not in GROUNDS | {"leaves"}:
        return False
    p, name = f.pixels, f.name.material
    green, blue, earth = p.lime + p.green, p.cyan + p.blue, p.red + p.brown + p.yellow
    look, sure = by_hue(p, f.side, True, False)
    if look in ("wood", "brick") and sure >= 0.6 and name in ("grass", "dirt", "sand", "snow", "water"):
        return True
    if name in ("grass", "leaves"):
        return f.tiled and green < 0.25 and earth + p.grey + blue > 0.7
    if name == "water":
        return blue + p.white < 0.4
    return (green > 0.6 and look == "grass") or (blue > 0.6 and look == "water" and name != "snow")


def _block(f: Facts, sure: float, why: str) -> Ruling:
    """A cube of any material: the one it looks like, if that is plain, else a wall."""
    p = f.pixels
    material, _ = by_hue(p, f.side, True, False)
    if p.lime + p.green > 0.6:
        material = "grass"
    if material in ("dirt", "sand", "wood") and p.brown > 0.5 and p.value < 0.75:
        material = "wood"
    if material in ("grass", "stone", "brick", "wood", "snow"):
        return Ruling(material, 0.8 * sure, f"{why}, and it looks like {material}")
    return Ruling("wall", sure, why)


def _tile(f: Facts) -> Ruling | None:
    """What is laid in rows: a ground by its hue and lines."""
    b, p = f.behaviour, f.pixels
    if not f.tiled and not f.of_tiles and not (p.opaque and b.neighbours >= 0.5):
        return None
    # Of several hues and with gaps, it is a thing that stands on a tile.
    if b.most <= 1 and p.coverage < 0.9 and p.mixture > 0.7 and b.frames >= 4:
        return None
    bare = p.lime + p.green < 0.5 and p.mixture > 0.4 and p.saturation > 0.4
    if p.rounded and bare and f.body < 0.01 and p.coverage < 0.85:
        return None  # a row of coins or gems
    inked = p.white > 0.4 and p.black > 0.08 and p.white + p.black > 0.85
    if inked and p.coverage < 0.95 and b.box < 0.004 and b.rank > 0.5 and b.most >= 4:
        return Ruling(HUD, 0.55, "it is one of many small white and black pictures in a row, as letters are")
    if f.side and p.white > 0.55 and p.coverage < 0.97 and b.y < 0.5 and b.box > 0.004 and b.on_ground < 0.3:
        return Ruling("sky", 0.5, "it is a row of white clouds")
    if p.colors <= 1 and b.box < 0.0005 and b.below > 0.8 and not 0.1 < b.y < 0.9:
        return Ruling(HUD, 0.55, "it is one of many small flat boxes in a row at an edge, as of a bar")
    if p.colors <= 1 and b.box < 0.0005:
        return Ruling("wall", 0.5, "it is one of many small flat boxes")
    detailed = p.colors > 24 and p.edges > 0.25 and p.mixture > 0.9 and p.lime + p.green < 0.3
    if b.most <= 2 and detailed and b.frames >= 4:
        return Ruling("unknown", 0.5, "it is laid among tiles, but shows many things", keeps_paint=True)
    high = f.behind and b.y < 0.62 and b.share > 0.05
    patterned = p.colors > 1 and (p.mixture > 0.3 or p.symmetric > 0.02 or p.edges > 0.02)
    if f.side and high and b.most >= 40 and patterned and p.value > 0.3 and b.box < 0.03 and b.share > 0.4:
        return Ruling("wall", 0.5, "a pattern is repeated behind everything, as on a wall")
    material, sure = by_hue(p, f.side, True, high)
    # The two halves of what nature lays are never the mirror images of each other.
    made = p.opaque and p.symmetric < 0.006 and p.edges > 0.03 and b.most >= 12
    if made and material in ("sand", "dirt", "snow"):
        material = "stone" if material == "snow" else ("wall" if f.side else "floor")
    boxed = material in ("dirt", "sand", "brick") and f.unit.image is not None and is_framed(f.unit.image)
    if boxed and p.brown + p.yellow > 0.5:
        return Ruling("wood", 0.6, "it is brown with a dark rim all around, as a crate is", votes=True)
    if material == "leaves" and b.most >= 12 and b.share > 0.2:
        material = "grass"  # so much of it is a lawn of blocks
    if material == "wood" and f.unit.image is not None and has_grass_on_top(f.unit.image, "dirt"):
        material = "dirt"  # no grass grows on planks
    if material in ("water", "stone") and p.cyan + p.blue > 0.3 and p.dark > 0.4 and p.red + p.brown > 0.2:
        material = "dirt"  # what is blue of it is the dark behind
    if material == "sky" and p.value < 0.25 and b.box < 0.1:
        reason = "it is laid in rows, and dark as a night or a cave is"
        return Ruling("wall", 0.5, reason, keeps_paint=True)
    if material in ("sky", "water") and f.walked_on >= WALKED and b.bottom < 0.1:
        material = "snow" if p.white > 0.6 else "stone"
        return Ruling(material, 0.55, "it lies in rows, and somebody walks on it", votes=True)
    covered = b.share < 0.85 * b.draws * b.box
    if p.purple > 0.4 and not f.side and f.behind and covered and b.most >= 12 and p.colors > 4:
        return Ruling("dirt", 0.5, "it is a purple ground, on which things stand", votes=True)
    return Ruling(material, sure, f"it lies in rows, and looks like {material}", votes=True)


def _unseen(f: Facts) -> Ruling:
    return Ruling("unknown", 0.3, "its image is not known, nor does a name tell what it is")


def _lone(f: Facts) -> Ruling:
    """What stands alone: creatures by their motion, plants and stones by their colour, else unknown."""
    b, p = f.behaviour, f.pixels
    standing = b.top + b.bottom > 0.4 or f.body > 0.06
    of_the_world = (b.scrolled >= 4 and b.with_scroll > 0.6) or b.neighbours >= 0.5
    if _in_formation(f):
        return Ruling("enemy", 0.6, "it is one of many alike that move together, as invaders do")
    if b.one_answers_keys and p.coverage < 0.97 and f.body < 0.05:
        return Ruling("player", 0.6, "one of a few alike moves while keys are held")
    alive = b.moves_by_itself and not of_the_world and (f.pictures > 1 or b.answers_keys or not standing)
    # An image with its colour key still in it is opaque.
    gappy = p.coverage < 0.97 or (p.colors > 8 and b.moves > 0.8 and f.unit.width < 1.5 * f.unit.height)
    if gappy and f.body < 0.12 and b.draws <= 3 and alive:
        if b.answers_keys and b.most <= 1 and f.unit.width > 2.5 * f.unit.height and f.pictures == 1:
            return Ruling("metal", 0.6, "it is a flat bar that moves while keys are held, as a paddle does")
        if b.answers_keys and b.most <= 1:
            return Ruling("player", 0.65, "it moves while keys are held")
        plant = p.lime + p.green > 0.45 and f.pictures == 1 and not b.animated
        if b.answers_keys and plant:  # where no tiles tell of the camera, the whole world moves so
            return _scenery(f)
        rock = p.grey + p.brown > 0.85 and p.mixture < 0.6 and p.saturation < 0.45 and p.colors > 3
        if f.pictures == 1 and not b.answers_keys and rock and not b.animated:
            return Ruling("stone", 0.5, "it moves, but is a grey or brown lump")
        if f.body < 0.0012 and f.pictures == 1:
            return Ruling("projectile", 0.5, "it is small and moves by itself")
        return Ruling(
            "enemy" if f.pictures == 1 and p.symmetric < 0.04 else "friend", 0.55, "it moves by itself"
        )
    central = 0.15 < b.x < 0.85 and 0.2 < b.y < 0.9
    if (
        b.scrolled >= 12
        and b.fixed > 0.6
        and b.most <= 1
        and b.neighbours < 0.5
        and central
        and p.coverage < 0.97
        and f.body < 0.1
    ):
        return Ruling("player", 0.6, "it stays in place while the world scrolls past")
    if b.animated > 0.05 and f.pictures >= 3 and p.coverage < 0.95 and b.draws <= 3 and f.body < 0.12:
        return Ruling("friend", 0.5, "it shows several pictures in turn")
    return _scenery(f)


def _is_mist(f: Facts) -> bool:
    """Whether nearly all of it is translucent, thinner towards its rim, and grey: no shadow."""
    if f.unit.image is None or f.body < 0.001 or f.pixels.grey < 0.9 or f.pixels.value < 0.2:
        return False
    alpha = f.unit.image[..., 3]
    alpha = alpha[alpha > 0]
    if alpha.size <= 64:
        return False
    return float((alpha < 235).mean()) > 0.95 and float((alpha < 0.5 * alpha.max()).mean()) > 0.3


def _in_formation(f: Facts) -> bool:
    """Whether it is drawn many times, alike on both sides, and moves in steps while it shows two pictures."""
    b, p = f.behaviour, f.pixels
    return (
        b.draws >= 8 and b.neighbours < 0.5 and p.coverage < 0.95 and p.symmetric < 0.06 and p.mixture < 1.0
        and f.body < 0.01 and f.pictures > 1 and b.animated > 0.005 and b.moves > 0.005 and b.still >= 64
        and b.scrolled < 0.5 * b.still
    )  # fmt: skip


def _scenery(f: Facts) -> Ruling:
    """What its look says, in which others of like look have a say."""
    return _by_look(f)._replace(lone=True)


def _by_look(f: Facts) -> Ruling:
    """What stands in the world: clouds, coins, plants and stones by their colour, else unknown."""
    b, p = f.behaviour, f.pixels
    green = p.lime + p.green
    if _is_mist(f):
        return Ruling("sky", 0.55, "it is grey and translucent all over, as clouds are", keeps_paint=True)
    pale = p.white > 0.55 or (p.value > 0.88 and p.saturation < 0.2 and p.grey + p.cyan + p.blue > 0.9)
    if f.side and pale and b.y < 0.5 and f.body > 0.003:
        return Ruling("sky", 0.55, "it is white and high up, as a cloud")
    gold = p.brown + p.yellow > 0.6 and p.saturation > 0.5 and p.value > 0.5
    if gold and p.rounded and b.draws >= 3 and b.box < 0.006:
        return Ruling("coin", 0.5, "it is small, round and golden, and there are several")
    if green > 0.45 and p.coverage > 0.85 and p.across > 2 * p.down and f.unit.height > 1.5 * f.unit.width:
        return Ruling("metal", 0.5, "it is upright, green and shaded from side to side, as a pipe")
    if green > 0.45 and p.coverage < 0.95 and p.colors > 2:
        return Ruling("leaves", 0.6, "it is green, and stands alone")
    if p.grey > 0.7 and p.coverage < 0.95 and p.colors > 2:
        return Ruling("stone", 0.45, "it is grey, and stands alone")
    if green + p.cyan > 0.4 and p.green > 0.1 and p.coverage < 0.95 and p.mixture < 1.25:
        return Ruling("leaves", 0.5, "it is green, and stands alone")
    stands = b.on_ground > 0.7 and p.mixture > 0.7 and p.colors > 8 and p.coverage < 0.7  # as people do
    few = b.neighbours < 0.5 or b.most <= 4
    thing = p.grey < 0.7 and f.body < LARGE and (p.coverage < 0.5 or (p.coverage < 0.85 and few))
    picture = p.coverage > 0.97 and p.colors > 16 and p.mixture > 0.6 and b.neighbours < 0.5
    if f.body < 4 * LARGE and p.mixture < 1.0 and not stands and not thing and not picture:
        material, sure = by_hue(p, f.side, False, f.behind)
        material = "stone" if material == "road" else material  # a road lies in rows
        if material not in ("water", "sky") and sure >= 0.6:
            return Ruling(material, 0.8 * sure, f"its hue is that of {material}")
    return Ruling("unknown", 0.4, "it stands alone, and nothing tells what it is")
