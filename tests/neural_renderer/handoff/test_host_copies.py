"""Frames of OpenGL that are restyled through the host's memory, and the example of docs/gpu.md."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reskin.engine.errors import FrameError
from reskin.engine.frame import plain_picture
from reskin.engine.gpu_frame import GpuFrame
from reskin.neural_renderer.errors import InputError
from reskin.neural_renderer.handoff.cuda_gl.host_copies import HostCopies
from reskin.neural_renderer.handoff.cuda_gl.runtime import CudaFailed
from reskin.neural_renderer.restyler import Restyler
from tests.engine.test_gpu_frame import CudaArray
from tests.neural_renderer.handoff.fake_cuda import FakeCuda
from tests.neural_renderer.samples import random_theme, world
from tests.opengl import opengl_context, pixels_of, upload

ROOT = Path(__file__).resolve().parents[3]


WHOLE = """#version 330
void main() { gl_Position = vec4(gl_VertexID % 2 * 4 - 1, gl_VertexID / 2 * 4 - 1, 0, 1); }"""
ONE_TEXEL = """#version 330
uniform sampler2D t; out vec4 c;
void main() { c = texelFetch(t, ivec2(0), 0); }"""


@pytest.fixture(scope="module")
def context() -> Iterator[Any]:
    context = opengl_context()
    yield context
    context.release()


@pytest.mark.parametrize("bottom_up", [True, False])
@pytest.mark.parametrize("size", [(72, 104), (37, 51), (1, 1)])
def test_what_is_read_is_what_was_drawn(context: Any, size: tuple[int, int], bottom_up: bool) -> None:
    """Also of odd sizes, whose rows of bytes are no multiple of four."""
    frame = world(1, *size, layout="RGBA")
    drawn = upload(context, frame)
    copies = HostCopies(context)
    read = copies.read(drawn.replace(bottom_up=bottom_up))
    for name, array in vars(frame).items():
        if isinstance(array, np.ndarray):
            assert np.array_equal(getattr(read, name), array if bottom_up else array[::-1]), name
    assert copies.bytes_kept == sum(a.nbytes for a in vars(frame).values() if isinstance(a, np.ndarray))
    copies.release()
    assert copies.bytes_kept == 0


def test_a_frame_of_textures_gives_the_same_picture(context: Any) -> None:
    """Frame for frame, with the history: on the host, into a texture, and into a framebuffer."""
    of_host, of_gpu, into_texture, into_screen = (Restyler(random_theme()) for _ in range(4))
    texture = context.texture((104, 72), 4)
    screen = context.framebuffer([context.texture((104, 72), 4)])
    for t in range(3):
        frame = world(t, layout="RGBA")
        drawn, expected = upload(context, frame), of_host(frame)
        assert np.array_equal(of_gpu(drawn), expected)
        into_texture.render(drawn, texture)
        assert np.array_equal(pixels_of(texture), expected)
        into_screen.render(drawn, screen)
        assert np.array_equal(pixels_of(screen), expected)
    assert {"read", "write", "body"} <= set(into_screen.timings)
    into_screen.render(world(3, layout="BGRX"), screen)  # a frame of the host, in the other layout
    assert np.array_equal(pixels_of(screen)[..., 2::-1], of_host(world(3, layout="BGRX"))[..., :3])
    for restyler in (of_gpu, into_texture, into_screen):
        restyler.release()


def test_a_texture_alone_is_a_picture(context: Any) -> None:
    frame = world(0, layout="RGBA").replace(
        material=None, identity=None, motion=None, anchor=None, hud=None
    )
    texture = upload(context, frame).color
    expected = Restyler(random_theme())(frame)
    assert np.array_equal(Restyler(random_theme())(texture), expected)
    framebuffer = context.framebuffer([texture])
    assert np.array_equal(Restyler(random_theme())(framebuffer), expected)
    Restyler(random_theme()).render(framebuffer, framebuffer)  # onto itself, as with a window
    assert np.array_equal(pixels_of(framebuffer), expected)


def test_the_canvas_that_draws_with_opengl(context: Any) -> None:
    """Its textures give the picture of its frame: they begin at the top, and have their colours as BGRX."""
    from reskin.engine.draw.opengl import OpenGLCanvas

    canvas = OpenGLCanvas(104, 72, 32, context)
    canvas.begin(tick=3, camera=(5, 0))
    canvas.fill("#87ceeb", "sky")
    canvas.rect(0, 50, 300, 40, "#5ab446", "grass")
    with canvas.thing(1, "player", 40, 20, 20, 28):
        canvas.rect(40, 20, 20, 28, (220, 60, 60))
    frame = canvas.finish()
    drawn = canvas.gpu_frame
    assert (drawn.tick, drawn.cut, drawn.tile) == (3, frame.cut, frame.tile)
    assert np.array_equal(Restyler(random_theme())(drawn), Restyler(random_theme())(frame))
    canvas.release()


def test_arrays_of_other_libraries() -> None:
    torch = pytest.importorskip("torch")
    frame, restyler = world(0, layout="RGBA"), Restyler(random_theme())
    rgb = torch.from_numpy(frame.rgb())
    assert np.array_equal(restyler(rgb), Restyler(random_theme())(frame.rgb()))
    restyler.reset()
    colors = restyler(torch.from_numpy(frame.color))
    assert restyler.history is not None and colors.shape == frame.color.shape
    assert np.array_equal(colors[..., :3], restyler.history.picture[..., :3])
    with pytest.raises(InputError, match=r"uint8 \[H,W,3\] RGB, got float32"):
        restyler(torch.zeros(4, 4, 3))
    assert restyler.history is None


def test_arrays_on_a_cuda_device_are_copied_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """By cuda-bindings where it is there, whatever library the arrays are of; their strides may be any."""
    cuda = FakeCuda()
    monkeypatch.setattr("reskin.neural_renderer.handoff.cuda_gl.frames.load_cuda", lambda: cuda)
    frame, restyler = world(0, layout="RGBA"), Restyler(random_theme())
    assert frame.material is not None
    turned = np.ascontiguousarray(frame.color[::-1])[::-1]
    on_device = GpuFrame(
        color=CudaArray(turned), material=CudaArray(frame.material), identity=frame.identity,
        anchor=CudaArray(np.asarray(frame.anchor)), motion=frame.motion, hud=frame.hud,
    )  # fmt: skip
    assert np.array_equal(restyler(on_device), Restyler(random_theme())(frame))
    assert cuda.calls == ["cudaMemcpyAsync", "cudaStreamSynchronize"] * 3
    rgb = restyler(CudaArray(frame.rgb()))
    assert rgb.shape == (72, 104, 3) and len(cuda.calls) == 8
    cuda.fail("cudaMemcpyAsync", 700)
    with pytest.raises(CudaFailed, match=r"cudaMemcpyAsync gave an error \(700\)"):
        restyler(on_device)


def test_a_window_of_another_size_shows_the_nearest_pixels(context: Any) -> None:
    frame, restyler = world(0, 36, 52, layout="RGBA"), Restyler(random_theme())
    expected = Restyler(random_theme())(frame)
    for factor in (2, 3):
        window = context.framebuffer([context.texture((52 * factor, 36 * factor), 4)])
        restyler.reset()
        restyler.render(frame, window)
        assert np.array_equal(pixels_of(window), expected.repeat(factor, 0).repeat(factor, 1))
    small = context.framebuffer([context.texture((26, 18), 4)])
    restyler.reset()
    restyler.render(frame, small, bottom_up=False)
    found = pixels_of(small)[::-1]
    assert found.shape == (18, 26, 4) and np.array_equal(found, expected[1::2, 1::2])


def test_opengl_is_left_as_it_was(context: Any) -> None:
    """A program that draws with a scissor, blending and its own textures goes on as if nothing had been."""
    frame, restyler = world(0, layout="RGBA"), Restyler(random_theme())
    other = context.framebuffer([context.texture((8, 8), 4)])
    window = context.framebuffer([context.texture((104, 72), 4)])
    window.viewport, window.scissor = (3, 4, 50, 40), (5, 6, 20, 10)
    window.color_mask = (True, False, True, True)
    other.use()
    context.enable_only(context.BLEND | context.DEPTH_TEST)
    context.wireframe = True
    program = context.program(vertex_shader=WHOLE, fragment_shader=ONE_TEXEL)
    red = context.texture((1, 1), 4, bytes((255, 0, 0, 255)))
    red.use(0)
    restyler.render(frame, window)
    assert np.array_equal(pixels_of(window), Restyler(random_theme())(frame))
    assert (window.viewport, window.scissor) == ((3, 4, 50, 40), (5, 6, 20, 10))
    assert window.color_mask == (True, False, True, True) and context.wireframe
    assert context.fbo is other or context.fbo.glo == other.glo
    context.wireframe = False
    context.disable(context.BLEND | context.DEPTH_TEST)
    context.vertex_array(program, []).render(vertices=3)
    assert (pixels_of(other) == (255, 0, 0, 255)).all(), "the program's own texture is still bound"


@pytest.mark.parametrize(
    ("size", "components", "dtype", "said"),
    [
        ((103, 72), 4, "f1", "must be 104 x 72 with one sample a pixel, got 103 x 72"),
        ((104, 72), 3, "f1", 'must have 4 components of type "f1", got 3'),
        ((104, 72), 4, "f2", "got 4 of 'f2'"),
    ],
)
def test_targets_that_are_refused(
    context: Any, size: tuple[int, int], components: int, dtype: str, said: str
) -> None:
    restyler = Restyler(random_theme())
    with pytest.raises(InputError, match=said):
        restyler.render(world(0), context.texture(size, components, dtype=dtype))
    with pytest.raises(InputError, match="into a texture or a framebuffer, got ndarray"):
        restyler.render(world(0), np.zeros((72, 104, 4), np.uint8))
    with pytest.raises(InputError, match="must have type \"f1\" first, got 'u1'"):
        restyler.render(world(0), context.framebuffer([context.texture((104, 72), 4, dtype="u1")]))
    assert restyler.history is None


def test_a_texture_is_refused_once_it_is_released(context: Any) -> None:
    drawn = upload(context, world(0))
    drawn.color.release()
    with pytest.raises(FrameError, match="color is a texture that was released"):
        drawn.replace(tick=1)


def test_resizes_and_contexts_leave_nothing_behind(context: Any) -> None:
    """Buffers are of the last size alone, and go with a context that is released."""
    restyler = Restyler(random_theme())
    for size in ((24, 32), (48, 64), (24, 32), (7, 9)):
        frame = world(0, *size, layout="RGBA")
        window = context.framebuffer([context.texture((40, 30), 4)])
        restyler.reset()
        restyler.render(upload(context, frame), window)
    kept = restyler._gpu._of(context).bytes_kept
    assert kept == sum(a.nbytes for a in vars(frame).values() if isinstance(a, np.ndarray)) + 2 * 4 * 7 * 9
    second = opengl_context()
    drawn = upload(second, world(1, layout="RGBA"))
    restyler(drawn)
    assert len(restyler._gpu._copies) == 2
    second.release()
    restyler(world(2))
    restyler._gpu._of(context)
    assert len(restyler._gpu._copies) == 1
    restyler.release()


def test_pictures_are_not_blended_with_what_was_there(context: Any) -> None:
    frame = world(0, layout="RGBA")
    """Nor hidden behind it."""
    depth = context.depth_renderbuffer((104, 72))
    window = context.framebuffer([context.texture((104, 72), 4)], depth)
    window.clear(0.2, 0.9, 0.4, 0.5, depth=0.0)
    context.enable(context.BLEND | context.DEPTH_TEST)
    context.blend_func = context.ADDITIVE_BLENDING
    from_off = Restyler(random_theme())
    from_off.strength = 0.0
    from_off.render(frame, window)
    context.blend_func = context.DEFAULT_BLENDING
    context.disable(context.BLEND | context.DEPTH_TEST)
    assert np.array_equal(pixels_of(window)[..., :3], plain_picture(frame)[..., :3])


def test_the_example(tmp_path: Path) -> None:
    """It draws a landscape that is not ours, and shows it restyled: many colours, not the plain ones' few."""
    pytest.importorskip("moderngl_window", reason="moderngl-window is not installed")
    opengl_context().release()
    example = ROOT / "docs" / "gpu_example" / "island.py"
    assert len(example.read_text().splitlines()) < 100
    words = [sys.executable, str(example), "--window", "headless", "--backend", "egl", "--size", "256x144"]
    words += ["--frames", "4", "--png", "island.png"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    import pygame

    picture = pygame.surfarray.array3d(pygame.image.load(tmp_path / "island.png"))
    assert picture.shape == (256, 144, 3)
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 3000


def test_gpu_frames_need_no_opengl() -> None:
    frame = GpuFrame(color=np.zeros((4, 4, 4), np.uint8))
    assert Restyler(random_theme())(frame).shape == (4, 4, 4)
