"""The town from a seed: streets on an irregular grid, a river with bridges, blocks of houses, parks.

What never moves is kept in the simulation's arrays. A street is given by the px of its middle; it has two
tiles of road, and a tile of pavement on either side. Integers only, one random stream.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from reskin import Simulation, Stream
from reskin.demo_games.city.units import HEADINGS, SUB, TILE

MEADOW, WATER, ROAD, PAVEMENT, YARD, HOUSE, PARK, BRIDGE = range(8)
SOLID: Final = (WATER, HOUSE)
ACROSS, DOWN = 8, 6
"""How many streets run from north to south, and how many from west to east."""
MARGIN: Final = 12
"""Tiles of meadow around the town."""
RIVER_GAP: Final = 9
STYLES: Final = 6
Area = tuple[int, int, int, int]
"""x0, y0, x1, y1 in tiles, the last two exclusive."""


@dataclass(frozen=True)
class Streets:
    """The middles of streets in px: `xs` of those from north to south, `ys` of those from west to east."""

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    river: int  # it flows between this row of crossings and the next
    bridges: tuple[int, ...]  # for each of `xs`, whether it crosses the river

    def beyond(self, column: int, row: int, heading: int) -> tuple[int, int] | None:
        """The next crossing in a heading, or None where no street leads."""
        dx, dy = HEADINGS[heading]
        to_column, to_row = column + dx, row + dy
        if not (0 <= to_column < len(self.xs) and 0 <= to_row < len(self.ys)):
            return None
        if dy and min(row, to_row) == self.river and not self.bridges[column]:
            return None
        return to_column, to_row

    def exits(self, column: int, row: int) -> list[int]:
        """The headings in which one can leave a crossing."""
        return [heading for heading in range(4) if self.beyond(column, row, heading)]


@dataclass
class Plan:
    """Everything that stands: `ground` uint8 [rows, columns] in tiles, the rest as rows of integers."""

    ground: NDArray[np.uint8]
    streets: Streets
    houses: list[tuple[int, ...]] = field(default_factory=list)  # x, y, w, h in tiles, style
    doors: list[tuple[int, ...]] = field(default_factory=list)  # x, y of the sill in px, row of the street
    trees: list[tuple[int, ...]] = field(default_factory=list)  # x, y, radius in px
    lamps: list[tuple[int, ...]] = field(default_factory=list)  # x, y in px


def generate_plan(chance: Stream) -> Plan:
    """A town of 7 x 5 blocks, one row of which is the river."""
    columns, rows = [MARGIN], [MARGIN]
    river = chance.between(1, DOWN - 3)
    for _ in range(ACROSS - 1):
        columns.append(columns[-1] + chance.between(9, 14))
    for row in range(DOWN - 1):
        rows.append(rows[-1] + (RIVER_GAP if row == river else chance.between(8, 12)))
    bridges = tuple(int(i % 2 == 0 or i == ACROSS - 1 or chance.chance(1, 4)) for i in range(ACROSS))
    streets = Streets(tuple(c * TILE for c in columns), tuple(r * TILE for r in rows), river, bridges)
    plan = Plan(np.zeros((rows[-1] + MARGIN, columns[-1] + MARGIN), np.uint8), streets)
    _pave(plan.ground, columns, rows, streets)
    for i in range(ACROSS - 1):
        for j in range(DOWN - 1):
            if j != river:
                _block(plan, chance, (columns[i] + 2, rows[j] + 2, columns[i + 1] - 2, rows[j + 1] - 2), j)
    _outskirts(plan, chance)
    return plan


def _pave(ground: NDArray[np.uint8], columns: list[int], rows: list[int], streets: Streets) -> None:
    """Pavements, roads over them, the river over everything, bridges over the river."""
    left, right, top, bottom = columns[0], columns[-1], rows[0], rows[-1]
    for half, kind in ((2, PAVEMENT), (1, ROAD)):
        for c in columns:
            ground[top - half : bottom + half, c - half : c + half] = kind
        for r in rows:
            ground[r - half : r + half, left - half : right + half] = kind
    north, south = rows[streets.river] + 2, rows[streets.river + 1] - 2
    ground[north:south] = WATER
    for c, bridge in zip(columns, streets.bridges, strict=True):
        if bridge:
            ground[north:south, c - 2 : c + 2] = BRIDGE
            ground[north:south, c - 1 : c + 1] = ROAD
        else:
            ground[north - 1, c - 2 : c + 2] = ground[south, c - 2 : c + 2] = PAVEMENT


def _block(plan: Plan, chance: Stream, area: Area, row: int) -> None:
    """Houses in lots, or a park; lamps along the pavements above and below."""
    x0, y0, x1, y1 = area
    if chance.chance(1, 5):
        plan.ground[y0:y1, x0:x1] = PARK
        for _ in range((x1 - x0) * (y1 - y0) // 3):
            _tree(plan, chance, area)
    else:
        plan.ground[y0:y1, x0:x1] = YARD
        for lot in _lots(chance, area):
            _lot(plan, chance, lot, y1, row)
    for x in range(x0 + 1, x1, 4):
        plan.lamps += [(x * TILE, y0 * TILE - 24), (x * TILE, y1 * TILE + 24)]


def _lots(chance: Stream, area: Area) -> list[Area]:
    """Cut an area until no side is longer than five tiles."""
    x0, y0, x1, y1 = area
    w, h = x1 - x0, y1 - y0
    if max(w, h) < 4 or (max(w, h) == 4 and chance.chance(2, 3)) or (max(w, h) == 5 and chance.chance(1, 3)):
        return [area]
    if w >= h:
        cut = x0 + chance.between(2, w - 2)
        return _lots(chance, (x0, y0, cut, y1)) + _lots(chance, (cut, y0, x1, y1))
    cut = y0 + chance.between(2, h - 2)
    return _lots(chance, (x0, y0, x1, cut)) + _lots(chance, (x0, cut, x1, y1))


def _lot(plan: Plan, chance: Stream, lot: Area, bottom: int, row: int) -> None:
    """A house, with a door if it faces the street below; one lot in seven is a garden."""
    x0, y0, x1, y1 = lot
    if chance.chance(1, 7):
        plan.ground[y0:y1, x0:x1] = PARK
        _tree(plan, chance, lot)
        return
    plan.ground[y0:y1, x0:x1] = HOUSE
    plan.houses.append((x0, y0, x1 - x0, y1 - y0, chance.below(STYLES)))
    if y1 == bottom:
        plan.doors.append(((x0 + x1) * TILE // 2, y1 * TILE - 5, row + 1))


def _tree(plan: Plan, chance: Stream, area: Area) -> None:
    x0, y0, x1, y1 = (edge * TILE for edge in area)
    x, y = chance.between(x0 + 16, x1 - 16), chance.between(y0 + 16, y1 - 16)
    plan.trees.append((x, y, chance.between(9, 17)))


def _outskirts(plan: Plan, chance: Stream) -> None:
    """Trees on the meadows around the town."""
    height, width = plan.ground.shape
    for _ in range(width * height // 12):
        x, y = chance.between(20, width * TILE - 20), chance.between(20, height * TILE - 20)
        beside = [plan.ground[(y + dy) // TILE, (x + dx) // TILE] for dx in (-18, 18) for dy in (-18, 18)]
        if all(kind == MEADOW for kind in beside):
            plan.trees.append((x, y, chance.between(10, 18)))


def keep_plan(simulation: Simulation, plan: Plan) -> None:
    """Make the plan part of the state."""
    arrays, streets = simulation.arrays, plan.streets
    arrays["ground"] = plan.ground
    arrays["xs"], arrays["ys"] = np.array(streets.xs, np.int32), np.array(streets.ys, np.int32)
    arrays["river"] = np.array([streets.river, *streets.bridges], np.int32)
    standing = {"houses": plan.houses, "doors": plan.doors, "trees": plan.trees, "lamps": plan.lamps}
    for name, rows in standing.items():  # from north to south: drawn in this order
        arrays[name] = np.array(sorted(rows, key=lambda row: (row[1], row)), np.int32)


def plan_streets(simulation: Simulation) -> Streets:
    """The streets of a state."""
    arrays = simulation.arrays
    river, *bridges = arrays["river"].tolist()
    return Streets(tuple(arrays["xs"].tolist()), tuple(arrays["ys"].tolist()), river, tuple(bridges))


def kind_at(simulation: Simulation, x: int, y: int) -> int:
    """What the ground is at a place in 1/256 px; outside of the map it is water."""
    ground = cast("NDArray[np.uint8]", simulation.arrays["ground"])
    row, column = y // (TILE * SUB), x // (TILE * SUB)
    if 0 <= row < ground.shape[0] and 0 <= column < ground.shape[1]:
        return int(ground[row, column])
    return WATER
