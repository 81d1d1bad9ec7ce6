"""What is told of a frame's draws to whoever knows the materials, and what it answers.

A *unit* is what has one material: a source with its flips, rotations and scalings taken off. It is a file, a
cut of a file or sheet, a text, a shape of one colour, an image made of bytes or by composing. Units are named
by a key that is the same in every run: a hash of how the unit was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Unit:
    """What is known of a unit from the start.

    key: 32 hexadecimal digits, the same in every run. kind: as of a `Source`. name: the path of the file that
    it comes from, or "". cut: x, y, width and height in that file, if it is a part of it. width, height: px,
    of the image as it was drawn first. image: uint8 [H,W,4] RGBA as it was drawn first, None if it was not
    sent (a shape). color: of a shape, red, green, blue, alpha. text: of a text; of something composed, what
    was written on it. scale: how much the image was enlarged.

    A small surface that was composed of several draws is one unit, of kind "composed". It is named after the
    part that fills most of it, if one fills half.
    """

    key: str
    kind: str
    name: str
    cut: tuple[int, int, int, int] | None
    width: int
    height: int
    image: NDArray[np.uint8] | None
    color: tuple[int, int, int, int] | None = None
    text: str = ""
    scale: float = 1.0


@dataclass(frozen=True, eq=False)
class Observation:
    """The draws of one frame that can be seen, in their order. n of them.

    | array | type | meaning |
    |---|---|---|
    | unit | int32 [n] | index into `units` |
    | box | int32 [n,4] | x, y, width, height on the display, not clipped, px |
    | visible | int32 [n] | pixels that it shows in the end |
    | identity | int32 [n] | the thing's number, the same from frame to frame; 0 for none |
    | moved | float32 [n,2] | px since the frame before; NaN where no draw of that frame matches |
    | rank | float32 [n] | 0 the first draw of the frame, 1 the last |
    | covers | float32 [n] | share of its box that showed another unit's draw of this frame below it |

    `units` grows and keeps its order in one run. renewed: indices of those of `units` that got their image,
    or another one, after they were told of first. scroll: px by which most of the picture moved. keys:
    whether the player pressed or held a key in this frame. size: width and height of the display.
    """

    units: list[Unit]
    unit: NDArray[np.int32]
    box: NDArray[np.int32]
    visible: NDArray[np.int32]
    identity: NDArray[np.int32]
    moved: NDArray[np.float32]
    rank: NDArray[np.float32]
    covers: NDArray[np.float32]
    scroll: tuple[float, float]
    keys: bool
    size: tuple[int, int]
    cut: bool = False
    renewed: tuple[int, ...] = ()


class Judgement(NamedTuple):
    """What a unit is.

    material: index into `MATERIALS`. hud: drawn over the restyled picture, unchanged. keeps_paint: shown as
    the game drew it, though not HUD. pixels: uint8 [H,W], the material of each pixel of `Unit.image` (or of
    any image of the unit: `materials.of_pixels`), where it shows several; else None. sure: 0..1. reason: in
    plain words. by_hand: a person wrote it into the tag file. detail: the strength of
    detail transfer that was written for it.
    """

    material: int
    hud: bool
    keeps_paint: bool
    pixels: NDArray[np.uint8] | None
    sure: float
    reason: str
    by_hand: bool = False
    detail: float | None = None


class KnowsMaterials(Protocol):
    """Judges units. `observe` is called for every frame that `rests` does not leave out; after it,
    `judgement` may give another answer."""

    def rests(self, unit: NDArray[np.integer[Any]], units: int, renewed: bool) -> bool:
        """Whether a frame need not be observed. Call it once a frame.

        unit [n]: of the draws that can be seen; units: how many there are in the whole run; renewed: whether
        one got another image.
        """

    def observe(self, seen: Observation) -> bool:
        """Take a frame in. Gives True if a judgement changed, so that tables must be made anew."""

    def judgement(self, unit: Unit) -> Judgement: ...

    def hud_by_place(
        self, unit: NDArray[np.integer[Any]], box: NDArray[np.integer[Any]]
    ) -> NDArray[np.bool_]:
        """Which draws are HUD by where they are, though the judgement of their unit says otherwise: bool [n].

        unit [n]: -1 for none; box [n,4]: as in an `Observation`. A ship is none, but its spare lives are.
        """

    def of_pixels(self, unit: Unit, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The material of each pixel of another image of a unit: a flipped or scaled one."""

    @property
    def side_view(self) -> bool: ...

    @property
    def tile(self) -> float | None:
        """px a tile, if a person has said it."""
