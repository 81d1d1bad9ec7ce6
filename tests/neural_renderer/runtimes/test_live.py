"""A runtime that waits for no network: with one that takes as long as the test says."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from reskin.engine.frame import Frame
from reskin.kernels.simd.contiguous import packed_pixels
from reskin.neural_renderer.errors import NonFinite
from reskin.neural_renderer.features import GBuffer, features
from reskin.neural_renderer.history import History
from reskin.neural_renderer.runtimes import live
from reskin.neural_renderer.runtimes.live import REMEMBERED, LiveRuntime
from reskin.neural_renderer.stages import Stages
from reskin.neural_renderer.theme.pack import Theme, load_theme

HEIGHT, WIDTH = 40, 64
ABOVE, THING = slice(0, 14), (slice(16, 25), slice(26, 35))
"""Rows above the thing, behind which terrain comes into view; and the thing."""


class Network:
    """Paints each material in a shade of its own, plus the frame's tick. It waits until it is let go on."""

    name, device = "fake", "none"

    def __init__(self) -> None:
        self.stages = Stages()
        self.go_on, self.entered = threading.Event(), threading.Event()
        self.go_on.set()
        self.painted: list[int] = []
        self.error: Exception | None = None
        self.at_once = 0

    def prepare(self, theme: Theme, size: tuple[int, int]) -> None:
        pass

    def restyle(self, theme: Theme, frame: Frame, features: GBuffer, history: History | None) -> History:
        self.at_once += 1
        assert self.at_once == 1, "two threads are in the network"
        self.entered.set()
        assert self.go_on.wait(10)
        self.at_once -= 1
        if self.error is not None:
            raise self.error
        self.painted.append(frame.tick)
        shade = (features.material * 7 + frame.tick).astype(np.uint8)
        picture = np.repeat(shade[..., None], 4, 2)
        picture[..., 3] = 255
        return History(picture, features.surface_id, frame.layout, features.offsets)


@pytest.fixture
def network() -> Iterator[Network]:
    made = Network()
    yield made
    made.go_on.set()


def frame_of(tick: int, cut: bool = False) -> Frame:
    """A world that moves by 2 px a frame to the left, of stripes of two materials, with a thing at rest."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    world = x + 2 * tick
    material = np.where(world // 8 % 2, 3, 4).astype(np.uint8)
    thing = (abs(x - 30) < 5) & (abs(y - 20) < 5)
    material[thing] = 22
    motion = np.zeros((HEIGHT, WIDTH, 2), np.float16)
    motion[..., 0] = np.where(thing, 0, -2)
    anchor = np.stack((world, y), -1).astype(np.float32) / np.float32(32)
    color = np.full((HEIGHT, WIDTH, 4), 200, np.uint8)
    return Frame(
        color=color, material=material, identity=np.where(thing, 5, 0).astype(np.uint16), motion=motion,
        anchor=anchor, tick=tick, cut=cut,
    )  # fmt: skip


class Play:
    """Frames one after another, through a runtime."""

    def __init__(self, runtime: LiveRuntime) -> None:
        self.runtime, self.tick, self.theme = runtime, 0, load_theme("winter")
        self.history: History | None = None

    def settle(self) -> None:
        """Wait until the network is done with what it was given."""
        if self.runtime._job is not None:
            self.runtime._job.exception()

    def step(self, cut: bool = False) -> np.ndarray:
        """The shades that the next frame shows, uint8 [H,W]."""
        frame = frame_of(self.tick, cut)
        if cut:
            self.history = None
        self.history = self.runtime.restyle(self.theme, frame, features(frame), self.history)
        self.tick += 1
        assert self.history.surface_id.tolist() == features(frame).surface_id.tolist()
        return self.history.picture[..., 0].copy()


@pytest.fixture
def slow(network: Network, monkeypatch: pytest.MonkeyPatch) -> Play:
    """A run in which pictures are carried along, as each took longer than it may."""
    play = Play(LiveRuntime(network, budget_ms=0.0))
    for _ in range(REMEMBERED + 3):
        play.step()
        play.settle()
    assert play.runtime.carries
    return play


def shades(tick: int, painted: int) -> np.ndarray:
    """What a frame ought to show of the picture that was painted at a tick."""
    material = frame_of(tick).material
    assert material is not None
    return (material * 7 + painted).astype(np.uint8)


def test_a_quick_network_is_waited_for(network: Network) -> None:
    play = Play(LiveRuntime(network, budget_ms=1000.0))
    for tick in range(20):
        np.testing.assert_array_equal(play.step(), shades(tick, tick))
    assert not play.runtime.carries and network.painted == list(range(20))


def test_while_the_network_is_at_work_the_picture_moves_on(network: Network, slow: Play) -> None:
    network.go_on.clear()
    slow.step()
    last = network.painted[-1]
    for _ in range(6):
        tick = slow.tick
        shown = slow.step()
        expected = shades(tick, last)
        np.testing.assert_array_equal(shown[ABOVE, :-14], expected[ABOVE, :-14])
        np.testing.assert_array_equal(shown[THING], expected[THING])
        new = abs(shown.astype(int) - expected).max()
        assert new <= REMEMBERED + 4, "what came into view must look as its material does"
    assert "carry" in slow.runtime.stages


def test_a_picture_that_comes_late_is_carried_to_the_present(network: Network, slow: Play) -> None:
    network.go_on.clear()
    network.entered.clear()
    slow.step()
    given = slow.tick - 1
    assert network.entered.wait(10)
    for _ in range(3):
        slow.step()
    network.go_on.set()
    slow.settle()
    tick = slow.tick
    shown, expected = slow.step(), shades(tick, given)
    np.testing.assert_array_equal(shown[ABOVE, : -2 * 4], expected[ABOVE, : -2 * 4])
    np.testing.assert_array_equal(shown[THING], expected[THING])


def test_a_cut_shows_nothing_of_before_and_waits_for_nothing(network: Network, slow: Play) -> None:
    network.go_on.clear()
    slow.step()
    shown = slow.step(cut=True)
    usual = [np.unique(shown[frame_of(slow.tick - 1).material == kind]) for kind in (3, 4)]
    assert all(len(shades) <= REMEMBERED + 4 for shades in usual) and set(usual[0]).isdisjoint(usual[1])
    assert (shown[THING] == 200).all(), "a thing is as the game drew it"
    given = slow.tick - 1
    network.go_on.set()
    slow.settle()
    assert network.painted[-1] == given, "the picture of before the cut came back"
    tick = slow.tick
    np.testing.assert_array_equal(slow.step()[THING], shades(tick, given)[THING])


def test_another_theme_waits_for_its_first_picture(network: Network, slow: Play) -> None:
    slow.step()
    slow.theme, slow.history = load_theme("bricks"), None
    tick = slow.tick
    np.testing.assert_array_equal(slow.step(), shades(tick, tick))


def test_when_it_is_quick_again_it_is_waited_for_again(network: Network, slow: Play) -> None:
    slow.runtime.budget_ms = 1000.0
    for _ in range(2 * REMEMBERED):
        slow.settle()
        slow.step()
    assert not slow.runtime.carries
    tick = slow.tick
    np.testing.assert_array_equal(slow.step(), shades(tick, tick))


def test_a_network_that_is_idle_before_each_frame_is_waited_for_again(
    network: Network, slow: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A game of 30 frames a second leaves it time, however long it takes beside the game."""
    monkeypatch.setattr(live, "IDLE_MS", 0.0)
    for _ in range(REMEMBERED + 1):
        slow.settle()
        slow.step()
    assert not slow.runtime.carries
    monkeypatch.setattr(live, "IDLE_MS", 1e6)
    for _ in range(REMEMBERED + 1):
        slow.step()
    assert slow.runtime.carries, "it takes longer than the budget when it is waited for, too"
    for _ in range(3 * REMEMBERED):
        slow.settle()
        slow.step()
    assert slow.runtime.carries


def test_a_player_is_told_only_if_it_lasts(
    network: Network, slow: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "ADVISED", 20)
    assert slow.runtime.advice == ""
    for _ in range(20):
        slow.step()
    assert slow.runtime.advice == live.ADVICE
    slow.runtime.budget_ms = 1000.0
    for _ in range(2 * REMEMBERED):
        slow.settle()
        slow.step()
    assert slow.runtime.advice == ""


def test_what_the_network_raises_is_raised_once(network: Network, slow: Play) -> None:
    network.error = NonFinite("damaged")
    slow.step()
    slow.settle()
    with pytest.raises(NonFinite, match="damaged"):
        slow.step()
    network.error = None
    slow.history = None
    for _ in range(3):
        slow.step()
        slow.settle()
    tick = slow.tick
    np.testing.assert_array_equal(slow.step()[THING], shades(tick, tick - 1)[THING])


def test_no_picture_is_carried_for_ever(
    network: Network, slow: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_CARRIED", 5)
    network.go_on.clear()
    letting_go = threading.Timer(0.3, network.go_on.set)
    letting_go.start()
    before = len(network.painted)
    for _ in range(8):
        slow.step()
    letting_go.join()
    assert len(network.painted) > before


def test_the_color_of_a_thing_that_came_into_view_is_its_own(network: Network, slow: Play) -> None:
    assert slow.history is not None
    network.go_on.clear()
    frame = frame_of(slow.tick)
    assert frame.identity is not None
    frame = frame.replace(identity=np.where(frame.identity > 0, 9, 0).astype(np.uint16))
    shown = slow.runtime.restyle(slow.theme, frame, features(frame), slow.history)
    thing = frame.identity == 9
    np.testing.assert_array_equal(packed_pixels(shown.picture)[thing], 0xFFC8C8C8)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_copy_of_the_process_goes_on(slow: Play) -> None:
    slow.step()
    slow.settle()
    child = os.fork()
    if not child:
        try:
            for _ in range(3):
                slow.step()
                assert slow.runtime._job is not None
                slow.runtime._job.result(5)
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
