"""Before the game: reads what `reskin run` asks for, and hooks pygame at the moment when the game imports it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any


def start(path: str) -> None:
    """Prepare this process as the configuration at `path` says. Called once, before the game's first line."""
    with open(path, encoding="utf-8") as file:
        asked = json.load(file)
    _end_with(asked["supervisor"])

    def begin() -> None:
        from .session import begin_session

        begin_session(asked)

    when_imported("pygame", begin)


def when_imported(name: str, then: Callable[[], None]) -> None:
    """Call `then` once, when the game has imported a module, before it can use it."""
    sys.meta_path.insert(0, _Watcher(name, then))


class _Watcher:
    """Stands first among Python's finders, and leaves when the module was found."""

    def __init__(self, name: str, then: Callable[[], None]) -> None:
        self._name = name
        self._then = then

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self._name:
            return None
        from importlib.util import find_spec

        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is None or spec.loader is None:
            sys.meta_path.insert(0, self)  # the game may try again from another place
            return None
        loader: Any = spec.loader
        load = loader.exec_module

        def exec_module(module: Any) -> None:
            del loader.exec_module
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
    if os.getppid() != supervisor:  # it ended before
        os.kill(os.getpid(), signal.SIGTERM)
