"""Plays scripted input: posts events, and lets the state of keyboard and mouse agree with them."""

from __future__ import annotations

from typing import Any

import pygame

from ...originals import post
from ...patching import stand_in
from ..hotkeys import key_number
from .input_script import Step, read_script

_Event = pygame.event.Event
_SHIFTS = {"LSHIFT": pygame.KMOD_LSHIFT, "RSHIFT": pygame.KMOD_RSHIFT, "LCTRL": pygame.KMOD_LCTRL,
           "RCTRL": pygame.KMOD_RCTRL, "LALT": pygame.KMOD_LALT, "RALT": pygame.KMOD_RALT}  # fmt: skip
_NAMES = {" ": "SPACE", "\n": "RETURN"}


class ScriptedInput:
    """Keyboard and mouse of a run without a window. Without a script nothing is ever pressed.

    The window counts as having the keyboard and the mouse, as a game that has not may pause.
    """

    def __init__(self, text: str) -> None:
        self._steps = read_script(text)
        self._held: dict[int, None] = {}
        self._fresh: set[int] = set()
        self._released: set[int] = set()
        self._mods = 0
        self._place = (0, 0)
        self._moved = (0, 0)
        self._buttons = [False] * 5

    def install(self) -> None:
        """Replace what pygame says of keyboard and mouse."""
        functions: dict[Any, dict[str, Any]] = {
            pygame.key: {
                "get_pressed": lambda: self._state(self._held),
                "get_just_pressed": lambda: self._state(self._fresh),
                "get_just_released": lambda: self._state(self._released),
                "get_mods": lambda: self._mods,
                "get_focused": lambda: True,
            },
            pygame.mouse: {
                "get_pressed": lambda num_buttons=3, **_: tuple(self._buttons[:num_buttons]),
                "get_pos": lambda **_: self._place,
                "get_rel": self._take_moved,
                "set_pos": self._set_place,
                "get_focused": lambda: True,
            },
        }
        for module, replaced in functions.items():
            for name, call in replaced.items():
                original = getattr(module, name, None)
                if original is not None:
                    setattr(module, name, stand_in(original, call))

    def step(self, number: int) -> None:
        """What happens after frame `number` was presented."""
        self._fresh, self._released = set(), set()
        for step in self._steps.get(number, ()):
            self._play(step)

    def _play(self, step: Step) -> None:
        if step.kind in ("down", "up"):
            self._press(step.value, step.kind == "down")
        elif step.kind == "text":
            post(_Event(pygame.TEXTINPUT, text=step.value, window=None))
        elif step.kind == "quit":
            post(_Event(pygame.QUIT))
        elif step.kind == "move":
            self._move(step.place)
        else:
            down, number = step.kind == "button_down", int(step.value)
            self._buttons[min(number, 5) - 1] = down
            kind = pygame.MOUSEBUTTONDOWN if down else pygame.MOUSEBUTTONUP
            post(_Event(kind, pos=self._place, button=number, touch=False, window=None))

    def _press(self, name: str, down: bool) -> None:
        key, scancode = key_of(name)
        mod = _SHIFTS.get(name.upper(), 0)
        shifted = len(name) == 1 and name.isupper()
        self._mods = self._mods | mod if down else self._mods & ~mod
        if down:
            self._held[scancode] = None
            self._fresh.add(scancode)
        else:
            self._held.pop(scancode, None)
            self._released.add(scancode)
        text = name if len(name) == 1 else chr(key) if key < 127 else ""
        mods = self._mods | (pygame.KMOD_LSHIFT if shifted else 0)
        kind = pygame.KEYDOWN if down else pygame.KEYUP
        post(_Event(kind, key=key, mod=mods, unicode=text, scancode=scancode, window=None))

    def _move(self, place: tuple[int, int]) -> None:
        moved = (place[0] - self._place[0], place[1] - self._place[1])
        self._moved = (self._moved[0] + moved[0], self._moved[1] + moved[1])
        self._place = place
        buttons = tuple(int(down) for down in self._buttons[:3])
        post(_Event(pygame.MOUSEMOTION, pos=place, rel=moved, buttons=buttons, touch=False, window=None))

    def _set_place(self, *place: Any) -> None:
        x, y = place if len(place) == 2 else place[0]
        self._move((int(x), int(y)))

    def _take_moved(self) -> tuple[int, int]:
        moved, self._moved = self._moved, (0, 0)
        return moved

    def _state(self, scancodes: Any) -> Any:
        """As `pygame.key.get_pressed()` gives it."""
        down = [False] * 512
        for scancode in scancodes:
            down[scancode] = True
        return _kind_of_state()(tuple(down))


_original_state = pygame.key.get_pressed
_kind: list[Any] = []


def _kind_of_state() -> Any:
    if not _kind:
        _kind.append(type(_original_state()))
    return _kind[0]


def key_of(name: str) -> tuple[int, int]:
    """The key and the scan code of a name: `SPACE`, `RIGHT`, `a`. Raises ValueError for no key's name."""
    full = _NAMES.get(name, name)
    key = key_number(full)
    if key is None and len(full) == 1:
        return ord(full), 0
    if key is None:
        raise ValueError(f"no key is called {name!r}; use names as in pygame, such as SPACE, RIGHT or a")
    return key, getattr(pygame, f"KSCAN_{full.upper()}", 0)
