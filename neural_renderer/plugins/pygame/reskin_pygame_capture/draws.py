"""What was drawn on each surface, in order.

`DrawLists` keeps a `Record` for each surface that was drawn, or drawn from, in a table by identity; the
record goes when the surface goes, and never keeps it alive. Draws on a subsurface are put down for the
surface that owns the pixels. The display's list is cleared when it was presented. Other lists begin anew
where something opaque covers the whole surface, and end at `MAX_DRAWS`: after that the surface is a source of
unknown derivation.

In this file the original methods are used, as the hooks would count our own calls as the game's.
"""

from __future__ import annotations

import weakref
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, NamedTuple

import pygame

from .sources import MAX_DEPTH, Composite, Source, Sources

if TYPE_CHECKING:
    from .sources import Content

MAX_DRAWS = 1 << 16
"""Draws of one list. The busiest of sixteen games drew 8,400 times a frame."""


class Draw(NamedTuple):
    """One draw, in pixels of the surface that owns the list.

    content: what was drawn. rectangle: x, y, width and height of what changed, after clipping. place: where
    the upper left corner of the content (of its `area`) was put, before clipping; None if unknown. area: of a
    blit the part of the content, None for all; of a shape its arguments. flags: `special_flags`. Other than 0
    means that what lies below shows through. drawer: the number of the object that drew, 0 if unknown. See
    `identity`.
    """

    content: Content
    rectangle: tuple[int, int, int, int]
    place: tuple[float, float] | None
    area: Hashable
    flags: int
    drawer: int


def decode(draw: tuple[Any, ...]) -> Draw:
    """A draw as it lies in a list, where the rectangle may be a `pygame.Rect`: its copy is made faster."""
    content, rectangle, *others = draw
    return Draw(content, tuple(rectangle), *others)


class Record:
    """What is known of one surface. Only that of the owner of the pixels has draws.

    `source` is what the surface shows, where that is one source; None where it must be found out. `unseen`
    says that something wrote pixels in a way that is not followed, such as an array.
    """

    __slots__ = (
        "base",
        "cut_of",
        "depth",
        "draws",
        "height",
        "owner",
        "reference",
        "source",
        "truncated",
        "unseen",
        "width",
        "x",
        "y",
    )

    def __init__(self, reference: Any, size: tuple[int, int], base: Content) -> None:
        self.reference = reference
        self.width, self.height = size
        self.owner: Record | None = None
        """The record of the surface that owns the pixels; None if this one does."""
        self.x = self.y = 0
        """Where this surface lies in its owner."""
        self.cut_of: Content | None = None
        self.depth = 0
        self.truncated = False
        self.unseen = False
        self.restart(base)

    def restart(self, base: Content) -> None:
        """Forget the draws. The list is a new one, as composites may still refer to the old one."""
        self.base = base
        self.draws: list[tuple[Any, ...]] = []
        self.depth = base.depth if isinstance(base, Composite) else 0
        self.source: Source | None = base if isinstance(base, Source) and self.owner is None else None


_get_size = pygame.Surface.get_size
_get_flags = pygame.Surface.get_flags
_get_colorkey = pygame.Surface.get_colorkey
_get_alpha = pygame.Surface.get_alpha
_get_parent = pygame.Surface.get_abs_parent
_get_offset = pygame.Surface.get_abs_offset


def is_opaque(surface: pygame.Surface) -> bool:
    """Whether a blit of it without flags leaves nothing of what lay below."""
    return (
        not _get_flags(surface) & pygame.SRCALPHA
        and _get_colorkey(surface) is None
        and _get_alpha(surface) in (None, 255)
    )


class DrawLists:
    """The records of all surfaces.

    >>> lists = DrawLists()
    >>> screen, image = pygame.Surface((40, 30)), pygame.Surface((8, 8))
    >>> lists.add(lists.record(screen), lists.content(image), (3, 4, 8, 8), place=(3, 4))
    >>> [(draw.content.kind, draw.rectangle) for draw in lists.draws(screen)]
    [('blank', (3, 4, 8, 8))]
    """

    def __init__(self, sources: Sources | None = None, most: int = MAX_DRAWS) -> None:
        self.sources = sources or Sources()
        self.records: dict[int, Record] = {}
        self.most = most

    def record(self, surface: pygame.Surface) -> Record:
        """The record of a surface, made at its first use."""
        found = self.records.get(id(surface))
        return self._new(surface) if found is None else found

    def _new(self, surface: pygame.Surface) -> Record:
        key, forget = id(surface), self.records.pop
        reference = weakref.ref(surface, lambda _: forget(key, None))
        size = _get_size(surface)
        record = Record(reference, size, self.sources.intern("blank", None, size))
        self.records[key] = record
        owner = _get_parent(surface)
        if owner is not surface:
            record.owner = self.record(owner)
            record.x, record.y = _get_offset(surface)
            record.source = None
        return record

    def content(self, surface: pygame.Surface) -> Content:
        """What a surface shows now."""
        record = self.record(surface)
        return record.source or self._content(record)

    def _content(self, record: Record) -> Content:
        owner = record.owner
        if owner is not None:
            whole = owner.source or self._content(owner)
            if record.cut_of is not whole:
                record.cut_of = whole
                record.base = self.sources.cut(whole, record.x, record.y, record.width, record.height)
            return record.base
        base = record.base
        if not record.draws:
            return base
        last = record.cut_of
        if isinstance(last, Composite) and last.draws is record.draws and last.length == len(record.draws):
            return last
        record.cut_of = now = Composite(base, record.draws, record.depth + 1, (record.width, record.height))
        return now

    def set_content(self, surface: pygame.Surface, content: Content) -> None:
        """Say what a surface shows that was just made. For a subsurface this is a draw that covers it."""
        record = self.record(surface)
        record.unseen = False
        if record.owner is None:
            record.width, record.height = _get_size(surface)
            record.restart(content)
        else:
            self.add(record, content, (0, 0, record.width, record.height), place=(0, 0))

    def add(
        self,
        target: Record,
        content: Content,
        rectangle: tuple[int, int, int, int],
        place: tuple[float, float] | None = None,
        area: Hashable = None,
        flags: int = 0,
        drawer: int = 0,
        covers: bool = False,
    ) -> None:
        """Put a draw down. `covers` says that it is opaque; the list begins anew if it fills the surface."""
        x, y, width, height = rectangle
        owner = target.owner
        if owner is not None:
            x, y = x + target.x, y + target.y
            if place is not None:
                place = (place[0] + target.x, place[1] + target.y)
            target = owner
        if covers and width >= target.width and height >= target.height:
            target.restart(self._blank(target))
        if isinstance(content, Composite) and content.depth > target.depth:
            if content.depth > MAX_DEPTH:
                content = self.sources.composed((content.width, content.height))
            else:
                target.depth = content.depth
        draws = target.draws
        if len(draws) >= self.most:
            target.restart(self.sources.composed((target.width, target.height)))
            target.truncated = True
            draws = target.draws
        draws.append((content, (x, y, width, height), place, area, flags, drawer))
        target.source = None

    def _blank(self, record: Record) -> Source:
        return self.sources.intern("blank", None, (record.width, record.height))

    def touched(self, surface: pygame.Surface) -> None:
        """Pixels of the surface may be written by other means from now on."""
        record = self.record(surface)
        (record.owner or record).unseen = True

    def draws(self, surface: pygame.Surface) -> list[Draw]:
        """The draws on a surface since it was cleared, the oldest first. Of a subsurface: on its owner."""
        record = self.record(surface)
        return [decode(draw) for draw in (record.owner or record).draws]

    def presented(self, surface: pygame.Surface) -> None:
        """Clear the list of the display. Its pixels stay, so its base is the display itself."""
        record = self.record(surface)
        record.width, record.height = _get_size(surface)
        record.restart(self._blank(record))
        record.truncated = False
