"""What an author may write into theme.yaml beside the weights: tints and flows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from engine.frame import MATERIAL_INDEX, MATERIALS, Frame, Layout, to_rgb
from neural_renderer import noise, surface
from neural_renderer.errors import ThemeError
from neural_renderer.features import screen_anchor
from neural_renderer.restyler import Restyler
from neural_renderer.runtimes.body import Body
from neural_renderer.theme import Theme, load
from tests.neural.samples import levels, random_theme, world

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


def flowing(*rate: float, material: str = "water") -> Theme:
    return replace(random_theme(), flow={material: rate})


def edited(folder: Path, **fields: object) -> Path:
    """A pack whose theme.yaml has further fields."""
    random_theme().save(folder)
    head = yaml.safe_load((folder / "theme.yaml").read_text())
    (folder / "theme.yaml").write_text(yaml.safe_dump(head | fields))
    return folder


# The fields


def test_tint_and_flow_survive_a_round_trip(tmp_path: Path) -> None:
    theme = replace(random_theme(), tint={"water": (0.5, 1.0, 2.0)}, flow={"lava": (0.0, -0.25)})
    theme.save(tmp_path / "mine")
    back = load(tmp_path / "mine")
    assert (back.tint, back.flow) == (theme.tint, theme.flow)


def test_a_pack_without_them_is_written_as_before(tmp_path: Path) -> None:
    random_theme().save(tmp_path / "mine")
    assert not {"tint", "flow"} & set(yaml.safe_load((tmp_path / "mine" / "theme.yaml").read_text()))
    back = load(tmp_path / "mine")
    assert back.tints() is None and back.drift(1000, 60) is None
    assert load(edited(tmp_path / "none", tint=None, flow={})).tint == {}


@pytest.mark.parametrize(("key", "words"), [("tint", "[r, g, b] of 0..2"), ("flow", "[dx, dy] of -16..16")])
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
        load(edited(tmp_path / "mine", **{key: value}))
    assert f"{key} must map materials to {words}, found " in str(caught.value)
    assert len(str(caught.value)) < 2000


# Tint


@pytest.mark.parametrize("layout", ["BGRX", "RGBA"])
def test_a_tint_multiplies_the_restyled_colour(layout: Layout) -> None:
    frame = world(layout=layout).replace(hud=None)
    assert frame.material is not None
    plain = to_rgb(Restyler(random_theme())(frame), layout)
    theme = replace(random_theme(), tint={"water": (0.5, 1.0, 2.0)})
    tinted = to_rgb(Restyler(theme)(frame), layout)
    water = frame.material == WATER
    assert water.any() and np.array_equal(tinted[~water], plain[~water])
    expected = np.minimum(plain[water] * np.array([0.5, 1.0, 2.0]), 255)
    assert levels(tinted[water], expected)[1] <= 0.5


def test_a_tint_comes_before_the_strength() -> None:
    frame = world().replace(hud=None)
    off = replace(random_theme(), tint={"water": (0.0, 0.0, 0.0)}, strength=dict.fromkeys(MATERIALS, 0.0))
    assert np.array_equal(Restyler(off)(frame)[..., :3], frame.color[..., :3])


# Flow


def test_noise_and_texture_repeat_after_a_period() -> None:
    anchor = np.random.default_rng(1).uniform(0, 16, (50, 2))
    for material in range(len(MATERIALS)):
        scale, period = surface.NOISE_SCALE[material], surface.PERIOD[material]
        assert np.allclose(period * scale.astype(float) % noise.PERIOD_TILES % 15.9999, 0, atol=1e-3)
        assert (period % surface.SPAN[material] == 0).all()
        assert levels(noise.sample(anchor, scale), noise.sample(anchor + period, scale))[1] < 0.02


def test_drift_is_whole_texels_of_a_second() -> None:
    theme = flowing(0.5, -1.0)
    for tick, expected in [(0, (0, 0)), (60, (16, -32)), (120, (32, -64)), (60 * 33, (16, -32))]:
        drift = theme.drift(tick, 60)
        assert drift is not None
        assert tuple(drift[WATER]) == tuple(value % 512 for value in expected)
        assert not drift[STONE].any()
    slow = theme.drift(60, 30)
    assert slow is not None and tuple(slow[WATER]) == (32, 512 - 64)


@pytest.mark.parametrize("device", ["openvino", "torch"])
def test_what_flows_moves_and_nothing_else_does(device: str) -> None:
    restyler, other = (Restyler(theme, device=device) for theme in (flowing(3.75, 0.0), random_theme()))
    for frame in still(4):
        moving, resting = restyler(frame), other(frame)
    assert frame.material is not None
    water = frame.material == WATER
    assert not np.array_equal(moving[water], resting[water])
    assert np.array_equal(moving[~water], resting[~water])


def test_the_surface_goes_right_and_down() -> None:
    """Two texels right and down a tick: the picture of water alone does the same, to the pixel. (The body
    works on patches of four pixels, so that only whole patches can be compared.)"""
    pictures = [Restyler(flowing(3.75, 3.75))(frame) for frame in still(3, water=True)]
    assert np.array_equal(pictures[2][4:, 4:], pictures[0][:-4, :-4])
    assert levels(pictures[2], pictures[0])[0] > 5


def test_what_flows_does_not_smear() -> None:
    """Running on is as starting afresh at each tick: no past of the surface shines through."""
    restyler = Restyler(flowing(3.75, 0.0))
    for frame in still(5, water=True):
        assert np.array_equal(restyler(frame), Restyler(flowing(3.75, 0.0))(frame))


def test_the_past_of_what_rests_still_counts() -> None:
    restyler, other = Restyler(flowing(3.75, 0.0)), Restyler(random_theme())
    for t in range(3):
        moving, resting = restyler(world(t)), other(world(t))
    material = world(2).material
    assert material is not None and np.array_equal(moving[material != WATER], resting[material != WATER])


def test_a_replay_shows_the_same() -> None:
    def run() -> list[NDArray[np.uint8]]:
        restyler = Restyler(flowing(0.3, 0.1))
        return [restyler(world(t).replace(tick=1000 + t)) for t in range(4)]

    for first, second in zip(run(), run(), strict=True):
        assert np.array_equal(first, second)


def test_an_edit_compiles_nothing_and_keeps_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(*arguments: object) -> Body:
        if arguments[0] is random_theme().tensors:  # others may still be prepared for an earlier test
            bodies.append(arguments)
        return Body(*arguments)  # type: ignore[arg-type]

    bodies: list[object] = []
    monkeypatch.setattr("neural_renderer.runtimes.cpu.Body", compiled)
    restyler, other = Restyler(random_theme()), Restyler(random_theme())
    restyler.themes = other.themes = ()  # which would be prepared meanwhile
    restyler(world(0)), other(world(0))
    assert len(bodies) == 2
    edit = replace(random_theme(), flow={"lava": (9.0, 0.0)}, strength={"coin": 0.5})
    restyler.theme = edit  # type: ignore[assignment]
    found, expected, material = restyler(world(1)), other(world(1)), world(1).material
    assert material is not None and len(bodies) == 2
    same = material != MATERIAL_INDEX["lava"]
    assert np.array_equal(found[same], expected[same])
