"""A session: one run of one game, and what the headless and the windowed loop have in common.

Owns the canvas, the breaker, the recording and the figures. Read next: `engine.loop.headless` for the loop
at its plainest, then `engine.loop.windowed_loop`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from reskin.engine.capture.pictures import Picture, save_png, sheet
from reskin.engine.capture.record import Recording, open_recording
from reskin.engine.capture.showcase import Showcase
from reskin.engine.draw import Canvas
from reskin.engine.errors import EngineError, LoopError
from reskin.engine.frame import Frame, Layout, PostRenderer, plain_picture
from reskin.engine.loop.circuit_breaker import CircuitBreaker
from reskin.engine.loop.report import HudCheck, Meter, RunReport
from reskin.engine.loop.theming import PLAIN, theme_of, themes_of, trouble_of, watch_theme
from reskin.engine.persistence.playback import Playback
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.game import Control, Game, Inputs
from reskin.engine.simulation.simulation import Simulation

Progress = Callable[[int, int | None], None]


def _silent(*_: object) -> None:
    """Says nothing."""


class TickListener(Protocol):
    """Is told of every tick: a save or a replay. `status` is a warning for the player, or empty."""

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
    """How to run a game; the defaults open a window if there is a display and play until it is closed.

    `size` is the picture's in px; `frames` ends the run after so many; `headless` is decided by the
    display when it is None; `record` and `sheet` are files to write (`sheet`: a .png of each theme's
    plain picture over its restyled one); `folder` takes what F9 and F10 make; `deadline_ms` is how long
    a picture may take in the window; `watch` takes up edits of scripts and theme, by default in a window
    only, so that a run without one can be repeated. `listeners` see every tick and are closed at the end; a
    `playback` drives the game instead of a person. `say` takes words for the person, `progress` frames
    done and all.
    """

    size: tuple[int, int] = (640, 360)
    frames: int | None = None
    headless: bool | None = None
    bot: bool = False
    restyle: bool = True
    record: Path | None = None
    sheet: Path | None = None
    folder: Path = Path("recordings")
    deadline_ms: float = 100.0
    showcase: Showcase | None = None
    listeners: tuple[TickListener, ...] = ()
    playback: Playback | None = None
    watch: bool | None = None
    say: Callable[[str], None] = field(default=_silent, repr=False)
    progress: Progress = field(default=_silent, repr=False)

    def __post_init__(self) -> None:
        if min(self.size) < 16:
            raise LoopError(f"size must be at least 16 x 16 px, got {self.size[0]} x {self.size[1]}")
        if self.frames is not None and self.frames < 1:
            raise LoopError(f"frames must be at least 1, got {self.frames}; leave it out to play on")
        if self.sheet is not None and self.sheet.suffix.lower() != ".png":
            raise LoopError(f"a sheet's name must end in .png, got {self.sheet.name!r}")


class Session:
    """One run. The loop ticks, draws and shows through it, and takes the report at the end."""

    def __init__(self, game: Game, post: PostRenderer | None, options: RunOptions) -> None:
        self.game = game
        self.options = options
        self.breaker = CircuitBreaker(post)
        self.canvas = Canvas(*options.size, tile=game.tile)
        self.meter = Meter()
        self.hud = HudCheck()
        self.restyle = options.restyle and post is not None
        self.theme = theme_of(post)
        self.themes = themes_of(post)
        self.ticks = 0
        self.frames = 0
        self.files: list[Path] = []
        self.hashes: list[str] = []
        self.recording = self.start_recording(options.record, fast=False) if options.record else None
        self._trouble = ""
        self._scripts_trouble = False
        self._edition = game.edition
        self._sheet: dict[str, list[Picture]] = {}
        self._sheet_layout: Layout = "BGRX"

    @property
    def caption(self) -> str:
        """What the HUD calls the look of the frame."""
        return self.theme if self.restyle else PLAIN

    @property
    def done(self) -> bool:
        return self.options.frames is not None and self.frames >= self.options.frames

    @property
    def controls(self) -> tuple[Control, ...]:
        """The keys of whatever drives the game."""
        return self.game.controls if self.options.playback is None else self.options.playback.controls

    @property
    def status(self) -> str:
        """What the listeners warn of; empty if there is nothing."""
        return "; ".join(listener.status for listener in self.options.listeners if listener.status)

    @property
    def trouble(self) -> str:
        """What is wrong with edits of the scripts or of the theme, in lines; empty while nothing is."""
        return "\n".join(filter(None, (self.game.trouble, trouble_of(self.breaker.post))))

    def watch(self, on: bool = True) -> None:
        """Take up edits of the game's scripts and of the theme from now on, or no longer."""
        self.game.watch(on)
        watch_theme(self.breaker.post, on)

    def tick(self, inputs: Inputs) -> None:
        """Advance the simulation by one tick, by the bot, a person's inputs or a replay.

        Scripts that were edited are taken up before it, but not in a replay.
        """
        if self.options.playback is not None:
            self._play_back(self.options.playback, inputs)
            return
        for listener in self.options.listeners:
            listener.before_tick()
        self.game.refresh()
        commands = self.game.bot() if self.options.bot else self.game.commands(inputs)
        self.game.simulation.step(commands)
        edited, self._edition = self._edition != self.game.edition, self.game.edition
        for listener in self.options.listeners:
            if edited:
                listener.on_rules_changed()
            listener.on_tick(self.game.simulation, commands)
        self.ticks += 1
        if self.trouble != self._trouble:
            scripts, self._trouble = self._scripts_trouble, self.trouble
            self._scripts_trouble = bool(self.game.trouble)
            self.options.say(self._trouble or f"The {'scripts are' if scripts else 'theme is'} right again.")

    def _play_back(self, playback: Playback, inputs: Inputs) -> None:
        self.ticks += playback.advance(inputs)
        if playback.jumped:
            self.breaker.cut()

    def draw(self, alpha: float) -> Frame:
        """The game's frame, `alpha` of the way from the previous tick to this one."""
        with self.meter("draw"):
            self.game.draw(self.canvas, alpha, self.caption)
            return self.canvas.finish()

    def switch(self, theme: str) -> None:
        """Tell the post-renderer its theme; on the thread that calls it. What it raises passes through."""
        post = self.breaker.post
        if post is not None and self.themes:
            post.set_theme(theme)  # type: ignore[attr-defined]

    def shown(self, frame: Frame, picture: Picture, wiped: Picture | None = None) -> None:
        """A picture went out: check its HUD, record it (as the wipe shows it), count it."""
        self.hud.check(frame, picture)
        output = picture if wiped is None else wiped
        if self.recording is not None:
            self.recording.add(output, frame.layout, frame.tick)
        if self.options.sheet is not None:
            self._sheet[self.caption] = [plain_picture(frame), picture.copy()]
            self._sheet_layout = frame.layout
        self.frames += 1
        self.meter.next_frame()
        self.options.progress(self.frames, self.options.frames)

    def start_recording(self, path: Path, fast: bool) -> Recording:
        return open_recording(path, rate=self.game.tick_rate, fast=fast)

    def stop_recording(self) -> Path | None:
        """Finish the recording; None if there was none, or nothing in it."""
        recording, self.recording = self.recording, None
        path = recording.close() if recording is not None else None
        if path is not None:
            self.files.append(path)
        return path

    def give_up_recording(self) -> Path | None:
        """Finish a recording that failed, with the pictures that it took before. None, and no file, where
        that fails too."""
        try:
            return self.stop_recording()
        except (EngineError, OSError):
            return None

    def free_name(self, suffix: str) -> Path:
        """A name in the folder that is not taken, such as `recordings/miner-winter-000123.png`."""
        stem = f"{self.game.name}-{self.caption}-{self.game.simulation.tick:06d}"
        path, count = self.options.folder / f"{stem}{suffix}", 1
        while path.exists():
            count += 1
            path = self.options.folder / f"{stem}-{count}{suffix}"
        return path

    def finish(self) -> None:
        """Write what is still open, whatever ended the run; all of it, even if some fails."""
        with ExitStack() as stack:
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
        post, figures = self.breaker.post if self.restyle else None, self.game.report()
        return RunReport(
            game=self.game.name, theme=self.caption, seed=self.game.simulation.seed,
            frames=self.frames, ticks=self.ticks, state_hash=self.game.simulation.state_hash(),
            runtime=_name(post, "runtime"), device=_name(post, "device"),
            fps=round(self.meter.fps, 2), ms=self.meter.table(),
            hud={"pixels": self.hud.pixels, "differing": self.hud.differing},
            faults=self.breaker.faults, coins=figures.get("coins", 0), figures=figures,
            reasons=dict(self.breaker.reasons), files=self.files, hashes=self.hashes,
            headless=headless, interrupted=interrupted, hung=hung,
        )  # fmt: skip


def _name(post: object, attribute: str) -> str | None:
    value = getattr(post, attribute, None)
    return None if value is None else str(value)
