"""The window under a real X server: it opens, real key presses reach it, and it closes.

Skipped where Xvfb, xdotool or xwininfo are missing. Posted events are covered by `test_windowed_loop.py`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "xdotool", "xwininfo"))), reason="needs Xvfb, xdotool and xwininfo"
)

PLAYER = """
import sys
from pathlib import Path
from reskin.engine.loop.loop import RunOptions, run
from tests.engine.toy import Tint, Toy
game, post = Toy(3), Tint()
report = run(game, post, RunOptions(folder=Path(sys.argv[1]), say=print))
held = sum("right" in inputs.held for inputs in game.inputs)
looks = list(dict.fromkeys(game.captions))
print(f"headless={report.headless} held={held} theme={post.theme} faults={report.faults} looks={looks}")
"""


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual screen of its own; X picks a free number."""
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(words, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
        server.terminate()


def test_real_keys_under_a_real_display(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "SDL_VIDEODRIVER": "x11"}

    def ask(*words: str) -> str:
        done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=30, check=False)
        return done.stdout

    def x(*words: str) -> None:
        ask("xdotool", *words)

    def find_window() -> str:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if found := re.search(r'(0x\w+) "Reskin: A toy".* 640x360\+', ask("xwininfo", "-root", "-tree")):
                return found[1]
            time.sleep(0.1)
        raise AssertionError("no window of 640x360, which is what a screen of 1280x800 holds")

    player = subprocess.Popen(
        [sys.executable, "-c", PLAYER, str(tmp_path)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        window = find_window()
        x("windowfocus", "--sync", window)
        time.sleep(0.5)
        for keys in (("t",), ("shift+t",), ("t",), ("F1",), ("F6",), ("F8",), ("F9",), ("F5",), ("F5",)):
            x("key", *keys)
            time.sleep(0.15)
        x("keydown", "d")
        time.sleep(0.3)
        x("keyup", "d")
        x("windowsize", "--sync", window, "900", "700")
        time.sleep(0.2)
        x("key", "Escape")
        time.sleep(0.2)
        x("key", "Up")
        x("key", "Return")
        output, errors = player.communicate(timeout=20)
    finally:
        player.kill()
    assert player.returncode == 0, errors
    assert re.search(r"headless=False held=\d\d theme=green faults=0", output), output
    assert "looks=['red', 'green', 'plain']" in output
    assert len(list(tmp_path.glob("toy-green-*.png"))) == 1
