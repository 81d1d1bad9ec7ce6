"""Small surfaces that a game composed: each becomes one image, and one unit, instead of its parts.

A hero made of shapes, a card, a button: what matters is what it is as a whole. Its rows are drawn anew by
pygame, from the pixels of their sources, so the image is the game's own. Where a single image fills the
surface it keeps its unit, with the name of its file: many games cut sheets so. Scenery that is laid of tiles
stays apart. Read next: `layers`, which asks for these images.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.kernels.simd.contiguous import unpacked_pixels
from reskin.neural_renderer.from_draws import messages as m
from reskin.neural_renderer.from_draws.sources import FLAT, IMAGE, NESTED, SHAPE, Sources, packed_color
from reskin.neural_renderer.from_draws.surfaces.shapes import draw_shape
from reskin.neural_renderer.from_draws.units import composed_unit, cut_unit, flip_of, flips_of, untransformed

if TYPE_CHECKING:
    from reskin.neural_renderer.from_draws.surfaces.layers import Layer

SMALL: Final = 1 / 16
"""Share of the display below which what was composed is one thing."""
FEW: Final = 3
FEW_SMALL: Final = 1 / 4
"""With so few draws, it is one below this share."""
TILES: Final = 4
"""Images of one size on one surface, none of which lies on another: they are tiles."""
FILLING: Final = 0.8
"""Share of a surface from which its only image fills it."""
KEPT: Final = 4
"""Images of one surface, of different times."""
MOST_ROWS: Final = 512
"""Draws of a surface above which it is not drawn anew."""


class _Drawn(NamedTuple):
    """A surface as it was when `length` rows lay on it: uint32 [H,W], blue in the low byte, alpha."""

    length: int
    pixels: NDArray[np.uint32]


class Composed:
    """The images of small surfaces: slots of `Sources` by content and length."""

    def __init__(self, sources: Sources, layers: dict[int, Layer]) -> None:
        self.sources = sources
        self.layers = layers
        self.images: Mapping[bytes, NDArray[np.uint8]] = {}
        self.display_pixels = 1
        self._slots: dict[int, dict[int, int]] = {}
        self._refused: dict[int, int] = {}
        """Layers that are no small thing, by their number, and how many rows they had then."""
        self._drawn: dict[int, _Drawn] = {}
        self._busy: set[int] = set()
        self._restarts = 0
        sources.unit_of_layer = self.unit

    def forget(self, contents: list[int]) -> None:
        """Layers, as minus their numbers, and sources will not be named again."""
        for content in contents:
            self.sources.release(list(self._slots.pop(content, {}).values()))
            self._drawn.pop(-content, None)
            self._refused.pop(-content, None)

    def slot(self, content: int, length: int) -> int:
        """The slot of the image of a layer, or of a source that shows one cut, scaled or flipped.

        0 where it is no small thing, or not all of its pixels are known yet.
        """
        if self._restarts != self.sources.restarts:
            self._restarts = self.sources.restarts
            self._slots.clear()
        kept = self._slots.get(content)
        if kept is not None and length in kept:
            return kept[length]
        sources, source = self.sources, self.sources.told.get(content)
        number, rows = (-content, length) if content < 0 else _layer_of(source, sources)
        layer = self.layers.get(number)
        if layer is None or self._refused.get(number) == rows:
            return 0
        told = layer.told
        width, height = (told.width, told.height) if source is None else (source.width, source.height)
        if not self._is_small(layer, rows, max(width * height, told.width * told.height)):
            self._refused[number] = rows
            return 0
        pixels = self._image(content, length)
        if pixels is None:
            return 0
        unit = self._unit(layer, rows)
        cut = _cut_of(source, sources)
        if cut is not None and cut[2] * cut[3] < FILLING * told.width * told.height:
            image = unpacked_pixels(pixels)
            unit = sources.units.add(cut_unit(sources.units.list[unit], cut, image))
        flips = 0 if source is None else flips_of(source, sources.told)
        found = sources.add_image(pixels, unit, flips)
        kept = self._slots.setdefault(content, {})
        kept[length] = found
        if len(kept) > KEPT:
            sources.release([kept.pop(next(iter(kept)))])
        return found

    def unit(self, content: int, length: int) -> int:
        """The unit of a layer, for what was made of it by turning it; -1 if it is no small thing."""
        slot = self.slot(content, length)
        return int(self.sources.unit[slot]) if slot else -1

    def _is_small(self, layer: Layer, length: int, size: int) -> bool:
        limit = FEW_SMALL if length <= FEW else SMALL
        if length > MOST_ROWS or size >= limit * self.display_pixels:
            return False
        rows = layer.rows[:length]
        slots = self.sources.slots(rows[:, m.CONTENT])
        images = rows[self.sources.mode[slots] == IMAGE]
        if len(images) < TILES:
            return True
        sizes = images[:, m.BOX_WIDTH].astype(np.int64) << 32 | images[:, m.BOX_HEIGHT]
        alike = images[sizes == sizes[0]]
        if 2 * len(alike) < len(images):
            return True
        places = np.unique(alike[:64, m.BOX_X : m.BOX_Y + 1], axis=0)
        apart = np.abs(places[:, None] - places) >= alike[0, m.BOX_WIDTH : m.BOX_HEIGHT + 1]
        over_another = np.count_nonzero(~apart.any(2)) > len(places)
        return len(places) < TILES or bool(over_another)

    # Pixels

    def _image(self, content: int, length: int) -> NDArray[np.uint32] | None:
        """What a content shows: uint32 [H,W] packed RGBA; None where it is not all known."""
        source = self.sources.told.get(content) if content > 0 else None
        if content > 0:
            if source is None:
                return None
            below = self._image(source.parent, source.parent_length)
            return None if below is None else _changed(below, source, self.sources)
        layer = self.layers.get(-content)
        drawn = None if layer is None else self._draw(layer, length)
        if layer is None or drawn is None:
            return None
        found: NDArray[np.uint32] = _blue_and_red_swapped(drawn)
        if layer.told.key is not None:
            found[found & np.uint32(0xFFFFFF) == packed_color((*layer.told.key, 0))] = 0
        return found

    def _draw(self, layer: Layer, length: int) -> NDArray[np.uint32] | None:
        number, told = layer.told.number, layer.told
        known = self._drawn.get(number)
        length = min(length, len(layer.rows))
        if known is not None and known.length == length:
            return known.pixels
        if layer.lost or len(self._busy) > 8:
            return None
        if known is None or known.length > length or number in self._busy:
            pixels = np.full((told.height, told.width), 0 if told.has_alpha else 0xFF000000, np.uint32)
            start = 0
        else:
            pixels, start = known.pixels, known.length
        surface = pygame.image.frombuffer(pixels.data, (told.width, told.height), "BGRA")
        self._drawn.pop(number, None)
        added = number not in self._busy
        self._busy.add(number)
        try:
            if not start and told.base and not self._draw_base(layer, surface):
                return None
            for index in range(start, length):
                if not self._draw_row(layer, index, surface, pixels):
                    return None
        except (pygame.error, TypeError, ValueError):
            return None
        finally:
            if added:
                self._busy.discard(number)
        if added:
            self._drawn[number] = _Drawn(length, pixels)
        return pixels

    def _draw_base(self, layer: Layer, surface: pygame.Surface) -> bool:
        told = layer.told
        if told.base > 0:
            slot = self.sources.slot(told.base)
            self.sources.prepare(np.array([slot], np.int32), self.images)
            if self.sources.mode[slot] == FLAT:  # nothing was drawn on it
                return True
        picture = self._picture(told.base, told.base_length)
        if picture is not None:
            surface.blit(picture, (0, 0), special_flags=pygame.BLEND_RGBA_MAX if told.has_alpha else 0)
        return picture is not None

    def _picture(self, content: int, length: int) -> pygame.Surface | None:
        """The picture of a source or a layer."""
        sources = self.sources
        slot = sources.slot(content)
        if content < 0 or sources.mode[slot] == NESTED:
            found = self._image(content, length)
            if found is None:
                return None
            return pygame.image.frombuffer(found.tobytes(), (found.shape[1], found.shape[0]), "RGBA")
        start, size = int(sources.start[slot]), (int(sources.width[slot]), int(sources.height[slot]))
        if start < 0 or sources.mode[slot] != IMAGE:
            return None
        return pygame.image.frombuffer(sources.pixels[start : start + size[0] * size[1]].data, size, "RGBA")

    def _draw_row(
        self, layer: Layer, index: int, surface: pygame.Surface, pixels: NDArray[np.uint32]
    ) -> bool:
        row, sources = layer.rows[index], self.sources
        content = int(row[m.CONTENT])
        if row[m.SHAPE] < 0:  # scaled: what makes such is no small thing
            return False
        box = [int(value) for value in row[m.X : m.HEIGHT + 1]]
        slot = sources.slot(content)
        if content > 0 and sources.mode[slot] in (FLAT, SHAPE):
            return self._draw_flat(layer, index, slot, surface, pixels)
        if content > 0:
            sources.prepare(np.array([slot], np.int32), self.images)
        picture = self._picture(content, int(row[m.LENGTH]))
        if picture is None:
            return False
        if row[m.ALPHA] < 255:
            picture.set_alpha(int(row[m.ALPHA]))
        surface.set_clip(box)
        surface.blit(picture, (int(row[m.LEFT]), int(row[m.TOP])), special_flags=int(row[m.FLAGS]))
        surface.set_clip(None)
        return True

    def _draw_flat(
        self, layer: Layer, index: int, slot: int, surface: pygame.Surface, pixels: NDArray[np.uint32]
    ) -> bool:
        row, sources = layer.rows[index], self.sources
        box = [int(value) for value in row[m.X : m.HEIGHT + 1]]
        source = sources.by_slot[slot]
        color = int(sources.color[slot])
        if source is None:
            return False
        if sources.blank[slot]:
            return True
        if not layer.told.has_alpha:
            color |= 0xFF000000
        name = str(source.detail[0]) if source.kind == "shape" else "fill"
        arguments = layer.shapes.get(index)
        shaped = row[m.SHAPE] and arguments is not None and name != "fill"
        if shaped and draw_shape(pixels, name, arguments, _blue_and_red_swapped(color), row):
            return True
        rgba = (color & 255, color >> 8 & 255, color >> 16 & 255, color >> 24)
        surface.fill(rgba, box, int(row[m.FLAGS]))
        return True

    # Units

    def _unit(self, layer: Layer, length: int) -> int:
        """The unit of a surface: that of the only image that fills it, else one of its own."""
        sources, rows = self.sources, layer.rows[:length]
        slots = sources.slots(rows[:, m.CONTENT])
        parts: list[tuple[int, int]] = []
        cuts: list[tuple[int, tuple[int, ...]]] = []
        fills = 0
        for row, slot in zip(rows, slots.tolist(), strict=True):
            content = int(row[m.CONTENT])
            cut = self._part_of(row, slot)
            if content < 0 or sources.mode[slot] == NESTED:
                inner = self.unit(content, int(row[m.LENGTH]))
            elif sources.mode[slot] == IMAGE:
                inner = int(sources.unit[slot])
            else:
                sources.prepare(np.array([slot], np.int32), self.images)
                inner = int(sources.unit[slot])
                fills += not sources.blank[slot]
                if sources.blank[slot] or sources.color[slot] >> 24 == 0:
                    continue
            if inner >= 0:
                parts.append((inner, int(row[m.WIDTH]) * int(row[m.HEIGHT])))
            if cut is not None:
                cuts.append((inner, cut))
        size = layer.told.width * layer.told.height
        if layer.told.base:
            base = self._unit_of_base(layer)
            if base >= 0 and not parts:
                return base
            if base >= 0:
                parts.append((base, size))
        filled = len(parts) - fills == 1 and len(parts) == 1 and parts[0][1] >= FILLING * size
        if filled and not cuts:
            return parts[0][0]
        texts = []
        for slot in slots.tolist():
            source = sources.by_slot[slot]
            if source is not None:
                source = untransformed(source, sources.told)
                if source.kind == "text":
                    texts.append(str(source.detail[0]))
        units, pixels = sources.units, self._image(-layer.told.number, length)
        assert pixels is not None, "it was drawn just now"
        image = unpacked_pixels(pixels)
        if filled:
            x, y, wide, high = cuts[0][1]
            return units.add(cut_unit(units.list[parts[0][0]], (x, y, wide, high), image))
        made_of = [(units.list[unit], area) for unit, area in parts]
        whose: list[tuple[str | int, ...]] = [
            (units.list[unit].key if unit >= 0 else "", *cut) for unit, cut in cuts
        ]
        return units.add(composed_unit(made_of, size, image, texts, whose))

    def _part_of(self, row: NDArray[np.int32], slot: int) -> tuple[int, ...] | None:
        """Which part of an image or a surface a row shows, x, y, width, height, as games cut their sheets;
        None for most of it."""
        content = int(row[m.CONTENT])
        whole = self.sources.by_slot[slot] if content > 0 else None
        told = self.layers[-content].told if -content in self.layers else None
        if whole is not None and self.sources.mode[slot] in (IMAGE, NESTED):
            area = whole.width * whole.height
        elif told is not None:
            area = told.width * told.height
        else:
            return None
        x, y, width, height = (int(value) for value in row[m.X : m.HEIGHT + 1])
        shown = int(row[m.BOX_WIDTH]) * int(row[m.BOX_HEIGHT])
        if shown >= FILLING * area or width * height < shown:
            return None
        return x - int(row[m.LEFT]), y - int(row[m.TOP]), width, height

    def _unit_of_base(self, layer: Layer) -> int:
        base = layer.told.base
        if base < 0:
            return self.unit(base, layer.told.base_length)
        slot = self.sources.slot(base)
        return -1 if self.sources.mode[slot] == FLAT else int(self.sources.unit[slot])


def _cut_of(source: m.Source | None, sources: Sources) -> tuple[int, int, int, int] | None:
    """Which part of a layer a source shows; None for all of it."""
    while source is not None:
        if source.kind == "cut" and source.parent < 0:
            x, y, width, height = (int(value) for value in source.detail)
            return x, y, width, height
        source = sources.told.get(source.parent)
    return None


def _layer_of(source: Any, sources: Sources) -> tuple[int, int]:
    """The layer that a source shows, and its length; 0, 0 for none."""
    while source is not None:
        if source.parent < 0:
            return -source.parent, source.parent_length
        source = sources.told.get(source.parent)
    return 0, 0


def _blue_and_red_swapped(color: Any) -> Any:
    """Packed colours, a number or uint32 [h,w], with their lowest and their third byte exchanged."""
    return color & 0xFF00FF00 | (color & 255) << 16 | color >> 16 & 255


def _changed(image: NDArray[np.uint32], source: m.Source, sources: Sources) -> NDArray[np.uint32] | None:
    """An image uint32 [h,w] as a source shows it: cut, flipped or scaled."""
    if source.kind == "cut":
        x, y, width, height = (int(value) for value in source.detail)
        found = image[y : y + height, x : x + width]
        return np.ascontiguousarray(found) if found.shape == (height, width) else None
    flips = flip_of(source)
    image = image[:: -1 if flips & 2 else 1, :: -1 if flips & 1 else 1]
    if image.shape == (source.height, source.width):
        return np.ascontiguousarray(image)
    if not source.width or not source.height or not image.size:
        return None
    size = image.shape[1], image.shape[0]
    surface = pygame.image.frombuffer(image.tobytes(), size, "RGBA")
    smooth = "smooth" in str(source.detail[0])
    change = pygame.transform.smoothscale if smooth else pygame.transform.scale
    scaled = change(surface, (source.width, source.height))
    data = pygame.image.tobytes(scaled, "RGBA")
    return np.frombuffer(data, np.uint32).reshape(source.height, source.width)
