"""A training scene as data: layers of shapes, two grids of tiles, and things.

A cell of a grid holds `material index * VARIANTS + variant`, or -1 where it is empty. Lengths are in px, rows
and columns in tiles.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.draw import Canvas
from reskin.engine.frame import MATERIALS, material_index
from reskin.neural_renderer.scenes.palette import VARIANTS, Palette, Rgb
from reskin.neural_renderer.scenes.props import Props, PropShape, Rng

Grid = NDArray[np.int16]
Ground = NDArray[np.int64]
"""In a side view: for each column, the row of the topmost ground tile."""

EMPTY: Final = -1


@dataclass(slots=True)
class Backdrop:
    """A layer behind the world: `fill`, a colour and a material, where it is given, and shapes on it."""

    name: str
    parallax: tuple[float, float]
    depth: float
    fill: tuple[Rgb, str] | None = None
    shapes: list[PropShape] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """All that a scene draws, from back to front.

    marks: shapes on cells (row, column) of the grid; lookouts: camera positions in px to choose from, if the
    scene's builder prefers some.
    """

    rng: Rng
    tile: int
    columns: int
    rows: int
    palette: Palette
    props: Props
    backdrops: list[Backdrop] = field(default_factory=list)
    behind: list[PropShape] = field(default_factory=list)
    front: list[PropShape] = field(default_factory=list)
    marks: dict[tuple[int, int], list[PropShape]] = field(default_factory=dict)
    lookouts: list[tuple[int, int]] = field(default_factory=list)
    grid: Grid = field(init=False)
    walls: Grid = field(init=False)
    _paint: dict[int, tuple[Rgb, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.grid = np.full((self.rows, self.columns), EMPTY, np.int16)
        self.walls = np.full((self.rows, self.columns), EMPTY, np.int16)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the world in px."""
        return self.columns * self.tile, self.rows * self.tile

    def put(self, row: int, column: int, material: str, variant: int = 0) -> None:
        """Set a cell of the grid. Cells outside it are ignored."""
        if 0 <= row < self.rows and 0 <= column < self.columns:
            self.grid[row, column] = layout_cell(material, variant)

    def block(self, row: int, column: int, height: int, width: int, material: str, variant: int = 0) -> None:
        """Set a box of cells, as far as it lies inside the grid."""
        self.grid[max(row, 0) : max(row + height, 0), max(column, 0) : max(column + width, 0)] = layout_cell(
            material, variant
        )

    def is_empty(self, row: int, column: int) -> bool:
        return 0 <= row < self.rows and 0 <= column < self.columns and self.grid[row, column] == EMPTY

    def viewpoint(self, rng: Rng, width: int, height: int) -> tuple[int, int]:
        """Of five camera positions, in px, the one whose view, of the given size, shows the most."""
        room = max(self.size[0] - width, 0), max(self.size[1] - height, 0)
        best, most = (0, 0), -1.0
        for _ in range(5):
            if self.lookouts:
                x, y = self.lookouts[int(rng.integers(0, len(self.lookouts)))]
            else:
                x, y = int(rng.integers(0, room[0] + 1)), int(rng.integers(0, room[1] + 1))
            x, y = min(max(x, 0), room[0]), min(max(y, 0), room[1])
            score = self._liveliness(x, y, width, height)
            if score > most:
                best, most = (x, y), score
        return best

    def _liveliness(self, x: int, y: int, width: int, height: int) -> float:
        """A score for how many things (25 at most) and kinds of tiles a view shows."""
        things = sum(x <= p.path.x <= x + width and y <= p.path.y <= y + height for p in self.props.made)
        left, top = x // self.tile, y // self.tile
        view = self.grid[top : top + height // self.tile + 1, left : left + width // self.tile + 1]
        return min(things, 25) + 2.0 * len(np.unique(view // VARIANTS))

    def seal(self) -> Layout:
        """End the building: look up the colour of every value in the grids. Returns itself."""
        used = np.union1d(self.grid, self.walls).tolist()
        self._paint = {
            value: (
                self.palette(MATERIALS[value // VARIANTS], value % VARIANTS),
                MATERIALS[value // VARIANTS],
            )
            for value in used
            if value != EMPTY
        }
        return self

    def draw(self, canvas: Canvas, t: int, camera: tuple[int, int]) -> None:
        """Draw the scene at time t; the canvas has begun a frame with this camera."""
        for backdrop in self.backdrops:
            with canvas.layer(backdrop.name, backdrop.parallax, backdrop.depth):
                if backdrop.fill is not None:
                    canvas.fill(*backdrop.fill)
                left, top = camera[0] * backdrop.parallax[0], camera[1] * backdrop.parallax[1]
                _draw_near(canvas, backdrop.shapes, left, top)
        canvas.tiles(self.walls, self._paint, size=self.tile)
        _draw_near(canvas, self.behind, *camera)
        canvas.tiles(self.grid, self._paint, size=self.tile)
        self._draw_marks(canvas, *camera)
        for prop in self.props.made:
            prop.draw(canvas, t, *camera)
        _draw_near(canvas, self.front, *camera)

    def _draw_marks(self, canvas: Canvas, left: int, top: int) -> None:
        if self.marks:
            for row in range(top // self.tile, (top + canvas.height) // self.tile + 1):
                for column in range(left // self.tile, (left + canvas.width) // self.tile + 1):
                    for shape in self.marks.get((row, column), ()):
                        shape.draw(canvas)


def layout_cell(material: str, variant: int = 0) -> int:
    """The value of a cell with a material in one of its shades."""
    return material_index(material) * VARIANTS + variant % VARIANTS


def smooth_noise(rng: Rng, rows: int, columns: int, step: float) -> NDArray[np.float64]:
    """Noise float64 [rows,columns], 0..1: random values `step` cells apart, interpolated linearly."""
    coarse = rng.random((int(rows / step) + 2, int(columns / step) + 2))
    y, x = np.arange(rows) / step, np.arange(columns) / step
    y0, x0 = y.astype(int), x.astype(int)
    fy, fx = (y - y0)[:, None], (x - x0)[None]
    top = coarse[y0][:, x0] * (1 - fx) + coarse[y0][:, x0 + 1] * fx
    bottom = coarse[y0 + 1][:, x0] * (1 - fx) + coarse[y0 + 1][:, x0 + 1] * fx
    return np.asarray(top * (1 - fy) + bottom * fy)


def _draw_near(canvas: Canvas, shapes: list[PropShape], left: float, top: float) -> None:
    for shape in shapes:
        if shape.may_touch(left, top, canvas.width, canvas.height):
            shape.draw(canvas)
