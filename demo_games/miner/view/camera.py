"""The camera: it looks a little ahead of the player, and does not follow small hops.

It is not part of the simulation's state. It moves in whole ticks, so that the same ticks drawn give the same
views, and it jumps when the player respawns or when many ticks were not drawn.
"""

from __future__ import annotations

from typing import Final

from reskin import Simulation
from reskin.demo_games.miner.components import Body, Player, hero
from reskin.demo_games.miner.world.tiles import CELL, COLUMNS, ROWS, SUB, TILE

LEAD: Final = 62 * SUB
EASE_X, EASE_Y = 20, 26
"""Share of the remaining way that the view moves in a tick, in 1/256."""
PATIENCE: Final = 30
"""The view jumps when more ticks than this were not drawn."""
UPPER_PERCENT: Final = 54
"""Height of the player in the view, from the top."""


class Camera:
    """`follow` once a frame; (x, y) and (was_x, was_y) are the view's top left in 1/256 px."""

    def __init__(self) -> None:
        self.tick = -1
        self.x = self.y = self.was_x = self.was_y = 0
        self.floor = 0
        self.view = (0, 0)

    def follow(
        self, simulation: Simulation, width: int, height: int, alpha: float
    ) -> tuple[tuple[int, int], bool]:
        """The view's top left in whole px, and whether it is a cut."""
        _, body, player = hero(simulation.world)
        steps = simulation.tick - self.tick
        cut = not 0 <= steps <= PATIENCE or self.tick < 0 or player.respawned > self.tick
        if cut:
            self.floor = body.y
            self.x, self.y = self._goal(body, player, width, height)
            self.was_x, self.was_y = self.x, self.y
        else:
            for _ in range(steps):
                self._step(body, player, width, height)
        self.tick = simulation.tick
        self.view = (
            _beside(body.was_x, body.x, self.was_x, self.x, alpha),
            _beside(body.was_y, body.y, self.was_y, self.y, alpha),
        )
        return self.view, cut

    def cell(self, mouse: tuple[int, int]) -> tuple[int, int]:
        """The cell (column, row) under a point of the last frame, in px."""
        return (self.view[0] + mouse[0]) // TILE, (self.view[1] + mouse[1]) // TILE

    def _step(self, body: Body, player: Player, width: int, height: int) -> None:
        self.was_x, self.was_y = self.x, self.y
        if body.grounded or body.wet or body.y > self.floor or self.floor - body.y > 3 * CELL:
            self.floor = body.y
        x, y = self._goal(body, player, width, height)
        self.x += (x - self.x) * EASE_X // 256
        self.y += (y - self.y) * EASE_Y // 256

    def _goal(self, body: Body, player: Player, width: int, height: int) -> tuple[int, int]:
        x = body.cx + player.facing * LEAD - width * SUB // 2
        y = self.floor - height * SUB * UPPER_PERCENT // 100 + body.h * SUB // 2
        right, bottom = COLUMNS * CELL - width * SUB, ROWS * CELL - height * SUB
        return max(0, min(x, right)), min(y, bottom)


def _beside(was_body: int, body: int, was_view: int, view: int, alpha: float) -> int:
    """The view's edge in whole px, such that rounding does not make the player tremble in it."""
    place = (was_body + (body - was_body) * alpha) / SUB
    offset = place - (was_view + (view - was_view) * alpha) / SUB
    return int(place + 0.5) - int(offset + 0.5 + 4096) + 4096
