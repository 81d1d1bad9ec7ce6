"""The caravan: markets, pack, deliveries and walking; determinism; its bot and its picture."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reskin import Canvas, Command, Frame, Inputs
from reskin.demo_games.caravan import Caravan
from reskin.engine.determinism.subprocess import hashes_in_subprocess
from reskin.engine.frame import material_index

ROOT = Path(__file__).parents[2]
SEEDS = (7, 0, 1, 2)
TICKS = 1800
GOODS = ("grain", "salt", "timber", "cloth", "tools", "spice")


@cache
def played(seed: int) -> tuple[Caravan, dict[str, int], tuple[str, ...]]:
    """A game after TICKS of its bot, how often each thing happened, and a hash every 300 ticks."""
    game = Caravan(seed)
    happened: dict[str, int] = {}
    hashes = []
    for tick in range(TICKS):
        for event in game.simulation.step(game.bot()):
            happened[event.name] = happened.get(event.name, 0) + 1
        if tick % 300 == 299:
            hashes.append(game.simulation.state_hash())
    assert game.trouble == ""
    return game, happened, tuple(hashes)


@pytest.fixture
def game() -> Caravan:
    """A new game, before its first tick: the player stands at a market."""
    return Caravan(7)


def rules(game: Caravan, script: str) -> Any:
    return game.scripts.ruleset[script]


def here(game: Caravan) -> str:
    """The name of the town where the player stands."""
    found = rules(game, "market").market(game.simulation)
    assert found is not None
    return str(found[1].name)


def step(game: Caravan, *wanted: tuple[str, *tuple[int | str, ...]]) -> list[str]:
    """Give commands for one tick. Returns the names of the events."""
    commands = [game.simulation.command(name, *args) for name, *args in wanted]
    happened = [event.name for event in game.simulation.step(commands)]
    assert game.trouble == ""
    return happened


def give(game: Caravan, **items: int) -> None:
    """Put coins into the purse, and goods into the pack."""
    for item, count in items.items():
        game.simulation.ledger.mint("player" if item == "coin" else "pack", item, count, "a test")


def balance(game: Caravan, account: str, item: str = "coin") -> int:
    return game.simulation.ledger.balance(account, item)


def picture(game: Caravan, size: tuple[int, int] = (640, 360)) -> Frame:
    canvas = Canvas(*size, tile=game.tile)
    game.draw(canvas, 1.0, "Plain")
    assert game.trouble == ""
    return canvas.finish()


# ---- markets ----------------------------------------------------------------------------------


def test_what_is_scarce_is_dear(game: Caravan) -> None:
    market = rules(game, "market")
    for good in GOODS:
        prices = [market.price(stock, good) for stock in range(market.FULLEST + 1)]
        assert prices == sorted(prices, reverse=True)
        assert prices[0] == 2 * prices[market.WANTED]
        assert prices[-1] >= 1
        for stock in range(1, market.FULLEST):
            assert market.price_to_buy(stock, good) > market.price_to_sell(stock - 1, good), (
                "buying and selling back pays"
            )


def test_buying_moves_the_price_and_only_the_ledger_pays(game: Caravan) -> None:
    market, town = rules(game, "market"), here(game)
    give(game, coin=500)
    stock, till = balance(game, f"shop:{town}", "cloth"), balance(game, f"shop:{town}")
    cost = sum(market.price_to_buy(stock - i, "cloth") for i in range(5))
    assert step(game, ("buy", "cloth", 5)) == ["bought"]
    assert balance(game, "pack", "cloth") == 5
    assert balance(game, "player") == 560 - cost
    assert balance(game, f"shop:{town}") == till + cost
    assert market.price_to_buy(stock - 5, "cloth") > market.price_to_buy(stock, "cloth")
    earned = sum(market.price_to_sell(stock - 5 + i, "cloth") for i in range(5))
    assert step(game, ("sell", "cloth", 5)) == ["sold"]
    assert balance(game, "player") == 560 - cost + earned < 560


def test_nobody_buys_what_cannot_be_paid_or_carried(game: Caravan) -> None:
    step(game, ("buy", "spice", 9))
    assert balance(game, "pack", "spice") == 0
    step(game, ("buy", "nothing", 1), ("buy", "grain", -3), ("sell", "grain", 3))
    assert balance(game, "player") == 60
    give(game, coin=5000)
    town = here(game)
    game.simulation.ledger.mint(f"shop:{town}", "timber", 30, "a test")
    step(game, ("buy", "timber", 30))
    assert balance(game, "pack", "timber") == 10, "an animal carries 40, and timber weighs 4"
    assert rules(game, "market").load_of_goods(game.simulation) == (40, 40)
    assert "refused" in step(game, ("buy", "cloth", 1))


def test_slots_count_as_well_as_weight(game: Caravan) -> None:
    room = rules(game, "market").room_for_goods
    give(game, coin=1000, cloth=21)
    assert room(game.simulation, "spice") == 19, "by weight; cloth takes two slots of three"
    give(game, spice=1)
    assert room(game.simulation, "salt") == 0
    assert room(game.simulation, "spice") == 18
    step(game, ("hire",))
    assert balance(game, "player") == 940
    assert room(game.simulation, "salt") == 29
    assert game.report()["animals"] == 2


def test_a_market_cannot_pay_more_than_its_till(game: Caravan) -> None:
    town = here(game)
    ledger = game.simulation.ledger
    ledger.transfer(f"shop:{town}", "player", "coin", balance(game, f"shop:{town}"), "a test")
    give(game, spice=5)
    step(game, ("sell", "spice", 5))
    assert balance(game, "pack", "spice") == 5


def test_away_from_markets_nobody_deals(game: Caravan) -> None:
    _, body, _ = rules(game, "components").hero(game.simulation)
    body.x += 100 * 256
    give(game, coin=1000, grain=5)
    step(game, ("buy", "cloth", 1), ("sell", "grain", 1), ("hire",), ("use",))
    assert game.simulation.ledger.holdings("pack") == {"grain": 5}
    assert balance(game, "player") == 1060


def test_towns_make_and_use_up_goods_and_coins_only_change_hands(game: Caravan) -> None:
    ledger = game.simulation.ledger
    total = ledger.total("coin")
    before = ledger.balance("shop:Millbrook", "grain")
    for _ in range(900):
        step(game)
    assert ledger.balance("shop:Millbrook", "grain") > before
    assert ledger.total("coin") == total
    ledger.check()


# ---- deliveries, chests, bandits --------------------------------------------------------------


def test_a_delivery_is_paid_from_what_was_put_aside(game: Caravan) -> None:
    quests, simulation = rules(game, "quests"), game.simulation
    town, _ = rules(game, "market").market(simulation)
    others = [id for id, _ in simulation.world.query(rules(game, "components").Town) if id != town]
    while quests.quest_offered(simulation, town) is None:
        quests.invent_quest(simulation, town)
    id, quest = quests.quest_offered(simulation, town)
    reward = balance(game, f"quest:{id}")
    assert reward > 40
    assert "accepted" in step(game, ("use",))
    assert quests.quest_taken(simulation)[0] == id
    quest = quests.quest_taken(simulation)[1]
    assert quest.target in others
    quest.target = town
    assert "delivered" not in step(game, ("use",)), "there is nothing to hand over"
    give(game, **{quest.good: quest.count + 1})
    assert "delivered" in step(game, ("use",))
    assert balance(game, "player") == 60 + reward
    assert balance(game, "pack", quest.good) == 1
    assert f"quest:{id}" not in simulation.ledger
    assert game.report()["delivered"] == 1


def test_a_delivery_that_is_late_gives_its_reward_back(game: Caravan) -> None:
    quests, simulation = rules(game, "quests"), game.simulation
    total = simulation.ledger.total("coin")
    id, quest = next(simulation.world.query(rules(game, "components").Quest))
    quest.until = 0
    target = simulation.world.get(quest.target, rules(game, "components").Town).name
    before, reward = balance(game, f"folk:{target}"), balance(game, f"quest:{id}")
    quests.offer(simulation, ())
    step(game)
    assert id not in simulation.world
    assert balance(game, f"folk:{target}") >= before + reward - 1 or simulation.ledger.total("coin") == total


def at_chest(game: Caravan) -> int:
    """Put the player beside a chest; its id."""
    components = rules(game, "components")
    _, body, _ = components.hero(game.simulation)
    id, chest = next(game.simulation.world.query(components.Chest))
    body.x, body.y = chest.column * 8192 + 4096, chest.row * 8192 + 4096
    return int(id)


def test_a_chest_gives_what_fits_and_keeps_the_rest(game: Caravan) -> None:
    id = at_chest(game)
    ledger = game.simulation.ledger
    for item, count in ledger.holdings(f"chest:{id}").items():
        ledger.burn(f"chest:{id}", item, count, "a test")
    ledger.mint(f"chest:{id}", "coin", 7, "a test")
    ledger.mint(f"chest:{id}", "timber", 15, "a test")
    assert step(game, ("use",)) == ["chest"]
    assert balance(game, "player") == 67
    assert balance(game, "pack", "timber") == 10
    assert ledger.holdings(f"chest:{id}") == {"timber": 5}


def test_a_bandit_robs_and_drops_it_again(game: Caravan) -> None:
    components = rules(game, "components")
    _, body, player = components.hero(game.simulation)
    id, other, bandit = next(game.simulation.world.query(components.Body, components.Bandit))
    give(game, coin=100)
    had = balance(game, f"bandit:{id}")
    other.x, other.y = body.x + 256, body.y
    assert "robbed" in step(game)
    assert balance(game, "player") == 140
    assert balance(game, f"bandit:{id}") == had + 20
    assert bandit.fleeing and player.safe
    assert "hit" in step(game, ("swing",))
    assert balance(game, f"bandit:{id}") == 0
    for _ in range(3):
        step(game)
    assert balance(game, "player") == 160 + had
    game.simulation.ledger.check()


# ---- walking ----------------------------------------------------------------------------------


def test_roads_are_faster_and_loads_are_slower(game: Caravan) -> None:
    walking, components = rules(game, "walking"), rules(game, "components")
    _, body, _ = components.hero(game.simulation)

    def pace() -> int:
        start = body.x
        step(game, ("walk", 1, 0))
        return int(body.x - start)

    light = pace()
    give(game, timber=10)
    assert pace() == light - light // 4 == 746 - 186
    assert light == walking.PACE * 4 // 3
    step(game, ("walk", 0, 0), ("walk", 90, 0))


def test_nobody_walks_through_houses_or_water(game: Caravan) -> None:
    walking, components = rules(game, "walking"), rules(game, "components")
    _, body, _ = components.hero(game.simulation)
    for dx, dy in ((-1, 0), (0, -1), (1, 0), (0, 1), (1, 1)) * 2:
        for _ in range(150):
            step(game, ("walk", dx, dy))
            assert walking.kind_at(game.simulation, body.x, body.y) not in rules(game, "land").SOLID


def test_the_pack_follows_in_the_trail(game: Caravan) -> None:
    components, walking = rules(game, "components"), rules(game, "walking")
    _, body, _ = components.hero(game.simulation)
    places = []
    for _ in range(40):
        places.append((body.x, body.y))
        step(game, ("walk", 1, 0))
    _, camel, _ = next(game.simulation.world.query(components.Body, components.Animal))
    assert (camel.x, camel.y) in places
    assert (camel.x, camel.y) == places[-walking.GAP]


@pytest.mark.parametrize("seed", range(8))
def test_every_town_can_be_reached_from_every_other(seed: int) -> None:
    game = Caravan(seed)
    land, ways = rules(game, "land"), game.simulation.arrays["ways"]
    kind = rules(game, "components").Town
    towns = [(town.column, town.row) for _, town in game.simulation.world.query(kind)]
    assert len(towns) == 5
    for number in range(5):
        assert all(int(ways[number, row, column]) < land.NEVER for column, row in towns)


# ---- determinism ------------------------------------------------------------------------------


def test_another_process_with_other_hashes_plays_the_same() -> None:
    hashes = hashes_in_subprocess(Caravan, 7, TICKS, 12345)
    assert tuple(hashes[299::300]) == played(7)[2]


def test_going_back_and_on_again_changes_nothing() -> None:
    game = Caravan(7)
    simulation = game.simulation
    for _ in range(240):
        simulation.step(game.bot())
    past: list[tuple[dict[str, object], list[Command], str]] = []
    for _ in range(60):
        state, commands = simulation.state(), game.bot()
        simulation.step(commands)
        past = [*past[-7:], (state, commands, simulation.state_hash())]
        simulation.restore(past[0][0])
        for _, again, expected in past:
            simulation.step(again)
            assert simulation.state_hash() == expected


def test_a_state_goes_on_in_another_game() -> None:
    game, _, _ = played(1)
    other = Caravan(99)
    other.simulation.restore(game.simulation.state())
    assert other.simulation.state_hash() == game.simulation.state_hash()
    assert other.bot() == game.bot()
    assert np.array_equal(picture(other).color, picture(game).color)


def test_drawing_changes_nothing() -> None:
    game, canvas = Caravan(7), Canvas(640, 360)
    for tick in range(120):
        game.simulation.step(game.bot())
        before = game.simulation.state_hash()
        game.draw(canvas, tick % 10 / 10, "Plain")
        canvas.finish()
        assert game.simulation.state_hash() == before


# ---- the bot ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bot_trades_well(seed: int) -> None:
    game, happened, _ = played(seed)
    report = game.report()
    goods = sum(
        rules(game, "components").GOODS[good].price * count
        for good, count in game.simulation.ledger.holdings("pack").items()
    )
    spent = sum(rules(game, "market").ANIMAL_PRICES[: report["animals"]])
    assert report["coins"] + goods + spent > 120, "twice of what it began with, in 30 seconds"
    assert happened["sold"] >= 1
    assert happened["bought"] >= 10


@pytest.mark.parametrize("seed", SEEDS)
def test_no_coin_is_made_or_lost(seed: int) -> None:
    game, _, _ = played(seed)
    ledger = game.simulation.ledger
    ledger.check()
    lying = sum(coin.count for _, coin in game.simulation.world.query(rules(game, "components").Coin))
    assert lying == ledger.balance("ground", "coin")
    assert sum(ledger.balance(account, "coin") for account in ledger.accounts) == ledger.total("coin")
    assert ledger.total("coin") == Caravan(seed).simulation.ledger.total("coin")


# ---- the picture ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_screen_shows_a_town(seed: int) -> None:
    frame = picture(Caravan(seed))
    assert frame.material is not None and frame.hud is not None and frame.identity is not None
    wanted = ("grass", "floor", "wall", "door", "brick", "wood", "glass", "player", "friend", "tool")
    missing = [name for name in wanted if not (frame.material == material_index(name)).any()]
    assert missing == []
    assert not (frame.material == material_index("unknown")).any()
    assert frame.identity[frame.material == material_index("player")].max() == 1
    assert 5000 < (frame.hud[..., 3] == 255).sum() < 90_000


@pytest.mark.slow
def test_the_ways_show_the_rest() -> None:
    seen: dict[int, None] = {}
    for seed in SEEDS[:2]:
        game, canvas = Caravan(seed), Canvas(640, 360)
        for tick in range(900):
            game.simulation.step(game.bot())
            if tick % 60 == 0:
                game.draw(canvas, 1.0, "")
                material = canvas.finish().material
                assert material is not None
                seen.update(dict.fromkeys(np.unique(material).tolist()))
    wanted = ("road", "water", "sand", "leaves", "stone", "coin", "enemy", "animal")
    assert [name for name in wanted if material_index(name) not in seen] == []


def test_other_sizes_are_drawn_too(game: Caravan) -> None:
    for size in ((320, 180), (1280, 720), (641, 359)):
        material = picture(game, size).material
        assert material is not None
        assert not (material == material_index("unknown")).any()


# ---- keys -------------------------------------------------------------------------------------


def test_keys_become_commands(game: Caravan) -> None:
    def asked(held: str = "", pressed: str = "") -> list[tuple[str, tuple[int | str, ...]]]:
        keys = Inputs(frozenset(held.split(",")), tuple(pressed.split(",")))
        return [(command.name, command.args) for command in game.commands(keys)]

    step(game)
    assert asked() == []
    assert asked("left,up") == [("walk", (-1, -1))]
    assert asked("left,right") == []
    assert asked(pressed="use,hire") == [("use", ()), ("hire", ())]
    assert asked(pressed="good 2") == [("buy", ("salt", 1))]
    assert asked("sell,good 2", "good 2") == [("sell", ("salt", 1))]
    assert asked("good 2") == [], "a held key repeats every dozen ticks"
    for _ in range(11):
        step(game)
    assert asked("good 2") == [("buy", ("salt", 1))]


def test_little_of_the_game_is_outside_of_its_scripts() -> None:
    folder = ROOT / "demo_games" / "caravan"
    lines = [line for path in folder.glob("*.py") for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) <= 150
