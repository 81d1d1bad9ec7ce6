"""The two canvases agree: on games, on random shapes at random places, on pictures and on the HUD."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pygame
import pytest

from reskin import Canvas, Frame, Game
from reskin.demo_games.caravan import Caravan
from reskin.demo_games.city import City
from reskin.demo_games.miner import Miner
from reskin.engine.draw.opengl import OpenGLCanvas
from reskin.engine.draw.opengl.pictures import _fingerprint
from reskin.engine.frame import MATERIALS
from tests.engine.draw.opened import opened_opengl

CHANNELS = ("color", "material", "identity", "motion", "anchor", "depth", "hud")
GAMES = (Miner, City, Caravan)
RUNS = [
    *(pytest.param(game, 5, id=game.name) for game in GAMES),
    *(pytest.param(game, 300, id=f"{game.name}-300", marks=pytest.mark.slow) for game in GAMES),
]


@dataclass
class Pair:
    """A software canvas and one on the GPU, which get the same calls."""

    software: Canvas
    opengl: OpenGLCanvas

    def frames(self, draw: Callable[[Canvas], object]) -> tuple[Frame, Frame]:
        """What both make of the same drawing."""
        found = []
        for canvas in (self.software, self.opengl):
            draw(canvas)
            found.append(canvas.finish())
        return found[0], found[1]


def differing(frames: tuple[Frame, Frame], channel: str) -> float:
    """The largest difference of two frames in a channel."""
    a, b = (getattr(frame, channel).astype(np.float64) for frame in frames)
    return float(np.abs(a - b).max())


def assert_equal(frames: tuple[Frame, Frame]) -> None:
    worst = {channel: differing(frames, channel) for channel in CHANNELS}
    assert not any(worst.values()), worst
    assert frames[0].tick == frames[1].tick and frames[0].cut == frames[1].cut


@pytest.mark.parametrize(("kind", "count"), RUNS)
def test_a_game_is_drawn_alike(kind: type[Game], count: int) -> None:
    """Bit for bit in every channel, which is more than issue 16 asks for."""
    game = kind(7)
    with opened_opengl(640, 360, game.tile) as opengl:
        pair = Pair(Canvas(640, 360, game.tile), opengl)
        for number in range(count):
            game.simulation.step(game.bot())
            alpha = 1.0 - number % 3 / 4
            assert_equal(pair.frames(partial(game.draw, alpha=alpha, caption="a theme")))
        assert opengl._instances._buffer.count > 100  # it was not a frame of nothing


def random_shapes(canvas: Canvas, seed: int) -> None:
    """Forty shapes in and around the view, on layers and in things."""
    random = np.random.default_rng(seed)
    width, height = canvas.width, canvas.height

    def number(low: float, high: float) -> float:
        return float(random.uniform(low, high))

    def place() -> tuple[float, float]:
        return number(-width, 2 * width), number(-height, 2 * height)

    def shape(material: str | None) -> None:
        color = tuple(random.integers(0, 256, 3).tolist())
        kind = int(random.integers(6))
        size = float(random.choice([3, 20, 150, 900]))
        if kind == 0:
            canvas.rect(*place(), number(0, size), number(0, size), color, material)
        elif kind == 1:
            canvas.circle(*place(), number(0, size), color, material)
        elif kind == 2:
            canvas.ellipse(*place(), number(0, size), number(0, size), color, material)
        elif kind == 3:
            canvas.line(*place(), *place(), number(0, 12), color, material)
        elif kind == 4:
            corners = [place() for _ in range(int(random.integers(3, 9)))]
            canvas.polygon(corners, color, material)
        else:
            (x, y), reach = place(), number(2, 30)
            corners = [(x + number(-reach, reach), y + number(-reach, reach)) for _ in range(3)]
            canvas.polygon(corners, color, material)

    canvas.begin(tick=seed, camera=place())
    canvas.fill((1, 2, 3), "sky")
    with canvas.layer("far", (0.5, 0.25), depth=40):
        for _ in range(12):
            shape(MATERIALS[int(random.integers(len(MATERIALS)))])
    for id in range(1, 15):
        with canvas.thing(id * 7919, "player", *place(), number(1, 60), number(1, 60), flip=bool(id % 2)):
            shape(None)
            shape("wood")
    canvas.rect(-3, -3, 5, 5, "#ffffff", "light")
    canvas.tiles(random.integers(0, 4, (9, 14)), {1: ("#123456", "stone"), 3: ("#fedcba", "coin")}, *place())


@pytest.mark.parametrize("size", [(97, 61), (200, 40)])
def test_random_shapes_are_drawn_alike(size: tuple[int, int]) -> None:
    with opened_opengl(*size, tile=20) as opengl:
        pair = Pair(Canvas(*size, tile=20), opengl)
        for seed in range(25):
            assert_equal(pair.frames(partial(random_shapes, seed=seed)))


def test_shapes_far_larger_than_the_view_are_drawn_alike() -> None:
    """Only their part in view is measured, and their corners are beyond a float32's exact integers."""

    def draw(canvas: Canvas) -> None:
        canvas.begin()
        canvas.circle(-3000, 40, 3050, "#ff0000", "lava")
        canvas.ellipse(20, 30, 5000, 4000, "#00ff00", "grass")
        canvas.line(-5000, -3000, 6000, 4000, 5, "#0000ff", "water")
        canvas.polygon([(-40_000_001, -9), (40, 30_000_003), (90, 10)], "#ffffff", "snow")
        canvas.polygon([(-1e10, -5), (9e9, 20), (3e9, -40)], "#33ff99", "leaves")
        canvas.polygon([(-7e9, -7e9), (-7e9 + 3, -7e9), (7e9, 7e9), (7e9 - 3, 7e9)], "#99ff33", "leaves")
        canvas.rect(50, 50, 1e10, 1e10, "#777777", "stone")

    with opened_opengl(96, 64) as opengl:
        assert_equal(Pair(Canvas(96, 64), opengl).frames(draw))


def test_a_frame_of_many_shapes_grows_every_buffer() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.begin()
        for number in range(3000):
            x, y = number % 90, number // 90
            canvas.rect(x, y, 3, 3, (number % 256, number // 256, 9), "stone")
        for number in range(40):
            canvas.line(0, number, 90, 63 - number, 1 + number % 5, (number, 0, 0), "wood")
            with canvas.thing(number + 1, "coin", number, number, 9, 9):
                canvas.circle(number, number, number / 2, (0, number, 0))
        for number in range(600):
            canvas.hud.rect(number % 80, number % 60, 20, 9, (number % 256, 50, 60, 90))

    with opened_opengl(96, 64) as opengl:
        pair = Pair(Canvas(96, 64), opengl)
        for _ in range(3):
            assert_equal(pair.frames(draw))


def picture(random: np.random.Generator, kind: int) -> pygame.Surface:
    """A picture of random pixels: with alpha for each, with a colour key, opaque, or all half clear."""
    width, height = random.integers(1, 40, 2).tolist()
    if kind == 0:
        data = random.integers(0, 256, (height, width, 4), np.uint8)
        return pygame.image.frombuffer(data.tobytes(), (width, height), "RGBA")
    surface = pygame.Surface((width, height), 0, 8 if kind == 3 else 24)
    if kind == 3:
        surface.set_palette([(i, 255 - i, 7) for i in range(256)])
        pygame.surfarray.pixels2d(surface)[:] = random.integers(0, 256, (width, height))
    else:
        pygame.surfarray.pixels3d(surface)[:] = random.integers(0, 3, (width, height, 3)) * 100
    if kind == 1:
        surface.set_colorkey((100, 100, 100))
    if kind == 2:
        surface.set_alpha(90)
    return surface


def test_pictures_are_drawn_alike() -> None:
    """pygame and a GPU round a blend differently, each time by at most one level; all else is equal."""

    def draw(canvas: Canvas) -> None:
        random = np.random.default_rng(3)
        canvas.begin()
        canvas.fill((90, 120, 30), "grass")
        for number in range(15):
            x, y = (float(v) for v in random.integers(-30, 100, 2))
            sprite = picture(random, number % 5)
            canvas.sprite(sprite, x, y, "player", id=number % 3, flip=number % 2 == 0)
            canvas.sprite(sprite, x + 40, y, "stone")

    with opened_opengl(96, 64) as opengl:
        frames = Pair(Canvas(96, 64), opengl).frames(draw)
    for channel in CHANNELS[1:]:
        assert differing(frames, channel) == 0, channel
    assert differing(frames, "color") <= 2


def test_a_picture_that_the_game_changes_is_sent_again() -> None:
    with opened_opengl(32, 16) as opengl:
        pair = Pair(Canvas(32, 16), opengl)
        sprite = pygame.Surface((8, 8))
        for color in ((10, 20, 30), (200, 100, 50)):
            sprite.fill(color)

            def draw(canvas: Canvas) -> None:
                canvas.begin()
                canvas.sprite(sprite, 4, 4, "chest", id=3)

            frames = pair.frames(draw)
            assert_equal(frames)
            assert frames[1].rgb()[6, 6].tolist() == list(color)


def random_hud(canvas: Canvas, seed: int) -> None:
    random = np.random.default_rng(seed)
    canvas.begin()
    for number in range(40):
        x, y = (float(v) for v in random.uniform(-30, 110, 2))
        width, height = (float(v) for v in random.uniform(0, 60, 2))
        color: Any = tuple(random.integers(0, 256, 4).tolist())
        kind = int(random.integers(5))
        if kind == 0:
            canvas.hud.rect(x, y, width, height, color[:3])
        elif kind == 1:
            canvas.hud.rect(x, y, width, height, color)
        elif kind == 2:
            size = int(random.integers(8, 30))
            canvas.hud.text(x, y, f"coins {number * 7}", color, size, "center", bool(number % 2))
        elif kind == 3:
            canvas.text(x, y, "in the world", color)
        else:
            canvas.hud.sprite(picture(random, number % 5), x, y)


def test_the_hud_is_equal() -> None:
    with opened_opengl(128, 80) as opengl:
        pair = Pair(Canvas(128, 80), opengl)
        for seed in range(25):
            frames = pair.frames(partial(random_hud, seed=seed))
            assert differing(frames, "hud") == 0
            assert frames[1].hud is not None and frames[1].hud.any()


def test_two_canvases_are_drawn_on_in_turn() -> None:
    """Each has a context of its own, and grows while the other's is current."""

    def draw(canvas: Canvas, seed: int) -> None:
        random_shapes(canvas, seed)
        for number in range(1500):
            canvas.rect(number % 50, number // 50, 2, 2, (number % 256, 3, seed), "ore")
        canvas.hud.text(3, 3, f"seed {seed}")

    with opened_opengl(97, 61, tile=20) as first, opened_opengl(64, 80, tile=20) as second:
        canvases = (first, Canvas(97, 61, 20)), (second, Canvas(64, 80, 20))
        for seed in range(4):
            for opengl, software in canvases:
                draw(opengl, seed)
                draw(software, seed)
            for opengl, software in canvases:
                assert_equal((software.finish(), opengl.finish()))


def test_a_fingerprint_sees_every_pixel() -> None:
    """Also of a part of a larger surface, whose rows do not follow each other."""
    sheet = pygame.Surface((50, 40), pygame.SRCALPHA)
    seen = {_fingerprint(sheet.subsurface((3, 4, 21, 17)))}
    for x, y in ((0, 0), (20, 0), (19, 16), (20, 16), (7, 9)):
        for color in ((0, 0, 1, 0), (0, 0, 0, 128), (128, 0, 0, 0)):
            sheet.fill((0, 0, 0, 0))
            sheet.set_at((3 + x, 4 + y), color)
            seen.add(_fingerprint(sheet.subsurface((3, 4, 21, 17))))
    assert len(seen) == 16
    sheet.fill((0, 0, 0, 0))
    sheet.set_at((2, 4), (9, 9, 9, 9))  # beside it
    assert _fingerprint(sheet.subsurface((3, 4, 21, 17))) in seen
    assert _fingerprint(sheet.subsurface((0, 0, 17, 21))) not in seen  # the same pixels in another shape


def test_what_an_opaque_panel_covers_is_not_composed_again() -> None:
    """Otherwise a HUD of many parts in one place would need a list for each of all before."""

    def draw(canvas: Canvas) -> None:
        canvas.begin()
        for number in range(500):
            canvas.hud.rect(5, 5, 50, 30, (number % 256, 9, 9, 100 + 155 * (number % 5 == 0)))
            canvas.hud.rect(10 + number % 7, 8, 9, 9, (9, number % 256, 9, 120))

    with opened_opengl(96, 64) as opengl:
        frames = Pair(Canvas(96, 64), opengl).frames(draw)
        assert differing(frames, "hud") == 0
        assert opengl._opengl_hud._first[1000] < 1000 * 10
