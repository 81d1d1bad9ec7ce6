"""The hooks that fill the draw lists: `blit`, `fill`, shapes, transformations, loaded images and texts.

Each calls the original first and takes its result as it is. `blit` has a hook of its own with a fixed
signature, as games call it most; the others share `patching.observed`.

What is drawn in other ways is followed in `pixel_hooks`. Not followed: `_sdl2` and OpenGL. Where a `blits`
ends in a fault, the surface is marked as written.
A warning of pygame, but for one of `set_mode`, names the line of a hook instead of the game's.

Added to a call, in microseconds: the least of 15 medians of 400 draws of 32×32 pixels, two busy cores,
AVX-512.

| | raw blit | blit by a method | blit of `sprite.image` | `Group.draw` | of an area | `fill` | `draw.rect` |
|---|---|---|---|---|---|---|---|
| Python 3.11, ce 2.5.8 | 1.05 | +0.91 | +0.88 | +0.93 | +1.9 | +1.8 | +1.6 |
| Python 3.13, ce 2.5.8 | 1.18 | +1.07 | +1.06 | +1.02 | +1.9 | +2.0 | +2.1 |
| Python 3.9, pygame 2.6.1 | 1.07 | +1.43 | +1.62 | +2.1 | +3.8 | +2.8 | |
| left out, as restyling is off; 3.11 | | +0.3 | +0.2 | +0.04 | +0.3 | +0.5 | +0.7 |

Finding the object that draws takes at least 0.2 of it.
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
from .sources import freeze

if TYPE_CHECKING:
    from .patching import Patches

_Surface, _Rect = pygame.Surface, pygame.Rect
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
_COPIES = ("convert", "convert_alpha", "copy", "premul_alpha")
try:
    _font_height, _font_ascent = pygame.font.Font.get_height, pygame.font.Font.get_ascent
    _font_bold, _font_italic = pygame.font.Font.get_bold, pygame.font.Font.get_italic
except Exception:  # built without fonts; then no text is drawn either
    pass


class DrawHooks:
    """Hooks that share the draw lists `lists` and the numbers of the drawing objects `drawers`."""

    def __init__(self, lists: DrawLists, drawers: Drawers) -> None:
        self.lists = lists
        self.drawers = drawers

    def install(self, patches: Patches) -> None:
        surface = pygame.Surface
        patches.method(surface, "blit", self._make_blit)
        patches.method(surface, "blits", self._make_sequence)
        patches.method(surface, "fblits", partial(self._make_sequence, flags_at=2))
        patches.watch_method(surface, "fill", self._fill)
        for name in _COPIES:
            patches.watch_method(surface, name, self._copy)
        for name in ("set_alpha", "set_colorkey"):
            patches.watch_method(surface, name, self._looks)
        for name in _SHAPES:
            patches.watch_function(pygame.draw, name, self._shape(name))
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
        get, record, add_blit = self.lists.records.get, self.lists.record, self.lists.add_blit
        of_call, frame_of = self.drawers.of_call, sys._getframe
        most = self.lists.most
        sites, numbers, number = self.drawers.sites, self.drawers.numbers, self.drawers.number
        rect, no_flags = _Rect, 0

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
                    target = get(id(surface)) or record(surface)
                    if target.skips:
                        return rectangle
                    shown = get(id(source)) or record(source)
                    content = shown.source
                    if type(dest) is tuple and len(dest) == 2:
                        place: Any = dest
                    else:
                        place = dest.topleft if type(dest) is rect else place_of(dest)
                    frame = frame_of(1)
                    site = sites.get((id(frame.f_code), frame.f_lasti))
                    if site is None:
                        drawer = of_call(frame, source)
                    elif site[1]:  # what `of_call` does for a call that it knows
                        thing = frame.f_locals.get(site[1])
                        drawer = numbers.get(id(thing)) or number(thing)
                    else:
                        drawer = 0
                    if (
                        content is None
                        or area is not None
                        or special_flags is not no_flags
                        or target.owner is not None
                        or rectangle.w >= target.width
                        or len(target.draws) >= most
                    ):
                        changed = tuple(rectangle)
                        part = None if area is None else rectangle_of(area, changed)
                        flags = flags_of(special_flags)
                        add_blit(target, source, changed, place_of(place), part, flags, drawer)
                    else:  # what `add_blit` does in the most common case
                        target.draws.append((content, rectangle.copy(), place, None, special_flags, drawer))
                        target.source = None
                except Exception as error:
                    switch.fail(error)
            return rectangle

        return blit

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
        sprites = sprites_drawn(frame)
        for index, item in enumerate(items):
            if type(item) is not tuple and type(item) is not list:
                self.lists.touched(surface)
                continue
            source, dest = item[0], item[1]
            area = item[2] if len(item) > 2 else None
            item_flags = item[3] if len(item) > 3 else flags
            changed = result[index] if type(result) is list else changed_by(surface, source, dest, area)
            if changed is None:
                self.lists.touched(surface)
            elif changed:
                drawer = self.drawers.number(sprites[index]) if index < len(sprites) else 0
                where = tuple(changed)
                part, place = rectangle_of(area, where), place_of(dest)
                self.lists.add_blit(target, source, where, place, part, flags_of(item_flags), drawer)

    # Fills and shapes

    def _fill(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        target = self.lists.record(args[0])
        if not result or target.skips:
            return
        color = color_of(args[1] if len(args) > 1 else kwargs["color"])
        flags = flags_of(args[3] if len(args) > 3 else kwargs.get("special_flags", 0))
        source = self.lists.sources.intern("shape", ("fill", color), (0, 0))
        drawer = self.drawers.of_call(sys._getframe(2), None)
        self.lists.add(target, source, tuple(result), result.topleft, None, flags, drawer, not flags)

    def _shape(self, name: str) -> Callable[[Any, tuple[Any, ...], dict[str, Any]], None]:
        def shape(result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            if not result:
                return
            target = self.lists.record(args[0] if args else kwargs["surface"])
            if target.skips:
                return
            color = color_of(args[1] if len(args) > 1 else kwargs["color"])
            named = {key: value for key, value in kwargs.items() if key not in ("surface", "color")}
            whole = name == "rect" and len(args) == 3 and not named
            arguments = None if whole else (freeze(args[2:]), freeze(named))
            place = result.topleft if whole else (0, 0)
            source = self.lists.sources.intern("shape", (name, color), (0, 0))
            drawer = self.drawers.of_call(sys._getframe(3), None)
            self.lists.add(target, source, tuple(result), place, arguments, 0, drawer)

        return shape

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
