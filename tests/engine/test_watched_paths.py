"""A path is watched and not what lies there now, and an edit is seen whatever size and date it has."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reskin.engine import watcher
from reskin.engine.simulation.games import load_game
from reskin.engine.watcher import CONTENT_S, ContentStamps
from reskin.neural_renderer.theme import pack as packs
from reskin.neural_renderer.theme.watcher import ThemeWatcher
from tests.engine.script.tiny import MAIN, Folder

GAME = """
from reskin.engine.script import ScriptedGame

class Linked(ScriptedGame):
    name = "linked"
    rules = "rules"
"""


def move_away(used: Path, other: Path) -> None:
    """As `git checkout` and tools that keep folders the same on two machines may do."""
    used.rename(used.with_name("old"))
    other.rename(used)


def delete_and_copy(used: Path, other: Path) -> None:
    shutil.rmtree(used)
    time.sleep(4 * watcher.LOOK_S)  # so that its absence is seen
    shutil.copytree(other, used)


def point_elsewhere(used: Path, other: Path) -> None:
    """`used` is a link: as a new release is put into use."""
    link = used.with_name("link")
    link.symlink_to(other.name)
    link.replace(used)


def write_with_old_dates(used: Path, other: Path) -> None:
    """As an archive is unpacked over it."""
    for path in other.iterdir():
        status = (used / path.name).stat()
        (used / path.name).write_bytes(path.read_bytes())
        os.utime(used / path.name, ns=(status.st_atime_ns, status.st_mtime_ns))


REPLACE = [move_away, delete_and_copy, point_elsewhere, write_with_old_dates]
Replace = Callable[[Path, Path], None]


def until(reached: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def placed(folder: Path, replace: Replace) -> Path:
    """`folder` itself, or a link to it if that is what is replaced."""
    if replace is not point_elsewhere:
        return folder
    link = folder.with_name("used")
    link.symlink_to(folder.name)
    return link


@pytest.mark.parametrize("replace", REPLACE)
def test_a_theme_is_followed_by_its_path(replace: Replace, tmp_path: Path) -> None:
    for theme, name in (("winter", "used pack"), ("bricks", "other")):
        shutil.copytree(packs.themes_folder() / theme, tmp_path / name)
    used = placed(tmp_path / "used pack", replace)
    folder, taken = packs.find_theme(used), list[str]()
    watching = ThemeWatcher(lambda: folder, lambda _, theme: taken.append(theme.name))
    try:
        assert until(lambda: taken == ["winter"])
        replace(used, tmp_path / "other")
        assert until(lambda: taken[-1] == "bricks")
    finally:
        watching.stop()


@pytest.mark.parametrize("replace", REPLACE)
def test_scripts_are_followed_by_their_path(replace: Replace, tmp_path: Path) -> None:
    """The folder of the whole game is replaced, as its rules lie in it."""
    for name, coins in (("used game", 3), ("other", 4)):
        (tmp_path / name).mkdir()
        Folder(tmp_path / name, MAIN.replace("coins: int = 3", f"coins: int = {coins}"))
    used = placed(tmp_path / "used game", replace)
    rules = used / "rules"
    folder = Folder(tmp_path / "used game")
    folder.write(MAIN)
    folder.path = rules
    game = folder.game()
    game.watch()
    try:
        before = game.rules_fingerprint
        if replace is write_with_old_dates:
            replace(rules, tmp_path / "other" / "rules")
        else:
            replace(used, tmp_path / "other")

        def edited() -> bool:
            game.refresh()
            return game.rules_fingerprint != before

        assert until(edited)
        assert not game.trouble
    finally:
        game.watch(False)


def test_a_game_behind_a_link_is_found_by_the_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name, coins in (("one", 3), ("two", 4)):
        (tmp_path / name).mkdir()
        Folder(tmp_path / name, MAIN.replace("coins: int = 3", f"coins: int = {coins}"))
        (tmp_path / name / "linked_game.py").write_text(GAME)
    used = tmp_path / "used"
    used.symlink_to("one")
    game = load_game(str(used / "linked_game.py"))(1)
    before = game.rules_fingerprint
    point_elsewhere(used, tmp_path / "two")
    game.watch()
    try:

        def edited() -> bool:
            game.refresh()
            return game.rules_fingerprint != before

        assert until(edited)
    finally:
        game.watch(False)


def test_contents_count_where_a_disk_keeps_no_time_of_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "file_stamp", lambda path: (1, 2, 3))
    now = [0.0]
    stamps, path = ContentStamps(lambda: now[0]), tmp_path / "file"
    path.write_text("one")
    before = stamps([path])
    path.write_text("two")
    assert stamps([path]) == before, "contents are read once a second"
    now[0] += CONTENT_S
    assert stamps([path]) != before
    path.unlink()
    now[0] += CONTENT_S
    assert stamps([path]) == {"file": ((1, 2, 3), b"")}


def test_a_pipe_and_a_folder_have_no_contents(tmp_path: Path) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder", "nothing", "x" * 300):
        assert watcher.content_digest(tmp_path / name) == b""
