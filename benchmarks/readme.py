"""Makes the pictures of the README from runs of the demo games: `python -m benchmarks.readme`.

It records the showcase (every theme in turn, uncovered by a wipe) as an animated WebP small enough for a
page, and puts every game, plain and in every theme, on one sheet, pixel for pixel.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import av.video
from av.video.reformatter import Colorspace

from reskin import Canvas, Restyler, RunOptions, load_game, run
from reskin.demo_games.miner import Miner
from reskin.engine.capture.pictures import Picture, Showcase, sheet
from reskin.engine.frame import plain_picture, to_rgb
from reskin.neural_renderer.theme.pack import available_themes, load_theme

FOLDER: Final = Path("assets/readme")
EACH: Final = 100
"""Frames that each theme is shown for."""
STEP, WIDTH, QUALITY = 6, 640, 44
SHEET_QUALITY: Final = 80
MOMENTS: Final = {"miner": 500, "caravan": 500, "city": 500}
"""The games of the sheet, and the ticks that their bots play first."""
SEED: Final = 11


def main() -> None:
    """Record, shrink and store."""
    themes = sorted(available_themes(), key=lambda name: name != "winter")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        frames = EACH * len(themes)
        options = RunOptions(
            frames=frames, headless=True, bot=True, record=clip, showcase=Showcase.of(themes, frames)
        )
        run(Miner(seed=7), Restyler(themes[0]), options)
        animate(clip, FOLDER / "wipe.webp")
    still(sheet([*columns(themes)]), FOLDER / "themes.webp")


def columns(themes: list[str]) -> Iterator[list[Picture]]:
    """A column for each game: plain on top, then every theme. The HUD of each picture names the theme."""
    for name, ticks in MOMENTS.items():
        game = load_game(name)(SEED)
        for _ in range(ticks):
            game.simulation.step(game.bot())
        canvas = Canvas(640, 360, tile=game.tile)
        column = []
        for theme in ("", *themes):
            game.draw(canvas, 1.0, load_theme(theme).title if theme else "plain")
            frame = canvas.finish().replace(cut=True)
            column.append(Restyler(theme)(frame) if theme else plain_picture(frame))
        yield column


def still(picture: Picture, target: Path) -> None:
    """Store a canvas's picture as a WebP."""
    with av.open(str(target), "w") as page:
        stream = page.add_stream("libwebp")
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"quality": str(SHEET_QUALITY), "compression_level": "6"}
        frame = av.VideoFrame.from_ndarray(to_rgb(picture, "BGRX"), "rgb24")
        page.mux(stream.encode(frame))
        page.mux(stream.encode(None))


def animate(source: Path, target: Path) -> None:
    """Every STEP-th frame of a video as an endless animated WebP, WIDTH pixels wide."""
    with av.open(str(source)) as video, av.open(str(target), "w", options={"loop": "0"}) as page:
        rate = int(video.streams.video[0].average_rate or 60)
        stream = page.add_stream("libwebp_anim", rate=rate // STEP)
        stream.width, stream.height = WIDTH, WIDTH * 9 // 16
        stream.pix_fmt = "yuv420p"
        stream.options = {"quality": str(QUALITY), "compression_level": "4"}
        for number, frame in enumerate(video.decode(video=0)):
            if number % STEP == 0:
                # The matrix of every WebP (RFC 9649, section 2.5), other than that of the recording.
                small = frame.reformat(stream.width, stream.height, dst_colorspace=Colorspace.ITU601)
                small.pts = number // STEP
                small.time_base = Fraction(STEP, rate)
                page.mux(stream.encode(small))
        page.mux(stream.encode(None))


if __name__ == "__main__":
    main()
