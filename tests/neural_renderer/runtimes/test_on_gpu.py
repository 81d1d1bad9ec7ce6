"""Pictures of all themes and games by the CUDA runtime on a GPU, beside the CPU's: run by `make gpu`."""

from __future__ import annotations

import numpy as np
import pytest

from reskin.neural_renderer.handoff.cuda_gl.runtime import cuda_missing
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.scenes.frame_sources import game_frames
from reskin.neural_renderer.theme.pack import available_themes
from tests.neural_renderer.samples import world

MISSING = cuda_missing()
pytestmark = [pytest.mark.gpu, pytest.mark.skipif(bool(MISSING), reason=MISSING or "-")]
FRAMES = 6


@pytest.mark.parametrize("game", ["miner", "city", "caravan"])
@pytest.mark.parametrize("theme", available_themes())
def test_the_picture_is_that_of_the_cpu(theme: str, game: str) -> None:
    """Frame after frame, each with its own history: within a level, and nearly all of it equal."""
    expected, found = Restyler(theme, device="cpu"), Restyler(theme, device="cuda")
    assert found.runtime == "cuda"
    most = 1 if expected.runtime == "openvino" else 3  # the reference in torch differs by up to two itself
    for frame in game_frames(game, 3, 60, FRAMES):
        wanted, picture = expected(frame), found(frame)
        difference = np.abs(picture.astype(int) - wanted)
        assert picture.std() > 10 and difference.max() <= most
        assert (difference > 0).mean() < (0.001 if most == 1 else 0.2)


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (37, 61), (359, 639), (65, 1)])
def test_odd_sizes_and_both_layouts(size: tuple[int, int]) -> None:
    theme = available_themes()[0]
    expected, found = Restyler(theme, device="cpu"), Restyler(theme, device="cuda")
    for t in range(3):
        for layout in ("BGRX", "RGBA"):
            frame = world(t, *size, layout=layout)  # type: ignore[arg-type]
            assert np.abs(found(frame).astype(int) - expected(frame)).max() <= 3
