"""The canvas: what a game draws with, and what makes every channel of a `Frame`.

A game draws shapes in world pixels, back to front, and names a material for each; what moves is drawn inside
`thing`. The canvas applies the camera and the layer's parallax, rounds to whole pixels, and derives identity,
motion, anchor and depth. It needs no window. Read next: `hud`, and `slots`, which derives the channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import floor

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.draw import slots as slotting
from reskin.engine.draw.buffers import BufferPool, Buffers
from reskin.engine.draw.colors import Color, rgb
from reskin.engine.draw.hud import Align, Hud
from reskin.engine.draw.planes import Pixel, Planes, Shapes
from reskin.engine.draw.slots import Slots, Surface2D
from reskin.engine.errors import DrawError
from reskin.engine.frame import THINGS, Frame, material_index

Point = tuple[float, float]

WORLD = "world"
WORLD_DEPTH = 10.0
HALF = 0.5 + 2**-20
"""Added before rounding down. It is a little over 0.5, so that `(x + 13.5) - x` always rounds to the same
side, whatever its rounding error."""


@dataclass(slots=True)
class _Place:
    """A layer or a thing, in which draw calls are placed: screen px = origin + round(world px - base).

    `surface` gives the anchors, except that materials of `THINGS` inside a thing use its `box`.
    """

    base: Point
    origin: Pixel
    identity: int
    motion: Pixel
    depth: float
    surface: Surface2D
    material: str | None = None
    box: Surface2D | None = None
    slots: dict[str, int] = field(default_factory=dict)


class Canvas:
    """A software canvas of `width` x `height` px whose world has tiles of `tile` px.

    Every `Frame` owns its arrays for as long as anything refers to them (see `buffers`): a thread may read
    old frames while the next one is drawn. Motion is measured from the last *finished* frame: a frame that
    was begun and never finished does not count, and one that is drawn again without a change has motion 0.

        canvas = Canvas(640, 360)
        canvas.begin(tick=0, camera=(0, 0))
        canvas.fill("#87ceeb", "sky")
        with canvas.thing(1, "player", 100, 80, 20, 28):
            canvas.rect(100, 80, 20, 28, (220, 60, 60))
        frame = canvas.finish()

    Coordinates are world px, float or int. Raises DrawError for an unknown material, a wrong colour,
    and calls outside `begin` and `finish`.
    """

    _shapes: Shapes

    def __init__(self, width: int, height: int, tile: int = 32) -> None:
        if tile < 1:
            raise DrawError(f"tile must be a positive number of px, got {tile!r}")
        self.tile = tile
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Change the picture's size in px; not between begin and finish. The next frame is a cut."""
        if width < 1 or height < 1:
            raise DrawError(f"a canvas must be at least 1 x 1 px, got {width} x {height}")
        self.width, self.height = int(width), int(height)
        self._open_targets()
        self._slots = Slots()
        self._place: _Place | None = None
        self._seen: dict[object, Pixel] = {}
        self._before: dict[object, Pixel] = {}
        self._forget = True

    def begin(self, tick: int = 0, cut: bool = False, camera: Point = (0.0, 0.0)) -> None:
        """Start a frame. `camera` is the world px at the view's top left. A cut has motion 0 everywhere."""
        self._tick = int(tick)
        self._cut = bool(cut) or self._forget
        self._camera = (float(camera[0]), float(camera[1]))
        self._seen = {}
        self._slots.clear()
        self._start()
        self._world = self._layer_place(WORLD, (1.0, 1.0), WORLD_DEPTH)
        self._place = self._world
        self._slot_of("unknown")  # slot 0: where nothing is drawn

    @property
    def begun(self) -> bool:
        """Whether a frame is under way, between `begin` and `finish`."""
        return self._place is not None

    def finish(self) -> Frame:
        """The finished frame, with all channels, in layout BGRX."""
        self._here()
        buffers = self._stop()
        self._settle()
        return Frame(
            color=buffers.color, material=buffers.material, identity=buffers.identity,
            motion=buffers.motion, anchor=buffers.anchor, depth=buffers.depth, hud=buffers.hud,
            tick=self._tick, cut=self._cut, tile=float(self.tile), layout="BGRX",
        )  # fmt: skip

    def release(self) -> None:
        """Free what the canvas holds outside of Python: nothing, in software."""

    @contextmanager
    def layer(self, name: str, parallax: float | Point = 1.0, depth: float = WORLD_DEPTH) -> Iterator[None]:
        """Draw on a layer that moves with the camera times `parallax` (0: fixed to the screen).

        Layers cover each other in the order of drawing; `depth` only goes into the frame. From one frame to
        the next a layer is known by its name.
        """
        outside = self._here()
        if outside is not self._world:
            raise DrawError(f"layer {name!r} must not lie inside another layer or thing")
        both = parallax if isinstance(parallax, tuple) else (float(parallax), float(parallax))
        self._place = self._layer_place(name, both, depth)
        try:
            yield
        finally:
            self._place = outside

    @contextmanager
    def thing(
        self, id: int, material: str, x: float, y: float, w: float, h: float,
        flip: bool = False, depth: float | None = None,
    ) -> Iterator[None]:  # fmt: skip
        """Draw what belongs to thing `id` (1 or more), whose box is given in world px.

        A thing moves rigidly: its box is rounded to whole px, and everything inside moves with it. Materials
        of `THINGS` have anchors from 0 to 1 over the box, with u mirrored by `flip` (which does not mirror
        the drawing). Other materials, such as a raft's wood, have anchors in tiles, as terrain has, from the
        box's corner and from a start that depends on the id.
        """
        outside = self._here()
        if outside.identity:
            raise DrawError(f"thing {id} must not lie inside thing {outside.identity}; close that first")
        if id < 1:
            raise DrawError(f"a thing's id must be 1 or more, got {id!r}; 0 is the background")
        material_index(material)
        left, top = self._at(x, y)
        width, height = max(_whole(w), 1), max(_whole(h), 1)
        self._place = _Place(
            (x, y), (left, top), 1 + (id - 1) % 0xFFFF, self._motion(id, (left, top)),
            outside.depth if depth is None else depth,
            slotting.slot_patch(left, top, width, self.tile, flip, id), material,
            slotting.slot_box(left, top, width, height, flip),
        )  # fmt: skip
        try:
            yield
        finally:
            self._place = outside

    def fill(self, color: Color, material: str | None = None) -> None:
        """Fill the whole view."""
        self._shapes.fill(rgb(color), self._slot_of(material))

    def rect(self, x: float, y: float, w: float, h: float, color: Color, material: str | None = None) -> None:
        """A filled rectangle."""
        place = self._here()
        (left, top), (base_x, base_y) = place.origin, place.base
        # As `_at` twice, but for two calls, which are a fifth of what recording a rectangle costs.
        self._shapes.rect(
            left + floor(x - base_x + HALF), top + floor(y - base_y + HALF),
            left + floor(x + w - base_x + HALF), top + floor(y + h - base_y + HALF),
            rgb(color), self._slot_of(material),
        )  # fmt: skip

    def circle(self, cx: float, cy: float, r: float, color: Color, material: str | None = None) -> None:
        """A filled circle."""
        self._shapes.circle(self._at(cx, cy), max(_whole(r), 1), rgb(color), self._slot_of(material))

    def ellipse(
        self, x: float, y: float, w: float, h: float, color: Color, material: str | None = None
    ) -> None:
        """A filled ellipse in the given box."""
        self._shapes.ellipse(*self._at(x, y), *self._at(x + w, y + h), rgb(color), self._slot_of(material))

    def polygon(self, points: Sequence[Point], color: Color, material: str | None = None) -> None:
        """A filled polygon of three points or more, by the even-odd rule."""
        if len(points) < 3:
            raise DrawError(f"a polygon needs at least 3 points, got {len(points)}")
        place = self._here()
        moved = np.floor(np.asarray(points, np.float64) - place.base + HALF).astype(np.int64)
        self._shapes.polygon(moved + place.origin, rgb(color), self._slot_of(material))

    def line(
        self, x0: float, y0: float, x1: float, y1: float, width: float, color: Color,
        material: str | None = None,
    ) -> None:  # fmt: skip
        """A line of `width` px, at least 1."""
        self._shapes.line(
            self._at(x0, y0), self._at(x1, y1), max(_whole(width), 1), rgb(color), self._slot_of(material)
        )

    def tiles(
        self, grid: NDArray[np.integer], palette: Mapping[int, tuple[Color, str]],
        x: float = 0, y: float = 0, size: int | None = None,
    ) -> None:  # fmt: skip
        """Draw the visible part of a grid, int [rows, cols], of square tiles of `size` px (default: `tile`).

        `palette` gives each value's colour and material; nothing is drawn for other values. (x, y) is the
        grid's top left in world px. Materials of `THINGS` have anchors from 0 to 1 within each tile.
        """
        size = self.tile if size is None else int(size)
        left, top = self._at(x, y)
        rows, columns = grid.shape
        row0, row1 = max(-top // size, 0), min((self.height - top + size - 1) // size, rows)
        column0, column1 = max(-left // size, 0), min((self.width - left + size - 1) // size, columns)
        if row0 >= row1 or column0 >= column1:
            return
        paint = {
            value: (rgb(color), self._tile_slot(material, (left, top), size))
            for value, (color, material) in palette.items()
        }
        for row, values in enumerate(grid[row0:row1, column0:column1].tolist(), row0):
            values.append(None)  # ends the last run
            start, last = 0, values[0]
            for column, value in enumerate(values):
                if value == last:
                    continue
                if last in paint:
                    run, up = left + (column0 + start) * size, top + row * size
                    self._shapes.rect(run, up, run + (column - start) * size, up + size, *paint[last])
                start, last = column, value

    def sprite(
        self, surface: pygame.Surface, x: float, y: float, material: str, id: int = 0, flip: bool = False
    ) -> None:
        """A picture with its top left at (x, y); pixels with alpha above 127 get the material.

        With an id it is a thing, whose box is the picture's. Inside a thing leave the id 0.
        """
        if id:
            with self.thing(id, material, x, y, *surface.get_size(), flip=flip):
                self._blit(surface, x, y, material, flip)
        else:
            self._blit(surface, x, y, material, flip)

    def text(
        self, x: float, y: float, string: str, color: Color, size: int = 16, align: Align = "left"
    ) -> None:
        """Text at a place in the world; it is drawn on the HUD, so that it stays legible in every theme."""
        left, top = self._at(x, y)
        self.hud.text(left, top, string, color, size, align)

    def _blit(self, surface: pygame.Surface, x: float, y: float, material: str, flip: bool) -> None:
        self._shapes.blit(surface, self._at(x, y), self._slot_of(material), flip)

    def _open_targets(self) -> None:
        """Make what is drawn into, for the picture's size. `OpenGLCanvas` has these three differently."""
        self.hud = Hud()
        self._shapes = self._planes = Planes(self.width, self.height)
        self._pool = BufferPool(self.width, self.height)

    def _start(self) -> None:
        """Begin to draw into an idle set of arrays."""
        self._buffers = self._pool.take()
        self._planes.start(self._buffers.color)
        self.hud.start(self._buffers.hud)

    def _stop(self) -> Buffers:
        """Derive the channels, and give the arrays away."""
        buffers = self._buffers
        self._slots.derive_into(self._planes.index, buffers)
        self._planes.stop()
        self.hud.stop()
        del self._buffers
        return buffers

    def _settle(self) -> None:
        """The frame is finished: the next one's motion is measured from it."""
        self._before, self._forget, self._place = self._seen, False, None

    def _here(self) -> _Place:
        if self._place is None:
            raise DrawError("draw between canvas.begin() and canvas.finish()")
        return self._place

    def _at(self, x: float, y: float) -> Pixel:
        """World px to screen px in the current place."""
        place = self._place
        if place is None:
            raise DrawError("draw between canvas.begin() and canvas.finish()")
        (left, top), (base_x, base_y) = place.origin, place.base
        return left + floor(x - base_x + HALF), top + floor(y - base_y + HALF)

    def _layer_place(self, name: str, parallax: Point, depth: float) -> _Place:
        left = -_whole(self._camera[0] * parallax[0])
        top = -_whole(self._camera[1] * parallax[1])
        motion = self._motion(name, (left, top))
        return _Place((0.0, 0.0), (left, top), 0, motion, depth, slotting.slot_lattice(left, top, self.tile))

    def _motion(self, key: object, position: Pixel) -> Pixel:
        """Movement in screen px since the last finished frame; an id that is drawn twice has its first."""
        position = self._seen.setdefault(key, position)
        before = position if self._cut else self._before.get(key, position)
        return position[0] - before[0], position[1] - before[1]

    def _slot_of(self, material: str | None) -> int:
        """The slot of a material in the current place."""
        place = self._here()
        name = material or place.material
        if name is None:
            raise DrawError("a material is needed outside of a thing, for example 'stone'")
        slot = place.slots.get(name)
        if slot is None:
            surface = place.box if place.box is not None and name in THINGS else place.surface
            slot = place.slots[name] = self._add(material_index(name), place, surface)
        return slot

    def _tile_slot(self, material: str, corner: Pixel, size: int) -> int:
        """As `_slot_of`, but anchors of `THINGS` follow the grid where it is off the world's lattice."""
        place = self._here()
        aligned = size == self.tile and all(
            (c - o) % size == 0 for c, o in zip(corner, place.origin, strict=True)
        )
        if aligned or material not in THINGS:
            return self._slot_of(material)
        return self._add(material_index(material), place, slotting.slot_lattice(*corner, size))

    def _add(self, material: int, place: _Place, surface: Surface2D) -> int:
        number = self._slots.add(material, place.identity, place.motion, place.depth, surface)
        if number >= slotting.LIMIT:
            raise DrawError(f"a frame may have {slotting.LIMIT} slots; draw fewer things")
        return number


def _whole(value: float) -> int:
    """To the nearest whole pixel. Halves go up, below zero too, so that a steady speed looks steady."""
    return floor(value + HALF)
