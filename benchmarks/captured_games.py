"""Plays games of a list by `reskin run` without a window, and measures what is captured of them.

    python -m benchmarks.captured_games games.yaml --out results [--only NAME]... [--pictures 4]

No game lies in this repository. The list names games that lie elsewhere: a YAML list of

    name: mario               # of the row, and of the folder of results
    folder: /games/mario      # copied for each run; left out for a module that is installed
    entry: main.py            # from the folder; or `module: package`
    cwd: "."                  # where it is started, from the folder; left out: where the script lies
    args: []
    python: /venvs/39/bin/python
    keys: /games/mario.keys   # scripted input, see `reskin run --keys`
    frames: 450
    deterministic: true       # two runs without us give the same screens
    hud:                      # from frame, to frame, rectangles x, y, width, height
    - [200, 450, [[0, 0, 800, 60]]]

Each game is played twice without hooks, once with hooks, and once with hooks and restyled pictures. Read
next: `captured_frames`, which measures.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from benchmarks.captured_frames import EVERY, TASK, Task

THEMES: Final = ("winter", "bricks", "watercolour")
LIMIT_S: Final = 400


class Player:
    """Plays one game, each time in a fresh copy of it. out: where its results are written."""

    def __init__(self, game: Mapping[str, Any], out: Path, frames: int) -> None:
        self._game = game
        self._out = out
        self._frames = frames
        out.mkdir(parents=True, exist_ok=True)

    def play(self, name: str, options: Sequence[str], task: Task | None = None) -> dict[str, Any]:
        """Play it once. Gives the report of `reskin run`, with the checksums of its screens."""
        checksums = self._out / f"{name}.checksums"
        with tempfile.TemporaryDirectory() as place:
            command, folder = self._command(Path(place))
            arguments = [
                sys.executable, "-P", "-c", _RUN, "run", "--headless", "--json",
                "--frames", str(self._frames), "--python", self._game["python"],
                "--checksums", str(checksums), *options,
            ]  # fmt: skip
            if self._game.get("keys"):
                arguments += ["--keys", self._game["keys"]]
            environment = os.environ | {"HOME": place, "XDG_CACHE_HOME": f"{place}/cache"}
            environment["PYTHONPATH"] = os.getcwd()
            environment.pop(TASK, None)
            if task is not None:
                environment[TASK] = json.dumps(task)
            try:
                done = subprocess.run(
                    [*arguments, *command], cwd=folder, env=environment, capture_output=True, text=True,
                    timeout=LIMIT_S, check=False,
                )  # fmt: skip
                output, errors = done.stdout, done.stderr
            except subprocess.TimeoutExpired as error:
                output, errors = "", f"{error.stderr!r}\nlonger than {LIMIT_S} s"
        (self._out / f"{name}.log").write_text(f"{output}\n{errors}", encoding="utf-8")
        try:
            report: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
        except (IndexError, ValueError):
            report = {"frames": 0, "failed": errors.strip().splitlines()[-1:]}
        report["checksums"] = checksums.read_text(encoding="ascii").splitlines() if checksums.exists() else []
        return report

    def _command(self, place: Path) -> tuple[list[str], Path]:
        """What comes after the options of `reskin run`, and the folder where it is typed."""
        game, folder = self._game, place / "game"
        if game.get("folder"):
            shutil.copytree(game["folder"], folder, ignore=shutil.ignore_patterns(".git", "*.reskin.yaml"))
        else:
            folder.mkdir()
        arguments = [str(argument) for argument in game.get("args", ())]
        if game.get("module"):
            return ["-m", game["module"], *arguments], folder
        if game.get("cwd"):
            return [game["entry"], *arguments], folder / game["cwd"]
        script = folder / game["entry"]
        return [script.name, *arguments], script.parent


_RUN: Final = f"""
import functools, os
from reskin.neural_renderer.plugins.pygame import supervisor
if "{TASK}" in os.environ:
    supervisor.Run = functools.partial(supervisor.Run, renderer="benchmarks.captured_frames")
from reskin.cli import main
main()
"""
"""`reskin run` with our renderer."""


def measure(game: Mapping[str, Any], out: Path, pictures: int, most: int) -> dict[str, Any]:
    """All figures of one game. most: frames, at most."""
    frames = min(int(game.get("frames", 300)), most)
    player = Player(game, out, frames)
    first = player.play("without", ["--without-hooks"])
    second = player.play("without_again", ["--without-hooks"])
    numbers = [round(frames * (k + 1) / (pictures + 1) / EVERY) * EVERY for k in range(pictures)]
    hud = [(a, b, [tuple(box) for box in boxes]) for a, b, boxes in game.get("hud", ())]
    task = Task(str(out), numbers, list(THEMES), hud)
    (out / "measured.json").unlink(missing_ok=True)
    hooked = player.play("hooked", [], task)
    try:
        sums = json.loads((out / "measured.json").read_text(encoding="utf-8"))
    except OSError:
        sums = {}
    compared = list(zip(first["checksums"], hooked["checksums"], strict=False))
    repeats = sum(a == b for a, b in zip(first["checksums"], second["checksums"], strict=False))
    found = {
        "name": game["name"], "kind": game.get("kind", ""), "pygame": hooked.get("pygame", ""),
        "python": hooked.get("python", ""), "frames": len(first["checksums"]),
        "frames_hooked": len(hooked["checksums"]), "repeats": repeats,
        "equal": sum(a == b for a, b in compared), "exit": [first.get("exit"), hooked.get("exit")],
        "faults": hooked.get("faults"), "not_captured": hooked.get("not_captured"),
        "failed": hooked.get("failed"), "ms": hooked.get("ms", {}), "sums": sums, **_shares(sums),
    }  # fmt: skip
    (out / "result.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    return found


def _shares(sums: Mapping[str, int]) -> dict[str, float | None]:
    sums = {**sums, "motion_pixels_rest": sums.get("motion_pixels", 0) - sums.get("motion_new", 0)}

    def share(part: str, of: str) -> float | None:
        return round(100 * sums.get(part, 0) / sums[of], 2) if sums.get(of) else None

    return {
        "attributed": share("attributed", "pixels"),
        "motion": share("motion_pixels_explained", "motion_pixels"),
        "new": share("motion_new", "motion_pixels"),
        "motion_of_rest": share("motion_pixels_explained", "motion_pixels_rest"),
        "still": None if share("motion_changed", "motion_pixels") is None
        else round(100 - (share("motion_changed", "motion_pixels") or 0), 2),
        "motion_changed": share("motion_changed_explained", "motion_changed"),
        "motion_same": share("motion_same_explained", "motion_same"),
        "hud_found": share("hud_found", "hud_marked"),
        "hud_false": share("hud_false", "hud_pixels"),
    }  # fmt: skip


def table(results: Sequence[Mapping[str, Any]]) -> str:
    """The results as a table in Markdown."""
    lines = [
        "| game | screens equal | repeats | attributed % | motion % | new % | motion % of the rest "
        "| unchanged % | of changed % | of the same thing % | HUD found % | HUD false % | rows | encode ms "
        "| builder ms | swap ms |",
        "|" + 16 * "---|",
    ]
    for found in results:
        ms, sums = found["ms"], found["sums"]
        inner = ms.get("renderer", {})
        cells = [
            found["name"], f"{found['equal']}/{found['frames']}", f"{found['repeats']}/{found['frames']}",
            *(found[key] for key in
              ("attributed", "motion", "new", "motion_of_rest", "still", "motion_changed", "motion_same",
               "hud_found", "hud_false")),
            round(sums["rows"] / sums["frames"]) if sums.get("frames") else None,
            *(times.get(stage, {}).get("p50")
              for times, stage in ((ms, "encode"), (inner, "frame"), (ms, "swap"))),
        ]  # fmt: skip
        lines.append("| " + " | ".join("" if cell is None else str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("games", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", action="append", help="a game's name; may come several times")
    parser.add_argument("--pictures", type=int, default=3, help="frames to restyle in each theme")
    parser.add_argument("--frames", type=int, default=450, help="frames of a game, at most")
    asked = parser.parse_args()
    results = []
    for game in yaml.safe_load(asked.games.read_text(encoding="utf-8")):
        if not asked.only or game["name"] in asked.only:
            found = measure(game, (asked.out / game["name"]).resolve(), asked.pictures, asked.frames)
            results.append(found)
            print(table([found]).splitlines()[-1], found["failed"] or "", flush=True)
    print(table(results))


if __name__ == "__main__":
    main()
