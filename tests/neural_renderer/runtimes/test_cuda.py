"""The runtime for CUDA on a driver that runs kernels on the CPU: its pictures, and what it asks for."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, Frame
from reskin.kernels.border.cuda import BORDER
from reskin.kernels.cuda.compile import CompileError
from reskin.kernels.cuda.launch import Source
from reskin.kernels.simd.contiguous import packed_pixels, unpacked_pixels
from reskin.neural_renderer import runtimes
from reskin.neural_renderer.errors import NonFinite, RuntimeMissing
from reskin.neural_renderer.features import GBuffer, features
from reskin.neural_renderer.handoff.cuda_gl.runtime import CudaFailed
from reskin.neural_renderer.history import History
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.runtimes import Choice, cuda, cuda_device
from reskin.neural_renderer.runtimes.cpu import OpenVinoRuntime
from reskin.neural_renderer.runtimes.cuda import SIZES_KEPT, CudaRuntime
from reskin.neural_renderer.runtimes.cuda_compose import Composition
from reskin.neural_renderer.runtimes.cuda_device import Clear, CudaDevice
from reskin.neural_renderer.runtimes.cuda_network import CudaFrames, CudaTables
from reskin.neural_renderer.scenes.scenes import Scene
from reskin.neural_renderer.theme.pack import Theme, available_themes, find_theme, load_theme
from tests.kernels.cuda.tools import needs_shim
from tests.neural_renderer.runtimes.fake_driver import FakeDriver
from tests.neural_renderer.samples import miner, random_theme

pytestmark = needs_shim
CHANNELS = ("color", "material", "identity", "motion", "anchor")


@pytest.fixture
def driver() -> Iterator[FakeDriver]:
    made = FakeDriver()
    yield made
    assert not made.memory or made.current, "memory without a context"


def runtime_of(driver: FakeDriver) -> CudaRuntime:
    return CudaRuntime(0, CudaDevice(driver, 0, driver.image))


def frames(count: int, height: int, width: int, seed: int = 3) -> list[Frame]:
    scene = Scene(seed, 160, 120)
    return [window(scene.frame(t), height, width) for t in range(count)]


def window(frame: Frame, height: int, width: int) -> Frame:
    """The lower left of a frame, where there is most to see."""
    parts: dict[str, Any] = {
        name: np.ascontiguousarray(getattr(frame, name)[-height:, :width]) for name in CHANNELS
    }
    return Frame(**parts, tick=frame.tick, cut=frame.cut, layout=frame.layout)


def themes() -> list[Theme]:
    return [load_theme(find_theme(name)) for name in available_themes()[:1]] or [random_theme()]


def check_alike(ours: CudaRuntime, theme: Theme, given: list[Frame]) -> None:
    """Each picture is that of the CPU runtime, whose history both get."""
    theirs = OpenVinoRuntime()
    mine: History | None = None
    expected: History | None = None
    for frame in given:
        seen = features(frame, theme.scroll_offset(frame.tick, 60))
        mine = ours.restyle(theme, frame, seen, None if frame.cut else mine)
        expected = theirs.restyle(theme, frame, seen, None if frame.cut else expected)
        assert len(np.unique(mine.picture)) > 20
        np.testing.assert_array_equal(mine.picture, expected.picture)
        np.testing.assert_array_equal(mine.surface_id, expected.surface_id)


@pytest.mark.parametrize("size", [(37, 61)])
def test_pictures_are_those_of_the_cpu_runtime(driver: FakeDriver, size: tuple[int, int]) -> None:
    for theme in themes():
        check_alike(runtime_of(driver), theme, frames(3, *size))


@pytest.mark.slow
@pytest.mark.parametrize("name", available_themes())
def test_a_clip_of_every_theme(driver: FakeDriver, name: str) -> None:
    given = frames(4, 61, 83, len(name))
    without = [frame.replace(identity=None, motion=None) for frame in frames(2, 61, 83, 5)]
    check_alike(runtime_of(driver), load_theme(find_theme(name)), [*given, *without, *given[:2]])


def test_a_history_of_another_runtime_is_taken(driver: FakeDriver) -> None:
    first, second = (frame.replace(cut=False) for frame in frames(2, 24, 36))
    (theme,) = themes()
    seen = [features(frame) for frame in (first, second)]
    before = OpenVinoRuntime().restyle(theme, first, seen[0], None)
    near = before.picture ^ np.array([4, 4, 4, 0], np.uint8)
    before = replace(before, picture=near)
    expected = OpenVinoRuntime().restyle(theme, second, seen[1], before)
    found = runtime_of(driver).restyle(theme, second, seen[1], before)
    np.testing.assert_array_equal(found.picture, expected.picture)
    alone = runtime_of(driver).restyle(theme, second, seen[1], None)
    assert not np.array_equal(found.picture, alone.picture)


def test_the_steady_state_is_one_graph_a_frame(driver: FakeDriver) -> None:
    """Of frames that are on the device: no allocation, copy or synchronisation, and no other launch."""
    runtime = runtime_of(driver)
    (theme,) = themes()
    (frame,) = frames(1, 12, 20)
    seen = features(frame)
    runtime.restyle(theme, frame, seen, None)  # fills the channels
    tables, on_device = runtime.tables(theme), runtime.frames(12, 20)
    keep = np.ones(len(MATERIALS), bool)
    for _ in range(2):
        on_device.begin(tables, 16, seen.offsets, keep)
    before, memory = driver.counts.copy(), set(driver.memory)
    for _ in range(5):
        on_device.begin(tables, 16, seen.offsets, keep)
    assert driver.counts - before == Counter(cuGraphLaunch=5)
    assert set(driver.memory) == memory
    on_device.begin(tables, 16, seen.offsets + np.float32(1), keep)  # a texture has scrolled: 512 bytes
    assert driver.counts - before == Counter(cuGraphLaunch=6, cuMemcpyHtoDAsync=1)


def test_frames_of_the_host_allocate_nothing_in_steady_state(driver: FakeDriver) -> None:
    runtime = runtime_of(driver)
    (theme,) = themes()
    history: History | None = None
    given = frames(5, 12, 20)
    counts: list[Counter[str]] = []
    for frame in given:
        before = driver.counts.copy()
        history = runtime.restyle(theme, frame, features(frame), history)
        counts.append(driver.counts - before)
    # Five channels go up, one picture comes down.
    expected = Counter(cuCtxSetCurrent=1, cuMemcpyHtoDAsync=5, cuGraphLaunch=1, cuMemcpyDtoHAsync=1)
    assert counts[3:] == [expected + Counter(cuStreamSynchronize=1)] * 2


def test_what_is_dropped_is_freed(driver: FakeDriver) -> None:
    runtime = runtime_of(driver)
    theme = themes()[0]
    sizes = [(8 + 4 * i, 12) for i in range(SIZES_KEPT + 2)]
    held = []
    for height, width in [*sizes, *sizes[:1]]:
        (frame,) = frames(1, height, width)
        runtime.restyle(theme, frame, features(frame), None)
        held.append((len(driver.memory), len(driver.pinned), len(driver.graphs)))
    assert len(set(held[SIZES_KEPT - 1 :])) == 1
    runtime.close()
    gc.collect()
    assert not driver.memory and not driver.pinned and not driver.graphs


def test_a_broken_theme_is_refused_and_the_next_frame_is_whole(driver: FakeDriver) -> None:
    runtime = runtime_of(driver)
    good = themes()[0]
    tensors = {**good.tensors, "head.1.bias": np.full_like(good.tensors["head.1.bias"], np.nan)}
    broken = replace(good, tensors=tensors)
    (frame,) = frames(1, 13, 18)
    seen = features(frame)
    with pytest.raises(NonFinite, match=r"gave \d+ pixels that are not finite"):
        runtime.restyle(broken, frame, seen, None)
    whole = runtime.restyle(good, frame, seen, None)
    expected = OpenVinoRuntime().restyle(good, frame, seen, None)
    np.testing.assert_array_equal(packed_pixels(whole.picture), packed_pixels(expected.picture))


@pytest.mark.parametrize(
    "function", ["cuMemAlloc", "cuModuleLoadData", "cuGraphInstantiate", "cuStreamCreate"]
)
def test_a_call_that_fails_is_named(driver: FakeDriver, function: str) -> None:
    driver.fails[function] = 2
    (frame,) = frames(1, 8, 12)
    with pytest.raises(CudaFailed, match=rf"{function} gave an error \(2\)"):
        runtime_of(driver).restyle(themes()[0], frame, features(frame), None)
    driver.fails.clear()
    runtime_of(driver).restyle(themes()[0], frame, features(frame), None)


def test_without_machine_code_the_message_says_what_to_install(driver: FakeDriver) -> None:
    def image(source: Source, capability: int) -> bytes:
        raise CompileError("NVRTC is not installed")

    with pytest.raises(RuntimeMissing, match="NVRTC is not installed"):
        CudaDevice(driver, 0, image).blocks(BORDER)


def test_a_device_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtimes, "cuda_missing", lambda: "")
    monkeypatch.setattr(cuda, "load_driver", FakeDriver)
    monkeypatch.setattr(cuda_device, "module_image", None)
    assert runtimes.choose_runtime("cuda") == Choice("cuda", "cuda", "CUDA kernels, one graph a frame")
    made = runtimes.create_runtime(runtimes.choose_runtime("cuda:0"))
    assert (made.name, made.device) == ("cuda", "cuda:0")
    for device, said in (("cuda:1", "no CUDA device 1"), ("cuda:x", "'cuda' or 'cuda:' and its number")):
        with pytest.raises(RuntimeMissing, match=said):
            runtimes.create_runtime(runtimes.choose_runtime(device))


def test_a_restyler_on_a_gpu(driver: FakeDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    (theme,) = themes()
    expected = Restyler(theme)
    made = runtime_of(driver)
    monkeypatch.setattr(runtimes, "choose_runtime", lambda device: Choice("cuda", device, ""))
    monkeypatch.setattr(runtimes, "create_runtime", lambda choice: made)
    found = Restyler(theme, device="cuda", size=(36, 24))
    for frame in frames(2, 24, 36):
        np.testing.assert_array_equal(found(frame), expected(frame))
    assert (found.runtime, found.device) == ("cuda", "cuda:0")
    assert set(found.timings) == {"features", "upload", "network", "compose"}


def test_a_capture_that_fails_ends(driver: FakeDriver) -> None:
    device = CudaDevice(driver, 0, driver.image)
    buffer = device.buffer((4,), np.uint32)
    driver.fails["cuMemsetD8Async"] = 700
    with pytest.raises(CudaFailed, match="cuMemsetD8Async"):
        device.capture([Clear(buffer)])
    assert driver.captured is None
    driver.fails.clear()
    device.replay(device.capture([Clear(buffer)]))


def test_a_device_that_is_too_old_or_not_there_is_named() -> None:
    old = FakeDriver(capability=(7, 5))
    with pytest.raises(RuntimeMissing, match=r"compute capability 7\.5; the kernels need 8\.0"):
        CudaDevice(old, 0, old.image)
    with pytest.raises(RuntimeMissing, match="there is no CUDA device 3; the driver finds 1"):
        CudaDevice(FakeDriver(), 3)


def with_more(frame: Frame, seed: int) -> Frame:
    """A frame with a HUD whose pixels are clear, half covering and covering."""
    random = np.random.default_rng(seed)
    alpha = random.choice(np.array([0, 0, 0, 128, 255], np.uint8), (frame.height, frame.width))
    hud = random.integers(0, 256, (frame.height, frame.width, 4)) * alpha[..., None] // 255
    hud[..., 3] = alpha
    return frame.replace(hud=hud.astype(np.uint8))


@pytest.mark.parametrize(
    ("hud", "detail", "overlay", "identity", "bar"),
    [
        (True, True, True, True, 20.0),
        pytest.param(True, True, False, False, 20.0, marks=pytest.mark.slow),
        pytest.param(True, False, False, True, 20.0, marks=pytest.mark.slow),
        pytest.param(False, True, False, True, 20.0, marks=pytest.mark.slow),
        pytest.param(True, True, True, True, 0.0, marks=pytest.mark.slow),
    ],
)
def test_a_picture_is_composed_on_the_device_as_on_the_host(
    driver: FakeDriver, hud: bool, detail: bool, overlay: bool, identity: bool, bar: float
) -> None:
    device = CudaDevice(driver, 0, driver.image)
    # All is dark, so that the guard has something to do.
    dark: dict[str, tuple[float, ...]] = dict.fromkeys(MATERIALS, (0.05, 0.04, 0.06))
    theme = replace(themes()[0], strength={"grass": 0.97}, color_scale=dark, legibility=bar)
    tables, on_device = CudaTables.of(theme.tensors, device), CudaFrames(device, 40, 52)
    composition = Composition.of(theme, 0.9, bar, "BGRX", detail, hud, device, overlay, identity)
    expected, unguarded = Restyler(theme), Restyler(theme, legible=False)
    expected.strength = unguarded.strength = 0.9
    guarded = 0
    for number, frame in enumerate(guarded_frames(2, 40, 52)):
        given = with_more(frame, number) if hud else frame
        given = given if identity else given.replace(identity=None)
        if detail:
            shade = np.random.default_rng(number).integers(118, 138, (40, 52)).astype(np.uint8)
            shade[:, :6] = 0  # keeps the paint
            given = given.replace(detail=shade)
        if overlay:
            night = np.random.default_rng(number).integers(-40, 256, (40, 52, 6)).astype(np.int16)
            given = given.replace(overlay=night)
        seen = features(given, theme.scroll_offset(given.tick, 60))
        fill(device, on_device, given, seen)
        last = expected.history
        keep = np.zeros(len(MATERIALS), bool) if given.cut or last is None else ~last.scrolled(seen.offsets)
        on_device.begin(tables, 16, seen.offsets, keep, composition)
        found = np.empty((40, 52), np.uint32)
        device.download(found, on_device.planes.shown)
        wanted = expected(given)[..., :3]
        np.testing.assert_array_equal(unpacked_pixels(found)[..., :3], wanted, err_msg=f"frame {number}")
        guarded += not np.array_equal(wanted, unguarded(given)[..., :3])
    assert (guarded > 0) == (bar > 0)
    before = driver.counts.copy()
    on_device.begin(tables, 16, seen.offsets, keep, composition)
    assert driver.counts - before == Counter(cuGraphLaunch=1)
    on_device.forget(composition)
    on_device.close()
    assert not driver.graphs


def guarded_frames(count: int, height: int, width: int) -> list[Frame]:
    """Frames of the miner around its player, whom the guard keeps distinct."""
    whole = list(miner(count, 180, 320, skip=3))
    assert whole[0].material is not None
    rows, columns = np.nonzero(whole[0].material == MATERIAL_INDEX["player"])
    top, left = max(int(rows[0]) - height // 2, 0), max(int(columns[0]) - width // 2, 0)
    cut = slice(top, top + height), slice(left, left + width)
    parts = [
        {name: np.ascontiguousarray(getattr(frame, name)[cut]) for name in CHANNELS} for frame in whole
    ]
    return [
        Frame(**part, tick=frame.tick, cut=frame.cut or not number, layout=frame.layout)  # type: ignore[arg-type]
        for number, (frame, part) in enumerate(zip(whole, parts, strict=True))
    ]


def fill(device: CudaDevice, frames: CudaFrames, frame: Frame, seen: GBuffer) -> None:
    """Copy a frame's channels to the device."""
    channels, planes = frames.channels, frames.planes
    pairs: list[tuple[Any, Any]] = [
        (channels.material, seen.material), (channels.identity, frame.identity),
        (channels.color, packed_pixels(frame.color)), (channels.anchor, seen.anchor),
        (channels.motion, seen.motion), (planes.detail, frame.detail), (planes.overlay, frame.overlay),
        (planes.hud, None if frame.hud is None else packed_pixels(frame.hud)),
    ]  # fmt: skip
    for buffer, array in pairs:
        if array is not None:
            device.upload(buffer, np.ascontiguousarray(array))
