"""Small games as strangers would write them. Each prints what it sees, so that two runs can be compared.

A game ends by itself. It runs with the dummy video driver, and its folder is its working directory.
"""

from __future__ import annotations

HEAD = """
import sys, zlib
import pygame
pygame.display.init(); pygame.font.init()
def pixels(surface):
    return zlib.crc32(surface.get_buffer().raw)
"""

SPRITES = (
    HEAD
    + """
screen = pygame.display.set_mode((160, 120))
class Ball(pygame.sprite.Sprite):
    def __init__(self, n):
        super().__init__()
        self.image = pygame.Surface((12, 12), pygame.SRCALPHA)
        pygame.draw.circle(self.image, (200, 20 * n, 40), (6, 6), 6)
        self.rect = self.image.get_rect(topleft=(9 * n, 7 * n))
        self.speed = 1 + n % 3
    def update(self):
        self.rect.x = (self.rect.x + self.speed) % 170 - 5
balls = [Ball(n) for n in range(9)]
plain, layers = pygame.sprite.Group(balls[:3]), pygame.sprite.LayeredUpdates(balls[3:6])
dirty = pygame.sprite.RenderUpdates(balls[6:])
background = pygame.Surface((160, 120)).convert()
background.fill('darkgreen')
screen.blit(background, (0, 0))
for frame in range(40):
    for group in (plain, layers, dirty):
        group.clear(screen, background); group.update()
    plain.draw(screen)
    rects = (layers.draw(screen) or []) + dirty.draw(screen)
    print(frame, rects, pixels(screen))
    if frame % 4 == 0: result = pygame.display.update()
    elif frame % 4 == 1: result = pygame.display.update(rects)
    elif frame % 4 == 2: result = pygame.display.flip()
    else: result = pygame.display.update(balls[0].rect)
    print(result, pixels(screen))
"""
)

SCENE = (
    HEAD
    + """
class Game:
    flip = pygame.display.flip
    scale = pygame.transform.scale
    def __init__(self):
        self.screen = pygame.display.set_mode((200, 120))
        self.low = pygame.Surface((100, 60))
        self.sheet = pygame.image.load('sheet.bmp').convert_alpha()
        self.font = pygame.font.Font(None, 18)
        self.hud = self.screen.subsurface((0, 0, 200, 20))
        self.put = self.screen.blit
    def draw(self, n):
        self.low.fill((60, 90, n % 250))
        for x in range(4):
            self.low.blit(self.sheet, pygame.Vector2(20 * x + n % 7, 20), (8 * (x % 2), 0, 8, 8))
        tile = self.sheet.subsurface((8, 0, 8, 8))
        print(self.low.blit(pygame.transform.rotate(tile, 9 * n), (30, 30), special_flags=pygame.BLEND_ADD))
        print(self.low.blit(source=tile, dest=(-4, 56)), self.low.blit(tile, (300, 300)))
        self.put(self.scale(self.low, (200, 120)), (0, 0))
        self.hud.fill('black')
        self.hud.blit(self.font.render(f'score {n}', True, 'white'), (2, 2))
        print(pygame.draw.line(self.screen, 'red', (n, 20), (50, 90), 2))
        print(pygame.draw.polygon(self.hud, (1, 2, 3), [(0, 0), (9, 9), (0, 9)]))
        print(self.screen.blits([(tile, (9, 9)), (tile, (20, 9), (0, 0, 4, 4))]))
        print(self.screen.blits([(tile, (40, 40))], doreturn=0))
        self.screen.set_at((n, n), 'blue')
        if n % 5 == 0: self.screen.blit(self.screen.copy(), (3, 3))
        print(pixels(self.screen), pixels(self.low)); self.flip()
        print(pixels(self.screen), self.screen.get_at((5, 60)))
sheet = pygame.Surface((16, 8)); sheet.fill('brown', (0, 0, 8, 8)); sheet.fill('tan', (8, 0, 8, 8))
pygame.image.save(sheet, 'sheet.bmp')
game = Game()
for n in range(30): game.draw(n)
screen = pygame.display.set_mode((80, 50))
print(screen is game.screen, screen.get_size())
screen.fill('pink'); pygame.display.flip(); print(pixels(screen))
"""
)

MISTAKES = (
    HEAD
    + """
screen = pygame.display.set_mode((40, 30)); image = pygame.Surface((4, 4))
class Odd:
    def __iter__(self): raise LookupError('odd')
def broken():
    yield image, (1, 1)
    raise KeyError('mine')
for what in (
    lambda: screen.blit(),
    lambda: screen.blit(3, (0, 0)),
    lambda: screen.blit(image),
    lambda: screen.blit(image, 'here'),
    lambda: screen.blit(image, (0, 0), None, 0, 5),
    lambda: screen.blit(image, (0, 0), area=3),
    lambda: screen.blit(image, (1, 1), wrong=1),
    lambda: screen.blit(dest=(1, 1)),
    lambda: screen.blits(7),
    lambda: screen.blits(broken()),
    lambda: screen.blits(Odd()),
    lambda: screen.blits([3]),
    lambda: screen.fill('nocolour'),
    lambda: screen.fill(),
    lambda: pygame.draw.rect(screen),
    lambda: pygame.draw.rect(screen, 'red', 5),
    lambda: pygame.transform.scale(image, 5),
    lambda: pygame.transform.rotate(3, 3),
    lambda: pygame.image.load('nothing.png'),
    lambda: pygame.display.flip(1),
    lambda: pygame.display.update('x'),
    lambda: pygame.display.update(1, 2),
    lambda: pygame.display.update(None),
    lambda: pygame.display.update([(0, 0, 5, 5), None]),
    lambda: pygame.display.update([3]),
    lambda: pygame.display.update(0, 0, 4, 4),
    lambda: pygame.font.Font(None, 12).render(),
    lambda: pygame.Surface.blit(3, image, (0, 0)),
    lambda: image.subsurface((9, 9, 9, 9)),
):
    try: print(what())
    except BaseException as error: print(type(error).__name__, error, error.__context__, error.__cause__)
print(pixels(screen))
sys.exit(7)
"""
)

UNCAUGHT = (
    HEAD
    + """
screen = pygame.display.set_mode((40, 30))
for frame in range(3): screen.fill('red'); pygame.display.flip()
screen.blit(None, (0, 0))
"""
)

INTERRUPTED = (
    HEAD
    + """
import os, signal
screen = pygame.display.set_mode((40, 30))
for frame in range(5):
    screen.fill('red'); pygame.display.flip()
    if frame == 3: os.kill(os.getpid(), signal.SIGINT)
"""
)

OWN_MODULES = (
    HEAD
    + """
from importlib import import_module
print([import_module(name).NAME for name in ('engine', 'assets', 'kernels', 'reskin_anything')])
print([name for name in sys.modules if name.split('.')[0] == 'reskin'])
"""
)

GAMES = {
    "sprites": SPRITES,
    "scene": SCENE,
    "mistakes": MISTAKES,
    "uncaught": UNCAUGHT,
    "interrupted": INTERRUPTED,
    "own_modules": OWN_MODULES,
}
