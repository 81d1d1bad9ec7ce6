"""`reskin play`: a game in a window, or headless with figures."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reskin.cli.output import (
    INTERRUPTED,
    PATIENCE_S,
    Bar,
    friendly,
    print_json,
    say,
    stdout_kept,
    tell_inexact,
)
from reskin.cli.saves import begin

if TYPE_CHECKING:
    from reskin.engine.loop import RunOptions, RunReport, TickListener
    from reskin.engine.simulation.game import Game
    from reskin.neural_renderer.restyler import Restyler
    from reskin.neural_renderer.transition import Kind

FOLDER: Final = Path("recordings")
DEFAULT_THEME: Final = "winter"
HEADLESS_FRAMES: Final = 600
SHOWCASE_FRAMES: Final = 960


class Size(click.ParamType):
    """`640x360` to (640, 360)."""

    name = "WxH"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        width, _, height = str(value).lower().partition("x")
        if not (width.isdigit() and height.isdigit()):
            self.fail(f"{value!r} is no size; expected something like 640x360", param, ctx)
        return int(width), int(height)


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    game: str
    theme: str | None
    seed: int
    frames: int | None
    headless: bool
    restyle: bool
    record: Path | None
    sheet: Path | None
    save: Path | None
    recover: bool
    replay: Path | None
    bot: bool
    showcase: bool
    watch: bool
    size: tuple[int, int]
    device: str
    transition: Kind
    legible: bool


@click.command()
@click.argument("game", default="miner")
@click.option("--theme", metavar="NAME|PATH", help="A theme's name or its folder.  [default: winter]")
@click.option("--seed", default=7, show_default=True, help="The world; the same seed is the same world.")
@click.option("--frames", type=click.IntRange(1), help="Stop after so many frames.")
@click.option("--headless", is_flag=True, help=f"No window; {HEADLESS_FRAMES} frames unless --frames says.")
@click.option("--restyle", type=click.Choice(["on", "off"]), default="on", show_default=True)
@click.option(
    "--legibility",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="The guard that keeps coins, enemies and the like in sight.",
)
@click.option(
    "--record", type=click.Path(path_type=Path), metavar="FILE", help=".mp4, .gif or .png (the last)."
)
@click.option(
    "--sheet", type=click.Path(path_type=Path), metavar="FILE.png", help="Before and after of each theme."
)
@click.option(
    "--save", type=click.Path(path_type=Path), metavar="FILE", help="Go on from FILE, and save there."
)
@click.option("--recover", is_flag=True, help="Go on from the last good state of a damaged --save.")
@click.option(
    "--record-replay", "replay", type=click.Path(path_type=Path), metavar="FILE", help="For reskin replay."
)
@click.option("--bot", is_flag=True, help="A bot plays.")
@click.option("--showcase", is_flag=True, help="Headless: every theme in turn, recorded; see above.")
@click.option("--watch", is_flag=True, help="Headless too: take up edits of the scripts and the theme.")
@click.option("--size", type=Size(), default=(640, 360), help="The picture's size.  [default: 640x360]")
@click.option(
    "--transition",
    type=click.Choice(["cut", "fade", "wipe"]),
    default="cut",
    show_default=True,
    help="How one theme gives way to the next.",
)
@click.option("--device", default="auto", show_default=True, help="Where to restyle; see reskin doctor.")
@click.option("--json", "as_json", is_flag=True, help="The figures as the last line; all else to stderr.")
@friendly
def play(as_json: bool, restyle: str, legibility: str, **options: Any) -> None:
    """Play GAME (miner unless you say) in a window; F1 shows the keys. GAME is an installed game's name, or
    the place of your own: my_game.py, a folder, or my_game:Class.

    Without a display, and without --headless, it is a showcase instead: a bot plays, every theme has
    2.5 seconds, uncovered by a wipe, and recordings/ gets a video and a before/after sheet. With
    --theme the showcase has that theme only; --frames, --record and --sheet say what else should differ.

    Headless runs advance one tick a frame, so that the same seed gives the same state_hash.

    With --save every tick is committed to FILE as it happens: whatever ends the game, it goes on there.
    The save knows its game and seed.
    """
    wish = Wish(restyle=restyle == "on", legible=legibility == "on", **options)
    with stdout_kept(as_json):
        report = _play(wish)
    if as_json:
        print_json(report.plain())
    else:
        _print_figures(report)
    for path in report.files:
        say(f"Wrote {path}")
    for reason, count in report.reasons.items():
        say(f"Fault, {count} times: {reason}")
    if report.hung:
        # Its thread is stuck inside a library; waiting for it is what quitting must not do.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(INTERRUPTED if report.interrupted else 0)
    if report.interrupted:
        raise SystemExit(INTERRUPTED)


def _play(wish: Wish) -> RunReport:
    from reskin.engine.errors import LoopError
    from reskin.engine.loop import display_missing

    missing = "" if wish.headless or wish.showcase else display_missing()
    if missing and wish.save is not None:
        raise LoopError(f"no window: {missing}; a bot goes on in {wish.save} only with --headless --bot")
    with ExitStack() as stack:
        game, listeners = begin(wish, stack)
        return _run(wish, game, listeners, missing)


def _run(wish: Wish, game: Game, listeners: tuple[TickListener, ...], missing: str) -> RunReport:
    from reskin.engine.loop import run

    if missing:
        say(f"No window: {missing}. Recording a showcase instead (--headless runs without one).")
        wish = replace(wish, showcase=True)
    # In a window F5 may switch the restyling on later; headless it never comes to that.
    post = _restyler(wish, game.tick_rate) if wish.restyle or not (wish.headless or wish.showcase) else None
    _warm_up(game, post, wish.size)
    title = f"{game.name}, {'every theme' if wish.showcase else getattr(post, 'theme', 'plain')}"
    with Bar(title) as bar:
        return run(game, post, replace(_options(wish, game, post, bar), listeners=listeners))


def _options(wish: Wish, game: Game, post: Any, bar: Bar) -> RunOptions:
    from reskin.engine.capture import Showcase
    from reskin.engine.loop import RunOptions
    from reskin.engine.loop.player import theme_of, themes_of

    options = RunOptions(
        size=wish.size, frames=wish.frames, headless=wish.headless or None, bot=wish.bot,
        restyle=wish.restyle, record=wish.record, sheet=wish.sheet, folder=FOLDER, say=say,
        watch=wish.watch or None,
    )  # fmt: skip
    if wish.showcase:
        frames = wish.frames or SHOWCASE_FRAMES
        first = theme_of(post)
        chosen = [first] if wish.theme else sorted(themes_of(post), key=lambda theme: theme != first)
        options = replace(
            options, frames=frames, headless=True, bot=True,
            record=wish.record or FOLDER / f"{game.name}.{'mp4' if _video() else 'png'}",
            sheet=wish.sheet or FOLDER / f"{game.name}-before-after.png",
            showcase=Showcase.of(chosen, frames, game.tick_rate) if chosen and wish.restyle else None,
        )  # fmt: skip
    elif wish.headless:
        options = replace(options, frames=wish.frames or HEADLESS_FRAMES)
    return replace(options, progress=bar) if options.headless else options


def _restyler(wish: Wish, tick_rate: int) -> Restyler:
    from reskin.neural_renderer.restyler import Restyler

    post = Restyler(
        wish.theme or DEFAULT_THEME, wish.device, wish.size, wish.transition, wish.legible, preload=True
    )
    tell_inexact(post)
    post.tick_rate = tick_rate
    return post


def _warm_up(game: Game, post: Restyler | None, size: tuple[int, int]) -> None:
    """Draw and restyle one frame that nobody sees: the very first time this compiles every kernel."""
    from reskin.engine.draw import Canvas
    from reskin.neural_renderer.errors import RestyleError

    patience = threading.Timer(
        PATIENCE_S, say, ["Getting ready; the first run of all compiles kernels, which takes some seconds."]
    )
    patience.start()
    try:
        canvas = Canvas(*size, tile=game.tile)
        game.draw(canvas, 1.0, "")
        frame = canvas.finish()
        if post is not None:
            with suppress(RestyleError):  # the guard counts and shows it when it matters
                post(frame)
            post.reset()
    finally:
        patience.cancel()


def _video() -> bool:
    """Whether a video can be written; a showcase without one still has its sheet."""
    from importlib.util import find_spec

    if find_spec("av") is None:
        say("No video: PyAV is missing; pip install 'reskin[video]'. The last frame is stored instead.")
        return False
    return True


def _print_figures(report: RunReport) -> None:
    """The report for a person, on stdout."""
    per_tick = ", ".join(f"{name} {count}" for name, count in report.figures.items())
    on = f" ({report.runtime} on {report.device})" if report.runtime else ""
    click.echo(f"{report.game} in {report.theme}{on}, seed {report.seed}")
    click.echo(f"  {report.frames} frames at {report.fps:.1f} a second, {report.ticks} ticks, {per_tick}")
    click.echo(f"  state {report.state_hash}")
    click.echo("  ms         p50     p99")
    for stage, values in report.ms.items():
        click.echo(f"  {stage:8s} {values['p50']:6.2f}  {values['p99']:6.2f}")
    click.echo(
        f"  HUD: {report.hud['pixels']} solid pixels, {report.hud['differing']} differ; "
        f"{report.faults} fault{'s' * (report.faults != 1)}"
    )
