"""What every subcommand shares: words to stderr, JSON as the last line of stdout, errors in one line."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, ParamSpec

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from reskin.neural_renderer.restyler import Restyler

P = ParamSpec("P")

INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, as shells have it."""
PATIENCE_S: Final = 2.0
"""A run shorter than this needs no progress bar."""
REDRAW_S: Final = 0.1
RETELL_S: Final = 10.0
"""How often a log, which is no terminal, is told."""


def say(words: str) -> None:
    """Words for the person, on stderr."""
    click.echo(words, err=True)


def print_json(value: Any) -> None:
    """One line of JSON on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def friendly(run: Callable[P, None]) -> Callable[P, None]:
    """Turn every error that Reskin raises on purpose into one line and exit status 1."""

    @wraps(run)
    def inner(*args: P.args, **kwargs: P.kwargs) -> None:
        from reskin.engine.errors import EngineError
        from reskin.neural_renderer.errors import RestyleError

        try:
            run(*args, **kwargs)
        except (EngineError, RestyleError) as error:
            raise click.ClickException(str(error)) from error

    return inner


def require(package: str, purpose: str, extra: str) -> None:
    """Raise the error that names the extra if a package is missing."""
    if find_spec(package) is None:
        from reskin.neural_renderer.errors import RuntimeMissing

        raise RuntimeMissing(
            f"{purpose} needs {package}, which is not installed; "
            f"pip install 'reskin[{extra}]', or make install"
        )


def tell_inexact(restyler: Restyler) -> None:
    """Say so if the theme was made before pictures were the same on every processor."""
    if not restyler.exact:
        say(
            f"The theme {restyler.theme} is an older one: its pictures may differ by a few levels from one "
            "processor to another. reskin themes convert makes a copy of it that does not."
        )


@contextmanager
def stdout_kept(keep: bool) -> Iterator[None]:
    """While inside, whatever writes to stdout, C libraries too, writes to stderr instead."""
    if not keep:
        yield
        return
    sys.stdout.flush()
    with suppress(OSError, ValueError):  # a caller may have closed or replaced them
        saved = os.dup(1)
        os.dup2(2, 1)
        try:
            yield
        finally:
            sys.stdout.flush()
            os.dup2(saved, 1)
            os.close(saved)
        return
    yield


class Bar:
    """A progress bar that appears when a run takes longer than two seconds. Call it with (done, all).

    Where stderr is no terminal it is a line now and then.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = self._drawn = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        terminal = sys.stderr.isatty()
        if now - self._started < PATIENCE_S or now - self._drawn < (REDRAW_S if terminal else RETELL_S):
            return
        self._drawn = now
        if not terminal:
            say(f"{self._title}: {done}" + (f" of {total}" if total else ""))
            return
        if self._bar is None:
            self._bar, self._task = self._open(total)
        assert self._task is not None
        self._bar.update(self._task, completed=done)

    def _open(self, total: int | None) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        bar = Progress(*columns, console=Console(stderr=True), transient=True)
        bar.start()
        return bar, bar.add_task(self._title, total=total)
