"""The window with OpenGL, under a virtual screen; and the software window where OpenGL has none."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from reskin.engine.errors import OpenGLMissing
from reskin.engine.loop.loop import RunOptions, run
from reskin.engine.loop.opengl_window import OpenGLWindow
from tests.engine.draw.opened import opened_opengl
from tests.engine.toy import Tint, Toy

needs_screen = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")

SHOW = """
import sys
import numpy as np, pygame
from reskin.engine.draw.opengl import OpenGLCanvas
from reskin.engine.frame import plain_picture
from reskin.engine.loop.opengl_window import OpenGLWindow
from tests.engine.toy import Toy

OpenGLCanvas(32, 16).release()  # without a window; a context that stays current would end the process
window = OpenGLWindow("test", 160, 90)
assert window.size == (320, 180), window.size
canvas, game = OpenGLCanvas(160, 90, 16, window.context), Toy(3)


def show():
    game.draw(canvas, 1.0, "red")
    picture = plain_picture(canvas.finish())
    window.draw(picture, "BGRX")
    window.surface.fill((0, 200, 0), (10, 20, 30, 40))
    window.flip()
    pygame.event.get()
    return picture


for _ in range(3):
    np.save(sys.argv[1] + "/picture.npy", show()[..., 2::-1])
print("shown", window.context.error, flush=True)
sys.stdin.readline()
window.draw(np.full((90, 160, 4), (50, 100, 150, 255), np.uint8), "RGBA")
window.flip()
print("shown", window.context.error, flush=True)
sys.stdin.readline()
canvas.release()
window.close()
"""

PLAY = """
from reskin.engine.loop.loop import RunOptions, run
from tests.engine.toy import Tint, Toy

report = run(Toy(3), Tint(), RunOptions(frames=20, headless=False, renderer="opengl", say=print))
print(report.headless, report.frames, report.faults, report.hud)
"""


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[tuple[dict[str, str], Path]]:
    """The environment that leads to a virtual screen, and the file that holds its picture."""
    with opened_opengl(16, 16):  # skips where there is no OpenGL
        pass
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "350x200x24", "-nolisten", "tcp",
             "-fbdir", str(tmp_path)]  # fmt: skip
    with subprocess.Popen(words, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        environment = {
            **os.environ, "DISPLAY": f":{number}", "SDL_VIDEODRIVER": "x11", "SDL_VIDEO_WINDOW_POS": "0,0",
        }  # fmt: skip
        yield environment, tmp_path / "Xvfb_screen0"
        server.terminate()


def picture(file: Path) -> NDArray[np.uint8]:
    """What the screen shows, uint8 [H,W,3] RGB, from the format XWD."""
    data = file.read_bytes()
    header = struct.unpack(">25I", data[:100])
    width, height, line = header[4], header[5], header[12]
    pixels = np.frombuffer(data, np.uint8, height * line, header[0] + 12 * header[19])
    return pixels.reshape(height, line)[:, : width * 4].reshape(height, width, 4)[..., 2::-1]


@needs_screen
def test_the_window_shows_the_frame_that_the_gpu_drew(
    screen: tuple[dict[str, str], Path], tmp_path: Path
) -> None:
    environment, file = screen
    words = [sys.executable, "-c", SHOW, str(tmp_path)]
    with subprocess.Popen(
        words,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as shown:
        assert shown.stdin is not None and shown.stdout is not None and shown.stderr is not None

        def line() -> str:
            assert shown.stdout is not None
            found = shown.stdout.readline()
            return shown.stdout.readline() if found.startswith("pygame") else found

        first = line()
        assert first == "shown GL_NO_ERROR\n", first + shown.stderr.read()
        expected = np.load(tmp_path / "picture.npy").repeat(2, axis=0).repeat(2, axis=1)
        expected[20:60, 10:40] = 0, 200, 0
        assert len(np.unique(expected.reshape(-1, 3), axis=0)) > 5
        seen = picture(file)[:180, :320]
        while not np.array_equal(seen, expected) and shown.poll() is None:
            seen = picture(file)[:180, :320]  # the server may draw later than the flip returns
        np.testing.assert_array_equal(seen, expected)
        shown.stdin.write("\n")
        shown.stdin.flush()
        assert line() == "shown GL_NO_ERROR\n"
        while shown.poll() is None and not (picture(file)[:180, :320] == (50, 100, 150)).all():
            pass
        shown.stdin.write("\n")
        shown.stdin.flush()
        assert shown.wait(20) == 0


@pytest.mark.slow
@needs_screen
def test_a_game_is_played_in_it(screen: tuple[dict[str, str], Path]) -> None:
    environment, _ = screen
    ran = subprocess.run([sys.executable, "-c", PLAY], env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("False 20 0 ") and "software" not in ran.stdout


def test_where_a_window_has_no_opengl_one_line_is_said_and_the_software_window_opens() -> None:
    """SDL's dummy driver has windows, but no OpenGL in them."""
    said: list[str] = []
    report = run(Toy(3), Tint(), RunOptions(frames=3, headless=False, renderer="opengl", say=said.append))
    assert not report.headless and report.frames == 3
    lines = [line for line in said if "OpenGL" in line]
    assert len(lines) == 1 and lines[0].startswith("Drawing in software, because OpenGL cannot be used: ")


def test_the_window_itself_says_what_is_missing() -> None:
    with pytest.raises(OpenGLMissing):
        OpenGLWindow("test", 64, 48)
    assert not pygame.display.get_init()
