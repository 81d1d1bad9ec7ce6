"""Which object of the game draws: the name by which a thing is followed from frame to frame.

It stays the same when the picture changes, as in an animation. In `Group.draw` it is the sprite. Else it is
the local variable of the caller whose attribute `image` is the picture drawn, or the caller's `self`. Where
in the code that was is remembered for each call, so that the search is made once.

Attributes are read from the object's dictionary alone, so no property of the game runs. Limit: up to Python
3.12 a frame whose locals are read keeps a copy of them, so an object that a function deletes lives until it
draws again, shows a frame or returns. At each frame shown the copies are emptied, except where the code asks
for `locals()` itself.
"""

from __future__ import annotations

import inspect
import sys
import weakref
from functools import partial
from itertools import count
from types import CodeType, FrameType
from typing import Any

MAX_SITES = 16384
"""Calls remembered; beyond it all are forgotten and searched again."""
_COPIES_LOCALS = sys.version_info < (3, 13)
_ASKS_FOR_LOCALS = {"dir", "eval", "exec", "f_locals", "locals", "vars"}


class Drawers:
    """Numbers for the objects that draw: 1, 2, 3...; 0 for none, and for what takes no weak reference."""

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        """By `id` of the object."""
        self._references: dict[int, Any] = {}
        """Of things that are gone too, now and then swept out."""
        self._count = count(1)
        self.sites: dict[tuple[int, int], tuple[CodeType, str]] = {}
        """By `id` of the code and the instruction: that code, and the name of the variable; "" for none."""

    def number(self, thing: Any) -> int:
        found = self.numbers.get(id(thing))
        return self._add(thing) if found is None else found

    def _add(self, thing: Any) -> int:
        key = id(thing)
        try:
            # No Python code runs in the callback: a Ctrl-C that arrived in it would be lost.
            self._references[key] = weakref.ref(thing, partial(self.numbers.pop, key))
        except TypeError:
            return 0
        self.numbers[key] = found = next(self._count)
        if len(self._references) > 2 * len(self.numbers) + 1024:
            living = self.numbers.keys()
            self._references = {key: kept for key, kept in self._references.items() if key in living}
        return found

    def presented(self, frame: FrameType | None) -> None:
        """Drop what the copies of local variables hold, of this frame and all that called it."""
        while _COPIES_LOCALS and frame is not None:
            _forget_locals(frame)
            frame = frame.f_back

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
        thing = None
        if len(self.sites) >= MAX_SITES:
            self.sites.clear()
        self.sites[(id(frame.f_code), frame.f_lasti)] = (frame.f_code, name)
        del variables, looked_at
        if _COPIES_LOCALS:
            _forget_locals(frame)
        return name


def _forget_locals(frame: FrameType) -> None:
    """Empty the copy of a function's variables, if nobody but us can have asked for it."""
    code = frame.f_code
    if code.co_flags & inspect.CO_OPTIMIZED and _ASKS_FOR_LOCALS.isdisjoint(code.co_names):
        frame.f_locals.clear()


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
