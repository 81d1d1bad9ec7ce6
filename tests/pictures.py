"""Hashes of restyled pictures, computed in a process of its own that is held to some instruction set.

    python -m tests.pictures --set AVX2                      every theme in every game, 60 frames each
    python -m tests.pictures --set SSE4.1 --themes winter --games miner --frames 6

Prints one JSON object: what the process could use, and the hash of each theme in each game. Without `--set`
it uses all that the machine has. `held` is the environment that does the holding, for tests.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

ROOT: Final = Path(__file__).resolve().parents[1]
ALL: Final = "all"
"""Everything that the machine has."""
SSE: Final = "+sse,+sse2,+sse3,+ssse3,+sse4.1"
AVX2: Final = SSE + ",+sse4.2,+popcnt,+cx16,+movbe,+avx,+avx2,+fma,+f16c,+bmi,+bmi2,+lzcnt"
AVX512: Final = AVX2 + ",+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl"
_HELD: Final = {
    "AVX-512": {
        "ONEDNN_MAX_CPU_ISA": "AVX512_CORE", "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": AVX512,
    },
    "AVX2": {"ONEDNN_MAX_CPU_ISA": "AVX2", "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": AVX2},
    "SSE4.1": {
        "ONEDNN_MAX_CPU_ISA": "SSE41", "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": SSE,
        # The C library's sine, power and the like have variants that fuse additions, too.
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA",
    },
}  # fmt: skip
HELD: Final = (ALL, *_HELD)
"""The sets that a process can be held to, none of which has VNNI."""
NEEDS: Final = {"AVX-512": "avx512bw", "AVX2": "avx2", "SSE4.1": "sse4.1"}
"""What a processor must have for it, in LLVM's words."""


def held(name: str) -> dict[str, str]:
    """This process's environment, held to a set of `HELD`, whatever it was held to before."""
    ours = {key for settings in _HELD.values() for key in settings}
    environment = {key: value for key, value in os.environ.items() if key not in ours}
    if name != ALL:
        environment |= _HELD[name] | {"NPY_DISABLE_CPU_FEATURES": _numpy(name)}
    return environment


def _numpy(name: str) -> str:
    """What NumPy may not use of what it would: all of it, or what goes beyond the set."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    kept = {"AVX-512": ("X86_V3", "X86_V4"), "AVX2": ("X86_V3", "AVX2", "FMA3"), "SSE4.1": ()}[name]
    return " ".join(feature for feature in found if feature not in kept)


def run(name: str, *arguments: str) -> dict[str, Any]:
    """This module in a process that is held to a set: what it prints."""
    command = [sys.executable, "-m", "tests.pictures", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=held(name), capture_output=True, text=True, timeout=1800, check=False
    )
    if done.returncode:
        raise RuntimeError(f"held to {name}: exit status {done.returncode}\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def used() -> dict[str, Any]:
    """What this process uses."""
    from reskin.kernels.simd import processor, vectors

    features = processor.processor_features()
    convolutions = processor.convolution_instructions(features, processor.onednn_limit())
    return {
        "convolutions": convolutions.name if convolutions else "",
        "dots": vectors.DOT_METHOD,
        "width": vectors.SIMD_WIDTH,
    }


def pictures(theme: str, game: str, frames: int) -> Iterator[bytes]:
    """The restyled pictures of a game that its bot plays, 640 x 360."""
    from reskin.engine.draw import Canvas
    from reskin.engine.simulation.games import load_game
    from reskin.neural_renderer.restyler import Restyler

    play = load_game(game)(7)
    restyler, canvas = Restyler(theme), Canvas(640, 360, tile=play.tile)
    restyler.tick_rate = play.tick_rate
    for _ in range(frames):
        play.simulation.step(play.bot())
        play.draw(canvas, 1.0, theme)
        yield restyler(canvas.finish()).tobytes()


def everything(folder: str) -> Iterator[tuple[str, bytes]]:
    """All that makes a picture, by name, on small frames: the body's levels, then whole pictures with a
    history, between texels, with tint and strength, the guard, and a transition to another theme. Then a
    shipped theme on frames of a game.

    folder: holds two packs, `first` and `second`, and the pickled frames, `frames.pickle`: to draw them here
    would compile the canvas for this set, which only makes them.
    """
    import pickle
    from dataclasses import replace

    from reskin.kernels import INGEST
    from reskin.neural_renderer.restyler import Restyler
    from reskin.neural_renderer.runtimes.body import Body
    from reskin.neural_renderer.theme.pack import load_theme
    from tests.neural_renderer.samples import world

    first, second = load_theme(Path(folder) / "first"), load_theme(Path(folder) / "second")
    packed = np.random.default_rng(7).integers(0, 256, (23, 40, INGEST)).astype(np.uint8)
    yield "body", Body(first.tensors, 23, 40, 1)(packed).tobytes()
    plain = Restyler(first)
    yield "head", b"".join(plain(world(t, offset=0.3 * t)).tobytes() for t in range(3))
    edited = replace(first, legibility=60.0, color_scale={"water": (0.7, 1.0, 1.3)}, strength={"grass": 0.5})
    rich = Restyler(edited, transition="wipe")
    made = [rich(world(t, layout="RGBA")).tobytes() for t in range(2)]
    rich.set_theme(replace(second, legibility=60.0))
    made += [rich(world(t, layout="RGBA", speed=(2, -1))).tobytes() for t in range(2, 5)]
    yield "guard, grade and transition", b"".join(made)
    frames, shipped = pickle.loads((Path(folder) / "frames.pickle").read_bytes()), Restyler("winter")
    yield "winter", b"".join(shipped(frame).tobytes() for frame in frames)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--set", choices=HELD, help="hold the process to this")
    parser.add_argument("--themes", nargs="*", help="default: all")
    parser.add_argument("--games", nargs="*", default=["miner", "city", "caravan"])
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--everything", metavar="DIR", help="the ops on small frames, with the packs in DIR")
    given = parser.parse_args()
    if given.set:
        command = [sys.executable, "-m", "tests.pictures", *_without_set(sys.argv[1:])]
        raise SystemExit(subprocess.run(command, cwd=ROOT, env=held(given.set), check=False).returncode)
    from reskin.neural_renderer.theme.pack import available_themes

    made = dict(everything(given.everything)) if given.everything else {}
    for theme in available_themes() if given.themes is None else given.themes:
        for game in given.games:
            made[f"{theme} in {game}"] = b"".join(pictures(theme, game, given.frames))
    hashes = {name: hashlib.sha256(picture).hexdigest()[:16] for name, picture in made.items()}
    print(json.dumps({"used": used(), "hashes": hashes}))


def _without_set(arguments: list[str]) -> list[str]:
    at = next(i for i, argument in enumerate(arguments) if argument.startswith("--set"))
    return arguments[:at] + arguments[at + (1 if "=" in arguments[at] else 2) :]


if __name__ == "__main__":
    main()
