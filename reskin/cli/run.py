"""`reskin run`: a pygame game that nobody changed, in another look."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Any

import click

from reskin.cli.output import friendly, print_json

DEFAULT_THEME = "winter"


@click.command(context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="GAME.py [ARGUMENTS]...", required=True)
@click.option("--theme", metavar="NAME|PATH", help="A theme's name or folder.  [default: winter]")
@click.option("--headless", is_flag=True, help="Without a window, as fast as it goes.")
@click.option("--frames", type=click.IntRange(1), help="Ask the game to quit after so many frames.")
@click.option("--device", default="auto", show_default=True, help="Device for restyling; see reskin doctor.")
@click.option("--restyle", type=click.Choice(["on", "off"]), default="on", show_default=True)
@click.option("--python", metavar="PATH", help="The game's Python.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--keys", type=click.Path(path_type=Path), metavar="FILE", help="Scripted input.")
@click.option("--record", type=click.Path(path_type=Path), metavar="FILE", help="Record.")
@click.option("--without-hooks", is_flag=True, hidden=True)
@click.option("--checksums", type=click.Path(path_type=Path), hidden=True)
@friendly
def run(command: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Run a pygame game in another look."""
    from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.figures import read_figures
    from reskin.neural_renderer.plugins.pygame.supervisor import Run, Supervisor, private_folder

    game = Path(command[0]).resolve()
    asked = {
        "theme": options["theme"] or DEFAULT_THEME, "device": options["device"], "strength": 1.0,
        "on": options["restyle"] == "on", "headless": options["headless"], "frames": options["frames"],
        "hooks": not options["without_hooks"], "themes": [], "hotkeys": [], "name": game.stem,
        "record": str(options["record"].resolve()) if options["record"] else None,
        "recordings": str(Path("recordings").resolve()),
        "script": options["keys"].read_text(encoding="utf-8") if options["keys"] else "",
        "checksums": str(options["checksums"].resolve()) if options["checksums"] else None,
    }  # fmt: skip
    environment = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYTHONHASHSEED": "0"}
    wanted = Run(
        options["python"] or sys.executable, [game.name, *command[1:]], game.parent, asked,
        environment if options["headless"] else {},
    )  # fmt: skip
    with private_folder() as folder:
        code = Supervisor(wanted, folder).run()
        counts, times = read_figures(str(folder / "figures"))
    if as_json:
        print_json({**counts, "ms": {k: statistics.median(v) for k, v in times.items() if v}, "exit": code})
    sys.exit(code)
