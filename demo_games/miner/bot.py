"""A bot that plays well enough to be watched. It reads the state, and keeps none of its own.

Every tick it trades where it can. It hits a slime that is close, or else takes a step towards the most
rewarding thing in the window around it, and digs where the way leads through the ground.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from reskin import Command, Simulation
from reskin.demo_games.miner import paths
from reskin.demo_games.miner.components import Body, Chest, Coin, Friend, Player, Slime, hero
from reskin.demo_games.miner.paths import ABOVE, HEIGHT, LEFT, WIDTH, Cell
from reskin.demo_games.miner.rules import trade
from reskin.demo_games.miner.rules.aim import cell_of
from reskin.demo_games.miner.rules.digging import digging_tool
from reskin.demo_games.miner.rules.physics import GRAVITY
from reskin.demo_games.miner.world.level import Grid, level_grid
from reskin.demo_games.miner.world.tiles import (
    AIR,
    BEDROCK,
    CELL,
    COAL,
    COLUMNS,
    CRATE,
    GEM,
    GOLD,
    IRON,
    PRICE,
    ROWS,
    SOLID,
    SUB,
    TREASURE,
)

REWARD: Final = {COAL: 45, IRON: 70, GOLD: 160, GEM: 240, CRATE: 80}
"""What a tile is worth, in ticks of work."""
COIN_REWARD, CHEST_REWARD, STALL_REWARD = 75, 160, 500
HOARD: Final = 6
"""Pieces of treasure that are worth a walk to a chest."""
START: Final = (LEFT, ABOVE)
STUCK, STRUGGLE = 280, 70
"""After how many ticks without progress the bot tries to get free, and for how long."""
COASTING: Final = 10
"""Px that a jump still rises after the key is released."""
SINGED_ROW: Final = 59
"""The bot fetches nothing from this row downwards, because of the lava."""
PATROL: Final = 540
"""Ticks after which the bot may explore in another direction."""
PULL: Final = 70
"""While exploring: ticks of detour that being one cell nearer to the destination is worth."""
NEAREST: Final = 60
"""While exploring: ticks to the next goal at least."""
_ROWS, _COLUMNS = np.mgrid[0:HEIGHT, 0:WIDTH]
_SOLID = np.array(SOLID)


def bot_commands(simulation: Simulation) -> list[Command]:
    """Commands for the next tick."""
    _, body, player = hero(simulation.world)
    deal = _deal(simulation, body)
    if player.still % STUCK > STUCK - STRUGGLE:
        return deal + _struggle(simulation, body, player)
    fight = _fight(simulation, body, player)
    return deal + (fight or _travel(simulation, body, player))


def _deal(simulation: Simulation, body: Body) -> list[Command]:
    """Trade, as far as it is possible from here."""
    ledger, command = simulation.ledger, simulation.command
    if trade.craftable_tool(ledger):
        return [command("craft")]
    if trade.near_friend(simulation, body):
        if ledger.balance("player", "coin") >= PRICE and not trade.has_bought_steel(ledger):
            return [command("buy")]
        if any(ledger.balance("player", item) for item in trade.WAGES):
            return [command("sell")]
    chest = trade.near_chest(simulation, body)
    if not chest:
        return []
    coins = ledger.balance(trade.chest_account(chest), "coin")
    if coins:
        return [command("take", chest, "coin", coins)]
    return [command("put", chest)] if _hoard(simulation) >= HOARD else []


def _hoard(simulation: Simulation) -> int:
    return sum(simulation.ledger.balance("player", item) for item in TREASURE)


def _fight(simulation: Simulation, body: Body, player: Player) -> list[Command]:
    """Face a slime that is close, and swing."""
    command = simulation.command
    for _, other, _ in simulation.world.query(Body, Slime):
        dx, dy = (other.cx - body.cx) // SUB, (other.cy - body.cy) // SUB
        if abs(dx) < 56 and -30 < dy < 34:
            turn = [command("walk", 1 if dx > 0 else -1)] if dx * player.facing < 0 else []
            back = [command("walk", -1 if dx > 0 else 1)] if abs(dx) < 26 and dx * player.facing > 0 else []
            return [*(turn or back), command("dig", *cell_of(other))]
    return []


def _struggle(simulation: Simulation, body: Body, player: Player) -> list[Command]:
    """Stuck: hop to a side and dig whatever is in the way there."""
    command = simulation.command
    turn = player.still // STUCK
    side = 1 if turn % 2 else -1
    column, row = cell_of(body)
    result = [command("walk", side), command("dig", column + side, row - turn // 2 % 2)]
    return result if simulation.tick % 30 < 15 else [*result, command("jump")]


def _travel(simulation: Simulation, body: Body, player: Player) -> list[Command]:
    """One step on the way to the goal; a new goal when the old one is reached, gone or out of reach."""
    view = BotView(simulation, body, player)
    rewards = dict(_rewards(simulation, view))
    goal = view.inside(player.goal_column, player.goal_row)
    result = []
    if not _keeps(simulation, view, player, goal, rewards):
        if view.afloat:
            return [simulation.command("jump")] if body.vy < 0 else []
        goal, pays = _choose(simulation, view, player, rewards)
        result.append(simulation.command("goal", goal[0] + view.left, goal[1] + view.top, pays))
    if goal == START:
        return result + _settle(simulation, body, view.column)
    step = view.field.first(goal, START)
    return result + _step(simulation, body, player, (step[0] + view.left, step[1] + view.top))


class BotView:
    """The window around the player, and the ways through it. Cells are (column, row) in the window."""

    def __init__(self, simulation: Simulation, body: Body, player: Player) -> None:
        self.column, self.row = cell_of(body)
        self.left, self.top = self.column - LEFT, self.row - ABOVE
        self.afloat = not (body.grounded or body.wet)
        self.kinds = self._window(level_grid(simulation, "terrain"))
        chests = (self.inside(c.column, c.row + 1) for _, c in simulation.world.query(Chest))
        held = tuple(cell for cell in chests if 0 <= cell[0] < WIDTH and 0 <= cell[1] < HEIGHT)
        power = digging_tool(simulation.ledger, player).power
        self.field = paths.explore_paths(self.kinds.tobytes(), held, power, START, _rise(body))

    def inside(self, column: int, row: int) -> Cell:
        """A cell of the world as one of the window, which may lie outside of it."""
        return column - self.left, row - self.top

    def _window(self, terrain: Grid) -> Grid:
        """Kinds of tiles; sky above the world, bedrock beside and below it."""
        window = np.full((HEIGHT, WIDTH), BEDROCK, np.uint8)
        window[: max(-self.top, 0)] = AIR
        r0, r1 = max(self.top, 0), min(self.top + HEIGHT, ROWS)
        c0, c1 = max(self.left, 0), min(self.left + WIDTH, COLUMNS)
        window[r0 - self.top : r1 - self.top, c0 - self.left : c1 - self.left] = terrain[r0:r1, c0:c1]
        return window


def _keeps(
    simulation: Simulation, view: BotView, player: Player, goal: Cell, rewards: dict[Cell, int]
) -> bool:
    """Whether the goal is still worth going to."""
    if simulation.tick >= player.goal_until or goal == START or not view.field.reached(goal):
        return False
    if player.goal_pays:
        return goal in rewards
    return not rewards or view.afloat


def _rise(body: Body) -> int:
    """How many cells higher the player can still get: 2 from the ground, less in flight."""
    if body.grounded or body.wet:
        return 2
    height = body.vy * body.vy // (2 * GRAVITY) if body.vy < 0 else 0
    return min((height + (body.y + body.h * SUB) % CELL) // CELL if height else 0, 2)


def _choose(
    simulation: Simulation, view: BotView, player: Player, rewards: dict[Cell, int]
) -> tuple[Cell, bool]:
    """The cell with the best reward for its cost, and True; without any, a cell to explore, and False."""
    best, chosen = 0, START
    for cell, reward in rewards.items():
        # One that was not reached in time is not tried again at once.
        if cell != view.inside(player.goal_column, player.goal_row) and view.field.reached(cell):
            gain = reward * 100 // (30 + int(view.field.cost[cell[1], cell[0]]))
            if gain > best:
                best, chosen = gain, cell
    if best:
        return chosen, True
    return _explore(simulation, view, player), False


def _explore(simulation: Simulation, view: BotView, player: Player) -> Cell:
    """A cell to stand on, some way off, in the direction of `_destination`."""
    goal = _destination(simulation, view, player)
    away = np.abs(_ROWS - goal[1]) + np.abs(_COLUMNS - goal[0])
    foothold = np.zeros(away.shape, bool)
    foothold[:-1] = _SOLID[view.kinds[1:]]
    foothold &= (view.field.cost < paths.NEVER) & (view.field.cost > NEAREST)
    if not foothold.any():
        return START
    row, column = divmod(int(np.where(foothold, view.field.cost + PULL * away, paths.NEVER).argmin()), WIDTH)
    return column, row


def _rewards(simulation: Simulation, view: BotView) -> Iterator[tuple[Cell, int]]:
    """What there is to get in the window: cells, and rewards in ticks."""
    for cell, reward in _all_rewards(simulation, view):
        if cell[1] + view.top < SINGED_ROW and view.field.reached(cell):
            yield cell, reward


def _all_rewards(simulation: Simulation, view: BotView) -> Iterator[tuple[Cell, int]]:
    world, ledger = simulation.world, simulation.ledger
    for _, coin in world.query(Coin):
        yield view.inside(coin.x // CELL, coin.y // CELL), COIN_REWARD
    hoard = _hoard(simulation)
    eager = not hoard and ledger.balance("player", "coin") > 3  # with an empty bag, digging is worth more
    for kind, reward in REWARD.items():
        for r, c in zip(*(axis.tolist() for axis in (view.kinds == kind).nonzero()), strict=True):
            yield (c, r), 2 * reward if eager else reward
    for id, chest in world.query(Chest):
        if hoard >= HOARD or ledger.balance(trade.chest_account(id), "coin"):
            yield view.inside(chest.column, chest.row), CHEST_REWARD
    if _errand(simulation):
        for _, body, _ in world.query(Body, Friend):
            yield view.inside(*cell_of(body)), STALL_REWARD


def _errand(simulation: Simulation) -> bool:
    """Whether the stall is worth a visit."""
    ledger = simulation.ledger
    worth = sum(ledger.balance("player", item) * wage for item, wage in trade.WAGES.items())
    rich = ledger.balance("player", "coin") + worth >= PRICE and not trade.has_bought_steel(ledger)
    return rich or worth >= 60


def _destination(simulation: Simulation, view: BotView, player: Player) -> Cell:
    """Where to explore: the way to the stall if it is worth a visit, else sideways and down."""
    if _errand(simulation):
        _, body, _ = next(simulation.world.query(Body, Friend))
        return view.inside(*cell_of(body))
    turn = simulation.tick // PATROL * 40503 >> 5  # looks random, and is the same on every machine
    side, down = (1 if turn & 1 else -1), turn & 6 > 0
    if not 14 <= view.column < COLUMNS - 14:
        side = 1 if view.column < 14 else -1
    return LEFT + side * 12, ABOVE + (4 if down and view.row < SINGED_ROW - 9 else -6)


def _step(simulation: Simulation, body: Body, player: Player, target: Cell) -> list[Command]:
    """Enter a neighbouring cell: clear the way first, then walk, jump or drop."""
    command, terrain = simulation.command, level_grid(simulation, "terrain")
    column, row = cell_of(body)
    for cell in _passage((column, row), target):
        if SOLID[terrain[cell[1], cell[0]]]:
            centred = _settle(simulation, body, column) if body.grounded else []
            return [*centred, command("dig", *cell)]
    result = []
    aside = target[0] * CELL + CELL // 2 - body.cx
    if target[0] != column or abs(aside) > 3 * SUB:
        result.append(command("walk", 1 if aside > 0 else -1))
    leap = abs(target[0] - column) > 1
    if body.grounded:
        # A jump counts when the key goes down.
        if (target[1] < row or leap) and not player.jump_held:
            result.append(command("jump"))
    elif body.wet:
        if target[1] < row or leap or (target[1] == row and body.cy > row * CELL + CELL // 2):
            result.append(command("jump"))
    elif leap or (body.vy < 0 and body.y + (body.h - COASTING) * SUB > (target[1] + 1) * CELL):
        result.append(command("jump"))
    return result


def _passage(start: Cell, target: Cell) -> list[Cell]:
    """Cells that must be open to go from one to the other, in the order of clearing."""
    (c, r), (tc, tr) = start, target
    if tr < r and tc != c:
        return [(c, r - 1), (tc, tr)] if tr == r - 1 else [(c, r - 1), (c, r - 2), (tc, tr)]
    return [(tc, tr)]


def _settle(simulation: Simulation, body: Body, column: int) -> list[Command]:
    """Walk to the middle of a column, so that the player falls into the hole that it digs."""
    aside = column * CELL + CELL // 2 - body.cx
    if abs(aside) <= 3 * SUB:
        return []
    return [simulation.command("walk", 1 if aside > 0 else -1)]
