"""A frame's draws cross as bytes: what a game's process writes is what the renderer reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pygame
import pytest

from reskin.neural_renderer.from_draws.messages import BadMessage, Message, State, decode, decode_image
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.draws import DrawLists
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.encode import Encoder
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
