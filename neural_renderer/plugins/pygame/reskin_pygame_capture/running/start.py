"""Before the game: reads what `reskin run` asks for, and hooks pygame at the moment when the game imports it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any

from ..real_time import sleep  # noqa: F401 - taken before the clock is replaced
from .own_modules import OwnModules, files_of_ours
from .tracebacks import install


def start(path: str, before: Iterable[str]) -> None:
    """Prepare this process as the configuration at `path` says. Called once, before the game's first line.

    before: names of the modules that Python had imported before it came to us.
    """
    with open(path, encoding="utf-8") as file:
        asked = json.load(file)
    _end_with(asked["supervisor"])
    own = OwnModules(asked["shadowed"], before, files_of_ours(asked["channel"]))
    install()
    clock = None
    if asked["headless"]:
        from .headless.virtual_clock import VirtualClock, repeat_numpy_random

        clock = VirtualClock()
        clock.replace_time()
        when_imported("numpy", repeat_numpy_random)

    def begin() -> None:
        with own.shown():
            from .headless.pretended_time import PretendedTime
            from .session import begin_session

            pretended = PretendedTime(clock, asked["script"], asked["frames"]) if clock else None
            session = begin_session(asked, pretended)
        if "pygame._sdl2.video" in sys.modules:
            session.video_imported()
        else:
            when_imported("pygame._sdl2.video", session.video_imported)

    when_imported("pygame", begin)
    own.hide()


def when_imported(name: str, then: Callable[[], None]) -> None:
    """Call `then` once, when the game has imported a module, before it can use it."""
    sys.meta_path.insert(0, _Watcher(name, then))


class _Watcher:
    """Stands first among Python's finders, and leaves when the module is loaded."""

    def __init__(self, name: str, then: Callable[[], None]) -> None:
        self._name = name
        self._then = then
        self._inside = False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self._name or self._inside:
            return None
        self._inside = True
        try:
            spec = find_spec(name)
        finally:
            self._inside = False
        if spec is None or spec.loader is None:
            return None
        loader: Any = spec.loader
        load = loader.exec_module

        def exec_module(module: Any) -> None:
            del loader.exec_module
            sys.meta_path.remove(self)
            load(module)
            try:
                self._then()
            except Exception as error:
                print(f"reskin: the game runs plain: {error!r}", file=sys.stderr)

        loader.exec_module = exec_module
        return spec


def _end_with(supervisor: int) -> None:
    """Let the system tell this process to end if `reskin run` is killed. On Linux; elsewhere it goes on."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    try:
        os.kill(supervisor, 0)
    except ProcessLookupError:  # it ended before
        os.kill(os.getpid(), signal.SIGTERM)
