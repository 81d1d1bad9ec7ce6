"""Errors of the system and of libraries are a line; mistakes in code keep their traceback."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import click
import numpy as np
import pytest
from click.testing import CliRunner

from reskin.cli import main
from reskin.cli.foreign import ADVICE, TRACEBACK, in_a_line
from reskin.cli.output import friendly

LONG = "a" * 300
PLAY = ("play", "miner", "--headless", "--frames", "1", "--restyle", "off")

SIZES = ("0x0", "1x1", "9x400", "100000x100000", "9" * 30 + "x2", "²x²")
OUTPUTS = ("--record-replay", "--record", "--sheet", "--save")
PLACES = (".", LONG, "/dev/zero", "/dev/null")


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(TRACEBACK, raising=False)


@pytest.mark.parametrize(
    "words",
    [
        *((*PLAY, "--size", size) for size in SIZES),
        *((*PLAY, option, LONG) for option in ("--save", "--record-replay")),
        *((*PLAY, option, LONG + ".png") for option in ("--record", "--sheet")),
        *((*PLAY, option, "/dev/null/a.png") for option in OUTPUTS),
        (*PLAY, "--save", "."), (*PLAY, "--save", "/dev/zero"), (*PLAY, "--record-replay", "."),
        ("play", LONG, "--headless"), ("play", "miner", "--headless", "--theme", LONG),
        *((command, place) for command in ("replay", "saves") for place in PLACES),
        ("synctest", LONG), ("themes", "check", LONG), ("themes", "pack", "."), ("themes", "new", LONG),
        pytest.param(("learn", "keyframes", LONG), marks=pytest.mark.slow),
        pytest.param(("keyframe", "export", "miner", "--count", "1", "--out", LONG), marks=pytest.mark.slow),
        ("run", LONG + ".py"), ("run", "."), ("run", "/dev/zero"), ("inspect", LONG + ".py"),
    ],
    ids=lambda words: " ".join(words)[:60],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_a_line(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, list(words))
    assert isinstance(result.exception, SystemExit) and result.exit_code in (1, 2), result.exception
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ") and len(last) < 800 and "Traceback" not in result.stderr


def of_numba() -> None:
    """Numba's classes say where they are from."""
    from numba.core.errors import TypingError

    raise TypingError("Failed in nopython mode pipeline\n(step: x)")


def of_openvino() -> None:
    """A plain RuntimeError, raised by code of OpenVINO."""
    module = ModuleType("openvino._ov_api")
    exec(
        "def fail(): raise RuntimeError('Exception from src/core.cpp:1\\n[ GENERAL_ERROR ] no')", vars(module)
    )
    module.fail()


def of_memory() -> None:
    np.empty((1 << 22, 1 << 22), np.uint8)


def raising(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("fail", "words"),
    [
        (of_numba, "Numba failed: Failed in nopython mode pipeline (step: x); RESKIN_TRACEBACK=1"),
        (of_openvino, "OpenVINO failed: Exception from src/core.cpp:1 [ GENERAL_ERROR ] no"),
        (of_memory, "not enough memory"),
        (raising(OSError(errno.EMFILE, "Too many open files", "x")), "x: Too many open files; close other"),
        (raising(OSError(errno.ENOSPC, "No space left on device")), "No space left on device; make room"),
        (raising(RuntimeError("can't start new thread")), "no thread can be started"),
        (
            raising(ImportError("libGL.so.1: cannot open shared object file")),
            "a library cannot be loaded: libGL",
        ),
    ],
)
def test_an_error_of_others_is_a_line_with_what_to_do(fail: Callable[[], None], words: str) -> None:
    with pytest.raises(click.ClickException) as caught:
        friendly(fail)()
    assert words in caught.value.message and "\n" not in caught.value.message


@pytest.mark.parametrize(
    "error", [TypeError("x"), KeyError("x"), ValueError("x"), ZeroDivisionError(), OSError("x")]
)
def test_a_mistake_in_code_keeps_its_traceback(error: Exception) -> None:
    with pytest.raises(type(error)):
        friendly(raising(error))()


def test_tracebacks_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRACEBACK, "1")
    with pytest.raises(MemoryError):
        friendly(of_memory)()
    assert in_a_line(OSError(errno.ENOSPC, "full")) == ""


def test_a_closed_pipe_is_left_to_click() -> None:
    assert in_a_line(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))) == ""
    assert all(advice for advice in ADVICE.values())


@pytest.mark.slow
@pytest.mark.parametrize("handles", [8, 9, 12, 24])
def test_few_file_handles_end_in_a_line(handles: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (handles, handles))

    done = subprocess.run(
        [sys.executable, "-m", "reskin", *PLAY, "--record", "a.mp4"],
        preexec_fn=limit, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 0 or done.stderr.splitlines()[-1].startswith("Error: ")
