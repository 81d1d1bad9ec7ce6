"""The trainer: it learns, resumes after an interrupt at any moment, and repeats a training by its seed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.measure.worlds import Measured
from reskin.neural_renderer.painters import PAINTERS, find_painter
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.teachers import lessons
from reskin.neural_renderer.teachers.lessons import PainterLesson
from reskin.neural_renderer.teachers.plan import Plan
from reskin.neural_renderer.theme.pack import Theme, load_theme
from reskin.neural_renderer.train.trainer import Training, learn
from tests.neural_renderer.samples import random_theme, world

TINY = Plan(iterations=4, clips=2, game=None, width=96, height=80, crop=64, batch=1, round_after=0.5)
"""Seconds on one core. Rounding to int8 starts half way."""

FIGURES = Measured("scenes", 1, 30.0, 0.9, 0.01, 0.01, 100.0, 5.0)


def bricks(plan: Plan = TINY) -> PainterLesson:
    return PainterLesson(PAINTERS["bricks"], plan)


def silent(stage: str, done: float, text: str) -> None:
    pass


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the painted clips of `TINY`, and nothing learnt."""
    work = tmp_path_factory.mktemp("work")
    Training(bricks(), TINY, work, resume=False).paint(silent)
    return work


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not measure, which takes a minute and has tests of its own."""
    monkeypatch.setattr(lessons, "measure_on_worlds", lambda theme, **options: FIGURES)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def started(painted: Path, work: Path, plan: Plan = TINY, resume: bool = True) -> Training:
    """A training in `work` that reads the clips which are painted already."""
    if not list(work.glob("clips-*")):
        shutil.copytree(painted, work, dirs_exist_ok=True)
    run = Training(bricks(plan), plan, work, resume)
    run.paint(silent)
    return run


def painted_clips(work: Path) -> list[Path]:
    return sorted(work.glob("clips-*/*.npz"))


def same(a: Theme, b: Theme) -> bool:
    return all(np.array_equal(a.tensors[name], b.tensors[name]) for name in a.tensors)


def test_a_tiny_training_writes_a_pack_that_restyles(painted: Path, tmp_path: Path) -> None:
    stages: list[tuple[str, float]] = []
    started(painted, tmp_path / "work")
    theme = learn(
        bricks(), TINY, work=tmp_path / "work", out=tmp_path / "out",
        report=lambda stage, done, text: stages.append((stage, done)),
    )  # fmt: skip
    assert [stage for stage in stages if stage[0] == "paint"] == [("paint", 0.5), ("paint", 1.0)]
    stored = load_theme(tmp_path / "out")
    assert same(stored, theme) and stored.name == "bricks"
    assert stored.training["iterations"] == 4 and stored.training["seed"] == 0
    assert stored.metrics == FIGURES.metrics()
    assert Restyler(stored)(world()).shape == world().color.shape
    assert not list((tmp_path / "out").glob("*.part"))


def test_it_learns(painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loss on a batch that is repeated falls, before and after rounding starts."""
    run = started(painted, tmp_path / "work", replace(TINY, iterations=40, round_after=0.7))
    batch = run.batch()
    monkeypatch.setattr(run, "batch", lambda: batch)
    losses = []
    for step in range(40):
        run.step = step
        losses.append(run.iterate(step / 40))
    assert np.isfinite(losses).all()
    assert losses[27] < 0.9 * losses[0]
    assert losses[-1] < 0.9 * losses[0]


def test_a_seed_repeats_a_training(painted: Path, tmp_path: Path) -> None:
    themes = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        run = started(painted, tmp_path / name, replace(TINY, seed=seed))
        run.train(silent)
        themes.append(run.theme())
    assert same(themes[0], themes[1]) and not same(themes[0], themes[2])


def test_an_interrupted_training_goes_on_where_it_stopped(painted: Path, tmp_path: Path) -> None:
    plan = replace(TINY, iterations=24)
    random_theme().save(tmp_path / "out")
    before = load_theme(tmp_path / "out")
    started(painted, tmp_path / "work", plan)

    def stop(stage: str, done: float, text: str) -> None:
        if stage == "train":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(bricks(plan), plan, work=tmp_path / "work", out=tmp_path / "out", report=stop)
    assert same(load_theme(tmp_path / "out"), before), "a theme is touched at the end only"
    run = started(painted, tmp_path / "work", plan)
    assert run.step == 20 and run.seconds > 0
    stored = torch.load(tmp_path / "work" / "checkpoint.pt", weights_only=True)
    for name, value in run.student.state_dict().items():
        assert torch.equal(value, stored["student"][name])
    learn(bricks(plan), plan, work=tmp_path / "work", out=tmp_path / "out")
    assert load_theme(tmp_path / "out").training["iterations"] == 24
    assert not list((tmp_path / "work").glob("*.part"))


def test_an_interrupted_painting_keeps_what_is_painted(tmp_path: Path) -> None:
    def stop(stage: str, done: float, text: str) -> None:
        raise KeyboardInterrupt

    plan = replace(TINY, width=64, height=64)
    with pytest.raises(KeyboardInterrupt):
        learn(bricks(plan), plan, work=tmp_path / "work", out=tmp_path / "out", report=stop)
    clips = painted_clips(tmp_path / "work")
    assert [clip.name for clip in clips] == ["0000.npz"]
    painted_at = clips[0].stat().st_mtime_ns
    Training(bricks(plan), plan, tmp_path / "work", True).paint(silent)
    assert clips[0].stat().st_mtime_ns == painted_at
    assert len(painted_clips(tmp_path / "work")) == 2


def test_not_to_resume_starts_anew(painted: Path, tmp_path: Path) -> None:
    started(painted, tmp_path / "work").train(silent)
    assert started(painted, tmp_path / "work").step == 4
    assert started(painted, tmp_path / "work", resume=False).step == 0


def test_what_was_painted_otherwise_is_not_used(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change of a painter or of a scene, clips and training start anew."""
    old = started(painted, tmp_path / "work")
    old.train(silent)
    clips = painted_clips(tmp_path / "work")
    monkeypatch.setattr(lessons, "lesson_digest", lambda *parts: "0123456789abcdef")
    run = Training(bricks(), TINY, tmp_path / "work", resume=True)
    assert run.step == 0
    run.paint(silent)
    assert len(painted_clips(tmp_path / "work")) == 2 and not clips[0].exists()


@pytest.mark.parametrize("how", ["cut", "empty", "text", "another shape", "nothing in it"])
def test_a_checkpoint_that_cannot_be_read_is_named(painted: Path, tmp_path: Path, how: str) -> None:
    started(painted, tmp_path / "work").train(silent)
    path = tmp_path / "work" / "checkpoint.pt"
    stored = torch.load(path, weights_only=True)
    stored["student"]["gain"] = torch.zeros(3)
    if how == "another shape":
        torch.save(stored, path)
    elif how == "nothing in it":
        torch.save({}, path)
    else:
        data = path.read_bytes()
        path.write_bytes({"cut": data[: len(data) // 2], "empty": b"", "text": b"winter\n" * 99}[how])
    with pytest.raises(LearnError, match=r"checkpoint\.pt cannot be resumed.*--no-resume"):
        started(painted, tmp_path / "work")


@pytest.mark.parametrize("call", range(4))
def test_saving_a_pack_can_be_interrupted_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """Before each of the two writes and the two moves: the pack on disk can be read at all times."""
    old, new = random_theme(1), random_theme(2)
    old.save(tmp_path / "pack")
    interrupt_at(call, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        new.save(tmp_path / "pack")
    monkeypatch.undo()
    found = load_theme(tmp_path / "pack")
    assert same(found, old) or same(found, new)
    new.save(tmp_path / "pack")
    assert same(load_theme(tmp_path / "pack"), new)


def interrupt_at(call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise KeyboardInterrupt just before the call of this number that writes or moves a file."""
    count = iter(range(100))

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def wrapper(*arguments: object, **options: object) -> object:
            if next(count) == call:
                raise KeyboardInterrupt
            return real(*arguments, **options)

        return wrapper

    for name in ("write_bytes", "replace"):
        monkeypatch.setattr(Path, name, counted(getattr(Path, name)))
    monkeypatch.setattr("yaml.safe_dump", counted(__import__("yaml").safe_dump))


def test_a_loss_that_is_no_number_is_named(
    painted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(painted, tmp_path / "work")
    monkeypatch.setattr(run, "iterate", lambda done: float("nan"))
    with pytest.raises(LearnError, match=r"the loss became nan at step 0.*lower rate"):
        run.train(silent)


def test_minutes_end_a_training(painted: Path, tmp_path: Path) -> None:
    run = started(painted, tmp_path / "work", replace(TINY, iterations=10**6, minutes=1e-4))
    run.train(silent)
    assert 1 <= run.step < 100 and run.fraction() >= 1


def test_a_painter_that_is_not_there() -> None:
    with pytest.raises(LearnError, match=r"no painter.*'wintre'.*winter"):
        find_painter("wintre")
