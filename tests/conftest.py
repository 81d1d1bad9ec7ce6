"""Settings for every test: no window, no sound, one thread a library, nothing of the user's own."""

from __future__ import annotations

import os

# Before anything imports pygame, OpenVINO or torch. Two test workers share two cores.
os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys

import pytest
from hypothesis import HealthCheck, settings

# The same examples in every run, and no limit on how long one may take: neither chance nor load fails a test.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Torch's random numbers do not depend on which tests ran before."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(1)
