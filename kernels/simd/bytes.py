"""Integers of one byte of a packed pixel, for loops that the compiler turns into SIMD: all of 32 bits."""

from __future__ import annotations

from typing import Any

import numpy as np

from reskin.kernels.simd.jit import jit_inner


@jit_inner
def byte_at(pixel: Any, shift: Any) -> Any:
    """The byte of a packed pixel that starts at bit `shift`, int32."""
    return np.int32((pixel >> np.uint32(shift)) & np.uint32(255))


@jit_inner
def times_256th(level: Any, factor: Any) -> Any:
    """int32 level times int32 factor in 256ths, rounded, int32."""
    return np.int32(np.int32(np.int32(level * factor) + np.int32(128)) >> np.int32(8))
