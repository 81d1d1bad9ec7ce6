"""`reskin replay`: a run played again from its commands, in any theme and size, or only verified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reskin.cli.output import INTERRUPTED, Bar, friendly, print_json, say, stdout_kept, tell_inexact
from reskin.cli.play import DEFAULT_THEME, FOLDER, Size

if TYPE_CHECKING:
    from reskin.engine.draw.renderers import Renderer
    from reskin.engine.persistence.playback import Playback
    from reskin.engine.persistence.replay import Replay

PLAIN: Final = "plain"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--game", metavar="PLACE", help="The game's file or folder, if it is not installed.")
@click.option("--verify", is_flag=True, help="Compare every tick, without a picture.")
@click.option(
    "--theme", metavar="NAME|PATH", help=f"A theme's name or folder, or {PLAIN}.  [default: {DEFAULT_THEME}]"
)
@click.option("--record", type=click.Path(path_type=Path), metavar="OUT.mp4", help="Write a video.")
@click.option("--size", type=Size(), default=(640, 360), help="Size of the picture.  [default: 640x360]")
@click.option("--partial", is_flag=True, help="Of a damaged replay, play the ticks before the damage.")
@click.option("--device", default="auto", show_default=True, help="Device for restyling; see reskin doctor.")
@click.option(
    "--renderer",
    type=click.Choice(["software", "opengl"]),
    default="software",
    show_default=True,
    help="What draws the game's plain frames.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON; messages go to stderr.")
@friendly
def replay(file: Path, game: str | None, as_json: bool, partial: bool, **options: Any) -> None:
    """Play the replay FILE again, and compare every tick.

    In a window Space pauses, left and right go five seconds back and forth, Home and End go to the ends.
    Without a display, and without --record, it is only verified. The exit status is 1 if a tick's hash
    differs from the recorded one.
    """
    from reskin.engine.loop import display_missing
    from reskin.engine.persistence.playback import open_playback
    from reskin.engine.persistence.replay import read_replay
    from reskin.engine.simulation.games import known_game, load_game

    if game is not None:
        load_game(game)  # from now on it is found by its name
    found = read_replay(file, partial)
    with stdout_kept(as_json):
        playback = open_playback(known_game(found.game), found)
        if options["verify"] or (options["record"] is None and display_missing()):
            result = _verified(playback, found)
        else:
            result = _shown(playback, found, **options)
    if as_json:
        print_json(result)
        return
    whole = "" if found.whole else " (the good beginning of a damaged replay)"
    click.echo(f"{found.game}, seed {found.seed}: ticks {found.first} to {found.last}{whole}")
    click.echo(f"  {result['ticks']} ticks are as they were recorded; state {result['state_hash']}")


def _verified(playback: Playback, found: Replay) -> dict[str, Any]:
    from reskin.engine.persistence.playback import verify

    with Bar(f"verifying {found.game}") as bar:
        state_hash = verify(playback.game, found, bar)
    return _result(found, len(found.commands), state_hash)


def _shown(
    playback: Playback, found: Replay, theme: str | None, record: Path | None, size: tuple[int, int],
    device: str, renderer: Renderer, verify: bool,
) -> dict[str, Any]:  # fmt: skip
    """Play it in a window, or write it to a video as fast as possible."""
    from reskin.engine.loop import RunOptions, run

    post = None
    if theme != PLAIN:
        from reskin.neural_renderer.restyler import Restyler

        post = Restyler(theme or DEFAULT_THEME, device, (size[1], size[0]), preload=record is None)
        tell_inexact(post)
        post.tick_rate = playback.game.tick_rate
    headless = record is not None
    with Bar(f"replaying {found.game}") as bar:
        options = RunOptions(
            size=size, frames=len(found.commands) if headless else None, headless=headless, record=record,
            folder=FOLDER, playback=playback, say=say, progress=bar if headless else lambda done, all: None,
            renderer=renderer,
        )  # fmt: skip
        report = run(playback.game, post, options)
    for path in report.files:
        say(f"Wrote {path}")
    for warning in report.warnings:
        say(f"Warning: {warning}")
    if report.interrupted:
        raise SystemExit(INTERRUPTED)
    return _result(found, report.ticks, report.state_hash) | {"theme": report.theme, "faults": report.faults}


def _result(found: Replay, ticks: int, state_hash: str) -> dict[str, Any]:
    return {
        "game": found.game, "seed": found.seed, "first": found.first, "last": found.last,
        "whole": found.whole, "ticks": ticks, "state_hash": state_hash,
    }  # fmt: skip
