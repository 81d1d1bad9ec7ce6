"""Small games as strangers write them, one for each way in which a game shows its frames.

Each plays until a QUIT event comes.
"""

from __future__ import annotations

GAMES: dict[str, str] = {}

BOUNCE = """
import random, sys
import pygame
from pygame.locals import *
pygame.init()
class Ball:
    def __init__(self, w, h):
        self.x, self.y = random.randint(0, w), random.randint(0, h)
        self.dx, self.dy = random.choice((-3, -2, 2, 3)), random.choice((-2, -1, 1, 2))
        self.color = random.choice(['red', 'gold', 'skyblue', 'white'])
    def move(self, w, h):
        self.x += self.dx; self.y += self.dy
        if not 0 <= self.x < w: self.dx = -self.dx
        if not 0 <= self.y < h: self.dy = -self.dy
        return pygame.Rect(self.x - 5, self.y - 5, 10, 10)
    def draw(self, surf):
        return pygame.draw.circle(surf, self.color, (self.x, self.y), 5)
def quit_asked():
    for event in pygame.event.get():
        if event.type == QUIT: return True
    return False
"""

GAMES["flip"] = BOUNCE + """
screen = pygame.display.set_mode((160, 120))
balls = [Ball(160, 120) for i in range(6)]
clock = pygame.time.Clock()
while not quit_asked():
    screen.fill((20, 40, 20))
    for b in balls: b.move(160, 120); b.draw(screen)
    pygame.display.flip()
    clock.tick(60)
pygame.quit()
"""

GAMES["update"] = BOUNCE + """
screen = pygame.display.set_mode((160, 120))
balls = [Ball(160, 120) for i in range(6)]
while not quit_asked():
    screen.fill((20, 40, 60))
    for b in balls: b.move(160, 120); b.draw(screen)
    pygame.display.update()
pygame.quit()
sys.exit()
"""

# Rectangles of every form that pygame takes, and a screen that is never cleared as a whole.
GAMES["update_rects"] = BOUNCE + """
screen = pygame.display.set_mode((160, 120))
screen.fill('darkgreen'); pygame.display.flip()
balls = [Ball(160, 120) for i in range(6)]
class Sub(pygame.Rect): pass
class HasRect:
    def __init__(self, r): self.rect = r
n = 0
while not quit_asked():
    dirty = []
    for b in balls:
        dirty.append(b.draw(screen)); screen.fill('darkgreen', dirty[-1]); b.move(160, 120); dirty.append(b.draw(screen))
    r = dirty[0]
    ways = [
        lambda: pygame.display.update(r),
        lambda: pygame.display.update((r.x, r.y, r.w, r.h)),
        lambda: pygame.display.update([r.x, r.y, r.w, r.h]),
        lambda: pygame.display.update((r.topleft, r.size)),
        lambda: pygame.display.update(r.x, r.y, r.w, r.h),
        lambda: pygame.display.update(r.topleft, r.size),
        lambda: pygame.display.update(dirty),
        lambda: pygame.display.update(tuple(dirty)),
        lambda: pygame.display.update([None, r, None, (1, 2, 3, 4), ((1, 2), (3, 4)), [5, 6, 7, 8]]),
        lambda: pygame.display.update([]),
        lambda: pygame.display.update(Sub(r)),
        lambda: pygame.display.update([Sub(r), r]),
        lambda: pygame.display.update(HasRect(r)),
        lambda: pygame.display.update([HasRect(r)]),
        lambda: pygame.display.update(r.x + 0.5, r.y, 5.5, 5),
        lambda: pygame.display.update((pygame.Vector2(3, 4), (5, 6))),
        lambda: pygame.display.update([(-5, -5, 400, 400), (200, 200, 5, 5), (0, 0, 0, 0)]),
        lambda: pygame.display.update(-50, -50, 10, 10),
    ]
    print(n, ways[n % len(ways)]())
    n += 1
"""

GAMES["update_none"] = BOUNCE + """
screen = pygame.display.set_mode((80, 60))
n = 0
while not quit_asked():
    screen.fill((n % 256, 9, 9)); n += 1
    pygame.display.update(None)
    pygame.display.update()
"""

GAMES["from_import"] = BOUNCE + """
from pygame.display import flip, update as up, set_mode
from functools import partial
screen = set_mode((120, 80))
ball = Ball(120, 80)
show = partial(up, [(0, 0, 60, 80), (60, 0, 60, 80)])
while not quit_asked():
    screen.fill(0)
    ball.draw(screen); ball.move(120, 80); flip()
    ball.draw(screen); ball.move(120, 80); up()
    ball.draw(screen); ball.move(120, 80); show()
    ball.draw(screen); ball.move(120, 80); list(map(up, [ball.draw(screen)]))
"""

GAMES["class_attributes"] = BOUNCE + """
class Engine:
    flip = pygame.display.flip
    update = pygame.display.update
    scale = pygame.transform.scale
    rect = pygame.draw.rect
    load = staticmethod(pygame.image.load)
    Surface = pygame.Surface
    def __init__(self):
        self.screen = pygame.display.set_mode((100, 100))
        pygame.image.save(self.screen, 'a.bmp')
        self.image = self.load('a.bmp')
        self.canvas = self.Surface((50, 50))
        self.blit = self.screen.blit
    def run(self):
        n = 0
        while not quit_asked():
            n += 1
            self.canvas.fill((n % 255, 0, 50))
            self.rect(self.canvas, 'white', (n % 50, 10, 5, 5))
            self.blit(self.scale(self.canvas, (100, 100)), (0, 0))
            self.blit(self.image, (n % 90, 90), (0, 0, 10, 10))
            (self.flip if n % 2 else self.update)()
Engine().run()
"""

GAMES["scaled"] = BOUNCE + """
screen = pygame.display.set_mode((80, 60), pygame.SCALED)
print(screen.get_size(), screen.get_flags() & pygame.SCALED)
ball = Ball(80, 60)
n = 0
while not quit_asked():
    n += 1
    screen.fill('navy'); ball.move(80, 60); r = ball.draw(screen)
    if n % 4 == 0: pygame.display.update(None)
    elif n % 4 == 1: pygame.display.update(r)
    elif n % 4 == 2: pygame.display.update()
    else: pygame.display.flip()
"""

GAMES["scaled_vsync"] = BOUNCE + """
flags = pygame.SCALED | pygame.RESIZABLE
try: screen = pygame.display.set_mode((80, 60), flags, vsync=1)
except pygame.error as e: print(e); screen = pygame.display.set_mode((80, 60), flags)
ball = Ball(80, 60)
while not quit_asked():
    screen.fill('navy'); ball.move(80, 60)
    pygame.display.update([ball.draw(screen)])
"""

GAMES["resizable"] = BOUNCE + """
screen = pygame.display.set_mode((120, 90), pygame.RESIZABLE)
n = 0
ball = Ball(120, 90)
w, h = 120, 90
running = True
while running:
    n += 1
    if n % 20 == 0: pygame.event.post(pygame.event.Event(VIDEORESIZE, size=(100 + n % 60, 80 + n % 33), w=100 + n % 60, h=80 + n % 33))
    for event in pygame.event.get():
        if event.type == QUIT: running = False
        elif event.type == VIDEORESIZE:
            w, h = event.size
            screen = pygame.display.set_mode((w, h), pygame.RESIZABLE)
    screen.fill((9, 9, 30)); ball.move(w, h); ball.draw(screen)
    pygame.display.flip()
"""

GAMES["toggle_fullscreen"] = BOUNCE + """
screen = pygame.display.set_mode((120, 90))
n = 0
ball = Ball(120, 90)
while not quit_asked():
    n += 1
    if n % 15 == 0:
        try: print(pygame.display.toggle_fullscreen())
        except pygame.error as e: print(e)
    screen.fill((9, 9, 30)); ball.move(120, 90); ball.draw(screen)
    pygame.display.flip()
    print(screen.get_size(), pygame.display.get_surface().get_size())
"""

# pygame-ce warns at the line of the game that it resized the window, once.
GAMES["warned_once"] = BOUNCE + """
n = 0
while not quit_asked():
    if n % 4 == 0: screen = pygame.display.set_mode((0, 0) if n % 8 else (64, 48)); ball = Ball(*screen.get_size())
    screen.fill((n % 256, 60, 90)); ball.move(*screen.get_size()); ball.draw(screen); pygame.display.flip(); n += 1
"""

GAMES["several_modes"] = BOUNCE + """
menu = pygame.display.set_mode((200, 100))
menu.fill('purple'); menu.blit(pygame.font.Font(None, 30).render('PRESS KEY', 1, (255, 255, 255)), (9, 9))
pygame.display.flip(); pygame.display.flip()
n = 0
modes = [((64, 48), 0), ((200, 150), NOFRAME), ((201, 77), DOUBLEBUF | HWSURFACE), ((160, 120), FULLSCREEN), ((160, 120), SCALED), ((31, 33), 0), ((0, 0), 0)]
while not quit_asked():
    if n % 8 == 0:
        size, flags = modes[n // 8 % len(modes)]
        try: screen = pygame.display.set_mode(size, flags)
        except pygame.error as e: print(e); screen = pygame.display.set_mode(size)
        print(screen is menu, screen.get_size(), pygame.display.get_window_size())
        ball = Ball(*screen.get_size())
    n += 1
    if n % 3: screen.fill((n % 256, 60, 90))
    ball.move(*screen.get_size()); ball.draw(screen)
    pygame.display.update()
"""

GAMES["worker_thread"] = BOUNCE + """
import threading
screen = pygame.display.set_mode((120, 90))
ball = Ball(120, 90)
lock = threading.Lock(); done = threading.Event()
def painter():
    while not done.is_set():
        with lock:
            screen.fill('black'); ball.draw(screen); ball.move(120, 90)
            pygame.display.flip()
            if pygame.event.peek(QUIT): done.set()
thread = threading.Thread(target=painter); thread.start()
import time
while not done.is_set():
    with lock: pygame.key.get_pressed()
    time.sleep(0.001)
thread.join()
print(threading.active_count())
"""

GAMES["two_threads_draw"] = BOUNCE + """
import threading, queue
screen = pygame.display.set_mode((120, 90))
jobs, results = queue.Queue(), queue.Queue()
def prepare():
    while True:
        n = jobs.get()
        if n is None: return
        tile = pygame.Surface((20, 20)); tile.fill((n * 5 % 256, 80, 80))
        pygame.draw.line(tile, 'white', (0, n % 20), (19, 5)); tile.blit(pygame.transform.rotate(tile, 90), (5, 5))
        results.put(tile)
thread = threading.Thread(target=prepare, daemon=True); thread.start()
n = 0
while not quit_asked():
    n += 1
    jobs.put(n); screen.blit(results.get(), (n * 7 % 120, n * 3 % 90))
    pygame.display.flip()
jobs.put(None); thread.join()
"""

# No clock at all.
GAMES["as_fast_as_it_can"] = BOUNCE + """
screen = pygame.display.set_mode((32, 24))
n = 0
while True:
    n += 1
    screen.set_at((n % 32, n // 32 % 24), (n % 256, 0, 0))
    pygame.display.update((n % 32, n // 32 % 24, 1, 1))
    if pygame.event.peek(QUIT): break
"""

# Turn based: the screen is drawn when something happened, and shown five times in all.
GAMES["presents_five_times"] = BOUNCE + """
screen = pygame.display.set_mode((120, 90))
font = pygame.font.SysFont(None, 20)
for turn in range(5):
    pygame.event.post(pygame.event.Event(KEYDOWN, key=K_a, unicode='a', mod=0))
    event = pygame.event.wait()
    while event.type != KEYDOWN: event = pygame.event.wait()
    screen.fill('bisque'); screen.blit(font.render('turn %d' % turn, True, 'black'), (5, 5))
    pygame.draw.rect(screen, 'brown', (turn * 20, 50, 18, 18), 2)
    pygame.display.flip()
    pygame.time.wait(4000)
print(pygame.time.get_ticks())
"""

GAMES["render_updates"] = BOUNCE + """
screen = pygame.display.set_mode((160, 120))
background = pygame.Surface(screen.get_size()).convert()
for y in range(0, 120, 10): pygame.draw.rect(background, (0, 80 + y, 0), (0, y, 160, 10))
class Bug(pygame.sprite.Sprite):
    def __init__(self, *groups):
        pygame.sprite.Sprite.__init__(self, *groups)
        self.frames = [pygame.Surface((12, 12)).convert() for i in range(3)]
        for i, f in enumerate(self.frames): f.fill('magenta'); f.set_colorkey('magenta'); pygame.draw.ellipse(f, 'black', (0, i, 12, 8))
        self.image = self.frames[0]
        self.rect = self.image.get_rect(center=(random.randrange(160), random.randrange(120)))
        self.n = 0
    def update(self):
        self.n += 1
        self.image = self.frames[self.n // 3 % 3]
        self.rect.move_ip(random.randint(-2, 2), random.randint(-2, 2))
bugs = pygame.sprite.RenderUpdates([Bug() for i in range(12)])
screen.blit(background, (0, 0)); pygame.display.flip()
while not quit_asked():
    bugs.clear(screen, background)
    bugs.update()
    dirty = bugs.draw(screen)
    print(dirty)
    pygame.display.update(dirty)
    if random.random() < 0.1: random.choice(bugs.sprites()).kill(); Bug(bugs)
"""

GAMES["layered_dirty"] = BOUNCE + """
screen = pygame.display.set_mode((160, 120))
background = pygame.Surface((160, 120)); background.fill('olive')
class Card(pygame.sprite.DirtySprite):
    def __init__(self, n):
        super().__init__()
        self.image = pygame.Surface((20, 30)); self.image.fill((n * 20, 90, 200 - n * 20))
        self.rect = self.image.get_rect(topleft=(n * 14, 40)); self._layer = n
        self.blendmode = BLEND_ADD if n == 3 else 0
    def update(self):
        if random.random() < 0.2: self.rect.y = random.randrange(90); self.dirty = 1
        if random.random() < 0.05: self.visible = 1 - self.visible
        self.source_rect = Rect(0, 0, 10, 30) if random.random() < 0.1 else None
cards = pygame.sprite.LayeredDirty(*[Card(n) for n in range(8)])
cards.clear(screen, background); cards.set_timing_threshold(10000)
cards.set_clip(pygame.Rect(5, 5, 150, 110))
while not quit_asked():
    cards.update()
    if random.random() < 0.05: cards.change_layer(cards.get_sprite(0), 20)
    pygame.display.update(cards.draw(screen))
"""

GAMES["subsurfaces_of_the_display"] = BOUNCE + """
screen = pygame.display.set_mode((160, 120))
hud = screen.subsurface((0, 0, 160, 20)); view = screen.subsurface(pygame.Rect(0, 20, 160, 100)); mini = view.subsurface((120, 60, 40, 40))
font = pygame.font.Font(None, 18)
ball, score = Ball(160, 100), 0
while not quit_asked():
    score += 1
    view.fill((30, 70, 30)); ball.move(160, 100); ball.draw(view)
    hud.fill((0, 0, 0)); hud.blit(font.render('SCORE %05d' % score, False, (255, 255, 0)), (2, 4))
    mini.fill((90, 0, 0)); mini.blit(pygame.transform.scale(view, (40, 25)), (0, 0)); mini.scroll(1, 1)
    print(mini.get_abs_offset(), mini.get_parent().get_size(), hud.get_at((3, 8)))
    pygame.display.flip()
"""

GAMES["blurred_pause_menu"] = BOUNCE + """
screen = pygame.display.set_mode((120, 90))
ball = Ball(120, 90); paused = None; running = True
font = pygame.font.Font(None, 30)
while running:
    for event in pygame.event.get():
        if event.type == QUIT: running = False
        if event.type == KEYDOWN and event.key == K_p:
            if paused: paused = None
            else:
                paused = screen.copy()
                small = pygame.transform.smoothscale(paused, (12, 9))
                paused = pygame.transform.smoothscale(small, (120, 90))
                shade = pygame.Surface((120, 90)); shade.set_alpha(90); paused.blit(shade, (0, 0))
    if paused:
        screen.blit(paused, (0, 0)); screen.blit(font.render('PAUSED', True, 'white'), (20, 30))
    else:
        screen.fill('teal'); ball.move(120, 90); ball.draw(screen)
    pygame.display.flip()
"""

GAMES["get_surface"] = BOUNCE + """
pygame.display.set_mode((100, 80))
def paint(ball):
    pygame.display.get_surface().fill(pygame.Color('black'))
    ball.draw(pygame.display.get_surface())
    assert type(pygame.display.get_surface()) is pygame.Surface
ball = Ball(100, 80)
ids = set()
while not quit_asked():
    paint(ball); ball.move(100, 80); ids.add(id(pygame.display.get_surface()))
    pygame.display.update()
print(len(ids), pygame.display.get_surface() is pygame.display.get_surface(), pygame.display.get_surface().get_size())
"""

GAMES["feedback"] = BOUNCE + """
# trails, by drawing the screen onto itself; whatever is fed back would stay
screen = pygame.display.set_mode((100, 80))
fade = pygame.Surface((100, 80)); fade.set_alpha(20)
ball = Ball(100, 80)
while not quit_asked():
    screen.blit(fade, (0, 0)); screen.blit(screen, (1, 0)); screen.scroll(0, 1)
    ball.move(100, 80); ball.draw(screen)
    print(screen.get_at((50, 40)), pygame.transform.average_color(screen))
    pygame.display.flip()
    pygame.image.save(screen, 'shot.bmp')
"""

GAMES["display_quit_and_again"] = BOUNCE + """
n = 0
running = True
while running:
    if n % 40 == 0:
        if n: pygame.display.quit()
        pygame.display.init()
        screen = pygame.display.set_mode((100 + n % 80, 80))
        ball = Ball(100, 80)
    n += 1
    screen.fill('gray20'); ball.move(100, 80); ball.draw(screen)
    pygame.display.flip()
    running = not quit_asked()
pygame.display.quit()
try: pygame.display.flip()
except pygame.error as e: print(e)
try: pygame.display.update()
except pygame.error as e: print(e)
print(pygame.display.get_surface())
"""

GAMES["pygame_quit_and_again"] = BOUNCE + """
n = 0
running = True
while running:
    if n % 50 == 0:
        pygame.quit(); pygame.init()
        screen = pygame.display.set_mode((100, 80))
        font = pygame.font.Font(None, 20); ball = Ball(100, 80)
    n += 1
    screen.fill('gray20'); screen.blit(font.render(str(n), True, 'white'), (1, 1)); ball.move(100, 80); ball.draw(screen)
    pygame.display.flip()
    running = not quit_asked()
pygame.quit()
try: screen.fill('red')
except pygame.error as e: print(e)
try: screen.get_size()
except pygame.error as e: print(e)
"""

GAMES["without_a_display"] = BOUNCE + """
for call in (pygame.display.flip, pygame.display.update, lambda: pygame.display.update((0, 0, 3, 3))):
    try: print(call())
    except pygame.error as e: print(e)
screen = pygame.display.set_mode((20, 20))
for call in (lambda: pygame.display.flip(3), lambda: pygame.display.update(3), lambda: pygame.display.update('abcd'),
             lambda: pygame.display.update(1, 2, 3), lambda: pygame.display.update([1]), lambda: pygame.display.update({}),
             lambda: pygame.display.update(a=3), lambda: pygame.display.update((0, 0, 3)), lambda: pygame.display.update([(1, 2, 3, 'x')])):
    try: print(call())
    except Exception as e: print(type(e).__name__, e)
"""

# Window is of pygame-ce: no display surface at all, and a present path that is not followed.
GAMES["window"] = BOUNCE + """
Window = getattr(pygame, 'Window', None)
if Window is not None:
    window = Window('mine', (100, 80))
    screen = window.get_surface()
    ball = Ball(100, 80)
    for n in range(100):
        screen.fill('gray20'); ball.move(100, 80); ball.draw(screen)
        print(pygame.transform.average_color(screen)); window.flip()
    window.destroy()
"""

GAMES["one_pixel"] = BOUNCE + """
screen = pygame.display.set_mode((1, 1))
n = 0
while not quit_asked():
    n += 1
    screen.fill((n % 256, 0, 0)); screen.blit(screen.copy(), (0, 0)); pygame.display.flip()
"""

GAMES["four_k"] = BOUNCE + """
screen = pygame.display.set_mode((3840, 2160))
ball = Ball(3840, 2160)
screen.fill('navy')
for n in range(8):
    ball.move(3840, 2160); pygame.display.update(ball.draw(screen))
"""

# 8, 16 and 24 bits: no picture can be swapped in where SDL really makes such a display.
for _depth in (8, 16, 24, 32):
    GAMES[f"depth_{_depth}"] = BOUNCE + f"""
screen = pygame.display.set_mode((60, 40), 0, {_depth})
print(screen.get_bitsize(), screen.get_masks(), screen.get_pitch())
if screen.get_bitsize() == 8: screen.set_palette([(i, 255 - i, i // 2) for i in range(256)])
ball = Ball(60, 40)
while not quit_asked():
    screen.fill((30, 60, 90)); ball.move(60, 40); ball.draw(screen)
    pygame.display.flip()
"""

GAMES["vectors_and_odd_widths"] = BOUNCE + """
screen = pygame.display.set_mode((67, 43))
pos, speed = pygame.Vector2(3, 3), pygame.math.Vector2(1.3, 0.7)
image = pygame.Surface((7, 5), pygame.SRCALPHA); pygame.draw.polygon(image, 'cyan', [(0, 0), (6, 2), (0, 4)])
while not quit_asked():
    pos += speed
    if pos.x > 67 or pos.x < 0: speed.x *= -1
    if pos.y > 43 or pos.y < 0: speed.y *= -1
    screen.fill('black'); screen.blit(pygame.transform.rotate(image, speed.angle_to((1, 0))), pos)
    print(screen.blit(image, (pos.x + 0.5, pos.y))); pygame.display.flip()
"""
