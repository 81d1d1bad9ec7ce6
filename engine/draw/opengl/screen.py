"""Pictures on the screen: uploads one, and draws it into a part of the window.

Read next: `engine.loop.opengl_window`, which owns the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reskin.engine.draw.opengl.context import program

if TYPE_CHECKING:
    import moderngl

Box = tuple[int, int, int, int]
"""left, top, width, height, in px of the window; the origin is at the top left."""


class Screen:
    """Draws pictures into the window of a context."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._program = program(context, "present.vert", "present.frag")
        self._array = context.vertex_array(self._program, [])
        self._textures: dict[str, moderngl.Texture] = {}

    def clear(self, color: tuple[int, int, int]) -> None:
        """Fill the whole window."""
        self._context.screen.use()
        red, green, blue = color
        self._context.clear(red / 255, green / 255, blue / 255)

    def draw(
        self, name: str, picture: NDArray[np.uint8], box: Box, height: int,
        rgba: bool = False, smooth: bool = False, opaque: bool = True,
    ) -> None:  # fmt: skip
        """Draw uint8 [H,W,4] over `box` of a window `height` px high, blended by its alpha unless `opaque`.

        `name` tells pictures apart: each has its own texture, which is made again when the size changes.
        """
        texture = self._texture(name, picture.shape[1], picture.shape[0])
        texture.write(np.ascontiguousarray(picture))
        context = self._context
        smaller = smooth and box[2] < picture.shape[1]
        if smaller:
            texture.build_mipmaps()
        sharp = context.LINEAR if smooth else context.NEAREST
        texture.filter = (context.LINEAR_MIPMAP_LINEAR if smaller else sharp, sharp)
        self._set("rgba", rgba)
        self._set("opaque", opaque)
        context.screen.use()
        context.viewport = (box[0], height - box[1] - box[3], box[2], box[3])
        context.enable_only(context.NOTHING if opaque else context.BLEND)
        context.blend_func = context.SRC_ALPHA, context.ONE_MINUS_SRC_ALPHA
        texture.use(0)
        self._array.render(context.TRIANGLES, vertices=3)

    def release(self) -> None:
        for texture in self._textures.values():
            texture.release()
        self._textures.clear()
        self._array.release()
        self._program.release()

    def _texture(self, name: str, width: int, height: int) -> moderngl.Texture:
        texture = self._textures.get(name)
        if texture is None or texture.size != (width, height):
            if texture is not None:
                texture.release()
            texture = self._textures[name] = self._context.texture((width, height), 4, dtype="f1")
            texture.repeat_x = texture.repeat_y = False
        return texture

    def _set(self, name: str, value: Any) -> None:
        self._program[name] = value
