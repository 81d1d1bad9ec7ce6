"""Small games that do what a watcher may trip over.

Each plays until a QUIT event comes, and prints what it sees.
"""

from __future__ import annotations

from tests.neural_renderer.plugins.games_draws import HEAD

GAMES: dict[str, str] = {}

GAMES["lively_objects"] = HEAD + """
log = []
class Lazy:
    '''a property that loads, attributes made on demand, and a count of every look'''
    def __init__(self): self._image = make(9, 9, 'red'); self.looks = 0
    @property
    def image(self): self.looks += 1; return self._image
    def __getattr__(self, name): log.append(name); raise AttributeError(name)
    def __getattribute__(self, name):
        if name != '__dict__': log.append(name)
        return object.__getattribute__(self, name)
    def __bool__(self): log.append('bool'); return False
    def __eq__(self, other): log.append('eq'); return True
    def __hash__(self): log.append('hash'); return 1
    def draw(self, surface): surface.blit(self._image, (9, 9)); surface.fill('gold', (30, 3, 9, 9)); pygame.draw.rect(surface, 'red', (50, 3, 9, 9))
class Number:
    def __init__(self, v): self.v = v
    def __int__(self): log.append('int'); return self.v
    __index__ = __int__
    def __float__(self): log.append('float'); return float(self.v)
kept = pygame.Rect(40, 40, 5, 5)  # as pygame 2.6 draws with a rectangle of `rect` that it let go of
class Dest:
    @property
    def rect(self): log.append('rect'); return kept
class Call:
    def rect(self): log.append('called'); return (50, 60, 5, 5)
class Row(list):
    def __iter__(self): log.append('iter'); return list.__iter__(self)
    def __getitem__(self, i): log.append('item'); return list.__getitem__(self, i)
    def __len__(self): log.append('len'); return list.__len__(self)
class Place(tuple):
    def __getitem__(self, i): log.append('place'); return tuple.__getitem__(self, i)
class Spot(pygame.Rect):
    def __getitem__(self, i): log.append('spot'); return 1
    x = property(lambda self: log.append('x') or 3)
    @property
    def topleft(self): log.append('topleft'); return (9, 9)
class Meta(type):
    def __instancecheck__(cls, other): log.append('instance'); return True
class Odd(metaclass=Meta):
    __class__ = property(lambda self: log.append('class') or Odd)
    rect = (5, 5, 5, 5)
lazy, a = Lazy(), make(9, 9, 'teal')
def scene(n):
    thing = lazy
    lazy.draw(screen)
    calls = [lambda: screen.blit(thing.image, (n, 20)), lambda: screen.blit(a, (Number(3), Number(50))), lambda: screen.blit(a, Dest()), lambda: screen.blit(a, Call()), lambda: screen.blit(a, Place((3, 60))),
        lambda: screen.blit(a, Spot(60, 60, 3, 3)), lambda: screen.blit(a, Odd()), lambda: screen.blit(a, (70, 70), Dest()), lambda: screen.blit(a, (80, 70), Spot(1, 1, 5, 5)), lambda: screen.blit(a, Row([90, 70])),
        lambda: screen.blits(Row([(a, (5, 70))])), lambda: screen.blits([Row([a, (15, 70)])]), lambda: screen.blits([(a, Dest()), (a, Place((3, 3)))], 0), lambda: screen.blits([(a, (Number(4), 4), Call())]), lambda: screen.fill('red', Dest()),
        lambda: pygame.draw.rect(screen, 'red', Dest()), lambda: pygame.draw.polygon(screen, 'lime', Row([(1, 1), (5, 1), (3, 5)])), lambda: pygame.draw.line(screen, (Number(200), 3, 4), (Number(3), 4), Place((9, 9))), lambda: pygame.draw.circle(screen, 'red', (Number(30), 60), Number(5)),
        lambda: pygame.transform.scale(a, (Number(5), 9)).get_size(), lambda: pygame.transform.rotate(a, Number(30)).get_size(), lambda: screen.subsurface(Dest()).fill('red'), lambda: screen.subsurface(Dest()).blit(a, (Number(1), 1)), lambda: screen.blit(a, (3, 3), None, Number(1)), lambda: screen.blit(a, (5, 3), None, True)]
    for call in calls:
        try: print(call())
        except Exception as e: print(type(e).__name__, e)
for n in frames():
    scene(n); print(lazy.looks, len(log), log[-40:])
"""

GAMES["deaths"] = HEAD + """
import gc, weakref
gc.disable()
died = []; alive = weakref.WeakSet(); table = weakref.WeakKeyDictionary(); by_name = weakref.WeakValueDictionary()
class Shot:
    def __init__(self, n): self.image = make(5, 5, 'white'); self.n = n; alive.add(self); table[self.image] = n; by_name[n] = self.image
    def __del__(self): died.append(self.n)
def main():
    shot = other = None
    for n in frames():
        if n % 5 == 0: shot = Shot(n)
        if n % 5 == 1: other = shot
        if shot is not None: screen.blit(shot.image, (n % W, 5)); screen.fill('red', (3, 3, 3, 3))
        if n % 5 == 3: shot = None; print('dropped', list(died))
        if n % 5 == 4: other = None; print('gone', list(died), len(alive), sorted(table.values()), sorted(by_name))
        temporary = pygame.transform.flip(make(4, 4, 'red'), 1, 0); ref = weakref.ref(temporary); screen.blit(temporary, (50, 50)); del temporary; print(ref() is None)
        print(len(alive), len(table), died[-1:], sys.getrefcount(screen) < 100)
        text = pygame.font.Font(None, 12).render(str(n), 1, 'white'); w = weakref.ref(text); screen.blit(text, (3, 60)); text = None; print(w())
main()
print(len(gc.garbage), sorted(died) == list(dict.fromkeys(sorted(died))))
"""

GAMES["kept_locals"] = HEAD + """
def draw(n):
    x = n; a = make(5, 5, 'red')
    before = locals()
    y = n + 1
    names = sorted(before); screen.blit(a, (x, y % H))
    before['extra'] = 3
    screen.blit(a, (y % W, 5)); screen.fill('red', (0, 80, 5, 5))
    return names, before.get('extra'), vars().get('y'), eval('x + y'), before['x']
class Widget:
    pieces = [make(4, 4, 'red')]
    screen.blit(pieces[0], (1, 1)); size = locals().get('pieces')[0].get_size(); copies = [screen.blit(p, (i, 3)) for i, p in enumerate(pieces)]
    def draw(self, n):
        def inner():
            nonlocal n; n += 1; screen.blit(self.pieces[0], (n % W, 30)); return n
        inner(); inner(); return n
widget = Widget()
for n in frames(): print(draw(n), widget.draw(n), widget.size)
"""

GAMES["copies_of_things"] = HEAD + """
import copy, pickle
class S(pygame.sprite.Sprite):
    def __init__(self): super().__init__(); self.image = make(9, 9, 'red'); self.rect = self.image.get_rect(); self.tag = [1]
group = pygame.sprite.Group(S())
for n in frames():
    for s in list(group): other = copy.copy(s); other.rect = s.rect.move(1, 0); other.image = copy.copy(s.image)
    screen.set_at((n % W, 80), 'red'); screen.blit(other.image, other.rect); group.add(other); group.draw(screen); print(len(group), sorted(vars(other)), hasattr(other.image, '__dict__'))
    try: print(type(copy.deepcopy(other.image)))
    except Exception as e: print(type(e).__name__, e)
    try: pickle.dumps(other)
    except Exception as e: print(type(e).__name__, str(e)[:40])
    print(copy.deepcopy(vars(other)['tag']), pickle.loads(pickle.dumps(pygame.Surface.blit)) is pygame.Surface.blit, pygame.Surface.fill.__qualname__)
    if len(group) > 5: group = pygame.sprite.Group(S())
"""

GAMES["patches_pygame"] = HEAD + """
import functools
count = dict(flip=0, blit=0, surfaces=0)
_flip = pygame.display.flip
def flip():
    count['flip'] += 1; pygame.draw.rect(screen, 'lime', (0, 0, count['flip'] % 50, 3)); return _flip()
pygame.display.flip = flip
@functools.wraps(pygame.transform.rotate)
def rotate(*args): return _rotate(*args)
_rotate, pygame.transform.rotate = pygame.transform.rotate, functools.lru_cache(None)(rotate)
class Surface(pygame.Surface):
    def __init__(self, *a): super().__init__(*a); count['surfaces'] += 1
    def blit(self, *a, **k): count['blit'] += 1; return super().blit(*a, **k)
pygame.Surface = pygame.surface.Surface = Surface
class Rect(pygame.Rect):
    def __init__(self, *a): super().__init__(*a); count['rects'] = count.get('rects', 0) + 1
pygame.Rect = Rect
_Color = pygame.Color; pygame.Color = lambda *a: count.__setitem__('colors', count.get('colors', 0) + 1) or _Color(*a)
_rect = pygame.draw.rect; pygame.draw.rect = lambda *a, **k: _rect(*a, **k)
pygame.image.load = functools.lru_cache()(pygame.image.load)
pygame.image.save(make(9, 9, 'red'), 'a.png')
_set = pygame.display.set_mode; pygame.display.set_mode = lambda *a: _set(*a)
try: pygame.surface.SurfaceType.blit = None
except TypeError as e: print(e)
class Draws(pygame.sprite.Group):
    def draw(self, surface): return [surface.blit(s.image, s.rect) for s in self.sprites()]
s = pygame.sprite.Sprite(); s.image = pygame.Surface((9, 9)); s.rect = pygame.Rect(60, 60, 9, 9); g = Draws(s)
for n in frames():
    a = pygame.Surface((9, 9)); a.fill('red'); a.blit(a, (3, 3)); screen.blit(pygame.transform.rotate(pygame.image.load('a.png'), n % 8 * 45), (n % W, 20)); screen.blit(a, (3, 40))
    print(screen.blit(a, (5, 60), (0, 0, 4, 4)), pygame.draw.rect(screen, 'red', pygame.Rect(80, 5, 5, 5)), g.draw(screen), rotate.__name__, pygame.transform.scale(a, (5, 5)).get_size(), count)
"""

GAMES["deep_recursion"] = HEAD + """
a = make(3, 3, 'red')
def depth_free():
    f, n = sys._getframe(), 0
    while f: f, n = f.f_back, n + 1
    return n
def down(n):
    screen.blit(a, (n % W, n // W)); screen.fill('gold', (n % W, 50, 1, 1)); pygame.draw.line(screen, 'white', (n % W, 70), (n % W, 75))
    return 1 + down(n + 1)
base = depth_free()
for n in frames():
    sys.setrecursionlimit(base + 60 + n % 7)
    try: down(n)
    except RecursionError as e: print('deep')
    sys.setrecursionlimit(1000)
    screen.fill((10, 30, 50), (0, 0, W, 80)); screen.blit(a, (n % W, 30)); print(screen.blit(a, (3, 85)))
"""

GAMES["traced"] = HEAD + """
import cProfile
seen = []
def tracer(frame, event, arg):
    if frame.f_code.co_filename.endswith('game.py'): seen.append(event); frame.f_locals
    return tracer
a = make(9, 9, 'teal')
def draw(n):
    x = n % W
    screen.blit(a, (x, 9)); pygame.draw.rect(screen, 'red', (x, 30, 5, 5)); x += 1
    return x
for n in frames():
    if n % 3 == 0: sys.settrace(tracer)
    if n % 3 == 1: sys.setprofile(lambda *a: None)
    print(draw(n)); sys.settrace(None); sys.setprofile(None)
    if n % 3 == 2: p = cProfile.Profile(); p.enable(); draw(n); p.disable()
    print(len(seen)); seen.clear()
"""

GAMES["broken_streams"] = HEAD + """
import io, warnings
warnings.simplefilter('error')
class Console:
    def __init__(self, real): self.real, self.lines = real, []
    def write(self, text): self.lines.append(text); self.real.write(text)
    def flush(self): self.real.flush()
sys.stdout = Console(sys.__stdout__)
os.close(2); sys.stderr.close(); sys.stderr = None
a = make(9, 9, 'teal')
for n in frames(): screen.blit(a, (n % W, 5)); print(n, screen.get_at((9, 9)), len(sys.stdout.lines))
"""

GAMES["moves_about"] = HEAD + """
import tempfile
home = os.getcwd(); pygame.image.save(make(9, 9, 'teal'), 'a.png'); a = pygame.image.load('a.png')
away = tempfile.mkdtemp()
for n in frames():
    screen.blit(a, (n % W, 5)); screen.blit(pygame.transform.rotate(a, n), (50, 50))
    if n == 5: os.chdir(away)
    if n == 9: os.rmdir(away)
    if n == 11:
        try: os.getcwd()
        except OSError as e: print(type(e).__name__)
        try: pygame.image.load('a.png')
        except Exception as e: print(type(e).__name__)
    if n == 15: os.chdir(home); print(pygame.image.load('a.png').get_size(), os.path.basename(os.getcwd()).split('.')[0])
    if n == 16: sys.path.clear(); sys.path_importer_cache.clear(); import __main__
    if n == 17: import decimal if False else __main__ as m; print(m.__name__)
""".replace("import decimal if False else __main__ as m; ", "import __main__ as m; ")

GAMES["forks"] = HEAD + """
import warnings; warnings.simplefilter('ignore')
a = make(9, 9, 'teal')
for n in frames():
    screen.blit(a, (n % W, 5))
    if n % 10 == 4:
        sys.stdout.flush(); child = os.fork()
        if child == 0:
            s = pygame.Surface((50, 50)); s.blit(a, (1, 1)); s.fill('red', (3, 3, 9, 9)); print('child', s.get_at((5, 5)), flush=True); os._exit(5)
        print(os.waitpid(child, 0)[1] >> 8)
"""

GAMES["crowd"] = HEAD + """
class Dot(pygame.sprite.Sprite):
    image = make(2, 2, 'white')
    def __init__(self): super().__init__(); self.rect = pygame.Rect(random.randrange(W), random.randrange(H), 2, 2)
dots = pygame.sprite.Group([Dot() for i in range(70000)])
for n in frames():
    print(len(dots.draw(screen) or []), len(dots))
    if n == 2: break
"""

GAMES["interrupted_inside"] = HEAD + """
import signal
hits = [0]; armed = False
class Ping(BaseException): pass
def ping(*_):
    global armed
    if armed: hits[0] += 1; armed = False; raise Ping
signal.signal(signal.SIGALRM, ping)
a = make(9, 9, 'teal')
screen.fill('navy')
for n in frames(None):
    screen.blit(a, (n % W, 5)); pygame.draw.rect(screen, 'red', (3, 30, 9, 9)); screen.blit(a, (5, 50))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0002 + 0.00001 * (n % 40), 0.003)
        while True: armed = True; screen.blit(a, (n % W, 5)); pygame.draw.rect(screen, 'red', (3, 30, 9, 9)); pygame.transform.rotate(a, 20); screen.blits([(a, (5, 50))] * 9)
    except Ping: pass
    signal.setitimer(signal.ITIMER_REAL, 0)
print(hits[0] > 5)
"""

GAMES["empty_and_huge"] = HEAD + """
none, thin, big = pygame.Surface((0, 0)), pygame.Surface((0, 50)), pygame.Surface((3000, 2000)); big.fill('olive')
for n in frames():
    print(screen.blit(none, (3, 3)), none.blit(big, (0, 0)), none.fill('red'), thin.blit(big, (0, 0)), none.copy().get_size(), none.subsurface((0, 0, 0, 0)).get_size(), none.convert().get_size())
    print(screen.blit(big, (-n * 9, -n * 5)), screen.blit(big, (10 ** 6, 0)), screen.blit(big, (-10 ** 6, 3.7)), screen.blit(big, (90, 60), (2990, 1990, 500, 500)), screen.blit(big, (5, 5), (-20, -20, 30, 30)), screen.blit(big, (5, 50), (0, 0, -5, 9)))
    for call in (lambda: pygame.transform.scale(big, (0, 0)).get_size(), lambda: screen.blit(big, (10 ** 12, 0)), lambda: CE and screen.blit(big, (float('nan'), 0)), lambda: CE and screen.blit(big, (float('inf'), 0)), lambda: screen.fill((n, 9, 9), (0, 40, 10 ** 9, 10 ** 9)), lambda: pygame.Surface((-1, 5)), lambda: screen.subsurface((0, 0, 999, 9))):
        try: print(call())
        except Exception as e: print(type(e).__name__, e)
"""
