"""Opens the canvas that was asked for by name, or the software canvas where the other one cannot be had."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from reskin.engine.draw.canvas import Canvas
from reskin.engine.errors import OpenGLMissing

if TYPE_CHECKING:
    import moderngl

Renderer = Literal["software", "opengl"]
RENDERERS: Final[tuple[Renderer, ...]] = ("software", "opengl")


def open_canvas(
    renderer: Renderer, width: int, height: int, tile: int,
    say: Callable[[str], None], context: moderngl.Context | None = None,
) -> Canvas:  # fmt: skip
    """A canvas of `width` x `height` px; release it at the end.

    `context` is that of an OpenGL window, if there is one. Where OpenGL is missing or too old, `say` gets one
    line and the canvas is the software one.
    """
    if renderer == "software":
        return Canvas(width, height, tile)
    try:
        from reskin.engine.draw.opengl import OpenGLCanvas

        return OpenGLCanvas(width, height, tile, context)
    except OpenGLMissing as error:
        say(software_instead(error))
        return Canvas(width, height, tile)


def software_instead(error: OpenGLMissing) -> str:
    """The line that says why OpenGL does not draw."""
    return f"Drawing in software, because OpenGL cannot be used: {error}."
