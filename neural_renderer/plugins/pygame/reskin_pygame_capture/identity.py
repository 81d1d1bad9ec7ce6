"""Which object of the game draws: the name by which a thing is followed from frame to frame.

It stays the same when the picture changes, as in an animation. In `Group.draw` it is the sprite. Else it is
the local variable of the caller whose attribute `image` is the picture drawn, or the caller's `self`. Where
in the code that was is remembered for each call, so that the search is made once.

Attributes are read from the object's dictionary alone, so no property of the game runs. Limit: up to Python
3.12 a frame whose locals are read keeps a copy of them, so an object that a function deletes lives until it
draws again or returns. The copy is not emptied, as it is what `locals()` gave to the game.
"""

from __future__ import annotations

import weakref
from itertools import count
from types import CodeType, FrameType
from typing import Any

MAX_SITES = 16384
"""Calls remembered; beyond it all are forgotten and searched again."""


class Drawers:
    """Numbers for the objects that draw: 1, 2, 3...; 0 for none, and for what takes no weak reference."""

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        """By `id` of the object."""
        self._references: dict[int, Any] = {}
        self._count = count(1)
        self.sites: dict[tuple[int, int], tuple[CodeType, str]] = {}
        """By `id` of the code and the instruction: that code, and the name of the variable; "" for none."""

    def number(self, thing: Any) -> int:
        found = self.numbers.get(id(thing))
        return self._add(thing) if found is None else found

    def _add(self, thing: Any) -> int:
        key = id(thing)

        def forget(_: Any) -> None:
            self.numbers.pop(key, None)
            self._references.pop(key, None)

        try:
            self._references[key] = weakref.ref(thing, forget)
        except TypeError:
            return 0
        self.numbers[key] = found = next(self._count)
        return found

    def of_call(self, frame: FrameType, picture: Any) -> int:
        """The number of the object that draws `picture` (None: a shape) in this frame of the game."""
        code = frame.f_code
        site = self.sites.get((id(code), frame.f_lasti))
        name = site[1] if site is not None else self._search(frame, picture)
        if not name:
            return 0
        thing = frame.f_locals.get(name)
        return 0 if thing is None else self.number(thing)

    def _search(self, frame: FrameType, picture: Any) -> str:
        """The name of the variable to look at in this call, kept with the code, whose id stays its own."""
        variables = frame.f_locals
        name = "self" if "self" in variables else ""
        looked_at = [] if picture is None else list(variables.items())
        for variable, thing in looked_at:
            if variable != "self" and _attributes(thing).get("image") is picture:
                name = variable
                break
        if len(self.sites) >= MAX_SITES:
            self.sites.clear()
        self.sites[(id(frame.f_code), frame.f_lasti)] = (frame.f_code, name)
        return name


def _attributes(thing: Any) -> dict[str, Any]:
    try:
        found = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}
    return found if type(found) is dict else {}


def sprites_drawn(frame: FrameType) -> list[Any]:
    """The sprites that `Group.draw` hands to `blits`, in their order; empty for any other caller."""
    if frame.f_code.co_name != "draw" or frame.f_globals.get("__name__") != "pygame.sprite":
        return []
    found: Any = frame.f_locals.get("sprites")
    return list(found) if type(found) in (list, tuple) else []
