"""A file is the old one or the new one, whole, whatever happens while it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from reskin.engine.atomic_write import atomic_write, move_into_place, partial_name


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "notes.txt"
    for text in ("one", "two"):
        with atomic_write(path) as partial:
            partial.write_text(text)
            assert partial.suffix == path.suffix and path.exists() == (text == "two")
        assert path.read_text() == text
    assert names(path.parent) == ["notes.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("old")

    def interrupted() -> None:
        with atomic_write(path) as partial:
            partial.write_text("ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(FileNotFoundError), atomic_write(path):
        pass  # nothing was written
    assert path.read_text() == "old" and names(tmp_path) == ["notes.txt"]


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to("far/notes.txt")
    for text in ("one", "two"):
        with atomic_write(tmp_path / "link.txt") as partial:
            partial.write_text(text)
        assert (tmp_path / "far" / "notes.txt").read_text() == text
    assert names(tmp_path) == ["far", "link.txt"] and names(tmp_path / "far") == ["notes.txt"]
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(OSError, match="links lead in a circle"), atomic_write(tmp_path / "round"):
        pass


def test_contents_are_on_the_disk_before_they_get_their_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, calls = tmp_path / "notes.txt", list[str]()
    partial_name(path).write_text("new")
    monkeypatch.setattr("os.fsync", lambda handle: calls.append(f"fsync, {path.exists()}"))
    move_into_place(partial_name(path), path)
    assert calls == ["fsync, False", "fsync, True"]
