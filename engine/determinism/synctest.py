"""The sync test: does a game always give the same state from the same seed and commands?

1. The bot plays a tick. Then the game is rolled back, and the tick simulated again.
2. Heavy mode also packs the state as bytes and loads it into another copy of the game, after every tick.
3. Random mode rolls back by a random distance, after simulating ticks with other commands.
4. The whole run is repeated in other processes, where strings have other hashes, and folder, home, user, time
   zone, locale, order of files and number of cores are others.
5. One more process loads the state from the middle of the run and goes on from there.

If two states differ, the error names the tick, entity, component, field and both values of the first
difference; its type is the kind of mistake. Read next: `engine.determinism.nondeterminism` and
`engine.determinism.hidden_state`, which find the cause.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from reskin.engine.determinism.hidden_state import hidden_changes
from reskin.engine.determinism.nondeterminism import CallMonitor, ForbiddenCall
from reskin.engine.determinism.rules import ADVICE
from reskin.engine.determinism.subprocess import hashes_in_subprocess, state_in_subprocess
from reskin.engine.errors import (
    EngineError,
    GameError,
    HiddenGlobal,
    InexactNumber,
    MachineDependent,
    SetOrder,
    SyncError,
    UnregisteredState,
    UnseededRandom,
)
from reskin.engine.persistence.snapshot import load_snapshot, pack_snapshot, unpack_snapshot
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.differences import Difference, compare_states
from reskin.engine.simulation.game import Game
from reskin.engine.simulation.games import load_game
from reskin.engine.simulation.rng import Streams

LAST_COMMANDS: Final = 8
"""Commands before a difference that an error lists."""


@dataclass(frozen=True)
class SyncOptions:
    """What to try. `processes`: how many runs are made in other processes, each with another hash seed."""

    ticks: int = 600
    distance: int = 8
    seed: int = 7
    heavy: bool = False
    random: bool = False
    processes: int = 3

    def __post_init__(self) -> None:
        if self.ticks < 1 or self.distance < 1 or self.processes < 0:
            raise GameError(f"a sync test needs at least 1 tick and a distance of at least 1, got {self}")


@dataclass(frozen=True)
class SyncReport:
    """The result for a game in sync: what was tried, and the last hash of the state."""

    game: str
    options: SyncOptions
    resimulated: int
    state_hash: str

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        options = {name: getattr(self.options, name) for name in self.options.__dataclass_fields__}
        return {
            "game": self.game, "in_sync": True, **options, "resimulated": self.resimulated,
            "state_hash": self.state_hash,
        }  # fmt: skip


Progress = Callable[[int, int | None], None]


def sync_test(
    game: type[Game] | str, options: SyncOptions | None = None, progress: Progress = lambda done, all: None
) -> SyncReport:
    """Test a game, given as a class, an installed name or `package.module:Class`.

    Raises a kind of SyncError at the first difference. Exceptions of the game itself are not caught.
    """
    options = SyncOptions() if options is None else options
    kind = load_game(game) if isinstance(game, str) else game
    run = _Run(kind, options)
    for done in range(1, options.ticks + 1):
        run.forward()
        run.back()
        if done == options.ticks // 2:
            run.middle = pack_snapshot(run.game.simulation)
        progress(done, options.ticks)
    for hash_seed in range(1, options.processes + 1):
        _compare_with_subprocess(kind, options, hash_seed, run.hashes)
    if options.processes and run.middle:
        _compare_with_subprocess(kind, options, 1, run.hashes, run.middle)
    return SyncReport(kind.name, options, run.resimulated, run.hashes[-1])


@dataclass(frozen=True, slots=True)
class _Tick:
    """A tick that was played: the state before it, its commands, and the state's hash after it."""

    before: dict[str, Any]
    commands: tuple[Command, ...]
    hash: str


class _Run:
    """One run with its rollbacks, in this process."""

    def __init__(self, kind: type[Game], options: SyncOptions) -> None:
        self.options = options
        self.game = kind(options.seed)
        self.spare = kind(options.seed) if options.heavy else None
        self.hashes: list[str] = []
        self.middle = b""
        """The state after half of the ticks, as a snapshot."""
        self.resimulated = 0
        self._past: deque[_Tick] = deque(maxlen=options.distance)
        self._dice = Streams(options.seed)["synctest"]
        self._monitor = CallMonitor()

    def forward(self) -> None:
        """Play one tick by the bot, and look for calls that are not allowed."""
        simulation = self.game.simulation
        before, commands = simulation.state(), tuple(self.game.bot())
        try:
            with self._monitor as monitor:
                simulation.step(commands)
            hash = simulation.state_hash()
        except EngineError as error:
            raise self._judged(error, simulation.tick, commands) from error
        if monitor.found is not None:
            raise self._forbidden(monitor.found, simulation.tick, commands)
        self._past.append(_Tick(before, commands, hash))
        self.hashes.append(hash)
        if self.spare is not None:
            self._through_bytes(self.spare, hash)

    def back(self) -> None:
        """Roll back, simulate again and compare every tick on the way."""
        simulation = self.game.simulation
        distance = len(self._past)
        present = simulation.state()
        if self.options.random:
            distance = self._dice.between(1, distance)
            self._detour(distance)
        ticks = list(self._past)[-distance:]
        simulation.restore(ticks[0].before)
        for i, tick in enumerate(ticks):
            simulation.step(tick.commands)
            self.resimulated += 1
            if simulation.state_hash() != tick.hash:
                expected = ticks[i + 1].before if i + 1 < len(ticks) else present
                raise self._diverged(expected, distance)

    def _detour(self, distance: int) -> None:
        """Roll back and simulate ticks with other commands: each with those of the tick before it."""
        simulation, ticks = self.game.simulation, list(self._past)[-distance:]
        simulation.restore(ticks[0].before)
        for tick in [ticks[0], *ticks[:-1]]:
            following = simulation.tick + 1
            simulation.step([replace(command, tick=following) for command in tick.commands])

    def _through_bytes(self, spare: Game, hash: str) -> None:
        """Pack the state, load it into the other copy of the game, and go on with that copy."""
        data = pack_snapshot(self.game.simulation)
        load_snapshot(spare.simulation, data)
        if spare.simulation.state_hash() != hash or pack_snapshot(spare.simulation) != data:
            difference = _first(self.game.simulation.state(), spare.simulation.state())
            raise _error(
                UnregisteredState, self.game.simulation.tick, difference, self._commands(),
                "stored and loaded again, the state differs",
            )  # fmt: skip
        self.game, self.spare = spare, self.game

    # what went wrong

    def _diverged(self, expected: Mapping[str, Any], distance: int) -> SyncError:
        simulation = self.game.simulation
        tick, found = simulation.tick, simulation.state()
        difference = _first(expected, found)
        kind, words = self._cause()
        how = f"rolled back {distance} tick{'s' * (distance > 1)} and simulated again, the state differs"
        return _error(kind, tick, difference, self._commands(), "; ".join([how, *words]))

    def _cause(self) -> tuple[type[SyncError], list[str]]:
        """The kind of mistake, judged by what a tick changes outside of the state."""
        simulation, last = self.game.simulation, self._past[-1]
        simulation.restore(last.before)
        found = hidden_changes(self.game, lambda: simulation.step(last.commands))
        if not found:
            return SyncError, []
        kind = UnseededRandom if found[0].draws else HiddenGlobal if found[0].shared else UnregisteredState
        return kind, [f"outside of the state {change}" for change in found[:3]]

    def _judged(self, error: EngineError, tick: int, commands: Sequence[Command]) -> EngineError:
        """InexactNumber if the engine refused a float; any other error as it is."""
        if "float" not in str(error):
            return error
        return _error(InexactNumber, tick, None, self._commands(commands), str(error))

    def _forbidden(self, call: ForbiddenCall, tick: int, commands: Sequence[Command]) -> SyncError:
        words = f"{call.call}() was called at {call.place}"
        return _error(call.error, tick, None, self._commands(commands), words)

    def _commands(self, more: Sequence[Command] = ()) -> list[list[object]]:
        commands = [command.plain() for tick in self._past for command in tick.commands]
        return [*commands, *(command.plain() for command in more)][-LAST_COMMANDS:]


def _compare_with_subprocess(
    kind: type[Game], options: SyncOptions, hash_seed: int, expected: list[str], start: bytes = b""
) -> None:
    """Repeat the run, or what follows on a snapshot, in another process, with everything around it changed.

    Raises HiddenGlobal, MachineDependent or SetOrder if a hash differs.
    """
    seed, begin = options.seed, unpack_snapshot(start).state["tick"] if start else 0
    found = hashes_in_subprocess(kind, seed, options.ticks, hash_seed, other_place=True, start=start)
    if found == expected[begin:]:
        return
    pairs = enumerate(zip(expected[begin:], found, strict=True), begin + 1)
    tick = next(tick for tick, (mine, other) in pairs if mine != other)
    game = kind(seed)
    commands: list[list[object]] = []
    for _ in range(tick):
        asked = game.bot()
        commands += [command.plain() for command in asked]
        game.simulation.step(asked)
    there = state_in_subprocess(kind, seed, tick, hash_seed, other_place=True, start=start)
    difference = _first(game.simulation.state(), there)
    if start:
        error: type[SyncError] = HiddenGlobal
        words = f"a process that loaded the state after tick {begin} and went on came to another state"
    elif hashes_in_subprocess(kind, seed, options.ticks, hash_seed) == expected:
        error = MachineDependent
        words = (
            "a process with another working folder, home, user, time zone, locale, order of files and number "
            "of cores came to another state"
        )
    else:
        error, words = SetOrder, f"a process with PYTHONHASHSEED={hash_seed} came to another state"
    raise _error(error, tick, difference, commands[-LAST_COMMANDS:], words)


def _first(expected: Mapping[str, Any], found: Mapping[str, Any]) -> Difference | None:
    return next(iter(compare_states(expected, found, limit=1)), None)


def _error(
    kind: type[SyncError], tick: int, difference: Difference | None, commands: list[list[object]], words: str
) -> SyncError:
    parts = [f"tick {tick}: {words}"]
    if difference is not None:
        parts.append(f"first difference: {difference}")
    if commands:
        parts.append("last commands: " + ", ".join(f"{c[0]} {c[1]}{tuple(c[2])}" for c in commands[-3:]))  # type: ignore[arg-type]
    return kind("; ".join([*parts, ADVICE[kind]]), tick, difference, commands)
