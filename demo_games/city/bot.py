"""A bot that drives deliveries. It reads the state, and keeps none of its own.

Every tick it finds the street or crossing that it is on, chooses the shortest way from here, aims at a point
in the lane ahead, and drives as fast as what is there allows.
"""

from __future__ import annotations

from functools import lru_cache
from heapq import heappop, heappush
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.city.components import Body, Courier, Driver, Walker, courier
from reskin.demo_games.city.plan import Streets, plan_streets
from reskin.demo_games.city.rules.deliveries import delivery_door, delivery_stop
from reskin.demo_games.city.units import HEADINGS, SUB, UNIT, direction, nearest_heading, right_lane

CROSSING: Final = 40
"""A car within this many px of its middle is at a crossing."""
SIGHT, U_TURN = 64, 500
STUCK, STRUGGLE = 160, 50
"""After how many ticks without progress the bot backs away, and for how long."""
FAST, SLOW, CRAWL = 720, 400, 90
Node = tuple[int, int]


def bot_commands(simulation: Simulation) -> list[Command]:
    """Commands for the next tick."""
    _, body, player = courier(simulation)
    if player.still > STUCK and player.still % STUCK < STRUGGLE:
        return [simulation.command("drive", -1, 1 if player.still // STUCK % 2 else -1)]
    streets = plan_streets(simulation)
    door = delivery_door(player)
    to = delivery_stop(simulation, door)
    x, y = body.x // SUB, body.y // SUB
    if max(abs(to[0] - x), abs(to[1] - y)) < 36:
        return [simulation.command("drive", -1 if body.speed > 0 else 1, 0)]
    row = int(simulation.arrays["doors"][door, 2])
    aim, limit = _way(streets, (x, y), nearest_heading(body.angle), (to[0], row))
    dx, dy = direction(body.angle)
    along, aside = _turned(aim[0] - x, aim[1] - y, dx, dy)
    wheel = 0 if abs(aside) * 24 < along else (1 if aside > 0 else -1)
    if abs(aside) * 3 > along:
        limit = min(limit, 330)
    limit = min(limit, _caution(simulation, body, player))
    throttle = 1 if body.speed < limit - 12 else (-1 if body.speed > limit + 20 else 0)
    return [simulation.command("drive", throttle, wheel)]


def _way(streets: Streets, here: Node, heading: int, to: Node) -> tuple[Node, int]:
    """The point to aim at, in px, and the speed. `to` is the goal's x in px and its street's row."""
    x, y = here
    column = min(range(len(streets.xs)), key=lambda i: abs(streets.xs[i] - x))
    row = min(range(len(streets.ys)), key=lambda j: abs(streets.ys[j] - y))
    middle = streets.xs[column], streets.ys[row]
    if abs(middle[0] - x) < CROSSING and abs(middle[1] - y) < CROSSING:
        choices = [
            (_cost(streets, (column, row), here, h, to) + U_TURN * (h == (heading + 2) % 4), h)
            for h in streets.exits(column, row)
        ]
        _, way = min(choices)
        (ux, uy), (ax, ay) = HEADINGS[way], right_lane(way)
        return (middle[0] + ux * SIGHT + ax, middle[1] + uy * SIGHT + ay), SLOW if way != heading else FAST
    across = abs(middle[1] - y) <= abs(middle[0] - x)
    forth = (0 if x > middle[0] else 2) if across else (1 if y > middle[1] else 3)  # from the nearer crossing
    far = streets.beyond(column, row, forth)
    if far is None:  # off the streets: back to the crossing
        return middle, SLOW
    distance = _distances(streets, to)
    end = streets.xs[far[0]], streets.ys[far[1]]
    costs = []
    for h, node, place in ((forth, far, end), ((forth + 2) % 4, (column, row), middle)):
        left = abs(place[0] - x) + abs(place[1] - y)
        cost = left + distance[node]
        if across and row == to[1] and 0 <= (to[0] - x) * HEADINGS[h][0] < left:
            cost = abs(to[0] - x)
        costs.append((cost + U_TURN * (h != heading), h, left))
    _, way, left = min(costs)
    (ux, uy), (ax, ay) = HEADINGS[way], right_lane(way)
    aim = (x + ux * SIGHT, middle[1] + ay) if across else (middle[0] + ax, y + uy * SIGHT)
    return aim, FAST if left > 110 and abs(to[0] - x) + abs(streets.ys[to[1]] - y) > 110 else SLOW


def _cost(streets: Streets, node: Node, here: Node, heading: int, to: Node) -> int:
    """Px to the goal by leaving a crossing this way."""
    following = streets.beyond(*node, heading)
    assert following is not None
    ux = HEADINGS[heading][0]
    length = abs(streets.xs[following[0]] - here[0]) + abs(streets.ys[following[1]] - here[1])
    if ux and node[1] == to[1] and 0 <= (to[0] - here[0]) * ux < length:
        return abs(to[0] - here[0])
    return length + _distances(streets, to)[following]


@lru_cache(maxsize=64)
def _distances(streets: Streets, to: Node) -> dict[Node, int]:
    """Px along streets from each crossing to the goal (Dijkstra 1959)."""
    x, row = to
    after = next(i for i, other in enumerate(streets.xs) if other > x)
    queue = [(streets.xs[after] - x, (after, row)), (x - streets.xs[after - 1], (after - 1, row))]
    queue.sort()
    found: dict[Node, int] = {}
    while queue:
        cost, node = heappop(queue)
        if node in found:
            continue
        found[node] = cost
        for heading in streets.exits(*node):
            column, line = streets.beyond(*node, heading) or node
            length = abs(streets.xs[column] - streets.xs[node[0]]) + abs(
                streets.ys[line] - streets.ys[node[1]]
            )
            heappush(queue, (cost + length, (column, line)))
    return found


def _caution(simulation: Simulation, body: Body, player: Courier) -> int:
    """The speed that cars and people ahead allow."""
    dx, dy = direction(body.angle)
    limit = FAST
    for _, other, _ in simulation.world.query(Body, Driver):
        along, aside = _turned((other.x - body.x) // SUB, (other.y - body.y) // SUB, dx, dy)
        if 0 < along < 34 + max(body.speed, 0) // 14 and abs(aside) < 19:
            limit = min(limit, max((along - 36) * 12, 0))
    for _, other, _ in simulation.world.query(Body, Walker):
        along, aside = _turned((other.x - body.x) // SUB, (other.y - body.y) // SUB, dx, dy)
        if -8 < along < 60 and abs(aside) < 24:
            limit = min(limit, CRAWL)
    return limit


def _turned(x: int, y: int, dx: int, dy: int) -> tuple[int, int]:
    """A vector in px, split into the part along a direction and the part to its right."""
    return (x * dx + y * dy) // UNIT, (y * dx - x * dy) // UNIT
