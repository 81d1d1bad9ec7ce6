"""What a game is to the loop: commands from a person or a bot, a simulation, and a picture.

Owns the contract that every game keeps. A game draws plain shapes; it knows nothing of themes. Read next:
`demo_games/`, `engine.simulation.games`, which finds them, and `engine.loop.loop`, which plays one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation

if TYPE_CHECKING:
    from reskin.engine.draw import Canvas


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that a person can do: its action, the keys (pygame names) that do it, and a help text."""

    action: str
    keys: tuple[str, ...]
    help: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a person does right now, in the actions of the game's controls.

    `held` are the actions whose key is down, `pressed` those that went down since the last tick, in
    order; `mouse` is the pointer in frame pixels and `buttons` the mouse buttons that are down.
    Test the sets for membership only; they have no order to rely on.
    """

    held: frozenset[str] = frozenset()
    pressed: tuple[str, ...] = ()
    mouse: tuple[int, int] | None = None
    buttons: frozenset[int] = frozenset()


class Game(ABC):
    """A game. Make one with a seed; step `simulation` with commands; draw whenever you like."""

    name: ClassVar[str]
    title: ClassVar[str]
    tick_rate: ClassVar[int] = 60
    tile: ClassVar[int] = 32
    controls: ClassVar[tuple[Control, ...]] = ()
    simulation: Simulation

    @abstractmethod
    def __init__(self, seed: int) -> None:
        """Build `self.simulation` at tick 0. The same seed builds the same state."""

    @abstractmethod
    def commands(self, inputs: Inputs) -> list[Command]:
        """What the person asks for, stamped with the next tick. Reads state, never writes it."""

    @abstractmethod
    def bot(self) -> list[Command]:
        """What a bot asks for, stamped with the next tick. Depends on the state only."""

    @abstractmethod
    def draw(self, canvas: Canvas, alpha: float, caption: str) -> None:
        """Draw the state, `alpha` (0..1) of the way from the previous tick's positions to these.

        `caption` is for the HUD, such as the theme's name. Never writes simulation state.
        """

    @abstractmethod
    def report(self) -> dict[str, int]:
        """Figures to show after a run; at least `coins`."""

    @property
    def rules_fingerprint(self) -> str:
        """A fingerprint of the rules, for games whose rules can be edited while they run; else empty.

        An attribute `edition`, its former name, is read if the game has one.
        """
        return str(getattr(self, "edition", ""))

    @property
    def trouble(self) -> str:
        """What is wrong with its rules right now, in lines for the screen; empty while nothing is."""
        return ""

    def watch(self, on: bool = True) -> None:  # noqa: B027 - most games have no rules to edit
        """Look for edits of the rules from now on, or no longer."""

    def refresh(self) -> None:  # noqa: B027
        """Take up what was edited. Called between ticks; an edit is a change from outside."""
