"""Whatever messages are lost, the renderer knows all that the newest one names.

A random game draws on many surfaces and lets go of them. Its messages, and the answers to them, are lost at
random; the renderer is started anew at random. After each message that arrives, what the renderer knows of
the display is compared with what the game has drawn, down to the last nested source.
"""

from __future__ import annotations

import gc
import random
from typing import Any

import pygame
import pytest

from reskin.neural_renderer.from_draws import messages as m
from reskin.neural_renderer.from_draws.messages import LayerRows, Message, Source, decode, decode_image
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture import draws, sources
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.draws import DrawLists
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.encode import Encoder

SIZE = (48, 36)


class Renderer:
    """Knows what its messages told it, as `from_draws.messages` says that they are to be read."""

    def __init__(self) -> None:
        self.sources: dict[int, Source] = {}
        self.layers: dict[int, tuple[LayerRows, list[tuple[Any, ...]]]] = {}
        self.display: list[tuple[Any, ...]] = []
        self.applied = -1
        self.images: dict[bytes, bytes] = {}

    def take(self, message: Message) -> None:
        self.sources.update({source.number: source for source in message.sources})
        for layer in message.layers:
            assert layer.base < 0 or layer.base in self.sources
            assert layer.base >= 0 or -layer.base in self.layers
            known = self.layers.get(layer.number, (None, []))[1]
            assert layer.start <= len(known), "rows are missing"
            known[layer.start : layer.start + len(layer.rows)] = self.rows(layer.rows, message)
            self.layers[layer.number] = layer, known
        if message.covered or not message.joins:
            self.display = []
        else:
            assert message.since <= self.applied + 1 or not len(message.rows)
        begins = [index for number, index in message.frames if number > self.applied]
        if not self.display:
            begins = [0]
        self.display += self.rows(message.rows, message)[begins[0] if begins else len(message.rows) :]
        self.applied = message.number
        for number in message.freed:
            self.layers.pop(number, None)
        for number in message.freed_sources:
            gone = self.sources.pop(number, None)
            if gone is not None and gone.image not in {source.image for source in self.sources.values()}:
                self.images.pop(gone.image, None)

    @staticmethod
    def rows(rows: Any, message: Message) -> list[tuple[Any, ...]]:
        shapes = (None, *message.shapes)
        return [(*row[: m.SHAPE], shapes[row[m.SHAPE]]) for row in rows.tolist()]

    # What is shown, with nothing but values

    def content(self, number: int, length: int, memo: dict[Any, int]) -> int:
        key = (number, length)
        if key not in memo:
            if number > 0:
                source = self.sources[number]
                below = self.content(source.parent, source.parent_length, memo) if source.parent else 0
                memo[key] = hash((source.kind, source.detail, source.width, source.height, below))
            else:
                layer, rows = self.layers[-number]
                assert length <= len(rows)
                base = self.content(layer.base, layer.base_length, memo)
                looks = (layer.width, layer.height, layer.has_alpha, layer.key)
                memo[key] = hash((base, looks, tuple([self.row(row, memo) for row in rows[:length]])))
        return memo[key]

    def row(self, row: tuple[Any, ...], memo: dict[Any, int]) -> tuple[Any, ...]:
        return (self.content(row[0], row[1], memo), *row[2:])

    def shown(self) -> list[tuple[Any, ...]]:
        memo: dict[Any, int] = {}
        return [self.row(row, memo) for row in self.display]

    def used(self) -> set[int]:
        """Numbers of the sources that the display's rows name."""
        found: set[int] = set()
        waiting = [row[:2] for row in self.display]
        seen = set(waiting)
        while waiting:
            number, length = waiting.pop()
            if number > 0:
                found.add(number)
                more = [(self.sources[number].parent, self.sources[number].parent_length)]
            else:
                layer, rows = self.layers[-number]
                more = [(layer.base, layer.base_length), *[row[:2] for row in rows[:length]]]
            for content in more:
                if content[0] and content not in seen:
                    seen.add(content)
                    waiting.append(content)
        return found


def truth(content: Any, memo: dict[Any, int]) -> int:
    """`Renderer.content`, from the game's own lists."""
    key = (id(content.draws), content.length) if isinstance(content, sources.Composite) else content.number
    if key not in memo:
        if isinstance(content, sources.Source):
            below = 0 if content.parent is None else truth(content.parent, memo)
            memo[key] = hash((content.kind, content.detail, content.width, content.height, below))
        else:
            layer = content.draws
            looks = (layer.width, layer.height, layer.has_alpha, layer.key and layer.key[:3])
            rows = tuple([true_row(draw, memo) for draw in layer[: content.length]])
            memo[key] = hash((truth(layer.base, memo), looks, rows))
    return memo[key]


def true_row(draw: tuple[Any, ...], memo: dict[Any, int]) -> tuple[Any, ...]:
    one = draws.decode(draw)
    assert one.place is not None
    x, y = int(one.place[0]), int(one.place[1])
    area: Any = one.area
    shape = one.content.kind == "shape" if isinstance(one.content, sources.Source) else False
    if shape:
        box = one.rectangle
    elif area is None:
        box = (x, y, one.content.width, one.content.height)
    else:
        box = (x, y, area[2], area[3])
        x, y = x - area[0], y - area[1]
    return (
        truth(one.content, memo), *one.rectangle, x, y, *box,
        one.flags, one.alpha, one.drawer, area if shape else None,
    )  # fmt: skip


class Game:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.lists = DrawLists()
        self.encoder = Encoder(self.lists)
        self.screen = pygame.Surface(SIZE)
        self.lists.presented(self.screen)
        self.surfaces = [self.loaded() for _ in range(4)]
        self.number = 0
        self.drawn: list[tuple[Any, ...]] = []
        """The display's rows since it was covered."""

    def loaded(self) -> pygame.Surface:
        surface = pygame.Surface((self.chance.randint(2, 60), self.chance.randint(2, 40)))
        surface.fill([self.chance.randint(0, 2) * 90 for _ in range(3)])
        name = (f"{self.chance.randint(0, 30)}.png", "hash")
        size = surface.get_size()
        self.lists.set_content(surface, self.lists.sources.intern("file", name, size))
        return surface

    def act(self) -> None:
        chance, lists = self.chance, self.lists
        action = chance.randrange(12)
        target = self.screen if chance.random() < 0.4 else chance.choice(self.surfaces)
        source = chance.choice(self.surfaces)
        if action < 5:
            if source is target:
                return
            place = (chance.randint(-9, 40), chance.randint(-9, 30))
            area = None
            if chance.random() < 0.3:
                area = (chance.randint(-2, 9), chance.randint(-2, 9), 5, chance.randint(2, 30))
            x, y, width, height = target.blit(source, place, area)
            if width and height:
                flags = chance.choice([0, 0, 1])
                lists.add_blit(
                    lists.record(target), source, (x, y, width, height), place, area, flags, action
                )
        elif action == 5:
            shape = lists.sources.intern("shape", ("circle", (chance.randint(0, 3), 0, 0, 255)), (0, 0))
            arguments = (((chance.randint(0, 9), 3), 2), ())
            lists.add(lists.record(target), shape, (1, 2, 5, 5), (0, 0), arguments)
        elif action == 6:
            self.surfaces.append(self.loaded())
        elif action == 7 and source.get_width() > 5:
            copy = source.copy()
            lists.set_content(copy, lists.content(source))
            self.surfaces.append(copy)
        elif action == 8:
            turned = pygame.transform.rotate(source, 90)
            content = lists.sources.transform("rotate", (90,), (), turned.get_size(), lists.content(source))
            lists.set_content(turned, content)
            self.surfaces.append(turned)
        elif action == 9 and chance.random() < 0.3:
            fill = lists.sources.intern("shape", ("fill", (0, 0, 0, 255)), (0, 0))
            lists.add(lists.record(self.screen), fill, (0, 0, *SIZE), (0, 0), covers=True)
        elif action == 10:
            source.set_alpha(chance.choice([None, 120]))
            source.set_colorkey(chance.choice([None, (0, 0, 0)]))
            lists.looks_changed(source)
        while len(self.surfaces) > 7:
            del self.surfaces[chance.randrange(len(self.surfaces))]

    def present(self) -> bytes:
        self.number += 1
        layer = self.lists.record(self.screen).draws
        if layer.covered:
            self.drawn = []
        self.drawn += list(layer)
        data = self.encoder.encode(self.number, self.screen, ("winter", True, 1.0, 0.0))
        self.lists.presented(self.screen)
        return data

    def true_rows(self) -> list[tuple[Any, ...]]:
        memo: dict[Any, int] = {}
        return [true_row(draw, memo) for draw in self.drawn]


@pytest.mark.parametrize("seed", range(12))
def test_the_renderer_knows_what_it_needs_whatever_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    game, renderer = Game(chance), Renderer()
    arrives = chance.choice([0.15, 0.5, 0.9])
    box: dict[bytes, bytes] = {}
    compared = 0
    for _ in range(70):
        for _ in range(chance.randint(0, 9)):
            game.act()
        data = game.present()
        waiting, taken = game.encoder.images(), chance.randint(0, 3)
        game.encoder.images_unsent()
        box.update(list(waiting.items())[:taken])
        game.encoder.images_sent(max(0, len(waiting) - taken))
        if chance.random() < 0.5:
            renderer.images.update(box)
            box = {}
        if chance.random() < arrives:
            renderer.take(decode(data))
            assert renderer.shown() == game.true_rows()
            compared += 1
            for number in renderer.used():
                image = renderer.sources[number].image
                if image:
                    assert image in renderer.images or image in box or image in game.encoder.images()
        if chance.random() < 0.6:
            game.encoder.acknowledged(renderer.applied)
        if chance.random() < 0.03:
            renderer = Renderer()
            box = {}
            game.encoder.forget()
    assert compared > 5
    assert all(decode_image(image)[1] == 1 for image in renderer.images.values())


def test_a_renderer_lets_go_of_what_the_game_let_go_of() -> None:
    chance = random.Random(5)
    game, renderer = Game(chance), Renderer()
    for _ in range(100):
        for _ in range(9):
            game.act()
        renderer.take(decode(game.present()))
        game.encoder.acknowledged(renderer.applied)
    fill = game.lists.sources.intern("shape", ("fill", (9, 9, 9, 255)), (0, 0))
    game.surfaces.clear()
    for _ in range(3):
        game.lists.add(game.lists.record(game.screen), fill, (0, 0, *SIZE), (0, 0), covers=True)
        renderer.take(decode(game.present()))
        game.encoder.acknowledged(renderer.applied)
        game.drawn = []
        gc.collect()
    assert not game.encoder._layers and len(renderer.layers) == 0
    assert len(renderer.sources) <= len(game.lists.sources) + 1
