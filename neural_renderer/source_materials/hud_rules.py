"""Which units belong to the HUD: texts, icons, bars, bitmap fonts, panels, menus and cards.

Each rule says why. A unit that no rule takes belongs to the world.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import THINGS
from reskin.neural_renderer.from_draws.observation import Observation
from reskin.neural_renderer.source_materials.behaviour import Behaviour
from reskin.neural_renderer.source_materials.facts import Facts, Ruling
from reskin.neural_renderer.source_materials.large.footing import WALKED
from reskin.neural_renderer.source_materials.lexicon import BACKDROPS, HUD, SOFT
from reskin.neural_renderer.source_materials.words import CREATURES

LETTERS: Final = 3
"""Images of one size, each named by one letter or digit, from which they may be the signs of a text."""


def hud_ruling(f: Facts) -> Ruling | None:
    """That a unit is HUD, or None."""
    b, p = f.behaviour, f.pixels
    if f.unit.kind == "text":
        return Ruling(HUD, 1.0, "it is a text")
    if f.unit.kind == "composed" and f.unit.text and not b.moves_by_itself:
        return Ruling(HUD, 0.9, "a text is written on it")
    picked_up = f.name.word in SOFT and b.scrolled >= 4 and b.fixed < 0.5
    # Rows of it that scroll with the world are its ground, whatever they are named.
    laid = f.tiled and b.most >= 6 and b.scrolled >= 16 and b.fixed < 0.3
    if f.name.material == HUD and not picked_up and not laid:
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
    lettered = f.letters >= LETTERS and p.coverage < 0.9 and p.mixture < 0.3 and not b.animated
    if lettered and not f.name.material and still and b.box < 0.02 and b.neighbours < 1:
        return Ruling(HUD, 0.7, "it is one of a set of signs, each named by a letter or a digit")
    if _is_glyph(f):
        return Ruling(HUD, 0.75, "it looks like a letter or a digit of a row of signs")
    if b.scrolled and b.fixed < 0.9:
        return None
    if _is_card(f) and still:
        return Ruling(HUD, 0.7, "it is one of many still pictures of one size, as cards are", card=True)
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
    """Flat bars and boxes: small, alone, and still; or a still panel over the rest. A strip along the bottom
    without a text on it is a ground; what was not drawn on yet, and never seen, is nothing."""
    b = f.behaviour
    ground = b.wide > 0.95 and b.bottom > 0.9 and 0.03 < b.high < 0.5 and f.captioned < CAPTIONED
    if ground or (f.unit.kind == "blank" and not b.frames):
        return None
    if f.walked_on >= WALKED and b.fixed < 0.9 and f.captioned < CAPTIONED:
        return None
    if b.rank > 0.8 and b.below > 0.8 and b.box > 0.06 and b.neighbours < 2:
        return Ruling(HUD, 0.6, "it is a flat shape drawn over everything else")
    several = b.draws > 2.5 and EDGE < b.y < 1 - EDGE
    if b.scrolled >= 4 and b.fixed > 0.8 and b.rank > 0.6 and (not several or f.captioned > CAPTIONED):
        return Ruling(HUD, 0.75, "it is a flat shape that stays on the screen while the world scrolls")
    if f.captioned > 0.6 and b.rank > 0.6 and b.below > 0.8 and b.moves < 0.02 and b.box < 0.3:
        return Ruling(HUD, 0.65, "it is flat boxes over other things, with texts on them")
    lines = b.draws > 24 or (b.draws >= 6 and max(b.wide, b.high) > 0.3)  # of a maze or a board
    if b.share < 0.06 and b.box < 0.06 and b.neighbours < 1 and not (b.moves_by_itself or lines or several):
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
    """Fixed on the screen, drawn late, and not in the middle, where a player stays too. A button in a lower
    corner may be drawn early: no sun stands there."""
    b = f.behaviour
    central = 0.35 < b.x < 0.65 and 0.3 < b.y < 0.7
    button = max(b.x, 1 - b.x) > 0.75 and b.y > 0.8 and b.places == 1 and b.below > 0.9
    if f.of_tiles and f.sheet is not None and f.sheet.most >= _FLOOR:
        return False  # the sheet of a world's tiles, before a backdrop that drifts by itself
    return (
        b.scrolled >= 3 and b.fixed > 0.8 and b.box < 0.4
        and (b.rank > 0.6 or (button and b.box < 0.04))
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
        f.same_size >= 6 and b.frames > 0 and b.draws <= 1.1 and b.scrolled == 0 and f.pixels.coverage > 0.8
        and f.unit.width >= 32 and b.below > 0.05 and b.box < 0.1 and b.neighbours < 0.5
        and (f.sheet is None or f.sheet.neighbours < 0.5)
    )  # fmt: skip


_FLOOR: Final = 12
"""Draws of a cut in a frame from which its sheet is one of tiles; of a letter or a heart there are fewer."""
CAPTIONED: Final = 0.3
"""Share of a shape's draws with a text on them from which they are panels and buttons."""
_FEW: Final = 64
"""Draws of a unit in a frame from which none is an icon."""
REST: Final = 30
"""Frames for which a place is remembered where nothing is seen, as something flies over it."""
_WANDERS: Final = 10
"""Frames in which a unit was seen at new places, from which it moves."""
_NEW, _SETTLED, _SURE = 2, 4, 8
"""Frames at one place from which a box around a bar, one of a row, and a single icon are HUD."""
_AGE, _SCROLLED, _ENTERED, _LAST = range(4)
"""Rows of what is known of a place: frames in which it was seen, of these those in which the world scrolled,
and those in which something moved in it, and the last one."""
EDGE: Final = 0.16
"""Share of the display's height at its top and bottom where lives, ammunition and the like are shown."""
RIM: Final = 0.06
"""The same where lives need no text beside them."""


class HudPlaces:
    """Places on the display where draws are HUD although their unit is none.

    A ship and its spare lives are often one image, as are a grenade and the row of those left; a shape's
    colour is used for bars and for the world. So single draws are judged, by where they rest. One that moves
    has another place, and is HUD no more.
    """

    def __init__(self) -> None:
        self._keys = np.zeros(0, np.int64)
        self._seen = np.zeros((4, 0), np.int32)
        self._moves = np.zeros((2, 0), np.int32)
        """By unit: frames in which it was at a new place while the world stood still; and in which it moved
        otherwise than the world that scrolled."""
        self._frame = 0
        self._apart = 1
        """Frames between the last two that were taken in."""
        self._hud = np.zeros(0, np.int64)
        self._panels = np.zeros((0, 5), np.int64)
        """Units of the panels among them, and their rectangles."""

    def contain(self, unit: NDArray[np.integer[Any]], box: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        """Which draws are HUD by their place: bool [n]. unit [n], box [n,4]: as in an `Observation`."""
        if not len(self._hud) or not len(unit):
            return np.zeros(len(unit), np.bool_)
        found = _among(_keys(unit, box), self._hud)
        for of, *panel in self._panels.tolist():  # what is put back of it, as under a number that changed
            some = np.flatnonzero((unit == of) & ~found)
            if len(some):
                found[some] = _lies_in(box[some], panel)
        return found

    def observe(
        self, seen: Observation, hud: NDArray[np.bool_], loose: NDArray[np.bool_], flat: NDArray[np.bool_],
        frames: int = 1,
    ) -> None:  # fmt: skip
        """Take a frame in. hud, loose, flat bool [units]: HUD; what may be an icon; of one colour without an
        image. frames: since the last one that was taken in; those between are taken to be as this one."""
        self._frame += frames
        self._apart = frames
        unit, box = seen.unit, seen.box
        if not len(unit):
            return
        often = np.bincount(unit, minlength=len(hud)) > _FEW
        open_ = np.flatnonzero(~hud[unit] & (loose | flat)[unit] & ~often[unit] & (seen.visible > 0))
        keys = _keys(unit[open_], box[open_])
        scrolls = abs(seen.scroll[0]) + abs(seen.scroll[1]) > 0.5 and not seen.cut
        apart: NDArray[np.bool_] = np.any(np.abs(seen.moved - np.array(seen.scroll)) > 0.5, axis=1)
        at = self._grow_older(keys, unit[open_], apart[open_] | np.bool_(not scrolls), len(hud), scrolls)
        drives = self._moves[1] >= _WANDERS
        once = np.bincount(unit[seen.visible > 0], minlength=len(drives)) == 1
        signs = np.flatnonzero(hud[unit] & (seen.visible > 0))
        if not len(open_) or not len(signs):
            return
        ages = self._seen[_AGE, at]
        panels, left = self._find_panels(seen, open_, at, signs, flat)
        left |= (drives & once)[unit[open_]]
        found = panels | (_around_bars(seen, open_, signs, flat) & (ages >= _NEW))
        found |= _empty_cards(seen, open_, signs, flat) & (ages >= _SETTLED)
        found |= self._icons(seen, open_, at, signs[~flat[unit[signs]]], loose)
        found &= ~left
        known = _among(keys, self._hud)
        if (found & ~known).any() or (left & known).any():
            self._hud = np.setdiff1d(np.concatenate([self._hud, keys[found]]), keys[left])
            new = np.column_stack([unit[open_], box[open_]])[panels & found]
            rows = np.unique(np.concatenate([self._panels, new.astype(np.int64)]), axis=0)
            self._panels = rows[_among(_keys(rows[:, 0], rows[:, 1:]), self._hud)]

    def _grow_older(
        self, keys: NDArray[np.int64], unit: NDArray[np.int32], apart: NDArray[np.bool_], units: int,
        scrolls: bool,
    ) -> NDArray[np.int64]:  # fmt: skip
        """Note which places are seen and which units moved. Gives the columns of the places, int64 [n].
        apart bool [n]: what would be at a new place if the world did not scroll."""
        more = max(0, units - self._moves.shape[1])
        self._moves = np.hstack([self._moves, np.zeros((2, more), np.int32)])
        kept = self._seen[_LAST] >= self._frame - REST
        fresh, first = np.unique(keys[~_among(keys, self._keys[kept])], return_index=True)
        new = np.flatnonzero(~_among(keys, self._keys[kept]))[first]
        self._moves[int(scrolls), np.unique(unit[new[apart[new]]])] += 1
        keys_now = np.concatenate([self._keys[kept], fresh])
        order = np.argsort(keys_now)
        self._keys = keys_now[order]
        self._seen = np.hstack([self._seen[:, kept], np.zeros((4, len(fresh)), np.int32)])[:, order]
        at = np.searchsorted(self._keys, keys)
        now = np.unique(at)
        stayed = self._seen[_LAST, now] == self._frame - self._apart
        self._seen[_AGE, now] += np.where(stayed, self._apart, 1)
        self._seen[_SCROLLED, now] += np.where(stayed & scrolls, self._apart, 0)
        self._seen[_LAST, now] = self._frame
        return at

    def _find_panels(
        self, seen: Observation, open_: NDArray[np.int64], at: NDArray[np.int64], signs: NDArray[np.int64],
        flat: NDArray[np.bool_],
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:  # fmt: skip
        """Flat boxes at an edge of the display, and pictures along a side, with a text on them, bool
        [len(open_)]: panels, which nothing enters that moves but a pointer for a while; and those that are
        entered, such as a sky."""
        found, left = np.zeros((2, len(open_)), np.bool_)
        width, height = seen.size
        x, y, w, h = seen.box[open_].T
        beside = ((x <= 1) | (x + w >= width - 1)) & (w < 0.4 * width)
        along = ((y <= 1) | (y + h >= height - 1)) & (h < 0.2 * height)
        side = beside & (h > 0.95 * height)
        some = np.flatnonzero(
            (side | ((beside | along) & flat[seen.unit[open_]])) & (w * h > 0.005 * width * height)
        )
        if not len(some):
            return found, left
        inside = _inside(seen.box[:, :2] + seen.box[:, 2:] / 2, seen.box[open_[some]])
        moving = (np.abs(seen.moved) > 0.5).any(1) & (seen.visible > 0)
        moving[signs] = False
        self._seen[_ENTERED, at[some]] += self._apart * np.any(inside[:, moving], axis=1)
        ages, entered = self._seen[_AGE, at[some]], self._seen[_ENTERED, at[some]]
        left[some] = (entered >= 3) & (entered > 0.3 * ages)
        found[some] = np.any(inside[:, signs[~flat[seen.unit[signs]]]], axis=1) & (ages >= _SETTLED)
        return found, left

    def _icons(
        self, seen: Observation, open_: NDArray[np.int64], at: NDArray[np.int64], signs: NDArray[np.int64],
        loose: NDArray[np.bool_],
    ) -> NDArray[np.bool_]:  # fmt: skip
        """Lives, ammunition and the like, bool [len(open_)]: small things at rest in line with a text at the
        top or the bottom of the display: in a row of equal ones, of a unit that moves elsewhere, beside the
        text, or while the world scrolls. At the very edge a row that rests long needs no text, if its unit
        moves elsewhere: the lives left."""
        found = np.zeros(len(open_), np.bool_)
        height = seen.size[1]
        ages, scrolled = self._seen[_AGE, at], self._seen[_SCROLLED, at]
        here = np.flatnonzero((ages >= _SETTLED) & loose[seen.unit[open_]])
        moves, drives = self._moves >= _WANDERS
        lives = here[(ages[here] >= REST) & moves[seen.unit[open_[here]]]]
        lives = lives[_at_edge(seen.box[open_[lives]], height, RIM)]
        found[lives[_in_rows(seen.unit[open_[lives]], seen.box[open_[lives]], seen.size[0])]] = True
        here = here[_at_edge(seen.box[open_[here]], height) & (seen.box[open_[here], 2] < 0.2 * seen.size[0])]
        signs = signs[_at_edge(seen.box[signs], height) & (seen.box[signs, 3] < EDGE * height)]
        if not len(here) or not len(signs):
            return found
        icons, texts = seen.box[open_[here]], seen.box[signs]
        here = here[np.any(_in_line(icons, texts), axis=1)]
        rows = _in_rows(seen.unit[open_[here]], seen.box[open_[here]], seen.size[0])
        written = np.array([seen.units[unit].kind == "text" for unit in seen.unit[signs].tolist()])
        beside = np.any(_beside(seen.box[open_[here]], texts[written]), axis=1)
        alone = moves[seen.unit[open_[here]]] | (scrolled[here] >= _SETTLED) | beside
        alone &= ~drives[seen.unit[open_[here]]]  # it moves about, and waits here
        found[here[rows | (alone & (ages[here] >= _SURE))]] = True
        return found


def _keys(unit: NDArray[np.integer[Any]], box: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """A number for each unit and rectangle, int64 [n]."""
    key: NDArray[np.int64] = unit.astype(np.int64)
    for column in range(4):
        key = key * 0x9E3779B97F4A7C1 + box[:, column].astype(np.int64)
    return key


def _inside(points: NDArray[np.float64], box: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which points [n,2] lie in which rectangles [k,4]: bool [k,n]."""
    off = points[None] - box[:, None, :2]
    found: NDArray[np.bool_] = np.all((off >= 0) & (off < box[:, None, 2:]), axis=2)
    return found


def _lies_in(box: NDArray[np.integer[Any]], outer: Sequence[int]) -> NDArray[np.bool_]:
    """Which rectangles [n,4] lie in one: bool [n]."""
    x, y, width, height = outer
    left, top, right, bottom = box[:, 0], box[:, 1], box[:, 0] + box[:, 2], box[:, 1] + box[:, 3]
    found: NDArray[np.bool_] = (left >= x) & (top >= y) & (right <= x + width) & (bottom <= y + height)
    return found


def _among(keys: NDArray[np.int64], ordered: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which keys are among those in order."""
    if not len(ordered):
        return np.zeros(len(keys), np.bool_)
    at = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    found: NDArray[np.bool_] = ordered[at] == keys
    return found


def _at_edge(box: NDArray[np.int32], height: int, part: float = EDGE) -> NDArray[np.bool_]:
    """Which rectangles have their middle near the top or the bottom of the display."""
    middle = box[:, 1] + box[:, 3] / 2
    found: NDArray[np.bool_] = (middle < part * height) | (middle > (1 - part) * height)
    return found


def _in_line(icons: NDArray[np.int32], texts: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which icons are about as high as a text, and level with it: bool [icons,texts]."""
    top, high = icons[:, 1, None], icons[:, 3, None]
    low = np.minimum(top + high, texts[:, 1] + texts[:, 3]) - np.maximum(top, texts[:, 1])
    level = low >= 0.6 * np.minimum(high, texts[:, 3])
    alike = (high <= 2.5 * texts[:, 3]) & (high >= 0.2 * texts[:, 3])
    found: NDArray[np.bool_] = level & alike
    return found


def _beside(icons: NDArray[np.int32], texts: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which icons stand right beside a text, on its line: bool [icons,texts]."""
    left, wide = icons[:, 0, None], icons[:, 2, None]
    gap = np.maximum(left - texts[:, 0] - texts[:, 2], texts[:, 0] - left - wide)
    found: NDArray[np.bool_] = _in_line(icons, texts) & (gap > -4) & (gap < texts[:, 3])
    return found


def _in_rows(unit: NDArray[np.int32], box: NDArray[np.int32], width: int) -> NDArray[np.bool_]:
    """Which are in a row of equal ones with equal gaps, that does not run all over the display."""
    found = np.zeros(len(unit), np.bool_)
    rows: dict[tuple[int, ...], list[int]] = {}
    for i, (of, (_, y, w, h)) in enumerate(zip(unit.tolist(), box.tolist(), strict=True)):
        rows.setdefault((of, y, w, h), []).append(i)
    for (_, _, w, _), row in rows.items():
        left = np.sort(box[row, 0])
        gaps = np.diff(left)
        if (
            len(row) > 1
            and np.ptp(gaps) <= 1
            and 0 < gaps[0] <= 3 * w
            and left[-1] + w - left[0] < 0.5 * width
        ):
            found[row] = True
    return found


def _around_bars(
    seen: Observation, open_: NDArray[np.int64], signs: NDArray[np.int64], flat: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Flat boxes that lie closely around a flat bar or a text of the HUD, as its frame."""
    box, inner = seen.box[open_], seen.box[signs]
    found = np.zeros(len(open_), np.bool_)
    some = np.flatnonzero(
        flat[seen.unit[open_]] & (box[:, 2] < 0.5 * seen.size[0]) & (box[:, 3] < 0.12 * seen.size[1])
    )
    if not len(some):
        return found
    outer = box[some, None]
    margin = np.maximum(0.3 * outer[..., 3], 6)
    left, top = inner[:, 0] - outer[..., 0], inner[:, 1] - outer[..., 1]
    right = outer[..., 0] + outer[..., 2] - inner[:, 0] - inner[:, 2]
    bottom = outer[..., 1] + outer[..., 3] - inner[:, 1] - inner[:, 3]
    around = (left >= 0) & (top >= 0) & (right >= 0) & (bottom >= 0)
    around &= (left <= margin) & (top <= margin) & (bottom <= margin)
    found[some] = around.any(1)
    return found


class Captions:
    """How many draws of each shape have the middle of a text in them, in every fourth frame; of more than 256
    in a frame the largest."""

    def __init__(self) -> None:
        self._sums = np.zeros((0, 2))
        self._frame = 0

    def share(self, unit: int) -> float:
        """Share of a unit's draws that have a text on them."""
        return float(self._sums[unit, 1] / max(1, self._sums[unit, 0])) if 0 <= unit < len(self._sums) else 0

    def observe(self, seen: Observation, shape: NDArray[np.bool_], text: NDArray[np.bool_]) -> None:
        """Take a frame in. shape, text bool [units]."""
        self._sums = np.vstack([self._sums, np.zeros((max(0, len(shape) - len(self._sums)), 2))])
        self._frame += 1
        shapes = np.flatnonzero(shape[seen.unit] & (seen.visible > 0))
        if self._frame % 4 != 1:
            return
        if len(shapes) > 256:
            shapes = shapes[np.argsort(-seen.visible[shapes], kind="stable")[:256]]
        texts = seen.box[text[seen.unit] & (seen.visible > 0)]
        inside = _inside(texts[:, :2] + texts[:, 2:] / 2, seen.box[shapes])
        np.add.at(self._sums[:, 0], seen.unit[shapes], 1)
        np.add.at(self._sums[:, 1], seen.unit[shapes], inside.any(1))


def _empty_cards(
    seen: Observation, open_: NDArray[np.int64], signs: NDArray[np.int64], flat: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Flat boxes as large as at least six images of the HUD: where a card may be laid."""
    size = seen.box[open_, 2:]
    cards = seen.box[signs[~flat[seen.unit[signs]]], 2:]
    found = np.zeros(len(open_), np.bool_)
    some = np.flatnonzero(flat[seen.unit[open_]] & (size[:, 0] >= 24) & (size[:, 1] >= 24))
    if len(some) and len(cards):
        found[some] = (np.abs(size[some, None] - cards).max(2) <= 4).sum(1) >= 6
    return found
