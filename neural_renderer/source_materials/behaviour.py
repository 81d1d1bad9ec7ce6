"""How units are drawn and how they move, summed over the frames of a run. The loops are in `sums`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.observation import Observation
from reskin.neural_renderer.source_materials import sums


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
    had shown another unit the frame before. on_ground: how often its centre lies over a tile of the ground.
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
    on_ground: float = 0.0

    @property
    def moves_by_itself(self) -> bool:
        """Whether it was seen to move in other ways than the picture scrolls, in several frames."""
        return (self.against > 0.25 and self.scrolled >= 3) or (self.moves > 0.3 and self.still >= 3)

    @property
    def answers_keys(self) -> bool:
        """Whether it moves while keys are held and rests while none are."""
        return self.key_draws >= 8 and self.with_keys > 0.3 and self.without_keys < 0.5 * self.with_keys

    @property
    def one_answers_keys(self) -> bool:
        """Whether one of a few draws moves while keys are held, and the rest never: a ship and its spares."""
        moving = self.with_keys * self.draws
        return (
            self.key_draws >= 32 and 1.5 < self.draws < 6.5 and 0.3 < moving <= 1.1
            and self.without_keys < 0.02 and self.scrolled == 0
        )  # fmt: skip


class Behaviours:
    """Sums over the frames observed so far, and the behaviour of a unit from them.

    plain, solid, gappy: bool [units], to be set: of one colour, so that its motion cannot be seen; opaque and
    of a ground's hue; with gaps, as creatures and items have. things: for units that one thing has shown in
    turn, such as the pictures of a walk: all of them. poses: pairs of units of the last frame, of which the
    one took the place of the other: perhaps pictures of one thing that has no number of its own.
    """

    def __init__(self) -> None:
        self._sums = np.zeros((64, sums.COLUMNS))
        self._places = np.zeros(64, np.uint64)
        self.plain, self.solid, self.gappy = np.zeros((3, 64), np.bool_)
        self.poses: list[tuple[int, int]] = []
        self._lone: dict[int, tuple[int, int, int, int]] = {}
        self._seen_in = np.full((sums.SLOTS, 2), -1, np.int64)
        self._last = np.full((sums.SLOTS, 3), -1, np.int64)
        self._speeds = np.zeros(sums.SLOTS)
        self._counts = np.zeros(4, np.int64)
        self.things: dict[int, set[int]] = {}
        self.frames = 0
        self._skipped = False
        self.size = (1, 1)

    @property
    def falls(self) -> int:
        """How often a thing's speed grew a little downwards."""
        return int(self._counts[sums.FALLS])

    @property
    def rises(self) -> int:
        """How often it grew a little upwards."""
        return int(self._counts[sums.RISES])

    @property
    def steady(self) -> int:
        """How often things moved evenly while a key was held: up or down, whichever is less."""
        return int(min(self._counts[sums.STEADY_UP], self._counts[sums.STEADY_DOWN]))

    @property
    def neighbours(self) -> NDArray[np.float64]:
        """Of each unit, how many others of its size touch it, float64 [units or more]."""
        found: NDArray[np.float64] = self._sums[:, sums.NEIGHBOURS] / np.maximum(self._sums[:, sums.DRAWS], 1)
        return found

    def frames_of(self, unit: int) -> int:
        """Frames in which a unit could be seen."""
        return int(self._sums[unit, sums.FRAMES]) if 0 <= unit < len(self._sums) else 0

    def fullest_of(self, unit: int) -> float:
        """The largest share of one of its rectangles that could be seen, 0..1."""
        return float(self._sums[unit, sums.FULLEST])

    def stretch_of(self, unit: int) -> float:
        """Width through height of its rectangles, of a unit that could be seen."""
        return float(self._sums[unit, sums.WIDTH] / max(1.0, self._sums[unit, sums.HEIGHT]))

    def area_of(self, unit: int) -> int:
        """px of all frames in which a unit could be seen; at least 1."""
        return max(1, self.frames_of(unit) * self.size[0] * self.size[1])

    def observe(self, seen: Observation) -> NDArray[np.int64]:
        """Add a frame. Gives the units that could be seen in it, in their order."""
        self.frames += 1
        self._skipped = False
        self.size = seen.size
        self.grow(len(seen.units))
        unit, box, visible = seen.unit, np.ascontiguousarray(seen.box), seen.visible
        if not len(unit):
            return np.zeros(0, np.int64)
        touching = sums.neighbours(box)
        scroll = np.array(seen.scroll, np.float32)
        size = np.array(seen.size, np.float64)
        # A fade, or a sky in equal tiles, is no scroll.
        if scroll.any() and not sums.scroll_is_seen(
            unit, box, visible, seen.moved, scroll, seen.covers, touching, self.plain, size
        ):
            scroll[:] = 0
        now = sums.add_draws(
            self._sums, self._places, unit, box, visible, seen.moved, seen.rank, seen.covers, touching,
            scroll, size, seen.keys, seen.cut,
            sums.on_ground(unit, box, visible, touching, self.solid, self.gappy),
        )  # fmt: skip
        self._see_poses(seen, now)
        pairs = sums.follow_things(
            self._sums, self._seen_in, self._last, self._speeds, self._counts, self.frames, unit, visible,
            seen.identity, seen.moved, scroll, seen.keys, seen.cut,
        )  # fmt: skip
        for one, other in pairs.tolist():
            self.join(one, other)
        return np.flatnonzero(now)

    def skip(self) -> None:
        """Leave a frame out: what comes next does not continue what was seen before it."""
        if not self._skipped:
            self._skipped = True
            self._lone.clear()
            self._last[:, sums.FRAME] = -1

    def grow(self, count: int) -> None:
        """Make room for so many units."""
        have = len(self._sums)
        if count > have:
            more = max(count, 2 * have) - have
            self._sums = np.vstack([self._sums, np.zeros((more, sums.COLUMNS))])
            self._places = np.concatenate([self._places, np.zeros(more, np.uint64)])
            none = np.zeros(more, np.bool_)
            self.plain, self.solid, self.gappy = (
                np.concatenate([old, none]) for old in (self.plain, self.solid, self.gappy)
            )

    def _see_poses(self, seen: Observation, now: NDArray[np.int64]) -> None:
        """Find units drawn once that came where another, drawn once in the frame before, is gone."""
        once = (now[seen.unit] == 1) & (seen.visible > 0)
        lone = dict(zip(seen.unit[once].tolist(), map(tuple, seen.box[once].tolist()), strict=True))
        self.poses.clear()
        gone = [] if seen.cut else [(unit, box) for unit, box in self._lone.items() if not now[unit]]
        if gone:
            for unit in lone.keys() - self._lone.keys():
                x, y, w, h = lone[unit]
                for other, (a, b, c, d) in gone:
                    near = abs(2 * (x - a) + w - c) <= w + 8 and abs(2 * (y - b) + h - d) <= h + 8
                    if near and max(w, c) <= 1.6 * min(w, c) + 4 and max(h, d) <= 1.6 * min(h, d) + 4:
                        self.poses.append((unit, other))
        self._lone = lone

    def join(self, one: int, other: int) -> None:
        """Note that one thing showed both units."""
        mine, others = self.things.get(one), self.things.get(other)
        if mine is not None and mine is others:
            return
        joined = (mine or {one}) | (others or {other})
        for unit in joined:
            self.things[unit] = joined

    def of(self, units: Sequence[int]) -> Behaviour:
        """The behaviour of units as if they were one, as of the pictures of a walk; or of a single unit."""
        rows = list(units)
        row = self._sums[rows[0]] if len(rows) == 1 else self._sums[rows].sum(0)
        most = float(self._sums[rows, sums.MOST].max())
        places = int(np.bitwise_or.reduce(self._places[rows]))
        s: list[float] = row.tolist()
        draws, frames = max(1.0, s[sums.DRAWS]), max(1.0, s[sums.FRAMES])
        width, height = self.size
        screen = max(1, width * height)
        scrolled, still = s[sums.SCROLLED], s[sums.STILL]
        return Behaviour(
            frames=int(frames), draws=draws / frames, most=int(most), share=s[sums.AREA] / frames / screen,
            box=s[sums.BOX] / draws / screen, wide=s[sums.WIDTH] / draws / max(1, width),
            high=s[sums.HEIGHT] / draws / max(1, height), rank=s[sums.RANK] / draws,
            below=s[sums.BELOW] / draws, x=s[sums.X] / draws, y=s[sums.Y] / draws, top=s[sums.TOP] / draws,
            bottom=s[sums.BOTTOM] / draws, left=s[sums.LEFT] / draws, right=s[sums.RIGHT] / draws,
            neighbours=s[sums.NEIGHBOURS] / draws, scrolled=int(scrolled),
            with_scroll=s[sums.WITH_SCROLL] / max(1.0, scrolled), fixed=s[sums.FIXED] / max(1.0, scrolled),
            against=s[sums.AGAINST] / max(1.0, scrolled), still=int(still),
            moves=s[sums.MOVES] / max(1.0, still),
            with_keys=s[sums.KEY_MOVES] / max(1.0, s[sums.KEY_DRAWS]),
            without_keys=s[sums.FREE_MOVES] / max(1.0, s[sums.FREE_DRAWS]),
            key_draws=int(min(s[sums.KEY_DRAWS], s[sums.FREE_DRAWS])), places=places.bit_count(),
            animated=s[sums.ANIMATED] / max(1.0, s[sums.FOLLOWED]), on_ground=s[sums.ON_GROUND] / draws,
        )  # fmt: skip
