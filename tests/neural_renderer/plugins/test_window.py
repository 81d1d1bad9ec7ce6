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


KEYS = """
import time, pygame
pygame.init()
screen = pygame.display.set_mode((160, 120))
place = pygame.Rect(0, 80, 16, 16)
screen.fill((90, 150, 220))
pygame.draw.rect(screen, (90, 60, 40), (0, 96, 160, 24))
pygame.display.flip()
def press(key, mod=0):
    for kind in (pygame.KEYDOWN, pygame.KEYUP):
        pygame.event.post(pygame.event.Event(kind, key=key, mod=mod, unicode=""))
F5, F6, F9 = 1073741886, 1073741887, 1073741890  # a name would tell that the game uses the key
wishes = {15: F5, 17: F5, 19: F9, 21: ord("t"), 23: F6, 25: F6}
end, started = 28, time.time()
while time.time() - started < end:
    for at in [at for at in wishes if time.time() - started > at]:
        press(wishes.pop(at))
    for event in pygame.event.get():
        assert event.type not in (pygame.KEYDOWN, pygame.KEYUP), event
    old = place.copy()
    place.x = (place.x + 2) % 150
    screen.fill((90, 150, 220), old)
    pygame.draw.rect(screen, (200, 60, 60), place)
    pygame.display.update([old, place])
    if 22 < time.time() - started < 22.1:
        screen = pygame.display.set_mode((200, 120))
        screen.fill((90, 150, 220))
        pygame.display.flip()
    pygame.time.wait(15)
"""


@pytest.mark.slow
def test_the_keys_of_a_live_game_that_shows_parts_only(tmp_path: Path) -> None:
    """Its own keys are hidden, the theme is remembered, a screenshot is written, and another size goes on."""
    (tmp_path / "game.py").write_text(KEYS)
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy",
        "XDG_CONFIG_HOME": str(tmp_path),
    }  # fmt: skip
    words = [sys.executable, "-m", "reskin", "run", "--json", "--theme", "winter", "game.py"]
    done = subprocess.run(
        words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["faults"] == 0 and found["restyled"] > 100 and found["theme"] != "winter"
    (file,) = found["files"]
    assert Path(file).parent == tmp_path / "recordings"
    (remembered,) = json.loads((tmp_path / "reskin" / "games.json").read_text()).values()
    assert remembered["theme"] == found["theme"]
