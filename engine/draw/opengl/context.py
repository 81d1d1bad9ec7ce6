"""Opens OpenGL: without a window through EGL, or in the window that pygame opened.

Nothing of OpenGL is imported before it is asked for. Read next: `engine.draw.opengl.canvas`.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reskin.engine.errors import OpenGLMissing

if TYPE_CHECKING:
    import moderngl

OLDEST: Final = 330
"""OpenGL 3.3, of 2010: instances, integer textures and several outputs are all in it."""

SHADERS: Final = Path(__file__).parent / "shaders"


def open_context(window: bool = False) -> moderngl.Context:
    """A context: of pygame's OPENGL window, which is current in this thread, or of its own without one.

    Raises OpenGLMissing, with one line that says what is missing and what to do.
    """
    try:
        import moderngl
    except ImportError:
        raise OpenGLMissing("moderngl is not installed; pip install 'reskin[opengl]'") from None
    headless: dict[str, Any] = {"backend": "egl"} if sys.platform.startswith("linux") else {}
    try:
        if window:
            context = moderngl.create_context(require=OLDEST)
        else:
            context = moderngl.create_standalone_context(require=OLDEST, **headless)
    except Exception as error:  # moderngl raises Exception itself, and OSError for a missing library
        raise OpenGLMissing(f"{_one_line(error)}; it needs a driver for OpenGL 3.3 or newer") from error
    return context


def close_context(context: moderngl.Context) -> None:
    """Release a context that `open_context` opened without a window.

    EGL keeps a released context current until told otherwise, and then no window of this thread can have
    OpenGL: X ends the process (BadAccess).
    """
    context.release()
    if sys.platform.startswith("linux"):
        with suppress(OSError, AttributeError):
            ctypes.CDLL("libEGL.so.1").eglReleaseThread()


def program(context: moderngl.Context, vertex: str, fragment: str) -> moderngl.Program:
    """A program of two files of `shaders/`."""
    return context.program(
        vertex_shader=(SHADERS / vertex).read_text("utf-8"),
        fragment_shader=(SHADERS / fragment).read_text("utf-8"),
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
