"""Keys are places: games are played with the same fingers on every layout, and the help shows its letters."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from reskin.engine.loop import key_places
from reskin.engine.loop.controls import SHORTCUTS, Controls
from reskin.engine.loop.key_places import event_place, key_label, key_place
from reskin.engine.persistence.playback import CONTROLS
from reskin.engine.simulation.game import Control
from reskin.engine.simulation.games import load_game
from tests.engine.loop.test_display import display  # noqa: F401

US = "1234567890qwertyuiop[]asdfghjkl;'zxcvbnm,./"
LAYOUTS = {
    "us": US,
    "ru": "1234567890йцукенгшщзхъфывапролджэячсмитьбю.",
    "gr": "1234567890;ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ,./",
    "fr": "1234567890azertyuiop^$qsdfghjklmùwxcvbn,;:!",
    "de": "1234567890qwertzuiopü+asdfghjklöäyxcvbnm,.-",
    "jp": "1234567890qwertyuiop@[asdfghjkl;:zxcvbnm,./",
}
"""The unshifted letters of each layout on the places of `US`. SDL gives the digits of a French keyboard,
though they need Shift there."""


@pytest.fixture
def dummy_display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.display.init()
    yield
    pygame.display.quit()


def stroke(kind: int, name: str, layout: str) -> pygame.event.Event:
    """The event of the key at the place of `name` on a US keyboard, under another layout."""
    place = key_place(name)
    letter = LAYOUTS[layout][US.index(name)] if name in US else ""
    code = ord(letter) if letter else pygame.key.key_code(name)
    return pygame.event.Event(kind, key=code, scancode=place, mod=0, unicode=letter)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("game", ["miner", "city", "caravan", "a replay"])
@pytest.mark.usefixtures("dummy_display")
def test_every_key_of_a_game_acts_at_its_place(game: str, layout: str) -> None:
    wanted = CONTROLS if game == "a replay" else load_game(game).controls
    controls = Controls(wanted, lambda point: point)
    for control in wanted:
        for key in control.keys:
            controls.handle(stroke(pygame.KEYDOWN, key, layout))
            assert control.action in controls.take().held, f"{key} is dead"
            controls.handle(stroke(pygame.KEYUP, key, layout))
            assert not controls.take().held, f"{key} sticks"


@pytest.mark.usefixtures("dummy_display")
def test_no_two_letters_share_a_place_and_posted_events_need_none() -> None:
    places = {key_place(letter) for letter in US}
    assert len(places) == len(US) and min(places) > 0
    for letter in US:
        assert event_place(pygame.event.Event(pygame.KEYDOWN, key=ord(letter))) == key_place(letter)
        assert key_label(letter) == letter  # the dummy display has the US layout


@pytest.mark.usefixtures("dummy_display")
def test_a_key_without_a_letter_counts_by_what_it_was_made() -> None:
    """Caps Lock as Escape, Ctrl and Shift exchanged: people choose this in their system."""
    caps = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, scancode=pygame.KSCAN_CAPSLOCK)
    shift = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_LSHIFT, scancode=pygame.KSCAN_LCTRL)
    assert event_place(caps) == key_place("escape") and event_place(shift) == key_place("left shift")


@pytest.mark.usefixtures("dummy_display")
def test_a_letter_that_a_us_keyboard_lacks_can_be_a_control() -> None:
    controls = Controls((Control("oil", ("ö",), "oil"),), lambda point: point)
    controls.handle(pygame.event.Event(pygame.KEYDOWN, key=ord("ö"), scancode=pygame.KSCAN_SEMICOLON))
    assert controls.take().held == {"oil"}
    controls.handle(pygame.event.Event(pygame.KEYUP, key=ord("ö"), scancode=pygame.KSCAN_SEMICOLON))
    assert not controls.take().held


@pytest.mark.usefixtures("dummy_display")
def test_the_loops_own_keys_show_the_layouts_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_places, "_labels", {key_place("t"): "е"})
    assert [shortcut.shown for shortcut in SHORTCUTS[:2]] == ["Е, Shift+Е", "F5"]


PLAYER = """
import sys
from pathlib import Path
from reskin.engine.loop.key_places import key_label
from reskin.engine.loop.loop import RunOptions, run
from reskin.engine.simulation.game import Control
from reskin.engine.simulation.games import load_game
from tests.engine.toy import Tint, Toy
KEYS = "1234567890qweryuiop[]asdfghjkl;'zxcvbnm,./"
class Typed(Toy):
    controls = tuple(Control(key, (key,), "") for key in KEYS)
kind = Typed if sys.argv[2] == "toy" else load_game(sys.argv[2])
plain = kind.commands
def told(self, inputs):
    for action in inputs.pressed:
        keys = next(control.keys for control in self.controls if control.action == action)
        print(action, *(key_label(key) for key in (*keys, "t")), sep="|", flush=True)
    return plain(self, inputs)
kind.commands = told
run(kind(3), None, RunOptions(folder=Path(sys.argv[1]), say=lambda text: None))
"""
KEYCODES = dict(zip(US, (*range(10, 20), *range(24, 36), *range(38, 49), *range(52, 62)), strict=True))
KEYCODES |= {
    "up": 111,
    "left": 113,
    "right": 114,
    "down": 116,
    "space": 65,
    "left shift": 50,
    "right shift": 62,
}
"""Key codes of X (evdev) by the name of the key on a US keyboard."""


WANTED = {
    "toy": tuple(Control(key, (key,), "") for key in "wasdqe1."),
    **{name: load_game(name).controls for name in ("miner", "city", "caravan")},
}


@pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "xdotool", "xwininfo", "setxkbmap"))),
    reason="needs Xvfb, xdotool, xwininfo and setxkbmap",
)
@pytest.mark.parametrize(
    "game", [pytest.param(name, marks=[pytest.mark.slow] * (name != "toy")) for name in WANTED]
)
def test_real_keys_act_and_are_shown_in_every_layout(display: str, tmp_path: Path, game: str) -> None:  # noqa: F811
    """One game in one window, while the layout changes six times."""
    environment = {**os.environ, "DISPLAY": display, "SDL_VIDEODRIVER": "x11"}

    def x(*words: str) -> str:
        return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=30).stdout

    player = subprocess.Popen(
        [sys.executable, "-c", PLAYER, str(tmp_path), game],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert player.stdout is not None
    try:
        end = time.monotonic() + 25
        while not (
            found := re.search(r'(0x\w+) "Reskin: .*" *:? .* 640x360\+', x("xwininfo", "-root", "-tree"))
        ):
            assert time.monotonic() < end, ("no window", player.poll(), x("xwininfo", "-root", "-tree"))
            time.sleep(0.1)
        x("xdotool", "windowfocus", "--sync", found[1])
        for layout, letters in LAYOUTS.items():
            x("setxkbmap", layout)
            shown = dict(zip(US, letters, strict=True))
            for control in WANTED[game]:
                for key in control.keys:
                    x("xdotool", "key", str(KEYCODES[key]))
                    assert select.select([player.stdout], [], [], 20)[0], f"{layout}: {key} is dead"
                    said = player.stdout.readline().strip().split("|")
                    assert said == [control.action, *(shown.get(k, k) for k in (*control.keys, "t"))], layout
    finally:
        player.kill()
        player.wait()
        player.stdout.close()
