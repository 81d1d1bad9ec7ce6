"""What a game's process tells of one frame's draws, and the reader of its bytes.

A message is complete relative to what the renderer has acknowledged: the sources and the rows that it does
not know yet, and the display's draws. A message may be lost (the newest wins), so the same source or row may
come several times. Only after a very large change is a message not complete: it then names sources or rows
that come in the next ones.

Written by `reskin_pygame_capture.encode` in the game's process, which shares no code with us; the tests hold
both together.
"""

from __future__ import annotations

import json
import struct
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

CONTENT, LENGTH, X, Y, WIDTH, HEIGHT, LEFT, TOP = range(8)
BOX_X, BOX_Y, BOX_WIDTH, BOX_HEIGHT, FLAGS, ALPHA, DRAWER, SHAPE = range(8, 16)
"""Columns of a row, int32.

| column | meaning |
|---|---|
| CONTENT | what was drawn: above 0 the number of a source, below 0 minus the number of a layer |
| LENGTH | of a layer: how many of its rows lay on it then |
| X, Y, WIDTH, HEIGHT | the rectangle that changed, clipped, in pixels of the layer drawn on |
| LEFT, TOP | where the upper left corner of the content would lie: pixel (x, y) shows the content's (x -
LEFT, y - TOP); of a shape, where the point (0, 0) of its arguments lies |
| BOX_X, BOX_Y, BOX_WIDTH, BOX_HEIGHT | the rectangle drawn, not clipped: the part of the content that was
asked for |
| FLAGS | `special_flags`; other than 0 means that what lies below shows through |
| ALPHA | the alpha of the surface drawn, 0 to 255 |
| DRAWER | the number of the object that drew; 0 if unknown |
| SHAPE | of a shape: index into the message's `shapes` plus 1, its arguments. A shape without arguments, or
whose arguments are None, is told as its rectangle. Of an opaque image that is drawn scaled: minus its size
there, width times 32768 plus height. Else 0 |
"""

COLUMNS: Final = 16
SCALED: Final = 1 << 15

_HEAD: Final = struct.Struct("<4sII")
_MAGIC: Final = b"RSKD"
_VERSION: Final = 1
_IMAGE_HEAD: Final = struct.Struct("<III")


class BadMessage(ValueError):
    """Bytes of a game's process that are no message or image, or one of another version."""


class Source(NamedTuple):
    """One origin of pixels, as `reskin_pygame_capture.sources.Source` says it.

    detail: sequences are tuples. parent: above 0 the number of a source, below 0 minus the number of a layer,
    0 for none. parent_length: of a layer, how many rows lay on it. image: the name under which its pixels are
    sent, b"" if they are not (yet): of shapes and blank surfaces, and of a layer that was flipped, cut or
    scaled, which is made from the layer. A source that comes again may have got another image.
    """

    number: int
    kind: str
    detail: Any
    width: int
    height: int
    parent: int
    parent_length: int
    image: bytes


class LayerRows(NamedTuple):
    """A surface on which several things were drawn, and some of its rows.

    base and base_length: what it showed before its first row, as `Source.parent`. has_alpha: whether pixels
    of it may be transparent. key: the colour key as (red, green, blue), or None. start: the index of the
    first of `rows`, int32 [n, COLUMNS]; earlier ones came before. Some rows may come that are known already,
    and none at all, where only the rest has changed.
    """

    number: int
    width: int
    height: int
    base: int
    base_length: int
    has_alpha: bool
    key: tuple[int, int, int] | None
    start: int
    rows: NDArray[np.int32]


class State(NamedTuple):
    """What the player of the game has chosen, as it is for this frame.

    theme: a theme's name or path; on: whether pictures are wanted; strength 0..1; wipe: share of the width
    that stays plain, 0 for none. screenshots: how many were asked for so far. recordings: how often a
    recording was begun or ended; one goes on while the number is odd. keys: whether a key or button is down.
    """

    theme: str
    on: bool
    strength: float
    wipe: float
    screenshots: int = 0
    recordings: int = 0
    keys: bool = False


class Message(NamedTuple):
    """The draws of one frame.

    number: the frame's; width, height: of the display in px. since: the number of the first frame whose draws
    are in `rows`, the display's, int32 [n, COLUMNS]. covered: the first row covers the whole display, so
    nothing earlier shows. layers come in an order in which each knows its base. freed: numbers of layers that
    will not be named again. follows: False where draws cannot be followed at all. unseen: pixels of the
    display may have been written in ways that are not followed. frames: for each frame since then that drew,
    its number and the index of its first row, so that a renderer that has read some of them goes on behind
    them. joins: these rows go on where frame `since` - 1 ended, or are covered; if not, what lies below is
    not known. freed_sources: numbers of sources that will not be named again, nor their images, unless they
    come anew; of a message, take in the sources first.
    """

    number: int
    width: int
    height: int
    state: State
    since: int
    covered: bool
    rows: NDArray[np.int32]
    sources: tuple[Source, ...]
    layers: tuple[LayerRows, ...]
    shapes: tuple[Any, ...]
    freed: tuple[int, ...]
    follows: bool
    unseen: bool
    frames: tuple[tuple[int, int], ...] = ()
    joins: bool = True
    freed_sources: tuple[int, ...] = ()


def decode(data: bytes) -> Message:
    """Read a message. The rows are views of its bytes, not to be written.

    Raises `BadMessage` for anything else.
    """
    try:
        magic, version, length = _HEAD.unpack_from(data)
        if (magic, version) != (_MAGIC, _VERSION):
            raise BadMessage(f"a message must begin with {_MAGIC!r} and {_VERSION}, got {magic!r} {version}")
        header: dict[str, Any] = json.loads(data[_HEAD.size : _HEAD.size + length])
        table = np.frombuffer(data, np.int32, offset=_HEAD.size + length).reshape(-1, COLUMNS)
        return _message(header, table)
    except BadMessage:
        raise
    except (struct.error, ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise BadMessage(f"a message of {len(data)} bytes cannot be read: {error!r}") from error


def _message(header: dict[str, Any], table: NDArray[np.int32]) -> Message:
    at, layers = int(header["rows"]), []
    rows = table[:at]
    for number, width, height, base, length, has_alpha, key, start, count in header["layers"]:
        part = table[at : at + count]
        at += count
        layers.append(
            LayerRows(number, width, height, base, length, has_alpha, _tuples(key), start, part)
        )
    if at != len(table):
        raise BadMessage(f"a message must hold {at} rows as it says, got {len(table)}")
    sources = [
        Source(number, kind, _tuples(detail), width, height, parent, rows_of_it, bytes.fromhex(image))
        for number, kind, detail, width, height, parent, rows_of_it, image in header["sources"]
    ]
    width, height = header["size"]
    return Message(
        number=header["number"],
        width=width,
        height=height,
        state=State(*header["state"]),
        since=header["since"],
        covered=header["covered"],
        rows=rows,
        sources=tuple(sources),
        layers=tuple(layers),
        shapes=tuple([_tuples(shape) for shape in header["shapes"]]),
        freed=tuple(header["freed"]),
        follows=header["follows"],
        unseen=header["unseen"],
        frames=tuple([(number, index) for number, index in header["frames"]]),
        joins=header["joins"],
        freed_sources=tuple(header["freed_sources"]),
    )


def _tuples(value: Any) -> Any:
    """What JSON gave, with tuples for its lists."""
    return tuple([_tuples(inner) for inner in value]) if type(value) is list else value


def decode_image(data: bytes) -> tuple[NDArray[np.uint8], int]:
    """The pixels of a source, uint8 [H,W,4] RGBA, not to be written, and how many of the source's pixels one
    of them spans in each direction: 1, or more for an image that was too large to be sent whole.

    Raises `BadMessage` for anything else.
    """
    try:
        width, height, span = _IMAGE_HEAD.unpack_from(data)
        pixels = np.frombuffer(data, np.uint8, offset=_IMAGE_HEAD.size).reshape(height, width, 4)
    except (struct.error, ValueError) as error:
        raise BadMessage(f"an image of {len(data)} bytes cannot be read: {error!r}") from error
    return pixels, span
