"""Keeps our files out of what a game's player reads when the game fails.

Where a call of the game goes through a hook, the hook is in the traceback. Python prints it without.
"""

from __future__ import annotations

import os
import sys
import threading
from types import TracebackType
from typing import Any

_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def install() -> None:
    """Let errors that nobody catches be printed without our files. A game's own hook takes the place."""
    show, show_in_thread = sys.excepthook, threading.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        show(kind, clean(error), without_ours(trace))

    def thread_hook(args: Any) -> None:
        clean(args.exc_value)
        show_in_thread(args)

    sys.excepthook, threading.excepthook = hook, thread_hook


def clean(error: BaseException | None) -> Any:
    """Take our files out of an error's traceback, and out of those of the errors before it."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.__traceback__ = without_ours(one.__traceback__)
        waiting += [one.__cause__, one.__context__]
    return error


def without_ours(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of our files. It is changed in place."""
    while trace is not None and _is_ours(trace):
        trace = trace.tb_next
    now = trace
    while now is not None:
        following = now.tb_next
        while following is not None and _is_ours(following):
            following = following.tb_next
        now.tb_next = following
        now = following
    return trace


def _is_ours(trace: TracebackType) -> bool:
    return trace.tb_frame.f_code.co_filename.startswith(_FOLDER)
