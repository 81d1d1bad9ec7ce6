"""Keys and mouse to a game's actions. Tracks events only, so that posted ones work like real ones."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from reskin.engine.errors import LoopError
from reskin.engine.simulation.game import Control, Inputs

Point = tuple[int, int]


class Controls:
    """What is held down and what was pressed since the last tick.

    Raises LoopError for a key name that pygame does not know.
    """

    def __init__(self, controls: tuple[Control, ...], to_frame: Callable[[Point], Point]) -> None:
        self._to_frame = to_frame
        self._actions: dict[int, list[str]] = {}
        for control in controls:
            for key in control.keys:
                self._actions.setdefault(_code(key, control), []).append(control.action)
        self._down: dict[int, None] = {}  # keys, in the order in which they went down
        self._pressed: list[str] = []
        self._buttons: dict[int, None] = {}
        self.pointer: Point = (0, 0)
        """Where the mouse is, in frame pixels."""
        self._pointed = False

    def handle(self, event: pygame.event.Event) -> None:
        """Take note of one event."""
        if event.type == pygame.KEYDOWN:
            if event.key not in self._down:
                self._pressed.extend(self._actions.get(event.key, ()))
            self._down[event.key] = None
        elif event.type == pygame.KEYUP:
            self._down.pop(event.key, None)
        elif event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            self.pointer, self._pointed = self._to_frame(event.pos), True
            if event.type == pygame.MOUSEBUTTONDOWN:
                self._buttons[event.button] = None
            elif event.type == pygame.MOUSEBUTTONUP:
                self._buttons.pop(event.button, None)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self.release()

    def release(self) -> None:
        """Let go of everything, as when another window or the menu takes the keys."""
        self._down.clear()
        self._buttons.clear()
        self._pressed.clear()

    def take(self) -> Inputs:
        """The inputs of one tick; what was pressed is given once."""
        held = frozenset(action for key in self._down for action in self._actions.get(key, ()))
        pressed, self._pressed = tuple(self._pressed), []
        return Inputs(held, pressed, self.pointer if self._pointed else None, frozenset(self._buttons))


def _code(key: str, control: Control) -> int:
    try:
        return pygame.key.key_code(key)
    except ValueError as error:
        raise LoopError(
            f"control {control.action!r} names the key {key!r}, which pygame does not know; "
            "use names such as 'a', 'left', 'space'"
        ) from error
