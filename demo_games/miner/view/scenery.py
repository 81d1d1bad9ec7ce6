"""Draws what stands in a cell without filling it: trees, bushes, flowers, torches, the stall's posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reskin import Simulation
from reskin.demo_games.miner.world.level import level_grid
from reskin.demo_games.miner.world.tiles import BUSH, FLOWER, POST, ROWS, STALL, TILE, TORCH, TREE, TUFT

if TYPE_CHECKING:
    from reskin import Canvas

MARGIN: Final = 3
"""Cells beside the view from which a crown can reach into it."""
TREE_REACH: Final = 6
TRUNK, BARK = "#7a5230", "#8a6038"
LEAVES: Final = ("#3f8f3f", "#4a9a44", "#37803c")
PETALS: Final = ("#f2d34b", "#e86a8a", "#f4f1ff", "#e2574c")
BLADES: Final = ((0, 0), (2, 9), (5, 3), (8, 12), (11, 4), (14, 8), (16, 0))
# Circles of a crown: x, y from the top of the trunk and radius, px.
CROWNS: Final = (
    ((-24, 6, 26), (24, 4, 28), (0, -20, 34), (2, 8, 26)),
    ((-18, 2, 30), (22, 10, 24), (6, -22, 30), (-8, -30, 22)),
    ((0, 4, 34), (-26, 12, 20), (24, 8, 24), (4, -30, 26)),
)


def draw_scenery(canvas: Canvas, simulation: Simulation, window: tuple[slice, slice]) -> None:
    """All scenery that reaches into the window of (rows, columns)."""
    rows, columns = window
    scenery = level_grid(simulation, "scenery")
    top, bottom = rows.start, min(rows.stop + TREE_REACH, ROWS)
    left = max(columns.start - MARGIN, 0)
    found = scenery[top:bottom, left : columns.stop + MARGIN].nonzero()
    for r, c in zip(*(axis.tolist() for axis in found), strict=True):
        row, column = top + r, left + c
        kind, x, y = int(scenery[row, column]), column * TILE, (row + 1) * TILE
        if kind >= TREE:
            _tree(canvas, x + TILE // 2, y, (kind - TREE) * TILE, column * 5 + row)
        elif kind == TORCH:
            _torch(canvas, x + TILE // 2, y - TILE, simulation.tick // 9 + column)
        elif kind in (POST, STALL):
            canvas.rect(x + 13, y - TILE, 6, TILE, TRUNK, "wood")
            if kind == STALL:
                canvas.rect(x, y - 15, TILE, 15, "#9c6b3c", "wood")
                canvas.rect(x - 2, y - 18, TILE + 4, 5, "#b98550", "wood")
        else:
            _plant(canvas, kind, x, y, column * 11 + row)


def _tree(canvas: Canvas, x: int, foot: int, height: int, variant: int) -> None:
    canvas.rect(x - 7, foot - height, 14, height, TRUNK, "wood")
    canvas.rect(x - 7, foot - height, 5, height, BARK, "wood")
    for i, (dx, dy, radius) in enumerate(CROWNS[variant % len(CROWNS)]):
        canvas.circle(x + dx, foot - height + dy, radius, LEAVES[(variant + i) % len(LEAVES)], "leaves")


def _torch(canvas: Canvas, x: int, y: int, phase: int) -> None:
    canvas.rect(x - 2, y + 14, 4, 13, TRUNK, "wood")
    flame = 8 + phase % 2 * 2
    canvas.rect(x - 4, y + 14 - flame, 8, flame, "#ffb63d", "light")
    canvas.rect(x - 2, y + 14 - flame // 2, 4, flame // 2, "#fff0b0", "light")


def _plant(canvas: Canvas, kind: int, x: int, foot: int, variant: int) -> None:
    lean = variant % 9
    if kind == BUSH:
        canvas.circle(x + 12, foot - 5, 10, LEAVES[0], "leaves")
        canvas.circle(x + 22, foot - 3, 8, LEAVES[1], "leaves")
    elif kind in (TUFT, FLOWER):
        blades = [(x + 4 + lean + dx, foot - dy) for dx, dy in BLADES]
        canvas.polygon(blades, "#69b347", "grass")
    if kind == FLOWER:
        canvas.rect(x + 11 + lean, foot - 16, 2, 12, "#5da53e", "grass")
        canvas.rect(x + 9 + lean, foot - 20, 6, 6, PETALS[variant % len(PETALS)], "leaves")
