"""A session: one run of one game, and what it has in common with a window and without one.

Owns the canvas, the player, the recording and the figures. Read next: `engine.loop.loop` for the loop without
a window, then `engine.loop.windowed_loop`.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, ParamSpec, Protocol

from reskin.engine.capture.pictures import Picture, Showcase, save_png, sheet
from reskin.engine.capture.record import Recording, open_recording
from reskin.engine.draw.renderers import RENDERERS, Renderer, open_canvas
from reskin.engine.errors import EngineError, LoopError
from reskin.engine.frame import Frame, Layout, PostRenderer, plain_picture
from reskin.engine.loop.player import DEADLINE_MS, Player
from reskin.engine.loop.report import HudCheck, Meter, RunReport
from reskin.engine.outputs import why_not_replace
from reskin.engine.persistence.playback import Playback
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.game import Control, Game, Inputs
from reskin.engine.simulation.simulation import Simulation

if TYPE_CHECKING:
    import moderngl

P = ParamSpec("P")
Progress = Callable[[int, int | None], None]
"""Called with the frames done and the frames in all, if known."""


POLITE: Final = (
    "SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGXCPU",
    "SIGPWR", "SIGBREAK",
)  # fmt: skip
"""Signals that end a process unless it handles them, and that others send; not those of its own faults."""


class Stop:
    """Whether the user asked the run to stop."""

    def __init__(self) -> None:
        self.requested = False

    def request(self, number: int, where: FrameType | None) -> None:
        """The signals' handler. The second time it interrupts at once, in case something hangs."""
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True


@contextmanager
def stoppable_session() -> Iterator[Stop]:
    """While inside, the signals that ask a process to end set `requested`, so that a run ends between frames.

    These are Ctrl-C, SIGTERM, the SIGHUP of a terminal that closes, and others that would end the process
    without a word. What is ignored, as under nohup, stays so; what the program handles itself, too. Only the
    main thread can handle signals; on another one nothing changes.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    numbers = {number for name in POLITE if (number := getattr(signal, name, None)) is not None}
    taken = {signal.SIGINT, signal.SIGTERM} | {n for n in numbers if signal.getsignal(n) is signal.SIG_DFL}
    before = {number: signal.signal(number, stop.request) for number in sorted(taken)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def unfailing(tell: Callable[P, None]) -> Callable[P, None]:
    """Tell the user, if that is possible: stderr may be closed, or a file on a full disk."""

    def inner(*args: P.args, **kwargs: P.kwargs) -> None:
        with suppress(OSError, ValueError):  # Python raises ValueError for a closed file
            tell(*args, **kwargs)

    return inner


def _silent(*_: object) -> None:
    """Does nothing."""


class TickListener(Protocol):
    """Is told of every tick: a save or a replay. `status` is a warning for the user, or empty."""

    @property
    def status(self) -> str: ...

    def before_tick(self) -> None:
        """Called before each tick."""

    def on_tick(self, simulation: Simulation, commands: Sequence[Command]) -> None:
        """Called after each tick, with the commands that it got."""

    def on_rules_changed(self) -> None:
        """Called after a tick and before its `on_tick`, if it ran by other rules than the tick before."""

    def close(self) -> object: ...


@dataclass(frozen=True)
class RunOptions:
    """How to run a game. By default it opens a window, if there is a display, and runs until that is closed.

    | option | meaning |
    |---|---|
    | `size` | of the picture, (width, height) in px, at least 16 x 16 |
    | `frames` | end the run after so many |
    | `headless` | True: no window; False: LoopError if there is no display; None: a window if there is one |
    | `bot` | the game's bot plays |
    | `restyle` | whether restyling is on at first |
    | `record` | a file to write: .mp4, .gif, or .png for the last picture |
    | `sheet` | a .png to write: of each theme the plain picture above the restyled one |
    | `folder` | where F9 and F10 write screenshots and recordings |
    | `deadline_ms` | how long a picture may take in a window |
    | `showcase` | headless: themes in turn |
    | `listeners` | are told of every tick, and closed at the end |
    | `playback` | a replay, which drives the game in place of a user |
    | `renderer` | what draws: `software`, or `opengl` where there is one |
    | `watch` | take up edits of scripts and theme; None: in a window only, so that headless runs repeat |
    | `say` | is called with messages for the user |
    | `progress` | is called with the frames done and the frames in all, if known |

    Raises LoopError for options out of range.
    """

    size: tuple[int, int] = (640, 360)
    frames: int | None = None
    headless: bool | None = None
    bot: bool = False
    restyle: bool = True
    record: Path | None = None
    sheet: Path | None = None
    folder: Path = Path("recordings")
    deadline_ms: float = DEADLINE_MS
    showcase: Showcase | None = None
    listeners: tuple[TickListener, ...] = ()
    playback: Playback | None = None
    watch: bool | None = None
    renderer: Renderer = "software"
    say: Callable[[str], None] = field(default=_silent, repr=False)
    progress: Progress = field(default=_silent, repr=False)

    def __post_init__(self) -> None:
        if min(self.size) < 16:
            raise LoopError(f"size must be at least 16 x 16 px, got {self.size[0]} x {self.size[1]}")
        if self.frames is not None and self.frames < 1:
            raise LoopError(f"frames must be at least 1, got {self.frames}; leave it out to play on")
        if self.renderer not in RENDERERS:
            raise LoopError(f"renderer must be {' or '.join(RENDERERS)}, got {self.renderer!r}")
        if self.sheet is not None and self.sheet.suffix.lower() != ".png":
            raise LoopError(f"a sheet's name must end in .png, got {self.sheet.name!r}")


class Session:
    """One run of one game, with a window or without: what a turn of the loop is made of, and `run`."""

    def __init__(
        self, game: Game, post: PostRenderer | None, options: RunOptions,
        context: moderngl.Context | None = None,
    ) -> None:  # fmt: skip
        if options.sheet is not None and (refusal := why_not_replace(options.sheet, ".png")):
            raise LoopError(refusal)  # now, and not when the run is over
        self.game = game
        self.options = options
        self.say, self.progress = unfailing(options.say), unfailing(options.progress)
        self.player = Player(post, options.restyle, options.deadline_ms)
        self.canvas = open_canvas(options.renderer, *options.size, game.tile, self.say, context)
        self.meter = Meter()
        self.hud = HudCheck()
        self.ticks = 0
        self.frames = 0
        self.files: list[Path] = []
        self.hashes: list[str] = []
        self.warnings: list[str] = []
        """What was lost, such as the rest of a recording."""
        self.warn = options.say
        """Tells the user of it at once."""
        self.recording = self.start_recording(options.record, fast=False) if options.record else None
        self._trouble = ""
        self._scripts_trouble = False
        self._rules = game.rules_fingerprint
        self._sheet: dict[str, list[Picture]] = {}
        self._sheet_layout: Layout = "BGRX"

    @property
    def done(self) -> bool:
        return self.options.frames is not None and self.frames >= self.options.frames

    @property
    def controls(self) -> tuple[Control, ...]:
        """The controls of the game, or of the replay."""
        return self.game.controls if self.options.playback is None else self.options.playback.controls

    @property
    def status(self) -> str:
        """What the listeners warn of; empty if they do not."""
        return "; ".join(listener.status for listener in self.options.listeners if listener.status)

    @property
    def trouble(self) -> str:
        """What is wrong with edits of the scripts or of the theme, in lines; empty while nothing is."""
        return "\n".join(filter(None, (self.game.trouble, self.player.trouble)))

    def watch(self, on: bool = True) -> None:
        """Take up edits of the game's scripts and of the theme from now on, or no longer."""
        self.game.watch(on)
        self.player.watch(on)

    def run(
        self, turn: Callable[[], None], headless: bool, quitting: Callable[[], bool] = lambda: False
    ) -> RunReport:
        """Repeat `turn` until `options.frames`, `quitting()` or Ctrl-C; then finish, and give the figures."""
        if self.options.watch is not None or not headless:
            self.watch(self.options.watch is not False)
        hung = False
        with stoppable_session() as stop:
            try:
                while not (self.done or quitting() or stop.requested):
                    turn()
            except KeyboardInterrupt:
                stop.requested = True
            finally:
                hung = not self.player.close()
                self.finish()
        return self.report(headless, stop.requested, hung)

    def tick(self, inputs: Inputs) -> None:
        """Advance the simulation by one tick: by the bot, by inputs or by a replay.

        Edited scripts are taken up before it, but not in a replay.
        """
        if self.options.playback is not None:
            self._play_back(self.options.playback, inputs)
            return
        for listener in self.options.listeners:
            listener.before_tick()
        self.game.refresh()
        commands = self.game.bot() if self.options.bot else self.game.commands(inputs)
        self.game.simulation.step(commands)
        before, self._rules = self._rules, self.game.rules_fingerprint
        edited = self._rules != before
        for listener in self.options.listeners:
            if edited:
                listener.on_rules_changed()
            listener.on_tick(self.game.simulation, commands)
        self.ticks += 1
        if self.trouble != self._trouble:
            scripts, self._trouble = self._scripts_trouble, self.trouble
            self._scripts_trouble = bool(self.game.trouble)
            self.say(self._trouble or f"The {'scripts are' if scripts else 'theme is'} right again.")

    def _play_back(self, playback: Playback, inputs: Inputs) -> None:
        self.ticks += playback.advance(inputs)
        if playback.jumped:
            self.player.breaker.cut()

    def draw(self, alpha: float) -> Frame:
        """The game's frame, `alpha` of the way from the previous tick to this one."""
        with self.meter("draw"):
            self.game.draw(self.canvas, alpha, self.player.caption)
            return self.canvas.finish()

    def shown(self, frame: Frame, picture: Picture, wiped: Picture | None = None) -> None:
        """A picture was shown: check its HUD, record it (`wiped` if there is one), and count it."""
        self.hud.check(frame, picture)
        output = picture if wiped is None else wiped
        if self.recording is not None:
            try:
                self.recording.add(output, frame.layout, frame.tick)
            except EngineError as error:
                self._end_recording(error)
        if self.options.sheet is not None:
            self._sheet[self.player.caption] = [plain_picture(frame), picture.copy()]
            self._sheet_layout = frame.layout
        self.frames += 1
        self.meter.next_frame()
        self.progress(self.frames, self.options.frames)

    def start_recording(self, path: Path, fast: bool) -> Recording:
        return open_recording(path, rate=self.game.tick_rate, fast=fast)

    def stop_recording(self) -> Path | None:
        """Finish the recording; None if there was none, or nothing in it."""
        recording, self.recording = self.recording, None
        path = recording.close() if recording is not None else None
        if path is not None:
            self.files.append(path)
        return path

    def _end_recording(self, error: EngineError) -> None:
        """Finish a recording that failed, with the pictures before, and warn; the game goes on."""
        try:
            kept = self.stop_recording()
            words = f"the recording failed: {error}; what there was is in {kept}"
        except EngineError as second:
            words = f"the recording failed: {second}"
        self.warnings.append(words)
        self.warn(words)

    def free_name(self, suffix: str) -> Path:
        """A path in `options.folder` that is not taken, such as `recordings/miner-winter-000123.png`."""
        stem = f"{self.game.name}-{self.player.caption}-{self.game.simulation.tick:06d}"
        path, count = self.options.folder / f"{stem}{suffix}", 1
        while path.exists():
            count += 1
            path = self.options.folder / f"{stem}-{count}{suffix}"
        return path

    def finish(self) -> None:
        """Close the recording, the sheet, the listeners and the canvas: all of them, even if one fails."""
        with ExitStack() as stack:
            stack.callback(self.canvas.release)
            for listener in self.options.listeners:
                stack.callback(listener.close)
            stack.callback(self._save_sheet)
            stack.callback(self.watch, False)
            self.stop_recording()

    def _save_sheet(self) -> None:
        if self.options.sheet is not None and self._sheet:
            page = sheet(list(self._sheet.values()))
            self.files.append(save_png(self.options.sheet, page, self._sheet_layout))

    def report(self, headless: bool, interrupted: bool = False, hung: bool = False) -> RunReport:
        """The figures so far."""
        player, figures = self.player, self.game.report()
        post = player.post if player.restyling else None
        return RunReport(
            game=self.game.name, theme=player.caption, seed=self.game.simulation.seed,
            frames=self.frames, ticks=self.ticks, state_hash=self.game.simulation.state_hash(),
            runtime=_name(post, "runtime"), device=_name(post, "device"),
            fps=round(self.meter.fps, 2), ms=self.meter.table(),
            hud={"pixels": self.hud.pixels, "differing": self.hud.differing},
            faults=player.breaker.faults, coins=figures.get("coins", 0), figures=figures,
            reasons=dict(player.breaker.reasons), files=self.files, hashes=self.hashes,
            warnings=self.warnings, headless=headless, interrupted=interrupted, hung=hung,
        )  # fmt: skip


def _name(post: object, attribute: str) -> str | None:
    """An attribute of a post-renderer as text; None if it has none, or it cannot be read."""
    try:
        value = getattr(post, attribute, None)
        return None if value is None else str(value)
    except Exception:
        return None
