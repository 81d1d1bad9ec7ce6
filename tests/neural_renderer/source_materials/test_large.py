"""What is large keeps its paint unless much speaks for a sky, a landscape or one ground; flat shapes that are
walked on are ground."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.source_materials.judge import Materials
from reskin.neural_renderer.source_materials.large.pictures import (
    ground_of,
    is_a_landscape,
    is_a_sky,
    is_a_terrain,
    picture_of,
)
from tests.neural_renderer.source_materials.small_worlds import (
    SIZE,
    Game,
    bricks,
    canvas,
    disc,
    grass_on_dirt,
    landscape,
    speckled,
)
from tests.neural_renderer.source_materials.test_backdrops import after, behind_a_hero, of


def room(wall: tuple[int, int, int]) -> NDArray[np.uint8]:
    """SIZE: a painted room with a window, a door and a shelf, and planks for a floor."""
    image = speckled(*SIZE, wall, 3)
    image[170:] = speckled(SIZE[0], 70, (150, 110, 70), 3)
    image[170:, ::40, :3] = 60
    image[40:110, 40:120, :3] = (230, 245, 255)
    image[40:110, 78:82, :3] = image[40:44, 40:120, :3] = image[106:110, 40:120, :3] = 40
    image[70:170, 220:270, :3] = (120, 70, 40)
    image[70:170, 218:221, :3] = image[70:170, 269:272, :3] = 30
    return image


def starry() -> NDArray[np.uint8]:
    night = speckled(*SIZE, (10, 12, 24), 4)
    for top, left in np.random.default_rng(1).integers(0, (SIZE[1] - 3, SIZE[0] - 3), (120, 2)):
        night[top : top + 2, left : left + 2, :3] = 230
    return night


def cloudy() -> NDArray[np.uint8]:
    image = speckled(*SIZE, (120, 180, 240), 4)
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    for left in (60, 170, 280):
        image[np.hypot((x - left) / 40, (y - 60) / 18) < 1, :3] = 245
    return image


def grid(color: tuple[int, int, int]) -> NDArray[np.uint8]:
    """SIZE: squares of tiles with joints between them, as of a kitchen or a bath."""
    image = speckled(*SIZE, color, 3)
    image[::30, :, :3] = image[:, ::30, :3] = 90
    image[100:140, 200:260, :3] = (60, 70, 90)
    return image


def test_skies_by_day_and_by_night_are_told_from_rooms_pages_and_tiled_walls() -> None:
    assert all(is_a_sky(picture_of(image)) for image in (cloudy(), starry()))
    others = (
        room((140, 180, 220)),
        room((230, 230, 235)),
        grid((190, 215, 235)),
        landscape(),
        canvas(*SIZE, (250, 250, 250)),
        np.ascontiguousarray(np.tile(bricks(), (8, 10, 1))[: SIZE[1], : SIZE[0]]),
    )
    assert not any(is_a_sky(picture_of(image)) for image in others)


def test_a_landscape_has_a_sky_above_and_a_ground_below() -> None:
    assert is_a_landscape(picture_of(landscape()))
    for image in (room((140, 180, 220)), cloudy(), landscape()[::-1], grid((120, 180, 240))):
        assert not is_a_landscape(picture_of(image))


def test_one_ground_is_even() -> None:
    assert ground_of(picture_of(speckled(*SIZE, (90, 170, 70), 20))) == "green"
    assert ground_of(picture_of(speckled(*SIZE, (150, 110, 70), 20))) == "earth"
    pitch = speckled(*SIZE, (90, 170, 70), 20)
    pitch[:90] = speckled(SIZE[0], 90, (60, 80, 190), 60)  # the stands
    assert ground_of(picture_of(pitch)) == ""
    assert ground_of(picture_of(canvas(*SIZE, (250, 250, 250)))) == ""


def test_a_terrain_is_lawn_and_earth_all_over() -> None:
    terrain = speckled(*SIZE, (150, 140, 70), 20)
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    lawn = np.sin(x / 9) + np.sin(y / 7) > 0.3
    terrain[lawn] = speckled(*SIZE, (110, 150, 60), 20)[lawn]
    assert is_a_terrain(picture_of(terrain))
    fenced = terrain.copy()
    fenced[40:200, ::40] = (60, 40, 30, 255)
    others = (fenced, speckled(*SIZE, (110, 150, 60), 20), room((200, 170, 130)), landscape())
    assert not any(is_a_terrain(picture_of(image)) for image in others)
    assert behind_a_hero(terrain)[0] == "mixed"


@pytest.mark.parametrize("wall", [(140, 180, 220), (230, 230, 235), (60, 60, 70), (200, 170, 130)])
def test_a_room_behind_a_hero_keeps_its_paint(wall: tuple[int, int, int]) -> None:
    assert behind_a_hero(room(wall)) == ("unknown", True)


def test_the_light_behind_a_wood_is_no_lawn_and_the_trees_before_it_are_no_sky() -> None:
    game = Game(False)
    trees = canvas(*SIZE)
    trees[:40] = trees[200:] = (40, 100, 95, 255)
    trees[:, (np.arange(SIZE[0]) // 30) % 3 != 0] = (40, 100, 95, 255)
    game.image("light.png", canvas(*SIZE, (175, 220, 200)))
    game.image("trees.png", trees)
    game.image("hero.png", disc(24, (220, 60, 60), eye=True))
    materials = Materials()
    for step in range(40):
        draws = [("light.png", 0, 0, 0), ("trees.png", 0, 30, 0), ("hero.png", 20 + 5 * step, 180, 1)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    assert of(game, materials, "light.png") == ("unknown", True)
    assert of(game, materials, "trees.png")[0] != "sky"


def test_a_large_texture_before_the_backdrop_is_its_ground() -> None:
    """Cobbles that are drawn in one piece, and a picture of a machine's front that is no ground."""
    game = Game(False)
    game.image("1.png", cloudy())
    cobbles = speckled(200, 120, (120, 118, 112), 40)
    cobbles[::12, :, :3] = cobbles[:, ::14, :3] = 60
    game.image("2.png", cobbles)
    game.image("3.png", np.ascontiguousarray(room((200, 170, 130))[:120, :200]))
    game.image("hero.png", disc(24, (220, 60, 60), eye=True))
    materials = Materials()
    for step in range(40):
        draws = [("1.png", 0, 0, 0), ("2.png", 0, 150, 0), ("3.png", 200, 0, 0)]
        draws += [("hero.png", 3 * step, 126, 1)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    assert of(game, materials, "2.png")[0] in ("stone", "brick")
    assert of(game, materials, "3.png") == ("unknown", True)


def test_a_street_named_after_its_city_is_judged_by_its_look() -> None:
    game = Game(False)
    street = speckled(SIZE[0], 80, (60, 60, 62), 10)
    street[38:42, ::40, :3] = 230
    game.image("city/sky.png", cloudy())
    game.image("city/new_city.png", street)
    game.image("hero.png", disc(24, (220, 60, 60), eye=True))
    materials = Materials()
    for step in range(40):
        draws = [("city/sky.png", 0, 0, 0), ("city/new_city.png", 0, 160, 0), ("hero.png", 3 * step, 140, 1)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    assert of(game, materials, "city/sky.png")[0] == "sky"
    assert of(game, materials, "city/new_city.png")[0] in ("stone", "road")


def test_a_sky_of_flat_stripes_is_no_wall() -> None:
    """Drawn line by line over a fill, as colours that change softly are."""
    game = Game(True)
    game.shape("fill", (0, 0, 0), *SIZE)
    for number in range(6):
        game.shape(f"{number}", (90 + 8 * number, 150, 220 - 6 * number), SIZE[0], 1)
    game.image("hero.png", disc(24, (220, 60, 60), eye=True))
    draws = [("fill", 0, 0, 0)] + [(f"{y // 40}", 0, y, 0) for y in range(240)] + [("hero.png", 40, 200, 1)]
    materials = after(game, draws)
    assert {of(game, materials, f"{number}")[0] for number in range(6)} == {"sky"}


def test_a_ledge_on_which_a_figure_walks_is_ground_and_a_bar_is_none() -> None:
    game = Game(True)
    game.shape("fill", (230, 230, 235), *SIZE)
    game.shape("ledge", (120, 80, 40), 120, 12)
    game.shape("bar", (90, 60, 120), 120, 12)
    game.image("hero.png", disc(24, (220, 60, 60), eye=True))
    materials = Materials()
    for step in range(40):
        draws = [("fill", 0, 0, 0), ("ledge", 30, 150, 0), ("ledge", 180, 150, 0), ("bar", 30, 80, 0)]
        draws += [("bar", 180, 80, 0), ("hero.png", 30 + 2 * step, 126, 1)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    materials.close()
    assert of(game, materials, "ledge") == ("dirt", False)
    assert of(game, materials, "bar")[0] == "unknown"
    assert of(game, materials, "fill") == ("unknown", True)


def test_what_a_figure_stands_on_is_ground_though_it_rests() -> None:
    """It walks on the floor first, and is then carried up to a ledge, where it stands."""
    game = Game(True)
    game.image("sky.png", cloudy())
    game.shape("ledge", (120, 80, 40), 120, 12)
    game.image("hero.png", disc(24, (220, 60, 60), eye=True))
    materials = Materials()
    for step in range(60):
        place = (30 + 2 * step, 200) if step < 20 else (60, 126)
        draws = [("sky.png", 0, 0, 0), ("ledge", 30, 150, 0), ("hero.png", *place, 1)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    materials.close()
    assert of(game, materials, "ledge") == ("dirt", False)


def test_a_blue_fill_is_a_sky_behind_images_and_an_airy_one_behind_shapes_too() -> None:
    found = []
    airy, strong = (120, 180, 240), (40, 60, 200)
    for color, pictured in ((airy, True), (strong, True), (airy, False), (strong, False)):
        game = Game(True)
        game.shape("fill", color, *SIZE)
        game.shape("ball", (240, 240, 240), 10, 10)
        game.image("hero.png", disc(24, (220, 60, 60), eye=True))
        materials = Materials()
        for step in range(40):
            thing = ("hero.png", 20 + 5 * step, 180, 1) if pictured else ("ball", 20 + 5 * step, 180, 1)
            materials.observe(game.frame([("fill", 0, 0, 0), thing], (0.0, 0.0), False))
        materials.close()
        found.append(of(game, materials, "fill"))
    assert found == [("sky", False), ("sky", False), ("sky", False), ("unknown", True)]


def test_a_dark_red_glow_and_plain_black_are_no_night() -> None:
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    glow = canvas(*SIZE, (0, 0, 0))
    glow[..., :3] = np.clip(1 - np.hypot(x - 160, y - 120) / 200, 0.1, 1)[..., None] * (52, 20, 10)
    assert not is_a_sky(picture_of(glow))
    assert not is_a_sky(picture_of(canvas(*SIZE, (0, 0, 0))))


def test_a_brick_wall_behind_a_hero_is_of_bricks() -> None:
    wall = np.ascontiguousarray(np.tile(bricks(), (8, 10, 1))[: SIZE[1], : SIZE[0]])
    assert behind_a_hero(wall)[0] == "brick"


def test_a_gappy_layer_named_background_is_no_sky_unless_it_looks_like_one() -> None:
    game = Game(True)
    game.image("sky.png", cloudy())
    trunks = canvas(*SIZE)
    trunks[:, (np.arange(SIZE[0]) // 20) % 3 == 0] = (90, 60, 40, 255)
    game.image("background_2.png", trunks)
    game.image("hero.png", disc(24, (220, 60, 60), eye=True))
    materials = Materials()
    for step in range(40):
        draws = [("sky.png", 0, 0, 0), ("background_2.png", 0, 0, 0), ("hero.png", 20 + 5 * step, 180, 1)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    assert of(game, materials, "background_2.png")[0] != "sky"


def test_a_lawn_below_a_painted_picture_with_gaps_is_no_sky() -> None:
    """A picture of many colours with a clear upper part is no outline of hills."""
    game = Game(False)
    start = np.random.default_rng(3).integers(0, 255, (SIZE[1] // 4, SIZE[0] // 4, 4)).astype(np.uint8)
    start = np.ascontiguousarray(start.repeat(4, 0).repeat(4, 1))
    start[..., 3] = 255
    start[:80] = 0
    game.image("lawn.png", speckled(*SIZE, (60, 140, 50), 20))
    game.image("start.png", start)
    game.image("car.png", disc(20, (220, 60, 60)))
    materials = Materials()
    for step in range(60):
        draws = [("lawn.png", 0, 0, 0), ("start.png", 0, 0, 0)][: 2 if step < 20 else 1]
        materials.observe(game.frame([*draws, ("car.png", 20 + 4 * step, 180, 1)], (0.0, 0.0), False))
    materials.close()
    assert of(game, materials, "lawn.png")[0] == "grass"


def test_a_sea_below_a_sky_is_water_and_a_sky_of_stripes_is_all_sky() -> None:
    sea = speckled(*SIZE, (150, 200, 240), 3)
    sea[70:] = speckled(SIZE[0], 170, (20, 110, 170), 3)
    game = Game(False)
    game.image("sea.png", sea)
    game.image("hero.png", disc(24, (220, 60, 60), eye=True))
    materials = Materials()
    for step in range(40):
        draws = [("sea.png", 0, 0, 0), ("hero.png", 20 + 5 * step, 180, 1)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    found = materials.judgement(game.unit("sea.png")).pixels
    assert found is not None
    assert (found[80:] == MATERIALS.index("water")).all()
    assert (found[:60] == MATERIALS.index("sky")).all()
    stripes = speckled(*SIZE, (150, 200, 240), 3)
    stripes[80:160, :, :3] -= np.array([20, 20, 10], np.uint8)
    stripes[160:, :, :3] -= np.array([40, 40, 20], np.uint8)
    assert behind_a_hero(stripes) == ("sky", False)


def test_a_wood_by_night_is_no_sky_and_houses_of_many_colours_are_no_hills() -> None:
    wood = starry()
    wood[..., 2] += 90
    wood[130:, (np.arange(SIZE[0]) // 20) % 2 == 0, :3] = (4, 8, 14)
    wood[190:, :, :3] = (4, 8, 14)
    assert behind_a_hero(wood) == ("unknown", True)
    found = []
    for colors in (1, 200):
        game = Game(False)
        houses = canvas(*SIZE)
        shade = np.random.default_rng(2).integers(0, 60, (colors, 3))
        for number in range(16):
            top = 60 + 25 * (number % 4)
            houses[top:, 20 * number : 20 * number + 20, 3] = 255
        y, x = np.mgrid[: SIZE[1], : SIZE[0]]
        houses[..., :3] = (90, 50, 60) + shade[(x // 9 + 5 * (y // 9)) % colors]
        game.image("sky.png", cloudy())
        game.image("houses.png", houses)
        for number in range(6):
            game.image(f"tile{number}.png", speckled(32, 32, (130, 85, 45), seed=number))
        draws = [("sky.png", 0, 0, 0), ("houses.png", 0, 20, 0)]
        draws += [(f"tile{n % 6}.png", 32 * n, 208, 0) for n in range(10)]
        found.append(of(game, after(game, draws), "houses.png")[0])
    assert found == ["hill", "unknown"]


def test_the_sea_floor_is_no_landscape_and_deep_water_no_sky() -> None:
    """Blue gets darker downwards under water; a sky gets paler."""
    down = np.linspace(0, 1, SIZE[1])[:, None, None]
    deep = speckled(*SIZE, (0, 0, 0), 0)
    deep[..., :3] = (1 - down) * (60, 170, 250) + down * (5, 60, 130)
    assert not is_a_sky(picture_of(deep))
    floor = deep.copy()
    floor[180:] = speckled(SIZE[0], 60, (190, 150, 100), 5)
    assert not is_a_landscape(picture_of(floor))
    day = deep.copy()
    day[..., :3] = (1 - down) * (60, 130, 220) + down * (170, 215, 250)
    assert is_a_sky(picture_of(day))
    day[180:] = speckled(SIZE[0], 60, (190, 150, 100), 5)
    assert is_a_landscape(picture_of(day))


def test_logos_and_letters_on_dark_ground_are_no_stars() -> None:
    logo = canvas(*SIZE, (33, 33, 33))
    logo[100:130, 130:190, :3] = 240
    assert not is_a_sky(picture_of(logo))


def test_blue_tiles_around_an_island_are_water() -> None:
    game = Game(False)
    game.image("0.png", canvas(32, 32, (56, 152, 255)))
    game.image("1.png", canvas(32, 32, (130, 225, 75)))
    game.image("hero.png", disc(20, (220, 60, 60), eye=True))
    materials = Materials()
    for step in range(40):
        draws = [
            ("1.png" if 2 <= x <= 7 and 1 <= y <= 6 else "0.png", 32 * x, 32 * y, 0)
            for x in range(10)
            for y in range(8)
        ]
        materials.observe(game.frame([*draws, ("hero.png", 80 + 2 * step, 100 + step, 1)], (0.0, 0.0), False))
    materials.close()
    assert not materials.side_view
    assert of(game, materials, "0.png")[0] == "water"


def test_ground_that_scrolls_is_none_of_the_hud_though_its_folder_is_named_so() -> None:
    game = Game(True)
    game.image("title/tile.png", grass_on_dirt())
    game.image("hero.png", disc(24, (220, 60, 60), eye=True))
    draws = [("title/tile.png", 32 * x, 208, 0) for x in range(30)] + [("hero.png", 100, 184, 1)]
    materials = after(game, draws, frames=40, scroll=True)
    assert of(game, materials, "title/tile.png")[0] == "mixed"
