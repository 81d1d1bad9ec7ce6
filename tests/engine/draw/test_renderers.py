"""The renderer that is asked for by name, and the line that is said where OpenGL is missing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from reskin.engine.draw import Canvas
from reskin.engine.draw.opengl import OpenGLCanvas
from reskin.engine.draw.renderers import open_canvas
from tests.engine.draw.opened import opened_opengl


def test_opengl_is_taken_where_it_is() -> None:
    with opened_opengl(32, 16):  # skips where it is not
        said: list[str] = []
        canvas = open_canvas("opengl", 40, 30, 16, said.append)
        assert isinstance(canvas, OpenGLCanvas) and not said
        assert (canvas.width, canvas.height, canvas.tile) == (40, 30, 16)
        canvas.release()


def test_without_moderngl_one_line_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moderngl", None)
    said: list[str] = []
    canvas = open_canvas("opengl", 40, 30, 16, said.append)
    assert type(canvas) is Canvas
    assert said == [
        "Drawing in software, because OpenGL cannot be used: moderngl is not installed; "
        "pip install 'reskin[opengl]'."
    ]


def test_without_a_driver_one_line_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    moderngl = pytest.importorskip("moderngl", reason="moderngl is not installed")

    def refused(**_: object) -> None:
        raise Exception("libEGL.so not found\nin /usr/lib")

    monkeypatch.setattr(moderngl, "create_standalone_context", refused)
    said: list[str] = []
    assert type(open_canvas("opengl", 40, 30, 16, said.append)) is Canvas
    assert len(said) == 1 and "\n" not in said[0]
    assert said[0].endswith("libEGL.so not found in /usr/lib; it needs a driver for OpenGL 3.3 or newer.")


@pytest.mark.slow
def test_an_old_opengl_plays_in_software() -> None:
    """Mesa pretends to be of 2006. The whole command goes on, after one line."""
    with opened_opengl(32, 16):
        pass
    environment = os.environ | {"MESA_GL_VERSION_OVERRIDE": "2.1"}
    command = "play miner --headless --restyle off --frames 2 --renderer opengl"
    ran = subprocess.run(
        [sys.executable, "-m", "reskin", *command.split()], capture_output=True, text=True, env=environment
    )
    assert ran.returncode == 0, ran.stderr
    lines = [line for line in ran.stderr.splitlines() if "OpenGL" in line]
    if not lines:
        pytest.skip("this driver is not Mesa's and cannot pretend to be old")
    assert len(lines) == 1 and lines[0].startswith("Drawing in software, because OpenGL cannot be used: ")


def test_nothing_of_opengl_is_imported_before_it_is_asked_for() -> None:
    code = (
        "import sys, reskin; from reskin import Canvas, run; from reskin.engine.loop.session import Session; "
        "import reskin.engine.draw.renderers; "
        "sys.exit(any(name in sys.modules for name in ('moderngl', 'reskin.engine.draw.opengl')))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
