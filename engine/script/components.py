"""What scripts define: components, and handlers of commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, dataclass_transform

from reskin.engine.errors import ScriptError
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation

T = TypeVar("T")
Handler = Callable[..., object]

_MARK: Final = "__script_component__"


@dataclass_transform()
def component(kind: type[T]) -> type[T]:
    """Make a class a component: a dataclass with slots, known to the world by its name.

    >>> @component
    ... class Purse:
    ...     coins: int = 5
    >>> Purse()
    Purse(coins=5)
    """
    made = dataclass(slots=True)(kind)
    setattr(made, _MARK, True)
    return made


def is_component(kind: object) -> bool:
    """Whether `component` made it."""
    return isinstance(kind, type) and _MARK in vars(kind)


class on:
    """A system made of one handler a command: `on(buy=buy)` calls `buy(simulation, *args)` for each `buy`.

    Commands are handled in the order in which they were given. Raises ScriptError for a command with
    more or fewer arguments than its handler takes.
    """

    __slots__ = ("handlers",)

    def __init__(self, **handlers: Handler) -> None:
        self.handlers = handlers

    def __call__(self, simulation: Simulation, commands: Sequence[Command]) -> None:
        for command in commands:
            handler = self.handlers.get(command.name)
            if handler is not None:
                _call(handler, simulation, command)


def _call(handler: Handler, simulation: Simulation, command: Command) -> None:
    try:
        handler(simulation, *command.args)
    except TypeError as error:
        if error.__traceback__ is None or error.__traceback__.tb_next is not None:
            raise  # it was raised inside the handler
        raise ScriptError(
            f"the command {command.name!r} has the arguments {command.args}: {error}"
        ) from error
