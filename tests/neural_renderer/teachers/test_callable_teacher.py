"""Callables as teachers: which answers are allowed, what they are shown, and what is learnt from them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from reskin.engine.frame import MATERIAL_INDEX, to_rgb
from reskin.neural_renderer import materials
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.scenes.frame_sources import game_frames, scene_frames
from reskin.neural_renderer.teachers.callable_teacher import (
    CallableLesson,
    CallableTeacher,
    colours_of_game,
    find_teacher,
    in_colours,
)
from reskin.neural_renderer.teachers.plan import Plan
from reskin.neural_renderer.theme.pack import load_theme
from reskin.neural_renderer.train.trainer import learn
from tests.neural_renderer.samples import world

TINY = Plan(iterations=30, clips=4, game="miner", width=96, height=80, crop=64, batch=1, round_after=0.5)

MODELS = """
import numpy as np

class Model:
    calls = 0
    def __call__(self, picture):
        self.calls += 1
        light = 1.0 if self.calls % 2 else 0.7
        return (255 - picture * light).astype(np.uint8)

def negative(picture):
    return 255 - picture

def flat(picture):
    return picture[0, 0]

picky = 7
"""


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A module of teachers in the working folder; its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "models_of_a_test.py").write_text(MODELS)
    yield "models_of_a_test"
    sys.modules.pop("models_of_a_test", None)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def teacher(answer: Any) -> CallableTeacher:
    return CallableTeacher("test", "Test", lambda picture: answer(picture), "key")


@pytest.mark.parametrize(
    "answer",
    [
        lambda p: 255 - p,
        lambda p: 1 - p / 255,
        lambda p: torch.from_numpy(1 - p / np.float32(255)).requires_grad_(),
        lambda p: np.dstack((255 - p, np.zeros(p.shape[:2], np.uint8))),
    ],
    ids=["bytes", "floats", "a tensor", "four channels"],
)
def test_what_a_teacher_may_answer(answer: Any) -> None:
    frame = world()
    found = teacher(answer)(frame)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, 1 - to_rgb(frame.color, frame.layout) / np.float32(255), atol=1e-6)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda p: p[:-1], ("must return", "[71, 104, 3]", "[72, 104, 3]")),
        (lambda p: p.astype(np.int64), ("int64", "uint8 or float")),
        (lambda p: p.astype(np.float32), ("from 0 to 1", "divide by 255")),
        (lambda p: np.full(p.shape, np.nan), ("from 0 to 1", "nan")),
        (lambda p: None, ("must return", "object")),
        (lambda p: 1 // 0, ("failed", "ZeroDivisionError", "[72, 104, 3]")),
    ],
    ids=["another size", "integers", "0 to 255", "not a number", "nothing", "it raises"],
)
def test_what_it_may_not(answer: Any, words: tuple[str, ...]) -> None:
    with pytest.raises(LearnError) as caught:
        teacher(answer)(world())
    assert all(word in str(caught.value) for word in ("test", *words))


def test_a_teacher_cannot_change_the_frame() -> None:
    def spoil(picture: np.ndarray) -> np.ndarray:
        picture[:] = 0
        return picture

    frame = world()
    before = frame.color.copy()
    teacher(spoil)(frame)
    assert np.array_equal(frame.color, before)


def test_callables_and_classes_are_found_in_the_working_folder(models: str) -> None:
    function, made = find_teacher(f"{models}:negative"), find_teacher(f"{models}:Model", "flicker")
    assert (function.name, function.title, made.name) == ("negative", "Negative", "flicker")
    first, second = made(world()), made(world())
    assert not np.array_equal(first, second), "one object is asked every time"
    assert function.key != made.key


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("models_of_a_test", ("MODULE:CALLABLE", "models_of_a_test")),
        ("nowhere_at_all:f", ("cannot import", "nowhere_at_all")),
        ("models_of_a_test:f", ("no 'f'", "negative", "Model")),
        ("models_of_a_test:picky", ("callable", "int")),
    ],
)
def test_what_cannot_be_a_teacher(models: str, where: str, words: tuple[str, ...]) -> None:
    with pytest.raises(LearnError) as caught:
        find_teacher(where)
    assert all(word in str(caught.value) for word in words)


def test_random_scenes_are_shown_in_the_colours_of_the_game() -> None:
    colours = colours_of_game([game_frames("miner", 3, 40, 1)[0]])
    frame = scene_frames(5, 10, 1)[0]
    shown = in_colours(frame, colours)
    assert frame.material is not None
    before, after = frame.rgb(), shown.rgb()
    for kind in np.unique(frame.material):
        here = frame.material == kind
        if materials.SHOWS_ALBEDO[kind]:
            assert np.array_equal(after[here], before[here])
        elif colours[kind].min() > 10 and colours[kind].max() < 200:  # none is cut off at black or white
            np.testing.assert_allclose(after[here].mean(0), colours[kind], atol=12)
    assert np.array_equal(shown.color[..., 3], frame.color[..., 3])


def test_a_material_that_the_game_lacks_has_a_usual_colour() -> None:
    colours = colours_of_game([world()])
    assert np.array_equal(colours[MATERIAL_INDEX["coin"]], [0xFA, 0xD2, 0x28])


@pytest.mark.slow
def test_a_flickering_teacher_becomes_a_steadier_theme(models: str, tmp_path: Path) -> None:
    lesson = CallableLesson(find_teacher(f"{models}:Model"), TINY)
    theme = learn(lesson, TINY, work=tmp_path / "work", out=tmp_path / "out")
    assert load_theme(tmp_path / "out").name == theme.name == "Model"
    assert theme.metrics["warp_error"] < 0.2 * theme.metrics["painter_warp_error"]
    assert Restyler(theme)(world()).shape == world().color.shape


def test_without_a_game_there_is_nothing_to_show() -> None:
    with pytest.raises(LearnError, match="--game"):
        CallableLesson(teacher(lambda p: p), replace(TINY, game=None))
