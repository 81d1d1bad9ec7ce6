"""Backdrops that are dark in the game are darkened, and others are left alone."""

from __future__ import annotations

import numpy as np
import pygame
import pytest

from reskin.engine.frame import material_index
from reskin.neural_renderer import shade
from tests.neural_renderer.from_draws.recording import Named, build, record

SKY, GRASS, STONE = (material_index(name) for name in ("sky", "grass", "stone"))


def darkness(color: tuple[int, int, int], material: int) -> int:
    red, green, blue = color
    pixels = np.full((2, 3), red | green << 8 | blue << 16 | 255 << 24, np.uint32)
    return shade.darkness(pixels, np.full((2, 3), material, np.uint8))[0]


def test_only_what_is_darker_than_usual_is_darkened() -> None:
    for color in ((90, 160, 230), (250, 200, 160), (0, 0, 255), (255, 255, 255)):
        assert darkness(color, SKY) == 0
    assert darkness((0, 0, 0), SKY) == 255 > darkness((30, 36, 48), SKY) > darkness((48, 48, 110), SKY) > 30
    assert darkness((60, 40, 30), STONE) == 0 < darkness((8, 8, 8), STONE)
    assert darkness((0, 0, 0), material_index("player")) == 0
    steps = [darkness((v, v, v), SKY) for v in range(256)]
    assert -4 >= np.diff(steps).min() >= -6 and np.diff(steps).max() == 0  # it fades with the colour


def test_a_picture_is_judged_by_its_sky() -> None:
    pixels = np.full((10, 10), 255 << 24, np.uint32)
    material = np.full((10, 10), GRASS, np.uint8)
    pixels[:4], material[:4] = 0xFFE6A05A, SKY
    assert shade.darkness(pixels, material) == (0, SKY)
    pixels[:4] = 255 << 24
    assert shade.darkness(pixels, material) == (255, SKY)
    assert shade.darkness(pixels & np.uint32(0xFFFFFF), material)[0] == 0  # nothing can be seen of it


@pytest.mark.parametrize(("color", "dark"), [((0, 0, 0), True), ((90, 160, 230), False)])
def test_a_black_backdrop_becomes_a_night_sky(color: tuple[int, int, int], dark: bool) -> None:
    def game(screen: pygame.Surface) -> None:
        screen.fill(color)
        screen.fill((80, 170, 60), (0, 40, 160, 20))
        pygame.display.flip()

    words = {f"({', '.join(map(str, color))}": "sky", "(80, 170, 60": "grass"}
    _, frames = build(record(game, (160, 80), 2), Named(words))
    last = frames[-1]
    assert last.material is not None and set(np.unique(last.material)) == {SKY, GRASS}
    if not dark:
        assert last.overlay is None
        return
    assert last.overlay is not None
    assert last.overlay[10, 10].tolist() == [77, 61, 51, 0, 0, 0]
    assert last.overlay[50, 10].tolist() == [256, 256, 256, 0, 0, 0]
