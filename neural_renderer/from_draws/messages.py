"""What a game's process tells of one frame's draws.

A message is complete relative to what the renderer has acknowledged: the sources and the rows that it does
not know yet, and the display's draws. A message may be lost (the newest wins), so the same source or row may
come several times.
"""

from __future__ import annotations

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
LEFT, y - TOP) |
| BOX_X, BOX_Y, BOX_WIDTH, BOX_HEIGHT | the rectangle drawn, not clipped: the part of the content that was
asked for |
| FLAGS | `special_flags`; other than 0 means that what lies below shows through |
| ALPHA | the alpha of the surface drawn, 0 to 255 |
| DRAWER | the number of the object that drew; 0 if unknown |
| SHAPE | of a shape: index into the message's `shapes` plus 1, its arguments; else 0 |
"""

COLUMNS: Final = 16


class Source(NamedTuple):
    """One origin of pixels, as `reskin_pygame_capture.sources.Source` says it.

    parent: above 0 the number of a source, below 0 minus the number of a layer, 0 for none. parent_length: of
    a layer, how many rows lay on it. image: the name under which its pixels are sent, b"" if they are not.
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
    first of `rows`, int32 [n, COLUMNS]; earlier ones came before.
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
    that stays plain, 0 for none.
    """

    theme: str
    on: bool
    strength: float
    wipe: float


class Message(NamedTuple):
    """The draws of one frame.

    number: the frame's; width, height: of the display in px. since: the number of the first frame whose draws
    are in `rows`, the display's, int32 [n, COLUMNS]. covered: the first row covers the whole display, so
    nothing earlier shows. layers come in an order in which each knows its base. freed: numbers of layers that
    will not be named again. follows: False where draws cannot be followed at all. unseen: pixels of the
    display may have been written in ways that are not followed.
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
