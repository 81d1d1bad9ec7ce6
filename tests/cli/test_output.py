"""What the commands share: the progress bar, on a terminal and in a log."""

from __future__ import annotations

import io
import time

import pytest

from reskin.cli.output import LINE_EVERY_S, PATIENCE_S, Bar


class Clock:
    """Stands in for `time.monotonic`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


def test_in_a_log_a_bar_is_a_line_every_ten_seconds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    with Bar("playing") as bar:
        for second in range(25):
            clock.now = float(second)
            bar(second, 30)
        clock.now = 3 * LINE_EVERY_S
        bar(30, None)
    with Bar(lasting=True) as bar:
        bar.stage("paint", 0.5, "3 clips")
        bar.stage("paint", 1.0, "6 clips")
    assert capsys.readouterr().err.splitlines() == [
        "playing: 10 of 30", "playing: 20 of 30", "playing: 30", "paint: 50%, 3 clips",
    ]  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("lasting", [False, True])
def test_on_a_terminal_a_bar_is_drawn(lasting: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", stderr := Terminal())
    clock = Clock(monkeypatch)
    with Bar("playing", lasting) as bar:
        bar(1, 4)
        assert bool(stderr.getvalue()) == lasting, "a short command needs no bar"
        clock.now = PATIENCE_S
        bar(2, 4)
        bar.stage("train", 0.25, "of 100")
        assert bar._progress is not None
        bar._progress.refresh()
        for words in ("playing", "2 of 4", "train", "25%", "of 100"):
            assert words in stderr.getvalue()
