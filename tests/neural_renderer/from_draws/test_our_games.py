"""Our own games, captured from plain pygame draws, are what the canvas says they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reskin.engine.frame import plain_picture, to_rgb
from reskin.neural_renderer.measure.worlds import painter_of_theme
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import load_theme
from tests.neural_renderer.from_draws.captured import LEVELS, Agreement, Origins, captured_frames

GAMES = ("miner", "city", "caravan")
LEAST = 0.99
"""Share of the pixels. Measured over 120 frames of each game: identity and motion 0.999, the HUD 1."""
NEAR = 0.5
"""dB that the restyled picture may be further from the painter's than the canvas's own."""


def agreement(game: str, frames: int, folder: Path, size: tuple[int, int], skip: int) -> Agreement:
    found = Agreement()
    for number, pair in enumerate(captured_frames(game, frames, folder, size, skip=skip)):
        if number > 0:  # nothing moves in the first frame
            found.add(pair)
        shown = plain_picture(pair.captured)[..., :3].astype(int)
        far = np.abs(shown - plain_picture(pair.truth)[..., :3]).max(-1) > LEVELS
        assert far.mean() < 1 - LEAST, f"frame {number} shows another picture"
    return found


def check(found: Agreement) -> None:
    for name in ("identity", "motion", "hud", "material"):
        share = getattr(found, name)
        assert share >= LEAST, f"{name} is equal on {share:.4f} of the pixels; expected at least {LEAST}"


def test_a_captured_game_is_what_the_canvas_says(tmp_path: Path) -> None:
    check(agreement("miner", 20, tmp_path, (320, 240), skip=100))


@pytest.mark.slow
@pytest.mark.parametrize("game", GAMES)
def test_every_captured_game_is_what_the_canvas_says(game: str, tmp_path: Path) -> None:
    check(agreement(game, 120, tmp_path, (640, 480), skip=60))


@pytest.mark.slow
@pytest.mark.parametrize("game", GAMES)
def test_restyled_as_the_painter_would(game: str, tmp_path: Path) -> None:
    """Every 30th of 120 frames is painted. The painter paints what the canvas says."""
    names = ("winter", "bricks")
    themes = {name: replace(load_theme(name).as_learnt(), detail={"every": 0.0}) for name in names}
    own, captured = ({name: Restyler(theme) for name, theme in themes.items()} for _ in range(2))
    errors: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    origins = Origins()
    for number, pair in enumerate(captured_frames(game, 120, tmp_path, skip=60), 1):
        truth, found = pair.truth.replace(hud=None), origins.aligned(pair).replace(hud=None)
        for name, theme in themes.items():
            pictures = own[name](truth), captured[name](found)
            if number % 30 == 0:
                painted = painter_of_theme(theme)(truth)
                both = [float(np.mean((to_rgb(p, "BGRX") / 255 - painted) ** 2)) for p in pictures]
                errors[name].append((both[0], both[1]))
    for name in names:
        mine, theirs = -10 * np.log10(np.mean(errors[name], 0))
        assert theirs > mine - NEAR, f"{name}: {theirs:.2f} dB; the canvas's own picture has {mine:.2f}"
