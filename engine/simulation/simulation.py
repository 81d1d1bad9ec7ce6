"""The exact part of a game: systems that step a world, a ledger, random streams and arrays by fixed ticks.

The same seed and the same commands give the same hash at every tick, on every machine. Commands for any
tick but the next are refused. Read next: `engine.simulation.game`, which adds controls and a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Final

import msgpack

from reskin.engine.ecs.world import World
from reskin.engine.errors import CommandError, EngineError, LedgerError, StateError, WorldError
from reskin.engine.ledger.ledger import Ledger
from reskin.engine.simulation.arrays import Arrays
from reskin.engine.simulation.command import Argument, Command
from reskin.engine.simulation.differences import outgrown
from reskin.engine.simulation.rng import Streams

FORMAT: Final = 2
"""Version of what `state()` returns; increased when the format changes."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a tick, for drawing or sounds. Not part of the state."""

    tick: int
    name: str
    data: Mapping[str, Any]


class Simulation:
    """A world, a ledger, random streams and arrays, and the systems that step them, in their order.

    A system is called as `system(simulation, commands)` once a tick; `tick` is then the current tick, which
    the commands are for.

    >>> def grow(simulation, commands):
    ...     for command in commands:
    ...         simulation.emit("grew", by=command.args[0])
    >>> simulation = Simulation(seed=1, systems=[grow])
    >>> simulation.step([simulation.command("grow", 3)])[0].data["by"]
    3
    >>> simulation.tick
    1
    """

    def __init__(
        self,
        seed: int,
        world: World | None = None,
        ledger: Ledger | None = None,
        streams: Streams | None = None,
        systems: Sequence[System] = (),
    ) -> None:
        self.world = World() if world is None else world
        self.ledger = Ledger() if ledger is None else ledger
        self.streams = Streams(seed) if streams is None else streams
        if self.streams.seed != seed:
            raise StateError(f"the streams were seeded with {self.streams.seed}, the simulation with {seed}")
        self.systems = tuple(systems)
        self.arrays = Arrays()
        self.tick = 0
        self._events: list[Event] = []
        self._ledger_packed = (-1, b"")  # version, bytes
        self._packer = msgpack.Packer()

    @property
    def seed(self) -> int:
        return self.streams.seed

    def command(self, name: str, *args: Argument) -> Command:
        """A command for the next tick."""
        return Command(self.tick + 1, name, args)

    def step(self, commands: Sequence[Command] = ()) -> list[Event]:
        """Advance by one tick and return its events. Raises CommandError before anything changes.

        Raises LedgerError if a law of the ledger is broken at the end of the tick. After this or an
        exception of a system, the tick is half done: `restore` a state to go on.
        """
        commands = tuple(commands)
        for command in commands:
            if command.tick != self.tick + 1:
                raise CommandError(
                    f"command {command.name!r} is for tick {command.tick}, the next is {self.tick + 1}; "
                    f"make commands with simulation.command(name, ...)"
                )
        self.tick += 1
        self._events = []
        for system in self.systems:
            system(self, commands)
        try:
            self.ledger.check_touched()
        except LedgerError as error:
            raise LedgerError(f"tick {self.tick}: {error}") from None
        return self._events

    def emit(self, name: str, **data: Any) -> None:
        """Add an event to this tick."""
        self._events.append(Event(self.tick, name, MappingProxyType(data)))

    def state_hash(self) -> str:
        """32 hex digits over the whole state: blake2b of canonical msgpack and of the arrays' bytes.

        Raises WorldError, which names the entity and the field, if the state has a float or an integer of
        more than 64 bits.
        """
        if self._ledger_packed[0] != self.ledger.version:
            self._ledger_packed = (self.ledger.version, self._pack(self.ledger.canonical()))
        digest = blake2b(digest_size=16)
        digest.update(self._pack([FORMAT, self.tick, self.streams.state(), self.world.state()]))
        digest.update(self._ledger_packed[1])
        for name, array in self.arrays.canonical():
            digest.update(self._pack([name, array.dtype.str, array.shape]))
            digest.update(array.reshape(-1).data)
        return digest.hexdigest()

    def state(self) -> dict[str, Any]:
        """The whole state as plain data that msgpack can store. Shares nothing with the simulation."""
        return {
            "format": FORMAT,
            "tick": self.tick,
            "streams": self.streams.state(),
            "world": self.world.state(),
            "ledger": self.ledger.state(),
            "arrays": self.arrays.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore a `state()` of this simulation, or of another with the same systems.

        Arrays are written in place if shape and type are the same, so that views of them stay valid.
        Raises StateError, WorldError or LedgerError, and changes nothing, for a state that cannot be
        restored. The simulation may be in any condition, even in the middle of a tick.
        """
        if state.get("format") != FORMAT:
            raise StateError(f"a state's format must be {FORMAT}, got {state.get('format')!r}")
        try:
            commits = [
                self.streams.prepare(state["streams"]),
                self.world.prepare(state["world"]),
                self.ledger.prepare(state["ledger"]),
                self.arrays.prepare(state["arrays"]),
            ]
            tick = state["tick"]
            if type(tick) is not int or tick < 0:
                raise StateError(f"a tick must be an int of 0 or more, got {tick!r}")
        except EngineError:
            raise
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise StateError(f"the state is damaged: {type(error).__name__}: {error}") from error
        for commit in commits:
            commit()
        self.tick, self._events = tick, []

    def _pack(self, value: Any) -> bytes:
        try:
            packed: bytes = self._packer.pack(value)
        except OverflowError:
            raise WorldError(
                f"tick {self.tick}: an integer outgrew 64 bits: {outgrown(self.state())}"
            ) from None
        return packed


System = Callable[[Simulation, Sequence[Command]], None]
