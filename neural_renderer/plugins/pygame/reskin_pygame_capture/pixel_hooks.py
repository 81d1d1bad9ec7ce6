"""Hooks for what is drawn in other ways than by blits, fills and `pygame.draw`.

`gfxdraw` and `set_at` draw shapes; those of `gfxdraw` are told as shapes of `pygame.draw`. What writes
through arrays, or makes a surface of bytes, is not followed: such a surface is told by its pixels, read again
when it is drawn next. A view of the pixels may be written as long as it is alive, so then they are read at
each draw.
"""

from __future__ import annotations

import contextlib
import math
import sys
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pygame

from .arguments import color_of, place_of, whole
from .draws import MAX_POINTS, DrawLists
from .identity import Drawers
from .originals import get_clip
from .patching import observed
from .sources import freeze

if TYPE_CHECKING:
    from .patching import Patches, Switch

_WRITES = ("premul_alpha_ip", "set_palette", "set_palette_at")
_VIEWS = ("get_buffer", "get_view")
_CORNERS = frozenset(("line", "pixel", "trigon", "aatrigon", "filled_trigon"))
_POINTS = frozenset(("polygon", "aapolygon", "filled_polygon", "bezier", "textured_polygon"))
_ROUND = frozenset(("circle", "aacircle", "filled_circle", "arc", "pie"))
_OVAL = frozenset(("ellipse", "aaellipse", "filled_ellipse"))
_RECTANGLES = frozenset(("box", "rectangle"))
_GFXDRAW = ("hline", "vline", *_CORNERS, *_POINTS, *_ROUND, *_OVAL, *_RECTANGLES)


class PixelHooks:
    """Hooks that share the draw lists `lists` and the numbers of the drawing objects `drawers`."""

    def __init__(self, lists: DrawLists, drawers: Drawers) -> None:
        self.lists = lists
        self.drawers = drawers

    def install(self, patches: Patches) -> None:
        surface = pygame.Surface
        patches.watch_method(surface, "set_at", self._set_at)
        patches.watch_method(surface, "scroll", self._scroll)
        for name in _WRITES:
            patches.watch_method(surface, name, self._written)
        for name in _VIEWS:
            patches.watch_method(surface, name, self._viewed)
        patches.watch_function(pygame.image, "frombuffer", self._shares)
        patches.watch_function(pygame.image, "frombytes", self._made)
        patches.function(pygame.image, "fromstring", self._make_fromstring)
        patches.watch_function(pygame.transform, "average_surfaces", self._made)
        # Modules that were not built are placeholders that raise.
        with contextlib.suppress(Exception):
            patches.watch_method(pygame.mask.Mask, "to_surface", self._mask)
        with contextlib.suppress(Exception):
            patches.watch_class(pygame, "PixelArray", self._pixel_array)
        with contextlib.suppress(Exception):
            self._install_arrays(patches)
        with contextlib.suppress(Exception):
            from pygame import gfxdraw

            for name in _GFXDRAW:
                patches.watch_function(gfxdraw, name, self._gfxdraw(name))

    def _install_arrays(self, patches: Patches) -> None:
        from pygame import pixelcopy

        patches.watch_function(pixelcopy, "array_to_surface", self._written)
        patches.watch_function(pixelcopy, "make_surface", self._made)
        surfarray = sys.modules.get("pygame.surfarray")
        if type(surfarray) is ModuleType:  # else it takes those above when it is imported, as it needs NumPy
            patches.watch_function(surfarray, "blit_array", self._written)
            patches.watch_function(surfarray, "make_surface", self._made)

    # Pixels that are not followed

    def _written(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.lists.touched(args[0] if args else kwargs["surface"])

    def _viewed(self, result: Any, args: tuple[Any, ...], _: dict[str, Any]) -> None:
        self.lists.touched(args[0], result)

    def _pixel_array(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        surface = args[0] if args else kwargs["surface"]
        if isinstance(surface, pygame.Surface):
            self.lists.touched(surface, result)

    def _made(self, result: Any, _: tuple[Any, ...], __: dict[str, Any]) -> None:
        """A surface that is told by its pixels."""
        if isinstance(result, pygame.Surface):
            self.lists.set_unknown(result)

    def _make_fromstring(self, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
        """pygame-ce warns that it is deprecated, and would name our line. So we warn, and name the game's."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            original(b"abc", (1, 1), "RGB")
        if not caught:
            return observed(original, self._made, switch)
        warning, frombytes = caught[0].message, observed(pygame.image.frombytes, self._made, switch)

        def fromstring(*args: Any, **kwargs: Any) -> Any:
            warnings.warn(warning, stacklevel=3)  # this function, `Function`, the game
            return frombytes(*args, **kwargs)

        return fromstring

    def _shares(self, result: Any, _: tuple[Any, ...], __: dict[str, Any]) -> None:
        """A surface over memory of the game, which may write there at any time."""
        self.lists.set_unknown(result)
        self.lists.record(result).shares = True

    def _mask(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = args[1] if len(args) > 1 else kwargs.get("surface")
        if given is None:
            self.lists.set_unknown(result)
        else:
            self.lists.touched(given)

    def _scroll(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """On the display, or a surface that was drawn on, it is a draw; else the pixels are read again."""
        surface, *given = args
        target = self.lists.record(surface)
        far = [*given, *[kwargs.get(name, 0) for name in ("dx", "dy")[len(given) :]]]
        plain = len(far) == 2 and not kwargs.keys() - {"dx", "dy"} and not target.unseen
        if not plain or target.owner is not None or not (target is self.lists.display or target.draws):
            self.lists.touched(surface)
        elif not target.skips and any(far):
            source = self.lists.sources.intern("shape", ("scroll", None), (0, 0))
            x, y, width, height = get_clip(surface)
            self.lists.add(target, source, (x, y, width, height), (0, 0), (int(far[0]), int(far[1])))

    # Shapes

    def _set_at(self, _: Any, args: tuple[Any, ...], __: dict[str, Any]) -> None:
        surface, place, color = args
        target = self.lists.record(surface)
        owner = target.owner or target
        if target.skips or owner.unseen:
            return
        if len(owner.draws) >= MAX_POINTS:
            self.lists.touched(surface)
            return
        at = place_of(place)
        if at is None:
            self.lists.touched(surface)
            return
        x, y = whole(at[0]), whole(at[1])
        if get_clip(surface).collidepoint(x, y):
            source = self.lists.sources.intern("shape", ("set_at", color_of(color)), (0, 0))
            drawer = self.drawers.of_call(sys._getframe(2), None)
            self.lists.add(target, source, (x, y, 1, 1), (x, y), None, 0, drawer)

    def _gfxdraw(self, name: str) -> Callable[[Any, tuple[Any, ...], dict[str, Any]], None]:
        def observe(_: Any, args: tuple[Any, ...], __: dict[str, Any]) -> None:
            surface, *given = args
            target = self.lists.record(surface)
            if target.skips:
                return
            color = color_of(None if name == "textured_polygon" else given.pop())
            if not all(type(value) in (int, float, str, list, tuple, pygame.Surface) for value in given):
                self.lists.touched(surface)  # numbers of the game's own
                return
            x, y, width, height = gfxdraw_box(name, given).clip(get_clip(surface))
            if not width or not height:
                return
            shape, *arguments = gfxdraw_as_draw(name, given)
            source = self.lists.sources.intern("shape", (shape, color), (0, 0))
            drawer = self.drawers.of_call(sys._getframe(3), None)
            frozen = (freeze(arguments), ())
            self.lists.add(target, source, (x, y, width, height), (0, 0), frozen, 0, drawer)

        return observe


def gfxdraw_box(name: str, given: list[Any]) -> pygame.Rect:
    """What a function of `gfxdraw` may change, by its arguments without surface and colour; a pixel more on
    each side where it smooths the edge.
    """
    if name in _RECTANGLES:
        return pygame.Rect(given[0])
    if name in _ROUND or name in _OVAL:
        x, y, across = given[:3]
        down = given[3] if name in _OVAL else across
        points = [(x - across, y - down), (x + across, y + down)]
    elif name in _POINTS:
        points = given[0]
    elif name == "hline":
        points = [(given[0], given[2]), (given[1], given[2])]
    elif name == "vline":
        points = [(given[0], given[1]), (given[0], given[2])]
    else:
        points = list(zip(given[::2], given[1::2]))  # noqa: B905 (strict= is of Python 3.10)
    left, top = whole(min(point[0] for point in points)), whole(min(point[1] for point in points))
    right, bottom = whole(max(point[0] for point in points)), whole(max(point[1] for point in points))
    more = 1 if name.startswith(("aa", "pie")) else 0
    return pygame.Rect(left - more, top - more, right - left + 1 + 2 * more, bottom - top + 1 + 2 * more)


def gfxdraw_as_draw(name: str, given: list[Any]) -> tuple[Any, ...]:
    """The function of `pygame.draw` that draws the same, but for the edge, and its arguments after the
    colour.
    """
    width = 0 if name in ("box", "textured_polygon") or name.startswith("filled_") else 1
    if name in _RECTANGLES:
        return "rect", tuple(pygame.Rect(given[0])), width
    if name in ("arc", "pie"):
        x, y, radius, start, end = given
        angles = [math.radians(start + (end - start) * step / 24) for step in range(25)]
        points = [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]
        return ("lines", False, points, 1) if name == "arc" else ("polygon", [(x, y), *points], 1)
    if name in _ROUND:
        return "circle", tuple(given[:2]), given[2], width
    if name in _OVAL:
        x, y, across, down = given
        return "ellipse", (x - across, y - down, 2 * across + 1, 2 * down + 1), width
    if name == "bezier":
        return "lines", False, [_on_curve(given[0], step / 24) for step in range(25)], 1
    if name in _POINTS:
        return "polygon", given[0], width
    if name == "pixel":
        return "line", tuple(given), tuple(given), 1
    if name == "hline":
        return "line", (given[0], given[2]), (given[1], given[2]), 1
    if name == "vline":
        return "line", (given[0], given[1]), (given[0], given[2]), 1
    points = list(zip(given[::2], given[1::2]))  # noqa: B905 (strict= is of Python 3.10)
    return ("line", *points, 1) if name == "line" else ("polygon", points, width)


def _on_curve(points: Any, share: float) -> tuple[float, float]:
    """A point of a Bézier curve, by de Casteljau's algorithm."""
    left = [(point[0], point[1]) for point in points]
    while len(left) > 1:
        left = [
            (one[0] + share * (two[0] - one[0]), one[1] + share * (two[1] - one[1]))
            for one, two in zip(left, left[1:])  # noqa: B905, RUF007 (Python 3.9)
        ]
    return left[0]
