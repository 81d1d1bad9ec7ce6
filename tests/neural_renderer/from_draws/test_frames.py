"""Frames made from the draws of small games that use pygame as strangers do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pygame
import pytest

from reskin.engine.frame import material_index, plain_picture
from tests.neural_renderer.from_draws.recording import Game, Named, build, explained, record

WORDS = {"grass": "grass", "hero": "player", "(90, 160, 230": "sky"}


def speckled(color: tuple[int, int, int], size: tuple[int, int], seed: int) -> pygame.Surface:
    """A picture in which no two places look alike."""
    random = np.random.default_rng(seed)
    surface = pygame.Surface(size)
    pixels = np.clip(np.array(color) + random.integers(-30, 31, (*size, 3)), 0, 255)
    pygame.surfarray.blit_array(surface, pixels.astype(np.uint8))
    return surface


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Image files of a game."""
    pygame.image.save(speckled((80, 170, 60), (32, 32), 1), tmp_path / "grass.png")
    hero = pygame.Surface((20, 28), pygame.SRCALPHA)
    hero.blit(speckled((200, 60, 60), (12, 24), 2), (4, 2))
    pygame.image.save(hero, tmp_path / "hero.png")
    return tmp_path


class Scroller:
    """Tiles that scroll by 3 px, a hero who walks against it, and a score."""

    def __init__(self, folder: Path) -> None:
        self.grass = pygame.image.load(folder / "grass.png").convert()
        self.hero = pygame.image.load(folder / "hero.png").convert_alpha()
        self.font = pygame.font.Font(None, 20)
        self.frame = 0

    def __call__(self, screen: pygame.Surface) -> None:
        camera = 3 * self.frame
        screen.fill((90, 160, 230))
        for column in range(camera // 32, (camera + 320) // 32 + 1):
            for row in (4, 5):
                screen.blit(self.grass, (column * 32 - camera, row * 32))
        screen.blit(self.hero, (100 + self.frame, 100))
        screen.blit(self.font.render(f"Score {self.frame * 10}", True, (255, 255, 255)), (8, 8))
        pygame.display.flip()
        self.frame += 1


def scroller(folder: Path) -> Game:
    made: list[Scroller] = []

    def game(screen: pygame.Surface) -> None:
        if not made:
            made.append(Scroller(folder))
        made[0](screen)

    return game


def test_a_scrolling_game(pictures: Path) -> None:
    recording = record(scroller(pictures), (320, 192), 30)
    builder, frames = build(recording, Named(WORDS))
    assert frames[0].cut and not any(frame.cut for frame in frames[1:])
    for shown, frame in zip(recording.frames, frames, strict=True):
        assert (np.abs(plain_picture(frame)[..., :3].astype(int) - shown.pixels[..., :3]) <= 1).all()
    last, before = frames[-1], frames[-2]
    assert last.material is not None and last.identity is not None and last.anchor is not None
    assert set(np.unique(last.material)) == {material_index(name) for name in ("sky", "grass", "player")}
    assert explained(before, last)[last.material != material_index("player")].mean() > 0.97
    hero = last.material == material_index("player")
    assert hero.sum() == 12 * 24 and len(np.unique(last.identity[hero])) == 1
    assert explained(before, last)[hero].all()
    assert builder.things.scroll == (-3, 0) and last.tile == 32
    # The corner of a tile is at a whole place, and stays there.
    assert last.anchor[4 * 32, (-29 * 3) % 32, 0] % 1 == pytest.approx(0.5 / 32, abs=1e-4)
    assert last.anchor[4 * 32, 0, 1] % 1 == pytest.approx(0.5 / 32, abs=1e-4)
