"""Shapes other than rectangles, drawn by pygame itself on planes of numbers: no rasteriser of our own.

`pygame.draw` takes an integer as the raw value of a pixel, so the number of a row is drawn as a colour.
Antialiased shapes are drawn without it, as a mixture of two numbers would be a third.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.messages import HEIGHT, LEFT, TOP, WIDTH, X, Y

_PLACES: Final = {
    "line": ("start_pos", "end_pos"), "aaline": ("start_pos", "end_pos"), "lines": ("closed", "points"),
    "aalines": ("closed", "points"), "polygon": ("points",), "circle": ("center",), "aacircle": ("center",),
}  # fmt: skip
"""The first arguments after the colour; of other shapes it is a rectangle."""
MOST_PIXELS: Final = 1 << 22
"""Pixels of all masks that are kept."""
_PLAIN: Final = {"aaline": "line", "aalines": "lines", "aacircle": "circle"}


def is_plain_rectangle(arguments: Any) -> bool:
    """Whether the arguments of `rect` fill it all: no outline, no round corners."""
    try:
        numbers = (*arguments[0][1:], *dict(arguments[1]).values())
        return not any(type(value) is int and value > 0 for value in numbers)
    except (TypeError, ValueError, IndexError):
        return True


class Shapes:
    """Draws shapes, and keeps the masks of those that it has drawn: pygame takes 30 µs for an outline, and a
    game may draw one around each of 200 tiles in every frame."""

    def __init__(self) -> None:
        self._masks: dict[Hashable, NDArray[np.bool_] | None] = {}
        self._pixels = 0

    def draw(
        self, ids: NDArray[np.uint32], name: str, arguments: Any, number: int, row: NDArray[np.int32],
        box: tuple[int, int, int, int],
    ) -> bool:  # fmt: skip
        """As `draw_shape`. box: left, top, right and bottom of the row's rectangle, inside `ids`."""
        left, top, right, bottom = box
        key = name, arguments, box, row[X : LEFT + 2].tobytes()
        try:
            mask = self._masks.get(key)
        except TypeError:  # there are lists in it
            return draw_shape(ids, name, arguments, number, row)
        if mask is None:
            # A mask is drawn at another place: what does not lie on whole pixels is rounded otherwise there.
            if key in self._masks or not _is_whole(arguments):
                return draw_shape(ids, name, arguments, number, row)
            mask = shape_mask(name, arguments, row, box)
            self._keep(key, mask, (right - left) * (bottom - top))
        if mask is None:
            return False
        np.copyto(ids[top:bottom, left:right], np.uint32(number), where=mask)
        return True

    def _keep(self, key: Hashable, mask: NDArray[np.bool_] | None, size: int) -> None:
        self._pixels += size
        if self._pixels > MOST_PIXELS:
            self._masks.clear()
            self._pixels = size
        self._masks[key] = mask


def shape_mask(
    name: str, arguments: Any, row: NDArray[np.int32], box: tuple[int, int, int, int]
) -> NDArray[np.bool_] | None:
    """Which pixels of a box a shape covers, bool [H,W]; None if pygame refuses it.

    arguments, row: as of `draw_shape`. box: left, top, right and bottom on the surface.
    """
    left, top, right, bottom = box
    ids = np.zeros((bottom - top, right - left), np.uint32)
    return ids != 0 if draw_shape(ids, name, arguments, 1, row, (left, top)) else None


def draw_shape(
    ids: NDArray[np.uint32], name: str, arguments: Any, number: int, row: NDArray[np.int32],
    corner: tuple[int, int] = (0, 0),
) -> bool:  # fmt: skip
    """Draw a shape into ids uint32 [H,W], contiguous, whose upper left pixel is `corner` of its surface.

    arguments: positional ones after the colour, and named ones, as (name, value). row: of the message, whose
    rectangle bounds the shape. False if pygame refuses the arguments; then nothing was drawn.
    """
    height, width = ids.shape
    surface = pygame.image.frombuffer(ids.data, (width, height), "BGRA")
    bounds = pygame.Rect(
        int(row[X]) - corner[0], int(row[Y]) - corner[1], int(row[WIDTH]), int(row[HEIGHT])
    ).clip((0, 0, width, height))
    surface.set_clip(bounds)
    places = _PLACES.get(name, ("rect",))
    try:
        given = list(arguments[0])
        named: dict[str, Any] = {**dict(zip(places, given, strict=False)), **dict(arguments[1])}
        given = given[len(places) :]
        moved = corner[0] - int(row[LEFT]), corner[1] - int(row[TOP])
        for place in places:
            if place in named and place != "closed":
                named[place] = _moved(named[place], *moved)
        if name in ("aaline", "aalines"):
            given = []  # it was `blend`
            named.pop("blend", None)
        getattr(pygame.draw, _PLAIN.get(name, name))(
            surface, number, *(named.pop(place) for place in places), *given, **named
        )  # fmt: skip
    except (TypeError, ValueError, AttributeError, IndexError, KeyError):
        return False
    return True


def _is_whole(value: Any) -> bool:
    """Whether there are no numbers in it but integers."""
    if type(value) is tuple:
        return all(_is_whole(inner) for inner in value)
    return type(value) is not float


def _moved(value: Any, dx: int, dy: int) -> Any:
    """A point, a rectangle or a list of points, counted from (dx, dy)."""
    if value and isinstance(value[0], tuple | list):
        return [_moved(point, dx, dy) for point in value]
    return (value[0] - dx, value[1] - dy, *value[2:])
