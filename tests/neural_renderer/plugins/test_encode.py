"""A frame's draws cross as bytes: what a game's process writes is what the renderer reads."""

from __future__ import annotations

import numpy as np
import pygame
import pytest

from reskin.neural_renderer.from_draws.messages import BadMessage, Message, State, decode, decode_image
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.draws import DrawLists
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.encode import Encoder

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
