"""A game whose rules are scripts. They can be edited while it runs, and a failing script never breaks a tick.

If a system raises an exception, or puts something into the world that cannot be state, such as a float,
the whole tick is rolled back. The last ruleset that worked plays it instead; if there is none, the tick is
played without that system. Nothing here reads a clock, so the same ruleset, state and commands always give
the same tick. Read next: `engine.script.scripts`, then `demo_games/caravan`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from reskin.engine.ecs.world import World
from reskin.engine.errors import CommandError, ScriptError
from reskin.engine.ledger.ledger import Ledger
from reskin.engine.script.limits import Limits
from reskin.engine.script.ruleset import raise_interrupt
from reskin.engine.script.scripts import Scripts
from reskin.engine.simulation.arrays import Arrays
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.game import Game, Inputs
from reskin.engine.simulation.rng import Streams
from reskin.engine.simulation.simulation import Event, Simulation, System

if TYPE_CHECKING:
    from reskin.engine.draw import Canvas

T = TypeVar("T")


class ScriptedSimulation(Simulation):
    """A simulation that steps by the current ruleset of some scripts."""

    def __init__(self, seed: int, scripts: Scripts) -> None:
        super().__init__(seed, World(*scripts.ruleset.kinds), systems=scripts.ruleset.systems)
        self.scripts = scripts
        self._limits: Limits | None = None  # while a script is called

    def step(self, commands: Sequence[Command] = ()) -> list[Event]:
        """Advance by one whole tick, even if scripts fail; `scripts.trouble` then says which and why.

        Raises CommandError before anything changes.
        """
        if self._limits is not None:
            raise ScriptError("a script called simulation.step(); the loop does that")
        commands = tuple(commands)
        before = self.state()
        left_out: list[System] = []
        careful = False
        while True:
            limits = self._limits = Limits(self)
            self.systems = _guarded(self.scripts.ruleset.systems, left_out, careful, limits)
            limits.note()
            try:
                events = super().step(commands)
                self.world.state()  # refuses floats and the like now, not in a later tick
                return events
            except CommandError:  # the commands are for another tick
                raise
            except Exception as failure:
                limits.put_back()
                self._roll_back(before)
                if not careful:  # once more, with a check after every system, to find the one at fault
                    careful = True
                elif not isinstance(failure, _Failed):
                    raise
                elif self.scripts.fail(self, failure.error, failure.system, commands):
                    before, left_out, careful = self.state(), [], False
                else:
                    left_out.append(failure.system)
            finally:
                self.systems, self._limits = self.scripts.ruleset.systems, None

    def _roll_back(self, state: Mapping[str, Any]) -> None:
        """Restore a state, into new parts if a script has broken the old ones."""
        try:
            self.restore(state)
        except Exception:
            self.world, self.ledger, self.arrays = World(*self.scripts.ruleset.kinds), Ledger(), Arrays()
            self.streams = Streams(state["streams"]["seed"])
            self.restore(state)


class ScriptedGame(Game):
    """A game made of the scripts in the folder `rules`, beside the file of its class.

    `main.py` in that folder must define `SYSTEMS` and `begin(simulation)`. It may define
    `commands(simulation, inputs)`, `bot(simulation)`, `draw(canvas, simulation, alpha, caption)` and
    `report(simulation)`. None of these may keep anything between two calls: all state is in the simulation.
    Raises ScriptError if the scripts cannot be loaded.
    """

    rules: ClassVar[Path | str] = "rules"
    package: ClassVar[str] = ""
    """The package that the scripts are imported as; by default, the folder's place in the game's package."""

    def __init__(self, seed: int) -> None:
        self.scripts = Scripts(*_home(type(self)))
        self.simulation: ScriptedSimulation = ScriptedSimulation(seed, self.scripts)
        try:
            self.scripts.ruleset.main.begin(self.simulation)
            self.simulation.world.state()
        except BaseException as error:
            raise_interrupt(error)
            raise self.scripts.ruleset.locate_error(error, self.scripts.ruleset.main.begin) from error

    @property
    def rules_fingerprint(self) -> str:
        return self.scripts.ruleset.fingerprint

    edition = rules_fingerprint  # its former name

    @property
    def trouble(self) -> str:
        return self.scripts.trouble

    def watch(self, on: bool = True) -> None:
        self.scripts.watch(on)

    def refresh(self) -> None:
        self.scripts.refresh(self.simulation)

    def commands(self, inputs: Inputs) -> list[Command]:
        return self._ask("commands", lambda ask: self._commands(ask(self.simulation, inputs)), [])

    def bot(self) -> list[Command]:
        return self._ask("bot", lambda ask: self._commands(ask(self.simulation)), [])

    def draw(self, canvas: Canvas, alpha: float, caption: str) -> None:
        def paint(draw: Callable[..., object]) -> bool:
            draw(canvas, self.simulation, alpha, caption)
            if not canvas.begun:
                raise ScriptError("draw() must call canvas.begin() and leave canvas.finish() to the loop")
            return True

        if not self._ask("draw", paint, False):
            canvas.begin(tick=self.simulation.tick)
            canvas.fill("#1b1f2a", "unknown")

    def report(self) -> dict[str, int]:
        return self._ask(
            "report", lambda ask: {str(k): int(v) for k, v in ask(self.simulation).items()}, {"coins": 0}
        )

    def _ask(self, name: str, use: Callable[[Callable[..., Any]], T], otherwise: T) -> T:
        """Call a function of `main.py` by `use`; if it fails, of an earlier ruleset; else `otherwise`."""
        while (function := getattr(self.scripts.ruleset.main, name, None)) is not None:
            simulation = self.simulation
            limits = simulation._limits = Limits(simulation)
            limits.note()
            try:
                answer = use(function)
                limits.check()
                return answer
            except BaseException as error:
                raise_interrupt(error)
                limits.put_back()
                if not self.scripts.fail(self.simulation, error, function):
                    break
            finally:
                simulation._limits = None
        return otherwise

    def _commands(self, given: Any) -> list[Command]:
        """Check that a script returned commands for the next tick. Raises ScriptError."""
        commands, tick = list(given), self.simulation.tick + 1
        for command in commands:
            if not isinstance(command, Command) or command.tick != tick:
                raise ScriptError(
                    f"expected commands for tick {tick}, got {command!r}; use simulation.command(...)"
                )
        return commands


class _Failed(Exception):
    """A system raised an exception."""

    def __init__(self, system: System, error: BaseException) -> None:
        super().__init__(error)
        self.system, self.error = system, error


def _guarded(
    systems: Sequence[System], left_out: Sequence[System], careful: bool, limits: Limits
) -> tuple[System, ...]:
    """Wrap systems so that a failure names the system. `careful`: check the world after each of them, too."""

    def wrap(system: System) -> System:
        def run(simulation: Simulation, commands: Sequence[Command]) -> None:
            try:
                system(simulation, commands)
                limits.check(ticks=1)
                if careful:
                    simulation.world.state()
                    simulation.ledger.check_touched()
            except BaseException as error:
                raise_interrupt(error)
                raise _Failed(system, error) from error

        return run

    return tuple(wrap(system) for system in systems if system not in left_out)


def _home(game: type[ScriptedGame]) -> tuple[Path, str]:
    """The folder of a game's scripts, and the package that they are imported as."""
    folder = Path(game.rules)
    if folder.is_absolute():
        return folder, game.package or folder.name
    module = sys.modules[game.__module__]
    package = module.__package__ or ""
    return Path(module.__file__ or "").absolute().parent / folder, ".".join(
        filter(None, (package, *folder.parts))
    )
