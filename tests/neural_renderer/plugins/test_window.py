"""`reskin run` in a real window, under a virtual screen. Skipped where Xvfb is missing."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")

GAME = """
import pathlib, sys, pygame
pygame.init()
screen = pygame.display.set_mode((320, 200))
ended = pathlib.Path(sys.argv[1])
while not ended.exists() and not pygame.event.get(pygame.QUIT):
    screen.fill((90, 150, 220))
    pygame.display.flip()
    assert screen.get_at((300, 180))[:3] == (90, 150, 220)
    pygame.time.wait(10)
"""


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The number of a virtual screen, and the file that holds its picture in the format XWD."""
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "400x300x24", "-nolisten", "tcp",
             "-fbdir", str(tmp_path)]  # fmt: skip
    with subprocess.Popen(words, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}", tmp_path / "Xvfb_screen0"
        server.terminate()


def picture(file: Path) -> NDArray[np.uint8]:
    """What the screen shows, uint8 [300,400,3] RGB."""
    data = file.read_bytes()
    header = struct.unpack(">25I", data[:100])
    pixels = np.frombuffer(data, np.uint8, 300 * header[12], header[0] + 12 * header[19])
    return pixels.reshape(300, header[12])[:, :1600].reshape(300, 400, 4)[..., 2::-1]


def test_it_sees_an_ordinary_window_and_writes_over_it(screen: tuple[str, Path], tmp_path: Path) -> None:
    """SDL shows the window by OpenGL, but the game draws without."""
    number, shown = screen
    (tmp_path / "game.py").write_text(GAME)
    home = str(tmp_path)
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "DISPLAY": number, "SDL_VIDEODRIVER": "x11",
        "SDL_AUDIODRIVER": "dummy", "SDL_VIDEO_WINDOW_POS": "0,0", "XDG_CONFIG_HOME": home,
    }  # fmt: skip
    words = [sys.executable, "-m", "reskin", "run", "--restyle", "off", "--json", "game.py", "ended"]
    with subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        while running.poll() is None:
            seen = picture(shown)[:200, :320].astype(int)
            if seen[5, 5].tolist() == [90, 150, 220] and (seen[170:].max(axis=2) < 60).sum() > 500:
                break
        (tmp_path / "ended").touch()
        assert running.stdout is not None
        found = json.loads(running.stdout.read())
    assert running.returncode == 0 and found["not_captured"] == [] and found["frames"] > 0
    assert (seen[170:].max(axis=2) < 60).sum() > 500, "the line that tells the keys"
    assert (seen[:150] == (90, 150, 220)).all()
