"""Tables that shaders read: arrays in integer or float textures, and lists that only grow by doubling.

A 2D texture serves as a long list: element `i` lies at column `i % width`, row `i // width`. That needs
nothing newer than OpenGL 3.3, and no limit of a uniform block applies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import moderngl

WIDTH: Final = 2048


class Table:
    """A list of `components` numbers an element in a texture, with its copy in `array`.

    The owner writes elements of `array`, up to `reserve`, and then calls `upload`. It keeps its elements
    until the owner writes others, so that what lasts is uploaded once.
    """

    def __init__(
        self, context: moderngl.Context, dtype: str, components: int, width: int = WIDTH, rows: int = 4
    ) -> None:
        self._context = context
        self._dtype = dtype
        self._components = components
        self.width = width
        self.array: NDArray[Any] = np.zeros((rows * width, components), dtype)
        self._open()

    def _open(self) -> None:
        """Make the texture as large as the array."""
        size = (self.width, len(self.array) // self.width)
        self.texture = self._context.texture(size, self._components, dtype=self._dtype, alignment=1)
        self.texture.filter = (self._context.NEAREST, self._context.NEAREST)

    def __len__(self) -> int:
        """How many elements there is room for."""
        return len(self.array)

    def reserve(self, count: int) -> None:
        """Make room for `count` elements, by doubling. The elements so far are kept."""
        room = len(self.array)
        if count <= room:
            return
        while room < count:
            room *= 2
        before = self.array
        self.array = np.zeros((room, self._components), self._dtype)
        self.array[: len(before)] = before

    def upload(self, start: int, stop: int) -> None:
        """Send the rows of the texture that hold elements `start` up to `stop`, or all after growing."""
        if self.texture.height * self.width < len(self.array):
            self.texture.release()
            self._open()
            start = 0
        if start >= stop:
            return
        first, last = start // self.width, -(-stop // self.width)
        part = self.array[first * self.width : last * self.width]
        self.texture.write(part, viewport=(0, first, self.width, last - first), alignment=1)

    def release(self) -> None:
        self.texture.release()
