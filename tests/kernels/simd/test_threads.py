"""`parallel_rows`: every row once, in bands of whole units, and what a kernel raises is raised."""

from __future__ import annotations

import threading

import pytest

from reskin.kernels.simd.threads import parallel_rows


@pytest.mark.parametrize("rows", [1, 3, 4, 24, 25, 100, 361])
@pytest.mark.parametrize("unit", [1, 4, 40])
def test_every_row_is_visited_once(rows: int, unit: int) -> None:
    seen: list[tuple[int, int]] = []
    lock = threading.Lock()

    def kernel(first: int, end: int) -> int:
        with lock:
            seen.append((first, end))
        return end - first

    assert parallel_rows(kernel, rows, unit) == rows
    visited = [row for first, end in sorted(seen) for row in range(first, end)]
    assert visited == list(range(rows))
    assert all(first % unit == 0 for first, _ in seen)


def test_what_a_kernel_raises_comes_out() -> None:
    def kernel(first: int, end: int) -> int:
        if first:
            raise ArithmeticError(f"row {first}")
        return 0

    with pytest.raises(ArithmeticError, match="row"):
        parallel_rows(kernel, 100)
