"""`reskin learn`: makes a theme from a teacher. Needs torch, from the extra `learn`."""

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
    from reskin.neural_renderer.teachers.plan import Plan
    from reskin.neural_renderer.theme.pack import Theme

Command = Callable[..., None]
WORK: Final = Path(".checkpoints")
OUT: Final = Path("themes")
"""Not the folder of the shipped themes, so that a short try does not replace a long training."""


@click.group()
def learn() -> None:
    """Train a theme from a teacher."""


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in the order in which the help lists them."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


# Options of every training but that from keyframes.
_training = _options(
    click.option("--iterations", type=click.IntRange(1), help="Steps of training.  [default: as shipped]"),
    click.option(
        "--minutes", type=click.FloatRange(0, min_open=True), help="Stop training after so many minutes."
    ),
    click.option("--seed", default=0, show_default=True, help="Decides scenes, crops and first weights."),
    click.option(
        "--out",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="Where to write it.  [default: themes/NAME]",
    ),
    click.option(
        "--resume/--no-resume", default=True, show_default=True, help="Continue from the last checkpoint."
    ),
)
# What the teacher is shown.
_of_a_game = _options(
    click.option("--game", default="miner", show_default=True, help="The game that the teacher is shown."),
    click.option("--name", help="The theme's name.  [default: the teacher's]"),
    click.option(
        "--clips",
        default=600,
        show_default=True,
        type=click.IntRange(1),
        help="Pictures to ask the teacher for.",
    ),
)


@learn.command()
@click.argument("name")
@_training
@friendly
def painter(name: str, **training: Any) -> None:
    """Train a theme from the painter NAME.

    NAME is winter, bricks, watercolour or another painter. Ctrl-C keeps a checkpoint in .checkpoints/; the
    same command continues from it.
    """
    require("torch", "learning a theme", "learn")
    from reskin.neural_renderer.painters import find_painter
    from reskin.neural_renderer.teachers.lessons import PainterLesson

    plan = _plan(training)
    _train(PainterLesson(find_painter(name), plan), plan, name, training)


@learn.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--minutes",
    default=4.5,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="Stop training after so many minutes.",
)
@click.option("--iterations", type=click.IntRange(1), help="Steps of training, at most.")
@click.option("--seed", default=0, show_default=True, help="Decides crops and first weights.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to write it.  [default: themes/ and DIR's name]",
)
@click.option(
    "--resume/--no-resume", default=True, show_default=True, help="Continue from the last checkpoint."
)
@click.option(
    "--start", metavar="THEME", help="Start from the network of this theme, which helps a short training."
)
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
    """Train a theme from keyframes painted by hand.

    DIR has 1 to 10 of them; reskin keyframe export writes frames to paint over. During training
    DIR/preview.png shows the painted picture on the left and the learnt one on the right. Ctrl-C keeps a
    checkpoint in .checkpoints/; the same command continues from it, unless a picture has changed.
    """
    require("torch", "learning a theme", "learn")
    from reskin.neural_renderer.teachers.keyframe_lesson import KeyframeLesson, keyframe_plan
    from reskin.neural_renderer.theme.pack import load_theme
    from reskin.neural_renderer.train.trainer import learn as train

    name = (out or folder.resolve()).name
    lesson = KeyframeLesson.from_folder(folder, name, seed, load_theme(start) if start else None)
    target, work, preview = out or OUT / name, WORK / f"keyframes-{name}-{seed}", folder / "preview.png"
    plan = keyframe_plan(seed=seed, minutes=minutes, iterations=iterations)
    say(f"{preview} shows the progress: painted on the left, learnt on the right.")
    with _interruptible(work), Bar(lasting=True) as bar:
        theme = train(lesson, plan, work=work, out=target, resume=resume, report=bar.stage, preview=preview)
    _print_metrics(theme, target)


@learn.command()
@click.argument("image", type=click.Path(path_type=Path))
@click.option(
    "--labels",
    type=click.Path(path_type=Path),
    metavar="MAP",
    help="A picture that says which part is which material; see above.",
)
@click.option("--name", help="The theme's name.  [default: the picture's]")
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The weights of a VGG network, for a perceptual loss; see above.",
)
@_training
@friendly
def picture(
    image: Path, labels: Path | None, name: str | None, weights: Path | None, **training: Any
) -> None:
    """Train a theme from one picture.

    The theme takes over its textures, palette, light and lines. The picture is divided into parts by colour,
    and each material gets the part that suits it best. To decide this yourself, give a MAP: a PNG of the same
    size, in which parts are painted in a material's colour (PROTOTYPE_COLORS in neural_renderer/features.py)
    and the rest is black. At the end the distance of the palettes is printed (0: the same, 1: nothing in
    common), and the share of the scene's edges that are kept.

    No trained network is needed. --weights adds a perceptual loss: FILE is the state_dict of torchvision's
    vgg16 or vgg19, as .safetensors or .pth. A step then takes several times as long.
    """
    require("torch", "learning a theme", "learn")
    from reskin.neural_renderer.teachers.lessons import PictureLesson
    from reskin.neural_renderer.teachers.perceptual_loss import read_perceptual_loss
    from reskin.neural_renderer.teachers.picture import picture_painter, read_picture

    name = name or image.stem
    plan = _plan(training, iterations=5_000)
    style = read_picture(image)
    perceptual_loss = read_perceptual_loss(weights, style) if weights else None
    lesson = PictureLesson(picture_painter(image, labels, name), plan, style, perceptual_loss)
    _train(lesson, plan, f"picture-{name}", training)


@learn.command()
@click.argument("where", metavar="MODULE:CALLABLE")
@_of_a_game
@_training
@friendly
def teacher(where: str, game: str, name: str | None, clips: int, **training: Any) -> None:
    """Train a theme from any Python callable.

    CALLABLE takes a picture, uint8 [H,W,3] RGB, and returns one of the same kind, or of floats from 0 to 1. A
    class is called without arguments first. MODULE is imported from the working folder or from what is
    installed, and runs as trusted code. The theme does not flicker even if the callable's pictures do.
    """
    require("torch", "learning a theme", "learn")
    from reskin.neural_renderer.teachers.callable_teacher import CallableLesson, find_teacher

    plan = _plan(training, game=game, clips=clips)
    lesson = CallableLesson(find_teacher(where, name), plan)
    _train(lesson, plan, f"teacher-{lesson.name}", training)


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
    help="How far from the plain picture, up to 1.",
)  # fmt: skip
@click.option("--steps", default=20, show_default=True, type=click.IntRange(1), help="Steps of denoising.")
@click.option("--guidance", default=7.0, show_default=True, help="How strictly the prompt is followed.")
@click.option("--device", default="auto", show_default=True, help="cpu, cuda, ...")
@_of_a_game
@_training
@friendly
def diffusion(
    model: Path, prompt: str, negative: str, strength: float, steps: int, guidance: float, device: str,
    game: str, name: str | None, clips: int, **training: Any,
) -> None:  # fmt: skip
    """Train a theme from a diffusion model and a prompt.

    DIR is what a pipeline's save_pretrained() wrote, with weights in safetensors. The pipeline must be able
    to turn an image into an image, as Stable Diffusion can. Nothing is downloaded.
    """
    require("torch", "learning a theme", "learn")
    require("diffusers", "asking a diffusion model", "diffusion")
    require("transformers", "asking a diffusion model", "diffusion")
    from reskin.neural_renderer.teachers.callable_teacher import CallableLesson
    from reskin.neural_renderer.teachers.diffusion import DiffusionOptions, diffusion_teacher

    plan = _plan(training, game=game, clips=clips)
    options = DiffusionOptions(prompt, negative, strength, steps, guidance, seed=training["seed"])
    lesson = CallableLesson(diffusion_teacher(model, options, name or model.resolve().name, device), plan)
    _train(lesson, plan, f"diffusion-{lesson.name}", training)


def _plan(training: dict[str, Any], **changes: Any) -> Plan:
    """The default plan with what was given on the command line."""
    from reskin.neural_renderer.teachers.plan import Plan

    given = {key: training[key] for key in ("seed", "minutes", "iterations") if training[key] is not None}
    return replace(Plan(), **changes | given)


def _train(lesson: Lesson, plan: Plan, work: str, training: dict[str, Any]) -> None:
    from reskin.neural_renderer.teachers.lessons import check_lesson_name
    from reskin.neural_renderer.train.trainer import learn as train

    check_lesson_name(lesson.name)
    folder, checkpoints = training["out"] or OUT / lesson.name, WORK / f"{work}-{plan.seed}"
    with _interruptible(checkpoints), Bar(lasting=True) as bar:
        theme = train(lesson, plan, work=checkpoints, out=folder, resume=training["resume"], report=bar.stage)
    _print_metrics(theme, folder)


@contextmanager
def _interruptible(work: Path) -> Iterator[None]:
    """After Ctrl-C, say where the checkpoint is."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"Stopped; the checkpoint is in {work}, and the same command continues from it.")
        raise SystemExit(INTERRUPTED) from None


def _print_metrics(theme: Theme, folder: Path) -> None:
    for key, value in theme.metrics.items():
        click.echo(f"  {key:14s} {value:.4g}")
    say(f"Wrote {folder}; see it with: reskin play --theme {folder}")
