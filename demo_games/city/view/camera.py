"""The camera: it looks a little ahead of the car. It is not part of the simulation's state."""

from __future__ import annotations

from typing import Final

from reskin import Simulation
from reskin.demo_games.city.components import Body, courier
from reskin.demo_games.city.units import SUB, TILE, UNIT, direction

LEAD: Final = 26
"""The view looks at where the car will be in so many ticks."""
EASE: Final = 14
"""Share of the remaining way that the view moves in a tick, in 1/256."""
PATIENCE: Final = 30
"""The view jumps when more ticks than this were not drawn."""


class Camera:
    """`follow` once a frame; (x, y) is how far ahead of the car the view's middle is, in 1/256 px."""

    def __init__(self) -> None:
        self.tick = -1
        self.x = self.y = self.was_x = self.was_y = 0

    def follow(
        self, simulation: Simulation, width: int, height: int, alpha: float
    ) -> tuple[tuple[int, int], bool]:
        """The view's top left in whole px, and whether it is a cut."""
        _, body, _ = courier(simulation)
        steps = simulation.tick - self.tick
        cut = self.tick < 0 or not 0 <= steps <= PATIENCE
        if cut:
            self.x, self.y = self.was_x, self.was_y = _ahead(body)
        for _ in range(0 if cut else steps):
            self.was_x, self.was_y = self.x, self.y
            x, y = _ahead(body)
            self.x, self.y = self.x + (x - self.x) * EASE // 256, self.y + (y - self.y) * EASE // 256
        self.tick = simulation.tick
        rows, columns = simulation.arrays["ground"].shape
        left = _edge(body.was_x, body.x, self.was_x, self.x, alpha) - width // 2
        top = _edge(body.was_y, body.y, self.was_y, self.y, alpha) - height // 2
        return (
            max(0, min(left, columns * TILE - width)),
            max(0, min(top, rows * TILE - height)),
        ), cut


def _ahead(body: Body) -> tuple[int, int]:
    dx, dy = direction(body.angle)
    return dx * body.speed * LEAD // UNIT, dy * body.speed * LEAD // UNIT


def _edge(was: int, now: int, was_lead: int, lead: int, alpha: float) -> int:
    """The car's place and the lead are rounded separately, so that the car does not tremble in the view."""
    place = (was + (now - was) * alpha) / SUB
    ahead = (was_lead + (lead - was_lead) * alpha) / SUB
    return int(place + 0.5) + int(ahead + 4096.5) - 4096
