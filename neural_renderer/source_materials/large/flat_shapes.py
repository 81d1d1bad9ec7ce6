"""Large flat shapes and boards: fills behind everything, panels, ledges, squares in turn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reskin.neural_renderer.source_materials.behaviour import Behaviour
from reskin.neural_renderer.source_materials.by_hue import by_hue
from reskin.neural_renderer.source_materials.facts import Facts, Ruling
from reskin.neural_renderer.source_materials.large.footing import WALKED
from reskin.neural_renderer.source_materials.pixels import Pixels

STILL: Final = 0.3
"""Share of the frames in which anything moves below which a game may be one of cards or of a board."""


def flat_shape(f: Facts) -> Ruling:
    """A shape of one colour that is not HUD."""
    b, p = f.behaviour, f.pixels
    # The ground runs along the bottom; what runs along a side is a panel.
    panel = b.places <= 2 and b.draws <= 1.1 and b.high > 0.4 and b.wide < 0.45
    if panel and max(b.left, b.right) > 0.9 and max(b.top, b.bottom) > 0.9:
        return Ruling("unknown", 0.6, "it is a flat panel at a side of the picture", keeps_paint=True)
    if f.puzzle and f.behind and (b.box > 0.3 or b.share > 0.15 or is_a_grid(f)):
        return board()
    stripe = b.wide > 0.95 and not b.moves_by_itself and b.share > 0.004
    if stripe and ((b.high < 0.2 and b.y < 0.75) or (b.high < 0.02 and p.cyan + p.blue > 0.5)):
        return _stripe(f)
    if f.walked_on >= WALKED and not (f.behind and b.box > 0.6):
        material, sure = _ground(f)
        return Ruling(material, 0.9 * sure, f"figures walk on it, and its colour is that of {material}")
    if (b.box > 0.3 or b.share > 0.15) and f.behind:
        return _fill(f)
    if b.moves_by_itself and b.neighbours < 1:
        return Ruling("unknown", 0.6, "it is a flat shape that moves", keeps_paint=True)
    if b.box < 0.01 and p.white > 0.5:
        return Ruling("unknown", 0.5, "it is a small white box, of which nothing tells what it is", True)
    natural = _has_a_ground_s_color(f)
    low = b.bottom > 0.9 and b.wide > 0.5 and b.y > 0.7 and (natural or (f.side and b.wide > 0.9))
    if low or b.neighbours >= 1 or b.draws >= 8:
        if f.abstract and not low and not natural:
            return Ruling(
                "unknown", 0.5, "it is one of many flat boxes of a game of shapes", keeps_paint=True
            )
        if p.cyan + p.blue + p.purple > 0.5 and not low:
            return Ruling("wall", 0.5, "it is one of many flat boxes")
        if p.white > 0.6 and b.box < 0.005:
            return Ruling("unknown", 0.5, "it is one of many small white boxes", keeps_paint=True)
        material, sure = by_hue(p, f.side, True, False)
        return Ruling(material, 0.8 * sure, f"its colour is that of {material}")
    return Ruling("unknown", 0.5, "it is a flat shape, and nothing tells what it is", keeps_paint=True)


def _stripe(f: Facts) -> Ruling:
    """One of the stripes from edge to edge of which a soft change of colours is made, or a strip high up."""
    p = f.pixels
    if f.side and p.cyan + p.blue > 0.5 and p.value > 0.3:
        return Ruling("sky", 0.65, "it is a blue stripe from edge to edge, as of a sky that changes softly")
    return Ruling("unknown", 0.5, "it is a flat stripe from edge to edge", keeps_paint=True)


def _has_a_ground_s_color(f: Facts) -> bool:
    """Whether a shape is green or of an earth's colour: neither black nor as red or yellow as paint."""
    p = f.pixels
    paint = p.red > 0.5 and p.saturation > 0.65 and p.value > 0.5
    paint |= p.yellow > 0.5 and p.saturation > 0.7 and p.value > 0.8
    return p.red + p.brown + p.yellow + p.lime + p.green > 0.5 and p.value > 0.15 and not paint


def _ground(f: Facts) -> tuple[str, float]:
    """The ground of like colour, never water, and how sure."""
    material, sure = by_hue(f.pixels, f.side, True, False)
    return (material, sure) if material not in ("water", "sky", "leaves") else ("stone", 0.5)


def _fill(f: Facts) -> Ruling:
    """A flat shape that lies behind everything: a sky if it is blue and reaches the top, a lawn or bare
    ground by its colour, or a void. Others keep their paint, as the ground of a board or a page."""
    b, p = f.behaviour, f.pixels
    blue = p.cyan + p.blue > 0.5
    dark = p.value < 0.25 or (not f.side and blue)
    if dark and f.written_on and b.scrolled < 20:
        return Ruling("unknown", 0.6, "it is flat and lies behind what is written", keeps_paint=True)
    if f.written_on and f.signs > 0.1 and b.scrolled < 4:
        return Ruling("unknown", 0.6, "it is flat and lies behind cards or signs", keeps_paint=True)
    if p.value < 0.15 and not f.open_air:
        return Ruling("wall", 0.55, "it is almost black behind everything: a void", keeps_paint=True)
    if p.value < 0.02 and b.below > 0.1:
        return Ruling("wall", 0.55, "it is black over other things: a curtain", keeps_paint=True)
    airy = p.value > 0.75 and 0.2 < p.saturation < 0.7  # so blue is a sky, also of shapes alone
    if f.side and blue and p.value > 0.4 and b.y < 0.75 and b.top > 0.5 and (airy or not f.abstract):
        return Ruling("sky", 0.75, "it is a flat blue behind everything")
    if _has_a_ground_s_color(f) and (p.lime + p.green > 0.5 or not f.side or b.y > 0.6):
        material, sure = by_hue(p, f.side, True, False)
        reason = f"it is flat, behind everything, and its colour is that of {material}"
        return Ruling(material, 0.85 * sure, reason)
    return Ruling("unknown", 0.5, "it is a flat colour behind everything", keeps_paint=True)


def squares(f: Facts) -> Ruling | None:
    """The board of a game, whose squares are told apart by their colours: they keep them."""
    if f.board or (f.pixels.checkered and f.behaviour.box > 0.1):
        reason = "it is squares of two colours in turn, as of a board"
        return Ruling("floor", 0.75, reason, keeps_paint=True)
    return None


def boards_of(units: Iterable[tuple[int, Pixels, Behaviour]]) -> set[int]:
    """Which units, told by their number, are the two colours of a board: as many squares of each, around one
    centre, on all sides of which squares lie."""
    boards: set[int] = set()
    squares: dict[tuple[int, int], list[tuple[int, Behaviour]]] = {}
    marks: dict[tuple[int, int], list[int]] = {}
    for number, p, b in units:
        size = round(1000 * b.wide), round(1000 * b.high)
        if p.colors > 2 or b.wide > 0.3 or b.neighbours <= 2.5:
            continue
        if b.draws >= 8:
            squares.setdefault(size, []).append((number, b))
        else:  # a square that is marked
            marks.setdefault(size, []).append(number)
    for size, colors in squares.items():
        if len(colors) != 2:
            continue
        (one, a), (other, b) = colors
        as_many = abs(a.most - b.most) <= 0.1 * a.most + 1
        if as_many and abs(a.x - b.x) < 0.25 * a.wide and abs(a.y - b.y) < 0.25 * a.high:
            boards |= {one, other, *marks.get(size, ())}
    return boards


def board() -> Ruling:
    return Ruling("floor", 0.6, "it is the board or the table of a game of pieces", keeps_paint=True)


def is_a_grid(f: Facts) -> bool:
    """Whether it is a dark shape that fills the empty cells of a still board."""
    b = f.behaviour
    cells = f.flat and f.pixels.value < 0.2 and b.neighbours >= 2.5 and b.most >= 24
    return cells and b.scrolled == 0 and f.lively < STILL
