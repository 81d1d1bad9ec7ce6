"""`reskin synctest`: whether a game gives the same state however it gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reskin.cli.output import Bar, friendly, print_json, stdout_kept

if TYPE_CHECKING:
    from reskin.engine.errors import SyncError


@click.command()
@click.argument("game", default="miner")
@click.option("--ticks", type=click.IntRange(1), default=600, show_default=True, help="How many to play.")
@click.option("--distance", type=click.IntRange(1), default=8, show_default=True, help="Ticks to roll back.")
@click.option("--seed", default=7, show_default=True, help="The world.")
@click.option("--heavy", is_flag=True, help="Store and load the whole state as bytes, every tick.")
@click.option("--random", is_flag=True, help="Roll back by any distance, past a future that never came.")
@click.option(
    "--processes", type=click.IntRange(0), default=3, show_default=True,
    help="Repeat it in so many processes where strings hash otherwise.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The result as the last line; all else to stderr.")
@friendly
def synctest(game: str, as_json: bool, **options: Any) -> None:
    """Play GAME by its bot; roll every tick back, simulate it again, and compare.

    GAME is an installed name or package.module:Class. The first difference is reported with its tick,
    entity, component, field, both values and the last commands, and the kind of mistake by its name.
    The exit status is 1 if there is one.
    """
    from reskin.engine.determinism.synctest import SyncOptions, sync_test
    from reskin.engine.errors import SyncError

    try:
        with stdout_kept(as_json), Bar(f"{game} in sync") as bar:
            report = sync_test(game, SyncOptions(**options), bar)
    except SyncError as error:
        if as_json:
            print_json(_plain(game, error))
            raise SystemExit(1) from error
        raise click.ClickException(f"{type(error).__name__}: {error}") from error
    if as_json:
        print_json(report.plain())
        return
    asked = report.options
    modes = "".join([", through bytes" * asked.heavy, ", at random" * asked.random])
    click.echo(f"{report.game} is in sync: {asked.ticks} ticks, seed {asked.seed}")
    click.echo(f"  {report.resimulated} ticks simulated again, up to {asked.distance} back{modes}")
    click.echo(f"  {asked.processes} more processes agree; state {report.state_hash}")


def _plain(game: str, error: SyncError) -> dict[str, Any]:
    found = error.difference
    return {
        "game": game, "in_sync": False, "error": type(error).__name__, "tick": error.tick,
        "entity": found and found.entity, "component": found and found.component,
        "field": found and found.field, "expected": found and found.expected, "found": found and found.found,
        "commands": error.commands, "message": str(error),
    }  # fmt: skip
