"""`reskin measure`: how close a theme comes to its painter, how steady it is and what it costs."""

from __future__ import annotations

from typing import Any

import click

from neural_renderer.cli.output import friendly, print_json, stdout_kept


@click.command()
@click.argument("theme")
@click.option("--frames", type=click.IntRange(2), help="Held-out frames to measure on.")
@click.option("--seed", type=int, help="Other held-out worlds than the usual ones.")
@click.option("--json", "as_json", is_flag=True, help="The figures as the last line; all else to stderr.")
@friendly
def measure(theme: str, as_json: bool, **options: Any) -> None:
    """Measure THEME against its painter on worlds that it never saw."""
    with stdout_kept(as_json):
        from neural_renderer.measure import measure as measured

        figures = measured(theme, **{name: value for name, value in options.items() if value is not None})
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        click.echo(f"  {name:14s} {value:.4g}" if isinstance(value, float) else f"  {name:14s} {value}")
