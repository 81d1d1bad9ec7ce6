"""A canvas of either renderer for tests, which are skipped where OpenGL cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from reskin.engine.draw import Canvas
from reskin.engine.draw.opengl import OpenGLCanvas
from reskin.engine.errors import OpenGLMissing


@contextmanager
def opened(renderer: str, width: int, height: int, tile: int = 32) -> Iterator[Canvas]:
    if renderer == "software":
        yield Canvas(width, height, tile)
        return
    with opened_opengl(width, height, tile) as canvas:
        yield canvas


@contextmanager
def opened_opengl(width: int, height: int, tile: int = 32) -> Iterator[OpenGLCanvas]:
    """The canvas on the GPU, released at the end. Skips the test, with the reason, where there is none."""
    try:
        canvas = OpenGLCanvas(width, height, tile)
    except OpenGLMissing as error:
        pytest.skip(f"no OpenGL: {error}")
    with canvas:
        yield canvas
        assert canvas.context.error == "GL_NO_ERROR"
