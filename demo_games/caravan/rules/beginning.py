"""The beginning of a game: who stands where, and all coins that there will ever be."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin import Simulation, Stream
from reskin.demo_games.caravan.rules import quests
from reskin.demo_games.caravan.rules.components import (
    CELL,
    GOODS,
    TRADES,
    Animal,
    Bandit,
    Body,
    Chest,
    Coin,
    Merchant,
    Player,
    Sheep,
    Stroller,
    Town,
)
from reskin.demo_games.caravan.rules.land import FLOWER, GRASS, MEADOW, NEVER, ROAD, SAND, Cell
from reskin.demo_games.caravan.rules.market import WANTED
from reskin.engine.script import read_loot, read_prefabs
from reskin.engine.script.data import Prefab

PURSE, TILL, SAVINGS = 60, 500, 900
"""Coins of the player, of each market, and of each town's people."""
HOME: Final = 2
"""The town that a game begins in."""
CHESTS, BANDITS, FLOCKS, COINS = 9, 7, 6, 26
OPEN: Final = (GRASS, MEADOW, FLOWER, SAND)
LOOT: Final = read_loot("loot.yaml")
PREFABS: Final = read_prefabs("prefabs.yaml", Body, Bandit, Stroller, Sheep)

Grid = NDArray[np.integer[Any]]


def fill_beginning_world(simulation: Simulation, land: Grid, towns: list[Cell]) -> None:
    """Spawn everybody and everything. The player comes first, so that its id is 1 in every game."""
    world, ledger = simulation.world, simulation.ledger
    for account in ("player", "pack", "ground"):
        ledger.open(account)
    x, y = _middle((towns[HOME][0], towns[HOME][1] + 1))
    world.spawn(Body(x, y, 20, 28, x, y), Player([]))
    world.spawn(Body(x, y, 34, 28, x, y), Animal(1))
    ledger.mint("player", "coin", PURSE, "a purse to begin with")
    chance = simulation.streams["people"]
    for number, (name, cell) in enumerate(zip(TRADES, towns, strict=True)):
        _town(simulation, chance, number, name, cell)
    reachable = simulation.arrays["ways"][HOME] < NEVER
    _wild(simulation, chance, land, reachable, towns)
    for _ in range(3):  # so that there are deliveries from the first minute on
        quests.invent_quest(simulation)


def _town(simulation: Simulation, chance: Stream, number: int, name: str, cell: Cell) -> None:
    world, ledger, trade = simulation.world, simulation.ledger, TRADES[name]
    town = world.spawn(Town(name, number, *cell))
    for account, coins in ((f"shop:{name}", TILL), (f"folk:{name}", SAVINGS)):
        ledger.open(account)
        ledger.mint(account, "coin", coins, "savings")
    for good in GOODS:
        plenty = 2 * WANTED if good in trade.makes else WANTED // 4 if good in trade.uses else WANTED // 2
        ledger.mint(f"shop:{name}", good, plenty + chance.between(-3, 3), "stock to begin with")
    x, y = _middle((cell[0], cell[1] - 1))
    world.spawn(Body(x, y, 22, 30, x, y), Merchant(town))
    for side in (-1, 1):
        _spawn(
            simulation,
            PREFABS["villager"],
            (cell[0] + side * chance.between(2, 5), cell[1] + chance.between(0, 2)),
        )


def _wild(simulation: Simulation, chance: Stream, land: Grid, reachable: Grid, towns: list[Cell]) -> None:
    """Chests, bandits, sheep and lost coins, outside of towns and where the player can get."""
    world, ledger = simulation.world, simulation.ledger
    far = np.ones(land.shape, bool)
    for column, row in towns:
        far[max(row - 9, 0) : row + 10, max(column - 12, 0) : column + 13] = False
    open_ground = _cells(np.isin(land, OPEN) & reachable & far)
    roads = _cells((land == ROAD) & far)
    for cell in _some(chance, open_ground, CHESTS):
        id = world.spawn(Chest(*cell))
        ledger.open(f"chest:{id}")
        for item, count in LOOT["chest"].roll(chance).items():
            ledger.mint(f"chest:{id}", item, count, "lost long ago")
    for cell in _some(chance, roads, BANDITS):
        aside = [c for c in open_ground if 2 <= abs(c[0] - cell[0]) + abs(c[1] - cell[1]) <= 6]
        id = _spawn(simulation, PREFABS["bandit"], chance.pick(aside) if aside else cell)
        ledger.open(f"bandit:{id}")
        for item, count in LOOT["bandit"].roll(chance).items():
            ledger.mint(f"bandit:{id}", item, count, "robbed before")
    for cell in _some(chance, open_ground, FLOCKS):
        for _ in range(3):
            _spawn(simulation, PREFABS["sheep"], cell)
    for cell in _some(chance, roads, COINS):
        world.spawn(Coin(*_middle(cell), 1))
        ledger.mint("ground", "coin", 1, "lost on the road")


def _spawn(simulation: Simulation, prefab: Prefab, cell: Cell) -> int:
    """Spawn an entity of a prefab whose home is a tile. Returns its id."""
    x, y = _middle(cell)
    id = prefab.spawn(simulation.world)
    body = simulation.world.get(id, Body)
    body.x = body.was_x = x
    body.y = body.was_y = y
    if simulation.world.has(id, Stroller):
        stroller = simulation.world.get(id, Stroller)
        stroller.home_x, stroller.home_y = x, y
    if simulation.world.has(id, Bandit):
        bandit = simulation.world.get(id, Bandit)
        bandit.home_x, bandit.home_y = x, y
    return id


def _middle(cell: Cell) -> tuple[int, int]:
    return cell[0] * CELL + CELL // 2, cell[1] * CELL + CELL // 2


def _cells(mask: Grid) -> list[Cell]:
    return [(c, r) for r, c in np.argwhere(mask).tolist()]


def _some(chance: Stream, cells: list[Cell], count: int) -> list[Cell]:
    """Some of the cells, none of them twice."""
    left = list(cells)
    return [left.pop(chance.below(len(left))) for _ in range(min(count, len(left)))]
