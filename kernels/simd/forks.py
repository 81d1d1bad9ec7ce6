"""What a fork must not leave broken in the child: locks that another thread of the parent held.

A child of `os.fork`, which is how `multiprocessing` starts processes on Linux, has one thread: the one that
forked. A lock that any other thread held at that moment would be held for ever in the child, and a pool
would have no threads. Other modules register here what they keep for the whole process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar


class Lock(Protocol):
    """A lock that its own thread may acquire again, as `threading.RLock`."""

    def acquire(self) -> Any: ...

    def release(self) -> Any: ...

    def __enter__(self) -> Any: ...

    def __exit__(self, kind: Any, error: Any, trace: Any, /) -> Any: ...


L = TypeVar("L", bound=Lock)


def held_across_forks(lock: L) -> L:
    """Let every fork wait until `lock` is free, so that it is free in the child too. Gives the lock back.

    Register an inner lock before the outer one: forks acquire the last one first.
    """
    if hasattr(os, "register_at_fork"):  # Windows has no forks
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
    return lock


def process_lock() -> Lock:
    """A new lock for a module's own use, which is free in the children of forks."""
    return held_across_forks(threading.RLock())


def forget_in_children(forget: Callable[[], object]) -> None:
    """Call `forget` first thing in every child of a fork: to drop what only works in the process that made
    it, such as a pool of threads."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=forget)
