"""The save and the replay that `reskin play` writes, and `reskin saves`, which checks a save."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from reskin.cli.output import friendly, print_json, say

if TYPE_CHECKING:
    from reskin.cli.play import Arguments
    from reskin.engine.loop import TickListener
    from reskin.engine.persistence.journal import Journal
    from reskin.engine.simulation.game import Game

HEADLESS_PATIENCE_S: Final = 10.0
"""How long a headless tick may wait for the disk."""


def begin(asked: Arguments, stack: ExitStack) -> tuple[Game, tuple[TickListener, ...]]:
    """The game, new or from its save, and what is to be told of its ticks. The stack closes the files."""
    from reskin.engine.persistence.replay import ReplayWriter
    from reskin.engine.simulation.games import load_game

    listeners: list[TickListener] = []
    _check_apart(asked)
    if asked.recover and asked.save is None:
        raise click.UsageError("--recover needs --save FILE")
    if asked.save is None:
        game = load_game(asked.game)(asked.seed)
    else:
        game, journal = _saved(asked, asked.save)
        stack.callback(journal.close)
        listeners.append(journal)
    if asked.replay is not None:
        writer = ReplayWriter(asked.replay, game.name, game.simulation)
        stack.callback(writer.close)
        listeners.append(writer)
    return game, tuple(listeners)


def _check_apart(asked: Arguments) -> None:
    """Raises UsageError if one output would be written over another, or over the game."""
    from reskin.engine.outputs import same_files
    from reskin.engine.persistence.save import SUFFIXES

    names = {"GAME": [Path(asked.game)]}
    if asked.save is not None:
        names["--save"] = [Path(f"{asked.save}{suffix}") for suffix in SUFFIXES]
    names |= {
        option: [path]
        for option, path in (
            ("--record-replay", asked.replay), ("--record", asked.record), ("--sheet", asked.sheet),
        )
        if path is not None
    }  # fmt: skip
    if words := same_files(names):
        raise click.UsageError(words)


def _saved(asked: Arguments, path: Path) -> tuple[Game, Journal]:
    """The game from its save, or a new one and a new save if there is none."""
    from reskin.engine.errors import SaveError
    from reskin.engine.persistence.journal import SaveOptions
    from reskin.engine.persistence.save import create_save, open_save, recover_save
    from reskin.engine.simulation.games import known_game, load_game

    options = SaveOptions(patience_s=HEADLESS_PATIENCE_S) if asked.headless else SaveOptions()
    wanted_game = load_game(asked.game).name  # from now on the save finds it by its name
    if not path.exists():
        game = load_game(asked.game)(asked.seed)
        say(f"A new save: {path}")
        return game, create_save(path, game, options)
    if asked.recover:
        aside, offer = recover_save(path, known_game)
        say(f"Recovered tick {offer.tick}; the old file is kept as {aside}")
    game, journal = open_save(path, known_game, options)
    for name, wanted, found in (
        ("game", wanted_game, game.name), ("--seed", asked.seed, game.simulation.seed),
    ):  # fmt: skip
        if _given(name.lstrip("-")) and wanted != found:
            journal.close()
            raise SaveError(f"{path} has {name} {found}, not {wanted}; leave it out, or name another file")
    say(f"Going on from tick {game.simulation.tick} of {game.name}, seed {game.simulation.seed}: {path}")
    return game, journal


def _given(parameter: str) -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and context.get_parameter_source(parameter) == ParameterSource.COMMANDLINE


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--game", metavar="PLACE", help="The game's file or folder, if it is not installed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@friendly
def saves(file: Path, game: str | None, as_json: bool) -> None:
    """Check the save FILE and show what is in it.

    Every checksum is compared and the journal is played, so that a save that passes will load. The file is
    not changed.
    """
    from reskin.engine.persistence.save import restore_save
    from reskin.engine.persistence.savefile import examine_savefile
    from reskin.engine.simulation.games import known_game, load_game

    if game is not None:
        load_game(game)  # from now on it is found by its name
    contents = examine_savefile(file)
    played = restore_save(contents, known_game, file)
    simulation, newest = played.simulation, contents.newest
    simulation.ledger.check()
    items = sorted(
        {item for account in simulation.ledger.accounts for item in simulation.ledger.holdings(account)}
    )
    found: dict[str, Any] = {
        "game": played.name, "seed": newest.seed, "tick": newest.tick, "snapshots": list(contents.snapshots),
        "journal_rows": contents.rows, "bytes": file.stat().st_size, "state_hash": simulation.state_hash(),
        "totals": {item: simulation.ledger.total(item) for item in items},
    }  # fmt: skip
    if as_json:
        print_json(found)
        return
    click.echo(f"{file} is good: {played.name}, seed {newest.seed}, tick {newest.tick}")
    click.echo(f"  snapshots of ticks {', '.join(map(str, contents.snapshots))}")
    click.echo(f"  {contents.rows} rows of journal, {found['bytes']} bytes; state {found['state_hash']}")
    click.echo("  " + ", ".join(f"{count} {item}" for item, count in found["totals"].items()))
