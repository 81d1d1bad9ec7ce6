"""The picture of a state: flat shapes, each with its material. Reads the simulation, never writes it.

Tiles first, then everything that stands, from back to front by the row of its feet.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin import Simulation
from reskin.demo_games.caravan.rules import figures
from reskin.demo_games.caravan.rules.components import (
    SUB,
    TILE,
    TRADES,
    Animal,
    Bandit,
    Body,
    Chest,
    Coin,
    Merchant,
    Sheep,
    Stroller,
    Town,
    hero,
)
from reskin.demo_games.caravan.rules.hud import draw_hud
from reskin.demo_games.caravan.rules.land import (
    BRIDGE,
    COLUMNS,
    DOOR,
    FIELD,
    FLOOR,
    FLOWER,
    GRASS,
    MEADOW,
    PAVED,
    ROAD,
    ROCK,
    ROOF,
    ROWS,
    SAND,
    TREE,
    WALL,
    WATER,
)

if TYPE_CHECKING:
    from reskin import Canvas

Grid = NDArray[np.integer[Any]]
Standing = list[tuple[float, Callable[[], None]]]

PALETTE: Final = {
    GRASS: ("#6aa84a", "grass"), MEADOW: ("#7bb552", "grass"), TREE: ("#5f9c44", "grass"),
    FLOWER: ("#72ae4f", "grass"), WATER: ("#3f86c9", "water"), SAND: ("#dcc48c", "sand"),
    ROCK: ("#5f9c44", "grass"), ROAD: ("#b99a6b", "road"), BRIDGE: ("#8b6239", "wood"),
    FLOOR: ("#c9b79a", "floor"), FIELD: ("#96703f", "dirt"), WALL: ("#e5d6b8", "wall"),
    DOOR: ("#e5d6b8", "wall"),
}  # fmt: skip
"""Roofs have the colour of their town."""


def draw_view(canvas: Canvas, simulation: Simulation, alpha: float, caption: str) -> None:
    """The whole frame."""
    _, body, _ = hero(simulation)
    x, y = figures.place(body, alpha)
    left = round(min(max(x - canvas.width / 2, 0), COLUMNS * TILE - canvas.width))
    top = round(min(max(y - canvas.height / 2, 0), ROWS * TILE - canvas.height))
    canvas.begin(tick=simulation.tick, camera=(left, top))
    canvas.fill("#5f9c44", "grass")
    land: Grid = simulation.arrays["land"]  # type: ignore[assignment]
    canvas.tiles(land, PALETTE)
    rows = range(max(top // TILE - 1, 0), min((top + canvas.height) // TILE + 3, ROWS))
    columns = range(max(left // TILE - 1, 0), min((left + canvas.width) // TILE + 2, COLUMNS))
    standing: Standing = []
    for row in rows:
        for column in columns:
            _tile(canvas, simulation, land, column, row, standing)
    _things(canvas, simulation, alpha, (left, top), standing)
    for _, paint in sorted(standing, key=lambda item: item[0]):
        paint()
    draw_hud(canvas, simulation, (left, top), caption)


def _tile(canvas: Canvas, simulation: Simulation, land: Grid, c: int, r: int, standing: Standing) -> None:
    """Details of one tile: flat ones are drawn at once, tall ones with what stands."""
    kind, x, y = int(land[r, c]), c * TILE, r * TILE
    chance = (c * 73 + r * 151 + c * r * 7) % 97
    if kind == TREE:
        standing.append((y + 26, partial(figures.draw_tree, canvas, x, y, chance)))
    elif kind == ROCK:
        standing.append((y + 27, partial(figures.draw_caravan_rock, canvas, x, y, chance)))
    elif kind in (ROAD, FLOOR, BRIDGE):
        _paving(canvas, land, c, r, kind, chance)
    elif kind == WATER:
        if chance % 4 == 0:
            canvas.rect(x + 4 + chance % 11, y + 6 + chance % 17, 12, 3, "#7fb4e6", "water")
        if r and land[r - 1, c] != WATER:
            canvas.rect(x, y, TILE, 5, "#2f6fae", "water")
    elif kind == FIELD:
        for i in range(4):
            canvas.rect(x, y + i * 8 + 4, TILE, 3, "#d9bb52" if chance % 5 else "#b8a043", "leaves")
    elif kind == FLOWER:
        for i, color in enumerate(("#f2d14b", "#e8674f", "#f4f0e4")[: 1 + chance % 3]):
            canvas.rect(x + (chance * (i + 3)) % 27, y + (chance * (2 * i + 5)) % 27, 4, 4, color, "leaves")
    elif kind in (GRASS, MEADOW) and chance % 3 == 0:
        canvas.rect(x + chance % 23, y + chance % 19 + 4, 3, 6, "#568f3b", "grass")
        canvas.rect(x + chance % 23 + 4, y + chance % 19 + 6, 3, 4, "#568f3b", "grass")
    elif kind in (ROOF, WALL, DOOR):
        _house(canvas, simulation, land, c, r, kind)


def _paving(canvas: Canvas, land: Grid, c: int, r: int, kind: int, chance: int) -> None:
    """Kerbs where the paving ends, slabs, planks."""
    x, y = c * TILE, r * TILE
    color, material = {ROAD: ("#a08255", "road"), FLOOR: ("#a8977b", "floor"), BRIDGE: ("#6d4a28", "wood")}[
        kind
    ]
    beside = [(c, r - 1), (c, r + 1), (c - 1, r), (c + 1, r)]
    edges = [not (0 <= i < COLUMNS and 0 <= j < ROWS) or land[j, i] not in PAVED for i, j in beside]
    bands = ((x, y, TILE, 4), (x, y + TILE - 4, TILE, 4), (x, y, 4, TILE), (x + TILE - 4, y, 4, TILE))
    if kind == BRIDGE:
        for i in range(4):
            canvas.rect(x, y + i * 8, TILE, 1, color, material)
    elif kind == FLOOR:
        canvas.rect(x, y + 31, TILE, 1, "#b8a688", material)
        canvas.rect(x + 31, y, 1, TILE, "#b8a688", material)
    elif chance % 3 == 0:
        canvas.rect(x + 6 + chance % 15, y + 7 + chance % 13, 5, 3, color, material)
    for edge, band in zip(edges, bands, strict=True):
        if edge:
            canvas.rect(*band, color, material)


def _house(canvas: Canvas, simulation: Simulation, land: Grid, c: int, r: int, kind: int) -> None:
    """A roof in its town's colour, a front with windows and a door."""
    x, y = c * TILE, r * TILE
    if kind == ROOF:
        trade = TRADES[_town_at(simulation, c, r)]
        canvas.rect(x, y, TILE, TILE, trade.roof, trade.roofing)
        upper = land[r - 1, c] != ROOF
        shade = figures.mixed(trade.roof, "#ffffff" if upper else "#000000", 36)
        canvas.rect(x, y, TILE, 6 if upper else 0, shade, trade.roofing)
        if not upper:
            canvas.rect(x, y + TILE - 6, TILE, 6, shade, trade.roofing)
        if upper and land[r, c - 1] != ROOF:
            canvas.rect(x + 10, y - 8, 10, 16, "#7d7a76", "stone")
        return
    canvas.rect(x, y, TILE, 4, "#a89877", "wall")
    canvas.rect(x, y + TILE - 5, TILE, 5, "#9a938a", "stone")
    if kind == DOOR:
        canvas.rect(x + 6, y + 5, 20, 27, "#6d4526", "wood")
        with canvas.thing(20_000 + r * COLUMNS + c, "door", x + 8, y + 7, 16, 25):
            canvas.rect(x + 8, y + 7, 16, 25, "#8c5a30")
            canvas.rect(x + 20, y + 19, 3, 3, "#e6c65c")
    else:
        canvas.rect(x + 8, y + 8, 16, 14, "#6d4526", "wood")
        canvas.rect(x + 10, y + 10, 12, 10, "#9fd3e8", "glass")


def _town_at(simulation: Simulation, c: int, r: int) -> str:
    """The name of the nearest town."""
    towns = simulation.world.query(Town)
    return min((abs(t.column - c) + abs(t.row - r), t.number, t.name) for _, t in towns)[2]


def _things(
    canvas: Canvas, simulation: Simulation, alpha: float, corner: tuple[int, int], standing: Standing
) -> None:
    """Add the things in view to what stands."""
    world, tick = simulation.world, simulation.tick
    left, top = corner[0] - 2 * TILE, corner[1] - 2 * TILE
    right, bottom = corner[0] + canvas.width + 2 * TILE, corner[1] + canvas.height + 3 * TILE

    def stand(x: float, y: float, paint: Callable[[], None]) -> None:
        if left < x < right and top < y < bottom:
            standing.append((y, paint))

    x: float
    y: float
    for id, chest in world.query(Chest):
        x, y = chest.column * TILE + 16, chest.row * TILE + 28
        full = bool(simulation.ledger.holdings(f"chest:{id}"))
        stand(x, y, partial(figures.draw_chest, canvas, id, chest, x, y, full))
    for id, coin in world.query(Coin):
        stand(coin.x / SUB, coin.y / SUB, partial(figures.draw_coin, canvas, id, coin, tick))
    for id, body, merchant in world.query(Body, Merchant):
        x, y = figures.place(body, alpha)
        town = world.get(merchant.town, Town)
        stand(x, y, partial(figures.draw_merchant, canvas, id, x, y, TRADES[town.name].roof))
        stand(x, y + 12, partial(figures.draw_stall, canvas, x, y, TRADES[town.name], town.name))
    for id, body, _ in world.query(Body, Stroller):
        paint = figures.draw_caravan_sheep if world.has(id, Sheep) else figures.draw_villager
        stand(*figures.place(body, alpha), partial(paint, canvas, id, body, alpha))
    for id, body, bandit in world.query(Body, Bandit):
        loot = bool(simulation.ledger.balance(f"bandit:{id}", "coin"))
        stand(
            *figures.place(body, alpha),
            partial(figures.draw_bandit, canvas, id, body, bandit.fleeing > 0, loot, alpha),
        )
    goods = [
        good for good, count in simulation.ledger.holdings("pack").items() for _ in range((count + 9) // 10)
    ]
    for id, body, animal in world.query(Body, Animal):
        load = goods[(animal.place - 1) * 3 : animal.place * 3]
        stand(*figures.place(body, alpha), partial(figures.draw_pack_animal, canvas, id, body, load, alpha))
    id, body, player = hero(simulation)
    x, y = figures.place(body, alpha)
    stand(
        x,
        y + 0.5,
        partial(figures.draw_player, canvas, id, body, player.swing, player.safe and tick // 6 % 2, alpha),
    )
