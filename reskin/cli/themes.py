"""`reskin themes`: lists the themes, and helps their authors: new, convert, check, preview, pack."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reskin.cli.output import friendly, print_json, say

if TYPE_CHECKING:
    from reskin.engine.frame import Frame
    from reskin.neural_renderer.theme.pack import Theme

FOLDER: Final = Path("themes")
"""Where `new` writes a theme, as `reskin learn painter` does."""
SHOWN_TICK: Final = 120
"""The tick that a preview shows."""
LISTED = (
    ("psnr", ".1f"),
    ("ssim", ".3f"),
    ("warp_error", ".5f"),
    ("student_ms", ".1f"),
    ("painter_ms", ",.0f"),
)
"""The metrics in the list, and how they are written."""


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_context
@friendly
def themes(context: click.Context, as_json: bool) -> None:
    """List the themes, or work on one of your own.

    The list has each theme's size and its measured quality.
    """
    if context.invoked_subcommand is not None:
        if as_json:
            raise click.UsageError("--json belongs to the list alone")
        return
    found = [_figures(name) for name in _names()]
    if as_json:
        print_json(found)
        return
    if not found:
        say("No themes are here; reskin learn painter winter makes one.")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("theme", "kB", "PSNR, dB", "SSIM", "flicker", "ms", "painter's ms")
    for column in table.columns[1:]:
        column.justify = "right"
    for theme in found:
        metrics = theme["metrics"]
        cells = [f"{metrics[key]:{form}}" if key in metrics else "" for key, form in LISTED]
        table.add_row(str(theme["name"]), f"{theme['bytes'] / 1000:,.0f}", *cells)
    Console().print(table)
    say(
        "PSNR, SSIM: likeness to the painter on unseen scenes. Flicker: change from frame to frame, along "
        "the motion. ms: time of a frame."
    )


@themes.command()
@click.argument("name")
@click.option(
    "--from", "source", default="winter", show_default=True, metavar="NAME|PATH", help="The theme to copy."
)
@friendly
def new(name: str, source: str) -> None:
    """Copy a theme to themes/NAME.

    There you can edit its theme.yaml while you play.
    """
    import re
    from dataclasses import replace

    from reskin.neural_renderer.errors import ThemeError
    from reskin.neural_renderer.theme import pack as packs

    if not re.fullmatch(packs.NAME, name):
        raise ThemeError(f"a name must be letters, digits, dots, dashes and underscores, got {name!r:.200}")
    theme, folder = packs.load_theme(source), FOLDER / name
    _write(replace(theme, name=name, title=packs.theme_title(name)), packs.find_theme(source), folder)
    say(f"Wrote {folder}; edit {folder / packs.HEAD} while this runs: reskin play --theme {folder}")


@themes.command()
@click.argument("theme")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="[default: themes/NAME-exact]")
@friendly
def convert(theme: str, out: Path | None) -> None:
    """Make an older THEME exact on every processor.

    THEME is a name or a folder; a copy is written. Older themes have weights of 8 bits, whose sums are wrong
    by a few levels on processors without VNNI. The copy has weights of 7 bits and steps that are powers of
    two. The eight shipped themes lost at most 0.04 dB of likeness to their painters by it. The metrics in the
    copy are those of THEME.
    """
    from dataclasses import replace

    from reskin.neural_renderer.quantization import exact_tensors
    from reskin.neural_renderer.theme import pack as packs

    found, source = packs.load_theme(theme), packs.find_theme(theme)
    if found.exact:
        say(f"{source} gives the same picture on every processor already; nothing to do.")
        return
    folder = out or FOLDER / f"{found.name}-exact"
    _write(replace(found, tensors=exact_tensors(found.tensors)), source, folder)
    say(f"Wrote {folder}; see it with: reskin play --theme {folder}")


@themes.command()
@click.argument("folder")
@friendly
def check(folder: str) -> None:
    """Show what is in the theme in FOLDER, or what is wrong with it."""
    from reskin.neural_renderer.theme import pack as packs

    theme = packs.load_theme(folder)
    click.echo(f"{theme.title} ({theme.name} {theme.version}) by {theme.author}, {theme.licence}")
    click.echo(f"  {theme.parameters:,} parameters, {theme.nbytes / 1000:,.0f} kB of weights: all good")
    click.echo(f"  legibility: {theme.legibility:g}")
    click.echo(f"  the same picture on every processor: {'yes' if theme.exact else 'no; see themes convert'}")
    for key in ("strength", "detail", *packs.VECTORS, "metrics"):
        table = getattr(theme, key)
        if table:
            click.echo(f"  {key}: " + ", ".join(f"{name} {_shown(value)}" for name, value in table.items()))


@themes.command()
@click.argument("theme")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.png", help="[default: NAME-preview.png]"
)
@click.option("--game", default="miner", show_default=True, help="The game to show.")
@friendly
def preview(theme: str, out: Path | None, game: str) -> None:
    """Write a picture that shows THEME.

    THEME is a name or a folder. The picture shows a frame of a game, plain on the left and restyled on the
    right.
    """
    import numpy as np

    from reskin.engine.capture import save_png
    from reskin.engine.frame import plain_picture
    from reskin.engine.simulation.games import load_game
    from reskin.neural_renderer.restyler import Restyler

    if out is not None and out.suffix.lower() != ".png":
        raise click.UsageError(f"a preview's name must end in .png, got {out.name!r}")
    restyler, kind = Restyler(theme), load_game(game)
    restyler.tick_rate = kind.tick_rate
    frame = _moment(kind(7))
    both = np.concatenate((plain_picture(frame), restyler(frame)), 1)
    say(f"Wrote {save_png(out or Path(f'{restyler.theme}-preview.png'), both, frame.layout)}")


@themes.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.zip", help="[default: NAME.zip]")
@friendly
def pack(folder: Path, out: Path | None) -> None:
    """Check the theme in FOLDER and write it as a zip file.

    The same theme always gives the same bytes.
    """
    from reskin.neural_renderer.theme import pack as packs
    from reskin.neural_renderer.theme.archive import write_zip

    theme, folder = packs.load_theme(folder), packs.find_theme(folder)
    path = write_zip(theme, folder, out or Path(f"{theme.name}.zip"))
    if not (folder / packs.PREVIEW).is_file():
        say(f"It has no preview; reskin themes preview {folder} --out {folder / packs.PREVIEW} makes one.")
    say(f"Wrote {path}, {path.stat().st_size / 1000:,.0f} kB")


def _write(theme: Theme, source: Path, folder: Path) -> None:
    """Save a theme, with the preview of the pack in `source`, in a new folder."""
    from reskin.neural_renderer.errors import ThemeError
    from reskin.neural_renderer.theme import pack as packs
    from reskin.neural_renderer.theme.archive import own_file

    if folder.exists():
        raise ThemeError(f"{folder} is there already; take another name, or remove it first")
    try:
        shown = own_file(source, packs.PREVIEW) if (source / packs.PREVIEW).is_file() else None
        theme.save(folder)
        if shown is not None:
            shutil.copyfile(shown, folder / packs.PREVIEW)
    except OSError as error:
        raise ThemeError(f"cannot write {folder}: {error.strerror}; name another place") from error


def _moment(game: Any) -> Frame:
    """A frame of a game after `SHOWN_TICK` ticks by its bot."""
    from reskin.engine.draw import Canvas

    for _ in range(SHOWN_TICK):
        game.simulation.step(game.bot())
    canvas = Canvas(640, 360, tile=game.tile)
    game.draw(canvas, 1.0, "")
    return canvas.finish()


def _names() -> list[str]:
    from reskin.neural_renderer.theme.pack import available_themes

    return available_themes()


def _figures(name: str) -> dict[str, Any]:
    from reskin.kernels import macs_per_pixel
    from reskin.neural_renderer.theme.pack import load_theme, themes_folder

    theme: Theme = load_theme(name)
    size = sum(file.stat().st_size for file in (themes_folder() / name).iterdir() if file.is_file())
    return {
        "name": theme.name,
        "version": theme.version,
        "parameters": theme.parameters,
        "macs_per_pixel": macs_per_pixel(),
        "bytes": size,
        "metrics": theme.metrics,
    }


def _shown(value: float | tuple[float, ...]) -> str:
    return f"[{', '.join(f'{v:g}' for v in value)}]" if isinstance(value, tuple) else f"{value:.4g}"
