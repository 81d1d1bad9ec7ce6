"""Every error that the engine raises on purpose.

    EngineError
    ├── FrameError          a frame does not keep the contract of `engine.frame`
    ├── DrawError           a canvas was asked for something that it cannot draw
    ├── WorldError          an entity or a component is missing, or of another type
    ├── LedgerError
    │   ├── InsufficientFunds   a transfer would make a balance negative
    │   ├── UnknownItem         a unique item does not exist, or is elsewhere
    │   └── AccountFull         a balance would pass the account's stack limit
    ├── ClockError          time or a rate is not a whole number
    ├── RandomError         a stream was asked for something that is not a fair integer
    ├── CommandError        a command is malformed or stamped with another tick than the next
    ├── StateError          a state to restore has another form than this version writes
    ├── SnapshotError       bytes are no snapshot, were changed, or are of a newer version
    ├── SaveError           a save cannot be made, or is of another game
    │   ├── SaveBusy            another process has it open
    │   └── SaveDamaged         it is not as it was written; `offer` is what can be had from it
    ├── ReplayError         a replay cannot be made, or is of another game
    │   ├── ReplayDamaged       it is not as it was written, or was never finished
    │   └── ReplayDiverged      the game did not do again what it did
    ├── SyncError           a game did not give the same state from the same seed and commands
    │   ├── WallClock           a rule read the time
    │   ├── UnseededRandom      a rule drew random numbers from elsewhere than the simulation's streams
    │   ├── HiddenGlobal        a rule kept something in a module or a class
    │   ├── UnregisteredState   a rule kept something in an object that the simulation does not store
    │   ├── SetOrder            a rule went by the order of a set, by hash() or by id()
    │   └── InexactNumber       a float got into the state
    ├── GameError           a game is missing, or does not keep the contract of `engine.simulation.game`
    ├── ScriptError         a script has a mistake, failed, or would break determinism
    └── LoopError           the window or the recording cannot go on

Each message names the thing, what was expected, what was found and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reskin.engine.persistence.savefile import Offer
    from reskin.engine.simulation.differences import Difference


class EngineError(Exception):
    """Root of the engine's errors: catch this to catch them all."""


class FrameError(EngineError, ValueError):
    """A frame's channel has another shape, type or range than the contract says."""


class DrawError(EngineError, ValueError):
    """A canvas call is impossible: an unknown material, a layer outside begin() and finish()."""


class WorldError(EngineError, LookupError):
    """An entity or a component is missing, or has another type than declared."""


class LedgerError(EngineError, ValueError):
    """A change of holdings was refused; nothing has changed."""


class InsufficientFunds(LedgerError):
    """A transfer or a burn asked for more than the account holds."""


class UnknownItem(LedgerError):
    """A unique item does not exist, or is not in the account that was named."""


class AccountFull(LedgerError):
    """A balance would pass the stack limit that its account was opened with."""


class ClockError(EngineError, ValueError):
    """Time or a rate is not a whole number in its range."""


class RandomError(EngineError, ValueError):
    """A random stream was asked for something that is not a fair integer."""


class CommandError(EngineError, ValueError):
    """A command is malformed, or is stamped with another tick than the next one."""


class StateError(EngineError, ValueError):
    """A state to restore, or an array in it, has another form than this version writes."""


class SnapshotError(EngineError, ValueError):
    """Bytes are no snapshot, were changed since they were written, or are of a newer version."""


class SaveError(EngineError, RuntimeError):
    """A save cannot be made or read, or is of another game."""


class SaveBusy(SaveError):
    """Another process has the save open; nothing was touched."""


class SaveDamaged(SaveError):
    """A save is not as it was written. `offer` is the newest good state in it, or None."""

    def __init__(self, message: str, offer: Offer | None = None) -> None:
        super().__init__(message)
        self.offer = offer


class ReplayError(EngineError, ValueError):
    """A replay cannot be made or read, or is of another game."""


class ReplayDamaged(ReplayError):
    """A replay is not as it was written, or was never finished. `good_ticks` can be played all the same."""

    def __init__(self, message: str, good_ticks: int = 0) -> None:
        super().__init__(message)
        self.good_ticks = good_ticks


class ReplayDiverged(ReplayError):
    """The game did not do again what it did when the replay was recorded."""

    def __init__(self, message: str, tick: int = 0) -> None:
        super().__init__(message)
        self.tick = tick


class SyncError(EngineError, AssertionError):
    """A game did not give the same state from the same seed and commands.

    `tick` is where it was seen; `difference`, if states were compared, the first value that differs;
    `commands` are the last ones before it, as `[tick, name, args]`.
    """

    def __init__(
        self,
        message: str,
        tick: int = 0,
        difference: Difference | None = None,
        commands: Sequence[list[object]] = (),
    ) -> None:
        super().__init__(message)
        self.tick = tick
        self.difference = difference
        self.commands = list(commands)


class WallClock(SyncError):
    """A rule read the time, which no replay can give again."""


class UnseededRandom(SyncError):
    """A rule drew random numbers from elsewhere than `simulation.streams`."""


class HiddenGlobal(SyncError):
    """A rule kept something in a module or a class, where no snapshot sees it."""


class UnregisteredState(SyncError):
    """A rule kept something in an object that the simulation does not store."""


class SetOrder(SyncError):
    """A rule went by the order of a set, by `hash()` or by `id()`: another process plays otherwise."""


class InexactNumber(SyncError):
    """A float got into the state; floats round differently from machine to machine."""


class GameError(EngineError, ValueError):
    """A game is missing, or does not keep the contract of `engine.simulation.game`."""


class LoopError(EngineError, RuntimeError):
    """The window, the recording or the post-renderer cannot go on."""


class ScriptError(EngineError, RuntimeError):
    """A script has a mistake, failed, or would break determinism. `file` and `line` say where, if known."""

    def __init__(self, message: str, file: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
