"""Tiles and lone things: slate and water, soil and sand, dark tiles, and names that tell of a whole sheet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.observation import Judgement
from reskin.neural_renderer.source_materials.by_hue import by_hue
from reskin.neural_renderer.source_materials.judge import Materials
from reskin.neural_renderer.source_materials.pixels import look_at
from reskin.neural_renderer.source_materials.sums import neighbours
from tests.neural_renderer.source_materials.small_worlds import SIZE, Game, canvas, disc, material, speckled

Draws = list[tuple[str, int, int, int]]
SLATE = (92, 106, 150)


def slabs(color: tuple[int, int, int], joint: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Slabs with joints."""
    image = speckled(32, 32, color, 6)
    image[::16] = image[:, ::16] = (*joint, 255)
    return image


def waves() -> NDArray[np.uint8]:
    """Vivid blue with pale glints."""
    image = speckled(32, 32, (40, 110, 210), 8)
    for row in range(4, 32, 8):
        image[row, 6:14] = (190, 220, 250, 255)
    return image


def fill(name: str) -> Draws:
    return [(name, 32 * x, 32 * y, 0) for y in range(8) for x in range(10)]


def judged(game: Game, draws: Draws, name: str, frames: int = 40) -> tuple[str, Judgement]:
    materials = Materials()
    for _ in range(frames):
        materials.observe(game.frame(draws, (0.0, 0.0), False))
    found = materials.judgement(game.unit(name))
    return material(found), found


@pytest.mark.parametrize(
    ("tile", "expected"),
    [
        (slabs(SLATE, (40, 46, 70)), "stone"),
        (slabs((70, 80, 112), (44, 50, 74)), "stone"),
        (waves(), "water"),
    ],
)
def test_slabs_of_slate_are_no_water(tile: NDArray[np.uint8], expected: str) -> None:
    assert by_hue(look_at(tile), False, True, False)[0] == expected


def test_joints_are_darker_and_glints_lighter_than_the_rest() -> None:
    assert look_at(slabs(SLATE, (40, 46, 70))).joints > 0.15
    assert look_at(waves()).joints < 0.06


def test_dark_brown_soil_is_no_sand() -> None:
    game = Game(names=False)
    game.image("soil", speckled(32, 32, (98, 72, 28), 8))
    assert judged(game, fill("soil"), "soil")[0] == "dirt"


def test_dark_tiles_behind_a_side_view_keep_their_paint() -> None:
    game = Game(names=False)
    game.image("dark", speckled(32, 32, (22, 24, 34), 6))
    game.image("brick", slabs((150, 70, 50), (90, 40, 35)))
    game.image("hero", disc(20, (200, 60, 60), eye=True))
    materials = Materials()
    for frame in range(60):
        draws = fill("dark")[:70] + [("brick", 32 * x, 208, 0) for x in range(10)]
        height = (0, 6, 11, 15, 18, 20, 21, 21, 20, 18, 15, 11, 6, 0)[frame % 14]
        materials.observe(game.frame([*draws, ("hero", 2 * frame, 188 - height, 1)], (0.0, 0.0), False))
    found = materials.judgement(game.unit("dark"))
    assert material(found) in ("wall", "stone") and (found.keeps_paint or material(found) == "stone")


def test_planks_cut_from_a_sheet_named_after_a_beach_are_wood() -> None:
    planks = canvas(32, 32, (150, 100, 60))
    planks[::8] = (100, 60, 32, 255)
    game = Game(names=True)
    game.image("planks", planks, (0, 0, 32, 32))
    for number in range(7):
        tile = speckled(32, 32, (230, 205, 140), 6, number)
        game.image(f"sand{number}", tile, (32 * number + 32, 0, 32, 32))
    game.units = [replace(unit, name="tiles/beach.png") for unit in game.units]
    draws = fill("sand0")[:40] + fill("planks")[40:]
    draws += [(f"sand{n}", 32 * n, 0, 0) for n in range(7)]
    assert judged(game, draws, "planks")[0] == "wood"
    assert judged(game, draws, "sand0")[0] == "sand"


def test_a_folder_named_after_a_wood_holds_earth_too() -> None:
    game = Game(names=True)
    game.image("forest/12.png", speckled(32, 32, (120, 80, 45), 8))
    assert judged(game, fill("forest/12.png"), "forest/12.png")[0] == "dirt"


def test_a_lone_thing_of_many_browns_keeps_its_colours() -> None:
    beast = disc(30, (150, 90, 50), eye=False)
    beast[8:22, 8:22, :3] = speckled(14, 14, (170, 110, 60), 40)[..., :3]
    game = Game(names=False)
    game.image("grass", speckled(32, 32, (80, 160, 60)))
    game.image("beast", beast)
    assert judged(game, [*fill("grass"), ("beast", 100, 100, 1)], "beast")[0] == "unknown"


def test_small_white_letters_in_a_row_are_no_clouds() -> None:
    letter = canvas(12, 14)
    letter[1:13, 1:4] = letter[1:4, 1:11] = letter[9:13, 1:11] = (250, 250, 250, 255)
    game = Game(names=False)
    game.image("sky", speckled(32, 32, (110, 170, 240), 2))
    game.image("letter", letter)
    draws = [*fill("sky"), *(("letter", 60 + 12 * n, 60, 0) for n in range(12))]
    assert judged(game, draws, "letter")[0] != "sky"


def test_tiles_of_one_size_and_hue_agree() -> None:
    game = Game(names=False)
    for number in range(4):
        game.image(f"soil{number}", speckled(32, 32, (150, 100, 50), 14, number))
    odd = speckled(32, 32, (152, 108, 52), 14, 9)
    odd[::8] = (130, 84, 42, 255)  # faint lines, as of planks
    game.image("odd", odd)
    draws = fill("odd")[60:]
    for number in range(4):
        draws += fill(f"soil{number}")[15 * number : 15 * number + 15]
    same = {judged(game, draws, name)[0] for name in ("soil0", "soil3", "odd")}
    assert same == {"dirt"}


@pytest.mark.parametrize("keyed", [True, False])
def test_a_colour_key_that_its_file_does_not_tell_is_no_lawn(keyed: bool) -> None:
    """A grey slab on flat green, drawn without the green, or with it."""
    image = canvas(64, 64, (11, 158, 3))
    image[12:52, 12:52] = speckled(40, 40, (130, 128, 126), 20)
    game = Game(names=False)
    game.image("slab", image)
    materials = Materials()
    for _ in range(40):
        seen = game.frame([("slab", 70 * x, 80, 0) for x in range(4)], (0.0, 0.0), False)
        share = (40 * 40) / (64 * 64) if keyed else 1.0
        materials.observe(replace(seen, visible=np.int32(share * 64 * 64) * np.ones(4, np.int32)))
    assert (material(materials.judgement(game.unit("slab"))) == "stone") == keyed


def test_a_rim_of_one_colour_is_no_colour_key_while_a_tile_comes_in_at_an_edge() -> None:
    crate = speckled(32, 32, (160, 115, 60), 8)
    crate[:2] = crate[-2:] = crate[:, :2] = crate[:, -2:] = (90, 60, 30, 255)
    game = Game(names=False)
    game.image("crate", crate)
    materials = Materials()
    for step in range(40):
        seen = game.frame([("crate", 320 - 3 * step + 32 * x, 80, 0) for x in range(4)], (-3.0, 0.0), False)
        shown = np.clip(SIZE[0] - seen.box[:, 0], 0, 32) * 32
        materials.observe(replace(seen, visible=shown.astype(np.int32)))
    assert material(materials.judgement(game.unit("crate"))) == "wood"


def test_magenta_in_all_corners_is_a_colour_key() -> None:
    leaf = canvas(24, 24, (255, 0, 255))
    leaf[4:20, 4:20] = speckled(16, 16, (60, 150, 50), 20)
    game = Game(names=False)
    game.image("grass", speckled(32, 32, (160, 130, 80)))
    game.image("leaf", leaf)
    assert judged(game, [*fill("grass"), ("leaf", 100, 100, 1)], "leaf")[0] == "leaves"


def test_a_row_of_gems_is_no_water() -> None:
    gem = disc(16, (60, 110, 230))
    gem[5:11, 5:11, :3] = (240, 200, 60)
    game = Game(names=False)
    game.image("wall", slabs((150, 70, 50), (90, 40, 35)))
    game.image("gem", gem)
    draws = [*fill("wall"), *(("gem", 60 + 16 * n, 60, 0) for n in range(6))]
    assert judged(game, draws, "gem")[0] in ("unknown", "coin")


def test_tiles_that_overlap_a_little_are_neighbours() -> None:
    """Tiles of 52 px on a grid of 40."""
    box = np.array([(40 * x, 40 * y, 52, 52) for y in range(3) for x in range(4)], np.int32)
    assert neighbours(box).tolist() == [2, 3, 3, 2, 3, 4, 4, 3, 2, 3, 3, 2]
    apart = np.array([(0, 0, 10, 10), (12, 0, 10, 10), (12, 5, 10, 10), (100, 0, 10, 20)], np.int32)
    assert neighbours(apart).tolist() == [0, 0, 0, 0]


def test_a_tile_whose_halves_mirror_each_other_is_made_by_hand() -> None:
    tile = canvas(32, 32, (255, 120, 118))
    for row in (2, 24):
        tile[row : row + 6, 2:8] = tile[row : row + 6, -8:-2] = (250, 240, 210, 255)
    game = Game(names=False)
    game.image("tile", tile)
    assert judged(game, fill("tile"), "tile")[0] in ("floor", "wall")


def test_pale_blocks_with_dark_marks_are_stone_and_no_snow() -> None:
    block = canvas(32, 32, (242, 240, 226))
    block[6:12, 6:10] = block[18:26, 20:24] = (0, 48, 60, 255)
    game = Game(names=False)
    game.image("block", block)
    game.image("grass", speckled(32, 32, (80, 160, 60)))
    draws = [*fill("grass"), *(("block", 32 * n, 64, 0) for n in range(10))]
    assert judged(game, draws, "block")[0] in ("stone", "wall")


def test_bright_yellow_is_no_leaf() -> None:
    badge = disc(30, (255, 250, 20))
    badge[12:18, 8:22, :3] = (150, 40, 40)
    game = Game(names=False)
    game.image("grass", speckled(32, 32, (80, 160, 60)))
    game.image("badge", badge)
    assert judged(game, [*fill("grass"), ("badge", 100, 100, 1)], "badge")[0] != "leaves"


def test_smooth_blue_blocks_on_which_somebody_walks_are_no_water() -> None:
    block = canvas(32, 32, (70, 160, 240))
    block[:6, 3:29] = (120, 195, 250, 255)
    game = Game(names=False)
    game.shape("back", (250, 240, 220), 320, 240)
    game.image("block", block)
    game.image("hero", disc(20, (200, 60, 60), eye=True))
    materials = Materials()
    for frame in range(80):
        draws: Draws = [("back", 0, 0, 0), *(("block", 32 * x, 120, 0) for x in range(10))]
        materials.observe(game.frame([*draws, ("hero", 20 + 3 * frame, 100, 1)], (0.0, 0.0), False))
    found = materials.judgement(game.unit("block"))
    assert material(found) == "stone" and "walks" in found.reason


def test_a_still_thing_that_fills_a_third_of_the_picture_is_not_what_a_small_thing_is_named() -> None:
    """A boxing ring is no coin."""
    ring = speckled(200, 140, (150, 60, 60), 40)
    ring[30:110, 30:170] = speckled(140, 80, (200, 200, 190), 20)
    game = Game(names=True)
    game.image("grass.png", speckled(32, 32, (80, 160, 60)))
    game.image("ring.png", ring)
    game.image("hero.png", disc(20, (200, 60, 60), eye=True))
    materials = Materials()
    for frame in range(60):
        draws: Draws = [*fill("grass.png"), ("ring.png", 60, 50, 0), ("hero.png", 60 + 2 * frame, 100, 1)]
        materials.observe(game.frame(draws, (0.0, 0.0), frame % 20 < 10))
    assert material(materials.judgement(game.unit("ring.png"))) != "coin"
