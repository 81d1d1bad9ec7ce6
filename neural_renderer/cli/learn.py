"""`reskin learn`: make a theme. Needs torch, by the extra `learn`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from neural_renderer.cli.output import INTERRUPTED, RETELL_S, friendly, require, say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from neural_renderer.theme import Theme

WORK: Final = Path(".checkpoints")
OUT: Final = Path("themes")
"""Not where the shipped themes are: a short try must not replace a long training."""


@click.group()
def learn() -> None:
    """Make a theme by learning it from a teacher."""


@learn.command()
@click.argument("name")
@click.option("--iterations", type=click.IntRange(1), help="Steps of training.  [default: as shipped]")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Stop training after so long.")
@click.option("--seed", default=0, show_default=True, help="Scenes, crops and first weights follow from it.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Default: themes/NAME.")
@click.option("--resume/--no-resume", default=True, show_default=True, help="Go on from the last checkpoint.")
@friendly
def painter(
    name: str, iterations: int | None, minutes: float | None, seed: int, out: Path | None, resume: bool
) -> None:
    """Distil the painter NAME (such as winter, bricks or watercolour) into a theme.

    Ctrl-C keeps a checkpoint in .checkpoints/; the same command goes on from there.
    """
    require("torch", "learning a theme", "learn")
    from neural_renderer.learn.lessons import PainterLesson
    from neural_renderer.learn.painters import find_painter
    from neural_renderer.learn.trainer import Plan
    from neural_renderer.learn.trainer import learn as train

    artist = find_painter(name)
    plan = replace(Plan(), seed=seed, minutes=minutes)
    if iterations is not None:
        plan = replace(plan, iterations=iterations)
    folder, work = out or OUT / name, WORK / f"{name}-{seed}"
    with _kept(work), Stages() as stages:
        lesson = PainterLesson(artist, plan)
        theme = train(lesson, plan, work=work, out=folder, resume=resume, report=stages)
    _tell(theme, folder)


@learn.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--minutes", default=4.5, show_default=True, type=click.FloatRange(0, min_open=True), help="To train."
)
@click.option("--iterations", type=click.IntRange(1), help="Steps of training, at most.")
@click.option("--seed", default=0, show_default=True, help="Crops and first weights follow from it.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Default: themes/ + DIR's name."
)
@click.option("--resume/--no-resume", default=True, show_default=True, help="Go on from the last checkpoint.")
@click.option("--start", metavar="THEME", help="Take over a theme's body and head: helps a short training.")
@friendly
def keyframes(
    folder: Path,
    minutes: float,
    iterations: int | None,
    seed: int,
    out: Path | None,
    resume: bool,
    start: str | None,
) -> None:
    """Make a theme from the 1 to 10 painted keyframes in DIR (see: reskin keyframe export).

    DIR/preview.png shows how far it is: painted on the left, learnt on the right. Ctrl-C keeps a
    checkpoint in .checkpoints/; the same command goes on from there. A picture that was changed since
    starts it anew.
    """
    require("torch", "learning a theme", "learn")
    from neural_renderer.learn.keyframe_lesson import KeyframeLesson, keyframe_plan
    from neural_renderer.learn.trainer import learn as train
    from neural_renderer.theme import load

    name = (out or folder.resolve()).name
    lesson = KeyframeLesson.from_folder(folder, name, seed, load(start) if start else None)
    target, work, look = out or OUT / name, WORK / f"keyframes-{name}-{seed}", folder / "preview.png"
    plan = keyframe_plan(seed=seed, minutes=minutes, iterations=iterations)
    say(f"{look} shows how far it is: painted on the left, learnt on the right.")
    with _kept(work), Stages() as stages:
        theme = train(lesson, plan, work=work, out=target, resume=resume, report=stages, look=look)
    _tell(theme, target)


@contextmanager
def _kept(work: Path) -> Iterator[None]:
    """What is said when a training is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"Stopped; the checkpoint is in {work}, and the same command goes on from it.")
        raise SystemExit(INTERRUPTED) from None


def _tell(theme: Theme, folder: Path) -> None:
    for key, value in theme.metrics.items():
        click.echo(f"  {key:14s} {value:.4g}")
    say(f"Wrote {folder}; see it with: reskin play --theme {folder}")


class Stages:
    """A progress bar for each stage of a training; where stderr is no terminal, a line now and then."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._told = -RETELL_S

    def __enter__(self) -> Stages:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("{task.description:6}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
                TextColumn("{task.fields[text]}"), console=Console(stderr=True),
            )  # fmt: skip
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done: float, text: str) -> None:
        if self._bar is None:
            if time.monotonic() - self._told >= RETELL_S:
                self._told = time.monotonic()
                say(f"{stage}: {done:.0%}, {text}")
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=1.0, text=text)
        self._bar.update(self._tasks[stage], completed=done, text=text)
