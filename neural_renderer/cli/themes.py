"""`reskin themes`: the themes that are here, with their figures."""

from __future__ import annotations

from typing import Any

import click

from neural_renderer.cli.output import friendly, print_json, say


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One array of objects.")
@friendly
def themes(as_json: bool) -> None:
    """List the themes, with their size and their quality as measured."""
    found = [_figures(name) for name in _names()]
    if as_json:
        print_json(found)
        return
    if not found:
        say("No themes are here; reskin learn painter winter makes one.")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("theme", "version", "parameters", "MACs/px", "kB", "measured")
    for theme in found:
        table.add_row(
            str(theme["name"]), str(theme["version"]), f"{theme['parameters']:,}",
            f"{theme['macs_per_pixel']:,.0f}", f"{theme['bytes'] / 1000:,.0f}", _metrics(theme["metrics"]),
        )  # fmt: skip
    Console().print(table)


def _names() -> list[str]:
    from neural_renderer.theme import available

    return available()


def _figures(name: str) -> dict[str, Any]:
    from kernels import macs_per_pixel
    from neural_renderer.theme import load, themes_folder

    theme = load(name)
    size = sum(file.stat().st_size for file in (themes_folder() / name).iterdir() if file.is_file())
    return {
        "name": theme.name,
        "version": theme.version,
        "parameters": theme.parameters,
        "macs_per_pixel": macs_per_pixel(),
        "bytes": size,
        "metrics": theme.metrics,
    }


def _metrics(metrics: dict[str, Any]) -> str:
    shown = (f"{name} {value:.4g}" for name, value in metrics.items() if isinstance(value, (int, float)))
    return ", ".join(shown)
