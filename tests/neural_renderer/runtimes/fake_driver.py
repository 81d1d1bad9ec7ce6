"""A CUDA driver that is not there: the names of `cuda.bindings.driver`, and what they do, on the CPU.

Kernels run under the strict shim, so that a whole frame can be computed and compared. Calls are counted. What
a driver refuses is refused with its code: memory and synchronisation while a stream is captured, copies
beyond an allocation, a kernel with more shared memory than was asked for, memory freed twice, a context not
current.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.cuda import shim
from reskin.kernels.cuda.launch import Argument, Kernel, Launch, Read, Source, Write

INVALID_VALUE, OUT_OF_MEMORY, NO_BINARY, NOT_FOUND = 1, 2, 209, 500
CAPTURE_UNSUPPORTED, INVALID_CONTEXT = 900, 201
CAPTURABLE: Final = {"cuLaunchKernel", "cuMemsetD8Async", "cuStreamEndCapture"}
"""What may be called on a stream that is being captured."""


class _Names:
    """Stands in for an enumeration: each name is its own value."""

    def __getattr__(self, name: str) -> str:
        return name


class Function(NamedTuple):
    source: Source
    name: str


@dataclass(eq=False)
class Graph:
    work: list[Callable[[], None]]


@dataclass
class FakeDriver:
    """One device of compute capability 9.0 with two multiprocessors. `counts`: how often each function was
    called; `fails`: codes that functions give instead of working, by name; `arrays`: the texels of a CUDA
    array, by its handle."""

    sources: dict[bytes, Source] = field(default_factory=dict)
    capability: tuple[int, int] = (9, 0)
    counts: Counter[str] = field(default_factory=Counter)
    fails: dict[str, int] = field(default_factory=dict)
    memory: dict[int, NDArray[np.uint8]] = field(default_factory=dict)
    pinned: dict[int, NDArray[np.uint8]] = field(default_factory=dict)
    graphs: list[Graph] = field(default_factory=list)
    captured: list[Callable[[], None]] | None = None
    current: object = None
    shared: dict[Function, int] = field(default_factory=dict)
    arrays: Callable[[int], NDArray[Any]] | None = None
    objects: dict[int, tuple[int, bool]] = field(default_factory=dict)
    CUdevice_attribute = CUstreamCaptureMode = CUfunction_attribute = _Names()
    CUaddress_mode = CUfilter_mode = CUresourcetype = _Names()
    CUarray = int
    CUDA_TEXTURE_DESC = SimpleNamespace

    def image(self, source: Source, capability: int) -> bytes:
        """What `CudaDevice` takes for machine code."""
        assert capability == 10 * self.capability[0] + self.capability[1]
        code = source.path.encode()
        self.sources[code] = source
        return code

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, name)
        if not (name.startswith("cu") and name[2:3].isupper()):
            return found

        def call(*arguments: Any) -> tuple[Any, ...]:
            self.counts[name] += 1
            if name in self.fails:
                return (self.fails[name],)
            if self.captured is not None and name not in CAPTURABLE:
                return (CAPTURE_UNSUPPORTED,)
            made = found(*arguments)
            return made if isinstance(made, tuple) else (made,)

        return call

    def cuInit(self, flags: int) -> int:
        return 0

    def cuDeviceGetCount(self) -> tuple[int, int]:
        return 0, 1

    def cuDeviceGet(self, number: int) -> tuple[int, str]:
        return 0, f"device {number}"

    def cuDeviceGetAttribute(self, name: str, device: str) -> tuple[int, int]:
        values = {"MAJOR": self.capability[0], "MINOR": self.capability[1], "COUNT": 2}
        return 0, values[name.rpartition("_")[2]]

    def cuDevicePrimaryCtxRetain(self, device: str) -> tuple[int, str]:
        return 0, "context"

    def cuCtxSetCurrent(self, context: str) -> int:
        self.current = context
        return 0

    def cuStreamCreate(self, flags: int) -> tuple[int, int]:
        return (0, 7) if self.current else (INVALID_CONTEXT, 0)

    def cuStreamDestroy(self, stream: int) -> int:
        return 0

    def cuStreamSynchronize(self, stream: int) -> int:
        return 0

    def cuMemAlloc(self, size: int) -> tuple[int, int]:
        return 0, self._allocate(self.memory, size)

    def cuMemAllocHost(self, size: int) -> tuple[int, int]:
        return 0, self._allocate(self.pinned, size)

    def cuMemFree(self, pointer: int) -> int:
        return 0 if self.memory.pop(pointer, None) is not None else INVALID_VALUE

    def cuMemFreeHost(self, pointer: int) -> int:
        return 0 if self.pinned.pop(pointer, None) is not None else INVALID_VALUE

    def cuMemcpyHtoDAsync(self, to: int, source: int, size: int, stream: int) -> int:
        return self._copy(self._bytes(to, size), source, size, into_device=True)

    def cuMemcpyDtoHAsync(self, to: int, source: int, size: int, stream: int) -> int:
        return self._copy(self._bytes(source, size), to, size, into_device=False)

    def cuMemsetD8Async(self, to: int, value: int, size: int, stream: int) -> int:
        memory = self._bytes(to, size)
        if memory is None:
            return INVALID_VALUE
        self._do(lambda: memory.fill(value))
        return 0

    def cuModuleLoadData(self, image: bytes) -> tuple[int, Any]:
        return (0, self.sources[image]) if image in self.sources else (NO_BINARY, None)

    def cuModuleUnload(self, module: Source) -> int:
        return 0

    def cuModuleGetFunction(self, module: Source, name: bytes) -> tuple[int, Any]:
        return 0, Function(module, name.decode())

    def cuFuncSetAttribute(self, function: Function, attribute: str, value: int) -> int:
        assert attribute == "CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES"
        self.shared[function] = value
        return 0 if value <= 227 * 1024 else INVALID_VALUE

    def cuOccupancyMaxActiveBlocksPerMultiprocessor(
        self, function: Function, threads: int, shared: int
    ) -> tuple[int, int]:
        return 0, 2

    def cuLaunchKernel(
        self, function: Function, gx: int, gy: int, gz: int, bx: int, by: int, bz: int, shared: int,
        stream: int, pointers: int, extra: int,
    ) -> int:  # fmt: skip
        if shared > self.shared.get(function, 48 * 1024):
            return INVALID_VALUE
        sizes = shim.parameters(function.source, function.name)
        table = (ctypes.c_void_p * len(sizes)).from_address(pointers)
        values = [self._argument(address or 0, size) for address, size in zip(table, sizes, strict=True)]
        kernel = Kernel(function.name, function.source, (bx, by, bz), shared)
        launch = Launch(kernel, (gx, gy, gz), tuple(values))
        self._do(lambda: shim.run(launch, seed=sum(self.counts.values())))
        return 0

    def cuStreamBeginCapture(self, stream: int, mode: str) -> int:
        self.captured = []
        return 0

    def cuStreamEndCapture(self, stream: int) -> tuple[int, Any]:
        work, self.captured = self.captured, None
        return 0, Graph(work or [])

    def cuGraphInstantiate(self, graph: Graph, flags: int) -> tuple[int, Graph]:
        self.graphs.append(Graph(graph.work))
        return 0, self.graphs[-1]

    def cuGraphDestroy(self, graph: Graph) -> int:
        return 0

    def cuGraphExecDestroy(self, graph: Graph) -> int:
        self.graphs.remove(graph)
        return 0

    def cuGraphLaunch(self, graph: Graph, stream: int) -> int:
        if graph not in self.graphs:
            return INVALID_VALUE
        for work in graph.work:
            work()
        return 0

    def CUDA_RESOURCE_DESC(self) -> SimpleNamespace:
        return SimpleNamespace(res=SimpleNamespace(array=SimpleNamespace()))

    def cuTexObjectCreate(self, made: Any, settings: Any, view: None) -> tuple[int, int]:
        assert made.resType == "CU_RESOURCE_TYPE_ARRAY"
        assert settings.filterMode == "CU_TR_FILTER_MODE_POINT"
        assert self.arrays is not None
        floats = self.arrays(made.res.array.hArray).dtype.kind == "f"
        return (0, self._object(made, False)) if settings.flags == (not floats) else (INVALID_VALUE, 0)

    def cuSurfObjectCreate(self, made: Any) -> tuple[int, int]:
        return 0, self._object(made, True)

    def cuTexObjectDestroy(self, handle: int) -> int:
        return 0 if self.objects.pop(handle, (0, True))[1] is False else INVALID_VALUE

    def cuSurfObjectDestroy(self, handle: int) -> int:
        return 0 if self.objects.pop(handle, (0, False))[1] is True else INVALID_VALUE

    def _object(self, made: Any, writes: bool) -> int:
        number = sum(self.counts.values()) * 64
        self.objects[number] = (made.res.array.hArray, writes)
        return number

    def _do(self, work: Callable[[], None]) -> None:
        if self.captured is None:
            work()
        else:
            self.captured.append(work)

    def _allocate(self, where: dict[int, NDArray[np.uint8]], size: int) -> int:
        """Memory with other bytes than zero, aligned as a driver's."""
        whole = np.full(size + 256, 0xA5, np.uint8)
        first = -whole.ctypes.data % 256
        part = whole[first : first + size]
        where[part.ctypes.data] = part
        return part.ctypes.data

    def _bytes(self, pointer: int, size: int | None = None) -> NDArray[np.uint8] | None:
        """Memory of the device from an address on; None if it is not there."""
        for first, memory in self.memory.items():
            at = pointer - first
            if 0 <= at < len(memory) and (size is None or at + size <= len(memory)):
                return memory[at:] if size is None else memory[at : at + size]
        return None

    def _copy(self, device: NDArray[np.uint8] | None, host: int, size: int, into_device: bool) -> int:
        if device is None:
            return INVALID_VALUE
        other = np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(host))
        np.copyto(*((device, other) if into_device else (other, device)))
        return 0

    def _argument(self, address: int, size: int) -> Argument:
        """A kernel's argument from where its value lies."""
        if size > 0:
            return ctypes.c_int32.from_address(address).value  # or the bits of a float
        pointer = ctypes.c_void_p.from_address(address).value
        if pointer is None:
            return None
        if size in (-2, -3):
            array, writes = self.objects[pointer]
            assert writes == (size == -3) and self.arrays is not None
            return (Write if writes else Read)(self.arrays(array))
        memory = self._bytes(pointer)
        assert memory is not None, f"{pointer:#x} is no memory of the device"
        return Write(memory) if size < 0 else Read(memory)
