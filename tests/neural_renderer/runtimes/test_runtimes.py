"""Whole runtimes: the same numbers from each, and a clear word when one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from reskin.engine.frame import Frame, Layout
from reskin.neural_renderer import runtimes
from reskin.neural_renderer.errors import NonFinite, RuntimeMissing
from reskin.neural_renderer.handoff.cuda_gl import runtime as cuda
from reskin.neural_renderer.handoff.cuda_gl.runtime import NO_DRIVER, Driver
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.runtimes.cpu import KEPT, OpenVinoRuntime
from reskin.neural_renderer.runtimes.reference import TorchRuntime
from reskin.neural_renderer.theme.pack import Theme, available_themes, load_theme
from tests.kernels.tolerances import assert_close
from tests.neural_renderer.samples import few, miner, random_theme, world

WARPED = "random, warped"


def theme_of(name: str) -> Theme:
    return {"random": random_theme(), WARPED: random_theme(2, 0.5)}.get(name) or load_theme(name)


def assert_alike(theme: Theme, frames: Iterator[Frame], count: int) -> None:
    """Both runtimes get every frame with the same history: the one that the int8 runtime made."""
    int8, reference = Restyler(theme, device="openvino"), Restyler(theme, device="torch")
    seen = 0
    for frame in frames:
        reference.history = int8.history
        int8(frame)
        reference(frame)
        assert int8.history is not None and reference.history is not None
        assert_close("picture", int8.history.picture[..., :3], reference.history.picture[..., :3])
        assert np.array_equal(int8.history.surface_id, reference.history.surface_id)
        seen += 1
    assert seen == count


@pytest.mark.parametrize("name", ["random", WARPED, *few(available_themes())])
def test_the_runtimes_agree_on_ten_frames_of_the_miner(name: str) -> None:
    assert_alike(theme_of(name), miner(10), 10)


@pytest.mark.parametrize("layout", ["BGRX", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (41, 78)])
def test_the_runtimes_agree_at_every_size_and_layout(size: tuple[int, int], layout: Layout) -> None:
    frames = (world(t, *size, layout=layout, offset=0.3 * t) for t in range(3))
    assert_alike(random_theme(), frames, 3)


def test_the_runtimes_agree_on_what_is_missing() -> None:
    bare = (Frame(color=world(t).color) for t in range(3))
    assert_alike(random_theme(), bare, 3)


@pytest.mark.parametrize("device", ["openvino", "torch"])
@pytest.mark.parametrize("tensor", ["head.0.step", "head.1.bias", "mix", "gain"])
def test_a_network_that_gives_no_numbers_is_refused(device: str, tensor: str) -> None:
    damaged = dict(random_theme().tensors)
    damaged[tensor] = np.full_like(damaged[tensor], np.nan)
    restyler = Restyler(Theme("damaged", "Damaged", damaged), device=device)
    with pytest.raises(NonFinite, match="damaged"):
        restyler(world())
    assert restyler.history is None


def test_a_device_that_is_not_there() -> None:
    with pytest.raises(RuntimeMissing, match=r"no device 'cuda:99'.*'auto'"):
        runtimes.choose_runtime("cuda:99")
    with pytest.raises(RuntimeMissing, match="no device 'fast'"):
        Restyler(random_theme(), device="fast")


@pytest.mark.parametrize("driver", [None, Driver("13.0", (), "the NVIDIA driver finds no device")])
def test_without_cuda_one_line_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, driver: Driver | None
) -> None:
    monkeypatch.setattr(cuda, "find_driver", lambda: driver)
    with pytest.raises(RuntimeMissing) as caught:
        Restyler(random_theme(), device="cuda")
    said = str(caught.value)
    assert "\n" not in said and said.startswith("there is no device 'cuda': ")
    assert (NO_DRIVER if driver is None else driver.problem) in said and said.endswith("use 'auto' or 'cpu'")
    assert Restyler(random_theme(), device="auto").runtime == "openvino"


def test_with_a_driver_the_package_and_its_extra_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda, "find_driver", lambda: Driver("13.0", ("0: NVIDIA H200, 9.0, 139 GiB",)))
    assert cuda.cuda_missing(("numpy",)) == ""
    assert cuda.cuda_missing(("no.such.package", "numpy", "nothing")) == (
        "the packages no-such-package and nothing must be installed: pip install 'reskin[cuda]'"
    )
    import torch

    if torch.version.cuda is None:
        with pytest.raises(RuntimeMissing, match=r"is a build without CUDA; pip install 'reskin\[cuda\]'"):
            runtimes.choose_runtime("torch:cuda")
    monkeypatch.setattr(cuda, "_installed", lambda name: False)
    said = r"torch has no device 'cuda:1': the package torch must be installed: pip install 'reskin\[cuda\]'"
    with pytest.raises(RuntimeMissing, match=said):
        runtimes.choose_runtime("torch:cuda:1")
    with pytest.raises(RuntimeMissing, match="the package cuda-bindings must be installed"):
        runtimes.choose_runtime("cuda:1")


class DriverLibrary:
    """NVIDIA's driver library with two devices."""

    def __init__(self, start: int = 0, count: int = 2) -> None:
        self.start, self.count = start, count

    def cuDriverGetVersion(self, version: Any) -> int:
        version._obj.value = 13020
        return 0

    def cuInit(self, flags: int) -> int:
        return self.start

    def cuDeviceGetCount(self, count: Any) -> int:
        count._obj.value = self.count
        return 0

    def cuDeviceGet(self, device: Any, index: int) -> int:
        device._obj.value = 40 + index
        return 0

    def cuDeviceGetName(self, name: Any, size: int, device: Any) -> int:
        name.value = b"NVIDIA H200" if device.value == 40 else b"NVIDIA T4"
        return 0

    def cuDeviceTotalMem_v2(self, size: Any, device: Any) -> int:
        size._obj.value = (139 if device.value == 40 else 15) << 30
        return 0

    def cuDeviceGetAttribute(self, number: Any, attribute: int, device: Any) -> int:
        number._obj.value = {(75, 40): 9, (76, 40): 0, (75, 41): 7, (76, 41): 5}[attribute, device.value]
        return 0


def test_the_driver_names_its_devices() -> None:
    devices = ("0: NVIDIA H200, 9.0, 139 GiB", "1: NVIDIA T4, 7.5, 15 GiB")
    assert cuda.find_driver(DriverLibrary()) == Driver("13.2", devices)
    assert cuda.find_driver(DriverLibrary(count=0)) == Driver("13.2", (), "the NVIDIA driver finds no device")
    assert cuda.find_driver(DriverLibrary(start=100)) == cuda.find_driver(DriverLibrary(count=0))
    found = cuda.find_driver(DriverLibrary(start=803))
    assert found is not None and found.problem == "the NVIDIA driver cannot be started (error 803)"


@pytest.mark.parametrize(
    ("installed", "device", "chosen"),
    [
        (["openvino", "torch"], "auto", "openvino"), (["torch"], "auto", "torch"),
        (["torch"], "cpu", "torch"),
        (["openvino", "torch"], "torch", "torch"), (["openvino"], "torch", None), ([], "auto", None),
        (["torch"], "openvino", None),
    ],
)  # fmt: skip
def test_the_choice(
    monkeypatch: pytest.MonkeyPatch, installed: list[str], device: str, chosen: str | None
) -> None:
    assert find_spec("openvino") and find_spec("torch")
    monkeypatch.setattr(runtimes, "_installed", installed.__contains__)
    if chosen:
        choice = runtimes.choose_runtime(device)
        assert choice.name == chosen and choice.reason
    else:
        with pytest.raises(RuntimeMissing, match="pip install"):
            runtimes.choose_runtime(device)


def test_a_window_that_passes_many_sizes_keeps_few_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reskin.neural_renderer.runtimes.cpu.Body", lambda *arguments: object())
    runtime = OpenVinoRuntime()
    for width in range(1, 3 * KEPT):
        runtime.prepare(random_theme(), (width, 4))
    assert len(runtime._ready) == KEPT
    assert runtime._network(random_theme(), (width, 4)) is runtime._network(random_theme(), (width, 4))


def test_the_reference_forgets_networks_too() -> None:
    runtime = TorchRuntime()
    themes = [Theme("many", "Many", dict(random_theme().tensors)) for _ in range(30)]
    for theme in themes:
        runtime.prepare(theme, (4, 4))
    assert len(runtime._networks) == 24
