"""The generated level as plain data, and helpers for the steps that generate it.

Integers only, all randomness from one stream: the same seed gives the same level on every machine.
Rows count downwards, columns to the right. Read next: `terrain`, which fills a level, and
`landmarks`, which builds what people left in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from reskin import Simulation, Stream
from reskin.demo_games.miner.world.tiles import AIR, COLUMNS, ROWS, SOLID

Grid = NDArray[np.uint8]


@dataclass
class Level:
    """terrain, walls, scenery: uint8 [ROWS, COLUMNS]. surface[c]: row of the topmost ground tile.

    The lists are where things start: coins in px (centre), the rest in cells (column, row).
    """

    terrain: Grid = field(default_factory=lambda: np.zeros((ROWS, COLUMNS), np.uint8))
    walls: Grid = field(default_factory=lambda: np.zeros((ROWS, COLUMNS), np.uint8))
    scenery: Grid = field(default_factory=lambda: np.zeros((ROWS, COLUMNS), np.uint8))
    surface: list[int] = field(default_factory=list)
    spawn: tuple[int, int] = (0, 0)
    facing: int = 1
    stall: tuple[int, int] = (0, 0)
    coins: list[tuple[int, int]] = field(default_factory=list)
    chests: list[tuple[int, int, int]] = field(default_factory=list)
    slimes: list[tuple[int, int]] = field(default_factory=list)
    animals: list[tuple[int, int]] = field(default_factory=list)

    def solid(self, column: int, row: int) -> bool:
        return inside_level(column, row) and SOLID[self.terrain[row, column]]

    def empty(self, column: int, row: int) -> bool:
        return inside_level(column, row) and self.terrain[row, column] == AIR

    def carve(self, columns: range, rows: range) -> None:
        """Fill a box with air, where it lies inside the level."""
        for row in rows:
            for column in columns:
                if inside_level(column, row):
                    self.terrain[row, column] = AIR

    def standing(self, column: int, row: int) -> bool:
        """Whether something can stand in this cell: air, with ground below."""
        return self.empty(column, row) and self.solid(column, row + 1)


def level_grid(simulation: Simulation, name: str) -> Grid:
    """One of the simulation's grids, uint8 [ROWS, COLUMNS]: "terrain", "walls" or "scenery"."""
    return cast(Grid, simulation.arrays[name])


def inside_level(column: int, row: int) -> bool:
    return 0 <= column < COLUMNS and 0 <= row < ROWS


def smooth_noise(stream: Stream, length: int, period: int, amplitude: int) -> list[int]:
    """Integers in 0..amplitude that vary smoothly over about `period` steps."""
    knots = [stream.between(0, amplitude * 256) for _ in range(length // period + 3)]
    values = []
    for i in range(length):
        k, t = i // period, (i % period) * 256 // period
        weight = t * t * (3 * 256 - 2 * t) // (256 * 256)
        values.append((knots[k] * (256 - weight) + knots[k + 1] * weight) // (256 * 256))
    return values


def level_neighbours(mask: Grid) -> Grid:
    """How many of the eight cells around each are set; the outside counts as set."""
    padded = np.pad(mask, 1, constant_values=1)
    height, width = mask.shape
    total = np.zeros_like(mask)
    for dy in range(3):
        for dx in range(3):
            if (dy, dx) != (1, 1):
                total += padded[dy : dy + height, dx : dx + width]
    return total
