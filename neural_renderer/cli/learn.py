"""`reskin learn`: make a theme. Needs torch, by the extra `learn`."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from neural_renderer.cli.output import INTERRUPTED, RETELL_S, friendly, require, say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

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
    from neural_renderer.learn.trainer import Plan, find_painter
    from neural_renderer.learn.trainer import learn as train

    find_painter(name)
    plan = replace(Plan(), seed=seed, minutes=minutes)
    if iterations is not None:
        plan = replace(plan, iterations=iterations)
    folder, work = out or OUT / name, WORK / f"{name}-{seed}"
    try:
        with Stages() as stages:
            theme = train(name, plan, work=work, out=folder, resume=resume, report=stages)
    except KeyboardInterrupt:
        say(f"Stopped; the checkpoint is in {work}, and the same command goes on from it.")
        raise SystemExit(INTERRUPTED) from None
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
