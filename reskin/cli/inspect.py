"""`reskin inspect`: which material each source image of a pygame game shows, as a picture and a file to
edit."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import click

from reskin.cli.output import friendly, print_json, say
from reskin.cli.run import HEADLESS, GameCommand, find_game, read_keys, told_of

INSPECTOR: Final = "reskin.neural_renderer.plugins.pygame.inspector"


@click.command(cls=GameCommand, context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="GAME.py [ARGUMENTS]...")
@click.option("-m", "module", metavar="PACKAGE", help="Inspect a package or module, as python -m runs it.")
@click.option(
    "--frames", type=click.IntRange(1), default=600, show_default=True, help="Play for so many frames."
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Press keys by a script, such as '30 press SPACE'.  [default: keys by chance]",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="The picture.  [default: NAME-sheet.png]"
)
@click.option("--python", metavar="PATH", help="The Python that runs the game.  [default: as in reskin run]")
@click.option("--json", "as_json", is_flag=True, help="Print every image as JSON.")
@friendly
def inspect(command: tuple[str, ...], module: str | None, as_json: bool, **options: Any) -> None:
    """Play a pygame game without a window, and show what its images were taken for.

    \b
        reskin inspect game.py
        reskin inspect --frames 2000 --keys script.txt game.py

    Writes a picture of all images that were seen, each with its material, how sure that is and why, and the
    tag file NAME.reskin.yaml beside the game. Change a material there, and it counts from then on, also
    while the game runs.
    """
    from reskin.engine.capture.pictures import save_png
    from reskin.neural_renderer.plugins.pygame.inspector import PAGES
    from reskin.neural_renderer.plugins.pygame.supervisor import private_folder

    game = find_game(command, module)
    with private_folder() as folder:
        found = _play(game, options, folder)
        first = (options["out"] or Path(f"{game.name}-sheet.png")).resolve()
        pages = []
        for number in range(found["pages"]):
            import numpy as np

            place = first if not number else first.with_name(f"{first.stem}-{number + 1}{first.suffix}")
            pages.append(str(save_png(place, np.load(folder / PAGES.format(number)), "RGBA")))
    if found["problem"]:
        say(found["problem"])
    if as_json:
        print_json({**found, "pages": pages})
        return
    unsure = [unit for unit in found["units"] if unit["sure"] < 0.5 and unit["share"] > 0.002]
    click.echo(
        f"{game.name}: {len(found['units'])} images in {found['frames']} frames, from the {found['view']}"
    )
    for page in pages:
        click.echo(f"  picture: {page}")
    click.echo(f"  tags: {found['tags']}")
    for unit in unsure[:8]:
        click.echo(f"  not sure: {unit['name']}: {unit['material']}, {unit['share']:.1%} of the picture")


def _play(game: Any, options: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Run the game with keys of a script or by chance. Gives what was found. Raises RunError."""
    from reskin.neural_renderer.errors import RunError
    from reskin.neural_renderer.plugins.pygame.inspector import FOUND
    from reskin.neural_renderer.plugins.pygame.interpreter import choose_interpreter
    from reskin.neural_renderer.plugins.pygame.monkey import monkey_script
    from reskin.neural_renderer.plugins.pygame.supervisor import Run, Supervisor

    keys = options["keys"]
    script = read_keys(keys) if keys else monkey_script(options["frames"])
    asked = told_of(game) | {
        "theme": "plain", "themes": [], "strength": 1.0, "named": False, "on": True, "scale": "auto",
        "device": "auto", "headless": True, "frames": options["frames"], "script": script, "hooks": True,
        "hotkeys": [], "record": None, "recordings": str(folder), "checksums": None,
    }  # fmt: skip
    python = choose_interpreter(game.path, options["python"]).path
    run = Run(
        python, game.command, game.folder, asked, dict(HEADLESS),
        to_stderr=True, renderer=INSPECTOR, getting_ready="",
    )  # fmt: skip
    code = Supervisor(run, folder, say, lambda theme, strength: None).run()
    try:
        found: dict[str, Any] = json.loads((folder / FOUND).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RunError(
            f"{game.name} presented no frame through pygame.display, so there is nothing to inspect; "
            f"it ended with code {code}. Does it run by itself, as in python {' '.join(game.command)}?"
        ) from None
    if found["fault"]:
        sys.stderr.write(f"some frames could not be read: {found['fault']}\n")
    return found
