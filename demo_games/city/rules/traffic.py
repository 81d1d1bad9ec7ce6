"""Cars that keep to their lanes, turn at crossings and stop for what is ahead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation, Stream
from reskin.demo_games.city.components import Body, Driver, courier
from reskin.demo_games.city.plan import Streets, plan_streets
from reskin.demo_games.city.units import HEADINGS, SUB, TURN, right_lane

CARS: Final = 26
GAP, HALF_LANE = 50 * SUB, 13 * SUB
"""A car stops for what is at most GAP ahead and at most HALF_LANE to the side."""
BOX: Final = 40 * SUB
"""Half the width of a crossing."""
PATIENCE: Final = 240
"""A driver that has waited so many ticks drives on anyway, so that no jam lasts."""
SWING: Final = 76
"""How fast a car turns: angle a tick."""


def populate_traffic(simulation: Simulation, streets: Streets) -> None:
    """Cars in the middle of streets, at most one in a lane, and none where the player starts."""
    chance = simulation.streams["traffic"]
    lanes = [
        (column, row, heading)
        for column in range(len(streets.xs))
        for row in range(len(streets.ys))
        for heading in streets.exits(column, row)
        if (column, row, heading) != (0, 0, 0)
    ]
    chance.shuffle(lanes)
    for column, row, heading in lanes[:CARS]:
        following = streets.beyond(column, row, heading) or (column, row)
        aside_x, aside_y = right_lane(heading)
        x = ((streets.xs[column] + streets.xs[following[0]]) // 2 + aside_x) * SUB
        y = ((streets.ys[row] + streets.ys[following[1]]) // 2 + aside_y) * SUB
        turn = _choose(chance, streets, *following, heading)
        driver = Driver(heading, *following, turn, chance.below(8), chance.between(300, 480))
        angle = heading * TURN // 4
        simulation.world.spawn(Body(x, y, angle, x, y, angle), driver)


def move_traffic(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: moves the cars, in the order of their ids."""
    streets, chance = plan_streets(simulation), simulation.streams["traffic"]
    cars = [(body, driver) for _, body, driver in simulation.world.query(Body, Driver)]
    bodies = [courier(simulation)[1], *(body for body, _ in cars)]
    for body, driver in cars:
        body.was_x, body.was_y, body.was_angle = body.x, body.y, body.angle
        stop = _ahead(body, driver, bodies) or _taken(streets, body, driver, bodies)
        if stop and driver.waited < PATIENCE:
            body.speed = max(body.speed - 30, 0)
            driver.waited += 1
        else:
            body.speed = min(body.speed + 8, driver.pace)
            driver.waited = driver.waited if stop else max(driver.waited - 4, 0)
        _advance(chance, streets, body, driver)
        difference = (driver.heading * TURN // 4 - body.angle + TURN // 2) % TURN - TURN // 2
        body.angle = (body.angle + max(-SWING, min(difference, SWING))) % TURN


def _ahead(body: Body, driver: Driver, bodies: list[Body]) -> bool:
    """Whether anything is in the lane in front of the car."""
    dx, dy = HEADINGS[driver.heading]
    for other in bodies:
        x, y = other.x - body.x, other.y - body.y
        if 0 < x * dx + y * dy < GAP and abs(x * dy - y * dx) < HALF_LANE:
            return True
    return False


def _taken(streets: Streets, body: Body, driver: Driver, bodies: list[Body]) -> bool:
    """Whether the car is about to enter a crossing that another one is in."""
    x, y = streets.xs[driver.column] * SUB, streets.ys[driver.row] * SUB
    dx, dy = HEADINGS[driver.heading]
    if not BOX <= (x - body.x) * dx + (y - body.y) * dy < BOX + 10 * SUB:
        return False
    return any(abs(other.x - x) < BOX and abs(other.y - y) < BOX for other in bodies)


def _advance(chance: Stream, streets: Streets, body: Body, driver: Driver) -> None:
    """Move along the lane, and turn into the next one where that is reached."""
    dx, dy = HEADINGS[driver.heading]
    into_x, into_y = right_lane(driver.turn) if driver.turn != driver.heading else (0, 0)
    x, y = (streets.xs[driver.column] + into_x) * SUB, (streets.ys[driver.row] + into_y) * SUB
    left = (x - body.x) * dx + (y - body.y) * dy
    step = min(body.speed, max(left, 0))
    body.x, body.y = body.x + dx * step, body.y + dy * step
    if left > step:
        return
    driver.heading = driver.turn
    following = streets.beyond(driver.column, driver.row, driver.heading)
    driver.column, driver.row = following or (driver.column, driver.row)
    driver.turn = _choose(chance, streets, driver.column, driver.row, driver.heading)


def _choose(chance: Stream, streets: Streets, column: int, row: int, heading: int) -> int:
    """Where to go at a crossing: anywhere but back."""
    return chance.pick([h for h in streets.exits(column, row) if h != (heading + 2) % 4])
