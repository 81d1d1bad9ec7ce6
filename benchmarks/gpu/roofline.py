"""What a frame costs at least on a GPU: the bytes and the operations of each kernel, counted from its shapes.

A kernel cannot take less than its bytes take through the memory, nor less than its operations take on the
tensor cores. Their larger one is its floor; the floors of kernels that run one after another add up. What
stays in the L2 cache between two kernels is cheaper, so that small sizes may be faster than this floor.
Source: Williams, Waterman and Patterson, "Roofline", 2009.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from reskin.kernels import BLOCKS, BODY, FEATURES, HEAD_INPUTS, HIDDEN, INGEST, OUTPUTS, PATCH

SIZES: Final = {
    "360p": (640, 360), "720p": (1280, 720), "1080p": (1920, 1080), "1440p": (2560, 1440), "4K": (3840, 2160),
}  # fmt: skip

GOALS_MS: Final = {"H200": {"1080p": 0.20, "4K": 0.75}, "H100": {"1080p": 0.25, "4K": 0.95}}
"""Milliseconds of the whole muscle, the median, that are wanted."""


@dataclass(frozen=True)
class Gpu:
    """What a GPU can do: bytes a second of its memory, and int8 operations a second of its tensor cores."""

    name: str
    bytes_s: float
    int8_s: float


GPUS: Final = (
    Gpu("H200", 4.8e12, 1979e12),
    Gpu("H100", 3.35e12, 1979e12),
    Gpu("A100", 2.04e12, 624e12),
    Gpu("L40S", 0.864e12, 733e12),
    Gpu("4090", 1.008e12, 661e12),
)
"""By the makers' data sheets, dense. The first whose name is part of the device's counts."""


@dataclass(frozen=True)
class Work:
    """What one kernel reads and writes, bytes, and multiplies and adds, operations (two each)."""

    kernel: str
    bytes: int
    operations: int

    def floor_ms(self, gpu: Gpu) -> float:
        return max(self.bytes / gpu.bytes_s, self.operations / gpu.int8_s) * 1e3


def frame_work(width: int, height: int) -> list[Work]:
    """The kernels of a frame, in order, each reading and writing its arrays once."""
    pixels = width * height
    patches = -(-width // PATCH) * -(-height // PATCH)
    features = PATCH * PATCH * FEATURES
    works = [
        # material 1, identity 2, colour 4; then surface id 4, albedo 4, and the stem's activation
        Work("ingest", pixels * (1 + 2 + 4 + 4 + 4) + patches * BODY, 2 * patches * INGEST * BODY),
        Work("border", pixels * (4 + 4 + 4), 0),  # surface id; nearness and neighbour, four each
    ]
    for number in range(len(BLOCKS)):
        last = number == len(BLOCKS) - 1
        written = features if last else BODY
        macs = 2 * 9 * BODY * BODY + (BODY * features if last else 0)
        works.append(Work(f"block {number + 1}", patches * (BODY + written), 2 * patches * macs))
    # material 1, anchor 8, edges 8, albedo 4, motion 4, ids now and then 8, pictures then and now 8
    per_pixel = 1 + 8 + 8 + 4 + 4 + 8 + 8
    macs = HEAD_INPUTS * HIDDEN + HIDDEN * OUTPUTS
    works.append(Work("head", pixels * per_pixel + patches * features, 2 * pixels * macs))
    # the plain colour 4 and the HUD 4 are read, the graded and the shown picture are written; and the guard
    # reads the graded one and the ids once
    works.append(Work("grade, guard and HUD", pixels * (4 + 4 + 4 + 4 + 4 + 4), 0))
    return works


def floor_ms(width: int, height: int, gpu: Gpu) -> float:
    """The least milliseconds of a frame on a GPU, all from and to its memory."""
    return sum(work.floor_ms(gpu) for work in frame_work(width, height))


def find_gpu(name: str) -> Gpu | None:
    """What is known of a device by its name; None of others."""
    return next((gpu for gpu in GPUS if gpu.name in name), None)


def fixed_and_slope(ms_of: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Milliseconds of any frame, and of each megapixel more, by least squares of (megapixels, ms)."""
    megapixels, ms = np.array(ms_of).T
    slope, fixed = np.polyfit(megapixels, ms, 1)
    return float(fixed), float(slope)


def verdicts(device: str, medians: dict[str, float]) -> list[str]:
    """A line for each goal of this device that was measured."""
    for name, goals in GOALS_MS.items():
        if name in device:
            return [
                f"{size}: {medians[size]:.3f} ms, at most {goal:.2f} wanted: "
                f"{'kept' if medians[size] <= goal else 'missed'}"
                for size, goal in goals.items()
                if size in medians
            ]
    return []
