"""`reskin paint`: see what a painter paints, without a training."""

from __future__ import annotations

from pathlib import Path

import click

from reskin.cli.output import friendly, require, say


@click.command()
@click.argument("name")
@click.option("--game", help="Paint a frame of this game, played by its bot.  [default: a random scene]")
@click.option("--seed", default=7, show_default=True, help="Chooses the scene or the world.")
@click.option(
    "--ticks", default=120, show_default=True, type=click.IntRange(0), help="Ticks to play before the frame."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="The picture to write.  [default: NAME-painted.png]"
)
@friendly
def paint(name: str, game: str | None, seed: int, ticks: int, out: Path | None) -> None:
    """Paint one frame with the painter NAME.

    The picture shows the plain frame on the left and the painted one on the right. To work on a painter,
    change its code in neural_renderer/painters/ and call this again.
    """
    require("scipy", "painting", "learn")
    import numpy as np

    from reskin.engine.capture import save_png
    from reskin.neural_renderer.painters import find_painter
    from reskin.neural_renderer.scenes.frame_sources import game_frames, scene_frames

    painter = find_painter(name)
    frame = game_frames(game, seed, ticks, 1)[0] if game else scene_frames(seed, 0, 1)[0]
    painted = np.full_like(frame.color, 255)
    order = slice(2, None, -1) if frame.layout == "BGRX" else slice(0, 3)
    painted[..., :3] = np.rint(painter(frame) * 255).astype(np.uint8)[..., order]
    path = save_png(
        out or Path(f"{name}-painted.png"), np.concatenate((frame.color, painted), 1), frame.layout
    )
    say(f"Wrote {path}")
