"""What is called of CUDA's runtime, by the names of `cuda.bindings.runtime`, and what is missing of CUDA.

Nothing of CUDA is imported until `load_cuda()` or `cuda_missing()` is called. Every function returns a tuple
whose first item is an error's code, as the bindings do; `Calls` checks it. Tests pass an object of their own
with the same names, which fails as CUDA does.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final, Protocol

from reskin.neural_renderer.errors import GpuError, RuntimeMissing

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


class CudaFailed(GpuError):
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


@dataclass(frozen=True)
class Driver:
    """NVIDIA's driver: the CUDA version that it is for, such as "13.0", and its devices in words.

    problem: why it is of no use; empty if it is of use.
    """

    version: str
    devices: tuple[str, ...]
    problem: str = ""


def find_driver(library: Any = None) -> Driver | None:
    """What the driver says, asked without any package; None if there is none.

    library: the driver's, opened by ctypes; the system's if it is None.
    """
    library = driver_library() if library is None else library
    if library is None:
        return None
    version, count = ctypes.c_int(0), ctypes.c_int(0)
    library.cuDriverGetVersion(ctypes.byref(version))
    words = f"{version.value // 1000}.{version.value % 1000 // 10}"
    code = library.cuInit(0) or library.cuDeviceGetCount(ctypes.byref(count))
    if code or not count.value:
        found = "finds no device" if code in (0, 100) else f"cannot be started (error {code})"
        return Driver(words, (), f"the NVIDIA driver {found}")
    return Driver(words, tuple(_device_words(library, index) for index in range(count.value)))


def _device_words(library: Any, index: int) -> str:
    """Such as `0: NVIDIA H200, 9.0, 139 GiB`."""
    device, name, size = ctypes.c_int(0), ctypes.create_string_buffer(256), ctypes.c_size_t(0)
    library.cuDeviceGet(ctypes.byref(device), index)
    library.cuDeviceGetName(name, len(name), device)
    library.cuDeviceTotalMem_v2(ctypes.byref(size), device)
    parts = []
    for attribute in (75, 76):  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR
        number = ctypes.c_int(0)
        library.cuDeviceGetAttribute(ctypes.byref(number), attribute, device)
        parts.append(str(number.value))
    return f"{index}: {name.value.decode('utf-8', 'replace')}, {'.'.join(parts)}, {size.value >> 30} GiB"


def driver_library() -> Any:
    """NVIDIA's driver library, loaded; None if there is none."""
    names = ("nvcuda.dll",) if sys.platform == "win32" else ("libcuda.so.1", "libcuda.so")
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


NO_DRIVER: Final = "no NVIDIA driver is installed, which comes with the system and not with pip"


def cuda_missing(packages: Sequence[str] = ("cuda.bindings",)) -> str:
    """What is missing of CUDA on this machine, in one line; empty if nothing is.

    In this order: the driver, a device, a package. packages: names to import. They are looked for, and not
    imported.
    """
    driver = find_driver()
    if driver is None:
        return NO_DRIVER
    missing = [name.replace(".", "-") for name in packages if not _installed(name)]
    if driver.problem or not missing:
        return driver.problem
    return f"the package{'s' * (len(missing) > 1)} {' and '.join(missing)} must be installed: {EXTRA}"


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
