"""Grounds and panels that look like each other: earth and bricks, tiles and icons, curtains and skies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.source_materials.by_hue import is_framed
from reskin.neural_renderer.source_materials.judge import Materials
from tests.neural_renderer.source_materials.small_worlds import (
    SIZE,
    Game,
    bricks,
    canvas,
    disc,
    grass_on_dirt,
    material,
    speckled,
)

Draws = list[tuple[str, int, int, int]]
CLAY = (186, 96, 76)


def clay() -> NDArray[np.uint8]:
    """Reddish, with a wave of another shade: no joints."""
    image = canvas(32, 32, CLAY)
    image[12:14, 4:22] = (176, 88, 68, 255)
    return image


def test_tiles_before_a_tiled_backdrop_that_drifts_are_no_hud() -> None:
    game = Game(names=False)
    game.image("backdrop.png", speckled(64, 64, (150, 170, 200), 20))
    for number in range(8):
        tile = speckled(32, 32, (150, 90, 50), 8, number)
        tile[:, 6:9] = (200, 160, 110, 255)
        game.image(f"tile{number}", tile, (32 * number, 0, 32, 32))
    game.units[1:] = [replace(unit, name="sheet.png") for unit in game.units[1:]]
    materials = Materials()
    for frame in range(80):
        down = frame % 64
        draws: Draws = [("backdrop.png", 64 * x, 64 * y + down - 64, 0) for y in range(5) for x in range(5)]
        draws += [("tile0", 32 * x, 176 + 32 * y, 0) for y in range(2) for x in range(10)]
        draws += [(f"tile{n}", 32 * n, 144, 0) for n in range(8)]
        draws += [("tile1", 0, 112, 0), ("tile2", 32, 112, 0)]
        materials.observe(game.frame(draws, (0.0, 1.0), False))
    for number in range(8):
        assert material(materials.judgement(game.unit(f"tile{number}"))) not in ("hud", "unknown")


def test_a_black_curtain_is_no_sky() -> None:
    game = Game(names=False)
    game.shape("sky", (130, 190, 230), 320, 240)
    game.shape("curtain", (0, 0, 0), 320, 160)
    game.image("ground.png", grass_on_dirt())
    game.image("hero.png", disc(20, (200, 60, 60), eye=True))
    materials = Materials()
    for frame in range(80):
        draws: Draws = [("sky", 0, 0, 0)]
        if frame > 20:
            draws.append(("curtain", 0, -(frame % 20), 0))
        draws += [*(("ground.png", 32 * x, 208, 0) for x in range(10)), ("hero.png", 100 + frame, 188, 1)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    assert material(materials.judgement(game.unit("sky"))) == "sky"
    curtain = materials.judgement(game.unit("curtain"))
    assert material(curtain) == "wall" and curtain.keeps_paint


@pytest.mark.parametrize("lettered", [True, False])
def test_flat_boxes_with_texts_that_stay_while_the_world_scrolls_are_hud(lettered: bool) -> None:
    game = Game(names=False)
    game.image("grass.png", speckled(32, 32, (80, 160, 60)))
    game.image("rock.png", disc(24, (130, 130, 132)))
    game.shape("button", (28, 30, 38), 70, 24)
    for number in range(4):
        game.text(f"text{number}", f"Fire {number}", 40)
    materials = Materials()
    for frame in range(80):
        at = 2 * frame
        draws: Draws = [("grass.png", 32 * x - at % 32, 32 * y, 0) for y in range(8) for x in range(12)]
        draws += [("rock.png", 300 - at, 100, 1)]
        draws += [("button", 120, 40 + 40 * n, 0) for n in range(4)]
        draws += [(f"text{n}", 130 if lettered else 20, 44 + 40 * n, 0) for n in range(4)]
        materials.observe(game.frame(draws, (-2.0, 0.0), False))
    assert materials.judgement(game.unit("button")).hud == lettered


@pytest.mark.parametrize("grass", [True, False])
def test_red_earth_below_grass_in_its_sheet_is_no_brick(grass: bool) -> None:
    game = Game(names=False)
    game.image("top", speckled(32, 32, (80, 180, 60) if grass else (120, 120, 125)), (0, 0, 32, 32))
    game.image("earth", clay(), (0, 32, 32, 32))
    game.units = [replace(unit, name="sheet.png") for unit in game.units]
    materials = Materials()
    for _ in range(20):
        draws: Draws = [("top", 32 * x, 144, 0) for x in range(10)]
        draws += [("earth", 32 * x, 176 + 32 * y, 0) for y in range(2) for x in range(10)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    assert material(materials.judgement(game.unit("earth"))) == ("dirt" if grass else "brick")


def test_no_grass_grows_on_planks() -> None:
    """Earth in stripes, with grass on top of it."""
    tile = canvas(64, 64, (200, 152, 104))
    for row in range(0, 64, 8):
        tile[row : row + 3] = (176, 124, 70, 255)
    planks = tile.copy()
    tile[:14] = (128, 190, 30, 255)
    game = Game(names=False)
    game.image("turf.png", tile)
    game.image("planks.png", planks)
    materials = Materials()
    for _ in range(20):
        draws: Draws = [("turf.png", 64 * x, 112, 0) for x in range(5)]
        draws += [("planks.png", 64 * x, 176, 0) for x in range(5)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    turf = materials.judgement(game.unit("turf.png"))
    assert material(turf) == "dirt" and turf.pixels is not None
    assert {MATERIALS[of] for of in np.unique(turf.pixels)} == {"dirt", "grass"}


def test_earth_before_the_dark_is_no_water() -> None:
    tile = canvas(32, 32, (34, 32, 52))
    tile[:14] = (184, 92, 60, 255)
    game = Game(names=False)
    game.image("edge.png", tile)
    materials = Materials()
    for _ in range(20):
        materials.observe(game.frame([("edge.png", 32 * x, 176, 0) for x in range(10)], (0.0, 0.0), False))
    found = materials.judgement(game.unit("edge.png"))
    assert material(found) == "dirt" and "dirt" in found.reason


def test_a_bar_of_many_flat_boxes_at_an_edge_is_hud() -> None:
    game = Game(names=False)
    game.image("field.png", speckled(320, 240, (90, 150, 80), 30))
    game.image("red.png", canvas(2, 10, (200, 30, 30)))
    materials = Materials()
    for frame in range(40):
        draws: Draws = [("field.png", 0, 0, 0), *(("red.png", 10 + 2 * n, 8, 0) for n in range(90 - frame))]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    assert materials.judgement(game.unit("red.png")).hud


def test_grey_mist_is_a_cloud_and_a_shadow_is_none() -> None:
    y, x = np.mgrid[:80, :80] - 40
    alpha = np.clip(200 * (1 - np.hypot(x, y) / 40), 0, 255).astype(np.uint8)
    mist, shadow = canvas(80, 80, (150, 150, 150)), canvas(80, 80, (5, 5, 5))
    mist[..., 3] = shadow[..., 3] = alpha
    game = Game(names=False)
    game.image("grass.png", speckled(32, 32, (80, 160, 60)))
    game.image("mist.png", mist)
    game.image("shadow.png", shadow)
    materials = Materials()
    for _ in range(20):
        draws: Draws = [("grass.png", 32 * x, 32 * y, 0) for y in range(8) for x in range(10)]
        draws += [("mist.png", 60, 40, 0), ("mist.png", 150, 90, 0), ("shadow.png", 200, 150, 0)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    found = materials.judgement(game.unit("mist.png"))
    assert material(found) == "sky" and found.keeps_paint
    assert material(materials.judgement(game.unit("shadow.png"))) != "sky"


def test_a_dark_purple_ground_on_which_things_stand_is_earth() -> None:
    ground = speckled(32, 32, (52, 30, 70), 20)
    game = Game(names=False)
    game.image("ground.png", ground)
    game.image("grass.png", speckled(32, 32, (80, 160, 60)))
    game.image("rock.png", disc(30, (130, 130, 132)))
    materials = Materials()
    for frame in range(40):
        at = frame
        draws: Draws = [("ground.png", 32 * x - at % 32, 32 * y, 0) for y in range(3, 8) for x in range(11)]
        draws += [("grass.png", 32 * x - at % 32, 32 * y, 0) for y in range(3) for x in range(11)]
        draws += [("rock.png", 60 * n + 5 - at, 60 + 34 * n, n + 1) for n in range(5)]
        materials.observe(game.frame(draws, (-1.0 if frame else 0.0, 0.0), False))
    assert not materials.side_view
    assert material(materials.judgement(game.unit("ground.png"))) == "dirt"


def test_brown_tiles_with_a_dark_rim_are_crates() -> None:
    crate = speckled(32, 32, (160, 115, 60), 8)
    crate[10:12] = crate[20:22] = (115, 80, 40, 255)
    crate[:2] = crate[-2:] = (90, 60, 30, 255)
    crate[:, :2] = crate[:, -2:] = (90, 60, 30, 255)
    earth = speckled(32, 32, (150, 105, 60), 20)
    assert is_framed(crate)
    assert not any(is_framed(image) for image in (earth, bricks(), grass_on_dirt(), disc(24, (220, 60, 60))))
    game = Game(False)
    game.image("1.png", canvas(*SIZE, (120, 180, 240)))
    game.image("2.png", crate)
    game.image("3.png", earth)
    materials = Materials()
    for _ in range(20):
        draws = [("1.png", 0, 0, 0)] + [("3.png", 32 * x, 208, 0) for x in range(10)]
        draws += [("2.png", 32 * x, 176, 0) for x in (3, 4, 5, 7)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    found = [MATERIALS[materials.judgement(game.unit(name)).material] for name in ("2.png", "3.png")]
    assert found == ["wood", "dirt"]
