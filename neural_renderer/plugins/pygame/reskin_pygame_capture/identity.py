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
CONTAINER = 16
"""Draws of one call in one frame, all by one object that alone has made this call so far: it holds what is
drawn, and is not the thing itself. The renderer takes no notice of an object that draws more than four times,
so it is not looked for in this call any more."""
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
        self._trials: dict[tuple[int, int], _Trial] = {}
        self._frame = 0

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
        """A frame was shown. Drop what copies of local variables hold, of this frame and all that called it.
        """
        self._frame += 1
        while _COPIES_LOCALS and frame is not None:
            _forget_locals(frame)
            frame = frame.f_back

    def of_call(self, frame: FrameType, picture: Any) -> int:
        """The number of the object that draws `picture` (None: a shape) in this frame of the game."""
        key = (id(frame.f_code), frame.f_lasti)
        site = self.sites.get(key)
        if site is None:
            return self._of_new_call(key, frame, picture)
        if not site[1]:
            return 0
        thing = frame.f_locals.get(site[1])
        return self.numbers.get(id(thing)) or self.number(thing)

    def _of_new_call(self, key: tuple[int, int], frame: FrameType, picture: Any) -> int:
        """As `of_call`, for a call of which it is not known yet whether it is made by several objects."""
        trial = self._trials.get(key)
        if trial is None:
            if len(self.sites) + len(self._trials) >= MAX_SITES:
                self.sites.clear()
                self._trials.clear()
            name = self._search(frame, picture)
            if not name:
                self.sites[key] = (frame.f_code, "")
                return 0
            trial = self._trials[key] = _Trial(frame.f_code, name)
        number = self.number(frame.f_locals.get(trial.name))
        if trial.frame != self._frame:
            trial.frame, trial.count = self._frame, 0
        trial.count += 1
        if number != trial.number and trial.number:
            self._decide(key, trial.name)
        elif trial.count >= CONTAINER:
            self._decide(key, "")
        trial.number = number
        return number

    def _decide(self, key: tuple[int, int], name: str) -> None:
        self.sites[key] = (self._trials.pop(key).code, name)

    def _search(self, frame: FrameType, picture: Any) -> str:
        """The name of the variable to look at in this call; "" for none."""
        variables = frame.f_locals
        name = "self" if "self" in variables else ""
        looked_at = [] if picture is None else list(variables.items())
        for variable, thing in looked_at:
            if variable != "self" and _attributes(thing).get("image") is picture:
                name = variable
                break
        thing = None
        del variables, looked_at
        if _COPIES_LOCALS:
            _forget_locals(frame)
        return name


class _Trial:
    """A call that one object alone has made so far."""

    __slots__ = ("code", "count", "frame", "name", "number")

    def __init__(self, code: CodeType, name: str) -> None:
        self.code, self.name = code, name
        self.number = self.frame = self.count = 0


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
