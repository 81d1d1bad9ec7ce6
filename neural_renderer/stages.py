"""Times of the stages of the last frame."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stages(dict[str, float]):
    """A dict of milliseconds by stage. `with stages("body"): ...` measures one."""

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self[name] = (time.perf_counter() - started) * 1e3
