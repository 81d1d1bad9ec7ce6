"""Short-lived marks of what happened: splinters and notes. They are state, so a replay shows them too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reskin import Command, Simulation
from reskin.demo_games.miner.components import BURST_TICKS, Burst, Note

NOTE_TICKS: Final = 70


def burst_effect(simulation: Simulation, x: int, y: int, color: str) -> None:
    """Splinters of a colour "#rrggbb" that fly from a place in units."""
    simulation.world.spawn(Burst(x, y, simulation.tick, int(color[1:], 16)))


def note_effect(simulation: Simulation, x: int, y: int, text: str) -> None:
    """A text that rises from a place; it replaces one that says the same."""
    for id, other in simulation.world.query(Note):
        if other.text == text and simulation.tick - other.tick < 20:
            simulation.world.despawn(id)
    simulation.world.spawn(Note(x, y, simulation.tick, text))


def fade_effects(simulation: Simulation, commands: Sequence[Command]) -> None:
    """The system: removes what has had its time."""
    world, tick = simulation.world, simulation.tick
    for id, splinters in world.query(Burst):
        if tick - splinters.tick >= BURST_TICKS:
            world.despawn(id)
    for id, text in world.query(Note):
        if tick - text.tick >= NOTE_TICKS:
            world.despawn(id)
