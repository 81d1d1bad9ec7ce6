"""Starts a game and its renderers, and passes on signals and the exit code.

The game asks for a renderer by a file in a private folder, see `renderer_link`; it does so again when one
died or hangs. Ctrl-C belongs to the game alone. No process of ours outlives the game, and the
folder is removed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reskin.neural_renderer.handoff import channel

HERE: Final = Path(__file__).resolve().parent
STARTUP: Final = HERE / "reskin_pygame_capture" / "startup"
POLL_S: Final = 0.05
FINISH_S: Final = 120.0
"""How long a renderer may write a recording after the game's end."""
PREFIX: Final = "reskin-run-"
RENDERER: Final = "reskin.neural_renderer.plugins.pygame.renderer"


@dataclass(frozen=True)
class Run:
    """What to run: `command` is what comes after the interpreter, such as `game.py` and its arguments.

    `asked` is the configuration that the game's process and the renderer read.
    """

    python: str
    command: Sequence[str]
    folder: Path
    asked: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for this run alone, in memory where that is possible."""
    place = channel.folders(None)[0]
    path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=place))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


class Supervisor:
    """One run of a game."""

    def __init__(self, run: Run, private: Path) -> None:
        self._run = run
        self._private = private
        self._wanted = ""
        self._renderer: subprocess.Popen[str] | None = None
        self._serves = ""
        self._configuration = private / "configuration.json"

    def run(self) -> int:
        """Run the game to its end. Gives its exit code, negative for a signal."""
        asked = self._run.asked | {
            "supervisor": os.getpid(), "folder": str(self._private), "channel": channel.__file__,
        }  # fmt: skip
        self._configuration.write_text(json.dumps(asked), encoding="utf-8")
        signals = [signal.signal(number, self._pass_on) for number in (signal.SIGTERM, signal.SIGINT)]
        try:
            if asked["hooks"]:
                self._start_renderer()
            self._game = self._start_game()
            while (code := self._game.poll()) is None:
                self._look_for_wishes()
                time.sleep(POLL_S)
            self._end_renderer(FINISH_S)
            return code
        finally:
            self._end_renderer()
            for number, handler in zip((signal.SIGTERM, signal.SIGINT), signals, strict=True):
                signal.signal(number, handler)

    def _pass_on(self, number: int, _: object) -> None:
        if number != signal.SIGINT:
            self._game.send_signal(number)

    def _start_game(self) -> subprocess.Popen[bytes]:
        paths = [str(STARTUP), os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
            "RESKIN_RUN": str(self._configuration),
        }  # fmt: skip
        return subprocess.Popen(
            [self._run.python, *self._run.command],
            cwd=self._run.folder, env=environment | self._run.environment,
        )  # fmt: skip

    def _start_renderer(self) -> None:
        self._serves = ""
        self._renderer = subprocess.Popen(
            [sys.executable, "-m", RENDERER, str(self._configuration)], stdin=subprocess.PIPE, text=True
        )

    def _look_for_wishes(self) -> None:
        """Give a renderer to whoever wants one."""
        wanted = ""
        with suppress(OSError):
            wanted = (self._private / "renderer-wanted").read_text(encoding="utf-8")
        if wanted and wanted != self._wanted:
            self._wanted = wanted
            if self._serves or self._renderer is None or self._renderer.poll() is not None:
                self._end_renderer()
                self._start_renderer()
            self._serves = wanted
            assert self._renderer is not None
            assert self._renderer.stdin is not None
            with suppress(OSError):  # it ended: said below
                self._renderer.stdin.write(f"{wanted}\n")
                self._renderer.stdin.flush()
        if self._serves and self._renderer is not None and self._renderer.poll() is not None:
            failed = self._private / "renderer-failed"
            failed.with_suffix(".part").write_text(self._serves, encoding="utf-8")
            failed.with_suffix(".part").replace(failed)
            self._serves = ""

    def _end_renderer(self, wait_s: float = 0.0) -> None:
        """End the renderer; after the game's end it may finish its recording first."""
        if self._renderer is not None:
            with suppress(subprocess.TimeoutExpired):
                self._renderer.communicate(timeout=wait_s)
            self._renderer.kill()
            self._renderer.wait()
            self._renderer = None
