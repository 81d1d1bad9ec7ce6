"""Gamepads act as keys, so that every game and the menu can be played with one.

Buttons go by their place, too: the lowest of the four is `space` on a pad of any maker, whatever letter it
bears. The left stick and the cross are the arrow keys. Pads may be plugged in and pulled out at any time.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any, Final

import pygame

from reskin.engine.loop.key_places import key_place

BUTTONS: Final = {
    0: "space", 1: "e", 2: "j", 3: "r", 4: "f1", 6: "escape", 9: "q", 10: "left shift",
    11: "up", 12: "down", 13: "left", 14: "right",
}  # fmt: skip
"""Keys by SDL's numbers of buttons: lower, right, left and upper; back and start; shoulders; the cross."""
AXES: Final = {0: ("left", "right"), 1: ("up", "down")}
"""Keys of the left stick, by axis: towards the negative end, and the positive."""
ON, OFF = 16_000, 12_000
"""How far of 32,767 a stick must go for a press, and come back for its end; else it would flutter between."""
HELP: Final = "stick or cross: arrows; lower: Space, right: E, left: J, upper: R, shoulders: Q, Shift"


class Gamepads:
    """Opens the pads that are there and those that come, and turns their events into those of keys."""

    def __init__(self) -> None:
        self._pads: dict[int, Any] = {}
        self._down: dict[tuple[int, str], str] = {}  # by pad and source, such as (0, "axis 1")
        # SDL would go by the letters on the buttons, of which Nintendo's are elsewhere.
        os.environ.setdefault("SDL_GAMECONTROLLER_USE_BUTTON_LABELS", "0")
        with contextlib.suppress(ImportError, pygame.error):  # then there are keys alone
            from pygame._sdl2 import controller

            controller.init()
            self._open: Any = controller.Controller

    @property
    def connected(self) -> bool:
        return bool(self._pads)

    def translate(self, event: pygame.event.Event) -> list[pygame.event.Event]:
        """The events of keys that a pad's event stands for; the event itself if it is none of a pad's."""
        if event.type == pygame.CONTROLLERDEVICEADDED:
            with contextlib.suppress(AttributeError, pygame.error):  # gone already
                pad = self._open(event.device_index)
                self._pads[pad.as_joystick().get_instance_id()] = pad
            return []
        if event.type == pygame.CONTROLLERDEVICEREMOVED:
            self._pads.pop(event.instance_id, None)
            held = [source for source in self._down if source[0] == event.instance_id]
            return [key for source in held for key in self._set(source, "")]
        if event.type in (pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP):
            pressed = event.type == pygame.CONTROLLERBUTTONDOWN
            source = event.instance_id, f"button {event.button}"
            return self._set(source, BUTTONS.get(event.button, "") if pressed else "")
        if event.type == pygame.CONTROLLERAXISMOTION:
            return self._stick(event)
        return [event]

    def _stick(self, event: pygame.event.Event) -> list[pygame.event.Event]:
        if event.axis not in AXES:
            return []
        source, key = (event.instance_id, f"axis {event.axis}"), AXES[event.axis][event.value > 0]
        limit = OFF if self._down.get(source) == key else ON
        return self._set(source, key if abs(event.value) >= limit else "")

    def _set(self, source: tuple[int, str], key: str) -> list[pygame.event.Event]:
        """Note the key that a button or an axis holds down, "" for none. Gives what this changes."""
        before = self._down.pop(source, "")
        if key:
            self._down[source] = key
        if key == before:
            return []
        gone = [_event(pygame.KEYUP, before)] if before and before not in self._down.values() else []
        return gone + ([_event(pygame.KEYDOWN, key)] if key else [])


def _event(kind: int, key: str) -> pygame.event.Event:
    return pygame.event.Event(kind, key=pygame.key.key_code(key), scancode=key_place(key), mod=0, unicode="")
