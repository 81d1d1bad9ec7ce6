"""Small games that look at the process they run in, or end in some way of their own: files by name."""

from __future__ import annotations

GAMES: dict[str, dict[str, str]] = {}

_OWN = ("engine", "assets", "kernels", "capture", "channel", "handoff", "reskin_anything", "hooks", "json5")

GAMES["looks_around"] = {f"{name}.py": f"NAME = '{name} of the game'\n" for name in _OWN} | {
    "game.py": f"""
import os, sys, threading, atexit
print(__name__, os.path.basename(__file__), sys.argv, os.path.basename(os.getcwd()), __spec__, __package__)
print(sys.modules['__main__'].__dict__ is globals(), sys.path[0] == os.getcwd() == os.path.dirname(os.path.abspath(__file__)))
print([k for k in os.environ if 'RESKIN' in k], os.environ.get('PYTHONPATH'), threading.active_count())
print([m for m in sys.modules if m.split('.')[0] == 'reskin'], sys.flags.no_site, sys.getrecursionlimit())
import {", ".join(_OWN)}
print([m.NAME for m in ({", ".join(_OWN)})])
import pygame
print(pygame.__name__, 'reskin' in pygame.__file__)
pygame.init(); screen = pygame.display.set_mode((64, 48))
for n in range(3): screen.fill((n, 0, 0)); pygame.display.flip()
print(repr(sys.stdin.read())); print('to stderr', file=sys.stderr)
atexit.register(print, 'goodbye')
sys.exit(3)
"""
}

_PLAY = """
import os, signal, sys
import pygame
pygame.init(); screen = pygame.display.set_mode((64, 48)); n = 0
def frame():
    global n
    n += 1; screen.fill((n % 256, 0, 0)); pygame.display.flip()
for i in range(4): frame()
"""

ENDINGS = {
    "sys_exit": "sys.exit(5)",
    "sys_exit_text": "sys.exit('no more levels')",
    "os_exit": "print('last words', flush=True); os._exit(4)",
    "uncaught": "[][1]",
    "uncaught_in_a_draw": "screen.blit(None, (0, 0))",
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "aborted": "os.abort()",
    "interrupted": "os.kill(os.getpid(), signal.SIGINT); frame(); frame()",
    "interrupt_caught": "try:\n    os.kill(os.getpid(), signal.SIGINT); frame(); frame()\nexcept KeyboardInterrupt: print('bye'); sys.exit(9)",
    "pygame_quit": "pygame.quit(); print('after'); sys.exit(0)",
    "terminated": "signal.signal(signal.SIGTERM, lambda *a: sys.exit(8)); os.kill(os.getpid(), signal.SIGTERM); frame()",
    "quit_event": """
pygame.event.post(pygame.event.Event(pygame.QUIT))
while True:
    frame()
    for e in pygame.event.get():
        if e.type == pygame.QUIT: pygame.quit(); print('quit', n); raise SystemExit(2)
""",
}
for _name, _end in ENDINGS.items():
    GAMES[_name] = {"game.py": _PLAY + _end + "\n"}

GAMES["package"] = {
    "mygame/__init__.py": "VERSION = '1.0'\n",
    "mygame/__main__.py": """
import sys
from . import VERSION, scene
from .scene import Scene
print(__name__, __package__, sys.argv[1:], VERSION, scene.__name__, __spec__.name)
Scene().run()
""",
    "mygame/scene.py": """
import pygame
class Scene:
    def run(self):
        pygame.init(); screen = pygame.display.set_mode((64, 48))
        for n in range(5): screen.fill((n, 9, 9)); pygame.display.flip(); print(screen.get_at((0, 0)))
""",
}

GAMES["spawns"] = {
    "game.py": """
import multiprocessing, os, sys
import pygame
def work(n):
    s = pygame.Surface((9, 9)); s.fill((n, 2, 3)); s.blit(s, (1, 1))
    return n * n, s.get_at((3, 3))[:], __name__, type(pygame.Surface.blit).__name__
if __name__ == '__main__':
    pygame.init(); screen = pygame.display.set_mode((64, 48))
    context = multiprocessing.get_context('spawn')
    with context.Pool(2) as pool:
        for n in range(3): screen.fill((n, 0, 0)); pygame.display.flip()
        print(pool.map(work, range(3)))
    queue = context.Queue(); child = context.Process(target=queue.put, args=(7,)); child.start(); print(queue.get()); child.join(); print(child.exitcode)
"""
}

GAMES["asyncio"] = {
    "game.py": """
import asyncio
import pygame
pygame.init(); screen = pygame.display.set_mode((64, 48)); clock = pygame.time.Clock()
async def ticker(log):
    while True: log.append(len(log)); await asyncio.sleep(0)
async def main():
    log = []; other = asyncio.create_task(ticker(log))
    for n in range(30):
        pygame.event.get(); screen.fill((n, 0, 0)); pygame.draw.circle(screen, 'red', (n, 20), 5)
        pygame.display.update(); clock.tick(60); await asyncio.sleep(0)
    other.cancel(); print(len(log))
asyncio.run(main())
"""
}

TIMED = {
    "times": """
import random, sys, threading, time
import pygame
pygame.init(); screen = pygame.display.set_mode((64, 48)); clock = pygame.time.Clock()
TICK = pygame.USEREVENT + 1; pygame.time.set_timer(TICK, 100)
start, last, x, n = time.time(), time.perf_counter(), 0.0, 0
while True:
    n += 1
    for e in pygame.event.get():
        if e.type == pygame.QUIT: pygame.quit(); sys.exit(0)
        if e.type == TICK: print('tick', n)
        if e.type in (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN): print(n, pygame.event.event_name(e.type), getattr(e, 'pos', None), getattr(e, 'key', None))
    dt = time.perf_counter() - last; last += dt
    x = (x + 60 * dt) % 64
    if pygame.key.get_pressed()[pygame.K_RIGHT]: x = (x + 3) % 64
    screen.fill('navy'); pygame.draw.circle(screen, 'gold', (int(x), 20), 5); screen.set_at((random.randrange(64), 40), 'white')
    mx, my = pygame.mouse.get_pos(); screen.fill('red', (mx, my, 2, 2))
    if n % 50 == 0: print(n, round(time.time() - start, 2), round(time.monotonic() - last, 3) * 0, pygame.time.get_ticks(), clock.get_time())
    if n % 7 == 0: time.sleep(0.001)
    pygame.display.flip(); clock.tick(60)
""",
}
"""Games that go by the clock: equal only under the clock of a run without a window."""
