"""Plays games with hooks and without, each in a process of its own, and writes down every presented frame.

Run by a game's interpreter (Python 3.9 or later, pygame): `python side_by_side.py FOLDER CAPTURE FRAMES`.
Each folder in FOLDER holds a `game.py`; it is played twice, as `plain` and as `styled`, in a copy. A process
is forked for each, as importing pygame anew would take most of the time. Left behind in each copy: `out`,
`err`, `code`, and `frames`, a JSON line for each event: `{"game": CRC of the display as the game drew it}` at
a present, `{"shown": ok}` when pygame really shows a frame, `{"kept": CRC}` after it.

Both runs have the same clock (a presented frame takes 16 ms), random numbers and input. After FRAMES presents
a QUIT event comes; a game that goes on is ended 200 frames later.
"""

from __future__ import annotations

import json
import os
import random
import runpy
import shutil
import signal
import sys
import time
import zlib
from typing import Any

import pygame

MODES = ("plain", "styled")
TOO_LONG_S = 60
GOES_ON = 97
"""Exit code of a game that does not end when it is asked to."""
INPUT: dict[int, tuple[int, dict[str, Any]]] = {
    5: (pygame.KEYDOWN, {"key": pygame.K_RIGHT, "mod": 0, "unicode": "", "scancode": 79}),
    12: (pygame.KEYUP, {"key": pygame.K_RIGHT, "mod": 0, "unicode": "", "scancode": 79}),
    15: (pygame.KEYDOWN, {"key": pygame.K_p, "mod": 0, "unicode": "p", "scancode": 19}),
    19: (pygame.KEYDOWN, {"key": pygame.K_p, "mod": 0, "unicode": "p", "scancode": 19}),
    21: (pygame.MOUSEMOTION, {"pos": (30, 20), "rel": (1, 1), "buttons": (0, 0, 0)}),
    22: (pygame.MOUSEBUTTONDOWN, {"pos": (30, 20), "button": 1}),
}

_buffer_of = pygame.Surface.get_buffer
_size_of = pygame.Surface.get_size
_window_size = pygame.display.get_window_size
_at = pygame.Surface.get_at
_get_surface = pygame.display.get_surface


class Clock:
    """`pygame.time` for a machine on which a presented frame takes 16 ms, however long it took."""

    def __init__(self) -> None:
        self.now = 0
        self.timers: dict[Any, list[int]] = {}
        clock = self

        class GameClock:
            def __init__(self) -> None:
                self.last = clock.now

            def tick(self, framerate: float = 0) -> int:
                passed, self.last = clock.now - self.last, clock.now
                return passed

            tick_busy_loop = tick

            def get_fps(self) -> float:
                return 62.5

            def get_time(self) -> int:
                return 16

        def wait(milliseconds: int) -> int:
            clock.pass_time(milliseconds)
            return milliseconds

        def set_timer(event: Any, millis: int, loops: int = 0) -> None:
            self.timers.pop(event, None)
            if millis:
                self.timers[event] = [millis, self.now + millis, loops or -1]

        pygame.time.Clock = GameClock  # type: ignore[misc, assignment]
        pygame.time.wait = pygame.time.delay = wait
        pygame.time.get_ticks = lambda: clock.now
        pygame.time.set_timer = set_timer

    def pass_time(self, milliseconds: int) -> None:
        self.now += milliseconds
        for event, timer in list(self.timers.items()):
            while timer[1] <= self.now and timer[2] != 0:
                pygame.event.post(pygame.event.Event(event) if isinstance(event, int) else event)
                timer[1] += timer[0]
                timer[2] -= 1


class Shown:
    """Stands in for a function of `pygame.display`, as `patching.Function` does."""

    def __init__(self, call: Any, name: str) -> None:
        self._call = call
        self.__name__, self.__module__ = name, "pygame.display"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(*args, **kwargs)

    def __reduce__(self) -> str:
        return self.__name__


class Log:
    """The file of frames. It is written at once, as a game may end in any way."""

    def __init__(self, frames: int) -> None:
        self.file = os.open("frames", os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self.frames = frames
        self.count = 0
        self.clock = Clock()

    def write(self, **what: Any) -> None:
        os.write(self.file, (json.dumps(what) + "\n").encode())

    def presented(self, surface: Any) -> None:
        """Once for each frame, before it is shown: its pixels; then what comes from outside the game."""
        self.count += 1
        self.write(game=zlib.crc32(_buffer_of(surface).raw), size=_size_of(surface))
        self.clock.pass_time(16)
        if self.count in INPUT:
            kind, values = INPUT[self.count]
            pygame.event.post(pygame.event.Event(kind, values))
        if self.count >= self.frames and (self.count - self.frames) % 10 == 0:
            pygame.event.post(pygame.event.Event(pygame.QUIT))
        if self.count > self.frames + 200:
            os._exit(GOES_ON)

    def color(self) -> tuple[int, int, int]:
        """The picture of this frame is all of this colour, which is no other frame's."""
        return (self.count * 7 % 251, self.count % 256, 200)


def shows(surface: Any, args: tuple[Any, ...]) -> bool:
    """`update(None)` shows nothing but where the display is scaled, which its flags do not say."""
    return args != (None,) or _window_size() != _size_of(surface)


def watch(log: Log, capture_folder: str) -> None:
    """Without hooks: write down each call that shows a frame."""

    def make(original: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            surface = _get_surface()
            if surface is None or not shows(surface, args):
                return original(*args, **kwargs)
            log.presented(surface)
            try:
                return original(*args, **kwargs)
            except Exception:
                log.write(failed=1)
                raise

        return call

    for name in ("flip", "update"):
        setattr(pygame.display, name, Shown(make(getattr(pygame.display, name)), name))


def restyle(log: Log, capture_folder: str) -> None:
    """With hooks: the picture of each frame is of one colour, and pygame must show just that."""
    sys.path.append(capture_folder)
    from reskin_pygame_capture.capture import Capture  # type: ignore[import-not-found, unused-ignore]

    def callback(surface: Any) -> bytes:
        log.presented(surface)
        red, green, blue = log.color()
        width, height = _size_of(surface)
        return bytes((blue, green, red, 0)) * (width * height)

    def make(original: Any) -> Any:
        def really(*args: Any, **kwargs: Any) -> Any:
            surface = _get_surface()
            result = original(*args, **kwargs)
            if surface is not None and shows(surface, args):
                width, height = _size_of(surface)
                corners = {tuple(_at(surface, at))[:3] for at in ((0, 0), (width - 1, height - 1))}
                log.write(shown=corners == {log.color()}, found=sorted(corners), frame=log.count)
            return result

        return really

    for name in ("flip", "update"):
        setattr(pygame.display, name, Shown(make(getattr(pygame.display, name)), name))
    capture = Capture(callback)
    after = capture.present.after

    def kept(surface: Any) -> None:
        log.write(kept=zlib.crc32(_buffer_of(surface).raw))
        after(surface)

    capture.present.after = kept
    capture.install()


def play(frames: int, mode: str, capture_folder: str) -> None:
    """Play `game.py` of this folder as `python game.py` would. Ends the process."""
    os.setsid()
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(name, os.O_CREAT | os.O_WRONLY | os.O_APPEND), number)
    random.seed(7)
    sys.argv = ["game.py"]
    sys.path[0] = os.getcwd()
    log = Log(frames)
    (watch if mode == "plain" else restyle)(log, capture_folder)
    runpy.run_path("game.py", run_name="__main__")


def start(folder: str, mode: str, capture_folder: str, frames: int) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    # An exception must leave this process as it leaves any other: by the interpreter's own report and code.
    os.chdir(folder)
    play(frames, mode, capture_folder)
    sys.exit(0)


def main() -> None:
    top, capture_folder, frames = sys.argv[1], sys.argv[2], int(sys.argv[3])
    copies = []
    for name in sorted(os.listdir(top)):
        for mode in MODES:
            copy = os.path.join(top, f"{name}.{mode}")
            shutil.copytree(os.path.join(top, name), copy)
            copies.append((copy, mode))
    running: dict[int, tuple[str, float]] = {}
    while copies or running:
        while copies and len(running) < 2:
            copy, mode = copies.pop(0)
            running[start(copy, mode, capture_folder, frames)] = (copy, time.monotonic())
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            time.sleep(0.002)
            for child, (_, since) in running.items():
                if time.monotonic() - since > TOO_LONG_S:
                    os.kill(child, signal.SIGKILL)
            continue
        copy, since = running.pop(child)
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
        with open(os.path.join(copy, "code"), "w") as file:
            file.write(f"{code} {time.monotonic() - since:.2f}")


if __name__ == "__main__":
    main()
