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
    ├── GameError           a game is missing, or does not keep the contract of `engine.game`
    ├── ScriptError         a script has a mistake, failed, or would break determinism
    └── LoopError           the window or the recording cannot go on

Each message names the thing, what was expected, what was found and what to do.
"""


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


class GameError(EngineError, ValueError):
    """A game is missing, or does not keep the contract of `engine.game`."""


class LoopError(EngineError, RuntimeError):
    """The window, the recording or the post-renderer cannot go on."""


class ScriptError(EngineError, RuntimeError):
    """A script has a mistake, failed, or would break determinism. `file` and `line` say where, if known."""

    def __init__(self, message: str, file: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
