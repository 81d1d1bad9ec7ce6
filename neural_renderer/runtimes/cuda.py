"""The runtime on a GPU: CUDA kernels without torch, one graph a frame.

`restyle` takes frames in the host's memory: their channels go to the device, and the picture comes back.
Frames that are on the device already fill `frames(size).channels` and take `picture` from there; then nothing
is copied to or from the host.
"""

from __future__ import annotations

import threading
import weakref
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame
from reskin.kernels.simd.contiguous import packed_pixels, unpacked_pixels
from reskin.neural_renderer.errors import NonFinite
from reskin.neural_renderer.features import GBuffer
from reskin.neural_renderer.history import History
from reskin.neural_renderer.runtimes.cuda_compose import Composition
from reskin.neural_renderer.runtimes.cuda_device import CudaDevice, load_driver
from reskin.neural_renderer.runtimes.cuda_network import CudaFrames, CudaTables, FrameChannels
from reskin.neural_renderer.stages import Stages
from reskin.neural_renderer.theme.pack import Theme

THEMES_KEPT: Final = 12
SIZES_KEPT: Final = 3
"""How many themes and sizes stay on the device, the oldest dropped first."""


class CudaRuntime:
    """Keeps the networks of the themes and the arrays of the sizes that were used last.

    number: the CUDA device's. Raises RuntimeMissing without a driver, a fitting device or a compiler for the
    kernels, CudaFailed where a call fails. `prepare` may be called while another thread restyles.
    """

    name = "cuda"

    def __init__(self, number: int = 0, device: CudaDevice | None = None) -> None:
        self._device = CudaDevice(load_driver(), number) if device is None else device
        self.device = f"cuda:{number}"
        self.stages = Stages()
        self.lock = threading.Lock()
        """Held by whoever uses the device."""
        self._tables: dict[int, CudaTables] = {}
        self._hosts: dict[tuple[int, int], _HostSide] = {}

    def prepare(self, theme: Theme, size: tuple[int, int]) -> None:
        with self.lock:
            self._device.enter()
            self.tables(theme)
            self._host_side(size[1], size[0])

    def restyle(self, theme: Theme, frame: Frame, features: GBuffer, history: History | None) -> History:
        with self.lock:
            return self._restyled(theme, frame, features, history)

    def _restyled(self, theme: Theme, frame: Frame, features: GBuffer, history: History | None) -> History:
        self._device.enter()
        tables, host = self.tables(theme), self._host_side(frame.height, frame.width)
        with self.stages("upload"):
            host.fill(frame, features)
            keep = host.keep(frame, features, history)
        with self.stages("network"):
            host.last = None
            host.frames.begin(tables, 16 if frame.layout == "BGRX" else 0, features.offsets, keep)
            pixels, bad = host.result()
        if bad:
            raise NonFinite(
                f"theme {theme.name!r} gave {bad} pixels that are not finite; its weights are damaged"
            )
        made = History(unpacked_pixels(pixels), features.surface_id, frame.layout, features.offsets)
        host.last = weakref.ref(made)
        return made

    @property
    def on_device(self) -> CudaDevice:
        """The device that it runs on."""
        return self._device

    def tables(self, theme: Theme) -> CudaTables:
        """A theme's network on the device."""
        key = id(theme.tensors)
        if key not in self._tables:
            while len(self._tables) >= THEMES_KEPT:
                self._drop_theme(next(iter(self._tables)))
            self._tables[key] = CudaTables.of(theme.tensors, self._device)
        return self._tables[key]

    def frames(self, height: int, width: int) -> CudaFrames:
        """The arrays of a size on the device."""
        return self._host_side(height, width).frames

    def forget(self, composition: Composition) -> None:
        """Free a composition and the graphs that have it, after the last frame has been waited for."""
        for host in self._hosts.values():
            host.frames.forget(composition)
        for buffer in composition.buffers:
            self._device.free(buffer)

    def close(self) -> None:
        """Free all that it has on the device. It must not be used after."""
        self._device.close()

    def _host_side(self, height: int, width: int) -> _HostSide:
        key = height, width
        if key not in self._hosts:
            while len(self._hosts) >= SIZES_KEPT:
                self._device.wait()
                self._hosts.pop(next(iter(self._hosts))).close()
            self._hosts[key] = _HostSide(self._device, height, width)
        return self._hosts[key]

    def _drop_theme(self, key: int) -> None:
        tables = self._tables.pop(key)
        self._device.wait()
        for host in self._hosts.values():
            host.frames.forget(tables)
        for buffer in tables.buffers:
            self._device.free(buffer)


class _HostSide:
    """The way of a host's frame of one size to the device and back."""

    def __init__(self, device: CudaDevice, height: int, width: int) -> None:
        self._device = device
        self.frames = CudaFrames(device, height, width)
        self._staged = FrameChannels(
            *(device.pinned(buffer.shape, buffer.dtype) for buffer in self.frames.channels)
        )
        self._out = device.pinned((height * width + 1,), np.uint32)
        self._absent: set[str] = set()
        self.last: weakref.ref[History] | None = None
        self._number = 0

    def close(self) -> None:
        """Free everything, after the last frame has been waited for."""
        self.frames.close()
        for array in (*self._staged, self._out):
            self._device.unpin(array)

    def fill(self, frame: Frame, features: GBuffer) -> None:
        """Begin to copy a frame's channels to the device."""
        if self._number != self.frames.number:  # another has filled them since
            self._absent.clear()
        given = FrameChannels(
            features.material, frame.identity, packed_pixels(frame.color), features.anchor, features.motion
        )
        for name, array in given._asdict().items():
            self._send(name, array)

    def _send(self, name: str, array: NDArray[Any] | None) -> None:
        """Begin to copy one channel; zeros, if it is absent, are copied once."""
        if array is None and name in self._absent:
            return
        staged = getattr(self._staged, name)
        if array is None:
            self._absent.add(name)
            staged[...] = 0
        else:
            self._absent.discard(name)
            np.copyto(staged, array)
        self._device.upload(getattr(self.frames.channels, name), staged)

    def keep(self, frame: Frame, features: GBuffer, history: History | None) -> NDArray[np.bool_]:
        """Which materials are steadied by the history; it is copied to the device unless it is there."""
        if history is None or not history.fits(frame.layout, features.material.shape):
            return np.zeros(len(features.offsets), bool)
        there = self.last is not None and self.last() is history and self._number == self.frames.number
        if not there:
            ahead = np.append(packed_pixels(history.picture).reshape(-1), np.uint32(0))
            self._device.upload(self.frames.picture, ahead)
            self._device.upload(self.frames.surface_id, np.ascontiguousarray(history.surface_id))
            self._device.wait()
        return ~history.scrolled(features.offsets)

    def result(self) -> tuple[NDArray[np.uint32], int]:
        """The picture uint32 [H,W], and how many pixels are not finite. Waits for it."""
        self._device.download(self._out, self.frames.picture)
        self._device.wait()
        self._number = self.frames.number
        return self._out[:-1].reshape(self.frames.size).copy(), int(self._out[-1])
