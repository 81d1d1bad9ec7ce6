"""The picture of a state: flat shapes from above, each with its material. Never writes the simulation.

Back to front: ground, markings, lamplight, the parcel, what moves, houses, doors, trees and lamps. Read
next: `hud`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from reskin import Simulation
from reskin.demo_games.city.components import Body, Driver, Walker, courier
from reskin.demo_games.city.plan import BRIDGE, HOUSE, MEADOW, PARK, PAVEMENT, ROAD, WATER, YARD, plan_streets
from reskin.demo_games.city.rules.deliveries import delivery_door, delivery_stop
from reskin.demo_games.city.units import HEADINGS, SUB, TILE
from reskin.demo_games.city.view import figures
from reskin.demo_games.city.view.daylight import Daylight

if TYPE_CHECKING:
    from reskin import Canvas

GROUND: Final = {
    MEADOW: ("#6fae52", "grass"), PARK: ("#7cbc5a", "grass"), WATER: ("#4d8fd0", "water"),
    ROAD: ("#565b66", "road"), PAVEMENT: ("#b9b3a6", "stone"), YARD: ("#a39a8b", "sand"),
    HOUSE: ("#a39a8b", "floor"), BRIDGE: ("#9a9488", "stone"),
}  # fmt: skip
MARK: Final = "#d8d3c2"
View = tuple[int, int, int, int]


def draw_world(canvas: Canvas, simulation: Simulation, camera: tuple[int, int], alpha: float) -> None:
    """Everything but the HUD, as seen from a camera (view's top left, world px)."""
    light = Daylight.at(simulation.tick)
    view = (camera[0], camera[1], camera[0] + canvas.width, camera[1] + canvas.height)
    canvas.tiles(cast("NDArray[np.uint8]", simulation.arrays["ground"]), _palette(light))
    _water(canvas, simulation, view, light)
    _markings(canvas, simulation, view, light)
    for x, y in _seen(simulation, "lamps", view, 40):
        figures.draw_lamp_light(canvas, x, y, light)
    _parcel(canvas, simulation, light)
    _movers(canvas, simulation, view, light, alpha)
    for x, y, w, h, style in _seen(simulation, "houses", view, 6 * TILE, TILE):
        figures.draw_house(canvas, x * TILE, y * TILE, w * TILE, h * TILE, style, light)
    for x, y, _ in _seen(simulation, "doors", view, 40):
        figures.draw_door(canvas, x, y, light)
    for x, y, radius in _seen(simulation, "trees", view, 40):
        figures.draw_tree(canvas, x, y, radius, light)
    for x, y in _seen(simulation, "lamps", view, 40):
        figures.draw_lamp(canvas, x, y, light)


@lru_cache(maxsize=32)
def _palette(light: Daylight) -> dict[int, tuple[Any, str]]:
    return {kind: (light(color), material) for kind, (color, material) in GROUND.items()}


def _seen(simulation: Simulation, name: str, view: View, margin: int, scale: int = 1) -> list[list[int]]:
    """Rows of an array whose x, y lie in the view or near it."""
    rows = simulation.arrays[name]
    x, y = rows[:, 0] * scale, rows[:, 1] * scale
    near = (x > view[0] - margin) & (x < view[2] + margin) & (y > view[1] - margin) & (y < view[3] + margin)
    found: list[list[int]] = rows[near].tolist()
    return found


def _water(canvas: Canvas, simulation: Simulation, view: View, light: Daylight) -> None:
    """Ripples, and the shadow of the bank."""
    ground = simulation.arrays["ground"]
    for row in range(max(view[1] // TILE, 0), min(view[3] // TILE + 1, len(ground))):
        for column in np.flatnonzero(ground[row, view[0] // TILE : view[2] // TILE + 1] == WATER).tolist():
            x, y = (column + view[0] // TILE) * TILE, row * TILE
            if row and ground[row - 1, x // TILE] != WATER:
                canvas.rect(x, y, TILE, 6, light("#3a72ab"), "water")
            if (x // TILE * 7 + row * 5) % 4 == 0:
                canvas.rect(x + 6, y + 14 + row % 3 * 4, 18, 3, light("#78aee2"), "water")


def _markings(canvas: Canvas, simulation: Simulation, view: View, light: Daylight) -> None:
    """Dashes between lanes, and a zebra before each crossing."""
    streets, color = plan_streets(simulation), light(MARK)
    for i, x in enumerate(streets.xs):
        for j, y in enumerate(streets.ys):
            for heading in streets.exits(i, j):
                dx, dy = HEADINGS[heading]
                if view[0] - 70 < x < view[2] + 70 and view[1] - 70 < y < view[3] + 70:
                    for stripe in range(-26, 27, 13):
                        if dx:
                            canvas.rect(x + dx * 46 - 8, y + stripe - 3, 16, 6, color, "unknown")
                        else:
                            canvas.rect(x + stripe - 3, y + dy * 46 - 8, 6, 16, color, "unknown")
                following = streets.beyond(i, j, heading)
                if heading == 0 and following and view[1] - 4 < y < view[3] + 4:
                    start, stop = max(x + 72, view[0] - view[0] % 40 - 32), streets.xs[following[0]] - 72
                    for at in range(start - (start - x - 72) % 40, min(stop, view[2]), 40):
                        canvas.rect(at, y - 1, min(20, stop - at), 3, color, "unknown")
                elif heading == 1 and following and view[0] - 4 < x < view[2] + 4:
                    stop = streets.ys[following[1]] - 72
                    for at in range(y + 72, stop, 40):
                        if view[1] - 24 < at < view[3]:
                            canvas.rect(x - 1, at, 3, min(20, stop - at), color, "unknown")


def _parcel(canvas: Canvas, simulation: Simulation, light: Daylight) -> None:
    """A frame on the road where to halt, and the parcel on the pavement if it is still to be fetched."""
    _, _, player = courier(simulation)
    x, y = delivery_stop(simulation, delivery_door(player))
    reach = 22 + simulation.tick // 8 % 4
    for dx in (-reach, reach - 10):
        for dy in (-13, 10):
            canvas.rect(x + dx, y + dy, 10, 3, "#ffd84a", "effect")
    if not player.carrying:
        figures.draw_parcel(canvas, x, y - 34, light)


def _movers(canvas: Canvas, simulation: Simulation, view: View, light: Daylight, alpha: float) -> None:
    world = simulation.world
    for id, body, walker in world.query(Body, Walker):
        if _inside(body, view):
            figures.draw_walker(canvas, id, *_place(body, alpha), walker, simulation.tick, light)
    for id, body, driver in world.query(Body, Driver):
        if _inside(body, view):
            figures.draw_car(canvas, id, body, figures.PAINTS[driver.paint], light, alpha)
    id, body, player = courier(simulation)
    figures.draw_van(canvas, id, body, player, light, alpha)


def _inside(body: Body, view: View) -> bool:
    return (view[0] - 40) * SUB < body.x < (view[2] + 40) * SUB and (view[1] - 40) * SUB < body.y < (
        view[3] + 40
    ) * SUB


def _place(body: Body, alpha: float) -> tuple[float, float]:
    return (
        (body.was_x + (body.x - body.was_x) * alpha) / SUB,
        (body.was_y + (body.y - body.was_y) * alpha) / SUB,
    )
