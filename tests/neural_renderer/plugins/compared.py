"""Compares what `side_by_side` wrote down: a game with hooks is the game without them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[3]
ON_THE_PATH = ROOT / "neural_renderer" / "plugins" / "pygame"
RUNNER = Path(__file__).parent / "side_by_side.py"


class Played(NamedTuple):
    """One run. `frames`: the display as the game drew it, a CRC for each present, and its size."""

    code: int
    output: str
    errors: str
    frames: list[tuple[int, tuple[int, int]]]
    shown: list[dict[str, Any]]
    kept: list[int]
    failed: int
    seconds: float


def pythons() -> list[str]:
    """The interpreters of games to test with: RESKIN_GAME_PYTHONS, separated as PATH is, or this one."""
    return [path for path in os.environ.get("RESKIN_GAME_PYTHONS", "").split(os.pathsep) if path] or [
        sys.executable
    ]


def environment(**more: str) -> dict[str, str]:
    """The variables of a game's process without a window."""
    variables = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    variables.update(PYGAME_HIDE_SUPPORT_PROMPT="1", PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0")
    variables.pop("PYTHONPATH", None)
    return {**variables, **more}


def play_all(games: dict[str, str], frames: int, python: str, folder: Path) -> None:
    """Play each game in both ways. What came out lies in `folder/NAME.MODE`."""
    for name, text in games.items():
        (folder / name).mkdir()
        (folder / name / "game.py").write_text(text)
    subprocess.run(
        [python, str(RUNNER), str(folder), str(ON_THE_PATH), str(frames)],
        env=environment(),
        check=True,
        timeout=1200,
    )


def played(name: str, mode: str, folder: Path) -> Played:
    place = folder / f"{name}.{mode}"
    events = []
    if (place / "frames").exists():
        events = [json.loads(line) for line in (place / "frames").read_text().splitlines()]
    code, seconds = (place / "code").read_text().split()
    frames: list[tuple[int, tuple[int, int]]] = []
    failed = 0
    for event in events:
        if "game" in event:
            frames.append((event["game"], tuple(event["size"])))
        failed += "failed" in event  # the call raised, so nothing was presented
    return Played(
        int(code),
        (place / "out").read_text(errors="replace"),
        (place / "err").read_text(errors="replace").replace(str(place), ""),
        frames,
        [event for event in events if "shown" in event],
        [event["kept"] for event in events if "kept" in event],
        failed,
        float(seconds),
    )


def without_hooks(errors: str) -> str:
    """A traceback without the lines that tell of our hooks."""
    kept, ours = [], False
    for line in errors.splitlines():
        if line.startswith('  File "'):
            ours = "reskin_pygame_capture" in line or "side_by_side" in line or "runpy" in line
        elif not line.startswith("    "):
            ours = False
        if not ours:
            kept.append(line)
    return "\n".join(kept)


def differences(name: str, folder: Path, is_restyled: bool = True) -> list[str]:
    """What is wrong with a game that was played in both ways; nothing, if it did not notice."""
    plain, styled = played(name, "plain", folder), played(name, "styled", folder)
    found = []
    if styled.code != plain.code:
        found.append(f"exit code {styled.code} instead of {plain.code}: {styled.errors[-300:]}")
    if styled.output != plain.output:
        pairs = zip(styled.output.splitlines(), plain.output.splitlines(), strict=False)
        found.append(f"output: {next((pair for pair in pairs if pair[0] != pair[1]), 'longer or shorter')}")
    if without_hooks(styled.errors) != without_hooks(plain.errors):
        found.append(f"stderr: {styled.errors[-600:]!r} instead of {plain.errors[-300:]!r}")
    if len(styled.frames) != len(plain.frames) and not plain.failed:
        found.append(f"{len(styled.frames)} frames instead of {len(plain.frames)}")
    wrong = [n for n, pair in enumerate(zip(styled.frames, plain.frames, strict=False)) if pair[0] != pair[1]]
    if wrong:
        found.append(f"{len(wrong)} frames differ, first {wrong[0]}")
    if styled.kept != [crc for crc, _ in styled.frames]:
        found.append("the game's own pixels were not put back")
    if is_restyled:
        bad = [event for event in styled.shown if not event["shown"]]
        if bad:
            found.append(f"{len(bad)} of {len(styled.shown)} frames shown without their picture: {bad[0]}")
        # An update of unusual rectangles is pygame's to judge, and shown as a whole after that.
        times = Counter(event["frame"] for event in styled.shown)
        if not plain.failed and (len(times) != len(styled.frames) or max(times.values(), default=0) > 2):
            found.append(f"{len(times)} frames shown, {len(styled.frames)} restyled")
    return found
