"""`reskin keyframe`: frames of a game to paint over, from which `learn keyframes` makes a theme."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reskin.cli.output import Bar, friendly, require, say

if TYPE_CHECKING:
    from reskin.neural_renderer.teachers.keyframe_choice import Choice

GUIDE: Final = """\
How to paint these pictures

1. Copy 01.png to 01.painted.png, open the copy in any painting program, and paint over it, at the same
   size. Likewise 02.png and so on. Leave 01.png and 01.npz as they are.
2. Keep things where they are: outlines may move by a few pixels, but the theme learns nothing useful from a
   house that is in another place than in the plain picture.
3. Paint the same things the same way: all grass in one manner, light from one side. What you paint in one
   place only, such as a single flower, is not repeated.
4. Merge the layers, so that nothing is transparent, and save as PNG.
5. Call: {command}

What these pictures show, in pixels: {shown}
"""


@click.group()
def keyframe() -> None:
    """Export frames to paint over by hand.

    reskin learn keyframes makes a theme from them.
    """


@keyframe.command()
@click.argument("game")
@click.option("--count", default=3, show_default=True, type=click.IntRange(1, 10), help="Number of frames.")
@click.option("--seed", default=0, show_default=True, help="Which worlds the bot plays.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="[default: keyframes-GAME]")
@friendly
def export(game: str, count: int, seed: int, out: Path | None) -> None:
    """Let the bot play GAME, and write frames to paint over.

    Frames are chosen that together show as many of the game's materials as possible. Each one is a picture
    to paint over and a file with what the engine knows of every pixel. README.txt in DIR explains the rest.
    """
    require("torch", "choosing keyframes", "learn")
    from reskin.engine.simulation.games import load_game
    from reskin.neural_renderer.teachers.keyframe_choice import FEW, choose_keyframes_from_game
    from reskin.neural_renderer.teachers.keyframes import GUIDE as NAME
    from reskin.neural_renderer.teachers.keyframes import write_keyframes

    folder = out or Path(f"keyframes-{load_game(game).name}")
    with Bar("playing") as bar:
        choice = choose_keyframes_from_game(game, count, seed, bar)
    command = f"reskin learn keyframes {folder}"
    write_keyframes(folder, choice.frames, GUIDE.format(command=command, shown=_shown(choice)))
    for material, pixels in choice.rare():
        say(
            f"Warning: {material} shows in {pixels} pixels, below {FEW}; it will be guessed from the others. "
            "A larger --count may show more of it."
        )
    say(f"Wrote {folder}. Paint a copy of each NN.png and save it as NN.painted.png ({NAME} there says how),")
    say(f"then call: {command}")


def _shown(choice: Choice) -> str:
    from reskin.engine.frame import MATERIALS

    return ", ".join(f"{MATERIALS[i]} {choice.pixels[i]:,}" for i in choice.seen.nonzero()[0])
