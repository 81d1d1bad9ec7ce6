"""Writes a frame's draws as bytes for the renderer, which reads them by `from_draws.messages`.

A frame may be lost on its way, as the newest wins. So a message holds all that the renderer has not
acknowledged: sources, rows of layers, and the draws of the display since the last frame it acknowledged. What
a message held is remembered until its frame, or a later one, is acknowledged.

Sources and layers are held weakly: they go when the game lets go of them, and the renderer is told their
numbers. The display's draws are kept since the game covered it last, up to `MOST_ROWS`, for a renderer that
is started anew.

400 blits take 0.26 ms to encode, of which all that the last frame had, too, 0.07; 400 circles that move
0.9 (Python 3.11, two busy cores).

A message is a text (JSON) and, after it, all rows as 32-bit integers in the order of this machine: the
display's, then each layer's.
"""

from __future__ import annotations

import json
import struct
import weakref
from array import array
from collections.abc import Iterable
from itertools import chain, count
from operator import eq
from typing import TYPE_CHECKING, Any

from .arguments import clamp, corners_of, integers
from .sources import Composite, Layer, Source

if TYPE_CHECKING:
    import pygame

    from .draws import DrawLists
    from .sources import Content

MAGIC, VERSION = b"RSKD", 1
HEAD = struct.Struct("<4sII")
"""The magic, the version and the length of the text, which is padded to a multiple of four."""
COLUMNS = 16
"""As in `from_draws.messages`, where each column is explained."""
_ROW = struct.Struct("=2i32x2i4xi8x")
"""What a row says of its content: number, length, width, height, and an alpha of 255."""
MOST_ROWS = 20000
"""Rows of the display that are kept, those of layers that they name included."""
MOST_SOURCES = 2000
"""New sources in one message. More come in later ones."""
MOST_SHAPES = 1 << 20
"""Characters of the arguments of shapes in one message. Further shapes are told as rectangles."""
IN_FLIGHT = 48
"""Messages whose content is remembered. An answer to an older one is not used."""
SAMPLED = 16
"""Of so many draws one is compared first, to see whether it is worth to compare all."""
MERGE = 96
"""Frames of the display that are kept apart from each other."""


class Rows:
    """Some rows, with what they name: `shapes` are the arguments of shapes, `contents` keeps sources and
    layers alive.
    """

    __slots__ = ("contents", "first", "number", "shapes", "text", "told", "values", "wanted_shapes", "weight")

    def __init__(self) -> None:
        self.values: array[int] = array("i")
        self.shapes: dict[Any, int] = {}
        self.wanted_shapes = 0
        """Shapes that the rows named when all of them were made; later ones may have taken their place."""
        self.text, self.told = "", 0
        """The first `told` shapes as JSON."""
        self.contents: dict[Content, None] = {}
        self.first = self.number = 0
        """Of the display: the frames whose rows these are."""
        self.weight = 0
        """Rows, with those of the layers that are named."""

    def __len__(self) -> int:
        return len(self.values) // COLUMNS

    def shapes_text(self) -> str:
        """The shapes as JSON, separated by commas."""
        if self.told < len(self.shapes):
            new = list(self.shapes)[self.told :]
            text = _json(new)[1:-1]
            if text == "?":  # one of them cannot be told
                text = ",".join([_json(shape) for shape in new])
            self.text = f"{self.text},{text}" if self.told else text
            self.told = len(self.shapes)
        return self.text


class _Layer:
    """What the renderer knows of a layer: `known` rows, and its `looks`. `rows` are those after `start`."""

    __slots__ = ("known", "looks", "reference", "rows", "start")

    def __init__(self, reference: Any) -> None:
        self.reference = reference
        self.known = self.start = 0
        self.looks: Any = None
        self.rows = Rows()

    def acknowledged(self, end: int, looks: Any) -> None:
        self.looks = looks
        if end <= self.known:
            return
        self.known = end
        if end >= self.start + len(self.rows):
            self.start, self.rows = end, Rows()


class _Message:
    """What one message held."""

    __slots__ = ("freed", "freed_sources", "layers", "sources")

    def __init__(self) -> None:
        self.sources: dict[int, bytes] = {}
        self.layers: dict[int, tuple[int, Any]] = {}
        self.freed: list[int] = []
        self.freed_sources: list[int] = []


class Encoder:
    """Makes the messages of one game for one renderer after another.

        encoder = Encoder(lists)
        data = encoder.encode(number, display, ("winter", True, 1.0, 0.0))   # at each presented frame
        encoder.images_sent(game.send_images(encoder.images()))
        encoder.acknowledged(number)                            # the renderer has read this frame's message
        encoder.forget()                                        # there is a new renderer

    Where a message has more than `limit` bytes of rows, those of layers come in later ones, in parts. With
    the display's own rows, `MOST_SOURCES` and `MOST_SHAPES` a message stays below 4 MiB.
    """

    def __init__(self, lists: DrawLists, limit: int = 1 << 20, follows: bool = True) -> None:
        self.lists = lists
        self.limit = limit
        self.follows = follows
        self._numbers = count(1)
        self._history: list[Rows] = []
        self._covered = False
        """Whether the first of these begins with a draw that covers the display."""
        self._floor = 0
        """Else: the frame that a renderer must know at least, so that they join what it knows."""
        self._layers: dict[int, _Layer] = {}
        self._gone_layers: list[int] = []
        self._gone_sources: list[int] = []
        self._last: tuple[Layer, Rows] | None = None
        """The display's list that was put down last, from its beginning, and its rows."""
        self._waiting: dict[bytes, bytes] = {}
        self._done = 0
        """Draws of `DrawLists.encoded` that were put down."""
        self.forget()

    def forget(self) -> None:
        """Begin anew, for a renderer that knows nothing."""
        self._acknowledged = -1
        self._in_flight: dict[int, _Message] = {}
        self._known: dict[int, bytes] = {}
        self._told: dict[int, Any] = {}
        """Weak references of the sources that were in any message, by number."""
        self._users: dict[bytes, int] = {}
        """How many of these use an image."""
        self._images: dict[int, bytes] = {}
        """The image of each of these."""
        self._sent: set[bytes] = set()
        self._unsent: list[bytes] = []
        self._freed: dict[int, None] = {}
        self._freed_sources: dict[int, bytes] = {}
        self._waiting.clear()
        for layer in self._layers.values():
            layer.known, layer.looks = 0, None
            if layer.start:
                layer.start, layer.rows = 0, Rows()
        self._take_dropped_images()

    def _take_dropped_images(self) -> None:
        """Sources whose pixels were dropped have none, until they are drawn again."""
        for record in list(self.lists.records.values()):
            source = record.base
            if isinstance(source, Source) and source.image and self.lists.images.get(source.image) is None:
                source.image = None
        self.lists.take_again()

    # Images

    def images(self) -> dict[bytes, bytes]:
        """The images that wait to be sent, by name; see `images.HEADER`."""
        return self._waiting

    def images_sent(self, left: int) -> None:
        """Say how many of them wait still, the last ones: what `GameSide.send_images` returned."""
        while len(self._waiting) > left:
            del self._waiting[next(iter(self._waiting))]

    def images_unsent(self) -> list[bytes]:
        """Names of images that the renderer has dropped, so that `GameSide` must send them anew."""
        names, self._unsent = self._unsent, []
        return names

    def _want(self, source: Source) -> bytes:
        """The image of a source, put down to be sent."""
        name = source.image or b""
        if not name or name in self._sent:
            return name
        data = self.lists.images.get(name)
        if data is None:
            source.image = None
            self.lists.take_again()
            return b""
        self._sent.add(name)
        self._waiting[name] = data
        return name

    # Answers

    def acknowledged(self, number: int) -> None:
        """The renderer has read the message of this frame."""
        message = self._in_flight.get(number)
        if message is None:
            return
        self._acknowledged = max(self._acknowledged, number)
        for old in [old for old in self._in_flight if old <= number]:
            del self._in_flight[old]
        for source, image in message.sources.items():
            if source in self._told:
                self._known[source] = image
        for layer, (end, looks) in message.layers.items():
            if layer in self._layers:
                self._layers[layer].acknowledged(end, looks)
        for layer in message.freed:
            self._freed.pop(layer, None)
        for source in message.freed_sources:
            name = self._freed_sources.pop(source, b"")
            if name:
                self._dropped(name)

    def _dropped(self, name: bytes) -> None:
        """The renderer has let go of a source, and of its image, if it knew no other with it."""
        self._sent.discard(name)
        self._unsent.append(name)
        if not self._users.get(name):
            self.lists.images.drop(name)
            return
        data = self.lists.images.get(name)
        if data is not None:
            self._sent.add(name)
            self._waiting[name] = data

    def _collect(self) -> None:
        """Put down which sources and layers are gone."""
        while self._gone_layers:
            layer = self._gone_layers.pop()
            if self._layers.pop(layer, None) is not None:
                self._freed[layer] = None
        while self._gone_sources:
            source = self._gone_sources.pop()
            if self._told.pop(source, None) is None:
                continue
            self._known.pop(source, None)
            self._freed_sources[source] = name = self._images.pop(source, b"")
            self._use(name, -1)

    def _use(self, name: bytes, change: int) -> None:
        if not name:
            return
        users = self._users.get(name, 0) + change
        if users > 0:
            self._users[name] = users
        else:
            self._users.pop(name, None)

    # A message

    def encode(self, number: int, display: pygame.Surface, state: tuple[Any, ...]) -> bytes:
        """The message of the frame that is being presented. Numbers grow."""
        self._collect()
        self._message = _Message()
        self._codes: dict[Content, tuple[int, int, int, int]] = {}
        self._sources: list[list[Any]] = []
        self._needed: dict[int, Layer] = {}
        self._queue: list[tuple[Layer, int]] = []
        record = self.lists.record(display)
        record = record.owner or record
        self.lists.look_at_size(record, display)
        self._add_frame(number, record.draws)
        rows = [rows for rows in self._history if rows.number > self._acknowledged]
        for content in dict.fromkeys(chain.from_iterable([chunk.contents for chunk in rows])):
            if content not in self._codes:
                self._code(content)
        self._follow()
        first = bool(rows) and rows[0] is self._history[0]
        header = {
            "number": number,
            "size": [record.width, record.height],
            "state": state,
            "since": rows[0].first if rows else self._acknowledged + 1,
            "covered": first and self._covered,
            "joins": not first or self._covered or self._acknowledged >= self._floor,
            "follows": self.follows,
            "unseen": record.unseen,
        }
        data = self._write(header, rows)
        self._message.freed = list(self._freed)
        self._message.freed_sources = list(self._freed_sources)
        self._in_flight[number] = self._message
        while len(self._in_flight) > IN_FLIGHT:
            del self._in_flight[next(iter(self._in_flight))]
        self._codes, self._sources, self._needed = {}, [], {}
        return data

    def _add_frame(self, number: int, draws: Layer) -> None:
        """Put down what was drawn on the display in this frame."""
        lists = self.lists
        rows = Rows()
        rows.first = self._history[-1].number + 1 if self._history else number
        rows.number = number
        done = self._done if draws is lists.encoded else 0  # the game may be shown again between its frames
        self._put(rows, draws, done, None if done else self._last)
        self._last = None if done else (draws, rows)
        self._done = len(draws)
        if draws.covered and not done:
            self._history, self._covered = [rows], True
        elif lists.gap:
            rows.first = number
            self._history, self._covered, self._floor = [rows], False, number
        elif draws or not self._history:
            self._history.append(rows)
        lists.gap, lists.encoded = False, draws
        if sum([rows.weight for rows in self._history]) > MOST_ROWS and len(self._history) > 1:
            self._history, self._covered, self._floor = [rows], False, rows.first - 1
        if len(self._history) > MERGE:
            self._history[: MERGE // 2] = [_merged(self._history[: MERGE // 2])]

    def _put(self, rows: Rows, draws: Layer, start: int, last: tuple[Layer, Rows] | None = None) -> None:
        """Add the draws from `start` on to rows. Those that the last frame has, too, are copied from it."""
        part = draws[start:] if start else draws
        if not part:
            return
        contents = dict.fromkeys([draw[0] for draw in part])
        rows.contents.update(contents)
        codes = self._codes
        rows.weight += len(part)
        for content in contents:
            rows.weight += (codes.get(content) or self._code(content))[1] or 1
        if last is None or not self._copied(rows, part, *last):
            rows.values.extend(self._made(rows, part))
            rows.wanted_shapes = len(rows.shapes)

    def _copied(self, rows: Rows, part: list[Any], last: Layer, old: Rows) -> bool:
        """Copy most rows from the last frame, and make the others; False, with nothing done, if too many
        differ. To compare two draws takes 0.1 µs, to make a row 0.6.
        """
        if len(old.shapes) > 2 * old.wanted_shapes + 16:
            return False
        before = last[: len(old)]
        if sum(map(eq, part[::SAMPLED], before[::SAMPLED])) < len(part) // SAMPLED // 4:
            return False  # the picture scrolls
        same = list(map(eq, part, before))
        changed = [draw for draw, equal in zip(part, same) if not equal]  # noqa: B905
        more = part[len(same) :]
        if 2 * (len(changed) + len(more)) > len(part):
            return False
        rows.shapes, rows.text, rows.told = dict(old.shapes), old.text, old.told
        rows.wanted_shapes = old.wanted_shapes
        rows.values = old.values[: COLUMNS * len(same)]
        if changed or more:
            made, at = self._made(rows, changed + more), 0
            for index, equal in enumerate(same):
                if not equal:
                    rows.values[index * COLUMNS : (index + 1) * COLUMNS] = made[at : at + COLUMNS]
                    at += COLUMNS
            rows.values.extend(made[at:])
        return True

    def _made(self, rows: Rows, part: list[Any]) -> array[int]:
        """The rows of these draws, made a column at a time."""
        contents, rectangles, places, areas, flags, drawers = zip(*part)  # noqa: B905
        codes = self._codes
        templates = {content: _ROW.pack(*codes[content], 255) for content in set(contents)}
        values = array("i", b"".join(map(templates.__getitem__, contents)))
        lists = [rectangle[:] for rectangle in rectangles]  # a `Rect` takes longer to iterate
        sides = integers(list(chain.from_iterable(lists)))
        if None in places:
            known = zip(places, sides[::4], sides[1::4])  # noqa: B905
            places = tuple([(x, y) if place is None else place for place, x, y in known])
        corners = corners_of(places)
        for side in range(4):
            values[2 + side :: COLUMNS] = sides[side::4]
        values[6::COLUMNS] = values[8::COLUMNS] = corners[::2]
        values[7::COLUMNS] = values[9::COLUMNS] = corners[1::2]
        if any(drawers):
            values[14::COLUMNS] = array("i", drawers)
        if any(flags):
            values[12::COLUMNS] = array("i", [both & 0xFFFF for both in flags])
            values[13::COLUMNS] = array("i", [255 - (both >> 16) for both in flags])
        widths = values[10::COLUMNS]
        if -1 in widths:  # of a shape, what it changed
            for column in (10, 11):
                sizes = zip(widths, values[column::COLUMNS], values[column - 6 :: COLUMNS])  # noqa: B905
                values[column::COLUMNS] = array("i", [seen if wide < 0 else own for wide, own, seen in sizes])
        if any(areas):
            _put_areas(rows, values, areas, widths)
        return values

    # What rows name

    def _code(self, content: Content) -> tuple[int, int, int, int]:
        """The number of a source or minus that of a layer, its length, its width (-1: a shape) and height.

        What the renderer does not know of it becomes part of the message.
        """
        found = self._codes.get(content)
        if found is None:
            if isinstance(content, Source):
                shape = content.kind == "shape"
                found = (content.number, 0, -1 if shape else content.width, content.height)
                self._codes[content] = found
                self._add_source(content)
            else:
                found = (-self._layer(content), content.length, content.width, content.height)
                self._codes[content] = found
        return found

    def _add_source(self, source: Source) -> None:
        number = source.number
        if number in self._known and self._known[number] == source.image:
            return
        if len(self._sources) >= MOST_SOURCES:
            return
        parent, length = (0, 0) if source.parent is None else self._code(source.parent)[:2]
        image = self._want(source)
        if number not in self._told:
            gone = self._gone_sources
            self._told[number] = weakref.ref(source, lambda _: gone.append(number))
            self._images[number] = b""
        if image != self._images[number]:
            self._use(self._images[number], -1)
            self._use(image, 1)
            self._images[number] = image
        self._message.sources[number] = image
        size = (source.width, source.height)
        self._sources.append([number, source.kind, source.detail, *size, parent, length, image.hex()])

    def _layer(self, content: Composite) -> int:
        """The number of a layer, whose rows up to the length that is needed are put down later, in `_follow`.
        """
        draws = content.draws
        if not draws.number:
            self._code(draws.base)
            draws.number = number = next(self._numbers)
            gone = self._gone_layers
            self._layers[number] = _Layer(weakref.ref(draws, lambda _: gone.append(number)))
        layer = self._layers[draws.number]
        if content.length > layer.known or layer.looks != (draws.has_alpha, draws.key):
            self._queue.append((draws, content.length))
        return draws.number

    def _follow(self) -> None:
        """Put down the rows of layers that are needed, and what these name. Surfaces that were drawn on each
        other name each other, so this is no recursion.
        """
        while self._queue:
            draws, length = self._queue.pop()
            layer = self._layers[draws.number]
            if draws.number not in self._needed:
                self._needed[draws.number] = draws
                self._code(draws.base)
                for named in {draw[0] for draw in draws[layer.known : layer.start + len(layer.rows)]}:
                    self._code(named)
            done = layer.start + len(layer.rows)
            if done < length:
                self._put(layer.rows, draws, done)
                layer.rows.contents.clear()  # the layer itself holds them

    # Bytes

    def _write(self, header: dict[str, Any], rows: list[Rows]) -> bytes:
        shapes: list[str] = []
        self._shape_count, self._shapes_left = 0, MOST_SHAPES
        parts, frames, at = [], [], 0
        for chunk in rows:
            frames.append((chunk.number, at))
            at += len(chunk)
            parts.append(self._values(chunk, 0, len(chunk), shapes))
        room = max(self.limit // (4 * COLUMNS) // 2, self.limit // (4 * COLUMNS) - at)
        layers = []
        for number in sorted(self._needed):
            draws, layer = self._needed[number], self._layers[number]
            base, length = self._code(draws.base)[:2]
            start = max(layer.known, layer.start)
            end = min(layer.start + len(layer.rows), start + room)
            room -= end - start
            parts.append(self._values(layer.rows, start - layer.start, end - layer.start, shapes))
            looks = (draws.has_alpha, draws.key)
            key = None if draws.key is None else draws.key[:3]
            layers.append(
                (number, draws.width, draws.height, base, length, draws.has_alpha, key, start, end - start)
            )
            self._message.layers[number] = (end, looks)
        header["frames"] = frames
        header["rows"] = at
        header["layers"] = layers
        header["sources"] = self._sources
        header["freed"] = list(self._freed)
        header["freed_sources"] = list(self._freed_sources)
        text = f'{_json(header)[:-1]},"shapes":[{",".join(shapes)}]}}'.encode("ascii")
        text += b" " * (-len(text) % 4)
        return b"".join([HEAD.pack(MAGIC, VERSION, len(text)), text, *[part.tobytes() for part in parts]])

    def _values(self, rows: Rows, start: int, end: int, shapes: list[str]) -> array[int]:
        """Rows as they go into the message, whose shapes are counted through."""
        whole = start == 0 and end == len(rows)
        values = rows.values if whole else rows.values[start * COLUMNS : end * COLUMNS]
        if not rows.shapes:
            return values
        before, text = self._shape_count, rows.shapes_text()
        self._shape_count += len(rows.shapes)
        if len(text) > self._shapes_left:
            text = ",".join([self._shape_or_null(shape) for shape in rows.shapes])
        else:
            self._shapes_left -= len(text)
        shapes.append(text)
        if before:
            values = values[:]
            column = values[COLUMNS - 1 :: COLUMNS]
            moved = [shape + before if shape > 0 else shape for shape in column]
            values[COLUMNS - 1 :: COLUMNS] = array("i", moved)
        return values

    def _shape_or_null(self, arguments: Any) -> str:
        """The arguments of a shape as JSON, as long as there is room."""
        text = _json(arguments)
        self._shapes_left -= len(text)
        return text if self._shapes_left >= 0 else "null"


def _put_areas(rows: Rows, values: array[int], areas: Iterable[Any], widths: Iterable[int]) -> None:
    """Tell in rows that are made which parts of images they show, and the arguments of shapes, of which
    the width is -1."""
    shapes, at = rows.shapes, -COLUMNS
    for area, wide in zip(areas, widths):  # noqa: B905 (strict= is of Python 3.10)
        at += COLUMNS
        if area is None:
            continue
        if wide < 0:
            values[at + 8 : at + 10] = values[at + 2 : at + 4]
            values[at + 15] = shapes.setdefault(area, len(shapes) + 1)
            continue
        across, down, width, height, *scaled = area
        values[at + 6] = clamp(values[at + 6] - across)
        values[at + 7] = clamp(values[at + 7] - down)
        values[at + 10], values[at + 11] = width, height
        if scaled:
            values[at + 15] = -(scaled[0] << 15 | scaled[1])


def _merged(parts: list[Rows]) -> Rows:
    """Rows of several frames as those of the last one."""
    whole = Rows()
    whole.first, whole.number = parts[0].first, parts[-1].number
    for part in parts:
        values = part.values[:]
        if part.shapes:
            table = [0, *[whole.shapes.setdefault(shape, len(whole.shapes) + 1) for shape in part.shapes]]
            column = values[COLUMNS - 1 :: COLUMNS]
            moved = [table[shape] if shape > 0 else shape for shape in column]
            values[COLUMNS - 1 :: COLUMNS] = array("i", moved)
        whole.values.extend(values)
        whole.contents.update(part.contents)
        whole.weight += part.weight
    return whole


def _json(value: Any) -> str:
    """A text in ASCII. What JSON cannot say is named."""
    try:
        return json.dumps(value, separators=(",", ":"), default=_named)
    except (TypeError, ValueError, RecursionError):
        return '"?"'


def _named(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else type(value).__name__
