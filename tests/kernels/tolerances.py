"""How far a kernel may be from its reference, in levels of 255. This is the only place with these numbers.

Each is somewhat above the worst that was measured over all cases of these tests and over the miner, on a Xeon
with AVX-512 VNNI.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Tolerance(NamedTuple):
    """The largest mean and the largest single difference."""

    mean: float
    worst: float


TOLERANCES: Final[dict[str, Tolerance]] = {
    # Sums in another order, rounded once: a value on the border between two levels may fall either way.
    "head": Tolerance(0.02, 1.0),
    # float32 places at up to 64 texels a tile, 1,000 tiles from the origin: 0.004 texels of blur.
    "head, far away": Tolerance(0.1, 3.0),
    # An older body: one level of one activation, passed on through the next layers. (An exact body gives the
    # same levels; see `test_block`.)
    "body": Tolerance(0.5, 5.0),
    # A whole picture of an exact body: the head's level, which the steadying may double. Measured: .0014, 2.
    "picture": Tolerance(0.005, 2.0),
}


def assert_close(kind: str, found: NDArray[np.generic], expected: NDArray[np.generic]) -> None:
    """Compare values in levels of 255. A comparison of two constants fails, as it would prove nothing."""
    allowed = TOLERANCES[kind]
    assert found.shape == expected.shape
    difference = np.abs(found.astype(np.float64) - expected.astype(np.float64))
    mean, worst = float(difference.mean()), float(difference.max())
    assert np.isfinite(difference).all()
    few = found.size < 64  # a mean of three numbers that differ by a level at most may be two thirds of one
    assert mean <= (max(allowed.mean, 1.0) if few else allowed.mean) and worst <= allowed.worst, (
        f"{kind}: mean {mean:.4f}, worst {worst:.2f} levels; allowed {allowed.mean} and {allowed.worst}"
    )
    assert few or found.std() > 2, f"{kind}: a constant; the comparison proves nothing"
