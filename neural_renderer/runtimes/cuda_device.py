"""A CUDA device: its memory, the kernels of `kernels/`, and graphs of their launches.

    device = CudaDevice(load_driver())
    picture = device.buffer((720, 1280), np.uint32)
    graph = device.capture(launches)      # once
    device.replay(graph)                  # every frame: one call

Everything goes over one stream of its own, in the device's primary context, which torch and CuPy share. The
functions are those of `cuda.bindings.driver`; tests pass an object with the same names. Nothing of CUDA is
imported until `load_driver()` is called. Source: CUDA Driver API, "Stream Management", "Graph Management".
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from reskin.kernels.cuda.compile import CompileError
from reskin.kernels.cuda.launch import Argument, Kernel, Launch, Read, Source, Write
from reskin.kernels.cuda.prebuilt import module_image
from reskin.neural_renderer.errors import RuntimeMissing
from reskin.neural_renderer.handoff.cuda_gl.runtime import Calls, cuda_missing

Image = Callable[[Source, int], bytes]
"""The machine code of a source for a compute capability such as 90."""

_STATIC_SHARED: Final = 48 * 1024
"""Bytes of shared memory that a kernel may have without being asked for more."""


@dataclass(frozen=True, eq=False)
class DeviceBuffer:
    """An array in a device's memory: contiguous, at `pointer`. It lives as long as its device."""

    pointer: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def nbytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return {"version": 3, "shape": self.shape, "typestr": self.dtype.str, "data": (self.pointer, False)}

    def part(self, first: int, shape: tuple[int, ...]) -> DeviceBuffer:
        """`shape` of the flat array's elements from number `first` on."""
        assert first + prod(shape) <= prod(self.shape)
        return DeviceBuffer(self.pointer + first * self.dtype.itemsize, shape, self.dtype)


@dataclass(frozen=True)
class TextureHandle:
    """A texture or a surface object; a kernel takes its number as an array's address."""

    pointer: int


@dataclass(frozen=True)
class Clear:
    """Among launches: sets a buffer's bytes to 0."""

    buffer: DeviceBuffer


@dataclass(frozen=True)
class Graph:
    """Captured launches. Its parts are kept, as their memory must stay where it is."""

    executable: Any
    parts: tuple[Launch | Clear, ...]


class CudaDevice:
    """One device and one stream.

    Raises CudaFailed wherever a call fails, RuntimeMissing where there is no such device. Call it from one
    thread at a time, after `enter` on that thread.
    """

    def __init__(self, driver: Any, number: int = 0, image: Image = module_image) -> None:
        self._driver, self._image, self._call = driver, image, Calls(driver)
        self._call("cuInit", 0)
        count = self._call("cuDeviceGetCount")
        if not 0 <= number < count:
            raise RuntimeMissing(f"there is no CUDA device {number}; the driver finds {count}")
        device = self._call("cuDeviceGet", number)
        names = driver.CUdevice_attribute
        major, minor, self.multiprocessors = (
            int(self._call("cuDeviceGetAttribute", getattr(names, f"CU_DEVICE_ATTRIBUTE_{name}"), device))
            for name in (
                "COMPUTE_CAPABILITY_MAJOR", "COMPUTE_CAPABILITY_MINOR", "MULTIPROCESSOR_COUNT",
            )
        )  # fmt: skip
        self.capability = 10 * major + minor
        if self.capability < 80:
            raise RuntimeMissing(
                f"CUDA device {number} has compute capability {major}.{minor}; the kernels need 8.0 "
                "(A100, RTX 30) or later"
            )
        self._context = self._call("cuDevicePrimaryCtxRetain", device)
        self.enter()
        self.stream = self._call("cuStreamCreate", 1)  # one that does not wait for the default stream
        self._functions: dict[str, Any] = {}
        self._modules: dict[Source, Any] = {}
        self._pinned: list[int] = []
        self._allocated: list[int] = []
        self._graphs: list[Any] = []

    def enter(self) -> None:
        """Make the device's context the calling thread's."""
        self._call("cuCtxSetCurrent", self._context)

    def buffer(self, shape: tuple[int, ...], dtype: DTypeLike) -> DeviceBuffer:
        """Memory for an array, not initialised."""
        kind = np.dtype(dtype)
        pointer = int(self._call("cuMemAlloc", max(prod(shape) * kind.itemsize, 1)))
        self._allocated.append(pointer)
        return DeviceBuffer(pointer, shape, kind)

    def pinned(self, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array of the host from which and to which copies run beside everything else."""
        kind = np.dtype(dtype)
        size = max(prod(shape) * kind.itemsize, 1)
        address = int(self._call("cuMemAllocHost", size))
        self._pinned.append(address)
        memory = np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(address))
        made: NDArray[Any] = memory[: prod(shape) * kind.itemsize].view(kind).reshape(shape)
        return made

    def constant(self, array: NDArray[Any]) -> DeviceBuffer:
        """A copy of an array on the device, there at once."""
        made = self.buffer(array.shape, array.dtype)
        source = np.ascontiguousarray(array)
        self.upload(made, source)
        self.wait()  # `source` may go
        return made

    def upload(self, to: DeviceBuffer, source: NDArray[Any]) -> None:
        """Begin to copy a contiguous array of the same size to the device."""
        assert source.flags.c_contiguous, "an array with gaps"
        assert source.nbytes == to.nbytes, f"{source.nbytes} bytes for {to.nbytes}"
        self._call("cuMemcpyHtoDAsync", to.pointer, source.ctypes.data, source.nbytes, self.stream)

    def download(self, to: NDArray[Any], source: DeviceBuffer) -> None:
        """Begin to copy to a contiguous array of the same size, best a pinned one; see `wait`."""
        assert to.flags.c_contiguous, "an array with gaps"
        assert to.nbytes == source.nbytes, f"{source.nbytes} bytes for {to.nbytes}"
        self._call("cuMemcpyDtoHAsync", to.ctypes.data, source.pointer, to.nbytes, self.stream)

    def texture(self, array: int, floats: bool) -> TextureHandle:
        """A texture object of a CUDA array: point sampled by whole coordinates, its integers as they are."""
        names, settings = self._driver, self._driver.CUDA_TEXTURE_DESC()
        settings.addressMode = [names.CUaddress_mode.CU_TR_ADDRESS_MODE_CLAMP] * 3
        settings.filterMode = names.CUfilter_mode.CU_TR_FILTER_MODE_POINT
        settings.flags = 0 if floats else 1  # CU_TRSF_READ_AS_INTEGER
        return TextureHandle(int(self._call("cuTexObjectCreate", self._of_array(array), settings, None)))

    def surface(self, array: int) -> TextureHandle:
        """A surface object of a CUDA array that was registered to be written by surfaces."""
        return TextureHandle(int(self._call("cuSurfObjectCreate", self._of_array(array))))

    def drop_texture(self, texture: TextureHandle) -> None:
        """Free a texture object, after all that uses it."""
        self._call("cuTexObjectDestroy", texture.pointer)

    def drop_surface(self, surface: TextureHandle) -> None:
        """Free a surface object, after all that uses it."""
        self._call("cuSurfObjectDestroy", surface.pointer)

    def _of_array(self, array: int) -> Any:
        made = self._driver.CUDA_RESOURCE_DESC()
        made.resType = self._driver.CUresourcetype.CU_RESOURCE_TYPE_ARRAY
        made.res.array.hArray = self._driver.CUarray(array)
        return made

    def wait(self) -> None:
        """Wait for all that was begun."""
        self._call("cuStreamSynchronize", self.stream)

    def blocks(self, kernel: Kernel) -> int:
        """How many blocks of a kernel the device runs at a time."""
        function = self._function(kernel)
        each = self._call(
            "cuOccupancyMaxActiveBlocksPerMultiprocessor", function, kernel.threads, kernel.shared_bytes
        )
        return max(int(each), 1) * self.multiprocessors

    def capture(self, parts: Sequence[Launch | Clear]) -> Graph:
        """A graph that does these parts in order. Their kernels are compiled and loaded before."""
        functions = [self._function(part.kernel) if isinstance(part, Launch) else None for part in parts]
        modes = self._driver.CUstreamCaptureMode
        mode = modes.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL  # other threads may allocate meanwhile
        self._call("cuStreamBeginCapture", self.stream, mode)
        try:
            for part, function in zip(parts, functions, strict=True):
                self._begin(part, function)
        finally:
            graph = self._call("cuStreamEndCapture", self.stream)
        executable = self._call("cuGraphInstantiate", graph, 0)
        self._call("cuGraphDestroy", graph)
        self._graphs.append(executable)
        return Graph(executable, tuple(parts))

    def replay(self, graph: Graph) -> None:
        """Begin a graph."""
        self._call("cuGraphLaunch", graph.executable, self.stream)

    def run(self, part: Launch | Clear) -> None:
        """Begin one launch, without a graph."""
        self._begin(part, self._function(part.kernel) if isinstance(part, Launch) else None)

    def discard(self, graph: Graph) -> None:
        """Free a graph that will not be replayed."""
        self._graphs.remove(graph.executable)
        self._call("cuGraphExecDestroy", graph.executable)

    def free(self, buffer: DeviceBuffer) -> None:
        """Free memory that `buffer` or `constant` gave, after all that uses it."""
        self._allocated.remove(buffer.pointer)
        self._call("cuMemFree", buffer.pointer)

    def unpin(self, array: NDArray[Any]) -> None:
        """Free an array that `pinned` gave, after all copies. It must not be used after."""
        self._pinned.remove(array.ctypes.data)
        self._call("cuMemFreeHost", array.ctypes.data)

    def close(self) -> None:
        """Free all that it has. The device must not be used after."""
        self.enter()
        self.wait()
        for executable in self._graphs:
            self._call("cuGraphExecDestroy", executable)
        for pointer in self._allocated:
            self._call("cuMemFree", pointer)
        for address in self._pinned:
            self._call("cuMemFreeHost", address)
        for module in self._modules.values():
            self._call("cuModuleUnload", module)
        self._call("cuStreamDestroy", self.stream)
        for kept in (self._graphs, self._allocated, self._pinned, self._modules, self._functions):
            kept.clear()

    def _begin(self, part: Launch | Clear, function: Any) -> None:
        if isinstance(part, Clear):
            self._call("cuMemsetD8Async", part.buffer.pointer, 0, part.buffer.nbytes, self.stream)
            return
        values = [_value(argument) for argument in part.arguments]
        # CUDA copies the values when it is called.
        pointers = (ctypes.c_void_p * len(values))(*(ctypes.addressof(value) for value in values))
        kernel = part.kernel
        self._call(
            "cuLaunchKernel", function, *part.grid, *kernel.block, kernel.shared_bytes, self.stream,
            ctypes.addressof(pointers), 0,
        )  # fmt: skip

    def _function(self, kernel: Kernel) -> Any:
        found = self._functions.get(kernel.name)
        if found is None:
            module = self._modules.get(kernel.source)
            if module is None:
                try:
                    image = self._image(kernel.source, self.capability)
                except CompileError as error:
                    raise RuntimeMissing(str(error)) from error
                module = self._modules[kernel.source] = self._call("cuModuleLoadData", image)
            found = self._call("cuModuleGetFunction", module, kernel.name.encode())
            if kernel.shared_bytes > _STATIC_SHARED:
                names = self._driver.CUfunction_attribute
                most = names.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
                self._call("cuFuncSetAttribute", found, most, kernel.shared_bytes)
            self._functions[kernel.name] = found
        return found


def _value(argument: Argument) -> Any:
    """An argument as the bytes that a kernel takes."""
    if isinstance(argument, Read | Write):
        return ctypes.c_void_p(argument.array.pointer)
    if argument is None:
        return ctypes.c_void_p(None)
    return ctypes.c_float(argument) if isinstance(argument, float) else ctypes.c_int32(argument)


def load_driver() -> Any:
    """CUDA's driver by the package cuda-bindings. Raises RuntimeMissing, which says what is missing."""
    missing = cuda_missing()
    if missing:
        raise RuntimeMissing(f"the cuda runtime cannot start: {missing}")
    from cuda.bindings import driver

    return driver
