"""Makes the pictures of the README from a run of the demo game: `python -m benchmarks.readme`.

It records the showcase (every theme in turn, uncovered by a wipe), and stores it as an animated WebP
small enough for a page, and the before/after sheet beside it.
"""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import av
import av.video

from demo_games.miner import Miner
from engine import RunOptions, run
from engine.showcase import Showcase
from neural_renderer import Restyler

FOLDER = Path("assets/readme")
FRAMES, STEP, WIDTH, QUALITY = 540, 4, 640, 62


def main() -> None:
    """Record, shrink and store."""
    restyler = Restyler("winter")
    showcase = Showcase.of(("winter", "bricks", "watercolour"), FRAMES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        options = RunOptions(
            frames=FRAMES, headless=True, bot=True, record=clip, sheet=FOLDER / "sheet.png", showcase=showcase
        )
        run(Miner(seed=7), restyler, options)
        animate(clip, FOLDER / "wipe.webp")


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
                small = frame.reformat(stream.width, stream.height)
                small.pts = number // STEP
                small.time_base = Fraction(STEP, rate)
                page.mux(stream.encode(small))
        page.mux(stream.encode(None))


if __name__ == "__main__":
    main()
