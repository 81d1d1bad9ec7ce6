"""How to train a theme: how long, on which clips, and what counts how much."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How to train. The defaults give the shipped themes.

    iterations: steps of the optimiser, or fewer where `minutes` is set and runs out; clips: how
    many are painted, of `length` frames, each a window of width x height into a full frame, one in
    four from `game`, played by its bot, the others from random scenes; crop, batch, unroll: what one
    step sees; rounding (int8) starts after the fraction `round_after`; thing_weight: how much more a
    pixel of a thing, and one beside a border, counts; steadiness: how much changes from frame to frame
    count, where `unroll` is above 1. A painter is a function of the frame: it is learnt as steady as it is
    from single frames, and 0.7 dB better for the same time than from pairs.
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
    steadiness: float = 0.4
