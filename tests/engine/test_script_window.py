"""Scripts edited under a window and without one: what is watched, said and shown."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.console import Console
from engine.loop import RunOptions, run
from tests.engine.tiny import MAIN, Folder, until

DRAW = """

def draw(canvas, simulation, alpha, caption):
    canvas.begin(tick=simulation.tick)
    canvas.fill("#87ceeb", "sky")
"""


class Shown:
    """Whatever the console had to show, line by line."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: dict[str, None] = {}
        lines = Console._lines

        def spy(console: Console) -> list[tuple[str, bool]]:
            found = lines(console)
            self.lines.update(dict.fromkeys(words for words, _ in found))
            return found

        monkeypatch.setattr(Console, "_lines", spy)


def test_a_window_watches_and_shows_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, folder = Shown(monkeypatch), Folder(tmp_path, MAIN + DRAW)
    game = folder.game()
    said: list[str] = []

    def progress(frames: int, total: int | None) -> None:
        if frames == 20:
            folder.edit("+= count", "+= count)")
        if frames == 60:
            folder.edit("+= count)", "+= 2 * count")

    options = RunOptions((64, 48), frames=110, headless=False, bot=True, say=said.append, progress=progress)
    run(game, None, options)
    wrong = "rules/main.py:19: SyntaxError: unmatched ')'"
    assert wrong in shown.lines
    assert "the version before goes on" in shown.lines
    assert "the scripts changed" in shown.lines
    assert said == [f"{wrong}\nthe version before goes on", "The scripts are right again."]
    assert game.scripts._watcher is None, "the watcher goes when the run ends"
    assert not [thread for thread in threading.enumerate() if thread.name == "scripts"]


@pytest.mark.parametrize("watch", [None, True, False])
def test_without_a_window_one_has_to_ask(tmp_path: Path, watch: bool | None) -> None:
    folder = Folder(tmp_path, MAIN + DRAW)
    game = folder.game()
    edition = game.edition

    def refreshed() -> bool:
        game.refresh()
        return game.edition != edition

    def progress(frames: int, total: int | None) -> None:
        if frames == 1:
            folder.edit("+= count", "+= 2 * count")
        elif watch and frames == 2:
            until(refreshed)

    run(game, None, RunOptions((64, 48), frames=8, headless=True, bot=True, watch=watch, progress=progress))
    assert (game.edition != edition) == bool(watch)
    assert game.report()["coins"] == 3 + (2 + 6 * 2 if watch else 8)
