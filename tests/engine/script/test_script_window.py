"""Scripts that are edited with a window and without one: what is watched, said and shown."""

from __future__ import annotations

import threading
from pathlib import Path

import pygame
import pytest

from reskin.engine.loop.hotkeys import Hotkeys
from reskin.engine.loop.loop import RunOptions, run
from reskin.engine.loop.overlay import Overlay
from reskin.engine.script.sources import SourceStamps
from reskin.engine.watcher import Watcher
from tests.engine.script.tiny import MAIN, Folder, until

DRAW = """

def draw(canvas, simulation, alpha, caption):
    canvas.begin(tick=simulation.tick)
    canvas.fill("#87ceeb", "sky")
"""


class Shown:
    """Every notice that was shown, line by line."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: dict[str, None] = {}
        lines = Hotkeys._lines

        def spy(hotkeys: Hotkeys) -> list[tuple[str, bool]]:
            found = lines(hotkeys)
            self.lines.update(dict.fromkeys(words for words, _ in found))
            return found

        monkeypatch.setattr(Hotkeys, "_lines", spy)


def test_a_window_watches_and_shows_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, folder = Shown(monkeypatch), Folder(tmp_path, MAIN + DRAW)
    game = folder.game()
    said: list[str] = []

    wrong, mended = "rules/main.py:19: SyntaxError: unmatched ')'", list[int]()

    def progress(frames: int, total: int | None) -> None:
        """Corrects the mistake after it was shown, and closes the window after that was reported."""
        if frames == 20:
            folder.edit("+= count", "+= count)")
        elif wrong in shown.lines and not mended:
            mended.append(frames)
            folder.edit("+= count)", "+= 2 * count")
        elif mended and len(said) == 2 and "the scripts changed" in shown.lines:
            pygame.event.post(pygame.event.Event(pygame.QUIT))

    options = RunOptions((64, 48), frames=6000, headless=False, bot=True, say=said.append, progress=progress)
    run(game, None, options)
    assert wrong in shown.lines
    assert "the previous version stays in use" in shown.lines
    assert "the scripts changed" in shown.lines
    assert said == [f"{wrong}\nthe previous version stays in use", "The scripts are right again."]
    assert game.scripts._watcher is None, "the watcher goes when the run ends"
    assert not [thread for thread in threading.enumerate() if thread.name == "scripts"]


def test_a_long_notice_is_broken_into_lines_that_fit() -> None:
    pygame.font.init()
    overlay, surface = Overlay(), pygame.Surface((320, 240))
    words = "rules/market.py:12 in buy: WorldError: Purse.coins of entity 1 must be int, got 1.5; use //"
    drawn: list[pygame.Rect] = []
    overlay._panel = lambda surface, box: drawn.append(box)  # type: ignore[method-assign]
    overlay.notices(surface, [("short", False), (words, True)])
    assert len(drawn) == 3
    assert all(surface.get_rect().contains(box) for box in drawn)
    assert " ".join(overlay._wrapped(words, 16, 200)) == words
    assert overlay._wrapped("a" * 90, 16, 200) == ["a" * 90]


def test_however_an_editor_saves_it_is_seen(tmp_path: Path) -> None:
    """In place, by renaming another file over it, or by moving it away first. Other files are ignored."""
    folder, edits = Folder(tmp_path), list[int]()
    stamps = SourceStamps()
    watcher = Watcher("scripts", lambda: stamps.of(folder.path), lambda: edits.append(len(edits)))
    watcher.stop()  # from here on the test looks

    def seen() -> bool:
        before = len(edits)
        watcher.look()
        watcher.look()
        return len(edits) > before

    main, other = folder.path / "main.py", folder.path / ".main.py.swp"
    assert edits and not seen()
    folder.write(MAIN + "# in place")
    assert seen() and not seen()
    other.write_text(MAIN + "# renamed")
    assert not seen()
    other.replace(main)
    assert seen()
    main.rename(folder.path / "main.py~")
    assert seen()
    folder.write(MAIN)
    assert seen()
    folder.write("a: {b: 1}\n", "data.yaml")
    assert seen() and not seen()
    folder.write("notes", "notes.txt")
    assert not seen()


@pytest.mark.parametrize("watch", [None, True, False])
def test_without_a_window_one_has_to_ask(tmp_path: Path, watch: bool | None) -> None:
    folder = Folder(tmp_path, MAIN + DRAW)
    game = folder.game()
    before = game.rules_fingerprint

    def refreshed() -> bool:
        game.refresh()
        return game.rules_fingerprint != before

    def progress(frames: int, total: int | None) -> None:
        if frames == 1:
            folder.edit("+= count", "+= 2 * count")
            if watch:
                until(refreshed)

    run(game, None, RunOptions((64, 48), frames=8, headless=True, bot=True, watch=watch, progress=progress))
    assert (game.rules_fingerprint != before) == bool(watch)
    assert game.report()["coins"] == 3 + (1 + 7 * 2 if watch else 8)
