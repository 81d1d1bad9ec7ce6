"""Milliseconds of the last frame, stage by stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stages(dict[str, float]):
    """`with stages("body"): ...` puts the milliseconds of that stage under its name."""

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self[name] = (time.perf_counter() - started) * 1e3
