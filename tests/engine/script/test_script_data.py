"""Rules in YAML: tables, prefabs and loot, and the errors if they are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reskin.engine.ecs.world import World
from reskin.engine.errors import ScriptError
from reskin.engine.script import component, read_loot, read_prefabs, read_table
from reskin.engine.script.sources import LOADING, Sources
from reskin.engine.simulation.rng import Streams


@dataclass(frozen=True, slots=True)
class Good:
    weight: int
    price: int = 5
    title: str = ""
    rare: bool = False
    tags: tuple[str, ...] = ()
    needs: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    needs: Mapping[str, int]
    makes: str

    def __post_init__(self) -> None:
        if not self.needs:
            raise ValueError("a recipe needs something")


@component
class Body:
    x: int
    w: int = 20


@component
class Wolf:
    hunger: int = 3


@contextmanager
def file(text: str) -> Iterator[None]:
    """Inside this context, x.yaml has this text."""
    token = LOADING.set(Sources(Path("rules"), {"x.yaml": text}))
    try:
        yield
    finally:
        LOADING.reset(token)


def table(text: str, kind: type = Good) -> Mapping[str, Any]:
    with file(text):
        return read_table("x.yaml", kind)


def test_a_table_is_rows_of_a_dataclass() -> None:
    goods = table(
        "salt: {weight: 2}\ncloth:\n  weight: 1\n  title: Fine cloth\n  rare: true\n  tags: [a, b]\n"
    )
    assert dict(goods) == {"salt": Good(2), "cloth": Good(1, 5, "Fine cloth", True, ("a", "b"))}
    with pytest.raises(TypeError):
        goods["salt"] = Good(1)  # type: ignore[index]


def test_a_recipe_maps_names_to_counts() -> None:
    recipes = table("axe: {needs: {wood: 2, iron: 1}, makes: axe}", Recipe)
    assert recipes["axe"].needs == {"wood": 2, "iron": 1}
    with pytest.raises(TypeError):
        recipes["axe"].needs["wood"] = 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("salt: {weight: 2}\nsalt: {weight: 3}", "x.yaml:2: salt is given twice"),
        ("salt: {weight: 2, weight: 3}", "x.yaml:1: weight is given twice"),
        ("salt: {}", "x.yaml:1: salt lacks weight"),
        (
            "salt:\n  weight: 2\n  colour: red",
            "x.yaml:3: salt has colour, expected one of weight, price, title",
        ),
        (
            "salt:\n  weight: 1.5",
            "x.yaml:2: salt.weight must be int, got float '1.5'; count in whole small units",
        ),
        ("salt:\n  weight: yes", "x.yaml:2: salt.weight must be int, got bool 'yes'"),
        ("salt: {weight: 1, title: 3}", "x.yaml:1: salt.title must be str, got int '3'"),
        ("salt: {weight: 1, tags: [a, 3]}", "x.yaml:1: salt.tags[1] must be str, got int '3'"),
        ("salt: {weight: 1, tags: a}", "salt.tags must be tuple"),
        ("salt: {weight: [1]}", "salt.weight must be int, got a list"),
        ("salt: {weight: {a: 1}}", "salt.weight must be int, got a map"),
        ("salt: 3", "expected `name: value` pairs, got int '3'"),
        ("- salt", "expected `name: value` pairs, got a list"),
        ("3: {weight: 1}", "x.yaml:1: expected a name, got int '3'; put quotes around it"),
        ("no: {weight: 1}", "expected a name, got bool 'no'; put quotes around it"),
        ("", "x.yaml:1: is empty"),
        ("salt: {weight: 2\nsugar", "x.yaml:2: is not YAML"),
        ("salt: !!python/object:os.system {}", "salt lacks weight"),
        ("salt:\n\t- 3", "x.yaml:2: is not YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, words: str) -> None:
    with pytest.raises(ScriptError) as caught:
        table(text)
    assert words in str(caught.value)
    assert caught.value.file == "x.yaml"


def test_a_dataclass_may_check_more() -> None:
    with pytest.raises(ScriptError, match=r"x.yaml:1: axe: ValueError: a recipe needs something"):
        table("axe: {needs: {}, makes: axe}", Recipe)


def test_prefabs_spawn_their_components() -> None:
    with file("wolf: {Body: {x: 5}, Wolf: {hunger: 7}}\nstone: {Body: {w: 9}}"):
        prefabs = read_prefabs("x.yaml", Body, Wolf)
    world = World(Body, Wolf)
    id = prefabs["wolf"].spawn(world)
    other = prefabs["wolf"].spawn(world, Body(8, 9))
    assert world.get(id, Body) == Body(5, 20)
    assert world.get(id, Wolf) == Wolf(7)
    assert world.get(other, Body) == Body(8, 9)
    world.get(id, Wolf).hunger = 0
    assert world.get(prefabs["wolf"].spawn(world), Wolf).hunger == 7
    with (
        file("wolf:\n  Bear: {}"),
        pytest.raises(ScriptError, match=r"x.yaml:2: wolf has the component Bear"),
    ):
        read_prefabs("x.yaml", Body, Wolf)


def test_loot_follows_its_weights() -> None:
    text = "chest: {rolls: 1, drops: [{item: coin, weight: 3, least: 2, most: 4}, {item: gem}]}"
    with file(text):
        loot = read_loot("x.yaml")["chest"]
    stream = Streams(3)["loot"]
    found = [loot.roll(stream) for _ in range(4000)]
    coins = [item["coin"] for item in found if "coin" in item]
    assert {*coins} == {2, 3, 4}
    assert 2800 < len(coins) < 3200
    assert stream.drawn == 8000
    again = Streams(3)["loot"]
    assert [loot.roll(again) for _ in range(50)] == found[:50]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: {rolls: 1}", "a must be {rolls: N, drops: [...]}"),
        ("a: {rolls: 1, drops: []}", "a has no drops"),
        ("a:\n  rolls: 1\n  drops:\n    - {item: b, weight: 0}", "x.yaml:4: a needs weight >= 1"),
        ("a: {rolls: 1, drops: [{item: b, least: 3}]}", "0 <= least <= most"),
        ("a: {rolls: 1, drops: [{itme: b}]}", "a.drops[0] has itme"),
    ],
)
def test_wrong_loot_is_named(text: str, words: str) -> None:
    with file(text), pytest.raises(ScriptError) as caught:
        read_loot("x.yaml")
    assert words in str(caught.value)


def test_files_are_read_while_scripts_are_loaded_only() -> None:
    with pytest.raises(ScriptError, match="only be read at the top of a script"):
        read_table("x.yaml", Good)
    with (
        file("a: {weight: 1}"),
        pytest.raises(ScriptError, match=r"there is no y.yaml in rules; there is x.yaml"),
    ):
        read_table("y.yaml", Good)
