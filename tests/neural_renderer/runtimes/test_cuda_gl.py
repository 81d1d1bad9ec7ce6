"""Frames of OpenGL's textures restyled on a GPU, both pretended: the pictures, and that nothing is copied."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.frame import Frame
from reskin.engine.gpu_frame import GpuFrame
from reskin.neural_renderer import runtimes
from reskin.neural_renderer.features import features
from reskin.neural_renderer.handoff.cuda_gl.link import CudaGlLink
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.runtimes import Choice, cuda_gl
from reskin.neural_renderer.runtimes.cuda import CudaRuntime
from reskin.neural_renderer.runtimes.cuda_device import CudaDevice
from reskin.neural_renderer.runtimes.cuda_gl import CudaGl
from tests.kernels.cuda.tools import needs_shim
from tests.neural_renderer.handoff.fake_cuda import FakeContext, FakeCuda, FakeTexture
from tests.neural_renderer.runtimes.fake_driver import FakeDriver
from tests.neural_renderer.runtimes.test_cuda import frames, themes, with_more

pytestmark = needs_shim
KINDS = {"color": (4, "f1"), "material": (1, "u1"), "identity": (1, "u2"), "motion": (2, "f2")}
KINDS |= {"anchor": (2, "f4"), "hud": (4, "f1")}
SIZE = (24, 36)


class Pretended:
    """A GPU with OpenGL and CUDA on it, and a renderer for both."""

    def __init__(self) -> None:
        self.cuda, self.driver, self.context = FakeCuda(), FakeDriver(), FakeContext()
        self.cuda.make_current(self.context)
        self.driver.arrays = lambda handle: self.pixels[id(self.cuda.arrays[handle].thing)]
        self.pixels: dict[int, NDArray[Any]] = {}
        self.textures: dict[str, FakeTexture] = {}
        self.said: list[str] = []
        device = CudaDevice(self.driver, 0, self.driver.image)
        self.gl = CudaGl(CudaRuntime(0, device), CudaGlLink(self.cuda, self.said.append))
        self.target = self.texture(4, "f1", np.zeros((*SIZE, 4), np.uint8))

    def texture(self, components: int, dtype: str, texels: NDArray[Any]) -> FakeTexture:
        made = self.context.texture((texels.shape[1], texels.shape[0]), components, dtype)
        self.pixels[id(made)] = texels
        return made

    def frame(self, frame: Frame, names: tuple[str, ...]) -> GpuFrame:
        """A frame's channels drawn into textures, from the bottom up; the textures stay the same."""
        for name in names:
            texels = getattr(frame, name)
            if name == "anchor":
                texels = texels.astype(np.float32)
            texels = np.ascontiguousarray(texels[::-1])
            if name in self.textures:
                self.pixels[id(self.textures[name])][...] = texels
            else:
                self.textures[name] = self.texture(*KINDS[name], texels)
        channels: dict[str, Any] = {name: self.textures[name] for name in names}
        return GpuFrame(**channels, tick=frame.tick, cut=frame.cut, layout=frame.layout)

    def picture(self) -> NDArray[np.uint8]:
        """What is in the target, RGB, its highest row first."""
        return self.pixels[id(self.target)][::-1, :, :3]


def shown(frame: Frame, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture in the frame's layout as RGB."""
    return picture[..., 2::-1] if frame.layout == "BGRX" else picture[..., :3]


def render(on: Pretended, given: GpuFrame, frame: Frame, strength: float = 1.0) -> bool:
    theme = themes()[0]
    offsets = features(frame, theme.scroll_offset(frame.tick, 60)).offsets
    return on.gl.render(given, on.target, True, theme, offsets, strength, theme.legibility)


@pytest.mark.parametrize("names", [tuple(KINDS), ("color", "material", "anchor")])
def test_pictures_are_those_of_the_host(names: tuple[str, ...]) -> None:
    on, theme = Pretended(), themes()[0]
    expected = Restyler(theme)
    steadied = Restyler(theme)
    for number, drawn in enumerate(frames(4, *SIZE)):
        assert drawn.anchor is not None
        frame = drawn
        if number >= 2:  # textures that lie a little elsewhere: the history counts, but for a cut
            frame = drawn.replace(anchor=drawn.anchor + np.float32(0.03 * (number - 1)), cut=number == 3)
        given = with_more(frame, number) if "hud" in names else frame
        plain = given.replace(**dict.fromkeys(set(KINDS) - set(names)))
        assert render(on, on.frame(given, names), frame)
        np.testing.assert_array_equal(on.picture(), shown(plain, expected(plain)), err_msg=f"frame {number}")
        last = steadied(plain.replace(cut=False))
    assert not np.array_equal(shown(plain, last), on.picture())
    on.gl.release()
    assert not on.cuda.misuses and not on.driver.objects and on.said == []


def test_nothing_is_copied_and_nobody_waits() -> None:
    on = Pretended()
    (frame,) = frames(1, *SIZE)
    given = with_more(frame.replace(cut=False), 1)
    for _ in range(3):
        render(on, on.frame(given, tuple(KINDS)), frame)
    before = on.driver.counts.copy()
    render(on, on.frame(given, tuple(KINDS)), frame)
    made = on.driver.counts - before
    # The pretended OpenGL gives another array each time, so that texture objects are made anew.
    objects = Counter(cuTexObjectCreate=len(KINDS), cuSurfObjectCreate=1)
    objects += Counter(cuTexObjectDestroy=len(KINDS), cuSurfObjectDestroy=1)
    assert made - objects == Counter(cuCtxSetCurrent=1, cuLaunchKernel=2, cuGraphLaunch=1)


def test_another_strength_or_cut_is_seen_and_old_tables_are_freed() -> None:
    on, theme = Pretended(), themes()[0]
    expected = Restyler(theme)
    (frame,) = frames(1, *SIZE)
    names = ("color", "material", "identity", "motion", "anchor")
    held = []
    for strength in (1.0, 0.5, 0.25, 0.75):
        expected.strength = strength
        assert render(on, on.frame(frame, names), frame, strength)
        np.testing.assert_array_equal(on.picture(), shown(frame, expected(frame)))
        held.append((len(on.driver.memory), len(on.driver.graphs)))
    assert held[1:] == held[1:2] * 3


def test_a_restyler_renders_textures_without_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on when a frame comes through the host between, and after a reset."""
    on, theme = Pretended(), themes()[0]
    runtime = CudaRuntime(0, CudaDevice(on.driver, 0, on.driver.image))
    expected = Restyler(theme)
    monkeypatch.setattr(runtimes, "choose_runtime", lambda device: Choice("cuda", device, ""))
    monkeypatch.setattr(runtimes, "create_runtime", lambda choice: runtime)
    monkeypatch.setattr(cuda_gl, "load_cuda", lambda: on.cuda)
    restyler = Restyler(theme, device="cuda")
    names = ("color", "material", "identity", "motion", "anchor")
    for number, frame in enumerate(frames(5, *SIZE)):
        if number == 2:
            fresh = frame.replace(cut=True)
            np.testing.assert_array_equal(restyler(fresh), expected(fresh))
            restyler.reset()
            expected.reset()
            continue
        if number == 3:
            restyler.strength = expected.strength = 0.5
        restyler.render(on.frame(frame, names), on.target)
        np.testing.assert_array_equal(on.picture(), shown(frame, expected(frame)), err_msg=f"frame {number}")
    assert "gpu" in restyler.stages and "read" not in restyler.stages
    restyler.release()
    assert not on.cuda.misuses and not on.driver.objects


@pytest.mark.parametrize(
    "change", ["no anchor", "an array", "a smaller target", "three components", "CUDA refuses"]
)
def test_what_cannot_be_done_here_is_left_to_the_host(change: str) -> None:
    on = Pretended()
    (frame,) = frames(1, *SIZE)
    names = ("color", "material", "anchor")
    given = on.frame(frame, names[:2] if change == "no anchor" else names)
    if change == "an array":
        given = GpuFrame(color=given.color, material=given.material, anchor=frame.anchor)
    if change == "a smaller target":
        on.target = on.texture(4, "f1", np.zeros((8, 8, 4), np.uint8))
    if change == "three components":
        on.target = on.texture(3, "f1", np.zeros((*SIZE, 3), np.uint8))
    if change == "CUDA refuses":
        on.cuda.fail("cudaGraphicsGLRegisterImage")
    assert not render(on, given, frame)
    assert not on.picture().any()
    assert len(on.said) == (change == "CUDA refuses")
