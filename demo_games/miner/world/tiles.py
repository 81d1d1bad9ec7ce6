"""What the world is made of: kinds of tiles, what digging them costs and gives, and the tools.

Every kind is a small integer in the terrain grid. Colours and materials are for drawing only; the
rules read `hardness`, `wear`, `item` and `coins`. Lengths: one tile is `TILE` px, one px is `SUB` units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TILE: Final = 32
SUB: Final = 256
CELL: Final = TILE * SUB
"""One tile in the units of all positions, 1/256 px."""

COLUMNS: Final = 160
ROWS: Final = 72

(
    AIR,
    GRASS,
    DIRT,
    STONE,
    SAND,
    WOOD,
    BRICK,
    COAL,
    IRON,
    GOLD,
    GEM,
    CRATE,
    BEDROCK,
    WATER,
    LAVA,
    THATCH,
    SLATE,
) = range(17)


@dataclass(frozen=True, slots=True)
class Tile:
    """One kind of tile. `hardness` in units of work; a pickaxe does 3 a tick, bare hands 1."""

    name: str
    color: str
    material: str
    hardness: int = 0
    wear: int = 1
    item: str = ""
    coins: tuple[int, int] = (0, 0)
    solid: bool = True


TILES: Final[dict[int, Tile]] = {
    AIR: Tile("air", "#000000", "sky", solid=False),
    GRASS: Tile("grass", "#5da53e", "grass", 42, 1, "dirt"),
    DIRT: Tile("dirt", "#8a6240", "dirt", 39, 1, "dirt"),
    STONE: Tile("stone", "#7b7f88", "stone", 96, 2, "stone"),
    SAND: Tile("sand", "#d9bf7f", "sand", 33, 1, "sand"),
    WOOD: Tile("planks", "#8c5f34", "wood", 60, 1, "wood"),
    BRICK: Tile("brick", "#b0543f", "brick", 120, 2, "brick"),
    COAL: Tile("coal", "#35353d", "ore", 108, 2, "coal"),
    IRON: Tile("iron", "#d08e62", "ore", 132, 2, "iron"),
    GOLD: Tile("gold", "#f0b732", "ore", 150, 2, "gold", (1, 2)),
    GEM: Tile("gem", "#4fd6d2", "ore", 210, 3, "gem", (2, 4)),
    CRATE: Tile("crate", "#a87a45", "wood", 36, 1, "wood", (2, 4)),
    BEDROCK: Tile("bedrock", "#3b3d46", "stone"),
    WATER: Tile("water", "#3f86d9", "water", solid=False),
    LAVA: Tile("lava", "#f2701d", "lava", solid=False),
    SLATE: Tile("slate", "#5f6472", "stone", 126, 2, "stone"),
    THATCH: Tile("thatch", "#c23d3a", "wood", 48, 1, "wood"),
}

SOLID: Final = tuple(TILES[kind].solid for kind in range(len(TILES)))
LIQUID: Final = tuple(kind in (WATER, LAVA) for kind in range(len(TILES)))
ORES: Final = (COAL, IRON, GOLD, GEM)
BLOCKS: Final[dict[str, int]] = {"dirt": DIRT, "stone": STONE, "brick": BRICK, "wood": WOOD}
"""Items that can be placed, in the order in which they are used up."""

ITEMS: Final = ("dirt", "stone", "wood", "brick", "sand", "coal", "iron", "gold", "gem")
TREASURE: Final = ("coal", "iron", "gold", "gem")
"""What is worth keeping in a chest."""

# The wall behind the tiles, dug or not: what a cave shows instead of the sky.
NO_WALL, DIRT_WALL, STONE_WALL, BRICK_WALL, DEEP_WALL = range(5)
WALLS: Final[dict[int, tuple[str, str]]] = {
    DIRT_WALL: ("#573f2c", "wall"),
    STONE_WALL: ("#43464f", "wall"),
    BRICK_WALL: ("#5c3530", "wall"),
    DEEP_WALL: ("#2c2d37", "wall"),
}

# Scenery stands in a cell without filling it. A tree is its trunk's height in cells, plus TREE.
BARE, TORCH, TUFT, FLOWER, BUSH, STALL, POST = range(7)
TREE: Final = 16


@dataclass(frozen=True, slots=True)
class Tool:
    """`power` is work done a tick; `damage` what a hit costs a slime; `durability` in wear."""

    title: str
    power: int
    damage: int
    durability: int


TOOLS: Final[dict[str, Tool]] = {
    "hands": Tool("bare hands", 1, 4, 0),
    "pickaxe": Tool("pickaxe", 3, 10, 160),
    "steel_pickaxe": Tool("steel pickaxe", 6, 20, 600),
}
PRICE: Final = 30
"""Coins for the steel pickaxe at the stall."""
RECIPES: Final[dict[str, dict[str, int]]] = {
    "steel_pickaxe": {"iron": 5, "wood": 3},
    "pickaxe": {"stone": 8, "wood": 2},
}
"""What a tool takes to make, the better one first."""
