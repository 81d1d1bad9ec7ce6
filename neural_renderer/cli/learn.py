"""`reskin learn`: make a theme. Needs torch, by the extra `learn`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from neural_renderer.cli.output import friendly


@click.group()
def learn() -> None:
    """Make a theme by learning it from a teacher."""


@learn.command()
@click.argument("name")
@click.option("--iterations", type=click.IntRange(1), help="Steps of training.  [default: the trainer's]")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Stop after so long.")
@click.option("--seed", default=1, show_default=True, help="Worlds, crops and first weights follow from it.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Where the theme goes.")
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint.")
@friendly
def painter(
    name: str, iterations: int | None, minutes: float | None, seed: int, out: Path | None, resume: bool
) -> None:
    """Distil the painter NAME (winter, bricks, watercolour or your own) into a theme.

    Ctrl-C stops after the step under way with a checkpoint, from which --resume goes on.
    """
    require_torch("learning a theme")
    from neural_renderer.learn.trainer import learn as train

    train(name, iterations=iterations, minutes=minutes, seed=seed, out=out, resume=resume)


def require_torch(purpose: str) -> None:
    """Raise the error that names the extra if torch is missing."""
    if find_spec("torch") is None:
        from neural_renderer.errors import RuntimeMissing

        raise RuntimeMissing(
            f"{purpose} needs torch, which is not installed; pip install 'reskin[learn]', or make install"
        )
