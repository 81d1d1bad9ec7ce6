"""Reads the arguments of the game's calls, without running code of the game where that can be avoided."""

from __future__ import annotations

from collections.abc import Iterator
from types import GeneratorType
from typing import Any

import pygame

MISSING: Any = object()
"""Stands for an argument that the game did not give."""
_POINTS = (tuple, list, pygame.Vector2)
_RECTANGLES = (pygame.Rect, getattr(pygame, "FRect", pygame.Rect))
_get_size = pygame.Surface.get_size
_get_clip = pygame.Surface.get_clip
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


def place_of(dest: Any) -> tuple[float, float] | None:
    """The corner at which something is drawn, of the types that run no code of the game; else None."""
    if isinstance(dest, _RECTANGLES):
        return (dest[0], dest[1])
    if type(dest) in _POINTS and len(dest) >= 2 and not isinstance(dest[0], _POINTS):
        return (dest[0], dest[1])
    return None


def rectangle_of(area: Any) -> tuple[int, int, int, int] | None:
    if area is None:
        return None
    found = pygame.Rect(area)
    return (found.x, found.y, found.w, found.h)


def changed_by(surface: Any, source: Any, dest: Any, area: Any) -> pygame.Rect | None:
    """What a blit of a sequence changed, where pygame was not asked to say it."""
    place = place_of(dest)
    if place is None:
        return None
    size = _get_size(source) if area is None else pygame.Rect(area).clip((0, 0), _get_size(source)).size
    return pygame.Rect((int(place[0]), int(place[1])), size).clip(_get_clip(surface))


def color_of(color: Any) -> Any:
    """A colour as red, green, blue and alpha, 0 to 255; as it was given where pygame does not know it."""
    if color is None:
        return None
    hashable = type(color) is str or type(color) is tuple
    if hashable and color in _colors:
        return _colors[color]
    try:
        found = pygame.Color(color)
    except (TypeError, ValueError):
        return repr(color)[:40]
    value = (found.r, found.g, found.b, found.a)
    if hashable and len(_colors) < 4096:
        _colors[color] = value
    return value


def plain_text(text: Any) -> str:
    """A text that is drawn, at most its first 1,000 characters."""
    return text[:1000].decode("utf-8", "replace") if isinstance(text, bytes) else str(text or "")[:1000]


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
