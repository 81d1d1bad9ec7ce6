"""The textures of a frame, what is drawn into them, and how they come into arrays.

A texture's bytes are those of the frame's array: row 0 is the top, and colours lie as B, G, R, X.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reskin.engine.draw.buffers import Buffers

if TYPE_CHECKING:
    import moderngl

FORMATS: Final = {
    "color": (4, "f1"),
    "material": (1, "u1"),
    "identity": (1, "u2"),
    "motion": (2, "f2"),
    "anchor": (2, "f4"),
    "depth": (1, "f2"),
    "hud": (4, "f1"),
}
"""Components and moderngl's type of each channel: RGBA8, R8UI, R16UI, RG16F, RG32F, R16F, RGBA8. CUDA can
register all of them."""


class Targets:
    """Textures and framebuffers for frames of `width` x `height` px, and a buffer to read them back."""

    def __init__(self, context: moderngl.Context, width: int, height: int) -> None:
        self._context = context
        self.size = (width, height)
        self.textures = {
            name: context.texture(self.size, components, dtype=dtype, alignment=1)
            for name, (components, dtype) in FORMATS.items()
        }
        self.slots = context.texture(self.size, 4, dtype="f1")
        for texture in (*self.textures.values(), self.slots):
            texture.filter = (context.NEAREST, context.NEAREST)
        made = self.textures
        self.shapes = context.framebuffer([made["color"], self.slots])
        derived = ("material", "identity", "motion", "anchor", "depth")
        self.channels = context.framebuffer([made[name] for name in derived])
        self.hud = context.framebuffer([made["hud"]])
        sizes = [width * height * texture.components * _BYTES[texture.dtype] for texture in made.values()]
        rooms = [-(-size // 16) * 16 for size in sizes]  # a copy must start at a whole number of its elements
        starts = [sum(rooms[:i]) for i in range(len(rooms))]
        self._parts = list(zip(made, starts, sizes, strict=True))
        self._pack = context.buffer(reserve=sum(rooms), dynamic=True)

    def read_into(self, buffers: Buffers) -> None:
        """Copy all channels into a frame's arrays: all are asked for before the first is waited for."""
        for name, start, _ in self._parts:
            self.textures[name].read_into(self._pack, alignment=1, write_offset=start)
        for name, start, size in self._parts:
            self._pack.read_into(getattr(buffers, name), size, offset=start)

    def release(self) -> None:
        # OpenGL must not be left with one of these bound: moderngl binds it again after it makes another.
        self._context.detect_framebuffer(0).use()
        for framebuffer in (self.shapes, self.channels, self.hud):
            framebuffer.release()
        for texture in (*self.textures.values(), self.slots):
            texture.release()
        self._pack.release()


_BYTES: Final = {"f1": 1, "u1": 1, "u2": 2, "f2": 2, "f4": 4}
