"""Random edits of the fields of a component in a running game: types, defaults, order and names.

The game never stops. A field that an edit leaves keeps its values; the coins stay.
"""

from __future__ import annotations

import random
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
    number: int = 0
{fields}

def begin(simulation):
    simulation.ledger.open("chest")
    simulation.ledger.mint("chest", "coin", 71, "found")
    for number in range(5):
        simulation.world.spawn(Box(number=number))


def age(simulation, commands):
    for _, box in simulation.world.query(Box):
        box.number += 5


SYSTEMS = (age,)
"""
DEFAULTS = {
    "int": ["0", "1", "7", "-3"],
    "bool": ["True", "False"],
    "str": ["''", "'a'", "'12'"],
    "tuple[int, ...]": ["()", "(1, 2)", "(True,)"],
    "tuple[str, ...]": ["()", "('a', 'b')"],
    "tuple[bool, ...]": ["(False, True)"],
}
KINDS: dict[str, type] = {"int": int, "bool": bool, "str": str, "tuple": tuple}
Fields = dict[str, tuple[str, str]]
"""A field's type and default, as text, by its name."""


def edited(fields: Fields, dice: random.Random) -> Fields:
    """The fields after one random edit."""
    names, kind = list(fields), dice.choice(list(DEFAULTS))
    declared = kind, dice.choice(DEFAULTS[kind])
    what = dice.choice(["add", "remove", "type", "type", "default", "order", "name"]) if names else "add"
    chosen = dice.choice(names) if names else ""
    fresh = f"field{dice.randrange(8)}"
    if what == "add":
        return {**fields, fresh: declared}
    if what == "remove":
        return {name: fields[name] for name in names if name != chosen}
    if what == "type":
        return {**fields, chosen: declared}
    if what == "default":
        return {**fields, chosen: (fields[chosen][0], dice.choice(DEFAULTS[fields[chosen][0]]))}
    if what == "order":
        return {name: fields[name] for name in dice.sample(names, len(names))}
    return {fresh if name == chosen else name: fields[name] for name in names}


def written(fields: Fields) -> str:
    lines = (f"    {name}: {kind} = {default}\n" for name, (kind, default) in fields.items())
    return MAIN.format(fields="".join(lines))


def boxes(game: ScriptedGame, fields: Fields) -> dict[str, list[Any]]:
    """The values of every field."""
    box: Any
    (box,) = game.scripts.ruleset.kinds
    held = [found for _, found in game.simulation.world.query(box)]
    return {name: [getattr(found, name) for found in held] for name in ("number", *fields)}


@pytest.mark.parametrize(
    ("seed", "edits"),
    [(1, 120), *(pytest.param(seed, 500, marks=pytest.mark.slow) for seed in range(2, 6))],
)
def test_random_edits_of_fields_stop_nothing_and_change_no_value(
    seed: int, edits: int, tmp_path: Path
) -> None:
    dice = random.Random(seed)
    fields: Fields = {}
    folder = Folder(tmp_path, written(fields))
    game = folder.game()
    taken = 0
    for edit in range(edits):
        before, wanted = boxes(game, fields), edited(fields, dice)
        folder.write(written(wanted) + f"# {edit}\n")
        if game.scripts.reload(game.simulation):
            after = boxes(game, wanted)
            for name in before.keys() & after.keys():
                assert after[name] == before[name], (edit, name)
            for name, (kind, _) in wanted.items():
                declared = KINDS[kind.partition("[")[0]]
                assert all(isinstance(value, declared) for value in after[name]), (edit, name)
            fields, taken = wanted, taken + 1
        else:
            assert "the world cannot be migrated: Box.field" in game.trouble, game.trouble
            assert boxes(game, fields) == before
        tick(game)
        assert boxes(game, fields)["number"] == [number + 5 * (edit + 1) for number in range(5)]
        assert game.simulation.ledger.balance("chest", "coin") == 71
    assert edits // 3 < taken < edits
