"""A frame from OpenGL's textures into one, all on the GPU: no pixel is copied to or from the host.

    mapped ─► take ─► the frame's graph, composed ─► give ─► unmapped

Textures are mapped by `handoff.cuda_gl.link`; two launches beside the graph read them and write the picture.
All runs on the device's one stream, and nobody waits: OpenGL waits for the stream when the textures are
unmapped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.engine.gpu_frame import GpuFrame, attachments, is_opengl
from reskin.kernels.exchange.cuda import Channels, give_launch, take_launch
from reskin.neural_renderer.handoff.cuda_gl.link import (
    CudaGlLink,
    Mapped,
    MappedImage,
    Resource,
    image,
)
from reskin.neural_renderer.handoff.cuda_gl.runtime import load_cuda
from reskin.neural_renderer.runtimes.cuda import CudaRuntime
from reskin.neural_renderer.runtimes.cuda_compose import Composition
from reskin.neural_renderer.runtimes.cuda_device import Clear, TextureHandle
from reskin.neural_renderer.runtimes.cuda_network import CudaFrames, CudaTables
from reskin.neural_renderer.theme.pack import Theme

NEEDED: Final = ("color", "material", "anchor")
"""Channels that are guessed on the host if a frame lacks them."""
OBJECTS_KEPT: Final = 32


class _Look(NamedTuple):
    """How frames are composed; see `Composition.of`."""

    theme: Theme
    strength: float
    bar: float
    layout: Any
    detail: bool
    hud: bool
    identity: bool


@dataclass
class _Last:
    """The frame before: whose picture lies on the device as history."""

    frames: CudaFrames
    number: int
    tables: CudaTables
    layout: str
    offsets: NDArray[np.float32]


class CudaGl:
    """Renders frames of textures by a CUDA runtime.

    `render` returns whether it did; if not, nothing was changed, and the frame has to go through the host's
    memory. All calls must come from the thread on which the OpenGL context is current.
    """

    def __init__(self, runtime: CudaRuntime, link: CudaGlLink) -> None:
        self._runtime, self._device, self._link = runtime, runtime.on_device, link
        self._objects: dict[tuple[Any, ...], tuple[Any, TextureHandle, Callable[[TextureHandle], None]]] = {}
        self._look: _Look | None = None
        self._composition: Composition | None = None
        self._last: _Last | None = None

    def render(
        self, frame: GpuFrame, target: Any, bottom_up: bool, theme: Theme, offsets: NDArray[np.float32],
        strength: float, bar: float,
    ) -> bool:  # fmt: skip
        """Restyle a frame into a texture, or into a framebuffer's first one.

        offsets float32 [M,2]: tiles by which textures have scrolled; strength 0..1; bar: the contrast that
        the guard keeps, 0 for none.
        """
        resources = _resources(frame, target)
        look = _Look(
            theme, strength, bar, frame.layout, frame.detail is not None, frame.hud is not None,
            frame.identity is not None,
        )  # fmt: skip
        if resources is None:
            return False
        with self._runtime.lock:
            self._device.enter()
            with self._link.map(resources, int(self._device.stream)) as mapped:
                if mapped is None:
                    return False
                self._render(frame, mapped, resources, bottom_up, look, offsets)
        return True

    def reset(self) -> None:
        """Forget the last frame: the next one has no history."""
        self._last = None

    def release(self) -> None:
        """Free what is kept for the textures; the link is released too. The context must be current."""
        self._device.wait()
        for key in list(self._objects):
            self._drop(key)
        self._link.release()

    def _render(
        self, frame: GpuFrame, mapped: Mapped, resources: Mapping[str, Resource], bottom_up: bool,
        look: _Look, offsets: NDArray[np.float32],
    ) -> None:  # fmt: skip
        size, shift = (frame.height, frame.width), 16 if frame.layout == "BGRX" else 0
        tables, frames = self._runtime.tables(look.theme), self._runtime.frames(*size)
        composition = self._composed(look, frames)
        handles = {
            name: self._object(resources[name].owner, view, name == "picture")
            for name, view in mapped.items()
            if isinstance(view, MappedImage)
        }
        channels, planes = frames.channels, frames.planes
        arrays = Channels(
            channels.color, channels.material, channels.anchor, channels.identity, channels.motion,
            planes.hud, planes.detail,
        )  # fmt: skip
        given = Channels(*(handles.get(name) for name in Channels._fields))
        for name in ("identity", "motion"):  # one that a frame lacks is zero
            if getattr(given, name) is None:
                self._device.run(Clear(getattr(frames.channels, name)))
        self._device.run(take_launch(given, arrays, len(MATERIALS), size, frame.bottom_up))
        frames.begin(tables, shift, offsets, self._keep(frame, frames, tables, offsets), composition)
        self._device.run(give_launch(planes.shown, handles["picture"], size, shift, bottom_up))
        self._last = _Last(frames, frames.number, tables, frame.layout, offsets)

    def _keep(
        self, frame: GpuFrame, frames: CudaFrames, tables: CudaTables, offsets: NDArray[np.float32]
    ) -> NDArray[np.bool_]:
        """Which materials are steadied by the picture before."""
        last = self._last
        follows = (
            last is not None and last.frames is frames and last.number == frames.number
            and last.tables is tables and last.layout == frame.layout and not frame.cut
        )  # fmt: skip
        if last is None or not follows:
            return np.zeros(len(offsets), bool)
        kept: NDArray[np.bool_] = (last.offsets == offsets).all(1)
        return kept

    def _composed(self, look: _Look, frames: CudaFrames) -> Composition:
        if self._composition is None or self._look is None or _differ(self._look, look):
            if self._composition is not None:
                self._device.wait()
                self._runtime.forget(self._composition)
            self._look = look
            self._composition = Composition.of(*look[:-1], self._device, identity=look.identity)
        return self._composition

    def _object(self, owner: Any, view: MappedImage, writes: bool) -> TextureHandle:
        """The texture or surface object of a mapped texture: made once, as long as its array is the same."""
        key = (id(owner), view.array, view.width, view.height, view.components, view.dtype, writes)
        if key not in self._objects:
            if len(self._objects) >= OBJECTS_KEPT:
                self._device.wait()
                self._drop(next(iter(self._objects)))
            floats = view.dtype in ("f2", "f4")
            made = self._device.surface(view.array) if writes else self._device.texture(view.array, floats)
            drop = self._device.drop_surface if writes else self._device.drop_texture
            self._objects[key] = (owner, made, drop)  # the owner is kept, so that its id is not given again
        return self._objects[key][1]

    def _drop(self, key: tuple[Any, ...]) -> None:
        _, handle, drop = self._objects.pop(key)
        drop(handle)


def direct_renderer(runtime: Any) -> CudaGl:
    """What renders textures without the host, by a `CudaRuntime`. It says on the standard error output, once,
    why frames go through the host's memory after all."""
    assert isinstance(runtime, CudaRuntime)
    return CudaGl(runtime, CudaGlLink(load_cuda(), lambda line: print(line, file=sys.stderr)))


def _differ(one: _Look, other: _Look) -> bool:
    return one.theme is not other.theme or one[1:] != other[1:]


def _resources(frame: GpuFrame, target: Any) -> dict[str, Resource] | None:
    """The textures of a frame and of a target by name; None if they cannot all be mapped."""
    textures = {name: _texture(value) for name, value in frame.channels.items()}
    textures["picture"] = _texture(target)
    if "overlay" in textures or any(name not in textures for name in NEEDED):
        return None
    if any(texture is None for texture in textures.values()):
        return None
    picture = textures["picture"]
    if (tuple(picture.size), picture.components, picture.dtype) != ((frame.width, frame.height), 4, "f1"):
        return None
    return {name: image(texture, name == "picture") for name, texture in textures.items()}


def _texture(value: Any) -> Any:
    """A texture: itself, or the first of a framebuffer; None of a screen and of an array."""
    if not is_opengl(value):
        return None
    if hasattr(value, "color_attachments"):
        return next(iter(attachments(value)), None)
    return value
