"""FLIP and the perceptual distance on pictures with known results."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from reskin.neural_renderer.errors import InputError
from reskin.neural_renderer.measure import flip, flip_map, perceptual_metric
from reskin.neural_renderer.measure.image_metrics import Picture

Distance = Callable[[Picture, Picture], float]

SCENE = np.kron(np.random.default_rng(5).random((12, 16, 3)), np.ones((6, 6, 1)))
BLURRED = [gaussian_filter(SCENE, (sigma, sigma, 0)) for sigma in (0.5, 1, 2, 4, 8)]
DISTANCES = pytest.mark.parametrize("distance", [flip, perceptual_metric])


@DISTANCES
def test_identity_symmetry_and_blur(distance: Distance) -> None:
    assert distance(SCENE, SCENE) == 0
    found = [distance(SCENE, blurred) for blurred in BLURRED]
    assert all(before < after for before, after in pairwise(found)), found
    assert distance(BLURRED[2], SCENE) == pytest.approx(found[2], abs=1e-12)
    assert 0 < found[0] < found[-1] < 1


def test_black_and_white_are_nearly_1() -> None:
    """Colours alone: 100 ** 0.7 is .6086 of green against blue, 41.276; past the cut of .4, a slow slope."""
    black, white = np.zeros((24, 30, 3)), np.ones((24, 30, 3))
    assert flip(black, white) == pytest.approx(0.95 + 0.05 * (100**0.7 / 41.276 - 0.4) / 0.6, abs=1e-5)


def test_green_and_blue_differ_most() -> None:
    green, blue = np.full((24, 30, 3), (0.0, 1, 0)), np.full((24, 30, 3), (0.0, 0, 1))
    assert flip(green, blue) == pytest.approx(1, abs=1e-6)


def test_an_edge_counts_more_than_its_colour() -> None:
    """A thin grey line: its blurred colour differs little, the feature lifts it."""
    plain = np.full((48, 48, 3), 0.5)
    lined = plain.copy()
    lined[:, 24] = 0.8
    found = flip_map(plain, lined)
    assert found[:, 24].mean() > 0.3 and found[:, 2].max() < 1e-3


def test_far_away_detail_is_not_seen() -> None:
    checks = np.indices((48, 48)).sum(0)[..., None] % 2 * np.ones(3)
    assert flip(checks, 1 - checks, 200) < 0.05 < flip(checks, 1 - checks, 10)


@DISTANCES
def test_pictures_of_two_sizes_are_refused(distance: Distance) -> None:
    with pytest.raises(InputError, match="of one size"):
        distance(SCENE, SCENE[1:])
