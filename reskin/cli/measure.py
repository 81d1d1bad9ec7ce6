"""`reskin measure`: how close a theme is to its painter, its flicker, legibility, drift and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

from reskin.cli.output import Bar, friendly, print_json, require, stdout_kept


@click.command()
@click.argument("theme")
@click.option("--game", help="Measure on this game, played by its bot.  [default: random scenes]")
@click.option("--worlds", default=6, show_default=True, type=click.IntRange(1), help="Number of worlds.")
@click.option(
    "--frames",
    type=click.IntRange(2),
    help="Frames of each world.  [default: 3; 12 for --stability, 60 for --legibility, 3000 for --drift]",
)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, torch, or a torch device.")
@click.option("--stability", is_flag=True, help="Measure flicker and recovery on one world.")
@click.option(
    "--legibility",
    is_flag=True,
    help="Measure how well coins, enemies and the like stand out, with and without the guard.",
)
@click.option("--drift", is_flag=True, help="Measure slow changes over a long run.")
@click.option(
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the figures of --stability as an HTML page.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON; messages go to stderr.")
@friendly
def measure(
    theme: str,
    game: str | None,
    worlds: int,
    frames: int | None,
    device: str,
    stability: bool,
    legibility: bool,
    drift: bool,
    page: Path | None,
    as_json: bool,
) -> None:
    """Measure THEME against its painter.

    The worlds are none of those that it was trained on. --stability, --legibility and --drift each measure
    something else instead.
    """
    require("torch", "measuring against a painter", "learn")
    with stdout_kept(as_json), Bar("measuring") as bar:

        def report(done: float) -> None:
            bar(round(100 * done), 100)

        if legibility:
            figures = _legibility(theme, game, frames or 60, device, report)
        elif drift:
            figures = _drift(theme, game, frames or 3000, device, report)
        elif stability or page is not None:
            figures = _temporal(theme, game, frames or 12, device, page, report)
        else:
            from reskin.neural_renderer.measure import measure_on_worlds as measured
            from reskin.neural_renderer.theme.pack import load_theme

            figures = asdict(
                measured(
                    load_theme(theme),
                    device=device,
                    game=game,
                    worlds=worlds,
                    frames=frames or 3,
                    report=report,
                )
            )
    if as_json:
        print_json(figures)
        return
    from reskin.neural_renderer.measure.page import page_table

    for name, value in page_table(figures):
        click.echo(f"  {name:18s} {value}")


def _temporal(
    theme: str,
    game: str | None,
    frames: int,
    device: str,
    page: Path | None,
    report: Callable[[float], None],
) -> dict[str, object]:
    from reskin.neural_renderer.measure import measure_temporal, write_page
    from reskin.neural_renderer.theme.pack import load_theme

    found = measure_temporal(load_theme(theme), device=device, game=game, frames=frames, report=report)
    if page is not None:
        write_page(page, found)
    return found.figures()


def _legibility(
    theme: str, game: str | None, frames: int, device: str, report: Callable[[float], None]
) -> dict[str, object]:
    from reskin.neural_renderer.measure import measure_legibility
    from reskin.neural_renderer.theme.pack import load_theme

    return measure_legibility(
        load_theme(theme), device=device, game=game, frames=frames, report=report
    ).figures()


def _drift(
    theme: str, game: str | None, frames: int, device: str, report: Callable[[float], None]
) -> dict[str, object]:
    from reskin.neural_renderer.measure.drift import drift
    from reskin.neural_renderer.theme.pack import load_theme

    return asdict(drift(load_theme(theme), device=device, game=game, frames=frames, report=report))
