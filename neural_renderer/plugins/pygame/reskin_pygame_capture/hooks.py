"""The hooks that fill the draw lists: `blit`, `fill`, shapes, transformations, loaded images and texts.

Each calls the original first and takes its result as it is. Games call `blit`, `fill` and `pygame.draw` most,
so these hooks put a draw down by themselves where nothing about it is new. The others share
`patching.observed`.

What is drawn in other ways is followed in `pixel_hooks`. Not followed: `_sdl2` and OpenGL. Where a `blits`
ends in a fault, the surface is marked as written.
A warning of pygame, but for one of `set_mode`, names the line of a hook instead of the game's.

Added to a call, in microseconds, where all lies in the processor's cache: the least of 100 runs of 1000 equal
draws. `benchmarks/capture_cost.py` measures 400 different ones, which take up to half as much again.

| | blit | of an area | `blits`, an item | `fill` | `draw.rect` | `draw.circle` |
|---|---|---|---|---|---|---|
| Python 3.11, ce 2.5.8 | +0.79 | +1.24 | +0.56 | +0.83 | +0.83 | +1.20 |
| Python 3.13, ce 2.5.8 | +0.90 | +1.38 | +0.64 | +0.97 | +0.98 | +1.35 |
| Python 3.9, pygame 2.6.1 | +1.10 | +1.80 | +1.00 | +1.30 | +1.33 | +1.85 |
| left out, as restyling is off; 3.11 | +0.35 | +0.35 | +0.00 | +0.35 | +0.37 | +0.37 |

Finding the object that draws takes at least 0.15 of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pygame

from .arguments import (
    MISSING,
    as_given,
    changed_by,
    color_of,
    flags_of,
    keep_items,
    place_of,
    plain_text,
    rectangle_of,
)
from .draws import DrawLists
from .identity import Drawers, sprites_drawn
from .originals import get_buffer, get_size
from .patching import Switch
from .sources import freeze, frozen

if TYPE_CHECKING:
    from .draws import Record
    from .patching import Observer, Patches
    from .sources import Source

_Surface, _Rect, _Color = pygame.Surface, pygame.Rect, pygame.Color
_SHAPES = ("aacircle", "aaline", "aalines", "arc", "circle", "ellipse", "line", "lines", "polygon", "rect")
_TRANSFORMS = [
    "box_blur",
    "chop",
    "flip",
    "gaussian_blur",
    "grayscale",
    "hsl",
    "invert",
    "laplacian",
    "pixelate",
    "rotate",
    "rotozoom",
    "scale",
    "scale2x",
    "scale_by",
    "smoothscale",
    "smoothscale_by",
    "solid_overlay",
]
MAX_COLORS = 1024
"""Colours of one kind of shape that are remembered as the game gave them."""
_COPIES = ("convert", "convert_alpha", "copy", "premul_alpha")
try:
    _font_height, _font_ascent = pygame.font.Font.get_height, pygame.font.Font.get_ascent
    _font_bold, _font_italic = pygame.font.Font.get_bold, pygame.font.Font.get_italic
except Exception:  # built without fonts; then no text is drawn either
    pass


def frozen_names(named: dict[str, Any]) -> tuple[Any, ...]:
    """The named arguments of a shape, but for surface and colour."""
    return tuple([(name, freeze(named[name])) for name in named if name not in ("surface", "color")])


class DrawHooks:
    """Hooks that share the draw lists `lists` and the numbers of the drawing objects `drawers`."""

    def __init__(self, lists: DrawLists, drawers: Drawers) -> None:
        self.lists = lists
        self.drawers = drawers
        self._put = self._make_put()

    def install(self, patches: Patches) -> None:
        surface = pygame.Surface
        patches.method(surface, "blit", self._make_blit)
        patches.method(surface, "blits", self._make_sequence)
        patches.method(surface, "fblits", partial(self._make_sequence, flags_at=2))
        patches.method(surface, "fill", self._make_fill)
        for name in _COPIES:
            patches.watch_method(surface, name, self._copy)
        for name in ("set_alpha", "set_colorkey"):
            patches.watch_method(surface, name, self._looks)
        for name in _SHAPES:
            patches.function(pygame.draw, name, self._make_shape, takes_self=True)
        for name in _TRANSFORMS:
            patches.watch_function(pygame.transform, name, self._transform(name))
        for name in ("load", "load_basic", "load_extended", "load_sized_svg"):
            patches.watch_function(pygame.image, name, self._loaded)
        patches.watch_function(pygame.display, "set_mode", self._set_mode)
        self._install_fonts(patches)

    def _install_fonts(self, patches: Patches) -> None:
        # Where pygame was built without fonts, an attribute of the placeholder raises NotImplementedError.
        with contextlib.suppress(Exception):
            patches.watch_method(pygame.font.Font, "render", self._text)
        with contextlib.suppress(Exception):
            from pygame import freetype

            self._freetype_render = freetype.Font.render
            patches.watch_method(freetype.Font, "render", self._freetype)
            patches.watch_method(freetype.Font, "render_to", self._freetype_to)

    # Blits

    def _make_blit(self, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
        lists, get, record, put = self.lists, self.lists.records.get, self.lists.record, self._put
        of_call, frame_of = self.drawers.of_call, sys._getframe
        sites, numbers, number = self.drawers.sites, self.drawers.numbers, self.drawers.number
        most, no_flags = lists.most, 0
        identity, length, kind, pair, rect = id, len, type, tuple, _Rect  # faster to find here

        def blit(
            surface: Any,
            /,
            source: Any = MISSING,
            dest: Any = MISSING,
            area: Any = None,
            special_flags: Any = 0,
            *more: Any,
            **named: Any,
        ) -> Any:
            if dest is MISSING or source is MISSING or more or named:  # wrong, or without the destination
                rectangle = original(
                    surface, *as_given(source, dest, area, special_flags, more, named), **named
                )
                dest = (0, 0) if dest is MISSING else dest
            else:
                rectangle = original(surface, source, dest, area, special_flags)
            if switch.on and rectangle:
                try:
                    target = get(identity(surface)) or record(surface)
                    append = target.append
                    if append is None and target.skips:
                        return rectangle
                    drawer = 0
                    if not lists.paused:
                        frame = frame_of(1)
                        site = sites.get((identity(frame.f_code), frame.f_lasti))
                        if site is None:
                            drawer = of_call(frame, source)
                        elif site[1]:  # what `of_call` does for a call that it knows
                            thing = frame.f_locals.get(site[1])
                            drawer = numbers.get(identity(thing)) or number(thing)
                    shown = get(identity(source)) or record(source)
                    content = shown.source
                    if (
                        content is None
                        or area is not None
                        or special_flags is not no_flags
                        or append is None
                        or shown.nested > target.depth
                        or shown.width >= target.width
                        or length(target.draws) >= most
                    ):
                        put(target, shown, source, rectangle, dest, area, special_flags, drawer)
                    else:  # what `put` does in the most common case
                        if kind(dest) is not pair:
                            dest = dest.topleft if kind(dest) is rect else place_of(dest)
                        append((content, rectangle.copy(), dest, None, no_flags, drawer))
                        if target.known:
                            target.changed()
                except Exception as error:
                    switch.fail(error)
            return rectangle

        return blit

    def _make_put(self) -> Callable[[Record, Record, Any, Any, Any, Any, Any, int], None]:
        """A function that puts down the draw of one surface on another, from what the game gave to `blit`.

        What `DrawLists.add_blit` does, but fast for a source, or a cell of a sheet, that is known and does
        not cover all of the target.
        """
        most, add_blit = self.lists.most, self.lists.add_blit
        rect, no_flags, no_cell, numbers = _Rect, 0, (None, 0, 0), (int, float)

        def put(
            target: Record, shown: Record, source: Any, rectangle: Any, dest: Any, area: Any, flags: Any,
            drawer: int,
        ) -> None:  # fmt: skip
            owner = target.owner or target
            content, part, x, y = shown.source, None, 0, 0
            if area is not None:
                part, content = tuple(area) if type(area) is rect else rectangle_of(area, rectangle), None
                cells = shown.cells
                if cells is not None and (shown.width < owner.width or shown.height < owner.height):
                    content, x, y = cells.get(part) or no_cell
            wide = rectangle.w >= owner.width
            if content is None or flags is not no_flags or wide or shown.nested > owner.depth:
                add_blit(target, source, tuple(rectangle), place_of(dest), part, flags_of(flags), drawer)
                return
            if type(dest) is tuple and len(dest) == 2 and type(dest[0]) in numbers:
                place: Any = dest
            else:
                place = dest.topleft if type(dest) is rect else place_of(dest)
            if place is None or len(owner.draws) >= most:
                add_blit(target, source, tuple(rectangle), place, part, 0, drawer)
                return
            if target is not owner:
                x, y, rectangle = x + target.x, y + target.y, rectangle.move(target.x, target.y)
            else:
                rectangle = rectangle.copy()
            if x or y:
                place = (place[0] + x, place[1] + y)
            owner.draws.append((content, rectangle, place, None, 0, drawer))
            if owner.known:
                owner.changed()

        return put

    def _make_sequence(self, original: Callable[..., Any], switch: Switch, flags_at: int = 0) -> Any:
        """A hook for `blits`, or for `fblits`, which takes flags for all items as argument `flags_at`."""

        def sequence(*args: Any, **kwargs: Any) -> Any:
            if not switch.on:
                return original(*args, **kwargs)
            args, kwargs, items = keep_items(args, kwargs)
            try:
                result = original(*args, **kwargs)
            except BaseException:
                self._interrupted(args, switch)
                raise
            try:
                flags = 0
                if flags_at:
                    flags = args[flags_at] if len(args) > flags_at else kwargs.get("special_flags", 0)
                self._many(args[0], items, result, flags, sys._getframe(1))
            except Exception as error:
                switch.fail(error)
            return result

        return sequence

    def _interrupted(self, args: tuple[Any, ...], switch: Switch) -> None:
        """A sequence ended in a fault: what came before it was drawn."""
        try:
            if args and isinstance(args[0], _Surface):
                self.lists.touched(args[0])
        except Exception as error:
            switch.fail(error)

    def _many(self, surface: Any, items: list[Any] | None, result: Any, flags: int, frame: Any) -> None:
        """Put down the draws of a sequence; of one that was not kept, that something was drawn."""
        if items is None:
            self.lists.touched(surface)
            return
        target = self.lists.record(surface)
        if target.skips:
            return
        sprites = [] if self.lists.paused else sprites_drawn(frame)
        get, record, put = self.lists.records.get, self.lists.record, self._put
        numbers, number = self.drawers.numbers, self.drawers.number
        results = result if type(result) is list else None
        for index, item in enumerate(items):
            if type(item) is not tuple and type(item) is not list:
                self.lists.touched(surface)
                continue
            source, dest, *more = item
            area = more[0] if more else None
            changed = results[index] if results is not None else changed_by(surface, source, dest, area)
            if changed:
                drawer = 0
                if index < len(sprites):
                    drawer = numbers.get(id(sprites[index])) or number(sprites[index])
                shown = get(id(source)) or record(source)
                put(target, shown, source, changed, dest, area, more[1] if len(more) > 1 else flags, drawer)
            elif changed is None:
                self.lists.touched(surface)

    # Fills and shapes

    def _make_fill(self, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
        put = self._make_put_shape("fill", switch)

        def fill(*args: Any, **named: Any) -> Any:
            result = original(*args, **named)
            if result and switch.on:
                put(result, args, named)
            return result

        return fill

    def _make_shape(self, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
        put = self._make_put_shape(original.__name__, switch)

        def shape(_: Any, /, *args: Any, **named: Any) -> Any:
            result = original(*args, **named)
            if result and switch.on:
                put(result, args, named)
            return result

        return shape

    def _make_put_shape(self, name: str, switch: Switch) -> Observer:
        """A function that puts down a fill or a shape of `pygame.draw` that changed something."""
        lists, get, record, most = self.lists, self.lists.records.get, self.lists.record, self.lists.most
        of_call, frame_of, sites = self.drawers.of_call, sys._getframe, self.drawers.sites
        no_arguments: tuple[Any, ...] = ()
        is_fill, is_rect = name == "fill", name == "rect"
        sources: dict[Any, Source] = {}

        def put(result: Any, args: tuple[Any, ...], named: dict[str, Any]) -> None:
            try:
                surface = args[0] if args else named["surface"]
                target = get(id(surface)) or record(surface)
                if target.skips:
                    return
                color = args[1] if len(args) > 1 else named["color"]
                try:
                    source = sources.get(int(color) if type(color) is _Color else color)
                except TypeError:  # not hashable
                    source = None
                if source is None:
                    source = self._color_source(name, color, sources)
                place = arguments = None
                flags, covers = 0, is_fill and result.w >= target.width
                if is_fill:
                    if named or len(args) > 3:
                        flags = flags_of(args[3] if len(args) > 3 else named.get("special_flags", 0))
                elif not is_rect or named or len(args) != 3:
                    arguments = (frozen(args[2:]), frozen_names(named) if named else no_arguments)
                    place = (0, 0)
                drawer = 0
                if not lists.paused:
                    frame = frame_of(2)
                    site = sites.get((id(frame.f_code), frame.f_lasti))
                    if site is None or site[1]:
                        drawer = of_call(frame, None)
                if covers or flags or target.owner is not None or len(target.draws) >= most:
                    covers = covers and not flags
                    lists.add(target, source, tuple(result), place, arguments, flags, drawer, covers)
                    return
                target.draws.append((source, result.copy(), place, arguments, 0, drawer))
                if target.known:
                    target.changed()
            except Exception as error:
                switch.fail(error)

        return put

    def _color_source(self, name: str, color: Any, known: dict[Any, Source]) -> Source:
        """The source of a shape of a colour, kept in `known` if that is a plain value."""
        value = color_of(color)
        source = self.lists.sources.intern("shape", (name, value), (0, 0))
        key = int(color) if type(color) is _Color else color
        if type(value) is tuple and type(key) in (tuple, str, int):
            if len(known) >= MAX_COLORS:
                known.clear()
            known[key] = source
        return source

    # Surfaces made of others

    def _copy(self, result: Any, args: tuple[Any, ...], _: dict[str, Any]) -> None:
        if result is not args[0]:
            self.lists.set_content(result, self.lists.content(args[0]))

    def _looks(self, _: Any, args: tuple[Any, ...], __: dict[str, Any]) -> None:
        self.lists.looks_changed(args[0])

    def _transform(self, name: str) -> Callable[[Any, tuple[Any, ...], dict[str, Any]], None]:
        def transform(result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            surface = args[0] if args else kwargs["surface"]
            if not isinstance(result, _Surface) or result is surface:
                return
            named = {key: value for key, value in kwargs.items() if key != "surface"}
            size = get_size(result)
            if name in ("scale", "smoothscale") and len(args) == 2 and not kwargs:
                part = self.lists.scaled_part(name, surface, size, freeze(args[1:]))
                if part is not None:
                    self.lists.set_content(result, part)
                    return
            content = self.lists.content(surface)
            source = self.lists.sources.transform(name, freeze(args[1:]), freeze(named), size, content)
            if any(result is given for given in (*args[1:], *named.values())):  # into a surface of the game
                self.lists.add(self.lists.record(result), source, (0, 0, *size), (0, 0), covers=True)
            else:
                self.lists.set_content(result, source)

        return transform

    def _loaded(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = args[0] if args else next(iter(kwargs.values()))
        named = getattr(given, "name", "") if isinstance(given, io.IOBase) else given
        if not isinstance(named, (str, bytes, os.PathLike)):
            named = ""  # an open file may have the number of its descriptor as its name
        if not named and len(args) > 1 and isinstance(args[1], str):
            named = args[1]
        pixels = get_buffer(result).raw
        detail = (os.fsdecode(named), hashlib.blake2b(pixels, digest_size=16).hexdigest())
        self.lists.set_content(result, self.lists.sources.intern("file", detail, get_size(result)))

    def _set_mode(self, result: Any, _: tuple[Any, ...], __: dict[str, Any]) -> None:
        """The display is the same object after each `set_mode`, resized in place, and black: a fill."""
        self.lists.presented(result)
        record = self.lists.record(result)
        record.unseen = False
        black = self.lists.sources.intern("shape", ("fill", (0, 0, 0, 255)), (0, 0))
        self.lists.add(record, black, (0, 0, record.width, record.height), (0, 0), covers=True)

    # Texts

    def _text(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        font = args[0]
        names = ("text", "antialias", "color", "bgcolor")
        given = {**dict(zip(names, args[1:])), **kwargs}  # noqa: B905 (strict= is of Python 3.10)
        height, ascent = _font_height(font), _font_ascent(font)
        detail = (
            plain_text(given.get("text")),
            (height, ascent, _font_bold(font), _font_italic(font)),
            color_of(given.get("color")),
            color_of(given.get("bgcolor", given.get("background"))),
            bool(given.get("antialias")),
        )
        self.lists.set_content(result, self.lists.sources.intern("text", detail, get_size(result)))

    def _freetype(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        surface = result[0]
        given = {**dict(zip(("text", "fgcolor", "bgcolor"), args[1:])), **kwargs}  # noqa: B905
        self.lists.set_content(surface, self._freetype_source(args[0], given, get_size(surface)))

    def _freetype_to(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        names = ("surf", "dest", "text", "fgcolor", "bgcolor", "style", "rotation", "size")
        given = {**dict(zip(names, args[1:])), **kwargs}  # noqa: B905
        if not result:
            return
        surface, target = given.pop("surf"), place_of(given.pop("dest"))
        source = self._freetype_source(args[0], given, (result.w, result.h))
        if source.image is None:  # there is no surface with the text alone
            image, _ = self._freetype_render(args[0], **given)
            source.image = self.lists.images.take(image)
        place = result.topleft if target is None else target
        self.lists.add(self.lists.record(surface), source, tuple(result), place)

    def _freetype_source(self, font: Any, given: dict[str, Any], size: tuple[int, int]) -> Any:
        face = (str(font.name), str(given.get("size", "") or font.size))
        colors = color_of(given.get("fgcolor")), color_of(given.get("bgcolor"))
        detail = (plain_text(given.get("text")), face, *colors, True)
        return self.lists.sources.intern("text", detail, size)
