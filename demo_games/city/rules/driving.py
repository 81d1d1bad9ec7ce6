"""The player's car: throttle, wheel, collisions, and the fines for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.city.components import Body, Courier, Driver, Walker, courier, note
from reskin.demo_games.city.plan import MEADOW, PARK, SOLID, kind_at
from reskin.demo_games.city.units import SUB, TURN, UNIT, direction

TOP, TOP_ON_GRASS, TOP_BACK = 850, 380, -350
POWER, BRAKES, DRAG = 11, 26, 5
WHEEL: Final = 44
"""Angle a tick with the wheel turned, at speeds of `GRIP` and more."""
GRIP: Final = 320
NOSE, FLANK = 15, 8
"""Half the length and half the width that collide, in px."""
BUMP: Final = 24 * SUB
"""Cars closer than this touch."""
NEAR: Final = 16 * SUB
FINE_WALL, FINE_CAR, FINE_WALKER = 1, 2, 5
SHAKEN: Final = 75


def drive(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: the last `drive` command's throttle and wheel, each -1, 0 or 1."""
    throttle, wheel = _asked(commands)
    _, body, player = courier(simulation)
    body.was_x, body.was_y, body.was_angle = body.x, body.y, body.angle
    player.shaken = max(player.shaken - 1, 0)
    _roll(simulation, body, throttle)
    body.angle = (body.angle + wheel * WHEEL * max(-GRIP, min(body.speed, GRIP)) // GRIP) % TURN
    if _blocked(simulation, body.x, body.y, body.angle):
        body.angle = body.was_angle
    dx, dy = direction(body.angle)
    x, y = body.x + dx * body.speed // UNIT, body.y + dy * body.speed // UNIT
    if _blocked(simulation, x, y, body.angle):
        _hit(simulation, body, player, FINE_WALL, "a wall")
    elif _touching(simulation, body, x, y):
        _hit(simulation, body, player, FINE_CAR, "a car")
    else:
        body.x, body.y = x, y
    _frighten(simulation, body, player)
    moved = abs(body.x - body.was_x) + abs(body.y - body.was_y)
    player.still = 0 if moved > 60 else player.still + 1


def _asked(commands: Sequence[Command]) -> tuple[int, int]:
    throttle = wheel = 0
    for command in commands:
        if command.name == "drive" and len(command.args) == 2:
            throttle, wheel = (max(-1, min(1, a)) if isinstance(a, int) else 0 for a in command.args)
    return throttle, wheel


def _roll(simulation: Simulation, body: Body, throttle: int) -> None:
    """Speed up, brake or coast; grass slows down."""
    on_grass = kind_at(simulation, body.x, body.y) in (MEADOW, PARK)
    if throttle > 0:
        body.speed += POWER if body.speed >= 0 else BRAKES
    elif throttle < 0:
        body.speed = max(body.speed - (BRAKES if body.speed > 0 else POWER), TOP_BACK)
    else:
        body.speed -= max(-DRAG, min(body.speed, DRAG))
    top = TOP_ON_GRASS if on_grass else TOP
    if body.speed > top:
        body.speed = max(top, body.speed - BRAKES)


def _blocked(simulation: Simulation, x: int, y: int, angle: int) -> bool:
    """Whether a corner of the car would be in a house, in the river or outside of the map."""
    dx, dy = direction(angle)
    for ahead in (-NOSE, NOSE):
        for aside in (-FLANK, FLANK):
            corner_x = x + (dx * ahead - dy * aside) * SUB // UNIT
            corner_y = y + (dy * ahead + dx * aside) * SUB // UNIT
            if kind_at(simulation, corner_x, corner_y) in SOLID:
                return True
    return False


def _touching(simulation: Simulation, body: Body, x: int, y: int) -> bool:
    """Whether this step would go into another car. Driving away from one is always possible."""
    for _, other, _ in simulation.world.query(Body, Driver):
        dx, dy = other.x - x, other.y - y
        if abs(dx) < BUMP and abs(dy) < BUMP and dx * dx + dy * dy < BUMP * BUMP:
            before_x, before_y = other.x - body.x, other.y - body.y
            if dx * dx + dy * dy < before_x * before_x + before_y * before_y:
                return True
    return False


def _hit(simulation: Simulation, body: Body, player: Courier, fine: int, what: str) -> None:
    """Bounce, and pay a fine unless the car was slow."""
    if abs(body.speed) > 160:
        _fine(simulation, body, player, fine, what)
    body.speed = -body.speed // 3


def _frighten(simulation: Simulation, body: Body, player: Courier) -> None:
    """People on foot who are near turn and run out of the way. Each of them costs a fine."""
    for _, other, walker in simulation.world.query(Body, Walker):
        near = abs(other.x - body.x) < NEAR and abs(other.y - body.y) < NEAR
        if near and not walker.startled and abs(body.speed) > 100:
            walker.startled = 60
            walker.clockwise = not walker.clockwise
            walker.corner = (walker.corner + (1 if walker.clockwise else -1)) % 4
            _fine(simulation, body, player, FINE_WALKER, "someone on foot")


def _fine(simulation: Simulation, body: Body, player: Courier, fine: int, what: str) -> None:
    """Pay the town a fine, at most what the player has; nothing for SHAKEN ticks after the last one."""
    if player.shaken:
        return
    player.shaken = SHAKEN
    player.hits += 1
    paid = min(fine, simulation.ledger.balance("player", "coin"))
    if paid:
        simulation.ledger.transfer("player", "town", "coin", paid, f"fine: hit {what}", simulation.tick)
    note(simulation, body, f"-{paid}")
    simulation.emit("hit", what=what, paid=paid)
