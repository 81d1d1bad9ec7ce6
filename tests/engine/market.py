"""A small game with things that must not be lost: traders pass on coins and tools, every tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from reskin.engine.draw import Canvas
from reskin.engine.ecs.world import World
from reskin.engine.errors import LedgerError
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.game import Control, Game, Inputs
from reskin.engine.simulation.simulation import Simulation

TRADERS = 6
COINS = 100
TOOLS = 4


@dataclass(slots=True)
class Trader:
    x: int
    y: int
    purse: str
    trail: tuple[int, ...] = ()
    sleepy: bool = False


@dataclass(slots=True)
class Stall:
    x: int
    sold: int = 0


def trade(simulation: Simulation, commands: Sequence[Command]) -> None:
    """Commands move coins and tools. What cannot be moved is refused and counted, which is state, too."""
    ledger = simulation.ledger
    for command in commands:
        source, target, count = (int(arg) % TRADERS for arg in command.args)
        try:
            with ledger.group():
                ledger.transfer(_purse(source), _purse(target), "coin", count + 1, "paid", simulation.tick)
                uid = 1 + count % TOOLS
                ledger.transfer_unique(uid, _purse(source), _purse(target), "handed over", simulation.tick)
                ledger.change_unique(uid, wear=ledger.unique(uid).state["wear"] + 1)
        except LedgerError:
            simulation.arrays["refused"][source] += 1


def wander(simulation: Simulation, commands: Sequence[Command]) -> None:
    stream = simulation.streams["steps"]
    for _, trader in simulation.world.query(Trader):
        trader.x += stream.between(-2, 2)
        trader.trail = (*trader.trail[-2:], trader.x)
        trader.sleepy = stream.chance(1, 9)
    for id, stall in simulation.world.query(Stall):
        stall.sold += 1
        if stream.chance(1, 40):
            simulation.world.despawn(id)
            simulation.world.spawn(Stall(stream.below(99)))


class Market(Game):
    """The market. The bot's commands depend on the tick alone."""

    name = "market"
    title = "A market"
    controls: ClassVar[tuple[Control, ...]] = (Control("pay", ("p",), "pay"),)

    def __init__(self, seed: int = 1) -> None:
        simulation = self.simulation = Simulation(seed, World(Trader, Stall), systems=[trade, wander])
        simulation.arrays["refused"] = np.zeros(TRADERS, np.int32)
        for i in range(TRADERS):
            simulation.ledger.open(_purse(i))
            simulation.ledger.mint(_purse(i), "coin", COINS, "founded")
            simulation.world.spawn(Trader(i * 10, i, _purse(i)))
        for i in range(TOOLS):
            simulation.ledger.mint_unique("tool", _purse(i), {"wear": 0}, "founded")
        simulation.world.spawn(Stall(5))

    def commands(self, inputs: Inputs) -> list[Command]:
        return [self.simulation.command("pay", 0, 1, 2)] if "pay" in inputs.pressed else []

    def bot(self) -> list[Command]:
        tick = self.simulation.tick
        if tick % 7 == 3:
            return []
        return [self.simulation.command("pay", tick * i % 11, tick % 5 + i, tick // 3) for i in (1, 2, 3)]

    def draw(self, canvas: Canvas, alpha: float, caption: str) -> None:
        canvas.begin(tick=self.simulation.tick)
        canvas.fill("#87ceeb", "sky")
        for id, trader in self.simulation.world.query(Trader):
            with canvas.thing(id, "player", trader.x % canvas.width, 20, 8, 8):
                canvas.rect(trader.x % canvas.width, 20, 8, 8, "#dc3c3c")

    def report(self) -> dict[str, int]:
        return {"coins": self.simulation.ledger.balance(_purse(0), "coin")}


def assert_whole(simulation: Simulation) -> None:
    """Every coin and every tool is there once."""
    ledger = simulation.ledger
    ledger.check()
    purses = [_purse(i) for i in range(TRADERS)]
    assert sum(ledger.balance(purse, "coin") for purse in purses) == ledger.total("coin") == TRADERS * COINS
    assert sorted(uid for purse in purses for uid in ledger.uniques(purse)) == list(range(1, TOOLS + 1))


def _purse(index: int) -> str:
    return f"purse {index % TRADERS}"
