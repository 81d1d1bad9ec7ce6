"""What was drawn on each surface, in order.

`DrawLists` keeps a `Record` for each surface that was drawn, or drawn from, in a table by identity; the
record goes when the surface goes, and never keeps it alive. Draws on a subsurface are put down for the
surface that owns the pixels. The display's list is cleared when it was presented. Other lists begin anew
where something opaque covers the whole surface. At `MAX_DRAWS` those that later ones hide are dropped; where
most can be seen, the surface becomes a source of unknown derivation.
"""

from __future__ import annotations

import weakref
from collections.abc import Hashable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pygame

from .arguments import place_of, rectangle_of
from .coverage import Coverage
from .images import Images
from .originals import get_alpha, get_colorkey, get_masks, get_offset, get_parent, get_size
from .sources import MAX_DEPTH, Composite, Layer, Part, Source, Sources, root

if TYPE_CHECKING:
    from typing import TypeAlias

    from .sources import Content

    Cell: TypeAlias = "tuple[Source, int, int]"

MAX_DRAWS = 1 << 14
"""Draws of one list. The busiest of sixteen games drew 8,400 times a frame."""
MAX_POINTS = 1 << 11
"""Draws of a list to which single pixels are added; beyond it the surface is `unseen`."""
MAX_CELLS = 256
"""Parts of a source that are drawn alone. More are no cells of a sheet, but a window that wanders over it."""
MAX_REMEMBERED_CELLS = 4096
MOST_OF_CELL = 1 << 17
"""Pixels of a part from which it is no cell, but a window onto a wide backdrop."""
MANY_PARTS = 16
"""New scaled parts of one image in a frame, from which they may be columns of a ray caster."""
OFTEN = 3
"""Frames in which there are so many, after which they are."""
MOST_SCALED = (1 << 15) - 1
"""Pixels across an image at the scale of a part."""
LOOK_AGAIN = 16
"""While paused, every so many frames it is seen whether the game still covers the display."""


class Draw(NamedTuple):
    """One draw, in pixels of the surface that owns the list.

    content: what was drawn. rectangle: x, y, width and height of what changed, after clipping. place: where
    the upper left corner of the content (of its `area`) was put, before clipping; None if unknown. area: of a
    blit the part of the content that was drawn, None for all of it. Of a `Part`, where that lies in the whole
    image as it was scaled, and the size of this. Of a shape its arguments; `place` is their point (0, 0).
    flags: `special_flags`; if not 0, what lies below shows through. drawer: the number of the object that
    drew, 0 if unknown, see `identity`. alpha: of the surface drawn, as a whole, 0 to 255.
    """

    content: Content
    rectangle: tuple[int, int, int, int]
    place: tuple[float, float] | None
    area: Hashable
    flags: int
    drawer: int
    alpha: int


def decode(draw: tuple[Any, ...]) -> Draw:
    """A draw as it lies in a list. There the rectangle may be a `pygame.Rect`, whose copy is made faster, and
    what the alpha lacks to 255 is added to the flags, shifted by 16: it mostly is nothing. The place may be
    any tuple that the game gave; None is where the rectangle lies.
    """
    content, rectangle, place, area, flags, drawer = draw
    return Draw(content, tuple(rectangle), place_of(place), area, flags & 0xFFFF, drawer, 255 - (flags >> 16))


class Record:
    """What is known of one surface. Only that of the owner of the pixels has draws.

    `source` is set where a draw of the surface needs no further look: the surface shows one source, whose
    pixels were taken, or several draws, and its alpha as a whole is 255. Else it is None. `nested` is the
    depth of these draws, 0 for a source.
    `cells`: where the surface shows one source and its alpha is 255, the parts of it that were drawn as
    sources of their own, by their rectangle as the game gave it. Else None. `subsurfaces` are those of which
    one of both is set. `known` says whether one of all three is set.
    `unseen`: pixels were written in a way that is not followed, such as by an array. `view`: a weak reference
    to what may write more while it is alive. `shares`: the pixels are memory of the game's, which may write
    there at any time. `skips`: draws on it are not put down now. `append` is that of `draws`; None where
    draws are skipped, or put down for the owner.
    """

    __slots__ = (
        "alpha",
        "append",
        "base",
        "cells",
        "cut_of",
        "depth",
        "draws",
        "has_alpha",
        "height",
        "key",
        "known",
        "nested",
        "owner",
        "reference",
        "shares",
        "skips",
        "source",
        "subsurfaces",
        "unseen",
        "view",
        "width",
        "x",
        "y",
    )

    def __init__(self, surface: pygame.Surface, reference: Any, base: Content) -> None:
        self.reference = reference
        self.width, self.height = base.width, base.height
        self.owner: Record | None = None
        """The record of the surface that owns the pixels; None if this one does."""
        self.x = self.y = 0
        """Where this surface lies in its owner."""
        self.cut_of: Content | None = None
        self.depth = self.nested = 0
        self.unseen = self.shares = self.skips = False
        self.view: Any = None
        self.subsurfaces: list[Record] = []
        self.look(surface)
        self.restart(base)

    def look(self, surface: pygame.Surface) -> None:
        """Read how the surface is blitted."""
        alpha = get_alpha(surface)
        self.alpha = 255 if alpha is None else alpha
        self.key = get_colorkey(surface)
        self.has_alpha = get_masks(surface)[3] != 0  # the flag is also set by `set_alpha`
        self.changed()

    def changed(self) -> None:
        """The surface may show something else now, so a draw of it, or of a part, needs another look."""
        self.known = False
        self.source: Content | None = None
        self.cells: dict[Any, Cell] | None = None
        for record in self.subsurfaces:
            record.changed()
        self.subsurfaces = []

    def set_skips(self, skips: bool) -> None:
        """Say whether draws are left out."""
        self.skips = skips
        self.append = None if skips or self.owner is not None else self.draws.append

    def restart(self, base: Content) -> None:
        """Forget the draws. The list is a new one, as composites may still refer to the old one."""
        self.base = base
        self.draws = Layer(base, (self.width, self.height))
        self.set_skips(self.skips)
        self.depth = base.depth if isinstance(base, Composite) else 0
        self.changed()

    @property
    def viewed(self) -> bool:
        return self.shares or (self.view is not None and self.view() is not None)



def is_opaque(surface: pygame.Surface) -> bool:
    """Whether a blit of it without flags leaves nothing of what lay below."""
    return (
        get_masks(surface)[3] == 0
        and get_colorkey(surface) is None
        and get_alpha(surface) in (None, 255)
    )


class DrawLists:
    """The records of all surfaces.

    >>> lists = DrawLists()
    >>> screen, image = pygame.Surface((40, 30)), pygame.Surface((8, 8))
    >>> lists.add(lists.record(screen), lists.content(image), (3, 4, 8, 8), place=(3, 4))
    >>> [(draw.content.kind, draw.rectangle) for draw in lists.draws(screen)]
    [('blank', (3, 4, 8, 8))]
    """

    def __init__(
        self, sources: Sources | None = None, most: int = MAX_DRAWS, images: Images | None = None
    ) -> None:
        self.sources = sources or Sources()
        self.images = images or Images()
        self.records: dict[int, Record] = {}
        self.most = most
        self.display: Record | None = None
        self.paused = False
        """Whether draws on the display need not be known, where it is covered in each frame."""
        self.gap = False
        """Whether draws on the display since its last full cover were not put down, or never encoded."""
        self.encoded: Layer | None = None
        """The list of the display that was encoded last."""
        self._since_look = 0
        self._cells: dict[Any, Cell | None] = {}
        self._often: dict[Source, int] = {}
        """Images of which many parts were scaled in a frame, and in how many frames."""
        self._coverage = Coverage(self.images)

    def record(self, surface: pygame.Surface) -> Record:
        """The record of a surface, made at its first use."""
        found = self.records.get(id(surface))
        return self._new(surface) if found is None else found

    def _new(self, surface: pygame.Surface) -> Record:
        key = id(surface)
        # No Python code runs in the callback: a Ctrl-C that arrived in it would be lost.
        reference = weakref.ref(surface, partial(self.records.pop, key))
        black = "opaque" if is_opaque(surface) else None
        record = Record(surface, reference, self.sources.intern("blank", black, get_size(surface)))
        self.records[key] = record
        owner = get_parent(surface)
        if owner is not surface:
            record.owner = self.record(owner)
            record.x, record.y = get_offset(surface)
            record.set_skips(record.owner.skips)
        return record

    def content(self, surface: pygame.Surface) -> Content:
        """What a surface shows now."""
        record = self.record(surface)
        return record.source or self._content(record)

    def shows(self, surface: pygame.Surface, record: Record) -> Content:
        """What a draw of this surface puts down. Its pixels are taken, if they were not yet."""
        content = self._content(record)
        if isinstance(content, Source):
            if content.image is None:
                content.image = self.images.take(surface)
            if content.image is not None and self._is_plain(record):
                record.source, record.nested, record.known = content, 0, True
        elif self._is_plain(record):
            record.source, record.nested, record.known = content, content.depth, True
        return content

    @staticmethod
    def _is_plain(record: Record) -> bool:
        """Whether what a surface shows need not be looked at again until it is drawn on."""
        owner = record.owner
        if record.alpha != 255 or record.unseen or (owner is not None and owner.unseen):
            return False
        if owner is not None and not record.known:
            owner.subsurfaces.append(record)
            owner.known = True
        return True

    def _cell(self, surface: pygame.Surface, content: Source, area: Any) -> Cell | None:
        """The part of a sheet that an area cuts out, as a source of its own, with what of `area` lies before
        it; None for an area that is no small part of a source.
        """
        if isinstance(root(content), Composite):
            return None
        key = (content, area if type(area) is tuple else tuple(area))
        if key in self._cells:
            return self._cells[key]
        if len(self._cells) >= MAX_REMEMBERED_CELLS:
            self._cells.clear()
        self._cells[key] = found = self._find_cell(surface, content, area)
        if found is not None and found[0].image is None:  # its pixels could not be taken yet
            del self._cells[key]
        return found

    def _find_cell(self, surface: pygame.Surface, content: Source, area: Any) -> Cell | None:
        given = pygame.Rect(area)
        x, y = max(given.x, 0), max(given.y, 0)
        width, height = min(given.right, content.width) - x, min(given.bottom, content.height) - y
        if (
            content.cells is None
            or width <= 0
            or height <= 0
            or 4 * width * height >= content.width * content.height
            or width * height >= MOST_OF_CELL
        ):
            return None
        content.cells.add((x, y, width, height))
        if len(content.cells) > MAX_CELLS:
            content.cells = None
            return None
        cut = self.sources.cut(content, x, y, width, height)
        if cut.image is None:
            cut.image = self.images.take(surface, (x, y, width, height))
        return cut, x - given.x, y - given.y

    def scaled_part(
        self, name: str, surface: pygame.Surface, size: tuple[int, int], arguments: Hashable
    ) -> Source | None:
        """What `pygame.transform.scale` made of a part of an image of which many are scaled in each frame:
        a source that is drawn as part of the image, and whose pixels are not taken. None for anything else.
        """
        if not self._often:
            return None
        record = self.record(surface)
        owner = record.owner
        if owner is None or owner.unseen or owner.draws or record.alpha != 255:
            return None
        whole: Any = owner.base
        if self._often.get(whole, 0) < OFTEN or not self._is_solid(whole, owner):
            return None
        across, down = size[0] / max(record.width, 1), size[1] / max(record.height, 1)
        width, height = round(whole.width * across), round(whole.height * down)
        if not (0 < width <= MOST_SCALED and 0 < height <= MOST_SCALED):
            return None
        part = Part(whole, round(record.x * across), round(record.y * down), width, height)
        place = record.x, record.y, record.width, record.height
        cut = self.sources.cut(whole, *place)
        return self.sources.scaled_part((name, arguments, ()), size, part, cut)

    def _is_solid(self, whole: Source, owner: Record) -> bool:
        """Whether an image is known, and opaque."""
        surface = owner.reference()
        if whole.image is None and surface is not None:
            whole.image = self.images.take(surface)
        return whole.image is not None and self.images.is_opaque(whole.image)

    def _content(self, record: Record) -> Content:
        owner = record.owner
        if owner is not None:
            whole = owner.source or self._content(owner)
            if record.cut_of is not whole:
                record.cut_of = whole
                record.base = self.sources.cut(whole, record.x, record.y, record.width, record.height)
            return record.base
        if record.unseen and record is not self.display:
            self._read_again(record)
        if record.draws and record is not self.display:
            self._take_base(record)
        draws = record.draws
        if not draws:
            return record.base
        last = record.cut_of
        if isinstance(last, Composite) and last.draws is draws and last.length == len(draws):
            return last
        if len(draws) == 1 and record is not self.display:
            copied = self._copied(record, draws[0])
            if copied is not None:
                self._restart(record, copied)
                return copied
        draws.has_alpha, draws.key = record.has_alpha, record.key
        record.cut_of = now = Composite(draws, record.depth + 1)
        return now

    def _copied(self, record: Record, draw: tuple[Any, ...]) -> Source | None:
        """A surface that shows one source alone, such as a cell of a sheet: as a source of its own, whose
        pixels know the colour key that it has or gets. None if it shows more.
        """
        content, rectangle, place, area, flags, _ = draw
        whole = tuple(rectangle) == (0, 0, record.width, record.height) and place is not None
        if not whole or flags or area is not None or type(content) is not Source or content.kind == "shape":
            return None
        if place_of(place) != (0, 0) or (content.width, content.height) != (record.width, record.height):
            return None
        return self.sources.transform("copied", record.key, (), (record.width, record.height), content)

    def _take_base(self, record: Record) -> None:
        """Take the pixels of what lies below the draws of a surface, if it was never shown before the first
        of them: a scaled copy that is tinted or faded at once. They are as the surface shows them now, so
        blends alone are in them already; what covers some of them is drawn on them once more.
        """
        draws, surface = record.draws, record.reference()
        base = draws.base
        if surface is None or type(base) is not Source or base.image is not None or draws.number:
            return
        name = self.images.take(surface)
        if name is None:
            return
        size = (record.width, record.height)
        written = self.sources.transform("written", name.hex(), (), size, base)
        written.image = name
        if all(draw[4] & 0xFFFF for draw in draws):
            self._restart(record, written)
        else:
            record.base = draws.base = written
            record.cut_of = None

    def _read_again(self, record: Record) -> None:
        """Find out what a surface shows that was written in ways that are not followed: by its pixels."""
        surface = record.reference()
        name = None if surface is None else self.images.take(surface)
        if name is None:
            return
        record.unseen = record.viewed
        if name == getattr(record.base, "image", None) and not record.draws:
            return
        size, shown = (record.width, record.height), record.base
        if record.draws:
            shown = Composite(record.draws, record.depth + 1)
        while isinstance(shown, Source) and shown.kind == "transform" and shown.detail[0] == "written":  # type: ignore[index]
            shown = shown.parent  # type: ignore[assignment]
        if isinstance(shown, Source) and shown.kind in ("blank", "bytes", "composed"):
            found = self.sources.intern("bytes", name.hex(), size)
        else:
            found = self.sources.transform("written", name.hex(), (), size, shown)
        found.image = name
        if found is not record.base or record.draws:
            self._restart(record, found)

    def _restart(self, record: Record, base: Content) -> None:
        if isinstance(base, Composite) and base.depth > MAX_DEPTH:
            base = self.sources.composed((base.width, base.height))
        record.restart(base)

    def set_content(self, surface: pygame.Surface, content: Content) -> None:
        """Say what a surface shows that was just made. For a subsurface this is a draw that covers it."""
        record = self.record(surface)
        record.unseen = False
        if record.owner is None:
            record.width, record.height = get_size(surface)
            record.view, record.shares = None, False
            record.look(surface)
            self._restart(record, content)
        else:
            self.add(record, content, (0, 0, record.width, record.height), place=(0, 0))

    def set_unknown(self, surface: pygame.Surface) -> None:
        """Say that a surface that was just made is told by its pixels."""
        self.set_content(surface, self.sources.intern("blank", None, get_size(surface)))
        self.touched(surface)

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
        alpha: int = 255,
    ) -> None:
        """Put a draw down. `covers` says that it is opaque; the list begins anew if it fills the surface."""
        if target.skips:
            return
        x, y, width, height = rectangle
        owner = target.owner
        if owner is not None:
            x, y = x + target.x, y + target.y
            if place is not None:
                place = (place[0] + target.x, place[1] + target.y)
            target = owner
        if covers and width >= target.width and height >= target.height:
            target.restart(self._blank(target))
            target.draws.covered = True
            target.unseen = target.viewed
        if isinstance(content, Composite) and content.depth > target.depth:
            if content.depth > MAX_DEPTH:
                content = self.sources.composed((content.width, content.height))
            else:
                target.depth = content.depth
        draws = target.draws
        if len(draws) >= self.most:
            self._shorten(target)
            draws = target.draws
        flags = flags & 0xFFFF | (255 - alpha) << 16
        draws.append((content, (x, y, width, height), place, area, flags, drawer))
        target.changed()

    def _shorten(self, record: Record) -> None:
        """Drop the draws of a full list that later ones hide. Where most can be seen, forget them all."""
        draws, depth = record.draws, record.depth
        left = self._coverage.visible(draws)
        if 2 * len(left) > self.most:
            record.restart(self.sources.composed((record.width, record.height)))
            return
        record.restart(draws.base)
        record.depth = depth
        record.draws.covered = draws.covered and left[:1] == draws[:1]
        record.draws.extend(left)

    def add_blit(
        self,
        target: Record,
        source: pygame.Surface,
        rectangle: tuple[int, int, int, int],
        place: tuple[float, float] | None,
        area: Any,
        flags: int,
        drawer: int,
    ) -> None:
        """Put down a blit of a surface, of which `area` is what the game gave.

        A small part of a sheet becomes a source of its own. A window onto a backdrop, and a patch that erases
        with it, stay an area of the whole.
        """
        shown = self.record(source)
        owner = target.owner or target
        base = shown.base
        if type(base) is Source and base.part is not None and not shown.draws and not flags:
            self._add_part(target, base, rectangle, place, area, drawer, shown.alpha)
            return
        # The pixels of a sheet whose cells alone are drawn are not needed.
        content = shown.source or (self._content(shown) if area is not None else self.shows(source, shown))
        covers = (
            rectangle[2] >= owner.width and rectangle[3] >= owner.height and not flags and is_opaque(source)
        )
        part = None
        if area is not None:
            # Erased is with a picture as large as the surface: a sheet's first cell goes to (0, 0), too.
            erases = place is None or (
                place[0] == area[0] and place[1] == area[1]
                and content.width >= owner.width and content.height >= owner.height
                and (rectangle[2] < owner.width or rectangle[3] < owner.height)
            )  # fmt: skip
            cell = None if erases or type(content) is not Source else self._cell(source, content, area)
            if cell is None or place is None:
                content = shown.source or self.shows(source, shown)
                part = rectangle_of(area)
            else:
                content, x, y = cell
                place = (place[0] + x, place[1] + y)
                if self._is_plain(shown):
                    if shown.cells is None:
                        shown.cells, shown.known = {}, True
                    shown.cells[area] = cell
        self.add(target, content, rectangle, place, part, flags, drawer, covers, shown.alpha)

    def _add_part(
        self, target: Record, source: Source, rectangle: tuple[int, int, int, int],
        place: tuple[float, float] | None, area: Any, drawer: int, alpha: int,
    ) -> None:  # fmt: skip
        """Put down a blit of a scaled part of an image, as an area of that."""
        part: Any = source.part
        whole = (0, 0, source.width, source.height)
        x, y, width, height = rectangle_of(area, rectangle) or whole
        area = (part.x + x, part.y + y, width, height, part.width, part.height)
        self.add(target, part.whole, rectangle, place, area, 0, drawer, False, alpha)

    def _blank(self, record: Record) -> Source:
        black = None if record.has_alpha or record.key is not None else "opaque"
        return self.sources.intern("blank", black, (record.width, record.height))

    def touched(self, surface: pygame.Surface, view: Any = None) -> None:
        """Pixels of the surface were written by other means, or may be as long as `view` is alive."""
        record = self.record(surface)
        owner = record.owner or record
        owner.unseen = True
        owner.changed()
        if view is not None:
            owner.view = weakref.ref(view)

    def looks_changed(self, surface: pygame.Surface) -> None:
        """The alpha or the colour key of the surface may have been changed."""
        record = self.records.get(id(surface))
        if record is None:
            return
        key = record.key
        record.look(surface)
        if record.key != key and isinstance(record.base, Source) and not record.draws and record.base.image:
            record.base.image = None

    def take_again(self) -> None:
        """Look at the images of all surfaces anew when they are drawn, as some may have been dropped."""
        self._cells.clear()
        for record in list(self.records.values()):
            record.changed()

    def draws(self, surface: pygame.Surface) -> list[Draw]:
        """The draws on a surface since it was cleared, the oldest first. Of a subsurface: on its owner."""
        record = self.record(surface)
        return [decode(draw) for draw in (record.owner or record).draws]

    @staticmethod
    def look_at_size(record: Record, display: pygame.Surface) -> None:
        """A window that a player drags to another size changes its display in place, without a call."""
        record.width, record.height = record.draws.width, record.draws.height = get_size(display)

    def presented(self, surface: pygame.Surface) -> None:
        """Clear the list of the display. Its pixels stay, so its base is what it shows."""
        record = self.record(surface)
        draws = record.draws
        covered = draws.covered
        if draws and not covered and draws is not self.encoded:
            self.gap = True
        same = record is self.display and (record.width, record.height) == get_size(surface)
        self.display = record
        record.width, record.height = get_size(surface)
        size = record.width, record.height
        shown = Composite(draws, record.depth + 1) if covered and same else self.sources.composed(size)
        self._restart(record, shown)
        record.unseen = record.viewed
        self.images.frame()
        if len(self._often) > MAX_CELLS:
            self._often.clear()
        for whole, count in self.sources.fresh.items():
            if count >= MANY_PARTS:
                self._often[whole] = self._often.get(whole, 0) + 1
        self.sources.fresh.clear()
        if not self.paused:
            self._skip(record, False)
        elif record.skips:
            self._since_look += 1
            if self._since_look >= LOOK_AGAIN - 1:
                self._skip(record, False)
        elif covered or self._coverage.is_full(draws):
            self._skip(record, True)

    def pause(self, paused: bool) -> None:
        """Say whether draws on the display may be left out for now. What is drawn from now on is put down."""
        self.paused = paused
        if not paused and self.display is not None:
            self._skip(self.display, False)

    def _skip(self, display: Record, skips: bool) -> None:
        if display.skips == skips:
            return
        self._since_look = 0
        self.gap = self.gap or skips
        for record in list(self.records.values()):
            if record is display or record.owner is display:
                record.set_skips(skips)
