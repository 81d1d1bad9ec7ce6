"""Reads the arguments of the game's calls, without running code of the game.

An object of the game may count how often it is looked at, or load a file when its `rect` is read. So only
numbers, tuples, lists and types of pygame are read, of subclasses the C structure behind them; what is given
otherwise counts as unknown. Names such as `pygame.Rect` are looked up once, as a game may put its own there.
"""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from types import GeneratorType
from typing import Any

import pygame

from .originals import get_clip, get_size

MISSING: Any = object()
"""Stands for an argument that the game did not give."""
_Rect, _Color, _Vector = pygame.Rect, pygame.Color, pygame.Vector2
_RECTANGLES = (_Rect, getattr(pygame, "FRect", _Rect))
_PARTS = {kind: [vars(kind)[name].__get__ for name in "xywh"] for kind in _RECTANGLES}
_VECTOR_PARTS = [vars(_Vector)[name].__get__ for name in "xy"]
_NUMBERS = (int, float)
_LOW, _HIGH = -(1 << 31), (1 << 31) - 1
_colors: dict[Any, tuple[int, int, int, int]] = {}
"""Colours that were given as a text or a tuple, as numbers."""


def as_given(
    source: Any, dest: Any, area: Any, flags: Any, more: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, ...]:
    """The positional arguments of an unusual call of `blit`, so that pygame complains in its own words.

    What cannot be given by position, as something before it is missing, is added to `named`.
    """
    if more:
        return (source, dest, area, flags, *more)
    if source is MISSING and dest is not MISSING:
        named["dest"] = dest
    if area is not None:
        named["area"] = area
    if flags != 0:
        named["special_flags"] = flags
    return () if source is MISSING else (source,) if dest is MISSING else (source, dest)


def _is_number(value: Any) -> bool:
    kind = type(value)
    return kind in _NUMBERS or kind.__module__ == "numpy"


def clamp(value: int) -> int:
    """The nearest number of 32 bits."""
    return min(max(value, _LOW), _HIGH)


def whole(value: float) -> int:
    """A coordinate as pygame takes it: without its fraction, of 32 bits. What is no number is 0."""
    try:
        return clamp(int(value))
    except (OverflowError, ValueError):
        return 0


def sides_of(value: Any) -> tuple[float, ...] | None:
    """Left, top, width and height of a rectangle of pygame, or of a sequence of numbers; else None."""
    kind = type(value)
    for rectangle in _RECTANGLES:
        if issubclass(kind, rectangle):
            return tuple([part(value) for part in _PARTS[rectangle]])
    if kind is not tuple and kind is not list:
        return None
    if len(value) == 2 and type(value[0]) in (tuple, list) and type(value[1]) in (tuple, list):
        value = (*value[0], *value[1])
    return tuple(value) if len(value) == 4 and all(map(_is_number, value)) else None


def place_of(dest: Any) -> tuple[float, float] | None:
    """The corner at which something is drawn; None if it is not known."""
    kind = type(dest)
    if kind is _Rect:
        corner: tuple[int, int] = dest.topleft
        return corner
    if kind is tuple or kind is list:
        if len(dest) >= 2 and _is_number(dest[0]) and _is_number(dest[1]):
            return (dest[0], dest[1])
    elif issubclass(kind, _Vector):
        x, y = _VECTOR_PARTS
        return (x(dest), y(dest))
    sides = sides_of(dest)
    return None if sides is None else (sides[0], sides[1])


def integers(values: Sequence[int]) -> array[int]:
    """Numbers of 32 bits; a larger one becomes the largest."""
    try:
        return array("i", values)
    except OverflowError:
        return array("i", [clamp(value) for value in values])


def corners_of(places: Sequence[Any]) -> array[int]:
    """Left and top of where each draw was put, of any places that pygame takes."""
    corners = list(chain.from_iterable(places))
    if len(corners) == 2 * len(places):
        try:
            return array("i", corners)
        except (TypeError, OverflowError):
            if set(map(type, corners)) <= {int, float}:
                with contextlib.suppress(OverflowError, ValueError):  # infinite, or no number
                    return integers(list(map(int, corners)))
    pairs = [place_of(place) or (0, 0) for place in places]
    return integers([whole(value) for pair in pairs for value in pair])


def rectangle_of(area: Any, changed: Any = None) -> tuple[int, int, int, int] | None:
    """The part of a surface that a blit drew. None is all of it; of an area that is not known, as much as
    `changed`."""
    if area is None:
        return None
    sides = sides_of(area)
    if sides is None:
        return (0, 0, changed[2], changed[3]) if changed is not None else None
    return (whole(sides[0]), whole(sides[1]), whole(sides[2]), whole(sides[3]))


def flags_of(flags: Any) -> int:
    return int.__and__(flags, 0xFFFF) if isinstance(flags, int) else 0


def changed_by(surface: Any, source: Any, dest: Any, area: Any) -> pygame.Rect | None:
    """What a blit of a sequence changed, where pygame was not asked to say it; None if it is not known."""
    place, part = place_of(dest), rectangle_of(area)
    if place is None or (part is None and area is not None):
        return None
    size = get_size(source) if part is None else _Rect(part).clip((0, 0), get_size(source)).size
    return _Rect((whole(place[0]), whole(place[1])), size).clip(get_clip(surface))


def color_of(color: Any) -> Any:
    """A colour as red, green, blue and alpha, 0 to 255; the name of its type where it is not known."""
    kind = type(color)
    if color is None:
        return None
    if kind is tuple or kind is list:
        if not all(map(_is_number, color)):
            return kind.__name__
        color = tuple(color)
    elif kind is not str and kind is not int and not issubclass(kind, _Color):
        return kind.__name__
    hashable = kind is not _Color
    if hashable and color in _colors:
        return _colors[color]
    try:
        found = _Color(color)
    except (TypeError, ValueError):
        return kind.__name__
    value = (found.r, found.g, found.b, found.a)
    if hashable and len(_colors) < 4096:
        _colors[color] = value
    return value


def plain_text(text: Any) -> str:
    """A text that is drawn, at most its first 1,000 characters."""
    if isinstance(text, bytes):
        return bytes.decode(bytes.__getitem__(text, slice(1000)), "utf-8", "replace")
    return str.__getitem__(text, slice(1000)) if isinstance(text, str) else ""


def keep_items(
    args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any], list[Any] | None]:
    """The arguments of `blits`, and a list that holds its items after the call; None if it cannot be had.

    A generator can be read once, so it is replaced by one that keeps what it gives.
    """
    given: Any = args[1] if len(args) > 1 else kwargs.get("blit_sequence")
    if type(given) in (list, tuple):
        return args, kwargs, list(given)
    if type(given) is not GeneratorType:
        return args, kwargs, None
    items: list[Any] = []

    def kept() -> Iterator[Any]:
        for item in given:
            items.append(item)
            yield item

    if len(args) > 1:
        return (args[0], kept(), *args[2:]), kwargs, items
    return args, {**kwargs, "blit_sequence": kept()}, items
