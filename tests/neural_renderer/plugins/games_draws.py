"""Small games as strangers write them, one for each kind of draw.

Each plays until a QUIT event comes, and prints what the calls give back.
"""

from __future__ import annotations

GAMES: dict[str, str] = {}

HEAD = """
import math, os, random, sys
import pygame
from pygame.locals import *
pygame.init()
W, H = 120, 90
screen = pygame.display.set_mode((W, H))
clock = pygame.time.Clock()
def make(w, h, color, flags=SRCALPHA):
    s = pygame.Surface((w, h), flags); s.fill(color); pygame.draw.line(s, 'black', (0, 0), (w, h)); return s
def frames(fill=(10, 30, 50)):
    n = 0
    while True:
        for e in pygame.event.get():
            if e.type == QUIT: return
        if fill is not None: screen.fill(fill)
        yield n
        pygame.display.flip(); clock.tick(60); n += 1
CE = hasattr(pygame, 'IS_CE')
"""

GAMES["blit"] = HEAD + """
a = make(16, 12, 'red'); b = make(20, 20, 'blue', 0).convert(); sheet = make(64, 32, 'tan')
class Sub(pygame.Rect): pass
class Thing:
    def __init__(self): self.rect = pygame.Rect(4, 5, 6, 7); self.image = a
thing = Thing()
for n in frames():
    x = n % W
    for call in (
        lambda: screen.blit(a, (x, 5)), lambda: screen.blit(a, [x, 15]), lambda: screen.blit(a, pygame.Rect(x, 20, 1, 1)),
        lambda: screen.blit(a, Sub(x, 25, 5, 5)), lambda: screen.blit(a, pygame.Vector2(x, 30.7)), lambda: screen.blit(a, (x - .5, 35.9)),
        lambda: screen.blit(b, (x, 40), (2, 3, 9, 9)), lambda: screen.blit(b, (x, 50), pygame.Rect(5, 5, 50, 50)),
        lambda: screen.blit(b, (x, 60), None, BLEND_ADD), lambda: screen.blit(b, (x, 65), area=Sub(1, 1, 4, 4), special_flags=BLEND_MULT),
        lambda: screen.blit(source=a, dest=(-5, -5)), lambda: screen.blit(a, (500, 500)), lambda: screen.blit(a, (3, 3), (0, 0, 0, 0)),
        lambda: screen.blit(sheet, (8, 8), (-8, -8, 20, 20)), lambda: screen.blit(sheet, (30, 8), (60, 30, 20, 20)),
        lambda: screen.blit(sheet, (30, 8), (30, 30, -20, -20)), lambda: screen.blit(a, thing.rect), lambda: screen.blit(a, thing),
        lambda: screen.blit(a, ((7, 8), (1, 1))), lambda: screen.blit(a, (7, 8, 3, 3)), lambda: screen.blit(a, (x, 9), (x % 5, 0, 4.5, 4)),
        lambda: pygame.Surface.blit(screen, a, (70, 70)), lambda: screen.blit(a, a.get_rect(center=(60, 45)).move(n % 9, 0)),
        lambda: screen.blit(pygame.Surface((0, 0)), (1, 1)), lambda: screen.blit(pygame.Surface((0, 9)), (1, 1)),
    ):
        try: print(call())
        except Exception as e: print(type(e).__name__, e)
"""

GAMES["blits"] = HEAD + """
tiles = [make(8, 8, (40 * i, 90, 200 - 30 * i), 0).convert() for i in range(5)]
glow = make(8, 8, (80, 80, 0))
for n in frames():
    row = [(tiles[(i + n) % 5], (i * 8, 8)) for i in range(15)]
    print(screen.blits(row)[:2], screen.blits(tuple(row), doreturn=False), screen.blits(row, 0), len(screen.blits(((t, p) for t, p in row), True)))
    print(screen.blits([(glow, (n % W, 30), None, BLEND_RGB_ADD), (glow, (30, 40), (0, 0, 4, 4)), (glow, pygame.Rect(3, 50, 1, 1)), [glow, (9, 60)]]))
    print(screen.blits(blit_sequence=[(glow, pygame.Vector2(90, n % H))]), screen.blits([(tiles[0], (300, 300)), (tiles[1], (5, 70))]))
    print(screen.blits(map(lambda i: (tiles[i], (i * 9, 70)), range(5)), doreturn=True), screen.blits(iter([(glow, (1, 1))]), 0))
    print(screen.blits([]), screen.blits(zip(tiles, [(9 * i, 80) for i in range(5)]), False))
    for sprites in ({(glow, (60, 60)): 1}, [glow], [(glow,)], [(glow, 3)], [(glow, (0, 0), None, 0, 0)], [((glow, (3, 3)))] * 2 + [None]):
        try: print(screen.blits(sprites))
        except Exception as e: print(type(e).__name__, e)
    def gen():
        yield tiles[0], (100, n % H); yield tiles[1], (108, n % H)
        if n % 7 == 3: raise RuntimeError('in the middle')
        yield tiles[2], (100, 50)
    try: print(screen.blits(gen()))
    except RuntimeError as e: print(e)
"""

# fblits is of pygame-ce.
GAMES["fblits"] = HEAD + """
tiles = [make(8, 8, (40 * i, 90, 200 - 30 * i), 0).convert() for i in range(5)]
glow = make(8, 8, (80, 80, 0))
put = getattr(screen, 'fblits', None) or (lambda seq, flags=0: [screen.blit(s, d, None, flags) for s, d in seq] and None)
for n in frames():
    print(put([(tiles[(i + n) % 5], (i * 8, 8)) for i in range(15)]), put(tuple((glow, (i * 8, 16)) for i in range(5)), BLEND_ADD))
    print(put((t, (n % W, 20 + i)) for i, t in enumerate(tiles)), put([(glow, pygame.Vector2(3.5, 60)), (glow, pygame.Rect(9, 70, 3, 3))]))
    if CE: print(screen.fblits(zip(tiles, [(9 * i, 80) for i in range(5)])))
    for wrong in ([glow], [(glow,)], 3, [(glow, 'x')]):
        try: print(put(wrong) if CE else None)
        except Exception as e: print(type(e).__name__, e)
"""

GAMES["groups"] = HEAD + """
class S(pygame.sprite.Sprite):
    def __init__(self, n, *groups):
        super().__init__(*groups); self.n = n; self.image = make(10, 10, (20 * n, 200, 90)); self.rect = self.image.get_rect(topleft=(9 * n, 7 * n))
        self._layer = n % 3
    def update(self, dt=0): self.rect.x = (self.rect.x + 1 + self.n % 3) % W
plain = pygame.sprite.Group([S(i) for i in range(4)])
single = pygame.sprite.GroupSingle(S(5)); ordered = pygame.sprite.OrderedUpdates([S(i) for i in range(6, 8)])
layers = pygame.sprite.LayeredUpdates([S(i) for i in range(3, 9)])
class Camera(pygame.sprite.Group):
    def draw(self, surface):
        for s in sorted(self.sprites(), key=lambda s: s.rect.centery): surface.blit(s.image, s.rect.topleft - pygame.Vector2(3, 3))
cam = Camera(*[S(i) for i in range(9, 12)])
class Super(pygame.sprite.Group):
    def draw(self, surface, *a): print('super', super().draw(surface)); self.count = len(self)
sup = Super(S(11))
for n in frames():
    for g in (plain, single, ordered, layers, cam, sup): g.update(); print(g.draw(screen))
    if n % 10 == 5: layers.move_to_front(layers.sprites()[0]); plain.sprites()[0].kill(); S(n % 12, plain)
    if CE: print(plain.draw(screen, special_flags=BLEND_ADD) if 'special_flags' in (pygame.sprite.Group.draw.__doc__ or '') else None)
"""

GAMES["alpha_and_keys"] = HEAD + """
keyed = pygame.Surface((20, 20)); keyed.fill('magenta'); pygame.draw.circle(keyed, 'lime', (10, 10), 8); keyed.set_colorkey('magenta')
rle = keyed.convert(); rle.set_colorkey((255, 0, 255), RLEACCEL)
faint = make(20, 20, 'white', 0); faint.set_alpha(100)
pixel = make(20, 20, (200, 0, 0, 120)); pixel.set_alpha(128)
flags = [BLEND_ADD, BLEND_SUB, BLEND_MULT, BLEND_MIN, BLEND_MAX, BLEND_RGBA_ADD, BLEND_RGBA_SUB, BLEND_RGBA_MULT, BLEND_RGBA_MIN, BLEND_RGBA_MAX, BLEND_PREMULTIPLIED, getattr(pygame, 'BLEND_ALPHA_SDL2', 0)]
night = pygame.Surface((W, H), SRCALPHA)
for n in frames((90, 120, 60)):
    faint.set_alpha(n % 256)
    for i, image in enumerate((keyed, rle, faint, pixel)): screen.blit(image, (i * 22, 5))
    for i, flag in enumerate(flags): screen.blit(pixel, (i * 9, 30), special_flags=flag); screen.fill((9, 60, 90), (i * 9, 55, 8, 8), flag if flag < 16 and i < 10 else 0)
    night.fill((0, 0, 30, 150)); pygame.draw.circle(night, (0, 0, 0, 0), (n % W, 45), 20); screen.blit(night, (0, 0))
    if n % 11 == 5: keyed.set_colorkey(None if n % 2 else 'lime'); rle.set_alpha(n % 200)
    print(keyed.get_colorkey(), rle.get_alpha(), faint.get_alpha(), screen.get_at((n % W, 40)))
    vignette = pygame.Surface((W, H)); vignette.fill((250, 230, 200)); screen.blit(vignette, (0, 0), special_flags=BLEND_MULT)
"""

GAMES["clipped"] = HEAD + """
a = make(30, 30, 'orange')
for n in frames():
    screen.set_clip(pygame.Rect(n % 40, 10, 40, 40)); print(screen.get_clip())
    screen.fill('purple'); print(screen.blit(a, (n % W, 20)), pygame.draw.rect(screen, 'white', (0, 0, W, H), 3))
    screen.set_clip((5, 60, 0, 0)); print(screen.fill('red'), screen.blit(a, (0, 60)))
    screen.set_clip(None)
    view = screen.subsurface((60, 40, 50, 40)); view.set_clip((5, 5, 20, 20)); print(view.blit(a, (-3, -3)), view.fill('gold', (0, 0, 9, 9)))
    print(screen.blits([(a, (100, 60)), (a, (50, 70), (0, 0, 5, 5))]))
"""

GAMES["shapes"] = HEAD + """
from pygame import draw, gfxdraw
extra = [name for name in ('aacircle', 'flood_fill') if CE and hasattr(draw, name)]
for n in frames():
    t = n % 30
    print(draw.rect(screen, 'red', (t, 5, 20, 10)), draw.rect(screen, (0, 200, 0), pygame.Rect(t, 20, 20, 10), 2), draw.rect(screen, '#ff8800', (t, 35, 20, 12), border_radius=4))
    print(draw.rect(screen, pygame.Color('blue'), (60, t, -20, -10)), draw.rect(screen, 0xff00ff, (60, 60, 9, 9), 1, 3, border_top_left_radius=1))
    print(draw.circle(screen, 'white', (80 + t, 20), 9), draw.circle(screen, 'white', (80.5, t), 7, 2), draw.circle(surface=screen, color='cyan', center=pygame.Vector2(90, 40), radius=8, draw_top_right=True))
    print(draw.ellipse(screen, 'pink', (70, 50, 30, 12 + t)), draw.arc(screen, 'gold', (20, 50, 30, 30), 0, t / 5, 3))
    print(draw.line(screen, 'red', (0, t), (W, H - t)), draw.line(screen, 'red', (0, 0), (t, 90), 5), draw.lines(screen, 'tan', True, [(1, 80), (t, 60), (40, 85)], 2))
    print(draw.aaline(screen, 'white', (3, t), (90, 20)), draw.aalines(screen, 'white', False, [(0, 0), (t, 40), (90, t)]))
    print(draw.polygon(screen, 'olive', [(50, 50), (60 + t, 55), (52, 80)]), draw.polygon(screen, 'navy', ((5, 5), (9, 9), (5, 20)), 1))
    print(draw.circle(screen, 'red', (-50, -50), 5), draw.rect(screen, 'red', (0, 0, 0, 0)), draw.line(screen, 'red', (300, 300), (400, 300)))
    if 'aacircle' in extra: print(draw.aacircle(screen, 'white', (30, 70), 9, 2))
    if 'flood_fill' in extra: print(draw.flood_fill(screen, 'brown', (110, 85)))
    gfxdraw.pixel(screen, t, t, (255, 0, 0)); gfxdraw.hline(screen, 0, t, 88, (0, 255, 0, 100)); gfxdraw.box(screen, (90, 70, 20, 15), (0, 0, 200, 90))
    print(gfxdraw.aacircle(screen, 60, 45, 10 + t, (255, 255, 255)), gfxdraw.filled_circle(screen, 60, 45, 4, (9, 9, 9)), gfxdraw.filled_polygon(screen, [(1, 1), (9, 2), (4, t)], (200, 0, 0)))
    gfxdraw.bezier(screen, [(0, 0), (50, t), (90, 80)], 5, (255, 255, 0)); gfxdraw.rectangle(screen, pygame.Rect(3, 3, 9, 9), (1, 2, 3)); gfxdraw.textured_polygon(screen, [(90, 5), (110, 5), (100, 25)], make(8, 8, 'red', 0), 0, 0)
    for wrong in (lambda: draw.rect(screen), lambda: draw.circle(screen, 'nope', (1, 1), 3), lambda: draw.polygon(screen, 'red', [(1, 1)]), lambda: gfxdraw.pixel(screen, 1), lambda: draw.line(screen, 'red', 3, 4)):
        try: print(wrong())
        except Exception as e: print(type(e).__name__, e)
"""

GAMES["arrays"] = HEAD + """
import array
try: import numpy as np
except ImportError: np = None
buffer = bytearray(40 * 30 * 4)
shared = pygame.image.frombuffer(buffer, (40, 30), 'RGBA')
for n in frames():
    px = pygame.PixelArray(screen); px[n % W, 10] = (255, 0, 0); px[5:30, 20] = 0x00ff00; px[:, n % H] = (0, 0, 255); px.replace((10, 30, 50), (20, 40, 60), 0.1); px.close()
    with pygame.PixelArray(screen) as px: px[3][4] = 0xffffff; part = px[10:20, 10:20]; part[:] = (n % 256, 9, 9); part.close()
    made = pygame.PixelArray(make(9, 9, 'red', 0)); s = made.make_surface() ; made.close(); screen.blit(s, (50, 50))
    screen.set_at((n % W, 33), 'white'); print(screen.get_at((n % W, 33)), screen.get_at_mapped((3, 4)))
    screen.lock(); screen.set_at((1, 1), 'red'); print(screen.get_locked()); screen.unlock()
    view = screen.get_view('0'); print(view.length); del view
    buf = screen.get_buffer(); buf.write(bytes([n % 256]) * 40, W * 4 * 60); del buf
    for i in range(0, len(buffer), 16): buffer[i] = (n + i) % 256; buffer[i + 3] = 255
    screen.blit(shared, (70, 50))
    if np is not None:
        a = pygame.surfarray.pixels3d(screen); a[20:30, 40:50] = (0, n % 256, 0); a[60:70, :, 0] //= 2; del a
        b = pygame.surfarray.array3d(screen); b = np.roll(b, n, 0); small = pygame.surfarray.make_surface(b[:30, :20]); screen.blit(small, (0, 60))
        c = pygame.surfarray.pixels2d(small); c[:] = 0x102030; del c; screen.blit(small, (30, 60))
        tile = pygame.Surface((16, 16)); pygame.surfarray.blit_array(tile, np.full((16, 16, 3), n % 256, 'u1')); screen.blit(tile, (90, 5))
        t = make(16, 16, (200, 100, 0, 200)); al = pygame.surfarray.pixels_alpha(t); al[:] = (n * 3) % 256; del al; screen.blit(t, (100, 30))
        r = pygame.surfarray.pixels_red(tile); r[:4] = 255; del r; screen.blit(tile, (90, 60)); print(int(b.sum()))
    screen.scroll(2, -1)
    if CE: screen.scroll(dx=1, dy=0)
"""

GAMES["array_screen"] = HEAD + """
# the whole screen from an array each frame, as ray casters do
try: import numpy as np
except ImportError: np = None
x, y = (np.mgrid[0:W, 0:H] if np is not None else (0, 0))
for n in frames(None):
    if np is None: screen.set_at((n % W, n % H), 'red'); continue
    if n % 3 == 0: pygame.surfarray.blit_array(screen, ((x * 2 + n) % 256 << 16) | ((y + n) % 256))
    elif n % 3 == 1: screen.blit(pygame.surfarray.make_surface(np.dstack([x, y, x ^ y]) .astype('u1')), (0, 0))
    else: screen.blit(pygame.image.frombuffer(np.ascontiguousarray(np.dstack([(x + n).T, y.T, x.T])).astype('u1').tobytes(), (W, H), 'RGB'), (0, 0))
"""

GAMES["texts"] = HEAD + """
import pygame.freetype as ft
pygame.freetype.init()
font = pygame.font.Font(None, 20); sysfont = pygame.font.SysFont('arial,dejavusans', 14, bold=True); free = ft.Font(None, 16)
class MyFont(pygame.font.Font):
    def render(self, text, *args, **kw): return super().render('<' + text + '>', *args, **kw)
mine = MyFont(None, 16)
for n in frames():
    font.set_underline(n % 2); font.set_bold(n % 3 == 0)
    s = font.render('Score: %d' % n, True, (255, 255, 255)); screen.blit(s, (2, 2)); print(s.get_size(), font.size('abc'))
    screen.blit(font.render('', True, 'red'), (2, 2)); screen.blit(sysfont.render('Лев ☃ %d' % (n % 3), 1, 'red', 'white'), (2, 20)); screen.blit(mine.render('x', False, 'lime'), (2, 36))
    label, rect = free.render('free %d' % n, fgcolor=(255, 200, 0), rotation=n % 360); screen.blit(label, rect.move(60, 50)); print(rect)
    print(free.render_to(screen, (60, 5), 'to', 'white'), free.render_to(screen, (60, 25), None, (1, 2, 3), size=12), free.get_rect('abc'))
    raw, size = free.render_raw('raw'); screen.blit(pygame.image.frombuffer(bytes(b'%c' % v * 4 for v in []) or bytes(size[0] * size[1] * 4), size, 'RGBA'), (0, 70)); free.render_raw_to(pygame.PixelArray(make(40, 20, 'black', 0)) if False else bytearray(0), 'a') if False else None
    for wrong in (lambda: font.render('x'), lambda: font.render(3, 1, 'red'), lambda: font.render('a\\0b', 1, 'red'), lambda: free.render_to(screen, 'x', 'y'), lambda: font.render('x', 1, 'nocolour')):
        try: print(type(wrong()))
        except Exception as e: print(type(e).__name__, e)
"""

GAMES["bitmap_font"] = HEAD + """
sheet = pygame.Surface((8 * 10, 8)); sheet.set_colorkey('black')
for d in range(10):
    for bit in range(7): pygame.draw.rect(sheet, 'white', (d * 8 + bit % 3 * 2, bit // 3 * 3, 2, 2)) if (d * 37 + 5) >> bit & 1 else None
pygame.image.save(sheet, 'font.png'); sheet = pygame.image.load('font.png').convert(); sheet.set_colorkey('black')
glyphs = {str(d): sheet.subsurface((d * 8, 0, 8, 8)) for d in range(10)}
big = {k: pygame.transform.scale(g, (16, 16)) for k, g in glyphs.items()}
tinted = {k: g.copy() for k, g in glyphs.items()}
for g in tinted.values(): g.fill((255, 90, 0), special_flags=BLEND_MULT)
def write(text, x, y, face):
    for ch in text: screen.blit(face[ch], (x, y)); x += face[ch].get_width()
for n in frames():
    write('%06d' % n, 2, 2, glyphs); write('%d' % (n * 7), 2, 20, big); write(str(n), 60, 60, tinted)
    for i, ch in enumerate(str(n)): screen.blit(sheet, (2 + i * 8, 50), (int(ch) * 8, 0, 8, 8))
"""

GAMES["transforms"] = HEAD + """
from pygame import transform as T
pygame.image.save(make(24, 16, (200, 80, 40)), 'hero.png')
hero = pygame.image.load('hero.png').convert_alpha(); keep = pygame.Surface((48, 32), SRCALPHA)
for n in frames():
    chain = T.rotate(T.flip(T.scale(hero.subsurface((4, 4, 12, 12)), (20, 20)), n % 2, 0), n * 7)
    screen.blit(chain, chain.get_rect(center=(40, 40)))
    for i, s in enumerate((T.rotozoom(hero, n, 0.8), T.scale2x(hero), T.smoothscale(hero, (30, 10)), T.chop(hero, (2, 2, 4, 4)), T.laplacian(hero.convert(24)), T.average_surfaces([hero, T.flip(hero, 1, 1)]) if n % 2 else hero)):
        screen.blit(s, (i * 20, 5)); print(s.get_size())
    print(T.scale(hero, (48, 32), keep) is keep, T.scale(surface=hero, size=(5, 5)).get_size(), T.smoothscale(hero, (48, 32), keep).get_size()); screen.blit(keep, (60, 50))
    if hasattr(T, 'grayscale'): screen.blit(T.grayscale(hero), (0, 60))
    if hasattr(T, 'scale_by'): screen.blit(T.scale_by(hero, 1.5), (0, 70)); screen.blit(T.scale_by(hero, (0.5, 2)), (20, 60))
    if CE: screen.blit(T.box_blur(hero, 2), (30, 70)); screen.blit(T.invert(hero), (60, 20)); T.threshold(hero.copy(), hero, 'red', (90, 90, 90), (0, 0, 0, 0))
    print(T.average_color(screen), T.threshold(None, screen, (10, 30, 50), (1, 1, 1), None, 0))
    scratch = hero.convert(); scratch2 = hero.copy(); scratch2.set_alpha(90); screen.blit(scratch2.convert_alpha(), (90, 50)); screen.blit(scratch.convert(16), (90, 70))
    mask = pygame.mask.from_surface(hero); screen.blit(mask.to_surface(setcolor='white', unsetcolor=None), (50, 70)); print(mask.count(), pygame.transform.flip(surface=hero, flip_x=True, flip_y=False).get_size())
    for wrong in (lambda: T.scale(hero, (-1, 5)), lambda: T.rotate(hero), lambda: T.scale(3, (1, 1)), lambda: T.scale(hero, (9, 9), keep), lambda: T.smoothscale(pygame.Surface((3, 3), 0, 8), (5, 5)), lambda: T.flip(hero, 1)):
        try: print(wrong())
        except Exception as e: print(type(e).__name__, e)
"""

GAMES["low_resolution"] = HEAD + """
scene = pygame.Surface((40, 30)); ui = scene.subsurface((0, 0, 40, 6)); tile = make(8, 8, 'sienna', 0)
for n in frames(None):
    scene.fill('skyblue')
    for x in range(-1, 6): scene.blit(tile, (x * 8 - n % 8, 22))
    pygame.draw.rect(scene, 'red', (18, 14, 4, 8)); ui.fill('black'); pygame.draw.line(ui, 'lime', (1, 2), (1 + n % 38, 2), 2)
    if n % 2: pygame.transform.scale(scene, (W, H), screen)
    else: screen.blit(pygame.transform.scale(scene, screen.get_size()), (0, 0))
"""

GAMES["rendered_map"] = HEAD + """
tiles = [make(10, 10, c, 0) for c in ('forestgreen', 'olive', 'tan', 'royalblue')]
world = pygame.Surface((400, 200)).convert()
for x in range(40):
    for y in range(20): world.blit(tiles[(x * 7 + y * 3) % 4], (x * 10, y * 10))
hero, far = make(10, 14, 'red'), pygame.transform.smoothscale(world, (200, 100))
parallax = far.copy(); parallax.set_alpha(120)
for n in frames(None):
    cam = pygame.Rect(n % 280, 40 + int(20 * math.sin(n / 20)), W, H)
    screen.blit(far, (-(n % 80), 0)); screen.blit(world, (0, 30), cam); screen.blit(parallax, (0, 0), (n % 50, 0, W, 20))
    screen.blit(world.subsurface(cam), (60, 0)); screen.blit(hero, hero.get_rect(center=(60, 45)))
    if n % 20 == 0: world.blit(tiles[3], (n % 390, 50)); world.fill('black', (n, 60, 5, 5))
"""

GAMES["subclassed_surfaces"] = HEAD + """
class Panel(pygame.Surface):
    def __init__(self, size, color):
        pygame.Surface.__init__(self, size, SRCALPHA); self.color = color; self.blits_done = 0
    def blit(self, *args, **kw):
        self.blits_done += 1
        return super().blit(*args, **kw)
    def fill(self, color=None, *rest): return super().fill(color or self.color, *rest)
    def copy(self): return super().copy()
    def __len__(self): return 0
    def __eq__(self, other): raise RuntimeError('compared')
    __hash__ = None
class Tiny(pygame.Surface):
    __slots__ = ('name',)
class Image(pygame.sprite.Sprite, ):
    def __init__(self): super().__init__(); self.image = Panel((10, 10), 'gold'); self.image.fill(); self.rect = self.image.get_rect()
panel, tiny, group = Panel((50, 40), 'navy'), Tiny((9, 9)), pygame.sprite.Group(Image())
tiny.name = 'tiny'; tiny.fill('white')
for n in frames():
    panel.fill(); print(panel.blit(tiny, (n % 50, 3)), panel.blits([(tiny, (9, 9))]), type(panel.copy()).__name__, type(panel.subsurface((0, 0, 9, 9))).__name__, type(panel.convert_alpha()).__name__)
    print(screen.blit(panel, (n % W, 20)), group.draw(screen), bool(panel), panel.blits_done, type(pygame.transform.scale(panel, (5, 5))).__name__)
"""

GAMES["images"] = HEAD + """
import base64, io, pickle, zlib
pygame.image.save(make(12, 10, (90, 200, 40, 180)), 'a.png'); pygame.image.save(make(12, 10, 'red', 0), 'a.bmp'); pygame.image.save(make(12, 10, 'red', 0), 'a.jpg'); pygame.image.save(make(12, 10, 'blue'), 'a.tga')
os.makedirs('data/img', exist_ok=True); open('data/img/b.png', 'wb').write(open('a.png', 'rb').read())
import pathlib
raw = open('a.png', 'rb').read()
tobytes = getattr(pygame.image, 'tobytes', pygame.image.tostring)
for n in frames():
    pics = [pygame.image.load('a.png'), pygame.image.load(pathlib.Path('data') / 'img' / 'b.png').convert_alpha(), pygame.image.load(io.BytesIO(raw)), pygame.image.load(io.BytesIO(raw), 'x.png'), pygame.image.load(open('a.bmp', 'rb')).convert(), pygame.image.load('a.jpg'), pygame.image.load('a.tga'), pygame.image.load(os.path.join('data', 'img', 'b.png'))]
    data = tobytes(pics[0], 'RGBA')
    pics += [pygame.image.fromstring(data, (12, 10), 'RGBA'), pygame.image.frombuffer(data, (12, 10), 'RGBA'), pygame.image.fromstring(data, (12, 10), 'RGBA', True), pygame.image.frombuffer(zlib.decompress(zlib.compress(data)), (12, 10), 'ARGB')]
    if hasattr(pygame.image, 'frombytes'): pics.append(pygame.image.frombytes(bytes=data, size=(12, 10), format='RGBA') if CE else pygame.image.frombytes(data, (12, 10), 'RGBA'))
    if hasattr(pygame.image, 'load_basic'): pics.append(pygame.image.load_basic('a.bmp'))
    for i, p in enumerate(pics): screen.blit(p, (i % 8 * 13, i // 8 * 12 + n % 9))
    indexed = pygame.Surface((16, 16), 0, 8); indexed.set_palette([(i, n % 256, 255 - i) for i in range(256)]); indexed.fill(n % 256); indexed.set_at((3, 3), 9); screen.blit(indexed, (80, 60)); screen.blit(pygame.Surface((9, 9), 0, 24), (5, 80)); screen.blit(pygame.Surface((9, 9), SRCALPHA, 16), (15, 80))
    for wrong in (lambda: pygame.image.load('none.png'), lambda: pygame.image.load(io.BytesIO(b'no')), lambda: pygame.image.fromstring(b'1', (3, 3), 'RGB'), lambda: pygame.image.load(), lambda: pygame.image.load(3), lambda: pygame.image.frombuffer('x', (1, 1), 'RGB')):
        try: print(wrong())
        except Exception as e: print(type(e).__name__, str(e).replace(os.getcwd(), ''))
"""

GAMES["cursors"] = HEAD + """
cursor = make(9, 9, 'white'); cursor.set_at((0, 0), 'red')
try: pygame.mouse.set_cursor(pygame.cursors.Cursor((4, 4), cursor))
except pygame.error as e: print(e)
try: pygame.mouse.set_cursor(*pygame.cursors.arrow)
except pygame.error as e: print(e)
pygame.mouse.set_visible(False); pygame.display.set_icon(cursor); pygame.display.set_caption('hello', 'hi')
pos = (0, 0)
for n in frames():
    x, y = pygame.mouse.get_pos(); screen.blit(cursor, (x + n % 50, y)); print(pygame.display.get_caption(), pygame.mouse.get_visible())
    if n == 5: pygame.mouse.set_pos((30, 30))
"""

GAMES["pickled"] = HEAD + """
import copy, pickle
actions = pickle.loads(pickle.dumps({'flip': pygame.display.flip, 'rect': pygame.draw.rect, 'scale': pygame.transform.scale, 'load': pygame.image.load, 'Rect': pygame.Rect(1, 2, 3, 4)}))
print(actions['flip'] is pygame.display.flip, copy.deepcopy(actions)['rect'] is pygame.draw.rect, copy.copy(pygame.draw.line) is pygame.draw.line)
print(callable(pygame.draw.rect), pygame.draw.rect.__name__, pygame.draw.rect.__module__, pygame.Surface.blit.__name__, bool(pygame.Surface.blit.__doc__) or True, {pygame.draw.rect: 1}[pygame.draw.rect])
for s in (screen, screen.subsurface((0, 0, 5, 5))):
    for f in (pickle.dumps, copy.deepcopy):
        try: print(type(f(s)).__name__)
        except Exception as e: print(type(e).__name__, e)
class Hero:
    def __init__(self): self.image = make(9, 9, 'red'); self.rect = self.image.get_rect()
    def __getstate__(self): return {'rect': self.rect}
    def __setstate__(self, state): self.__dict__.update(state); self.image = make(9, 9, 'red')
hero = Hero()
for n in frames():
    actions['rect'](screen, 'red', (n % W, 5, 9, 9)); hero = pickle.loads(pickle.dumps(hero)) if n % 2 else copy.copy(hero); hero.rect.x = n % W; screen.blit(hero.image, hero.rect)
    screen.blit(copy.copy(hero.image), (3, 50)); screen.blit(actions['scale'](hero.image, (20, 20)), (50, 50))
"""

GAMES["attributes"] = HEAD + """
# what a game may look at: types, identity, equality, dir, help, sizes
import inspect
print(type(screen), isinstance(screen, pygame.Surface), type(screen).__mro__, type(screen.blit(screen, (0, 0))), screen.get_size(), screen.get_width(), hasattr(screen, 'blit'), 'blit' in dir(screen), sorted(dir(pygame.Surface)) == sorted(dir(screen)))
print(sorted(n for n in dir(pygame.display) if not n.startswith('__')), sorted(n for n in dir(pygame.draw) if not n.startswith('_')))
print(pygame.Surface.blit == pygame.Surface.blit, screen.blit == screen.blit, screen.blit.__self__ is screen, getattr(screen, 'fill')('red'), pygame.display.flip == pygame.display.flip, repr(screen), screen.blit is not None)
print(sys.argv, os.path.basename(__file__), __name__, sys.modules['__main__'].__dict__ is globals() or 'run', len([a for a in threading_names()]) if False else 0)
put = screen.blit; fill = pygame.Surface.fill; flip = pygame.transform.flip
a = make(9, 9, 'teal')
for n in frames():
    print(put(a, (n % W, 9)), fill(screen, 'red', (9, 40, n % 30, 5)), flip(a, True, False).get_size(), eval('screen.blit(a, (50, 50))'), (lambda *p: screen.blit(*p))(a, (60, 60)))
    exec('screen.blit(a, (n % 90, 70))'); print([screen.blit(a, (x, 80)) for x in range(0, 40, 10)], list(map(screen.blit, [a], [(1, 1)])), sum(r.w for r in (screen.blit(a, (0, y)) for y in (1, 2))))
"""
