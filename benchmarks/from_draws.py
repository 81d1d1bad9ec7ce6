"""How long it takes to make a frame from draws, on one core:

    python -m benchmarks.from_draws

Scenes of 640×480 that scroll, made of tiles, sprites and a score line, with more and more draws. Times are of
the thread, so that other programs count less; caches that they empty count still.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import material_index
from reskin.kernels.simd.processor import convolution_instructions, processor_features
from reskin.neural_renderer.from_draws import messages as m
from reskin.neural_renderer.from_draws.frames import FrameBuilder
from reskin.neural_renderer.from_draws.observation import Judgement, Observation, Unit

WIDTH, HEIGHT = 640, 480
IMAGES: Final = 24
DRAWS: Final = (100, 400, 2000, 8000)
SPRITES: Final = 12
GLYPHS: Final = 16


class Known:
    """Knows the materials from the start, so that only frames are measured."""

    side_view = True
    tile = None

    def observe(self, seen: Observation) -> bool:
        return False

    def hud_by_place(
        self, unit: NDArray[np.integer[Any]], box: NDArray[np.integer[Any]]
    ) -> NDArray[np.bool_]:
        return np.zeros(len(unit), np.bool_)

    def judgement(self, unit: Unit) -> Judgement:
        number = int(unit.name)
        material = "player" if number % 6 == 5 else ("grass", "dirt", "stone", "brick", "water")[number % 6]
        return Judgement(material_index(material), number >= IMAGES - 4, False, None, 1.0, "given")

    def of_pixels(self, unit: Unit, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.full(image.shape[:2], self.judgement(unit).material, np.uint8)


class Scene:
    """Messages of a scene with so many draws, each covering the display anew."""

    def __init__(self, draws: int) -> None:
        self.random = np.random.default_rng(1)
        self.draws = draws
        self.size = int(max(4, min(32, np.sqrt(WIDTH * HEIGHT / max(draws - SPRITES - GLYPHS - 1, 1)) + 1)))
        self.images: dict[bytes, NDArray[np.uint8]] = {}
        self.sources = []
        for number in range(IMAGES):
            image = self.random.integers(0, 256, (self.size, self.size, 4)).astype(np.uint8)
            thing = number % 6 == 5 or number >= IMAGES - 4
            y, x = (np.indices(image.shape[:2]) + 0.5) / self.size - 0.5
            hole = x * x + y * y > 0.22
            image[..., 3] = np.where(hole, 0, 255) if thing else 255
            name = bytes([number]) * 16
            self.images[name] = image
            file = str(number), name.hex()
            self.sources.append(m.Source(number + 1, "file", file, self.size, self.size, 0, 0, name))
        self.pixels = self.random.integers(0, 256, (HEIGHT, WIDTH, 4)).astype(np.uint8)

    def message(self, number: int, scrolls: bool) -> m.Message:
        size, camera = self.size, 2 * number if scrolls else 0
        across = WIDTH // size + 2
        rows = np.zeros((self.draws, m.COLUMNS), np.int32)
        tiles = np.arange(self.draws - SPRITES - GLYPHS)
        column = tiles % across + camera // size
        rows[: len(tiles), m.CONTENT] = 1 + (column * 7 + tiles // across * 3) % 5
        rows[: len(tiles), m.LEFT] = column * size - camera
        rows[: len(tiles), m.TOP] = tiles // across * size % HEIGHT
        sprites, glyphs = np.arange(SPRITES), np.arange(GLYPHS)
        after = rows[len(tiles) :]
        after[:SPRITES, m.CONTENT], after[:SPRITES, m.DRAWER] = 6 + 6 * (sprites % 3), 1 + sprites
        after[:SPRITES, m.LEFT], after[:SPRITES, m.TOP] = 40 + 45 * sprites + number % 30, 100 + 20 * sprites
        after[SPRITES:, m.CONTENT] = IMAGES - glyphs % 4
        after[SPRITES:, m.LEFT], after[SPRITES:, m.TOP] = 10 + size * glyphs, 4
        rows[:, m.BOX_X], rows[:, m.BOX_Y] = rows[:, m.LEFT], rows[:, m.TOP]
        rows[:, m.BOX_WIDTH] = rows[:, m.BOX_HEIGHT] = size
        x0, y0 = np.maximum(rows[:, m.LEFT], 0), np.maximum(rows[:, m.TOP], 0)
        rows[:, m.X], rows[:, m.Y] = x0, y0
        rows[:, m.WIDTH] = np.minimum(rows[:, m.LEFT] + size, WIDTH) - x0
        rows[:, m.HEIGHT] = np.minimum(rows[:, m.TOP] + size, HEIGHT) - y0
        rows[:, m.ALPHA] = 255
        sources = tuple(self.sources) if not number else ()
        state = m.State("winter", True, 1.0, 0.0)
        return m.Message(
            number, WIDTH, HEIGHT, state, number, True, rows[rows[:, m.WIDTH] > 0], sources, (), (), (), True,
            False, ((number, 0),),
        )  # fmt: skip


def measure(draws: int, frames: int, scrolls: bool = True) -> dict[str, Any]:
    """Milliseconds a frame: median and 99th percentile."""
    scene = Scene(draws)
    builder = FrameBuilder(Known())
    messages = [scene.message(number, scrolls) for number in range(frames + 10)]
    taken = []
    for message in messages:
        start = time.thread_time()
        builder.frame(message, scene.pixels, scene.images)
        taken.append((time.thread_time() - start) * 1000)
    median, most = np.percentile(taken[10:], [50, 99])
    return {
        "draws": draws, "scrolls": scrolls, "frames": frames, "median_ms": round(float(median), 2),
        "p99_ms": round(float(most), 2),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.from_draws", description=__doc__)
    parser.add_argument("--frames", type=int, default=300, help="frames of each scene")
    options = parser.parse_args()
    found = convolution_instructions(processor_features())
    results = {
        "instructions": found.name if found else platform.machine(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "scenes": [measure(draws, options.frames) for draws in DRAWS]
        + [measure(400, options.frames, scrolls=False)],
    }
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
