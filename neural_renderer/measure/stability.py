"""How steady a moving picture is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neural_renderer.measure.fidelity import Picture


def warp_error(before: Picture, now: Picture, source: NDArray[np.int32]) -> float:
    """Mean absolute change of what both frames show, 0..1.

    source int32 [H,W]: the flat index in `before` of the spot that each pixel of `now` shows, -1
    where there is none (`neural_renderer.history.sources`). Lai et al. 2018, "Learning Blind Video
    Temporal Consistency". A flat picture scores best: read it beside the painter's own.
    """
    seen = source >= 0
    if not seen.any():
        return 0.0
    moved = before.reshape(-1, 3)[source[seen]]
    return float(np.abs(now[seen].astype(np.float64) - moved).mean())
