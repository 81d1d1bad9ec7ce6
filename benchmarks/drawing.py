"""What drawing a frame takes, in software and by OpenGL: `python -m benchmarks.drawing [--json FILE]`.

Each frame of each game is drawn by every canvas in turn, so that a noisy moment affects all alike. The
columns are medians in ms: of the calls, which are the game's own and record or draw (`calls`), of the rest
until the frame lies in arrays (`frame`), and for OpenGL also of the rest if it stays on the GPU, until it is
drawn (`on the GPU`). On llvmpipe, OpenGL is computed by the processor.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Final

import numpy as np

from reskin import Canvas, Game
from reskin.demo_games.caravan import Caravan
from reskin.demo_games.city import City
from reskin.demo_games.miner import Miner
from reskin.engine.draw.opengl import OpenGLCanvas

GAMES: Final = (Miner, City, Caravan)
SIZES: Final = ((640, 360), (1280, 720), (1920, 1080))
FIRST: Final = 20
"""Frames that do not count, in which caches fill."""

Times = dict[str, list[float]]


def measured(game: Game, software: Canvas, opengl: OpenGLCanvas, frames: int) -> dict[str, float]:
    """Medians in ms by what they are of."""
    times: Times = defaultdict(list)
    for number in range(FIRST + frames):
        game.simulation.step(game.bot())
        found: dict[str, float] = {}
        for name, canvas in (("software", software), ("opengl", opengl)):
            began = time.perf_counter()
            game.draw(canvas, 1.0, "bench")
            called = time.perf_counter()
            canvas.finish()
            found[f"{name}, calls"] = called - began
            found[f"{name}, frame"] = time.perf_counter() - called
        game.draw(opengl, 1.0, "bench")
        called = time.perf_counter()
        opengl.finish_on_gpu()
        opengl.context.finish()
        found["opengl, on the GPU"] = time.perf_counter() - called
        if number >= FIRST:
            for name, seconds in found.items():
                times[name].append(seconds * 1e3)
    return {name: round(float(np.median(values)), 3) for name, values in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=60, help="frames of each game and size")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    asked = parser.parse_args()
    figures: dict[str, object] = {}
    for width, height in SIZES:
        for kind in GAMES:
            game = kind(7)
            with OpenGLCanvas(width, height, game.tile) as opengl:
                figures["driver"] = opengl.context.info["GL_RENDERER"]
                found = measured(game, Canvas(width, height, game.tile), opengl, asked.frames)
            figures[f"{game.name} {width}x{height}"] = found
            print(
                f"{game.name:8s}{width}x{height}", *(f"{name} {ms}" for name, ms in found.items()), sep="  "
            )
    print("OpenGL by", figures["driver"])
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
