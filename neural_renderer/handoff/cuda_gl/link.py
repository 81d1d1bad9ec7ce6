"""OpenGL's textures and buffers in CUDA's hands, frame by frame, without a copy.

    link = CudaGlLink(load_cuda(), say=print)
    with link.map({"color": image(texture), "picture": image(target, writes=True)}, stream) as mapped:
        if mapped is None:  # it cannot be done here: take the way through the host
            ...
        else:               # begin kernels on `stream` that read mapped["color"].array
            ...

A resource is registered when it is first seen, and stays so: one that the program draws into again is only
mapped and unmapped, all resources of a frame in one call each, on the stream of the kernels. It is
unregistered when another size has taken its place, when it was not seen for some frames, when the program
says `forget`, and at `release`. Registered textures are held, so that moderngl cannot collect them before.

| what happens                                   | what follows                                              |
|------------------------------------------------|-----------------------------------------------------------|
| a resource is refused, or a call fails         | all are unregistered, and this context gets no other try  |
| the context is lost, or replaced by another    | the same, and a new context gets a try of its own         |
| CUDA itself is broken (`runtime.FATAL`)        | nothing of CUDA is called ever again                      |
| the body of `with` raises                      | the resources are unmapped, and the error goes on         |

But for the last, `map` gives None from then on, and the reason is said once. All calls must come from one
thread, on which the OpenGL context is current. Source: CUDA Runtime API, "OpenGL Interoperability".
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from reskin.neural_renderer.errors import GpuError, InputError
from reskin.neural_renderer.handoff.cuda_gl.runtime import Calls, CudaFailed, CudaRuntime

TEXTURE_2D: Final = 0x0DE1
"""OpenGL's name for the kind of texture."""

READ_ONLY, WRITE_DISCARD, SURFACE = 1, 2, 4
"""`cudaGraphicsRegisterFlags`: how CUDA will use a resource. Textures are written by surface objects."""

IMAGE_TYPES: Final = frozenset(
    ["f1", "f2", "f4", "u1", "u2", "u4", "i1", "i2", "i4", "nu1", "nu2", "ni1", "ni2"]
)
"""moderngl's types of textures that CUDA takes, with one, two or four components."""

FRAMES_KEPT: Final = 4
"""How many frames a resource may be missing from until it is unregistered: programs that draw into two or
three sets of textures in turn register each once."""


@dataclass(frozen=True, eq=False)
class Resource:
    """A texture or a buffer of moderngl's, and whether CUDA writes it."""

    owner: Any
    is_image: bool
    writes: bool

    @property
    def shape(self) -> tuple[Any, ...]:
        """What must stay the same for a registration to be of use."""
        if self.is_image:
            return (tuple(self.owner.size), self.owner.components, self.owner.dtype)
        return (self.owner.size,)


def image(texture: Any, writes: bool = False) -> Resource:
    """A texture to map. Raises InputError if CUDA takes none of its kind."""
    if getattr(texture, "components", 0) not in (1, 2, 4) or getattr(texture, "dtype", "") not in IMAGE_TYPES:
        raise InputError(
            f"CUDA takes textures of 1, 2 or 4 components, got {getattr(texture, 'components', 'no')} of "
            f"{getattr(texture, 'dtype', 'no type')!r}; draw into RGBA instead of RGB"
        )
    if texture.samples or getattr(texture, "depth", False):
        raise InputError("CUDA takes no multisampled and no depth textures; resolve it into another one")
    return Resource(texture, True, writes)


def buffer(gl_buffer: Any, writes: bool = False) -> Resource:
    """A buffer to map. With `writes` CUDA writes all of it, and what was in it is lost."""
    return Resource(gl_buffer, False, writes)


class MappedImage(NamedTuple):
    """A texture while it is mapped: a `cudaArray_t`. It must not be used after the `with`."""

    array: int
    width: int
    height: int
    components: int
    dtype: str


class MappedBuffer(NamedTuple):
    """A buffer while it is mapped: an address on the device. It must not be used after the `with`."""

    pointer: int
    size: int


Mapped = dict[str, MappedImage | MappedBuffer]


@dataclass(eq=False)
class _Registered:
    resource: Resource
    shape: tuple[Any, ...]
    glo: int
    handle: Any
    seen: int
    checked: bool = False


class CudaGlLink:
    """Maps OpenGL's resources for CUDA, and knows when to leave it be.

    say: is told once why frames go through the host's memory. `reason` has that text, empty while all is
    well.
    """

    def __init__(self, runtime: CudaRuntime, say: Callable[[str], None]) -> None:
        self._call = Calls(runtime)
        self._say = say
        self._said: set[str] = set()
        self._registered: dict[int, _Registered] = {}
        self._kept: list[_Registered] = []  # of the last frame, and what they were made of
        self._what: list[tuple[Any, ...]] = []
        self._frame = 0
        self._thread: int | None = None
        self._mapped = False
        self._dead = False
        self._known: Any = None  # the context that was found to be on CUDA's device
        self._refused: Any = None  # the context that cannot be used
        self.reason = ""

    @contextmanager
    def map(self, resources: Mapping[str, Resource], stream: int = 0) -> Iterator[Mapped | None]:
        """Give CUDA the resources until the end of the `with`; None if that cannot be done here.

        What OpenGL was told before comes first on `stream`, and what it is told after waits for the stream.
        Raises GpuError for a call from another thread, or within another `with`; InputError for resources of
        two contexts.
        """
        self._check_caller()
        entries, mapped = self._map(resources, stream)
        try:
            yield mapped
        finally:
            if mapped is not None:
                self._unmap(entries, stream)

    def _map(self, resources: Mapping[str, Resource], stream: int) -> tuple[list[_Registered], Mapped | None]:
        context = _context_of(resources)
        self._frame += 1
        if self._dead or not resources or context is self._refused:
            return [], None
        try:
            self._check_device(context)
            entries = self._entries(resources, context)
            if self._dead:
                return [], None
            self._map_all(entries, stream)
        except CudaFailed as error:
            self._give_up(context, str(error), error.fatal)
            return [], None
        try:
            views = zip(resources, map(self._view, entries), strict=True)
            return entries, dict(views)
        except CudaFailed as error:
            self._dead = self._dead or error.fatal
            self._unmap(entries, stream)
            self._give_up(context, str(error), error.fatal)
            return [], None

    def _entries(self, resources: Mapping[str, Resource], context: Any) -> list[_Registered]:
        """The registrations of a frame's resources. Those of the last frame, if nothing has changed."""
        what = [
            (id(owner), owner.glo, owner.size, id(getattr(owner, "mglo", None)), r.writes)
            for r in resources.values()
            for owner in (r.owner,)
        ]
        if what == self._what and len(self._registered) == len(self._kept):
            for entry in self._kept:
                entry.seen = self._frame
            return self._kept
        self._what = []
        self._drop_stale(resources, context)
        if self._dead:
            return []
        self._kept = [self._register(name, resource) for name, resource in resources.items()]
        self._what = what
        return self._kept

    def _map_all(self, entries: list[_Registered], stream: int) -> None:
        self._mapped = True
        try:
            self._call_for("cudaGraphicsMapResources", entries, stream)
        except CudaFailed as error:
            # Nothing says that none is mapped then. What is not gives another error, which means nothing.
            if not error.fatal:
                self._unmap_each(entries, stream)
            self._mapped = False
            raise

    def _unmap(self, entries: list[_Registered], stream: int) -> None:
        try:
            if not self._dead:
                self._call_for("cudaGraphicsUnmapResources", entries, stream)
        except CudaFailed as error:
            if not error.fatal:
                self._unmap_each(entries, stream)
            self._give_up(entries[0].resource.owner.ctx, str(error), error.fatal)
        finally:
            self._mapped = False

    def _unmap_each(self, entries: list[_Registered], stream: int) -> None:
        """Unmap what can be unmapped, one by one, after a call for all has failed."""
        for entry in entries:
            self._try(self._call_for, "cudaGraphicsUnmapResources", [entry], stream)

    def _call_for(self, function: str, entries: list[_Registered], stream: int) -> None:
        """Map or unmap in one call. The bindings take the address of the handles, and refuse a list."""
        handles = (ctypes.c_void_p * len(entries))(*(int(entry.handle) for entry in entries))
        self._call(function, len(entries), ctypes.addressof(handles), stream)

    def _view(self, entry: _Registered) -> MappedImage | MappedBuffer:
        """Where a mapped resource lies now; that may change each time that it is mapped."""
        if not entry.resource.is_image:
            pointer, size = self._call("cudaGraphicsResourceGetMappedPointer", entry.handle)
            if int(size) < entry.resource.owner.size or not int(pointer):
                found = f"{size} bytes at {pointer}, and"
                raise CudaFailed("cudaGraphicsResourceGetMappedPointer", 400, found)
            return MappedBuffer(int(pointer), int(size))
        array = self._call("cudaGraphicsSubResourceGetMappedArray", entry.handle, 0, 0)
        (width, height), components, dtype = entry.shape
        if not int(array):
            raise CudaFailed("cudaGraphicsSubResourceGetMappedArray", 400, "an empty handle, and")
        if not entry.checked:  # once: a texture whose number was given to another would be of another size
            _, extent, _ = self._call("cudaArrayGetInfo", array)
            if (int(extent.width), int(extent.height)) != (width, height):
                found = f"{extent.width} x {extent.height} for a texture of {width} x {height}, and"
                raise CudaFailed("cudaArrayGetInfo", 400, found)
            entry.checked = True
        return MappedImage(int(array), width, height, components, dtype)

    def _register(self, name: str, resource: Resource) -> _Registered:
        """The registration of a resource, which is made if there is none."""
        entry = self._registered.get(id(resource.owner))
        if entry is not None:
            entry.seen = self._frame
            return entry
        if _is_released(resource.owner):
            raise InputError(f"{name} was released; make the frame anew after a resize")
        glo = int(resource.owner.glo)
        if resource.is_image:
            flags = SURFACE if resource.writes else READ_ONLY
            handle = self._call("cudaGraphicsGLRegisterImage", glo, TEXTURE_2D, flags)
        else:
            flags = WRITE_DISCARD if resource.writes else READ_ONLY
            handle = self._call("cudaGraphicsGLRegisterBuffer", glo, flags)
        if not int(handle):  # cuda-bindings 12.9.3 does so
            raise CudaFailed(f"registering {name}", 400, "an empty handle (use another cuda-bindings)")
        entry = _Registered(resource, resource.shape, glo, handle, self._frame)
        self._registered[id(resource.owner)] = entry
        return entry

    def _drop_stale(self, resources: Mapping[str, Resource], context: Any) -> None:
        """Unregister what has another size or use now, what is gone, and what was not seen for long."""
        wanted = {id(resource.owner): resource for resource in resources.values()}
        sizes = {resource.shape[0] for resource in resources.values() if resource.is_image}
        for key, entry in list(self._registered.items()):
            resource = wanted.get(key)
            if entry.resource.owner.ctx is not context:
                stale = _is_released(entry.resource.owner.ctx)
            elif resource is not None:
                same = (resource.shape, resource.writes, int(resource.owner.glo))
                stale = same != (entry.shape, entry.resource.writes, entry.glo)
            else:
                late = self._frame - entry.seen > FRAMES_KEPT
                resized = entry.resource.is_image and bool(sizes) and entry.shape[0] not in sizes
                stale = late or resized
            if stale or _is_released(entry.resource.owner):
                self._unregister(key)

    def forget(self, *owners: Any) -> None:
        """Unregister textures or buffers before they are deleted; what is not registered is passed over.

        Raises GpuError within a `with` of `map`.
        """
        self._check_caller()
        for owner in owners:
            if id(owner) in self._registered:
                self._unregister(id(owner))

    def release(self) -> None:
        """Unregister everything. The link may be used again, and tries each context anew."""
        self._check_caller()
        for key in list(self._registered):
            self._unregister(key)
        self._known = self._refused = self._thread = None
        if not self._dead:
            self.reason = ""

    @property
    def registered(self) -> int:
        """How many resources are registered."""
        return len(self._registered)

    def _unregister(self, key: int) -> None:
        """Whatever CUDA says, the registration is gone after this."""
        self._what, self._kept = [], []
        entry = self._registered.pop(key, None)
        if entry is not None:  # else CUDA broke over the one before, and all are gone
            self._try(self._call, "cudaGraphicsUnregisterResource", entry.handle)

    def _try(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Call what only puts things back, and go on if it fails."""
        if self._dead:
            return
        try:
            call(*arguments)
        except CudaFailed as error:
            if error.fatal:
                self._give_up(self._known, str(error), True)

    def _check_device(self, context: Any) -> None:
        """OpenGL and CUDA must be on the same device. Asked once a context."""
        if context is self._known:
            return
        devices, current = self._call.gl_devices(), int(self._call("cudaGetDevice"))
        if current not in devices:
            raise CudaFailed(
                "cudaGLGetDevices", 101 if not devices else 400,
                f"OpenGL on CUDA's devices {devices}, and CUDA on {current} (see egl_devices.py),",
            )  # fmt: skip
        self._known = context

    def _give_up(self, context: Any, why: str, fatal: bool) -> None:
        """Let go of everything in a context, and say so if that is news."""
        self._dead = self._dead or fatal
        for key, entry in list(self._registered.items()):
            if self._dead or entry.resource.owner.ctx is context:
                self._unregister(key)
        self._refused, self._known = context, None
        self.reason = f"OpenGL and CUDA cannot share memory: {why}; frames go through the host's memory"
        if self.reason not in self._said:
            self._said.add(self.reason)
            self._say(self.reason)

    def _check_caller(self) -> None:
        thread = threading.get_ident()
        if self._thread is None:
            self._thread = thread
        if thread != self._thread:
            raise GpuError("an OpenGL context is current on one thread, and all frames must come from there")
        if self._mapped:
            raise GpuError("resources are mapped already; end that `with` first")


def _context_of(resources: Mapping[str, Resource]) -> Any:
    contexts = {id(resource.owner.ctx): resource.owner.ctx for resource in resources.values()}
    if len(contexts) > 1:
        raise InputError(f"all of {', '.join(resources)} must be of one OpenGL context, got {len(contexts)}")
    return next(iter(contexts.values()), None)


def _is_released(thing: Any) -> bool:
    """Whether moderngl has deleted an object."""
    return type(getattr(thing, "mglo", None)).__name__ == "InvalidObject"
