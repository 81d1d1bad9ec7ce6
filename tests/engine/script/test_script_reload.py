"""Scripts that are edited while their game runs: what is kept, what is migrated, what is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reskin.engine.draw import Canvas
from reskin.engine.errors import CommandError, ScriptError
from reskin.engine.frame import plain_picture
from reskin.engine.loop.loop import RunOptions, run
from reskin.engine.script import ScriptedGame
from reskin.engine.simulation.game import Inputs
from tests.engine.script.tiny import MAIN, Folder, reload, tick


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def coins(game: ScriptedGame) -> int:
    return game.report()["coins"]


# ---- edits that are taken ---------------------------------------------------------------------


def test_a_rule_changes_and_the_state_stays(folder: Folder) -> None:
    game = folder.game()
    tick(game, 5)
    before = game.simulation.state_hash()
    folder.edit("+= count", "+= 10 * count")
    assert reload(game)
    assert game.simulation.state_hash() == before
    tick(game)
    assert coins(game) == 3 + 5 + 10
    assert game.trouble == ""


def test_reloading_the_same_changes_nothing(folder: Folder) -> None:
    game = folder.game()
    tick(game, 3)
    before, ruleset = game.simulation.state(), game.scripts.ruleset
    assert game.scripts.edition is ruleset and game.edition == game.rules_fingerprint, "by their former names"
    for text in (MAIN, MAIN + "\n# a comment\n", MAIN):
        folder.write(text)
        assert reload(game)
        assert game.simulation.state() == before
    assert game.scripts.ruleset.fingerprint == ruleset.fingerprint
    other = folder.game()
    tick(other, 3)
    assert other.simulation.state_hash() == game.simulation.state_hash()


def test_two_games_share_no_state_but_their_rules(folder: Folder) -> None:
    one, two = folder.game(), folder.game()
    assert one.scripts.ruleset is two.scripts.ruleset
    tick(one, 2)
    assert (coins(one), coins(two)) == (5, 3)
    folder.edit("+= count", "-= count")
    assert reload(one)
    tick(one)
    tick(two)
    assert (coins(one), coins(two)) == (4, 4)


def test_a_script_may_come_and_go(folder: Folder) -> None:
    game = folder.game()
    folder.write("def twice(count):\n    return 2 * count\n", "more.py")
    folder.write(
        MAIN.replace("+= count", "+= more.twice(count)").replace(
            "@component", "from rules import more\n\n\n@component"
        )
    )
    assert reload(game), game.trouble
    tick(game)
    assert coins(game) == 5
    folder.edit("2 *", "5 *", "more.py")
    assert reload(game)
    tick(game)
    assert coins(game) == 10
    folder.write(MAIN)
    (folder.path / "more.py").unlink()
    assert reload(game)
    assert "rules.more" not in sys.modules


def test_data_is_reloaded_too(folder: Folder) -> None:
    folder.write("salt: {price: 4}\n", "goods.yaml")
    folder.write(
        "from dataclasses import dataclass\nfrom reskin.engine.script import read_table\n\n\n"
        "@dataclass(frozen=True, slots=True)\nclass Good:\n    price: int\n\n\n"
        'GOODS = read_table("goods.yaml", Good)\n',
        "goods.py",
    )
    folder.edit("+= count", '+= count * GOODS["salt"].price')
    folder.edit("@component", "from rules.goods import GOODS\n\n\n@component")
    game = folder.game()
    tick(game)
    folder.edit("4", "7", "goods.yaml")
    assert reload(game)
    tick(game)
    assert coins(game) == 3 + 4 + 7
    folder.edit("7", "7.5", "goods.yaml")
    assert not reload(game)
    assert "rules/goods.yaml:1: salt.price must be int, got float '7.5'" in game.trouble


# ---- fields gained, lost, renamed -------------------------------------------------------------


def test_a_gained_field_has_its_default(folder: Folder) -> None:
    game = folder.game()
    tick(game, 2)
    folder.edit(
        "coins: int = 3", "coins: int = 3\n    gems: tuple[int, ...] = (4, 5)\n    name: str = 'mine'"
    )
    assert reload(game)
    ((_, purse),) = game.simulation.world.query(game.scripts.ruleset["main"].Purse)
    assert (purse.coins, purse.gems, purse.name) == (5, (4, 5), "mine")


def test_a_gained_field_without_default_is_refused(folder: Folder) -> None:
    game = folder.game()
    folder.edit("coins: int = 3", "gems: int\n    coins: int = 3")
    folder.edit("Purse()", "Purse(0)")
    before = game.simulation.state_hash()
    assert not reload(game)
    assert "Purse.gems, which has no default" in game.trouble
    assert game.simulation.state_hash() == before
    tick(game)
    assert coins(game) == 4


def test_a_lost_field_comes_back_with_its_values(folder: Folder) -> None:
    game = folder.game()
    tick(game, 6)
    lost = MAIN.replace("coins: int = 3", "other: int = 1").replace("purse.coins += count", "pass").replace(
        "[1].coins", "[1].other"
    )  # fmt: skip
    folder.write(lost)
    assert reload(game)
    assert coins(game) == 1
    assert "coins" not in game.simulation.state()["world"]["components"]["Purse"]["fields"]
    tick(game, 2)
    folder.write(MAIN)
    assert reload(game)
    assert coins(game) == 9


def test_a_lost_component_comes_back_too(folder: Folder) -> None:
    folder.edit("@component", "@component\nclass Tag:\n    color: int = 1\n\n\n@component")
    folder.edit("Purse())", "Purse(), Tag(7))")
    game = folder.game()
    folder.write(MAIN)
    assert reload(game)
    assert "Tag" not in game.simulation.state()["world"]["components"]
    folder.edit("@component", "@component\nclass Tag:\n    color: int = 1\n\n\n@component")
    assert reload(game)
    assert [tag.color for _, tag in game.simulation.world.query(game.scripts.ruleset["main"].Tag)] == [7]


def test_a_lost_field_of_another_type_takes_its_default(folder: Folder) -> None:
    game = folder.game()
    tick(game)
    folder.write(MAIN.replace("coins: int", "gold: int").replace(".coins", ".gold"))
    assert reload(game)
    folder.write(MAIN.replace("coins: int = 3", "coins: str = 'three'").replace("+= count", "+= 'x'")
                 .replace('query(Purse))[1].coins', 'query(Purse))[1].coins.count("x")'))  # fmt: skip
    assert reload(game)
    tick(game, 2)
    assert coins(game) == 2


RENAMED = (
    MAIN.replace("import component, on", "import component, on, renamed")
    .replace("coins: int = 3", "gold: int = 3\n    migrations = (renamed('coins', 'gold'),)")
    .replace(".coins", ".gold")
)


def test_a_renamed_field_keeps_its_values_both_ways(folder: Folder) -> None:
    game = folder.game()
    tick(game, 4)
    folder.write(RENAMED)
    assert reload(game)
    assert coins(game) == 7
    tick(game, 3)
    folder.write(MAIN)
    assert reload(game)
    assert coins(game) == 10


def test_a_renamed_component_keeps_its_values_both_ways(folder: Folder) -> None:
    game = folder.game()
    tick(game, 4)
    folder.write(MAIN.replace("Purse", "Bag").replace("coins: int", "formerly = ('Purse',)\n    coins: int"))
    assert reload(game)
    tick(game)
    assert coins(game) == 8
    folder.write(MAIN)
    assert reload(game)
    assert coins(game) == 8


def test_a_failing_migration_is_refused(folder: Folder) -> None:
    game = folder.game()
    folder.edit(
        "coins: int = 3", "coins: int = 3\n    migrations = (lambda ids, columns: columns['nothing'],)"
    )
    assert not reload(game)
    assert "migrating Purse failed: KeyError: 'nothing'" in game.trouble


# ---- edits that are not taken -----------------------------------------------------------------

BROKEN = {
    "purse.coins += count)": "rules/main.py:19: SyntaxError: unmatched ')'",
    "purse.coins +": "rules/main.py:19: SyntaxError: invalid syntax",
    "purse.coins += 0.5": "rules/main.py:19: a float goes into .coins; "
    "count in whole small units, such as cents or 1/256 px, and divide with //",
}


@pytest.mark.parametrize(("line", "words"), BROKEN.items())
def test_a_mistake_is_named_and_the_version_before_goes_on(folder: Folder, line: str, words: str) -> None:
    game = folder.game()
    folder.edit("purse.coins += count", line)
    assert not reload(game)
    assert game.trouble == f"{words}\nthe previous version stays in use"
    tick(game)
    assert coins(game) == 4
    folder.write(MAIN)
    assert reload(game)
    assert game.trouble == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("@component", "import nowhere\n\n\n@component", "main.py:6: ModuleNotFoundError: No module"),
        ("@component", "1 // 0\n\n\n@component", "main.py:6: ZeroDivisionError"),
        ("SYSTEMS = ", "SYSTEM = ", "main.py must define begin and SYSTEMS; SYSTEMS is missing"),
        ("SYSTEMS = (on(earn=earn), age)", "SYSTEMS = (7,)", "SYSTEMS must hold functions, got 7"),
        ("coins: int = 3", "coins: complex = 3", "main.py:8: Purse.coins must be int, bool, str"),
        ("coins: int = 3", "coins: Nowhere = 3", "main.py:7: name 'Nowhere' is not defined"),
        ("SYSTEMS", "raise SystemExit\nSYSTEMS", "main.py:26: SystemExit"),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_is_named(folder: Folder, old: str, new: str, words: str) -> None:
    game = folder.game()
    modules = dict(sys.modules)
    folder.edit(old, new)
    assert not reload(game)
    assert words in game.trouble
    assert sys.modules["rules.main"] is modules["rules.main"]
    tick(game)
    assert coins(game) == 4
    with pytest.raises(ScriptError, match="main"):
        folder.game()


def test_bytes_that_are_no_text_are_named(folder: Folder) -> None:
    game = folder.game()
    (folder.path / "main.py").write_bytes(MAIN.encode().replace(b"Purse()", b"Pur\xffse()"))
    assert not reload(game)
    assert "rules/main.py:14: scripts are UTF-8, found byte 0xff" in game.trouble
    (folder.path / "main.py").unlink()
    assert not reload(game)
    assert "rules has no main.py" in game.trouble


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.path = tmp_path / "nowhere"
    with pytest.raises(ScriptError, match="there is no folder of scripts at"):
        folder.game()


# ---- systems that fail ------------------------------------------------------------------------


def test_a_failing_edit_is_rolled_back_whole_and_gone_back_on(folder: Folder) -> None:
    """It spends a coin, draws a random number and spawns an entity before it fails; all of it is undone."""
    game, twin = folder.game(), folder.game()
    tick(game)
    tick(twin)
    folder.edit(
        "        purse.coins += count",
        "        purse.coins -= 1\n        simulation.streams['age'].below(6)\n"
        "        simulation.ledger.burn('chest', 'coin', 5)\n        simulation.world.spawn(Purse())\n"
        "        simulation.world.nothing()",
    )
    assert reload(game)
    tick(game)
    tick(twin)
    assert game.simulation.state() == twin.simulation.state()
    assert game.trouble == (
        "rules/main.py:23 in earn: AttributeError: 'World' object has no attribute 'nothing'\n"
        "the previous version stays in use"
    )
    assert not reload(game), "the same edit is not tried again"
    assert game.trouble.endswith("it failed before; change it and it is tried again")
    folder.write(MAIN.replace("+= count", "+= 2 * count"))
    assert reload(game)
    tick(game)
    assert coins(game) == 7
    assert [entry.why.split(":")[0] for entry in game.scripts.log] == ["edited", "rules/main.py", "edited"]


def test_a_failing_edit_that_changed_fields_is_gone_back_on(folder: Folder) -> None:
    game = folder.game()
    tick(game, 4)
    folder.write(RENAMED.replace("+= count", "+= count // (count - 9)"))
    assert reload(game)
    tick(game, earn=10)
    assert coins(game) == 17
    tick(game, earn=9)
    assert "rules/main.py:20 in earn: ZeroDivisionError" in game.trouble
    assert coins(game) == 26
    assert "coins" in game.simulation.state()["world"]["components"]["Purse"]["fields"]


def test_a_failing_system_without_a_version_before_is_left_out_of_its_tick(folder: Folder) -> None:
    folder.edit("purse.coins += count", "purse.coins += 100 // count")
    game = folder.game()
    tick(game, earn=0)
    assert coins(game) == 3
    assert game.simulation.streams.state()["drawn"] == {"age": 1}, "the other system had its tick"
    assert "rules/main.py:19 in earn: ZeroDivisionError" in game.trouble
    tick(game, earn=50)
    assert coins(game) == 5, "and the failing one has the next"


def test_leaving_out_is_the_same_when_it_is_simulated_again(folder: Folder) -> None:
    folder.edit("purse.coins += count", "purse.coins += 100 // count")
    game = folder.game()
    simulation = game.simulation
    start = simulation.state()
    counts = (1, 2, 0, 5, 0, 0, 7)
    hashes = []
    for count in counts:
        tick(game, earn=count)
        hashes.append(simulation.state_hash())
    simulation.restore(start)
    again = []
    for count in counts:
        tick(game, earn=count)
        again.append(simulation.state_hash())
    assert again == hashes


def test_a_float_that_the_check_missed_is_rolled_back_and_its_handler_named(folder: Folder) -> None:
    folder.edit("purse.coins += count", "setattr(purse, 'coins', purse.coins * half())")
    folder.edit("def begin", "def half():\n    return 1 / 2\n\n\ndef begin")
    game = folder.game()
    tick(game)
    assert coins(game) == 3
    assert (
        "rules/main.py:21 in earn: WorldError: Purse.coins of entity 1 must be bool or int, got float 1.5"
        in game.trouble
    )


def test_the_system_that_spoilt_the_world_is_named_and_not_the_one_that_fell_over_it(folder: Folder) -> None:
    folder.edit("purse.coins += count", "setattr(purse, 'coins', purse.coins * half())")
    folder.edit("def begin", "def half():\n    return 1 / 2\n\n\ndef begin")
    folder.edit(
        "    simulation.streams['age'].below(6)".replace("'", '"'),
        "    for _, purse in simulation.world.query(Purse):\n        range(purse.coins)",
    )
    game = folder.game()
    tick(game)
    assert "rules/main.py:21 in earn: WorldError: Purse.coins of entity 1 must be" in game.trouble


def test_a_command_with_wrong_arguments_is_named(folder: Folder) -> None:
    game = folder.game()
    game.simulation.step([game.simulation.command("earn", 1, 2)])
    assert "rules/main.py:17 in earn: the command 'earn' has the arguments (1, 2)" in game.trouble
    with pytest.raises(CommandError, match="is for tick 1, the next is 2"):
        game.simulation.step([game.simulation.command("earn", 1).__class__(1, "earn", (1,))])


def test_whatever_the_loop_asks_for_may_fail(folder: Folder) -> None:
    game = folder.game()
    folder.edit("return [simulation.command", "return None or [simulation.nothing")
    folder.edit('return {"coins"', 'return {"coins": 1 // 0, "x"')
    folder.write(
        (folder.path / "main.py").read_text()
        + "\n\ndef draw(canvas, simulation, alpha, caption):\n    pass\n"
    )
    assert reload(game)
    assert game.bot() == [game.simulation.command("earn", 1)]
    assert "in bot: AttributeError" in game.trouble
    folder.edit("def bot", "def commands(simulation, inputs):\n    return [3]\n\n\ndef bot")
    folder.edit("simulation.nothing", "simulation.command")
    assert reload(game)
    assert game.commands(Inputs()) == []
    assert "expected commands for tick 1, got 3" in game.trouble
    folder.edit("return [3]", "return []")
    assert reload(game)
    canvas = Canvas(64, 48)
    game.draw(canvas, 1.0, "")
    canvas.finish()
    assert "draw() must call canvas.begin()" in game.trouble


def test_a_game_that_fails_in_everything_goes_on(folder: Folder) -> None:
    text = MAIN.split("def earn")[0] + (
        "def fail(*args):\n    raise RuntimeError('on purpose')\n\n\n"
        "SYSTEMS = (fail, fail)\nbot = commands = report = draw = fail\n"
    )
    folder.write(text)
    game = folder.game()
    said: list[str] = []
    report = run(game, None, RunOptions((64, 48), frames=5, headless=True, bot=True, say=said.append))
    assert report.ticks == 5
    assert report.coins == 0
    assert said == ["rules/main.py:18 in fail: RuntimeError: on purpose"]
    canvas = Canvas(64, 48)
    game.draw(canvas, 1.0, "")
    assert plain_picture(canvas.finish()).max() > 0


def test_a_beginning_that_fails_is_an_error(folder: Folder) -> None:
    folder.edit("Purse())", "Purse(), 1 // 0)")
    with pytest.raises(ScriptError, match=r"^rules/main.py:14 in begin: ZeroDivisionError") as caught:
        folder.game()
    assert (caught.value.file, caught.value.line) == ("main.py", 14)
