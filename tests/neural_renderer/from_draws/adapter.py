"""Our own games drawn as a stranger would draw them: by plain pygame calls on a pygame display.

`PygameCanvas` is a `Canvas` that makes its frame as ever, which is the truth that a captured frame is
compared with, and draws the same picture on the display:

| the game's call | on the display |
|---|---|
| a thing | an image file, blitted by an object that stays the same while the thing does |
| tiles | an image file for each kind, blitted for each cell |
| a rectangle, circle, ellipse or line | a fill, or `pygame.draw` |
| a small polygon | an image file, as `pygame.draw` fills other pixels at its edges than the canvas |
| a wide polygon (hills) | image files side by side, each as wide as a piece of its outline |
| the fill of a layer with parallax | an image file, repeated sideways |
| the HUD | last: fills, `font.render`, and its shadow rendered in black at 200 of alpha |

Every image is made once, saved in a folder and loaded from there, so that its file's name names it.
`Materials` knows the materials of the images and of the colours. A colour that means two materials is
drawn by an image for the second of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.draw import Canvas
from reskin.engine.draw.colors import Color, Rgb, rgb, rgba
from reskin.engine.draw.hud import SHADOW_ALPHA, Align, Hud
from reskin.engine.draw.planes import Pixel, Planes
from reskin.engine.frame import MATERIALS, Frame, material_index

HUD: Final = -1
"""Stands for a material: part of the HUD."""
WIDE: Final = 200
"""px from which a polygon is drawn in pieces."""
DEEP: Final = 512
"""px of height that a piece of a wide polygon has at most; the rest lies below any view."""
SKY: Final = 512
"""px of width of the image that fills a layer."""
Shape = tuple[Any, ...]
"""The name of a method of `Planes`, its arguments, and the material; in px from a corner."""


class Materials:
    """Images and colours, and what they show.

    images: by the file's name, the material of each pixel, uint8 [H,W], or `HUD`. colors: by the colour of a
    fill or a shape, its material or `HUD`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.images: dict[str, NDArray[np.uint8] | int] = {}
        self.pixels: dict[str, NDArray[np.uint8]] = {}
        """Of each image, RGBA uint8 [H,W,4]."""
        self.colors: dict[tuple[int, int, int], int] = {}
        self._loaded: dict[Any, tuple[pygame.Surface, Pixel]] = {}

    def image(
        self, key: Any, name: str,
        make: Callable[[], tuple[NDArray[np.uint8], NDArray[np.uint8] | int, Pixel]],
    ) -> tuple[pygame.Surface, Pixel]:  # fmt: skip
        """The image of a key, and where its corner lies. `make` gives RGBA pixels, their materials, and
        that."""
        found = self._loaded.get(key)
        if found is None:
            pixels, material, corner = make()
            path = self.folder / f"{name}-{len(self._loaded)}.png"
            height, width = pixels.shape[:2]
            pygame.image.save(pygame.image.frombytes(pixels.tobytes(), (width, height), "RGBA"), str(path))
            self.images[path.name], self.pixels[path.name] = material, pixels
            loaded = pygame.image.load(str(path))
            found = self._loaded[key] = (loaded, corner)
        return found

    def means(self, color: Rgb, material: int) -> bool:
        """Whether a colour may be drawn without an image: it means this material, and no other.

        Colours that are almost equal are one, as they are for the renderer.
        """
        return self.colors.setdefault(_coarse(color), material) == material

    def of_color(self, color: Rgb) -> int | None:
        """What a colour means, that was drawn without an image."""
        return self.colors.get(_coarse(color))


def _coarse(color: Rgb) -> Rgb:
    return color[0] >> 3, color[1] >> 3, color[2] >> 3


class _Sprite:
    """A thing of the game, which draws itself."""

    def __init__(self) -> None:
        self.image: pygame.Surface | None = None
        self.place: Pixel = (0, 0)

    def draw(self, screen: pygame.Surface) -> None:
        if self.image is not None:
            screen.blit(self.image, self.place)


class _Planes(Planes):
    """The canvas's pictures, and the display."""

    def __init__(self, width: int, height: int, screen: pygame.Surface, materials: Materials) -> None:
        super().__init__(width, height)
        self.screen = screen
        self.materials = materials
        self.material_of: Callable[[int], int] = lambda slot: 0
        self.fill_place: Pixel | None = None
        """The corner of the layer that a fill belongs to, if it has a parallax of its own."""
        self.collected: list[Shape] | None = None
        """The shapes of a thing that is being drawn."""
        self.quiet = False
        """Whether the display is left alone, as something else is drawn there."""

    def fill(self, color: Rgb, slot: int) -> None:
        super().fill(color, slot)
        if slot or not self.quiet:
            self._show("fill", (color,), slot)

    def rect(self, left: int, top: int, right: int, bottom: int, color: Rgb, slot: int) -> None:
        super().rect(left, top, right, bottom, color, slot)
        if right > left and bottom > top:
            self._show("rect", (left, top, right, bottom, color), slot)

    def circle(self, centre: Pixel, radius: int, color: Rgb, slot: int) -> None:
        super().circle(centre, radius, color, slot)
        self._show("circle", (centre, radius, color), slot)

    def ellipse(self, left: int, top: int, right: int, bottom: int, color: Rgb, slot: int) -> None:
        super().ellipse(left, top, right, bottom, color, slot)
        self._show("ellipse", (left, top, right, bottom, color), slot)

    def polygon(self, corners: NDArray[np.int64], color: Rgb, slot: int) -> None:
        super().polygon(corners, color, slot)
        self._show("polygon", (tuple(map(tuple, corners.tolist())), color), slot)

    def line(self, start: Pixel, end: Pixel, width: int, color: Rgb, slot: int) -> None:
        super().line(start, end, width, color, slot)
        self._show("line", (start, end, width, color), slot)

    def _show(self, name: str, arguments: Shape, slot: int) -> None:
        if self.quiet:
            return
        material = self.material_of(slot)
        if self.collected is not None:
            self.collected.append((name, *arguments, material))
            return
        draw = getattr(self, f"_draw_{name}")
        draw(*arguments, material)

    def _draw_fill(self, color: Rgb, material: int) -> None:
        if self.fill_place is None:
            self.screen.fill(color)
            self.materials.means(color, material)
            return
        height = self.size[1]
        image, _ = self.materials.image(
            ("fill", color, material, height), MATERIALS[material],
            lambda: (_flat(SKY, height, color), np.full((height, SKY), material, np.uint8), (0, 0)),
        )  # fmt: skip
        for left in range(self.fill_place[0] % SKY - SKY, self.size[0], SKY):
            self.screen.blit(image, (left, 0))

    def _draw_rect(self, left: int, top: int, right: int, bottom: int, color: Rgb, material: int) -> None:
        if self.materials.means(color, material):
            self.screen.fill(color, (left, top, right - left, bottom - top))
        else:
            self._draw_image([("rect", left, top, right, bottom, color, material)], (left, top))

    def _draw_circle(self, centre: Pixel, radius: int, color: Rgb, material: int) -> None:
        if self.materials.means(color, material):
            pygame.draw.circle(self.screen, color, centre, radius)
        else:
            self._draw_image([("circle", centre, radius, color, material)], centre)

    def _draw_ellipse(self, left: int, top: int, right: int, bottom: int, color: Rgb, material: int) -> None:
        if self.materials.means(color, material):
            area = (left, top, max(right - left, 1), max(bottom - top, 1))
            pygame.draw.ellipse(self.screen, color, area)
        else:
            self._draw_image([("ellipse", left, top, right, bottom, color, material)], (left, top))

    def _draw_line(self, start: Pixel, end: Pixel, width: int, color: Rgb, material: int) -> None:
        if self.materials.means(color, material):
            pygame.draw.line(self.screen, color, start, end, width)
        else:
            self._draw_image([("line", start, end, width, color, material)], start)

    def _draw_polygon(self, corners: tuple[Pixel, ...], color: Rgb, material: int) -> None:
        if max(x for x, _ in corners) - min(x for x, _ in corners) < WIDE:
            self._draw_image([("polygon", corners, color, material)], corners[0])
            return
        foot = max(y for _, y in corners)  # below any view
        outline = [corner for corner in corners if corner[1] < foot]
        for (x0, y0), (x1, y1) in pairwise(outline):
            low = min(y0, y1) + DEEP
            piece = ((x0, low), (x0, y0), (x1, y1), (x1, low))
            self._draw_image([("polygon", piece, color, material)], (x0, y0))

    def _draw_image(self, shapes: list[Shape], corner: Pixel) -> None:
        image, (left, top) = self.picture(shapes, corner)
        self.screen.blit(image, (corner[0] + left, corner[1] + top))

    def picture(
        self, shapes: list[Shape], corner: Pixel, box: tuple[int, int] = (0, 0)
    ) -> tuple[pygame.Surface, Pixel]:
        """The image of shapes around a corner, at least as large as a box there, and where it begins."""
        moved = [_moved(shape, -corner[0], -corner[1]) for shape in shapes]
        name = MATERIALS[moved[0][-1]] if moved else "nothing"
        return self.materials.image((tuple(moved), box), name, lambda: _painted(moved, box))


def _flat(width: int, height: int, color: Rgb) -> NDArray[np.uint8]:
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = color[:3]
    return pixels


def _moved(shape: Shape, dx: int, dy: int) -> Shape:
    name, *arguments = shape
    if name == "circle":
        (x, y), *rest = arguments
        return (name, (x + dx, y + dy), *rest)
    if name == "line":
        (x0, y0), (x1, y1), *rest = arguments
        return (name, (x0 + dx, y0 + dy), (x1 + dx, y1 + dy), *rest)
    if name == "polygon":
        corners, *rest = arguments
        return (name, tuple((x + dx, y + dy) for x, y in corners), *rest)
    left, top, right, bottom, *rest = arguments
    return (name, left + dx, top + dy, right + dx, bottom + dy, *rest)


def _mirrored(shape: Shape, width: int) -> Shape:
    """A shape in a box of a width, seen in a mirror."""
    name, *arguments = shape
    if name == "circle":
        (x, y), *rest = arguments
        return (name, (width - x, y), *rest)
    if name == "line":
        (x0, y0), (x1, y1), *rest = arguments
        return (name, (width - 1 - x0, y0), (width - 1 - x1, y1), *rest)
    if name == "polygon":
        corners, *rest = arguments
        return (name, tuple((width - x, y) for x, y in corners), *rest)
    left, top, right, bottom, *rest = arguments
    return (name, width - right, top, width - left, bottom, *rest)


def _bounds(shape: Shape) -> tuple[int, int, int, int]:
    """A rectangle that holds the shape: left, top, right, bottom."""
    name, *arguments = shape
    if name == "circle":
        (x, y), radius = arguments[:2]
        return x - radius - 1, y - radius - 1, x + radius + 2, y + radius + 2
    if name in ("line", "polygon"):
        points = arguments[:2] if name == "line" else arguments[0]
        reach = arguments[2] + 1 if name == "line" else 1
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach
    left, top, right, bottom = arguments[:4]
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _painted(
    shapes: list[Shape], box: tuple[int, int]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Pixel]:
    """The pixels of shapes, RGBA uint8 [H,W,4], their materials uint8 [H,W], and their corner."""
    bounds = np.array([_bounds(shape) for shape in shapes] + [(0, 0, *box)] * (box != (0, 0)))
    left, top = bounds[:, :2].min(0).tolist()
    width, height = (bounds[:, 2:].max(0) - (left, top)).tolist()
    planes, color = Planes(width, height), np.empty((height, width, 4), np.uint8)
    planes.start(color)
    for shape in shapes:
        name, *arguments = _moved(shape, -left, -top)
        *given, material = arguments
        if name == "polygon":
            given[0] = np.array(given[0], np.int64)
        getattr(planes, name)(*given, material + 1)
    index = planes.index & np.uint32(0xFFFFFF)
    drawn = index > 0
    pixels = np.dstack((color[..., 2::-1], np.where(drawn, 255, 0))).astype(np.uint8)
    pixels[~drawn] = 0
    # Cut to what is drawn, and the box.
    rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
    y0, y1, x0, x1 = (int(n) for n in (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1))
    if box != (0, 0):
        y0, x0, y1, x1 = min(y0, -top), min(x0, -left), max(y1, box[1] - top), max(x1, box[0] - left)
    material = np.where(drawn, index - drawn, 0).astype(np.uint8)
    return pixels[y0:y1, x0:x1].copy(), material[y0:y1, x0:x1].copy(), (left + x0, top + y0)


class _Hud(Hud):
    """The canvas's HUD, and the calls that draw it on the display in the end."""

    def __init__(self, screen: pygame.Surface, materials: Materials) -> None:
        self.screen = screen
        self.materials = materials
        self.calls: list[Callable[[], None]] = []
        self._fonts: dict[int, pygame.font.Font] = {}
        self._texts: dict[Any, list[tuple[pygame.Surface, int]]] = {}

    def rect(self, x: float, y: float, w: float, h: float, color: Color) -> None:
        super().rect(x, y, w, h, color)
        area, value = (round(x), round(y), max(round(w), 0), max(round(h), 0)), rgba(color)
        self.calls.append(lambda: self._rect(area, value))

    def _rect(self, area: tuple[int, int, int, int], value: tuple[int, int, int, int]) -> None:
        if area[2] <= 0 or area[3] <= 0:
            return
        if value[3] == 255 and self.materials.means(value[:3], HUD):
            self.screen.fill(value, area)
            return

        def make() -> tuple[NDArray[np.uint8], int, Pixel]:
            pixels = np.empty((area[3], area[2], 4), np.uint8)
            pixels[:] = value
            return pixels, HUD, (0, 0)

        image, _ = self.materials.image(("hud", area[2:], value), "hud", make)
        self.screen.blit(image, area[:2])

    def text(
        self, x: float, y: float, string: str, color: Color = (255, 255, 255), size: int = 16,
        align: Align = "left", shadow: bool = True,
    ) -> None:  # fmt: skip
        super().text(x, y, string, color, size, align, shadow)
        if string:
            left = round(x)
            if align != "left":
                length = self.width(string, size)
                left -= length if align == "right" else length // 2
            place, value = (left, round(y)), rgba(color)
            self.calls.append(lambda: self._text(place, string, value, size, shadow))

    def _text(self, place: Pixel, string: str, value: Any, size: int, shadow: bool) -> None:
        key = (string, value, size, shadow)
        if key not in self._texts:
            font = self._fonts.setdefault(size, pygame.font.Font(None, size))
            parts = [(font.render(string, True, value[:3]), 0)]
            parts[0][0].set_alpha(value[3])
            if shadow:
                dark = font.render(string, True, (0, 0, 0))
                dark.set_alpha(SHADOW_ALPHA * value[3] // 255)
                parts.insert(0, (dark, max(1, size // 16)))
            self._texts[key] = parts
        for picture, offset in self._texts[key]:
            self.screen.blit(picture, (place[0] + offset, place[1] + offset))

    def sprite(self, surface: pygame.Surface, x: float, y: float) -> None:
        super().sprite(surface, x, y)
        data, size = pygame.image.tobytes(surface, "RGBA"), surface.get_size()
        place = (round(x), round(y))

        def draw() -> None:
            pixels = np.frombuffer(data, np.uint8).reshape(size[1], size[0], 4)
            image, _ = self.materials.image(("hud", size, data), "hud", lambda: (pixels, HUD, (0, 0)))
            self.screen.blit(image, place)

        self.calls.append(draw)


class PygameCanvas(Canvas):
    """A canvas whose picture is drawn on a pygame display, too; see the table above.

    >>> canvas = PygameCanvas(pygame.display.set_mode((640, 480)), folder, tile=32)
    >>> game.draw(canvas, 1.0, "winter")
    >>> frame = canvas.finish()             # the truth; then pygame.display.flip()
    """

    def __init__(self, screen: pygame.Surface, folder: Path, tile: int = 32) -> None:
        self.screen = screen
        self.materials = Materials(folder)
        self._sprites: dict[int, _Sprite] = {}
        super().__init__(*screen.get_size(), tile=tile)

    def resize(self, width: int, height: int) -> None:
        super().resize(width, height)
        self._shapes = self._planes = self._shown = _Planes(width, height, self.screen, self.materials)
        self.hud = self._drawn_hud = _Hud(self.screen, self.materials)
        self._shown.material_of = lambda slot: self._slots.material[slot]

    def begin(self, tick: int = 0, cut: bool = False, camera: tuple[float, float] = (0.0, 0.0)) -> None:
        self._shown.quiet = True
        super().begin(tick, cut, camera)
        self._shown.quiet = False
        self._drawn_hud.calls.clear()

    def finish(self) -> Frame:
        frame = super().finish()
        for call in self._drawn_hud.calls:
            call()
        return frame

    @contextmanager
    def layer(
        self, name: str, parallax: float | tuple[float, float] = 1.0, depth: float = 10.0
    ) -> Iterator[None]:
        with super().layer(name, parallax, depth):
            assert self._place is not None
            self._shown.fill_place = self._place.origin
            try:
                yield
            finally:
                self._shown.fill_place = None

    @contextmanager
    def thing(
        self, id: int, material: str, x: float, y: float, w: float, h: float,
        flip: bool = False, depth: float | None = None,
    ) -> Iterator[None]:  # fmt: skip
        with super().thing(id, material, x, y, w, h, flip, depth):
            assert self._place is not None
            corner = self._place.origin
            shapes: list[Shape] = []
            self._shown.collected = shapes
            try:
                yield
            finally:
                self._shown.collected = None
        if shapes:
            box = (max(round(w), 1), max(round(h), 1))
            if flip:  # what is drawn faces left: the file is its mirror image
                shapes = [_mirrored(_moved(shape, -corner[0], -corner[1]), box[0]) for shape in shapes]
                shapes = [_moved(shape, *corner) for shape in shapes]
            image, (left, top) = self._shown.picture(shapes, corner, box)
            if flip:
                left, image = box[0] - left - image.get_width(), pygame.transform.flip(image, True, False)
            sprite = self._sprites.setdefault(id, _Sprite())
            sprite.image, sprite.place = image, (corner[0] + left, corner[1] + top)
            sprite.draw(self.screen)

    def tiles(
        self, grid: NDArray[np.integer], palette: Mapping[int, tuple[Color, str]],
        x: float = 0, y: float = 0, size: int | None = None,
    ) -> None:  # fmt: skip
        self._shown.quiet = True
        super().tiles(grid, palette, x, y, size)
        self._shown.quiet = False
        size = self.tile if size is None else int(size)
        left, top = self._at(x, y)
        images = {}
        for value, (color, material) in palette.items():
            shape = ("rect", 0, 0, size, size, rgb(color), material_index(material))
            images[value] = self._shown.picture([shape], (0, 0))[0]
        rows, columns = grid.shape
        for row in range(max(-top // size, 0), min((self.height - top + size - 1) // size, rows)):
            for column in range(max(-left // size, 0), min((self.width - left + size - 1) // size, columns)):
                image = images.get(int(grid[row, column]))
                if image is not None:
                    self.screen.blit(image, (left + column * size, top + row * size))
