"""Closed or full stdout and stderr: the run goes on, and a result that cannot be printed is an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAY = [sys.executable, "-m", "reskin", "play", "miner", "--headless", "--frames", "3", "--restyle", "off"]
pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")


def shell(redirection: str, tmp_path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Play with streams redirected as a shell does it."""
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", *PLAY, *more],
        cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_result_that_cannot_be_printed_is_an_error_in_words(tmp_path: Path) -> None:
    result = shell(">/dev/full", tmp_path, "--json")
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("Error: the result cannot be printed: ")
    assert "Traceback" not in result.stderr and "Exception ignored" not in result.stderr


def test_a_save_is_never_opened_as_stderr(tmp_path: Path) -> None:
    result = shell("<&- 2>&-", tmp_path, "--json", "--save", "game.save")
    assert result.returncode == 0 and '"frames": 3' in result.stdout
    assert (tmp_path / "game.save").read_bytes().startswith(b"SQLite format 3")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("redirection", "status"),
    [
        ("2>/dev/full", 0),
        ("2>&-", 0),
        ("<&-", 0),
        (">&-", 1),
        (">&- 2>&-", 1),
        (">&- 2>&- <&-", 1),
        (">/dev/full 2>/dev/full", 1),
    ],
)
@pytest.mark.parametrize("json", [True, False])
def test_every_stream_may_be_closed_or_full(
    redirection: str, status: int, json: bool, tmp_path: Path
) -> None:
    more = ["--json"] * json
    result = shell(redirection, tmp_path, *more, "--sheet", "sheet.png")
    assert result.returncode == status
    assert "Traceback" not in result.stderr and (tmp_path / "sheet.png").exists()
