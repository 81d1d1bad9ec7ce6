"""The land from a seed: ground, five towns, and the roads between them."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin import Stream
from reskin.demo_games.caravan.rules.components import TRADES

COLUMNS: Final = 88
ROWS: Final = 60
GRASS, MEADOW, TREE, WATER, SAND, ROCK, ROAD, BRIDGE, FLOOR, ROOF, WALL, DOOR, FIELD, FLOWER = range(14)
SOLID: Final = (TREE, WATER, ROCK, ROOF, WALL, DOOR)
PAVED: Final = (ROAD, BRIDGE, FLOOR)
NEVER: Final = 65535
ROUTES: Final = ((2, 0), (2, 1), (2, 3), (2, 4), (0, 1), (3, 4), (0, 3))
"""Pairs of towns that a road joins, by number."""
BUILDING: Final = {GRASS: 9, MEADOW: 9, FLOWER: 9, FIELD: 9, TREE: 14, SAND: 9, WATER: 45, ROCK: 40, ROAD: 3,
                   BRIDGE: 3, FLOOR: 3, ROOF: NEVER, WALL: NEVER, DOOR: NEVER}  # fmt: skip
"""The cost of building a road on a tile. A road goes round a lake, unless that is much longer."""

Grid = NDArray[np.integer[Any]]
Cell = tuple[int, int]


def make_land(chance: Stream) -> tuple[NDArray[np.uint8], list[Cell]]:
    """The tiles, uint8 [ROWS, COLUMNS], and the middle of each town's square as (column, row)."""
    land = _ground(chance)
    towns = []
    for trade in TRADES.values():
        column, row = trade.zone[0] + chance.between(-3, 3), trade.zone[1] + chance.between(-2, 2)
        _town(land, chance, column, row, trade.makes)
        towns.append((column, row))
    costs: Grid = np.array([BUILDING[kind] for kind in range(len(BUILDING))], np.int64)
    for a, b in ROUTES:
        _road(land, _distances(costs[land], towns[a]), towns[b])
    return land, towns


def land_ways(land: NDArray[np.uint8], towns: list[Cell]) -> NDArray[np.uint16]:
    """Distances to each town, uint16 [towns, ROWS, COLUMNS]: a paved tile counts 10, any other 15."""
    costs = np.where(np.isin(land, SOLID), NEVER, np.where(np.isin(land, PAVED), 10, 15))
    return np.stack([_distances(costs, town) for town in towns]).astype(np.uint16)


def _distances(costs: Grid, start: Cell) -> Grid:
    """The cost of the cheapest way from `start` to each tile; NEVER where there is none."""
    entry: list[list[int]] = costs.tolist()
    best = [[NEVER] * COLUMNS for _ in range(ROWS)]
    best[start[1]][start[0]] = 0
    queue = [(0, start[0], start[1])]
    while queue:
        so_far, c, r = heappop(queue)
        if so_far > best[r][c]:
            continue
        for nc, nr in ((c + 1, r), (c - 1, r), (c, r + 1), (c, r - 1)):
            if 0 <= nc < COLUMNS and 0 <= nr < ROWS and so_far + entry[nr][nc] < best[nr][nc]:
                best[nr][nc] = so_far + entry[nr][nc]
                heappush(queue, (best[nr][nc], nc, nr))
    return np.array(best)


def _noise(chance: Stream, step: int) -> Grid:
    """Smooth heights from 0 to 255, a hill every `step` tiles or so."""
    shape = ROWS // step + 2, COLUMNS // step + 2
    corners = np.array([[chance.below(256) for _ in range(shape[1])] for _ in range(shape[0])])
    r, c = np.arange(ROWS)[:, None], np.arange(COLUMNS)[None, :]
    fr, fc = r % step, c % step
    r, c = r // step, c // step
    above = corners[r, c] * (step - fc) + corners[r, c + 1] * fc
    below = corners[r + 1, c] * (step - fc) + corners[r + 1, c + 1] * fc
    return ((above * (step - fr) + below * fr) // (step * step)).astype(np.int64)


def _ground(chance: Stream) -> NDArray[np.uint8]:
    height, growth = _noise(chance, 10), _noise(chance, 6)
    speckle = np.array([[chance.below(100) for _ in range(COLUMNS)] for _ in range(ROWS)])
    land = np.full((ROWS, COLUMNS), GRASS, np.uint8)
    land[growth < 96] = MEADOW
    land[(growth < 110) & (speckle < 9)] = FLOWER
    land[(growth > 158) & (speckle < 62)] = TREE
    land[(growth > 120) & (speckle < 5)] = TREE
    land[height < 84] = SAND
    land[height < 70] = WATER
    land[(height > 196) & (speckle < 80)] = ROCK
    land[:2], land[-2:], land[:, :2], land[:, -2:] = TREE, TREE, TREE, TREE
    return land


def _town(land: NDArray[np.uint8], chance: Stream, column: int, row: int, makes: Mapping[str, int]) -> None:
    """A square with four houses around it on cleared ground, a garden, and fields if it grows grain."""
    if "grain" in makes:
        land[row + 6 : row + 10, column - 9 : column + 10] = FIELD
    land[row - 6 : row + 7, column - 8 : column + 9] = GRASS
    land[row - 2 : row + 3, column - 6 : column + 7] = FLOOR
    for side in (-1, 1):
        for top in (row - 5, row + 3):
            _house(land, column + side * 5 - 2 + chance.between(-1, 1), top, 4 + chance.below(2))
    land[row - 5 : row - 3, column - 1 : column + 2] = FLOWER


def _house(land: NDArray[np.uint8], left: int, top: int, width: int) -> None:
    """A roof of two rows, a front of one with a door."""
    land[top : top + 2, left : left + width] = ROOF
    land[top + 2, left : left + width] = WALL
    land[top + 2, left + width // 2] = DOOR


def _road(land: NDArray[np.uint8], way: Grid, start: Cell) -> None:
    """Pave the cheapest way from `start` to where the distances are 0."""
    (c, r), (dc, dr) = start, (0, 1)
    while way[r, c] > 0:
        neighbours = [
            (c + dc, r + dr),
            (c + 1, r),
            (c - 1, r),
            (c, r + 1),
            (c, r - 1),
        ]  # straight on, if as good
        nc, nr = min(neighbours, key=lambda cell: int(way[cell[1], cell[0]]))
        dc, dr, c, r = nc - c, nr - r, nc, nr
        if land[r, c] == WATER:
            land[r, c] = BRIDGE
        elif land[r, c] not in PAVED:
            land[r, c] = ROAD
