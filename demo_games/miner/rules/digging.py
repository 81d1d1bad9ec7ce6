"""Digging: tiles and trees break after some work, pickaxes wear out, blocks are placed, slimes are hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Ledger, Simulation
from reskin.demo_games.miner.components import Body, Chest, Player, Slime, hero
from reskin.demo_games.miner.rules import coins, liquids
from reskin.demo_games.miner.rules.creatures import strike_creature
from reskin.demo_games.miner.rules.effects import burst_effect, note_effect
from reskin.demo_games.miner.rules.physics import kind_at
from reskin.demo_games.miner.rules.walking import reaches
from reskin.demo_games.miner.world.level import Grid, inside_level, level_grid
from reskin.demo_games.miner.world.tiles import (
    AIR,
    BARE,
    BLOCKS,
    CELL,
    LIQUID,
    ROWS,
    SOLID,
    SUB,
    TILES,
    TOOLS,
    TREE,
    Tool,
)

TREE_HARDNESS: Final = 110
RUBBLE: Final = ("dirt", "stone", "sand", "brick")
"""Items that are so frequent that no note is shown for them."""
SWING: Final = 14
"""Ticks that one swing takes."""


def dig(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: reads `dig` and `place` (column, row)."""
    _, body, player = hero(simulation.world)
    player.swing = max(player.swing - 1, 0)
    target = None
    for command in commands:
        if command.name == "dig":
            target = int(command.args[0]), int(command.args[1])
        elif command.name == "place":
            _place(simulation, body, int(command.args[0]), int(command.args[1]))
    if target is None or not inside_level(*target) or not reaches(body, *target):
        player.dig_column, player.dig_work = -1, 0
        return
    if not player.swing:
        player.swing = SWING
        _hit(simulation, body, player, *target)
    hardness = digging_resistance(simulation, *target)
    if not hardness:
        player.dig_column, player.dig_work = -1, 0
        return
    if target != (player.dig_column, player.dig_row):
        player.dig_column, player.dig_row = target
        player.dig_work = 0
    player.dig_work += digging_tool(simulation.ledger, player).power
    if player.dig_work >= hardness:
        player.dig_column, player.dig_work = -1, 0
        _break(simulation, player, *target)


def digging_tool(ledger: Ledger, player: Player) -> Tool:
    """The tool in hand."""
    return TOOLS[ledger.unique(player.tool).kind] if player.tool else TOOLS["hands"]


def digging_resistance(simulation: Simulation, column: int, row: int) -> int:
    """Work that a cell takes to break; 0 if it cannot be dug, has no open side, or carries a chest."""
    terrain = level_grid(simulation, "terrain")
    tile = TILES[kind_at(terrain, column, row)]
    if not tile.solid:
        foot = trunk_to_dig(level_grid(simulation, "scenery"), column, row)
        return TREE_HARDNESS if foot is not None else 0
    sides = ((column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1))
    if all(SOLID[kind_at(terrain, *side)] for side in sides):
        return 0
    if any((chest.column, chest.row) == (column, row - 1) for _, chest in simulation.world.query(Chest)):
        return 0
    return tile.hardness


def trunk_to_dig(scenery: Grid, column: int, row: int) -> int | None:
    """Row of the foot of the tree whose trunk passes through a cell, or None."""
    for foot in range(row, min(row + 6, ROWS)):
        height = int(scenery[foot, column]) - TREE
        if height > foot - row:
            return foot
    return None


def _break(simulation: Simulation, player: Player, column: int, row: int) -> None:
    terrain, scenery = level_grid(simulation, "terrain"), level_grid(simulation, "scenery")
    tile = TILES[kind_at(terrain, column, row)]
    player.still = 0
    if not tile.solid:
        foot = trunk_to_dig(scenery, column, row)
        if foot is not None:
            _fell(simulation, column, foot)
        _wear(simulation, player, 1)
        return
    x, y = column * CELL + CELL // 2, row * CELL + CELL // 2
    terrain[row, column] = AIR
    burst_effect(simulation, x, y, tile.color)
    if tile.item:
        _gain(simulation, x, y, tile.item, 1)
    if tile.coins[1]:
        count = simulation.streams["coins"].between(*tile.coins)
        coins.mint_coins(simulation, x, y, count, f"in {tile.name}")
    if row and scenery[row - 1, column] >= TREE:
        _fell(simulation, column, row - 1)
    elif row:
        scenery[row - 1, column] = BARE
    liquids.wake_liquids(simulation, column, row)
    simulation.emit("dug", tile=tile.name, column=column, row=row)
    _wear(simulation, player, tile.wear)


def _fell(simulation: Simulation, column: int, foot: int) -> None:
    """A tree comes down: a piece of wood for every cell of its trunk."""
    scenery = level_grid(simulation, "scenery")
    height = int(scenery[foot, column]) - TREE
    scenery[foot, column] = BARE
    x = column * CELL + CELL // 2
    for i in range(height + 1):
        burst_effect(simulation, x, (foot - i) * CELL, "#8a5a30" if i < height else "#3f8a3c")
    _gain(simulation, x, foot * CELL, "wood", height)
    simulation.emit("felled", column=column, row=foot)


def _gain(simulation: Simulation, x: int, y: int, item: str, count: int) -> None:
    simulation.ledger.mint("player", item, count, "dug", simulation.tick)
    if item not in RUBBLE:
        note_effect(simulation, x, y, f"+{count} {item}")


def _wear(simulation: Simulation, player: Player, amount: int) -> None:
    """Use up the tool in hand; when it breaks, take the best one left, or bare hands."""
    if not player.tool:
        return
    ledger = simulation.ledger
    left = ledger.unique(player.tool).state["durability"] - amount
    if left > 0:
        ledger.change_unique(player.tool, durability=left)
        return
    ledger.burn_unique(player.tool, "player", "worn out", simulation.tick)
    simulation.emit("tool_broke")
    _, body, _ = hero(simulation.world)
    note_effect(simulation, body.cx, body.y - 12 * SUB, "the pickaxe broke")
    player.tool = best_digging_tool(ledger)


def best_digging_tool(ledger: Ledger) -> int:
    """The uid of the strongest tool that the player holds, or 0."""
    held = ledger.uniques("player")
    return max(held, key=lambda uid: (TOOLS[ledger.unique(uid).kind].power, -uid), default=0)


def _hit(simulation: Simulation, body: Body, player: Player, column: int, row: int) -> None:
    """A swing hurts every slime in the target cell or close in front of the player."""
    damage = digging_tool(simulation.ledger, player).damage
    for id, other, _ in simulation.world.query(Body, Slime):
        dx, dy = (other.cx - body.cx) * player.facing, abs(other.cy - body.cy)
        ahead = -4 * SUB < dx < 44 * SUB and dy < 26 * SUB
        in_cell = (other.cx // CELL, other.cy // CELL) == (column, row)
        if ahead or in_cell:
            strike_creature(simulation, id, damage, player.facing)


def _place(simulation: Simulation, body: Body, column: int, row: int) -> None:
    """Put a block from the player's holdings into an open cell that touches a solid one."""
    terrain, ledger = level_grid(simulation, "terrain"), simulation.ledger
    if not inside_level(column, row) or not reaches(body, column, row):
        return
    old = kind_at(terrain, column, row)
    sides = ((column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1))
    if (old != AIR and not LIQUID[old]) or not any(SOLID[kind_at(terrain, *side)] for side in sides):
        return
    x, y = column * CELL, row * CELL
    for _, other in simulation.world.query(Body):
        if (
            x < other.x + other.w * SUB
            and other.x < x + CELL
            and y < other.y + other.h * SUB
            and other.y < y + CELL
        ):
            return
    if any((chest.column, chest.row) == (column, row) for _, chest in simulation.world.query(Chest)):
        return
    for item, kind in BLOCKS.items():
        if ledger.balance("player", item):
            ledger.burn("player", item, 1, "placed", simulation.tick)
            terrain[row, column] = kind
            level_grid(simulation, "scenery")[row, column] = BARE
            simulation.emit("placed", tile=item, column=column, row=row)
            return
