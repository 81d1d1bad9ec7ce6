"""What lies behind all else is told without a name: far outlines, pages, boards, walls, grounds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.from_draws.observation import Judgement
from reskin.neural_renderer.source_materials.by_hue import by_hue
from reskin.neural_renderer.source_materials.judge import Materials
from reskin.neural_renderer.source_materials.large.views import material_of_pixels
from reskin.neural_renderer.source_materials.pixels import look_at
from tests.neural_renderer.source_materials.small_worlds import (
    SIZE,
    Game,
    canvas,
    disc,
    landscape,
    person,
    speckled,
)


def outline(color: tuple[int, int, int], height: int) -> NDArray[np.uint8]:
    """uint8 [H,640,4]: full below, with peaks above."""
    image = canvas(640, height)
    x = np.arange(640)
    for row in range(height):
        image[row, np.abs(x % 80 - 40) < 50 * row / (0.55 * height) - 8] = (*color, 255)
    return image


def shown(game: Game, materials: Materials, name: str) -> tuple[str, Judgement]:
    judgement = materials.judgement(game.unit(name))
    return MATERIALS[judgement.material], judgement


def test_outlines_from_edge_to_edge_are_hills_before_a_sky() -> None:
    game = Game(names=False)
    sunset = canvas(640, 240, (250, 210, 100))
    sunset[:80] = (250, 120, 90, 255)
    sunset[80:150] = (250, 150, 80, 255)
    game.image("sunset.png", sunset)
    game.image("mountains.png", outline((60, 70, 110), 150))
    game.image("town.png", outline((30, 35, 60), 100))
    for number in range(6):
        game.image(f"tile{number}.png", speckled(32, 32, (130, 85, 45), seed=number))
    materials = Materials()
    for n in range(40):
        draws = [("sunset.png", 0, 0, 0), ("mountains.png", -n, 60, 0), ("town.png", -2 * n, 140, 0)]
        draws += [(f"tile{column % 6}.png", 32 * column - 3 * n, 208, 0) for column in range(14)]
        materials.observe(game.frame(draws, (-3.0, 0.0), n % 2 == 0))
    assert materials.side_view
    assert shown(game, materials, "mountains.png")[0] == "hill"
    assert shown(game, materials, "town.png")[0] == "hill"
    assert shown(game, materials, "sunset.png")[0] == "sky"


def test_a_title_keeps_its_paint_until_something_moves_over_it() -> None:
    game = Game(names=False)
    picture = landscape()
    picture[60:120, 80:240] = speckled(160, 60, (200, 60, 40), 60)
    game.image("picture.png", picture)
    game.image("walk.png", person(1))
    materials = Materials()
    for _ in range(20):
        materials.observe(game.frame([("picture.png", 0, 0, 0)], (0.0, 0.0), False))
    assert shown(game, materials, "picture.png")[1].keeps_paint
    for n in range(120):
        draws = [("picture.png", 0, 0, 0), ("walk.png", 2 * n, 150, 7)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    judgement = shown(game, materials, "picture.png")[1]
    assert not judgement.keeps_paint
    assert judgement.pixels is not None


def test_a_board_below_the_pieces_of_a_puzzle_is_no_sky() -> None:
    game = Game(names=False)
    board = canvas(*SIZE, (28, 28, 34))
    board[(np.add.outer(np.arange(240) // 24, np.arange(320) // 24) % 2) == 0] = (60, 60, 70, 255)
    game.image("board.png", board)
    hues = [(230, 30, 30), (40, 200, 40), (40, 80, 230), (240, 220, 30), (170, 40, 210), (30, 210, 220)]
    for number, color in enumerate(hues):
        game.image(f"gem{number}.png", disc(20, color))
    materials = Materials()
    for _ in range(40):
        draws = [("board.png", 0, 0, 0)]
        draws += [
            (f"gem{(row + 2 * column) % 6}.png", 24 * column + 2, 24 * row + 2, 0)
            for row in range(8)
            for column in range(8)
        ]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    material, judgement = shown(game, materials, "board.png")
    assert material == "floor"
    assert judgement.keeps_paint


def test_a_pattern_behind_all_is_a_wall_and_a_plain_tile_a_sky() -> None:
    for pattern, material in ((True, "wall"), (False, "sky")):
        game = Game(names=False)
        tile = canvas(20, 20, (165, 190, 225))
        if pattern:
            tile[3:12, 3:12] = (205, 210, 218, 255)
        game.image("tile.png", tile)
        game.image("walk.png", person(1))
        materials = Materials()
        for n in range(80):
            draws = [("tile.png", 20 * column, 20 * row, 0) for row in range(12) for column in range(16)]
            draws.append(("walk.png", 100, 60 + (n % 20) ** 2 // 3, 7))  # it falls: seen from the side
            materials.observe(game.frame(draws, (0.0, 0.0), False))
        materials.close()
        assert shown(game, materials, "tile.png")[0] == material


def test_a_ground_along_the_bottom_may_be_drawn_before_its_sky() -> None:
    game = Game(names=False)
    ground = canvas(340, 50, (222, 216, 149))
    ground[:8] = (115, 190, 46, 255)
    game.image("sky.png", landscape())
    game.image("ground.png", ground)
    materials = Materials()
    for n in range(40):
        draws = [("sky.png", 0, -40, 0), ("ground.png", -(n % 20), 195, 0)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    material, judgement = shown(game, materials, "ground.png")
    assert material == "sand"
    assert judgement.pixels is not None


def test_lines_all_one_way_are_planks_and_one_line_is_none() -> None:
    rows = speckled(32, 32, (196, 140, 90), 3)
    rows[7::8] = (120, 80, 50, 255)
    assert by_hue(look_at(rows), False, True, False)[0] == "wood"
    columns = np.ascontiguousarray(rows.transpose(1, 0, 2))
    assert by_hue(look_at(columns), False, True, False)[0] == "wood"
    sand = speckled(32, 32, (222, 216, 149), 2)
    sand[:4] = (120, 110, 60, 255)
    assert by_hue(look_at(sand), True, True, False)[0] == "sand"


def test_brownish_grey_is_stone_and_a_landscape_has_no_planks() -> None:
    assert by_hue(look_at(speckled(32, 32, (112, 96, 88), 4)), False, True, False)[0] == "stone"
    desert = canvas(*SIZE, (120, 180, 240))
    desert[120:] = speckled(320, 120, (150, 95, 40))
    found = {MATERIALS[number] for number in np.unique(material_of_pixels(desert, side=True, backdrop=True))}
    assert found == {"sky", "dirt"}


def test_dark_brown_all_over_is_no_sky() -> None:
    game = Game(names=False)
    y, x = np.mgrid[:240, :320]
    image = canvas(*SIZE)
    glow = np.clip(1 - np.hypot(x - 160, y - 120) / 200, 0, 1)[..., None]
    image[..., :3] = (glow * (24, 14, 4) + (36, 22, 6)).astype(np.uint8)
    image[..., 3] = 255
    game.image("table.png", image)
    game.image("walk.png", person(1))
    materials = Materials()
    for n in range(40):
        draws = [("table.png", 0, 0, 0), ("walk.png", 2 * n, 150, 7)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    assert shown(game, materials, "table.png")[1].keeps_paint


def test_the_table_below_cards_and_the_cells_of_a_board_keep_their_paint() -> None:
    cards, chess = Game(names=False), Game(names=False)
    cards.shape("table", (50, 50, 190), *SIZE)
    back = speckled(40, 56, (200, 40, 40), 60)
    cards.image("back.png", back)
    for number in range(8):
        face = canvas(40, 56, (250, 250, 250))
        face[4:12, 4 : 8 + 3 * number] = (200, 20, 20, 255)
        cards.image(f"card{number}.png", face)
    materials = Materials()
    for _ in range(80):
        draws = [("table", 0, 0, 0)] + [("back.png", 10 + k, 10, 0) for k in range(12)]
        draws += [(f"card{n}.png", 75 * (n % 4) + 10, 80 * (n // 4) + 80, 0) for n in range(8)]
        materials.observe(cards.frame(draws, (0.0, 0.0), False))
    materials.close()
    material, judgement = shown(cards, materials, "table")
    assert material == "floor"
    assert judgement.keeps_paint
    assert shown(cards, materials, "back.png")[1].hud
    chess.shape("light", (235, 235, 208), 30, 30)
    chess.shape("dark", (119, 149, 86), 30, 30)
    chess.image("man.png", person(1))
    materials = Materials()
    for _ in range(80):
        draws = [
            ("light" if (row + column) % 2 else "dark", 30 * column, 30 * row, 0)
            for row in range(8)
            for column in range(8)
        ]
        draws.append(("man.png", 94, 60, 0))
        materials.observe(chess.frame(draws, (0.0, 0.0), False))
    materials.close()
    assert shown(chess, materials, "dark")[1].keeps_paint


def test_a_lawn_of_blocks_is_grass() -> None:
    game = Game(names=False)
    block = canvas(40, 40)
    y, x = np.mgrid[:40, :40]
    block[np.abs(x - 19.5) + np.abs(y - 19.5) < 24] = (60, 150, 50, 255)
    game.image("block.png", block)
    materials = Materials()
    for _ in range(20):
        draws = [("block.png", 40 * column, 40 * row, 0) for row in range(6) for column in range(8)]
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    assert shown(game, materials, "block.png")[0] == "grass"
