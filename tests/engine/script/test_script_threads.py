"""An edit is read and parsed on the watcher's thread; the loop only takes it up."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from reskin.engine.errors import ScriptError
from reskin.engine.script.data import DEEPEST
from tests.engine.script.tiny import MAIN, Folder, tick

TABLE = (
    MAIN
    + """
from dataclasses import dataclass
from reskin.engine.script import read_table

@dataclass(frozen=True, slots=True)
class Good:
    weight: int

GOODS = read_table("goods.yaml", Good)
"""
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    folder.write("salt: {weight: 1}\n", "goods.yaml")
    folder.write(TABLE)
    return folder


@pytest.mark.parametrize("file", ["goods.yaml", "main.py", "more.yaml"])
def test_what_takes_long_is_done_on_the_watchers_thread(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    """The game ticks on while the edit is parsed, which here lasts until the game has ticked."""
    game, parsing, ticked = folder.game(), threading.Event(), threading.Event()
    threads: list[str] = []

    def waiting(parse: Any) -> Any:
        def call(*args: Any) -> Any:
            threads.append(threading.current_thread().name)
            parsing.set()
            assert ticked.wait(60)
            return parse(*args)

        return call

    game.watch()
    before = game.rules_fingerprint
    try:
        while not game.scripts._edited.wait(0.01):  # the first look always counts
            pass
        game.refresh()
        monkeypatch.setattr(yaml, "compose", waiting(yaml.compose))
        if file == "main.py":
            folder.edit("coins: int = 3", "coins: int = 4")
        else:
            folder.write("salt: {weight: 2}\npepper: {weight: 1}\n", file)
        assert parsing.wait(60)
        tick(game)
        game.refresh()
        assert game.rules_fingerprint == before
        ticked.set()
        end = time.monotonic() + 60
        while game.rules_fingerprint == before and time.monotonic() < end:
            game.refresh()
            time.sleep(0.002)
    finally:
        ticked.set()
        game.watch(False)
    assert game.rules_fingerprint != before and not game.trouble
    assert set(threads) == {"scripts"}
    weight = game.scripts.ruleset["main"].GOODS["salt"].weight
    assert weight == (2 if file == "goods.yaml" else 1)


@pytest.mark.parametrize(
    "text",
    [
        "salt: " + "[" * 100_000 + "]" * 100_000,
        "salt: " + "{a: " * 50_000 + "1" + "}" * 50_000,
        "salt: " + "- " * 50_000 + "a",
        "salt: " + "? " * 50_000 + "a",
        "".join(f"{' ' * i}a:\n" for i in range(DEEPEST + 9)),
        "[" * 100_000,
    ],
)
def test_nesting_without_end_is_refused_and_crashes_nothing(folder: Folder, text: str) -> None:
    game = folder.game()
    folder.write(text, "goods.yaml")
    assert not game.scripts.reload(game.simulation)
    assert "rules/goods.yaml:" in game.trouble
    tick(game)


def test_a_table_in_another_file_encoding_is_refused_at_start(folder: Folder) -> None:
    (folder.path / "goods.yaml").write_bytes("salt: {weight: 1}".encode("utf-16"))
    with pytest.raises(ScriptError, match="UTF-8"):
        folder.game()


@pytest.mark.parametrize(
    "value", ["2020-13-45", "!!python/name:os.system x", "!unknown 3", "0o9", "1e400", ".nan"]
)
def test_a_scalar_that_is_no_value_is_named(folder: Folder, value: str) -> None:
    game = folder.game()
    folder.write(f"salt: {{weight: {value}}}", "goods.yaml")
    assert not game.scripts.reload(game.simulation)
    assert "salt.weight must be int" in game.trouble
