"""Pixels that are drawn in other ways than by blits and `pygame.draw`: in a new process, with hooks."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pygame
import pytest
from pygame import gfxdraw

from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.arguments import rectangle_of
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.pixel_hooks import (
    gfxdraw_as_draw,
    gfxdraw_box,
)
from tests.neural_renderer.plugins.test_capture import python

START = """
import os, sys
sys.path.append(os.environ["CAPTURE"])
import pygame
from reskin_pygame_capture.capture import Capture
from reskin_pygame_capture.sources import Composite, root
pygame.display.init()
image = pygame.Surface((16, 8)); image.fill("brown"); pygame.image.save(image, "hero.bmp")
capture = Capture(lambda display: None).install()
lists = capture.lists
screen = pygame.display.set_mode((100, 80))
hero = pygame.image.load("hero.bmp").convert()
def shown(surface):
    "What a blit of the surface puts down."
    screen.blit(surface, (0, 0))
    return lists.draws(screen)[-1]
def pixels(source):
    return lists.images.get(source.image)[12:]
def check():
    assert all(switch.on for switch in capture.patches.switches.values())
"""

SHAPES = """
from pygame import gfxdraw
hero.set_at((3, 4), "red")
(point,) = lists.draws(hero)
assert point.content.detail == ("set_at", (255, 0, 0, 255)) and point.rectangle == (3, 4, 1, 1)
part = screen.subsurface((50, 40, 20, 20))
gfxdraw.filled_circle(part, 10, 10, 5, (1, 2, 3))
draw = lists.draws(screen)[-1]
assert draw.content.detail == ("circle", (1, 2, 3, 255)), draw
assert draw.rectangle == (55, 45, 11, 11) and draw.place == (50, 40)
assert draw.area == (((10, 10), 5, 0), ())
pygame.draw.line(part, "red", (0, 0), (30, 3))
draw = lists.draws(screen)[-1]
assert draw.place == (50, 40) and draw.rectangle[:2] == (50, 40) and draw.area == (((0, 0), (30, 3)), ())
before = len(lists.draws(screen))
gfxdraw.pixel(screen, 300, 3, (9, 9, 9)); screen.set_at((300, 3), "red")
assert len(lists.draws(screen)) == before
class Number:
    def __init__(self): self.asked = 0
    def __index__(self): self.asked += 1; return 5
number = Number()
screen.set_at((number, 3), "red")
once = number.asked
screen.set_at((number, 3), "red"); gfxdraw.box(screen, (3, 3, 5, 5), (9, 9, 9))
assert number.asked == 2 * once
gfxdraw.circle(screen, number, 5, 5, (9, 9, 9))
screen.fill("black")
dust = pygame.Surface((64, 64))
for n in range(4000): dust.set_at((n % 64, n // 64), "white")
assert lists.record(dust).unseen and len(lists.draws(dust)) <= 2048
assert shown(dust).content.kind == "transform" and not lists.record(dust).unseen
check()
"""

WRITES = """
sheet = pygame.Surface((20, 10))
first = shown(pygame.image.frombytes(bytes([9, 8, 7] * 12), (4, 3), "RGB")).content
same = shown(pygame.image.frombytes(bytes([9, 8, 7] * 12), (4, 3), "RGB")).content
other = shown(pygame.image.frombytes(bytes([9, 8, 6] * 12), (4, 3), "RGB")).content
assert first is same and other is not first and first.kind == "bytes"
assert pixels(first) == bytes([9, 8, 7, 255] * 12)
turned = shown(pygame.transform.flip(pygame.image.frombytes(bytes([9, 8, 6] * 12), (4, 3), "RGB"), 1, 0))
assert turned.content.parent is other
memory = bytearray(48)
shared = pygame.image.frombuffer(memory, (4, 3), "RGBA")
black = shown(shared).content
memory[0:4] = b"abcd"
written = shown(shared).content
assert written is not black and pixels(written)[:4] == b"abcd" and shown(shared).content is written
known = shown(hero).content
assert known.kind == "file"
view = hero.get_view("2")
assert shown is not None and lists.record(hero).unseen
del view
assert shown(hero).content is known, "nothing was written"
hero.scroll(2, 0)
hero.get_buffer().write(bytes(12), 0)
changed = shown(hero).content
assert changed.detail[0] == "written" and root(changed) is known and changed.image != known.image
mask = pygame.mask.Mask((5, 5), fill=True).to_surface(setcolor="red")
assert pixels(shown(mask).content) == bytes([255, 0, 0, 255] * 25)
array = pygame.PixelArray(hero)
assert isinstance(array, pygame.PixelArray) and pygame.PixelArray.__name__ == "PixelArray"
array[0, 0] = 0x102030
class Mine(pygame.PixelArray): pass
assert Mine.__mro__[1].__module__.startswith("pygame")
del array
again = shown(hero).content
assert again is not changed and again.parent is known and pixels(again)[:3] == bytes([0x10, 0x20, 0x30])
average = pygame.transform.average_surfaces([hero, hero])
assert shown(average).content.kind == "bytes"
check()
"""

ARRAYS = """
try:
    import numpy
except ImportError:
    sys.exit()
surface = pygame.surfarray.make_surface(numpy.full((6, 4, 3), 77, "u1"))
first = shown(surface).content
assert first.kind == "bytes" and pixels(first)[:4] == bytes([77, 77, 77, 255])
pygame.surfarray.blit_array(surface, numpy.full((6, 4, 3), 78, "u1"))
second = shown(surface).content
assert second is not first and pixels(second)[:3] == bytes([78] * 3)
surface = pygame.Surface((6, 4))
array = pygame.surfarray.pixels3d(surface)
array[:] = 5
del array
assert pixels(shown(surface).content)[:3] == bytes([5] * 3) and not lists.record(surface).unseen
check()
"""


@pytest.mark.parametrize("part", [SHAPES, WRITES, ARRAYS], ids=["shapes", "writes", "arrays"])
def test_other_ways_of_drawing_are_followed(part: str, tmp_path: Path) -> None:
    done = python(["-c", START + part], tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_coordinate_that_is_no_number_is_0_and_a_huge_one_32_bits() -> None:
    assert rectangle_of((math.nan, math.inf, -1e300, 3.9)) == (0, 0, -(2**31), 3)


def test_a_shape_of_gfxdraw_lies_in_its_box() -> None:
    chance = random.Random(3)

    def numbers(count: int, most: int = 50) -> list[int]:
        return [chance.randint(4, most) for _ in range(count)]

    for _ in range(12):
        points = [(x, y) for x, y in zip(numbers(5), numbers(5), strict=True)]
        calls: dict[str, list[Any]] = {
            "pixel": numbers(2), "hline": numbers(3), "vline": numbers(3), "line": numbers(4),
            "rectangle": [(5, 6, *numbers(2))], "box": [(7, 8, *numbers(2))],
            "trigon": numbers(6), "aatrigon": numbers(6), "filled_trigon": numbers(6),
            "polygon": [points], "aapolygon": [points], "filled_polygon": [points], "bezier": [points, 3],
            "circle": numbers(3), "aacircle": numbers(3), "filled_circle": numbers(3),
            "arc": [*numbers(3), 20, 300], "pie": [*numbers(3), 20, 300],
            "ellipse": numbers(4), "aaellipse": numbers(4), "filled_ellipse": numbers(4),
        }  # fmt: skip
        for name, given in calls.items():
            surface = pygame.Surface((160, 160))
            getattr(gfxdraw, name)(surface, *given, (255, 255, 255))
            lit = pygame.mask.from_threshold(surface, (255, 255, 255), (254, 254, 254))
            changed = lit.get_bounding_rects()
            box = gfxdraw_box(name, given)
            assert all(box.contains(part) for part in changed), f"{name} {given}: {box}, not {changed}"
            # The shape of `pygame.draw` differs from it at the edge alone.
            again = pygame.Surface((160, 160))
            shape, *arguments = gfxdraw_as_draw(name, given)
            getattr(pygame.draw, shape)(again, (255, 255, 255), *arguments)
            same = pygame.mask.from_threshold(again, (255, 255, 255), (254, 254, 254))
            near = pygame.mask.Mask((3, 3), fill=True)
            for one, two in ((lit, same), (same, lit)):
                wide = two.convolve(near, None, (-1, -1))
                one = one.copy()
                one.erase(wide, (0, 0))
                most = (0.4 if name.startswith("aa") else 0.15) * two.count() + 2
                assert one.count() <= most, f"{name} {given}: {one.count()} of {two.count()}"
