"""The watcher calls once for each edit, when it is complete, and ends when it is told to."""

from __future__ import annotations

import threading
from pathlib import Path

from reskin.engine.watcher import Watcher, file_stamp
from tests.engine.script.tiny import until


def test_an_edit_counts_when_two_looks_see_the_same() -> None:
    contents, calls = ["old"], list[str]()
    watcher = Watcher("test", lambda: contents[0], lambda: calls.append(contents[0]))
    watcher.stop()
    assert calls == ["old"], "the first look always counts"
    for seen in ("n", "ne", "new", "new", "new"):
        contents[0] = seen
        watcher.look()
    assert calls == ["old", "new"]


def test_edits_are_seen_by_a_thread_that_ends(tmp_path: Path) -> None:
    path, calls = tmp_path / "file", list[int]()
    watcher = Watcher("test", lambda: file_stamp(path), lambda: calls.append(len(calls)))
    try:
        until(lambda: len(calls) == 1)
        path.write_text("new")
        until(lambda: len(calls) == 2)
        path.unlink()
        until(lambda: len(calls) == 3)
    finally:
        watcher.stop()
    assert file_stamp(path) == ()
    assert not [thread for thread in threading.enumerate() if thread.name == "test"]
