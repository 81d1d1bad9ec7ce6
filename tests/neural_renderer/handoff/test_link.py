"""OpenGL's resources mapped for CUDA: each failure of CUDA's, and random sequences of all that can happen."""

from __future__ import annotations

import inspect
import random
import re
import threading
from contextlib import suppress
from typing import Any

import pytest

from reskin.neural_renderer.errors import GpuError, InputError
from reskin.neural_renderer.handoff.cuda_gl.link import (
    FRAMES_KEPT,
    CudaGlLink,
    MappedBuffer,
    MappedImage,
    Resource,
    buffer,
    image,
)
from reskin.neural_renderer.handoff.cuda_gl.runtime import CudaRuntime
from tests.neural_renderer.handoff.fake_cuda import (
    ILLEGAL_ADDRESS,
    INVALID_CONTEXT,
    UNKNOWN,
    FakeContext,
    FakeCuda,
    FakeTexture,
    InvalidObject,
)

STREAM = 77


class Rig:
    """A link, a pretended CUDA, and a context that is current."""

    def __init__(self, link: type[CudaGlLink] = CudaGlLink) -> None:
        self.cuda, self.said = FakeCuda(), list[str]()
        self.link = link(self.cuda, self.said.append)
        self.context = FakeContext()
        self.cuda.make_current(self.context)

    def textures(self, width: int = 64, height: int = 36) -> dict[str, FakeTexture]:
        size = (width, height)
        return {
            "color": self.context.texture(size),
            "material": self.context.texture(size, 1, "u1"),
            "anchor": self.context.texture(size, 2, "f4"),
            "picture": self.context.texture(size),
        }

    def draw(self, textures: dict[str, FakeTexture], stream: int = STREAM) -> bool:
        """One frame: map, use all, unmap. Whether it went through CUDA."""
        with self.link.map(resources(textures), stream) as mapped:
            if mapped is None:
                return False
            assert list(mapped) == list(textures)
            for name, view in mapped.items():
                if isinstance(view, MappedImage):
                    self.cuda.read(view.array, textures[name], stream, write=name == "picture")
                    assert (view.width, view.height) == textures[name].size
                    assert (view.components, view.dtype) == (textures[name].components, textures[name].dtype)
                else:
                    self.cuda.read(view.pointer, textures[name], stream)
                    assert view.size == textures[name].size
        return True


def resources(textures: dict[str, FakeTexture]) -> dict[str, Resource]:
    return {
        name: buffer(thing) if thing.is_buffer else image(thing, writes=name == "picture")
        for name, thing in textures.items()
    }


def test_a_frame_in_steady_state_is_one_map_and_one_unmap() -> None:
    rig = Rig()
    textures = rig.textures()
    assert rig.draw(textures)
    assert rig.cuda.calls.count("cudaGraphicsGLRegisterImage") == 4
    for _ in range(3):
        rig.cuda.calls.clear()
        assert rig.draw(textures)
        assert rig.cuda.calls == [
            "cudaGraphicsMapResources", *["cudaGraphicsSubResourceGetMappedArray"] * 4,
            "cudaGraphicsUnmapResources",
        ]  # fmt: skip
    assert not rig.cuda.mapped and not rig.cuda.misuses and not rig.said
    rig.link.release()
    assert not rig.cuda.registrations and rig.link.registered == 0


def test_buffers_give_addresses() -> None:
    rig = Rig()
    textures = {"color": rig.context.buffer(4096), "picture": rig.context.texture((8, 8))}
    with rig.link.map(resources(textures), STREAM) as mapped:
        assert mapped is not None
        assert isinstance(mapped["color"], MappedBuffer) and mapped["color"].size == 4096
        assert isinstance(mapped["picture"], MappedImage)
    assert not rig.cuda.misuses


def test_a_resize_registers_anew_and_unregisters_first() -> None:
    rig = Rig()
    for size in ((64, 36), (80, 45), (64, 36)):
        assert rig.draw(rig.textures(*size))  # the old ones are dropped, and held by the link alone
        assert len(rig.cuda.registrations) == 4
    assert not rig.cuda.misuses


def test_textures_in_turn_are_registered_once_each() -> None:
    rig = Rig()
    sets = [rig.textures() for _ in range(3)]
    for turn in range(12):
        assert rig.draw(sets[turn % 3])
    assert rig.cuda.calls.count("cudaGraphicsGLRegisterImage") == 12
    for _ in range(FRAMES_KEPT + 1):
        assert rig.draw(sets[0])
    assert len(rig.cuda.registrations) == 4 and not rig.cuda.misuses


def test_a_texture_with_the_name_of_a_deleted_one() -> None:
    """OpenGL gives the name again, and CUDA would still show the old memory."""
    rig = Rig()
    textures = rig.textures()
    assert rig.draw(textures)
    old = textures["color"]
    rig.link.forget(old)
    old.release()
    textures["color"] = rig.context.texture(old.size)
    assert textures["color"].glo == old.glo
    assert rig.draw(textures) and not rig.cuda.misuses


def test_another_use_registers_anew() -> None:
    rig = Rig()
    texture = rig.context.texture((8, 8))
    assert rig.draw({"color": texture}) and rig.draw({"picture": texture})
    assert not rig.cuda.misuses


@pytest.mark.parametrize(
    "function",
    [
        "cudaGLGetDevices", "cudaGetDevice", "cudaGraphicsGLRegisterImage", "cudaGraphicsMapResources",
        "cudaGraphicsSubResourceGetMappedArray", "cudaArrayGetInfo", "cudaGraphicsUnmapResources",
    ],
)  # fmt: skip
@pytest.mark.parametrize("after", [0, 2, 4])
@pytest.mark.parametrize("code", [UNKNOWN, INVALID_CONTEXT, ILLEGAL_ADDRESS])
def test_each_call_may_fail(function: str, code: int, after: int) -> None:
    """Then nothing stays mapped or registered, it is said once, and the frames go on."""
    rig = Rig()
    textures = rig.textures()
    rig.cuda.fail(function, code, after)
    assert rig.draw(textures) == (function == "cudaGraphicsUnmapResources")
    assert not rig.cuda.mapped and not rig.cuda.registrations and rig.link.registered == 0
    for _ in range(3):
        rig.cuda.calls.clear()
        assert not rig.draw(textures)
        assert not rig.cuda.calls
    assert rig.said == [rig.link.reason] and f"{function} gave" in rig.said[0]
    assert f"({code})" in rig.said[0] and rig.said[0].endswith("frames go through the host's memory")
    rig.cuda.make_current(second := FakeContext())
    rig.context = second
    assert rig.draw(rig.textures()) == (code != ILLEGAL_ADDRESS)
    assert not rig.cuda.misuses and len(rig.said) == 1


def test_an_empty_handle_is_no_handle(monkeypatch: pytest.MonkeyPatch) -> None:
    """cuda-bindings 12.9.3 gives such ones, with the code of a success."""
    rig = Rig()
    monkeypatch.setattr(rig.cuda, "cudaGraphicsGLRegisterImage", lambda *given: (0, 0))
    assert not rig.draw(rig.textures())
    assert "registering color gave an empty handle" in rig.link.reason


def test_a_mapped_array_of_another_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """What CUDA has is not the texture that it should be."""
    rig = Rig()
    textures = rig.textures()
    resized = resources(textures)
    textures["color"].size = (32, 36)
    shown = {**resized, "color": image(textures["color"])}
    with rig.link.map(shown, STREAM) as mapped:
        assert mapped is not None
    assert rig.draw(textures)
    rig.link.release()
    original = rig.cuda.cudaArrayGetInfo

    def wrong(array: Any) -> tuple[Any, ...]:
        code, description, extent, flags = original(array)
        extent.width += 1
        return code, description, extent, flags

    monkeypatch.setattr(rig.cuda, "cudaArrayGetInfo", wrong)
    assert not rig.draw(textures)
    assert "33 x 36 for a texture of 32 x 36" in rig.link.reason and not rig.cuda.mapped


@pytest.mark.parametrize(("devices", "device"), [((), 0), ((1,), 0), ((0, 2), 1)])
def test_opengl_on_another_device(devices: tuple[int, ...], device: int) -> None:
    rig = Rig()
    rig.context.devices, rig.cuda.device = devices, device
    assert not rig.draw(rig.textures()) and not rig.cuda.registrations
    assert "cudaGLGetDevices" in rig.link.reason
    rig.context = FakeContext(devices=(device,))
    rig.cuda.make_current(rig.context)
    assert rig.draw(rig.textures())


def test_a_lost_context_and_a_new_one() -> None:
    rig = Rig()
    textures = rig.textures()
    assert rig.draw(textures)
    rig.context.lost = True
    assert not rig.draw(textures) and not rig.draw(textures)
    assert len(rig.said) == 1 and "(219)" in rig.said[0] and rig.link.registered == 0
    rig.context = FakeContext()
    rig.cuda.make_current(rig.context)
    assert rig.draw(rig.textures()) and not rig.cuda.misuses


def test_an_error_in_between_unmaps() -> None:
    rig = Rig()
    textures = rig.textures()
    with pytest.raises(ZeroDivisionError), rig.link.map(resources(textures), STREAM):
        raise ZeroDivisionError
    assert not rig.cuda.mapped and rig.draw(textures) and not rig.said


def test_what_cannot_work_is_refused() -> None:
    rig = Rig()
    textures = rig.textures()
    with rig.link.map(resources(textures), STREAM):
        with pytest.raises(GpuError, match="mapped already"), rig.link.map(resources(textures), STREAM):
            pass
        with pytest.raises(GpuError, match="mapped already"):
            rig.link.forget(textures["color"])
        with pytest.raises(GpuError, match="mapped already"):
            rig.link.release()
    assert not rig.cuda.mapped
    caught: list[BaseException] = []

    def elsewhere() -> None:
        try:
            rig.draw(textures)
        except GpuError as error:
            caught.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(caught) == 1 and "is current on one thread" in str(caught[0])
    other = FakeContext().texture((64, 36))
    with pytest.raises(InputError, match="of one OpenGL context, got 2"), rig.link.map(
        {"color": image(textures["color"]), "hud": image(other)}
    ):
        pass
    textures["color"].release()
    with pytest.raises(InputError, match="color was released"):
        rig.draw(textures)
    assert rig.draw(rig.textures()) and not rig.said


@pytest.mark.parametrize(
    ("components", "dtype", "samples", "said"),
    [(3, "f1", 0, "RGBA instead of RGB"), (4, "f1", 4, "no multisampled"), (4, "f8", 0, "got 4 of 'f8'")],
)
def test_kinds_that_cuda_does_not_take(components: int, dtype: str, samples: int, said: str) -> None:
    texture = FakeContext().texture((8, 8), components, dtype)
    texture.samples = samples
    with pytest.raises(InputError, match=said):
        image(texture)


def test_the_names_are_those_of_the_bindings() -> None:
    """Functions and parameters, as `cuda-bindings` says of them; and it refuses a list of handles."""
    bindings = pytest.importorskip("cuda.bindings.runtime", reason="cuda-bindings is not installed")
    names = [name for name in vars(CudaRuntime) if name.startswith("cuda")]
    assert len(names) == 13
    for name in names:
        said = re.match(rf"{name}\((.*)\)", getattr(bindings, name).__doc__)
        assert said is not None, name
        expected = [part.split(":")[0].split()[-1] for part in said[1].split(", ") if part]
        for runtime in (CudaRuntime, FakeCuda):
            given = list(inspect.signature(getattr(runtime, name)).parameters)[1:]
            assert given == expected, name
    with pytest.raises(TypeError):
        bindings.cudaGraphicsMapResources(1, [bindings.cudaGraphicsResource_t(5)], 0)
    with pytest.raises(TypeError):
        FakeCuda().cudaGraphicsMapResources(1, [5], 0)


# Everything at random


def play(seed: int, link: type[CudaGlLink] = CudaGlLink, steps: int = 24) -> Rig:
    """A program that draws, resizes, switches and fails at random, and what must hold after each step."""
    rig, chance = Rig(link), random.Random(seed)
    polite = chance.random() < 0.7  # whether it says `forget` before it deletes
    sets = [rig.textures()]
    sound = True  # whether nothing has happened to this context or to CUDA
    broken = False
    for _ in range(steps):
        action = chance.choice(ACTIONS)
        before = len(rig.cuda.calls)
        if action == "resize":
            delete(rig, chance.choice((polite, None)), sets)
            sets[:] = [rig.textures(chance.randint(1, 99), chance.randint(1, 99))]
        elif action == "again":
            sets.append(rig.textures(*sets[0]["color"].size))
        elif action == "fail":
            function = chance.choice(FALLIBLE)
            code = chance.choice((UNKNOWN, UNKNOWN, INVALID_CONTEXT, ILLEGAL_ADDRESS))
            rig.cuda.fail(function, code, chance.randint(0, 4))
        elif action == "lose" and chance.random() < 0.5:
            rig.context.lost, sound = True, False
        elif action == "switch" and chance.random() < 0.5:
            if chance.random() < 0.5:
                rig.context.release()
            rig.context = FakeContext()
            rig.cuda.make_current(rig.context)
            sets[:], sound = [rig.textures()], not broken
        textures = dict(chance.choice(sets))
        if chance.random() < 0.3:
            del textures["anchor"]
        faults = dict(rig.cuda._faults)
        through = draw_or_fail(rig, textures, chance)
        struck = faults.keys() - rig.cuda._faults.keys()
        if struck & SERIOUS:
            sound = False
            broken |= any(faults[function][0] == ILLEGAL_ADDRESS for function in struck)
        broken |= bool(rig.cuda._fatal)
        sound &= not broken
        assert through or rig.link.reason
        assert through or not sound, rig.link.reason
        check(rig, before)
        here = [e.thing for e in rig.cuda.registrations.values() if e.thing.ctx is rig.context and through]
        gone = [thing for thing in here if isinstance(thing.mglo, InvalidObject)]
        assert not gone and {thing.size for thing in here} <= {textures["color"].size}, "stale"
    rig.link.release()
    assert not rig.cuda.leaked, "registrations are left"
    return rig


ACTIONS = ("draw", "draw", "draw", "resize", "again", "fail", "lose", "switch")
FALLIBLE = (
    "cudaGLGetDevices", "cudaGetDevice", "cudaGraphicsGLRegisterImage", "cudaGraphicsMapResources",
    "cudaGraphicsSubResourceGetMappedArray", "cudaArrayGetInfo", "cudaGraphicsUnmapResources",
    "cudaGraphicsUnregisterResource",
)  # fmt: skip
SERIOUS = {*FALLIBLE} - {"cudaGraphicsUnregisterResource"}


def delete(rig: Rig, how: bool | None, sets: list[dict[str, FakeTexture]]) -> None:
    """Politely, without a word, or by letting go of them."""
    if how is None or rig.context.lost:
        return
    for textures in sets:
        if how:
            rig.link.forget(*textures.values())
        for texture in textures.values():
            texture.release()


def draw_or_fail(rig: Rig, textures: dict[str, FakeTexture], chance: random.Random) -> bool:
    """Draw, now and then with an error in between; on a stream that may change."""
    stream = chance.choice((0, STREAM))
    if chance.random() < 0.1:
        went: list[bool] = []
        with suppress(ZeroDivisionError), rig.link.map(resources(textures), stream) as mapped:
            went.append(mapped is not None)
            raise ZeroDivisionError
        return went[0]
    return rig.draw(textures, stream)


def check(rig: Rig, calls_before: int) -> None:
    rude = [m for m in rig.cuda.misuses if m != "deleted while registered"]
    assert not rude, rude
    if not rig.cuda._fatal:
        left = [entry for entry in rig.cuda.mapped if not entry.thing.ctx.lost]
        assert not left, "mapped after the frame"
        assert len(rig.cuda.calls) - calls_before < 80, "as good as hung"
        living = {int(e.handle) for e in rig.link._registered.values() if not e.resource.owner.ctx.lost}
        assert {entry.number for entry in rig.cuda.leaked} == living, "leaked"
    assert len(set(rig.said)) == len(rig.said), "said twice"



@pytest.mark.parametrize("first", range(0, 600, 200))
def test_random_sequences(first: int) -> None:
    for seed in range(first, first + 200):
        play(seed)


@pytest.mark.slow
def test_ten_thousand_random_sequences() -> None:
    """What is never: mapped twice, leaked, stale, hung. And all that can happen does."""
    happened: dict[str, int] = {}
    for seed in range(10_000):
        rig = play(seed)
        for call in rig.cuda.calls:
            happened[call] = happened.get(call, 0) + 1
        happened["given up"] = happened.get("given up", 0) + len(rig.said)
        happened["broken"] = happened.get("broken", 0) + bool(rig.cuda._fatal)
    assert all(happened[name] > 1000 for name in (*FALLIBLE, "given up", "broken")), happened


class NeverUnregisters(CudaGlLink):
    def _unregister(self, key: int) -> None:
        self._registered.pop(key)


class NeverStale(CudaGlLink):
    def _drop_stale(self, resources: Any, context: Any) -> None:
        """Textures of the last size stay registered."""


class KeepsWhatFailed(CudaGlLink):
    def _unmap_each(self, entries: Any, stream: int) -> None:
        """Takes a failed map for one that has mapped nothing."""


class UnmapsElsewhere(CudaGlLink):
    def _unmap(self, entries: Any, stream: int) -> None:
        super()._unmap(entries, 0)


class NeverGivesUp(CudaGlLink):
    def _give_up(self, context: Any, why: str, fatal: bool) -> None:
        """Tries again at each frame."""


class SaysEachTime(CudaGlLink):
    def _give_up(self, context: Any, why: str, fatal: bool) -> None:
        self._said.clear()
        super()._give_up(context, why, fatal)


class GivesUpAtOnce(CudaGlLink):
    def _unregister(self, key: int) -> None:
        entry = self._registered[key]
        super()._unregister(key)
        self._refused = entry.resource.owner.ctx


class NeverUnmaps(CudaGlLink):
    def _unmap(self, entries: Any, stream: int) -> None:
        self._mapped = False


class ForgetsDeath(CudaGlLink):
    def _give_up(self, context: Any, why: str, fatal: bool) -> None:
        super()._give_up(context, why, False)


BROKEN: list[type[CudaGlLink]] = [
    NeverUnregisters, NeverStale, KeepsWhatFailed, UnmapsElsewhere, NeverGivesUp, SaysEachTime, GivesUpAtOnce,
    NeverUnmaps, ForgetsDeath,
]  # fmt: skip


@pytest.mark.parametrize("link", BROKEN)
def test_the_sequences_find_a_broken_link(link: type[CudaGlLink]) -> None:
    def caught(seed: int) -> bool:
        try:
            play(seed, link)
        except (AssertionError, KeyError, GpuError):
            return True
        return False

    assert any(caught(seed) for seed in range(200))
