"""Two pictures drawn by the same calls: the colours, and the slot number of every pixel.

All positions are whole screen px. Rectangles are filled by NumPy: SDL's fill bypasses the cache and takes
20 µs for an unaligned tile, NumPy 0.5 µs. Polygons are filled by a compiled loop: pygame's goes through every
row of a polygon, in view or not, and took 1.5 ms for a ridge.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.compiled import compiled
from reskin.engine.draw.colors import Rgb

Pixel = tuple[int, int]

OPAQUE = 0xFF000000


class Shapes(Protocol):
    """What a canvas draws with, in whole px of the picture: `Planes`, or instances on the GPU."""

    def fill(self, color: Rgb, slot: int, /) -> None: ...
    def rect(self, left: int, top: int, right: int, bottom: int, color: Rgb, slot: int, /) -> None: ...
    def circle(self, centre: Pixel, radius: int, color: Rgb, slot: int, /) -> None: ...
    def ellipse(self, left: int, top: int, right: int, bottom: int, color: Rgb, slot: int, /) -> None: ...
    def polygon(self, corners: NDArray[np.int64], color: Rgb, slot: int, /) -> None: ...
    def line(self, start: Pixel, end: Pixel, width: int, color: Rgb, slot: int, /) -> None: ...
    def blit(self, picture: pygame.Surface, corner: Pixel, slot: int, flip: bool, /) -> None: ...


class Planes:
    """The colour picture, which is the frame's own array, and the slot numbers of the same size."""

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self.index = np.zeros((height, width), np.uint32)
        self._index_surface = pygame.image.frombuffer(self.index.data, self.size, "BGRA")

    def start(self, color: NDArray[np.uint8]) -> None:
        """Draw into `color`, uint8 [H,W,4] BGRX, from now on, and clear it to black and slot 0."""
        self._color = color.view(np.uint32)[..., 0]
        self._color_surface = pygame.image.frombuffer(color.data, self.size, "BGRA")
        self.fill((0, 0, 0), 0)

    def stop(self) -> None:
        """Drop the colour picture, which belongs to a frame from now on."""
        del self._color, self._color_surface

    def fill(self, color: Rgb, slot: int) -> None:
        self._color.fill(plane_pixel(color))
        self.index.fill(slot)

    def rect(self, left: int, top: int, right: int, bottom: int, color: Rgb, slot: int) -> None:
        """Fill from (left, top) up to, but not including, (right, bottom)."""
        left, top = max(left, 0), max(top, 0)
        if right > left and bottom > top:
            self._color[top:bottom, left:right].fill(plane_pixel(color))
            self.index[top:bottom, left:right].fill(slot)

    def circle(self, centre: Pixel, radius: int, color: Rgb, slot: int) -> None:
        pygame.draw.circle(self._color_surface, color, centre, radius)
        pygame.draw.circle(self._index_surface, _bytes(slot), centre, radius)

    def ellipse(self, left: int, top: int, right: int, bottom: int, color: Rgb, slot: int) -> None:
        area = (left, top, max(right - left, 1), max(bottom - top, 1))
        pygame.draw.ellipse(self._color_surface, color, area)
        pygame.draw.ellipse(self._index_surface, _bytes(slot), area)

    def polygon(self, corners: NDArray[np.int64], color: Rgb, slot: int) -> None:
        """Fill the pixels whose centre lies inside, by the even-odd rule; corners are int64 [N,2]."""
        _fill_polygon(self._color, self.index, corners, plane_pixel(color), slot)

    def line(self, start: Pixel, end: Pixel, width: int, color: Rgb, slot: int) -> None:
        pygame.draw.line(self._color_surface, color, start, end, width)
        pygame.draw.line(self._index_surface, _bytes(slot), start, end, width)

    def blit(self, picture: pygame.Surface, corner: Pixel, slot: int, flip: bool = False) -> None:
        """Blend a picture in, mirrored by `flip`; pixels with alpha above 127 get the slot."""
        if flip:
            picture = pygame.transform.flip(picture, True, False)
        self._color_surface.blit(picture, corner)
        mask = pygame.mask.from_surface(picture)
        mask.to_surface(self._index_surface, setcolor=_bytes(slot), unsetcolor=None, dest=corner)


def plane_pixel(color: Rgb) -> int:
    """A colour as the 32-bit integer of a BGRX pixel."""
    return OPAQUE | color[0] << 16 | color[1] << 8 | color[2]


def _bytes(slot: int) -> Rgb:
    """The colour whose 32-bit integer, without the top byte, is the slot."""
    return slot >> 16, slot >> 8 & 255, slot & 255


@compiled()
def row_crossings(corners, y, crossings):  # type: ignore[no-untyped-def]
    """Where the edges of a polygon cross the pixel centres of a row, in order. crossings: room for as many
    float64 as there are corners."""
    found = 0
    for i in range(corners.shape[0]):
        x0, y0 = corners[i - 1, 0], corners[i - 1, 1]
        x1, y1 = corners[i, 0], corners[i, 1]
        if (y0 <= y) != (y1 <= y):
            crossings[found] = x0 + (y + 0.5 - y0) * (x1 - x0) / (y1 - y0)
            found += 1
    return np.sort(crossings[:found])


@compiled()
def _fill_polygon(color, index, corners, ink, slot):  # type: ignore[no-untyped-def]
    """Even-odd scanlines through pixel centres, for the rows in view, in both pictures."""
    height, width = index.shape
    first, last = max(corners[:, 1].min(), 0), min(corners[:, 1].max(), height)
    crossings = np.empty(corners.shape[0], np.float64)
    for y in range(first, last):
        ordered = row_crossings(corners, y, crossings)
        for i in range(0, len(ordered) - 1, 2):
            start = max(int(np.ceil(ordered[i] - 0.5)), 0)
            stop = min(int(np.ceil(ordered[i + 1] - 0.5)), width)
            for x in range(start, stop):
                color[y, x] = ink
                index[y, x] = slot
