"""An output replaces nothing but an older file of its own kind."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reskin.engine.capture import open_recording, save_png
from reskin.engine.errors import EngineError, LoopError, ReplayError
from reskin.engine.loop import RunOptions, run
from reskin.engine.outputs import KINDS, same_files, why_not_replace
from reskin.engine.persistence.replay import ReplayWriter, read_replay
from reskin.engine.persistence.save import create_save
from reskin.engine.persistence.savefile import examine_savefile
from tests.engine.market import Market

PICTURE = np.zeros((16, 16, 4), np.uint8)


def saved(path: Path) -> bytes:
    with create_save(path, Market(5)):
        pass
    return path.read_bytes()


def write_replay(path: Path) -> None:
    game = Market(5)
    with ReplayWriter(path, game.name, game.simulation) as writer:
        game.simulation.step()
        writer.on_tick(game.simulation, [])


def record_png(path: Path) -> None:
    with open_recording(path.with_suffix(".png")) as recording:
        recording.add(PICTURE, "BGRX", 0)


def play_with_sheet(path: Path) -> None:
    run(Market(5), None, RunOptions((96, 64), 2, headless=True, bot=True, sheet=path.with_suffix(".png")))


WRITERS: tuple[Callable[[Path], object], ...] = (
    write_replay,
    record_png,
    play_with_sheet,
    lambda path: save_png(path, PICTURE, "BGRX"),
)


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("behind_link", [False, True])
def test_an_output_overwrites_no_save(
    write: Callable[[Path], object], behind_link: bool, tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    real = tmp_path / "real.save" if behind_link else path
    before = saved(real)
    if behind_link:
        path.symlink_to(real)
    with pytest.raises(EngineError, match=r"is there already and is no \.(png|replay) file; name another"):
        write(path)
    assert path.is_symlink() == behind_link
    assert len(list(tmp_path.iterdir())) == 1 + behind_link, "a temporary file is left"
    assert real.read_bytes() == before and examine_savefile(real).newest.tick == 0


@pytest.mark.parametrize("write", WRITERS)
def test_an_output_replaces_its_like_and_empty_files(write: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.touch()
    write(path)
    write(path)
    assert path.stat().st_size > 60


@pytest.mark.parametrize("write", WRITERS)
def test_an_output_goes_where_a_link_leads(write: Callable[[Path], object], tmp_path: Path) -> None:
    link, path = tmp_path / "a.png", tmp_path / "far" / "real"
    link.symlink_to("far/real")
    for _ in range(2):
        write(link)
        assert link.is_symlink() and path.stat().st_size > 60
    assert [file.name for file in path.parent.iterdir()] == ["real"]


def test_what_comes_while_an_output_is_written_is_kept(tmp_path: Path) -> None:
    game, path = Market(5), tmp_path / "a"
    writer = ReplayWriter(path, game.name, game.simulation)
    game.simulation.step()
    writer.on_tick(game.simulation, [])
    before = saved(path)
    with pytest.raises(ReplayError, match=r"no \.replay file; .*; the replay is kept as .*a\.part"):
        writer.close()
    assert path.read_bytes() == before
    assert read_replay(writer.partial).last == 1
    recording = open_recording(tmp_path / "b.png")
    recording.add(PICTURE, "BGRX", 0)
    before = saved(recording.path)
    with pytest.raises(LoopError, match=r"no \.png file"):
        recording.close()
    assert recording.path.read_bytes() == before


def test_what_a_killed_run_left_of_a_replay_is_kept(tmp_path: Path) -> None:
    left = tmp_path / "a.replay.part"
    saved(left)
    before = left.read_bytes()
    write_replay(tmp_path / "a.replay")
    assert left.read_bytes() == before
    assert read_replay(tmp_path / "a.replay").last == 1
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_devices_and_folders_are_no_outputs(kind: str, tmp_path: Path) -> None:
    assert "is no file" in why_not_replace(tmp_path, kind)
    assert "is no file" in why_not_replace(Path(os.devnull), kind)
    assert why_not_replace(tmp_path / "new", kind) == ""


def test_two_names_of_one_file_are_seen(tmp_path: Path) -> None:
    one, link, hard = tmp_path / "one", tmp_path / "link", tmp_path / "hard"
    one.touch()
    link.symlink_to(one)
    os.link(one, hard)
    for other in (one, link, hard, tmp_path / "." / "one", tmp_path / "folder" / ".." / "one"):
        assert "--a and --b name one file" in same_files({"--a": [one], "--b": [other]})
    (tmp_path / "dangling").symlink_to(tmp_path / "later")
    assert same_files({"--a": [tmp_path / "later"], "--b": [tmp_path / "dangling"]})
    assert not same_files({"--a": [one, link], "--b": [tmp_path / "two"]})
