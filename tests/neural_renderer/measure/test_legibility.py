"""The legibility guard in the renderer: its inputs, what it does not change, and its time."""

from __future__ import annotations

import json
import statistics
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from numpy.typing import NDArray

from reskin.cli import main
from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, Frame, Layout, plain_picture, to_rgb
from reskin.engine.hud_pixels import count_hud_pixels
from reskin.neural_renderer.errors import LearnError, ThemeError
from reskin.neural_renderer.features import features
from reskin.neural_renderer.history import history_sources
from reskin.neural_renderer.legibility import GUARDED, IS_GUARDED, keep_legible, thing_contrasts
from reskin.neural_renderer.measure import Legibility, measure_legibility
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import LEGIBILITY, Theme, available_themes, load_theme
from tests.neural_renderer.samples import few, miner, random_theme, world


def camouflage(bar: float = 20.0) -> Theme:
    """A theme that paints players black."""
    return replace(random_theme(), legibility=bar, color_scale={"player": (0.0, 0.0, 0.0)})


def dark(t: int = 0, layout: Layout = "BGRX") -> Frame:
    """Frame t of the small world, its player in red."""
    frame = world(t, layout=layout)
    assert frame.material is not None
    red = np.array([220, 20, 20] if layout == "RGBA" else [20, 20, 220])
    color = frame.color.copy()
    color[frame.material == MATERIAL_INDEX["player"], :3] = red
    return frame.replace(color=color)


def required(frame: Frame, bar: float) -> NDArray[np.float64]:
    return np.minimum(thing_contrasts(frame.color, frame)[1], bar)


def blind(bar: float = 20.0) -> Theme:
    """A theme in which everything is black."""
    return replace(random_theme(), legibility=bar, color_scale=dict.fromkeys(MATERIALS, (0.0, 0.0, 0.0)))


@pytest.mark.parametrize("layout", ["BGRX", "RGBA"])
def test_a_player_in_the_dark_is_seen(layout: Layout) -> None:
    frame = dark(layout=layout).replace(hud=None)
    off, on = Restyler(blind(), legible=False)(frame), Restyler(blind())(frame)
    assert not off[..., :3].any() and thing_contrasts(off, frame)[1] == [0]
    assert (thing_contrasts(on, frame)[1] >= required(frame, 20)).all()
    body = to_rgb(on, layout)[frame.material == MATERIAL_INDEX["player"]]
    assert body[:, 0].min() > body[:, 1].max()  # as the game drew it: in red


def test_both_layouts_give_the_same_colours() -> None:
    a, b = (dark(layout=layout).replace(hud=None) for layout in ("BGRX", "RGBA"))  # type: ignore[arg-type]
    b = b.replace(color=np.ascontiguousarray(a.color[..., [2, 1, 0, 3]]))
    first, second = Restyler(camouflage())(a), Restyler(camouflage())(b)
    assert np.array_equal(to_rgb(first, "BGRX"), to_rgb(second, "RGBA"))


def test_it_can_be_turned_off() -> None:
    frame = dark()
    restyler = Restyler(blind())
    on = restyler(frame)
    restyler.legible = False
    off = restyler(frame)
    assert not np.array_equal(on, off)
    assert np.array_equal(off, Restyler(blind(0.0))(frame))
    restyler.legible = True
    assert np.array_equal(restyler(frame), on)


def test_the_history_never_sees_it() -> None:
    on, off = Restyler(blind()), Restyler(blind(), legible=False)
    for t in range(4):
        assert not np.array_equal(on(dark(t)), off(dark(t)))
        assert on.history is not None and off.history is not None
        assert np.array_equal(on.history.picture, off.history.picture)


def test_what_is_added_is_a_matter_of_the_frame_alone() -> None:
    """`keep_legible` on the picture of an unguarded restyler gives that of a guarded one."""
    on, off = Restyler(camouflage()), Restyler(camouflage(), legible=False)
    for t in range(4):
        frame = dark(t).replace(hud=None)
        by_hand = off(frame)
        keep_legible(by_hand, frame, 20.0)
        assert np.array_equal(on(frame), by_hand)


@pytest.mark.parametrize("transition", ["fade", "wipe"])
def test_it_holds_in_a_transition(transition: str) -> None:
    restyler = Restyler(random_theme(2), transition=transition)  # type: ignore[arg-type]
    restyler(dark(0).replace(hud=None))
    restyler.set_theme(blind())
    for t in range(1, 6):
        frame = dark(t).replace(hud=None)
        assert (thing_contrasts(restyler(frame), frame)[1] >= required(frame, 20)).all()


def test_the_hud_is_exact_and_over_it() -> None:
    frame = dark()
    hud = np.zeros_like(frame.color)
    hud[20:50] = (10, 20, 30, 255)
    picture = Restyler(blind())(frame.replace(hud=hud))
    assert count_hud_pixels(picture, hud) == (30 * frame.width, 0)


@pytest.mark.parametrize("missing", ["identity", "material"])
def test_a_frame_that_does_not_tell_is_left_alone(missing: str) -> None:
    frame = dark().replace(**{missing: None})
    assert np.array_equal(Restyler(blind())(frame), Restyler(blind(), legible=False)(frame))
    assert len(thing_contrasts(frame.color, frame)[0]) == 0


def test_strength_0_is_the_plain_picture() -> None:
    theme = replace(camouflage(), strength=dict.fromkeys(MATERIAL_INDEX, 0.0))
    assert np.array_equal(Restyler(theme)(dark()), plain_picture(dark()))


def test_what_is_guarded() -> None:
    assert {"coin", "player", "enemy", "door", "projectile", "chest"} == set(GUARDED)
    assert IS_GUARDED.sum() == len(GUARDED)


# theme.yaml


def edited(folder: Path, **fields: object) -> Path:
    random_theme().save(folder)
    head = yaml.safe_load((folder / "theme.yaml").read_text())
    (folder / "theme.yaml").write_text(yaml.safe_dump(head | fields))
    return folder


def test_a_theme_sets_its_bar(tmp_path: Path) -> None:
    assert load_theme(edited(tmp_path / "a", legibility=12.5)).legibility == 12.5
    assert load_theme(edited(tmp_path / "b", legibility=0)).legibility == 0
    folder = edited(tmp_path / "c")
    head = yaml.safe_load((folder / "theme.yaml").read_text())
    assert head.pop("legibility") == 0
    (folder / "theme.yaml").write_text(yaml.safe_dump(head))
    assert load_theme(folder).legibility == LEGIBILITY
    assert all(load_theme(name).legibility >= 10 for name in available_themes())


@pytest.mark.parametrize(
    "value",
    [-1, 100.5, "20", True, None, [20], {"coin": 20}, float("nan"), float("inf"), 10**400, "!!timestamp 1"],
)
def test_a_wrong_bar_is_refused(tmp_path: Path, value: object) -> None:
    with pytest.raises(ThemeError, match=r"legibility must be a contrast of 0\.\.100 .*, found "):
        load_theme(edited(tmp_path / "mine", legibility=value))


def test_an_edit_is_taken_up_while_it_runs(tmp_path: Path) -> None:
    head = edited(tmp_path / "mine") / "theme.yaml"
    restyler = Restyler(tmp_path / "mine")
    restyler.watch()
    try:
        head.write_text(head.read_text().replace("legibility: 0.0", "legibility: 35"))
        deadline = time.monotonic() + 60
        while restyler._theme.legibility != 35:
            assert time.monotonic() < deadline, "it never came"
            time.sleep(0.01)
        head.write_text(head.read_text().replace("legibility: 35", "legibility: much"))
        while "legibility must be" not in restyler.trouble:
            assert time.monotonic() < deadline, "it never came"
            time.sleep(0.01)
        assert restyler._theme.legibility == 35
    finally:
        restyler.watch(False)
    assert not [thread for thread in threading.enumerate() if thread.name == "themes"]


def test_check_says_it(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["themes", "check", str(edited(tmp_path / "mine", legibility=35))])
    assert result.exit_code == 0 and "legibility: 35" in result.output


def test_measures_against_painters_leave_it_out() -> None:
    assert load_theme("winter").as_learnt().legibility == 0


# In the shipped themes


@pytest.mark.parametrize("name", few(available_themes()))
def test_it_holds_and_is_steady(name: str) -> None:
    """In the miner. From frame to frame, guarded things, moved by their motion, change by at most one of 255
    levels more than without the guard, on average (winter, where an enemy falls into water of its colour)."""
    theme = load_theme(name)
    restyler = Restyler(theme, legible=False)
    frames = [frame.replace(hud=None) for frame in miner(12)]
    pictures = []
    for frame in frames:
        off = restyler(frame)
        on = off.copy()
        keep_legible(on, frame, theme.legibility)
        assert (thing_contrasts(on, frame)[1] >= required(frame, theme.legibility)).all()
        pictures.append((off, on))
    moved: tuple[list[float], list[float]] = ([], [])
    for (before, now), (last, shown) in zip(pairwise(frames), pairwise(pictures), strict=True):
        was, seen = features(before), features(now)
        source = history_sources(was.surface_id, seen.surface_id, seen.motion)
        there = (source >= 0) & IS_GUARDED[seen.material]
        for kind in range(2):
            past = last[kind].reshape(-1, 4)[source[there]].astype(int)
            moved[kind].append(float(np.abs(shown[kind][there] - past).mean()))
    assert statistics.mean(moved[1]) <= statistics.mean(moved[0]) + 1


@pytest.mark.speed
def test_what_it_costs() -> None:
    """Less than a sixth of the time of restyling, which is 8 ms. A tenth was measured."""
    restyler = Restyler("winter", legible=False)
    times: tuple[list[float], list[float]] = ([], [])
    for frame in miner(25, 360, 640):
        started = time.perf_counter()
        picture = restyler(frame)
        middle = time.perf_counter()
        keep_legible(picture, frame, LEGIBILITY)
        times[0].append(middle - started)
        times[1].append(time.perf_counter() - middle)
    assert min(times[1][5:]) < min(times[0][5:]) / 6


# Measured


def test_figures_of_a_game() -> None:
    found = measure_legibility(blind(), game="miner", frames=3)
    assert isinstance(found, Legibility)
    assert (found.theme, found.worlds, found.frames, found.bar) == ("random", "miner", 3, 20)
    assert found.all.below_off == 1 and found.all.below_on == 0
    assert found.all.p5_off == 0 and 1 <= found.all.p5_on < 1.1
    assert set(found.materials) <= set(GUARDED) and "player" in found.materials
    assert found.all.things == sum(one.things for one in found.materials.values())
    assert found.guard_ms > 0 and found.restyle_ms > 0


def test_a_measure_without_things_says_so() -> None:
    with pytest.raises(LearnError, match="2 frames of city showed no guarded thing; raise --frames"):
        measure_legibility(random_theme(), game="city", frames=2)


def test_the_commands() -> None:
    words = ["measure", "bricks", "--legibility", "--game", "miner", "--frames", "2"]
    result = CliRunner().invoke(main, [*words, "--json"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout.splitlines()[-1])
    assert set(figures["all"]) == {"things", "below_off", "below_on", "p5_off", "p5_on"}
    assert "materials, coin, things" in CliRunner().invoke(main, words).output
    assert "--legibility" in CliRunner().invoke(main, ["play", "--help"]).output


def test_play_with_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = []
    for choice in ("on", "off"):
        words = ["play", "--headless", "--bot", "--frames", "2", "--size", "320x180", "--legibility", choice]
        result = CliRunner().invoke(main, [*words, "--record", f"{choice}.png", "--json"])
        assert result.exit_code == 0, result.output
        made.append((json.loads(result.stdout.splitlines()[-1])["state_hash"], Path(f"{choice}.png")))
    assert made[0][0] == made[1][0]
    assert made[0][1].read_bytes() != made[1][1].read_bytes()
