"""Frames of OpenGL through the host's memory: textures are read back, and pictures are put into a target.

This is the way without CUDA, and the way that is left when CUDA and OpenGL cannot share memory. All textures
of a frame are read into pixel pack buffers before the first is waited for, and a picture goes back through a
pixel unpack buffer, so that the driver may do each while something else runs.

All calls need the thread on which the textures' context is current. OpenGL's state is left as it was, but for
the last texture unit, which moderngl keeps for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.device_arrays import Copy
from reskin.engine.frame import Frame, Layout
from reskin.engine.gpu_frame import GpuFrame, attachments, is_opengl, texture_shape
from reskin.neural_renderer.errors import InputError

NOTHING, TRIANGLES = 0, 4
"""moderngl's names for no flag of OpenGL's, and for how vertices become triangles."""

SHADERS: Final = {
    "vertex_shader": """
        #version 330 core
        void main() {
            vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
            gl_Position = vec4(corner, 0.0, 1.0);
        }
    """,
    "fragment_shader": """
        #version 330 core
        uniform sampler2D picture;
        uniform vec2 scale;
        out vec4 color;
        void main() {
            ivec2 last = textureSize(picture, 0) - 1;
            color = vec4(texelFetch(picture, min(ivec2(gl_FragCoord.xy * scale), last), 0).rgb, 1.0);
        }
    """,
}
"""Draw a picture over the whole of a target, by one large triangle; the nearest pixel where sizes differ."""


@dataclass
class _Screen:
    """What draws into targets that have no texture, such as a window."""

    program: Any
    triangle: Any
    texture: Any = None

    def release(self) -> None:
        for thing in (self.texture, self.triangle, self.program):
            if thing is not None:
                thing.release()


@dataclass
class HostCopies:
    """Reads frames of one OpenGL context and writes pictures into it, with buffers that are kept.

    `release()` frees them. A context that was lost or closed takes them with it; `forget()` then drops them
    without a call. bytes_kept: how many bytes its buffers in the context have.
    """

    context: Any
    _packs: dict[str, Any] = field(default_factory=dict)
    _screen: _Screen | None = None

    def read(self, frame: GpuFrame, copy: Copy | None = None) -> Frame:
        """The frame in the host's memory. copy: copies arrays of a CUDA device."""
        begun = {}
        for name, texture in frame.textures.items():
            begun[id(texture)] = self._begin(name, texture)
        return frame.to_host(lambda texture: self._finish(texture, begun[id(texture)]), copy)

    def _begin(self, name: str, texture: Any) -> Any:
        """Start to read a texture; its bytes will be in the buffer that is returned."""
        shape, dtype = texture_shape(texture)
        buffer = self._buffer(name, int(np.prod(shape)) * dtype.itemsize)
        if hasattr(texture, "color_attachments"):
            texture.read_into(buffer, components=4, alignment=1)
        else:
            texture.read_into(buffer, alignment=1)
        return buffer

    def _finish(self, texture: Any, buffer: Any) -> NDArray[Any]:
        shape, dtype = texture_shape(texture)
        pixels = np.empty(shape, dtype)
        buffer.read_into(pixels.reshape(-1).view(np.uint8).data)
        return pixels

    def _buffer(self, name: str, size: int) -> Any:
        """The buffer of this name, of just this size."""
        buffer = self._packs.get(name)
        if buffer is None or buffer.size != size:
            if buffer is not None:
                buffer.release()
            buffer = self._packs[name] = self.context.buffer(reserve=size, dynamic=True)
        return buffer

    def write(self, picture: NDArray[np.uint8], layout: Layout, target: Any, bottom_up: bool = True) -> None:
        """Put a uint8 [H,W,4] picture into a texture or a framebuffer.

        A texture must have the picture's size and four components of type "f1" or "u1", in the order RGBA. A
        framebuffer may have any size, and shows the nearest pixels; without blending, and whatever its
        scissor is. bottom_up: whether the target's first row is the lowest. Raises InputError.
        """
        check_target(target, picture.shape[1], picture.shape[0])
        if layout == "BGRX":
            picture = picture[..., [2, 1, 0, 3]]
        rows = np.ascontiguousarray(picture[::-1] if bottom_up else picture)
        if hasattr(target, "color_attachments"):
            self._draw(rows, target)
        else:
            self._upload(rows, target)

    def _upload(self, rows: NDArray[np.uint8], texture: Any) -> None:
        buffer = self._buffer("picture", rows.nbytes)
        buffer.orphan()  # else it would wait for the last picture's copy
        buffer.write(rows.reshape(-1).data)
        texture.write(buffer, alignment=1)

    def _draw(self, rows: NDArray[np.uint8], target: Any) -> None:
        height, width = rows.shape[:2]
        screen = self._screen
        if screen is None:
            program = self.context.program(**SHADERS)
            screen = self._screen = _Screen(program, self.context.vertex_array(program, []))
        if screen.texture is None or screen.texture.size != (width, height):
            if screen.texture is not None:
                screen.texture.release()
            screen.texture = self.context.texture((width, height), 4)
        self._upload(rows, screen.texture)
        unit = self.context.max_texture_units - 1
        screen.program["picture"] = unit
        screen.program["scale"] = (width / target.size[0], height / target.size[1])
        with _whole(target), self.context.scope(target, NOTHING, textures=((screen.texture, unit),)):
            screen.triangle.render(mode=TRIANGLES, vertices=3)

    @property
    def bytes_kept(self) -> int:
        kept: int = sum(buffer.size for buffer in self._packs.values())
        texture = None if self._screen is None else self._screen.texture
        return kept + (4 * texture.width * texture.height if texture is not None else 0)

    def release(self) -> None:
        """Free everything that is kept in the context."""
        for buffer in self._packs.values():
            buffer.release()
        if self._screen is not None:
            self._screen.release()
        self.forget()

    def forget(self) -> None:
        """Drop what is kept, of a context that is gone."""
        self._packs, self._screen = {}, None


@contextmanager
def _whole(target: Any) -> Iterator[None]:
    """All pixels and colors of a framebuffer can be drawn to, as triangles, until the end."""
    context, whole = target.ctx, (0, 0, *target.size)
    before = target.viewport, target.scissor, target.color_mask, context.wireframe
    target.viewport, target.scissor, context.wireframe = whole, None, False
    target.color_mask = (True,) * 4 if isinstance(before[2][0], bool) else ((True,) * 4,) * len(before[2])
    try:
        yield
    finally:
        target.viewport, scissor, target.color_mask, context.wireframe = before
        target.scissor = None if tuple(scissor) == whole else scissor


def check_target(target: Any, width: int, height: int) -> None:
    """Raise InputError if a picture of this size cannot be put into a target."""
    if not is_opengl(target):
        raise InputError(
            f"a picture can be rendered into a texture or a framebuffer, got {type(target).__name__}; "
            "restyler(frame) gives it as an array"
        )
    if hasattr(target, "color_attachments"):
        first = next(iter(attachments(target)), None)
        if first is not None and getattr(first, "dtype", "f1") != "f1":
            raise InputError(f'a framebuffer to render into must have type "f1" first, got {first.dtype!r}')
        return
    if target.samples or tuple(target.size) != (width, height):
        raise InputError(
            f"a texture to render into must be {width} x {height} with one sample a pixel, got "
            f"{target.size[0]} x {target.size[1]} with {max(target.samples, 1)}"
        )
    if target.components != 4 or target.dtype not in ("f1", "u1"):
        raise InputError(
            f'a texture to render into must have 4 components of type "f1", got {target.components} of '
            f"{target.dtype!r}"
        )
