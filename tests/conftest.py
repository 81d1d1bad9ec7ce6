"""Settings for every test: no window, no sound, one thread a library, nothing of the user's own."""

from __future__ import annotations

import os

# Before anything imports pygame, OpenVINO or torch. Two test workers share two cores.
os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")
