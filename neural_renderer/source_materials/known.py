"""A unit with what is thought of it, and what others of its look say to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from reskin.engine.frame import MATERIAL_INDEX
from reskin.neural_renderer.from_draws.observation import Judgement, Unit
from reskin.neural_renderer.source_materials.facts import MIXED, Ruling
from reskin.neural_renderer.source_materials.lexicon import HUD
from reskin.neural_renderer.source_materials.pixels import Pixels, color_key, look_at, unlike
from reskin.neural_renderer.source_materials.tags import Tag
from reskin.neural_renderer.source_materials.words import CREATURES, NameMeaning

UNLINED: Final = 0.6
"""How sure a tile is at most brick or wood of which no joints were found."""
MAGENTA: Final = (255, 0, 255)
SETTLED: Final = 16
"""Frames of a unit from which it is believed that it was seen in full."""
LIKE: Final = 256
"""Units among which at most those are sought that look alike."""


@dataclass(eq=False)
class Known:
    """A unit, and what is thought of it. alone: what the rules say without its neighbours in the sheet.
    draft: it was judged before its image was looked at. key_share: of its image that may be a colour key."""

    index: int
    unit: Unit
    name: NameMeaning
    relative: str
    pixels: Pixels
    looked: bool
    ruling: Ruling
    judgement: Judgement
    alone: Ruling | None = None
    pending: str = ""
    draft: bool = True
    final: bool = False
    key_share: float = 0.0

    def look(self) -> None:
        """Look at its image. Magenta in all corners is a colour key."""
        if self.unit.image is not None:
            self.pixels = look_at(self.unit.image)
            self.key_share = color_key(self.unit.image)[1]
            if tuple(self.unit.image[0, 0, :3].tolist()) == MAGENTA:
                self._see_through()
        self.looked = True

    def look_for_key(self, fullest: float, frames: int) -> None:
        """Clear the flat colour of its corners in its image, if just the rest of it was ever seen: it is
        drawn with that colour as a key, which its file does not tell. fullest: the largest share seen in so
        many frames. What comes in at an edge is seen in part at first."""
        if self.key_share and frames >= SETTLED and abs(fullest - 1 + self.key_share) <= 0.03:
            self._see_through()

    def _see_through(self) -> None:
        image = self.unit.image
        if image is None:
            return
        where, self.key_share = color_key(image)[0], 0.0
        if where is not None:
            cleared = np.where(where[..., None], np.uint8(0), image)
            self.unit, self.pixels = replace(self.unit, image=cleared), look_at(cleared)


def alike(one: Known, other: Known) -> bool:
    """Whether two units are of about the same size."""
    a, b = one.unit, other.unit
    return (
        max(a.width, b.width) <= 1.6 * min(a.width, b.width) + 4
        and max(a.height, b.height) <= 1.6 * min(a.height, b.height) + 4
    )


def after_neighbours(known: Known, alone: Ruling, tiles: Iterable[Known]) -> Ruling:
    """The ruling, after a vote of the tiles that have like hues: of a cut those that lie beside it in its
    sheet, else those of its size that are files of their own.

    tiles: the units of its size from its sheet, or from all files.
    """
    cut = known.unit.cut
    if not alone.votes:
        return alone
    votes = {alone.material: alone.sure}
    tiles = list(tiles)
    for other in tiles:
        if other is known or other.alone is None or not other.alone.votes or not _belong(known, other):
            continue
        near = cut is not None or abs(known.pixels.value - other.pixels.value) < 0.2
        if near and unlike(known.pixels, other.pixels) < 0.25:
            _add(votes, other.alone)
    best = _elected(votes, alone)
    # Lines tell more than their absence.
    lined = alone.material in ("wood", "brick") and best in ("dirt", "stone")
    if best == alone.material or (lined and votes[best] < 2.6 * alone.sure):
        best = alone.material
    if cut is not None and best in ("brick", "wood") and alone.sure <= UNLINED and _under_grass(cut, tiles):
        return alone._replace(material="dirt", reason="grass grows above it in its sheet")
    if best == alone.material:
        return alone
    where = "of its size" if cut is None else "beside it in its sheet"
    return alone._replace(material=best, reason=f"tiles {where} look like {best}")


def _belong(known: Known, other: Known) -> bool:
    """Whether two tiles lie side by side in their sheet, or are files of one size."""
    cut, place = known.unit.cut, other.unit.cut
    if cut is None or place is None:
        same = (known.unit.width, known.unit.height) == (other.unit.width, other.unit.height)
        return same and cut is None and place is None
    return abs(place[0] - cut[0]) <= 1.3 * cut[2] and abs(place[1] - cut[1]) <= 1.3 * cut[3]


def _under_grass(cut: tuple[int, int, int, int], tiles: Iterable[Known]) -> bool:
    """Whether a tile of grass lies at most two rows above in the sheet."""
    x, y, width, height = cut
    return any(
        other.unit.cut is not None and other.alone is not None and other.alone.material == "grass"
        and abs(other.unit.cut[0] - x) < 0.5 * width and 0.5 * height < y - other.unit.cut[1] < 2.5 * height
        for other in tiles
    )  # fmt: skip


def after_its_like(known: Known, alone: Ruling, poses: Iterable[Known], units: Iterable[Known]) -> Ruling:
    """The ruling of what stands alone, after its other poses, and a vote of those of `units` that look like
    it. One pose that is a creature decides for all."""
    for other in poses:
        if other.alone is not None and other.alone.material in CREATURES and alike(known, other):
            return other.alone._replace(reason=f"another picture of it was taken for {other.alone.material}")
    votes = {alone.material: alone.sure}
    p = known.pixels
    for other in units:
        if other is known or other.alone is None or not other.alone.lone or not alike(known, other):
            continue
        q = other.pixels
        near = abs(p.coverage - q.coverage) < 0.15 and abs(p.value - q.value) < 0.15
        if near and unlike(p, q) < 0.2 and other.alone.material != "unknown":
            _add(votes, other.alone)
    best = _elected(votes, alone)
    if best == alone.material:
        return alone
    return alone._replace(material=best, reason=f"others that look like it are {best}")


def _add(votes: dict[str, float], ruling: Ruling) -> None:
    votes[ruling.material] = votes.get(ruling.material, 0.0) + 0.7 * ruling.sure


def _elected(votes: dict[str, float], alone: Ruling) -> str:
    """The material with most votes, if it has clearly more than the unit's own."""
    best = max(votes, key=lambda material: votes[material])
    return best if votes[best] >= 1.3 * votes[alone.material] else alone.material


def judgement_of(ruling: Ruling, tag: Tag | None) -> Judgement:
    hud = ruling.material == HUD
    material = 0 if hud or ruling.material == MIXED else MATERIAL_INDEX[ruling.material]
    return Judgement(
        material=material,
        hud=hud,
        keeps_paint=ruling.keeps_paint and not hud,
        pixels=None,
        sure=ruling.sure,
        reason=ruling.reason,
        by_hand=tag is not None and tag.by_hand,
        detail=tag.detail if tag else None,
    )


def described(known: Known) -> str:
    """A unit for people: its file and which part of it, or its kind and size."""
    unit = known.unit
    if unit.cut is not None:
        return f"{known.relative or unit.kind} at {unit.cut[0]}, {unit.cut[1]}, {unit.cut[2]}x{unit.cut[3]}"
    return known.relative or f"{unit.kind}, {unit.width}x{unit.height}"
