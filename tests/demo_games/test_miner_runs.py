"""The miner as a whole: determinism, snapshots, its bot and its picture. Its rules: `test_miner`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from reskin import Canvas, Command, Frame, Inputs, Simulation
from reskin.demo_games.miner import Miner
from reskin.demo_games.miner.components import Body, Chest, Coin, hero
from reskin.demo_games.miner.rules.trade import chest_account
from reskin.engine.determinism.subprocess import hashes_in_subprocess
from reskin.engine.frame import material_index

SEEDS = (7, 0, 1, 2, 3, 4, 5)
TICKS = 600


@cache
def played(seed: int) -> tuple[Miner, dict[str, int], tuple[str, ...]]:
    """A game after TICKS of its bot, how often each thing happened, and a hash every 100 ticks."""
    game = Miner(seed)
    happened: dict[str, int] = {}
    hashes = []
    for tick in range(TICKS):
        for event in game.simulation.step(game.bot()):
            happened[event.name] = happened.get(event.name, 0) + 1
        if tick % 100 == 99:
            hashes.append(game.simulation.state_hash())
    return game, happened, tuple(hashes)


def picture(game: Miner, size: tuple[int, int] = (640, 360)) -> Frame:
    canvas = Canvas(*size, tile=game.tile)
    game.draw(canvas, 1.0, "Plain")
    return canvas.finish()


# ---- determinism ------------------------------------------------------------------------------


def test_another_process_with_other_hashes_plays_the_same() -> None:
    hashes = hashes_in_subprocess(Miner, 7, TICKS, 12345)
    assert tuple(hashes[99::100]) == played(7)[2]


def test_drawing_changes_nothing() -> None:
    game, canvas = Miner(7), Canvas(640, 360)
    for tick in range(200):
        game.simulation.step(game.bot())
        if tick % 3:
            before = game.simulation.state_hash()
            game.draw(canvas, tick % 10 / 10, "Plain")
            canvas.finish()
            assert game.simulation.state_hash() == before
        if tick == 99:
            assert before == played(7)[2][0] or tick % 3 == 0
    assert game.simulation.state_hash() == played(7)[2][1]


def assert_in_sync(game: Miner, ticks: int, distance: int = 8) -> None:
    """Every tick: go back `distance` ticks, simulate them again, and compare the hashes."""
    simulation = game.simulation
    past: list[tuple[dict[str, object], list[Command], str]] = []
    for _ in range(ticks):
        state, commands = simulation.state(), game.bot()
        simulation.step(commands)
        past = [*past[1 - distance :], (state, commands, simulation.state_hash())]
        simulation.restore(past[0][0])
        for _, again, expected in past:
            simulation.step(again)
            found = simulation.state_hash()
            assert found == expected, f"tick {simulation.tick}: expected {expected}, found {found}"


def test_going_back_and_on_again_changes_nothing() -> None:
    game = Miner(7)
    for _ in range(180):  # to where it digs and fights
        game.simulation.step(game.bot())
    assert_in_sync(game, 60)


def test_a_game_that_hides_state_is_caught() -> None:
    """A rule that counts outside of the state fails `assert_in_sync`."""
    game = Miner(7)
    hidden = [0]

    def forgetful(simulation: Simulation, commands: Sequence[Command]) -> None:
        hidden[0] += 1
        hero(simulation.world)[1].vx += hidden[0] % 3

    game.simulation.systems = (*game.simulation.systems, forgetful)
    with pytest.raises(AssertionError, match="tick 1: expected"):
        assert_in_sync(game, 10)


def test_a_state_goes_on_in_another_game() -> None:
    game, _, _ = played(1)
    other = Miner(99)
    other.simulation.restore(game.simulation.state())
    assert other.simulation.state_hash() == game.simulation.state_hash()
    assert other.bot() == game.bot()
    assert np.array_equal(picture(other).color, picture(game).color)


# ---- the bot ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bot_is_worth_watching(seed: int) -> None:
    game, happened, _ = played(seed)
    assert happened["coin"] >= 5
    assert happened["dug"] >= 2
    assert game.report()["coins"] >= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_no_coin_is_made_or_lost(seed: int) -> None:
    game, _, _ = played(seed)
    ledger = game.simulation.ledger
    ledger.check()
    lying = sum(1 for _ in game.simulation.world.query(Coin))
    assert lying == ledger.balance("ground", "coin")
    chests = [chest_account(id) for id, _ in game.simulation.world.query(Chest)]
    accounts = ("player", "ground", "shop", *chests)
    assert sum(ledger.balance(account, "coin") for account in accounts) == ledger.total("coin")


def test_nobody_is_inside_a_wall() -> None:
    for seed in SEEDS:
        game, _, _ = played(seed)
        terrain = game.simulation.arrays["terrain"]
        solid = [terrain[body.cy // 8192, body.cx // 8192] for _, body in game.simulation.world.query(Body)]
        assert not np.isin(solid, (1, 2, 3, 6)).any(), f"seed {seed}"


# ---- the picture ------------------------------------------------------------------------------

FIRST_SIGHT = (
    "sky", "hill", "grass", "dirt", "wood", "leaves", "water", "sand", "brick", "wall", "ore",
    "coin", "chest", "player", "friend", "enemy",
)  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_screen_shows_the_whole_game(seed: int) -> None:
    frame = picture(Miner(seed))
    assert frame.material is not None and frame.hud is not None and frame.identity is not None
    missing = [name for name in FIRST_SIGHT if not (frame.material == material_index(name)).any()]
    assert missing == []
    assert not (frame.material == material_index("unknown")).any()
    assert frame.identity[frame.material == material_index("player")].max() == 1
    assert 5000 < (frame.hud[..., 3] == 255).sum() < 40_000


def test_a_static_world_moves_in_whole_pixels_with_the_camera() -> None:
    game, canvas = Miner(7), Canvas(640, 360)
    moved = 0
    for tick in range(60):
        game.simulation.step([game.simulation.command("walk", -1)])
        game.draw(canvas, 0.5, "Plain")
        frame = canvas.finish()
        assert frame.motion is not None and frame.material is not None
        ground = frame.motion[frame.material == material_index("dirt")]
        assert (ground == ground[0]).all()
        assert np.array_equal(ground[0], np.rint(ground[0]))
        moved += bool(ground[0].any()) and tick > 0
    assert moved > 20


def test_respawning_cuts() -> None:
    game, canvas = Miner(7), Canvas(640, 360)
    for _ in range(3):
        game.simulation.step()
        game.draw(canvas, 1.0, "Plain")
        assert canvas.finish().cut == (game.simulation.tick == 1)
    hero(game.simulation.world)[2].health = 0
    game.simulation.step()
    game.draw(canvas, 1.0, "Plain")
    assert canvas.finish().cut


def test_other_sizes_and_the_depths_are_drawn_too() -> None:
    game = Miner(7)
    _, body, _ = hero(game.simulation.world)
    for row in (4, 40, 69):
        body.y = body.was_y = row * 8192
        for size in ((320, 180), (1280, 720), (641, 359)):
            frame = picture(game, size)
            assert frame.material is not None
            assert not (frame.material == material_index("unknown")).any()


def test_the_mouse_digs_where_it_points() -> None:
    game, canvas = Miner(7), Canvas(640, 360)
    game.draw(canvas, 1.0, "Plain")
    _, body, _ = hero(game.simulation.world)
    view = game._camera.view
    below = body.cx // 256 - view[0], body.cy // 256 + 32 - view[1]
    commands = game.commands(Inputs(mouse=below, buttons=frozenset({1})))
    assert commands[-1].name == "dig"
    assert commands[-1].args == (body.cx // 8192, body.cy // 8192 + 1)
