"""Temporal metrics on sequences with known results, and the page of the report."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pygame
import pytest
from click.testing import CliRunner

from reskin.cli import main
from reskin.engine.capture.pictures import png_of
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.measure import TemporalReport, tpsnr, write_page
from reskin.neural_renderer.measure.page import html_page, page_table
from reskin.neural_renderer.measure.temporal_metrics import (
    CEILING_DB,
    temporal_flickers,
    temporal_flips,
    temporal_ratio,
    temporal_recovery_frames,
    temporal_still_at,
)
from reskin.neural_renderer.theme.pack import available_themes

RANDOM = np.random.default_rng(4)
PLAIN = list(0.3 + 0.2 * RANDOM.random((4, 40, 48, 3)))
PICTURE = RANDOM.integers(0, 256, (9, 14, 3)).astype(np.uint8)
FOUND = TemporalReport(
    theme="a<b", worlds="miner", frames=3,
    flip_ratio=1.25, painter_flip_ratio=None,
    flicker_ratio=0.1, plain_flicker_ratio=0.02, painter_flicker_ratio=0.1, flip=0.1, perceptual=0.05,
    tpsnr_plain=30.0, tpsnr_painter=31.0, still_from=None,
    recovery={"red": 2, "nan": 0}, lowest_db={"red": 20.0},
    plain_flips=[0.1, 0.2], styled_flips=[0.2, 0.3], painter_flips=[0.1, 0.1], strip=[[PICTURE] * 3] * 3,
)  # fmt: skip


def test_flip_ratio() -> None:
    moved = temporal_flips(PLAIN)
    assert len(moved) == 3 and temporal_ratio(moved, moved) == 1
    assert temporal_ratio(temporal_flips([PLAIN[0]] * 4), moved) == 0
    assert temporal_ratio(moved, temporal_flips([PLAIN[0]] * 4)) is None


def test_what_only_moves_does_not_flicker() -> None:
    place = np.arange(40 * 48, dtype=np.int32).reshape(40, 48)
    source = np.full_like(place, -1)
    source[:, 3:] = place[:, :-3]
    scrolled = [PLAIN[0], np.roll(PLAIN[0], 3, 1)]
    assert temporal_flips(scrolled)[0] > 0.01 and temporal_flickers(scrolled, [source]) == [0]
    assert temporal_flickers([scrolled[0], scrolled[1] + 0.1], [source])[0] > 0.01


def test_tpsnr_sees_change_alone() -> None:
    assert tpsnr([p + 0.2 for p in PLAIN], PLAIN) == CEILING_DB
    flickering = [p + 0.1 * (at % 2) for at, p in enumerate(PLAIN)]  # each change is off by 0.1
    assert tpsnr(flickering, PLAIN) == pytest.approx(20)


def test_when_a_picture_comes_to_rest() -> None:
    assert temporal_still_at([0, 0, 0]) == 1
    assert temporal_still_at([4, 0, 0]) == 2
    assert temporal_still_at([0, 4, 0]) == 3
    assert temporal_still_at([4, 0, 1]) is None


def test_when_a_spoilt_history_is_gone() -> None:
    assert temporal_recovery_frames([31, 40]) == 0
    assert temporal_recovery_frames([12, 31, 40]) == 1
    assert temporal_recovery_frames([12, 31, 29, 40]) == 3  # a relapse counts
    assert temporal_recovery_frames([12, 20]) is None


def test_a_png_is_what_was_put_in() -> None:
    surface = pygame.image.load(io.BytesIO(png_of(PICTURE)))
    assert (pygame.surfarray.array3d(surface).swapaxes(0, 1) == PICTURE).all()


def test_the_page_is_one_file_of_all_figures(tmp_path: Path) -> None:
    write_page(tmp_path / "new" / "page.html", FOUND)
    text = (tmp_path / "new" / "page.html").read_text(encoding="utf-8")
    assert text == html_page(FOUND)
    assert "a&lt;b" in text and "<script" not in text and "http" not in text
    assert text.count("<polyline") == 3 and "recovery, red" in text
    sources = re.findall(r'src="data:image/png;base64,([^"]+)"', text)
    assert [base64.b64decode(s) for s in sources] == [png_of(PICTURE)] * 9
    words = dict(page_table(FOUND.figures()))
    assert words["flip_ratio"] == "1.25" and words["still_from"] == "not seen" and "strip" not in words
    json.dumps(FOUND.figures(), allow_nan=False)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LearnError, match=r"cannot write .*name another place"):
        write_page(tmp_path / "file" / "page.html", FOUND)


@pytest.mark.slow
@pytest.mark.skipif("winter" not in available_themes(), reason="winter is not shipped")
def test_the_command(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    words = ["measure", "winter", "--game", "miner", "--frames", "3", "--page", str(target), "--json"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert target.stat().st_size > 100_000
