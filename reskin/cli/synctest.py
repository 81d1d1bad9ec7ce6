"""`reskin synctest`: whether a game gives the same state from the same seed and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reskin.cli.output import Bar, friendly, print_json, stdout_kept

if TYPE_CHECKING:
    from reskin.engine.errors import SyncError


@click.command()
@click.argument("game", default="miner")
@click.option("--ticks", type=click.IntRange(1), default=600, show_default=True, help="Ticks to play.")
@click.option(
    "--distance", type=click.IntRange(1), default=8, show_default=True, help="Ticks to roll back each time."
)
@click.option("--seed", default=7, show_default=True, help="The world's seed.")
@click.option("--heavy", is_flag=True, help="Save and load the whole state as bytes, every tick.")
@click.option(
    "--random", is_flag=True, help="Roll back by random distances, after ticks with other commands."
)
@click.option(
    "--processes", type=click.IntRange(0), default=3, show_default=True,
    help="Other processes to repeat it in, where strings have other hashes.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON; messages go to stderr.")
@friendly
def synctest(game: str, as_json: bool, **options: Any) -> None:
    """Test whether GAME is deterministic.

    Its bot plays; every tick is rolled back, simulated again and compared. GAME is an installed game's name,
    or your own: my_game.py, a folder, or my_game:Class. The first difference is reported with its tick,
    entity, component, field, both values, the last commands and the kind of mistake. The exit status is then
    1.
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
