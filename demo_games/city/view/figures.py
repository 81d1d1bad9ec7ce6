"""Draws what stands and what moves in the town, each in a few flat shapes."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from reskin.demo_games.city.components import Body, Courier, Walker
from reskin.demo_games.city.units import SUB, TURN
from reskin.demo_games.city.view.daylight import Daylight

if TYPE_CHECKING:
    from reskin import Canvas
    from reskin.engine.draw.colors import Color

PAINTS: Final = (
    "#c9463d", "#3f6fb5", "#e3e0d8", "#3d8a64", "#d9a441", "#7a5a9c", "#4a4f5a", "#b8c4cc"
)  # fmt: skip
COATS: Final = ("#c95f8f", "#4a90c2", "#e0c04a", "#7fb069", "#e8e4da", "#8a5fb0")
ROOFS: Final = (  # roof, edge, front; material of roof and of front
    ("#b5654a", "#8f4c37", "#a25540", "brick", "brick"),
    ("#8c939e", "#6d747f", "#c9c2b2", "metal", "wall"),
    ("#d8cdb6", "#b3a88f", "#c4b594", "wall", "wall"),
    ("#6fa3b8", "#557f92", "#7db4c9", "glass", "glass"),
    ("#9c5548", "#7a4036", "#d6c6a8", "brick", "wall"),
    ("#707a8a", "#575f6d", "#8d5a4a", "metal", "brick"),
)
FRONT: Final = 15
"""Px of a house's front that show below its roof."""
TREES: Final = ("#3f8a3c", "#56a34a", "#78bd5c")


def draw_house(canvas: Canvas, x: int, y: int, w: int, h: int, style: int, light: Daylight) -> None:
    """A roof with its edge and what stands on it; the front below, with windows."""
    roof, edge, front, above, below = ROOFS[style]
    left, top, right, bottom = x + 4, y + 2, x + w - 4, y + h - 5
    canvas.rect(left + 4, bottom, right - left, 5, light("#857d70"), "floor")
    canvas.rect(left, bottom - FRONT, right - left, FRONT, light(front), below)
    for at in range(left + 6, right - 12, 16):
        glow = light.lit and (at * 7 + y * 3 + style) % 5 < 3
        canvas.rect(at, bottom - 11, 8, 7, "#ffd98a" if glow else light("#5d7f95"), "glass")
    canvas.rect(left, top, right - left, bottom - FRONT - top, light(edge), above)
    canvas.rect(left + 4, top + 4, right - left - 8, bottom - FRONT - top - 8, light(roof), above)
    _roof(canvas, left + 4, top + 4, right - left - 8, bottom - FRONT - top - 8, style, light)


def _roof(canvas: Canvas, x: int, y: int, w: int, h: int, style: int, light: Daylight) -> None:
    """Ridges on tiled roofs, panes on glass ones, vents and skylights on flat ones."""
    _, edge, _, above, _ = ROOFS[style]
    if above == "brick":
        canvas.rect(x, y + h // 2 - 2, w, 4, light(edge), above)
        canvas.rect(x, y, w, 3, light("#c77a5e"), above)
        canvas.rect(x + w * 2 // 3, y + h // 2 - 12, 9, 11, light("#6b6257"), "stone")
        return
    if above == "glass":
        for at in range(x + 20, x + w - 4, 22):
            canvas.rect(at, y, 3, h, light(edge), "metal")
        canvas.rect(x, y + h // 2, w, 3, light(edge), "metal")
        return
    skylight = "#ffe6a6" if light.lit else light("#a9d3e0")
    canvas.rect(x + 8, y + 8, 18, 12, light(edge), "metal")
    canvas.rect(x + 10, y + 10, 14, 8, skylight, "glass")
    canvas.rect(x + w - 24, y + h - 22, 15, 14, light("#b9c0c8"), "metal")
    canvas.rect(x + w - 21, y + h - 19, 9, 8, light("#5a616b"), "metal")
    if w > 90:
        canvas.rect(x + w // 2 - 8, y + 6, 16, 5, light(edge), "metal")


def draw_door(canvas: Canvas, x: int, y: int, light: Daylight) -> None:
    canvas.rect(x - 6, y - 14, 12, 14, light("#6b4a2f"), "door")
    canvas.rect(x + 2, y - 8, 2, 3, light("#f2c94c"), "door")
    canvas.rect(x - 8, y, 16, 4, light("#8d6f57"), "wood")


def draw_tree(canvas: Canvas, x: int, y: int, radius: int, light: Daylight) -> None:
    canvas.circle(x + 3, y + 4, radius, light("#4c7f3c"), "grass")
    canvas.circle(x, y, radius, light(TREES[0]), "leaves")
    canvas.circle(x - radius // 5, y - radius // 5, radius * 3 // 4, light(TREES[1]), "leaves")
    canvas.circle(x - radius // 3, y - radius // 3, radius // 3, light(TREES[2]), "leaves")


def draw_lamp_light(canvas: Canvas, x: int, y: int, light: Daylight) -> None:
    """The light of a lamp on the pavement."""
    if light.lit:
        canvas.rect(x - 18, y - 7, 36, 14, "#8f8460", "floor")
        canvas.rect(x - 11, y - 7, 22, 14, "#b5a26c", "floor")


def draw_lamp(canvas: Canvas, x: int, y: int, light: Daylight) -> None:
    canvas.circle(x, y, 5, light("#4b4f57"), "metal")
    canvas.circle(x, y, 3, "#fff3c0" if light.lit else light("#e8e2cc"), "light")


def draw_parcel(canvas: Canvas, x: int, y: int, light: Daylight) -> None:
    with canvas.thing(60_001, "chest", x - 9, y - 8, 18, 16):
        canvas.rect(x - 9, y - 8, 18, 16, light("#b98550"))
        canvas.rect(x - 2, y - 8, 4, 16, light("#e9d8a6"))
        canvas.rect(x - 9, y - 8, 18, 3, light("#d6a56c"))


def draw_walker(
    canvas: Canvas, id: int, x: float, y: float, walker: Walker, tick: int, light: Daylight
) -> None:
    """A person: shoulders, head, and feet that step."""
    step = (tick // 8 + id) % 2 * 2
    with canvas.thing(id, "friend", x - 6, y - 8, 12, 16):
        canvas.rect(x - 4, y + 3 - step, 3, 5, light("#3f4350"))
        canvas.rect(x + 1, y + 1 + step, 3, 5, light("#3f4350"))
        canvas.rect(x - 6, y - 3, 12, 8, light(COATS[walker.coat]))
        canvas.circle(x, y - 3, 4, light("#e3b48c"))
        canvas.rect(x - 4, y - 8, 8, 4, light("#5b4030"))


def draw_car(canvas: Canvas, id: int, body: Body, paint: str, light: Daylight, alpha: float) -> None:
    """A car of the traffic."""
    with _Turned(canvas, id, body, alpha) as at:
        at.shape(-16, -8, 16, 8, light(paint))
        at.shape(3, -6, 9, 6, light("#2f3d4a"), "glass")
        at.shape(-12, -6, -8, 6, light("#2f3d4a"), "glass")
        at.lights(16, light)


def draw_van(canvas: Canvas, id: int, body: Body, player: Courier, light: Daylight, alpha: float) -> None:
    """The player's car: orange, with a white box in which the parcel shows."""
    with _Turned(canvas, id, body, alpha) as at:
        at.shape(-17, -9, 17, 9, light("#f07f2e"))
        at.shape(-15, -7, 3, 7, light("#f6efe2"))
        at.shape(6, -7, 11, 7, light("#2f3d4a"), "glass")
        if player.carrying:
            at.shape(-12, -5, -1, 5, light("#b98550"))
            at.shape(-8, -5, -5, 5, light("#e9d8a6"))
        at.lights(17, light)


class _Turned:
    """Draws in a vehicle's coordinates: px from its middle, x ahead and y to its right."""

    def __init__(self, canvas: Canvas, id: int, body: Body, alpha: float) -> None:
        turn = (body.angle - body.was_angle + TURN // 2) % TURN - TURN // 2
        angle = (body.was_angle + turn * alpha) * 2 * pi / TURN
        self.canvas, self.dx, self.dy = canvas, cos(angle), sin(angle)
        self.x = (body.was_x + (body.x - body.was_x) * alpha) / SUB
        self.y = (body.was_y + (body.y - body.was_y) * alpha) / SUB
        self.thing = canvas.thing(id, "vehicle", self.x - 19, self.y - 19, 38, 38)

    def __enter__(self) -> _Turned:
        self.thing.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.thing.__exit__(None, None, None)

    def shape(
        self, x0: float, y0: float, x1: float, y1: float, color: Color, material: str | None = None
    ) -> None:
        corners = [
            (self.x + x * self.dx - y * self.dy, self.y + x * self.dy + y * self.dx)
            for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        ]
        self.canvas.polygon(corners, color, material)

    def lights(self, nose: int, light: Daylight) -> None:
        """Head and tail lights, bright by night."""
        for y in (-7, 3):
            self.shape(nose - 3, y, nose, y + 4, "#fff6cf" if light.lit else light("#f4eed8"), "light")
            self.shape(-nose, y, 3 - nose, y + 4, "#ff5a48" if light.lit else light("#a8322a"), "light")
