"""Whether the draws of a frame together leave nothing of what the display showed before.

A game that draws its map tile by tile often clears nothing first. While restyling is off, its draws need not
be kept either. To find out takes about a millisecond for 400 draws, so it is asked now and then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pygame

from .originals import fill, get_buffer
from .sources import Composite

if TYPE_CHECKING:
    from .images import Images
    from .sources import Content, Layer

LEAST_DRAWS, MOST_DRAWS = 64, 2048
"""Draws of a frame from which it is worth asking, and those that are looked at; of more, the first ones."""
EVERY = 16
"""Frames from one question to the next, while the answer is no."""


class Coverage:
    """Looks at the draws on the display. images: those of the sources, which tell what is opaque."""

    def __init__(self, images: Images) -> None:
        self._images = images
        self._mask: pygame.Surface | None = None
        self._frames = self._full = 0
        """Frames that were told of, and how many looks in turn found that the draws fill the display."""

    def is_full(self, draws: Layer) -> bool:
        """Whether a game fills its display in each frame, this one's draws included. Call it once a frame.

        Two looks in turn must say so: a level may be drawn once, and then only what changes.
        """
        self._frames += 1
        if len(draws) < LEAST_DRAWS:
            self._full = 0
        elif self._full or self._frames % EVERY == 0:
            self._full = self._full + 1 if self.fills(draws) else 0
        return self._full >= 2

    def fills(self, draws: Layer) -> bool:
        """Whether the draws of a list together fill its surface with what is opaque."""
        width, height = draws.width, draws.height
        row = width + -width % 4
        if self._mask is None or self._mask.get_size() != (row, height):
            self._mask = pygame.Surface((row, height), 0, 8)
        mask = self._mask
        fill(mask, 0)
        fill(mask, 1, (width, 0, row - width, height))
        for content, rectangle, _, area, flags, _ in draws[:MOST_DRAWS]:
            if not flags and self._is_opaque(content, area is None):
                fill(mask, 1, rectangle)
        return b"\0" not in get_buffer(mask).raw

    def _is_opaque(self, content: Content, whole: bool) -> bool:
        if isinstance(content, Composite):
            return not content.draws.has_alpha and content.draws.key is None
        if content.kind == "shape":  # other shapes leave some of their rectangle
            detail: Any = content.detail
            shape, color = detail
            return whole and shape in ("fill", "rect") and type(color) is tuple and color[3:] == (255,)
        return content.image is not None and self._images.is_opaque(content.image) is True
