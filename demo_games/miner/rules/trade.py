"""Chests, the stall, and making tools. Every deal is one group of the ledger: all of it happens, or nothing.

A chest's holdings are the account `chest:ID`; the stall sells from and pays out of `shop`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Ledger, Simulation
from reskin.demo_games.miner.components import Body, Chest, Friend, Player, hero
from reskin.demo_games.miner.rules.digging import best_digging_tool
from reskin.demo_games.miner.rules.effects import note_effect
from reskin.demo_games.miner.world.tiles import CELL, PRICE, RECIPES, SUB, TOOLS, TREASURE

NEAR: Final = 58 * SUB
LID_TICKS: Final = 45
WAGES: Final = {"coal": 1, "gold": 3, "gem": 8}
"""Coins that the stall pays for a piece; iron is kept for making tools."""
SHOP_COINS: Final = 240


def chest_account(id: int) -> str:
    return f"chest:{id}"


def trade(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: reads `put` and `take` (chest[, item, count]), `buy`, `sell`, `craft`."""
    for _, chest in simulation.world.query(Chest):
        if chest.opened:
            chest.opened -= 1
    _, body, player = hero(simulation.world)
    for command in commands:
        if command.name in ("put", "take"):
            _move(simulation, body, command)
        elif command.name == "buy" and near_friend(simulation, body):
            _buy(simulation, body, player)
        elif command.name == "sell" and near_friend(simulation, body):
            _sell(simulation, body)
        elif command.name == "craft":
            _craft(simulation, body, player)


def near_chest(simulation: Simulation, body: Body) -> int:
    """The id of the nearest chest within reach, or 0."""
    best, found = NEAR, 0
    for id, chest in simulation.world.query(Chest):
        dx = abs(chest.column * CELL + CELL // 2 - body.cx)
        dy = abs(chest.row * CELL + CELL // 2 - body.cy)
        if dx < best and dy < NEAR:
            best, found = dx, id
    return found


def near_friend(simulation: Simulation, body: Body) -> bool:
    """Whether the shopkeeper is within reach."""
    return any(
        abs(other.cx - body.cx) < NEAR and abs(other.cy - body.cy) < NEAR
        for _, other, _ in simulation.world.query(Body, Friend)
    )


def _move(simulation: Simulation, body: Body, command: Command) -> None:
    """Between player and chest: the named item and count, or else all treasure in and everything out."""
    id = int(command.args[0])
    if not simulation.world.has(id, Chest) or near_chest(simulation, body) != id:
        return
    ledger, put = simulation.ledger, command.name == "put"
    source, target = ("player", chest_account(id)) if put else (chest_account(id), "player")
    if len(command.args) == 3:
        item, count = str(command.args[1]), int(command.args[2])
        wanted = {item: min(count, ledger.balance(source, item))}
    else:
        wanted = ledger.holdings(source)
        if put:
            wanted = {item: wanted[item] for item in TREASURE if item in wanted}
    moved = {item: count for item, count in wanted.items() if count > 0}
    with ledger.group():
        for item, count in moved.items():
            ledger.transfer(source, target, item, count, command.name, simulation.tick)
    if moved:
        simulation.world.get(id, Chest).opened = LID_TICKS
        simulation.emit(command.name, chest=id, items=sum(moved.values()))


def _buy(simulation: Simulation, body: Body, player: Player) -> None:
    """The steel pickaxe for coins. The stall makes another one at once."""
    ledger, tick = simulation.ledger, simulation.tick
    if ledger.balance("player", "coin") < PRICE or has_bought_steel(ledger):
        return
    with ledger.group():
        uid = next(u for u in ledger.uniques("shop") if ledger.unique(u).kind == "steel_pickaxe")
        ledger.transfer("player", "shop", "coin", PRICE, "bought a steel pickaxe", tick)
        ledger.transfer_unique(uid, "shop", "player", "bought", tick)
        stock_tool(ledger, "shop", "steel_pickaxe", "forged for the stall", tick)
    player.tool = best_digging_tool(ledger)
    note_effect(simulation, body.cx, body.y, "steel pickaxe!")
    simulation.emit("bought", tool="steel_pickaxe")


def _sell(simulation: Simulation, body: Body) -> None:
    ledger, tick = simulation.ledger, simulation.tick
    earned = 0
    with ledger.group():
        for item, wage in WAGES.items():
            till = ledger.balance("shop", "coin")
            count = min(ledger.balance("player", item), till // wage)
            if count:
                ledger.transfer("player", "shop", item, count, "sold", tick)
                ledger.transfer("shop", "player", "coin", count * wage, f"sold {item}", tick)
                earned += count * wage
    if earned:
        note_effect(simulation, body.cx, body.y, f"+{earned} coins")
        simulation.emit("sold", coins=earned)


def _craft(simulation: Simulation, body: Body, player: Player) -> None:
    """Make the best tool that there is material for, if it is better than those that the player has."""
    ledger, tick = simulation.ledger, simulation.tick
    kind = craftable_tool(ledger)
    if not kind:
        return
    with ledger.group():
        for item, count in RECIPES[kind].items():
            ledger.burn("player", item, count, f"crafted a {kind}", tick)
        stock_tool(ledger, "player", kind, "crafted", tick)
    player.tool = best_digging_tool(ledger)
    note_effect(simulation, body.cx, body.y, f"{TOOLS[kind].title}!")
    simulation.emit("crafted", tool=kind)


def craftable_tool(ledger: Ledger) -> str:
    """The best tool that could be made now and is better than those at hand, or ""."""
    held = ledger.unique(best_digging_tool(ledger)).kind if best_digging_tool(ledger) else "hands"
    for kind, recipe in RECIPES.items():
        if TOOLS[kind].power <= TOOLS[held].power:
            break
        if all(ledger.balance("player", item) >= count for item, count in recipe.items()):
            return kind
    return ""


def has_bought_steel(ledger: Ledger) -> bool:
    return any(ledger.unique(uid).kind == "steel_pickaxe" for uid in ledger.uniques("player"))


def stock_tool(ledger: Ledger, account: str, kind: str, reason: str, tick: int = 0) -> int:
    """Mint a new tool in an account. Returns its uid."""
    return ledger.mint_unique(kind, account, {"durability": TOOLS[kind].durability}, reason, tick)
