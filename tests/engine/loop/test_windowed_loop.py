"""The loop in a window: every key works, and a tick never waits.

The window is SDL's dummy one, which takes posted events like real ones. `test_display.py` does the
same under a real X server where there is one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest

from reskin.engine.capture.record import Still
from reskin.engine.errors import LoopError
from reskin.engine.frame import Frame, compose_hud, plain_picture
from reskin.engine.loop.circuit_breaker import THRESHOLD
from reskin.engine.loop.controls import Controls
from reskin.engine.loop.hotkeys import hotkey_theme
from reskin.engine.loop.loop import RunOptions, run
from reskin.engine.loop.player import State, player_theme, player_themes
from reskin.engine.loop.session import Session
from reskin.engine.loop.window import Window
from reskin.engine.loop.windowed_loop import WindowedLoop
from reskin.engine.persistence.playback import open_playback
from reskin.engine.persistence.replay import ReplayWriter, read_replay
from reskin.engine.persistence.save import create_save
from reskin.engine.persistence.savefile import examine_savefile
from reskin.engine.simulation.game import Control, Game
from tests.engine.toy import Faulty, Tint, Toy

SMALL = (96, 64)


class Play:
    """A windowed loop under the dummy driver: keys are pressed by name, and frames go by."""

    def __init__(self, post: Any, folder: Path, game: Game | None = None, **options: Any) -> None:
        self.game: Any = Toy(3) if game is None else game
        self.post = post
        # No picture is late on a busy machine, unless a test says when it is.
        options = {"deadline_ms": 120_000.0, **options}
        self.session = Session(self.game, post, RunOptions(size=SMALL, folder=folder, **options))
        self.window = Window("test", *SMALL)
        self.loop = WindowedLoop(self.session, self.window)
        self.hotkeys = self.loop.hotkeys

    def frames(self, count: int = 3) -> None:
        goal = self.session.frames + count
        self.until(lambda: self.session.frames >= goal)

    def until(self, reached: Callable[[], bool], limit_s: float = 60.0) -> None:
        end = time.perf_counter() + limit_s
        while not reached():
            assert time.perf_counter() < end, "it never happened"
            self.loop.turn()

    def post_event(self, kind: int, **fields: Any) -> None:
        pygame.event.post(pygame.event.Event(kind, **fields))

    def press(self, key: str, mod: int = 0, frames: int = 3) -> None:
        code = pygame.key.key_code(key)
        self.post_event(pygame.KEYDOWN, key=code, mod=mod)
        self.post_event(pygame.KEYUP, key=code, mod=mod)
        self.frames(frames)

    def mouse(self, position: tuple[int, int], kind: int = pygame.MOUSEMOTION, **fields: Any) -> None:
        self.post_event(kind, pos=position, **({"rel": (0, 0), "buttons": (0, 0, 0)} | fields))
        self.frames()

    def at(self, column: int) -> tuple[int, int]:
        """The window pixel of a column of the picture."""
        view = self.window.viewport
        return view.left + (2 * column + 1) * view.width // (2 * SMALL[0]), view.centery

    @property
    def picture(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        assert self.hotkeys.latest is not None
        return self.hotkeys.latest[1]

    @property
    def shown(self) -> Frame:
        assert self.hotkeys.latest is not None
        return self.hotkeys.latest[0]

    @property
    def said(self) -> list[str]:
        return [words for _, words, _ in self.hotkeys._notices]

    def close(self) -> None:
        if isinstance(self.post, Faulty):
            self.post.release.set()
        self.session.player.close(5)
        self.session.finish()
        self.window.close()


@pytest.fixture
def make_play(tmp_path: Path) -> Iterator[Callable[..., Play]]:
    plays: list[Play] = []

    def make(post: Any = None, **options: Any) -> Play:
        plays.append(Play(post, tmp_path, **options))
        plays[-1].frames(2)
        return plays[-1]

    yield make
    for play in plays:
        play.close()


def test_a_replay_is_paused_and_scrubbed_in_the_window(
    make_play: Callable[..., Play], tmp_path: Path
) -> None:
    game = Toy(3)
    with ReplayWriter(tmp_path / "run.replay", game.name, game.simulation) as writer:
        for _ in range(900):
            commands = game.bot()
            game.simulation.step(commands)
            writer.on_tick(game.simulation, commands)
    playback = open_playback(Toy, read_replay(tmp_path / "run.replay"))
    play = make_play(Tint(), game=playback.game, playback=playback)
    play.press("space")
    play.until(lambda: playback.paused)
    tick = playback.tick
    play.frames(5)
    assert playback.tick == tick
    play.press("right")
    assert playback.tick == tick + 300
    play.press(".")
    assert playback.tick == tick + 301
    play.press("end")
    assert (playback.tick, playback.over) == (900, True)
    play.press("left")
    assert playback.tick == 600
    play.press("home")
    play.press("space")
    play.until(lambda: playback.tick > 3)
    assert ("space, p", "pause, or continue") in play.hotkeys._help()
    assert play.session.player.breaker.faults == 0


def test_a_failing_save_is_shown_until_it_works(make_play: Callable[..., Play], tmp_path: Path) -> None:
    game = Toy(3)
    journal = create_save(tmp_path / "a.save", game)
    play = make_play(game=game, listeners=(journal,))
    play.until(lambda: game.simulation.tick > 5)
    assert play.hotkeys._lines() == []
    while journal.committed < game.simulation.tick:  # else the thread takes the status back
        time.sleep(0.001)
    journal.status = "saving fails and is tried again: the disk is full"
    assert play.hotkeys._lines() == [(journal.status, True)]
    journal.status = ""
    play.session.finish()
    assert examine_savefile(tmp_path / "a.save").newest.tick == game.simulation.tick


def is_plain(play: Play) -> bool:
    return np.array_equal(play.picture, plain_picture(play.shown))


def test_t_and_shift_t_turn_the_theme_on_the_next_frame(make_play: Callable[..., Play]) -> None:
    play = make_play(Tint())
    for mod, expected in ((0, "green"), (0, "blue"), (0, "red"), (pygame.KMOD_LSHIFT, "blue")):
        seen = len(play.post.seen)
        play.press("t", mod)
        assert play.post.theme == expected
        # At most the frame that was under way still has the old theme.
        assert [theme for _, _, theme in play.post.seen[seen + 1 :]] == [expected] * (
            len(play.post.seen) - seen - 1
        )
        assert play.game.captions[-1] == expected
        assert f"theme: {expected}" in play.said
    assert play.post.threads == {"restyle"}, "the post-renderer was touched by two threads"


def test_t_without_a_restyler_says_so(make_play: Callable[..., Play]) -> None:
    play = make_play(None)
    for key in ("t", "f5"):
        play.press(key)
    assert play.said == [
        "no restyler is there, so there are no themes",
        "no restyler is there; the picture is plain",
    ]


def test_f5_turns_restyling_off_and_on(make_play: Callable[..., Play]) -> None:
    play = make_play(Tint())
    assert not is_plain(play)
    play.press("f5")
    assert is_plain(play)
    assert play.game.captions[-1] == "plain"
    calls = len(play.post.seen)
    play.frames(5)
    assert len(play.post.seen) == calls, "off must be free"
    play.press("f5")
    assert not is_plain(play)
    assert play.post.seen[calls][1], "the first frame after a pause must be a cut"


def test_f6_wipes_with_the_mouse(make_play: Callable[..., Play]) -> None:
    play = make_play(Tint())
    play.press("f6")
    for column in (30, 70):
        play.mouse(play.at(column))
        plain, restyled = plain_picture(play.shown), Tint()(play.shown)
        assert np.array_equal(play.picture[:, : column - 1], plain[:, : column - 1])
        assert np.array_equal(play.picture[:, column + 1 :], restyled[:, column + 1 :])
    play.press("f6")
    assert np.array_equal(play.picture, Tint()(play.shown))


def test_f1_shows_help_over_the_window_only(make_play: Callable[..., Play]) -> None:
    play = make_play(Tint())
    before = pygame.surfarray.array3d(play.window.surface)
    play.press("f1")
    assert (pygame.surfarray.array3d(play.window.surface) != before).mean() > 0.2
    assert np.array_equal(play.picture, Tint()(play.shown))
    rows = dict(play.hotkeys._figures() + play.hotkeys._help())
    assert "tick" in rows["ms"]
    assert rows["look"] == "red (numpy on cpu)"
    assert rows["d, right"] == "walk"
    assert {"T, Shift+T", "F5", "F6", "F1", "F9", "F10", "F11", "Esc"} <= set(rows)
    play.press("f1")
    assert (pygame.surfarray.array3d(play.window.surface) != before).mean() < 0.2


def test_f8_and_f11_change_how_the_window_shows(make_play: Callable[..., Play]) -> None:
    play = make_play(Tint())
    for key in ("f8", "f11", "f8", "f11"):
        play.press(key)
        width, height = play.window.viewport.size
        assert abs(width * SMALL[1] - height * SMALL[0]) <= SMALL[0], "the aspect is lost"
    assert not play.window.smooth
    assert not play.window.fullscreen


def test_f9_takes_a_screenshot(make_play: Callable[..., Play], tmp_path: Path) -> None:
    play = make_play(Tint())
    play.press("f9")
    (path,) = tmp_path.glob("toy-red-*.png")
    assert pygame.image.load(path).get_size() == SMALL
    assert play.session.files == [path]
    assert f"screenshot: {path}" in play.said


def test_f10_records_until_pressed_again(make_play: Callable[..., Play], tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    play = make_play(Tint())
    play.press("f10", frames=10)
    assert play.session.recording is not None
    play.press("f10")
    (path,) = tmp_path.glob("toy-red-*.mp4")
    with av.open(str(path)) as container:
        assert 8 <= len(list(container.decode(video=0))) <= 16
    assert f"recorded: {path}" in play.said


def test_f10_without_pyav_says_what_to_install(
    make_play: Callable[..., Play], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    play = make_play(Tint())
    play.press("f10")
    assert play.session.recording is None
    assert "reskin[video]" in play.said[-1]
    assert list(tmp_path.iterdir()) == []


def test_esc_pauses_with_a_menu_by_keys(make_play: Callable[..., Play]) -> None:
    play = make_play(Tint())
    play.press("escape")
    assert play.hotkeys.menu is not None
    assert [label for label, _ in play.hotkeys.menu.entries] == ["Resume", "red", "green", "blue", "Quit"]
    ticks = play.session.ticks
    play.frames(10)
    assert play.session.ticks == ticks, "the menu must pause"
    for key in ("down", "down", "return"):
        play.press(key)
    assert play.hotkeys.menu is None
    assert play.post.theme == "green"
    play.frames(5)
    assert play.session.ticks > ticks
    play.press("escape")
    play.press("escape")
    assert play.hotkeys.menu is None
    play.press("escape")
    play.press("up")
    play.post_event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0)
    play.loop.turn()
    assert play.hotkeys.quitting


def test_the_menu_by_the_mouse(make_play: Callable[..., Play]) -> None:
    play = make_play(Tint())
    play.press("escape")
    assert play.hotkeys.menu is not None
    blue = play.hotkeys.menu.places[3].center
    play.mouse(blue)
    assert play.hotkeys.menu.at == 3
    play.mouse((0, 0), pygame.MOUSEBUTTONDOWN, button=1)
    assert play.hotkeys.menu is not None, "a click beside the menu chooses nothing"
    play.mouse(blue, pygame.MOUSEBUTTONDOWN, button=1)
    assert not play.hotkeys.paused
    assert play.post.theme == "blue"


def test_the_cross_quits(tmp_path: Path) -> None:
    pygame.display.init()
    threading.Timer(0.2, lambda: pygame.event.post(pygame.event.Event(pygame.QUIT))).start()
    report = run(Toy(), Tint(), RunOptions(size=SMALL, headless=False, folder=tmp_path))
    assert not report.headless
    assert not report.interrupted
    assert report.frames > 1


def test_resizing_keeps_the_aspect(make_play: Callable[..., Play]) -> None:
    play = make_play(Tint())
    for size, whole, smooth in (
        ((300, 300), (288, 192), (300, 200)),
        ((1000, 70), (96, 64), (105, 70)),
        ((60, 60), (60, 40), (60, 40)),
    ):
        pygame.display.set_mode(size, pygame.RESIZABLE)
        play.frames()
        assert play.window.viewport.size == whole
        play.window.smooth = True
        play.frames()
        assert play.window.viewport.size == smooth
        play.window.smooth = False
    assert play.window.to_frame((-5, 999)) == (0, 63)


def test_keys_reach_the_game_once_a_tick(make_play: Callable[..., Play]) -> None:
    play = make_play(None)
    play.post_event(pygame.KEYDOWN, key=pygame.K_d, mod=0)
    play.post_event(pygame.KEYDOWN, key=pygame.K_SPACE, mod=0)
    ticks = play.session.ticks
    play.until(lambda: play.session.ticks > ticks + 4)
    play.post_event(pygame.KEYUP, key=pygame.K_d, mod=0)
    play.frames(3)
    given = play.game.inputs[ticks:]
    assert [i.pressed for i in given if i.pressed] in ([("right", "jump")], [("right",), ("jump",)])
    assert all("right" in i.held for i in given[1:4])
    assert "right" not in given[-1].held
    play.mouse(play.at(20), pygame.MOUSEBUTTONDOWN, button=3)
    assert play.game.inputs[-1].mouse is not None
    assert play.game.inputs[-1].mouse[0] == 20
    assert 3 in play.game.inputs[-1].buttons
    play.post_event(pygame.WINDOWFOCUSLOST)
    play.frames(2)
    assert play.game.inputs[-1].buttons == frozenset()


def test_a_game_may_not_take_the_loops_keys() -> None:
    class Greedy(Toy):
        controls = (Control("throw", ("T",), "throw"),)

    pygame.display.init()
    with pytest.raises(LoopError, match=r"control 'throw' is on key 'T'.*next, previous theme"):
        run(Greedy(), None, RunOptions(size=SMALL, headless=False, frames=1))
    pygame.display.init()
    with pytest.raises(LoopError, match="'no such key'"):
        Controls((Control("x", ("no such key",), ""),), lambda point: point)
    pygame.display.quit()


def test_a_tick_never_waits_for_a_slow_post_renderer(make_play: Callable[..., Play]) -> None:
    class Slow(Tint):
        """A picture takes four ticks: if they waited for it, it would never come."""

        session: Session | None = None

        def __call__(self, shown: Frame) -> np.ndarray[Any, np.dtype[np.uint8]]:
            if self.session is not None:
                goal, end = self.session.ticks + 4, time.monotonic() + 60
                while self.session.ticks < goal:
                    assert time.monotonic() < end, "the ticks wait for the picture"
                    time.sleep(0.001)
            return super().__call__(shown)

    play = make_play(post := Slow())
    post.session = play.session
    play.frames(2)  # which may have been begun before
    ticks = play.session.ticks
    play.frames(5)
    assert play.session.ticks - ticks >= 4 * 4
    assert play.session.player.breaker.faults == 0, "a picture of four ticks is within the deadline"
    assert not any(cut for _, cut, _ in play.post.seen[1:]), "every drawn frame was seen, so none is a cut"


def test_a_late_picture_is_replaced_and_counted(make_play: Callable[..., Play]) -> None:
    play = make_play(Tint(), deadline_ms=300.0)
    original, fault_seen = Tint.__call__, threading.Event()

    def late_once(shown: Frame) -> np.ndarray[Any, np.dtype[np.uint8]]:
        assert fault_seen.wait(60)
        return original(play.post, shown)

    play.session.player.breaker.post = late_once
    play.until(lambda: play.session.player.breaker.faults > 0)
    assert is_plain(play)
    assert play.session.player.breaker.last_reason == "no picture within 300 ms"
    fault_seen.set()
    play.until(lambda: not is_plain(play))
    assert "no picture within 300 ms" in "".join(play.said)
    assert sum(cut for _, cut, _ in play.post.seen[-4:]) >= 1


def test_a_hung_post_renderer_rests_and_hangs_nothing(make_play: Callable[..., Play]) -> None:
    play = make_play(Faulty(None, None, None, "hang"), deadline_ms=200.0)
    play.session.player._loading = False
    play.until(lambda: play.session.player.state is State.RESTING)
    assert play.session.player.breaker.faults == THRESHOLD
    play.frames(5)
    assert is_plain(play)
    assert any("rests for" in words for words, _ in play.hotkeys._lines())
    assert not play.session.player.close(0.1)  # which gives up, as the post-renderer hangs for ever


def test_a_post_renderer_that_raises_is_shown_and_the_game_goes_on(make_play: Callable[..., Play]) -> None:
    play = make_play(Faulty(RuntimeError("no kernel")))
    play.until(lambda: play.session.player.state is State.RESTING)
    ticks = play.session.ticks
    play.frames(6)
    assert play.session.ticks > ticks
    assert is_plain(play)
    assert "last: RuntimeError: no kernel" in play.hotkeys._lines()[-1][0]


def test_a_view_of_a_reused_buffer_is_copied(make_play: Callable[..., Play]) -> None:
    class Reusing(Tint):
        buffer = np.zeros((64, 96, 4), np.uint8)

        def __call__(self, shown: Frame) -> np.ndarray[Any, np.dtype[np.uint8]]:
            self.buffer[...] = compose_hud(shown.color.copy(), shown.hud)
            return self.buffer

    play = make_play(Reusing())
    assert not np.shares_memory(play.picture, Reusing.buffer)


def test_a_post_renderer_needs_no_themes() -> None:
    assert player_themes(Tint()) == ["red", "green", "blue"]
    assert player_themes(len) == []
    assert [player_theme(post) for post in (None, len, Tint("blue"))] == ["plain", "restyled", "blue"]
    assert [hotkey_theme(("a", "b"), name, 1) for name in ("a", "b", "elsewhere")] == ["b", "a", "a"]
    assert [hotkey_theme(("a", "b"), name, -1) for name in ("a", "b", "elsewhere")] == ["b", "a", "b"]


def test_a_recording_that_fails_keeps_its_good_pictures(
    make_play: Callable[..., Play], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add, left = Still._add, [4]

    def full(self: Still, *picture: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError("no space left on device")
        add(self, *picture)

    monkeypatch.setattr(Still, "_add", full)
    play = make_play(record=tmp_path / "run.png")
    play.until(lambda: play.session.recording is None)
    assert "the recording failed: no space left on device; what there was is in" in "".join(play.said)
    assert (tmp_path / "run.png").stat().st_size > 0 and not list(tmp_path.glob(".*"))
    assert play.session.files == [tmp_path / "run.png"]
    play.frames(3)


def test_advice_of_a_post_renderer_is_shown_once(make_play: Callable[..., Play]) -> None:
    class Adviser:
        advice = ""

        def __call__(self, frame: Frame) -> np.ndarray[Any, np.dtype[np.uint8]]:
            return plain_picture(frame)

    post = Adviser()
    play = make_play(post)
    assert play.said == []
    post.advice = "a smaller window helps"
    play.frames(3)
    assert play.said == ["a smaller window helps"]
