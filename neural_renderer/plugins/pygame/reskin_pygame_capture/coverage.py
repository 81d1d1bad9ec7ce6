"""What the draws of a list leave visible of what lies below them.

A game that draws its map tile by tile often clears nothing first. While restyling is off, its draws need not
be kept either. A game that draws on a canvas of its own for as long as it runs would fill any list; what
later draws hide is dropped then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygame.mask import Mask

from .sources import Composite

if TYPE_CHECKING:
    from .images import Images
    from .sources import Content, Layer

LEAST_DRAWS, MOST_DRAWS = 64, 2048
"""Draws of a frame from which it is worth asking, and those that are looked at; of more, the first ones."""
EVERY = 16
"""Frames from one question to the next, while the answer is no."""


class Coverage:
    """Looks at lists of draws. images: those of the sources, which tell what is opaque."""

    def __init__(self, images: Images) -> None:
        self._images = images
        self._boxes: dict[tuple[int, int], Mask] = {}
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
        mask = Mask((draws.width, draws.height))
        for content, rectangle, _, area, flags, _ in draws[:MOST_DRAWS]:
            if not flags and self._is_opaque(content, area is None):
                x, y, width, height = rectangle
                mask.draw(self._box(width, height), (x, y))
        return bool(mask.count() == draws.width * draws.height)

    def visible(self, draws: Layer) -> list[tuple[Any, ...]]:
        """The draws of a list that later ones do not hide, in their order."""
        mask, left = Mask((draws.width, draws.height)), []
        hidden: set[tuple[int, ...]] = set()
        for draw in reversed(draws):
            content, rectangle, _, area, flags, _ = draw
            x, y, width, height = place = tuple(rectangle)
            if place in hidden:
                continue
            box = self._box(width, height)
            if mask.overlap_area(box, (x, y)) == width * height:
                hidden.add(place)
                continue
            left.append(draw)
            if _scrolls(content):  # what older draws show lies elsewhere now
                mask.clear()
                hidden.clear()
            elif not flags and self._is_opaque(content, area is None):
                mask.draw(box, (x, y))
                hidden.add(place)
        left.reverse()
        return left

    def _box(self, width: int, height: int) -> Mask:
        found = self._boxes.get((width, height))
        if found is None:
            if len(self._boxes) >= MOST_DRAWS:
                self._boxes.clear()
            found = self._boxes[width, height] = Mask((width, height), True)
        return found

    def _is_opaque(self, content: Content, whole: bool) -> bool:
        if isinstance(content, Composite):
            return not content.draws.has_alpha and content.draws.key is None
        if content.kind == "blank":
            return content.detail == "opaque"
        if content.kind == "shape":  # other shapes leave some of their rectangle
            detail: Any = content.detail
            shape, color = detail
            return whole and shape in ("fill", "rect") and type(color) is tuple and color[3:] == (255,)
        return content.image is not None and self._images.is_opaque(content.image)


def _scrolls(content: Content) -> bool:
    """Whether a draw moves what lies on the surface."""
    detail: Any = None if isinstance(content, Composite) else content.detail
    return type(detail) is tuple and detail[:1] == ("scroll",)
