"""The command `reskin`. Each subcommand is a file here; what is slow to import is imported when it runs."""

from __future__ import annotations

import os

# When it is imported, pygame prints a greeting on stdout, where --json must be alone.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "hidden by reskin")

import click

from reskin.cli import (
    doctor,
    inspect,
    keyframe,
    learn,
    measure,
    paint,
    play,
    replay,
    run,
    saves,
    synctest,
    themes,
)
from reskin.cli.output import open_closed_descriptors

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="reskin")
def main() -> None:
    """Play games in another look: the picture is restyled by a neural network, the HUD stays exact."""
    open_closed_descriptors()


COMMANDS = (
    play.play, run.run, inspect.inspect, replay.replay, saves.saves, synctest.synctest, themes.themes,
    keyframe.keyframe, learn.learn, paint.paint, measure.measure, doctor.doctor,
)  # fmt: skip
for command in COMMANDS:
    main.add_command(command)
