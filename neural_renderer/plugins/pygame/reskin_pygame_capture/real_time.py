"""The clock as it is. Taken before anything else, as a headless run gives the game a clock of its own."""

from __future__ import annotations

import time
from types import SimpleNamespace

monotonic = time.monotonic
perf_counter = time.perf_counter
sleep = time.sleep

TIME = SimpleNamespace(**vars(time))
"""Stands in for the module `time` in files of ours that import it."""
