"""The shapes of a frame as instances: 32 bytes each, written once a frame, drawn by one call.

It has the calls of `engine.draw.planes.Planes`, and records what those would draw. Read next: `rows`,
`pictures`, and `shaders/shapes.frag`, which decides what each instance covers.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.draw.colors import Rgb
from reskin.engine.draw.opengl.context import program
from reskin.engine.draw.opengl.pictures import Pictures
from reskin.engine.draw.opengl.rows import Rows, RowTable
from reskin.engine.draw.planes import Pixel

if TYPE_CHECKING:
    import moderngl

RECTANGLE: Final = 0
ROWS: Final = 1 << 24
PICTURE: Final = 2 << 24
MIRRORED: Final = 3 << 24

INSTANCE: Final = Struct("=4iIiII")
"""Box; colour bytes; slot and kind; two numbers that depend on the kind."""
FIRST_ROOM: Final = 1024


class InstanceBuffer:
    """Instances of one program: recorded in memory, written in one go, drawn by one call."""

    def __init__(self, context: moderngl.Context, shader: moderngl.Program) -> None:
        self._context, self._program = context, shader
        self.count = 0
        self._room = FIRST_ROOM
        self._bytes = bytearray(FIRST_ROOM * INSTANCE.size)
        self._open()

    def _open(self) -> None:
        """Make the buffer as large as what is recorded in."""
        self._buffer = self._context.buffer(reserve=len(self._bytes), dynamic=True)
        self._array = self._context.vertex_array(
            self._program, [(self._buffer, "4i 4i /i", "in_box", "in_paint")]
        )

    def add(self, left: int, top: int, right: int, bottom: int, a: int, b: int, c: int, d: int) -> None:
        """Append an instance; its box is in px of the picture."""
        if self.count == self._room:
            self._room *= 2
            self._bytes.extend(bytes(len(self._bytes)))
        INSTANCE.pack_into(self._bytes, self.count * INSTANCE.size, left, top, right, bottom, a, b, c, d)
        self.count += 1

    def draw(self) -> None:
        """Send the instances and draw them, in order."""
        if self._buffer.size < len(self._bytes):
            self.release()
            self._open()
        if self.count:
            self._buffer.orphan()
            self._buffer.write(memoryview(self._bytes)[: self.count * INSTANCE.size])
            self._array.render(self._context.TRIANGLE_STRIP, vertices=4, instances=self.count)

    def release(self) -> None:
        self._array.release()
        self._buffer.release()


class Instances:
    """The shapes of a frame of `width` x `height` px, drawn into colours and slot numbers."""

    def __init__(self, context: moderngl.Context, width: int, height: int, pictures: Pictures) -> None:
        self._context = context
        self._size = (width, height)
        self._pictures = pictures
        self._program = program(context, "shapes.vert", "shapes.frag")
        self._program["size"] = self._size
        self._program["row_table"] = 0
        self._program["pictures"] = 1
        self._buffer = InstanceBuffer(context, self._program)
        self._rows = RowTable(context, self._size)
        self._blends = False

    def start(self) -> None:
        """Begin a frame without shapes."""
        self._buffer.count = 0
        self._blends = False
        self._rows.start()

    def draw(self, target: moderngl.Framebuffer) -> None:
        """Draw the frame's shapes into colours and slot numbers, in the order of the calls."""
        self._rows.upload()
        target.use()
        target.clear(0.0, 0.0, 0.0, 1.0)  # black, and slot 0
        self._rows.table.texture.use(0)
        self._pictures.texture.use(1)
        context = self._context
        context.enable_only(context.BLEND if self._blends else context.NOTHING)
        # The slot's alpha is 0 or 1, so that its bytes are kept or replaced exactly.
        separate: Any = (
            context.SRC_ALPHA, context.ONE_MINUS_SRC_ALPHA, context.ONE, context.ONE_MINUS_SRC_ALPHA
        )  # fmt: skip
        context.blend_func = separate  # of two for colours and two for alpha, which its type does not know
        self._buffer.draw()

    def release(self) -> None:
        self._buffer.release()
        self._rows.release()
        self._program.release()

    def fill(self, color: Rgb, slot: int) -> None:
        self._buffer.count = 0  # it covers all before
        self._blends = False
        self.rect(0, 0, *self._size, color, slot)

    def rect(self, left: int, top: int, right: int, bottom: int, color: Rgb, slot: int) -> None:
        """Fill from (left, top) up to, but not including, (right, bottom)."""
        # Most of a frame's calls end here, thousands at 1920x1080: no call that can be spared.
        width, height = self._size
        left, top = left if left > 0 else 0, top if top > 0 else 0
        right, bottom = right if right < width else width, bottom if bottom < height else height
        if right > left and bottom > top:
            red, green, blue = color
            self._buffer.add(left, top, right, bottom, blue | green << 8 | red << 16, slot, 0, 0)

    def circle(self, centre: Pixel, radius: int, color: Rgb, slot: int) -> None:
        if self._in_view(*centre, radius + 2):
            self._shape(*self._rows.circle(centre, radius), color, slot)

    def ellipse(self, left: int, top: int, right: int, bottom: int, color: Rgb, slot: int) -> None:
        if self._seen(left - 1, top - 1, right + 2, bottom + 2):
            rows = self._rows.ellipse((left, top), max(right - left, 1), max(bottom - top, 1))
            self._shape(*rows, color, slot)

    def polygon(self, corners: NDArray[np.int64], color: Rgb, slot: int) -> None:
        """Fill the pixels whose centre lies inside, by the even-odd rule; corners are int64 [N,2]."""
        (left, top), (right, bottom) = corners.min(0).tolist(), corners.max(0).tolist()
        if self._seen(left, top, right, bottom):
            self._shape(*self._rows.polygon(corners, (left, top, right, bottom)), color, slot)

    def line(self, start: Pixel, end: Pixel, width: int, color: Rgb, slot: int) -> None:
        (x0, y0), (x1, y1), far = start, end, width + 2
        if self._seen(min(x0, x1) - far, min(y0, y1) - far, max(x0, x1) + far, max(y0, y1) + far):
            self._shape(*self._rows.line(start, end, width), color, slot)

    def blit(self, picture: pygame.Surface, corner: Pixel, slot: int, flip: bool = False) -> None:
        """Blend a picture in; pixels with alpha above 127 get the slot."""
        (left, top), (width, height) = corner, picture.get_size()
        if self._seen(left, top, left + width, top + height):
            (x, y), (u, v) = self._pictures.sprite(picture)
            self._buffer.add(
                left, top, left + width, top + height, 0, slot | (MIRRORED if flip else PICTURE),
                x | y << 16, u | v << 16,
            )  # fmt: skip
            self._blends = True

    def _shape(self, rows: Rows, at: Pixel, color: Rgb, slot: int) -> None:
        (left, top, right, bottom), (x, y) = rows.box, at
        self._buffer.add(
            left + x, top + y, right + x, bottom + y, _bytes(color), slot | ROWS, rows.base, rows.stride
        )

    def _in_view(self, x: int, y: int, reach: int) -> bool:
        return self._seen(x - reach, y - reach, x + reach, y + reach)

    def _seen(self, left: int, top: int, right: int, bottom: int) -> bool:
        """Whether a box touches the picture."""
        return left < self._size[0] and top < self._size[1] and right > 0 and bottom > 0


def _bytes(color: Rgb) -> int:
    """A colour as the first three bytes of a pixel: B, G, R."""
    return color[2] | color[1] << 8 | color[0] << 16
