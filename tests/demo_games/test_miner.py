"""The miner's rules, one by one. Its bot, its pictures and its determinism: `test_miner_runs`."""

from __future__ import annotations

import pytest

from reskin import Inputs
from reskin.demo_games.miner import Miner
from reskin.demo_games.miner.components import (
    FULL_HEALTH,
    PLAYER_SIZE,
    Body,
    Chest,
    Coin,
    Friend,
    Nature,
    Player,
    Slime,
    hero,
)
from reskin.demo_games.miner.rules.creatures import spawn_slime, standing_creature
from reskin.demo_games.miner.rules.digging import digging_tool
from reskin.demo_games.miner.rules.liquids import wake_liquids
from reskin.demo_games.miner.rules.trade import WAGES, chest_account
from reskin.demo_games.miner.world.landmarks import ROOMS, RUINS
from reskin.demo_games.miner.world.terrain import generate_terrain
from reskin.demo_games.miner.world.tiles import (
    AIR,
    CELL,
    COLUMNS,
    DIRT,
    GOLD,
    LAVA,
    PRICE,
    ROWS,
    SOLID,
    STONE,
    SUB,
    TILES,
    TOOLS,
    TREE,
    WATER,
)
from reskin.engine.errors import InsufficientFunds
from reskin.engine.simulation.rng import Streams

SEEDS = (7, 0, 1, 2, 3, 4, 5)
PIT = (60, 6)
"""A cell high above the ground, around which tests build what they need."""


@pytest.fixture
def game() -> Miner:
    """A player on a stone floor in the sky, far from everything that moves or lies about."""
    game = Miner(7)
    column, row = PIT
    game.simulation.arrays["terrain"][row + 1, column - 8 : column + 9] = STONE
    put_player(game, column, row)
    return game


def put_player(game: Miner, column: int, row: int) -> tuple[Body, Player]:
    """Move the player onto the floor of a cell, at rest."""
    _, body, player = hero(game.simulation.world)
    there = standing_creature(column, row, PLAYER_SIZE)
    body.x, body.y, body.was_x, body.was_y = there.x, there.y, there.x, there.y
    body.vx = body.vy = 0
    player.highest = body.y
    return body, player


def step(game: Miner, *wanted: tuple[str, *tuple[int | str, ...]], ticks: int = 1) -> list[str]:
    """Give the same commands for some ticks. Returns the names of the events."""
    simulation = game.simulation
    names = []
    for _ in range(ticks):
        commands = [simulation.command(name, *args) for name, *args in wanted]
        names += [event.name for event in simulation.step(commands)]
    return names


def coins(game: Miner, account: str = "player") -> int:
    return game.simulation.ledger.balance(account, "coin")


def lying(game: Miner) -> int:
    return sum(1 for _ in game.simulation.world.query(Coin))


# ---- the level --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_a_level_is_sound(seed: int) -> None:
    level = generate_terrain(Streams(seed)["terrain"])
    assert level.terrain.shape == (ROWS, COLUMNS)
    assert level.standing(*level.spawn)
    assert level.standing(*level.stall)
    assert len(level.chests) >= 6
    for column, row, _ in level.chests:
        assert level.standing(column, row), f"the chest at {column}, {row} neither stands nor is free"
    buried = [place for place in level.coins if level.solid(place[0] // 32, place[1] // 32)]
    assert len(level.coins) > 60
    assert not buried


def test_buildings_are_boxes_with_a_chest() -> None:
    for template in (*RUINS, *ROOMS):
        assert len({len(line) for line in template[-3:]}) == 1
        assert sum(line.count("C") for line in template) == 1


def test_another_seed_is_another_level() -> None:
    first, second = (generate_terrain(Streams(seed)["terrain"]) for seed in (1, 2))
    assert (first.terrain != second.terrain).any()


# ---- walking ----------------------------------------------------------------------------------


def test_walking_reaches_its_speed_and_stops(game: Miner) -> None:
    body, player = put_player(game, *PIT)
    step(game, ("walk", -1), ticks=30)
    assert body.vx < -500
    assert player.facing == -1
    step(game, ticks=20)
    assert body.vx == 0
    assert body.grounded


def test_a_jump_clears_two_tiles_and_not_three(game: Miner) -> None:
    body, _ = put_player(game, *PIT)
    floor = body.y
    step(game, ticks=2)
    highest = min(body.y for _ in range(60) if step(game, ("jump",)) is not None)
    assert 2 * CELL < floor - highest < 3 * CELL


def test_a_jump_that_is_let_go_is_lower(game: Miner) -> None:
    body, _ = put_player(game, *PIT)
    floor = body.y
    step(game, ticks=2)
    step(game, ("jump",), ticks=4)
    highest = min(body.y for _ in range(60) if step(game) is not None)
    assert 0 < floor - highest < 3 * CELL // 2


def test_nothing_walks_through_a_wall_or_out_of_the_world(game: Miner) -> None:
    body, _ = put_player(game, *PIT)
    game.simulation.arrays["terrain"][PIT[1], PIT[0] + 2] = STONE
    step(game, ("walk", 1), ticks=60)
    assert body.x + body.w * SUB == (PIT[0] + 2) * CELL
    game.simulation.arrays["terrain"][PIT[1] + 1, :4] = STONE
    body, _ = put_player(game, 1, PIT[1])
    step(game, ("walk", -1), ticks=60)
    assert body.x == 0


def test_a_long_fall_hurts_a_little(game: Miner) -> None:
    _, player = put_player(game, PIT[0], PIT[1] - 5)
    step(game, ticks=90)
    assert player.health == FULL_HEALTH
    put_player(game, PIT[0], PIT[1] - 12)
    step(game, ticks=120)
    assert FULL_HEALTH // 2 < player.health < FULL_HEALTH


def test_water_carries(game: Miner) -> None:
    terrain = game.simulation.arrays["terrain"]
    column, row = PIT
    terrain[row - 4 : row + 1, [column - 2, column + 2]] = STONE
    terrain[row - 2 : row + 1, column - 1 : column + 2] = WATER
    body, player = put_player(game, column, row)
    step(game, ticks=3)
    assert body.wet == WATER
    for _ in range(90):
        step(game, ("jump",))
        if not body.wet:
            break
    assert body.cy < (row - 2) * CELL
    assert player.health == FULL_HEALTH


# ---- digging ----------------------------------------------------------------------------------


def dig(game: Miner, column: int, row: int, kind: int) -> int:
    """Put a tile there and dig it. Returns the ticks that it took."""
    game.simulation.arrays["terrain"][row, column] = kind
    for tick in range(1, 400):
        if "dug" in step(game, ("dig", column, row)):
            return tick
    raise AssertionError(f"{TILES[kind].name} did not give way")


def test_digging_takes_time_by_hardness_and_tool(game: Miner) -> None:
    _, player = put_player(game, *PIT)
    ledger = game.simulation.ledger
    beside = PIT[0] + 1, PIT[1]
    dirt, stone = dig(game, *beside, DIRT), dig(game, *beside, STONE)
    assert 5 < dirt < stone < 60
    assert (ledger.balance("player", "dirt"), ledger.balance("player", "stone")) == (1, 1)
    player.tool = 0
    assert dig(game, *beside, DIRT) == TILES[DIRT].hardness
    assert game.simulation.arrays["terrain"][PIT[1], PIT[0] + 1] == AIR


def test_what_is_far_or_walled_in_cannot_be_dug(game: Miner) -> None:
    terrain = game.simulation.arrays["terrain"]
    column, row = PIT
    terrain[row - 1 : row + 2, column + 1 : column + 4] = DIRT
    assert "dug" not in step(game, ("dig", column + 2, row), ticks=100)
    assert "dug" not in step(game, ("dig", column + 6, row + 1), ticks=100)
    assert "dug" not in step(game, ("dig", -3, 4000), ticks=2)


def test_a_pickaxe_wears_and_breaks(game: Miner) -> None:
    _, player = put_player(game, *PIT)
    ledger = game.simulation.ledger
    uid = player.tool
    full = TOOLS["pickaxe"].durability
    assert ledger.unique(uid).state["durability"] == full
    dig(game, PIT[0] + 1, PIT[1], DIRT)
    dig(game, PIT[0] + 1, PIT[1], STONE)
    assert ledger.unique(uid).state["durability"] == full - 3
    ledger.change_unique(uid, durability=2)
    dig(game, PIT[0] + 1, PIT[1], STONE)
    assert player.tool == 0
    assert digging_tool(ledger, player) is TOOLS["hands"]
    assert ledger.uniques("player") == []
    ledger.check()


def test_gold_pops_coins_that_can_be_collected(game: Miner) -> None:
    ledger = game.simulation.ledger
    before = ledger.total("coin")
    dig(game, PIT[0] + 1, PIT[1], GOLD)
    popped = ledger.total("coin") - before
    assert ledger.balance("player", "gold") == 1
    assert popped >= 1
    step(game, ticks=60)
    step(game, ("walk", 1), ticks=60)
    step(game, ("walk", -1), ticks=120)
    assert coins(game) == popped
    assert lying(game) == coins(game, "ground")
    ledger.check()


def test_a_tree_gives_wood(game: Miner) -> None:
    scenery = game.simulation.arrays["scenery"]
    scenery[PIT[1], PIT[0] + 1] = TREE + 3
    events = step(game, ("dig", PIT[0] + 1, PIT[1] - 1), ticks=60)
    assert events.count("felled") == 1
    assert game.simulation.ledger.balance("player", "wood") == 3
    assert scenery[PIT[1], PIT[0] + 1] == 0


def test_blocks_are_put_back_and_not_into_people(game: Miner) -> None:
    ledger, terrain = game.simulation.ledger, game.simulation.arrays["terrain"]
    ledger.mint("player", "dirt", 2, "test")
    step(game, ("place", *PIT))
    assert ledger.balance("player", "dirt") == 2
    step(game, ("place", PIT[0] + 1, PIT[1] - 2))  # touches nothing solid
    assert ledger.balance("player", "dirt") == 2
    step(game, ("place", PIT[0] + 1, PIT[1]))
    assert terrain[PIT[1], PIT[0] + 1] == DIRT
    assert ledger.balance("player", "dirt") == 1


def test_the_ground_under_a_chest_stays(game: Miner) -> None:
    game.simulation.world.spawn(Chest(PIT[0] + 1, PIT[1]))
    assert "dug" not in step(game, ("dig", PIT[0] + 1, PIT[1] + 1), ticks=100)


# ---- chests and the stall ---------------------------------------------------------------------


def test_a_chest_takes_and_gives_exactly(game: Miner) -> None:
    simulation, ledger = game.simulation, game.simulation.ledger
    id = simulation.world.spawn(Chest(PIT[0] + 1, PIT[1]))
    chest = chest_account(id)
    ledger.open(chest)
    ledger.mint("player", "gold", 5, "test")
    ledger.mint("player", "dirt", 9, "test")
    total = ledger.total("gold")
    step(game, ("put", id))
    assert ledger.holdings(chest) == {"gold": 5}
    assert ledger.holdings("player") == {"dirt": 9}
    step(game, ("take", id, "gold", 2))
    assert (ledger.balance(chest, "gold"), ledger.balance("player", "gold")) == (3, 2)
    step(game, ("take", id, "gold", 99))
    assert (ledger.balance(chest, "gold"), ledger.balance("player", "gold")) == (0, 5)
    step(game, ("put", id, "coin", 4))
    assert ledger.holdings(chest) == {}
    assert ledger.total("gold") == total
    ledger.check()


def test_a_chest_out_of_reach_stays_shut(game: Miner) -> None:
    ledger = game.simulation.ledger
    id, _ = next(game.simulation.world.query(Chest))
    before = ledger.holdings(chest_account(id))
    assert "take" not in step(game, ("take", id), ("put", 1), ("take", 10_000))
    assert ledger.holdings(chest_account(id)) == before


def at_the_stall(game: Miner) -> Player:
    _, friend, _ = next(game.simulation.world.query(Body, Friend))
    _, player = put_player(game, friend.cx // CELL, friend.cy // CELL)
    return player


def test_the_stall_sells_one_better_pickaxe(game: Miner) -> None:
    ledger, player = game.simulation.ledger, at_the_stall(game)
    ledger.mint("player", "coin", PRICE - 1, "test")
    assert "bought" not in step(game, ("buy",))
    ledger.mint("player", "coin", 1, "test")
    total = ledger.total("coin")
    till = coins(game, "shop")
    assert "bought" in step(game, ("buy",))
    assert digging_tool(ledger, player) is TOOLS["steel_pickaxe"]
    assert (coins(game), coins(game, "shop"), ledger.total("coin")) == (0, till + PRICE, total)
    assert len(ledger.uniques("shop")) == 1
    ledger.mint("player", "coin", PRICE, "test")
    assert "bought" not in step(game, ("buy",))


def test_the_stall_buys_ore_as_long_as_it_has_coins(game: Miner) -> None:
    ledger = game.simulation.ledger
    at_the_stall(game)
    till = coins(game, "shop")
    ledger.mint("player", "gem", 1000, "test")
    step(game, ("sell",))
    assert coins(game) == till - till % WAGES["gem"]
    assert ledger.balance("player", "gem") == 1000 - till // WAGES["gem"]
    ledger.check()


def test_a_pickaxe_can_be_made(game: Miner) -> None:
    ledger = game.simulation.ledger
    _, player = put_player(game, *PIT)
    ledger.mint("player", "iron", 5, "test")
    assert "crafted" not in step(game, ("craft",))
    ledger.mint("player", "wood", 4, "test")
    assert "crafted" in step(game, ("craft",))
    assert digging_tool(ledger, player).power == TOOLS["steel_pickaxe"].power
    assert ledger.holdings("player") == {"wood": 1}


# ---- harm -------------------------------------------------------------------------------------


def test_a_slime_hurts_once_in_a_while(game: Miner) -> None:
    _, player = put_player(game, *PIT)
    spawn_slime(game.simulation, *PIT)
    assert step(game, ticks=5).count("hurt") == 1
    assert FULL_HEALTH // 2 < player.health < FULL_HEALTH


def test_slimes_die_of_swings_and_stomps_and_leave_coins(game: Miner) -> None:
    world = game.simulation.world
    for id, _ in world.query(Slime):
        world.despawn(id)
    ground = coins(game, "ground")
    spawn_slime(game.simulation, PIT[0] + 1, PIT[1])
    assert "slime_died" in step(game, ("dig", PIT[0] + 1, PIT[1]), ticks=120)
    assert coins(game, "ground") + coins(game) == ground + 2
    id = spawn_slime(game.simulation, *PIT)
    world.get(id, Slime).health = 10
    put_player(game, PIT[0], PIT[1] - 3)
    assert "slime_died" in step(game, ticks=60)


def test_rest_heals(game: Miner) -> None:
    _, player = put_player(game, *PIT)
    player.health = 50
    step(game, ticks=600)
    assert 60 < player.health < FULL_HEALTH


def test_death_costs_a_quarter_of_the_coins_and_none_is_lost_unseen(game: Miner) -> None:
    ledger = game.simulation.ledger
    body, player = put_player(game, *PIT)
    ledger.mint("player", "coin", 21, "test")
    total, ground = ledger.total("coin"), lying(game)
    player.health = 0
    assert "died" in step(game)
    assert (coins(game), lying(game), ledger.total("coin")) == (16, ground + 5, total)
    assert (body.x, body.y) == (player.home_x, player.home_y)
    assert player.health == FULL_HEALTH
    ledger.check()


def test_lava_kills_and_melts_coins(game: Miner) -> None:
    ledger, terrain = game.simulation.ledger, game.simulation.arrays["terrain"]
    column, row = PIT
    terrain[row - 2 : row + 1, [column - 2, column + 2]] = STONE
    terrain[row, column - 1 : column + 2] = LAVA
    ledger.mint("player", "coin", 8, "test")
    total = ledger.total("coin")
    assert "died" in step(game, ticks=400)
    assert coins(game) == 6
    assert ledger.total("coin") == total - 2
    ledger.check()


# ---- liquids ----------------------------------------------------------------------------------


def test_water_runs_into_a_hole_and_comes_to_rest(game: Miner) -> None:
    terrain = game.simulation.arrays["terrain"]
    column, row = PIT
    terrain[row - 3 : row + 3, column + 3 : column + 8] = STONE
    terrain[row, column + 4 : column + 7] = WATER
    dig_row = row + 1
    put_player(game, column + 5, row - 1)
    terrain[row + 2, column + 4 : column + 7] = STONE
    step(game, ("dig", column + 5, dig_row), ticks=200)
    ((_, nature),) = game.simulation.world.query(Nature)
    step(game, ticks=200)
    assert terrain[dig_row, column + 5] == WATER
    assert nature.flowing == []


def test_water_and_lava_make_stone(game: Miner) -> None:
    terrain = game.simulation.arrays["terrain"]
    column, row = PIT
    terrain[row - 4 : row + 1, [column + 1, column + 3]] = STONE
    terrain[row, column + 2], terrain[row - 1, column + 2], terrain[row - 2, column + 2] = LAVA, DIRT, WATER
    terrain[row - 1, column + 2] = AIR
    wake_liquids(game.simulation, column + 2, row - 1)
    step(game, ticks=60)
    assert terrain[row, column + 2] == STONE


# ---- a person's inputs ------------------------------------------------------------------------


def named(game: Miner, inputs: Inputs) -> dict[str, tuple[int | str, ...]]:
    return {command.name: command.args for command in game.commands(inputs)}


def test_keys_become_commands(game: Miner) -> None:
    assert named(game, Inputs()) == {"walk": (0,)}
    assert named(game, Inputs(held=frozenset({"left", "jump"}))) == {"walk": (-1,), "jump": ()}
    ahead = named(game, Inputs(held=frozenset({"dig", "down"})))
    assert ahead["dig"] == (PIT[0], PIT[1] + 1)
    assert "put" not in named(game, Inputs(pressed=("use",)))
    at_the_stall(game)
    assert "buy" in named(game, Inputs(pressed=("use",)))
    assert "sell" in named(game, Inputs(pressed=("take",)))
    assert "craft" in named(game, Inputs(pressed=("craft",)))


def test_spending_what_one_has_not_is_refused(game: Miner) -> None:
    with pytest.raises(InsufficientFunds, match="'player' needs 1 of 'coin', has 0"):
        game.simulation.ledger.burn("player", "coin", 1, "test")
    assert SOLID[STONE]
    assert not SOLID[WATER]
