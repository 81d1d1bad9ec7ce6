"""How units are drawn and how they move, summed over the frames of a run.

Everything is vectorised: a frame of 400 draws takes about 0.2 ms. The sums are kept in one table, a row a
unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.observation import Observation

_SUMS: Final = (
    "draws", "area", "box", "rank", "below", "center_x", "center_y", "top", "bottom", "left", "right",
    "neighbours", "with_scroll", "fixed", "against", "scrolled", "moves", "still", "key_moves", "key_draws",
    "free_moves", "free_draws", "width", "height", "animated", "followed",
)  # fmt: skip
_COLUMN: Final = {name: number for number, name in enumerate(_SUMS)}
_AT_LEAST_PX: Final = 0.5
"""px a frame from which something counts as moved."""


class Behaviour(NamedTuple):
    """How a unit was drawn so far. Shares are 0..1.

    frames: in which it could be seen. draws: a frame of these. most: in one frame. share: of the display's
    area that it shows, mean over the frames in which it is seen. box: area of one draw's rectangle as a
    share of the display. wide, high: its rectangle's sides as shares of the display's. rank: 0 drawn first,
    1 last. below: how much of it lies over other units. x, y: its centre, 0..1. top, bottom, left, right:
    how often it touches that edge. neighbours: draws of equal size that touch it, 0..4. scrolled: draws in
    frames with scroll; of these with_scroll moved with the picture, fixed did not move, against moved
    otherwise. moves: how often it moved in frames without scroll, in which there were `still` draws.
    with_keys, without_keys: how often it moved by itself in frames with a key held, and without; key_draws:
    draws in the fewer of these. places: different positions, up to about 60. animated: how often its thing
    had shown another unit the frame before.
    """

    frames: int
    draws: float
    most: int
    share: float
    box: float
    wide: float
    high: float
    rank: float
    below: float
    x: float
    y: float
    top: float
    bottom: float
    left: float
    right: float
    neighbours: float
    scrolled: int
    with_scroll: float
    fixed: float
    against: float
    still: int
    moves: float
    with_keys: float
    without_keys: float
    key_draws: int
    places: int
    animated: float

    @property
    def moves_by_itself(self) -> bool:
        """Whether it was seen to move in other ways than the picture scrolls, in several frames."""
        return (self.against > 0.25 and self.scrolled >= 3) or (self.moves > 0.3 and self.still >= 3)

    @property
    def answers_keys(self) -> bool:
        """Whether it moves while keys are held and rests while none are."""
        return self.key_draws >= 8 and self.with_keys > 0.3 and self.without_keys < 0.5 * self.with_keys


class Behaviours:
    """Sums over the frames observed so far, and the behaviour of a unit from them.

    plain: bool [units], to be set: of one colour, so that its motion cannot be seen. things: for units that
    one thing has shown in turn, such as the pictures of a walk: all of them. falls, rises: how often a
    thing's speed grew a little downwards, and upwards. steady_up, steady_down: how often one moved up or
    down evenly while a key was held.
    """

    def __init__(self) -> None:
        self._sums = np.zeros((64, len(_SUMS)))
        self._frames = np.zeros(64, np.int64)
        self._most = np.zeros(64, np.int64)
        self._places = np.zeros(64, np.uint64)
        self.plain = np.zeros(64, np.bool_)
        self._last_thing = np.zeros(0, np.int64)
        self._last_unit = np.zeros(0, np.int64)
        self._last_speed = np.zeros(0)
        self.things: dict[int, set[int]] = {}
        self.falls = 0
        self.rises = 0
        self.steady_up = self.steady_down = 0
        self.frames = 0
        self.size = (1, 1)

    def frames_of(self, unit: int) -> int:
        """Frames in which a unit could be seen."""
        return int(self._frames[unit]) if unit < len(self._frames) else 0

    def observe(self, seen: Observation) -> NDArray[np.int64]:
        """Add a frame. Gives the units that could be seen in it, sorted."""
        self.frames += 1
        self.size = seen.size
        self.grow(len(seen.units))
        shown = np.flatnonzero(seen.visible > 0)
        if not len(shown):
            return np.zeros(0, np.int64)
        unit = seen.unit[shown].astype(np.int64)
        values = self._values(seen, shown)
        self._follow_things(seen, shown, values)
        order = np.argsort(unit, kind="stable")
        in_order = unit[order]
        starts = np.flatnonzero(np.concatenate(([True], in_order[1:] != in_order[:-1])))
        units = in_order[starts]
        self._sums[units] += np.add.reduceat(values[order], starts, axis=0)
        counts = np.diff(np.append(starts, len(in_order)))
        self._frames[units] += 1
        self._most[units] = np.maximum(self._most[units], counts)
        box = seen.box[shown]
        # One of 64 bits for each position; the number of bits set is about the number of positions.
        mixed = (box[:, 0].astype(np.int64) * 73856093) ^ (box[:, 1].astype(np.int64) * 19349663)
        bits = np.uint64(1) << ((mixed >> 3) ^ mixed).astype(np.uint64) % np.uint64(64)
        self._places[units] |= np.bitwise_or.reduceat(bits[order], starts)
        return units

    def of(self, units: Sequence[int]) -> Behaviour:
        """The behaviour of units as if they were one: the pictures of one animated thing, or a single
        unit."""
        rows = list(units)
        if len(rows) == 1:
            sums, frames = self._sums[rows[0]].tolist(), int(self._frames[rows[0]])
            most, places = int(self._most[rows[0]]), self._places[rows[0]]
        else:
            sums, frames = self._sums[rows].sum(0).tolist(), int(self._frames[rows].sum())
            most, places = int(self._most[rows].max()), np.bitwise_or.reduce(self._places[rows])
        at = _COLUMN
        draws, frames = max(1.0, sums[at["draws"]]), max(1, frames)
        width, height = self.size
        screen = max(1, width * height)
        scrolled, still = sums[at["scrolled"]], sums[at["still"]]

        def mean(name: str) -> float:
            return float(sums[at[name]] / draws)

        return Behaviour(
            frames=frames,
            draws=draws / frames,
            most=most,
            share=sums[at["area"]] / frames / screen,
            box=mean("box") / screen,
            wide=mean("width") / max(1, width),
            high=mean("height") / max(1, height),
            rank=mean("rank"), below=mean("below"), x=mean("center_x"), y=mean("center_y"),
            top=mean("top"), bottom=mean("bottom"), left=mean("left"), right=mean("right"),
            neighbours=mean("neighbours"),
            scrolled=int(scrolled),
            with_scroll=sums[at["with_scroll"]] / max(1.0, scrolled),
            fixed=sums[at["fixed"]] / max(1.0, scrolled),
            against=sums[at["against"]] / max(1.0, scrolled),
            still=int(still),
            moves=sums[at["moves"]] / max(1.0, still),
            with_keys=sums[at["key_moves"]] / max(1.0, sums[at["key_draws"]]),
            without_keys=sums[at["free_moves"]] / max(1.0, sums[at["free_draws"]]),
            key_draws=int(min(sums[at["key_draws"]], sums[at["free_draws"]])),
            places=int(places).bit_count(),
            animated=sums[at["animated"]] / max(1.0, sums[at["followed"]]),
        )  # fmt: skip

    def _follow_things(
        self, seen: Observation, shown: NDArray[np.int64], values: NDArray[np.float64]
    ) -> None:
        """See which units one thing shows in turn, and whether things fall faster and faster."""
        things = seen.identity[shown].astype(np.int64)
        unique, first, counts = np.unique(things, return_index=True, return_counts=True)
        # A thing that draws several times a frame is a container, not a thing with several pictures.
        keep = (counts == 1) & (unique > 0)
        unique, first = unique[keep], first[keep]
        units = seen.unit[shown[first]].astype(np.int64)
        speed = seen.moved[shown[first], 1].astype(np.float64) - seen.scroll[1]
        if len(self._last_thing) and len(unique) and not seen.cut:
            at = np.minimum(np.searchsorted(self._last_thing, unique), len(self._last_thing) - 1)
            again = self._last_thing[at] == unique
            values[first, _COLUMN["followed"]] = again
            changed = again & (self._last_unit[at] != units)
            values[first, _COLUMN["animated"]] = changed
            for here, before in zip(
                units[changed].tolist(), self._last_unit[at[changed]].tolist(), strict=True
            ):
                self._join(here, before)
            faster = np.where(again, speed - self._last_speed[at], np.nan)
            moving = np.abs(speed) > _AT_LEAST_PX
            if seen.keys:
                steady = moving & (np.abs(faster) < 0.05)
                self.steady_up += int(np.count_nonzero(steady & (speed < 0)))
                self.steady_down += int(np.count_nonzero(steady & (speed > 0)))
            self.falls += int(np.count_nonzero(moving & (faster > 0.05) & (faster < 2.5)))
            self.rises += int(np.count_nonzero(moving & (faster < -0.05) & (faster > -2.5)))
        self._last_thing, self._last_unit, self._last_speed = unique, units, speed

    def _scroll(self, seen: Observation, shown: NDArray[np.int64]) -> NDArray[np.float32]:
        """The scroll, or none where what moves so is of one colour: a fade, or a sky in equal tiles."""
        scroll = np.asarray(seen.scroll, np.float32)
        if np.abs(scroll).max() <= _AT_LEAST_PX:
            return scroll
        area = np.where(self.plain[seen.unit[shown]], 0, seen.visible[shown])
        box, moved = seen.box[shown], seen.moved[shown]
        # A tile that seems to move by its own size may be its neighbour.
        swapped = (np.abs(moved) % np.maximum(box[:, 2:], 1) < 0.01).all(1) & (neighbours(box) > 0)
        area[swapped] = 0
        with_it = np.abs(moved - scroll).max(1) <= _AT_LEAST_PX
        return scroll if area[with_it].sum() > 0.1 * area.sum() else np.zeros(2, np.float32)

    def _join(self, one: int, other: int) -> None:
        """Note that one thing showed both units."""
        mine, others = self.things.get(one), self.things.get(other)
        if mine is not None and mine is others:
            return
        joined = (mine or {one}) | (others or {other})
        for unit in joined:
            self.things[unit] = joined

    def grow(self, count: int) -> None:
        """Make room for so many units."""
        have = len(self._frames)
        if count > have:
            more = max(count, 2 * have) - have
            self._sums = np.vstack([self._sums, np.zeros((more, len(_SUMS)))])
            self._frames = np.concatenate([self._frames, np.zeros(more, np.int64)])
            self._most = np.concatenate([self._most, np.zeros(more, np.int64)])
            self.plain = np.concatenate([self.plain, np.zeros(more, np.bool_)])
            self._places = np.concatenate([self._places, np.zeros(more, np.uint64)])

    def _values(self, seen: Observation, shown: NDArray[np.int64]) -> NDArray[np.float64]:
        """float64 [n, columns]: what each draw that can be seen adds to the sums."""
        box = seen.box[shown].astype(np.float64)
        x, y, w, h = box.T
        width, height = seen.size
        values = np.zeros((len(shown), len(_SUMS)))

        def put(name: str, value: NDArray[np.generic] | float) -> None:
            values[:, _COLUMN[name]] = value

        put("draws", 1.0)
        put("area", seen.visible[shown])
        put("box", w * h)
        put("width", w)
        put("height", h)
        put("rank", seen.rank[shown])
        put("below", seen.covers[shown])
        put("center_x", (x + w / 2) / width)
        put("center_y", (y + h / 2) / height)
        put("top", y <= 1)
        put("bottom", y + h >= height - 1)
        put("left", x <= 1)
        put("right", x + w >= width - 1)
        put("neighbours", neighbours(seen.box[shown]))
        moved = seen.moved[shown]
        known = ~np.isnan(moved[:, 0])
        if seen.cut or not known.any():
            return values
        scroll = self._scroll(seen, shown)
        itself = known & (np.abs(moved).max(1) > _AT_LEAST_PX)
        other = known & (np.abs(moved - scroll).max(1) > _AT_LEAST_PX)
        if np.abs(scroll).max() > _AT_LEAST_PX:
            put("scrolled", known)
            put("with_scroll", known & ~other)
            put("fixed", known & ~itself)
            put("against", itself & other & ~_like_parallax(moved, scroll))
        else:
            put("still", known)
            put("moves", itself)
        mover = other if np.abs(scroll).max() > _AT_LEAST_PX else itself
        put("key_draws" if seen.keys else "free_draws", known)
        put("key_moves" if seen.keys else "free_moves", mover)
        return values


def _like_parallax(moved: NDArray[np.float32], scroll: NDArray[np.float32]) -> NDArray[np.bool_]:
    """bool [n]: what moves as the picture scrolls, but slower, as a far layer does.

    So does a creature that walks with the scroll; but it turns, or walks on when the picture stands still.
    """
    length = float(np.hypot(*scroll))
    along, aside = moved @ scroll / length, np.abs(moved[:, 0] * scroll[1] - moved[:, 1] * scroll[0]) / length
    slower: NDArray[np.bool_] = (along > 0) & (along < length) & (aside < 1)
    return slower


def neighbours(box: NDArray[np.int32]) -> NDArray[np.int64]:
    """int64 [n]: of each rectangle (x, y, width, height), on how many sides an equal one touches it
    exactly."""
    x, y, w, h = np.clip(box.astype(np.int64), -32768, 32767).T + 32768

    def pack(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
        # 16 bits a coordinate; the sizes are folded to 31, and checked by nothing else: a clash is harmless.
        sizes = (w * 40503 ^ h * 2654435761) & 0x7FFFFFFF
        packed: NDArray[np.int64] = ((x & 0xFFFF) << 47) ^ ((y & 0xFFFF) << 31) ^ sizes
        return packed

    places = np.unique(pack(x, y))
    wide, high = w - 32768, h - 32768
    total = np.zeros(len(box), np.int64)
    for dx, dy in ((wide, 0), (-wide, 0), (0, high), (0, -high)):
        asked = pack(x + dx, y + dy)
        at = np.minimum(np.searchsorted(places, asked), len(places) - 1)
        total += places[at] == asked
    return total
