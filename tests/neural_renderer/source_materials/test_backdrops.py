"""Boards, painted backdrops and their layers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.from_draws.observation import Judgement, Unit
from reskin.neural_renderer.source_materials.judge import Materials
from reskin.neural_renderer.source_materials.large.views import material_of_pixels
from reskin.neural_renderer.source_materials.pixels import look_at
from tests.neural_renderer.source_materials.small_worlds import (
    SIZE,
    Game,
    bricks,
    canvas,
    disc,
    grass_on_dirt,
    speckled,
)

Draws = list[tuple[str, int, int, int]]


def after(game: Game, draws: Draws, frames: int = 20, scroll: bool = False) -> Materials:
    """The materials after frames that all show the same, or that scroll to the left by 2 px a frame."""
    materials = Materials()
    for number in range(frames):
        moved = [(name, x - 2 * number * scroll, y, thing) for name, x, y, thing in draws]
        materials.observe(game.frame(moved, (-2.0 * (scroll and number > 0), 0.0), False))
    return materials


def of(game: Game, materials: Materials, name: str) -> tuple[str, bool]:
    """The material of a unit, or "mixed", and whether it keeps its paint."""
    judgement: Judgement = materials.judgement(game.unit(name))
    several = judgement.pixels is not None and len(np.unique(judgement.pixels)) > 1
    material = "mixed" if several else MATERIALS[judgement.material]
    return material, judgement.keeps_paint


def checkerboard(side: int, first: tuple[int, int, int], second: tuple[int, int, int]) -> NDArray[np.uint8]:
    """SIZE, with grid lines between the squares."""
    image = canvas(*SIZE, first)
    y, x = np.indices(image.shape[:2])
    image[(x // side + y // side) % 2 == 1, :3] = second
    image[(x % side == 0) | (y % side == 0), :3] = 30
    return image


def test_a_painted_checkerboard_keeps_its_paint() -> None:
    game = Game(True)
    game.image("background.png", checkerboard(40, (20, 20, 20), (80, 80, 80)))
    game.image("pawn.png", disc(24, (200, 60, 60)))
    materials = after(game, [("background.png", 0, 0, 0), ("pawn.png", 8, 8, 1)])
    assert of(game, materials, "background.png") == ("floor", True)


def test_only_a_board_is_checkered() -> None:
    assert look_at(checkerboard(30, (240, 220, 180), (110, 70, 40))).checkered
    tiles = np.tile(grass_on_dirt(), (6, 8, 1))
    images = bricks(), tiles, speckled(200, 200, (90, 90, 90), 60)
    assert not any(look_at(image).checkered for image in images)


def test_the_squares_of_a_board_keep_their_paint_and_two_fields_of_tiles_do_not() -> None:
    game = Game(True)
    game.shape("light", (235, 235, 208), 30, 30)
    game.shape("dark", (119, 148, 85), 30, 30)
    board = [(("light", "dark")[(x + y) % 2], 40 + 30 * x, 30 * y, 0) for x in range(8) for y in range(8)]
    materials = after(game, board)
    assert of(game, materials, "light") == of(game, materials, "dark") == ("floor", True)
    halves = [(("light", "dark")[x // 4], 40 + 30 * x, 30 * y, 0) for x in range(8) for y in range(8)]
    materials = after(game, halves)
    assert of(game, materials, "dark") == ("grass", False)


def skyline(color: tuple[int, int, int], seed: int) -> NDArray[np.uint8]:
    """SIZE: roofs of one colour over clear, of other heights from house to house."""
    image = canvas(*SIZE)
    tops = np.random.default_rng(seed).integers(90, 150, 16).repeat(20)
    image[np.arange(SIZE[1])[:, None] > tops] = (*color, 255)
    return image


def test_behind_the_outlines_of_a_town_there_is_a_sunset() -> None:
    """Of files that are all named background, the first is a sky though it is orange, the others are not."""
    game = Game(True)
    sunset = canvas(*SIZE, (250, 95, 80))
    sunset[90:150] = speckled(320, 60, (245, 150, 80))
    sunset[150:] = (245, 215, 110, 255)
    game.image("background/1.png", sunset)
    game.image("background/2.png", skyline((78, 61, 95), 1))
    game.image("background/3.png", skyline((18, 38, 76), 2))
    game.image("tile.png", grass_on_dirt())
    draws: Draws = [(f"background/{number}.png", 0, 40 * number - 40, 0) for number in (1, 2, 3)]
    draws += [("tile.png", 32 * x, 208, 0) for x in range(10)]
    materials = after(game, draws)
    assert of(game, materials, "background/1.png")[0] == "sky"
    assert of(game, materials, "background/2.png")[0] == "hill"
    assert of(game, materials, "background/3.png")[0] == "hill"


def test_a_dark_gradient_behind_a_title_keeps_its_paint() -> None:
    game = Game(True)
    y, x = np.indices((SIZE[1], SIZE[0]))
    near = 1 - np.hypot((x - 160) / 240, (y - 120) / 180)
    image = canvas(*SIZE, (0, 0, 0))
    image[..., :3] = np.clip(near, 0, 1)[..., None] * (80, 50, 20) + (6, 4, 2)
    game.image("bg.png", image)
    game.text("title", "A title", 120)
    assert of(game, after(game, [("bg.png", 0, 0, 0), ("title", 100, 80, 0)]), "bg.png")[1]


def test_a_picture_of_a_floor_is_a_floor() -> None:
    """Its pixels would be earth and stone."""
    found = []
    for name in ("floor.png", "0017.png"):
        game = Game(True)
        picture = np.tile(bricks(), (8, 10, 1))[: SIZE[1], : SIZE[0]]
        picture[::2, ::3, :3] = (140, 140, 146)
        picture[60:, 40:-40, :3] = (150, 130, 110)
        game.image(name, np.ascontiguousarray(picture))
        game.text("title", "A title", 120)
        found.append(of(game, after(game, [(name, 0, 0, 0), ("title", 100, 80, 0)]), name)[0])
    assert found[0] == "floor" != found[1]


def test_a_pattern_laid_behind_a_platformer_is_a_wall_and_a_plain_tile_is_a_sky() -> None:
    found = []
    for patterned in (True, False):
        game = Game(True)
        tile = canvas(32, 32, (165, 180, 205))
        if patterned:
            tile[4:14, 4:14, :3] = tile[18:28, 18:28, :3] = (185, 200, 215)
        game.image("Background/Blue.png", tile)
        game.image("grass.png", grass_on_dirt())
        game.image("hero.png", disc(24, (220, 60, 60), eye=True))
        draws: Draws = [("Background/Blue.png", 32 * x, 32 * y, 0) for x in range(10) for y in range(8)]
        draws += [("grass.png", 32 * x, 208, 0) for x in range(10)] + [("hero.png", 100, 184, 1)]
        found.append(of(game, after(game, draws), "Background/Blue.png")[0])
    assert found == ["wall", "sky"]


def test_boxes_of_several_hues_that_are_wider_than_high_are_bricks() -> None:
    colors = ((220, 30, 30), (230, 210, 30), (40, 200, 60), (40, 60, 220), (190, 40, 210), (240, 130, 20))
    game = Game(False)
    game.shape("ground", (20, 20, 50), *SIZE)
    for number, color in enumerate(colors):
        game.image(f"{number}.png", canvas(40, 16, color))
    draws: Draws = [("ground", 0, 0, 0)]
    draws += [(f"{y}.png", 40 * x, 20 + 16 * y, 0) for x in range(8) for y in range(6)]
    materials = after(game, draws)
    assert {of(game, materials, f"{number}.png")[0] for number in range(6)} == {"brick"}


def test_a_table_behind_cards_keeps_its_paint() -> None:
    game = Game(True)
    game.shape("felt", (30, 120, 60), *SIZE)
    for number in range(12):
        game.image(f"cards/{number}_of_clubs.png", canvas(40, 60, (250, 250, 250 - number)))
    draws: Draws = [("felt", 0, 0, 0)]
    draws += [(f"cards/{n}_of_clubs.png", 10 + 50 * (n % 6), 20 + 80 * (n // 6), 0) for n in range(12)]
    assert of(game, after(game, draws), "felt") == ("unknown", True)


def test_a_sky_by_its_own_name_is_one_in_every_view_and_hue() -> None:
    found = []
    for name in ("sky.png", "0003.png"):
        game = Game(True)
        evening = speckled(320, 100, (200, 110, 50), spread=30)
        game.image(name, evening)
        game.image("lawn.png", speckled(32, 32, (90, 170, 70)))
        draws: Draws = [("lawn.png", 32 * x, 100 + 32 * y, 0) for x in range(10) for y in range(5)]
        found.append(of(game, after(game, [(name, 0, 0, 0), *draws]), name)[0])
    assert found[0] == "sky" != found[1]


def test_a_flat_panel_at_a_side_keeps_its_paint_and_a_flat_ground_at_the_bottom_does_not() -> None:
    game = Game(True)
    game.image("lawn.png", speckled(32, 32, (90, 170, 70)))
    game.shape("panel", (120, 30, 40), 90, 240)
    game.shape("ground", (120, 80, 40), 230, 40)
    draws: Draws = [("lawn.png", 32 * x, 32 * y, 0) for x in range(7) for y in range(6)]
    materials = after(game, [*draws, ("ground", 0, 200, 0), ("panel", 230, 0, 0)])
    assert of(game, materials, "panel") == ("unknown", True)
    assert of(game, materials, "ground")[0] == "dirt"


def test_a_sheet_named_after_a_creature_may_hold_the_ground() -> None:
    game = Game(True)
    ledge = np.concatenate([grass_on_dirt()] * 3, axis=1)
    game.image("ledge", ledge, (0, 0, 96, 32))
    game.image("hero", disc(32, (220, 60, 60), eye=True), (96, 0, 32, 32))
    for number in (0, 1):
        unit = game.units[number]
        game.units[number] = Unit(
            unit.key, unit.kind, "spritesheet_jumper.png", unit.cut, unit.width, unit.height, unit.image
        )
    draws: Draws = [("ledge", 10 + 110 * (n % 2), 60 + 50 * n, 0) for n in range(3)]
    materials = after(game, [*draws, ("hero", 40, 20, 1)])
    assert of(game, materials, "ledge")[0] in ("mixed", "grass", "dirt")
    assert of(game, materials, "hero")[0] == "player"


def test_cuts_of_a_sheet_named_base_are_told_apart_by_their_look() -> None:
    game = Game(True)
    colors = ((90, 170, 70), (130, 130, 134), (130, 85, 45), (100, 160, 60), (120, 120, 128), (90, 60, 40))
    for number, color in enumerate(colors):
        game.image(f"{number}", speckled(32, 32, color), (32 * number, 0, 32, 32))
        unit = game.units[-1]
        game.units[-1] = Unit(unit.key, "cut", "sheets/base.png", unit.cut, 32, 32, unit.image)
    draws: Draws = [(f"{y}", 32 * x, 32 * y, 0) for x in range(10) for y in range(6)]
    materials = after(game, draws)
    assert [of(game, materials, f"{number}")[0] for number in range(3)] == ["grass", "stone", "dirt"]


def test_a_cut_that_is_drawn_seldom_is_a_tile_as_the_rest_of_its_sheet() -> None:
    """Though the sheet is named for what holds many materials, and the tile has no like beside it."""
    game = Game(True)
    for number in range(7):
        game.image(f"{number}", speckled(16, 16, (130, 130, 134), 60, number), (16 * number, 0, 16, 16))
        unit = game.units[-1]
        game.units[-1] = Unit(unit.key, "cut", "map/world_map.png", unit.cut, 16, 16, unit.image)
    draws: Draws = [(f"{(x + y) % 6}", 16 * x, 48 + 16 * y, 0) for x in range(20) for y in range(12)]
    materials = after(game, [*draws, ("6", 40, 10, 0)])
    assert of(game, materials, "6") == ("stone", False)


def test_flat_boxes_of_several_hues_are_bricks_too() -> None:
    colors = ((220, 30, 30), (230, 210, 30), (40, 200, 60), (40, 60, 220), (190, 40, 210), (240, 130, 20))
    game = Game(True)
    game.shape("ground", (20, 20, 50), *SIZE)
    for number, color in enumerate(colors):
        game.shape(f"{number}", color, 40, 16)
    draws: Draws = [("ground", 0, 0, 0)]
    draws += [(f"{y}", 40 * x, 20 + 16 * y, 0) for x in range(8) for y in range(6)]
    materials = after(game, draws)
    assert {of(game, materials, f"{number}")[0] for number in range(6)} == {"brick"}


def test_confetti_makes_no_puzzle_of_a_game() -> None:
    """Flat squares of many hues that fly about: the sky behind them stays one."""
    colors = ((220, 30, 30), (230, 210, 30), (40, 200, 60), (40, 60, 220), (190, 40, 210), (240, 130, 20))
    game = Game(True)
    game.image("sky.png", speckled(320, 208, (120, 180, 240), 4))
    game.image("grass.png", grass_on_dirt())
    for number, color in enumerate(colors):
        game.shape(f"{number}", color, 12, 12)
    still: Draws = [("sky.png", 0, 0, 0)] + [("grass.png", 32 * x, 208, 0) for x in range(10)]
    materials = Materials()
    for step in range(40):
        flying = [(f"{n}", (50 * n + 7 * step) % 300, (30 * n + 5 * step) % 200, n + 1) for n in range(6)]
        materials.observe(game.frame([*still, *flying], (0.0, 0.0), False))
    assert of(game, materials, "sky.png") == ("sky", False)


def behind_a_hero(image: NDArray[np.uint8]) -> tuple[str, bool]:
    """What a picture of SIZE is that lies behind a hero, who walks."""
    game = Game(True)
    game.image("0001.png", image)
    game.image("hero.png", disc(24, (220, 60, 60), eye=True))
    materials = Materials()
    for step in range(40):
        draws: Draws = [("0001.png", 0, 0, 0), ("hero.png", 20 + 5 * step, 180, 1)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    return of(game, materials, "0001.png")


def landscape() -> NDArray[np.uint8]:
    """SIZE: a blue sky with white clouds over far hills, and a lawn below."""
    image = speckled(*SIZE, (120, 180, 240), 4)
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    for left in (60, 170, 280):
        image[np.hypot((x - left) / 30, (y - 40) / 14) < 1, :3] = 245
    image[y > 130 + 14 * np.sin(x / 30), :3] = (100, 160, 80)
    image[180:] = speckled(SIZE[0], 60, (90, 170, 70))
    return image


def test_a_map_with_lines_and_names_is_no_sky() -> None:
    """It is pale and blue as a sky is, but hard lines run all over it. Stars are dots."""
    chart = canvas(*SIZE, (250, 246, 235))
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    for number in range(20):
        river = np.abs(y - 12 * number - 9 * np.sin(x / (9 + number))) < 1
        chart[river, :3] = (60, 90, 190)
    chart[:, 260:, :3] = (225, 235, 250)
    assert behind_a_hero(chart) == ("unknown", True)
    night = speckled(*SIZE, (14, 16, 40), 4)
    places = np.random.default_rng(1).integers(0, (SIZE[1] - 3, SIZE[0] - 3), (150, 2))
    for top, left in places:
        night[top : top + 2, left : left + 2, :3] = 240
    assert behind_a_hero(night) == ("sky", False)


def test_a_tent_keeps_its_paint_and_a_landscape_does_not() -> None:
    """Stripes of a bright yellow and a bright red are neither grass nor bricks."""
    tent = speckled(*SIZE, (255, 235, 100), 4)
    tent[:, (np.arange(SIZE[0]) // 40) % 2 == 1, :3] = (250, 40, 10)
    tent[160:] = speckled(SIZE[0], 80, (190, 150, 110))
    assert behind_a_hero(tent) == ("unknown", True)
    assert behind_a_hero(landscape()) == ("mixed", False)


def test_a_cave_of_glowing_rock_keeps_its_paint() -> None:
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    glow = np.clip(1 - np.hypot((x - 160) / 200, (y - 100) / 160), 0.05, 1)[..., None]
    cave = canvas(*SIZE)
    cave[..., :3] = glow * (255, 110, 20)
    cave[..., 3] = 255
    cave[np.hypot(x - 100, y - 90) < 40, :3] = (150, 30, 20)
    cave[y > 190 + 9 * np.sin(x / 20), :3] = (120, 30, 10)
    assert behind_a_hero(cave) == ("unknown", True)


def test_a_title_among_the_backdrops_keeps_its_paint() -> None:
    """A text blinks over a picture with large letters. Nothing else is shown with it."""
    found = []
    for lettered in (True, False):
        game = Game(True)
        picture = landscape()
        if lettered:
            picture[20:200, 20:300][np.tile(bricks()[:, :, 0], (6, 9))[:180, :280] < 100, :3] = 0
        game.image("background/a0.png", picture)
        game.text("start", "Press a key", 120)
        materials = Materials()
        for number in range(30):
            draws: Draws = [("background/a0.png", 0, 0, 0)]
            draws += [("start", 100, 210, 0)] * (number % 8 < 4)
            materials.observe(game.frame(draws, (0.0, 0.0), False))
        found.append(of(game, materials, "background/a0.png")[1])
    assert found == [True, False]


def test_a_grey_bridge_is_of_stone() -> None:
    found = []
    for color in ((120, 120, 124), (150, 95, 50)):
        game = Game(True)
        game.image("bridge.png", speckled(160, 30, color))
        game.image("hero.png", disc(24, (220, 60, 60), eye=True))
        found.append(
            of(game, after(game, [("bridge.png", 60, 200, 0), ("hero.png", 90, 176, 1)]), "bridge.png")
        )
    assert found == [("stone", False), ("wood", False)]


def test_dark_rough_patches_of_a_lawn_are_bushes_and_its_stripes_are_not() -> None:
    lawn = speckled(*SIZE, (110, 180, 20), 2)
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    bush = np.hypot(x - 250, y - 180) < 40
    garden = lawn.copy()
    garden[bush] = speckled(*SIZE, (40, 130, 20), 24)[bush]
    leaves = material_of_pixels(garden, False, backdrop=True) == MATERIALS.index("leaves")
    assert leaves[bush].mean() > 0.8
    assert leaves[~bush].mean() < 0.05
    lawn[(x // 40) % 2 == 1, :3] -= np.array([10, 30, 5], np.uint8)
    assert not (material_of_pixels(lawn, False, backdrop=True) == MATERIALS.index("leaves")).any()


def test_a_soft_warm_gradient_is_an_evening_sky_and_a_striped_one_keeps_its_paint() -> None:
    down = np.linspace(0, 1, SIZE[1])[:, None, None]
    evening = canvas(*SIZE, (0, 0, 0))
    evening[..., :3] = (1 - down) * (200, 60, 40) + down * (250, 190, 90)
    assert behind_a_hero(evening) == ("sky", False)
    striped = evening.copy()
    striped[:, (np.arange(SIZE[0]) // 20) % 2 == 1, :3] = (250, 40, 20)
    assert behind_a_hero(striped) == ("unknown", True)
