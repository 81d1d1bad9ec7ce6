"""Frames whose channels are textures or arrays of other libraries: what is taken, refused and copied."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.device_arrays import CUDA, array_to_host, describe_array
from reskin.engine.errors import FrameError
from reskin.engine.frame import CHANNELS, Frame
from reskin.engine.gpu_frame import GpuFrame


class CudaArray:
    """Says that it lies on a CUDA device. It lies on the host, where `copy` can read it."""

    def __init__(self, array: NDArray[Any], **changes: Any) -> None:
        self.array = array
        self.__cuda_array_interface__ = {
            "shape": array.shape, "typestr": array.dtype.str, "data": (array.ctypes.data, False),
            "strides": array.strides, "version": 3, **changes,
        }  # fmt: skip


class Copies:
    """Copies as CUDA does, and counts."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int]] = []

    def __call__(self, host: int, device: int, size: int, stream: int) -> None:
        self.calls.append((size, stream))
        ctypes.memmove(host, device, size)


class Texture:
    """What the checks ask of a texture of moderngl's."""

    def __init__(self, width: int, height: int, components: int, dtype: str, samples: int = 0) -> None:
        self.size, self.components, self.dtype, self.samples = (width, height), components, dtype, samples
        self.glo, self.depth, self.mglo = 1, False, object()
        self.data = b""

    def read(self, alignment: int = 1) -> bytes:
        return self.data


def numbers(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    return (np.arange(int(np.prod(shape))).reshape(shape) % 100).astype(dtype)


def channels(height: int = 3, width: int = 5) -> dict[str, Any]:
    """An array for every channel."""
    return {name: numbers((height, width, *tail), dtypes[-1]) for name, (tail, dtypes) in CHANNELS.items()}


def test_the_channels_are_those_of_a_frame() -> None:
    names = set(vars(Frame(color=np.zeros((1, 1, 4), np.uint8)))) - {"tick", "cut", "tile", "layout"}
    frame = GpuFrame(color=np.zeros((1, 1, 4), np.uint8))
    settings = {"tick", "cut", "tile", "layout", "bottom_up", "_size"}
    assert list(CHANNELS) == [name for name in vars(Frame(color=frame.color)) if name in names]
    assert set(vars(frame)) - settings == names == set(CHANNELS)


@pytest.mark.parametrize("name", CHANNELS)
def test_each_channel_is_checked_as_in_a_frame(name: str) -> None:
    """What `Frame` refuses of an array, `GpuFrame` refuses of the same one on a device, in the same words."""
    every = channels()
    right = every[name]
    wrong = [right[:2], right[None], right.astype(np.int64), right[..., None]]
    if right.dtype.itemsize > 1:
        wrong.append(right.astype(right.dtype.newbyteorder()))
    for array in wrong[name == "color" :]:
        with pytest.raises(FrameError) as of_frame:
            Frame(**every | {name: array})
        with pytest.raises(FrameError) as of_gpu:
            GpuFrame(**every | {name: CudaArray(array)})
        assert str(of_gpu.value) == str(of_frame.value)
    assert GpuFrame(**every | {name: CudaArray(right)}).width == 5


@pytest.mark.parametrize(
    ("name", "components", "dtype"),
    [
        ("color", 4, "f1"), ("color", 4, "u1"), ("material", 1, "u1"), ("material", 1, "f1"),
        ("identity", 1, "u2"), ("motion", 2, "f2"), ("anchor", 2, "f2"), ("anchor", 2, "f4"),
        ("depth", 1, "f2"), ("hud", 4, "f1"), ("detail", 1, "u1"),
    ],
)  # fmt: skip
def test_textures_that_are_channels(name: str, components: int, dtype: str) -> None:
    given: dict[str, Any] = {"color": Texture(5, 3, 4, "f1"), name: Texture(5, 3, components, dtype)}
    frame = GpuFrame(**given)
    assert (frame.height, frame.width) == (3, 5) and set(frame.textures) == {"color", name}
    assert f"{name} Texture" in repr(frame)


@pytest.mark.parametrize(
    ("name", "texture", "said"),
    [
        ("color", Texture(5, 3, 3, "f1"), r"color must be uint8 \[H, W, 4\], got uint8 \[3, 5, 3\]"),
        ("color", Texture(5, 3, 4, "f4"), r"got float32 \[3, 5, 4\]"),
        ("color", Texture(5, 3, 4, "f1", samples=4), "one sample a pixel, got 4"),
        ("material", Texture(5, 4, 1, "u1"), r"material must be uint8 \[3, 5\], got uint8 \[4, 5\]"),
        ("identity", Texture(5, 3, 1, "u4"), r"identity must be uint16 \[3, 5\], got uint32"),
        ("motion", Texture(5, 3, 2, "f4"), "motion must be float16"),
        ("overlay", Texture(5, 3, 4, "i2"), r"overlay must be int16 \[3, 5, 6\], got int16 \[3, 5, 4\]"),
        ("depth", None, "depth must be a colour texture.*got a depth texture"),
        ("hud", 7, "hud must be a texture, or an array with __cuda_array_interface__ or DLPack.*got int"),
    ],
)
def test_textures_that_are_refused(name: str, texture: Any, said: str) -> None:
    if texture is None:
        texture = Texture(5, 3, 1, "f4")
        texture.depth = True
    with pytest.raises(FrameError, match=said):
        GpuFrame(**{"color": Texture(5, 3, 4, "f1"), name: texture})


def test_a_texture_that_was_released_is_refused() -> None:
    texture = Texture(5, 3, 4, "f1")
    texture.mglo = type("InvalidObject", (), {})()
    with pytest.raises(FrameError, match="color is a texture that was released"):
        GpuFrame(color=texture)


@pytest.mark.parametrize("bottom_up", [True, False])
def test_the_first_row_of_a_texture_is_the_lowest(bottom_up: bool) -> None:
    """And that of an array never is."""
    every = channels()
    texture = Texture(5, 3, 4, "f1")
    texture.data = every["color"].tobytes()
    frame = GpuFrame(color=texture, material=every["material"], bottom_up=bottom_up, tick=7, cut=True)
    host = frame.to_host()
    assert np.array_equal(host.color, every["color"][::-1] if bottom_up else every["color"])
    assert host.material is not None and np.array_equal(host.material, every["material"])
    assert (host.tick, host.cut, host.layout) == (7, True, "RGBA")


@pytest.mark.parametrize(
    "cut",
    [np.s_[:], np.s_[::-1], np.s_[:, ::2], np.s_[:, ::-3], np.s_[::2, 1:], np.s_[2:3, 4:5]],
)
def test_one_copy_is_enough_whatever_the_strides_are(cut: Any) -> None:
    array, copies = numbers((4, 9, 4), "uint8")[cut], Copies()
    host = array_to_host(CudaArray(array, stream=17), copies)
    assert np.array_equal(host, array) and host.flags.c_contiguous
    assert len(copies.calls) == 1 and copies.calls[0][1] == 17
    assert array.nbytes <= copies.calls[0][0] <= 4 * 9 * 4


def test_a_frame_of_arrays_on_a_device_is_copied_once_each() -> None:
    every, copies = channels(), Copies()
    on_device: dict[str, Any] = {name: CudaArray(array) for name, array in every.items()}
    frame = GpuFrame(**on_device, layout="BGRX")
    host = frame.to_host(copy=copies)
    assert len(copies.calls) == len(CHANNELS) and host.layout == "BGRX"
    for name, array in every.items():
        assert np.array_equal(getattr(host, name), array)


def test_without_cuda_an_array_is_copied_by_its_own_library() -> None:
    class Cupy(CudaArray):
        def get(self) -> NDArray[Any]:
            return self.array.copy()

    array = numbers((3, 5, 4), "uint8")
    assert np.array_equal(array_to_host(Cupy(array)), array)
    with pytest.raises(FrameError, match=r"CudaArray lies on a CUDA device.*reskin\[cuda\]"):
        array_to_host(CudaArray(array))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"typestr": "nonsense"}, "must have shape, typestr and data"),
        ({"data": None}, "must have shape, typestr and data"),
        ({"data": (0, False)}, "do not fit each other"),
        ({"strides": (4,)}, "do not fit each other"),
        ({"mask": object()}, "with a mask"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(FrameError, match=said):
        GpuFrame(color=CudaArray(numbers((3, 5, 4), "uint8"), **changes))


def test_strides_may_be_left_out() -> None:
    described = describe_array(CudaArray(numbers((3, 5, 4), "uint8"), strides=None))
    assert described is not None
    assert described.strides == (20, 4, 1) and described.contiguous and described.kind == CUDA
    turned = describe_array(CudaArray(numbers((3, 5, 4), "uint8")[:, ::2]))
    assert turned is not None and not turned.contiguous


def test_torch_by_dlpack() -> None:
    """A view of torch's own memory, which it keeps alive."""
    torch = pytest.importorskip("torch")
    tensor = torch.arange(60, dtype=torch.uint8).reshape(3, 5, 4)
    host = GpuFrame(color=tensor, motion=torch.zeros(3, 5, 2, dtype=torch.float16)).to_host()
    assert host.color.ctypes.data == tensor.data_ptr() and host.motion is not None
    assert host.motion.dtype == np.float16
    view = array_to_host(torch.arange(60, dtype=torch.uint8).reshape(3, 5, 4))
    torch.full((3, 5, 4), 255, dtype=torch.uint8)  # would take memory that was given back
    assert np.array_equal(view.reshape(-1), np.arange(60))
    turned = array_to_host(tensor.permute(1, 0, 2))
    assert np.array_equal(turned, tensor.numpy().transpose(1, 0, 2)) and turned.flags.c_contiguous
    with pytest.raises(FrameError, match=r"Tensor does not give its memory.*detach\(\)"):
        GpuFrame(color=torch.zeros(3, 5, 4, requires_grad=True))
    with pytest.raises(FrameError, match="type 4 with 16 bits"):
        GpuFrame(color=torch.zeros(3, 5, 4, dtype=torch.bfloat16))


def test_a_frame_of_a_framebuffer() -> None:
    class Framebuffer:
        glo, samples, size = 1, 0, (5, 3)

        def __init__(self, *textures: Texture) -> None:
            self.color_attachments = textures

    color, material = Texture(5, 3, 4, "f1"), Texture(5, 3, 1, "u1")
    framebuffer = Framebuffer(color, material)
    assert GpuFrame.of(framebuffer).channels == {"color": color}
    frame = GpuFrame.of(framebuffer, "color", "material", tick=9)
    assert frame.channels == {"color": color, "material": material} and frame.tick == 9
    assert GpuFrame.of(Framebuffer()).width == 5  # the screen has no texture
    for names in (("color", "material", "depth"), ("colour",)):
        with pytest.raises(FrameError, match="with 2 color attachments cannot be"):
            GpuFrame.of(framebuffer, *names)
