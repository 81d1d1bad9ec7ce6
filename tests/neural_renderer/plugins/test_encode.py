"""A frame's draws cross as bytes: what a game's process writes is what the renderer reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pygame
import pytest

from reskin.neural_renderer.from_draws.frames import FrameBuilder
from reskin.neural_renderer.from_draws.messages import BadMessage, Message, State, decode, decode_image
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.draws import DrawLists
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.encode import Encoder
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.images import Images
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running import choices
from reskin.neural_renderer.source_materials.judge import Materials
from tests.neural_renderer.plugins.test_capture import python

STATE = ("winter", True, 0.5, 0.0)


class Game:
    """Draws as the hooks put them down, without any hook."""

    def __init__(self) -> None:
        self.lists = DrawLists()
        self.encoder = Encoder(self.lists)
        self.screen = pygame.Surface((40, 30))
        self.number = 0
        self.lists.presented(self.screen)

    def blit(self, target: pygame.Surface, source: pygame.Surface, x: int, y: int) -> None:
        left, top, width, height = target.blit(source, (x, y))
        record = self.lists.record(target)
        self.lists.add_blit(record, source, (left, top, width, height), (x, y), None, 0, 0)

    def present(self) -> Message:
        self.number += 1
        message = decode(self.encoder.encode(self.number, self.screen, STATE))
        self.lists.presented(self.screen)
        return message


def image(color: str, size: tuple[int, int] = (6, 4)) -> pygame.Surface:
    surface = pygame.Surface(size)
    surface.fill(color)
    return surface


def test_both_sides_tell_the_same_state() -> None:
    """It crosses as a list, so the order of the fields counts. The game's process cannot import ours."""
    assert choices.State._fields == State._fields
    assert choices.State._field_defaults == State._field_defaults
    assert choices.State.__annotations__ == State.__annotations__


def test_a_blit_crosses() -> None:
    game = Game()
    hero = image("red")
    game.lists.set_unknown(hero)
    game.blit(game.screen, hero, -2, 5)
    message = game.present()
    (source,) = message.sources
    assert source.kind == "bytes" and (source.width, source.height) == (6, 4)
    row = [source.number, 0, 0, 5, 4, 4, -2, 5, -2, 5, 6, 4, 0, 255, 0, 0]
    assert message.rows.tolist() == [row] and message.rows.dtype == np.int32
    assert message.state == State(*STATE) and (message.width, message.height) == (40, 30)
    pixels, span = decode_image(game.encoder.images()[source.image])
    assert span == 1 and pixels.shape == (4, 6, 4) and (pixels == (255, 0, 0, 255)).all()


@pytest.mark.parametrize("cut", [0, 3, 11, 12, 40, 200, -4, -1])
def test_bytes_that_are_no_message_are_refused(cut: int) -> None:
    game = Game()
    game.blit(game.screen, image("red"), 1, 1)
    data = game.encoder.encode(1, game.screen, STATE)
    with pytest.raises(BadMessage):
        decode(data[:cut])
    with pytest.raises(BadMessage):
        decode(b"RSKD" + bytes(len(data)))


def test_alpha_flags_and_fractions_cross() -> None:
    game = Game()
    hero = image("red")
    hero.set_alpha(120)
    record = game.lists.record(game.screen)
    game.lists.add_blit(record, hero, (0, 0, 5, 3), (-1.7, -1.2), None, pygame.BLEND_ADD, 77)
    shape = game.lists.sources.intern("shape", ("line", (1, 2, 3, 4)), (0, 0))
    game.lists.add(record, shape, (2, 2, 9, 1), (5, 5), (((0, 0), (9, 0)), (("width", 1),)))
    message = game.present()
    assert message.rows[0, 2:].tolist() == [0, 0, 5, 3, -1, -1, -1, -1, 6, 4, pygame.BLEND_ADD, 120, 77, 0]
    assert message.rows[1, 2:].tolist() == [2, 2, 9, 1, 5, 5, 2, 2, 9, 1, 0, 255, 0, 1]
    assert message.shapes == ((((0, 0), (9, 0)), (("width", 1),)),)


def test_places_beyond_all_numbers_cross() -> None:
    game = Game()
    record = game.lists.record(game.screen)
    for place in ((1e12, 3), (float("inf"), float("nan")), (-(10**12), 3)):
        game.lists.add_blit(record, image("red"), (0, 0, 5, 3), place, None, 0, 0)
    assert game.present().rows[:, 6].tolist() == [2**31 - 1, 0, -(2**31)]


def test_cells_of_a_sheet_are_sources_and_windows_are_not() -> None:
    game = Game()
    sheet = image("blue", (64, 64))
    sheet.fill((0, 128, 0), (16, 0, 16, 16))
    game.lists.set_unknown(sheet)
    record = game.lists.record(game.screen)
    for place, area in (((9, 9), (16, 0, 16, 16)), ((5, 5), (-4, 0, 16, 16)), ((3, 4), (3, 4, 9, 9))):
        game.lists.add_blit(record, sheet, (0, 0, 5, 5), place, area, 0, 0)
    game.lists.add_blit(record, sheet, (0, 0, 39, 30), (0, 0), pygame.Rect(7, 8, 39, 30), 0, 0)
    message = game.present()
    kinds = {source.number: source for source in message.sources}
    cell, clipped, erased, window = [kinds[row[0]] for row in message.rows.tolist()]
    assert (cell.kind, cell.detail) == ("cut", (16, 0, 16, 16))
    assert (decode_image(game.encoder.images()[cell.image])[0] == (0, 128, 0, 255)).all()
    assert (clipped.kind, clipped.detail) == ("cut", (0, 0, 12, 16))
    assert erased.kind == window.kind == "bytes"
    assert message.rows[:, 6:12].tolist() == [
        [9, 9, 9, 9, 16, 16],
        [9, 5, 9, 5, 12, 16],
        [0, 0, 3, 4, 9, 9],
        [-7, -8, 0, 0, 39, 30],
    ]
    for n in range(300):
        game.lists.add_blit(record, sheet, (0, 0, 5, 5), (30, 30), (n % 20, n // 20, 9, 9), 0, 0)
    assert game.present().rows[-1, 0] == erased.number, "a window that wanders is no cell"


def test_a_large_image_is_sent_smaller() -> None:
    images = Images(largest=4 * 30 * 20 + 12)
    name = images.take(image("red", (90, 61)))
    assert name
    data = images.get(name)
    assert data is not None and len(data) <= images.largest
    pixels, span = decode_image(data)
    assert span == 3 and pixels.shape == (20, 30, 4) and (pixels == (255, 0, 0, 255)).all()
    with pytest.raises(BadMessage):
        decode_image(data[:-1])


def test_images_are_taken_as_fast_as_they_may_be_sent() -> None:
    images = Images()
    large = image("red", (1000, 1000))
    taken = 0
    while images.take(large):
        taken += 1
    assert 40 < 4 * taken < 50
    assert images.take(image("blue")), "a small one is"
    images.frame()
    assert images.take(large) is None
    for _ in range(20):
        images.frame()
    assert images.take(large)


def test_a_large_layer_comes_in_parts() -> None:
    game = Game()
    game.encoder.limit = 64 * 1000
    room, hero = image("blue", (40, 30)), image("red")
    for n in range(1800):
        game.blit(room, hero, n % 30, n % 20)
    known = 0
    for _ in range(4):
        game.blit(game.screen, room, 0, 0)
        message = game.present()
        for layer in message.layers:
            assert layer.start == known
            known += len(layer.rows)
        game.encoder.acknowledged(message.number)
    assert known == 1800 and not message.layers


def test_too_many_points_become_rectangles() -> None:
    game = Game()
    record = game.lists.record(game.screen)
    shape = game.lists.sources.intern("shape", ("polygon", (1, 2, 3, 4)), (0, 0))
    for n in range(300):
        points = tuple((n, 1000 + m) for m in range(800))
        game.lists.add(record, shape, (0, 0, 9, 9), (0, 0), ((points,), ()))
    data = game.encoder.encode(1, game.screen, STATE)
    assert len(data) < 4 << 20
    shapes = decode(data).shapes
    assert len(shapes) == 300 and shapes[0] is not None and shapes[-1] is None


def test_a_display_that_was_resized_in_place_is_told_of_at_once() -> None:
    """As of a window that a player drags to another size: no call tells of it, and the next frame has it."""
    game = Game()
    game.screen = pygame.display.set_mode((40, 30))
    try:
        game.lists.presented(game.screen)
        game.blit(game.screen, image("red"), 1, 1)
        first = game.present()
        assert (first.width, first.height) == (40, 30)
        game.blit(game.screen, image("red"), 1, 1)
        pygame.display.set_mode((64, 20))
        game.blit(game.screen, image("red"), 50, 1)
        message = game.present()
        assert (message.width, message.height) == (64, 20) and len(message.rows) >= 2
        frame = FrameBuilder(Materials()).frame(message, np.zeros((20, 64, 4), np.uint8), {})
        assert frame.color.shape[:2] == (40, 128)  # a small display is restyled at twice its size
    finally:
        pygame.display.quit()


def test_while_paused_a_display_that_is_covered_is_not_put_down() -> None:
    game = Game()
    part = game.screen.subsurface((0, 0, 20, 20))
    fill = game.lists.sources.intern("shape", ("fill", (0, 0, 0, 255)), (0, 0))
    rows = []

    def play(covers: bool) -> Message:
        record = game.lists.record(game.screen)
        game.lists.add(record, fill, (0, 0, 40, 30), covers=covers)
        game.blit(part, image("red"), 1, 1)
        rows.append(len(record.draws))
        return game.present()

    play(True)
    game.lists.pause(True)
    for _ in range(40):
        play(True)
    assert set(rows) == {0, 2} and rows[1:].count(2) <= 4, rows
    assert game.lists.record(game.screen).skips and game.lists.record(part).skips
    game.lists.pause(False)
    assert not game.lists.record(part).skips
    message = play(True)
    assert message.covered and message.joins and len(message.rows) == 2
    game.encoder.acknowledged(message.number)
    # A game that covers its display no more is found out, and the gap is told.
    game.lists.pause(True)
    play(True)
    rows.clear()
    messages = [play(False) for _ in range(20)]
    assert rows[-1] == 2 and not messages[-1].covered and not messages[-1].joins
    game.encoder.acknowledged(messages[-1].number)
    assert play(False).joins


def tiled(game: Game, tile: pygame.Surface, gap: bool = False) -> None:
    """A map that fills the display with 80 tiles, all or all but one, as many games draw it."""
    for number in range(80 - gap):
        game.blit(game.screen, tile, number % 10 * 4, number // 10 * 4)


def test_while_paused_a_display_that_is_filled_tile_by_tile_is_not_put_down() -> None:
    game = Game()
    grass, holed = image("green", (4, 4)), pygame.Surface((4, 4), pygame.SRCALPHA)
    for tile in (grass, holed):
        game.lists.set_unknown(tile)
    rows = []

    def play(tile: pygame.Surface, gap: bool = False) -> None:
        tiled(game, tile, gap)
        rows.append(len(game.lists.record(game.screen).draws))
        game.lists.presented(game.screen)

    game.lists.pause(True)
    for _ in range(80):
        play(grass)
    assert set(rows) == {0, 80} and rows[32:].count(80) <= 4, rows
    game.lists.pause(False)
    tiled(game, grass)
    assert len(game.present().rows) == 80
    # Where a gap is left, or shines through, the display shows more than one frame's draws.
    for tile, gap in ((grass, True), (holed, False)):
        game.lists.pause(True)
        for _ in range(20):
            play(tile, gap)
        rows.clear()
        for _ in range(60):
            play(tile, gap)
        assert 0 not in rows, rows


def test_a_level_that_is_drawn_once_is_kept_while_paused() -> None:
    game = Game()
    tile = image("green", (4, 4))
    game.lists.set_unknown(tile)
    game.lists.pause(True)
    for frame in range(100):
        if frame % 16 == 15:
            tiled(game, tile)
        game.blit(game.screen, tile, frame % 30, 3)
        assert game.lists.record(game.screen).draws, frame
        game.lists.presented(game.screen)


def test_frames_that_were_not_encoded_are_told() -> None:
    game = Game()
    first = game.present()
    game.encoder.acknowledged(first.number)
    game.blit(game.screen, image("red"), 1, 1)
    assert game.present().joins
    game.blit(game.screen, image("red"), 2, 1)
    game.lists.presented(game.screen)  # without a message
    game.blit(game.screen, image("red"), 3, 1)
    assert not game.present().joins


def test_a_frame_that_is_sent_twice_has_its_rows_once() -> None:
    game = Game()
    game.blit(game.screen, image("red"), 1, 1)
    first = decode(game.encoder.encode(1, game.screen, STATE))
    game.encoder.acknowledged(1)
    game.blit(game.screen, image("red"), 2, 1)
    second = decode(game.encoder.encode(2, game.screen, STATE))
    assert len(first.rows) == len(second.rows) == 1 and second.since == 2 and second.rows[0, 6] == 2


LONG = """
import gc, os, sys, tracemalloc
sys.path.append(os.environ["CAPTURE"])
import pygame
from reskin_pygame_capture.capture import Capture
from reskin_pygame_capture import encode
from reskin_pygame_capture.encode import Encoder
encode.MOST_ROWS = 600
covers = sys.argv[1] == "covers"
number = 0
def present(display):
    global number
    number += 1
    encoder.encode(number, display, ("winter", True, 1.0, 0.0))
    encoder.acknowledged(number - 2)
    encoder.images_sent(0)
    encoder.images_unsent()
capture = Capture(present).install()
lists = capture.lists
encoder = Encoder(lists)
lists.sources._most, lists.images.most = 300, 200_000
pygame.display.init(); pygame.font.init()
screen, font = pygame.display.set_mode((320, 240)), pygame.font.Font(None, 20)
image = pygame.Surface((16, 16)); image.fill("red"); pygame.image.save(image, "hero.bmp")
hero = turned = pygame.image.load("hero.bmp").convert()
def play(frames):
    global turned
    for n in range(frames):
        if covers: screen.fill("black")
        screen.blit(font.render(f"score {number}", True, "white"), (3, 3))
        screen.blit(pygame.transform.rotate(hero, 0.37 * number), (50, 50))
        turned = pygame.transform.rotate(turned, 90)
        screen.blit(turned, (90, 90))
        room = pygame.Surface((40, 40)); room.blit(hero, (number % 30, 2)); room.set_at((3, 3), "red")
        screen.blit(room, (100, 0)); screen.blit(pygame.transform.scale(room, (80, 80)), (200, 0))
        screen.blit(screen.copy(), (1, 0))
        screen.blit(pygame.image.frombuffer(os.urandom(64), (4, 4), "RGBA"), (0, 0))
        pygame.draw.line(screen, "red", (number % 300, 0), (9, 9))
        pygame.display.flip()
def sizes():
    gc.collect(); play(4)
    return {
        "records": len(lists.records), "sources": len(lists.sources), "images": len(lists.images),
        "cells": len(lists._cells), "drawers": len(capture.drawers.numbers), "told": len(encoder._told),
        "known": len(encoder._known), "layers": len(encoder._layers), "rows": sum(map(len, encoder._history)),
        "in flight": len(encoder._in_flight), "freed": len(encoder._freed),
        "freed sources": len(encoder._freed_sources), "sent": len(encoder._sent),
        "users": len(encoder._users), "waiting": len(encoder._waiting),
    }
play(200)
before = sizes()
tracemalloc.start()
play(50)
gc.collect()
one = tracemalloc.get_traced_memory()[0]
play(200)
gc.collect()
more = tracemalloc.get_traced_memory()[0] - one
after = sizes()
assert all(switch.on for switch in capture.patches.switches.values())
for name, size in after.items():
    assert size <= before[name] * 1.2 + 200, (name, before, after)
assert after["rows"] < 700 and after["layers"] < 200, after
assert more < 300_000 or not covers, more  # the history of one that erases grows up to its limit
"""


@pytest.mark.parametrize("mode", ["covers", "erases"])
def test_a_game_that_makes_something_new_in_each_frame_fills_no_table(mode: str, tmp_path: Path) -> None:
    done = python(["-c", LONG, mode], tmp_path)
    assert done.returncode == 0, done.stderr


def test_rows_copied_from_the_last_frame_are_those_that_would_be_made() -> None:
    """Any share of a frame is as in the last one; with shapes, areas, flags, and draws without a place."""
    game, chance = Game(), np.random.default_rng(3)
    images = [image(color) for color in ("red", "green", "blue")]
    contents = [game.lists.content(each) for each in images]
    line = game.lists.sources.intern("shape", ("line", (1, 2, 3, 4)), (0, 0))

    def draw() -> tuple[object, ...]:
        x, y, kind = (int(number) for number in chance.integers(0, 30, 3))
        content = contents[kind % 3]
        if kind < 8:
            return line, pygame.Rect(x, y, 5, 5), (0, 0), (((x, y), (y, 2.5)), ()), 0, 0
        if kind < 12:
            return content, (x, y, 3, 2), (x + 0.5, y), (1, 1, 3, 2), pygame.BLEND_ADD, kind
        unusual = {13: None, 14: ((x, y), (6, 4)), 15: (x, y - 1e12)}
        return content, pygame.Rect(x, y, 6, 4), unusual.get(kind, (x, y)), None, 0, kind

    drawn: list[tuple[object, ...]] = []
    copied = 0
    for turn in range(60):
        share = (0, 0.1, 0.4, 0.9)[turn % 4]
        drawn = [draw() if chance.random() < share else old for old in drawn]
        drawn = drawn[: chance.integers(10, 90)] + [draw() for _ in range(chance.integers(0, 30))]
        game.lists.record(game.screen).draws.extend(drawn)
        fresh = decode(Encoder(game.lists).encode(1, game.screen, STATE))
        game.lists.encoded = None
        game.number += 1
        message = decode(game.encoder.encode(game.number, game.screen, STATE))
        copied += game.encoder._last is not None and len(message.shapes) != len(fresh.shapes)
        rows, made = message.rows[-len(drawn) :], fresh.rows
        assert (rows[:, :15] == made[:, :15]).all()
        shapes = [(*message.shapes, None)[index - 1] for index in rows[:, 15]]
        assert shapes == [(*fresh.shapes, None)[index - 1] for index in made[:, 15]]
        game.encoder.acknowledged(game.number)
        game.lists.presented(game.screen)
    assert copied
