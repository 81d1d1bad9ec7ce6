"""What an author may write into theme.yaml beside the weights: tints and flows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, Frame, Layout, to_rgb
from reskin.engine.loop.loop import RunOptions, run
from reskin.engine.simulation.games import load_game
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.errors import ThemeError
from reskin.neural_renderer.features import screen_anchor
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.runtimes.body import Body
from reskin.neural_renderer.theme.pack import Theme, load_theme
from reskin.neural_renderer.theme.watcher import ThemeWatcher
from tests.neural_renderer.samples import levels, random_theme, world

WATER, STONE = MATERIAL_INDEX["water"], MATERIAL_INDEX["stone"]


def still(ticks: int, water: bool = False) -> Iterator[Frame]:
    """A view at rest, seen at consecutive ticks; `water`: nothing but water."""
    frame = world(speed=(0, 0)).replace(hud=None)
    if water:
        frame = frame.replace(
            material=np.full((frame.height, frame.width), WATER, np.uint8), identity=None, motion=None,
            anchor=screen_anchor(frame),
        )  # fmt: skip
    for tick in range(ticks):
        yield frame.replace(tick=tick)


def scrolling(*rate: float, material: str = "water") -> Theme:
    return replace(random_theme(), scroll={material: rate})


def edited(folder: Path, **fields: object) -> Path:
    """A pack whose theme.yaml has further fields."""
    random_theme().save(folder)
    head = yaml.safe_load((folder / "theme.yaml").read_text())
    (folder / "theme.yaml").write_text(yaml.safe_dump(head | fields))
    return folder


# The fields


def test_color_scale_and_scroll_survive_a_round_trip(tmp_path: Path) -> None:
    theme = replace(random_theme(), color_scale={"water": (0.5, 1.0, 2.0)}, scroll={"lava": (0.0, -0.25)})
    theme.save(tmp_path / "mine")
    back = load_theme(tmp_path / "mine")
    assert (back.color_scale, back.scroll) == (theme.color_scale, theme.scroll)


def test_a_pack_without_them_is_written_as_before(tmp_path: Path) -> None:
    random_theme().save(tmp_path / "mine")
    assert not {"color_scale", "scroll"} & set(yaml.safe_load((tmp_path / "mine" / "theme.yaml").read_text()))
    back = load_theme(tmp_path / "mine")
    assert back.color_scales() is None and back.scroll_offset(1000, 60) is None
    assert load_theme(edited(tmp_path / "none", color_scale=None, scroll={})).color_scale == {}


@pytest.mark.parametrize(
    ("key", "words"), [("color_scale", "[r, g, b] of 0..2"), ("scroll", "[dx, dy] of -16..16")]
)
@pytest.mark.parametrize(
    "value",
    [
        [1], "much", 3, {"gold": [1.0, 1.0]}, {"water": 1.0}, {"water": [1.0]}, {"water": [1, 1, 1, 1]},
        {"water": [17, 17]}, {"water": [-17.0, 1.0, 1.0]}, {"water": [2.1, 1.0, 1.0]}, {"water": None},
        {"water": [float("nan")] * 2}, {"water": [float("inf")] * 3}, {"water": [True, True]},
        {"water": ["1", "1", "1"]}, {5: [1, 1]}, {"water": {"r": 1}}, {"water": [10**400] * 2},
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused(tmp_path: Path, key: str, words: str, value: object) -> None:
    with pytest.raises(ThemeError) as caught:
        load_theme(edited(tmp_path / "mine", **{key: value}))
    assert f"{key} must map materials to {words}, found " in str(caught.value)
    assert len(str(caught.value)) < 2000


def test_measures_see_a_theme_as_it_was_learnt() -> None:
    theme = replace(random_theme(), color_scale={"water": (0.5, 1.0, 2.0)}, scroll={"lava": (0.0, -0.25)})
    assert theme.as_learnt().color_scales() is None and theme.as_learnt().scroll_offset(9, 60) is None
    assert theme.as_learnt().tensors is theme.tensors and random_theme().as_learnt() is random_theme()


def test_the_old_names_still_load(tmp_path: Path) -> None:
    theme = load_theme(edited(tmp_path / "mine", tint={"water": [0.5, 1, 2]}, flow={"lava": [0, -0.25]}))
    assert (theme.color_scale, theme.scroll) == ({"water": (0.5, 1.0, 2.0)}, {"lava": (0.0, -0.25)})
    both = edited(tmp_path / "both", tint={"water": [1, 1, 1]}, color_scale={"water": [1, 1, 1]})
    with pytest.raises(ThemeError, match="tint is the old name of color_scale"):
        load_theme(both)


# Color scale


@pytest.mark.parametrize("layout", ["BGRX", "RGBA"])
def test_a_color_scale_multiplies_the_restyled_colour(layout: Layout) -> None:
    frame = world(layout=layout).replace(hud=None)
    assert frame.material is not None
    plain = to_rgb(Restyler(random_theme())(frame), layout)
    theme = replace(random_theme(), color_scale={"water": (0.5, 1.0, 2.0)})
    tinted = to_rgb(Restyler(theme)(frame), layout)
    water = frame.material == WATER
    assert water.any() and np.array_equal(tinted[~water], plain[~water])
    expected = np.minimum(plain[water] * np.array([0.5, 1.0, 2.0]), 255)
    assert levels(tinted[water], expected)[1] <= 0.5


def test_a_color_scale_comes_before_the_strength() -> None:
    frame = world().replace(hud=None)
    shown = dict.fromkeys(MATERIALS, 0.0)
    off = replace(random_theme(), color_scale={"water": (0.0, 0.0, 0.0)}, strength=shown)
    assert np.array_equal(Restyler(off)(frame)[..., :3], frame.color[..., :3])


# Scroll


def test_noise_and_texture_repeat_after_a_period() -> None:
    anchor = np.random.default_rng(1).uniform(0, 16, (50, 2))
    for material in range(len(MATERIALS)):
        scale, period = materials.NOISE_SCALE[material], materials.PERIOD[material]
        assert np.allclose(period * scale.astype(float) % noise.PERIOD_TILES % 15.9999, 0, atol=1e-3)
        assert (period % materials.TILE_SPAN[material] == 0).all()
        assert levels(noise.sample_noise(anchor, scale), noise.sample_noise(anchor + period, scale))[1] < 0.02


def test_drift_is_whole_texels_of_a_second() -> None:
    theme = scrolling(0.5, -1.0)
    for tick, expected in [(0, (0, 0)), (60, (16, -32)), (120, (32, -64)), (60 * 33, (16, -32))]:
        scroll_offset = theme.scroll_offset(tick, 60)
        assert scroll_offset is not None
        assert tuple(scroll_offset[WATER]) == tuple(value % 512 for value in expected)
        assert not scroll_offset[STONE].any()
    slow = theme.scroll_offset(60, 30)
    assert slow is not None and tuple(slow[WATER]) == (32, 512 - 64)


@pytest.mark.parametrize("device", ["openvino", "torch"])
def test_what_flows_moves_and_nothing_else_does(device: str) -> None:
    restyler, other = (Restyler(theme, device=device) for theme in (scrolling(3.75, 0.0), random_theme()))
    for frame in still(4):
        moving, resting = restyler(frame), other(frame)
    assert frame.material is not None
    water = frame.material == WATER
    assert not np.array_equal(moving[water], resting[water])
    assert np.array_equal(moving[~water], resting[~water])


def test_the_surface_goes_right_and_down() -> None:
    """Two texels right and down a tick: the picture of water alone does the same, to the pixel. (The body
    works on patches of four pixels, so that only whole patches can be compared.)"""
    pictures = [Restyler(scrolling(3.75, 3.75))(frame) for frame in still(3, water=True)]
    assert np.array_equal(pictures[2][4:, 4:], pictures[0][:-4, :-4])
    assert levels(pictures[2], pictures[0])[0] > 5


def test_what_flows_does_not_smear() -> None:
    """Running on is as starting afresh at each tick: no past of the surface shines through."""
    restyler = Restyler(scrolling(3.75, 0.0))
    for frame in still(5, water=True):
        assert np.array_equal(restyler(frame), Restyler(scrolling(3.75, 0.0))(frame))


def test_the_past_of_what_rests_still_counts() -> None:
    restyler, other = Restyler(scrolling(3.75, 0.0)), Restyler(random_theme())
    for t in range(3):
        moving, resting = restyler(world(t)), other(world(t))
    material = world(2).material
    assert material is not None and np.array_equal(moving[material != WATER], resting[material != WATER])


def test_a_replay_shows_the_same() -> None:
    def run() -> list[NDArray[np.uint8]]:
        restyler = Restyler(scrolling(0.3, 0.1))
        return [restyler(world(t).replace(tick=1000 + t)) for t in range(4)]

    for first, second in zip(run(), run(), strict=True):
        assert np.array_equal(first, second)


def test_an_edit_compiles_nothing_and_keeps_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(*arguments: object) -> Body:
        if arguments[0] is random_theme().tensors:  # others may still be prepared for an earlier test
            bodies.append(arguments)
        return Body(*arguments)  # type: ignore[arg-type]

    bodies: list[object] = []
    monkeypatch.setattr("reskin.neural_renderer.runtimes.cpu.Body", compiled)
    restyler, other = Restyler(random_theme()), Restyler(random_theme())
    restyler(world(0)), other(world(0))
    assert len(bodies) == 2
    edit = replace(random_theme(), scroll={"lava": (9.0, 0.0)}, strength={"coin": 0.5})
    restyler.set_theme(edit)
    found, expected, material = restyler(world(1)), other(world(1)), world(1).material
    assert material is not None and len(bodies) == 2
    same = material != MATERIAL_INDEX["lava"]
    assert np.array_equal(found[same], expected[same])


# Edits while it runs


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[tuple[Restyler, Path]]:
    """A restyler that watches a pack of its own, and the pack's theme.yaml."""
    random_theme().save(tmp_path / "mine")
    restyler = Restyler(tmp_path / "mine")
    restyler.watch()
    yield restyler, tmp_path / "mine" / "theme.yaml"
    restyler.watch(False)
    assert not [thread for thread in threading.enumerate() if thread.name == "themes"]


def test_an_edit_is_taken_up_with_the_same_network(watching: tuple[Restyler, Path]) -> None:
    restyler, head = watching
    before = restyler._theme
    plain = restyler(world(0))
    head.write_text(head.read_text() + "tint: {water: [0.0, 0.0, 0.0]}\n")
    until(lambda: restyler._theme is not before)
    assert restyler._theme.tensors is before.tensors and restyler.trouble == ""
    picture, material = restyler(world(0)), world(0).replace(hud=None).material
    assert material is not None and not np.array_equal(picture, plain)


def test_a_broken_edit_keeps_the_theme_and_is_shown(watching: tuple[Restyler, Path]) -> None:
    restyler, head = watching
    good, before = head.read_text(), restyler._theme
    for broken, words in [("tint: {water: 3}\n", "tint must map"), ("flow: [\n", "plain YAML")]:
        head.write_text(good + broken)
        until(lambda words=words: words in restyler.trouble)  # type: ignore[misc]
        assert "theme.yaml" in restyler.trouble
        assert restyler.trouble.endswith("the previous theme stays in use")
        assert restyler._theme is before
    head.unlink()
    until(lambda: "no theme" in restyler.trouble)
    head.write_text(good + "flow: {water: [1, 0]}\n")
    until(lambda: restyler.trouble == "")
    assert restyler._theme.scroll == {"water": (1.0, 0.0)}


def test_another_theme_ends_the_trouble(watching: tuple[Restyler, Path]) -> None:
    restyler, head = watching
    head.write_text("nothing")
    until(lambda: restyler.trouble != "")
    restyler.set_theme(random_theme(2))
    until(lambda: restyler.trouble == "")
    assert restyler._theme is random_theme(2)


def test_weights_that_were_learnt_anew_are_taken_too(watching: tuple[Restyler, Path]) -> None:
    restyler, head = watching
    random_theme(2).save(head.parent)
    until(lambda: np.array_equal(restyler._theme.tensors["mix"], random_theme(2).tensors["mix"]))


def test_half_an_edit_is_no_trouble(tmp_path: Path) -> None:
    """An edit counts when two looks in a row see the same; until then it may be half written."""
    random_theme().save(tmp_path / "mine")
    taken: list[Theme] = []
    watcher = ThemeWatcher(lambda: tmp_path / "mine", lambda folder, theme: taken.append(theme))
    watcher.stop()
    head = tmp_path / "mine" / "theme.yaml"
    good = head.read_text()
    watcher.look()
    head.write_text(good[:50])
    watcher.look()
    assert watcher.trouble == ""
    head.write_text(good + "tint: {coin: [1, 1, 1]}\n")
    watcher.look()
    watcher.look()
    assert watcher.trouble == "" and taken[-1].color_scale
    count = len(taken)
    watcher.look()
    assert len(taken) == count, "what did not change is not taken again"


def test_a_game_shows_the_trouble_and_stops_watching(tmp_path: Path) -> None:
    random_theme().save(tmp_path / "mine")
    restyler, head = Restyler(tmp_path / "mine"), tmp_path / "mine" / "theme.yaml"
    good, said = head.read_text(), list[str]()

    def progress(frames: int, total: int | None) -> None:
        if frames == 1:
            head.write_text("nothing")
            until(lambda: restyler.trouble != "")
        if frames == 3:
            head.write_text(good + "tint: {water: [1, 1, 1]}\n")
            until(lambda: restyler.trouble == "")

    options = RunOptions(
        (64, 48), frames=6, headless=True, bot=True, watch=True, say=said.append, progress=progress
    )
    report = run(load_game("miner")(3), restyler, options)
    assert report.faults == 0 and len(said) == 2
    assert "theme.yaml" in said[0] and said[1] == "The theme is right again."
    assert not [thread for thread in threading.enumerate() if thread.name == "themes"]
