"""The HUD on the GPU: the same pixels as `engine.draw.hud`, to the last bit.

pygame rounds its blending in a way that a GPU's own blending does not. So each part carries the list of
parts that lie below it, and its shader composes them in order, in integers.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final

import numpy as np
import pygame

from reskin.engine.compiled import compiled
from reskin.engine.draw.colors import Rgba
from reskin.engine.draw.hud import Hud
from reskin.engine.draw.opengl.context import program
from reskin.engine.draw.opengl.instances import InstanceBuffer
from reskin.engine.draw.opengl.pictures import Pictures
from reskin.engine.draw.opengl.tables import Table
from reskin.engine.errors import DrawError

if TYPE_CHECKING:
    import moderngl

REPLACE: Final = 0
OVER: Final = 1
PICTURE: Final = 2
PICTURE_REPLACE: Final = 3

PART: Final = Struct("=4i4BiIi")
"""Two texels: box; colour bytes, kind, place of its pixels, 0."""
PARTS_WIDTH: Final = 1024
"""Parts in a row of the table, two texels each."""


class OpenGLHud(Hud):
    """A HUD of `width` x `height` px whose parts are drawn by one call when the frame is finished."""

    def __init__(self, context: moderngl.Context, width: int, height: int, pictures: Pictures) -> None:
        self._context = context
        self._size = (width, height)
        self._pictures = pictures
        self._program = program(context, "shapes.vert", "hud.frag")
        self._program["size"] = self._size
        self._program["parts"], self._program["below"], self._program["pictures"] = 0, 1, 2
        self._parts = Table(context, "i4", 4, width=PARTS_WIDTH * 2, rows=1)
        self._below = Table(context, "i4", 1)
        self._first = np.zeros(len(self._parts) // 2 + 1, np.int32)
        self._buffer = InstanceBuffer(context, self._program)
        self._count = 0
        self._open = False

    def begin(self) -> None:
        """Begin an empty HUD."""
        self._count, self._open = 0, True

    def draw(self, target: moderngl.Framebuffer) -> None:
        """Draw all parts into the HUD's texture, and end the HUD."""
        self._open = False
        target.use()
        target.clear(0.0, 0.0, 0.0, 0.0)
        if not self._count:
            return
        parts, first = self._parts.array, self._first
        total = _list_below(parts, self._count, first, self._below.array)
        if total > len(self._below):
            self._below.reserve(total)
            _list_below(parts, self._count, first, self._below.array)
        self._parts.upload(0, self._count * 2)
        self._below.upload(0, total)
        self._buffer.count = 0
        starts = first[: self._count + 1].tolist()
        for number, (left, top, right, bottom) in enumerate(parts[: self._count * 2 : 2].tolist()):
            start, stop = starts[number], starts[number + 1]
            self._buffer.add(left, top, right, bottom, start, stop - start, 0, 0)
        self._parts.texture.use(0)
        self._below.texture.use(1)
        self._pictures.texture.use(2)
        self._context.enable_only(self._context.NOTHING)
        self._buffer.draw()

    def release(self) -> None:
        self._buffer.release()
        self._parts.release()
        self._below.release()
        self._program.release()

    def _begun(self) -> None:
        if not self._open:
            raise DrawError("draw the HUD between canvas.begin() and canvas.finish()")

    def _fill(self, area: pygame.Rect, value: Rgba) -> None:
        self._add(area, value, REPLACE)

    def _veil(self, area: pygame.Rect, value: Rgba) -> None:
        self._add(area, value, OVER)

    def _over(self, premultiplied: pygame.Surface, x: int, y: int, lasting: bool = False) -> None:
        place = (self._pictures.lasting if lasting else self._pictures.changing)(premultiplied)
        self._add(pygame.Rect((x, y), premultiplied.get_size()), (0, 0, 0, 0), PICTURE, *place)

    def _replace(self, surface: pygame.Surface, x: int, y: int) -> None:
        place, _ = self._pictures.sprite(surface)
        self._add(pygame.Rect((x, y), surface.get_size()), (0, 0, 0, 0), PICTURE_REPLACE, *place)

    def _add(self, area: pygame.Rect, value: Rgba, kind: int, x: int = 0, y: int = 0) -> None:
        self._begun()
        if not area.colliderect((0, 0), self._size):
            return
        if (self._count + 1) * 2 > len(self._parts):
            self._parts.reserve((self._count + 1) * 2)
            self._first = np.zeros(len(self._parts) // 2 + 1, np.int32)
        PART.pack_into(
            self._parts.array.data.cast("B"), self._count * PART.size,
            area.left, area.top, area.right, area.bottom,
            value[2], value[1], value[0], value[3], kind, x | y << 16, 0,
        )  # fmt: skip
        self._count += 1


@compiled()
def _list_below(parts, count, first, below):  # type: ignore[no-untyped-def]
    """For each part the numbers of the parts up to it that overlap it, in order; returns how many in all.

    A list starts at the last part that replaces all that is below. `first` gets where each list starts.
    Numbers beyond the end of `below` are only counted.
    """
    total = 0
    for i in range(count):
        first[i] = total
        a = parts[2 * i]
        for j in range(i, -1, -1):
            b = parts[2 * j]
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
                if total < below.shape[0]:
                    below[total, 0] = j
                total += 1
                replaces = parts[2 * j + 1, 1] == REPLACE or parts[2 * j + 1, 1] == PICTURE_REPLACE
                if replaces and b[0] <= a[0] and b[1] <= a[1] and b[2] >= a[2] and b[3] >= a[3]:
                    break
        if total <= below.shape[0]:
            below[first[i] : total, 0] = below[first[i] : total, 0][::-1].copy()
    first[count] = total
    return total
