"""The game as the loop sees it: its systems in order, its controls, its bot, its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from reskin import Command, Control, Game, Inputs, Simulation, World
from reskin.demo_games.miner import bot
from reskin.demo_games.miner.components import (
    ANIMAL_SIZE,
    FRIEND_SIZE,
    PLAYER_SIZE,
    Animal,
    Body,
    Burst,
    Chest,
    Coin,
    Friend,
    Nature,
    Note,
    Player,
    Slime,
    hero,
)
from reskin.demo_games.miner.rules import (
    aim,
    coins,
    creatures,
    digging,
    effects,
    health,
    liquids,
    trade,
    walking,
)
from reskin.demo_games.miner.view.camera import Camera
from reskin.demo_games.miner.view.drawing import draw_world
from reskin.demo_games.miner.view.hud import draw_hud
from reskin.demo_games.miner.world.level import Level
from reskin.demo_games.miner.world.terrain import generate_terrain
from reskin.demo_games.miner.world.tiles import SUB

if TYPE_CHECKING:
    from reskin import Canvas

SYSTEMS = (
    walking.walk, digging.dig, trade.trade, creatures.move_creatures,
    liquids.flow_liquids, coins.collect_coins, health.update_health, effects.fade_effects,
)  # fmt: skip
KINDS = (Body, Player, Slime, Animal, Friend, Coin, Chest, Burst, Note, Nature)
LEFT_BUTTON, RIGHT_BUTTON = 1, 3


class Miner(Game):
    """A world of 160 x 72 tiles from a seed. All rules are in SYSTEMS; this class only wires them."""

    name: ClassVar[str] = "miner"
    title: ClassVar[str] = "Miner"
    controls: ClassVar[tuple[Control, ...]] = (
        Control("left", ("a", "left"), "walk left"),
        Control("right", ("d", "right"), "walk right"),
        Control("jump", ("w", "up", "space"), "jump, swim up"),
        Control("down", ("s", "down"), "aim the pickaxe down"),
        Control("dig", ("j", "left shift"), "dig or hit (or the left mouse button)"),
        Control("place", ("q", "k"), "place a block (or the right mouse button)"),
        Control("use", ("e",), "put treasure into a chest, buy at the stall"),
        Control("take", ("r",), "take from a chest, sell at the stall"),
        Control("craft", ("c",), "make a pickaxe"),
    )

    def __init__(self, seed: int) -> None:
        self.simulation = Simulation(seed, World(*KINDS), systems=SYSTEMS)
        level = generate_terrain(self.simulation.streams["terrain"])
        arrays = self.simulation.arrays
        arrays["terrain"], arrays["walls"], arrays["scenery"] = level.terrain, level.walls, level.scenery
        arrays["surface"] = np.array(level.surface, np.int16)
        _people(self.simulation, level)
        _goods(self.simulation, level)
        self._camera = Camera()

    def commands(self, inputs: Inputs) -> list[Command]:
        simulation = self.simulation
        command = simulation.command
        asked = inputs.held.union(inputs.pressed)
        result = [command("walk", int("right" in asked) - int("left" in asked))]
        if "jump" in asked:
            result.append(command("jump"))
        pointed = self._camera.cell(inputs.mouse) if inputs.mouse else None
        if pointed and LEFT_BUTTON in inputs.buttons:
            result.append(command("dig", *pointed))
        elif "dig" in asked:
            result.append(command("dig", *aim.aim_ahead(simulation, "down" in asked, "jump" in asked)))
        if pointed and RIGHT_BUTTON in inputs.buttons:
            result.append(command("place", *pointed))
        elif "place" in inputs.pressed:
            result.append(command("place", *aim.aim_at_gap(simulation)))
        for action in inputs.pressed:
            result.extend(_dealing(simulation, action))
        return result

    def bot(self) -> list[Command]:
        return bot.bot_commands(self.simulation)

    def draw(self, canvas: Canvas, alpha: float, caption: str) -> None:
        camera, cut = self._camera.follow(self.simulation, canvas.width, canvas.height, alpha)
        canvas.begin(tick=self.simulation.tick, cut=cut, camera=camera)
        draw_world(canvas, self.simulation, camera, alpha)
        draw_hud(canvas, self.simulation, camera, caption)

    def report(self) -> dict[str, int]:
        ledger = self.simulation.ledger
        _, body, player = hero(self.simulation.world)
        return {
            "coins": ledger.balance("player", "coin"),
            "health": player.health,
            "deaths": player.deaths,
            "depth_m": aim.depth_m(body, player),
            "dug": sum(count for item, count in ledger.holdings("player").items() if item != "coin"),
        }


def _dealing(simulation: Simulation, action: str) -> list[Command]:
    """What `use`, `take` and `craft` mean where the player stands."""
    _, body, _ = hero(simulation.world)
    if action == "craft":
        return [simulation.command("craft")]
    if action not in ("use", "take"):
        return []
    if trade.near_friend(simulation, body):
        return [simulation.command("buy" if action == "use" else "sell")]
    chest = trade.near_chest(simulation, body)
    return [simulation.command("put" if action == "use" else "take", chest)] if chest else []


def _people(simulation: Simulation, level: Level) -> None:
    """The player comes first, so that its id is 1 in every game."""
    world = simulation.world
    body = creatures.standing_creature(*level.spawn, PLAYER_SIZE)
    player = Player(facing=level.facing, highest=body.y, home_x=body.x, home_y=body.y)
    world.spawn(body, player)
    world.spawn(Nature([], next_slime=creatures.SLIME_PAUSE))
    world.spawn(creatures.standing_creature(*level.stall, FRIEND_SIZE), Friend())
    for cell in level.animals:
        world.spawn(creatures.standing_creature(*cell, ANIMAL_SIZE), Animal(heading=1 if cell[0] % 2 else -1))
    for cell in level.slimes:
        creatures.spawn_slime(simulation, *cell)


def _goods(simulation: Simulation, level: Level) -> None:
    """Open the accounts and fill them: every coin on the ground is minted here."""
    world, ledger, chance = simulation.world, simulation.ledger, simulation.streams["goods"]
    for account in ("ground", "player", "shop"):
        ledger.open(account)
    for x, y in level.coins:
        world.spawn(Coin(x * SUB, y * SUB, x * SUB, y * SUB))
    ledger.mint("ground", "coin", len(level.coins), "generated")
    ledger.mint("shop", "coin", trade.SHOP_COINS, "the till")
    trade.stock_tool(ledger, "shop", "steel_pickaxe", "the window")
    _, _, player = hero(world)
    player.tool = trade.stock_tool(ledger, "player", "pickaxe", "a gift")
    for column, row, depth in level.chests:
        account = trade.chest_account(world.spawn(Chest(column, row)))
        ledger.open(account)
        ledger.mint(account, "coin", chance.between(4, 8) + max(depth, 0) // 4, "generated")
        ledger.mint(
            account, chance.pick(("wood", "stone", "iron", "coal")), chance.between(2, 5), "generated"
        )
        if depth > 12:
            ledger.mint(account, chance.pick(("gold", "gem")), chance.between(1, 3), "generated")
