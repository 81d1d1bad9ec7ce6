"""Every error that the engine raises on purpose.

    EngineError
    ├── FrameError          a channel of a frame breaks the contract of `engine.frame`
    ├── DrawError           a canvas cannot draw this
    │   └── OpenGLMissing       OpenGL cannot be used here; the software canvas can
    ├── WorldError          an entity or a component is missing, or has another type
    ├── LedgerError
    │   ├── InsufficientFunds   a transfer would make a balance negative
    │   ├── UnknownItem         a unique item does not exist, or is in another account
    │   └── AccountFull         an account would exceed its stack limit or its slots
    ├── ClockError          a time or a rate is not a whole number in its range
    ├── RandomError         a random stream got a range or a chance that is not of integers
    ├── CommandError        a command is malformed, or for another tick than the next
    ├── StateError          a state cannot be restored: it has another form than this version writes
    ├── SnapshotError       bytes are not a snapshot, or were changed
    │   └── SnapshotNewer       a newer version of Reskin wrote them
    ├── SaveError           a save cannot be made or read, or is of another game
    │   ├── SaveBusy            another process has it open
    │   ├── SaveNewer           a newer version of Reskin wrote it
    │   ├── SaveDamaged         it is not as it was written; `offer` is what can be recovered
    │   └── SaveOutdated        it is good, but the game's rules no longer play it; `offer` as above
    ├── ReplayError         a replay cannot be made or read, or is of another game
    │   ├── ReplayNewer         a newer version of Reskin wrote it
    │   ├── ReplayDamaged       it is not as it was written, or was never finished
    │   └── ReplayDiverged      the game gives another state than when it was recorded
    ├── SyncError           a game did not give the same state from the same seed and commands
    │   ├── WallClock           a rule read the time
    │   ├── UnseededRandom      a rule drew random numbers without the simulation's streams
    │   ├── HiddenGlobal        a rule kept something in a module or a class
    │   ├── UnregisteredState   a rule kept something in an object that the simulation does not store
    │   ├── SetOrder            a rule depends on the order of a set, on hash() or on id()
    │   ├── MachineDependent    a rule depends on the folder, home, time zone, locale or cores
    │   └── InexactNumber       a float got into the state, or a rule rounds as the machine does
    ├── GameError           a game is missing, or breaks the contract of `engine.simulation.game`
    ├── ScriptError         a script is wrong, failed, or would break determinism
    ├── PictureError        a picture that was named cannot be read as one
    └── LoopError           the window or the recording cannot continue

Each message says what is wrong, what was expected, what was found and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reskin.engine.persistence.savefile import SavefileOffer
    from reskin.engine.simulation.differences import Difference


def one_line(words: object, most: int = 500) -> str:
    """Words, or an exception, in one line of at most so many characters: a value in it may be a megabyte."""
    line = " ".join(str(words).split())
    return line if len(line) <= most else f"{line[:most]} …"


class EngineError(Exception):
    """The base of all errors of the engine."""


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """" (did you mean 'coin'?)" with the known word that is most like `word`, in any case; or no text."""
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word[:60].lower(), by_lower, 1) if isinstance(word, str) else ()
    return f" (did you mean {by_lower[near[0]]!r}?)" if near else ""


class FrameError(EngineError, ValueError):
    """A frame's channel has another shape, type or range than the contract says."""


class DrawError(EngineError, ValueError):
    """A canvas cannot do this: an unknown material, a layer outside of begin() and finish()."""


class OpenGLMissing(DrawError):
    """OpenGL, its driver or moderngl is missing or too old. The message is one line."""


class WorldError(EngineError, LookupError):
    """An entity or a component is missing, or has another type than declared."""


class LedgerError(EngineError, ValueError):
    """A change of the ledger was refused; nothing has changed."""


class InsufficientFunds(LedgerError):
    """A transfer or a burn asked for more than the account holds."""


class UnknownItem(LedgerError):
    """A unique item does not exist, or is not in the account that was named."""


class AccountFull(LedgerError):
    """An account would exceed the stack limit or the slots that it was opened with."""


class ClockError(EngineError, ValueError):
    """A time or a rate is not a whole number in its range."""


class RandomError(EngineError, ValueError):
    """A random stream got a range or a chance that is not of integers."""


class CommandError(EngineError, ValueError):
    """A command is malformed, or is for another tick than the next one."""


class StateError(EngineError, ValueError):
    """A state cannot be restored: it, or an array in it, has another form than this version writes."""


class SnapshotError(EngineError, ValueError):
    """Bytes are not a snapshot, were changed since they were written, or are of a newer version."""


class SnapshotNewer(SnapshotError):
    """A newer version of Reskin wrote the snapshot."""


class SaveError(EngineError, RuntimeError):
    """A save cannot be made or read, or is of another game."""


class SaveBusy(SaveError):
    """Another process has the save open; nothing was changed."""


class SaveNewer(SaveError):
    """A newer version of Reskin wrote the save; nothing says that it is damaged."""


class SaveDamaged(SaveError):
    """A save is not as it was written. `offer` is the newest good state in it, or None."""

    def __init__(self, message: str, offer: SavefileOffer | None = None) -> None:
        super().__init__(message)
        self.offer = offer


class SaveOutdated(SaveError):
    """A save is as it was written, but the game's rules, as they are now, do not play its journal.

    `offer` is the last snapshot, from which they can go on.
    """

    def __init__(self, message: str, offer: SavefileOffer) -> None:
        super().__init__(message)
        self.offer = offer


class ReplayError(EngineError, ValueError):
    """A replay cannot be made or read, or is of another game."""


class ReplayNewer(ReplayError):
    """A newer version of Reskin wrote the replay; nothing says that it is damaged."""


class ReplayDamaged(ReplayError):
    """A replay is not as it was written, or was never finished. Its first `good_ticks` can be played."""

    def __init__(self, message: str, good_ticks: int = 0) -> None:
        super().__init__(message)
        self.good_ticks = good_ticks


class ReplayDiverged(ReplayError):
    """At `tick` the game gives another state than when the replay was recorded."""

    def __init__(self, message: str, tick: int = 0) -> None:
        super().__init__(message)
        self.tick = tick


class SyncError(EngineError, AssertionError):
    """A game did not give the same state from the same seed and commands.

    tick: where this was found; difference: the first value that differs, if states were compared;
    commands: the last ones before it, as `[tick, name, args]`.
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
    """A rule read the time, which no replay can repeat."""


class UnseededRandom(SyncError):
    """A rule drew random numbers without `simulation.streams`."""


class HiddenGlobal(SyncError):
    """A rule kept something in a module or a class, which is in no snapshot."""


class UnregisteredState(SyncError):
    """A rule kept something in an object that the simulation does not store."""


class SetOrder(SyncError):
    """A rule depends on the order of a set, on `hash()` or on `id()`, which differ between processes."""


class MachineDependent(SyncError):
    """A rule depends on the machine, its files or its environment."""


class InexactNumber(SyncError):
    """A float got into the state, or a rule called math.sin or the like; machines round them differently."""


class GameError(EngineError, ValueError):
    """A game is missing, or breaks the contract of `engine.simulation.game`."""


class PictureError(EngineError, ValueError):
    """A file is no whole picture, or says of its colours what cannot be converted."""


class LoopError(EngineError, RuntimeError):
    """The window, the recording or the post-renderer cannot continue."""


class ScriptError(EngineError, RuntimeError):
    """A script is wrong, failed, or would break determinism. `file` and `line` say where, if known."""

    def __init__(self, message: str, file: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.file = file
        self.line = line


MOST_LETTERS = 200
"""Of a line for the screen: two lines of a window."""


def short_line(text: str, most: int = MOST_LETTERS) -> str:
    """A text in one line of at most `most` letters, an ellipsis in place of the rest."""
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most and len(text) <= 4 * most else f"{line[: most - 1]}…"


def error_line(error: BaseException) -> str:
    """The type and the message of somebody else's exception, as a short line. Never raises."""
    name = type(error).__name__
    try:
        return short_line(f"{name}: {error}")
    except Exception:  # its message is made by code of theirs
        return short_line(f"{name}, whose message cannot be read")
