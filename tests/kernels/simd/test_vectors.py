"""SIMD operations inside numba: each against NumPy, at every width that is used."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.kernels.simd.vectors import (
    DOT_METHOD,
    SIMD_WIDTH,
    address,
    at_most,
    broadcast,
    byte_of,
    dot_table,
    load,
    load_ints,
    make_dot,
    mul_add,
    not_finite,
    relu,
    store,
    store_bytes,
    store_levels,
    times,
    to_floats,
)

Floats = NDArray[np.float32]


def arithmetic(count: int) -> Any:
    @numba.njit
    def run(a: Floats, b: NDArray[np.uint8], out: Floats) -> None:
        x, y = load(address(a, 1), 2, count), load(address(address(b, 2), 1), 0, count)
        sum_ = mul_add(
            np.float32(3), x, mul_add(x, y, times(np.float32(0.5), broadcast(np.float32(7), count)))
        )
        store(address(out, 0), 5, at_most(relu(sum_), np.float32(4)))

    return run


@pytest.mark.parametrize("count", sorted({8, 16, SIMD_WIDTH}))
def test_arithmetic_in_every_element(count: int) -> None:
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


def test_a_product_is_rounded_before_it_is_added() -> None:
    """A fused operation would leave the rounding error of the product."""

    @numba.njit
    def run(floats: Floats, out: Floats) -> None:
        a, b, c = (
            load(address(floats, 0), 0, 8),
            load(address(floats, 8), 0, 8),
            load(address(floats, 16), 0, 8),
        )
        store(address(out, 0), 0, mul_add(a, b, c))

    a = (1 + 2.0 ** -np.arange(12, 20)).astype(np.float32)
    floats, out = np.concatenate((a, a, -(a * a))), np.ones(8, np.float32)
    run(floats, out)
    assert (a.astype(np.float64) ** 2 != (a * a)).all(), "what a fused operation would leave"
    assert not out.any()


def test_bytes_of_integers_and_integers_of_bytes() -> None:
    @numba.njit
    def run(integers: NDArray[np.uint32], floats: Floats, out: NDArray[np.uint8]) -> None:
        every = load_ints(address(integers, 1), 0, 2, 8)
        store(address(floats, 0), 0, byte_of(every, 0))
        store(address(floats, 0), 8, byte_of(every, 3))
        store_bytes(address(out, 0), 3, integers[2])
        store_bytes(address(out, 0), 9, np.uint64(integers[4]) << np.uint64(8))

    integers = np.random.default_rng(3).integers(1 << 24, 1 << 32, 17).astype(np.uint32)
    floats, out = np.zeros(16, np.float32), np.zeros(20, np.uint8)
    run(integers, floats, out)
    assert np.array_equal(floats, integers[1::2].copy().view(np.uint8).reshape(8, 4)[:, ::3].T.ravel())
    assert (
        np.array_equal(out[3:7], integers[2:3].view(np.uint8)) and not out[:3].any() and not out[7:10].any()
    )
    assert np.array_equal(out[10:14], integers[4:5].view(np.uint8)) and not out[14:].any()


def test_levels_are_rounded_and_what_is_no_number_is_told() -> None:
    @numba.njit
    def run(values: Floats, zeros: Floats, out: NDArray[np.uint8]) -> int:
        floats = load(address(values, 0), 0, 8)
        store_levels(address(out, 0), 1, floats)
        return not_finite(floats, load(address(zeros, 0), 0, 8))

    values, zeros, out = (
        np.linspace(0, 255, 8, dtype=np.float32),
        np.zeros(8, np.float32),
        np.zeros(10, np.uint8),
    )
    assert run(values, zeros, out) == 0
    assert out.tolist() == [0, 0, 36, 73, 109, 146, 182, 219, 255, 0]
    for odd in (np.nan, np.inf, -np.inf):
        assert run(np.where(np.arange(8) == 5, np.float32(odd), values), zeros, out) == 1
        assert run(values, np.where(np.arange(8) == 2, np.float32(odd), zeros), out) == 1


METHODS = (
    "plain",
    *(("pairs",) if DOT_METHOD in ("pairs", "vnni") else ()),
    *(("vnni",) if DOT_METHOD == "vnni" else ()),
)


@pytest.mark.parametrize("method", METHODS)
def test_four_bytes_at_a_time_on_every_kind_of_machine(method: str) -> None:
    """The largest products too: no sum of two may saturate in 16 bits."""
    dot = make_dot(method)

    @numba.njit
    def run(x: NDArray[np.uint32], table: NDArray[np.int32], out: Floats) -> None:
        for i in range(3):
            sums = dot(
                broadcast(np.int32(-7), SIMD_WIDTH),
                load_ints(address(x, 0), 0, 1, SIMD_WIDTH),
                address(table, 0),
                i,
            )
            store(address(out, 0), i * SIMD_WIDTH, to_floats(sums))

    random = np.random.default_rng(5)
    x, weights = random.integers(0, 256, (SIMD_WIDTH, 4)).astype(np.uint8), random.integers(-127, 128, (3, 4))
    x[0], x[1], weights[0], weights[1] = 255, 0, 127, -127
    out = np.zeros((3, SIMD_WIDTH), np.float32)
    run(x.view(np.uint32).ravel(), dot_table(weights.astype(np.int8), method).ravel(), out.ravel())
    assert np.array_equal(out, (x.astype(int) @ weights.T).T - 7)


SCRIPT = """
import numba, numpy as np
from reskin.kernels.simd import vectors
from reskin.kernels.simd.vectors import address, dot, dot_table, load_ints, broadcast, store, to_floats

@numba.njit
def run(x, table, out):
    sums = dot(broadcast(np.int32(0), 8), load_ints(address(x, 0), 0, 1, 8), address(table, 0), 0)
    store(address(out, 0), 0, to_floats(sums))

x, out = np.arange(32, dtype=np.uint8), np.zeros(8, np.float32)
run(x.view(np.uint32), dot_table(np.array([[1, -2, 3, 100]], np.int8)).ravel(), out)
assert np.array_equal(out, x.reshape(8, 4) @ [1, -2, 3, 100]), out
print(vectors.SIMD_WIDTH, vectors.DOT_METHOD)
"""


def test_a_machine_that_numba_is_told_to_compile_for() -> None:
    """Then no instruction is used that only this machine has."""
    environment = {**os.environ, "NUMBA_CPU_NAME": "generic"}
    environment.pop("NUMBA_CPU_FEATURES", None)  # which may list what the tests themselves are held to
    told = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True)
    assert told.stdout.split() == ["8", "plain"], told.stderr
