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
    stdout_needed,
    tell_inexact,
)
from reskin.cli.saves import begin

if TYPE_CHECKING:
    from reskin.engine.draw.renderers import Renderer
    from reskin.engine.loop import RunOptions, RunReport, TickListener
    from reskin.engine.simulation.game import Game
    from reskin.neural_renderer.restyler import Restyler
    from reskin.neural_renderer.transition import Kind

FOLDER: Final = Path("recordings")
DEFAULT_THEME: Final = "winter"
SMALLEST: Final = 16
LARGEST: Final = 8192
"""Pixels along a side of the picture: 16 is the least that a network takes, 8192 twice a wide 4K screen."""
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
        if not (width.isdecimal() and height.isdecimal()):
            self.fail(f"{value!r} is no size; expected something like 640x360", param, ctx)
        size = int(width[:9]), int(height[:9])
        if not all(SMALLEST <= side <= LARGEST for side in size):
            least, most = f"{SMALLEST}x{SMALLEST}", f"{LARGEST}x{LARGEST}"
            self.fail(f"{str(value)[:40]!r} must be from {least} to {most}", param, ctx)
        return size


@dataclass(frozen=True)
class Arguments:
    """What was given on the command line."""

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
    renderer: Renderer
    transition: Kind
    legible: bool


@click.command()
@click.argument("game", default="miner")
@click.option("--theme", metavar="NAME|PATH", help="A theme's name or folder.  [default: winter]")
@click.option(
    "--seed", default=7, show_default=True, help="The world's seed; the same seed gives the same world."
)
@click.option("--frames", type=click.IntRange(1), help="Stop after this many frames.")
@click.option("--headless", is_flag=True, help=f"Without a window; {HEADLESS_FRAMES} frames by default.")
@click.option(
    "--restyle",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="Whether the picture is restyled; F5 switches it in a window.",
)
@click.option(
    "--legibility",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="The guard, which raises the contrast of coins, enemies and the like.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Record to an .mp4, a .gif, or a .png of the last frame.",
)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    metavar="FILE.png",
    help="Write a picture of each theme, before and after.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Load FILE if it exists, and save every tick to it.",
)
@click.option("--recover", is_flag=True, help="With --save: load the last good state of a damaged file.")
@click.option(
    "--record-replay",
    "replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a replay; see reskin replay.",
)
@click.option("--bot", is_flag=True, help="Let the game's bot play.")
@click.option("--showcase", is_flag=True, help="Record every theme in turn, without a window; see above.")
@click.option("--watch", is_flag=True, help="Follow edits of scripts and theme without a window too.")
@click.option("--size", type=Size(), default=(640, 360), help="Size of the picture.  [default: 640x360]")
@click.option(
    "--transition",
    type=click.Choice(["cut", "fade", "wipe"]),
    default="cut",
    show_default=True,
    help="How one theme changes to the next.",
)
@click.option("--device", default="auto", show_default=True, help="Device for restyling; see reskin doctor.")
@click.option(
    "--renderer",
    type=click.Choice(["software", "opengl"]),
    default="software",
    show_default=True,
    help="What draws the game's plain frames.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON; messages go to stderr.")
@friendly
def play(as_json: bool, restyle: str, legibility: str, **options: Any) -> None:
    """Play GAME in a window; F1 shows the keys.

    GAME is an installed game's name (default: miner), or your own: my_game.py, a folder, or my_game:Class.

    Without a display, and without --headless, a showcase is recorded instead: the bot plays, every theme is
    shown for 2.5 seconds, uncovered by a wipe, and a video and a before/after sheet are written to
    recordings/. With --theme it shows that theme only; --frames, --record and --sheet change its length and
    its files.

    A headless run has exactly one tick a frame, so that the same seed gives the same state_hash.

    With --save every tick is written to FILE at once, so that the game can go on from there however it ended.
    The file knows its game and seed.
    """
    asked = Arguments(restyle=restyle == "on", legible=legibility == "on", **options)
    with stdout_kept(as_json):
        report = _play(asked)
    if as_json:
        print_json(report.plain())
    else:
        with stdout_needed():
            _print_figures(report)
    for path in report.files:
        say(f"Wrote {path}")
    for warning in report.warnings:
        say(f"Warning: {warning}")
    for reason, count in report.reasons.items():
        say(f"Fault, {count} times: {reason}")
    if report.hung:
        # The restyling thread hangs inside a library, and Python would wait for it.
        with suppress(OSError, ValueError, AttributeError):  # they may be closed
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(INTERRUPTED if report.interrupted else 0)
    if report.interrupted:
        raise SystemExit(INTERRUPTED)
    if report.warnings:
        raise SystemExit(1)


def _play(asked: Arguments) -> RunReport:
    from reskin.engine.errors import LoopError
    from reskin.engine.loop import display_missing

    missing = "" if asked.headless or asked.showcase else display_missing()
    if missing and asked.save is not None:
        raise LoopError(f"no window: {missing}; use --headless --bot to let the bot play on in {asked.save}")
    with ExitStack() as stack:
        game, listeners = begin(asked, stack)
        return _run(asked, game, listeners, missing)


def _run(asked: Arguments, game: Game, listeners: tuple[TickListener, ...], missing: str) -> RunReport:
    from reskin.engine.loop import run

    if missing:
        say(f"No window: {missing}. Recording a showcase instead (--headless runs without one).")
        asked = replace(asked, showcase=True)
    # In a window F5 may turn restyling on later, so that a restyler is needed in any case.
    post = (
        _restyler(asked, game.tick_rate) if asked.restyle or not (asked.headless or asked.showcase) else None
    )
    _warm_up(game, post, asked)
    title = f"{game.name}, {'every theme' if asked.showcase else getattr(post, 'theme', 'plain')}"
    with Bar(title) as bar:
        return run(game, post, replace(_options(asked, game, post, bar), listeners=listeners))


def _options(asked: Arguments, game: Game, post: Any, bar: Bar) -> RunOptions:
    from reskin.engine.capture import Showcase
    from reskin.engine.loop import RunOptions
    from reskin.engine.loop.player import player_theme, player_themes

    options = RunOptions(
        size=asked.size, frames=asked.frames, headless=asked.headless or None, bot=asked.bot,
        restyle=asked.restyle, record=asked.record, sheet=asked.sheet, folder=FOLDER, say=say,
        watch=asked.watch or None, renderer=asked.renderer,
    )  # fmt: skip
    if asked.showcase:
        frames = asked.frames or SHOWCASE_FRAMES
        first = player_theme(post)
        chosen = [first] if asked.theme else sorted(player_themes(post), key=lambda theme: theme != first)
        options = replace(
            options, frames=frames, headless=True, bot=True,
            record=asked.record or FOLDER / f"{game.name}.{'mp4' if _video() else 'png'}",
            sheet=asked.sheet or FOLDER / f"{game.name}-before-after.png",
            showcase=Showcase.of(chosen, frames, game.tick_rate) if chosen and asked.restyle else None,
        )  # fmt: skip
    elif asked.headless:
        options = replace(options, frames=asked.frames or HEADLESS_FRAMES)
    return replace(options, progress=bar) if options.headless else options


def _restyler(asked: Arguments, tick_rate: int) -> Restyler:
    from reskin.neural_renderer.restyler import Restyler

    post = Restyler(
        asked.theme or DEFAULT_THEME, asked.device, asked.size, asked.transition, asked.legible, preload=True,
        live=not (asked.headless or asked.showcase),
    )  # fmt: skip
    tell_inexact(post)
    post.tick_rate = tick_rate
    return post


def _warm_up(game: Game, post: Restyler | None, asked: Arguments) -> None:
    """Draw and restyle one frame that is not shown. The first time ever, this compiles every kernel."""
    from reskin.engine.draw.renderers import open_canvas
    from reskin.neural_renderer.errors import RestyleError

    slow = threading.Timer(
        PATIENCE_S, say, ["Getting ready; the first run ever compiles kernels, which takes some seconds."]
    )
    slow.start()
    try:
        canvas = open_canvas(asked.renderer, *asked.size, game.tile, say=lambda _: None)  # the run says it
        game.draw(canvas, 1.0, "")
        frame = canvas.finish()
        canvas.release()
        if post is not None:
            with suppress(RestyleError):  # the circuit breaker reports it in the run
                post(frame)
            post.reset()
    finally:
        slow.cancel()


def _video() -> bool:
    """Whether a video can be written; if not, the user is told."""
    from importlib.util import find_spec

    if find_spec("av") is None:
        say("No video: PyAV is missing; pip install 'reskin[video]'. The last frame is stored instead.")
        return False
    return True


def _print_figures(report: RunReport) -> None:
    """Print the report as text on stdout."""
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
