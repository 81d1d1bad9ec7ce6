"""The ground: hills, dirt and stone, caves, veins of ore, lakes, and lava deep down.

`generate_terrain` lists all steps in order. Read next: `landmarks`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin import Stream
from reskin.demo_games.miner.world import landmarks
from reskin.demo_games.miner.world.level import Level, inside_level, level_neighbours, smooth_noise
from reskin.demo_games.miner.world.tiles import (
    AIR,
    BEDROCK,
    BRICK,
    BRICK_WALL,
    BUSH,
    COAL,
    COLUMNS,
    CRATE,
    DEEP_WALL,
    DIRT,
    DIRT_WALL,
    FLOWER,
    GEM,
    GOLD,
    GRASS,
    IRON,
    LAVA,
    ROWS,
    SLATE,
    STONE,
    STONE_WALL,
    TILE,
    TREE,
    TUFT,
    WATER,
)

SKY_ROWS: Final = 20
"""Rows of sky over the highest hill, about."""
DEEP_ROW: Final = 46
LAVA_ROW: Final = 65

# ore, number of veins, first and last row below the surface, longest vein
VEINS: Final = (
    (COAL, 46, 4, 40, 7),
    (IRON, 40, 6, 44, 6),
    (GOLD, 26, 12, 50, 5),
    (GEM, 20, 24, 50, 3),
)
# Sixteen directions of length 256: a table, because libm's sine differs between machines.
DIRECTIONS: Final = (
    (256, 0), (237, 98), (181, 181), (98, 237), (0, 256), (-98, 237), (-181, 181), (-237, 98),
    (-256, 0), (-237, -98), (-181, -181), (-98, -237), (0, -256), (98, -237), (181, -181), (237, -98),
)  # fmt: skip


def generate_terrain(stream: Stream) -> Level:
    """A whole level of COLUMNS x ROWS tiles from one random stream."""
    level = Level()
    column = stream.between(COLUMNS * 2 // 5, COLUMNS * 3 // 5)
    scene = landmarks.LandmarkScene(column, stream.pick((-1, 1)), stream)
    _raise_ground(level, scene, stream)
    _fill_ground(level, stream)
    _dig_caves(level, stream)
    _dig_tunnels(level, scene, stream)
    _lay_veins(level, stream)
    landmarks.bury_landmark_rooms(level, scene, stream)
    _pour_lakes(level, stream)
    landmarks.build_surface_landmarks(level, scene, stream)
    scene.build(level, stream)
    _plant(level, scene, stream)
    _scatter(level, scene, stream)
    _tidy(level)
    return level


def _raise_ground(level: Level, scene: landmarks.LandmarkScene, stream: Stream) -> None:
    """Surface rows: rolling hills, but the profile of the opening scene around the spawn."""
    broad = smooth_noise(stream, COLUMNS, 22, 7)
    fine = smooth_noise(stream, COLUMNS, 7, 3)
    surface = [SKY_ROWS + 2 + broad[c] + fine[c] for c in range(COLUMNS)]
    base = min(max(surface[scene.column], SKY_ROWS + 3), SKY_ROWS + 8)
    for column in scene.columns():
        surface[column] = base - scene.rise(column)
    # Away from the scene no step is higher than one tile, so that everything can be walked to.
    for edge, step, stop in ((scene.columns()[0], -1, -1), (scene.columns()[-1], 1, COLUMNS)):
        row = surface[edge]
        for column in range(edge + step, stop, step):
            row = min(max(surface[column], row - 1), row + 1)
            surface[column] = row
    level.surface = surface
    level.spawn = (scene.column, base - 1)
    level.facing = scene.side


def _fill_ground(level: Level, stream: Stream) -> None:
    dirt = smooth_noise(stream, COLUMNS, 6, 4)
    deep = smooth_noise(stream, COLUMNS, 4, 6)
    for column, top in enumerate(level.surface):
        bottom = top + 3 + dirt[column]
        ground, walls = level.terrain[:, column], level.walls[:, column]
        ground[top] = GRASS
        ground[top + 1 : bottom] = DIRT
        ground[bottom:] = STONE
        walls[top + 1 : bottom + 2] = DIRT_WALL
        walls[bottom + 2 :] = STONE_WALL
        walls[DEEP_ROW + deep[column] :] = DEEP_WALL
        ground[DEEP_ROW + deep[column] :] = SLATE
    for _ in range(150):  # pockets: stone in the dirt, dirt in the stone
        column = stream.below(COLUMNS)
        row = level.surface[column] + stream.between(2, 22)
        kind = STONE if stream.chance(1, 3) else DIRT
        _vein(level, column, row, kind, stream.between(3, 9), stream, (DIRT, STONE))
    level.terrain[ROWS - 1] = BEDROCK
    level.terrain[ROWS - 2] = [BEDROCK if stream.chance(1, 2) else SLATE for _ in range(COLUMNS)]


def _dig_caves(level: Level, stream: Stream) -> None:
    """Cellular caves: noise, then five rounds in which each cell joins the majority around it."""
    rock = np.ones((ROWS, COLUMNS), np.uint8)
    for column, top in enumerate(level.surface):
        for row in range(top + 7, ROWS - 2):
            open_per_mille = 418 + (row - top)
            rock[row, column] = 0 if stream.below(1000) < open_per_mille else 1
    for _ in range(5):
        around = level_neighbours(rock)
        rock = ((around >= 5) | ((around == 4) & (rock == 1))).astype(np.uint8)
        for column, top in enumerate(level.surface):
            rock[: top + 6, column] = 1
        rock[ROWS - 2 :] = 1
    level.terrain[(rock == 0) & (level.terrain != AIR)] = AIR


def _dig_tunnels(level: Level, scene: landmarks.LandmarkScene, stream: Stream) -> None:
    """Winding tunnels: some open at the surface, others join the caves."""
    mouths = [c for c in range(8, COLUMNS - 8) if not scene.near(c, 4)]
    starts = [(stream.pick(mouths), True) for _ in range(5)]
    starts += [(stream.between(8, COLUMNS - 9), False) for _ in range(5)]
    for column, open_air in starts:
        row = level.surface[column] if open_air else level.surface[column] + stream.between(12, 34)
        x, y, heading = column * 256, row * 256, stream.pick((2, 3, 5, 6))
        for step in range(stream.between(26, 60)):
            radius = 1 if stream.chance(2, 3) else 2
            cx, cy = x // 256, y // 256
            if scene.near(cx, 2) and cy < level.surface[scene.column] + 9:
                break
            level.carve(range(cx, cx + radius), range(cy - radius + 1, cy + 1))
            level.carve(range(cx, cx + 2), range(cy, cy + 1))
            x += DIRECTIONS[heading][0]
            y += DIRECTIONS[heading][1]
            if cy >= ROWS - 5:
                heading = 0 if heading < 4 else 8
            elif step > 5 and stream.chance(2, 5):
                heading = min(max(heading + stream.pick((-1, 1)), 0), 8)
    level.terrain[ROWS - 1] = BEDROCK


def _lay_veins(level: Level, stream: Stream) -> None:
    for ore, count, first, last, length in VEINS:
        for _ in range(count):
            column = stream.below(COLUMNS)
            row = level.surface[column] + stream.between(first, last)
            _vein(level, column, row, ore, stream.between(2, length), stream, (STONE, DIRT, SLATE))


def _vein(
    level: Level, column: int, row: int, kind: int, length: int, stream: Stream, over: tuple[int, ...]
) -> None:
    """A short random walk that turns tiles of the kinds in `over` into `kind`."""
    for _ in range(length):
        if inside_level(column, row) and level.terrain[row, column] in over and row < ROWS - 1:
            level.terrain[row, column] = kind
        dx, dy = stream.pick(((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1)))
        column, row = column + dx, row + dy


def _pour_lakes(level: Level, stream: Stream) -> None:
    """Fill the bottoms of some caves; below LAVA_ROW everything open is lava."""
    for _ in range(90):
        column = stream.below(COLUMNS)
        row = stream.between(level.surface[column] + 8, LAVA_ROW - 1)
        liquid = LAVA if row > 54 and stream.chance(3, 4) else WATER
        cells = _basin(level, column, row, 46)
        if len(cells) >= 4:
            for c, r in cells:
                level.terrain[r, c] = liquid
    deep = level.terrain[LAVA_ROW:]
    deep[deep == AIR] = LAVA


def _basin(level: Level, column: int, row: int, limit: int) -> list[tuple[int, int]]:
    """Open cells that liquid poured at this row would fill; empty if it would run away."""
    if not level.empty(column, row):
        return []
    found, queue = {(column, row): True}, [(column, row)]
    for c, r in queue:
        for n in ((c - 1, r), (c + 1, r), (c, r + 1)):
            if not inside_level(*n) or len(found) > limit or level.walls[n[1], n[0]] == BRICK_WALL:
                return []
            if n not in found and not level.solid(*n):
                found[n] = True
                queue.append(n)
    return queue


def _plant(level: Level, scene: landmarks.LandmarkScene, stream: Stream) -> None:
    """Trees, bushes, grass and flowers on what grass is left; the scene planted its own trees."""
    since_tree = 0
    for column in range(2, COLUMNS - 2):
        row = level.surface[column] - 1
        since_tree += 1
        if level.terrain[row + 1, column] != GRASS or not level.empty(column, row):
            continue
        if level.scenery[row, column]:
            continue
        if not scene.near(column) and since_tree > 2 and stream.chance(1, 3):
            level.scenery[row, column] = TREE + stream.between(2, 4)
            since_tree = 0
        elif stream.chance(2, 5):
            level.scenery[row, column] = stream.pick((TUFT, TUFT, FLOWER, BUSH))


def _scatter(level: Level, scene: landmarks.LandmarkScene, stream: Stream) -> None:
    """Coins, crates and slimes in the caves, coins and animals on the surface."""
    floors = [
        (c, r)
        for r in range(SKY_ROWS, LAVA_ROW - 1)
        for c in range(3, COLUMNS - 6)
        if r > level.surface[c] + 4
        and level.standing(c, r)
        and not scene.near(c)
        and level.walls[r, c] != BRICK_WALL
    ]
    stream.shuffle(floors)
    for c, r in floors[:26]:
        for i in range(stream.between(2, 5)):
            if level.standing(c + i, r):
                level.coins.append(((c + i) * TILE + TILE // 2, r * TILE + 18))
    for c, r in floors[26:46]:
        level.terrain[r, c] = CRATE
    for c, r in floors[46:64]:
        if level.standing(c, r):
            level.slimes.append((c, r))
    for column in range(6, COLUMNS - 6, 4):
        row = level.surface[column] - 1
        if scene.near(column) or not level.standing(column, row):
            continue
        if stream.chance(1, 3):
            landmarks.coin_arc(level, column, row - stream.between(0, 1), stream.between(2, 4))
        elif stream.chance(1, 4):
            level.slimes.append((column, row))
        elif stream.chance(1, 4):
            level.animals.append((column, row))


def _tidy(level: Level) -> None:
    """Remove coins, chests, slimes and animals that a later step has built over."""
    level.coins = [(x, y) for x, y in level.coins if level.terrain[y // TILE, x // TILE] in (AIR, WATER)]
    level.chests = [chest for chest in level.chests if level.empty(chest[0], chest[1])]
    level.slimes = [cell for cell in level.slimes if level.empty(*cell)]
    level.animals = [cell for cell in level.animals if level.empty(*cell)]
    for column, row, _ in level.chests:
        if not level.solid(column, row + 1):
            level.terrain[row + 1, column] = BRICK
