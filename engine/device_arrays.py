"""Arrays of other libraries, told from what they say of themselves: where they lie, and what they hold.

A library need not be installed, or known, for its arrays to be understood. Three ways are read:

- NumPy arrays, as they are;
- `__cuda_array_interface__`, version 2 and 3: memory of a CUDA device (CuPy, Numba, torch);
- `__dlpack__`: memory of a CPU or of a CUDA device (torch, CuPy, JAX, TensorFlow).

Sources: the CUDA Array Interface, version 3, in Numba's documentation; `dlpack.h`, DLPack 0.8 and 1.0.
Read next: `engine.gpu_frame`, whose channels such arrays may be.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.errors import FrameError

CPU, CUDA, CUDA_HOST, CUDA_MANAGED = 1, 2, 3, 13
"""Kinds of memory, by the numbers of DLPack. A CPU may read all of them but `CUDA`."""

NO_SYNC: Final = -1
"""A stream's number that asks an exporter not to wait for anything; see `DeviceArray.stream`."""

_KINDS: Final = {0: "i", 1: "u", 2: "f", 6: "b"}
"""DLPack's codes of types, as NumPy has them."""

Copy = Callable[[int, int, int, int], None]
"""`copy(host, device, size, stream)`: copies `size` bytes of a CUDA device to the host, and waits for it.
Both places are addresses; what was begun on `stream` is finished first."""


@dataclass(frozen=True, eq=False)
class DeviceArray:
    """Memory of somebody else's, described.

    pointer: the address of its first element; strides in bytes, one for each number of `shape`; kind: one of
    the numbers above; device: the CUDA device's number, 0 on a CPU. stream: work on this CUDA stream writes
    the memory still, so that a reader's own stream has to wait for it; 0 if there is none. `owner` keeps the
    memory alive.
    """

    pointer: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: np.dtype[Any]
    kind: int
    device: int
    stream: int
    owner: object

    @property
    def on_host(self) -> bool:
        """Whether a CPU may read it as it is."""
        return self.kind != CUDA

    @property
    def contiguous(self) -> bool:
        """Whether the elements follow one another in C order."""
        expected, size = [], self.dtype.itemsize
        for length in reversed(self.shape):
            expected.append(size)
            size *= length
        pairs = zip(self.shape, self.strides, reversed(expected), strict=True)
        return all(length <= 1 or stride == wanted for length, stride, wanted in pairs)

    def to_host(self, copy: Copy) -> NDArray[Any]:
        """The array as NumPy's: a view where a CPU may read the memory, else one copy made by `copy`.

        An array with gaps is copied with them, so that one copy is enough whatever its strides are.
        """
        if 0 in self.shape:
            return np.empty(self.shape, self.dtype)
        if self.on_host:
            return np.asarray(_Memory(self))
        steps = [(length - 1) * stride for length, stride in zip(self.shape, self.strides, strict=True)]
        first, last = sum(step for step in steps if step < 0), sum(step for step in steps if step > 0)
        block = np.empty(last - first + self.dtype.itemsize, np.uint8)
        copy(block.ctypes.data, self.pointer + first, block.nbytes, self.stream)
        return np.ndarray(self.shape, self.dtype, block.data, -first, self.strides)


class _Memory:
    """Memory for NumPy, whose views keep this object and so the memory's owner."""

    def __init__(self, array: DeviceArray) -> None:
        self.array = array
        self.__array_interface__ = {
            "version": 3, "shape": array.shape, "typestr": array.dtype.str, "strides": array.strides,
            "data": (array.pointer, False),
        }  # fmt: skip


def describe_array(value: Any) -> DeviceArray | None:
    """What an array of any library says of itself; None if it is none. Raises FrameError if it contradicts
    itself, or lies on a device that is neither a CPU nor of CUDA."""
    if isinstance(value, np.ndarray):
        return DeviceArray(value.ctypes.data, value.shape, value.strides, value.dtype, CPU, 0, 0, value)
    if isinstance(value, type):
        return None
    try:
        # torch raises AttributeError for a tensor of a CPU, which means that there is no such attribute.
        interface = getattr(value, "__cuda_array_interface__", None)
        if interface is not None:
            return _of_interface(interface, value)
        if hasattr(value, "__dlpack__") and hasattr(value, "__dlpack_device__"):
            return _of_dlpack(value)
    except (RuntimeError, BufferError, TypeError) as error:  # torch: one that needs gradients
        raise FrameError(f"a {type(value).__name__} does not give its memory: {error}") from error
    return None


def array_to_host(value: Any, copy: Copy | None = None) -> NDArray[Any]:
    """An array of any library as a contiguous one of NumPy's: a view if it can be, else one copy.

    copy: copies from a CUDA device; the array's own library if it is None. Raises FrameError if there is no
    way.
    """
    array = describe_array(value)
    if array is None:
        raise FrameError(
            f"expected an array with __cuda_array_interface__ or DLPack, got {type(value).__name__}"
        )
    if copy is None and not array.on_host:
        return np.ascontiguousarray(_through_its_library(value))
    return np.ascontiguousarray(array.to_host(copy or _no_copy))


def _through_its_library(value: Any) -> NDArray[Any]:
    """A CUDA array on the host, by its library: CuPy's `get`, torch's `cpu`, Numba's `copy_to_host`."""
    if hasattr(value, "get"):
        return np.asarray(value.get())
    if hasattr(value, "cpu"):
        return np.asarray(value.detach().cpu().numpy())
    if hasattr(value, "copy_to_host"):
        return np.asarray(value.copy_to_host())
    raise FrameError(
        f"a {type(value).__name__} lies on a CUDA device, and offers no way to the host; "
        "pip install 'reskin[cuda]', which can copy it"
    )


def _no_copy(host: int, device: int, size: int, stream: int) -> None:
    raise AssertionError("memory of the host needs no copy")


def _of_interface(interface: Any, owner: object) -> DeviceArray:
    try:
        shape = tuple(int(length) for length in interface["shape"])
        dtype = np.dtype(interface["typestr"])
        pointer = int(interface["data"][0] or 0)
        given = interface.get("strides")
        mask = interface.get("mask")
    except (TypeError, KeyError, IndexError, ValueError, AttributeError) as error:
        raise FrameError(
            f"the __cuda_array_interface__ of a {type(owner).__name__} must have shape, typestr and data; "
            f"{type(error).__name__}: {error}"
        ) from error
    if mask is not None:
        raise FrameError(f"a {type(owner).__name__} with a mask cannot be a channel; fill what is masked")
    strides = tuple(map(int, given)) if given is not None else _packed(shape, dtype.itemsize)
    if len(strides) != len(shape) or (not pointer and 0 not in shape):
        raise FrameError(
            f"the __cuda_array_interface__ of a {type(owner).__name__} has shape {list(shape)}, "
            f"strides {list(strides)} and address {pointer:#x}, which do not fit each other"
        )
    place = getattr(owner, "device", None)
    device = getattr(place, "id", getattr(place, "index", None)) or 0  # of CuPy, of torch
    stream = int(interface.get("stream") or 0)
    return DeviceArray(pointer, shape, strides, dtype, CUDA, int(device), stream, owner)


def _packed(shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    """Strides of an array in C order."""
    strides: list[int] = []
    for length in reversed(shape):
        strides.insert(0, size)
        size *= max(length, 1)
    return tuple(strides)


class _Tensor(ctypes.Structure):
    """`DLTensor`, the first member of `DLManagedTensor`, that a capsule named "dltensor" points to."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("vector", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    )


_get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_get_pointer.restype, _get_pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)


def _of_dlpack(value: Any) -> DeviceArray:
    """The capsule is kept and never marked as used, so that its own end gives the memory back."""
    kind, device = (int(number) for number in value.__dlpack_device__())
    if kind not in (CPU, CUDA, CUDA_HOST, CUDA_MANAGED):
        raise FrameError(
            f"a {type(value).__name__} lies on a device of DLPack's type {kind}; expected a CPU (1) or "
            "CUDA (2); copy it to the host first"
        )
    # With stream 1, CUDA's default stream, the exporter makes that stream wait for what it has begun.
    capsule = value.__dlpack__() if kind == CPU else value.__dlpack__(stream=1)
    tensor = _Tensor.from_address(_get_pointer(capsule, b"dltensor"))
    letter = _KINDS.get(tensor.code)
    if letter is None or tensor.vector != 1 or tensor.bits % 8:
        raise FrameError(
            f"a {type(value).__name__} has elements of DLPack's type {tensor.code} with {tensor.bits} bits, "
            "which NumPy does not have; convert it to the channel's type"
        )
    dtype = np.dtype(f"{letter}{tensor.bits // 8}")
    shape = tuple(tensor.shape[i] for i in range(tensor.ndim))
    strides = (
        tuple(tensor.strides[i] * dtype.itemsize for i in range(tensor.ndim))
        if tensor.strides
        else _packed(shape, dtype.itemsize)
    )
    pointer = int(tensor.data or 0) + tensor.byte_offset
    return DeviceArray(pointer, shape, strides, dtype, kind, device, 0, (capsule, value))
