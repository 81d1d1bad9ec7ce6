"""The settings of a training: how long, on which clips, and with which weights in the loss."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The settings of a training. The shipped themes were made with the defaults.

    iterations: steps of the optimiser; fewer if `minutes` is set and is over before. rate: the learning rate.
    clips: how many clips of `length` frames are painted, each a window of width x height pixels; a fourth of
    them shows `game`, played by its bot, if it is set, the others random scenes. A step sees `batch` crops of
    crop x crop pixels, of `unroll` consecutive frames each. Rounding to int8 starts after the fraction
    `round_after` of the training. thing_weight, edge_weight: how much the pixels of things, and those beside
    a border, count. temporal_weight: how much the changes from frame to frame count, if `unroll` is above 1.
    `unroll` is 1, as trained on single frames, a theme flickers no more than one trained on pairs, and in
    the same time it becomes 0.7 dB better.
    """

    iterations: int = 7_000
    minutes: float | None = None
    seed: int = 0
    clips: int = 600
    length: int = 1
    game: str | None = "miner"
    width: int = 256
    height: int = 192
    crop: int = 128
    batch: int = 6
    unroll: int = 1
    rate: float = 1.5e-3
    round_after: float = 0.6
    thing_weight: float = 4.0
    edge_weight: float = 2.0
    temporal_weight: float = 0.4
