"""Plays a replay: simulates every tick again and compares its hash with the recorded one.

Only commands are stored, so a replay can be drawn in any theme and at any size. Seeking loads the nearest
snapshot before the tick and simulates from there. Read next: `engine.persistence.replay`, the file;
`engine.loop.session`, which runs a game by a `Playback`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reskin.engine.errors import EngineError, ReplayDamaged, ReplayDiverged, ReplayError, one_line
from reskin.engine.persistence.replay import Replay
from reskin.engine.persistence.snapshot import load_snapshot, pack_snapshot
from reskin.engine.simulation.game import Control, Game, Inputs
from reskin.engine.simulation.simulation import FORMAT, Event

KEPT_EVERY: Final = 120
"""Ticks between the snapshots that are kept in memory while playing, for going back quickly."""
KEPT: Final = 512
"""The most snapshots in memory."""
JUMP_S: Final = 5
"""Seconds that one key press goes back or forward."""

CONTROLS: Final = (
    Control("pause", ("space", "p"), "pause, or continue"),
    Control("back", ("left",), f"{JUMP_S} seconds back"),
    Control("forth", ("right",), f"{JUMP_S} seconds forward"),
    Control("step", (".",), "one tick forward, while paused"),
    Control("start", ("home",), "to the beginning"),
    Control("end", ("end",), "to the end"),
)


class Playback:
    """Runs a game by a replay. Raises ReplayError if the replay is of another game.

    playback = Playback(Miner(replay.seed), replay)
    while not playback.over:
        playback.step()
    playback.seek(300)
    """

    controls = CONTROLS

    def __init__(self, game: Game, replay: Replay) -> None:
        if game.name != replay.game:
            raise ReplayError(f"the replay is of {replay.game[:80]!r}, this game is {game.name!r}")
        self.game, self.replay = game, replay
        self.paused = False
        self.jumped = False
        """Whether the last `advance` jumped, so that this picture does not continue the last one."""
        self._kept: dict[int, bytes] = {}
        self._to_start()
        self._kept.setdefault(replay.first, pack_snapshot(game.simulation))

    @property
    def tick(self) -> int:
        return self.game.simulation.tick

    @property
    def over(self) -> bool:
        return self.tick >= self.replay.last

    def step(self) -> list[Event]:
        """Play one tick. Raises ReplayDiverged if its hash differs from the recorded one."""
        if self.over:
            raise ReplayError(f"the replay ends at tick {self.replay.last}; seek() to go back")
        tick = self.tick + 1
        try:
            events = self.game.simulation.step(self.replay.commands[self.tick - self.replay.first])
            self._compare()
        except ReplayError:
            raise
        except (Exception, SystemExit) as error:
            raise ReplayDiverged(
                f"tick {tick}: the game's rules fail, which they did not when this was recorded: "
                f"{type(error).__name__}: {one_line(error)}", tick,
            ) from error  # fmt: skip
        if self.tick % KEPT_EVERY == 0 and self.tick not in self._kept and len(self._kept) < KEPT:
            self._kept[self.tick] = pack_snapshot(self.game.simulation)
        return events

    def seek(self, tick: int) -> None:
        """Go to the state after a tick, or after the nearest one in the replay. Raises as `step` does."""
        tick = min(max(tick, self.replay.first), self.replay.last)
        near = max(kept for kept in (*self._kept, *self.replay.packed_keyframes) if kept <= tick)
        if not near < self.tick <= tick:
            self._load(self._kept[near] if near in self._kept else self.replay.keyframe(near), near)
        while self.tick < tick:
            self.step()

    def advance(self, inputs: Inputs) -> int:
        """Obey the keys of a person, then play a tick unless paused. Returns how many were played, 0 or 1."""
        self.jumped = False
        jump = JUMP_S * self.game.tick_rate
        for action in inputs.pressed:
            if action == "pause":
                self.paused = not self.paused
            elif action != "step":
                targets = {"back": self.tick - jump, "forth": self.tick + jump, "start": self.replay.first}
                self.seek(targets.get(action, self.replay.last))
                self.jumped = True
        if self.over or (self.paused and "step" not in inputs.pressed):
            return 0
        self.step()
        return 1

    def _to_start(self) -> None:
        if self.replay.start:
            self._load(self.replay.start, self.replay.first)
        else:
            self._compare()

    def _load(self, snapshot: bytes, tick: int) -> None:
        try:
            same = load_snapshot(self.game.simulation, snapshot)
            if same and self.tick == tick:
                self._compare()
        except ReplayError:
            raise
        except (Exception, SystemExit) as error:  # a checksum has no key: anything may be in a state
            name = "" if isinstance(error, EngineError) else f"{type(error).__name__}: "
            raise ReplayDiverged(
                f"the replay's snapshot of tick {tick} cannot be loaded: {name}{one_line(error)}", tick
            ) from error
        if self.tick != tick:
            raise ReplayDamaged(f"the replay is damaged: its snapshot of tick {tick} is of tick {self.tick}")

    def _compare(self) -> None:
        if self.replay.format != FORMAT:
            return
        expected, found = self.replay.hashes.get(self.tick), self.game.simulation.state_hash()
        if expected is not None and expected != found:
            raise ReplayDiverged(
                f"tick {self.tick}: the replay has state {expected}, the game now has {found}; its rules "
                f"changed since the recording, or `reskin synctest {self.game.name}` will say why",
                self.tick,
            )


def verify(
    game: Game, replay: Replay, progress: Callable[[int, int | None], None] = lambda done, all: None
) -> str:
    """Play a replay to its end without pictures. Returns the last hash.

    Compares the hash of every tick, and of every snapshot in the file. Raises ReplayDiverged at the first
    that differs. Raises ReplayError for a replay of an older version with hashes of another format: it can
    be watched but not verified.
    """
    if replay.format != FORMAT:
        raise ReplayError(
            f"the replay has hashes of state format {replay.format}, this version makes those of {FORMAT}: "
            f"it can be played, but not verified"
        )
    playback = Playback(game, replay)
    while not playback.over:
        playback.step()
        progress(playback.tick - replay.first, len(replay.commands))
    last = game.simulation.state_hash()
    for tick in replay.packed_keyframes:
        playback.seek(tick)
    return last


def open_playback(make: Callable[[int], Game], replay: Replay) -> Playback:
    """A playback of a new game. Raises ReplayDiverged if the game has changed so that it cannot begin."""
    try:
        return Playback(make(replay.seed), replay)
    except ReplayError:
        raise
    except EngineError as error:
        raise ReplayDiverged(f"the replay cannot begin: {one_line(error)}", replay.first) from error
    except (Exception, SystemExit) as error:  # of the game
        words = f"the replay cannot begin: {type(error).__name__}: {one_line(error)}"
        raise ReplayDiverged(words, replay.first) from error
