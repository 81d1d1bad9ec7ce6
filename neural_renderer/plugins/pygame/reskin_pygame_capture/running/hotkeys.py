"""The player's keys for the restyling, which the game does not get to see.

They are seen in the events that the game takes from the queue, and taken out of them. A game that never takes
key events, but asks which keys are down, is served too: `look` is called at each frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pygame

_SHIFT, _CTRL = pygame.KMOD_SHIFT, pygame.KMOD_CTRL
_OTHERS = pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META

Action = Callable[[int], None]
"""Called when its key was pressed; with -1 if Shift was held, where that has a meaning, else 1."""


def key_number(name: str) -> int | None:
    """The number of a key by its name without `K_`, such as `t` or `F5`; None if there is none."""
    return getattr(pygame, f"K_{name.lower()}" if len(name) == 1 else f"K_{name.upper()}", None)


class Hotkeys:
    """Keys, and what they do.

    keys: for each the action's name, the key's name, and whether Ctrl+Shift must be held with it.
    """

    HELP = (("theme", "next theme"), ("restyle", "plain or restyled"))

    def __init__(self, keys: Sequence[tuple[str, str, bool]], actions: dict[str, Action]) -> None:
        self._actions: dict[int, tuple[Action, bool]] = {}
        self._by_place: dict[int, int] = {}
        self._labels = {action: f"{'Ctrl+Shift+' * chord}{name}" for action, name, chord in keys}
        for action, name, chord in keys:
            number = key_number(name)
            if number is not None and action in actions:
                self._actions[number] = (actions[action], chord)
                place = getattr(pygame, f"KSCAN_{name.upper()}", None)
                if place and len(name) == 1:
                    self._by_place[place] = number
        self._down: set[int] = set()
        """Keys that acted, and are not known to be up again."""
        self._hidden: set[int] = set()
        """Keys that went down and whose release is hidden, too."""
        self._texts: list[str] = []

    def help(self) -> str:
        """The most important keys and what they do, in a line."""
        return ", ".join(f"{self._labels[name]} {does}" for name, does in self.HELP if name in self._labels)

    def hides(self, event: Any) -> bool:
        """Act on an event if it is one of our keys. True if the game must not see it."""
        kind = event.type
        if kind == pygame.KEYDOWN:
            self._texts.clear()
            key = self._key_of(event)
            found = self._match(key, event.mod)
            if found is None:
                return False
            if key not in self._down:
                self._down.add(key)
                found(-1 if event.mod & _SHIFT else 1)
            self._hidden.add(key)
            self._texts.append(getattr(event, "unicode", ""))
            return True
        if kind == pygame.KEYUP:
            key = self._key_of(event)
            if key not in self._hidden:
                return False
            self._hidden.discard(key)
            self._down.discard(key)
            return True
        if kind == pygame.TEXTINPUT and event.text and event.text in self._texts:
            self._texts.remove(event.text)
            return True
        return False

    def _key_of(self, event: Any) -> int:
        """The key of an event. Where a layout has no Latin letter, as a Russian one, the place counts."""
        key: int = event.key
        return self._by_place.get(getattr(event, "scancode", 0), key) if 0x7F < key < 0x110000 else key

    def look(self) -> None:
        """Act on keys that are down now and were not, and whose events nobody has taken yet."""
        state, mods = pygame.key.get_pressed(), pygame.key.get_mods()
        for key in self._actions:
            if not state[key]:
                self._down.discard(key)
            elif key not in self._down:
                found = self._match(key, mods)
                if found is not None:
                    self._down.add(key)
                    found(-1 if mods & _SHIFT else 1)

    def in_use(self) -> bool:
        """Whether events of ours may be in the queue now."""
        if self._hidden:
            return True
        state = pygame.key.get_pressed()
        return any(state[key] for key in self._actions)

    def _match(self, key: int, mods: int) -> Action | None:
        """The action of a key that is pressed with these modifiers; Ctrl+Shift is not passed on as Shift."""
        found = self._actions.get(key)
        if found is None:
            return None
        action, chord = found
        if chord:
            return (lambda _: action(1)) if mods & _CTRL and mods & _SHIFT else None
        return None if mods & _OTHERS else action
