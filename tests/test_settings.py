"""What is written into a setting and not used is named, with the nearest right word."""

from __future__ import annotations

from pathlib import Path

import pygame
import pytest
import yaml

from reskin.engine.errors import FrameError, GameError, LoopError, did_you_mean
from reskin.engine.frame import MATERIALS, material_index
from reskin.engine.loop.controls import Controls
from reskin.engine.script.sources import Sources
from reskin.engine.simulation.game import Control
from reskin.engine.simulation.games import load_game
from reskin.neural_renderer.errors import RunError, ThemeError
from reskin.neural_renderer.plugins.pygame.game_sources import choose_keys
from reskin.neural_renderer.source_materials.tags import Tags, tag_file
from reskin.neural_renderer.theme.pack import find_theme, load_theme
from tests.neural_renderer.samples import random_theme


def test_the_nearest_word() -> None:
    assert did_you_mean("coins", MATERIALS) == " (did you mean 'coin'?)"
    assert did_you_mean("GRASS", MATERIALS) == " (did you mean 'grass'?)"
    assert (
        did_you_mean("spaceship", MATERIALS)
        == did_you_mean(7, MATERIALS)
        == did_you_mean("", MATERIALS)
        == ""
    )
    assert did_you_mean("x" * 1_000_000, MATERIALS) == ""


@pytest.mark.parametrize(
    ("fields", "meant"),
    [
        ({"strength": {"coins": 0.5}}, "coin"), ({"strength": {"Grass": 0.5}}, "grass"),
        ({"color_scale": {"watter": [1, 1, 1]}}, "water"), ({"scroll": {"lavas": [0, 1]}}, "lava"),
        ({"detail": {"evry": 1}}, ""), ({"detail": {"stones": 1}}, "stone"), ({"legibilty": 3}, "legibility"),
        ({"Strength": {}}, "strength"), ({"colour_scale": {}}, "color_scale"),
    ],
)  # fmt: skip
def test_a_wrong_word_in_a_theme(tmp_path: Path, fields: dict[str, object], meant: str) -> None:
    random_theme().save(tmp_path / "mine")
    head = tmp_path / "mine" / "theme.yaml"
    head.write_text(yaml.safe_dump(yaml.safe_load(head.read_text()) | fields))
    with pytest.raises(ThemeError, match=rf"did you mean '{meant}'\?" if meant else "found") as caught:
        load_theme(tmp_path / "mine")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("addition", ["legibility: 3\n", "strength:\n  coin: 0.5\n  grass: 1\n  coin: 0.7\n"])
def test_what_is_given_twice_is_named_with_its_line(tmp_path: Path, addition: str) -> None:
    random_theme().save(tmp_path / "mine")
    head = tmp_path / "mine" / "theme.yaml"
    text = head.read_text()
    if addition.startswith("strength"):
        text = text.replace("strength: {}\n", "")
    head.write_text(text + addition)
    with pytest.raises(ThemeError, match=r"'(legibility|coin)' is given twice, the second time in line \d+"):
        load_theme(tmp_path / "mine")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("coin.png: coins\n", "no material 'coins' (did you mean 'coin'?)"),
        ("veiw: top\n", "veiw: there is no such setting (did you mean 'view'?)"),
        ("hotkey: {theme: F2}\n", "hotkey: there is no such setting (did you mean 'hotkeys'?)"),
        ("view: tops\n", "view cannot be 'tops' (did you mean 'top'?); expected side or top"),
        ("scale: natve\n", "(did you mean 'native'?)"), ("tile: -3\n", "tile must be a number of pixels"),
        ("hotkeys: F2\n", "hotkeys must be lines such as"),
        ("a.png: {matterial: grass}\n", "'matterial' means nothing (did you mean 'material'?)"),
        ("a.png: {hud: maybe}\n", "hud cannot be 'maybe'; expected true or false"),
        ("a.png: {detail: 9}\n", "detail cannot be 9; expected 0 to 4"),
        ("a.png: {material: coin, paint: kept}\n", "paint cannot be 'kept'; expected keep"),
    ],
)  # fmt: skip
def test_a_wrong_word_in_a_tag_file(tmp_path: Path, text: str, words: str) -> None:
    tag_file(tmp_path / "game.py").write_text(text + "b.png: grass\n")
    tags = Tags(tmp_path / "game.py")
    assert words in tags.warning and "\n" not in tags.warning and not tags.problem
    right = tags.of("0" * 32, "b.png")
    assert right is not None and right.material == "grass"


def test_right_words_in_a_tag_file_are_no_warning(tmp_path: Path) -> None:
    tag_file(tmp_path / "game.py").write_text(
        "\ufeffview: side\ntile: 16\nscale: native\nhotkeys: {theme: F2}\nview_found: top\n"
        "tiles.png: grass\nview.png: {material: sky, paint: keep, hud: false, detail: 2, pixels: each}\n"
        f"{'0' * 32}: {{image: a.png, material: coin, found: coin, sure: 0.8, why: its name, by: hand}}\n"
    )
    tags = Tags(tmp_path / "game.py")
    assert not tags.warning and not tags.problem and tags.view == "side"


def test_wrong_names_of_themes_games_materials_and_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.display.init()
    with pytest.raises(ThemeError, match=r"no theme 'wintre' \(did you mean 'winter'\?\)"):
        find_theme("wintre")
    with pytest.raises(GameError, match=r"no game is named 'Minr' \(did you mean 'miner'\?\)"):
        load_game("Minr")
    with pytest.raises(FrameError, match=r"unknown material 'coins' \(did you mean 'coin'\?\)"):
        material_index("coins")
    with pytest.raises(LoopError, match=r"the key 'spacebar', .*\(did you mean 'space'\?\)"):
        Controls((Control("jump", ("spacebar",), "jump"),), lambda point: point)
    with pytest.raises(RunError, match=r"no key for 'themes' \(did you mean 'theme'\?\)"):
        choose_keys([], {"themes": "F2"})
    with pytest.raises(RunError, match=r"no key is called 'spcae' \(did you mean 'SPACE'\?\)"):
        choose_keys([], {"theme": "spcae"})


@pytest.mark.parametrize("name", ["main.py", "goods.yaml"])
def test_a_byte_order_mark_is_no_error_in_a_script(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    assert Sources.read(tmp_path).texts[name] == "a: 1\n"
