"""What the subcommands share: messages on stderr, JSON as the last line of stdout, errors in one line, and
the progress bar."""

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
"""A command that takes less needs no progress bar."""
LINE_EVERY_S: Final = 10.0
"""How often a progress line is printed where stderr is no terminal, but a log."""


def say(message: str) -> None:
    """Print a message for the user on stderr, if anything can be printed there."""
    with suppress(OSError, ValueError):  # it is closed, or a file on a full disk
        click.echo(message, err=True)


def print_json(value: Any) -> None:
    """Print one line of JSON on stdout. An error in one line if that cannot be done."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    with stdout_needed():
        click.echo(text)


@contextmanager
def stdout_needed() -> Iterator[None]:
    """While inside, what is printed on stdout is the result: an error in one line if it cannot be written."""
    if sys.stdout is None:
        raise click.ClickException("the result cannot be printed: stdout is closed")
    try:
        yield
    except (OSError, ValueError) as error:
        with suppress(OSError, ValueError):  # what is left in the buffer would fail again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.ClickException(f"the result cannot be printed: {error}") from error


def open_closed_descriptors() -> None:
    """Open stdin, stdout and stderr on nothing where they are closed. The next file that is opened, such as a
    save, would else get the number of stderr, and what a library prints there would be written into it."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def friendly(run: Callable[P, None]) -> Callable[P, None]:
    """A decorator: errors of Reskin, of the system and of libraries become one line and exit status 1."""

    @wraps(run)
    def inner(*args: P.args, **kwargs: P.kwargs) -> None:
        from reskin.engine.errors import EngineError
        from reskin.neural_renderer.errors import RestyleError

        try:
            run(*args, **kwargs)
        except (EngineError, RestyleError) as error:
            raise click.ClickException(str(error)) from error
        except click.ClickException:
            raise
        except Exception as error:
            from reskin.cli.foreign import in_a_line

            words = in_a_line(error)
            if not words:
                raise
            raise click.ClickException(words) from error

    return inner


def require(package: str, purpose: str, extra: str) -> None:
    """Raise RuntimeMissing, which names the extra to install, if a package is missing."""
    if find_spec(package) is None:
        from reskin.neural_renderer.errors import RuntimeMissing

        raise RuntimeMissing(
            f"{purpose} needs {package}, which is not installed; "
            f"pip install 'reskin[{extra}]', or make install"
        )


def tell_inexact(restyler: Restyler) -> None:
    """Tell the user if the theme's pictures differ from one processor to another; older themes' do."""
    if not restyler.exact:
        say(
            f"The theme {restyler.theme} is an older one: its pictures may differ by a few levels from one "
            "processor to another. reskin themes convert makes a copy of it that does not."
        )


@contextmanager
def stdout_kept(keep: bool) -> Iterator[None]:
    """While inside, output to stdout goes to stderr, that of C libraries too."""
    if not keep:
        yield
        return
    saved = None
    with suppress(OSError, ValueError):  # the caller may have closed or replaced them
        _flush_stdout()
        saved = os.dup(1)
        os.dup2(2, 1)
    try:
        yield
    finally:
        if saved is not None:
            with suppress(OSError, ValueError):
                _flush_stdout()
            os.dup2(saved, 1)
            os.close(saved)


def _flush_stdout() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


class Bar:
    """A progress bar on stderr, which appears when a command takes longer than two seconds.

    Call it with (done, total), or `stage` if there are several stages. A `lasting` bar appears at once and
    stays on the screen. Where stderr is no terminal, a line is printed every ten seconds instead.
    """

    def __init__(self, title: str = "", lasting: bool = False) -> None:
        self._title = title
        self._lasting = lasting
        self._terminal = _is_terminal()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._due_s = time.monotonic()
        if not lasting:
            self._due_s += PATIENCE_S if self._terminal else LINE_EVERY_S

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            with suppress(OSError, ValueError):
                self._progress.stop()

    def __call__(self, done: int, total: int | None) -> None:
        """Show how many are done; `total` is None if nobody knows."""
        self._show(self._title, done, total, f"{done} of {total}" if total else f"{done}", "")

    def stage(self, stage: str, share: float, text: str) -> None:
        """Show the share of a stage that is done, 0 to 1, and a short text."""
        self._show(stage, share, 1.0, f"{share:.0%}", text)

    def _show(self, title: str, done: float, total: float | None, count: str, text: str) -> None:
        now = time.monotonic()
        if now < self._due_s:
            return
        if not self._terminal:
            self._due_s = now + LINE_EVERY_S
            say(f"{title}: {count}" + f", {text}" * bool(text))
            return
        try:
            self._advance(title, done, total, count, text)
        except (OSError, ValueError):  # the terminal is gone
            self._due_s = float("inf")

    def _advance(self, title: str, done: float, total: float | None, count: str, text: str) -> None:
        if self._progress is None:
            self._progress = self._open()
        if title not in self._tasks:
            self._tasks[title] = self._progress.add_task(title, total=total, count=count, text=text)
        self._progress.update(self._tasks[title], completed=done, count=count, text=text)

    def _open(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        progress = Progress(
            TextColumn("{task.description:6}"), BarColumn(), TextColumn("{task.fields[count]}"),
            TimeRemainingColumn(), TextColumn("{task.fields[text]}"),
            console=Console(stderr=True), transient=not self._lasting,
        )  # fmt: skip
        progress.start()
        return progress


def _is_terminal() -> bool:
    """Whether stderr is one; it may be closed."""
    try:
        return sys.stderr is not None and sys.stderr.isatty()
    except ValueError:
        return False
