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
        self._make(rows)

    def _make(self, rows: int) -> None:
        shape = (rows * self.width, self._components)
        self.array: NDArray[Any] = np.zeros(shape, self._dtype)
        self.texture = self._context.texture(
            (self.width, rows), self._components, dtype=self._dtype, alignment=1
        )
        self.texture.filter = (self._context.NEAREST, self._context.NEAREST)

    def __len__(self) -> int:
        """How many elements there is room for."""
        return len(self.array)

    def reserve(self, count: int) -> None:
        """Make room for `count` elements, by doubling. The elements so far are kept in `array`, and must be
        uploaded again."""
        rows = len(self.array) // self.width
        if count <= rows * self.width:
            return
        while rows * self.width < count:
            rows *= 2
        before = self.array
        self.texture.release()
        self._make(rows)
        self.array[: len(before)] = before

    def upload(self, start: int, stop: int) -> None:
        """Send the rows of the texture that hold elements `start` up to `stop`."""
        if start >= stop:
            return
        first, last = start // self.width, -(-stop // self.width)
        part = self.array[first * self.width : last * self.width]
        self.texture.write(part, viewport=(0, first, self.width, last - first), alignment=1)

    def release(self) -> None:
        self.texture.release()
