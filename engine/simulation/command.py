"""Commands: what a player or a bot asks of the simulation, each for one tick.

Commands are the only input of a simulation, so a seed and the commands make a replay. Arguments are
integers and strings; everything else is refused. Read next: `engine.simulation.simulation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reskin.engine.ecs.packing import is_storable_text
from reskin.engine.errors import CommandError

Argument = int | str


@dataclass(frozen=True, slots=True)
class Command:
    """One request for one tick, such as `Command(12, "dig", (3, 4))`. Raises CommandError."""

    tick: int
    name: str
    args: tuple[Argument, ...] = ()

    def __post_init__(self) -> None:
        if type(self.tick) is not int or self.tick < 1:
            raise CommandError(f"a command's tick must be an int of at least 1, got {self.tick!r}")
        if type(self.name) is not str or not self.name:
            raise CommandError(f"a command's name must be a string that is not empty, got {self.name!r}")
        if not is_storable_text(self.name):
            raise CommandError(f"a command's name must be of whole characters, got {self.name!r}")
        if type(self.args) is not tuple:
            raise CommandError(f"the arguments of {self.name!r} must be a tuple, got {self.args!r}")
        for i, value in enumerate(self.args):
            if type(value) not in (int, str, bool):
                raise CommandError(
                    f"argument {i} of {self.name!r} must be an int or a string, got "
                    f"{type(value).__name__} {value!r}; convert it before making the command"
                )
            if type(value) is str and not is_storable_text(value):
                raise CommandError(
                    f"argument {i} of {self.name!r} must be of whole characters, got {value!r}"
                )

    def plain(self) -> list[Any]:
        """As plain data: `[tick, name, [args]]`."""
        return [self.tick, self.name, list(self.args)]

    @classmethod
    def from_plain(cls, data: Sequence[Any]) -> Command:
        """Read what `plain` wrote. Raises CommandError."""
        if len(data) != 3:
            raise CommandError(f"a stored command is [tick, name, args], got {data!r}")
        tick, name, args = data
        return cls(tick, name, tuple(args))
