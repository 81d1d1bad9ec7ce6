"""A restyler in the child of a fork never hangs; `multiprocessing` starts processes so on Linux."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CHILD = """
import faulthandler, os, sys
import numpy as np
from reskin import Restyler

device, theme, height, width = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
restyler = Restyler("winter", device)
first = np.full((48, 80, 3), 90, np.uint8)
restyler(first)
child = os.fork()
restyler.set_theme(theme)
picture = restyler(np.full((height, width, 3), 90, np.uint8))
restyler(first)
if not child:
    faulthandler.dump_traceback_later(40, exit=True)
    fresh = Restyler(theme, device)
    assert np.array_equal(fresh(np.full((height, width, 3), 90, np.uint8)), picture)
    print("restyled", flush=True)
    os._exit(0)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def run_forked(device: str, theme: str, height: int, width: int) -> str:
    """Restyle in a parent, fork, and restyle in both: the output of the child."""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    result = subprocess.run(
        [sys.executable, "-c", CHILD, device, theme, str(height), str(width)],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return result.stdout


pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def test_a_forked_child_restyles_in_another_theme_and_size() -> None:
    assert run_forked("openvino", "bricks", 120, 160) == "restyled\n"


@pytest.mark.slow
@pytest.mark.parametrize("device", ["openvino", "torch"])
@pytest.mark.parametrize("theme", ["winter", "bricks"])
@pytest.mark.parametrize("size", [(48, 80), (360, 640)])
def test_every_runtime_works_in_a_forked_child(device: str, theme: str, size: tuple[int, int]) -> None:
    if device == "torch":
        pytest.importorskip("torch")
    assert run_forked(device, theme, *size) == "restyled\n"
