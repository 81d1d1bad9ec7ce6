"""Which of EGL's devices is CUDA's, with the system's library and with a pretended one."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from reskin.neural_renderer.errors import RuntimeMissing
from reskin.neural_renderer.handoff.cuda_gl import egl_devices as egl
from reskin.neural_renderer.handoff.cuda_gl.egl_devices import egl_index

NVIDIA = b"EGL_NV_device_cuda EGL_EXT_device_drm"
MESA = b"EGL_MESA_device_software"


class Library:
    """An EGL with these devices: their extensions, and CUDA's numbers."""

    def __init__(self, *devices: tuple[bytes, int]) -> None:
        self.devices = devices
        self._functions = {
            b"eglQueryDevicesEXT": ctypes.CFUNCTYPE(
                ctypes.c_uint, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
            )(self._devices),
            b"eglQueryDeviceStringEXT": ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
                self._string
            ),
            b"eglQueryDeviceAttribEXT": ctypes.CFUNCTYPE(
                ctypes.c_uint, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
            )(self._attribute),
        }
        self._kept = [ctypes.create_string_buffer(extensions) for extensions, _ in devices]
        self._file = ctypes.create_string_buffer(b"/dev/dri/card1")

    def eglGetProcAddress(self, name: bytes) -> int | None:
        function = self._functions.get(name)
        return ctypes.cast(function, ctypes.c_void_p).value if function is not None else None

    def without(self, name: bytes) -> Library:
        del self._functions[name]
        return self

    def _devices(self, most: int, handles: int, count: int) -> int:
        for number in range(len(self.devices)):
            ctypes.c_void_p.from_address(handles + 8 * number).value = 100 + number
        ctypes.c_int.from_address(count).value = len(self.devices)
        return 1

    def _string(self, device: int, name: int) -> int:
        return ctypes.addressof(self._kept[device - 100] if name == egl.EXTENSIONS else self._file)

    def _attribute(self, device: int, name: int, value: int) -> int:
        assert name == 0x323A and self.devices[device - 100][0] == NVIDIA
        ctypes.c_ssize_t.from_address(value).value = self.devices[device - 100][1]
        return 1


def devices_of(library: Any) -> list[egl.EglDevice]:
    # A method takes no restype; ctypes' functions do.
    class Opened:
        eglGetProcAddress = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p)(library.eglGetProcAddress)

    return egl.egl_devices(Opened())


def test_the_gpu_of_cuda_is_found() -> None:
    """CUDA may count the GPUs in another order than EGL, and Mesa's device may be the first."""
    devices = devices_of(Library((MESA, -1), (NVIDIA, 1), (NVIDIA, 0)))
    assert [device.cuda for device in devices] == [None, 1, 0]
    assert [device.software for device in devices] == [True, False, False]
    assert [device.file for device in devices] == ["", "/dev/dri/card1", "/dev/dri/card1"]
    assert (egl_index(0, devices), egl_index(1, devices)) == (2, 1)


def test_what_is_there_instead_is_said() -> None:
    devices = devices_of(Library((MESA, -1), (b"", -1), (NVIDIA, 0)))
    said = r"CUDA's device 1; there are: 0 \(on the CPU\), 1 \(no CUDA\), 2 \(CUDA's 0\)\."
    with pytest.raises(RuntimeMissing, match=said):
        egl_index(1, devices)
    with pytest.raises(RuntimeMissing, match="there are: none"):
        egl_index(0, [])


def test_an_egl_that_cannot_say() -> None:
    assert devices_of(Library((NVIDIA, 0)).without(b"eglQueryDevicesEXT")) == []
    assert devices_of(Library((NVIDIA, 0)).without(b"eglQueryDeviceAttribEXT"))[0].cuda is None
    assert devices_of(Library((NVIDIA, 0)).without(b"eglQueryDeviceStringEXT"))[0].cuda is None


def test_the_systems_library() -> None:
    """On this machine, whatever it has: the indices are in order, and no two devices have one number."""
    found = egl.egl_devices()
    assert [device.index for device in found] == list(range(len(found)))
    numbers = [device.cuda for device in found if device.cuda is not None]
    assert len(set(numbers)) == len(numbers)
    if not numbers:
        with pytest.raises(RuntimeMissing, match="no device of EGL's is CUDA's device 0"):
            egl.headless_context()
