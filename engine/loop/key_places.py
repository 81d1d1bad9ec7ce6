"""Keys as places on the keyboard, so that a game is played with the same fingers on every layout.

A control names its key as it is on a US keyboard, such as `w`. What counts is the place of that key (SDL's
scancode); the letter on it is z on a French keyboard and ц on a Russian one, and `key_label` says so. Keys
without a letter count by what the layout makes of them, so that a Caps Lock that was made an Escape is one.
"""

from __future__ import annotations

from typing import Any, Final

import pygame

Place = int
"""A scancode; or, for a letter that a US keyboard has on no key of its own, minus its code."""

LETTERS: Final = range(0x20, 0x3100)
"""Characters that a layout may have on a key without Shift, from Latin to kana."""
_OTHER_NAMES: Final = {"BACKQUOTE": "GRAVE", "QUOTE": "APOSTROPHE"}

_places: dict[int, Place] = {}
_labels: dict[Place, str] = {}


def key_place(name: str) -> Place:
    """The place of a key by its name in pygame. Raises ValueError for a name that pygame does not know."""
    code = pygame.key.key_code(name)
    return _us_places().get(code, -code)


def event_place(event: pygame.event.Event) -> Place:
    """The place of the key of a KEYDOWN or KEYUP. One posted without a scancode goes by its letter."""
    usual = _us_places().get(event.key, -event.key)
    scancode: int = getattr(event, "scancode", 0)
    return scancode if scancode and (usual < 0 or 0x20 < event.key < 0x7F) else usual


def key_label(name: str) -> str:
    """What the layout in use has on a key: its letter or sign, or the key's name such as `left shift`.

    The display must be open. What was found is kept until `forget_layout`.
    """
    if len(name) != 1:
        return name
    place = key_place(name.lower())
    if not _labels:
        _labels.update(_letters())
    return _labels.get(place, name)


def forget_layout() -> None:
    """Look the letters up again: another layout was chosen (KEYMAPCHANGED)."""
    _labels.clear()


def _letters() -> dict[Place, str]:
    """The letter on each place. pygame tells the place of a letter alone, by how it looks up what is down."""
    wrapper: Any = pygame.key.ScancodeWrapper
    place_of = wrapper(tuple(range(len(pygame.key.get_pressed()))))
    found = {place_of[code]: chr(code) for code in reversed(LETTERS)}
    return {place: letter for place, letter in found.items() if letter.isprintable() and not letter.isspace()}


def _us_places() -> dict[int, Place]:
    """Scancode by key code on a US keyboard, from pygame's constants of the same name."""
    if not _places:
        for constant in (name for name in vars(pygame) if name.startswith("K_")):
            name = constant[2:].upper()
            place = getattr(pygame, f"KSCAN_{_OTHER_NAMES.get(name, name)}", None)
            if place is not None:
                _places[getattr(pygame, constant)] = place
    return _places
