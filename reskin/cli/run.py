"""`reskin run`: a pygame game that nobody changed, in another look."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reskin.cli.output import friendly, print_json, say

if TYPE_CHECKING:
    from reskin.neural_renderer.plugins.pygame.interpreter import Interpreter
    from reskin.neural_renderer.source_materials.tags import Tags

DEFAULT_THEME: Final = "winter"
HEADLESS_FRAMES: Final = 600
SCALES: Final = ("auto", "native", "display")
HEADLESS: Final = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYTHONHASHSEED": "0"}
PROJECT_FILES: Final = (".git", "pyproject.toml", "setup.py", "requirements.txt")
"""A folder with one of these is where a game's author stands."""
MEDIA: Final = frozenset(
    (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg", ".wav", ".ogg", ".mp3", ".ttf")
)


@dataclass(frozen=True)
class Game:
    """A game: what comes after `python`, where that is typed, and what the game is called.

    path: the script, or the folder of the package. key: under which its choices are remembered.
    """

    command: tuple[str, ...]
    folder: Path
    name: str
    path: Path
    key: str

    @property
    def sources(self) -> Path:
        """The folder that holds the game's source files."""
        from reskin.neural_renderer.plugins.pygame.game_sources import folder_of

        return folder_of(self.path)


class GameCommand(click.Command):
    """A command whose own options end at the game: what follows is the game's, as with `python`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        at = 0
        while at < len(args) and args[at].startswith("-") and args[at] != "--":
            if args[at] == "-m":
                args = [*args[: at + 2], "--", *args[at + 2 :]]
                break
            at += 2 if args[at] in takes_value else 1
        return super().parse_args(ctx, args)


@click.command(cls=GameCommand, context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="GAME.py [ARGUMENTS]...")
@click.option("-m", "module", metavar="PACKAGE", help="Run a package or module, as python -m does.")
@click.option("--theme", metavar="NAME|PATH", help="A theme's name or folder.  [default: as last time]")
@click.option(
    "--strength", type=click.FloatRange(0, 1), help="How much of it shows, 0 to 1.  [default: as last time]"
)
@click.option(
    "--restyle",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="Whether it begins restyled.",
)
@click.option(
    "--scale",
    type=click.Choice(SCALES),
    help="Restyle the game's own small picture, or the enlarged one.  [default: of the tag file, or auto]",
)
@click.option("--python", metavar="PATH", help="The Python that runs the game.  [default: see above]")
@click.option(
    "--hotkey",
    "hotkeys",
    multiple=True,
    metavar="ACTION=KEY",
    help="Another key: theme, restyle, wipe, screenshot or record, such as theme=F2.",
)
@click.option("--headless", is_flag=True, help=f"Without a window; {HEADLESS_FRAMES} frames by default.")
@click.option("--frames", type=click.IntRange(1), help="Ask the game to quit after so many frames.")
@click.option(
    "--keys",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="With --headless: press keys by a script, such as '30 press SPACE'.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Record to an .mp4, a .gif, or a .png of the last frame.",
)
@click.option("--device", default="auto", show_default=True, help="Device for restyling; see reskin doctor.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON; all else goes to stderr.")
@click.option("--without-hooks", is_flag=True, hidden=True, help="The same run without hooks, to compare.")
@click.option(
    "--checksums",
    type=click.Path(path_type=Path),
    hidden=True,
    help="Write a checksum of the game's display at each frame.",
)
@friendly
def run(command: tuple[str, ...], module: str | None, as_json: bool, **options: Any) -> None:
    """Run a pygame game that nobody changed, in another look.

    \b
        reskin run game.py
        reskin run --theme bricks game.py --its-own option
        reskin run -m package

    The game runs as it would without Reskin, with the Python and pygame that it has: those of --python, else
    of the active environment, else of .venv, venv or env beside the game, else Reskin's own.

    Keys: T and Shift+T change the theme, F5 switches restyling off and on, F6 wipes between plain and
    restyled with the mouse, F9 takes a screenshot, F10 records. Where the game uses one of these keys itself,
    Ctrl and Shift must be held with it. Theme and strength are remembered for each game.
    """
    from reskin.neural_renderer.plugins.pygame.supervisor import Supervisor, end_like, private_folder

    game = find_game(command, module)
    wanted, interpreter, keys = _prepare(game, options, as_json)
    if not as_json:
        say(f"{game.name}: {keys}" if keys else f"{game.name}: plain")
    with private_folder() as folder:
        chosen = Remembering(game.key, wanted.asked)
        code = Supervisor(wanted, folder, say, chosen).run()
        report = _report(game, wanted.asked, interpreter, chosen, folder, code)
    if wanted.asked["hooks"] and not (report["frames"] or report["not_captured"] or code):
        say("The game presented no frame through pygame.display, so nothing could be restyled.")
    if as_json:
        print_json(report)
    elif options["headless"]:
        _print_figures(report)
    end_like(code)


def find_game(command: tuple[str, ...], module: str | None) -> Game:
    """What is to be run. Raises RunError."""
    from reskin.neural_renderer.errors import RunError

    here = Path.cwd()
    if module is not None:
        path = here / module.replace(".", "/")
        path = path if path.is_dir() else path.with_suffix(".py")
        return Game(("-m", module, *command), here, module, path, f"{here} -m {module}")
    if not command:
        raise RunError("which game? Give its script, as in reskin run game.py, or a package, -m package")
    path = Path(command[0]).expanduser()
    if not path.exists():
        raise RunError(
            f"there is no {command[0]}; give the path of the game's script, or -m and a package's name. "
            "Games made with Reskin are played by reskin play."
        )
    if not (path.is_file() or (path / "__main__.py").is_file()):
        raise RunError(f"{command[0]} is no script, and no folder with a __main__.py; give the script")
    path = path.resolve()
    folder = working_folder(path, here)
    script = os.path.relpath(path, folder) if path.is_relative_to(folder) else str(path)
    return Game((script, *command[1:]), folder, path.stem, path, str(path))


def working_folder(game: Path, here: Path) -> Path:
    """Where the game is started: where its author would stand, as it may read files by relative paths.

    That is the folder of the script. It is the present one above that, if this is the root of the project, or
    if pictures and sounds lie beside the script's folder and none in it, as with `src/main.py` and `assets/`.
    """
    from reskin.neural_renderer.plugins.pygame.game_sources import folder_of

    folder = folder_of(game)
    if here not in folder.parents:
        return folder
    if any((here / name).exists() for name in PROJECT_FILES):
        return here
    beside = here == folder.parent and not _has_media(folder) and _has_media(here)
    return here if beside else folder


def _has_media(folder: Path) -> bool:
    """Whether pictures, sounds or fonts lie in a folder or up to two below."""
    places = ("*", "*/*", "*/*/*")
    return any(path.suffix.lower() in MEDIA for place in places for path in folder.glob(place))


class Remembering:
    """Takes down what the player chooses, and remembers it for the game's next run."""

    def __init__(self, key: str, asked: Mapping[str, Any]) -> None:
        self._key = key
        self.theme: str = asked["theme"]
        self.strength: float = asked["strength"]
        self._store = not asked["headless"]
        if self._store and asked["named"]:
            self(self.theme, self.strength)

    def __call__(self, theme: str, strength: float) -> None:
        from reskin.neural_renderer.plugins.pygame.remembered import remember

        self.theme, self.strength = theme, strength
        if self._store:
            with suppress(OSError):  # a home that cannot be written costs the memory, not the game
                remember(self._key, theme, strength)


def read_keys(path: Path) -> str:
    """The text of a script of keys. Raises RunError for one that cannot be read as such."""
    from reskin.neural_renderer.errors import RunError
    from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.headless.input_script import (
        read_script,
    )

    script = path.read_text(encoding="utf-8-sig")  # editors on Windows put a byte order mark first
    try:
        read_script(script)
    except ValueError as error:
        raise RunError(f"{path}: {error}") from error
    return script


def told_of(game: Game) -> dict[str, Any]:
    """What a run's configuration says of the game itself."""
    from reskin.neural_renderer.plugins.pygame.game_sources import shadowed_modules

    return {
        "name": game.name, "game": str(game.path), "sources": str(game.sources),
        "shadowed": shadowed_modules(game.sources),
    }  # fmt: skip


def _prepare(game: Game, options: Mapping[str, Any], as_json: bool) -> tuple[Any, Interpreter, str]:
    """The run, its Python, and our keys in words."""
    from reskin.engine.errors import LoopError
    from reskin.neural_renderer.errors import RunError
    from reskin.neural_renderer.plugins.pygame.game_sources import choose_keys, read_sources
    from reskin.neural_renderer.plugins.pygame.interpreter import choose_interpreter
    from reskin.neural_renderer.plugins.pygame.supervisor import Run
    from reskin.neural_renderer.source_materials.tags import Tags
    from reskin.neural_renderer.theme.pack import available_themes

    theme, strength = _look(game, options)
    interpreter = choose_interpreter(game.path, options["python"])
    tags = Tags(game.path)
    if told := tags.problem or tags.warning:
        say(told)
    keys = choose_keys(read_sources(game.path), _remapped(tags, options["hotkeys"]))
    script = read_keys(options["keys"]) if options["keys"] else ""
    if script and not options["headless"]:
        raise RunError("--keys needs --headless: in a window you play yourself")
    record = options["record"]
    if record is not None:
        from reskin.engine.capture.record import SUFFIXES, require_video
        from reskin.engine.outputs import why_not_replace

        if record.suffix.lower() not in SUFFIXES:
            raise LoopError(f"a recording's name must end in {', '.join(SUFFIXES)}; got {record.name!r}")
        if record.suffix.lower() != ".png":
            require_video()
        if refusal := why_not_replace(record, record.suffix.lower()):
            raise LoopError(refusal)
    frames = options["frames"] or (HEADLESS_FRAMES if options["headless"] else None)
    asked = told_of(game) | {
        "theme": theme, "themes": list(available_themes()), "strength": strength,
        "named": options["theme"] is not None or options["strength"] is not None,
        "on": options["restyle"] == "on", "scale": chosen_scale(tags, options["scale"]),
        "device": options["device"], "headless": options["headless"], "frames": frames, "script": script,
        "hooks": not options["without_hooks"],
        "hotkeys": [(key.action, key.name, key.chord) for key in keys],
        "record": str(record.resolve()) if record else None,
        "recordings": str(Path("recordings").resolve()),
        "checksums": str(options["checksums"].resolve()) if options["checksums"] else None,
    }  # fmt: skip
    environment: dict[str, str | None] = dict(HEADLESS) if options["headless"] else {}
    if os.environ.get("PYGAME_HIDE_SUPPORT_PROMPT") == "hidden by reskin":  # not what the user wants
        environment["PYGAME_HIDE_SUPPORT_PROMPT"] = None
    wanted = Run(interpreter.path, game.command, game.folder, asked, environment, as_json)
    words = ", ".join(f"{key.label} {key.action}" for key in keys)
    return wanted, interpreter, words if asked["hooks"] else ""


def _look(game: Game, options: Mapping[str, Any]) -> tuple[str, float]:
    """Theme and strength: what was asked for, else as last time. Raises ThemeError for an unknown theme."""
    from reskin.neural_renderer.errors import ThemeError
    from reskin.neural_renderer.plugins.pygame.remembered import recall
    from reskin.neural_renderer.theme.pack import available_themes, find_theme

    known = {} if options["headless"] else recall(game.key)
    theme = options["theme"]
    if theme is None:
        theme = known.get("theme", DEFAULT_THEME)
        try:
            find_theme(theme)
        except ThemeError:
            theme = DEFAULT_THEME
    find_theme(theme)
    if theme not in available_themes():
        theme = str(Path(theme).resolve())
    strength = options["strength"]
    return theme, known.get("strength", 1.0) if strength is None else strength


def chosen_scale(tags: Tags, given: str | None) -> str:
    """Which picture is restyled: as the command line says, else the game's tag file, else by the tiles."""
    written = tags.setting("scale")
    return given or (written if written in SCALES else "auto")


def _remapped(tags: Tags, given: tuple[str, ...]) -> dict[str, str]:
    """Keys by action: of the game's tag file, and before them those of the command line."""
    from reskin.neural_renderer.errors import RunError

    written = tags.setting("hotkeys")
    keys = {str(action): str(key) for action, key in written.items()} if isinstance(written, dict) else {}
    for text in given:
        action, equals, key = text.partition("=")
        if not equals or not key:
            raise RunError(f"--hotkey must be like theme=F2, got {text!r}")
        keys[action] = key
    return keys


def _report(
    game: Game,
    asked: Mapping[str, Any],
    interpreter: Interpreter,
    chosen: Remembering,
    folder: Path,
    code: int,
) -> dict[str, Any]:
    """The figures of the run, from the files that its processes left."""
    from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.choices import UNSEEN
    from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.figures import (
        FIGURES,
        read_figures,
    )
    from reskin.neural_renderer.plugins.pygame.supervisor import RENDERER_FIGURES

    counts, times = read_figures(str(folder / FIGURES))
    try:
        rendered = json.loads((folder / RENDERER_FIGURES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        rendered = {"counts": {}, "ms": {}, "files": [], "runtime": None, "device": None}
    try:
        unseen = (folder / UNSEEN).read_text(encoding="utf-8").splitlines()
    except OSError:
        unseen = []
    seconds = counts["last_s"] - counts["first_s"]
    frames = int(counts["presented"])
    return {
        "game": game.name, "theme": chosen.theme if asked["hooks"] else "plain", "strength": chosen.strength,
        "frames": frames, "restyled": int(counts["restyled"]), "plain": int(counts["plain"]),
        "reused": int(counts["reused"]), "fps": round((frames - 1) / seconds, 2) if seconds > 0 else 0.0,
        "ms": {
            **{stage: _percentiles(values) for stage, values in times.items() if values},
            "renderer": {stage: _percentiles(values) for stage, values in rendered["ms"].items() if values},
        },
        "follows_draws": bool(counts["follows"]), "not_captured": unseen,
        "restarts": int(counts["restarts"]), "faults": rendered["counts"].get("faults", 0),
        "runtime": rendered["runtime"], "device": rendered["device"], "files": rendered["files"],
        "python": ".".join(map(str, interpreter.version)),
        "pygame": f"{interpreter.kind} {interpreter.pygame}".strip(), "exit": code,
    }  # fmt: skip


def _percentiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        name: round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 3)
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }


def _print_figures(report: Mapping[str, Any]) -> None:
    """Print the report as text on stdout."""
    click.echo(f"{report['game']} in {report['theme']} ({report['pygame']}, Python {report['python']})")
    click.echo(
        f"  {report['frames']} frames at {report['fps']:.1f} a second: {report['restyled']} restyled, "
        f"{report['plain']} plain"
    )
    stages = {**report["ms"], **report["ms"]["renderer"]}
    del stages["renderer"]
    click.echo("  ms              p50     p99")
    for stage, values in stages.items():
        click.echo(f"  {stage:12s} {values['p50']:7.2f} {values['p99']:7.2f}")
    sys.stdout.flush()
