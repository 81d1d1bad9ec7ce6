"""What the broken games have in common: purses, and a rule that is correct."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from reskin.engine.draw import Canvas
from reskin.engine.ecs.world import World
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.game import Game, Inputs
from reskin.engine.simulation.simulation import Simulation, System


@dataclass(slots=True)
class Purse:
    coins: int


def earn(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The command `earn` gives every purse its number of coins."""
    for command in commands:
        for _, purse in simulation.world.query(Purse):
            purse.coins += int(command.args[0])


class Sound(Game):
    """Three purses and the rule above. Subclasses add the broken rules in `systems`."""

    name = "sound"
    title = "Nothing is wrong with it"
    systems: ClassVar[tuple[System, ...]] = ()

    def __init__(self, seed: int = 1) -> None:
        self.simulation = Simulation(seed, World(Purse), systems=(earn, *self.systems))
        for coins in (3, 5, 8):
            self.simulation.world.spawn(Purse(coins))
        self.simulation.ledger.open("bank")

    def commands(self, inputs: Inputs) -> list[Command]:
        return []

    def bot(self) -> list[Command]:
        return [self.simulation.command("earn", 1 + self.simulation.tick % 3)]

    def draw(self, canvas: Canvas, alpha: float, caption: str) -> None:
        canvas.begin(tick=self.simulation.tick)

    def report(self) -> dict[str, int]:
        return {"coins": sum(purse.coins for _, purse in self.simulation.world.query(Purse))}


def first(simulation: Simulation) -> Purse:
    return simulation.world.get(1, Purse)
