"""The tag file: what a person wrote is kept and counts, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reskin.neural_renderer.source_materials.tags import Tag, Tags, tag_file

KEY = "00000000000000000000000000000001"
OTHER = "00000000000000000000000000000002"
GRASS = Tag("grass", by_hand=False, sure=0.85, reason="its name says 'grass'")


def test_an_entry_is_written_and_read(tmp_path: Path) -> None:
    tags = Tags(tmp_path / "game.py")
    tags.add(KEY, 'odd "name": #1.png', GRASS)
    assert tags.write()
    assert Tags(tmp_path / "game.py").of(KEY, "") == GRASS
    assert tags.of(KEY, "") == GRASS


def test_a_changed_material_is_a_persons_and_stays(tmp_path: Path) -> None:
    tags = Tags(tmp_path / "game.py")
    tags.add(KEY, "a.png", GRASS)
    tags.write()
    tags.path.write_text(tags.path.read_text().replace("material: grass", "material: snow   # mine"))
    edited = tags.path.read_text()
    again = Tags(tmp_path / "game.py")
    again.add(KEY, "a.png", GRASS)
    again.add(OTHER, "b.png", GRASS)
    assert again.write()
    found = again.of(KEY, "")
    assert found is not None
    assert (found.material, found.by_hand) == ("snow", True)
    assert again.path.read_text().startswith(edited)


@pytest.mark.parametrize(
    "text",
    [
        "# mine\nview: top\nwhatever: [1, {a: 2}]\n\n\n'*.png': enemy # all of them",
        "hero.png:\n    material: player\n    detail: 0.5",
        "a: |\n  text\n  in lines\n",
        "\ufeff",
        "view: side\r\nb.png: coin\r\n",
    ],
)
def test_what_a_person_wrote_is_kept_byte_for_byte(tmp_path: Path, text: str) -> None:
    path = tag_file(tmp_path / "game.py")
    path.write_bytes(text.encode())
    tags = Tags(tmp_path / "game.py")
    tags.add(KEY, "a.png", GRASS)
    assert tags.write(), tags.problem
    assert path.read_bytes().startswith(text.encode())
    assert Tags(tmp_path / "game.py").of(KEY, "") == GRASS


@pytest.mark.parametrize(
    "text", ["view: [", "- a\n- b\n", "a: &x 1\nb: *x\n", "\t\tx: :", "{a: 1}\n", "...\n---\n"]
)
def test_a_file_that_cannot_be_added_to_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tag_file(tmp_path / "game.py")
    path.write_text(text)
    tags = Tags(tmp_path / "game.py")
    tags.add(KEY, "a.png", GRASS)
    assert not tags.write()
    assert "game.reskin.yaml" in tags.problem
    assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]


def test_entries_by_name_and_by_hand(tmp_path: Path) -> None:
    path = tag_file(tmp_path / "game.py")
    path.write_text(
        "'enemies/*.png': enemy\nlamp.png: {material: light, detail: 0.5, paint: keep}\n"
        "bar.png: {hud: true}\nbad.png: dragonfire\ntile: 24\nview: top\n"
    )
    tags = Tags(tmp_path / "game.py")
    enemy, lamp, bar = tags.of(KEY, "enemies/x.png"), tags.of(KEY, "images/lamp.png"), tags.of(KEY, "bar.png")
    assert enemy is not None
    assert (enemy.material, enemy.by_hand) == ("enemy", True)
    assert lamp is not None
    assert (lamp.material, lamp.detail, lamp.keeps_paint) == ("light", 0.5, True)
    assert bar is not None
    assert bar.hud is True
    assert tags.view == "top"
    assert tags.number("tile", 1, 4096) == 24
    assert "dragonfire" in tags.warning
    assert tags.of(KEY, "none.png") is None


def test_an_edit_is_taken_up_once_it_is_complete(tmp_path: Path) -> None:
    tags = Tags(tmp_path / "game.py")
    assert not tags.look()
    tags.path.write_text("view: top\n")
    assert not tags.look()  # the editor may still be writing
    assert tags.look()
    assert tags.view == "top"
    tags.path.write_text("view: [")
    tags.look()
    assert not tags.look()
    assert tags.view == "top"
    assert tags.problem


def test_an_edit_between_reading_and_writing_is_kept(tmp_path: Path) -> None:
    tags = Tags(tmp_path / "game.py")
    tags.add(KEY, "a.png", GRASS)
    tags.path.write_text("# mine\na.png: wood\n")
    assert tags.write()
    assert tags.path.read_text().startswith("# mine\na.png: wood\n")
    found = tags.of(KEY, "a.png")
    assert found is not None
    assert found.material == "wood"


def test_two_games_in_one_folder_do_not_mix(tmp_path: Path) -> None:
    one, two = Tags(tmp_path / "one.py"), Tags(tmp_path / "two.py")
    one.add(KEY, "a.png", GRASS)
    assert one.write()
    assert two.write()
    assert Tags(tmp_path / "two.py").of(KEY, "a.png") is None
    assert [path.name for path in tmp_path.iterdir()] == ["one.reskin.yaml"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the super-user may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _check_the_cache(tmp_path, monkeypatch)


def test_a_folder_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands for one that cannot be written, also where the tests run as the super-user."""
    monkeypatch.setattr("reskin.neural_renderer.source_materials.tags._can_write", lambda path: False)
    _check_the_cache(tmp_path, monkeypatch)


def _check_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "game"
    folder.mkdir()
    tag_file(folder / "game.py").write_text("b.png: lava\n")
    folder.chmod(0o555)
    tags = Tags(folder / "game.py")
    tags.add(KEY, "a.png", GRASS)
    assert tags.write(), tags.problem
    assert tags.path.is_relative_to(tmp_path / "cache")
    again = Tags(folder / "game.py")
    assert again.of(KEY, "a.png") == GRASS
    lava = again.of(OTHER, "b.png")
    assert lava is not None
    assert lava.material == "lava"
    folder.chmod(0o755)


WRITER = """
import sys
from pathlib import Path
from reskin.neural_renderer.source_materials.tags import Tag, Tags
tags = Tags(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(1000):
    tags.add(f"{number:032x}", f"{number}.png", Tag("grass", by_hand=False, sure=0.5, reason="x"))
    tags.write()
"""


def test_the_file_survives_a_kill(tmp_path: Path) -> None:
    _kill(tmp_path, 8)


@pytest.mark.slow
def test_the_file_survives_two_hundred_kills(tmp_path: Path) -> None:
    _kill(tmp_path, 200)


def _kill(tmp_path: Path, times: int) -> None:
    """What a person wrote stays, the file can always be read, and what was in it stays in it."""
    path = tag_file(tmp_path / "game.py")
    path.write_text("# mine\nview: top\n")
    before = path.read_bytes()
    for number in range(times):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "game.py")], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.003 * (7 * number % 29))
            writer.send_signal(signal.SIGKILL)
        after = path.read_bytes()
        assert after.startswith(before)
        before = after
        tags = Tags(tmp_path / "game.py")
        assert not tags.problem
        assert tags.view == "top"
    assert len(before) > 1000
