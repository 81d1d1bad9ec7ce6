"""What a program on a GPU gives to be restyled, and where it wants the picture.

A `Restyler` has one `GpuFrames`. Frames come as a `GpuFrame`, as a single texture or framebuffer, or as an
array of CuPy, torch or any other library that describes its memory. Read next: `host_copies`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.device_arrays import Copy, array_to_host, describe_array
from reskin.engine.frame import Frame, Layout
from reskin.engine.gpu_frame import GpuFrame, is_opengl
from reskin.neural_renderer.errors import InputError, RuntimeMissing
from reskin.neural_renderer.handoff.cuda_gl.host_copies import HostCopies
from reskin.neural_renderer.handoff.cuda_gl.runtime import Calls, load_cuda

CONTEXTS_KEPT: Final = 4
"""Of how many OpenGL contexts the buffers are kept: one window, and a few more."""


class GpuFrames:
    """Takes frames from OpenGL and CUDA, and gives pictures back."""

    def __init__(self) -> None:
        self._copies: dict[int, HostCopies] = {}

    def to_host(self, source: Any) -> Frame | NDArray[np.uint8]:
        """What a program gave as a `Frame`, or as a bare RGB array, in the host's memory.

        Raises InputError for what is no picture.
        """
        frame = gpu_frame(source)
        if frame is None:
            if describe_array(source) is None:
                raise InputError(
                    "expected a reskin.Frame, a reskin.GpuFrame, a texture or framebuffer of moderngl, or "
                    f"a NumPy array or one of another library, got {type(source).__name__}"
                )
            return array_to_host(source, _copy_for([source]))
        copy, textures = _copy_for(frame.channels.values()), frame.textures
        if not textures:
            return frame.to_host(copy=copy)
        return self._of(next(iter(textures.values())).ctx).read(frame, copy)

    def write(self, picture: NDArray[np.uint8], layout: Layout, target: Any, bottom_up: bool) -> None:
        """Put a picture into a texture or a framebuffer; see `HostCopies.write`."""
        self._of(target.ctx).write(picture, layout, target, bottom_up)

    def _of(self, context: Any) -> HostCopies:
        for key, copies in list(self._copies.items()):
            if type(copies.context.mglo).__name__ == "InvalidObject":  # its program has released it
                copies.forget()
                del self._copies[key]
        found = self._copies.get(id(context))
        if found is None:
            found = self._copies[id(context)] = HostCopies(context)
            while len(self._copies) > CONTEXTS_KEPT:
                self._copies.pop(next(iter(self._copies))).forget()
        return found

    def release(self) -> None:
        """Free what is kept in OpenGL's contexts. The context must be current, if there is only one."""
        for copies in self._copies.values():
            copies.release()
        self._copies = {}


def _copy_for(channels: Iterable[Any]) -> Copy | None:
    """What copies from a CUDA device, if an array lies there and `cuda-bindings` is installed."""
    arrays = (None if is_opengl(channel) else describe_array(channel) for channel in channels)
    if all(array is None or array.on_host for array in arrays):
        return None
    try:
        return Calls(load_cuda()).copy
    except RuntimeMissing:
        return None  # the arrays' own library can do it, too


def gpu_frame(source: Any) -> GpuFrame | None:
    """A program's frame: as it is, or of one texture, framebuffer or array [H,W,4] RGBA. None for others."""
    if isinstance(source, GpuFrame):
        return source
    if is_opengl(source):
        return GpuFrame.of(source) if hasattr(source, "color_attachments") else GpuFrame(color=source)
    array = None if isinstance(source, np.ndarray) else describe_array(source)
    if array is not None and array.shape[2:] == (4,):
        return GpuFrame(color=source)
    return None

