"""A small side-scroller, written as a stranger would: files with telling names, a sheet, sprites in groups,
a parallax backdrop, an animated hero, a score and hearts, a night that falls.

It imports nothing of Reskin. `save_images` draws its files; `Game` plays.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

import pygame

WIDTH, HEIGHT, TILE = 640, 480, 32


def save_images(folder: Path) -> None:
    """Draw the files of the game by code."""
    rng = random.Random(3)

    def speckle(surface: pygame.Surface, spread: int) -> None:
        for x in range(surface.get_width()):
            for y in range(surface.get_height()):
                color = surface.get_at((x, y))
                if color.a:
                    by = rng.randint(-spread, spread)
                    surface.set_at((x, y), [min(255, max(0, v + by)) for v in color[:3]])

    sheet = pygame.Surface((TILE * 4, TILE))
    sheet.fill((120, 80, 45))
    pygame.draw.rect(sheet, (70, 160, 50), (0, 0, TILE, 9))
    pygame.draw.rect(sheet, (150, 75, 55), (TILE * 2, 0, TILE, TILE))
    for y in (0, 10, 21):
        pygame.draw.line(sheet, (205, 195, 180), (TILE * 2, y), (TILE * 3 - 1, y), 2)
    pygame.draw.rect(sheet, (128, 128, 136), (TILE * 3, 0, TILE, TILE))
    speckle(sheet, 10)
    pygame.image.save(sheet, folder / "tiles.png")
    for name, column in (("grass", 0), ("dirt", 1), ("brick", 2), ("stone", 3)):
        pygame.image.save(sheet.subsurface((column * TILE, 0, TILE, TILE)), folder / f"{name}.png")
    for index in range(2):
        hero = pygame.Surface((28, 40), pygame.SRCALPHA)
        pygame.draw.rect(hero, (200, 50, 50), (6, 14, 16, 16))
        pygame.draw.circle(hero, (240, 200, 160), (14, 9), 8)
        pygame.draw.circle(hero, (20, 20, 30), (18, 8), 2)
        for leg in (0, 10):
            up = 3 if (leg > 0) == bool(index) else 0
            pygame.draw.rect(hero, (50, 50, 130), (7 + leg - leg // 5, 30, 6, 10 - up))
        pygame.image.save(hero, folder / f"player_walk{index}.png")
    slime = pygame.Surface((30, 20), pygame.SRCALPHA)
    pygame.draw.ellipse(slime, (120, 60, 170), (0, 2, 30, 26))
    pygame.draw.circle(slime, (255, 255, 255), (10, 10), 3)
    pygame.image.save(slime, folder / "enemy_slime.png")
    coin = pygame.Surface((18, 18), pygame.SRCALPHA)
    pygame.draw.circle(coin, (250, 210, 50), (9, 9), 9)
    pygame.draw.circle(coin, (200, 150, 30), (9, 9), 5, 2)
    pygame.image.save(coin, folder / "coin.png")
    hills = pygame.Surface((WIDTH, 200), pygame.SRCALPHA)
    points = [(x, 110 + 60 * math.sin(x * 2 * math.pi / WIDTH * 3)) for x in range(0, WIDTH + 1, 8)]
    pygame.draw.polygon(hills, (120, 170, 140), [(0, 200), *points, (WIDTH, 200)])
    pygame.image.save(hills, folder / "hills.png")
    heart = pygame.Surface((16, 16), pygame.SRCALPHA)
    pygame.draw.circle(heart, (230, 40, 60), (5, 6), 4)
    pygame.draw.circle(heart, (230, 40, 60), (11, 6), 4)
    pygame.draw.polygon(heart, (230, 40, 60), [(1, 8), (15, 8), (8, 15)])
    pygame.image.save(heart, folder / "heart_icon.png")


class Player(pygame.sprite.Sprite):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.frames = [
            pygame.image.load(folder / f"player_walk{n}.png").convert_alpha() for n in range(2)
        ]
        self.image = self.frames[0]
        self.rect = self.image.get_rect(midbottom=(300, 320))
        self.left = False

    def animate(self, frame: int, left: bool) -> None:
        self.image = pygame.transform.flip(self.frames[frame // 6 % 2], left, False)


class Slime(pygame.sprite.Sprite):
    def __init__(self, image: pygame.Surface, x: int) -> None:
        super().__init__()
        self.image, self.start, self.x = image, x, float(x)
        self.rect: pygame.Rect = image.get_rect()


class Game:
    """One call draws and presents one frame. The camera runs to the right, and back after frame 90."""

    def __init__(self, folder: Path, night: bool = False) -> None:
        self.sheet = pygame.image.load(folder / "tiles.png").convert()
        self.tiles = {
            name: pygame.image.load(folder / f"{name}.png").convert()
            for name in ("grass", "dirt", "brick", "stone")
        }
        self.hills = pygame.image.load(folder / "hills.png").convert_alpha()
        self.coin = pygame.image.load(folder / "coin.png").convert_alpha()
        self.heart = pygame.image.load(folder / "heart_icon.png").convert_alpha()
        slime = pygame.image.load(folder / "enemy_slime.png").convert_alpha()
        self.player = Player(folder)
        self.slimes = [Slime(slime, x) for x in (500, 900)]
        self.sprites: pygame.sprite.Group = pygame.sprite.Group(self.player, *self.slimes)
        self.font = pygame.font.Font(None, 28)
        self.frame = self.camera = 0
        self.night = night

    def __call__(self, screen: pygame.Surface) -> None:
        step = 3 if self.frame < 90 else -3
        self.camera += step
        self.draw_world(screen)
        self.player.animate(self.frame, step < 0)
        for slime in self.slimes:
            slime.x = slime.start + 40 * math.sin(self.frame / 20)
            slime.rect.midbottom = (int(slime.x) - self.camera, 320)
        self.sprites.draw(screen)
        if self.night:
            self.draw_night(screen)
        self.draw_score(screen)
        pygame.display.flip()
        self.frame += 1

    def draw_world(self, screen: pygame.Surface) -> None:
        screen.fill((135, 200, 235))
        far = -(self.camera // 3) % WIDTH
        for x in (far - WIDTH, far):
            screen.blit(self.hills, (x, 160))
        for column in range(self.camera // TILE, (self.camera + WIDTH) // TILE + 1):
            x = column * TILE - self.camera
            screen.blit(self.tiles["grass"], (x, 320))
            for y in range(352, HEIGHT, TILE):
                screen.blit(self.tiles["dirt"], (x, y))
            if column % 9 in (4, 5):
                screen.blit(self.tiles["brick"], (x, 224))
            if column % 13 == 7:
                screen.blit(self.tiles["stone"], (x, 288))
            if column % 9 == 4:
                screen.blit(self.coin, (x + 7, 196))

    def draw_night(self, screen: pygame.Surface) -> None:
        shade = pygame.Surface((WIDTH, HEIGHT))
        shade.fill((10, 10, 50))
        shade.set_alpha(min(self.frame * 2, 120))
        screen.blit(shade, (0, 0))

    def draw_score(self, screen: pygame.Surface) -> None:
        for n in range(3):
            screen.blit(self.heart, (12 + n * 20, 12))
        text = self.font.render(f"Score {self.frame * 10:06d}", True, (255, 255, 255))
        screen.blit(text, (WIDTH - 170, 10))
