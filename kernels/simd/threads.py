"""Runs a kernel over the rows of a picture, on several cores.

The kernels release the GIL, so plain threads suffice. Two renderers in one process do not disturb each other,
as they could with one shared OpenMP pool.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from typing import Final

from reskin.kernels.simd.forks import forget_in_children

BAND: Final = 24
"""Rows of one task: few enough to balance the cores, many enough to hide the overhead of a task."""

Rows = Callable[[int, int], int]
"""Computes rows first..end, without end, and returns a number; the numbers are summed."""


def cores_for_threads() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(cores_for_threads(), 8), thread_name_prefix="reskin-rows")


forget_in_children(_pool.cache_clear)  # its threads are not in the child, which would wait for ever


def parallel_rows(kernel: Rows, rows: int, unit: int = 1) -> int:
    """Call `kernel(first, end)` for bands of rows whose height is a multiple of `unit`; sum the results.

    The calling thread works too, and each thread takes the next band when it is free: waking a thread costs
    some 0.1 ms, and submitting every band as a task of its own cost 0.3 ms a call. Raises what a kernel
    raises.
    """
    height = max(unit, BAND // unit * unit)
    bands = iter([(start, min(start + height, rows)) for start in range(0, rows, height)])

    def work() -> int:
        return sum(kernel(*band) for band in bands)

    others = min(cores_for_threads(), 8, -(-rows // height)) - 1
    helpers = [_pool().submit(work) for _ in range(others)] if others > 0 else []
    try:
        total = work()
    finally:  # one that has not begun, as the threads are at something else, is not waited for
        helpers = [helper for helper in helpers if not helper.cancel()]
        wait(helpers)
    return total + sum(helper.result() for helper in helpers)
