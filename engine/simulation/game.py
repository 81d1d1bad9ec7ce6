"""The class that every game derives from: commands from a person or a bot, a simulation, and a picture.

A game draws plain shapes; it knows nothing of themes. Read next: `demo_games/`; `engine.simulation.games`,
which finds games; `engine.loop.loop`, which runs one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation

if TYPE_CHECKING:
    from reskin.engine.draw import Canvas


@dataclass(frozen=True, slots=True)
class Control:
    """Something that a person can do: the action, its keys (pygame names), and a help text.

    A key is meant by its place, as on a US keyboard: `w` is above `s` on every layout.
    """

    action: str
    keys: tuple[str, ...]
    help: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a person is doing now, as actions of the game's controls.

    held: actions whose key is down; pressed: actions whose key went down since the last tick, in order;
    mouse: the pointer in pixels of the frame; buttons: the mouse buttons that are down. Only test whether
    something is in the sets; their order differs from process to process.
    """

    held: frozenset[str] = frozenset()
    pressed: tuple[str, ...] = ()
    mouse: tuple[int, int] | None = None
    buttons: frozenset[int] = frozenset()


class Game(ABC):
    """A game. Create it with a seed, step its `simulation` with commands, and draw it at any time.

    A game needs `__init__`, `commands` and `draw`. Saves and replays name it by `name`, which is the class's
    name in small letters unless it is given; `title` is for people.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    tick_rate: ClassVar[int] = 60
    tile: ClassVar[int] = 32
    controls: ClassVar[tuple[Control, ...]] = ()
    simulation: Simulation

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not hasattr(cls, "name"):
            cls.name = cls.__name__.lower()
        if not hasattr(cls, "title"):
            cls.title = cls.name.replace("_", " ").title()

    @abstractmethod
    def __init__(self, seed: int) -> None:
        """Create `self.simulation` at tick 0. The same seed must give the same state."""

    @abstractmethod
    def commands(self, inputs: Inputs) -> list[Command]:
        """The commands of a person, for the next tick. May read the state but not change it."""

    def bot(self) -> list[Command]:
        """The commands of a bot, for the next tick. May depend on the state only. A game may have none."""
        return []

    @abstractmethod
    def draw(self, canvas: Canvas, alpha: float, caption: str) -> None:
        """Draw the state. Positions are `alpha` (0..1) of the way from the previous tick to this one.

        `caption` is text for the HUD, such as the theme's name. Must not change the state.
        """

    def report(self) -> dict[str, int]:
        """Numbers to show after a run, such as `coins`."""
        return {}

    @property
    def rules_fingerprint(self) -> str:
        """A fingerprint of the rules, for games whose rules can be edited while they run; else empty.

        An attribute `edition`, its former name, is read if the game has one.
        """
        return str(getattr(self, "edition", ""))

    @property
    def trouble(self) -> str:
        """What is wrong with the rules at the moment, in lines for the screen; empty if nothing is."""
        return ""

    def watch(self, on: bool = True) -> None:  # noqa: B027 - most games have no rules to edit
        """Start to look for edits of the rules, or stop."""

    def refresh(self) -> None:  # noqa: B027
        """Take up an edit of the rules. Called between ticks."""
