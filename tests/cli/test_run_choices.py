"""Where `reskin run` starts a game, and what it takes from its tag file."""

from __future__ import annotations

from pathlib import Path

import pytest

from reskin.cli.run import chosen_scale, working_folder
from reskin.neural_renderer.source_materials.tags import Tags, tag_file


@pytest.mark.parametrize(
    ("files", "root"),
    [
        (["src/main.py", "assets/sounds/move.wav"], True),
        (["src/main.py", "src/images/hero.png", "screenshot.png"], False),
        (["src/main.py", "requirements.txt", "src/hero.png"], True),
        (["src/main.py"], False),
    ],
    ids=["pictures beside it", "pictures in it", "root of a project", "no pictures"],
)
def test_a_game_starts_where_its_author_would_stand(files: list[str], root: bool, tmp_path: Path) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    expected = tmp_path if root else tmp_path / "src"
    assert working_folder(tmp_path / "src" / "main.py", tmp_path) == expected
    assert working_folder(tmp_path / "src" / "main.py", tmp_path / "src") == tmp_path / "src"
    assert working_folder(tmp_path / "src" / "main.py", Path("/")) == tmp_path / "src"


@pytest.mark.parametrize(
    ("written", "given", "chosen"),
    [
        ("scale: native\n", None, "native"),
        ("scale: native\n", "auto", "auto"),
        ("scale: [native]\n", None, "auto"),
        ("", "display", "display"),
        ("", None, "auto"),
    ],
)
def test_the_command_line_counts_before_the_tag_file(
    written: str, given: str | None, chosen: str, tmp_path: Path
) -> None:
    tag_file(tmp_path / "game.py").write_text(written)
    assert chosen_scale(Tags(tmp_path / "game.py"), given) == chosen
