"""`reskin learn`: make a theme. Needs torch, by the extra `learn`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reskin.cli.output import INTERRUPTED, Bar, friendly, require, say

if TYPE_CHECKING:
    from reskin.neural_renderer.teachers.lessons import Lesson
    from reskin.neural_renderer.theme.pack import Theme
    from reskin.neural_renderer.train.trainer import Plan

Command = Callable[..., None]
WORK: Final = Path(".checkpoints")
OUT: Final = Path("themes")
"""Not where the shipped themes are: a short try must not replace a long training."""


@click.group()
def learn() -> None:
    """Make a theme by learning it from a teacher."""


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in the order of the help."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


# All trainings but that from keyframes share these.
_training = _options(
    click.option("--iterations", type=click.IntRange(1), help="Steps of training.  [default: as shipped]"),
    click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Stop training after so long."),
    click.option(
        "--seed", default=0, show_default=True, help="Scenes, crops and first weights follow from it."
    ),
    click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Default: themes/NAME."),
    click.option(
        "--resume/--no-resume", default=True, show_default=True, help="Go on from the last checkpoint."
    ),
)
# What is shown to a teacher.
_of_a_game = _options(
    click.option("--game", default="miner", show_default=True, help="The game that the teacher is shown."),
    click.option("--name", help="The theme's name.  [default: the teacher's]"),
    click.option(
        "--clips", default=600, show_default=True, type=click.IntRange(1), help="Pictures to ask for."
    ),
)


@learn.command()
@click.argument("name")
@_training
@friendly
def painter(name: str, **wish: Any) -> None:
    """Distil the painter NAME (such as winter, bricks or watercolour) into a theme.

    Ctrl-C keeps a checkpoint in .checkpoints/; the same command goes on from there.
    """
    require("torch", "learning a theme", "learn")
    from reskin.neural_renderer.painters import find_painter
    from reskin.neural_renderer.teachers.lessons import PainterLesson

    plan = _plan(wish)
    _train(PainterLesson(find_painter(name), plan), plan, name, wish)


@learn.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--minutes", default=4.5, show_default=True, type=click.FloatRange(0, min_open=True), help="To train."
)
@click.option("--iterations", type=click.IntRange(1), help="Steps of training, at most.")
@click.option("--seed", default=0, show_default=True, help="Crops and first weights follow from it.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Default: themes/ + DIR's name."
)
@click.option("--resume/--no-resume", default=True, show_default=True, help="Go on from the last checkpoint.")
@click.option("--start", metavar="THEME", help="Take over a theme's body and head: helps a short training.")
@friendly
def keyframes(
    folder: Path,
    minutes: float,
    iterations: int | None,
    seed: int,
    out: Path | None,
    resume: bool,
    start: str | None,
) -> None:
    """Make a theme from the 1 to 10 painted keyframes in DIR (see: reskin keyframe export).

    DIR/preview.png shows how far it is: painted on the left, learnt on the right. Ctrl-C keeps a
    checkpoint in .checkpoints/; the same command goes on from there. A picture that was changed since
    starts it anew.
    """
    require("torch", "learning a theme", "learn")
    from reskin.neural_renderer.teachers.keyframe_lesson import KeyframeLesson, keyframe_plan
    from reskin.neural_renderer.theme.pack import load
    from reskin.neural_renderer.train.trainer import learn as train

    name = (out or folder.resolve()).name
    lesson = KeyframeLesson.from_folder(folder, name, seed, load(start) if start else None)
    target, work, look = out or OUT / name, WORK / f"keyframes-{name}-{seed}", folder / "preview.png"
    plan = keyframe_plan(seed=seed, minutes=minutes, iterations=iterations)
    say(f"{look} shows how far it is: painted on the left, learnt on the right.")
    with _kept(work), Bar(lasting=True) as bar:
        theme = train(lesson, plan, work=work, out=target, resume=resume, report=bar.stage, look=look)
    _tell(theme, target)


@learn.command()
@click.argument("image", type=click.Path(path_type=Path))
@click.option(
    "--labels",
    type=click.Path(path_type=Path),
    metavar="MAP",
    help="Which part is which material; see below.",
)
@click.option("--name", help="The theme's name.  [default: the picture's]")
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A VGG network on disk, to compare with the picture by; see below.",
)
@_training
@friendly
def picture(image: Path, labels: Path | None, name: str | None, weights: Path | None, **wish: Any) -> None:
    """Make a theme from one picture: its textures, palette, light and line.

    The picture is divided by colour, and each material takes the part that suits it. A MAP, a PNG of the
    same size, says otherwise: paint a part in its material's colour (PROTOTYPE_COLORS in
    neural_renderer/features.py) and leave the rest black. Prints how near the palettes lie (0 the same,
    1 nothing in common) and how well the scene's edges are kept (1 all of them).

    No trained network is needed. With --weights, the state_dict of torchvision's vgg16 or vgg19 as
    .safetensors or .pth, a perceptual loss by it joins the others; a step then takes several times as long.
    """
    require("torch", "learning a theme", "learn")
    from reskin.neural_renderer.teachers.lessons import PictureLesson
    from reskin.neural_renderer.teachers.perceptual_loss import read_perceptual
    from reskin.neural_renderer.teachers.picture import picture_painter, read_picture

    name = name or image.stem
    plan = _plan(wish, iterations=5_000)
    artist = picture_painter(image, labels, name)
    shown = read_picture(image)
    taste = read_perceptual(weights, shown) if weights else None
    _train(PictureLesson(artist, plan, shown, taste), plan, f"picture-{name}", wish)


@learn.command()
@click.argument("where", metavar="MODULE:CALLABLE")
@_of_a_game
@_training
@friendly
def teacher(where: str, game: str, name: str | None, clips: int, **wish: Any) -> None:
    """Distil any CALLABLE from a picture to a picture into a theme for one game.

    It is given uint8 [H,W,3] RGB and returns the same, or floats from 0 to 1; a class is made without
    arguments. It is imported from the working folder or from what is installed: trusted code. What flickers
    in its answers does not flicker in the theme.
    """
    require("torch", "learning a theme", "learn")
    from reskin.neural_renderer.teachers.callable_teacher import TeacherLesson, find_teacher

    plan = _plan(wish, game=game, clips=clips)
    lesson = TeacherLesson(find_teacher(where, name), plan)
    _train(lesson, plan, f"teacher-{lesson.name}", wish)


@learn.command()
@click.option(
    "--model",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A saved diffusers pipeline.",
)
@click.option("--prompt", required=True, help="What the game is to look like.")
@click.option("--negative", default="", help="What it is not to look like.")
@click.option(
    "--strength", default=0.55, show_default=True, type=click.FloatRange(0, 1, min_open=True),
    help="How far from the plain picture.",
)  # fmt: skip
@click.option("--steps", default=20, show_default=True, type=click.IntRange(1), help="Of denoising.")
@click.option("--guidance", default=7.0, show_default=True, help="How strictly the prompt is followed.")
@click.option("--device", default="auto", show_default=True, help="cpu, cuda, ...")
@_of_a_game
@_training
@friendly
def diffusion(
    model: Path, prompt: str, negative: str, strength: float, steps: int, guidance: float, device: str,
    game: str, name: str | None, clips: int, **wish: Any,
) -> None:  # fmt: skip
    """Distil a local diffusion pipeline and a prompt into a theme for one game. Nothing is downloaded.

    DIR is what a pipeline's save_pretrained() wrote, with its weights in safetensors; it must be able to
    go from image to image, as Stable Diffusion can.
    """
    require("torch", "learning a theme", "learn")
    require("diffusers", "asking a diffusion model", "diffusion")
    require("transformers", "asking a diffusion model", "diffusion")
    from reskin.neural_renderer.teachers.callable_teacher import TeacherLesson
    from reskin.neural_renderer.teachers.diffusion import Wish, diffusion_teacher

    plan = _plan(wish, game=game, clips=clips)
    asked = Wish(prompt, negative, strength, steps, guidance, seed=wish["seed"])
    lesson = TeacherLesson(diffusion_teacher(model, asked, name or model.resolve().name, device), plan)
    _train(lesson, plan, f"diffusion-{lesson.name}", wish)


def _plan(wish: dict[str, Any], **changes: Any) -> Plan:
    """The default plan with what was asked for on the command line."""
    from reskin.neural_renderer.train.trainer import Plan

    given = {key: wish[key] for key in ("seed", "minutes", "iterations") if wish[key] is not None}
    return replace(Plan(), **changes | given)


def _train(lesson: Lesson, plan: Plan, work: str, wish: dict[str, Any]) -> None:
    from reskin.neural_renderer.teachers.lessons import check_name
    from reskin.neural_renderer.train.trainer import learn as train

    check_name(lesson.name)
    folder, kept = wish["out"] or OUT / lesson.name, WORK / f"{work}-{plan.seed}"
    with _kept(kept), Bar(lasting=True) as bar:
        theme = train(lesson, plan, work=kept, out=folder, resume=wish["resume"], report=bar.stage)
    _tell(theme, folder)


@contextmanager
def _kept(work: Path) -> Iterator[None]:
    """What is said when a training is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"Stopped; the checkpoint is in {work}, and the same command goes on from it.")
        raise SystemExit(INTERRUPTED) from None


def _tell(theme: Theme, folder: Path) -> None:
    for key, value in theme.metrics.items():
        click.echo(f"  {key:14s} {value:.4g}")
    say(f"Wrote {folder}; see it with: reskin play --theme {folder}")
