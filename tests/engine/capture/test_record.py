"""Recordings: right size, pace and colours; whole or not there."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest

from reskin.engine.capture.pictures import fit_picture, png_of, save_png, sheet, wipe
from reskin.engine.capture.record import open_recording
from reskin.engine.errors import LoopError

try:
    import av
except ImportError:
    av = None

needs_av = pytest.mark.skipif(av is None, reason="PyAV is not installed (the extra video)")
SIZE = (96, 64)


def picture(step: int, size: tuple[int, int] = SIZE) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """BGRX: blue at the left, red at the right, a white bar that moves."""
    width, height = size
    result = np.zeros((height, width, 4), np.uint8)
    result[:, : width // 2, 0] = 200
    result[:, width // 2 :, 2] = 200
    result[:, step % width : step % width + 4] = 255
    return result


def decoded(path: Path) -> list[Any]:
    with av.open(str(path)) as container:
        return list(container.decode(container.streams.video[0]))


@needs_av
@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_a_video_holds_the_pictures_at_their_pace(tmp_path: Path, suffix: str) -> None:
    with open_recording(tmp_path / f"run{suffix}", rate=60) as recording:
        for tick in range(60):
            recording.add(picture(tick), "BGRX", 100 + tick)
    frames = decoded(tmp_path / f"run{suffix}")
    assert len(frames) == (60 if suffix == ".mp4" else 20)
    assert (frames[0].width, frames[0].height) == SIZE
    last = float(frames[-1].pts * frames[-1].time_base)
    assert last == pytest.approx(59 / 60 if suffix == ".mp4" else 57 / 60, abs=0.02)
    rgb = frames[-1].to_ndarray(format="rgb24").astype(int)
    # Half-size colour planes smear the edges, so the middles of the areas are compared.
    assert np.abs(rgb[8:56, 8:40] - (0, 0, 200)).mean() < 6
    assert np.abs(rgb[8:56, 70:90] - (200, 0, 0)).mean() < 6
    assert [p.name for p in tmp_path.iterdir()] == [f"run{suffix}"], "a temporary file is left"


@needs_av
def test_mp4_is_what_browsers_play(tmp_path: Path) -> None:
    with open_recording(tmp_path / "run.mp4") as recording:
        for tick in range(5):
            recording.add(picture(tick, (97, 65)), "BGRX", tick)
    with av.open(str(tmp_path / "run.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (96, 64), "odd sides must be made even"
    data = (tmp_path / "run.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "the index must come first"


def as_a_player_shows_it(path: Path) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The first picture, by the matrix that the file names, else as players choose by height."""
    with av.open(str(path)) as container:
        frame = next(container.decode(container.streams.video[0]))
        matrix = {1: "ITU709", 5: "ITU601", 6: "ITU601"}.get(frame.colorspace)
        matrix = matrix or ("ITU709" if frame.height >= 720 else "ITU601")
        return frame.reformat(format="rgb24", src_colorspace=matrix).to_ndarray().astype(int)


@needs_av
@pytest.mark.parametrize("height", [64, 718, 720, 1080])
@pytest.mark.parametrize("fast", [False, True])
def test_colours_are_encoded_as_the_file_says_at_any_height(tmp_path: Path, height: int, fast: bool) -> None:
    shown = picture(0, (96, height))
    with open_recording(tmp_path / "run.mp4", fast=fast) as recording:
        recording.add(shown, "BGRX", 0)
    colours = as_a_player_shows_it(tmp_path / "run.mp4")
    assert np.abs(colours[:, 20:40].mean((0, 1)) - (0, 0, 200)).max() < 4, "blue becomes another blue"
    assert np.abs(colours[:, 56:88].mean((0, 1)) - (200, 0, 0)).max() < 4, "red becomes another red"
    with av.open(str(tmp_path / "run.mp4")) as container:
        says = container.streams.video[0].codec_context
        assert (says.color_primaries, says.color_trc, says.colorspace, says.color_range) == (1, 13, 1, 1)


def test_a_png_says_that_it_is_srgb() -> None:
    data = png_of(np.full((4, 6, 3), (200, 30, 10), np.uint8))
    assert data[33:46] == bytes.fromhex("00000001 73524742 00 aece1ce9")  # as the PNG specification has it
    shown = pygame.image.load(io.BytesIO(data))
    assert shown.get_size() == (6, 4) and shown.get_at((5, 3))[:3] == (200, 30, 10)


@needs_av
def test_skipped_ticks_make_longer_frames_and_repeated_ones_do_not_fail(tmp_path: Path) -> None:
    with open_recording(tmp_path / "run.mp4") as recording:
        for tick in (10, 11, 11, 40):
            recording.add(picture(tick), "BGRX", tick)
    times = [float(f.pts * f.time_base) for f in decoded(tmp_path / "run.mp4")]
    assert times == pytest.approx([0, 1 / 60, 2 / 60, 30 / 60], abs=1e-3)


@needs_av
def test_a_picture_of_another_size_is_fitted(tmp_path: Path) -> None:
    with open_recording(tmp_path / "run.mp4") as recording:
        recording.add(picture(0), "BGRX", 0)
        recording.add(picture(0, (192, 128)), "RGBA", 1)
    first, second = decoded(tmp_path / "run.mp4")
    assert (second.width, second.height) == SIZE
    rgb = second.to_ndarray(format="rgb24").astype(int)
    assert np.abs(rgb[8:56, 10:40] - (200, 0, 0)).mean() < 6, "RGBA was taken for BGRX"
    assert first.width == second.width


def test_png_keeps_the_last_picture(tmp_path: Path) -> None:
    with open_recording(tmp_path / "deep" / "last.png") as recording:
        for tick in range(3):
            recording.add(picture(tick), "BGRX", tick)
    surface = pygame.image.load(tmp_path / "deep" / "last.png")
    rgb = np.frombuffer(pygame.image.tobytes(surface, "RGB"), np.uint8).reshape(64, 96, 3)
    assert np.array_equal(rgb, picture(2)[..., 2::-1])


@pytest.mark.parametrize(
    "suffix", [pytest.param(".mp4", marks=needs_av), pytest.param(".gif", marks=needs_av), ".png"]
)
def test_an_empty_recording_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    recording = open_recording(tmp_path / f"run{suffix}")
    assert recording.close() is None
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.png"
    older = save_png(path, picture(9), "BGRX").read_bytes()
    recording = open_recording(path)
    recording.add(picture(0), "BGRX", 0)
    assert path.read_bytes() == older
    assert recording.close() == path
    assert path.read_bytes() != older
    assert recording.close() == path, "closing twice is harmless"
    with pytest.raises(LoopError, match="takes no more"):
        recording.add(picture(1), "BGRX", 1)


def test_wrong_names_and_places_are_named(tmp_path: Path) -> None:
    with pytest.raises(LoopError, match=r"must end in \.mp4, \.gif, \.png; got 'run\.avi'"):
        open_recording(tmp_path / "run.avi")
    (tmp_path / "file").touch()
    with pytest.raises(LoopError, match="cannot write"):
        open_recording(tmp_path / "file" / "run.png")
    with pytest.raises(LoopError, match="cannot write"):
        save_png(tmp_path / "file" / "shot.png", picture(0), "BGRX")


def test_without_pyav_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(LoopError, match=r"reskin\[video\]"):
        open_recording(tmp_path / "run.mp4")
    assert list(tmp_path.iterdir()) == []


def test_wipe_and_sheet() -> None:
    plain, restyled = np.full((4, 8, 4), 10, np.uint8), np.full((4, 8, 4), 90, np.uint8)
    both = wipe(plain, restyled, 4)
    assert (both[:, :3] == 10).all()
    assert (both[:, 5:] == 90).all()
    assert (both[:, 3:5] == 255).all()
    assert np.array_equal(wipe(plain, restyled, -3), restyled)
    assert np.array_equal(wipe(plain, restyled, 99), plain)
    page = sheet([[plain, restyled], [plain]])
    assert page.shape == (12, 20, 4)
    assert (page[:4, :8] == 10).all()
    assert (page[8:, :8] == 90).all()
    assert (page[8:, 12:] == 255).all()
    with pytest.raises(LoopError, match="at least one"):
        sheet([])


def test_fitted_keeps_what_fits() -> None:
    shown = picture(0)
    assert fit_picture(shown, 96, 64) is shown
    assert fit_picture(shown, 48, 32).shape == (32, 48, 4)
    assert np.array_equal(fit_picture(shown, 95, 63), shown[:63, :95])
