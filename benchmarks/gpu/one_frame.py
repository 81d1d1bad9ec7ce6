"""Two small frames by the CUDA runtime, one with the history of the other: for compute-sanitizer."""

from __future__ import annotations

import numpy as np

from benchmarks.gpu.frames import game_frame, themes
from reskin import Restyler


def main() -> None:
    frame, restyler = game_frame(157, 91), Restyler(themes()[0], device="cuda")
    pictures = [restyler(frame), restyler(frame.replace(tick=frame.tick + 1))]
    if restyler.runtime != "cuda" or np.std(pictures[1]) < 10:
        raise SystemExit("no picture by the CUDA runtime")
    print("two frames")


if __name__ == "__main__":
    main()
