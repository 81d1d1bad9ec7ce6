"""Where the pixels of a surface come from.

A `Source` is what a surface shows, told by how it was made: a file and the hash of its pixels; a cut of
another source; a transformation of one with its arguments; a text with its font and colour; a shape with its
colour. Two surfaces made in the same way have the same source: `pygame.transform.flip(image, True, False)`,
called anew in every frame, gives one. No pixels are compared, except those of a file once when it is loaded.

A surface on which several things were drawn shows a `Composite`: a base, and draws upon it.
"""

from __future__ import annotations

import weakref
from collections.abc import Hashable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import pygame

if TYPE_CHECKING:
    from typing import TypeAlias

    Content: TypeAlias = "Source | Composite"
    """What a surface shows."""

MAX_SOURCES = 8192
"""Sources remembered. Beyond it the quarter unused for longest is forgotten; one of them that is made again
gets a new number. A game makes one for each text, so a score or a clock would fill any table in time."""
MAX_PIXELS = 1 << 24
"""Pixels of all sources remembered, 64 MB. A game that turns a large picture a little in each frame would
otherwise fill the renderer's memory with them."""
GEOMETRIC = frozenset(("cut", "flip", "scale", "scale2x", "scale_by", "smoothscale", "smoothscale_by"))
"""What the renderer makes of a composite by itself, so that no pixels are taken."""
MAX_DERIVATION = 16
"""Transformations of transformations. `image = rotate(image, 5)` in each frame would go on without end."""
MAX_DEPTH = 8
"""Composites within composites. Two surfaces that are drawn on each other in turn would nest without end."""


class Source:
    """One origin of pixels. Compare by identity: equal derivations give the same object.

    `kind` is file, bytes, text, shape, blank, cut, transform, or composed (drawn in ways that were not
    followed). `detail` is the rest of the derivation: of a file (path, hash), of a cut (x, y, width, height)
    in pixels of the parent, of a transformation (function, arguments), of a text (text, font, colour,
    background, antialias), of a shape (name, colour), of a blank surface whether it is opaque, and so black:
    "opaque" or None. `number` counts from 1 and is never used again in this
    process. `image` is the name of its pixels in `images`: None until they were taken, b"" if there are none
    to take. `cells` are the parts of it that were drawn alone; None if those are too many to be cells.
    `part` is of a scaled part of an image that is made anew in each frame: see `Part`.
    """

    __slots__ = (
        "__weakref__",
        "cells",
        "depth",
        "detail",
        "height",
        "image",
        "kind",
        "number",
        "parent",
        "part",
        "width",
    )

    def __init__(
        self, number: int, kind: str, detail: Hashable, size: tuple[int, int], parent: Any | None
    ) -> None:
        self.number = number
        self.kind = kind
        self.detail = detail
        self.width, self.height = size
        self.parent: Content | None = parent
        self.depth: int = parent.depth + 1 if type(parent) is Source else 0
        self.image: bytes | None = b"" if kind in ("blank", "shape") else None
        self.cells: set[Any] | None = set()
        self.part: Part | None = None

    def __repr__(self) -> str:
        return f"<Source {self.number} {self.kind} {self.detail!r} {self.width}x{self.height}>"


class Part(NamedTuple):
    """A part of an opaque image, scaled: it begins at (x, y) of the whole image, as large as (width, height)
    at the same scale. A ray caster makes hundreds in each frame, so they are drawn as parts of `whole`."""

    whole: Source
    x: int
    y: int
    width: int
    height: int


class Layer(list):  # type: ignore[type-arg]
    """The draws on one surface since it was last covered, to which is only ever appended. See `draws.decode`.

    `base` is what lay below the first. `covered` says that the first draw fills the surface and is opaque.
    `has_alpha` and `key` are the surface's. `number` is given by the encoder, 0 until then.
    """

    __slots__ = ("__weakref__", "base", "covered", "has_alpha", "height", "key", "number", "width")

    def __init__(self, base: Content, size: tuple[int, int]) -> None:
        super().__init__()
        self.base = base
        self.width, self.height = size
        self.covered = self.has_alpha = False
        self.key: tuple[int, ...] | None = None
        self.number = 0

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


class Composite:
    """What a surface showed when `length` draws lay upon its base. Later draws on the surface do not change
    it.

    `draws` is the surface's list itself, to which is only ever appended, so nothing is copied. `derived` are
    the sources made of it that are alive.
    """

    __slots__ = ("base", "depth", "derived", "draws", "height", "length", "width")

    def __init__(self, draws: Layer, depth: int) -> None:
        self.base = draws.base
        self.draws = draws
        self.length = len(draws)
        self.depth = depth
        self.width, self.height = draws.width, draws.height
        self.derived: dict[Hashable, weakref.ref[Source]] | None = None


class Sources:
    """The table in which sources are interned by their derivation."""

    def __init__(self, most: int = MAX_SOURCES) -> None:
        self._table: dict[Hashable, Source] = {}
        self.fresh: dict[Source, int] = {}
        """How many transformed parts of an image are new in this frame."""
        self._numbers = count(1)
        self._most = most
        self._pixels = 0

    def __len__(self) -> int:
        return len(self._table)

    def intern(
        self, kind: str, detail: Hashable, size: tuple[int, int], parent: Content | None = None
    ) -> Source:
        """The source of this derivation. One that derives from a composite is kept while somebody uses it."""
        derived = parent
        while isinstance(derived, Source):
            derived = derived.parent
        if derived is not None and parent is not None:
            return self._derive(derived, kind, detail, size, parent)
        # `True == 1 == 1.0` for a dictionary; as arguments of a transformation they mean the same too.
        key = (kind, detail, size, parent)
        found = self._table.pop(key, None)
        if found is not None:
            self._table[key] = found  # as the last
        else:
            self._pixels += size[0] * size[1]
            if len(self._table) >= self._most or self._pixels > MAX_PIXELS:
                self._forget_some()
            found = self._table[key] = Source(next(self._numbers), kind, detail, size, parent)
            if kind == "transform" and isinstance(parent, Source) and parent.kind == "cut":
                whole: Any = parent.parent
                self.fresh[whole] = self.fresh.get(whole, 0) + 1
        return found

    def _forget_some(self) -> None:
        """Forget what was unused for longest: a quarter of the sources, and of the pixels."""
        for old in list(self._table):
            if len(self._table) <= 3 * self._most // 4 and self._pixels <= 3 * MAX_PIXELS // 4:
                break
            gone = self._table.pop(old)
            self._pixels -= gone.width * gone.height

    def _derive(
        self, origin: Composite, kind: str, detail: Hashable, size: tuple[int, int], parent: Content
    ) -> Source:
        if origin.derived is None:
            origin.derived = {}
        # Without the composite itself, so that nothing holds itself alive.
        key = (kind, detail, size, 0 if isinstance(parent, Composite) else parent.number)
        reference = origin.derived.get(key)
        found = None if reference is None else reference()
        if found is None:
            found = Source(next(self._numbers), kind, detail, size, parent)
            # Not a WeakValueDictionary: a Ctrl-C that arrives in its callback, Python code, would be lost.
            origin.derived[key] = weakref.ref(found, partial(origin.derived.pop, key))
            name = detail[0] if kind == "transform" and isinstance(detail, tuple) else kind
            if name in GEOMETRIC and (parent is origin or parent.image == b""):  # type: ignore[union-attr]
                found.image = b""
        return found

    def cut(self, parent: Content, x: int, y: int, width: int, height: int) -> Source:
        """A rectangle of a source, in its pixels. A cut of a cut is a cut of the first one."""
        while isinstance(parent, Source) and parent.kind == "cut" and parent.parent is not None:
            rectangle: Any = parent.detail
            x, y, parent = x + rectangle[0], y + rectangle[1], parent.parent
        return self.intern("cut", (x, y, width, height), (width, height), parent)

    def transform(
        self, name: str, arguments: Hashable, named: Hashable, size: tuple[int, int], parent: Content
    ) -> Source:
        """A source transformed by a function with these arguments."""
        depth = parent.depth + 1 if isinstance(parent, Source) else 0
        if depth <= MAX_DERIVATION:
            return self.intern("transform", (name, arguments, named), size, parent)
        found = self.intern("transform", (name, arguments, named, depth), size, root(parent))
        found.depth = depth
        return found

    def scaled_part(self, detail: Hashable, size: tuple[int, int], part: Part, cut: Source) -> Source:
        """A scaled part that is not remembered."""
        found = Source(next(self._numbers), "transform", detail, size, cut)
        found.part = part
        return found

    def composed(self, size: tuple[int, int]) -> Source:
        """A new source of unknown derivation."""
        return Source(next(self._numbers), "composed", None, size, None)


def root(content: Content) -> Content:
    """The first in the derivation: the file of a rotated cut, or the composite that was scaled."""
    while isinstance(content, Source) and content.parent is not None:
        content = content.parent
    return content


_PLAIN = frozenset((int, float, bool, str, bytes, type(None)))


def frozen(arguments: tuple[Any, ...]) -> tuple[Hashable, ...]:
    """Each of the arguments, frozen. Numbers, texts and points are so already."""
    plain = _PLAIN
    for value in arguments:
        if type(value) is tuple:
            if len(value) != 2 or type(value[0]) not in plain or type(value[1]) not in plain:
                break
        elif type(value) not in plain:
            break
    else:
        return arguments
    return tuple([value if type(value) in plain else freeze(value) for value in arguments])


def freeze(value: Any) -> Hashable:
    """Arguments as a value that can be compared later: lists, rectangles and vectors become tuples.

    What is neither a number, a text nor a short sequence of these is named by its type.
    """
    kind = type(value)
    if kind in _PLAIN:
        plain: Hashable = value
        return plain
    if kind is pygame.Rect:
        return tuple(value)
    if kind is tuple or kind is list or kind.__module__.startswith("pygame"):
        try:
            if len(value) <= 4096:
                return frozen(tuple(value))
        except TypeError:
            pass
    elif kind.__module__ == "numpy":
        return freeze(value.tolist()) if value.size <= 4096 else kind.__name__
    elif kind is dict:
        return tuple((str(name), freeze(inner)) for name, inner in value.items())
    return kind.__name__
