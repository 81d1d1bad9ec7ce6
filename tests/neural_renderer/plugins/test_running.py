"""The parts of `reskin run` by themselves."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pygame
import pytest

from reskin.neural_renderer.errors import RunError
from reskin.neural_renderer.handoff import channel
from reskin.neural_renderer.plugins.pygame.game_sources import (
    DEFAULT_KEYS,
    choose_keys,
    read_sources,
    shadowed_modules,
)
from reskin.neural_renderer.plugins.pygame.interpreter import choose_interpreter
from reskin.neural_renderer.plugins.pygame.remembered import FILE, recall, remember
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.patching import Patches
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.present import PresentHooks
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running import renderer_link
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.event_hooks import EventHooks
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.figures import Figures, read_figures
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.headless.input_script import (
    KEYS,
    Step,
    read_script,
)
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.headless.pretended_time import (
    LOOKS,
    PretendedTime,
)
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.headless.scripted_input import (
    ScriptedInput,
)
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.headless.virtual_clock import (
    FRAME_NS,
    READ_NS,
    VirtualClock,
)
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.hotkeys import Hotkeys

CAPTURE = Path(__file__).parents[3] / "neural_renderer" / "plugins" / "pygame"


def key(kind: int, name: str, mod: int = 0) -> pygame.event.Event:
    return pygame.event.Event(kind, key=getattr(pygame, f"K_{name}"), mod=mod, unicode=name)


def test_hotkeys_act_once_and_are_hidden() -> None:
    seen: list[tuple[str, int]] = []
    actions: dict[str, Callable[[int], None]] = {
        "theme": lambda step: seen.append(("theme", step)),
        "restyle": lambda step: seen.append(("restyle", step)),
        "wipe": lambda step: seen.append(("wipe", step)),
    }
    keys = Hotkeys([("theme", "t", False), ("restyle", "F5", False), ("wipe", "w", True)], actions)
    assert keys.hides(key(pygame.KEYDOWN, "t")) and seen == [("theme", 1)]
    assert keys.hides(pygame.event.Event(pygame.TEXTINPUT, text="t"))
    assert keys.hides(key(pygame.KEYDOWN, "t")) and len(seen) == 1, "a repetition"
    assert keys.hides(key(pygame.KEYUP, "t"))
    assert keys.hides(key(pygame.KEYDOWN, "t", pygame.KMOD_LSHIFT)) and seen[-1] == ("theme", -1)
    assert keys.hides(key(pygame.KEYUP, "t"))
    for event in (
        key(pygame.KEYDOWN, "t", pygame.KMOD_LCTRL), key(pygame.KEYUP, "t"), key(pygame.KEYDOWN, "w"),
        key(pygame.KEYUP, "w"), key(pygame.KEYDOWN, "x"), pygame.event.Event(pygame.TEXTINPUT, text="t"),
        pygame.event.Event(pygame.MOUSEMOTION, pos=(1, 1)),
    ):  # fmt: skip
        assert not keys.hides(event), event
    assert len(seen) == 2
    assert keys.hides(key(pygame.KEYDOWN, "w", pygame.KMOD_LCTRL | pygame.KMOD_LSHIFT))
    assert seen[2:] == [("wipe", 1)], "Shift belongs to the keys, and does not turn the action round"


@pytest.mark.parametrize(
    ("letter", "acts"), [("t", True), ("е", True), ("τ", True), ("y", False), ("é", True)]
)
def test_a_letter_of_ours_acts_at_its_place_where_the_layout_has_other_letters(
    letter: str, acts: bool
) -> None:
    """A Russian or Greek keyboard has no t; on a Latin one, the letter counts, as it does for the game."""
    done: list[int] = []
    keys = Hotkeys([("theme", "t", False)], {"theme": done.append})
    for kind in (pygame.KEYDOWN, pygame.KEYUP):
        event = pygame.event.Event(kind, key=ord(letter), scancode=pygame.KSCAN_T, mod=0, unicode=letter)
        assert keys.hides(event) is acts
    assert done == [1] * acts


def test_the_keys_are_told_as_they_are_pressed() -> None:
    keys = [("wipe", "F6", False), ("restyle", "F5", False), ("theme", "T", True)]
    assert Hotkeys(keys, {}).help() == "Ctrl+Shift+T next theme, F5 plain or restyled"
    assert Hotkeys([], {}).help() == ""


def test_a_game_that_only_looks_for_events_gives_us_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a key would show nothing before the game's next frame."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.display.init()
    pressed: list[int] = []
    calls: list[int] = []
    patches = Patches()
    EventHooks(Hotkeys([("theme", "t", False)], {"theme": pressed.append}), lambda: calls.append(1)).install(
        patches
    )
    try:
        pygame.event.clear()
        pygame.event.post(key(pygame.KEYDOWN, "t"))
        pygame.event.post(key(pygame.KEYDOWN, "x"))
        assert [event.key for event in pygame.event.get(pygame.KEYDOWN)] == [pygame.K_x]
        assert pressed == [1] and len(calls) == 1
        pygame.event.clear()
        assert pygame.event.poll().type == pygame.NOEVENT and len(calls) == 2
    finally:
        patches.undo()
        pygame.display.quit()


def test_a_renderer_that_does_not_answer_gets_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On a busy machine it may compile without a heartbeat. Frames are plain meanwhile."""
    said: list[str] = []
    now, state, closed = [0.0], ["alive"], []
    monkeypatch.setattr(renderer_link, "monotonic", lambda: now[0])
    link = renderer_link.RendererLink(channel.__file__, str(tmp_path), said.append)

    class Side:
        path = "block"

        def __init__(self, *_: int, **__: int) -> None:
            pass

        def renderer(self) -> str:
            return state[0]

        def close(self) -> None:
            closed.append(now[0])

    monkeypatch.setattr(link._channel, "GameSide", Side)
    for now[0], state[0], alive in [
        (1.0, "alive", True), (2.0, "hanging", False), (4.5, "hanging", False), (4.8, "alive", True),
        (5.0, "hanging", False), (7.5, "hanging", False),
    ]:  # fmt: skip
        assert link.ready(64, 48) and link.alive == alive, now
    assert not said and not closed
    now[0] = 8.5
    assert not link.ready(64, 48) and closed == [8.5] and said == ["the renderer failed and is started anew"]
    assert link.ready(64, 48) and link.generation == 2, "another is wanted at once"


def test_a_key_that_the_game_uses_needs_more_keys() -> None:
    def labels(*texts: str, **remapped: str) -> list[str]:
        return [key.label for key in choose_keys(list(texts), remapped)]

    assert labels("K_SPACE K_F55 K_tab") == list(DEFAULT_KEYS.values())
    assert labels("if event.key == pygame.K_t:", "K_F5")[:3] == ["Ctrl+Shift+T", "Ctrl+Shift+F5", "F6"]
    assert labels("name += event.unicode")[:2] == ["Ctrl+Shift+T", "F5"]
    assert labels("pygame.key.name(k) == 'f9'")[3] == "Ctrl+Shift+F9"
    assert labels("K_t", theme="F2")[0] == "F2"
    assert labels("K_t", theme="ctrl+shift+n")[0] == "Ctrl+Shift+n"
    with pytest.raises(RunError, match=r"there is no key for 'them'.*mean 'theme'\?\); there are: theme"):
        labels(them="F2")
    with pytest.raises(RunError, match="two of our keys are F5"):
        labels(theme="F5")


def test_only_what_the_game_imports_counts(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    for name, text in {
        "game.py": "import sys, lib.keys as keys\n", "other.py": "K_t", "lib/keys.py": "from . import deep",
        "lib/deep.py": "K_F6", "queue.py": "", ".hidden.py": "K_F5",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text)
    texts = read_sources(tmp_path / "game.py")
    assert any("K_F6" in text for text in texts) and "K_t" not in texts
    assert "queue" in shadowed_modules(tmp_path) and "sys" not in shadowed_modules(tmp_path)


def test_a_script_of_keys_is_read() -> None:
    steps = read_script("# nothing\n0-3 hold a\n5 click 1 2 3 # right\n9 type bC\n12 quit\n")
    assert steps == {
        1: [Step("down", "a")], 3: [Step("up", "a")],
        5: [Step("move", "", (1, 2)), Step("button_down", "3")], 7: [Step("button_up", "3")],
        9: [Step("down", "b"), Step("text", "b"), Step("up", "b")],
        10: [Step("down", "C"), Step("text", "C"), Step("up", "C")], 12: [Step("quit")],
    }  # fmt: skip
    assert read_script("4-9 hold mouse2") == {4: [Step("button_down", "2")], 9: [Step("button_up", "2")]}
    for wrong, said in [
        ("x press a", "must begin with a frame, such as 30, .*; not 'x'"),
        ("9-3 hold a", "must begin with a frame"),
        ("3 hold a", "needs the first and the last frame"),
        ("3 jump", "press, hold, click, move, type, quit, .*; not 'jump'"),
        ("3", "must stand what happens"),
        ("3 click 1", "a line with click must be like '90 click 100 100'"),
        ("3 click 1 2 9", "a line with click must be like"),
        ("3 press", "a line with press must be like"),
        ("3 press SPCE", r"no key is called 'SPCE' \(did you mean SPACE.*called as in pygame"),
        ("3-5 hold MOUSE9", "did you mean MOUSE"),
    ]:
        with pytest.raises(ValueError, match=f"^line 2: .*{said}.*; got '{wrong}'"):
            read_script(f"\n{wrong}")


def test_frames_are_counted_after_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """A run without a window ends by the count of its frames."""
    called, counted = [], []

    def fails(display: pygame.Surface) -> None:
        called.append(display)
        raise ValueError("ours")

    def count() -> None:
        counted.append(len(called))
        raise ValueError("also ours")

    pygame.display.init()
    pygame.display.set_mode((8, 8))
    patches, hooks = Patches(), PresentHooks(fails)
    hooks.counted = count
    hooks.install(patches)
    try:
        for _ in range(3):
            pygame.display.flip()
    finally:
        patches.undo()
    assert len(called) == 1 and counted == [1, 1, 1] and "no longer watched" in capsys.readouterr().err


def test_a_button_goes_up_where_the_mouse_is() -> None:
    pygame.display.init()
    pygame.display.set_mode((8, 8))
    pygame.event.clear()
    player = ScriptedInput("1-4 hold MOUSE3\n3 move 5 6\n6 type é")
    for number in range(1, 7):
        player.step(number)
    events = pygame.event.get((pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP))
    assert [(event.type, event.pos, event.button) for event in events] == [
        (pygame.MOUSEBUTTONDOWN, (0, 0), 3), (pygame.MOUSEBUTTONUP, (5, 6), 3),
    ]  # fmt: skip
    assert [event.text for event in pygame.event.get(pygame.TEXTINPUT)] == ["é"]


def test_all_keys_of_pygame_can_be_scripted() -> None:
    names = {name[2:] for name in vars(pygame) if name.startswith("K_") and len(name) > 3}
    assert names - {"UNKNOWN"} == KEYS


def test_the_python_beside_the_game_is_taken_if_it_has_pygame(tmp_path: Path) -> None:
    found = choose_interpreter(tmp_path / "game.py", None, {})
    assert found.path == sys.executable and found.pygame and found.version == sys.version_info[:3]
    beside = tmp_path / ".venv" / "bin"
    beside.mkdir(parents=True)
    fake = beside / "python"
    fake.write_text('#!/bin/sh\necho \'{"version": [3, 12, 1], "pygame": "2.6.1", "kind": "pygame"}\'\n')
    fake.chmod(0o755)
    if sys.platform != "win32":
        found = choose_interpreter(tmp_path / "sub" / "game.py", None, {})
        assert (found.path, found.kind, found.version) == (str(fake), "pygame", (3, 12, 1))
        for said, why in [
            ('{"version": [3, 8, 0], "pygame": "2.6.1", "kind": "pygame"}', "Python 3.8.0 is too old"),
            ('{"version": [3, 11, 0], "pygame": "", "kind": ""}', "has no pygame"),
            ('{"version": [3, 11, 0], "pygame": "1.9.6", "kind": "pygame"}', "pygame 1.9.6 is too old"),
            ("hello", "it is no Python"),
        ]:
            fake.write_text(f"#!/bin/sh\necho '{said}'\n")
            with pytest.raises(RunError, match=rf"--python: .*{why}"):
                choose_interpreter(tmp_path, str(fake), {})
    with pytest.raises(RunError, match="it cannot be run"):
        choose_interpreter(tmp_path, str(tmp_path / "none"), {})


def test_choices_are_remembered_for_each_game(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_CONFIG_HOME", "APPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    assert recall("a") == {}
    remember("a", "bricks", 0.5)
    remember("b", "winter", 1.0)
    assert recall("a") == {"theme": "bricks", "strength": 0.5} and recall("b")["theme"] == "winter"
    (file,) = tmp_path.rglob(FILE)
    file.write_text(json.dumps({"a": {"theme": 3, "strength": 7}, "b": []}))
    assert recall("a") == recall("b") == {}
    file.write_text("{damaged")
    assert recall("a") == {}
    remember("a", "city", 1.0)
    assert recall("a")["theme"] == "city"


def test_the_virtual_clock_goes_by_frames_and_never_stands() -> None:
    clock = VirtualClock()
    clock.frame()
    assert clock.now == FRAME_NS and clock.read() == FRAME_NS + READ_NS
    clock.sleep(0.5)
    assert clock.now == FRAME_NS + READ_NS + 500_000_000
    clock.frame()
    assert clock.now == 2 * FRAME_NS + 500_000_000, "a look at the clock does not move the next frame"
    now = clock.now
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.extend(clock.read() for _ in range(3)))
    thread.start()
    thread.join()
    assert clock.now == now and seen == sorted(set(seen)), "another thread does not make time pass"


def test_while_a_thread_presents_others_make_no_time_pass() -> None:
    """It may wait for its picture, which the main thread would otherwise spend the whole run's frames on."""
    clock = VirtualClock()
    pretended = PretendedTime(clock, "", None)
    presents, shown = threading.Event(), threading.Event()

    def present() -> None:
        pretended.presents()
        presents.set()
        shown.wait(20)
        pretended.frame()

    thread = threading.Thread(target=present)
    thread.start()
    assert presents.wait(20)
    for _ in range(3 * LOOKS):
        pretended.looked()
    assert clock.now == 0
    shown.set()
    thread.join()
    assert clock.now == FRAME_NS
    for _ in range(LOOKS + 1):
        pretended.looked()
    assert clock.now == 2 * FRAME_NS, "nobody else is left to present"


def test_a_process_that_a_game_waits_for_has_real_time() -> None:
    code = f"""
import sys; sys.path.append({str(CAPTURE)!r})
from reskin_pygame_capture.running.headless.virtual_clock import VirtualClock
clock = VirtualClock(); clock.replace_time()
import subprocess
done = subprocess.run(["sleep", "0.3"], timeout=20, capture_output=True)
child = subprocess.Popen(["sleep", "0.3"]); child.wait(20)
assert clock.now < 1_000_000, clock.now
try: subprocess.run(["sleep", "9"], timeout=0.1)
except subprocess.TimeoutExpired: sys.exit(3)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 3


def test_figures_are_there_however_the_game_ended(tmp_path: Path) -> None:
    figures = Figures(str(tmp_path / "figures"))
    figures.count("presented")
    figures["follows"] = 1
    for number in range(2000):
        figures.took("wait", number / 1000)
    counts, times = read_figures(str(tmp_path / "figures"))
    assert counts["presented"] == counts["follows"] == 1 and counts["plain"] == 0
    assert sorted(times["wait"]) == pytest.approx(range(976, 2000)) and times["swap"] == []
    assert read_figures(str(tmp_path / "none"))[0]["presented"] == 0
