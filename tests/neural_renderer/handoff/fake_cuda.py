"""OpenGL objects and CUDA's runtime, pretended: the same names and codes, and every misuse is noted.

`FakeCuda` has the functions of `cuda.bindings.runtime` that the handoff calls. It fails as CUDA's
documentation says that CUDA does, and where a test asks for it. What CUDA would not notice, and what would
crash or show the wrong picture, is kept in `misuses`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

SUCCESS, INVALID_VALUE, INVALID_HANDLE, INVALID_CONTEXT, NO_DEVICE, UNKNOWN = 0, 1, 400, 219, 100, 999
ILLEGAL_ADDRESS = 700
READ_ONLY, WRITE_DISCARD, SURFACE = 1, 2, 4


class InvalidObject:
    """What moderngl puts in the place of an object that was released."""


class FakeContext:
    """An OpenGL context. Names of textures are given again, as OpenGL does."""

    def __init__(self, devices: tuple[int, ...] = (0,)) -> None:
        self.mglo: object = object()
        self.devices = devices
        self.lost = False
        self.names: dict[int, FakeTexture] = {}
        self.on_delete: Callable[[FakeTexture], None] = lambda texture: None

    def texture(self, size: tuple[int, int], components: int = 4, dtype: str = "f1") -> FakeTexture:
        return FakeTexture(self, size, components, dtype)

    def buffer(self, size: int) -> FakeTexture:
        return FakeTexture(self, (size, 1), 1, "u1", is_buffer=True)

    def release(self) -> None:
        """The context is closed, with all that is in it."""
        self.lost, self.mglo = True, InvalidObject()


class FakeTexture:
    """A texture or a buffer, with the attributes of moderngl's."""

    def __init__(
        self, ctx: FakeContext, size: tuple[int, int], components: int, dtype: str, is_buffer: bool = False
    ) -> None:
        self.ctx, self.components, self.dtype, self.is_buffer = ctx, components, dtype, is_buffer
        self.size: Any = size[0] if is_buffer else size
        self.samples, self.depth = 0, False
        self.mglo: object = object()
        self.glo = next(name for name in range(1, 1 << 20) if name not in ctx.names)
        ctx.names[self.glo] = self

    def release(self) -> None:
        if not isinstance(self.mglo, InvalidObject):
            self.mglo = InvalidObject()
            del self.ctx.names[self.glo]
            self.ctx.on_delete(self)


class Registration:
    """A `cudaGraphicsResource_t`."""

    def __init__(self, number: int, thing: FakeTexture, flags: int) -> None:
        self.number, self.thing, self.flags = number, thing, flags
        self.stream: int | None = None  # on which it is mapped
        self.array = 0
        self.stuck = False  # it was to be unmapped alone, and CUDA refused

    def __int__(self) -> int:
        return self.number


class FakeCuda:
    """The runtime. `fail(function, code)` lets the next call of a function fail."""

    def __init__(self) -> None:
        self.context: FakeContext | None = None
        self.registrations: dict[int, Registration] = {}
        self.arrays: dict[int, Registration] = {}
        self.misuses: list[str] = []
        self.calls: list[str] = []
        self.device = 0
        self._faults: dict[str, tuple[int, int]] = {}
        self._fatal = 0
        self._next = 0x1000

    def make_current(self, context: FakeContext) -> None:
        self.context = context
        context.on_delete = self._deleted

    def fail(self, function: str, code: int = UNKNOWN, after: int = 0) -> None:
        """The next call gives `code`. A call for several resources has done `after` of them by then."""
        self._faults[function] = (code, after)

    def forgive(self) -> None:
        """Take back the faults that have not come up."""
        self._faults = {}

    @property
    def mapped(self) -> list[Registration]:
        return [entry for entry in self.registrations.values() if entry.stream is not None]

    @property
    def leaked(self) -> list[Registration]:
        """Registrations in contexts that live."""
        return [entry for entry in self.registrations.values() if not entry.thing.ctx.lost]

    def read(self, array: int, thing: FakeTexture, stream: int, write: bool = False) -> None:
        """What a kernel does: use an array that it was told is `thing`'s."""
        entry = self.arrays.get(array)
        if entry is None:
            self.misuses.append("a kernel used an array that is not mapped")
        elif entry.thing is not thing:
            self.misuses.append("a kernel used the array of another texture")
        elif entry.stream != stream:
            self.misuses.append("a kernel ran on another stream than the one of the map")
        elif write and not entry.flags & (WRITE_DISCARD | SURFACE):
            self.misuses.append("a kernel wrote a texture that was registered for reading")

    def _deleted(self, thing: FakeTexture) -> None:
        for entry in self.registrations.values():
            if entry.thing is thing:
                self.misuses.append(f"deleted while {'mapped' if entry.stream is not None else 'registered'}")

    def _begin(self, function: str) -> tuple[int, int]:
        """The code to give, and how many resources to do before."""
        self.calls.append(function)
        if self._fatal:
            self.misuses.append(f"{function} was called after CUDA broke")
            return self._fatal, 0
        code, after = self._faults.pop(function, (SUCCESS, 0))
        if code == ILLEGAL_ADDRESS:
            self._fatal = code
            self.registrations, self.arrays = {}, {}  # gone with CUDA's context
        if code == SUCCESS and (self.context is None or self.context.lost) and "GL" in function:
            code = INVALID_CONTEXT
        return code, after

    # What cuda.bindings.runtime has

    def cudaGetDeviceCount(self) -> tuple[int, int | None]:
        return SUCCESS, 1

    def cudaGetDevice(self) -> tuple[int, int | None]:
        code, _ = self._begin("cudaGetDevice")
        return (code, None) if code else (SUCCESS, self.device)

    def cudaGLGetDevices(self, cudaDeviceCount: int, deviceList: Any) -> tuple[Any, ...]:
        code, _ = self._begin("cudaGLGetDevices")
        if code:
            return code, None, None
        assert self.context is not None
        if not self.context.devices:
            return NO_DEVICE, None, None
        devices = list(self.context.devices)[:cudaDeviceCount]
        return SUCCESS, len(devices), devices + [0] * (cudaDeviceCount - len(devices))

    def _register(self, function: str, name: int, is_buffer: bool, flags: int) -> tuple[Any, ...]:
        code, _ = self._begin(function)
        if code:
            return code, None
        assert self.context is not None
        thing = self.context.names.get(name)
        bad = thing is None or thing.is_buffer != is_buffer or flags not in (0, 1, 2, 4)
        if thing is None or bad or thing.samples or thing.components == 3:
            return INVALID_VALUE, None
        if any(entry.thing is thing for entry in self.registrations.values()):
            self.misuses.append("registered twice")
        self._next += 16
        self.registrations[self._next] = Registration(self._next, thing, flags)
        return SUCCESS, self.registrations[self._next]

    def cudaGraphicsGLRegisterImage(self, image: int, target: int, flags: int) -> tuple[Any, ...]:
        if target != 0x0DE1:
            return INVALID_VALUE, None
        return self._register("cudaGraphicsGLRegisterImage", image, False, flags)

    def cudaGraphicsGLRegisterBuffer(self, buffer: int, flags: int) -> tuple[Any, ...]:
        return self._register("cudaGraphicsGLRegisterBuffer", buffer, True, flags)

    def cudaGraphicsUnregisterResource(self, resource: Any) -> tuple[int]:
        code, _ = self._begin("cudaGraphicsUnregisterResource")
        if self._fatal:
            return (code,)
        entry = self.registrations.pop(int(resource), None)
        if entry is None:
            self.misuses.append("unregistered twice")
            return (INVALID_HANDLE,)
        if entry.stream is not None:
            self.arrays.pop(entry.array, None)
            if not entry.thing.ctx.lost and not entry.stuck:
                self.misuses.append("unregistered while mapped")
        if code:
            return (code,)
        gone = entry.thing.ctx.lost or isinstance(entry.thing.mglo, InvalidObject)
        return (INVALID_CONTEXT if gone else SUCCESS,)

    def _entries(self, count: int, resources: Any) -> list[Registration | None]:
        if not isinstance(resources, int | Registration):
            raise TypeError(f"Argument 'resources' is not instance of type int, found {type(resources)}")
        if isinstance(resources, Registration):
            return [resources]
        handles = (ctypes.c_void_p * count).from_address(resources)
        return [self.registrations.get(handle or 0) for handle in handles]

    def cudaGraphicsMapResources(self, count: int, resources: Any, stream: int) -> tuple[int]:
        code, after = self._begin("cudaGraphicsMapResources")
        entries = self._entries(count, resources)
        if code and not self._fatal:
            for entry in entries[:after]:
                self._map(entry, stream)
        if code:
            return (code,)
        if any(entry is None for entry in entries) or len({id(entry) for entry in entries}) < count:
            return (INVALID_HANDLE,)
        whole = [entry for entry in entries if entry is not None]
        if any(entry.stream is not None for entry in whole):
            self.misuses.append("mapped twice")
            return (UNKNOWN,)
        if any(entry.thing.ctx is not self.context or entry.thing.ctx.lost for entry in whole):
            return (INVALID_CONTEXT,)
        if any(isinstance(entry.thing.mglo, InvalidObject) for entry in whole):
            self.misuses.append("mapped a texture that is deleted")
            return (UNKNOWN,)
        for entry in whole:
            self._map(entry, stream)
        return (SUCCESS,)

    def _map(self, entry: Registration | None, stream: int) -> None:
        if entry is not None and entry.stream is None:
            self._next += 16  # CUDA may give another array each time
            entry.stream, entry.array = stream, self._next
            self.arrays[entry.array] = entry

    def cudaGraphicsUnmapResources(self, count: int, resources: Any, stream: int) -> tuple[int]:
        code, after = self._begin("cudaGraphicsUnmapResources")
        entries = self._entries(count, resources)
        if not code and any(entry is not None and entry.thing.ctx.lost for entry in entries):
            return (INVALID_CONTEXT,)
        done = entries[:after] if code else entries
        if code and len(entries) == 1 and not after and entries[0] is not None:
            entries[0].stuck = True
        if not code and any(entry is None for entry in entries):
            return (INVALID_HANDLE,)
        if not code and any(entry is not None and entry.stream is None for entry in entries):
            return (UNKNOWN,)
        for entry in [] if self._fatal else done:
            if entry is not None and entry.stream is not None:
                if entry.stream != stream:
                    self.misuses.append("unmapped on another stream than it was mapped on")
                self.arrays.pop(entry.array, None)
                entry.stream = None
        return (code,)

    def cudaGraphicsSubResourceGetMappedArray(
        self, resource: Any, arrayIndex: int, mipLevel: int
    ) -> tuple[Any, ...]:
        code, _ = self._begin("cudaGraphicsSubResourceGetMappedArray")
        entry = self.registrations.get(int(resource))
        if code or entry is None or entry.stream is None or entry.thing.is_buffer:
            return code or UNKNOWN, None
        return SUCCESS, entry.array

    def cudaGraphicsResourceGetMappedPointer(self, resource: Any) -> tuple[Any, ...]:
        code, _ = self._begin("cudaGraphicsResourceGetMappedPointer")
        entry = self.registrations.get(int(resource))
        if code or entry is None or entry.stream is None or not entry.thing.is_buffer:
            return code or UNKNOWN, None, None
        return SUCCESS, entry.array, entry.thing.size

    def cudaArrayGetInfo(self, array: Any) -> tuple[Any, ...]:
        code, _ = self._begin("cudaArrayGetInfo")
        entry = self.arrays.get(int(array))
        if code or entry is None:
            return code or INVALID_HANDLE, None, None, None
        width, height = entry.thing.size
        return SUCCESS, None, SimpleNamespace(width=width, height=height, depth=0), 0

    def cudaMemcpyAsync(self, dst: int, src: int, count: int, kind: Any, stream: int) -> tuple[int]:
        code, _ = self._begin("cudaMemcpyAsync")
        if not code:
            ctypes.memmove(dst, src, count)
        return (code,)

    def cudaStreamSynchronize(self, stream: int) -> tuple[int]:
        return (self._begin("cudaStreamSynchronize")[0],)
