"""Turns keys and mouse into a game's actions; and lists the loop's own keys, the same in every game.

It goes by events alone, not by the state of the keyboard, so that posted events work like real ones. A key is
a place on the keyboard, whatever letter the layout has there; see `engine.loop.key_places`.
Read next: `engine.loop.hotkeys`, which acts on the loop's own keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pygame

from reskin.engine.errors import LoopError, did_you_mean
from reskin.engine.loop.key_places import Place, event_place, key_label, key_place
from reskin.engine.simulation.game import Control, Inputs

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One of the loop's own keys: the action, the key's name in pygame, and how the help shows both."""

    action: str
    key: str
    label: str
    help: str

    @property
    def shown(self) -> str:
        """The label with the letter that the layout has there."""
        letter = key_label(self.key).upper()
        return self.label.replace(self.key.upper(), letter) if len(self.key) == 1 else self.label


SHORTCUTS: Final[tuple[Shortcut, ...]] = (
    Shortcut("theme", "t", "T, Shift+T", "next, previous theme"),
    Shortcut("restyle", "f5", "F5", "restyle on or off"),
    Shortcut("wipe", "f6", "F6", "wipe between plain and restyled, with the mouse"),
    Shortcut("help", "f1", "F1", "this help and the milliseconds"),
    Shortcut("scaling", "f8", "F8", "whole or smooth pixels"),
    Shortcut("screenshot", "f9", "F9", "screenshot"),
    Shortcut("record", "f10", "F10", "record, and again to stop"),
    Shortcut("fullscreen", "f11", "F11", "full screen"),
    Shortcut("menu", "escape", "Esc", "menu: resume, themes, quit"),
)


def check_controls(controls: tuple[Control, ...]) -> None:
    """Raise LoopError if a game's control lies on one of the loop's own keys."""
    taken = {shortcut.key: shortcut for shortcut in SHORTCUTS}
    for control in controls:
        for key in control.keys:
            if key.lower() in taken:
                raise LoopError(
                    f"control {control.action!r} is on key {key!r}, which is the loop's own "
                    f"({taken[key.lower()].help}); give it another key"
                )


class Controls:
    """What is held down and what was pressed since the last tick.

    Raises LoopError for a key name that pygame does not know.
    """

    def __init__(self, controls: tuple[Control, ...], to_frame: Callable[[Point], Point]) -> None:
        self._to_frame = to_frame
        self._actions: dict[Place, list[str]] = {}
        for control in controls:
            for key in control.keys:
                self._actions.setdefault(_place(key, control), []).append(control.action)
        self._down: dict[Place, None] = {}  # keys, in the order in which they went down
        self._pressed: list[str] = []
        self._buttons: dict[int, None] = {}
        self.pointer: Point = (0, 0)
        """Where the mouse is, in frame px."""
        self._pointed = False

    def handle(self, event: pygame.event.Event) -> None:
        """Note one event."""
        if event.type == pygame.KEYDOWN:
            place = event_place(event)
            if place not in self._actions and -event.key in self._actions:
                place = -event.key  # a letter that a US keyboard does not have
            if place not in self._down:
                self._pressed.extend(self._actions.get(place, ()))
            self._down[place] = None
        elif event.type == pygame.KEYUP:
            for place in (event_place(event), -event.key):
                self._down.pop(place, None)
        elif event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            self.pointer, self._pointed = self._to_frame(event.pos), True
            if event.type == pygame.MOUSEBUTTONDOWN:
                self._buttons[event.button] = None
            elif event.type == pygame.MOUSEBUTTONUP:
                self._buttons.pop(event.button, None)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self.release()

    def release(self) -> None:
        """Forget what is held and pressed, as when another window or the menu takes the keys."""
        self._down.clear()
        self._buttons.clear()
        self._pressed.clear()

    def take(self) -> Inputs:
        """The inputs for one tick. Each key press is given once."""
        held = frozenset(action for key in self._down for action in self._actions.get(key, ()))
        pressed, self._pressed = tuple(self._pressed), []
        return Inputs(held, pressed, self.pointer if self._pointed else None, frozenset(self._buttons))


def _place(key: str, control: Control) -> Place:
    try:
        return key_place(key)
    except ValueError as error:
        names = (pygame.key.name(getattr(pygame, name)) for name in dir(pygame) if name.startswith("K_"))
        near = did_you_mean(key, filter(None, names))
        raise LoopError(
            f"control {control.action!r} names the key {key!r}, which pygame does not know{near}; "
            "use names such as 'a', 'left', 'space'"
        ) from error
