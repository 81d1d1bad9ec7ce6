"""The steps of the body's int8 weights: powers of two, so that float32 never rounds a sum of products."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.block import WEIGHT_LIMIT


def weight_steps(weight: NDArray[np.floating]) -> NDArray[np.float64]:
    """The least power of two for each output channel with which no weight exceeds `WEIGHT_LIMIT` steps.

    weight [O,I,k,k]; returns float64 [O,1,1,1].
    """
    largest = np.abs(weight.astype(np.float64)).max((1, 2, 3), keepdims=True)
    return np.asarray(power_of_two_above(np.maximum(largest / WEIGHT_LIMIT, 2.0**-60)))


def power_of_two_above(values: Any) -> Any:
    """The least powers of two that are not below the positive values."""
    mantissa, exponent = np.frexp(values)
    return np.ldexp(1.0, exponent - (mantissa == 0.5))


def is_power_of_two(values: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which of the positive values are powers of two."""
    return np.asarray(np.frexp(values)[0] == 0.5)
