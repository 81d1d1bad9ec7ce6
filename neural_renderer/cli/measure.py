"""`reskin measure`: how close a theme comes to its painter, how steady it is and what it costs."""

from __future__ import annotations

from dataclasses import asdict

import click

from neural_renderer.cli.output import Bar, friendly, print_json, require, stdout_kept


@click.command()
@click.argument("theme")
@click.option("--game", help="Measure on this game, played by its bot, not on random scenes.")
@click.option("--worlds", default=6, show_default=True, type=click.IntRange(1), help="Held-out worlds.")
@click.option("--frames", default=3, show_default=True, type=click.IntRange(2), help="Frames of each world.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, torch, or a torch device.")
@click.option("--json", "as_json", is_flag=True, help="The figures as the last line; all else to stderr.")
@friendly
def measure(theme: str, game: str | None, worlds: int, frames: int, device: str, as_json: bool) -> None:
    """Measure THEME against its painter on worlds that it never saw."""
    require("torch", "measuring against a painter", "learn")
    from neural_renderer.measure import measure as measured
    from neural_renderer.theme import load

    with stdout_kept(as_json), Bar("measuring") as bar:
        figures = asdict(
            measured(
                load(theme),
                device=device,
                game=game,
                worlds=worlds,
                frames=frames,
                report=lambda done: bar(round(100 * done), 100),
            )
        )
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        click.echo(f"  {name:18s} {value:.4g}" if isinstance(value, float) else f"  {name:18s} {value}")
