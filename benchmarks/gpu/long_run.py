"""10,000 frames by the CUDA runtime with resizes and switches of themes: its memory must not grow.

Prints one line of JSON. The sizes and themes come in a fixed order; a picture now and then is compared with
the first one of its size and theme.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.gpu.frames import game_frame, themes
from reskin import Frame, Restyler

SIZES = ((160, 90), (157, 91), (320, 180), (64, 48), (333, 187))
RESIZE_EVERY, SWITCH_EVERY, LOOK_EVERY = 97, 61, 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 1 if memory grew or a picture was another than before."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--device", default="cuda")
    options = parser.parse_args(arguments)
    shown, all_themes = [game_frame(*size) for size in SIZES], themes()
    restyler = Restyler(all_themes[0], device=options.device)
    found = run(restyler, shown, all_themes, options.frames)
    print(json.dumps(found))
    return 0 if found["grown_mb"] < 8 and found["differing"] == 0 else 1


def run(restyler: Restyler, shown: list[Frame], all_themes: list[Any], frames: int) -> dict[str, Any]:
    """Frames in turn; how much memory the second half took, and how many pictures were not as before."""
    first: dict[tuple[int, int], bytes] = {}
    started, used, differing, looked, theme = time.perf_counter(), 0, 0, 0, 0
    for number in range(frames):
        size = number // RESIZE_EVERY % len(shown)
        if number % SWITCH_EVERY == 0:
            theme = number // SWITCH_EVERY % len(all_themes)
            restyler.set_theme(all_themes[theme])
        look = number % LOOK_EVERY == 0
        picture = restyler(shown[size].replace(cut=look, tick=0))
        if look:  # after a cut nothing of the history is in it
            looked += 1
            differing += first.setdefault((size, theme), picture.tobytes()) != picture.tobytes()
        if number == frames // 2:
            used = memory_used()
    return {
        "frames": frames, "seconds": round(time.perf_counter() - started, 2), "looked_at": looked,
        "differing": differing, "grown_mb": round((memory_used() - used) / 1e6, 1),
    }  # fmt: skip


def memory_used() -> int:
    """Bytes of the device's memory that are taken, by anybody; 0 without CUDA."""
    try:
        from cuda.bindings import driver

        code, free, total = driver.cuMemGetInfo()
    except (ImportError, RuntimeError):
        return 0
    return 0 if int(code) else int(total) - int(free)




if __name__ == "__main__":
    raise SystemExit(main())
