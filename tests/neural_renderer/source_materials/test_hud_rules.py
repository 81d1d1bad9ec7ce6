"""What is HUD by its place: lives, ammunition, panels, frames of bars; and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from reskin.neural_renderer.from_draws.observation import Observation
from reskin.neural_renderer.source_materials.judge import LAST_LOOK, Materials
from reskin.neural_renderer.source_materials.tags import Tags, tag_file
from tests.neural_renderer.source_materials.small_worlds import SIZE, Game, canvas, disc, person, speckled

Draws = list[tuple[str, int, int, int]]
GREEN, BLACK, WALL = (30, 200, 40), (0, 0, 0), (60, 60, 200)


def arcade() -> Game:
    """A black backdrop, a ship, and a text."""
    game = Game(names=False)
    game.image("space.png", canvas(*SIZE, BLACK))
    game.image("ship.png", disc(20, (60, 200, 230), eye=True))
    game.text("score", "SCORE 120", 80)
    return game


def play(
    game: Game, draws: Callable[[int], Draws], frames: int = 40, materials: Materials | None = None
) -> tuple[Materials, Observation]:
    """Plays, and gives what is known and the last frame."""
    materials = materials or Materials()
    seen = None
    for number in range(frames):
        seen = game.frame([("space.png", 0, 0, 0), *draws(number)], (0.0, 0.0), number % 20 < 10)
        materials.observe(seen)
    assert seen is not None
    return materials, seen


def places(game: Game, found: tuple[Materials, Observation], name: str) -> list[tuple[int, int]]:
    """Where a unit is HUD in the last frame."""
    materials, seen = found
    if materials.judgement(game.unit(name)).hud:
        hud = seen.unit == game.numbers[name]
    else:
        hud = materials.hud_by_place(seen.unit, seen.box) & (seen.unit == game.numbers[name])
    return [(int(x), int(y)) for x, y in seen.box[hud, :2]]


def ship(number: int) -> Draws:
    return [("ship.png", 40 + number % 20 * 3, 200, 1)]


def test_spare_lives_in_line_with_a_text_are_hud_and_the_ship_is_not() -> None:
    game = arcade()
    lives: Draws = [("ship.png", 250, 6, 0), ("ship.png", 280, 6, 0)]
    found = play(game, lambda number: [*ship(number), *lives, ("score", 10, 8, 0)])
    assert places(game, found, "ship.png") == [(250, 6), (280, 6)]
    one = play(game, lambda number: [*ship(number), lives[0], ("score", 10, 8, 0)])
    assert places(game, one, "ship.png") == [(250, 6)]


def test_a_row_of_lives_at_the_very_edge_needs_no_text() -> None:
    game = arcade()

    def draws(y: int, *lives: int) -> Callable[[int], Draws]:
        row: Draws = [("ship.png", x, y, 0) for x in lives]
        return lambda number: [*ship(number), *row, ("score", 10, 8, 0)]

    row = play(game, draws(220, 10, 34, 58), 80)
    assert places(game, row, "ship.png") == [(10, 220), (34, 220), (58, 220)]
    assert places(game, play(game, draws(220, 10), 80), "ship.png") == []
    assert places(game, play(game, draws(160, 10, 34, 58), 80), "ship.png") == []


def test_lives_are_hud_also_long_after_all_units_are_known_for_good() -> None:
    game = arcade()
    lives: Draws = [("ship.png", 250, 6, 0), ("ship.png", 280, 6, 0)]
    text: Draws = [("score", 10, 8, 0)]
    materials, _ = play(game, lambda number: [*ship(number), *text], LAST_LOOK + 10)
    summed = materials._behaviours.frames
    found = play(game, lambda number: [*ship(number), *lives, *text], 40, materials)
    assert places(game, found, "ship.png") == [(250, 6), (280, 6)]
    assert materials._behaviours.frames == summed, "frames that teach nothing are left out"
    game.image("rock.png", disc(24, (120, 110, 100)))
    play(game, lambda number: [*ship(number), ("rock.png", 5 * number, 80, 0), *text], 20, materials)
    assert materials._behaviours.frames == summed + 20, "a new unit is watched"


def test_what_rests_far_from_any_text_is_not_hud() -> None:
    game = arcade()
    lives: Draws = [("ship.png", 250, 110, 0), ("ship.png", 280, 110, 0)]
    found = play(game, lambda number: [*ship(number), *lives, ("score", 10, 8, 0)])
    assert places(game, found, "ship.png") == []


def test_what_rested_and_moves_on_is_no_longer_hud() -> None:
    game = arcade()

    def draws(number: int) -> Draws:
        x = 250 if number < 30 else 250 - 2 * (number - 29)
        return [*ship(number), ("ship.png", x, 6, 2), ("score", 10, 8, 0)]

    assert places(game, play(game, draws, 28), "ship.png") == [(250, 6)]
    assert places(game, play(game, draws, 40), "ship.png") == []


def test_a_row_of_ammunition_is_hud_and_what_is_fired_is_not() -> None:
    game = arcade()
    game.image("shell.png", disc(8, (240, 160, 60)))

    def draws(number: int) -> Draws:
        left = 12 - number // 10
        row: Draws = [("shell.png", 100 + 9 * i, 12, 0) for i in range(left)]
        return [*ship(number), ("shell.png", 20 + 5 * number, 150, 3), ("score", 10, 8, 0), *row]

    found = places(game, play(game, draws), "shell.png")
    assert found == [(100 + 9 * i, 12) for i in range(9)]


def test_one_icon_beside_a_text_is_hud_and_one_far_from_it_is_not() -> None:
    game = arcade()
    game.image("key.png", disc(14, (220, 200, 40)))

    def at(x: int) -> list[tuple[int, int]]:
        draws: Draws = [("score", 10, 8, 0), ("key.png", x, 8, 0)]
        return places(game, play(game, lambda number: [*ship(number), *draws]), "key.png")

    assert at(92) == [(92, 8)]
    assert at(200) == []


def test_furniture_beside_a_panel_without_a_text_is_no_hud() -> None:
    game = Game(names=True)
    game.image("space.png", canvas(*SIZE, BLACK))
    game.image("chair.png", disc(20, (150, 90, 50)))
    game.image("hud/panel.png", canvas(60, 20, (200, 180, 120)))
    found = play(game, lambda _: [("hud/panel.png", 10, 8, 0), ("chair.png", 72, 8, 0)])
    assert places(game, found, "hud/panel.png") == [(10, 8)]
    assert places(game, found, "chair.png") == []


def test_what_stays_in_line_with_a_text_while_the_world_scrolls_is_hud() -> None:
    game = Game(names=True)
    game.image("tiles/grass.png", speckled(32, 32, (80, 180, 60)))
    game.image("enemies/slime.png", disc(16, (180, 60, 200), eye=True))
    game.text("score", "12", 40)
    materials = Materials()
    for number in range(40):
        ground: Draws = [("tiles/grass.png", 32 * i - 2 * number % 32, 208, 0) for i in range(12)]
        icon: Draws = [("enemies/slime.png", 250, 6, 0), ("score", 10, 6, 0)]
        seen = game.frame([*ground, *icon], (-2.0, 0.0), False)
        materials.observe(seen)
    assert places(game, (materials, seen), "enemies/slime.png") == [(250, 6)]
    assert places(game, (materials, seen), "tiles/grass.png") == []


def test_a_car_that_waits_in_line_with_a_text_is_no_hud() -> None:
    """It drives across a road that scrolls, and waits in its lane. At first it looks like an icon."""
    game = arcade()
    game.image("car.png", disc(24, (230, 90, 40), eye=True))
    game.image("tree.png", disc(16, (40, 150, 60)))
    materials = Materials()
    for number in range(220):
        lane = 60 + 4 * min(number % 40, 20) * (number >= 20)
        trees: Draws = [("tree.png", 20 + 280 * (k % 2), (40 * k + 3 * number) % 240, 0) for k in range(6)]
        draws: Draws = [("space.png", 0, 0, 0), *trees, ("car.png", lane, 210, 1), ("score", 180, 212, 0)]
        seen = game.frame(draws, (0.0, 3.0), number % 40 < 20)
        materials.observe(seen)
        assert number < 160 or not places(game, (materials, seen), "car.png")


def test_a_rock_beside_a_panel_is_no_hud_when_the_world_stops() -> None:
    """While the world scrolls, a rock is at other places; that says nothing of it."""
    game = Game(names=True)
    game.image("tiles/grass.png", speckled(32, 32, (80, 180, 60)))
    game.image("rock.png", disc(30, (130, 130, 132)))
    game.image("panel.png", canvas(60, 70, (200, 180, 120)))
    game.text("score", "12", 40)
    materials = Materials()
    for number in range(60):
        at = 2 * min(number, 30)
        draws: Draws = [("tiles/grass.png", 32 * i - at % 32, 32 * j, 0) for i in range(12) for j in range(8)]
        draws += [("rock.png", 120 - at, 200, 0), ("panel.png", 250, 175, 0), ("score", 10, 6, 0)]
        seen = game.frame(draws, (-2.0 if 0 < number <= 30 else 0.0, 0.0), False)
        materials.observe(seen)
    assert places(game, (materials, seen), "panel.png") == [(250, 175)]
    assert places(game, (materials, seen), "rock.png") == []


def test_what_a_person_said_is_no_hud_is_none_anywhere(tmp_path: Path) -> None:
    tag_file(tmp_path / "game.py").write_text("ship.png: player\n")
    game = Game(names=True)
    game.image("space.png", canvas(*SIZE, BLACK))
    game.image("ship.png", disc(20, (60, 200, 230), eye=True))
    game.text("score", "SCORE 120", 80)
    lives: Draws = [("ship.png", 250, 6, 0), ("ship.png", 280, 6, 0), ("score", 10, 8, 0)]
    for tags, expected in ((None, 2), (Tags(tmp_path / "game.py"), 0)):
        found = play(game, lambda number: [*ship(number), *lives], materials=Materials(tags))
        assert len(places(game, found, "ship.png")) == expected


def test_clouds_beside_a_text_are_not_hud() -> None:
    game = Game(names=True)
    game.image("space.png", canvas(*SIZE, (90, 160, 240)))
    game.image("cloud.png", disc(30, (250, 250, 250)))
    game.text("score", "SCORE 120", 80)
    clouds: Draws = [("cloud.png", 120, 2, 0), ("cloud.png", 180, 2, 0)]
    found = play(game, lambda _: [*clouds, ("score", 10, 8, 0)])
    assert places(game, found, "cloud.png") == []


def test_the_frame_of_a_bar_is_hud_and_a_shape_of_its_colour_is_not() -> None:
    game = arcade()
    game.shape("bar", GREEN, 60, 8)
    game.shape("dark", (20, 20, 20), 64, 12)

    def draws(number: int) -> Draws:
        return [*ship(number), ("dark", 100, 40 + 3 * number, 4), ("dark", 8, 6, 0), ("bar", 10, 8, 0)]

    assert places(game, play(game, draws), "dark") == [(8, 6)]


def is_panel(x: int, y: int, width: int, height: int, walker: Callable[[int], int]) -> bool:
    """Whether a flat box with a text on it is HUD, while someone walks from left to right."""
    game = arcade()
    game.shape("box", WALL, width, height)
    game.image("walker.png", person(0))

    def draws(number: int) -> Draws:
        return [("box", x, y, 0), *ship(number), ("walker.png", walker(number), y + 8, 5),
                ("score", x + 4, y + 6, 0)]  # fmt: skip

    return bool(places(game, play(game, draws), "box"))


def test_a_panel_is_a_box_at_an_edge_with_a_text_that_nothing_enters() -> None:
    assert is_panel(220, 0, 100, 240, lambda number: 20 + 3 * number)
    assert not is_panel(220, 0, 100, 240, lambda number: 230 + number)
    assert not is_panel(100, 60, 100, 120, lambda number: 20)  # in the middle
    assert not is_panel(0, 0, 320, 140, lambda number: 20 + 3 * number)  # a sky


def test_a_picture_along_a_side_with_a_text_on_it_is_a_panel_and_a_ground_is_none() -> None:
    for box, panel in (((240, 0, 80, 240), True), ((0, 200, 320, 40), False)):
        game = arcade()
        game.image("strip.png", speckled(*box[2:], (120, 90, 60), spread=60))
        draws: Draws = [("strip.png", *box[:2], 0), ("score", box[0] + 4, box[1] + 10, 0)]
        found = play(game, lambda number, draws=draws: [*draws, ("ship.png", 40 + number, 120, 1)])  # type: ignore[misc]
        assert bool(places(game, found, "strip.png")) == panel


def test_what_is_put_back_of_a_panel_is_hud_at_once() -> None:
    game = arcade()
    game.image("panel.png", speckled(80, 240, (120, 90, 60), spread=60))
    game.shape("patch", WALL, 40, 12)
    draws: Draws = [("panel.png", 240, 0, 0), ("score", 244, 10, 0)]
    found, _ = play(game, lambda number: [*draws, ("ship.png", 40 + number, 120, 1)])
    panel = np.array([game.numbers["panel.png"]] * 3 + [game.numbers["patch"]])
    box = np.array([(250, 40, 30, 9), (230, 40, 30, 9), (20, 40, 30, 9), (250, 40, 30, 9)], np.int32)
    assert found.hud_by_place(panel, box).tolist() == [True, False, False, False]


def test_where_a_card_may_be_laid_is_hud_as_the_cards_are() -> None:
    game = arcade()
    game.shape("slot", (60, 60, 220), 40, 56)
    for number in range(8):
        card = canvas(40, 56, (250, 250, 250))
        card[8 + 4 * number : 12 + 4 * number, 8:30] = (200, 20, 30, 255)
        game.image(f"card{number}.png", card)
    row: Draws = [(f"card{i}.png", 4 + 44 * (i % 7), 100 + 60 * (i // 7), 0) for i in range(8)]
    found = play(game, lambda _: [("slot", 200, 20, 0), *row])
    assert places(game, found, "card3.png")
    assert places(game, found, "slot") == [(200, 20)]


def test_many_lines_are_a_maze() -> None:
    game = arcade()
    game.shape("line", WALL, 12, 2)
    lines: Draws = [("line", 20 + 20 * (i % 12), 30 + 20 * (i // 12), 0) for i in range(96)]
    found = play(game, lambda number: [*lines, *ship(number), ("score", 10, 8, 0)])
    assert places(game, found, "line") == []


def test_lines_across_a_board_and_boxes_all_over_it_are_the_world() -> None:
    game = arcade()
    game.shape("line", (90, 90, 90), SIZE[0], 1)
    game.shape("goal", WALL, 14, 12)
    board: Draws = [("line", 0, 40 + 20 * i, 0) for i in range(8)]
    board += [("goal", 20 + 50 * i, 60, 0) for i in range(6)]
    found = play(game, lambda number: [*board, *ship(number), ("score", 10, 8, 0)])
    assert places(game, found, "line") == places(game, found, "goal") == []


def test_nothing_is_a_card_before_it_was_seen() -> None:
    game = Game(names=False)
    for number in range(80):
        game.image(f"tile{number}.png", canvas(40, 40, (200, 40 + number, 90)))
    materials = Materials()
    tiles: Draws = [(f"tile{i % 80}.png", 40 * (i % 8), 40 * (i // 8), 0) for i in range(48)]
    materials.observe(game.frame(tiles, (0.0, 0.0), False))
    assert not any(materials.judgement(unit).hud for unit in game.units)


def test_places_of_units_without_a_number_are_none() -> None:
    lives: Draws = [("ship.png", 250, 6, 0), ("score", 10, 8, 0)]
    materials, seen = play(arcade(), lambda number: [*ship(number), *lives])
    box = seen.box.copy()
    assert not materials.hud_by_place(np.full(len(box), -1), box).any()


def test_images_of_one_size_that_are_named_by_digits_are_a_text() -> None:
    """Two grey stones of the same look and other names are none."""
    found = []
    for names in (("0.png", "1.png", "7.png"), ("aa.png", "ab.png", "ac.png")):
        game = Game(True)
        game.image("space.png", canvas(*SIZE, (60, 90, 50)))
        draws: Draws = []
        for number, name in enumerate(names):
            sign = canvas(18, 24)
            sign[2:22, 4 + number : 10] = (130, 130, 134, 255)
            sign[18:22, 4:14] = (90, 90, 94, 255)
            game.image(name, sign)
            draws.append((name, 60 + 30 * number, 100, 1 + number))
        materials, _ = play(game, dict.fromkeys(range(40), draws).__getitem__)
        found.append([materials.judgement(game.unit(name)).hud for name in names])
    assert found == [[True] * 3, [False] * 3]


def test_a_button_in_a_lower_corner_is_hud_though_much_is_drawn_after_it() -> None:
    for place, hud in (((280, 205), True), ((280, 10), False), ((100, 205), False)):
        game = Game(names=False)
        game.image("road.png", speckled(320, 480, (90, 90, 95)))
        game.image("button.png", disc(24, (230, 90, 40), eye=True))
        game.image("stone.png", speckled(12, 12, (140, 140, 140)))
        materials = Materials()
        for number in range(80):
            stones: Draws = [("stone.png", 40 * k, (30 * k + 3 * number) % 240, k) for k in range(6)]
            draws: Draws = [("road.png", 0, 3 * number % 240 - 240, 0), ("button.png", *place, 0), *stones]
            materials.observe(game.frame(draws, (0.0, 3.0), False))
        assert materials.judgement(game.unit("button.png")).hud == hud, place


def test_a_flat_strip_along_the_bottom_is_a_ground_unless_a_text_lies_on_it() -> None:
    for texts, hud in (([], False), ([("score", 20, 215, 0)], True)):
        game = Game(names=False)
        for row in range(80):  # a sky of many stripes, more than are looked at
            game.shape(f"sky{row}", (80 + row, 140, 220), 320, 3)
        game.shape("strip", (40, 160, 40), 320, 32)
        game.text("score", "SCORE 120", 80)
        game.image("ship.png", disc(20, (60, 200, 230), eye=True))
        sky: Draws = [(f"sky{row}", 0, 3 * row, 0) for row in range(80)] * 4
        materials = Materials()
        for number in range(40):
            draws: Draws = [*sky, ("strip", 0, 208, 0), ("ship.png", 40 + 3 * number, 100, 1), *texts]
            materials.observe(game.frame(draws, (0.0, 0.0), False))
        assert materials.judgement(game.unit("strip")).hud == hud


def test_tiles_that_scroll_with_the_world_are_no_hud_by_their_name() -> None:
    for name, step, hud in (("title1.png", 3, False), ("title1.png", 0, True), ("block1.png", 3, False)):
        game = Game(names=True)
        game.image("sky.png", canvas(*SIZE, (90, 150, 230)))
        game.image(name, speckled(32, 32, (90, 90, 100)))
        materials = Materials()
        for number in range(60):
            tiles: Draws = [(name, 32 * k - step * number % 32, 208, 0) for k in range(11)]
            materials.observe(game.frame([("sky.png", 0, 0, 0), *tiles], (-float(step), 0.0), False))
        assert materials.judgement(game.unit(name)).hud == hud, (name, step)
