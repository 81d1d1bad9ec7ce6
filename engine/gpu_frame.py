"""A frame whose channels are in a GPU's memory: OpenGL textures, or arrays of any library.

`GpuFrame` has the channels of `engine.frame.Frame` under the same names, and checks them by the same table.
It needs neither OpenGL nor CUDA to be installed: textures are told by what they are able to do. `to_host()`
makes a `Frame` of it. Read next: `engine.device_arrays`, and `neural_renderer.handoff.cuda_gl`, which takes
such frames to the renderer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.device_arrays import Copy, DeviceArray, array_to_host, describe_array
from reskin.engine.errors import FrameError
from reskin.engine.frame import CHANNELS, Frame, Layout, Size, check_channel, check_settings, expected_of

Reader = Callable[[Any], NDArray[Any]]
"""Reads a texture's or a framebuffer's pixels, in the order of its own rows; see `read_texture`."""

TEXTURE_TYPES: Final = {
    "f1": "uint8", "u1": "uint8", "nu1": "uint8", "i1": "int8", "ni1": "int8",
    "u2": "uint16", "nu2": "uint16", "i2": "int16", "ni2": "int16",
    "u4": "uint32", "i4": "int32", "f2": "float16", "f4": "float32",
}  # fmt: skip
"""moderngl's types of textures, and what their elements are in memory. "f1" is what OpenGL calls RGBA8."""


@dataclass(frozen=True, eq=False)
class GpuFrame:
    """One frame of a program that draws on a GPU.

        frame = GpuFrame.of(framebuffer, "color", "material", "anchor", tick=tick)
        picture = restyler(frame)                  # on the host, uint8 [H,W,4]
        restyler.render(frame, context.screen)     # or into a texture, or onto the screen

    Each channel is a `moderngl.Texture`, an array with `__cuda_array_interface__` or DLPack (CuPy, torch,
    JAX), or a NumPy array; `color` may be a `moderngl.Framebuffer`, too. Types and shapes are those of
    `Frame`, so that a texture for `material` has one component of type "u1" or "f1", one for `identity` "u2",
    one for `motion` two of "f2", one for `anchor` two of "f2" or "f4". `overlay` cannot be a texture, which
    has at most four components.

    bottom_up: whether the first row of textures is the picture's lowest, as where OpenGL draws; arrays begin
    at the top. Motion is measured downwards in either case. layout is that of `color` and `hud`. Raises
    FrameError if a channel is not as it must be, or if a texture is multisampled or released.
    """

    color: Any
    material: Any = None
    identity: Any = None
    motion: Any = None
    anchor: Any = None
    depth: Any = None
    hud: Any = None
    detail: Any = None
    overlay: Any = None
    tick: int = 0
    cut: bool = False
    tile: float = 32.0
    layout: Layout = "RGBA"
    bottom_up: bool = True

    def __post_init__(self) -> None:
        check_settings(self.layout, self.tile)
        size: Size | None = None
        for name in CHANNELS:
            value = getattr(self, name)
            if value is not None or name == "color":
                shape = _check(name, value, size)
                size = size or shape[:2]
        object.__setattr__(self, "_size", size)

    @classmethod
    def of(cls, framebuffer: Any, *names: str, **settings: Any) -> GpuFrame:
        """A frame of a framebuffer's color attachments: the first is the channel `names[0]`, and so on.

        Without names the first attachment is `color`, and the others are not used. `settings` are the other
        fields. Raises FrameError if there are more names than attachments.
        """
        names = names or ("color",)
        textures = attachments(framebuffer)
        if not textures:  # the screen: its pixels can be read, but it has no texture
            textures = (framebuffer,)
        wrong = [name for name in names if name not in CHANNELS]
        if wrong or len(names) > len(textures):
            raise FrameError(
                f"a framebuffer with {len(textures)} color attachments cannot be {', '.join(names)}; "
                f"expected at most that many names among {', '.join(CHANNELS)}"
            )
        return cls(**dict(zip(names, textures, strict=False)), **settings)

    @property
    def height(self) -> int:
        size: tuple[int, int] = vars(self)["_size"]
        return size[0]

    @property
    def width(self) -> int:
        size: tuple[int, int] = vars(self)["_size"]
        return size[1]

    @property
    def channels(self) -> dict[str, Any]:
        """The channels that are there, by name."""
        return {name: getattr(self, name) for name in CHANNELS if getattr(self, name) is not None}

    @property
    def textures(self) -> dict[str, Any]:
        """Those of the channels that are OpenGL's: textures, or a framebuffer."""
        return {name: value for name, value in self.channels.items() if is_opengl(value)}

    def to_host(self, read: Reader | None = None, copy: Copy | None = None) -> Frame:
        """The frame in the host's memory. What is there already is not copied.

        read: reads a texture; `read_texture` if it is None. copy: copies from a CUDA device; the libraries of
        the arrays themselves if it is None. The context of the textures must be current.
        """
        host = {name: self._channel_to_host(value, read, copy) for name, value in self.channels.items()}
        return Frame(**host, tick=self.tick, cut=self.cut, tile=self.tile, layout=self.layout)

    def _channel_to_host(self, value: Any, read: Reader | None, copy: Copy | None) -> NDArray[Any]:
        if is_opengl(value):
            pixels = (read or read_texture)(value)
            return np.ascontiguousarray(pixels[::-1]) if self.bottom_up else pixels
        return array_to_host(value, copy)

    def replace(self, **changes: Any) -> GpuFrame:
        """A frame with some fields changed, checked again."""
        return replace(self, **changes)

    def __repr__(self) -> str:
        channels = ", ".join(f"{name} {type(value).__name__}" for name, value in self.channels.items())
        others = [f.name for f in fields(self) if f.name not in CHANNELS]
        settings = ", ".join(f"{name}={getattr(self, name)!r}" for name in others)
        return f"GpuFrame({self.width} x {self.height}: {channels}; {settings})"


def is_opengl(value: Any) -> bool:
    """Whether a value is a texture or a framebuffer of moderngl's, or works like one."""
    return hasattr(value, "glo") and hasattr(value, "size") and hasattr(value, "samples")


def attachments(framebuffer: Any) -> tuple[Any, ...]:
    """A framebuffer's color attachments; none of the screen's."""
    return tuple(getattr(framebuffer, "color_attachments", None) or ())


def read_texture(texture: Any) -> NDArray[Any]:
    """A texture's pixels [H,W,components], or [H,W] for one, or a framebuffer's [H,W,4]. It waits."""
    shape, dtype = texture_shape(texture)
    if hasattr(texture, "color_attachments"):
        data = texture.read(components=4, alignment=1)
    else:
        data = texture.read(alignment=1)
    return np.frombuffer(data, dtype).reshape(shape)


def texture_shape(texture: Any) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and type of the array that a texture is, [H,W,components] or [H,W]; a framebuffer is RGBA8."""
    width, height = texture.size
    if hasattr(texture, "color_attachments"):
        return (height, width, 4), np.dtype(np.uint8)
    tail = (texture.components,) if texture.components > 1 else ()
    return (height, width, *tail), np.dtype(TEXTURE_TYPES.get(texture.dtype, "V1"))


def _check(name: str, value: Any, size: Size | None) -> tuple[int, ...]:
    """The shape of a channel that is as it must be."""
    if is_opengl(value):
        _check_texture(name, value, size)
        shape, dtype = texture_shape(value)
    else:
        array: DeviceArray | None = describe_array(value)
        if array is None:
            raise FrameError(
                f"{name} must be a texture, or an array with __cuda_array_interface__ or DLPack: "
                f"{expected_of(name, size)}; got {type(value).__name__}"
            )
        shape, dtype = array.shape, array.dtype
    check_channel(name, shape, dtype, size)
    return shape


def _check_texture(name: str, texture: Any, size: Size | None) -> None:
    is_framebuffer = hasattr(texture, "color_attachments")
    if type(getattr(texture, "mglo", None)).__name__ == "InvalidObject":
        raise FrameError(f"{name} is a texture that was released; make the frame anew after a resize")
    if texture.samples:
        raise FrameError(
            f"{name} must have one sample a pixel, got {texture.samples}; resolve it with "
            "context.copy_framebuffer() into a framebuffer without samples"
        )
    if is_framebuffer and name != "color":
        raise FrameError(f"{name} must be a texture, {expected_of(name, size)}; got a framebuffer")
    if not is_framebuffer and (not hasattr(texture, "components") or getattr(texture, "depth", False)):
        raise FrameError(
            f"{name} must be a colour texture, {expected_of(name, size)}; got "
            f"{'a depth texture' if hasattr(texture, 'components') else type(texture).__name__}"
        )
