"""Vectors inside numba: every operation against NumPy, in registers of every width that is used."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from kernels.lanes import (
    LANES,
    address,
    at_most,
    load,
    load_four_words,
    mul_add,
    relu,
    spread,
    store,
    store_bytes,
    store_columns,
    times,
)

Floats = NDArray[np.float32]


def arithmetic(count: int) -> Any:
    @numba.njit
    def run(a: Floats, b: NDArray[np.uint8], out: Floats) -> None:
        x, y = load(address(a, 1), 2, count), load(address(address(b, 2), 1), 0, count)
        sum_ = mul_add(np.float32(3), x, mul_add(x, y, times(np.float32(0.5), spread(np.float32(7), count))))
        store(address(out, 0), 5, at_most(relu(sum_), np.float32(4)))

    return run


@pytest.mark.parametrize("count", sorted({8, 16, LANES}))
def test_arithmetic_in_every_lane(count: int) -> None:
    random = np.random.default_rng(count)
    a = random.normal(0, 3, 40).astype(np.float32)
    a[5], a[6] = np.nan, -np.inf
    b = random.integers(0, 256, 40).astype(np.uint8)
    out = np.full(40, -1, np.float32)
    arithmetic(count)(a, b, out)
    x, y = a[3 : 3 + count], b[3 : 3 + count].astype(np.float32)
    expected = np.full(40, -1, np.float32)
    expected[5 : 5 + count] = np.where(np.isnan(x), x, np.clip(3 * x + x * y + np.float32(3.5), 0, 4))
    np.testing.assert_allclose(out, expected, rtol=1e-6)


def test_eight_registers_become_columns() -> None:
    @numba.njit
    def run(a: Floats, out: Floats) -> None:
        p = address(a, 0)
        store_columns(
            address(out, 0), 3, 11, load(p, 0, 8), load(p, 8, 8), load(p, 16, 8), load(p, 24, 8),
            load(p, 32, 8), load(p, 40, 8), load(p, 48, 8), load(p, 56, 8),
        )  # fmt: skip

    a, out = np.arange(1, 65, dtype=np.float32), np.zeros((9, 11), np.float32)
    run(a, out.reshape(-1))
    assert np.array_equal(out.reshape(-1)[3 : 3 + 88].reshape(8, 11)[:, :8], a.reshape(8, 8).T)
    assert np.count_nonzero(out) == 64


def test_bytes_of_words_and_words_of_bytes() -> None:
    @numba.njit
    def run(words: NDArray[np.uint32], lanes: Floats, out: NDArray[np.uint8]) -> None:
        store(address(lanes, 0), 0, load_four_words(address(words, 0), 1, 7, 0, 3))
        store_bytes(address(out, 0), 3, words[2])
        store_bytes(address(out, 0), 9, np.uint64(words[4]) << np.uint64(8))

    words = np.random.default_rng(3).integers(1 << 24, 1 << 32, 8).astype(np.uint32)
    lanes, out = np.zeros(16, np.float32), np.zeros(20, np.uint8)
    run(words, lanes, out)
    assert np.array_equal(lanes, words[[1, 7, 0, 3]].view(np.uint8))
    assert np.array_equal(out[3:7], words[2:3].view(np.uint8)) and not out[:3].any() and not out[7:10].any()
    assert np.array_equal(out[10:14], words[4:5].view(np.uint8)) and not out[14:].any()
