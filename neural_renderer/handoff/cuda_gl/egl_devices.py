"""Which of EGL's devices is which of CUDA's: a context without a window must be on the GPU that CUDA uses.

    context = headless_context(cuda_device=0)

On a machine with several GPUs, or with Mesa's software device, the first of EGL's devices may be any. EGL
says of each of NVIDIA's which number CUDA gives it (`EGL_CUDA_DEVICE_NV`). Nothing is loaded before it is
asked for.
Sources: EGL_EXT_device_enumeration, EGL_EXT_device_query, EGL_NV_device_cuda.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from reskin.neural_renderer.errors import RuntimeMissing

EXTENSIONS: Final = 0x3055
CUDA_DEVICE: Final = 0x323A
DRM_FILE: Final = 0x3233
MOST: Final = 64


@dataclass(frozen=True)
class EglDevice:
    """A device of EGL's: its index, CUDA's number for it or None, and its file in /dev, if it has one."""

    index: int
    cuda: int | None
    file: str
    software: bool


def egl_devices(library: Any = None) -> list[EglDevice]:
    """All devices of EGL's, by index; none where there is no EGL, or one that cannot say.

    library: an EGL library, opened by ctypes; the system's if it is None.
    """
    library = _open() if library is None else library
    if library is None:
        return []
    address = ctypes.c_void_p
    query = _function(library, b"eglQueryDevicesEXT", ctypes.c_uint, ctypes.c_int, address, address)
    if query is None:
        return []
    handles, count = (ctypes.c_void_p * MOST)(), ctypes.c_int(0)
    if not query(MOST, ctypes.addressof(handles), ctypes.addressof(count)):
        return []
    text = _function(library, b"eglQueryDeviceStringEXT", ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int)
    number = _function(
        library, b"eglQueryDeviceAttribEXT", ctypes.c_uint, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
    )
    return [_describe(index, handles[index], text, number) for index in range(min(count.value, MOST))]


def egl_index(cuda_device: int, devices: list[EglDevice]) -> int:
    """The index of EGL's device that is this one of CUDA's, for moderngl's `device_index`.

    Raises RuntimeMissing, which says what there is instead.
    """
    for device in devices:
        if device.cuda == cuda_device:
            return device.index
    there = ", ".join(map(_words, devices)) or "none"
    raise RuntimeMissing(
        f"no device of EGL's is CUDA's device {cuda_device}; there are: {there}. NVIDIA's libraries for "
        "OpenGL are missing where its driver was installed for computing alone"
    )


def headless_context(cuda_device: int = 0) -> Any:
    """A context of moderngl's without a window, on the GPU that is this device of CUDA's.

    Raises RuntimeMissing.
    """
    index = egl_index(cuda_device, egl_devices())
    try:
        import moderngl
    except ImportError as error:
        raise RuntimeMissing("OpenGL needs moderngl: pip install moderngl") from error
    create: Any = moderngl.create_standalone_context
    try:
        return create(require=330, backend="egl", device_index=index)
    except Exception as error:  # moderngl raises plain ones
        raise RuntimeMissing(f"no OpenGL context on EGL's device {index}: {error}") from error


def _describe(
    index: int, handle: int | None, text: Callable[..., Any] | None, number: Callable[..., Any] | None
) -> EglDevice:
    extensions = _text(text, handle, EXTENSIONS).split()
    cuda = None
    if number is not None and "EGL_NV_device_cuda" in extensions:
        value = ctypes.c_ssize_t(-1)
        if number(handle, CUDA_DEVICE, ctypes.addressof(value)) and value.value >= 0:
            cuda = int(value.value)
    file = _text(text, handle, DRM_FILE) if "EGL_EXT_device_drm" in extensions else ""
    return EglDevice(index, cuda, file, "EGL_MESA_device_software" in extensions)


def _text(function: Callable[..., Any] | None, handle: int | None, name: int) -> str:
    found = None if function is None else function(handle, name)
    return "" if found is None else bytes(found).decode("utf-8", "replace")


def _words(device: EglDevice) -> str:
    if device.cuda is not None:
        return f"{device.index} (CUDA's {device.cuda})"
    return f"{device.index} ({'on the CPU' if device.software else 'no CUDA'})"


def _open() -> Any:
    for name in ("libEGL.so.1", "libEGL.so"):
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _function(library: Any, name: bytes, result: Any, *arguments: Any) -> Callable[..., Any] | None:
    """A function of an extension; None if the library has none of this name."""
    get = library.eglGetProcAddress
    get.restype, get.argtypes = ctypes.c_void_p, (ctypes.c_char_p,)
    address = get(name)
    return ctypes.CFUNCTYPE(result, *arguments)(address) if address else None
