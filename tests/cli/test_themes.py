"""`reskin themes new`, `check`, `preview` and `pack`."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pygame
import pytest
from click.testing import CliRunner, Result

from reskin.cli import main
from reskin.neural_renderer.architecture import ARCHITECTURE
from reskin.neural_renderer.theme.pack import available_themes, load_theme

pytestmark = pytest.mark.skipif(not available_themes(), reason="no theme is shipped yet")


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*words: str) -> Result:
    return CliRunner().invoke(main, ["themes", *words])


def made(name: str = "my-look") -> Path:
    assert call("new", name, "--from", "bricks").exit_code == 0
    return Path("themes", name)


def test_the_bare_call_lists() -> None:
    result = call()
    assert result.exit_code == 0 and all(name in result.output for name in available_themes())
    assert call("--json", "check", "bricks").exit_code == 2


def test_a_new_theme_is_a_copy_under_its_own_name() -> None:
    folder = made()
    theme, source = load_theme(folder), load_theme("bricks")
    assert (theme.name, theme.title) == ("my-look", "My Look")
    assert all((theme.tensors[name] == source.tensors[name]).all() for name in source.tensors)
    assert (folder / "preview.png").is_file()


def test_new_overwrites_nothing_and_takes_no_path() -> None:
    before = (made() / "theme.yaml").read_bytes()
    again = call("new", "my-look")
    assert again.exit_code == 1 and "is there already" in again.stderr
    assert Path("themes/my-look/theme.yaml").read_bytes() == before
    for name in ("../out", "a/b", ".hidden"):
        assert "a name must be letters" in call("new", name).stderr
    missing = call("new", "other", "--from", "sumer")
    assert missing.exit_code == 1 and "no theme 'sumer'" in missing.stderr
    assert not Path("themes/other").exists()


def test_check_says_what_is_in_a_pack() -> None:
    folder = made()
    head = folder / "theme.yaml"
    head.write_text(head.read_text() + "color_scale: {water: [0.5, 1, 2]}\nscroll: {lava: [0.1, 0]}\n")
    result = call("check", str(folder))
    assert result.exit_code == 0, result.output
    for words in (
        "My Look (my-look",
        "color_scale: water [0.5, 1, 2]",
        "scroll: lava [0.1, 0]",
        "parameters",
    ):
        assert words in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (ARCHITECTURE, "reskin-0", "architecture must be"),
        ("strength: {}", "strength: {gold: 1}", "strength must map"),
        ("strength: {}", "tint: {water: [3, 3, 3]}", "tint must map materials to [r, g, b] of 0..2"),
    ],
)
def test_check_and_pack_name_what_is_wrong(old: str, new: str, words: str) -> None:
    head = made() / "theme.yaml"
    assert old in head.read_text()
    head.write_text(head.read_text().replace(old, new))
    for command in ("check", "pack"):
        result = call(command, "themes/my-look")
        assert result.exit_code == 1 and words in result.stderr and result.stderr.startswith("Error: ")
    assert not Path("my-look.zip").exists()


@pytest.mark.parametrize("game", ["miner", "caravan"])
def test_a_preview_is_plain_beside_restyled(game: str) -> None:
    result = call("preview", "bricks", "--game", game)
    assert result.exit_code == 0, result.output
    pixels = pygame.surfarray.array3d(pygame.image.load("bricks-preview.png")).astype(int)
    assert pixels.shape == (1280, 360, 3) and abs(pixels[:640] - pixels[640:]).mean() > 5


def test_a_preview_goes_where_it_should() -> None:
    assert call("preview", str(made()), "--out", "new/it.png").exit_code == 0
    assert Path("new/it.png").is_file()
    assert call("preview", "bricks", "--out", "it.jpg").exit_code == 2
    assert "no theme 'sumer'" in call("preview", "sumer").stderr
    assert "no game is named 'minr'" in call("preview", "bricks", "--game", "minr").stderr


def test_a_zip_has_the_pack_and_nothing_else_and_is_the_same_again(tmp_path: Path) -> None:
    folder = made()
    (folder / "notes.txt").write_text("mine")
    assert call("pack", str(folder)).exit_code == 0
    for file in folder.iterdir():
        os.utime(file, (1, 1))
    assert call("pack", str(folder), "--out", "sub/again.zip").exit_code == 0
    assert Path("my-look.zip").read_bytes() == Path("sub/again.zip").read_bytes()
    with zipfile.ZipFile("my-look.zip") as archive:
        files = [f"my-look/{name}" for name in ("theme.yaml", "weights.safetensors", "preview.png")]
        assert archive.namelist() == files
        archive.extractall("out")
    assert load_theme(tmp_path / "out" / "my-look").name == "my-look"


def test_a_pack_that_is_too_large_or_has_no_preview() -> None:
    folder = made()
    (folder / "preview.png").write_bytes((folder / "preview.png").read_bytes() + bytes(3 * 1024 * 1024))
    result = call("pack", str(folder))
    assert result.exit_code == 1 and "expected at most 4194304 bytes" in result.stderr
    assert not Path("my-look.zip").exists()
    (folder / "preview.png").unlink()
    result = call("pack", str(folder))
    assert result.exit_code == 0 and "It has no preview; reskin themes preview" in result.stderr


def linked(folder: Path, name: str, target: str | Path) -> None:
    (folder / name).unlink()
    (folder / name).symlink_to(target)


def refused(*words: str) -> str:
    """The line in which a command refuses; it must have made nothing."""
    before = sorted(Path().rglob("*"))
    result = call(*words)
    assert result.exit_code == 1 and result.stderr.count("\n") == 1, result.stderr
    assert sorted(Path().rglob("*")) == before, "something was written"
    return result.stderr


@pytest.mark.parametrize("name", ["theme.yaml", "weights.safetensors", "preview.png"])
@pytest.mark.parametrize("how", ["absolute", "relative", "of a link", "by a folder"])
def test_no_link_is_followed_out_of_a_folder_that_is_shared(name: str, how: str) -> None:
    folder = made()
    secret = Path("secret", name)
    secret.parent.mkdir()
    (folder / name).rename(secret)
    (folder / name).touch()
    if how == "of a link":
        Path("between").symlink_to(secret.absolute())
    if how == "by a folder":
        (folder / "inner").symlink_to(secret.parent.absolute())
    targets: dict[str, str | Path] = {
        "absolute": secret.absolute(), "relative": f"../../secret/{name}", "of a link": "../../between",
        "by a folder": f"inner/{name}",
    }  # fmt: skip
    linked(folder, name, targets[how])
    assert f"is a link to {secret.absolute()}, outside" in refused("pack", str(folder))
    if name == "preview.png":
        assert "outside of the theme" in refused("new", "copy", "--from", str(folder))


def test_a_link_within_a_theme_is_packed_and_a_theme_may_be_reached_by_one() -> None:
    folder = made()
    (folder / "preview.png").rename(folder / "best.png")
    (folder / "preview.png").symlink_to("best.png")
    Path("by-link").symlink_to(folder)
    assert call("pack", "by-link").exit_code == 0
    with zipfile.ZipFile("my-look.zip") as archive:
        assert archive.read("my-look/preview.png") == (folder / "best.png").read_bytes()
        assert all(entry.external_attr >> 16 == 0o644 for entry in archive.infolist())


@pytest.mark.parametrize("content", [b"root:x:0:0", b"", b"GIF89a"])
def test_a_preview_that_is_no_picture_is_not_packed(content: bytes) -> None:
    """A hard link cannot be told from a copy, but what it leads to is no PNG."""
    folder = made()
    Path("secret").write_bytes(content)
    (folder / "preview.png").unlink()
    (folder / "preview.png").hardlink_to("secret")
    assert "expected a PNG" in refused("pack", str(folder))
