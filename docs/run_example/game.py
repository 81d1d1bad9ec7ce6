"""A small game: run to the right, jump on slimes, take the coins. It knows nothing of Reskin.

Arrow keys or A and D, Space to jump.
"""

import os

import pygame

WIDTH, HEIGHT, TILE = 640, 384, 32
LEVEL = """
....................................................................
....................................................................
....................................................................
....................................................................
..............c.c.c.......................cc........................
.............WWWWWWW....................WWWWW...........c.c.........
.....c.c............................c...........c......bbbb.........
....WWWWW.............b....c.......WW..........bb...................
..............T......bb...bb..............T...bbb.......T...........
..T......s...........bb.s.bb......s...........bbb.s..............T..
GGGGGGGGGGGGGGGG~~~GGGGGGGGGGGGGGGGGGG~~~~GGGGGGGGGGGGGGGGGGGGGGGGGG
DDDDDDDDDDDDDDDD~~~DDDDDDDDDDDDDDDDDDD~~~~DDDDDDDDDDDDDDDDDDDDDDDDDD
""".splitlines()[1:]
FILES = {"G": "grass", "D": "dirt", "W": "wall", "b": "b2", "~": "water", "c": "coin", "T": "tree"}
SOLID = "GDWb"


def load(name):
    folder = os.path.dirname(os.path.abspath(__file__))
    return pygame.image.load(os.path.join(folder, "images", name + ".png")).convert_alpha()


class Slime:
    def __init__(self, x, y):
        self.image = load("slime")
        self.rect = self.image.get_rect(bottomleft=(x, y + TILE))
        self.home, self.speed = x, 1

    def update(self):
        self.rect.x += self.speed
        if abs(self.rect.x - self.home) > 60:
            self.speed = -self.speed


class Hero:
    def __init__(self):
        self.frames = [load("hero1"), load("hero2")]
        self.image = self.frames[0]
        self.rect = self.image.get_rect(topleft=(80, 200))
        self.fall, self.steps, self.left = 0, 0, False

    def update(self, keys, solid):
        step = 3 * (keys[pygame.K_RIGHT] or keys[pygame.K_d]) - 3 * (keys[pygame.K_LEFT] or keys[pygame.K_a])
        if step:
            self.left = step < 0
            self.steps += 1
        self.rect.x = max(self.rect.x + step, 0)
        for wall in self.rect.collidelistall(solid):
            if step > 0:
                self.rect.right = solid[wall].left
            elif step < 0:
                self.rect.left = solid[wall].right
        self.fall = min(self.fall + 0.5, 10)
        self.rect.y += int(self.fall)
        wall = self.rect.collidelist(solid)
        if wall >= 0 and self.fall > 0:
            self.rect.bottom = solid[wall].top
            self.fall = -10 if keys[pygame.K_SPACE] else 0
        elif wall >= 0:
            self.rect.top, self.fall = solid[wall].bottom, 0
        self.image = pygame.transform.flip(self.frames[self.steps // 8 % 2], self.left, False)


def main():
    pygame.init()
    screen = pygame.display.set_mode((WIDTH, HEIGHT))
    pygame.display.set_caption("Slime Hill")
    clock, font = pygame.time.Clock(), pygame.font.Font(None, 32)
    images = {letter: load(name) for letter, name in FILES.items()}
    cloud = load("cloud")
    tiles, slimes, coins = [], [], []
    for row, line in enumerate(LEVEL):
        for column, letter in enumerate(line):
            place = pygame.Rect(column * TILE, row * TILE, TILE, TILE)
            if letter == "s":
                slimes.append(Slime(place.x, place.y))
            elif letter == "c":
                coins.append(place.move(8, 8))
            elif letter == "T":
                place.height = images[letter].get_height()
                place.bottom = 10 * TILE
                tiles.append((letter, place))
            elif letter != ".":
                tiles.append((letter, place))
    solid = [place for letter, place in tiles if letter in SOLID]
    hero, score, running = Hero(), 0, True
    while running:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                running = False
        hero.update(pygame.key.get_pressed(), solid)
        for slime in slimes[:]:
            slime.update()
            if hero.rect.colliderect(slime.rect):
                if hero.fall > 0:
                    slimes.remove(slime)
                    hero.fall, score = -7, score + 50
                else:
                    hero = Hero()
        for coin in coins[:]:
            if hero.rect.colliderect(coin):
                coins.remove(coin)
                score += 10
        if hero.rect.top > HEIGHT:
            hero = Hero()

        scroll = min(max(hero.rect.x - WIDTH // 2, 0), len(LEVEL[0]) * TILE - WIDTH)
        screen.fill((124, 190, 240))
        for x in range(0, 2400, 260):
            screen.blit(cloud, (x - scroll // 3, 40 + x % 7 * 12))
        for letter, place in tiles:
            if -80 < place.x - scroll < WIDTH:
                screen.blit(images[letter], (place.x - scroll, place.y))
        for coin in coins:
            screen.blit(images["c"], (coin.x - scroll, coin.y))
        for slime in slimes:
            screen.blit(slime.image, (slime.rect.x - scroll, slime.rect.y))
        screen.blit(hero.image, (hero.rect.x - scroll, hero.rect.y))
        screen.blit(font.render(f"Score {score}", True, "white"), (10, 8))
        pygame.display.flip()
        clock.tick(60)
    pygame.quit()


main()
