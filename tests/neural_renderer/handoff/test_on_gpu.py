"""OpenGL and CUDA on one GPU, for real: run by `make gpu`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.device_arrays import array_to_host
from reskin.engine.gpu_frame import GpuFrame
from reskin.neural_renderer.errors import RuntimeMissing
from reskin.neural_renderer.handoff.cuda_gl.egl_devices import headless_context
from reskin.neural_renderer.handoff.cuda_gl.link import CudaGlLink, Mapped, MappedImage, image
from reskin.neural_renderer.handoff.cuda_gl.runtime import Calls, cuda_missing, load_cuda
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import available_themes, load_theme
from tests.neural_renderer.samples import world
from tests.opengl import pixels_of, upload

MISSING = cuda_missing()
pytestmark = [pytest.mark.gpu, pytest.mark.skipif(bool(MISSING), reason=MISSING or "-")]
STREAM = 0
BYTES = {"f1": 1, "u1": 1, "u2": 2, "f2": 2, "f4": 4}


@pytest.fixture
def context() -> Iterator[Any]:
    Calls(load_cuda())("cudaSetDevice", 0)
    try:
        context = headless_context(0)
    except RuntimeMissing as error:
        pytest.fail(str(error))  # a GPU without OpenGL cannot show what is to be shown
    yield context
    context.release()


@pytest.fixture
def link(context: Any) -> Iterator[CudaGlLink]:
    said: list[str] = []
    link = CudaGlLink(load_cuda(), said.append)
    yield link
    link.release()
    assert not said


def row_bytes(view: MappedImage) -> int:
    return view.width * view.components * BYTES[view.dtype]


def read(view: MappedImage) -> NDArray[np.uint8]:
    """A mapped texture's bytes [H, bytes of a row], copied by CUDA."""
    runtime: Any = load_cuda()
    rows = np.empty((view.height, row_bytes(view)), np.uint8)
    width = row_bytes(view)
    Calls(runtime)(
        "cudaMemcpy2DFromArrayAsync", rows.ctypes.data, width, view.array, 0, 0, width, view.height,
        runtime.cudaMemcpyKind.cudaMemcpyDeviceToHost, STREAM,
    )  # fmt: skip
    Calls(runtime)("cudaStreamSynchronize", STREAM)
    return rows


def write(view: MappedImage, rows: NDArray[np.uint8]) -> None:
    runtime: Any = load_cuda()
    width = row_bytes(view)
    Calls(runtime)(
        "cudaMemcpy2DToArrayAsync", view.array, 0, 0, rows.ctypes.data, width, width, view.height,
        runtime.cudaMemcpyKind.cudaMemcpyHostToDevice, STREAM,
    )  # fmt: skip
    Calls(runtime)("cudaStreamSynchronize", STREAM)


def images(mapped: Mapped | None, link: CudaGlLink) -> dict[str, MappedImage]:
    assert mapped is not None, link.reason
    return {name: view for name, view in mapped.items() if isinstance(view, MappedImage)}


@pytest.mark.parametrize("size", [(72, 104), (37, 51), (360, 640), (1080, 1920)])
def test_cuda_sees_what_opengl_drew_and_the_other_way(
    context: Any, link: CudaGlLink, size: tuple[int, int]
) -> None:
    """Every kind of texture, with the bytes that OpenGL put there, and a picture that CUDA wrote."""
    frame = world(2, *size, layout="RGBA")
    drawn, target = upload(context, frame), context.texture((size[1], size[0]), 4)
    resources = {name: image(texture) for name, texture in drawn.textures.items()}
    written = np.random.default_rng(1).integers(0, 256, (*size, 4)).astype(np.uint8)
    with link.map({**resources, "picture": image(target, writes=True)}, STREAM) as mapped:
        views = images(mapped, link)
        for name in resources:
            expected = np.ascontiguousarray(getattr(frame, name)[::-1])
            assert np.array_equal(read(views[name]), expected.reshape(size[0], -1).view(np.uint8)), name
        write(views["picture"], written.reshape(size[0], -1))
    assert np.array_equal(pixels_of(target)[::-1], written)


def test_a_hundred_resizes_register_anew_and_leave_nothing(context: Any, link: CudaGlLink) -> None:
    context.gc_mode = "auto"
    for turn in range(100):
        size = (40 + turn % 7, 60 + turn % 5)
        frame = world(turn, *size, layout="RGBA")
        drawn = upload(context, frame)
        with link.map({n: image(t) for n, t in drawn.textures.items()}, STREAM) as mapped:
            color = read(images(mapped, link)["color"])
        assert np.array_equal(color, np.ascontiguousarray(frame.color[::-1]).reshape(size[0], -1))
        assert link.registered == len(drawn.textures)


def test_a_context_that_is_gone_and_a_new_one(context: Any) -> None:
    """The link says so once, goes on without, and takes the new context."""
    said: list[str] = []
    link = CudaGlLink(load_cuda(), said.append)
    first = headless_context(0)
    textures = {"color": image(first.texture((64, 64), 4))}
    with link.map(textures, STREAM) as mapped:
        assert mapped is not None
    first.release()
    second = headless_context(0)
    with link.map({"color": image(second.texture((64, 64), 4))}, STREAM) as mapped:
        assert mapped is not None, link.reason
    link.release()
    second.release()
    assert len(said) <= 1


def test_the_handoff_takes_at_most_50_microseconds(context: Any, link: CudaGlLink) -> None:
    """Mapping and unmapping all textures of a frame at 1080p, as the host sees it: the median of 500."""
    drawn = upload(context, world(0, 1080, 1920, layout="RGBA"))
    resources = {name: image(texture) for name, texture in drawn.textures.items()}
    times = []
    for _ in range(520):
        started = time.perf_counter()
        with link.map(resources, STREAM) as mapped:
            assert mapped is not None
        times.append(time.perf_counter() - started)
    median = float(np.median(times[20:])) * 1e6
    print(f"map and unmap of {len(resources)} textures: {median:.1f} us")
    assert median <= 50


@pytest.mark.parametrize("size", [(72, 104), (37, 51), (359, 639)])
@pytest.mark.parametrize("hud", [True, False])
def test_a_frame_of_textures_by_the_cuda_runtime(
    context: Any, size: tuple[int, int], hud: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The picture of the CPU runtime, from OpenGL's textures into OpenGL's, within the GPU."""
    theme = load_theme(available_themes()[0])
    expected, found = (Restyler(theme, device=device) for device in ("cpu", "cuda"))
    target = context.texture(size[::-1], 4)
    context.gc_mode = "auto"
    for t in range(4):
        frame = world(t, *size, layout="RGBA", cut=t == 3)
        frame = frame if hud else frame.replace(hud=None)
        found.render(upload(context, frame), target)
        assert "gpu" in found.stages and "read" not in found.stages, capsys.readouterr().err
        difference = np.abs(pixels_of(target)[..., :3].astype(int) - expected(frame)[..., :3])
        assert difference.max() <= 1 and (difference > 0).mean() < 0.001
    found.release()


def test_a_target_of_another_size_goes_through_the_host(context: Any) -> None:
    """A window that is larger than the frame: by host copies, with the same picture."""
    theme = load_theme(available_themes()[0])
    expected, found = (Restyler(theme, device=device) for device in ("cpu", "cuda"))
    window = context.framebuffer([context.texture((208, 144), 4)])
    frame = world(0, layout="RGBA")
    found.render(upload(context, frame), window)
    difference = np.abs(pixels_of(window)[::2, ::2, :3].astype(int) - expected(frame)[..., :3])
    assert "read" in found.stages and difference.max() <= 1
    found.release()


def test_arrays_of_cuda_libraries_come_to_the_host() -> None:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("this torch has no CUDA")
    pixels = torch.arange(48 * 64 * 4, dtype=torch.int64).reshape(48, 64, 4).to(torch.uint8).cuda()
    for value in (pixels, pixels.flip(0), pixels[:, ::2], pixels.transpose(0, 1)):
        expected = value.cpu().numpy()
        assert np.array_equal(array_to_host(value, Calls(load_cuda()).copy), expected)
        assert np.array_equal(array_to_host(value), expected)
    assert GpuFrame(color=pixels).to_host().color.shape == (48, 64, 4)
