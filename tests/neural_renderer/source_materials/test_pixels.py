"""Statistics of images, and scenery by hue."""

from __future__ import annotations

import time

import numpy as np
import pytest

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.source_materials.by_hue import (
    by_hue,
    majority,
    several_materials,
)
from reskin.neural_renderer.source_materials.large.views import material_of_pixels
from reskin.neural_renderer.source_materials.pixels import flat_pixels, look_at, unlike
from tests.neural_renderer.source_materials.small_worlds import (
    bricks,
    canvas,
    disc,
    grass_on_dirt,
    landscape,
    speckled,
    tree,
)


def test_shares_add_up() -> None:
    found = look_at(grass_on_dirt())
    bands = found.red + found.brown + found.yellow + found.lime + found.green
    bands += found.cyan + found.blue + found.purple + found.grey
    assert bands == pytest.approx(1, abs=1e-6)
    assert found.lime + found.green == pytest.approx(12 / 32, abs=0.02)
    assert found.brown == pytest.approx(20 / 32, abs=0.02)


def test_the_opaque_box_is_found() -> None:
    image = canvas(40, 30)
    image[5:12, 8:20] = (200, 30, 30, 255)
    found = look_at(image)
    assert found.box == (8, 5, 20, 12)
    assert found.coverage == pytest.approx(7 * 12 / 1200)
    assert look_at(disc(30, (90, 160, 60))).rounded
    assert not look_at(bricks()).rounded


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (3, 2), (700, 5), (640, 480)])
def test_any_size_can_be_looked_at(size: tuple[int, int]) -> None:
    for image in (canvas(*size), canvas(*size, (10, 200, 30))):
        found = look_at(image)
        assert np.isfinite(np.array([value for value in found if isinstance(value, float)])).all()
        assert material_of_pixels(image, side=True, backdrop=True).shape == image.shape[:2]
        assert several_materials(image, "dirt").shape == image.shape[:2]


@pytest.mark.parametrize(
    ("color", "side", "high", "material"),
    [
        ((90, 180, 60), True, False, "grass"),
        ((90, 160, 240), True, True, "sky"),
        ((50, 110, 220), False, False, "water"),
        ((130, 85, 45), True, False, "dirt"),
        ((225, 205, 140), False, False, "sand"),
        ((65, 65, 70), False, False, "road"),
        ((65, 65, 70), True, False, "stone"),
    ],
)
def test_hues(color: tuple[int, int, int], side: bool, high: bool, material: str) -> None:
    assert by_hue(look_at(speckled(32, 32, color, 5)), side, True, high)[0] == material
    assert by_hue(flat_pixels((*color, 255), 10, 10), side, True, high)[0] == material


def test_bricks_are_seen_by_their_joints() -> None:
    assert by_hue(look_at(bricks()), side=True, tiled=True, high=False)[0] == "brick"
    assert by_hue(look_at(speckled(32, 32, (130, 85, 45))), side=True, tiled=True, high=False)[0] == "dirt"


def test_a_second_ground_is_found_in_a_tile() -> None:
    found = several_materials(grass_on_dirt(), "dirt")
    assert (found[:11] == MATERIALS.index("grass")).all()
    assert (found[13:] == MATERIALS.index("dirt")).all()


def test_the_trunk_of_a_tree_is_wood() -> None:
    found = several_materials(tree(), "leaves")
    assert MATERIALS[found[55, 24]] == "wood"
    assert MATERIALS[found[20, 12]] == "leaves"


def test_a_painted_view_at_night_has_a_sky() -> None:
    image = landscape()
    image[:150, :, :3] = (12, 12, 30)
    image[20:22, 40:42, :3] = 255
    found = material_of_pixels(image, side=True, backdrop=True)
    assert (found[:145] == MATERIALS.index("sky")).mean() > 0.99
    assert (found[156:] == MATERIALS.index("grass")).mean() > 0.95


def test_a_painted_view_of_lanes_has_water_and_a_road() -> None:
    """Below the first bank no sky is seen, though all of it is a picture behind everything."""
    colors = [(0, 0, 0), (34, 177, 76), (24, 45, 175), (34, 177, 76), (0, 0, 0), (195, 195, 195)]
    image = canvas(120, 120)
    for row, color in enumerate(colors):
        image[20 * row : 20 * (row + 1)] = (*color, 255)
    found = material_of_pixels(image, side=True, backdrop=True)
    names = [MATERIALS[found[20 * row + 10, 60]] for row in range(6)]
    assert names == ["sky", "grass", "water", "grass", "road", "stone"]


def test_grass_on_top_is_grass_and_dark_joints_are_no_water() -> None:
    image = canvas(64, 64)
    image[:] = (150, 140, 130, 255)
    image[:6] = (64, 130, 105, 255)
    image[40:60] = (51, 50, 71, 255)
    found = several_materials(image, "stone")
    assert MATERIALS[found[2, 30]] == "grass"
    assert {MATERIALS[number] for number in np.unique(found)} == {"grass", "stone"}


def test_the_majority_counts_only_what_is_shown() -> None:
    found = np.zeros((9, 9), np.uint8)
    found[4, 4] = 7
    assert not majority(found, np.ones((9, 9), np.bool_)).any()
    assert (majority(found, found > 0) == 7).all()


def test_unlike_hues() -> None:
    grass, sand = look_at(speckled(16, 16, (80, 180, 60))), look_at(speckled(16, 16, (225, 205, 140)))
    assert unlike(grass, grass) == 0
    assert unlike(grass, sand) == pytest.approx(1)


@pytest.mark.speed
def test_an_image_costs_little() -> None:
    """0.3 to 0.7 ms as measured, and 3 ms pixel by pixel; the limits leave room for a busy machine."""
    image = np.concatenate([np.concatenate([landscape()] * 2, 1)] * 2)
    assert image.shape == (480, 640, 4)
    for function, limit in ((look_at, 8e-3), (lambda i: material_of_pixels(i, True, True), 40e-3)):
        times = []
        for _ in range(7):
            start = time.perf_counter()
            function(image)
            times.append(time.perf_counter() - start)
        assert min(times) < limit
