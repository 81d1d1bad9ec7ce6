"""Forked processes: no lock and no pool of the parent is waited for in the child."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable

import pytest

from reskin.kernels.simd.forks import Lock, process_lock
from reskin.kernels.simd.jit import global_compiler_lock
from reskin.kernels.simd.threads import parallel_rows

pytestmark = [
    pytest.mark.skipif(
        "fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork"
    ),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]
LOCK = process_lock()


def exit_status(work: Callable[[], object], wait_s: float = 60) -> int | None:
    """The exit status of a forked child that does `work`; None if it hangs, and it is then killed."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(wait_s)
    if child.is_alive():
        child.kill()
        child.join()
        return None
    return child.exitcode


def sum_rows() -> None:
    assert parallel_rows(lambda first, end: end - first, 400) == 400


def sum_rows_in_a_grandchild() -> None:
    sum_rows()
    assert exit_status(sum_rows, 30) == 0


@pytest.mark.parametrize("work", [sum_rows, sum_rows_in_a_grandchild])
def test_a_child_has_threads_of_its_own(work: Callable[[], None]) -> None:
    sum_rows()
    assert exit_status(work) == 0
    sum_rows()


def take_lock() -> None:
    with LOCK, global_compiler_lock:
        pass


@pytest.mark.parametrize("lock", [LOCK, global_compiler_lock], ids=["ours", "of Numba"])
def test_a_lock_that_another_thread_held_is_free_in_the_child(lock: Lock) -> None:
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            release.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    threading.Timer(0.2, release.set).start()  # the fork waits for this
    assert exit_status(take_lock) == 0
    assert release.is_set()
    thread.join()
    take_lock()
