"""What is called of CUDA's runtime, by the names of `cuda.bindings.runtime`, and what is missing of CUDA.

Nothing of CUDA is imported until `load_cuda()` or `cuda_missing()` is called. Every function returns a tuple
whose first item is an error's code, as the bindings do; `Calls` checks it. Tests pass an object of their own
with the same names, which fails as CUDA does.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Final, Protocol

from reskin.neural_renderer.errors import RuntimeMissing

EXTRA: Final = "pip install 'reskin[cuda]'"

FATAL: Final = frozenset(
    [3, 4, 35, 36, 46, 100, 101, 214, 220, 700, 702, 709, 710, 713, 714, 715, 716, 717, 718, 719, 720]
)
"""Codes after which CUDA is of no use to this process: no driver or device, the library is being unloaded, or
the device's memory or program is broken. All later calls would give the same code."""


class CudaRuntime(Protocol):
    """The functions of CUDA's runtime that are used here. A stream is a number: its handle, 0 by default."""

    def cudaGetDeviceCount(self) -> tuple[Any, ...]: ...
    def cudaGetDevice(self) -> tuple[Any, ...]: ...
    def cudaGLGetDevices(self, cudaDeviceCount: int, deviceList: Any) -> tuple[Any, ...]: ...
    def cudaGraphicsGLRegisterImage(self, image: int, target: int, flags: int) -> tuple[Any, ...]: ...
    def cudaGraphicsGLRegisterBuffer(self, buffer: int, flags: int) -> tuple[Any, ...]: ...
    def cudaGraphicsUnregisterResource(self, resource: Any) -> tuple[Any, ...]: ...
    def cudaGraphicsMapResources(self, count: int, resources: int, stream: int) -> tuple[Any, ...]: ...
    def cudaGraphicsUnmapResources(self, count: int, resources: int, stream: int) -> tuple[Any, ...]: ...
    def cudaGraphicsSubResourceGetMappedArray(
        self, resource: Any, arrayIndex: int, mipLevel: int
    ) -> tuple[Any, ...]: ...
    def cudaGraphicsResourceGetMappedPointer(self, resource: Any) -> tuple[Any, ...]: ...
    def cudaArrayGetInfo(self, array: Any) -> tuple[Any, ...]: ...
    def cudaMemcpyAsync(self, dst: int, src: int, count: int, kind: Any, stream: int) -> tuple[Any, ...]: ...
    def cudaStreamSynchronize(self, stream: int) -> tuple[Any, ...]: ...


class CudaFailed(Exception):
    """A call of CUDA's gave an error. fatal: whether all later calls would."""

    def __init__(self, function: str, code: int, name: str) -> None:
        self.function, self.code = function, code
        # An OpenGL context that draws on the CPU, or on another maker's GPU, has no CUDA device of its own.
        self.fatal = code in FATAL and (function, code) != ("cudaGLGetDevices", 100)
        super().__init__(f"{function} gave {name} ({code})")


class Calls:
    """Calls functions of a runtime, and raises CudaFailed where they give an error."""

    def __init__(self, runtime: CudaRuntime) -> None:
        self.runtime = runtime

    def __call__(self, function: str, *arguments: Any) -> Any:
        """What the function gives beside its code: nothing, one thing, or a tuple."""
        try:
            code, *results = getattr(self.runtime, function)(*arguments)
        except RuntimeError as error:  # the bindings' way to say that a library has no such function
            raise CudaFailed(function, 36, str(error)) from error
        if int(code) != 0:
            raise CudaFailed(function, int(code), getattr(code, "name", "an error"))
        return results[0] if len(results) == 1 else tuple(results)

    def copy(self, host: int, device: int, size: int, stream: int) -> None:
        """Copy bytes of a device to the host, after what was begun on a stream; see `device_arrays.Copy`."""
        kinds = getattr(self.runtime, "cudaMemcpyKind", None)
        kind = 2 if kinds is None else kinds.cudaMemcpyDeviceToHost
        self("cudaMemcpyAsync", host, device, size, kind, stream)
        self("cudaStreamSynchronize", stream)

    def gl_devices(self) -> Sequence[int]:
        """The numbers of the CUDA devices that the current OpenGL context draws on."""
        lists = getattr(self.runtime, "cudaGLDeviceList", None)
        every = 1 if lists is None else lists.cudaGLDeviceListAll
        count, devices = self("cudaGLGetDevices", 16, every)
        return [int(device) for device in devices[: int(count)]]


def driver_library() -> Any:
    """NVIDIA's driver library, loaded; None if there is none."""
    names = ("nvcuda.dll",) if sys.platform == "win32" else ("libcuda.so.1", "libcuda.so")
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def cuda_missing(packages: Sequence[str] = ("cuda.bindings",)) -> str:
    """What is missing of CUDA on this machine, in one line; empty if nothing is.

    In this order: the driver, a package, a device. Packages are only looked for, and not imported, until the
    driver is there.
    """
    if driver_library() is None:
        return "no NVIDIA driver is installed; it comes with the system, not with pip"
    missing = [name for name in packages if not _installed(name)]
    if missing:
        return f"the package {missing[0].replace('.', '-')} is not installed: {EXTRA}"
    try:
        devices = Calls(load_cuda())("cudaGetDeviceCount")
    except (CudaFailed, RuntimeMissing) as error:
        return str(error)
    return "" if devices else "the NVIDIA driver finds no device"


def load_cuda() -> CudaRuntime:
    """CUDA's runtime by `cuda-bindings`. Raises RuntimeMissing if it is not installed, or older than 12.9."""
    try:
        from cuda.bindings import runtime
    except ImportError as error:
        raise RuntimeMissing(f"the package cuda-bindings is not installed: {EXTRA}") from error
    found: CudaRuntime = runtime
    return found


def _installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # a part of a package that is missing
        return False
