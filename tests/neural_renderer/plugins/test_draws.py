"""Sources and draw lists, without any hook."""

from __future__ import annotations

import pygame
import pytest

from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture import draws as module
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.coverage import Coverage
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.draws import DrawLists, is_opaque
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.identity import Drawers
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.images import HEADER, Images
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.sources import (
    MAX_DEPTH,
    MAX_DERIVATION,
    Composite,
    Layer,
    Source,
    Sources,
    freeze,
    root,
)


def test_equal_derivations_are_one_source() -> None:
    sources = Sources()
    file = sources.intern("file", ("hero.png", "a1"), (16, 8))
    assert sources.intern("file", ("hero.png", "a1"), (16, 8)) is file
    assert sources.intern("file", ("hero.png", "a2"), (16, 8)) is not file
    flipped = sources.intern("transform", ("flip", (True, False)), (16, 8), file)
    assert sources.intern("transform", ("flip", (True, False)), (16, 8), file) is flipped
    assert root(sources.cut(flipped, 1, 1, 4, 4)) is file
    assert sources.cut(sources.cut(file, 4, 0, 8, 8), 1, 2, 3, 3) is sources.cut(file, 5, 2, 3, 3)


def test_the_table_of_sources_is_bounded() -> None:
    sources = Sources(most=40)
    numbers = [sources.intern("text", f"score {n}", (9, 9)).number for n in range(500)]
    assert len(sources) <= 40
    assert numbers == sorted(set(numbers))
    assert sources.intern("text", "score 499", (9, 9)).number == numbers[-1]


def test_what_derives_from_a_composite_is_one_source_while_it_is_used() -> None:
    sources = Sources()
    base = sources.intern("blank", None, (9, 9))
    shown = Composite(Layer(base, (9, 9)), 1)
    scaled = sources.transform("scale", (2,), (), (18, 18), shown)
    assert sources.transform("scale", (2,), (), (18, 18), shown) is scaled and scaled.image == b""
    number = scaled.number
    del scaled
    assert sources.transform("scale", (2,), (), (18, 18), shown).number != number
    assert len(sources) == 1


def test_transformations_of_transformations_end() -> None:
    sources = Sources()
    file = turned = sources.intern("file", ("hero.png", "a1"), (16, 8))
    numbers = []
    for _ in range(100):
        turned = sources.transform("rotate", (5,), (), (16, 8), turned)
        numbers.append(turned.number)
    assert len(set(numbers)) == 100
    deep, part = 0, turned
    while part is not file:
        assert isinstance(part.parent, Source)
        deep, part = deep + 1, part.parent
    assert deep <= MAX_DERIVATION + 1


def test_arguments_become_values() -> None:
    values = freeze([1, 2.5, (pygame.Vector2(1, 2), pygame.Rect(1, 2, 3, 4)), "a", None])
    assert values == (1, 2.5, ((1, 2), (1, 2, 3, 4)), "a", None)
    assert freeze(object()) == "object"
    hash(values)


def test_a_list_ends_and_the_surface_is_composed() -> None:
    lists = DrawLists(most=10)
    screen, image = pygame.Surface((40, 30)), pygame.Surface((4, 4))
    record = lists.record(screen)
    for number in range(25):
        lists.add(record, lists.content(image), (number, 1, 4, 4))
    assert len(lists.draws(screen)) == 5
    assert isinstance(record.base, Source) and record.base.kind == "composed"
    lists.presented(screen)
    assert not lists.draws(screen)


def test_of_a_full_list_what_later_draws_hide_is_dropped() -> None:
    """As of a canvas on which a game draws its tiles and sprites for as long as it runs."""
    lists = DrawLists(most=60)
    canvas = pygame.Surface((40, 30))
    tile, ghost = pygame.Surface((20, 30)), pygame.Surface((6, 6), pygame.SRCALPHA)
    record = lists.record(canvas)
    base = record.base
    for frame in range(200):
        for column in range(2):
            lists.add(record, lists.content(tile), (20 * column, 0, 20, 30))
        lists.add(record, lists.content(ghost), (frame % 30, 4, 6, 6))
    assert record.base is base, "the tiles are still known"
    draws = [draw.rectangle for draw in lists.draws(canvas)]
    assert len(draws) <= 60 and draws[-3:] == [(0, 0, 20, 30), (20, 0, 20, 30), (199 % 30, 4, 6, 6)]
    full = lists.content(canvas)
    assert isinstance(full, Composite) and full.length == len(draws)


def test_a_full_list_keeps_what_shows_through_and_what_was_scrolled() -> None:
    lists = DrawLists()
    canvas = pygame.Surface((8, 8))
    solid, glass = pygame.Surface((8, 8)), pygame.Surface((8, 8), pygame.SRCALPHA)
    record, scroll = lists.record(canvas), lists.sources.intern("shape", ("scroll", None), (0, 0))
    coverage, content = Coverage(lists.images), lists.content
    boxes = [(solid, 0, 4), (solid, 0, 8), (glass, 0, 8), (solid, 4, 4), (glass, 5, 2)]
    for image, x, width in boxes:
        lists.add(record, content(image), (x, 0, width, 8))
    left = [draw[1] for draw in coverage.visible(record.draws)]
    assert left == [(0, 0, 8, 8), (0, 0, 8, 8), (4, 0, 4, 8), (5, 0, 2, 8)]
    lists.add(record, scroll, (0, 0, 8, 8))
    lists.add(record, content(solid), (0, 0, 4, 8))
    assert [draw[1] for draw in coverage.visible(record.draws)] == [*left, (0, 0, 8, 8), (0, 0, 4, 8)]
    lists.add(record, content(solid), (4, 0, 4, 8))
    assert [draw[1] for draw in coverage.visible(record.draws)] == [(0, 0, 4, 8), (4, 0, 4, 8)]


def test_something_opaque_over_all_begins_the_list_anew() -> None:
    lists = DrawLists()
    screen, image = pygame.Surface((40, 30)), pygame.Surface((40, 30))
    record, content = lists.record(screen), lists.content(image)
    lists.add(record, content, (0, 0, 10, 10), covers=True)
    lists.add(record, content, (0, 0, 40, 30))
    assert len(lists.draws(screen)) == 2
    shown = lists.content(screen)
    lists.add(record, content, (0, 0, 40, 30), covers=True)
    assert len(lists.draws(screen)) == 1
    assert isinstance(shown, Composite) and len(shown.draws) == shown.length == 2


def test_surfaces_drawn_on_each_other_do_not_nest_without_end() -> None:
    lists = DrawLists()
    pair = pygame.Surface((8, 8)), pygame.Surface((8, 8))
    for turn in range(60):
        lists.add(lists.record(pair[turn % 2]), lists.content(pair[1 - turn % 2]), (0, 0, 8, 8))
    content, deep = lists.content(pair[0]), 0
    while isinstance(content, Composite):
        inner = [draw[0] for draw in content.draws[: content.length] if isinstance(draw[0], Composite)]
        content, deep = max(inner, key=lambda part: part.depth, default=content.base), deep + 1
    assert 2 < deep <= MAX_DEPTH + 1


def test_a_subsurface_writes_into_its_owner_and_shows_a_cut_of_it() -> None:
    lists = DrawLists()
    sheet, image = pygame.Surface((40, 30)), pygame.Surface((4, 4))
    lists.set_content(sheet, lists.sources.intern("file", "sheet.png", (40, 30)))
    part = sheet.subsurface((10, 10, 20, 20)).subsurface((5, 5, 5, 5))
    cut = lists.content(part)
    assert isinstance(cut, Source) and cut.detail == (15, 15, 5, 5) and lists.content(part) is cut
    lists.add(lists.record(part), lists.content(image), (1, 1, 4, 4), place=(1, 1))
    assert lists.draws(sheet)[0].rectangle == (16, 16, 4, 4) and lists.draws(sheet)[0].place == (16, 16)
    after = lists.content(part)
    assert isinstance(after, Source) and isinstance(after.parent, Composite)


@pytest.mark.parametrize("corner", [(0, 0), (16, 32)])
def test_a_cell_of_a_sheet_with_a_colour_key(corner: tuple[int, int]) -> None:
    """A cell that is copied to a surface of its own, from the sheet's corner too, knows its colour key."""
    lists = DrawLists()
    sheet, image, screen = pygame.Surface((128, 128)), pygame.Surface((16, 16)), pygame.Surface((64, 64))
    sheet.fill((255, 0, 255))
    sheet.fill((9, 90, 9), (*corner, 8, 16))
    lists.set_content(sheet, lists.sources.intern("file", ("sheet.png", "a1"), (128, 128)))
    image.blit(sheet, (0, 0), (*corner, 16, 16))
    lists.add_blit(lists.record(image), sheet, (0, 0, 16, 16), (0, 0), (*corner, 16, 16), 0, 0)
    image.set_colorkey((255, 0, 255))
    lists.looks_changed(image)
    lists.add_blit(lists.record(screen), image, (5, 5, 16, 16), (5, 5), None, 0, 0)
    keyed = lists.draws(screen)[0].content
    assert isinstance(keyed, Source) and isinstance(keyed.parent, Source) and keyed.image
    assert (keyed.detail[0], keyed.parent.kind) == ("copied", "cut")  # type: ignore[index]
    assert keyed.parent.detail == (*corner, 16, 16)
    pixels = lists.images.get(keyed.image) or b""
    alpha = pixels[HEADER.size + 3 :: 4]
    assert (alpha.count(255), alpha.count(0)) == (8 * 16, 8 * 16)


def test_a_patch_that_erases_stays_a_part_of_the_backdrop() -> None:
    lists = DrawLists()
    backdrop, screen = pygame.Surface((64, 64)), pygame.Surface((64, 64))
    lists.set_content(backdrop, lists.sources.intern("file", ("field.png", "a1"), (64, 64)))
    lists.add_blit(lists.record(screen), backdrop, (8, 8, 9, 9), (8, 8), (8, 8, 9, 9), 0, 0)
    draw = lists.draws(screen)[0]
    assert (draw.content, draw.area) == (lists.content(backdrop), (8, 8, 9, 9))


def test_records_go_with_their_surfaces() -> None:
    lists = DrawLists()
    for _ in range(50):
        lists.record(pygame.Surface((2, 2)))
    assert not lists.records


@pytest.mark.parametrize(
    ("change", "opaque"),
    [
        (lambda surface: None, True),
        (lambda surface: surface.set_colorkey("red"), False),
        (lambda surface: surface.set_alpha(90), False),
    ],
)
def test_what_is_opaque(change: object, opaque: bool) -> None:
    surface = pygame.Surface((4, 4))
    assert callable(change)
    change(surface)
    assert is_opaque(surface) == opaque
    assert not is_opaque(pygame.Surface((4, 4), pygame.SRCALPHA))


def test_drawers_are_counted_and_forgotten() -> None:
    class Thing:
        pass

    drawers, one, two = Drawers(), Thing(), Thing()
    assert [drawers.number(thing) for thing in (one, two, one, (1, 2))] == [1, 2, 1, 0]
    del one
    assert drawers.number(Thing()) == 3


def test_the_example_of_the_docstring() -> None:
    import doctest

    assert doctest.testmod(module).failed == 0


def test_a_copied_cell_that_gets_its_colour_key_after_it_was_scaled() -> None:
    lists = DrawLists()
    sheet = pygame.Surface((64, 64))
    sheet.fill((200, 10, 10), (4, 4, 8, 8))
    lists.set_content(sheet, lists.sources.intern("file", ("sheet.png", "0"), (64, 64)))
    image = pygame.Surface((16, 16))
    image.blit(sheet, (0, 0), (0, 0, 16, 16))
    lists.add_blit(lists.record(image), sheet, (0, 0, 16, 16), (0, 0), (0, 0, 16, 16), 0, 0)
    large = pygame.transform.scale(image, (32, 32))
    lists.set_content(
        large, lists.sources.transform("scale", ((32, 32),), (), (32, 32), lists.content(image))
    )
    large.set_colorkey((0, 0, 0))
    lists.looks_changed(large)
    screen = pygame.Surface((64, 64))
    lists.add_blit(lists.record(screen), large, (0, 0, 32, 32), (0, 0), None, 0, 0)
    shown = lists.draws(screen)[0].content
    assert isinstance(shown, Source) and shown.image
    alpha = (lists.images.get(shown.image) or b"")[HEADER.size :][3::4]
    assert (alpha[0], alpha[16 * 32 + 16]) == (0, 255)


def test_an_image_with_alpha_and_a_colour_key_has_both() -> None:
    surface = pygame.Surface((4, 1), pygame.SRCALPHA)
    for x, color in enumerate([(0, 0, 0, 255), (200, 0, 0, 255), (200, 0, 0, 128), (200, 0, 0, 0)]):
        surface.set_at((x, 0), color)
    surface.set_colorkey((0, 0, 0))
    images = Images()
    name = images.take(surface)
    assert name
    assert list((images.get(name) or b"")[HEADER.size :][3::4]) == [0, 255, 128, 0]


def pixels_of(lists: DrawLists, content: object) -> bytes:
    """The pixels that were taken of a source, RGBA."""
    assert isinstance(content, Source) and content.image
    taken = lists.images.get(content.image)
    assert taken is not None
    return taken[HEADER.size :]


def faded_cloud(lists: DrawLists) -> pygame.Surface:
    """A cell of a loaded sheet, scaled and copied: none of them was shown before it is drawn on."""
    sheet = pygame.Surface((32, 16), pygame.SRCALPHA)
    pygame.draw.circle(sheet, (240, 240, 250, 255), (8, 8), 6)
    lists.set_content(sheet, lists.sources.intern("file", ("clouds.png", "a1"), (32, 16)))
    scaled = pygame.transform.smoothscale(sheet.subsurface((0, 0, 16, 16)), (24, 24))
    cell = lists.sources.cut(lists.content(sheet), 0, 0, 16, 16)
    lists.set_content(scaled, lists.sources.transform("smoothscale", (24, 24), (), (24, 24), cell))
    copy = scaled.copy()
    lists.set_content(copy, lists.content(scaled))
    return copy


def test_a_copy_that_was_faded_before_it_was_shown_is_told_by_its_pixels() -> None:
    lists = DrawLists()
    cloud, screen = faded_cloud(lists), pygame.Surface((60, 40))
    cloud.fill((255, 255, 255, 90), special_flags=pygame.BLEND_RGBA_MULT)
    white = lists.sources.intern("shape", ("fill", (255, 255, 255, 90)), (0, 0))
    lists.add(lists.record(cloud), white, (0, 0, 24, 24), (0, 0), flags=pygame.BLEND_RGBA_MULT)
    lists.add_blit(lists.record(screen), cloud, (5, 5, 24, 24), (5, 5), None, 0, 0)
    shown = lists.draws(screen)[0].content
    assert pixels_of(lists, shown) == pygame.image.tobytes(cloud, "RGBA")
    assert isinstance(shown, Source) and isinstance(shown.parent, Source)
    first = root(shown)
    assert isinstance(first, Source) and first.kind == "file"


def test_below_the_draws_on_a_copy_that_was_never_shown_are_its_pixels() -> None:
    lists = DrawLists()
    cloud, screen = faded_cloud(lists), pygame.Surface((60, 40))
    cloud.fill((200, 0, 0), (0, 0, 24, 5))
    red = lists.sources.intern("shape", ("fill", (200, 0, 0, 255)), (0, 0))
    lists.add(lists.record(cloud), red, (0, 0, 24, 5), (0, 0))
    for _ in range(2):
        lists.add_blit(lists.record(screen), cloud, (5, 5, 24, 24), (5, 5), None, 0, 0)
    one, two = (draw.content for draw in lists.draws(screen))
    assert isinstance(one, Composite) and one is two
    assert [draw[0] for draw in one.draws] == [red]
    assert pixels_of(lists, one.base) == pygame.image.tobytes(cloud, "RGBA")


def test_a_surface_that_shows_several_draws_is_looked_at_once_until_it_changes() -> None:
    lists = DrawLists()
    tile, screen = pygame.Surface((16, 16)), pygame.Surface((60, 40))
    red = lists.sources.intern("shape", ("fill", (200, 0, 0, 255)), (0, 0))
    lists.add(lists.record(tile), red, (0, 0, 16, 5), (0, 0))
    lists.add_blit(lists.record(screen), tile, (5, 5, 16, 16), (5, 5), None, 0, 0)
    record = lists.record(tile)
    first = record.source
    assert isinstance(first, Composite) and record.nested == first.depth == 1
    assert lists.record(screen).depth == 1
    lists.add(record, red, (0, 8, 16, 5), (0, 8))
    assert record.source is None
    lists.add_blit(lists.record(screen), tile, (5, 5, 16, 16), (5, 5), None, 0, 0)
    second = record.source
    assert isinstance(second, Composite) and (first.length, second.length) == (1, 2)
    tile.set_alpha(100)
    lists.looks_changed(tile)
    lists.add_blit(lists.record(screen), tile, (5, 5, 16, 16), (5, 5), None, 0, 0)
    assert record.source is None and lists.draws(screen)[-1].alpha == 100
