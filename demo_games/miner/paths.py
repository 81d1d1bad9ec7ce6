"""Which cells the player can reach, on foot and with a pickaxe: Dijkstra's algorithm (1959).

Costs are ticks, roughly. `explore_paths` is a pure function, so that the bot keeps no state. It is compiled,
because the bot asks again whenever anything changes. Read next: `bot`, which follows the ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.demo_games.miner.world.tiles import AIR, LAVA, LIQUID, SOLID, TILES, WATER
from reskin.engine.compiled import compiled

Cell = tuple[int, int]
Costs = NDArray[np.int32]

WIDTH, HEIGHT = 31, 19
"""Cells of the part of the world that is searched."""
LEFT, ABOVE = WIDTH // 2, 8
"""Columns and rows of it before the player's own."""
STEP, CLIMB, LEAP, HIGH_LEAP, FALL = 13, 22, 36, 40, 5
SWIM: Final = 18
"""Cost of a cell of water. No cost of digging equals it, so that it also marks water."""
AIRY: Final = 6
"""Extra cost of a step without ground below: steering in the air may fail."""
LONG_FALL, DEEP = 50, 5
"""Extra cost of each cell of a fall of more than DEEP cells."""
CLEARING, FLOODED = 6, 30
"""Ticks lost when digging a cell, and when water runs in from it."""
EDGE: Final = 2
"""Impassable cells around the window, so that the search needs no bounds."""
NEVER: Final = 1 << 30

_HARDNESS: Final = np.array([TILES[kind].hardness for kind in range(len(TILES))], np.int32)
_SOLID: Final = np.array(SOLID)
_LIQUID: Final = np.array(LIQUID)


@dataclass(frozen=True, eq=False)
class FlowField:
    """Costs and ways from one start, int32 [HEIGHT, WIDTH]; `before` is a flat index, -1 at the start."""

    cost: Costs
    before: Costs

    def reached(self, cell: Cell) -> bool:
        """Whether there is a way to a cell (column, row) of the window."""
        column, row = cell
        return 0 <= column < WIDTH and 0 <= row < HEIGHT and bool(self.cost[row, column] < NEVER)

    def first(self, target: Cell, start: Cell) -> Cell:
        """The first cell on the way from the start to a target that can be reached."""
        cell = target
        while cell != start and self.reached(cell):
            row, column = divmod(int(self.before[cell[1], cell[0]]), WIDTH)
            if (column, row) == start:
                break
            cell = column, row
        return cell


@lru_cache(maxsize=16)
def explore_paths(tiles: bytes, held: tuple[Cell, ...], power: int, start: Cell, rise: int) -> FlowField:
    """All cells that can be reached in a window: `tiles` are HEIGHT x WIDTH kinds of tiles, row by row.

    `held` are solid cells that must not be dug, such as those under chests; `power` is the tool's;
    `rise` is how many cells the player can still go up from the start: 2 standing, less in the air.
    """
    kinds = np.frombuffer(tiles, np.uint8).reshape(HEIGHT, WIDTH)
    effort = _efforts(kinds, held, power)
    air = np.pad(kinds == AIR, EDGE)
    water = np.pad(kinds == WATER, EDGE)
    solid = np.pad(_SOLID[kinds], EDGE, constant_values=True)
    cost = np.full(effort.shape, NEVER, np.int32)
    before = np.full(effort.shape, -1, np.int32)
    _search(effort, air, water, solid, start[0] + EDGE, start[1] + EDGE, rise, cost, before)
    inner = slice(EDGE, -EDGE)
    rows, columns = np.divmod(before[inner, inner], effort.shape[1])
    flat = (rows - EDGE) * WIDTH + columns - EDGE
    return FlowField(cost[inner, inner], np.where(before[inner, inner] < 0, -1, flat).astype(np.int32))


def _efforts(kinds: NDArray[np.uint8], held: tuple[Cell, ...], power: int) -> Costs:
    """Ticks to clear each cell, 0 if it is open, -1 if it cannot or must not be entered; with edges."""
    effort = np.where(_HARDNESS[kinds] > 0, _HARDNESS[kinds] // power + CLEARING, -1)
    liquid = np.pad(kinds, 1)
    around = np.stack([liquid[1:-1, :-2], liquid[1:-1, 2:], liquid[:-2, 1:-1]])
    effort[_LIQUID[around].any(0) & (effort > 0)] += FLOODED
    effort[(around == LAVA).any(0)] = -1  # it would run in, or one would step into it
    effort[kinds == AIR] = 0
    effort[kinds == WATER] = SWIM
    for column, row in held:
        effort[row, column] = -1
    return np.pad(effort, EDGE, constant_values=-1).astype(np.int32)


@compiled()
def _search(effort, air, water, solid, column, row, rise, cost, before):  # type: ignore[no-untyped-def]
    """Dijkstra without a heap: there are few cells, and the lowest index wins a tie on every machine."""
    height, width = effort.shape
    done = np.zeros((height, width), np.bool_)
    cost[row, column] = 0
    for _ in range(height * width):
        best, c, r = NEVER, -1, -1
        for y in range(EDGE, height - EDGE):
            for x in range(EDGE, width - EDGE):
                if not done[y, x] and cost[y, x] < best:
                    best, c, r = cost[y, x], x, y
        if c < 0:
            return
        done[r, c] = True
        bears = solid[r + 1, c] or water[r, c]
        at_start = c == column and r == row
        lift = rise if at_start else 2 if bears else 0
        _vertical(effort, air, cost, before, c, r, lift, bears)
        for side in (-1, 1):
            # In the air one can steer to the next cell, but no farther.
            _sideways(effort, air, water, solid, cost, before, c, r, side, lift, bears, bears or at_start)


@compiled()
def _relax(cost, before, c, r, x, y, extra):  # type: ignore[no-untyped-def]
    total = cost[r, c] + extra
    if total < cost[y, x]:
        cost[y, x] = total
        before[y, x] = r * cost.shape[1] + c


@compiled()
def _vertical(effort, air, cost, before, c, r, lift, bears):  # type: ignore[no-untyped-def]
    """Down into the ground or the depths; up, as far as one can jump. No digging while in the air."""
    if effort[r + 1, c] >= 0:
        deep = True
        for i in range(2, 2 + DEEP):
            deep = deep and r + i < air.shape[0] and air[r + i, c]
        _relax(cost, before, c, r, c, r + 1, FALL + effort[r + 1, c] + (LONG_FALL if deep else 0))
    up = effort[r - 1, c]
    if lift >= 1 and up >= 0 and (bears or up in (0, SWIM)):
        _relax(cost, before, c, r, c, r - 1, CLIMB + up)
        if lift >= 2 and up == 0 and air[r - 2, c]:
            _relax(cost, before, c, r, c, r - 2, HIGH_LEAP)


@compiled()
def _sideways(  # type: ignore[no-untyped-def]
    effort, air, water, solid, cost, before, c, r, side, lift, bears, steers
):
    """Steps, steps up, drifting down, and leaps across a gap."""
    beside = effort[r, c + side]
    if beside >= 0 and (bears or (steers and beside in (0, SWIM))):
        _relax(cost, before, c, r, c + side, r, STEP + beside + (0 if bears else AIRY))
    if not bears and lift == 0 and beside == 0 and (air[r + 1, c + side] or water[r + 1, c + side]):
        _relax(cost, before, c, r, c + side, r + 1, STEP)
    up, corner = effort[r - 1, c], effort[r - 1, c + side]
    digs = up not in (0, SWIM) or corner not in (0, SWIM)
    if lift == 0 or up < 0 or corner < 0 or (digs and not bears):
        return
    _relax(cost, before, c, r, c + side, r - 1, CLIMB + up + corner)
    if up > 0 or corner > 0:
        return
    if lift >= 2 and air[r - 2, c] and air[r - 2, c + side]:
        _relax(cost, before, c, r, c + side, r - 2, LEAP)
    gap = air[r, c + side] and not solid[r + 1, c + side]
    if gap and air[r - 1, c + 2 * side] and (air[r, c + 2 * side] or water[r, c + 2 * side]):
        _relax(cost, before, c, r, c + 2 * side, r, LEAP)
