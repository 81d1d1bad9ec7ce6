"""What training scenes contain: fixed shapes in the world, and things that move.

`PropShape` is one draw call, in px of the world. `Prop` is a thing. Its shapes are in units of its box
(0..1), so that it can change its size. Its `PropPath` gives its position at any time, so that frames can be
drawn in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import pi, sin
from typing import Final

import numpy as np
import pygame

from reskin.engine.draw import Canvas
from reskin.engine.frame import THINGS
from reskin.neural_renderer.scenes.palette import Palette, Rgb, any_palette_color, palette_shade

Rng = np.random.Generator
MARGIN: Final = 96
"""px around the view in which things are still drawn, so that they enter the view with a motion."""


@dataclass(frozen=True, slots=True)
class PropShape:
    """One draw call. `at` is x, y, w, h of a rect or ellipse; cx, cy, r of a circle; x0, y0, x1, y1,
    width of a line; x, y, x, y, ... of a polygon. material: None in the shapes of a thing, which then have
    the thing's."""

    kind: str
    at: tuple[float, ...]
    color: Rgb
    material: str | None = None

    def may_touch(self, left: float, top: float, width: int, height: int) -> bool:
        """Whether the shape may touch the view with this top left and size."""
        if self.kind in ("rect", "ellipse"):
            x0, y0, x1, y1 = self.at[0], self.at[1], self.at[0] + self.at[2], self.at[1] + self.at[3]
        elif self.kind == "circle":
            x, y, r = self.at
            x0, y0, x1, y1 = x - r, y - r, x + r, y + r
        else:
            xs, ys = self.at[: len(self.at) // 2 * 2 : 2], self.at[1::2]
            x0, y0, x1, y1 = min(xs) - 8, min(ys) - 8, max(xs) + 8, max(ys) + 8
        return x1 >= left and y1 >= top and x0 <= left + width and y0 <= top + height

    def draw(self, canvas: Canvas) -> None:
        if self.kind == "polygon":
            canvas.polygon(list(zip(self.at[::2], self.at[1::2], strict=True)), self.color, self.material)
        else:
            getattr(canvas, self.kind)(*self.at, self.color, self.material)


@dataclass(frozen=True, slots=True)
class PropPath:
    """The position of a thing's top left over time: it swings, hops, or moves on and starts again."""

    x: float
    y: float
    swing: tuple[float, float] = (0.0, 0.0)
    rate: tuple[float, float] = (0.0, 0.0)
    phase: float = 0.0
    hop: float = 0.0
    speed: tuple[float, float] = (0.0, 0.0)
    loop: float = 1.0

    def at(self, t: int) -> tuple[float, float]:
        run = self._clock(t) % self.loop
        x = self.x + self.swing[0] * sin(self.rate[0] * t + self.phase) + self.speed[0] * run
        y = self.y + self.swing[1] * sin(self.rate[1] * t + self.phase) + self.speed[1] * run
        return x, y - self.hop * abs(sin(self.rate[1] * t + self.phase))

    def leftward(self, t: int) -> bool:
        """Whether the thing is going to the left."""
        return self.speed[0] < 0 if any(self.speed) else self.at(t + 1)[0] < self.at(t)[0]

    def lap(self, t: int) -> int:
        """How often the thing has started again. Each time it counts as another thing, as a new shot does."""
        return int(self._clock(t) // self.loop) if any(self.speed) else 0

    def _clock(self, t: int) -> float:
        return t + self.phase * 40


@dataclass(frozen=True, slots=True)
class Prop:
    """A thing of a scene: a box of `w` x `h` px that follows `path`, drawn from shapes or a sprite."""

    id: int
    material: str
    w: float
    h: float
    path: PropPath
    shapes: tuple[PropShape, ...] = ()
    sprite: pygame.Surface | None = None
    flips: bool = False
    pulse: float = 0.0

    def draw(self, canvas: Canvas, t: int, left: float, top: float) -> None:
        """Draw at time t unless far from the view, whose top left in world px is given."""
        x, y = self.path.at(t)
        beyond = x + self.w < left - MARGIN or y + self.h < top - MARGIN
        if beyond or x > left + canvas.width + MARGIN or y > top + canvas.height + MARGIN:
            return
        flip = self.flips != self.path.leftward(t)
        id = self.id + 10_007 * self.path.lap(t)
        if self.sprite is not None:
            canvas.sprite(self.sprite, x, y, self.material, id, flip)
            return
        grow = self.pulse * sin(0.23 * t + self.path.phase)
        w, h = self.w * (1 + grow), self.h * (1 + grow)
        with canvas.thing(id, self.material, x, y, w, h, flip):
            for shape in self.shapes:
                _in_box(shape, x, y, w, h, flip).draw(canvas)


@dataclass(slots=True)
class Props:
    """Makes the things of one scene: `props.add("coin", path)`."""

    rng: Rng
    palette: Palette
    made: list[Prop] = field(default_factory=list)
    _style: dict[str, int] = field(default_factory=dict)

    def add(
        self, material: str, path: PropPath, w: float = 0, h: float = 0, pulse: float = 0.0,
        plain: Rgb | None = None,
    ) -> Prop:  # fmt: skip
        """Add a thing. Four of five things of a material are drawn in the same style within a scene.

        w, h: its size in px, a usual one where w is 0; plain: draw it as a box of this colour.
        """
        rng = self.rng
        if not w:
            w, h = prop_size(rng, material)
        # Most things in prototypes are boxes, circles or a few parts. A tenth are sprites of ragged outline.
        style = self._style.setdefault(material, int(rng.integers(0, 100)))
        if rng.random() < 0.2:
            style = int(rng.integers(0, 100))
        if material not in THINGS and material not in ("effect", "light", "unknown"):
            style %= 40  # rafts and crates are boxes, with marks or without
        color = self.palette(material, int(rng.integers(0, 2)))
        if material in ("vehicle", "effect", "projectile", "food") or rng.random() < 0.1:
            color = any_palette_color(rng)
        shapes: tuple[PropShape, ...] = ()
        sprite = None
        if plain is not None:
            shapes = (PropShape("rect", (0, 0, 1, 1), plain),)
        elif style >= 90:
            sprite = _ragged(rng, color, int(w), int(h))
        else:
            shapes = tuple(_shapes(rng, material, style, color))
        # The ids are not consecutive, as in games.
        id = 1 + len(self.made) * 37 % 9973
        prop = Prop(id, material, w, h, path, shapes, sprite, bool(rng.random() < 0.5), pulse)
        self.made.append(prop)
        return prop


def prop_size(rng: Rng, material: str) -> tuple[int, int]:
    """A usual width and height in px: most things 16 to 44, coins and shots smaller, vehicles longer."""
    pick = rng.integers
    if material == "coin":
        side = int(pick(14, 25))
        return side, side
    if material in ("projectile", "food", "tool"):
        return int(pick(10, 30)), int(pick(10, 30))
    if material in ("player", "friend"):
        return int(pick(18, 30)), int(pick(24, 40))
    if material == "enemy":
        return int(pick(22, 40)), int(pick(18, 36))
    if material == "animal":
        return int(pick(22, 40)), int(pick(16, 30))
    if material == "chest":
        return int(pick(24, 36)), int(pick(20, 32))
    if material == "door":
        return int(pick(20, 34)), int(pick(36, 60))
    if material == "vehicle":
        return (44, 24) if rng.random() < 0.6 else (int(pick(36, 76)), int(pick(20, 36)))
    return int(pick(16, 44)), int(pick(16, 44))


def prop_blob(rng: Rng, cx: float, cy: float, radius: float, color: Rgb, material: str) -> list[PropShape]:
    """A crown or a bush: a few overlapping circles of one material in similar shades."""
    shapes = [PropShape("circle", (cx, cy, radius), color, material)]
    for _ in range(int(rng.integers(0, 5))):
        angle, away = rng.uniform(0, 2 * pi), radius * rng.uniform(0.4, 0.9)
        x, y = cx + away * np.cos(angle), cy + away * np.sin(angle) * 0.7
        tone = palette_shade(color, rng.uniform(0.9, 1.1)) if rng.random() < 0.5 else color
        shapes.append(PropShape("circle", (x, y, radius * rng.uniform(0.45, 0.85)), tone, material))
    return shapes


def prop_polygon(rng: Rng, cx: float, cy: float, radius: float, corners: int) -> tuple[float, ...]:
    """The corners of a random polygon around a centre: x, y, x, y, ..."""
    angles = np.sort(rng.uniform(0, 2 * pi, corners))
    away = radius * rng.uniform(0.45, 1.0, corners)
    points = np.stack([cx + away * np.cos(angles), cy + away * np.sin(angles)], axis=1)
    return tuple(points.ravel().tolist())


def _in_box(shape: PropShape, x: float, y: float, w: float, h: float, flip: bool) -> PropShape:
    """A shape in units of a box, converted to px of the world."""
    a = shape.at
    at: tuple[float, ...]
    if shape.kind in ("rect", "ellipse"):
        at = (x + w * (1 - a[0] - a[2] if flip else a[0]), y + h * a[1], w * a[2], h * a[3])
    elif shape.kind == "circle":
        at = (x + w * (1 - a[0] if flip else a[0]), y + h * a[1], min(w, h) * a[2])
    else:
        both = [x + w * (1 - v if flip else v) if i % 2 == 0 else y + h * v for i, v in enumerate(a)]
        at = tuple(both)
    return PropShape(shape.kind, at, shape.color, shape.material)


def _shapes(rng: Rng, material: str, style: int, color: Rgb) -> list[PropShape]:
    """The shapes of a thing, in units of its box; `style`, 0..89, chooses how it is drawn."""
    dark, pale = palette_shade(color, rng.uniform(0.5, 0.85)), palette_shade(color, rng.uniform(1.1, 1.5))
    full = PropShape("rect", (0, 0, 1, 1), color)
    if material == "vehicle":
        return _vehicle(rng, color, dark, style)
    if material in ("effect", "light", "projectile", "coin", "food") and style < 70:
        return _round_thing(rng, material, style, color, pale)
    if style < 20:
        return [full]
    if style < 40:
        marks = [PropShape("rect", tuple(rng.uniform((0, 0, 0.15, 0.1), (0.6, 0.7, 0.4, 0.3))), tone)
                 for tone in (dark, pale, any_palette_color(rng))[: int(rng.integers(1, 4))]]  # fmt: skip
        return [full, *marks]
    if style < 52:
        return [PropShape("ellipse", (0, 0, 1, 1), color)]
    if style < 64:  # a dome with eyes
        eyes = [PropShape("rect", (x, 0.35, 0.12, 0.18), (250, 250, 250)) for x in (0.25, 0.6)]
        return [
            PropShape("ellipse", (0, 0, 1, 0.95), color),
            PropShape("rect", (0, 0.45, 1, 0.55), color),
            *eyes,
        ]
    if style < 76:  # rounded: a box without its corners
        inset = rng.uniform(0.1, 0.25)
        corners = [(x, y) for x in (inset, 1 - inset) for y in (inset, 1 - inset)]
        bars = [(inset, 0, 1 - 2 * inset, 1), (0, inset, 1, 1 - 2 * inset)]
        return [
            *(PropShape("rect", bar, color) for bar in bars),
            *(PropShape("circle", (*corner, inset), color) for corner in corners),
        ]
    skin = any_palette_color(rng)
    return [
        PropShape("rect", (0.22, 0.72, 0.22, 0.28), dark), PropShape("rect", (0.56, 0.72, 0.22, 0.28), dark),
        PropShape("rect", (0.05, 0.38, 0.9, 0.38), color), PropShape("rect", (0.15, 0, 0.7, 0.4), skin),
        PropShape("rect", (0.6, 0.14, 0.12, 0.1), (20, 20, 24)), PropShape("rect", (0.15, 0, 0.7, 0.1), dark),
    ]  # fmt: skip


def _round_thing(rng: Rng, material: str, style: int, color: Rgb, pale: Rgb) -> list[PropShape]:
    if style < 35:
        disc = [PropShape("ellipse", (0, 0, 1, 1), color)]
        return disc if style < 18 else [*disc, PropShape("ellipse", (0.25, 0.2, 0.4, 0.5), pale)]
    if style < 45:
        return [PropShape("polygon", (0.5, 0, 1, 0.5, 0.5, 1, 0, 0.5), color)]
    if material in ("effect", "light") and style < 60:
        return [PropShape("polygon", prop_polygon(rng, 0.5, 0.5, 0.5, int(rng.integers(6, 13))), color)]
    return [PropShape("rect", (0, 0, 1, 1), color)]


def _vehicle(rng: Rng, color: Rgb, dark: Rgb, style: int) -> list[PropShape]:
    """A car: from the side with wheels, or from above with a windscreen."""
    if style < 25:
        return [PropShape("rect", (0, 0, 1, 1), color)]
    pane = "glass" if rng.random() < 0.3 else None
    if style < 60:
        cabin = PropShape("rect", (0.2, 0, 0.55, 0.5), color)
        window = PropShape("rect", (0.3, 0.1, 0.18, 0.25), (190, 220, 235), pane)
        wheels = [PropShape("circle", (x, 0.8, 0.2), (30, 30, 34)) for x in (0.2, 0.8)]
        return [PropShape("rect", (0, 0.35, 1, 0.47), color), cabin, window, *wheels]
    return [
        PropShape("rect", (0, 0, 1, 1), color), PropShape("rect", (0.15, 0.15, 0.7, 0.7), dark),
        PropShape("rect", (0.62, 0.15, 0.14, 0.7), (180, 215, 235), pane),
    ]  # fmt: skip


def _ragged(rng: Rng, color: Rgb, w: int, h: int) -> pygame.Surface:
    """A symmetric pixel-art creature of 8 x 8 cells, scaled to the box."""
    half = rng.random((8, 4)) < np.linspace(0.45, 0.95, 4)[None]
    body = np.concatenate([half, half[:, ::-1]], axis=1)
    tones: Sequence[Rgb] = (
        color,
        palette_shade(color, 0.7),
        palette_shade(color, 1.3),
        any_palette_color(rng),
    )
    chosen = rng.choice(4, (8, 4), p=(0.6, 0.2, 0.12, 0.08))
    chosen = np.concatenate([chosen, chosen[:, ::-1]], axis=1)
    cells = np.zeros((8, 8, 4), np.uint8)
    cells[..., :3] = np.array(tones, np.uint8)[chosen]
    cells[..., 3] = np.where(body, 255, 0)
    small = pygame.image.frombuffer(cells.tobytes(), (8, 8), "RGBA")
    return pygame.transform.scale(small, (max(w, 8), max(h, 8)))
