"""What the rules are given of a unit, and what they answer."""

from __future__ import annotations

from typing import Final, NamedTuple

from reskin.neural_renderer.from_draws.observation import Unit
from reskin.neural_renderer.source_materials.behaviour import Behaviour
from reskin.neural_renderer.source_materials.pixels import Pixels
from reskin.neural_renderer.source_materials.words import NameMeaning

MIXED: Final = "mixed"
"""In place of a material: the pixels decide, each for itself."""


class Facts(NamedTuple):
    """All that is known of a unit.

    flat: it is a shape of one colour. side: the game is seen from the side. same_size: how many images of
    this size the game showed. pictures: how many pictures its thing showed in turn. sheet: the behaviour of
    all cuts of its size of its sheet as if they were one, if there are many. blind: its image did not come.
    hues: how many plain hues images that are drawn as large as it have. written_on: where it is seen, more
    of a HUD is seen than of a world's images. signs: share of the display that the HUD covers then.
    open_air: something else was found to be sky. on_earth: grass or earth fills the picture behind all
    else. lively: share of the frames with it in which anything but a text moved. puzzle: the game shows
    pieces of a puzzle, or hardly moves and shows cards or a grid of squares. cards: how many cards have its
    size. outlined: the outlines of hills or towns run from edge to edge of the picture. board: one of two
    colours of squares that lie in turn, as of a chessboard. letters: how many images of its folder and size
    are named by one letter or digit, if it is. stretch: width through height, as it is drawn.
    captioned: share of a shape's draws that have a text on them. walked_on: frames in which somebody walked
    on it, if it is a shape. abstract: the game shows shapes and texts alone, and nothing falls in it.
    """

    unit: Unit
    name: NameMeaning
    pixels: Pixels
    behaviour: Behaviour
    flat: bool
    side: bool
    same_size: int = 0
    pictures: int = 1
    sheet: Behaviour | None = None
    blind: bool = False
    hues: int = 0
    written_on: bool = False
    signs: float = 0.0
    open_air: bool = False
    on_earth: bool = False
    lively: float = 1.0
    puzzle: bool = False
    cards: int = 0
    outlined: bool = False
    board: bool = False
    stretch: float = 1.0
    letters: int = 0
    captioned: float = 0.0
    walked_on: int = 0
    abstract: bool = False

    @property
    def tiled(self) -> bool:
        """Whether it is laid in rows, or is opaque and drawn again and again."""
        b = self.behaviour
        repeated = b.draws >= 8 and (b.neighbours >= 0.5 or self.pixels.opaque)
        return (b.neighbours >= 1.4 or repeated) and self.pixels.coverage > 0.3

    @property
    def of_tiles(self) -> bool:
        """Whether it is an opaque cut of a sheet whose cuts of its size lie side by side."""
        beside = self.sheet is not None and self.sheet.neighbours >= 0.8
        return beside and self.unit.cut is not None and self.pixels.opaque and self.behaviour.box < 0.05

    @property
    def body(self) -> float:
        """Share of the display that the box of its opaque part covers."""
        left, top, right, bottom = self.pixels.box
        whole = max(1, self.pixels.width * self.pixels.height)
        return self.behaviour.box * (right - left) * (bottom - top) / whole

    @property
    def behind(self) -> bool:
        """Whether it lies behind everything else. What fills a third of the picture does, though now and then
        it was drawn over something."""
        b = self.behaviour
        covers = self.pixels.opaque and b.box > 0.8  # what lies below it is never seen
        return b.below < 0.05 or b.rank < 0.12 or (b.share > 0.35 and (b.below < 0.25 or covers))


class Ruling(NamedTuple):
    """What the rules say: a material's name, "hud", or "mixed" for pixel by pixel; how sure, 0..1; and why.

    keeps_paint: shown as the game drew it. each_pixel: pixels of quite another hue get a material of that
    hue. votes: found by the look of a tile, so that its neighbours in the sheet have a say. lone: found by
    the look of what stands alone, so that others of its look have a say. piece: it is one of a puzzle.
    card: it is one.
    """

    material: str
    sure: float
    reason: str
    keeps_paint: bool = False
    each_pixel: bool = False
    votes: bool = False
    lone: bool = False
    piece: bool = False
    card: bool = False
