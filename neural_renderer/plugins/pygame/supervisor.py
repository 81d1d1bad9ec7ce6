"""Starts a game and its renderers, and passes on signals and the exit code.

The game asks for a renderer by a file in a private folder, see `renderer_link`; it does so again when one
died or hangs. Ctrl-C belongs to the game alone. No process of ours outlives the game, and the folder is
removed. If this process is killed, the game is asked to quit, its renderer ends with it, and removes the
folder.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reskin.neural_renderer.errors import RunError
from reskin.neural_renderer.handoff import channel
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.choices import CHOICES, MESSAGES
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.renderer_link import (
    ENDED,
    FAILED,
    USELESS,
    WANTED,
)

HERE: Final = Path(__file__).resolve().parent
STARTUP: Final = HERE / "reskin_pygame_capture" / "startup"
PREFIX: Final = "reskin-run-"
RENDERER: Final = "reskin.neural_renderer.plugins.pygame.renderer_process"
READY: Final = "renderer-ready"
"""A file of this name in the run's folder says that the renderer has sent its first picture."""
RENDERER_FIGURES: Final = "renderer.json"
"""In that folder: the renderer's counts and times, and the files that it wrote."""
USELESS_EXIT: Final = 3
"""Exit code of a renderer that says that another one could do no better."""
POLL_S: Final = 0.05
PATIENCE_S: Final = 2.0
FINISH_S: Final = 120.0
"""How long a renderer may write a recording after the game's end."""
ENDING_S: Final = 20.0
"""How long a game without a window may take to end after its last frame. Then it is killed."""
SIGNALS: Final = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]

CAN_WAIT: Final = hasattr(signal, "sigtimedwait")
"""Whether signals can be waited for, which says where they come from. Not on macOS and Windows."""


@dataclass(frozen=True)
class Run:
    """What to run: `command` is what comes after the interpreter, such as `game.py` and its arguments.

    asked: the configuration that the game's process and the renderer read. environment: what is set for the
    game, None to remove a variable. to_stderr: the game's output goes to stderr. renderer: the module that
    serves the game. getting_ready: what is said where that takes long to come; "" for nothing.
    """

    python: str
    command: Sequence[str]
    folder: Path
    asked: dict[str, Any]
    environment: dict[str, str | None] = field(default_factory=dict)
    to_stderr: bool = False
    renderer: str = RENDERER
    getting_ready: str = "getting the theme ready; the first run ever compiles kernels, which takes a while"


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for this run alone, in memory where that is possible. Those of dead runs are removed."""
    place = Path(channel.folders(None)[0])
    for old in place.glob(f"{PREFIX}*"):
        found = re.fullmatch(rf"{PREFIX}(\d+)-\w+", old.name)
        with suppress(OSError):
            if found and old.is_dir() and not _alive(int(found[1])):
                shutil.rmtree(old, ignore_errors=True)
    path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=place))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _alive(process: int) -> bool:
    if os.name == "nt":
        return True  # os.kill would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Supervisor:
    """One run of a game. `say` is given what the player is to read, `chosen` the theme and the strength
    whenever they change."""

    def __init__(
        self, run: Run, private: Path, say: Callable[[str], None], chosen: Callable[[str, float], None]
    ) -> None:
        self._run = run
        self._private = private
        self._say = say
        self._chosen = chosen
        self._wanted = ""
        self._renderer: subprocess.Popen[str] | None = None
        self._serves = ""
        self._useless = False
        self._ready = not (run.asked["on"] and run.getting_ready)
        self._read = 0
        self._choices = ""
        self._told: list[int] = []
        self._started = self._ended = 0.0
        self._configuration = private / "configuration.json"

    def run(self) -> int:
        """Run the game to its end. Gives its exit code, negative for a signal. Raises RunError."""
        asked = self._run.asked | {
            "supervisor": os.getpid(), "folder": str(self._private), "channel": channel.__file__,
        }  # fmt: skip
        self._configuration.write_text(json.dumps(asked), encoding="utf-8")
        before = _hold_signals(self._told.append)
        self._started = time.monotonic()
        try:
            if asked["hooks"] and asked["on"]:
                self._start_renderer()  # it loads while the game does
            game = self._start_game()
            code = self._watch(game)
            self._end_renderer(FINISH_S)
            self._pass_messages()
            return code
        finally:
            self._end_renderer()
            _release_signals(before)

    def _watch(self, game: subprocess.Popen[bytes]) -> int:
        """Be at the game's service until it ends."""
        while (code := game.poll()) is None:
            self._wait(game)
            self._look_for_wishes()
            self._pass_messages()
            if self._overdue():
                game.kill()
                game.wait()
                return 0
        return code

    def _wait(self, game: subprocess.Popen[bytes]) -> None:
        """Wait a little, and pass on what this process is told. A terminal's Ctrl-C has reached the game."""
        if CAN_WAIT:
            told = signal.sigtimedwait(SIGNALS, POLL_S)
            if told is not None and not (told.si_signo == signal.SIGINT and told.si_code > 0):
                self._told.append(told.si_signo)
        else:
            time.sleep(POLL_S)
        while self._told:
            with suppress(OSError):
                game.send_signal(self._told.pop(0))

    def _overdue(self) -> bool:
        if not self._run.asked["headless"] or not (self._private / ENDED).exists():
            return False
        self._ended = self._ended or time.monotonic()
        return time.monotonic() - self._ended > ENDING_S

    def _start_game(self) -> subprocess.Popen[bytes]:
        paths = [str(STARTUP), os.environ.get("PYTHONPATH", "")]
        changes = {
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
            "RESKIN_RUN": str(self._configuration), **self._run.environment,
        }  # fmt: skip
        environment = {name: value for name, value in (os.environ | changes).items() if value is not None}
        try:
            return subprocess.Popen(
                [self._run.python, *self._run.command], cwd=self._run.folder, env=environment,
                stdout=sys.stderr if self._run.to_stderr else None, preexec_fn=_UNBLOCK,
            )  # fmt: skip
        except OSError as error:
            raise RunError(f"cannot run {self._run.python}: {error.strerror}") from error

    def _start_renderer(self) -> None:
        self._serves = ""
        self._renderer = subprocess.Popen(  # -P: the folder where we stand may have modules named as ours
            [sys.executable, "-P", "-m", self._run.renderer, str(self._configuration)],
            stdin=subprocess.PIPE, text=True, stdout=sys.stderr,
            preexec_fn=_RENDERER_SIGNALS,
        )  # fmt: skip

    def _look_for_wishes(self) -> None:
        """Give a renderer to whoever wants one, and say if it has ended."""
        wanted = self._text(WANTED)
        if wanted and wanted != self._wanted and not self._useless:
            self._wanted = wanted
            if self._serves or self._renderer is None or self._renderer.poll() is not None:
                self._end_renderer()
                self._start_renderer()
            self._serves = wanted
            assert self._renderer is not None
            assert self._renderer.stdin is not None
            with suppress(OSError):  # it has ended: seen below
                self._renderer.stdin.write(f"{wanted}\n")
                self._renderer.stdin.flush()
        if self._renderer is not None and (code := self._renderer.poll()) is not None:
            self._useless = code == USELESS_EXIT
            if self._serves or self._useless:
                failed = self._private / FAILED
                partial = failed.with_suffix(".part")
                partial.write_text(USELESS if self._useless else self._serves, encoding="utf-8")
                partial.replace(failed)
                self._serves = ""

    def _pass_messages(self) -> None:
        """Say what the other processes want to be said, and tell of new choices."""
        with suppress(OSError), (self._private / MESSAGES).open(encoding="utf-8", errors="replace") as file:
            file.seek(self._read)
            text = file.read()
            whole = text[: text.rfind("\n") + 1]
            self._read += len(whole.encode())
            for line in whole.splitlines():
                self._say(line)
        choices = self._text(CHOICES)
        if choices and choices != self._choices:
            self._choices = choices
            with suppress(ValueError, KeyError, TypeError):
                found = json.loads(choices)
                self._chosen(str(found["theme"]), float(found["strength"]))
        if not self._ready and self._serves:
            self._ready = (self._private / READY).exists()
            if not self._ready and time.monotonic() - self._started > PATIENCE_S:
                self._ready = True
                self._say(self._run.getting_ready)

    def _text(self, name: str) -> str:
        try:
            return (self._private / name).read_text(encoding="utf-8")
        except OSError:
            return ""

    def _end_renderer(self, wait_s: float = 0.0) -> None:
        """End the renderer. After the game's end it may finish its recording first."""
        renderer, self._renderer = self._renderer, None
        if renderer is None:
            return
        with suppress(subprocess.TimeoutExpired):
            if wait_s > PATIENCE_S and self._serves and (self._private / READY).exists():
                with suppress(subprocess.TimeoutExpired):
                    renderer.communicate(timeout=PATIENCE_S)
                if renderer.poll() is None:
                    self._say("finishing the recording")
                renderer.communicate(timeout=wait_s)
        renderer.kill()
        renderer.wait()


def _unblock() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


_UNBLOCK: Final = _unblock if CAN_WAIT else None
"""Called in a child before its program: it gets signals as ever."""


def _ignore_interrupts() -> None:
    """Ctrl-C belongs to the game, from the renderer's first instant on."""
    _unblock()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


_RENDERER_SIGNALS: Final = _ignore_interrupts if CAN_WAIT else None


def _hold_signals(take: Callable[[int], None]) -> Any:
    """Keep signals from ending this process; they are waited for. Where that cannot be, they are taken, but
    for Ctrl-C, which a terminal sends to the game, too. Gives what `_release_signals` needs."""
    if CAN_WAIT:
        return signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    return {
        number: signal.signal(number, lambda told, _: None if told == signal.SIGINT else take(told))
        for number in SIGNALS
    }


def _release_signals(before: Any) -> None:
    if CAN_WAIT:
        while signal.sigtimedwait(SIGNALS, 0) is not None:
            pass  # the game has ended: there is nobody left to tell
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    else:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_like(code: int) -> None:
    """End this process as the game ended: with its exit code, or by its signal."""
    sys.stdout.flush()
    sys.stderr.flush()
    if code < 0:
        with suppress(OSError, ValueError):  # SIGKILL has no handler
            signal.signal(-code, signal.SIG_DFL)
        with suppress(OSError):
            os.kill(os.getpid(), -code)
    sys.exit(code if code >= 0 else 128 - code)
