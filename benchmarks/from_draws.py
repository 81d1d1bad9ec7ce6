"""What `reskin run` costs a game besides the restyling itself, step by step:

    python -m benchmarks.from_draws

1. A game of ours, of 640×480 and 400 draws a frame, plays alone and under `reskin run` in real time, without
   a window. Table: milliseconds a frame of each step, in the game's process and in the renderer's.
2. Frames from draws alone, with more and more draws, in one process. Times are of the thread, so that other
   programs count less; caches that they empty count still.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import material_index
from reskin.kernels.simd.processor import convolution_instructions, processor_features
from reskin.neural_renderer.from_draws import messages as m
from reskin.neural_renderer.from_draws.frames import FrameBuilder
from reskin.neural_renderer.from_draws.observation import Judgement, Observation, Unit
from reskin.neural_renderer.from_draws.warm_up import warm_up_frames
from reskin.neural_renderer.restyler import Restyler

WIDTH, HEIGHT = 640, 480
IMAGES: Final = 24
DRAWS: Final = (100, 400, 2000, 8000)
SPRITES: Final = 12
GLYPHS: Final = 16
LIMIT: Final = 4.0
"""ms a frame that all of it may cost, for 400 draws."""
GAME: Final = '''
import json, sys, time
import pygame

draws, log, end = int(sys.argv[1]), sys.argv[2], time.perf_counter() + float(sys.argv[3])
pygame.init()
display = pygame.display.set_mode((640, 480))
font = pygame.font.Font(None, 24)
size = 32 if draws <= 500 else 10
across, down = 640 // size + 2, 480 // size
pixels = bytearray()
for y in range(size):
    for number in range(8):
        for x in range(size):
            shade = (x * 7 + y * 13 + x * y * (number + 3)) % 48
            pixels += bytes((60 + 20 * number, 230 - 20 * number - shade, 20 + shade))
sheet = pygame.image.frombytes(bytes(pixels), (8 * size, size), "RGB")
tiles = [sheet.subsurface((number * size, 0, size, size)).copy() for number in range(8)]


class Walker:
    def __init__(self, number):
        self.image = pygame.Surface((24, 32), pygame.SRCALPHA)
        pygame.draw.ellipse(self.image, (200, 40 + 5 * number % 200, 60), (2, 0, 20, 32))
        self.x, self.y, self.speed = 13 * number % 600, 40 + 29 * number % 400, 1 + number % 3

    def draw(self, target):
        self.x = (self.x + self.speed) % 640
        target.blit(self.image, (self.x, self.y))


walkers = [Walker(number) for number in range(min(draws // 8, 48))]
clock, took, frame, playing = pygame.time.Clock(), [], 0, True
while playing:
    playing = not any(event.type == pygame.QUIT for event in pygame.event.get())
    playing = playing and time.perf_counter() < end
    started = time.perf_counter()
    left, camera, count = draws - len(walkers) - 3, 2 * frame, 0
    while count < left:
        for row in range(down):
            for column in range(across):
                if count < left:
                    world = column + camera // size
                    place = (column * size - camera % size, row * size)
                    display.blit(tiles[(world * 7 + row * 3 + count // (across * down)) % 8], place)
                    count += 1
    for walker in walkers:
        walker.draw(display)
    for line, text in enumerate((f"Score {frame // 10 * 50}", "Lives 3", f"Time {frame // 60}")):
        display.blit(font.render(text, True, (255, 255, 255)), (10 + 210 * line, 6))
    took.append((time.perf_counter() - started) * 1000)
    pygame.display.flip()
    clock.tick(30)
    frame += 1
with open(log, "w") as file:
    json.dump(took[len(took) // 2 :], file)
'''
"""A game that scrolls: `game.py DRAWS LOG SECONDS`. It writes how long its draws took, ms a frame."""
RUN: Final = "from reskin.cli import main; main()"


class Known:
    """Knows the materials from the start, so that only frames are measured."""

    side_view = True
    tile = None

    def rests(self, unit: NDArray[np.integer[Any]], units: int, renewed: bool) -> bool:
        return True

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
        pixels = scene.pixels.copy()  # as the renderer gets them: its own
        start = time.thread_time()
        builder.frame(message, pixels, scene.images, give=True)
        taken.append((time.thread_time() - start) * 1000)
    median, most = np.percentile(taken[10:], [50, 99])
    return {
        "draws": draws, "scrolls": scrolls, "frames": frames, "median_ms": round(float(median), 2),
        "p99_ms": round(float(most), 2),
    }  # fmt: skip


def compile_kernels() -> None:
    """Restyle a small scene, as a renderer does at its start. The first time it takes longer than a game is
    played here."""
    restyle = Restyler("winter")
    for frame in warm_up_frames():
        restyle(frame)


def played(draws: int, seconds: float, python: str) -> dict[str, list[float]]:
    """Play the game alone and restyled. Gives the median and 99th percentile of each step, ms a frame.

    NaN for the renderer's steps where no frame was restyled in that time.
    """
    steps = {}
    with tempfile.TemporaryDirectory() as place:
        game, log = Path(place) / "game.py", Path(place) / "log.json"
        game.write_text(GAME, encoding="utf-8")
        environment = os.environ | {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "HOME": place}
        for name, options in (("plain", ("--without-hooks",)), ("restyled", ())):
            command = ["run", "--json", "--python", python, *options]
            done = subprocess.run(
                [sys.executable, "-c", RUN, *command, str(game), str(draws), str(log), str(seconds)],
                env=environment, stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
            steps[name] = np.percentile(json.loads(log.read_text(encoding="utf-8")), [50, 99])
    ms = json.loads(done.stdout)["ms"]
    renderer = ms["renderer"]
    never = {"p50": float("nan"), "p99": float("nan")}
    taken = {
        "game: its own draws, plain": steps["plain"],
        "game: recording its draws": steps["restyled"] - steps["plain"],
        "game: encode": list(ms["encode"].values()),
        "renderer: decode": list(renderer.get("decode", never).values()),
        "renderer: frame from draws": list(renderer.get("frame", never).values()),
        "renderer: features": list(renderer.get("features", never).values()),
        "game: swap": list(ms.get("swap", never).values()),
    }
    counted = [values for step, values in taken.items() if not step.endswith("plain")]
    taken["all but the restyling"] = [sum(values[0] for values in counted), float("nan")]
    return {step: [round(float(value), 3) for value in values] for step, values in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.from_draws", description=__doc__)
    parser.add_argument("--frames", type=int, default=300, help="frames of each scene")
    parser.add_argument("--seconds", type=float, default=20, help="how long the game is played, each time")
    parser.add_argument("--python", default=sys.executable, help="the Python of the game, with pygame")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    compile_kernels()
    found = convolution_instructions(processor_features())
    results = {
        "instructions": found.name if found else platform.machine(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "played": {draws: played(draws, options.seconds, options.python) for draws in (400, 8000)},
        "scenes": [measure(draws, options.frames) for draws in DRAWS]
        + [measure(400, options.frames, scrolls=False)],
    }
    print(json.dumps(results, indent=1) if options.json else as_text(results))


def as_text(results: dict[str, Any]) -> str:
    """The figures as tables."""
    lines = [f"{WIDTH}×{HEIGHT}, {results['instructions']}, load {results['load']}"]
    for draws, steps in results["played"].items():
        lines.append(f"\n{f'a game of {draws} draws, ms':34s}   p50     p99")
        for step, (median, most) in steps.items():
            last = f"{most:7.2f}" if most == most else f"(at 400 draws at most {LIMIT:g})"
            nothing = "  no frame was restyled in this time; try more --seconds"
            lines.append(f"{step:34s}{median:6.2f} {last}" if median == median else step + nothing)
    lines.append(f"\n{'frames from draws alone, ms':34s}   p50     p99")
    for scene in results["scenes"]:
        name = f"{scene['draws']} draws{'' if scene['scrolls'] else ', nothing scrolls'}"
        lines.append(f"{name:34s}{scene['median_ms']:6.2f} {scene['p99_ms']:7.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
