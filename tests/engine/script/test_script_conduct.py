"""Whatever a script raises or sets, and whatever type an edit gives a field, the game goes on as it was."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from reskin.engine.script import ScriptedGame
from tests.engine.script.tiny import Folder, tick

MAIN = """\
from __future__ import annotations

from reskin.engine.script import component


@component
class Box:
    value: int = 3


def begin(simulation):
    simulation.ledger.open("chest")
    simulation.ledger.mint("chest", "coin", 71, "found")
    simulation.world.spawn(Box())
    simulation.world.spawn(Box())


def age(simulation, commands):
    pass


def bot(simulation):
    return []


def report(simulation):
    return {"coins": 1}


SYSTEMS = (age,)
"""
MISUSES = [
    "raise SystemExit(3)", "raise GeneratorExit", "raise type('Own', (BaseException,), {})('own')",
    "simulation.tick = 5", "simulation.tick += 1", "simulation.tick = True", "del simulation.tick",
    "simulation.step()", "simulation.world = None", "del simulation.world",
    "simulation.world = type(simulation.world)()", "simulation.ledger = None", "simulation.streams = None",
    "simulation.arrays = {}", "simulation.systems = ()", "simulation.scripts = None",
    "simulation.scripts.ruleset = None", "simulation.step = None", "simulation.state = dict",
    "simulation.emit = None", "simulation.kept = 3", "simulation._events = None", "simulation._packer = None",
    "simulation._ledger_packed = None", "vars(simulation).clear()", "vars(simulation.world).clear()",
    "vars(simulation.ledger).clear()", "vars(simulation.streams).clear()", "vars(simulation.arrays).clear()",
]  # fmt: skip
TYPES = {
    "int": ["0", "1", "-5"],
    "bool": ["True"],
    "str": ["'ab'", "'7'", "''"],
    "tuple[int, ...]": ["(1, 2)", "()"],
    "tuple[str, ...]": ["('a', 'b')"],
}
VALUES = [(kind, value) for kind, values in TYPES.items() for value in values]


def values(game: ScriptedGame) -> list[Any]:
    kind: Any
    (kind,) = game.scripts.ruleset.kinds
    return [box.value for _, box in game.simulation.world.query(kind)]


@pytest.mark.parametrize("misuse", MISUSES)
def test_what_a_system_sets_or_raises_is_rolled_back_and_named(misuse: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path, MAIN)
    game, twin = folder.game(), folder.game()
    tick(game)
    folder.edit("    pass", f"    {misuse}")
    assert game.scripts.reload(game.simulation)
    tick(game, 2)
    assert "rules/main.py:" in game.trouble and "the previous version stays in use" in game.trouble
    tick(twin, 3)
    assert game.simulation.state_hash() == twin.simulation.state_hash()


@pytest.mark.parametrize("function", ["bot", "report"])
@pytest.mark.parametrize("misuse", MISUSES[:20])
def test_what_is_asked_of_a_script_may_misuse_it_too(function: str, misuse: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path, MAIN)
    game, twin = folder.game(), folder.game()
    tick(game)
    folder.edit(f"def {function}(simulation):\n", f"def {function}(simulation):\n    {misuse}\n")
    assert game.scripts.reload(game.simulation)
    assert getattr(game, function)() in ([], {"coins": 1})
    assert "rules/main.py:" in game.trouble
    tick(game)
    tick(twin, 2)
    assert game.simulation.state_hash() == twin.simulation.state_hash()


@pytest.mark.parametrize("line", ["raise SystemExit(3)", "raise GeneratorExit", "import sys\nsys.exit('no')"])
def test_a_script_that_exits_on_load_is_refused(line: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path, MAIN)
    game = folder.game()
    folder.write(f"{MAIN}\n{line}\n")
    assert not game.scripts.reload(game.simulation)
    assert game.trouble
    tick(game)


@pytest.mark.parametrize("default", ["{}[1]", "exit(3)", "int('x')"])
def test_a_default_that_fails_refuses_the_edit(default: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path, MAIN)
    game = folder.game()
    folder.edit(
        "import component\n", "import component\nfrom dataclasses import field\nfrom sys import exit\n"
    )
    folder.edit("value: int = 3", f"value: int = 3\n    more: int = field(default_factory=lambda: {default})")
    assert not game.scripts.reload(game.simulation) and game.trouble
    assert values(game) == [3, 3]
    tick(game)


def test_an_edited_type_loses_nothing_or_is_refused(tmp_path: Path) -> None:
    """Every type to every other and back: equal values, or the old rules with words; later edits work."""
    for number, ((old, before), (new, default)) in enumerate(product(VALUES, VALUES)):
        (tmp_path / str(number)).mkdir()
        main = MAIN.replace("value: int = 3", f"value: {old} = {before}")
        folder = Folder(tmp_path / str(number), main)
        game = folder.game()
        held = values(game)
        folder.write(main.replace(f"value: {old} = {before}", f"value: {new} = {default}"))
        taken = game.scripts.reload(game.simulation)
        assert values(game) == held, (old, new)
        assert taken or "the world cannot be migrated: Box.value" in game.trouble, (old, new)
        tick(game)
        folder.write(f"{main}\n# again\n")
        assert game.scripts.reload(game.simulation) and not game.trouble, (old, new)
        assert values(game) == held and type(values(game)[0]) is type(held[0])
        assert game.simulation.ledger.balance("chest", "coin") == 71
        tick(game)
