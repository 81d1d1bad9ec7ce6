"""Shipped themes over time: no drift, recovery from a spoilt history, and constant pictures of still
frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from reskin.engine.frame import Frame
from reskin.kernels.rectify import HOLD, LIMIT
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.measure import psnr
from reskin.neural_renderer.measure.drift import DriftRecorder, Series, drift, drift_trend
from reskin.neural_renderer.measure.temporal_metrics import (
    GONE_DB,
    SPOILT,
    temporal_changes,
    temporal_recovery,
    temporal_spoil,
)
from reskin.neural_renderer.painters import PAINTERS
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import available_themes, load_theme
from tests.neural_renderer.samples import few, miner, random_theme

pytestmark = pytest.mark.skipif(not available_themes(), reason="no theme is shipped yet")

WITHIN = 8
"""Frames after which a spoilt history must be gone."""


def run(names: Sequence[str], frames: Iterator[Frame], paint_every: int) -> dict[str, Series]:
    """Record themes over one run of the game. Each `paint_every`th frame is painted, too."""
    recorders = {name: DriftRecorder(load_theme(name), painter=PAINTERS.get(name)) for name in names}
    for at, frame in enumerate(frames):
        for record in recorders.values():
            record(frame.replace(hud=None), paint=at % paint_every == 0)
    return {name: record.series for name, record in recorders.items()}


def assert_no_trend(series: Series, frames: int, colour_levels: float, psnr_db: float) -> None:
    """The bounds are for the whole run. Changes in the scene move the figures a little, so the bounds are
    looser for a short run. A drift would grow with the frames."""
    assert len(series.psnr) == frames
    later, colour = series.psnr[10:], np.array(series.colour[10:])  # a history takes some frames to fill
    rise = [drift_trend(colour[:, channel]) for channel in range(3)]
    assert max(map(abs, rise)) < colour_levels, f"the mean colour moves by {rise} levels over {frames} frames"
    paler = drift_trend(series.contrast[10:])
    assert abs(paler) < colour_levels, f"the contrast moves by {paler} levels over {frames} frames"
    assert np.abs(colour).max() < HOLD, "the mean colour is off by more than a history can move it"
    assert drift_trend(later) > -psnr_db, f"the PSNR to a fresh start falls by {-drift_trend(later):.2f} dB"
    assert min(later) > 33, "the history spoils the picture"
    painted = series.against_painter[1:]  # the first frame has no history
    assert abs(drift_trend(painted)) < 0.3, "the PSNR to the painter has a trend"


def test_a_trend_is_seen() -> None:
    noise = np.random.default_rng(1).normal(size=300)
    assert abs(drift_trend(noise)) < 0.5 and drift_trend(noise + np.linspace(0, 3, 300)) == pytest.approx(
        3, abs=0.5
    )
    zeros, even = [0.0] * 300, [50.0] * 300
    drifting = Series([np.full(3, at / 300) for at in range(300)], zeros, even, zeros[:10])
    with pytest.raises(AssertionError, match="mean colour moves"):
        assert_no_trend(drifting, 300, 0.75, 2)
    fading = Series([np.zeros(3)] * 300, zeros, list(np.linspace(50, 45, 300)), zeros[:10])
    with pytest.raises(AssertionError, match="falls by"):
        assert_no_trend(fading, 300, 0.75, 2)
    paling = Series([np.zeros(3)] * 300, list(np.linspace(0, -2, 300)), even, zeros[:10])
    with pytest.raises(AssertionError, match="contrast moves"):
        assert_no_trend(paling, 300, 0.75, 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", available_themes()[-1:])
def test_300_frames_without_drift(name: str) -> None:
    """One theme; all have 3,000 frames in the slow test."""
    assert_no_trend(run([name], miner(300, 120, 208), 20)[name], 300, 1.5, 4)


@pytest.mark.slow
def test_drift_as_measured() -> None:
    """`reskin measure --drift`, on a theme of random weights, which has no painter."""
    found = drift(random_theme(), frames=120)
    assert (found.frames, found.compared, found.against_painter) == (120, 110, None)
    moved = found.red, found.green, found.blue, found.contrast
    assert max(map(abs, moved)) < 2 and found.lowest_likeness > 25
    with pytest.raises(LearnError, match="needs 100 frames or more, got 20"):
        drift(random_theme(), frames=20)


@pytest.fixture(scope="module")
def long_run() -> dict[str, Series]:
    return run(available_themes(), miner(3000, 180, 320, seed=7), 60)


@pytest.mark.slow
@pytest.mark.parametrize("name", available_themes())
def test_3000_frames_without_drift(long_run: dict[str, Series], name: str) -> None:
    assert_no_trend(long_run[name], 3000, 0.75, 2)


# Spoilt histories


@pytest.fixture(scope="module")
def walk() -> list[Frame]:
    return [frame.replace(hud=None) for frame in miner(12 + WITHIN, 144, 256, skip=200)]


@pytest.fixture(scope="module")
def stale_frame() -> Frame:
    return next(miner(1, 144, 256, skip=900))


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("name", few(available_themes()))
def test_a_spoilt_history_is_gone_within_8_frames(
    walk: list[Frame], stale_frame: Frame, name: str, how: str
) -> None:
    clean, spoilt = Restyler(name), Restyler(name)
    found = temporal_recovery(clean, spoilt, how, stale_frame, walk[:12], walk[12:])
    assert len(found) == WITHIN
    assert found[-1] >= GONE_DB, f"{name}: PSNR against the clean run is {[round(f, 1) for f in found]}"


@pytest.mark.parametrize("how", [how for how in SPOILT if how != "nan"])
def test_a_spoilt_history_is_spoilt(walk: list[Frame], stale_frame: Frame, how: str) -> None:
    restyler = Restyler(available_themes()[0])
    restyler(stale_frame)
    stale = restyler.history
    restyler(walk[0])
    clean = restyler.history
    assert stale is not None and clean is not None
    assert psnr(temporal_spoil(how, clean, stale).picture / 255, clean.picture / 255) < 25, (
        "nothing is spoilt"
    )


# Stillness


@pytest.mark.parametrize("name", few(available_themes()))
def test_a_scene_that_stands_still_is_constant(walk: list[Frame], name: str) -> None:
    restyler = Restyler(name)
    restyler(walk[6])
    assert temporal_changes(restyler, walk[6], 6) == [0] * 5


@pytest.mark.parametrize("name", few(available_themes()))
def test_a_scene_that_comes_to_rest_is_constant_soon(walk: list[Frame], name: str) -> None:
    """The old history fades in steps of a few levels. From the third frame on the picture is constant."""
    restyler = Restyler(name)
    for frame in walk[:6]:
        restyler(frame)
    found = temporal_changes(restyler, walk[6], 10)
    assert max(found[:2]) <= LIMIT // 3 and found[2:] == [0] * 7, f"{name} changes by {found} levels"
