"""What following a game's draws costs the game: `PYTHON benchmarks/capture_cost.py`.

Run by the interpreter that runs games, with nothing but its pygame. Each kind of draw is drawn 400 times a
frame, in turns without our hooks, with restyling on, and with restyling off, all in one process. Given are
the microseconds that the hooks add to a draw, the least of many frames of each kind, in time of this thread,
so that others on this machine disturb little.

Off, a game that covers the whole display in each frame has its draws left out. Of another one (dirty
rectangles) they are kept, so that switching on shows the right thing at once.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from time import thread_time
from typing import Any

for _name in ("SDL_VIDEODRIVER", "SDL_AUDIODRIVER"):
    os.environ.setdefault(_name, "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "neural_renderer" / "plugins" / "pygame"))

import pygame  # noqa: E402
from reskin_pygame_capture.capture import Capture  # type: ignore[import-not-found]  # noqa: E402
from reskin_pygame_capture.encode import Encoder  # type: ignore[import-not-found]  # noqa: E402

DRAWS = 400
FRAMES = 6
"""Frames of each kind in a round, of which the first is not counted."""
STATE = ("winter", True, 1.0, 0.0)
Screen = pygame.Surface
Draw = Callable[[Screen], None]


class Ball(pygame.sprite.Sprite):
    """A sprite that can draw itself, as games of tutorials have them."""

    def __init__(self, image: pygame.Surface, place: tuple[int, int]) -> None:
        super().__init__()
        self.image: Any = image
        self.rect: Any = image.get_rect(topleft=place)
        self.x, self.y = float(place[0]), float(place[1])

    def draw(self, screen: Screen) -> None:
        screen.blit(self.image, self.rect)


def kinds() -> dict[str, Draw]:
    """Functions that make `DRAWS` draws each, by what they show."""
    chance = random.Random(1)
    places = [(chance.randrange(600), chance.randrange(440)) for _ in range(DRAWS)]
    images = [pygame.Surface((32, 32)) for _ in range(8)]
    for index, image in enumerate(images):
        image.fill((index, 20, 30))
    sheet = pygame.Surface((256, 256))
    cells = [pygame.Rect(index % 8 * 32, index // 8 * 32, 32, 32) for index in range(64)]
    shown = [(images[index % 8], place) for index, place in enumerate(places)]
    parts = [(place, cells[index % 64]) for index, place in enumerate(places)]
    subsurfaces = [(sheet.subsurface(cells[index % 64]), place) for index, place in enumerate(places)]
    boxes = [pygame.Rect(place, (24, 24)) for place in places]
    balls = [Ball(image, place) for image, place in shown]
    group: Any = pygame.sprite.Group(*balls)
    colors = [(index, 90, 120) for index in range(8)]
    color = pygame.Color(40, 50, 60)

    def blit(screen: Screen) -> None:
        for image, place in shown:
            screen.blit(image, place)

    def blit_at_floats(screen: Screen) -> None:
        for ball in balls:
            screen.blit(ball.image, (ball.x, ball.y))

    def blit_by_method(screen: Screen) -> None:
        for ball in balls:
            ball.draw(screen)

    def blit_area(screen: Screen) -> None:
        for place, area in parts:
            screen.blit(sheet, place, area)

    def blit_subsurface(screen: Screen) -> None:
        for image, place in subsurfaces:
            screen.blit(image, place)

    def blit_onto_subsurface(screen: Screen) -> None:
        view = screen.subsurface((10, 10, 620, 460))
        for image, place in shown:
            view.blit(image, place)

    def blits(screen: Screen) -> None:
        screen.blits(shown)

    def group_draw(screen: Screen) -> None:
        group.draw(screen)

    def fill(screen: Screen) -> None:
        for box in boxes:
            screen.fill(colors[3], box)

    def draw_rect(screen: Screen) -> None:
        for box in boxes:
            pygame.draw.rect(screen, color, box)

    def draw_border(screen: Screen) -> None:
        for box in boxes:
            pygame.draw.rect(screen, colors[2], box, 2)

    def draw_circle(screen: Screen) -> None:
        for place in places:
            pygame.draw.circle(screen, colors[5], place, 6)

    def draw_line(screen: Screen) -> None:
        for x, y in places:
            pygame.draw.line(screen, colors[6], (x, y), (x + 9, y + 5))

    return {
        "blit": blit, "blit at floats": blit_at_floats, "blit by a method": blit_by_method,
        "blit of an area": blit_area, "blit of a subsurface": blit_subsurface,
        "blit onto a subsurface": blit_onto_subsurface, "blits": blits, "Group.draw": group_draw,
        "fill": fill, "draw.rect": draw_rect, "draw.rect, border": draw_border, "draw.circle": draw_circle,
        "draw.line": draw_line,
    }  # fmt: skip


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Seconds that `DRAWS` draws of each kind take, by kind and by how they are followed, and of messages."""
    screen = pygame.display.set_mode((640, 480))
    found: dict[str, dict[str, float]] = {}
    draws = kinds()

    def note(kind: str, way: str, seconds: float) -> None:
        least = found.setdefault(kind, {})
        least[way] = min(least.get(way, 1.0), seconds)

    for _ in range(rounds):
        for kind, draw in draws.items():
            for _ in range(FRAMES):
                start = thread_time()
                draw(screen)
                note(kind, "unhooked", thread_time() - start)
        capture = Capture(lambda _: None).install()
        for way in ("on", "off", "off, dirty rectangles"):
            for kind, draw in draws.items():
                _follow(capture, screen, way, kind, draw, note)
        capture.undo()
    return found


def _follow(
    capture: Capture, screen: Screen, way: str, kind: str, draw: Draw, note: Callable[[str, str, float], None]
) -> None:
    """A round of frames of one kind, presented as `Session` does it."""
    lists, encoder = capture.lists, Encoder(capture.lists)
    lists.pause(False)
    lists.presented(screen)
    lists.pause(way != "on")
    for number in range(FRAMES + 2):
        if way != "off, dirty rectangles":
            screen.fill((0, 0, 0))
        start = thread_time()
        draw(screen)
        drawn = thread_time()
        if way != "off":
            encoder.encode(number, screen, STATE)
            encoder.images_sent(0)
            encoder.acknowledged(number)
        if number > 2:
            note(kind, way, drawn - start)
            note(kind, f"{way}, message", thread_time() - drawn)
        pygame.display.flip()


def table(found: dict[str, dict[str, float]]) -> str:
    ways = ("on", "off", "off, dirty rectangles")
    lines = [f"Python {sys.version.split()[0]}, pygame {pygame.version.ver}: added to a draw, in us"]
    lines.append(f"{'':24}{'unhooked':>10}{'on':>8}{'message':>9}{'off':>8}{'dirty':>8}{'message':>9}")
    for kind, least in found.items():
        of_draw = {name: seconds / DRAWS * 1e6 for name, seconds in least.items()}
        plain = of_draw["unhooked"]
        on, off, dirty = (of_draw[way] - plain for way in ways)
        told = [of_draw[f"{way}, message"] for way in (ways[0], ways[2])]
        lines.append(f"{kind:24}{plain:10.2f}{on:8.2f}{told[0]:9.2f}{off:8.2f}{dirty:8.2f}{told[1]:9.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    print(table(measure(parser.parse_args().rounds)))
