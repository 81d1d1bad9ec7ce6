"""The picture of a state: flat shapes, each with its material. Reads the simulation, never writes it.

Back to front: sky, hills, walls, scenery, tiles, things, splinters. Read next: `figures`, `hud`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from reskin import Simulation
from reskin.demo_games.miner.components import (
    BURST_TICKS,
    Animal,
    Body,
    Burst,
    Chest,
    Coin,
    Friend,
    Slime,
    hero,
)
from reskin.demo_games.miner.view import figures
from reskin.demo_games.miner.view.backdrop import draw_backdrop
from reskin.demo_games.miner.view.scenery import draw_scenery
from reskin.demo_games.miner.world.level import Grid, level_grid
from reskin.demo_games.miner.world.tiles import (
    AIR,
    CELL,
    COLUMNS,
    CRATE,
    DIRT,
    GRASS,
    LAVA,
    ORES,
    ROWS,
    SLATE,
    SOLID,
    STONE,
    SUB,
    THATCH,
    TILE,
    TILES,
    WALLS,
    WATER,
)

if TYPE_CHECKING:
    from reskin import Canvas

Window = tuple[slice, slice]
PALETTE: Final = {
    kind: (tile.color, tile.material) for kind, tile in TILES.items() if kind not in (AIR, THATCH)
}
OPAQUE: Final = np.array(SOLID)
SPLINTER_IDS: Final = 40_000
"""Splinters are things, numbered from here, so that the frame has their motion."""


def draw_world(canvas: Canvas, simulation: Simulation, camera: tuple[int, int], alpha: float) -> None:
    """Everything but the HUD, as seen from a camera (view's top left, world px)."""
    arrays = simulation.arrays
    window = _window(canvas, camera)
    if camera[1] < (int(arrays["surface"][window[1]].max()) + 2) * TILE:
        draw_backdrop(canvas, simulation.seed, camera[0])
    x, y = window[1].start * TILE, window[0].start * TILE
    terrain = level_grid(simulation, "terrain")[window]
    canvas.tiles(np.where(OPAQUE[terrain], 0, level_grid(simulation, "walls")[window]), WALLS, x, y)
    draw_scenery(canvas, simulation, window)
    canvas.tiles(terrain, PALETTE, x, y)
    _trim(canvas, level_grid(simulation, "terrain"), window, simulation.tick)
    _things(canvas, simulation, camera, alpha)
    _splinters(canvas, simulation, alpha)


def _window(canvas: Canvas, camera: tuple[int, int]) -> Window:
    """Rows and columns that the view touches."""
    left, top = max(camera[0] // TILE, 0), max(camera[1] // TILE, 0)
    right = min((camera[0] + canvas.width) // TILE + 1, COLUMNS)
    bottom = min((camera[1] + canvas.height) // TILE + 1, ROWS)
    return slice(top, max(bottom, top)), slice(left, right)


def _trim(canvas: Canvas, terrain: Grid, window: Window, tick: int) -> None:
    """Details on tiles: sunlit grass, nuggets of ore, the crest of water and lava, the awning."""
    rows, columns = window
    for row, line in enumerate(terrain[window].tolist(), rows.start):
        above = terrain[row - 1, columns].tolist() if row else line
        for column, kind in enumerate(line, columns.start):
            if kind in SPECKS:
                _speck(canvas, kind, column, row)
            elif kind in ORES:
                _nuggets(canvas, kind, column, row)
            elif kind == CRATE:
                _crate(canvas, column * TILE, row * TILE)
            elif kind == THATCH:
                _awning(canvas, column, row)
            elif kind in DETAILED and not SOLID[over := above[column - columns.start]] and over != kind:
                _crest(canvas, kind, column * TILE, row * TILE)


DETAILED: Final = {GRASS: "#79c04f", WATER: "#7fb6ef", LAVA: "#ffb03a"}


def _crest(canvas: Canvas, kind: int, x: int, y: int) -> None:
    canvas.rect(x, y, TILE, 5 if kind == GRASS else 4, DETAILED[kind], TILES[kind].material)


# Shapes x, y, w, h in a tile, and shades; every third tile or so has some, so that the ground is not bare.
SPECKS: Final = {
    DIRT: ("#9b7350", "#7a5536", ((6, 8, 5, 4), (21, 20, 7, 5), (15, 26, 4, 3))),
    SLATE: ("#6c7180", "#515562", ((5, 6, 10, 3), (19, 15, 3, 9), (10, 24, 9, 3))),
    STONE: ("#8b8f98", "#6d717a", ((4, 9, 12, 3), (16, 9, 3, 8), (20, 23, 8, 3))),
}


def _speck(canvas: Canvas, kind: int, column: int, row: int) -> None:
    chance = column * 29 + row * 53 + column * row
    if chance % 3:
        return
    light, dark, shapes = SPECKS[kind]
    turn = chance // 3 % 3
    x, y = column * TILE, row * TILE
    for i, (dx, dy, w, h) in enumerate(shapes[: 1 + chance % 2 + turn // 2]):
        canvas.rect(
            x + (dx + 5 * turn) % 24,
            y + (dy + 9 * turn) % 26,
            w,
            h,
            dark if i else light,
            TILES[kind].material,
        )


NUGGETS: Final = (
    ((4, 5, 9, 8), (19, 3, 8, 7), (11, 16, 10, 9), (24, 19, 5, 8), (3, 22, 6, 6)),
    ((6, 3, 8, 7), (20, 9, 8, 9), (3, 14, 7, 8), (13, 21, 10, 7), (25, 24, 5, 5)),
    ((3, 8, 7, 9), (14, 4, 9, 7), (24, 12, 6, 9), (8, 20, 9, 8), (20, 24, 8, 5)),
)
STONE_SHADE: Final = {kind: figures.mixed(TILES[kind].color, "#62656e", 150) for kind in ORES}


def _nuggets(canvas: Canvas, kind: int, column: int, row: int) -> None:
    """Ore is stone in a shade of the ore's colour, with bright pieces in it."""
    x, y = column * TILE, row * TILE
    canvas.rect(x, y, TILE, TILE, STONE_SHADE[kind], "ore")
    for dx, dy, w, h in NUGGETS[(column * 7 + row * 13) % len(NUGGETS)]:
        canvas.rect(x + dx, y + dy, w, h, TILES[kind].color, "ore")


def _crate(canvas: Canvas, x: int, y: int) -> None:
    for dx, dy, w, h in ((0, 0, 32, 4), (0, 28, 32, 4), (0, 4, 4, 24), (28, 4, 4, 24), (4, 14, 24, 4)):
        canvas.rect(x + dx, y + dy, w, h, "#7f582c", "wood")


def _awning(canvas: Canvas, column: int, row: int) -> None:
    x, y = column * TILE, row * TILE
    for stripe in range(4):
        canvas.rect(x + stripe * 8, y + 8, 8, 20, "#c8423d" if stripe % 2 else "#f1e3cb", "wood")
    canvas.rect(x, y + 4, TILE, 5, "#7d4f2a", "wood")


def _things(canvas: Canvas, simulation: Simulation, camera: tuple[int, int], alpha: float) -> None:
    world, tick = simulation.world, simulation.tick
    left, right = (camera[0] - TILE) * SUB, (camera[0] + canvas.width + TILE) * SUB
    top, bottom = (camera[1] - TILE) * SUB, (camera[1] + canvas.height + TILE) * SUB
    for id, chest in world.query(Chest):
        if left < chest.column * CELL < right and top < chest.row * CELL < bottom:
            figures.draw_chest(canvas, id, chest)
    for id, body, friend in world.query(Body, Friend):
        if left < body.x < right:
            figures.draw_friend(canvas, id, body, friend, alpha)
    for id, body, animal in world.query(Body, Animal):
        if left < body.x < right and top < body.y < bottom:
            figures.draw_animal(canvas, id, body, animal, alpha)
    for id, coin in world.query(Coin):
        if left < coin.x < right and top < coin.y < bottom:
            figures.draw_coin(canvas, id, coin, tick, alpha)
    for id, body, slime in world.query(Body, Slime):
        if left < body.x < right and top < body.y < bottom:
            figures.draw_slime(canvas, id, body, slime, alpha)
    id, body, player = hero(world)
    figures.draw_player(canvas, simulation, id, body, player, alpha)


def _splinters(canvas: Canvas, simulation: Simulation, alpha: float) -> None:
    """Six for each burst; their places follow from the burst's tick."""
    for id, burst in simulation.world.query(Burst):
        age = simulation.tick - burst.tick - 1 + alpha
        if age < 0:
            continue
        size = 5 - int(age * 4 / BURST_TICKS)
        color = (burst.color >> 16, burst.color >> 8 & 255, burst.color & 255)
        for k in range(6):
            spread = (id * 7 + k * 37) % 23 - 11
            x = burst.x / SUB + spread * age * 0.16
            y = burst.y / SUB - (1.2 + (id * 5 + k * 11) % 9 * 0.22) * age + 0.11 * age * age
            with canvas.thing(SPLINTER_IDS + (id * 6 + k) % 20_000, "effect", x, y, size, size):
                canvas.rect(x, y, size, size, color)
