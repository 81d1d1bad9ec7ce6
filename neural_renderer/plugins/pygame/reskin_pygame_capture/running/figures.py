"""What a run counts, in a file that is mapped into memory.

A game may end in any way, by `os._exit` or a signal too; the file then still holds the numbers of its last
frame. Layout: little-endian doubles; first `COUNTS`, then for each of `STAGES` the number of times taken and
the last `KEPT` of them, in ms.
"""

from __future__ import annotations

import mmap
import os

FIGURES = "figures"
"""The file's name."""
COUNTS = ("presented", "restyled", "plain", "reused", "first_s", "last_s", "restarts", "follows")
"""`reused`: frames that showed the picture of an earlier one. `first_s` and `last_s`: when the first and the
last frame were presented. `follows`: 1 if draws are followed."""
STAGES = ("encode", "wait", "swap", "frame")
KEPT = 1024
SIZE = 8 * (len(COUNTS) + len(STAGES) * (1 + KEPT))


class Figures:
    """Counts and times of this run. Each change costs less than a microsecond."""

    def __init__(self, path: str) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            os.ftruncate(descriptor, SIZE)
            self._map = mmap.mmap(descriptor, SIZE)
        finally:
            os.close(descriptor)
        self._numbers = memoryview(self._map).cast("d")

    def __getitem__(self, name: str) -> float:
        return self._numbers[COUNTS.index(name)]

    def __setitem__(self, name: str, value: float) -> None:
        self._numbers[COUNTS.index(name)] = value

    def count(self, name: str) -> None:
        self._numbers[COUNTS.index(name)] += 1

    def took(self, stage: str, seconds: float) -> None:
        """Note the time of a stage."""
        start = len(COUNTS) + STAGES.index(stage) * (1 + KEPT)
        taken = int(self._numbers[start])
        self._numbers[start + 1 + taken % KEPT] = seconds * 1000
        self._numbers[start] = taken + 1


def read_figures(path: str) -> tuple[dict[str, float], dict[str, list[float]]]:
    """The counts, and the last times of each stage in ms; nothing if the game never came so far."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        data = b""
    if len(data) != SIZE:
        return dict.fromkeys(COUNTS, 0.0), {stage: [] for stage in STAGES}
    numbers = memoryview(data).cast("d")
    times = {}
    for index, stage in enumerate(STAGES):
        start = len(COUNTS) + index * (1 + KEPT)
        times[stage] = list(numbers[start + 1 : start + 1 + min(int(numbers[start]), KEPT)])
    return {name: numbers[index] for index, name in enumerate(COUNTS)}, times
