"""Runs a row kernel on every core. The kernels release the GIL, so plain threads suffice, and two
renderers in one process cannot disturb each other as they could inside one shared OpenMP pool."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

BAND: Final = 24
"""Rows a task: small enough to balance cores, large enough to hide the cost of a task."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="reskin-rows")


def by_rows(kernel: Callable[[int, int], int], rows: int, unit: int = 1) -> int:
    """Call `kernel(first, last)` over bands of rows whose height is a multiple of `unit`; sum the results.

    Raises what a kernel raises.
    """
    workers = min(cores(), 8)
    band = max(unit, BAND // unit * unit)
    spans = [(start, min(start + band, rows)) for start in range(0, rows, band)]
    if workers == 1 or len(spans) == 1:
        return sum(kernel(*span) for span in spans)
    return sum(_pool(workers).map(lambda span: kernel(*span), spans))
